"""Responses that decline to answer, told from those that answer wrongly: the phrases as a table.

A refusal is looked for only where nothing was claimed, so a phrase here never takes an answer away.
"""

from __future__ import annotations

import re

from verifiers.claims import words_of

_CANNOT = (
    r"(?:cannot|can\s*not|can't|couldn't|could\s+not|unable\s+to|not\s+able\s+to|impossible\s+to|"
    r"not\s+possible\s+to|difficult\s+to\s+accurately)"
)
# Each row: words (of letters: "can't" has the words "can" and "t") of which one must stand in an ASCII text for the
# pattern to be tried, and the pattern. A row without words is for texts of other scripts, and is tried only there.
_REFUSALS = (
    (
        ("t", "not", "cannot", "unable", "impossible", "difficult"),
        rf"\b(?:i|we|it'?s?|it\s+is|is|am|are|i'm|be)\s+(?:\w+\s+){{0,2}}?{_CANNOT}\s+(?:\w+\s+){{0,3}}?"
        r"(?:help|assist|answer|count|read|determine|see|view|identify|provide|tell|say|interpret|analy[sz]e|access|process|solve|know|find|give|choose|select|generate|definitively)",
    ),
    (
        ("t", "not", "cannot", "unable", "impossible", "difficult"),
        rf"\b{_CANNOT}\s+(?:be\s+)?(?:answer|determin|identif|view|see|solve|provide|assist|help|comput|calculat|decid|conclu|inferr)",
    ),
    (
        ("sorry", "apologize", "apologise"),
        r"\b(?:i(?:'m|\s+am)\s+)?sorry\b|\bi\s+apologi[sz]e\b",
    ),
    (
        ("idea", "clue"),
        r"\bno\s+(?:idea|clue)\b",
    ),
    (
        ("t", "not"),
        r"\b(?:i|we)\s+(?:really\s+|honestly\s+)?(?:do\s+not|don't)\s+(?:know|have\s+(?:enough|sufficient|access))",
    ),
    (
        ("not",),
        r"\bi(?:'m|\s+am)\s+not\s+(?:sure|certain|able)\b",
    ),
    (
        ("ai", "language"),
        r"\bas\s+an?\s+(?:ai|language\s+model)\b",
    ),
    (
        ("enough", "insufficient", "provide", "lack", "without"),
        r"\b(?:not\s+enough|insufficient|does\s+not\s+provide|doesn't\s+provide|lack\s+of|without)\s+(?:\w+\s+){0,3}(?:information|context|data|details|image|picture)",
    ),
    (
        ("t", "not"),
        r"\b(?:is|are|was|were)\s+(?:not|n't)\s+(?:\w+\s+)?(?:provided|visible|available|given|shown|attached|included|answerable)\b",
    ),
    (
        ("not",),
        r"\b(?:does|do)\s+not\s+(?:provide|(?:contain|include|give)\s+(?:any|enough|sufficient|the\s+necessary|information))\b",
    ),
    (
        ("please",),
        r"\bplease\s+(?:provide|upload|share|attach|supply|describe|clarify)\b",
    ),
    (
        ("none",),
        r"\bnone\s+of\s+(?:the|these|those)\b",
    ),
    (
        ("no",),
        r"\bno\s+(?:image|picture|figure|correct\s+(?:answer|option)|answer|valid\s+option)\b",
    ),
    (
        ("not", "unknown", "undetermined", "unanswerable", "indeterminate"),
        r"\b(?:unknown|undetermined|unanswerable|indeterminate|not\s+applicable|not\s+provided|not\s+given|not\s+specified)\b",
    ),
    (
        ("error", "obtain", "limit"),
        r"\b(?:internal\s+server\s+error|failed\s+to\s+obtain|rate\s+limit|api\s+error|error:\s*\d{3})\b",
    ),
    (
        (),
        r"(?:无法|無法|不能)(?:确定|確定|回答|判断|判斷|提供|看到|识别|得出)|不知道|不清楚|抱歉|没有提供|沒有提供",
    ),
    (
        ("no", "je", "ich", "non"),
        r"わかりません|分かりません|できません|알\s*수\s*없|죄송|не\s+(?:могу|знаю)|невозможно|no\s+(?:puedo|sé|es\s+posible)|je\s+ne\s+(?:peux|sais)"
        r"|ich\s+(?:kann|weiß)\s+(?:\w+\s+){0,3}nicht|non\s+(?:posso|so)\b|não\s+(?:posso|sei|é\s+possível)|không\s+thể\s+(?:xác|trả)",
    ),
)
_PATTERNS = tuple((frozenset(words), re.compile(pattern, re.IGNORECASE)) for words, pattern in _REFUSALS)
_WHOLE = re.compile(
    r"\W*(?:n\s*/\s*a|none|null|nan|nil|undefined|unsure|unknown|idk|no\s+answer|cannot\s+answer|can't\s+answer|not\s+sure|无|無)\W*(?:\([^()]*\))?\W*",
    re.IGNORECASE,
)


def refusal(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The place of a refusal in `text[start:end]`; None where there is none."""
    whole = _WHOLE.fullmatch(text, start, end)
    if whole is not None:
        return start, end
    present, ascii_only = words_of(text), text.isascii()
    spans = [
        match.span()
        for words, pattern in _PATTERNS
        if not (ascii_only and words.isdisjoint(present)) and (match := pattern.search(text, start, end))
    ]
    return min(spans, key=lambda span: span[0], default=None)
