"""What holds for every item and every response."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.choice.case_table import ANIMALS, CASES
from verifiers import ChoiceProblem, grade
from verifiers.choice import VERIFIER
from verifiers.choice.folding import fold
from verifiers.choice.verifier import PreparedChoice

BITS = [
    *("A", "B", "C", "D", "I", "a", "b", "ii", "(", ")", "[", "]", "{", "}", "\\boxed{", "<answer>", "</answer>"),
    *("The answer is ", "Answer: ", "答案是", "选", "不", "not ", "**", "`", "$", "\\(", "\\frac{", "\n", ". ", ", "),
    *(
        " or ",
        " and ",
        "12",
        "24",
        "1e9",
        "3/4",
        "-",
        "10:30",
        " am",
        "owl",
        "horse",
        '"answer":',
        '"',
        "[10,20,110,120]",
    ),
    *(
        "(10,20)",
        "x=5",
        "<think>",
        "</think>",
        "cm",
        "°",
        "½",
        "二十",
        "is wrong",
        " is correct",
        "so ",
        "\0",
        "\u200b",
    ),
    *("İ", "𝐁", "half past ten", " to ", ":", "%", "$5", "^2", "sqrt", "1,234", "²", "not a ", "<|im_end|>", "🙂"),
]
ITEMS = [
    ChoiceProblem(choices=ANIMALS, reference="B"),
    ChoiceProblem(choices=["12", "24", "$\\frac{1}{2}$", "48 cm"], reference="B"),
    ChoiceProblem(labels=["i", "ii", "iii", "iv"], reference="ii"),
    ChoiceProblem(choices=["x", "y", "z", "w"], labels=["1", "2", "3", "4"], reference="2"),
    ChoiceProblem(choices=ANIMALS, reference="AC", answer_type="multi"),
    ChoiceProblem(choices=ANIMALS, reference="BACD", answer_type="sequence"),
    ChoiceProblem(reference="1.2", answer_type="number", precision=1, unit="cm"),
    ChoiceProblem(reference="[1, 2]", answer_type="list"),
    ChoiceProblem(reference="Paris", answer_type="text"),
    ChoiceProblem(reference="10:30", answer_type="time"),
    ChoiceProblem(reference=[10, 20, 110, 120], answer_type="box"),
    ChoiceProblem(reference=[[10, 20, 110, 120]], answer_type="box_set"),
    ChoiceProblem(reference=[10, 20], answer_type="point", max_dist=5),
    ChoiceProblem(reference=[10, 20, 110, 120], answer_type="point_in_box"),
]
PREPARED = [VERIFIER.prepare(item) for item in ITEMS]
responses = st.lists(st.sampled_from(BITS), max_size=12).map("".join)


def judged(prepared: PreparedChoice, response: str) -> str:
    answer = prepared.extract(response)
    if answer is None:
        return "none"
    assert answer.span is not None
    assert response[slice(*answer.span)] == answer.text
    return prepared.judge(answer).verdict.value


def test_ten_thousand_random_responses_raise_nothing() -> None:
    chance = random.Random(20)
    for place in range(10_000):
        response = "".join(chance.choice(BITS) for _ in range(chance.randint(0, 12)))
        judged(PREPARED[place % len(PREPARED)], response)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from(PREPARED))
def test_any_text_is_graded(response: str, prepared: PreparedChoice) -> None:
    judged(prepared, response)


@settings(max_examples=200, deadline=None)
@given(responses.filter(lambda text: "think>" not in text), st.sampled_from(PREPARED))
def test_a_reasoning_block_changes_nothing(response: str, prepared: PreparedChoice) -> None:
    thought = "<think>The answer is B. \\boxed{24} [10,20,110,120] It is 10:30 in Paris.</think>"
    assert judged(prepared, thought + response) == judged(prepared, response)


@pytest.mark.parametrize(
    "form",
    ["{}", "({})", "**{}**", "The answer is {}.", r"\boxed{{{}}}", "<answer>{}</answer>", "{}. {text}", "{text}"],
)
def test_permuting_the_options_permutes_the_verdict(form: str) -> None:
    chance = random.Random(5)
    for _ in range(20):
        options = ANIMALS[:]
        chance.shuffle(options)
        for given_text in ANIMALS:
            for right in ANIMALS:
                problem = ChoiceProblem(choices=options, reference="ABCD"[options.index(right)])
                response = form.format("ABCD"[options.index(given_text)], text=given_text)
                assert (grade(problem, response).verdict == "correct") == (given_text == right)


@pytest.mark.parametrize(
    "labels", [["i", "ii", "iii", "iv"], ["1", "2", "3", "4"], ["F", "G", "H", "J"], ["a", "b", "c", "d"]]
)
def test_an_item_has_labels_of_its_own(labels: list[str]) -> None:
    for place, label in enumerate(labels):
        problem = ChoiceProblem(choices=ANIMALS, labels=labels, reference=label)
        for form in ("{}", "({})", "The answer is ({}).", "Option {}", r"\boxed{{{}}}", "({}) {text}"):
            assert grade(problem, form.format(label, text=ANIMALS[place])).verdict == "correct", form
            assert grade(problem, form.format(labels[place - 1], text=ANIMALS[place - 1])).verdict == "incorrect", form


def test_labels_count_without_texts() -> None:
    problem = ChoiceProblem(reference="C")
    assert grade(problem, "The answer is (C).").verdict == "correct"
    assert grade(problem, "The answer is (D).").verdict == "incorrect"


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        *[
            (text, "correct")
            for text in ("A and C", "C, A", "AC", "(A), (C)", "A、C", '["A","C"]', "a, c", "选AC", "owl and frog")
        ],
        *[
            (text, "correct")
            for text in (r"\boxed{A, C}", r"\boxed{A} and \boxed{C}", "A, C, and not B", "The answers are A and C.")
        ],
        *[(text, "incorrect") for text in ("A", "A, B, C", "B and D", "ABCD")],
        *[(text, "no_answer") for text in ("A or C", "I cannot tell", "")],
    ],
)
def test_a_set_of_labels_is_right_as_a_set(response: str, expected: str) -> None:
    problem = ChoiceProblem(choices=ANIMALS, reference=["A", "C"], answer_type="multi")
    assert grade(problem, response).verdict == expected


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        *[(text, "correct") for text in ("BACD", "B, A, C, D", "B → A → C → D", "B > A > C > D", "They go B-A-C-D.")],
        *[
            (text, "correct")
            for text in (
                "1. B\n2. A\n3. C\n4. D",
                r"\boxed{BACD}",
                "The answer is B, A, C, D.",
                "B, then A, then C and then D",
            )
        ],
        *[(text, "incorrect") for text in ("ABCD", "BAC", "B, A, D, C")],
        *[(text, "no_answer") for text in ("I cannot tell", "")],
    ],
)
def test_an_order_of_labels_is_right_in_order(response: str, expected: str) -> None:
    problem = ChoiceProblem(choices=ANIMALS, reference="BACD", answer_type="sequence")
    assert grade(problem, response).verdict == expected


def test_the_deciding_tier_and_its_place_are_reported() -> None:
    graded = grade(ChoiceProblem(choices=ANIMALS, reference="B"), r"It neighs. \boxed{B}")
    assert (graded.verdict, graded.method, graded.answer, graded.span) == ("correct", "boxed", "B", (18, 19))


@pytest.mark.parametrize(
    ("response", "reason"),
    [("I cannot see the image.", "refusal"), ("A or B", "ambiguous"), ("<think>It is B", "truncated")],
)
def test_what_is_no_answer_says_why(response: str, reason: str) -> None:
    graded = grade(ChoiceProblem(choices=ANIMALS, reference="B"), response)
    assert graded.verdict == "no_answer"
    assert graded.reason.startswith(reason)
    assert graded.score == 0


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_responses_of_the_table_are_told_apart_by_their_key_alone() -> None:
    for _, options, rows in CASES:
        prepared = VERIFIER.prepare(ChoiceProblem(choices=options, reference="A"))
        verdicts: dict[str, str] = {}
        for response, _ in rows:
            answer = prepared.extract(response)
            if answer is not None:
                verdict = prepared.judge(answer).verdict.value
                assert verdicts.setdefault(answer.key, verdict) == verdict


@pytest.mark.parametrize(
    "piece", ["A, ", "A or ", "(A) owl ", "not ", "(", "**", "答案是", "B is correct. ", "(10,20)", "1 ", "[1,", "{"]
)
def test_reading_is_linear(piece: str) -> None:
    def seconds(length: int) -> float:
        text = "x " + piece * (length // len(piece))
        start = time.process_time()
        for prepared in PREPARED:
            prepared.extract(text)
        return time.process_time() - start

    seconds(500)
    assert seconds(16_000) < 0.1 + 20 * seconds(2_000)
