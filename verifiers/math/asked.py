"""The formulas of a problem's text: what is written in them, `$m + n$`, an answer may repeat before its value."""

from __future__ import annotations

import re
from functools import lru_cache

from verifiers.math.parse import ParseFailure, parse_normal
from verifiers.math.tree import Node

_FORMULA = re.compile(r"\$([^$]{2,80})\$|\\\(([^$]{2,80}?)\\\)")
_MOST = 40


@lru_cache(maxsize=256)
def formulas_of(prompt: str) -> frozenset[Node]:
    """The trees of the first formulas in `prompt`; what cannot be read is left out."""
    found: set[Node] = set()
    for count, match in enumerate(_FORMULA.finditer(prompt)):
        if count == _MOST:
            break
        try:
            found.add(parse_normal((match.group(1) or match.group(2)).strip()))
        except (ParseFailure, RecursionError):
            continue
    return frozenset(found)
