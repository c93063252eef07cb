"""English number words: what they spell, and what is none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from verifiers.number_words import MAGNITUDES, number_in_words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("zero", Fraction(0)),
        ("forty-two", Fraction(42)),
        ("minus one hundred and five", Fraction(-105)),
        ("one thousand, nine hundred and eighty-four", Fraction(1984)),
        ("a thousand million", Fraction(10**9)),
        ("three quarters", Fraction(3, 4)),
        ("two and a half", Fraction(5, 2)),
        ("five twenty-fourths", Fraction(5, 24)),
        ("half a million", Fraction(500_000)),
        ("two and a half million", Fraction(2_500_000)),
        ("three point one four", Fraction(157, 50)),
        ("twenty-first", Fraction(21)),
        ("twenty-third", Fraction(23)),
        ("twenty thirds", Fraction(20, 3)),
    ],
)
def test_number_words_spell_a_number(text: str, value: Fraction) -> None:
    assert number_in_words(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "and",
        "five and",
        "two and two",
        "one two",
        "twenty, one",
        "first",
        "a",
        "an hour",
        "two million three billion",
    ],
)
def test_other_words_spell_none(text: str) -> None:
    assert number_in_words(text) is None


def test_magnitudes_are_what_they_multiply_by() -> None:
    assert MAGNITUDES["lakh"] == 10**5
    assert MAGNITUDES["万"] == 10**4
    assert MAGNITUDES["hundredths"] == Fraction(1, 100)
    assert "quarters" not in MAGNITUDES  # coins
