"""Answers that are lists of numbers or words, in order or not, nested or not.

An element is right where it is the same quantity or the same word, notation and articles apart.
"""

from __future__ import annotations

import json
import re
from typing import Any

from verifiers.choice.evidence import Claim, Decide, Found, Reading, StatedReader, Status
from verifiers.choice.notation import compact
from verifiers.choice.numbers import quantities, whole_quantity
from verifiers.choice.passages import Passage, passage
from verifiers.choice.refusals import refusal
from verifiers.choice.sentences import last_sentence
from verifiers.errors import ProblemError
from verifiers.problem import ChoiceProblem
from verifiers.response import Response


def prepare_list(problem: ChoiceProblem) -> tuple[ListReader, Decide]:
    """A list; the key is canonical JSON of its elements."""
    reference = problem.reference
    written = json.dumps(reference, ensure_ascii=False) if isinstance(reference, list) else reference
    elements = _elements(written)
    if not elements:
        raise ProblemError(f"is {reference!r}, which is not a list", problem_id=problem.id, field="reference")
    gold = elements if problem.ordered else _sorted(elements)
    wanted = _key(gold)

    def decide(key: str) -> float:
        given = json.loads(key)
        return float(_key(given if problem.ordered else _sorted(given)) == wanted)

    return ListReader(numeric=all(isinstance(each, str) and each.startswith("#") for each in elements)), decide


# A number as "#value unit", a word, or a list of elements.
Element = Any


def _key(elements: list[Element]) -> str:
    return json.dumps(elements, ensure_ascii=False)


def _sorted(elements: list[Element]) -> list[Element]:
    return sorted(elements, key=_canonical)


def _canonical(element: Element) -> str:
    return json.dumps(element, ensure_ascii=False)


_OPEN, _CLOSE = "[({", "])}"
_SPLIT = re.compile(r"\s*(?:[,;、；，\n]|\band\b|\bto\b|和|与)+\s*", re.IGNORECASE)
_PIECE = re.compile(r"[\[\](){}]|\"[^\"\n]*\"|'[^'\n]*'|[,;、；，]|[^\[\](){}\"',;、；，]+|[\"']")
_LEAD = re.compile(r"\s*(?:between|from|in|the\s+years?|years?)\s+", re.IGNORECASE)
_BULLETS = re.compile(r"(?m)^\s*(?:\d{1,2}[.)]|[-*•])\s+")
_VERB = re.compile(r"\b(?:are|is|were|was)\s+", re.IGNORECASE)
_MOST_DEPTH = 8
_FEW_WORDS = 12


def _element(written: str) -> Element | None:
    bare = written.strip().strip("\"'`*_ ").strip()
    if not bare:
        return None
    quantity = whole_quantity(bare)
    if quantity is not None:
        return f"#{quantity.key}"
    return compact(re.sub(r"^(?:an?|the)\s+", "", bare, flags=re.IGNORECASE))


def _elements(text: str) -> list[Element]:
    """The elements of the outermost brackets of `text`, nested as they are; without brackets, of its commas."""
    first = min((place for each in _OPEN if (place := text.find(each)) >= 0), default=-1)
    if first < 0:
        bare = _LEAD.sub("", text.strip().rstrip("."), count=1)
        return [each for part in _SPLIT.split(bare) if (each := _element(part)) is not None]
    stack: list[list[Element]] = [[]]
    pending = ""
    for match in _PIECE.finditer(text, first):
        piece = match.group()
        if piece in _OPEN:
            if len(stack) > _MOST_DEPTH:
                return []
            stack.append([])
            pending = ""
        elif piece in _CLOSE or piece in ",;、；，":
            element = _element(pending)
            if element is not None and len(stack) > 1:
                stack[-1].append(element)
            pending = ""
            if piece in _CLOSE and len(stack) > 1:
                closed = stack.pop()
                stack[-1].append(closed)
                if len(stack) == 1:
                    break
        else:
            pending += piece
    outer = stack[0]
    return outer[0] if len(outer) == 1 and isinstance(outer[0], list) else []


class ListReader(StatedReader):
    """Reads one list."""

    reads_json = False
    readable_when_cut = False

    def __init__(self, *, numeric: bool) -> None:
        self._numeric = numeric

    def read(self, text: str, claim: Claim) -> Reading | None:
        """The list that a claim states."""
        return self.stated(passage(text, claim.start, claim.end)) if not claim.denied else None

    def stated(self, stretch: Passage) -> Reading | None:
        """The elements of a stretch, in order."""
        text = stretch.text[stretch.start : stretch.end]
        if len(text) > 4000:
            return None
        elements = _elements(_listing(text))
        if self._numeric and not any(each in text for each in _OPEN):
            each_a_number = bool(elements) and all(str(each).startswith("#") for each in elements)
            if not each_a_number:
                elements = [f"#{each.key}" for each in quantities(_BULLETS.sub(" ", text))]
        if not elements:
            return None
        return Reading(Status.VALUE, _key(elements), *stretch.place(stretch.start, stretch.end))

    def whole(self, response: Response) -> Found | None:
        """The last bracketed list, or the response as a list."""
        text, start, end = response.text, response.start, response.end
        place = refusal(text, start, end)
        if place is not None:
            return Found(Reading(Status.REFUSAL, "", *place), "refusal")
        opening = _last_list(text, start, end)
        first, last = opening or (start, end)
        if opening is None and self._numeric and len(text[start:end].split()) > _FEW_WORDS:
            first, last = last_sentence(text, start, end)
        reading = self.stated(passage(text, first, last))
        return Found(reading, "list") if reading is not None else None


def _listing(text: str) -> str:
    """Without a fence, without bullets, and without what stands before a colon or a verb."""
    text = re.sub(r"```\w*", " ", text)
    if any(each in text for each in _OPEN):
        return text
    text = _BULLETS.sub(", ", text.strip()).removeprefix(", ")
    text = text.rpartition(":")[2]
    verbs = list(_VERB.finditer(text))
    return text[verbs[-1].end() :] if verbs else text


def _last_list(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span of the last outermost bracket that closes."""
    depth, opened, found = 0, start, None
    for match in re.compile(r"[\[\]]").finditer(text, start, end):
        if match.group() == "[":
            opened = match.start() if depth == 0 else opened
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                found = (opened, match.end())
    return found
