r"""Functions by cases: `|x|` is its two cases, in any order, and it does not matter to which of them 0 belongs.

Both sides are read as values on sets of reals. On the common part of two sets the two values must agree: as functions,
or where the variable is made to run through that part alone, and at each end that belongs to it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from verifiers.math.decide.conditions import SetReader
from verifiers.math.decide.context import Comparison, unequal, weaker
from verifiers.math.decide.matching import matched
from verifiers.math.decide.realset import EMPTY, REALS, RealSet
from verifiers.math.decide.rungs import Exhausted, Finding, Open, Undefined
from verifiers.math.decide.values import same
from verifiers.math.tree import ONE, TWO, Apply, Node, Symbol, Words, children, replaced

_OTHERWISE = frozenset(
    {"otherwise", "else", "elsewhere", "in other cases", "for other x", "其他", "其它", "sonst", "sinon"}
)
_PARAMETER = Symbol("t‹›")
_MOST_CASES = 12

Case = tuple[Node, RealSet]


def cases(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """A function by cases on one side or both."""
    try:
        return _equal_functions(comparison, reference, answer)
    except Exhausted:
        raise
    except Open:
        if not (_by_cases(reference) and _by_cases(answer)):
            raise
        return matched(comparison, list(children(reference)), list(children(answer)))
    except Undefined as fault:
        return unequal(str(fault))


def _by_cases(node: Node) -> bool:
    return isinstance(node, Apply) and node.head == "piecewise"


def _equal_functions(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    def same_points(first: Node, second: Node) -> Finding:
        return same(comparison, first, second)

    reader = SetReader(same_points, comparison.steps)
    expected, given = _read(reader, reference), _read(reader, answer)
    if reader.variable is None:
        raise Open("cases of no variable", slow=False)
    variable = Symbol(reader.variable)
    domains = [_union(reader, [region for _, region in side]) for side in (expected, given)]
    if not reader.algebra.equal(*domains):
        return unequal("defined elsewhere")
    method = "exact"
    for value, region in expected:
        for other, place in given:
            common = reader.algebra.intersection(region, place)
            found = _agree(comparison, value, other, variable, common) if common != EMPTY else Finding(True, "exact")
            if not found:
                return unequal("another value in one of the cases")
            method = weaker(method, found.method)
    return Finding(True, method)


# ---- reading


def _read(reader: SetReader, node: Node) -> list[Case]:
    if not _by_cases(node):
        return [(node, REALS)]
    rows = children(node)
    if len(rows) > _MOST_CASES:
        raise Open("too many cases", slow=False)
    found: list[Case] = []
    for place, row in enumerate(rows):
        parts = children(row)
        if len(parts) != 2:
            raise Open("a case without its condition", slow=False)
        value, condition = parts
        if isinstance(condition, Words):
            if condition.text.strip(" .,").lower() not in _OTHERWISE or place != len(rows) - 1:
                raise Open("a condition in words", slow=False)
            before = _union(reader, [region for _, region in found])
            found.append((value, reader.algebra.difference(REALS, before)))
        else:
            found.append((value, reader.read(condition)))
    return found


def _union(reader: SetReader, regions: list[RealSet]) -> RealSet:
    result = EMPTY
    for region in regions:
        result = reader.algebra.union(result, region)
    return result


# ---- comparing


def _agree(comparison: Comparison, first: Node, second: Node, variable: Symbol, region: RealSet) -> Finding:
    """Whether two values agree wherever `variable` is in `region`."""
    try:
        found = same(comparison, first, second)
        if found:
            return found
    except Exhausted:
        raise
    except Open:
        pass
    method = "exact"
    for place in _pieces(region):
        found = same(comparison, replaced(first, variable, place), replaced(second, variable, place))
        if not found:
            return found
        method = weaker(method, found.method)
    return Finding(True, method)


def _pieces(region: RealSet) -> Iterator[Node]:
    """The points of `region` that bound it, and for each gap an expression that runs through it."""
    if region.whole:
        raise Open("cases over integers", slow=False)
    square = Apply("pow", (_PARAMETER, TWO))
    ends: list[Node | None] = [None, *region.points, None]
    for at, point in enumerate(region.points):
        if region.flags[2 * at + 1]:
            yield point
    for at, (low, high) in enumerate(itertools.pairwise(ends)):
        if not region.flags[2 * at]:
            continue
        if low is None:
            yield _PARAMETER if high is None else Apply("add", (high, Apply("neg", (square,))))
        elif high is None:
            yield Apply("add", (low, square))
        else:
            above = Apply("add", (low, Apply("mul", (high, square))))
            yield Apply("div", (above, Apply("add", (ONE, square))))
