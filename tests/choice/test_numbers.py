"""Numbers, lists, words and times as answers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers import ChoiceProblem, ProblemError
from verifiers.choice import VERIFIER
from verifiers.choice.folding import fold
from verifiers.choice.numbers import Quantity, quantities


def verdict(response: str, **fields: object) -> str:
    prepared = VERIFIER.prepare(ChoiceProblem.model_validate({"kind": "choice", **fields}))
    answer = prepared.extract(response)
    return "none" if answer is None else prepared.judge(answer).verdict.value


def number(response: str, reference: str, **fields: object) -> str:
    return verdict(response, answer_type="number", reference=reference, **fields)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("14", 14),
        ("+5", 5),
        ("-5", -5),
        ("−5", -5),
        (".5", Fraction(1, 2)),
        ("1,234", 1234),
        ("1,234,567.5", Fraction(2469135, 2)),
        ("1.234.567", 1234567),
        ("12,34", Fraction(1234, 100)),
        ("1 234", 1234),
        ("3/4", Fraction(3, 4)),
        ("3 1/7", Fraction(22, 7)),
        ("2½", Fraction(5, 2)),
        ("1.45 * 10^2", 145),
        ("1.45 × 10²", 145),
        ("1.5e3", 1500),
        ("10^5", 100000),
        ("fourteen", 14),
        ("twenty-one thousand three hundred and five", 21305),
        ("minus two", -2),
        ("二十四", 24),
        ("一百二十", 120),
        ("２４", 24),
        ("x = -3", -3),
    ],
)
def test_a_number_is_read_exactly(text: str, value: Fraction | int) -> None:
    assert [each.value for each in quantities(fold(text))] == [value]


@pytest.mark.parametrize(
    "text", ["", "none", "0x10", "1e999", "2π", "2√3", "3x", "2nd", "5!", "1/0", "no one", "a1", "10:30"]
)
def test_what_is_no_number_is_not_read_as_one(text: str) -> None:
    assert quantities(text) == []


@given(st.fractions(), st.sampled_from(["", "cm", "%", "m/s", "million $"]))
def test_a_quantity_survives_its_key(value: Fraction, unit: str) -> None:
    given_quantity = Quantity(value, unit)
    assert Quantity.from_key(given_quantity.key) == given_quantity


@pytest.mark.parametrize(
    ("response", "reference", "fields", "expected"),
    [
        ("14", "14", {}, "correct"),
        ("There must be 14 of them.", "14", {}, "correct"),
        ("Fourteen pears", "14", {}, "correct"),
        ("8 (6 large + 2 small)", "8", {}, "correct"),
        ("3 + 5 = 8", "8", {}, "correct"),
        ("There are 3 red and 5 blue ones. So there are 8.", "8", {}, "correct"),
        ("The answer is 8 because 3 + 5 gives that.", "8", {}, "correct"),
        (r"\boxed{8}", "8", {}, "correct"),
        (r"<answer>8</answer>", "8", {}, "correct"),
        ('{"answer": 8}', "8", {}, "correct"),
        ("1,900 and 2,005", "2005", {}, "no_answer"),
        ("7-9", "8", {}, "no_answer"),
        ("7-9", "9", {}, "no_answer"),
        ("Answer: 7 or 8", "8", {}, "no_answer"),
        ("Answer: at least 8", "8", {}, "incorrect"),
        ("not 8", "8", {}, "none"),
        ("<answer>8", "8", {}, "no_answer"),
        ("I cannot determine the number.", "8", {}, "no_answer"),
        ("12", "2", {}, "incorrect"),
        ("1.5", "1", {"precision": 0}, "incorrect"),
        ("14.0", "14", {"precision": 0}, "correct"),
        ("1.23", "1.2", {"precision": 1}, "correct"),
        ("1.26", "1.2", {"precision": 1}, "incorrect"),
        ("1.15", "1.2", {"precision": 1}, "correct"),
        ("1.25", "1.2", {"precision": 1}, "correct"),
        ("3.1", "3.14", {"precision": 2}, "incorrect"),
        ("104", "98", {"rel_tol": 0.05}, "incorrect"),
        ("102", "98", {"rel_tol": 0.05}, "correct"),
        ("0", "0", {"rel_tol": 0.05}, "correct"),
        ("98.4", "98", {"abs_tol": 0.5}, "correct"),
        ("5 cm", "5", {"unit": "cm"}, "correct"),
        ("5", "5", {"unit": "cm"}, "correct"),
        ("50 mm", "5", {"unit": "cm"}, "correct"),
        ("5 kg", "5", {"unit": "cm"}, "incorrect"),
        ("5 m", "5", {"unit": "cm"}, "incorrect"),
        ("5 cm²", "5", {"unit": "cm^2"}, "correct"),
        ("5 square centimeters", "5", {"unit": "cm^2"}, "correct"),
        ("5 cm", "5", {"unit": "cm^2"}, "incorrect"),
        ("36 km/h", "10", {"unit": "m/s"}, "correct"),
        ("60 degrees", "60", {"unit": "°"}, "correct"),
        ("1.05 rad", "60", {"unit": "deg"}, "incorrect"),
        ("$25 million", "25", {"unit": "million $"}, "correct"),
        ("25 million", "25", {"unit": "million $"}, "correct"),
        ("145 cents", "1.45", {"unit": "$"}, "correct"),
        ("$1.45", "1.45", {}, "correct"),
        ("32 °F", "0", {"unit": "C"}, "correct"),
        ("5 ft 6 in", "66", {"unit": "in"}, "correct"),
        ("75%", "75", {}, "correct"),
        ("75%", "0.75", {}, "correct"),
        ("0.75", "75", {}, "incorrect"),
        ("5M", "5000000", {}, "correct"),
        ("5 apples", "5", {}, "correct"),
    ],
)
def test_a_number_is_right_by_value(response: str, reference: str, fields: dict[str, object], expected: str) -> None:
    assert number(response, reference, **fields) == expected


@pytest.mark.parametrize(
    ("response", "reference", "fields", "expected"),
    [
        ("[1998, 2003]", "[1998, 2003]", {}, "correct"),
        ("(1998, 2003)", "[1998, 2003]", {}, "correct"),
        ("between 1998 and 2003", "[1998, 2003]", {}, "correct"),
        ("The answer is 1998, 2003.", "[1998, 2003]", {}, "correct"),
        ('["1998", "2003"]', "[1998, 2003]", {}, "correct"),
        ("```python\n[1998, 2003]\n```", "[1998, 2003]", {}, "correct"),
        ("<answer>[1998.0, 2003.0]</answer>", "[1998, 2003]", {}, "correct"),
        ("[1998]", "[1998, 2003]", {}, "incorrect"),
        ("[1998, 2003, 2010]", "[1998, 2003]", {}, "incorrect"),
        ("[2003, 1998]", "[1998, 2003]", {}, "incorrect"),
        ("[2003, 1998]", "[1998, 2003]", {"ordered": False}, "correct"),
        ("[[1,2],[3,4]]", "[[1, 2], [3, 4]]", {}, "correct"),
        ("[1, 2, 3, 4]", "[[1, 2], [3, 4]]", {}, "incorrect"),
        ("Red; Blue", '["red", "blue"]', {}, "correct"),
        ("red and blue", '["red", "blue"]', {}, "correct"),
        ('open("/etc/passwd").read()', "[1]", {}, "incorrect"),
        ("I cannot tell", "[1]", {}, "no_answer"),
    ],
)
def test_a_list_is_right_by_its_elements(
    response: str, reference: str, fields: dict[str, object], expected: str
) -> None:
    assert verdict(response, answer_type="list", reference=reference, **fields) == expected


@pytest.mark.parametrize(
    ("response", "reference", "expected"),
    [
        ("Lisbon", "Lisbon", "correct"),
        ("lisbon.", "Lisbon", "correct"),
        ("**Lisbon**", "Lisbon", "correct"),
        ("The capital is Lisbon.", "Lisbon", "correct"),
        ("The answer is Lisbon.", "Lisbon", "correct"),
        ("Lisbon, Portugal", "Lisbon", "correct"),
        (r"\boxed{\text{Lisbon}}", "Lisbon", "correct"),
        ("Not Lisbon", "Lisbon", "incorrect"),
        ("The capital is not Lisbon.", "Lisbon", "incorrect"),
        ("Lisbon or Madrid", "Lisbon", "incorrect"),
        ("The Lisbonite is a stone.", "Lisbon", "incorrect"),
        ("12", "2", "incorrect"),
        ("2.0", "2", "correct"),
        ("I do not know", "no", "no_answer"),
        ("yesterday", "yes", "incorrect"),
        ("a red car", "red car", "correct"),
        ("NYC", ["New York", "NYC"], "correct"),
        ("Newark", ["New York", "NYC"], "incorrect"),
    ],
)
def test_words_are_right_as_a_whole(response: str, reference: str | list[str], expected: str) -> None:
    assert verdict(response, answer_type="text", reference=reference) == expected


@pytest.mark.parametrize(
    ("response", "reference", "expected"),
    [
        ("10:30", "10:30", "correct"),
        ("It is 10:30 AM.", "10:30", "correct"),
        ("half past ten", "10:30", "correct"),
        ("quarter to eleven", "10:45", "correct"),
        ("ten thirty", "10:30", "correct"),
        ("10点30分", "10:30", "correct"),
        ("3 o'clock", "3:00", "correct"),
        ("3 pm", "15:00", "correct"),
        ("10:30 PM", "10:30 AM", "incorrect"),
        ("10:31", "10:30", "incorrect"),
        ("10:30 or 10:31", "10:30", "no_answer"),
        ("25:61", "10:30", "none"),
    ],
)
def test_a_time_of_day_is_read(response: str, reference: str, expected: str) -> None:
    assert verdict(response, answer_type="time", reference=reference) == expected


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"answer_type": "number", "reference": "many"}, "reference"),
        ({"answer_type": "list", "reference": ""}, "reference"),
        ({"answer_type": "text", "reference": " "}, "reference"),
        ({"answer_type": "time", "reference": "noonish"}, "reference"),
        ({"reference": "E", "choices": ["x", "y"]}, "reference"),
        ({"reference": ["A"], "choices": ["x", "y"]}, "reference"),
        ({"reference": "A", "choices": ["x", "y"], "labels": ["A", "A"]}, "labels"),
        ({"reference": "A", "choices": ["x", "y"], "labels": ["A"]}, "labels"),
        ({"reference": "A", "choices": []}, "choices"),
        ({"reference": "A", "choices": ["x"] * 27}, "labels"),
        ({"answer_type": "multi", "reference": "AE", "choices": ["x", "y"]}, "reference"),
        ({"answer_type": "box", "reference": [1, 2, 3]}, "reference"),
        ({"answer_type": "box", "reference": [10, 10, 5, 5]}, "reference"),
        ({"answer_type": "box", "reference": [0, 0, 1, 1], "gold_coord": "norm1"}, "image_size"),
        ({"answer_type": "point", "reference": "here"}, "reference"),
    ],
)
def test_a_bad_problem_is_named_with_its_field(fields: dict[str, object], field: str) -> None:
    problem = ChoiceProblem.model_validate({"kind": "choice", "id": "p1", **fields})
    with pytest.raises(ProblemError) as caught:
        VERIFIER.prepare(problem)
    assert caught.value.problem_id == "p1"
    assert caught.value.field == field
