"""Which text of a response is its answer."""

from __future__ import annotations

import pytest

from verifiers import MathProblem, Policy, grade
from verifiers.math.extract import extract

FOUND = [
    (r"so it is \boxed{204}.", "204"),
    (r"\boxed {204}", "204"),
    (r"\boxed 7", "7"),
    (r"\fbox{7}", "7"),
    (r"\boxed{5} and later, after much thought about it, we see that it is \boxed{7}", "7"),
    (r"\boxed{\frac{1}{2}}", r"\frac{1}{2}"),
    (r"\boxed{\text{even}}", r"\text{even}"),
    (r"<think>\boxed{5}</think> \boxed{7}", "7"),
    (r"I think 5</think> \boxed{7}", "7"),
    ("<answer>7</answer>", "7"),
    (r"<answer>\boxed{7}</answer>", "7"),
    (r"\boxed{8} <answer>7</answer>", "7"),
    ("<answer>The answer is 7.</answer>", "7"),
    ("The answer is 7.", "7"),
    ("Final answer: 7", "7"),
    ("#### 7", "7"),
    ("**Answer:** 7", "7"),
    ("A: 7", "7"),
    ("答案是7", "7"),
    ("The final answer is $7$. I hope it is correct.", "7"),
    (r"The final answer is $\frac{1}{2}$. I hope it is correct.", r"\frac{1}{2}"),
    ("The answer is 5. Wait, no. The answer is 7.", "7"),
    ("The answer is **7**.", "7"),
    (r"Therefore the answer is \(7\).", "7"),
    (r"\boxed{\boxed{7}}", r"\boxed{7}"),
    (r"x = \boxed{1}, y = \boxed{2}", "x = 1, y = 2"),
    (r"$x = \boxed{1}$ and $y = \boxed{2}$", "x = 1 and y = 2"),
    (r"\boxed{7} or \boxed{8}", "7 or 8"),
    (r"\boxed{7}, \boxed{8}", "7, 8"),
    (r"\boxed{7}$ or $8$", "7 or 8"),
    ("7", "7"),
    ("<think>8</think>\n 1/2 \n", "1/2"),
    (r"$\frac12$", r"\frac12"),
    ("**7**", "7"),
    ("x = 3", "x = 3"),
    ("(1, 2)", "(1, 2)"),
    ("5 apples", "5 apples"),
]


@pytest.mark.parametrize(("response", "expected"), FOUND)
def test_the_answer_is_found(response: str, expected: str) -> None:
    answer = extract(response)
    assert answer is not None
    assert answer.key == expected


NOTHING = [
    "",
    "no answer here, only 7",
    "7 is what I think",
    "we get 7",
    "7\n8",
    "who knows",
    r"\boxed{}",
    r"we have $7$ so \boxed{}",
    r"\boxed{7",
    r"\boxed{5} \boxed{7",
    r"<think>\boxed{7}",
    "<think>the answer is 7",
    "The answer is not 7.",
    "I do not know. The question says 7 but I refuse.",
    "we get 12 apples minus 5 equals 7",
    "<answer></answer>",
    "<answer>7",
]


@pytest.mark.parametrize("response", NOTHING)
def test_there_is_no_answer(response: str) -> None:
    assert extract(response) is None
    assert grade(MathProblem(reference="7"), response).verdict == "no_answer"


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("we get 12 apples minus 5 equals 7", "7"),
        ("so $x = 7$ holds", "x = 7"),
        (r"hence \(7\) apples and \[8\]", "8"),
        ("it is 1,234.5 in total", "1,234.5"),
        ("a share of 3/4", "3/4"),
        ("$5$ then 7", "7"),
    ],
)
def test_the_last_expression_counts_only_by_policy(response: str, expected: str) -> None:
    assert extract(response) is None
    answer = extract(response, last_expression=True)
    assert answer is not None
    assert answer.key == expected


def test_the_span_is_the_place_of_the_answer() -> None:
    response = r"We find that \boxed{ 204 } holds."
    answer = extract(response)
    assert answer is not None and answer.span is not None
    assert response[slice(*answer.span)].strip() == answer.text == "204"


def test_equal_notations_have_one_key() -> None:
    responses = [r"\boxed{\dfrac{1}{2}}", r"\boxed{\frac{1}{2}}", r"\boxed{$\tfrac{1}{2}$}", r"\boxed{ \frac{1}{2} }"]
    answers = [extract(response) for response in responses]
    assert len({answer.key for answer in answers if answer is not None}) == 1


@pytest.mark.parametrize(
    ("reference", "response", "verdict"),
    [
        ("7", r"The answer is \boxed{5} or \boxed{7}.", "incorrect"),
        ("7", r"\boxed{7}, \boxed{7}", "correct"),
        (r"\{1,2\}", r"\boxed{1} and \boxed{2}", "correct"),
        ("(1,2)", r"x = \boxed{1}, y = \boxed{2}", "correct"),
        ("(1,2)", r"y = \boxed{1}, x = \boxed{2}", "incorrect"),
        ("7", "The final answer is $7$ or $8$", "incorrect"),
        ("7", "The answer is 0 or 1 or 2 or 3 or 4 or 5 or 6 or 7", "incorrect"),
        ("7", r"The final answer is $7$. I hope it is correct. \boxed{9}", "incorrect"),
        ("18", "She makes 18 a day\nA: 18", "correct"),
        ("18", "A: 18 dollars", "correct"),
        ("1234", "#### 1,234", "correct"),
    ],
)
def test_several_claims_are_read_together(reference: str, response: str, verdict: str) -> None:
    assert grade(MathProblem(reference=reference), response).verdict == verdict


def test_last_expression_is_a_policy_of_the_problem() -> None:
    problem = MathProblem(reference="7", policy=Policy(extraction="last_expression"))
    assert grade(problem, "so we get 7").verdict == "correct"
    assert grade(problem, r"\boxed{8} so we get 7").verdict == "incorrect"
