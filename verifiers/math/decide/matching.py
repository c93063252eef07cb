"""Sets of things without order: whether each member of one has its equal in the other, both ways."""

from __future__ import annotations

from flint import acb

from verifiers.math.decide import exact, ladder, measures
from verifiers.math.decide.context import Comparison, unequal, weaker
from verifiers.math.decide.enclosure import ball
from verifiers.math.decide.rungs import Exhausted, Finding, Open, Steps, Undefined, precision
from verifiers.math.decide.shapes import never_rational
from verifiers.math.tree import Apply, Node, Symbol, Trait

_EMPTY = Symbol("\\emptyset")
_FEW_PAIRS = 25
_MOST_PAIRS = 40_000


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
    if not exactly and len(_distinct(comparison, given)) > len(_distinct(comparison, expected)):
        return unequal("more members than there are")
    method = "identical"
    shared = set(expected).intersection(given) if exactly else set()
    for item in shared:
        ladder.require_value(item, comparison.steps)
    plain = exactly and not any(map(measures.is_marked, expected))
    alike = _candidates(comparison, expected, given) if plain else None
    for place, item in enumerate(expected):
        if item in shared:
            continue
        others = given if alike is None else [given[at] for at in alike[place]]
        found = next(filter(None, (_member(comparison, item, other) for other in others)), None)
        if found is None:
            return unequal("a member without its equal")
        method = weaker(method, found.method)
    for place, item in enumerate(given):
        if item in shared:
            continue
        others = expected if alike is None else [one for one, places in zip(expected, alike) if place in places]
        found = next(filter(None, (_member(comparison, other, item) for other in others)), None)
        if found is None:
            return unequal("a member without its equal")
        method = weaker(method, found.method)
    return Finding(True, method)


def _candidates(comparison: Comparison, expected: list[Node], given: list[Node]) -> list[set[int]] | None:
    """For each expected member the places of the given ones that may equal it; None where all may."""
    if len(expected) * len(given) <= _FEW_PAIRS:
        return None
    if len(expected) * len(given) > _MOST_PAIRS:
        raise Open("too many members", slow=False)
    sketches = (
        [_sketch(item, comparison.steps) for item in expected],
        [_sketch(item, comparison.steps) for item in given],
    )
    return [{at for at, other in enumerate(sketches[1]) if _may_be_equal(one, other)} for one in sketches[0]]


def _sketch(node: Node, steps: Steps) -> tuple[acb | None, ...]:
    """A first enclosure of a constant, or of each coordinate of a point; None for what is no constant."""
    if isinstance(node, Apply) and node.head == "tuple":
        return tuple(_sketch(part, steps)[0] if part.traits & Trait.NO_VALUE == 0 else None for part in node.args)
    if node.traits & (Trait.VARIABLE | Trait.NO_VALUE | Trait.UNEVALUATED | Trait.LOGARITHM | Trait.INFINITE):
        return (None,)
    try:
        with precision(64):
            return (ball(node, {}, {}, steps),)
    except Exhausted:
        raise
    except (Open, Undefined):
        return (None,)


def _may_be_equal(first: tuple[acb | None, ...], second: tuple[acb | None, ...]) -> bool:
    if len(first) != len(second):
        return None in (*first, *second)
    return all(one is None or other is None or one.overlaps(other) for one, other in zip(first, second))


def _member(comparison: Comparison, expected: Node, given: Node) -> Finding:
    """Two members; `{3}` may stand for 3 as a whole answer, but as a member it is a set."""
    if _is_set(expected) != _is_set(given):
        return unequal("a set in place of a value")
    return comparison.equal(expected, given)


def _is_set(node: Node) -> bool:
    return node == _EMPTY or (isinstance(node, Apply) and node.head == "set")


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
