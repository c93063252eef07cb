"""Answers that are places in an image: boxes, sets of boxes, points.

A box is four numbers in the problem's format and coordinates; an area overlaps by plain real-valued
intersection over union. A box without area, with swapped corners or with a number that is not finite
overlaps nothing. Sets are matched one to one (each reference box to at most one given box), by augmenting
paths on the pairs that overlap enough, so that no order of the boxes matters.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from verifiers.choice.evidence import Claim, Decide, Found, Reading, StatedReader, Status
from verifiers.choice.refusals import refusal
from verifiers.errors import ProblemError
from verifiers.problem import ChoiceProblem
from verifiers.response import Response

Box = tuple[float, float, float, float]
Point = tuple[float, float]

_MOST_BOXES = 256
_NUMBER = r"[-+]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,5})?"
_GROUP = re.compile(rf"[(\[{{<>]\s*({_NUMBER}(?:\s*[,;\s]\s*{_NUMBER}){{1,3}})\s*,?\s*[)\]}}<>]")
_NUMBERS = re.compile(rf"(?<![\w.])({_NUMBER}(?:\s*[,;\s]\s*{_NUMBER}){{1,3}})(?![\w.])")
_BARE = re.compile(rf"[^\w+.-]*({_NUMBER}(?:\s*[,;\s]\s*{_NUMBER}){{1,3}})[^\w+-]*\Z")
_NAMES = re.compile(
    r"[\"']?\b(?:x_?(?:1|2|min|max)?|y_?(?:1|2|min|max)?|left|top|right|bottom|width|height|w|h)[\"']?\s*[:=]\s*[\"']?(?=\s*[-+.\d])"
    r"|(?<=\d)[\"'](?=\s*[,;\s}\])>/])",
    re.IGNORECASE,
)
_ELEMENT = re.compile(r"<\w+([^<>]*)/?>")
_BETWEEN = re.compile(
    r"[\s,;)\]}>\[({<|]*(?:(?:to|and|box_end|box_start|bottom|lower|right|corner|at|is)\b[\s,;|:=-]*){0,6}[(\[]?",
    re.IGNORECASE,
)


# ---- geometry


def area(box: Box) -> float:
    """The area; 0 for swapped corners."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def iou(one: Box, other: Box) -> float:
    """Intersection over union of two `(x1, y1, x2, y2)`; 0 where either has no area or a number is not finite."""
    areas = area(one), area(other)
    if not all(map(math.isfinite, (*one, *other, *areas))) or not all(areas):
        return 0.0
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (areas[0] + areas[1] - shared)


def matched(given: list[Box], wanted: list[Box], threshold: float) -> int:
    """How many of `wanted` can be matched one to one with `given` boxes that overlap at least `threshold`."""
    near = [[place for place, box in enumerate(given) if iou(box, each) >= threshold] for each in wanted]
    owner: dict[int, int] = {}

    def assign(start: int) -> bool:
        # Depth-first search for an augmenting path, without recursion.
        seen: set[int] = set()
        path: list[tuple[int, int]] = []
        stack = [(start, iter(near[start]))]
        while stack:
            current, candidates = stack[-1]
            place = next((each for each in candidates if each not in seen), None)
            if place is None:
                stack.pop()
                if path:
                    path.pop()
                continue
            seen.add(place)
            path.append((current, place))
            if place not in owner:
                owner.update({taken: who for who, taken in path})
                return True
            stack.append((owner[place], iter(near[owner[place]])))
        return False

    return sum(assign(each) for each in range(len(wanted)))


def _overlap(given: list[Box], wanted: list[Box]) -> float:
    """The mean overlap under greedy one-to-one matching, extra and missing boxes counting 0."""
    pairs = sorted(
        ((iou(box, each), i, j) for i, box in enumerate(given) for j, each in enumerate(wanted)),
        key=lambda pair: -pair[0],
    )
    used: tuple[set[int], set[int]] = (set(), set())
    total = 0.0
    for overlap, i, j in pairs:
        if i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            total += overlap
    return total / max(len(given), len(wanted), 1)


