"""Numbers as they are written: digits, repeating decimals, exponents, and words ("forty-two")."""

from __future__ import annotations

from math import gcd

from verifiers.math.tokens import ParseFailure, Token
from verifiers.math.tree import Number

MOST_DIGITS = 12_000
MOST_EXPONENT = 5_000
_PYTHON_LIMIT = 4_000  # the interpreter refuses longer conversions


def digits_value(digits: str) -> int:
    """The integer that `digits` writes, also where it is too long for the interpreter's own conversion."""
    if len(digits) <= _PYTHON_LIMIT:
        return int(digits)
    from flint import fmpz

    return int(fmpz(digits))


def rational(numerator: int, denominator: int, places: int | None = None) -> Number:
    """`numerator / denominator` in lowest terms (`denominator` not 0)."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    common = gcd(numerator, denominator)
    return Number(numerator // common, denominator // common, places)


def read_number(token: Token) -> Number:
    """The value of a number token: `digits[.digits][r digits][e digits]`."""
    text = token.value
    if len(text) > MOST_DIGITS:
        raise ParseFailure(token.position, f"a number of more than {MOST_DIGITS} digits")
    if text.isdigit():
        return Number(digits_value(text))
    text, _, exponent = text.partition("e")
    text, _, period = text.partition("r")
    whole, _, fraction = text.partition(".")
    numerator, denominator = digits_value((whole or "0") + fraction), 10 ** len(fraction)
    if period:
        nines = 10 ** len(period) - 1
        numerator, denominator = numerator * nines + digits_value(period), denominator * nines
        return rational(numerator, denominator)
    power = int(exponent or 0)
    if abs(power) > MOST_EXPONENT:
        raise ParseFailure(token.position, f"an exponent beyond {MOST_EXPONENT}")
    if power >= 0:
        numerator *= 10**power
    else:
        denominator *= 10**-power
    return rational(numerator, denominator, max(0, len(fraction) - power))


# ---- words

_SMALL = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * (place + 2)
    for place, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}
_TENS["fourty"] = 40
SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "dozen": 12,
}
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4,
    "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "seventh": 7, "sevenths": 7, "eighth": 8, "eighths": 8,
    "ninth": 9, "ninths": 9, "tenth": 10, "tenths": 10, "hundredth": 100, "hundredths": 100,
}  # fmt: skip
NUMBER_WORDS = frozenset({*_SMALL, *_TENS, *SCALES, *_PARTS, "minus", "negative"})


def number_words(text: str) -> Number | None:
    """The number that English words spell ("minus one hundred and five", "three quarters"), or None."""
    words = text.lower().replace("-", " ").split()
    if not words or len(words) > 24:
        return None
    sign = 1
    if words[0] in {"minus", "negative"}:
        sign, words = -1, words[1:]
    if not words or words[0] == "and" or words[-1] == "and":
        return None
    if words[-1] in _PARTS:
        count = words[:-1]
        if count in ([], ["a"], ["one"]):
            return rational(sign, _PARTS[words[-1]])
        above = _cardinal(count)
        return None if above is None else rational(sign * above, _PARTS[words[-1]])
    value = _cardinal(words)
    return None if value is None else Number(sign * value)


def _cardinal(words: list[str]) -> int | None:
    total, group, last = 0, 0, 10**15
    if not words:
        return None
    for place, word in enumerate(words):
        if word == "and":
            continue
        if word == "a" and place == 0 and len(words) > 1 and words[1] in SCALES:
            group, last = 1, 1
        elif word in _SMALL:
            if last < 20 or (last < 100 and _SMALL[word] > 9):
                return None
            group, last = group + _SMALL[word], 1
        elif word in _TENS:
            if last < 100:
                return None
            group, last = group + _TENS[word], 20
        elif word in {"hundred", "dozen"}:
            group, last = max(group, 1) * SCALES[word], 100
        elif word in SCALES:
            total, group, last = total + max(group, 1) * SCALES[word], 0, 1000
        else:
            return None
    return total + group
