"""Numbers in figures: how their digits are grouped, which sign is the decimal one, what repeats.

A number of the tokenizer is at first a run of digits with at most one period. `longest_number` looks on where one of
`GOES_ON` follows, and gives the number's canonical spelling: `digits[.digits][e+-digits][r digits]`, where the digits
after `r` repeat.

A comma between digits is open: it groups them, or parts a list, or is the decimal sign. `Commas` says which readings
are wanted. A run of digits and commas is one number or none: in `8,27,64,125` no comma groups. In braces, `{,}`, a
comma is always part of the number: between groups of three it groups, else it is the decimal sign.
"""

from __future__ import annotations

import re
from typing import Literal

Commas = Literal["auto", "list", "number"]

# after these characters a number may go on: groups of digits, a period, an exponent; never the empty text at the end
GOES_ON = frozenset(",. \\eE({'")

_GROUPED = (
    re.compile(r"\d{1,3}(?:,\d{3})+(?!\d|,\d)"),
    re.compile(r"\d{1,3}(?: \d{3})+(?!\d| \d)"),
)
_GROUPED_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?![\d,])")
_GROUPED_BY_MARKS = re.compile(r"\d{1,3}(?:'\d{3})+(?![\d'])|\d{1,3}(?:\.\d{3}){2,}(?!\.?\d)")
_IN_BRACES = re.compile(r"\d+(?:\{,\}\d+)+")
_THOUSANDS_IN_BRACES = re.compile(r"(?!0)\d{1,3}(?:\{,\}\d{3})+|\d{1,2}(?:\{,\}\d{2})+\{,\}\d{3}")
_GROUPS_OF_DECIMALS = re.compile(r"(?:\{,\}\d{3})+(?:\{,\}\d{1,2}(?!\d))?")
_DECIMAL_COMMA = re.compile(r"\d+,\d+(?![\d,])|\d{1,3}(?:[. ]\d{3})+,\d+(?![\d,])")
_FRACTIONAL = re.compile(r"\.\d+")
_EXPONENT = re.compile(r"[eE][+-]?\d{1,7}(?![\w.])")
_REPEATING = re.compile(
    r"\.?\s*(?:\\(?:overline|bar)\s*\{?\s*(\d+)\s*\}?|\\dot\s*\{?(\d)\}?(?:(\d*)\\dot\s*\{?(\d)\}?)?|(?<=\.)\((\d+)\))"
)
_DOTS = re.compile(r"\s*(?:\.\.\.+|\\(?:l|c|)dots[cob]?(?![A-Za-z]))")
_LONGEST_PERIOD = 24


def longest_number(text: str, at: int, value: str, end: int, commas: Commas) -> tuple[str, int]:
    """The longest number at `at`, of which `value` up to `end` is known: its canonical spelling and where it ends."""
    following = text[end : end + 2]
    if following[0] in ", '" and not (following[1:].isdigit() or following[1:] == "\\"):
        return value, end
    if "." not in value:
        value, end = _grouped(text, at, value, end, commas)
    elif following[0] == "{":
        decimals = _GROUPS_OF_DECIMALS.match(text, end)
        if decimals is not None:
            value, end = value + decimals.group().replace("{,}", ""), decimals.end()
    else:
        marked = _GROUPED_BY_MARKS.match(text, at)
        if marked is not None:
            value, end = marked.group().replace(".", ""), marked.end()
    if commas == "number" and not _goes_before(text, at):
        european = _DECIMAL_COMMA.match(text, at)
        if european is not None and european.end() > end:
            value, end = european.group().replace(".", "").replace(" ", "").replace(",", "."), european.end()
    repeating = _REPEATING.match(text, end)
    if repeating is not None and ("." in value) != text.startswith(".", end):
        plain, dotted, between, last, bracketed = repeating.groups()
        period = plain or bracketed or (dotted + (between + last if last else ""))
        dots = _DOTS.match(text, repeating.end())
        value = value if "." in value else value + "."
        return f"{value}r{period}", dots.end() if dots is not None else repeating.end()
    exponent = _EXPONENT.match(text, end)
    if exponent is not None:
        return value + exponent.group().lower(), exponent.end()
    dots = _DOTS.match(text, end) if "." in value else None
    period = repeated(value.partition(".")[2]) if dots is not None else ""
    return (f"{value}r{period}", dots.end()) if dots is not None and period else (value, end)


def _grouped(text: str, at: int, value: str, end: int, commas: Commas) -> tuple[str, int]:
    """A whole number's groups of digits, and the decimals after them."""
    if text.startswith("{,}", end):
        braces = _IN_BRACES.match(text, at)
        if braces is not None:
            written, end = braces.group(), braces.end()
            if _THOUSANDS_IN_BRACES.fullmatch(written):
                value = written.replace("{,}", "")
            elif written.count("{,}") == 1:
                return written.replace("{,}", "."), end
            else:
                return value, at + len(value)
    elif text.startswith("'", end):
        marked = _GROUPED_BY_MARKS.match(text, at)
        if marked is not None:
            return marked.group().replace("'", ""), marked.end()
    elif commas != "list" and not value.startswith("0"):
        grouped = next((found for shape in _GROUPED if (found := shape.match(text, at)) is not None), None)
        if grouped is None and commas == "number":
            grouped = _GROUPED_INDIAN.match(text, at)
        if grouped is None or _goes_before(text, at):
            return value, end
        value, end = grouped.group().replace(",", "").replace(" ", ""), grouped.end()
    fraction = _FRACTIONAL.match(text, end)
    if fraction is not None:
        value, end = value + fraction.group(), fraction.end()
    return value, end


def _goes_before(text: str, at: int) -> bool:
    """Whether digits and a comma stand right before: then this is a member of a list."""
    return at > 1 and text[at - 1] == "," and text[at - 2].isdigit()


def repeated(decimals: str) -> str:
    """The period that the last decimals show at least twice: "6" of "1666", "27" of "2727"; "" for none."""
    tail = decimals[-2 * _LONGEST_PERIOD :]
    for size in range(1, len(tail) // 2 + 1):
        if tail[-size:] == tail[-2 * size : -size]:
            return tail[-size:]
    return ""