# ---- reading


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
    if not found:
        found = [_region(match, start) for each in _ELEMENT.finditer(piece) if (match := _BARE.search(each.group(1)))]
    if not found and named > 1:
        found = [_region(match, start) for match in _NUMBERS.finditer(piece)]
    if not found and len(piece) <= 400:
        bare = _BARE.match(piece)
        found = [_region(bare, start)] if bare else _trailing(piece, start)
    return [each for each in found if all(map(math.isfinite, each.numbers))]


def _trailing(piece: str, start: int) -> list[Region]:
    """Bare numbers behind a colon or in a line of their own."""
    tail = max(piece.rfind(":"), piece.rfind("\n"))
    match = _BARE.match(piece, tail + 1) if tail >= 0 else None
    return [_region(match, start)] if match else []


def _region(match: re.Match[str], start: int) -> Region:
    numbers = tuple(float(each) for each in re.findall(_NUMBER, match.group(1)))
    return Region(numbers, start + match.start(), start + match.end())


def _boxes(text: str, found: list[Region]) -> list[Region]:
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


def _points(text: str, found: list[Region]) -> list[Region]:
    """Groups of two, and the centres of groups of four."""
    return [
        each if len(each.numbers) == 2 else Region(_centre(each.numbers), each.start, each.end)
        for each in found
        if len(each.numbers) in (2, 4)
    ]


def _centre(numbers: tuple[float, ...]) -> Point:
    return (numbers[0] + numbers[2]) / 2, (numbers[1] + numbers[3]) / 2


_BESIDE = re.compile(r"[\s.,;|&/()\[\]]*(?:and|or)?[\s.,;|&/()\[\]]*", re.IGNORECASE)


class RegionReader(StatedReader):
    """Reads regions: the last one, or all for a set; different ones side by side are ambiguous for one."""

    reads_json = False
    readable_when_cut = False

    def __init__(self, select: Callable[[str, list[Region]], list[Region]], *, several: bool) -> None:
        self._select = select
        self._several = several

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
            key = json.dumps([list(each.numbers) for each in found[: _MOST_BOXES + 1]])
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
        return Reading(Status.VALUE, json.dumps(together[: _MOST_BOXES + 1]), start, end)

    def whole(self, response: Response) -> Found | None:
        """The regions of the response."""
        reading = self._stated(response.text, response.start, response.end)
        if reading is not None:
            return Found(reading, "coordinates")
        place = refusal(response.text, response.start, response.end)
        return Found(Reading(Status.REFUSAL, "", *place), "refusal") if place is not None else None


# ---- problems


def prepare_box(problem: ChoiceProblem) -> tuple[RegionReader, Decide]:
    """One box; the key is its numbers as given."""
    wanted = _reference_box(problem, _numbers(problem, problem.reference))

    def decide(key: str) -> float:
        overlap = iou(_corners(tuple(json.loads(key)), problem.format), wanted)
        return overlap if problem.reward == "iou" else float(overlap >= problem.iou)

    return RegionReader(_boxes, several=False), decide


def prepare_box_set(problem: ChoiceProblem) -> tuple[RegionReader, Decide]:
    """A set of boxes; the key lists them as given."""
    written = _parsed(problem, problem.reference)
    wanted = [_reference_box(problem, _numbers(problem, each)) for each in written]

    def decide(key: str) -> float:
        given = [_corners(tuple(each), problem.format) for each in json.loads(key)]
        if len(given) > _MOST_BOXES:
            return 0.0
        if problem.reward == "iou":
            return _overlap(given, wanted) if given or wanted else 1.0
        pairs = matched(given, wanted, problem.iou)
        every = pairs == len(given)
        return float(every and (pairs == len(wanted) if problem.require == "all" else pairs > 0 or not wanted))

    return RegionReader(_boxes, several=True), decide


