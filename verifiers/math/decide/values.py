"""References that are one expression: the ladder decides, then the policy's tolerance, then whoever helps in doubt."""

from __future__ import annotations

import math
from fractions import Fraction

from flint import arb, fmpq

from verifiers.math.decide import exact, ladder, measures
from verifiers.math.decide.alike import with_points
from verifiers.math.decide.classes import representative
from verifiers.math.decide.context import Comparison, Doubtful, unequal
from verifiers.math.decide.enclosure import ball, is_real
from verifiers.math.decide.rungs import Finding, NotExpression, Open, Steps, Undefined, precision
from verifiers.math.decide.shapes import LISTS, REGIONS, decimal_places, has_sign, members
from verifiers.math.named_sets import is_named
from verifiers.math.tree import UNEVALUATED, Apply, Node, Number, Relation, Symbol, Trait, free_symbols, walk

_HUNDRED = Number(100)
_MOST_PLACES = 4_000
_OTHER_KINDS = frozenset({"tuple", "matrix", "piecewise"}) | REGIONS


def scalar(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """A reference that is one expression, marked (a unit, a percent sign) or not."""
    answer = representative(comparison, answer)
    if isinstance(answer, Relation):
        return unequal("a relation in place of a value")
    if isinstance(answer, Apply):
        if answer.head in LISTS or has_sign(answer):
            return _one_of_several(comparison, reference, answer)
        if answer.head in _OTHER_KINDS:
            return unequal("another kind of answer")
    if is_named(answer):
        return unequal("a set in place of a value")
    if measures.is_marked(reference) or measures.is_marked(answer):

        def unmarked(first: Node, second: Node) -> Finding:
            return same(comparison, first, second)

        return measures.compare(reference, answer, unmarked, comparison.rules)
    found = same(comparison, reference, answer)
    if not found and comparison.rules.percent == "factor":
        return _by_a_hundred(comparison, reference, answer) or found
    return found


def _by_a_hundred(comparison: Comparison, reference: Node, answer: Node) -> Finding | None:
    """Whether a rational number is the reference times or divided by a hundred."""
    for node in (reference, answer):
        if exact.rational_or_none(node, comparison.steps) is None:
            return None
    less = same(comparison, reference, Apply("div", (answer, _HUNDRED)))
    return less if less else same(comparison, reference, Apply("mul", (answer, _HUNDRED)))


def _one_of_several(comparison: Comparison, reference: Node, answer: Apply) -> Finding:
    """Several values stand for one only where all of them are that one."""
    parts = members(answer)
    if not parts:
        return unequal("nothing in place of a value")
    finding = unequal("several values in place of one")
    for part in parts:
        finding = comparison.equal(reference, part)
        if not finding:
            return unequal("several values in place of one") if len(parts) > 1 else finding
    return finding if comparison.one_claim(parts) else unequal("several values in place of one")


def same(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """Two expressions by the ladder, then by policy."""
    reference, answer = with_points(reference), with_points(answer)
    lenient = comparison.rules.approximate
    lazy = answer.traits & ~reference.traits & Trait.UNEVALUATED
    if lazy and not _evaluates(answer, comparison.steps):
        return unequal("left unevaluated")
    if lazy and not free_symbols(answer) <= free_symbols(reference):
        return unequal("other variables")
    try:
        found = ladder.same(reference, answer, comparison.steps, comparison.trace)
    except Undefined as fault:
        return unequal(str(fault))
    except NotExpression:
        return unequal("another kind of answer")
    except Open as open_question:
        near = _near(comparison, reference, answer) if lenient else None
        if near is not None:
            return near
        if comparison.doubtful is None or not open_question.slow:
            raise
        return _helped(comparison, comparison.doubtful, reference, answer)
    if not found and lenient:
        return _near(comparison, reference, answer) or found
    return found


def _helped(comparison: Comparison, doubtful: Doubtful, reference: Node, answer: Node) -> Finding:
    if comparison.trace is None:
        return doubtful(reference, answer)
    found = comparison.trace.timed("slow lane", lambda pair: doubtful(*pair), (reference, answer))
    assert found is not None
    return found


def _evaluates(answer: Node, steps: Steps) -> bool:
    """Whether every sum in `answer` is finite or geometric, and nothing else is left to work out."""
    for at in walk(answer):
        if isinstance(at, Apply) and at.head in UNEVALUATED:
            if at.head in {"integral", "limit"}:
                return False
            if at.args[3] == Symbol("infty"):
                try:
                    exact.rational(at, steps=steps)
                except Open:
                    return False
                except Undefined:
                    return True
    return True


def _near(comparison: Comparison, reference: Node, answer: Node) -> Finding | None:
    """Whether a closed answer lies within the tolerance, or rounds to the reference at its own digits."""
    rules = comparison.rules
    if free_symbols(reference) or free_symbols(answer):
        return None
    try:
        with precision(256):
            expected, given = ball(reference, {}, {}, comparison.steps), ball(answer, {}, {}, comparison.steps)
            distance = abs(expected - given)
            bounds = [_as_written(rules.absolute), abs(expected) * _as_written(rules.relative)]
            places = decimal_places(reference)
            if rules.rounding == "reference" and places is not None:
                bounds.append(arb(fmpq(10) ** -places / 2))
            # a hair is allowed for bounds that are met exactly
            if any(distance <= bound * (1 + arb(2) ** -60) for bound in bounds):
                return Finding(True, "enclosure")
    except (Open, Undefined):
        return None
    return None


def _as_written(bound: float) -> arb:
    """A bound as the decimal that it was written as: 0.3 is three tenths."""
    if math.isinf(bound):
        return arb("inf")
    written = Fraction(repr(bound))
    return arb(fmpq(written.numerator, written.denominator))


def approximation(comparison: Comparison, reference: Node, answer: Relation) -> Finding:
    """`√2 ≈ 1.414`: the exact side is claimed, and the decimal must be a rounding of it."""
    first, last = _measured_alike(*answer.terms)
    if isinstance(first, Apply) and first.head == "quantity":
        if not isinstance(last, Apply) or last.head != "quantity":
            return unequal("an approximation of something else")
        bare = Relation(answer.ops, (first.args[0], last.args[0]))
        found = approximation(comparison, first.args[0], bare)
        return comparison.equal(reference, first) if found else found
    places = decimal_places(last)
    if places is not None and abs(places) > _MOST_PLACES:
        return unequal("an approximation of something else")
    with precision(256):
        try:
            excess = ball(first, {}, {}, comparison.steps) - ball(last, {}, {}, comparison.steps)
        except (Open, Undefined):
            return unequal("an approximation of something else")
        unit = arb(fmpq(10) ** -(places or 0))
        rounded_down = places and is_real(excess) and 0 <= excess.real < unit
        if not (abs(excess) <= unit / 2 or rounded_down):
            return unequal("the two sides of the approximation disagree")
    found = comparison.equal(reference, first)
    if not found and isinstance(reference, Number) and reference.places is not None:
        return comparison.equal(reference, last)
    return found


def _measured_alike(first: Node, last: Node) -> tuple[Node, Node]:
    """Both sides with the unit that is written once, after the second; sides with two different units stay apart."""
    if isinstance(last, Apply) and last.head == "quantity":
        if not (isinstance(first, Apply) and first.head == "quantity"):
            return Apply("quantity", (first, last.args[1])), last
        if first.args[1] != last.args[1]:
            return first.args[0], last
    return first, last
