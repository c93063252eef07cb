"""Boxes and how much they overlap; sets of boxes matched one to one.

A box is `(x1, y1, x2, y2)` in any unit of length, its area plain and real-valued (no "+1" for pixels). A box without
area, with swapped corners or with a number that is not finite overlaps nothing. A set is compared through the
*overlaps* of its pairs, a row for each wanted box, so that a pair whose labels differ can be given none.
"""

from __future__ import annotations

import math

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Overlaps = list[list[float]]


def area(box: Box) -> float:
    """The area; 0 for swapped corners."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def iou(one: Box, other: Box) -> float:
    """Intersection over union; 0 where either has no area or a number is not finite."""
    areas = area(one), area(other)
    if not all(map(math.isfinite, (*one, *other, *areas))) or not all(areas):
        return 0.0
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (areas[0] + areas[1] - shared)


def overlaps_of(given: list[Box], wanted: list[Box]) -> Overlaps:
    """The overlap of each wanted box, a row, with each given one."""
    return [[iou(box, each) for box in given] for each in wanted]


def matched(overlaps: Overlaps, threshold: float) -> int:
    """How many wanted boxes can be matched one to one with given ones that overlap at least `threshold`.

    The most that any matching reaches, found by augmenting paths, so that no order of the boxes matters.
    """
    near = [[place for place, overlap in enumerate(row) if overlap >= threshold] for row in overlaps]
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

    return sum(assign(each) for each in range(len(near)))


def mean_overlap(overlaps: Overlaps, given: int) -> float:
    """The mean overlap under greedy one-to-one matching, extra and missing boxes counting 0."""
    pairs = sorted(
        ((each, i, j) for i, row in enumerate(overlaps) for j, each in enumerate(row)), key=lambda pair: -pair[0]
    )
    used: tuple[set[int], set[int]] = (set(), set())
    total = 0.0
    for overlap, i, j in pairs:
        if i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            total += overlap
    return total / max(given, len(overlaps), 1)
