"""What a response claims: the type that the finders of claims share, and the spelling of claimed text.

`tidied` takes away what a page adds to a claim (emphasis, HTML, quotation marks, a bracket whose partner stands
outside) and leaves what mathematics means by the same signs: `2**3` keeps its stars.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from verifiers.math.notation import JOINING_CLAIMS

_EMPHASIS = re.compile(r"(?<![^\s(\[,;:=$])(\*\*|__)(?=[^\s*_])([^*\n]*?[^\s*])\1(?![\w*])")
_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|p|span|div|font|mark|center|code|big|small|h[1-6])(?:\s[^<>]{0,80})?>|<br\s*/?>", re.I
)
_NAMED = {
    "&nbsp;": " ",
    "&lt;": "<",
    "&gt;": ">",
    "&le;": "≤",
    "&ge;": "≥",
    "&times;": "×",
    "&minus;": "−",
    "&amp;": "&",
}
_ENTITY = re.compile("|".join(_NAMED))
_QUOTES = {"“": "”", '"': '"', "'": "'", "‘": "’", "«": "»", "「": "」", "„": "“"}
_PAIRS = {")": "(", "]": "[", "}": "{"}


def joining(*kinds: str) -> str:
    """An alternation of the words that join claims, of the kinds "or" and "and", the longest first."""
    words = (word for word, kind in JOINING_CLAIMS.items() if kind in kinds)
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed text and its place, `[start, end)` in the response; `means` says how it was found."""

    text: str
    start: int
    end: int
    means: str


def tidied(text: str) -> str:
    """`text` without what only dresses it."""
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: _NAMED[found.group()], text)
    text = text.strip()
    if "**" in text or "__" in text:
        text = _EMPHASIS.sub(r"\2", text)
    while len(text) > 2 and _QUOTES.get(text[0]) == text[-1] and text.count(text[-1]) < 3:
        text = text[1:-1].strip()
    return _balanced(text.strip("`"))


def _balanced(text: str) -> str:
    """`text` without a last bracket that was opened before it."""
    while text[-1:] in _PAIRS and text[-2:-1] != "\\":
        closing = text[-1]
        if text.count(closing) <= text.count(_PAIRS[closing]) or _half_open(text):
            break
        text = text[:-1].rstrip()
    return text


def _half_open(text: str) -> bool:
    """Whether the brackets of an interval differ, as in `(2, 3]`, or are turned round, as in `]2, 3]`."""
    return text[-1] in ")]" and any(sign in text[:-1] for sign in "([]")
