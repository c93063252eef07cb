"""Numbers as they are written: digits, repeating decimals, exponents, and words ("forty-two")."""

from __future__ import annotations

from math import gcd

from verifiers.math.tokens import ParseFailure, Token
from verifiers.math.tree import Number
from verifiers.number_words import number_in_words

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
    return rational(numerator, denominator, len(fraction) - power)


# ---- words


def number_words(text: str) -> Number | None:
    """The number that English words spell ("minus one hundred and five", "three quarters"), or None."""
    value = number_in_words(text)
    return None if value is None else Number(value.numerator, value.denominator)
