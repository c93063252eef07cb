"""Sets of things without order: whether each member of one has its equal in the other, both ways."""

from __future__ import annotations

from verifiers.math.decide import exact, measures
from verifiers.math.decide.context import Comparison, unequal, weaker
from verifiers.math.decide.rungs import Finding, Open, Steps, Undefined
from verifiers.math.decide.shapes import never_rational
from verifiers.math.tree import Node

_MOST_MATCHES = 900


def matched(comparison: Comparison, expected: list[Node], given: list[Node]) -> Finding:
    """Whether each member of one has an equal in the other, both ways; duplicates do not count."""
    if not expected or not given:
        return unequal("another set") if expected or given else Finding(True, "exact")
    left, left_rest = _rational_values(expected, comparison.steps)
    right, right_rest = _rational_values(given, comparison.steps)
    exactly = comparison.rules.exactly and not any(map(measures.is_marked, given))
    if not left_rest and not right_rest and (exactly or left == right):
        return Finding(left == right, "exact", "" if left == right else "another set of numbers")
    if exactly and left - right and all(never_rational(node) for node in right_rest):
        return unequal("a member is missing")
    if len(expected) * len(given) > _MOST_MATCHES:
        if len(expected) != len(given):
            return unequal("another number of members")
        raise Open("too many members", slow=False)
    if not exactly and len(_distinct(comparison, given)) > len(_distinct(comparison, expected)):
        return unequal("more members than there are")
    method = "identical"
    for item in expected:
        found = next(filter(None, (comparison.equal(item, other) for other in given)), None)
        if found is None:
            return unequal("a member without its equal")
        method = weaker(method, found.method)
    for item in given:
        found = next(filter(None, (comparison.equal(other, item) for other in expected)), None)
        if found is None:
            return unequal("a member without its equal")
        method = weaker(method, found.method)
    return Finding(True, method)


def _distinct(comparison: Comparison, parts: list[Node]) -> list[Node]:
    """The parts without those that have the same value as one before."""
    strict = comparison.strictly()
    kept: list[Node] = []
    for part in parts:
        if not any(strict.equal(other, part) for other in kept):
            kept.append(part)
    return kept


def _rational_values(parts: list[Node], steps: Steps) -> tuple[set[tuple[int, int]], list[Node]]:
    """The rational values among `parts`, as numerators and denominators, and the parts that have none."""
    found: set[tuple[int, int]] = set()
    rest: list[Node] = []
    for part in parts:
        number = exact.plain(part)
        if number is not None:
            found.add((number.numerator, number.denominator))
            continue
        try:
            value = exact.rational_or_none(part, steps)
        except Undefined:
            value = None
        if value is None:
            rest.append(part)
        else:
            found.add((int(value.p), int(value.q)))
    return found, rest
