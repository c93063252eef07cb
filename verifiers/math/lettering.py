r"""What stands in another letter shape, `\text{…}`, `\mathrm{…}`, `\mathbf{…}`: a formula, a function's name, or words.

`reading` tells it from the command, its content and what is beside it; the tokenizer does the rest.
"""

from __future__ import annotations

import re
from typing import Literal

from verifiers.math import notation as tables
from verifiers.math.units import UNIT_LETTERS

Kind = Literal["text", "name", "cmd", "letters", "formula"]

_AXES = frozenset({"i", "j", "k"})  # of unit vectors
_VECTOR = re.compile(r"[A-Z]'?(?:_\{?\d\}?)?[A-Z]'?(?:_\{?\d\}?)?")
_BARE_NUMBER = re.compile(r"[\s\d.,+\-]*\d[\s\d.,+\-]*")
_SPACED_DIGITS = re.compile(r"-?\s*\d(?:\s+[\d.])+")
_SIGNS = re.compile(r"[\d^_=+*/()<>|]")
_RELATED = re.compile(r"[=+<>]")
_UPRIGHT = frozenset({"mathrm", "operatorname"})
_EMPHASIS = frozenset({"textbf", "textit", "emph"})
_WORD = re.compile(r"[A-Za-z]{3}")


def reading(command: str, inner: str, *, after_number: bool, applied: bool) -> tuple[Kind, str]:
    """The kind of token that `\\command{inner}` is, and its value; a formula is to be cut into tokens itself.

    `after_number`: whether a value stands before it; `applied`: whether a round bracket follows.
    """
    plain = inner.replace(" ", "")
    if command in _UPRIGHT and after_number and len(plain) == 1 and plain in UNIT_LETTERS:
        return "text", plain
    if command in tables.BOLD or command in tables.ARROWS:
        if plain in _AXES:
            return "name", f"unit {plain}"
        if command in tables.ARROWS and _VECTOR.fullmatch(plain):
            return "name", f"vector {plain}"
    if _names_function(command, plain, applied):
        return ("cmd" if plain in tables.FUNCTION_COMMANDS else "letters"), plain
    if _SPACED_DIGITS.fullmatch(inner):  # \mathbf{1 7}
        return "formula", plain
    if _is_formula(command, inner, plain):
        return "formula", inner.rstrip(" .,;:") or inner
    if plain.isalpha() and _names_operator(command, plain, applied=applied and not after_number):
        return "name", plain
    return "text", inner


def _names_operator(command: str, plain: str, *, applied: bool) -> bool:
    if command == "operatorname":
        return True
    return applied and (command in tables.LETTER_SHAPES or plain in tables.OPERATOR_NAMES)


def _names_function(command: str, plain: str, applied: bool) -> bool:
    if plain not in tables.PLAIN_FUNCTIONS and plain not in tables.FUNCTION_COMMANDS:
        return False
    return command in tables.LETTER_SHAPES or applied or plain not in tables.WORDS_TOO


def _is_formula(command: str, inner: str, plain: str) -> bool:
    """Whether it is mathematics: units are upright, words are text, so bold and relations are neither."""
    if "\\" in inner or _BARE_NUMBER.fullmatch(inner):
        return True
    if command in tables.TEXT_COMMANDS:
        return command in _EMPHASIS and "^" in inner and _WORD.search(inner) is None
    return len(plain) == 1 or (_SIGNS if command in tables.BOLD else _RELATED).search(inner) is not None
