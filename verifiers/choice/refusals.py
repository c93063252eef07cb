"""Responses that decline to answer, told from those that answer wrongly: the phrases as a table.

A refusal is looked for only where nothing was claimed, so a phrase here never takes an answer away.
"""

from __future__ import annotations

import re

_CANNOT = (
    r"(?:cannot|can\s*not|can't|couldn't|could\s+not|unable\s+to|not\s+able\s+to|impossible\s+to|"
    r"not\s+possible\s+to|difficult\s+to\s+accurately)"
)
_REFUSALS = (
    rf"\b(?:i|we|it'?s?|it\s+is|is|am|are|i'm|be)\s+(?:\w+\s+){{0,2}}?{_CANNOT}\s+(?:\w+\s+){{0,3}}?"
    r"(?:help|assist|answer|count|read|determine|see|view|identify|provide|tell|say|interpret|analy[sz]e|access|process|solve|know|find|give|choose|select|generate|definitively)",
    rf"\b{_CANNOT}\s+(?:be\s+)?(?:answer|determin|identif|view|see|solve|provide|assist|help|comput|calculat|decid|conclu|inferr)",
    r"\b(?:i(?:'m|\s+am)\s+)?sorry\b",
    r"\b(?:i|we)\s+(?:really\s+|honestly\s+)?(?:do\s+not|don't)\s+(?:know|have\s+(?:enough|sufficient|access))",
    r"\bi(?:'m|\s+am)\s+not\s+(?:sure|certain|able)\b",
    r"\bas\s+an?\s+(?:ai|language\s+model)\b",
    r"\b(?:not\s+enough|insufficient|does\s+not\s+provide|doesn't\s+provide|lack\s+of|without)\s+(?:\w+\s+){0,3}(?:information|context|data|details|image|picture)",
    r"\b(?:is|are|was|were)\s+(?:not|n't)\s+(?:\w+\s+)?(?:provided|visible|available|given|shown|attached|included|answerable)\b",
    r"\b(?:does|do)\s+not\s+(?:provide|(?:contain|include|give)\s+(?:any|enough|sufficient|the\s+necessary|information))\b",
    r"\bplease\s+(?:provide|upload|share|attach|supply|describe|clarify)\b",
    r"\bnone\s+of\s+(?:the|these|those)\b",
    r"\bno\s+(?:image|picture|figure|correct\s+(?:answer|option)|answer|valid\s+option)\b",
    r"\b(?:unknown|undetermined|unanswerable|indeterminate|not\s+applicable|not\s+provided|not\s+given|not\s+specified)\b",
    r"\b(?:internal\s+server\s+error|failed\s+to\s+obtain|rate\s+limit|api\s+error|error:\s*\d{3})\b",
    r"(?:无法|無法|不能)(?:确定|確定|回答|判断|判斷|提供|看到|识别|得出)|不知道|不清楚|抱歉|没有提供|沒有提供",
    r"わかりません|分かりません|できません|알\s*수\s*없|죄송|не\s+(?:могу|знаю)|невозможно|no\s+(?:puedo|sé|es\s+posible)|je\s+ne\s+(?:peux|sais)"
    r"|ich\s+(?:kann|weiß)\s+(?:\w+\s+){0,3}nicht|non\s+(?:posso|so)\b|não\s+(?:posso|sei|é\s+possível)|không\s+thể\s+(?:xác|trả)",
)
_REFUSAL = re.compile("|".join(_REFUSALS), re.IGNORECASE)
_WHOLE = re.compile(
    r"\W*(?:n\s*/\s*a|none|null|nan|nil|undefined|unsure|unknown|idk|no\s+answer|cannot\s+answer|can't\s+answer|not\s+sure|无|無)\W*(?:\([^()]*\))?\W*",
    re.IGNORECASE,
)


def refusal(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The place of a refusal in `text[start:end]`; None where there is none."""
    whole = _WHOLE.fullmatch(text, start, end)
    if whole is not None:
        return start, end
    match = _REFUSAL.search(text, start, end)
    return match.span() if match else None
