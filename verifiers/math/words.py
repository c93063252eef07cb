"""Answers that are words: compared without case, spacing, font, punctuation and leading article."""

from __future__ import annotations

import re
import unicodedata

_SHAPES = re.compile(
    r"\\(?:text\w*|mathrm|mathbf|mathit|mathsf|operatorname|mbox|emph|underline|boxed|fbox|bf|rm|it)\b\s*"
)
_CIRCLED = re.compile(r"\\textcircled\s*\{?\s*(\w+)\s*\}?")
_COMMAND = re.compile(r"\\[A-Za-z]+|\\.")
_NOT_WORD = re.compile(r"[^\w+\-<>=/.]+|(?<!\d)\.|\.(?!\d)|(?<!\d)-(?!\d)")
# phrases that say the same, as they are compared
_SYNONYMS = {
    "dne": "does not exist",
    "doesn t exist": "does not exist",
    "limit does not exist": "does not exist",
}
_BETWEEN_MEMBERS = re.compile(r"[,;]\s*(?:and\b)?|\band\b")
_ARTICLES = ("the ", "a ", "an ")
_PROSE = re.compile(r"(?<![\\\w])[^\W\d_]{3,}")


def text_key(text: str, *, keep_case: bool = False) -> str:
    """What two texts must have in common to be the same words."""
    text = _CIRCLED.sub(r" circled\1 ", text)
    text = _SHAPES.sub("", text)
    text = _COMMAND.sub(lambda found: " " if not found.group()[1:].isalpha() else f" {found.group()[1:]} ", text)
    text = unicodedata.normalize("NFKC", text)
    if not keep_case:
        text = text.casefold()
    text = " ".join(_NOT_WORD.sub(" ", text).split())
    for article in _ARTICLES:
        if text.startswith(article) and len(text) > len(article) + 1:
            text = text[len(article) :]
    return text if keep_case else _SYNONYMS.get(text, text)


def members_in_words(text: str) -> list[str]:
    """The parts of words that list something: `red, blue and green`."""
    return [part for part in map(str.strip, _BETWEEN_MEMBERS.split(text)) if part]


def is_prose(text: str) -> bool:
    """Whether `text` that could not be read as mathematics is plain text: words, and no formula that was mistyped."""
    bare = _SHAPES.sub(" ", text)
    words = _PROSE.findall(bare)
    if len(words) >= 3:
        return True
    return (
        "\\" not in bare
        and not re.search(r"[\^_=*/{}]|\d\s*[+-]\s*$", bare)
        and bool(words or not re.search(r"\d", bare))
    )
