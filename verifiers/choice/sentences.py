"""Where the last sentence of a response stands."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[.!?]\s+|[。！？\n]+")


def last_sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the last sentence of `text[start:end]`."""
    while end > start and text[end - 1].isspace():
        end -= 1
    first = start
    for match in _SENTENCE.finditer(text, start, end):
        if match.end() < end:
            first = match.end()
    return first, end
