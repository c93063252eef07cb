"""The extraction `final_statement`: what the last "Final answer is …" says counts also where a box stands before it."""

from __future__ import annotations

import re
from dataclasses import replace

from verifiers.interface import Answer
from verifiers.math.extract import extract

_STATEMENT = re.compile(r"final answer\s*(?:is\b|:)", re.IGNORECASE)
_TRUSTED = ("\\boxed", "\\fbox", "</answer>")


def extract_stated(response: str, parts: int = 1) -> Answer | None:
    """The answer of the last final statement, unless a box or an answer tag comes after it; else as `extract`."""
    usual = extract(response, parts=parts)
    if usual is None:
        return None
    start = max((found.start() for found in _STATEMENT.finditer(response)), default=-1)
    if start <= max(response.rfind(mark) for mark in _TRUSTED):
        return usual
    stated = extract(response[start:], parts=parts)
    if stated is None or stated.span is None:
        return usual
    return replace(stated, span=(stated.span[0] + start, stated.span[1] + start))
