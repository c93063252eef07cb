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
    if rules.units == "ignore" and "percent" not in {left.kind, right.kind}:
        return same(left.value, right.value)
    if "percent" in {left.kind, right.kind}:
        return _percents(left, right, same, rules)
    if left.kind == "degree" or right.kind == "degree":
        return _angles(left, right, same, rules)
    if left.kind == "unit" and right.kind == "bare" and rules.units == "required":
        return Finding(False, "exact", "the unit is missing")
    if left.unit is not None and right.unit is not None:
        return _quantities(left, right, same)
    return same(left.value, right.value)


def _quantities(left: Measure, right: Measure, same: Same) -> Finding:
    first, second = left.unit, right.unit
    if first is None or second is None:
        return same(left.value, right.value)
    if first == second:
        return same(left.value, right.value)
    if first.dimension != second.dimension or is_label(first):
        return Finding(False, "exact", "another unit")
    return same(_in_base(left.value, first), _in_base(right.value, second))


def _in_base(value: Node, unit: Unit) -> Node:
    factors: list[Node] = [value, Number(unit.scale.numerator, unit.scale.denominator)]
    if unit.pi_power:
        factors.append(Apply("pow", (Symbol("pi"), Number(unit.pi_power))))
    scaled = Apply("mul", tuple(factors))
    if not unit.offset:
        return scaled
    return Apply("add", (scaled, Number(unit.offset.numerator, unit.offset.denominator)))


def _hundredth(value: Node) -> Node:
    return Apply("percent", (value,))


def _percents(left: Measure, right: Measure, same: Same, rules: Rules) -> Finding:
    if left.kind == right.kind:
        return same(left.value, right.value)
    if "unit" in {left.kind, right.kind}:
        return Finding(False, "exact", "another unit")
    if left.kind == "percent":
        exactly = same(_hundredth(left.value), right.value)
        if exactly or rules.percent == "strict":
            return exactly
        return same(left.value, right.value)
    exactly = same(left.value, _hundredth(right.value))
    if exactly or rules.percent == "strict" or not isinstance(left.value, Number):
        return exactly
    plain = left.value.denominator == 1 or left.value.places is not None
    return same(left.value, right.value) if plain else exactly


def _radians(value: Measure) -> Node | None:
    if value.kind == "degree":
        return Apply("degree", (value.value,))
    if value.unit is not None:
        return _in_base(value.value, value.unit) if value.unit.dimension == (("angle", 1),) else None
    return value.value


def _angles(left: Measure, right: Measure, same: Same, rules: Rules) -> Finding:
    if left.kind == right.kind:
        return same(left.value, right.value)
    if left.kind == "degree" and right.kind == "bare":
        if rules.units == "required" and _is_rational(right.value):
            return Finding(False, "exact", "the unit is missing")
        bare = same(left.value, right.value)
        return bare if bare or _is_rational(right.value) else same(Apply("degree", (left.value,)), right.value)
    if right.kind == "degree" and left.kind == "bare" and _is_rational(left.value):
        return same(left.value, right.value)
    first, second = _radians(left), _radians(right)
    if first is None or second is None:
        return Finding(False, "exact", "another unit")
    return same(first, second)


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
