"""Problems whose answers are places in an image: boxes, sets of boxes, points, points in a box.

A reference is four numbers in the problem's format and coordinates, or an object `{"bbox_2d": …, "label": …}`; where
the boxes of a set have labels, a given box can match only one of its own label. Sets are matched one to one.
"""

from __future__ import annotations

import json
import math

from verifiers.choice.evidence import Decide
from verifiers.choice.geometry import Box, area, iou, matched, mean_overlap, overlaps_of
from verifiers.choice.notation import compact
from verifiers.choice.regions import MOST_BOXES, RegionReader, boxes, points
from verifiers.errors import ProblemError
from verifiers.problem import ChoiceProblem


def prepare_box(problem: ChoiceProblem) -> tuple[RegionReader, Decide]:
    """One box; the key is its numbers as given."""
    wanted = _reference_box(problem, _numbers(problem, problem.reference))

    def decide(key: str) -> float:
        overlap = iou(_corners(tuple(json.loads(key)), problem.format), wanted)
        return overlap if problem.reward == "iou" else float(overlap >= problem.iou)

    return RegionReader(boxes, several=False), decide


def prepare_box_set(problem: ChoiceProblem) -> tuple[RegionReader, Decide]:
    """A set of boxes; the key lists them as given, with their labels where the reference has labels."""
    written = _parsed(problem, problem.reference)
    wanted = [_reference_box(problem, _numbers(problem, each)) for each in written]
    names = [_name(problem, each) for each in written]
    labelled = any(names)

    def decide(key: str) -> float:
        listed = json.loads(key)
        if len(listed) > MOST_BOXES:
            return 0.0
        given = [_corners(tuple(each[:4]), problem.format) for each in listed]
        overlaps = overlaps_of(given, wanted)
        if labelled:
            overlaps = [
                [overlap if compact(each[4]) == name else 0.0 for overlap, each in zip(row, listed)]
                for row, name in zip(overlaps, names)
            ]
        if problem.reward == "iou":
            return mean_overlap(overlaps, len(given)) if given or wanted else 1.0
        pairs = matched(overlaps, problem.iou)
        every = pairs == len(given)
        return float(every and (pairs == len(wanted) if problem.require == "all" else pairs > 0 or not wanted))

    return RegionReader(boxes, several=True, labelled=labelled), decide


def _name(problem: ChoiceProblem, written: object) -> str:
    """The label of a reference box, in the form in which labels are compared; empty for none."""
    label = written.get("label", "") if isinstance(written, dict) else ""
    if not isinstance(label, str):
        raise _fault(problem, f"has the label {label!r}; a text is wanted")
    return compact(label)


def prepare_point(problem: ChoiceProblem) -> tuple[RegionReader, Decide]:
    """A point within `max_dist` of the reference; the key is its numbers as given."""
    numbers = _numbers(problem, problem.reference, count=2)
    x, y = (value * scale for value, scale in zip(numbers, _scales(problem)))
    most = problem.max_dist or 0.0

    def decide(key: str) -> float:
        point = json.loads(key)
        return float(math.hypot(point[0] - x, point[1] - y) <= most)

    return RegionReader(points, several=False), decide


def prepare_point_in_box(problem: ChoiceProblem) -> tuple[RegionReader, Decide]:
    """A point inside the reference box, its edges included; the key is its numbers as given."""
    box = _reference_box(problem, _numbers(problem, problem.reference))

    def decide(key: str) -> float:
        x, y = json.loads(key)
        return float(box[0] <= x <= box[2] and box[1] <= y <= box[3])

    return RegionReader(points, several=False), decide


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
        written = next((written[name] for name in ("bbox_2d", "bbox", "box_2d", "box") if name in written), None)
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
