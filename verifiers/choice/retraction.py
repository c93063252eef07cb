"""Whether what was just stated is taken back: "A. Wait, no.", "A? No, B.", "A ... correction: B".

The look is at the next few words only, so a second look that confirms ("Wait, let me check. Yes.") takes nothing back.
"""

from __future__ import annotations

import re

from verifiers.claims import words_of

_TAKEN_BACK = re.compile(
    r"[\s.,;:()*_$—–\-…\"']*(?:(?:but|oh|hmm+|uh|wait|hold\s+on|actually|well|no)[,.!\s…]+){0,4}?"
    r"(?:(?:oh|wait|hold\s+on|actually|hmm+)[,.!\s…]+(?:no\b|(?:that|this|it)(?:'s|\s+is|\s+was)\s+(?:not|wrong|incorrect|a\s+mistake)|"
    r"i\s+(?:was\s+wrong|made|mis\w+))|no[,.\s]+wait\b|scratch\s+that|strike\s+that|correction\b|(?:no|sorry|oops),\s|"
    r"(?:that|this|which)(?:'s|\s+is|\s+was)\s+(?:wrong|incorrect|not\s+(?:right|correct))\b|"
    r"(?:不对|不對|更正|等等|等一下)[，,。:：]?)",
    re.IGNORECASE,
)
# Words behind which a new conclusion replaces what was stated before.
_WORDS = frozenset(
    [
        "wait",
        "hold",
        "actually",
        "hmm",
        "hmmm",
        "hmmmm",
        "scratch",
        "thought",
        "thoughts",
        "reflection",
        "inspection",
        "correction",
        "mistake",
        "error",
        "wrong",
        "misread",
        "let",
    ]
)
_RETRACTING = re.compile(
    r"\b(?:wait|hold\s+on|actually|hmm{1,3}|scratch\s+that|on\s+(?:second\s+thoughts?|reflection|closer\s+inspection)|correction|"
    r"i\s+(?:made\s+an?\s+(?:mistake|error)|was\s+wrong|misread)|let\s+me\s+(?:re|correct|double|check))|不对|不對|更正|等等|等一下",
    re.IGNORECASE,
)
_ASKED = re.compile(r"[)\]*_\"'`$\s]{0,6}\?")
_WINDOW = 96


def taken_back(text: str, place: int, end: int) -> bool:
    """Whether the words behind `place` ask or withdraw what ends there."""
    end = min(end, place + _WINDOW)
    return _ASKED.match(text, place, end) is not None or _TAKEN_BACK.match(text, place, end) is not None


def last_retraction(text: str, start: int, end: int) -> int | None:
    """Where the last retraction in `text[start:end]` begins; None where nothing is taken back."""
    if text.isascii() and _WORDS.isdisjoint(words_of(text)):
        return None
    return max((match.start() for match in _RETRACTING.finditer(text, start, end)), default=None)
