"""The value of a short numerical formula: `5√5-10`, `3·2^5`, `(5/3)π+2`; what it is written with does not matter.

Only for telling which of an item's options a claim is equal to, where no notation settles it: values are floating
point. A formula with a letter, a unit or a sign beyond `+ - × / ^ √ π ( )` has none; nor has one where a product
without a sign follows a quotient (`1/2√3`), which is read in two ways; a blank between them ends the quotient.
"""

from __future__ import annotations

import math
import re

_LONGEST = 80
_MOST_POWER = 64.0
_TOKEN = re.compile(r"\s*(?:(?P<number>\d{1,15}(?:\.\d{1,15})?|\.\d{1,15})|(?P<sign>[-+*/^()√π×·÷]))")
_SIGNS = {"·": "*", "×": "*", "÷": "/"}
_WORTH = re.compile(r"[√π^×·*/+]|\d\s?[-(]")


class _NoValueError(Exception):
    """The text is no formula of numbers."""


def value_of(text: str) -> float | None:
    """The value of `text` (plain notation); None where it is no formula of numbers or the value is not finite."""
    if len(text) > _LONGEST or _WORTH.search(text) is None:
        return None
    try:
        value = _Reading(*_tokens(text)).whole()
    except (_NoValueError, ZeroDivisionError, OverflowError, ValueError, RecursionError):
        return None
    return value if math.isfinite(value) else None


def agree(one: float, other: float) -> bool:
    """Whether two values are the same but for rounding in their computation."""
    return math.isclose(one, other, rel_tol=1e-11, abs_tol=1e-13)


def _tokens(text: str) -> tuple[list[str], list[bool]]:
    """The tokens, and whether a blank stands before each."""
    tokens: list[str] = []
    apart: list[bool] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _NoValueError
        sign = match["sign"]
        tokens.append(match["number"] or _SIGNS.get(sign, sign))
        apart.append(text[at].isspace())
        at = match.end()
    return tokens, apart


class _Reading:
    """Descends through sums, products, powers and atoms; nesting is bounded by the length of the text."""

    def __init__(self, tokens: list[str], apart: list[bool]) -> None:
        self._tokens = tokens
        self._apart = apart
        self._at = 0

    def whole(self) -> float:
        value = self._sum()
        if self._at < len(self._tokens):
            raise _NoValueError
        return value

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._next()
        self._at += 1
        return token

    def _sum(self) -> float:
        value = self._product()
        while self._next() in ("+", "-"):
            value = value + self._product() if self._take() == "+" else value - self._product()
        return value

    def _product(self) -> float:
        if self._next() in ("+", "-"):
            return self._product() if self._take() == "+" else -self._product()
        value, divided = self._power(), False
        while (token := self._next()) and token not in ("+", "-", ")", "^"):
            if token in ("*", "/"):
                self._at += 1
                divided = token == "/"
                value = value / self._power() if divided else value * self._power()
                continue
            ended = self._tokens[self._at - 1] == ")" or self._apart[self._at]
            if (divided and not ended) or token[0].isdigit() or token[0] == ".":
                raise _NoValueError
            value *= self._power()
        return value

    def _power(self) -> float:
        base = self._atom()
        if self._next() != "^":
            return base
        self._at += 1
        sign = -1.0 if self._next() == "-" and self._take() else 1.0
        exponent = sign * self._atom()
        if abs(exponent) > _MOST_POWER:
            raise _NoValueError
        return math.pow(base, exponent)

    def _atom(self) -> float:
        token = self._take()
        if token == "π":
            return math.pi
        if token == "√":
            return math.sqrt(self._atom())
        if token == "(":
            value = self._sum()
            if self._take() != ")":
                raise _NoValueError
            return value
        if token and (token[0].isdigit() or token[0] == "."):
            return float(token)
        raise _NoValueError
