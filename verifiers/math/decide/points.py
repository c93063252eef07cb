"""References whose parts have places: tuples, points, vectors, matrices, and functions by cases."""

from __future__ import annotations

from verifiers.math.decide.context import Comparison, unequal
from verifiers.math.decide.matching import matched
from verifiers.math.decide.regions import equal_regions, region
from verifiers.math.decide.rungs import Finding, Open
from verifiers.math.decide.shapes import (
    REGIONS,
    coordinates_of,
    in_named_order,
    is_region,
    members,
    named_values,
    single_column,
)
from verifiers.math.tree import Apply, Node, Relation, children

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
    """A tuple, point or vector: order kept, in round, square, angle or column notation, or by name."""
    assert isinstance(reference, Apply)
    if isinstance(answer, Relation):
        try:
            return equal_regions(comparison, reference, answer)
        except Open:
            return unequal("a relation in place of a tuple")
    if not isinstance(answer, Apply):
        return unequal("not a tuple")
    if comparison.rules.order == "set" and reference.head == "tuple" and answer.head in _UNORDERED:
        if len(reference.args) != len(answer.args):
            return unequal("another number of coordinates")
        return matched(comparison, list(reference.args), list(answer.args))
    pair = len(reference.args) == 2
    if answer.head in {"list", "and"}:
        return _listed_point(comparison, reference, answer, pair)
    if answer.head in {"set", "or"}:
        if len(answer.args) == 1:
            return comparison.equal(reference, answer.args[0])
        return unequal("a set in place of a tuple")
    if answer.head in REGIONS and answer.head != "[]" and pair and reference.head == "tuple":
        return region(comparison, Apply("()", reference.args), answer)
    if answer.head == "[]":
        return unequal("a closed interval in place of a tuple")
    given = coordinates_of(answer)
    return _in_turn(comparison, coordinates_of(reference), given) if given is not None else unequal("not a tuple")


def _listed_point(comparison: Comparison, reference: Apply, answer: Apply, pair: bool) -> Finding:
    """A point whose coordinates are listed without brackets, by name or in turn; or an interval by its conditions."""
    expected = coordinates_of(reference)
    named = named_values(members(answer))
    if named is not None and expected is not None:
        if len(named) != len(expected):
            return unequal("another number of parts")
        return comparison.together(zip(expected, in_named_order(named)))
    if pair and answer.args and all(is_region(part) for part in answer.args):
        return region(comparison, Apply("()", reference.args), answer)
    if reference.head == "tuple" and answer.head == "list":
        return _in_turn(comparison, expected, list(answer.args))
    return unequal("not a tuple")


def _in_turn(comparison: Comparison, expected: list[Node] | None, given: list[Node]) -> Finding:
    if expected is None or len(expected) != len(given):
        return unequal("another number of coordinates")
    return comparison.together(zip(expected, given))


def cases(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """A function by cases, in any order."""
    assert isinstance(reference, Apply)
    if not isinstance(answer, Apply) or answer.head != "piecewise":
        return unequal("not a function by cases")
    return matched(comparison, list(reference.args), list(answer.args))
