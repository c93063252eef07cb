"""References whose parts have places: tuples, points, vectors and matrices."""

from __future__ import annotations

from verifiers.math.decide.context import Comparison, unequal
from verifiers.math.decide.matching import matched
from verifiers.math.decide.regions import equal_regions, region
from verifiers.math.decide.rungs import Finding, Open
from verifiers.math.decide.shapes import REGIONS, coordinates_of, is_region, single_column
from verifiers.math.tree import Apply, Node, children

_UNORDERED = frozenset({"tuple", "list", "and", "set"})


def matrix(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """A matrix, entry by entry; one of a single row or column is a point too."""
    assert isinstance(reference, Apply)
    if isinstance(answer, Apply) and answer.head == "matrix":
        return _rows(comparison, reference.args, answer.args)
    if single_column(reference) is not None:
        return point(comparison, reference, answer)
    return unequal("not a matrix")


def _rows(comparison: Comparison, expected: tuple[Node, ...], given: tuple[Node, ...]) -> Finding:
    shapes = [[len(children(row)) for row in rows] for rows in (expected, given)]
    if shapes[0] != shapes[1]:
        return unequal("a matrix of another shape")
    return comparison.together(
        pair for above, below in zip(expected, given) for pair in zip(children(above), children(below))
    )


def point(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """A tuple, point or vector: order kept, in round, square, angle or column notation."""
    assert isinstance(reference, Apply)
    pair = len(reference.args) == 2 and reference.head == "tuple"
    if pair and is_region(answer) and not (isinstance(answer, Apply) and answer.head == "[]"):
        return _as_interval(comparison, reference, answer)
    if not isinstance(answer, Apply):
        return unequal("not a tuple")
    if comparison.rules.order == "set" and reference.head == "tuple" and answer.head in _UNORDERED:
        if len(reference.args) != len(answer.args):
            return unequal("another number of coordinates")
        return matched(comparison, list(reference.args), list(answer.args))
    if answer.head in {"set", "or"}:
        if len(answer.args) == 1:
            return comparison.equal(reference, answer.args[0])
        return unequal("a set in place of a tuple")
    if answer.head == "list":
        return _in_turn(comparison, coordinates_of(reference), list(answer.args))
    if answer.head == "[]":
        return unequal("a closed interval in place of a tuple")
    # a column of two without a rule between them; no reference with places is a number of choices
    given = list(answer.args) if answer.head == "binom" else coordinates_of(answer)
    return _in_turn(comparison, coordinates_of(reference), given) if given is not None else unequal("not a tuple")


def _as_interval(comparison: Comparison, reference: Apply, answer: Node) -> Finding:
    """A pair may be an open interval: where its ends are in order and the answer says so in another notation."""
    if isinstance(answer, Apply) and answer.head in REGIONS:
        return region(comparison, reference, answer)
    try:
        return equal_regions(comparison, reference, answer)
    except Open:
        return unequal("a relation in place of a tuple")


def _in_turn(comparison: Comparison, expected: list[Node] | None, given: list[Node]) -> Finding:
    if expected is None or len(expected) != len(given):
        return unequal("another number of coordinates")
    return comparison.together(zip(expected, given))
