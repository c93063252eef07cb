"""Sets of real numbers in one form, and their algebra.

A set is its boundary points in order and, for each gap between them and each point itself, whether it belongs:
`[2, 5) ∪ {7}` has the points 2, 5, 7 and the flags out, IN, in, OUT, out, IN, out (points in capitals). Set operations
work on the flags over the merged points; two sets are equal when, without redundant points, flags and points are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from verifiers.math.decide import exact
from verifiers.math.decide.enclosure import ball, is_real
from verifiers.math.decide.rungs import Finding, Open, Steps, Undefined, precision
from verifiers.math.tree import Node, Number

Same = Callable[[Node, Node], Finding]
MOST_POINTS = 200


@dataclass(frozen=True, slots=True)
class RealSet:
    """`flags` has one entry for each gap and point, in order: gap, point, gap, ..., gap; `whole`: only integers."""

    points: tuple[Node, ...]
    flags: tuple[bool, ...]
    whole: bool = False


EMPTY = RealSet((), (False,))
REALS = RealSet((), (True,))
INTEGERS = RealSet((), (True,), whole=True)


class SetAlgebra:
    """Set algebra; `same` decides equality of boundary points."""

    def __init__(self, same: Same, steps: Steps) -> None:
        self.same = same
        self.steps = steps

    # ---- order

    def order(self, left: Node, right: Node) -> int:
        """-1, 0 or 1."""
        if type(left) is Number and type(right) is Number:
            above, below = left.numerator * right.denominator, right.numerator * left.denominator
            return (above > below) - (above < below)
        first = exact.rational_or_none(left, self.steps)
        second = None if first is None else exact.rational_or_none(right, self.steps)
        if first is not None and second is not None:
            return int(first > second) - int(first < second)
        for bits in (64, 256):
            with precision(bits):
                low, high = ball(left, {}, {}, self.steps), ball(right, {}, {}, self.steps)
                if not is_real(low) or not is_real(high):
                    raise Undefined("an end point that is not real")
                if low.real < high.real:
                    return -1
                if low.real > high.real:
                    return 1
        if self.same(left, right):
            return 0
        raise Open("end points too close to order")

    # ---- algebra

    def combined(self, left: RealSet, right: RealSet, keep: Callable[[bool, bool], bool]) -> RealSet:
        """The set of all x for which `keep(x in left, x in right)`."""
        points: list[Node] = []
        flags = [keep(left.flags[0], right.flags[0])]
        i = j = 0
        while i < len(left.points) or j < len(right.points):
            if len(points) > MOST_POINTS:
                raise Open("a set of too many parts", slow=False)
            if i == len(left.points):
                order = 1
            elif j == len(right.points):
                order = -1
            else:
                order = self.order(left.points[i], right.points[j])
            points.append(left.points[i] if order <= 0 else right.points[j])
            on_left = left.flags[2 * i + 1] if order <= 0 else left.flags[2 * i]
            on_right = right.flags[2 * j + 1] if order >= 0 else right.flags[2 * j]
            flags.append(keep(on_left, on_right))
            i += order <= 0
            j += order >= 0
            flags.append(keep(left.flags[2 * i], right.flags[2 * j]))
        return without_redundant(points, flags)

    def union(self, left: RealSet, right: RealSet) -> RealSet:
        """What is in either."""
        if left == EMPTY or right == EMPTY:
            return right if left == EMPTY else left
        if left.whole != right.whole:
            raise Open("integers among reals", slow=False)
        result = self.combined(left, right, lambda first, second: first or second)
        return replace(result, whole=True) if left.whole else result

    def intersection(self, left: RealSet, right: RealSet) -> RealSet:
        """What is in both."""
        if left == REALS or right == REALS:
            return right if left == REALS else left
        result = self.combined(left, right, lambda first, second: first and second)
        return replace(result, whole=True) if left.whole or right.whole else result

    def difference(self, left: RealSet, right: RealSet) -> RealSet:
        """What is in the first alone."""
        if right.whole and not left.whole:
            raise Open("integers among reals", slow=False)
        result = self.combined(left, right, lambda first, second: first and not second)
        return replace(result, whole=True) if left.whole else result

    def equal(self, left: RealSet, right: RealSet) -> Finding:
        """Whether two sets are one."""
        if left.flags != right.flags or left.whole != right.whole:
            return Finding(False, "exact", "another set")
        method = "exact"
        for first, second in zip(left.points, right.points):
            found = self.same(first, second)
            if not found:
                return Finding(False, found.method, "another end point")
            method = found.method if found.method in {"numeric", "symbolic"} else method
        return Finding(True, method)


def without_redundant(points: list[Node], flags: list[bool]) -> RealSet:
    """The set, without the points at which nothing changes."""
    kept_points: list[Node] = []
    kept_flags = [flags[0]]
    for at, point in enumerate(points):
        on, after = flags[2 * at + 1], flags[2 * at + 2]
        if on == kept_flags[-1] == after:
            continue
        kept_points.append(point)
        kept_flags += [on, after]
    return RealSet(tuple(kept_points), tuple(kept_flags))
