"""Where the last sentence of a response stands."""

from __future__ import annotations

import re

_REACH = 256  # how far from the end it is looked for first
_SENTENCE = re.compile(r"[.!?]\s+|[。！？\n]+")


def last_sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the last sentence of `text[start:end]`."""
    while end > start and text[end - 1].isspace():
        end -= 1
    reach = _REACH
    while True:
        least = max(start, end - reach)
        while least > start and text[least].isspace():
            least -= 1
        ends = [match.end() for match in _SENTENCE.finditer(text, least, end) if match.end() < end]
        if ends:
            return ends[-1], end
        if least == start:
            return start, end
        reach *= 4
