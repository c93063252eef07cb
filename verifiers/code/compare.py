"""When is what a program printed or returned what was expected? Pure functions over plain data.

Printed output is compared as bytes; words are separated by ASCII blanks alone, numbers follow an ASCII
grammar, so that no fullwidth digit, underscore or `nan` passes for a number.

A returned value is compared as Python's `==` does between values of exact built-in types, with what JSON
cannot say allowed for: JSON has no tuple, so a tuple equals a list of equal items, at any depth; JSON's
object keys are strings, so an integer key equals its decimal text; where the problem says so, neither is allowed
for. An expected tuple (`plain`) is never a list. As in Python `1 == 1.0` and `True == 1`;
a string is never a number. NaN equals an expected NaN and nothing else. What is no plain data equals nothing.
"""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from verifiers.code.guest.codec import Members, Pairs
from verifiers.code.plain import Digest
from verifiers.problem import Checker, Tolerance

_NUMBER = re.compile(rb"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_NUMBER_LONGEST = 400
_TOLD_MOST = 120


# ---- printed output


def same_output(expected: bytes, printed: bytes, checker: Checker) -> bool:
    """Whether `printed` is right by the rule of `checker`, one that is no program."""
    if checker.ignore_case:
        expected, printed = expected.lower(), printed.lower()  # of bytes: ASCII letters alone
    return _RULES[checker.type](expected, printed, checker)


def _same_exact(expected: bytes, printed: bytes, checker: Checker) -> bool:
    return expected.removesuffix(b"\n") == printed.removesuffix(b"\n")


def _same_tokens(expected: bytes, printed: bytes, checker: Checker) -> bool:
    return expected.split() == printed.split()


def _same_lines(expected: bytes, printed: bytes, checker: Checker) -> bool:
    return _lines(expected) == _lines(printed)


def _same_unordered(expected: bytes, printed: bytes, checker: Checker) -> bool:
    return sorted(_lines(expected)) == sorted(_lines(printed))


def _lines(text: bytes) -> list[bytes]:
    lines = [line.rstrip(b" \t\r\f\v") for line in text.split(b"\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _same_floats(expected: bytes, printed: bytes, checker: Checker) -> bool:
    wanted, found = expected.split(), printed.split()
    return len(wanted) == len(found) and all(
        want == got or _near_text(want, got, checker) for want, got in zip(wanted, found)
    )


def _near_text(want: bytes, got: bytes, checker: Checker) -> bool:
    if max(len(want), len(got)) > _NUMBER_LONGEST or not (_NUMBER.fullmatch(want) and _NUMBER.fullmatch(got)):
        return False
    return _near(float(want), float(got), checker.absolute, checker.relative)


def _near(want: float, got: float, absolute: float, relative: float) -> bool:
    """Whether both are finite and `got` lies within either bound of `want`."""
    if not (math.isfinite(want) and math.isfinite(got)):
        return False
    return abs(want - got) <= max(absolute, relative * abs(want))


_RULES: dict[str, Callable[[bytes, bytes, Checker], bool]] = {
    "exact": _same_exact,
    "tokens": _same_tokens,
    "lines": _same_lines,
    "unordered_lines": _same_unordered,
    "floats": _same_floats,
}


# ---- returned values


def same_value(expected: Any, returned: Any, tolerance: Tolerance | None = None, *, exact: bool = False) -> bool:
    """Whether `returned` (read unhashed by `codec`) equals `expected`, a plain value.

    `exact`: as `==` does, a list is no tuple, and a text key is no integer. An expected tuple is never a list.
    """
    if isinstance(expected, Digest):
        return expected.matches(returned)
    return _same(expected, returned, _Rule(tolerance, exact))


@dataclass(frozen=True, slots=True)
class _Rule:
    tolerance: Tolerance | None
    exact: bool


def _same(expected: Any, returned: Any, rule: _Rule) -> bool:
    kind = type(returned)
    if expected is None or kind is type(None):
        return expected is None and returned is None
    if isinstance(expected, int | float):
        return kind in (bool, int, float) and _same_number(expected, returned, rule.tolerance)
    if isinstance(expected, str | bytes):
        return kind is type(expected) and bool(expected == returned)
    if isinstance(expected, list | tuple):
        fit = kind is type(expected) or (kind is tuple and not rule.exact)
        return (
            fit
            and len(expected) == len(returned)
            and all(_same(want, got, rule) for want, got in zip(expected, returned))
        )
    if isinstance(expected, dict):
        return kind is Pairs and _same_mapping(expected, returned, rule)
    if isinstance(expected, set | frozenset):
        return kind is Members and _same_members(expected, returned)
    return isinstance(expected, complex) and kind is complex and bool(expected == returned)


def _same_number(expected: int | float, returned: int | float, tolerance: Tolerance | None) -> bool:
    if expected == returned:
        return True
    if isinstance(expected, float) and math.isnan(expected):
        return isinstance(returned, float) and math.isnan(returned)
    if tolerance is None or isinstance(expected, bool) or isinstance(returned, bool):
        return False
    if isinstance(expected, int) and isinstance(returned, int):
        return False  # a tolerance is for what was rounded
    try:
        return _near(float(expected), float(returned), tolerance.absolute, tolerance.relative)
    except OverflowError:
        return False


def _same_mapping(expected: dict[Any, Any], returned: Pairs, rule: _Rule) -> bool:
    """Each returned key is looked up among the expected ones: what the program chose is hashed, never stored."""
    if len(expected) != len(returned):
        return False
    met = set()
    for key, value in returned:
        found = _key_among(expected, key, rule)
        if found is None or found[0] in met or not _same(expected[found[0]], value, rule):
            return False
        met.add(found[0])
    return True


def _key_among(expected: dict[Any, Any], key: Any, rule: _Rule) -> tuple[Any] | None:
    if _is_hashable(key) and key in expected:
        return (key,)
    name = str(key) if type(key) is int and abs(key) < 1 << 64 and not rule.exact else None
    return (name,) if name is not None and name in expected else None


def _same_members(expected: set[Any] | frozenset[Any], returned: Members) -> bool:
    """As for keys: no two members of the program's may be the same."""
    if len(expected) != len(returned):
        return False
    left = set(expected)
    for member in returned:
        if not _is_hashable(member) or member not in left:
            return False
        left.discard(member)
    return True


_LEAVES = frozenset((type(None), bool, int, float, complex, str, bytes))


def _is_hashable(value: Any) -> bool:
    """Whether hashing `value` is harmless: it is a plain leaf, or a tuple of such."""
    kind = type(value)
    return kind in _LEAVES or (kind is tuple and all(map(_is_hashable, value)))


# ---- values for a person to read


def told(value: Any, most: int = _TOLD_MOST) -> str:
    """`value` in at most `most` characters, in time that does not grow with it."""
    text = _told(value, most, 4)
    return text if len(text) <= most else text[: most - 1] + "…"


def _told(value: Any, most: int, depth: int) -> str:
    if isinstance(value, str | bytes):
        return repr(value[:most])
    if type(value) is int and value.bit_length() > 256:
        return f"an integer of {value.bit_length()} bits"
    brackets = _BRACKETS.get(type(value))
    if brackets is None:
        try:
            return repr(value)
        except ValueError:  # a range or slice of integers too large to be written
            return f"a {type(value).__name__}"
    if depth == 0:
        return f"{brackets[0]}…{brackets[1]}"
    items = list(islice(value.items() if isinstance(value, dict) else value, 12))
    if type(value) in (dict, Pairs):
        inside = [f"{_told(key, 30, depth - 1)}: {_told(item, 30, depth - 1)}" for key, item in items]
    else:
        inside = [_told(item, 40, depth - 1) for item in items]
    more = ["…"] if len(value) > len(items) else []
    return brackets[0] + ", ".join(inside + more) + brackets[1]


_BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    dict: ("{", "}"),
    Pairs: ("{", "}"),
    Members: ("{", "}"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    deque: ("deque([", "])"),
}
