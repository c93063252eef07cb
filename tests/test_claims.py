"""What a response claims: its boxes, and its explicit statements in the languages that models write."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.claims import boxes, declarations
from verifiers.phrases import LANGUAGES
from verifiers.response import read


def box_contents(text: str) -> list[tuple[str, bool]]:
    return [(text[box.inner_start : box.inner_end], box.closed) for box in boxes(read(text))]


def claims(text: str, *, picks: bool = False) -> list[tuple[str, bool]]:
    return [(text[each.start : each.end], each.negated) for each in declarations(read(text), picks=picks)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\boxed{7}", [("7", True)]),
        (r"\fbox{7}", [("7", True)]),
        (r"\boxed {7}", [("7", True)]),
        (r"\boxed 7", [("7", True)]),
        (r"$\boxed 7$.", [("7", True)]),
        (r"so \boxed 12.", [("12", True)]),
        (r"\boxed\frac{1}{2} m", [(r"\frac{1}{2}", True)]),
        (r"\boxed{\frac{1}{2}}", [(r"\frac{1}{2}", True)]),
        (r"\boxed{\{1, 2\}}", [(r"\{1, 2\}", True)]),
        (r"\boxed{\text{a \} b}}", [(r"\text{a \} b}", True)]),
        (r"\boxed{a \\{b}}", [(r"a \\{b}", True)]),
        (r"\boxed{\boxed{2}}", [(r"\boxed{2}", True), ("2", True)]),
        (r"x = \boxed{1}, y = \boxed{2}", [("1", True), ("2", True)]),
        (r"\boxed{1} and \boxed{2", [("1", True), ("2", False)]),
        (r"\boxed{", [("", False)]),
        (r"\boxed{}", [("", True)]),
        (r"\\boxed{4}", [("4", True)]),
        ("\x08oxed{3}", [("3", True)]),
        ("{ stray \\boxed{3}", [("3", True)]),
        ("stray } \\boxed{3}", [("3", True)]),
        (r"\boxedx{3}", []),
        (r"\boxed", []),
        (r"<think>\boxed{1}</think> none", []),
        (r"<think>\boxed{1}</think> \boxed{2}", [("2", True)]),
        (r"\boxed{1}<|im_end|>\boxed{2}", [("1", True)]),
    ],
)
def test_boxes_are_found_by_their_braces(text: str, expected: list[tuple[str, bool]]) -> None:
    assert box_contents(text) == expected


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("The answer is 7.", "7"),
        ("Thus the answer is 3.14.", "3.14"),
        ("The final answer is $x = 2.5$. I hope it is correct.", "$x = 2.5$"),
        ("The answer is \\(1. 2\\). Done.", "\\(1. 2\\)"),
        ("So the correct answer is: **B**", "B"),
        ("**Answer:** 12", "12"),
        ("**Answer: 12**", "12"),
        ("**Answer**: 12", "12"),
        ("ANSWER: x", "x"),
        ("Answer - B", "B"),
        ("Final Answer\n\n7", "7"),
        ("### Final Answer\n$\\frac12$", "$\\frac12$"),
        ("**Final Answer**\n\nThe value is 7", "The value is 7"),
        ("The answer is:\n\\[\nx=2\n\\]\nDone", "\\[\nx=2\n\\]"),
        ("The answer is\n$$\n7\n$$", "$$\n7\n$$"),
        ("work\n#### 26", "26"),
        ("work\n#### 26\nDone.", "26"),
        ("work\nA: 26", "26"),
        ("The answer to this problem should be 5 cm", "5 cm"),
        ("The answer is therefore 5", "5"),
        ("The answer is approx. 5 cm. Yes.", "approx. 5 cm"),
        ("The answer is 5!", "5!"),
        ("Answer: Answer: B", "B"),
        ("Answer (in cm): 5", "5"),
        ("Answer: `B`", "B"),
        ("Answer B", "B"),
        ("The answer is $5", "$5"),
        ("The answer is 3. Therefore the answer is 4.", "4"),
        ("答案是B。", "B"),
        ("答案：12", "12"),
        ("因此这道题的答案为 $\\boxed{B}$", "$\\boxed{B}$"),
        ("最终答案是：5", "5"),
        ("答えはBです。", "B"),
        ("答え：12", "12"),
        ("정답은 B입니다.", "B"),
        ("La respuesta es 7.", "7"),
        ("La respuesta correcta es B", "B"),
        ("Réponse : 4", "4"),
        ("La bonne réponse est donc B.", "B"),
        ("Die Antwort lautet 7.", "7"),
        ("La risposta è D.", "D"),
        ("A resposta é D.", "D"),
        ("Het antwoord is dus 9.", "9"),
        ("Ответ: 5", "5"),
        ("Правильный ответ — B.", "B"),
        ("Відповідь: 5", "5"),
        ("Отговор: 5", "5"),
        ("Odgovor je 5", "5"),
        ("Odpowiedź: B", "B"),
        ("Odpověď je 5.", "5"),
        ("Răspunsul este 5.", "5"),
        ("Válasz: 5", "5"),
        ("Η απάντηση είναι 5.", "5"),
        ("Doğru cevap B'dir.", "B"),
        ("Cevap: 5", "5"),
        ("Svaret är 5.", "5"),
        ("Svaret er 5.", "5"),
        ("Vastaus on 5.", "5"),
        ("الإجابة: B", "B"),
        ("الجواب هو 5", "5"),
        ("پاسخ: 5", "5"),
        ("جواب: 5", "5"),
        ("התשובה היא 5", "5"),
        ("उत्तर: B", "B"),
        ("उत्तर B है।", "B"),
        ("উত্তর: 5", "5"),
        ("જવાબ: 5", "5"),
        ("ਜਵਾਬ: 5", "5"),
        ("பதில்: 5", "5"),
        ("సమాధానం: 5", "5"),
        ("ಉತ್ತರ: 5", "5"),
        ("ഉത്തരം: 5", "5"),
        ("คำตอบคือ 5", "5"),
        ("Đáp án: C", "C"),
        ("Câu trả lời là 5.", "5"),
        ("Jawabannya adalah 5.", "5"),
        ("Ang sagot ay 5.", "5"),
        ("Jibu ni 5.", "5"),
        ("Ìdáhùn: 5", "5"),
    ],
)
def test_the_last_declaration_claims(text: str, claim: str) -> None:
    assert claims(text)[-1] == (claim, False)


@pytest.mark.parametrize(
    "text",
    [
        "The answer is not 7",
        "The correct answer isn't B",
        "The answer can't be C.",
        "The answer is definitely not 7",
        "答案不是B",
        "La respuesta no es 7",
        "La réponse n'est pas 7",
        "Die Antwort ist nicht 7",
        "Ответ не 7",
        "Đáp án không phải là 7",
    ],
)
def test_a_denied_claim_is_marked(text: str) -> None:
    assert claims(text)[-1][1] is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The wrong answer is 7",
        "I will answer 3 questions",
        "I can answer a question about it",
        "There is no answer: the figure is missing",
        "This answers it",
        "The answer depends on the figure",
        "transparent means: glass",
        "#### Step 2: multiply\nand so on",
        "<think>The answer is 7</think>",
        "Ba: 4",
    ],
)
def test_prose_declares_nothing(text: str) -> None:
    assert claims(text) == []


def test_verbs_of_choosing_count_only_where_asked_for() -> None:
    text = "I would go with choice B."
    assert claims(text) == []
    assert claims(text, picks=True) == [("choice B", False)]
    assert claims("故选C", picks=True) == [("C", False)]


def test_at_least_27_languages_are_known() -> None:
    assert len(LANGUAGES) >= 27


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_each_language_announces_with_a_colon(language: object) -> None:
    for head in language.heads:  # type: ignore[attr-defined]  # the ids function widens the type
        assert claims(f"{head}: 12") == [("12", False)], head


@pytest.mark.parametrize(
    "piece",
    [
        *("\\boxed{", "{", "}", "\\", "\\boxed", "\\boxed\\text{", "answer is ", "the answer is $"),
        *("the answer is \\(", "答案", "answer of of of ", "#### 1 a\n", "####", "answer\n", "answer (", " ", "\n"),
        *("a: ", "a*", "answer*", "answer is\n", "İ", "the answer is \\begin{a}", "answer: . "),
    ],
)
def test_claims_are_read_in_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        response = read("answer: " + piece * (length // len(piece)))
        best = 60.0
        for _ in range(3):
            start = time.process_time()
            boxes(response)
            declarations(response, picks=True)
            best = min(best, time.process_time() - start)
        return best

    seconds(1000)
    assert seconds(80_000) < 0.02 + 16 * seconds(10_000)


@given(st.text(alphabet=" \n.*$\\{}()answeris:ABox7答案是不选不", max_size=60))
def test_spans_lie_in_order_within_the_visible_part(text: str) -> None:
    response = read(text)
    least = response.start
    for each in declarations(response, picks=True):
        assert least <= each.start < each.end <= response.end
        least = each.end
    for box in boxes(response):
        assert response.start <= box.start < box.inner_start <= box.inner_end <= box.end <= response.end


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    response = read(text)
    boxes(response)
    declarations(response, picks=True)
