r"""Text that begins with a number, `\text{12 apples}`, `\text{10:30 a.m.}`: its words and what is mathematics between.

A text is counted where it begins with a number, or with a name and the number that it equals. A number that goes on in
letters is part of a name (`2A`), unless the letters are a unit (`5km`).
"""

from __future__ import annotations

import re

from verifiers.math.units import is_unit

Piece = tuple[str, str]  # "formula" or "text", and what it is

_JOINTS = frozenset({"and", "or"})
_BEGINS = re.compile(r"(?:[A-Za-z]\s*=\s*)?[-+(\[]?\s*\\?[$€£¥₹]?\s*-?(?:\d[\d,]*(?:\.\d+)?|\.\d+)")
_NAMED = re.compile(r"[A-Za-z]\s*=")
_LETTERS = re.compile(r"[^\W\d_]+")
_AFTER_DIGITS = frozenset({"st", "nd", "rd", "th", "am", "pm", "k", "min", "in"})
_WORDS = re.compile(r"[^\W\d_]+(?:(?: +|['’-]|\.(?: *)(?=[^\W\d_]))[^\W\d_]+)*\.?")


def pieces(text: str) -> list[Piece]:
    """The words and formulas of `text`; where it does not begin with a number, all of it is words."""
    found = _BEGINS.match(text)
    if found is None or not _may_count(text, found.end()):
        return _words(text)
    text = text.rstrip(" .,;:")
    named = _NAMED.match(text)
    done = named.end() if named is not None else 0
    parts: list[Piece] = [("formula", text[:done])] if done else []
    for words in _WORDS.finditer(text, done):
        parts += [("formula", text[done : words.start()]), *_words(words.group())]
        done = words.end()
    return [*parts, ("formula", text[done:])]


def _may_count(text: str, end: int) -> bool:
    run = _LETTERS.match(text, end)
    return run is None or is_unit(run.group()) or run.group().lower() in _AFTER_DIGITS


def _words(text: str) -> list[Piece]:
    """Words as one piece, a joining word at their end apart: `hours and`."""
    head, _, last = text.rpartition(" ")
    if head and last in _JOINTS:
        return [("text", head.rstrip(" ,")), ("text", last)]
    return [("text", text)]
