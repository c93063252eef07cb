"""What a problem's text asks for: its formulas, `$m + n$`, an answer may repeat before its value; and remainders."""

from __future__ import annotations

import re
from functools import lru_cache

from verifiers.math.parse import ParseFailure, parse_normal
from verifiers.math.tree import Node

_FORMULA = re.compile(r"\$([^$]{2,80})\$|\\\(([^$]{2,80}?)\\\)")
_MOST = 40
# what a formula follows that is asked for
_ASKING = re.compile(
    r"(?:\b(?:find|compute|determine|calculate|evaluate|what is|what['’]s|what are|sum|value of|given by|enter)"
    r"(?: the)?(?: (?:(?:exact|numerical|possible) )?values? of| expression)?|求|计算)\s*$",
    re.IGNORECASE,
)
_ENDS_ASKING = re.compile(r"\s*(?:[.?。？]|$)")
_LOOK_BACK = 60
_REMAINDER = re.compile(
    r"remainder|\bmod(?:ul\w+)?\b|\\[bp]mod|congruen|residue|\bdivided by\b|余数|остат|\breste\b|\bresto\b|\bRest bei\b"
)


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


@lru_cache(maxsize=256)
def asked_formulas(prompt: str) -> frozenset[Node]:
    """The trees of the formulas that end a sentence of `prompt` and are asked for there: "Find $m + n$."."""
    found: set[Node] = set()
    for match in _FORMULA.finditer(prompt):
        asked = _ASKING.search(prompt, max(0, match.start() - _LOOK_BACK), match.start())
        if asked is not None and _ENDS_ASKING.match(prompt, match.end()) is not None:
            found |= formulas_of(match.group())
    return frozenset(found)


def asks_for_remainder(prompt: str) -> bool:
    """Whether `prompt` speaks of remainders or of a modulus."""
    return _REMAINDER.search(prompt) is not None