def prepare_point(problem: ChoiceProblem) -> tuple[RegionReader, Decide]:
    """A point within `max_dist` of the reference; the key is its numbers as given."""
    numbers = _numbers(problem, problem.reference, count=2)
    x, y = (value * scale for value, scale in zip(numbers, _scales(problem)))
    most = problem.max_dist or 0.0

    def decide(key: str) -> float:
        point = json.loads(key)
        return float(math.hypot(point[0] - x, point[1] - y) <= most)

    return RegionReader(_points, several=False), decide


def prepare_point_in_box(problem: ChoiceProblem) -> tuple[RegionReader, Decide]:
    """A point inside the reference box, its edges included; the key is its numbers as given."""
    box = _reference_box(problem, _numbers(problem, problem.reference))

    def decide(key: str) -> float:
        x, y = json.loads(key)
        return float(box[0] <= x <= box[2] and box[1] <= y <= box[3])

    return RegionReader(_points, several=False), decide


def _fault(problem: ChoiceProblem, message: str, field: str = "reference") -> ProblemError:
    return ProblemError(message, problem_id=problem.id, field=field)


def _parsed(problem: ChoiceProblem, written: object) -> list[object]:
    """A reference as a list: given so, or as JSON text (parentheses count as brackets)."""
    if isinstance(written, str):
        try:
            written = json.loads(written.replace("(", "[").replace(")", "]"))
        except (ValueError, RecursionError):
            written = None
    if not isinstance(written, list):
        raise _fault(problem, f"is {problem.reference!r}, which is not a list of numbers")
    return written


def _numbers(problem: ChoiceProblem, written: object, count: int = 4) -> tuple[float, ...]:
    if isinstance(written, dict):
        written = written.get("bbox_2d", written.get("bbox", written.get("box")))
    values = _parsed(problem, written)
    if len(values) == 2 and count == 4 and all(isinstance(each, list) for each in values):
        values = [number for each in values if isinstance(each, list) for number in each]
    numbers = [float(each) for each in values if isinstance(each, int | float) and not isinstance(each, bool)]
    if len(numbers) != len(values) or len(numbers) != count or not all(map(math.isfinite, numbers)):
        raise _fault(problem, f"has {written!r}; {count} finite numbers are wanted")
    return tuple(numbers)


def _corners(numbers: tuple[float, ...], form: str) -> Box:
    a, b, c, d = numbers
    if form == "xywh":
        return a, b, a + c, b + d
    return (b, a, d, c) if form == "yxyx" else (a, b, c, d)


def _reference_box(problem: ChoiceProblem, numbers: tuple[float, ...]) -> Box:
    """The reference in corners, in the coordinates that responses use."""
    x1, y1, x2, y2 = _corners(numbers, problem.gold_format or problem.format)
    across, down = _scales(problem)
    box = (x1 * across, y1 * down, x2 * across, y2 * down)
    if area(box) <= 0:
        raise _fault(
            problem,
            f"has the box {list(numbers)!r}, which has no area in the format {problem.gold_format or problem.format}",
        )
    return box


_SHARES = {"norm1": 1.0, "norm1000": 1000.0}


def _scales(problem: ChoiceProblem) -> tuple[float, float]:
    """What turns the reference's coordinates into those of responses, across and down."""
    source, target = problem.gold_coord or problem.coord, problem.coord
    if source == target:
        return 1.0, 1.0
    if "abs" in (source, target) and problem.image_size is None:
        raise _fault(problem, f"is needed to compare {source} with {target} coordinates", "image_size")
    size = problem.image_size or (1.0, 1.0)
    if not all(size):
        raise _fault(problem, "must be positive", "image_size")
    across, down = (_SHARES.get(target, length) / _SHARES.get(source, length) for length in size)
    return across, down
