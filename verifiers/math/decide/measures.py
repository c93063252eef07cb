"""Numbers that carry something: units, money, percent, degrees, bases, times of day, ratios.

What is bare on one side and marked on the other is notation; what is marked on both sides must be the same quantity.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from verifiers.math.decide import exact
from verifiers.math.decide.rungs import Finding, Steps
from verifiers.math.problem_policy import Rules
from verifiers.math.tree import Apply, Node, Number, Symbol, Words
from verifiers.math.units import Unit, is_label, read_unit

Same = Callable[[Node, Node], Finding]
MARKED = frozenset({"quantity", "money", "percent", "degree", "based", "clock", "ratio"})


@dataclass(frozen=True, slots=True)
class Measure:
    """`kind` is bare, unit, percent or degree."""

    value: Node
    kind: str = "bare"
    unit: Unit | None = None


def is_marked(node: Node) -> bool:
    """Whether `node` is a number with a mark, possibly negated."""
    if isinstance(node, Apply) and node.head == "neg":
        return is_marked(node.args[0])
    return isinstance(node, Apply) and node.head in MARKED


def measure(node: Node) -> Measure:
    """`node` as a value and its mark."""
    if isinstance(node, Apply):
        if node.head == "neg" and is_marked(node.args[0]):
            inner = measure(node.args[0])
            return Measure(Apply("neg", (inner.value,)), inner.kind, inner.unit)
        if node.head in {"quantity", "money"} and isinstance(node.args[1], Words):
            unit = read_unit(node.args[1].text)
            if unit is None and node.head == "money":
                unit = Unit(((node.args[1].text, 1),), _ONE)
            return Measure(node.args[0], "unit", unit)
        if node.head in {"percent", "degree"}:
            return Measure(node.args[0], node.head)
    return Measure(node)


_ONE = Fraction(1)


def compare(reference: Node, answer: Node, same: Same, rules: Rules) -> Finding:
    """Compare two scalars of which at least one is marked."""
    for head, rule in (("based", _bases), ("clock", _clocks), ("ratio", _ratios)):
        if head in {getattr(reference, "head", ""), getattr(answer, "head", "")}:
            return rule(reference, answer, same)
    left, right = measure(reference), measure(answer)
    if "percent" in {left.kind, right.kind}:
        return _percents(left, right, same, rules)
    if rules.units == "ignore":
        return same(left.value, right.value) or _by_kind(left, right, same, rules)
    return _by_kind(left, right, same, rules)


def _by_kind(left: Measure, right: Measure, same: Same, rules: Rules) -> Finding:
    if left.kind == "degree" or right.kind == "degree":
        return _angles(left, right, same, rules)
    if left.kind == "unit" and right.kind == "bare" and rules.units == "required":
        return Finding(False, "exact", "the unit is missing")
    return _quantities(left, right, same)


def _quantities(left: Measure, right: Measure, same: Same) -> Finding:
    first, second = left.unit, right.unit
    if first is None or second is None or first == second:
        return same(left.value, right.value)
    if first.dimension != second.dimension or is_label(first):
        return Finding(False, "exact", "another unit")
    return same(left.value, _converted(right.value, second, first))


def _converted(value: Node, given: Unit, wanted: Unit) -> Node:
    """A value of one unit in another; the reference's own, so that a tolerance and its digits mean what they say."""
    factor, shift = given.scale / wanted.scale, (given.offset - wanted.offset) / wanted.scale
    factors: list[Node] = [value, Number(factor.numerator, factor.denominator)]
    if given.pi_power != wanted.pi_power:
        factors.append(Apply("pow", (Symbol("pi"), Number(given.pi_power - wanted.pi_power))))
    scaled = Apply("mul", tuple(factors))
    return Apply("add", (scaled, Number(shift.numerator, shift.denominator))) if shift else scaled


def _percents(left: Measure, right: Measure, same: Same, rules: Rules) -> Finding:
    if left.kind == right.kind:
        return same(left.value, right.value)
    if "unit" in {left.kind, right.kind}:
        return Finding(False, "exact", "another unit")
    if left.kind == "percent":
        exactly = same(left.value, Apply("mul", (Number(100), right.value)))
        may_be_bare = True
    else:
        exactly = same(left.value, Apply("percent", (right.value,)))
        plain = isinstance(left.value, Number) and (left.value.denominator == 1 or left.value.places is not None)
        may_be_bare = plain or rules.percent in {"ignore", "factor"}
    if exactly or rules.percent == "strict" or not may_be_bare:
        return exactly
    return same(left.value, right.value)


