"""Places in an image as responses write them: boxes, sets of boxes, points, in the notations of many models.

Brackets of any kind, tags, JSON, `x1=…`, `<loc_12>` tokens, two corners side by side. A region that the response
was cut off in is none.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from verifiers.choice.evidence import Claim, Found, Reading, StatedReader, Status
from verifiers.choice.geometry import Point
from verifiers.choice.refusals import refusal
from verifiers.response import Response

MOST_BOXES = 256
_NUMBER = r"[-+]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,5})?"
# Groups in brackets or between tags; `[[1,2,3,4;5,6,7,8]]` and `<box>1 2 3 4;5 6 7 8</box>` hold two.
_GROUP = re.compile(
    rf"(?:[(\[{{<>]|(?<=\d);)\s*({_NUMBER}(?:\s*[,;\s]\s*{_NUMBER}){{1,3}})(?:\s*,?\s*[)\]}}<>]|(?=\s*;\s*[-+.\d]))"
)
# `<loc_12><loc_34>…` and `<loc0012>…`
_LOCATED = re.compile(r"((?:<loc_?\d{1,4}>){2}(?:(?:<loc_?\d{1,4}>){2})?)")
_NUMBERS = re.compile(rf"(?<![\w.])({_NUMBER}(?:\s*[,;\s]\s*{_NUMBER}){{1,3}})(?![\w.])")
_BARE = re.compile(rf"[^\w+.-]*({_NUMBER}(?:\s*[,;\s]\s*{_NUMBER}){{1,3}})[^\w+-]*\Z")
_NAMES = re.compile(
    r"[\"']?\b(?:x_?(?:1|2|min|max)?|y_?(?:1|2|min|max)?|left|top|right|bottom|width|height|w|h)[\"']?\s*[:=]\s*[\"']?(?=\s*[-+.\d])"
    r"|(?<=\d)[\"'](?=\s*[,;\s}\])>/])|(?<=\d)\s?px\b",
    re.IGNORECASE,
)
_ELEMENT = re.compile(r"<\w+([^<>]*)/?>")
_BETWEEN = re.compile(
    r"[\s,;)\]}>\[({<|]*(?:(?:to|and|box_end|box_start|the|top|upper|left|bottom|lower|right|corner|at|is)\b[\s,;|:=-]*){0,8}[(\[]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Region:
    """Two or four numbers at `text[start:end]`."""

    numbers: tuple[float, ...]
    start: int
    end: int


def regions(text: str, start: int, end: int) -> list[Region]:
    """Every bracketed group of two to four numbers, names (`x1=`) left out; without any, the bare numbers."""
    piece, named = _NAMES.subn(lambda match: " " * len(match.group()), text[start:end])
    found = [_region(match, start) for match in _GROUP.finditer(piece)]
    if not found and "<loc" in piece:
        found = [_region(match, start) for match in _LOCATED.finditer(piece)]
    if not found:
        found = [_region(match, start) for each in _ELEMENT.finditer(piece) if (match := _BARE.search(each.group(1)))]
    if not found and named > 1:
        found = [_region(match, start) for match in _NUMBERS.finditer(piece)]
    if not found and len(piece) <= 400:
        bare = _BARE.match(piece)
        found = [_region(bare, start)] if bare and _closed(piece, bare) else [] if bare else _trailing(piece, start)
    return [each for each in found if all(map(math.isfinite, each.numbers))]


def _closed(piece: str, bare: re.Match[str]) -> bool:
    """Whether a bracket that opens before the numbers closes behind them."""
    return not re.search(r"[\[({]", piece[: bare.start(1)]) or bool(re.search(r"[\])}]", piece[bare.end(1) :]))


def _trailing(piece: str, start: int) -> list[Region]:
    """Bare numbers behind a colon or in a line of their own."""
    tail = max(piece.rfind(":"), piece.rfind("\n"))
    match = _BARE.match(piece, tail + 1) if tail >= 0 else None
    return [_region(match, start)] if match else []


def _region(match: re.Match[str], start: int) -> Region:
    numbers = tuple(float(each) for each in re.findall(_NUMBER, match.group(1)))
    return Region(numbers, start + match.start(), start + match.end())


def boxes(text: str, found: list[Region]) -> list[Region]:
    """Groups of four, and pairs of points side by side: `(10, 20), (110, 120)`."""
    boxes: list[Region] = []
    corner: Region | None = None
    for each in found:
        if len(each.numbers) == 4:
            boxes.append(each)
            corner = None
        elif len(each.numbers) == 2:
            if corner is not None and _BETWEEN.fullmatch(text, corner.end, each.start):
                boxes.append(Region(corner.numbers + each.numbers, corner.start, each.end))
                corner = None
            else:
                corner = each
        else:
            corner = None
    return boxes


def points(text: str, found: list[Region]) -> list[Region]:
    """Groups of two, and the centres of groups of four."""
    return [
        each if len(each.numbers) == 2 else Region(_centre(each.numbers), each.start, each.end)
        for each in found
        if len(each.numbers) in (2, 4)
    ]


def _centre(numbers: tuple[float, ...]) -> Point:
    return (numbers[0] + numbers[2]) / 2, (numbers[1] + numbers[3]) / 2


# The name in the same JSON object, in a reference mark before the box, or before or behind it in the line.
_NAMED = re.compile(
    r"[\"'](?:label|name|class|category|object|text_content)[\"']\s*:\s*[\"']([^\"'\n]{1,80})[\"']", re.IGNORECASE
)
_REFERRED = re.compile(
    r"(?:<ref>|object_ref_start\|>)\s*([^<>]{1,80}?)\s*(?:</ref>|<\|object_ref_end)[^\w]*(?:box(?:_start)?)?[^\w]*\Z"
)
_BEFORE = re.compile(r"([^\W\d_][\w -]{0,60}?)\s*(?:[:=-]|\bat\b|\bis\b)?\s*[\[({<]*\Z")
_BEHIND = re.compile(r"[\])}>]*\s*[:=(-]?\s*([^\W\d_][\w -]{0,60})")


def labels_beside(text: str, found: list[Region], start: int, end: int) -> list[str]:
    """The label beside each region, in lower case; empty for none."""
    edges = [start, *(each.end for each in found)]
    nexts = [*(each.start for each in found[1:]), end]
    return [_label(text, each, edges[place], nexts[place]) for place, each in enumerate(found)]


def _label(text: str, region: Region, least: int, most: int) -> str:
    opening = text.rfind("{", least, region.start)
    closing = text.find("}", region.end, most)
    before, behind = text[max(least, region.start - 200) : region.start], text[region.end : min(most, region.end + 200)]
    if opening >= 0 and closing >= 0:
        named = _NAMED.search(text, opening, closing)
        return named.group(1).strip().lower() if named else ""
    line = before.rpartition("\n")[2]
    for match in (_REFERRED.search(before), _BEFORE.search(line), _BEHIND.match(behind.partition("\n")[0])):
        if match is not None:
            return match.group(1).strip(" -").lower()
    return ""


_BESIDE = re.compile(r"[\s.,;|&/()\[\]]*(?:and|or)?[\s.,;|&/()\[\]]*", re.IGNORECASE)


# An opening bracket that the response ends in, with nothing but numbers and names behind it.
_CUT_OFF = re.compile(r"[\[(][^\[\](){}<>\n]{0,200}\Z")


def _cut_off(text: str, start: int, end: int, *, several: bool) -> bool:
    """Whether the response ends inside a region; for a set, inside any bracket."""
    if _CUT_OFF.search(text, max(start, end - 256), end) is not None:
        return True
    return several and any(
        text.count(opening, start, end) > text.count(closing, start, end) for opening, closing in ("[]", "{}")
    )


class RegionReader(StatedReader):
    """Reads regions: the last one, or all for a set; different ones side by side are ambiguous for one.

    `labelled`: the regions of a set are read with the labels beside them.
    """

    reads_json = False
    readable_when_cut = False

    def __init__(
        self, select: Callable[[str, list[Region]], list[Region]], *, several: bool, labelled: bool = False
    ) -> None:
        self._select = select
        self._several = several
        self._labelled = labelled

    def read(self, text: str, claim: Claim) -> Reading | None:
        """The region or regions of a claim."""
        if claim.denied:
            return None
        reading = self._stated(text, claim.start, claim.end)
        if reading is None and any(map(str.isdigit, text[claim.start : min(claim.end, claim.start + 200)])):
            return Reading(Status.OTHER, "", claim.start, claim.end)
        return reading

    def _stated(self, text: str, start: int, end: int) -> Reading | None:
        found = self._select(text, regions(text, start, end))
        if self._several:
            if not found:
                empty = re.compile(r"\[\s*\]").search(text, start, end)
                return Reading(Status.VALUE, "[]", *empty.span()) if empty else None
            listed: list[list[float | str]] = [[*each.numbers] for each in found[: MOST_BOXES + 1]]
            if self._labelled:
                for each, label in zip(listed, labels_beside(text, found[: MOST_BOXES + 1], start, end)):
                    each.append(label)
            key = json.dumps(listed, ensure_ascii=False)
            return Reading(Status.VALUE, key, found[0].start, found[-1].end)
        if not found:
            return None
        last = found[-1]
        if len(found) > 1 and found[-2].numbers != last.numbers and _BESIDE.fullmatch(text, found[-2].end, last.start):
            return Reading(Status.AMBIGUOUS, "", found[-2].start, last.end)
        return Reading(Status.VALUE, json.dumps(list(last.numbers)), last.start, last.end)

    def join(self, readings: list[Reading]) -> Reading:
        """Different regions side by side: all of them for a set, else none."""
        start, end = readings[0].start, readings[-1].end
        if not self._several or any(each.status is not Status.VALUE for each in readings):
            return Reading(Status.AMBIGUOUS, "", start, end)
        together = [box for each in readings for box in json.loads(each.key)]
        return Reading(Status.VALUE, json.dumps(together[: MOST_BOXES + 1]), start, end)

    def whole(self, response: Response) -> Found | None:
        """The regions of the response."""
        reading = self._stated(response.text, response.start, response.end)
        if (reading is None or self._several) and _cut_off(
            response.text, response.start, response.end, several=self._several
        ):
            return Found(Reading(Status.TRUNCATED, "", response.end, response.end), "coordinates")
        if reading is not None:
            return Found(reading, "coordinates")
        place = refusal(response.text, response.start, response.end)
        return Found(Reading(Status.REFUSAL, "", *place), "refusal") if place is not None else None
