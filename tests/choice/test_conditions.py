"""Conditions, absent things, mixed numbers, times with a point, and announcements in many languages."""

import pytest

from tests.choice.test_cases import picked
from verifiers import ChoiceProblem, grade

ANIMALS = ["owl", "horse", "frog", "whale"]


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("B would be correct if the sign were flipped.", "none"),
        ("Option B would have been right had it rained. The answer is C.", "C"),
        ("B would be right unless it rains, so the answer is D.", "D"),
        ("B would be the answer only if x > 0. Answer: A", "A"),
        ("The horse is missing.", "none"),
        ("The horse is absent, so it must be the frog.", "C"),
        ("The horse is missing. The answer is C.", "C"),
    ],
)
def test_what_is_only_supposed_or_absent_is_not_picked(response, expected):
    assert picked(response, choices=ANIMALS) == expected


@pytest.mark.parametrize(
    ("response", "right"),
    [
        *[
            (text, True)
            for text in ("one and a half", "1 and a half", "One and one half", "1 1/2", "1½", "1.50", "3/2")
        ],
        *[(text, True) for text in ("The answer is one and a half.", "It is 1 and a half meters.", "1 AND A HALF")],
        *[(text, False) for text in ("two and a half", "1 and a quarter", "one", "1", "half", "one half", "a half")],
    ],
)
def test_a_whole_and_a_half_is_one_number(response, right):
    assert grade(ChoiceProblem(answer_type="number", reference="1.5"), response).correct is right


@pytest.mark.parametrize(
    ("response", "right"),
    [
        *[(text, True) for text in ("10.30", "10.30 am", "The time is 10.30.", "10:30", "half past ten", "10h30")],
        *[(text, False) for text in ("10.45", "10.3", "It is 10.30 cm long", "11.30", "110.30")],
    ],
)
def test_a_point_may_stand_in_a_time_that_ends_its_claim(response, right):
    assert grade(ChoiceProblem(answer_type="time", reference="10:30"), response).correct is right


@pytest.mark.parametrize(
    "announced",
    [
        *(
            "La respuesta es {}.",
            "La réponse est {}.",
            "Die Antwort lautet {}.",
            "La risposta è {}.",
            "A resposta é {}.",
        ),
        *(
            "Het antwoord is {}.",
            "Ответ: {}.",
            "Відповідь: {}.",
            "Odpowiedź: {}.",
            "Odpověď je {}.",
            "Răspunsul este {}.",
        ),
        *(
            "Η απάντηση είναι {}.",
            "Cevap: {}",
            "Svaret är {}.",
            "Svaret er {}.",
            "Vastaus on {}.",
            "答案是{}。",
            "答えは{}です。",
        ),
        *(
            "정답은 {}입니다.",
            "Đáp án là {}.",
            "Jawaban: {}.",
            "คำตอบคือ {}",
            "उत्तर: {}",
            "الإجابة هي {}",
            "התשובה היא {}",
        ),
        *("A válasz: {}", "Jibu ni {}.", "Sagot: {}", "উত্তর: {}", "பதில்: {}", "జవాబు: {}", "پاسخ: {}"),
    ],
)
def test_every_language_announces_the_letter_and_the_letter_alone(announced):
    for letter in "ABCD":
        assert picked(announced.format(letter), choices=ANIMALS) == letter
        assert picked(announced.format(f"({letter})"), choices=ANIMALS) == letter
