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
    assert grade(problem, "The final answer is not 7").verdict == "no_answer"


CLAIMS = {
    "emphasis ends before the sentence does": [
        ("12", "The answer is **12** chairs.", "correct"),
        ("25", "**Answer: 25**, as claimed.", "correct"),
        ("3/4", "So the answer is **3/4** of the cake.", "correct"),
        ("12", "The answer is **12** or **13**.", "incorrect"),
    ],
    "a claim goes on where a second value follows": [
        ("3", "The answer is 3; 4.", "incorrect"),
        ("3", "Answer: $x=3$\nor $x=4$", "incorrect"),
        ("3", "The answer is:\n$$3$$\nor\n$$4$$", "incorrect"),
        (r"\{3,4\}", "The answer is:\n$$3$$\nor\n$$4$$", "correct"),
        ("(1,2)", "Answer: (1,2); (3,4)", "incorrect"),
        ("12", "The answer is 12; it may also be 13.", "incorrect"),
        ("12", "The answer is 12; we are done.", "correct"),
    ],
    "a bullet is no sign": [
        ("3", "Final answer:\n\n- 3", "correct"),
        ("-3", "Final answer:\n\n- 3", "incorrect"),
        ("-3", "Final answer:\n\n-3", "correct"),
        (r"\{1,2\}", "Answer:\n- 1\n- 2", "correct"),
        ("1", "Answer:\n- 1\n- 2", "incorrect"),
    ],
    "what is taken back is no claim": [
        ("12", "The answer is 12... actually 13.", "no_answer"),
        ("12", "The answer is 12; correction: 13.", "no_answer"),
        ("12", "The answer is 12? No, it is 13.", "no_answer"),
        ("12", "The answer is 12, which is wrong.", "no_answer"),
        ("12", "The answer is 12 (incorrect).", "no_answer"),
        ("12", "The answer is 12 — no, 13.", "no_answer"),
        ("12", "The answer is 12, not 13.", "correct"),
    ],
    "what is supposed, asked, doubted or quoted is no claim": [
        ("12", "It is not true that the answer is 12.", "no_answer"),
        ("12", "I don't think the answer is 12.", "no_answer"),
        ("12", "Suppose the answer is 12. Then we get a contradiction.", "no_answer"),
        ("12", "Let us check if the correct answer is 12.", "no_answer"),
        ("12", "A common mistake is to say the answer is 12.", "no_answer"),
        ("12", "Supongamos que la respuesta es 12.", "no_answer"),
        ("12", "If x = 2, then the answer is 12.", "correct"),
        ("12", "Assuming x > 0, the answer is 12.", "correct"),
    ],
    "a denial may stand behind the value": [
        ("12", "答えは12ではない。", "no_answer"),
        ("12", "답은 12가 아닙니다.", "no_answer"),
        ("12", "Cevap 12 değil.", "no_answer"),
        ("12", "答えは12です。", "correct"),
        ("12", "답은 12입니다.", "correct"),
    ],
    "a remark about the answer is not the answer": [
        ("12", "The answer is 12. We verify that this answer is correct.", "correct"),
        ("12", "Final Answer: 12\n\nThis answer is reasonable because 12 > 10.", "correct"),
        ("12", "The answer is 12. However, this answer is wrong.", "no_answer"),
    ],
    "headings and lists of options are no claims": [
        ("3", "#### 1. Set up\nfoo\n#### 3. Conclusion\nThere are chairs.", "no_answer"),
        ("12", "A: 12\nB: 13\nC: 14\nD: 15", "no_answer"),
        ("12", "She has twelve.\nA: 12", "correct"),
    ],
    "the reason after a value is no part of it": [
        ("12", "The answer is $12$ (since $x>0$).", "correct"),
        ("12", "The answer is 12 rather than 13.", "correct"),
        ("12", "The answer is 12, where we used $n=3$.", "correct"),
        ("12", "The answer is 12 in total ✓", "correct"),
        ("Tuesday", "The answer is Tuesday, since the month began on a Monday.", "correct"),
        ("x>2", r"The answer is $x>2$, where $x\ne 3$.", "incorrect"),
        ("(3,7)", "The answer is (3,7), not including 5.", "incorrect"),
        ("2", "The answer is 2(x+y).", "incorrect"),
        ("2(x+y)", "The answer is 2(x+y).", "correct"),
        (r"2\cos x", r"The answer is 2\cos(x).", "correct"),
    ],
    "an approximation beside a value must agree with it": [
        (r"2\sqrt3", r"The answer is $2\sqrt3$ (approximately 3.46).", "correct"),
        (r"2\sqrt3", r"The answer is $2\sqrt3$, which is approximately $3.46$.", "correct"),
        (r"2\sqrt3", r"The answer is $2\sqrt3$ (approximately 5.46).", "incorrect"),
    ],
    "marks of a page are no mathematics": [
        ("7", "The answer is <b>7</b>.", "correct"),
        ("7", "<b>Answer:</b> 7<br>", "correct"),
        ("7", "The answer is&nbsp;7", "correct"),
        ("7", "The answer is “7”.", "correct"),
        ("12", "(Answer: 12)", "correct"),
        ("7", '{"answer": 7}', "correct"),
        ("x<7", "The answer is x<7.", "correct"),
    ],
    "the value may come first": [
        ("25", "**25** is the final answer.", "correct"),
        ("25", "**25** is not the final answer.", "no_answer"),
    ],
    "words of any script after a value": [
        ("12", "Antwort: 12 Stühle", "correct"),
        ("12", "Đáp án: 12 học sinh.", "correct"),
        ("12", "La respuesta es 12 años.", "correct"),
        ("12", "अतः सही उत्तर 12 है।", "correct"),
        ("42", "الجواب: \u200f42\u200f", "correct"),
    ],
    "halves of a hedge in boxes and tags": [
        ("7", r"\boxed{8}, or possibly \boxed{7}", "incorrect"),
        ("7", r"\boxed{8} (or \boxed{7})", "incorrect"),
        ("7", r"\boxed{8}$ and/or $\boxed{7}", "incorrect"),
        ("7", r"I think it is \boxed{8}, but it might be \boxed{7}.", "incorrect"),
        ("12", r"The answer is $13$ or $\boxed{12}$.", "incorrect"),
        ("7", "<answer>8</answer> or <answer>7</answer>", "incorrect"),
        ("7", "The answer is 8 or the answer is 7.", "incorrect"),
        ("7", r"It is not $\boxed{8}$ but $\boxed{7}$.", "correct"),
        ("7", r"The answer is not $\boxed{7}$.", "no_answer"),
        ("1/2", r"$\boxed{\frac12}=\boxed{0.6}$", "incorrect"),
        ("1/2", r"$\boxed{\frac12}=\boxed{0.5}$", "correct"),
        ("7", r"First \boxed{8} for the door. For the house it is \boxed{7}.", "correct"),
    ],
    "boxes that are the parts of one answer": [
        ("3, 5", "(a) \\boxed{3}\n\n(b) \\boxed{5}", "correct"),
        ("3, 5", "**Part (a):** $\\boxed{3}$\n\nBy symmetry.\n\n**Part (b):** $\\boxed{5}$", "correct"),
        ("a=3, b=5", "$a=\\boxed{3}$\n\nNow the other.\n\n$b=\\boxed{5}$", "correct"),
        ("5 and -1", r"The maximum is \boxed{5} and the minimum is \boxed{-1}.", "correct"),
        ("3, 5", "(a) \\boxed{3}\n\n(b) \\boxed{6}", "incorrect"),
        ("5", r"The maximum is \boxed{5} and the minimum is \boxed{-1}.", "incorrect"),
        ("8", "$x=\\boxed{3}$\n\n$y=\\boxed{5}$\n\nso the sum is $\\boxed{8}$", "correct"),
        ("3, 5", r"At first \boxed{3} seemed right. Then again it is \boxed{5}.", "incorrect"),
    ],
    "a task of the model's own making": [
        ("7", "The answer is 7.\n\nQ: What is 5+6?\nA: The answer is 11.", "correct"),
        ("11", "The answer is 7.\n\nQ: What is 5+6?\nA: The answer is 11.", "incorrect"),
        ("7", "**Problem:** What is 3+4?\n\n**Solution:** It is $\\boxed{7}$.", "correct"),
    ],
    "reasoning under other names": [
        ("12", "<scratchpad>\\boxed{15}</scratchpad> The answer is 12.", "correct"),
        ("12", "<|START_THINKING|>\\boxed{12}<|END_THINKING|> No idea.", "no_answer"),
    ],
    "values on lines of their own": [
        ("5", "The answer is:\n\n* $t=5$\n* $t=8$", "incorrect"),
        ("5, 8", "The answer is:\n\n* $t=5$\n* $t=8$", "correct"),
        ("5", "The answer is:\n\n* $t=5$\n", "correct"),
        ("5", "Final answer:\n$t=5$\n$t=8$", "incorrect"),
        ("5, 8", "Final answer:\n$t=5$\n$t=8$", "correct"),
        ("5", "Final answer:\n$t=5$\nThis is the smaller one.", "correct"),
    ],
    "boxes that are worked out": [
        ("9", r"$\boxed{4}+\boxed{5}=\boxed{9}$", "correct"),
        ("10", r"$\boxed{4} + \boxed{5} + \boxed{1} = \boxed{10}$", "correct"),
        ("9", r"$\boxed{4}+\boxed{6}=\boxed{9}$", "incorrect"),
        ("5", r"$\boxed{4}+\boxed{5}=\boxed{9}$", "incorrect"),
    ],
    "a second value after a dash": [
        ("9", "The answer is 9 — or 10.", "incorrect"),
        ("9", "The answer is 9 — a square.", "correct"),
    ],
    "a box without braces": [
        ("1/2", r"The probability is $\boxed\frac12$.", "correct"),
        ("13/4", r"$\boxed \frac{13}{4}$", "correct"),
    ],
}


@pytest.mark.parametrize("rule", CLAIMS)
def test_claims_are_read_by_rule(rule: str) -> None:
    wrong = []
    for reference, response, verdict in CLAIMS[rule]:
        given = grade(MathProblem(reference=reference), response)
        if given.verdict != verdict:
            wrong.append((reference, response, verdict, str(given.verdict), given.answer))
    assert not wrong


@pytest.mark.parametrize(
    ("reference", "response"),
    [
        (r"\sqrt2", "so the side is √2."),
        ("6", "So it is 2·3."),
        ("1200", "so it is 1.2e3"),
        (r"5\pi", "we get 5π"),
        ("x^2+1", "So f(x) = x² + 1"),
        ("(3,4)", "So the point is (3, 4)."),
        ("1024", "a total of 2^10"),
        ("1/2", "the chance is ½."),
    ],
)
def test_the_last_expression_is_taken_whole(reference: str, response: str) -> None:
    problem = MathProblem(reference=reference, policy=Policy(extraction="last_expression"))
    assert grade(problem, response).verdict == "correct"
    assert not grade(MathProblem(reference="2", policy=problem.policy), response).correct
