"""References that are a list or a set of values, points or equations."""

from __future__ import annotations

from verifiers.math.decide.context import Comparison, unequal
from verifiers.math.decide.matching import matched
from verifiers.math.decide.regions import equal_regions
from verifiers.math.decide.rungs import Finding, Open
from verifiers.math.decide.shapes import (
    LISTS,
    coordinates_of,
    holds_tuples,
    in_named_order,
    is_region,
    members,
    named_values,
    without_common_label,
)
from verifiers.math.parse import is_set_name
from verifiers.math.tree import Apply, Node, Symbol, children

_EMPTY = Apply("set", ())


def listed(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """A list or set of values, points or equations: order-free unless the policy says otherwise."""
    parts = reference.args if isinstance(reference, Apply) and reference.head in LISTS else ()
    if parts and (any(is_region(item) for item in parts) or is_region(answer)):
        try:
            return equal_regions(comparison, reference, answer)
        except Open:
            pass  # not sets of reals: compare the parts
    if is_set_name(answer) and answer == Symbol("\\emptyset"):
        answer = _EMPTY
    expected, given = members(reference), members(answer)
    found = by_name(comparison, expected, given)
    if found is not None:
        return found
    ordered = comparison.rules.order == "list"
    if isinstance(answer, Apply) and answer.head == "tuple" and len(expected) > 1 and not holds_tuples(expected):
        if not (ordered and isinstance(reference, Apply) and reference.head == "list"):
            return unequal("a tuple in place of a set")
        given = list(answer.args)
    expected, given = without_common_label(expected), without_common_label(given)
    if not ordered:
        return matched(comparison, expected, given)
    if len(expected) != len(given):
        return unequal("another number of parts")
    return comparison.together(zip(expected, given))


def sequence(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """Members with dots among them: the same ones in the same places."""
    if not isinstance(answer, Apply) or answer.head != "sequence" or len(answer.args) != len(children(reference)):
        return unequal("not the same sequence")
    return comparison.together(zip(children(reference), answer.args))


def by_name(comparison: Comparison, expected: list[Node], given: list[Node]) -> Finding | None:
    """Values given by name, `x = 1, y = -2`, on one side or both; None where neither side names them."""
    names, others = named_values(expected), named_values(given)
    if names is None and others is None:
        return None
    if names is not None and others is not None:
        if set(names) != set(others):
            return unequal("other names")
        return comparison.together((names[name], others[name]) for name in names)
    values, plain = (names, given) if names is not None else (others or {}, expected)
    coordinates: list[Node] | None = None
    if len(plain) == 1 and isinstance(plain[0], Apply) and plain[0].head in {"tuple", "matrix"}:
        coordinates = coordinates_of(plain[0])
    elif len(plain) == len(values):
        coordinates = plain
    if coordinates is None or len(coordinates) != len(values):
        return unequal("another number of parts")
    ordered = in_named_order(values)
    return comparison.together(zip(ordered, coordinates) if names is not None else zip(coordinates, ordered))
