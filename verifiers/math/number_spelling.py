"""Spellings of numbers that the normal text has one form for: money named before its number, signs in braces and in
text commands, units abbreviated with a period, a dollar sign without its partner.
"""

from __future__ import annotations

import re

from verifiers.math import notation as tables

_SIGN_IN_TEXT = re.compile(r"\\(?:text|textbf|mathrm|mbox)\s*\{\s*([.:=+\-/]|,(?=\s*\}\d))\s*\}")
_SIGN_IN_BRACES = re.compile(r"\{([.:=+\-]|\\[$%])\}")
# `USD 18`, `Rs. 500`, `US$5`
_LONGEST_FIRST = sorted(tables.MONEY_NAMES, key=len, reverse=True)
_PAID = re.compile(
    rf"(?:\\text\w*\s*\{{\s*)?({'|'.join(map(re.escape, _LONGEST_FIRST))})"
    r"\s*\}?\s*(?=\\?\$?\s*-?[\d.])"
)
MONEY_INITIALS = frozenset({name[0] for name in tables.MONEY_NAMES})
_LONE_DOLLAR = re.compile(r"\A\s*(-?)\s*\$\s?(?=-?[\d,]*\d(?:\.\d+)?(?:\s*$|\s*/|\s+[A-Za-z]{2,}))")
_ABBREVIATION = re.compile(r"\b([ap])\. ?(m)\b\.?|\b(sq|cu|ft|hrs?|mins?|secs?|lbs?|oz|yrs?)\.(?= ?[a-z])")


def with_plain_signs(text: str) -> str:
    """`text` with money by its sign, and signs out of their braces: `{-}17`, `2{.}5`, `{\\$}5`."""
    if text[:1] in MONEY_INITIALS or text.startswith("\\text"):
        paid = _PAID.match(text)
        if paid is not None:
            text = f"{tables.MONEY_NAMES[paid.group(1)]} {text[paid.end() :]}"
    if "{-}" in text or "{." in text or "{:" in text or "{=" in text or "{\\$" in text:
        text = _SIGN_IN_BRACES.sub(_unless_a_script, text)
    return text


def _unless_a_script(found: re.Match[str]) -> str:
    before = found.string[found.start() - 1 : found.start()]
    return found.group() if before in {"^", "_"} else found.group(1)


def with_signs_out_of_text(text: str) -> str:
    """`5\\text{:}2` as `5:2`, `3\\text{,}75` as `3{,}75`."""
    return _SIGN_IN_TEXT.sub(lambda found: "{,}" if found.group(1) == "," else found.group(1), text)


def with_lone_dollar(text: str) -> str:
    """A dollar sign before a number, without a partner, as money: `$70`."""
    return _LONE_DOLLAR.sub(r"\1\\$", text) if text.count("$") == 1 else text


def with_whole_words(text: str) -> str:
    """Abbreviations without their periods: `5 p.m.`, `240 sq. ft.`"""
    return _ABBREVIATION.sub(r"\1\2\3", text)
