r"""Option letters in mathematics: `\textbf{(D)}\ 12`, `B. 5`, `Option C`, `(A)`.

Items that were asked with options keep a letter as their reference, or a letter with its content; responses do both
whatever the reference is. `stated_option` reads the letter that an answer begins with, and what it says after it.
A second letter makes a hedge, and an operator after the letter a formula: then no option is stated.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_SHAPE = re.compile(r"\\(?:text|textbf|textrm|textit|mathrm|mathbf|mathit|mbox|bf|boldsymbol)(?![A-Za-z])\s*")
_SHAPED = ("\\text", "\\math", "\\mbox", "\\bf", "\\boldsymbol")
_STATED = re.compile(
    r"(?P<called>(?:option|choice|answer)\s+)?"
    r"(?:\(\s*(?P<round>[A-J])\s*\)|(?P<ended>[A-J])\s*(?:[.)]|:(?!=))|(?P<bare>[A-J])(?=\s*$))\s*(?P<content>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ANOTHER = re.compile(r"\(\s*[A-J]\s*\)|\b[A-J]\s*[.):]|\b(?:or|and)\s+\(?[A-J]\b|^[A-J]$")
_GOES_ON = re.compile(
    r"[,;/&=+*^_'|]|(?:or|and|not)\b|\\(?:c[ua]p|times|cdot|to|in|subset|setminus|equiv|le|ge|ne|pm)\b"
)
_FORMULA = re.compile(r"[-(\[\\A-Za-z]")
_MOST_SHAPES = 4  # one within another, or one after another; each costs a look at the whole text
_INITIALS = frozenset("(ABCDEFGHIJOoCcabdefghij")


class Option(NamedTuple):
    """A letter and what was said after it."""

    letter: str
    content: str


def stated_option(text: str) -> Option | None:
    """The option that the normal text of an answer states, or None."""
    shaped = text[:1] == "\\"
    if not (text.startswith(_SHAPED) if shaped else text[:1] in _INITIALS):
        return None
    found = _STATED.fullmatch(_unshaped(text) if shaped else text)
    if found is None:
        return None
    letter, content = found["round"] or found["ended"] or found["bare"], found["content"].strip(" .")
    if not letter.isupper() or _ANOTHER.search(content) or _GOES_ON.match(content):
        return None
    if content and not shaped and found["round"] and not found["called"] and _FORMULA.match(content):
        return None  # (A)(x+1), (B) - 1
    return Option(letter, content)


def _unshaped(text: str) -> str:
    """`text` without the shape commands that it begins with, and their braces."""
    for _ in range(_MOST_SHAPES):
        shape = _SHAPE.match(text)
        if shape is None:
            break
        rest = text[shape.end() :]
        if not rest.startswith("{"):
            return rest
        closing = _closing(rest)
        text = (rest[1:closing] + " " + rest[closing + 1 :]).strip()
    return text


def _closing(text: str) -> int:
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return place
    return len(text)