def _in_radians(value: Measure) -> Node | None:
    if value.kind == "degree":
        return Apply("degree", (value.value,))
    if value.unit is not None:
        return _converted(value.value, value.unit, _RADIAN) if value.unit.dimension == _RADIAN.dimension else None
    return value.value


def _in_degrees(radians: Node) -> Node:
    return Apply("div", (Apply("mul", (Number(180), radians)), Symbol("pi")))


_RADIAN = Unit((("angle", 1),), Fraction(1))


def _angles(left: Measure, right: Measure, same: Same, rules: Rules) -> Finding:
    if left.kind == right.kind:
        return same(left.value, right.value)
    if left.kind == "degree" and right.kind == "bare":
        if rules.units == "required" and _is_rational(right.value):
            return Finding(False, "exact", "the unit is missing")
        bare = same(left.value, right.value)
        return bare if bare or _is_rational(right.value) else same(left.value, _in_degrees(right.value))
    if right.kind == "degree" and left.kind == "bare" and _is_rational(left.value):
        return same(left.value, right.value)
    first, second = _in_radians(left), _in_radians(right)
    if first is None or second is None:
        return Finding(False, "exact", "another unit")
    return same(left.value, _in_degrees(second)) if left.kind == "degree" else same(first, second)


def _is_rational(node: Node) -> bool:
    return exact.rational_or_none(node, Steps()) is not None


# ---- digits in a base


def _bases(reference: Node, answer: Node, same: Same) -> Finding:
    left = isinstance(reference, Apply) and reference.head == "based"
    right = isinstance(answer, Apply) and answer.head == "based"
    if left and right and isinstance(reference, Apply) and isinstance(answer, Apply):
        if reference.args[1] != answer.args[1]:
            return Finding(False, "exact", "digits in another base")
        return same(reference, answer)
    if left and isinstance(reference, Apply) and isinstance(reference.args[0], Words):
        written = isinstance(answer, Number) and answer.denominator == 1 and answer.places is None
        if written and isinstance(answer, Number) and answer.numerator >= 0:
            digits = reference.args[0].text.lstrip("0") or "0"
            return Finding(str(answer.numerator) == digits if len(digits) < 4000 else False, "exact", "")
        return Finding(False, "exact", "not digits in the reference's base")
    return same(reference, answer)


# ---- times and ratios


def _minutes(clock: Apply) -> tuple[list[int], str] | None:
    parts = [part.numerator for part in clock.args if isinstance(part, Number)]
    half = next((part.text for part in clock.args if isinstance(part, Words)), "")
    if half:
        if not 1 <= parts[0] <= 12:
            return None
        parts[0] = parts[0] % 12 + (12 if half == "pm" else 0)
    if len(parts) == 3 and parts[2] == 0:
        parts = parts[:2]
    return parts, half


def _clocks(reference: Node, answer: Node, same: Same) -> Finding:
    both = [node for node in (reference, answer) if isinstance(node, Apply) and node.head == "clock"]
    if len(both) < 2:
        (one,) = both
        if any(isinstance(part, Words) for part in one.args):
            return Finding(False, "exact", "not a time")
        plain = Apply("ratio", one.args)
        return _ratios(plain if one is reference else reference, answer if one is reference else plain, same)
    first, second = _minutes(both[0]), _minutes(both[1])
    if first is None or second is None:
        return Finding(False, "exact", "not a time")
    (expected, half), (given, said) = first, second
    if half == "" and said:
        equal = given == expected or [given[0] % 12 or 12, *given[1:]] == expected
    elif half and not said:
        equal = given == expected and expected[0] > 12  # 15:45 for 3:45 pm; 3:45 leaves the half of the day open
    else:
        equal = given == expected
    return Finding(equal, "exact", "" if equal else "another time")


def _ratios(reference: Node, answer: Node, same: Same) -> Finding:
    left = reference.args if isinstance(reference, Apply) and reference.head in {"ratio", "clock"} else None
    right = answer.args if isinstance(answer, Apply) and answer.head in {"ratio", "clock"} else None
    if left is not None and right is not None:
        if len(left) != len(right):
            return Finding(False, "exact", "a ratio of another length")
        finding = Finding(True, "exact")
        for (a, b), (c, d) in zip(itertools.pairwise(left), itertools.pairwise(right)):
            finding = same(Apply("div", (a, b)), Apply("div", (c, d)))
            if not finding:
                return finding
        return finding
    if len(left or right or ()) != 2:
        return Finding(False, "exact", "not a ratio")
    first = Apply("div", left) if left is not None else reference
    second = Apply("div", right) if right is not None else answer
    return same(first, second)
