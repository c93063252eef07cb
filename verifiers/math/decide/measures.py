"""Numbers that carry something: units, money, percent, degrees, bases, times of day, ratios.

What is bare on one side and marked on the other is notation; what is marked on both sides must be the same quantity.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from verifiers.math.decide import exact
from verifiers.math.decide.rungs import Finding, Steps
from verifiers.math.problem_policy import Rules
from verifiers.math.tree import Apply, Node, Number, Symbol, Words
from verifiers.math.unit_names import ALSO_MAGNITUDES, CURRENCIES, DIRECTIONS
from verifiers.math.units import Unit, is_label, read_unit, same_label

Same = Callable[[Node, Node], Finding]
MARKED = frozenset({"quantity", "money", "percent", "degree", "based", "clock", "ratio"})


@dataclass(frozen=True, slots=True)
class Measure:
    """`kind` is bare, unit, percent or degree; a percentage may have a label in `unit` ("15% per year")."""

    value: Node
    kind: str = "bare"
    unit: Unit | None = None
    name: str = ""


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
            return replace(inner, value=Apply("neg", (inner.value,)))
        if node.head in {"quantity", "money"} and isinstance(node.args[1], Words):
            name = node.args[1].text
            unit = read_unit(name)
            if unit is None and node.head == "money":
                unit = Unit(((name, 1),), _ONE)
            inner = measure(node.args[0])
            if inner.kind == "percent":
                return replace(inner, unit=unit)
            return Measure(node.args[0], "unit", unit, name)
        if node.head in {"percent", "degree"}:
            return Measure(node.args[0], node.head)
    return Measure(node)


_ONE = Fraction(1)
_RATE = re.compile(r" per | an? | ?/ ?")


def compare(reference: Node, answer: Node, same: Same, rules: Rules) -> Finding:
    """Compare two scalars of which at least one is marked; `same` sees both in the reference's unit."""
    if (
        rules.base is not None
        and isinstance(answer, Apply)
        and answer.head == "based"
        and isinstance(reference, Number)
    ):
        reference = _in_asked_base(reference, rules.base)
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
    if left.kind == "bare" and right.kind != "bare" and rules.asked is not None:
        given = _DEGREE if right.kind == "degree" else right.unit
        if given is not None and not is_label(given):
            left = replace(left, kind="unit", unit=rules.asked)
    if left.kind == "degree" or right.kind == "degree":
        return _angles(left, right, same, rules)
    if left.kind == "unit" and right.kind == "bare" and rules.units == "required":
        return Finding(False, "exact", "the unit is missing")
    if left.kind == "bare" and right.name in ALSO_MAGNITUDES:
        return Finding(False, "exact", "a magnitude or a unit")
    return _quantities(left, right, same)


def _quantities(left: Measure, right: Measure, same: Same) -> Finding:
    first, second = left.unit, right.unit
    if first is None or second is None or first == second:
        return same(left.value, right.value)
    if is_label(first) and is_label(second) and same_label(first, second):
        return same(left.value, right.value)
    if first.dimension != second.dimension and _pays_at_a_rate(left, right):
        return same(left.value, right.value)
    if first.dimension != second.dimension or is_label(first):
        return Finding(False, "exact", "another unit")
    return same(left.value, converted(right.value, second, first))


def _pays_at_a_rate(left: Measure, right: Measure) -> bool:
    """Whether one is money and the other the same money by the hour, the month or the piece."""
    parts = [_RATE.split(side.name, maxsplit=1) for side in (left, right)]
    paid = read_unit(parts[0][0])
    once = sorted(map(len, parts)) == [1, 2]
    return once and paid is not None and paid == read_unit(parts[1][0]) and paid.dimension[0][0] in CURRENCIES


def converted(value: Node, given: Unit, wanted: Unit) -> Node:
    """`value` of the unit `given` in the unit `wanted`, which measures the same."""
    scale, pi_power = given.scale / wanted.scale, given.pi_power - wanted.pi_power
    shift = (given.offset - wanted.offset) / wanted.scale
    factors: list[Node] = [value]
    if scale != 1:
        factors.append(_number(scale))
    if pi_power:
        factors.append(Apply("pow", (Symbol("pi"), Number(pi_power))))
    scaled = Apply("mul", tuple(factors)) if len(factors) > 1 else value
    return Apply("add", (scaled, _number(shift))) if shift else scaled


def _number(value: Fraction) -> Number:
    return Number(value.numerator, value.denominator)


def _percents(left: Measure, right: Measure, same: Same, rules: Rules) -> Finding:
    if left.kind == right.kind:
        if left.unit is not None and right.unit is not None and left.unit != right.unit:
            return Finding(False, "exact", "another label")
        return same(left.value, right.value)
    if not {left.kind, right.kind} <= {"percent", "bare"}:
        return Finding(False, "exact", "a percentage and another unit")
    if any(side.unit is not None and not _only_labels(side.unit) for side in (left, right)):
        return Finding(False, "exact", "a percentage with more to it")
    if left.kind == "percent":
        exactly = same(left.value, Apply("mul", (Number(100), right.value)))
        if exactly or rules.percent == "strict":
            return exactly
        return same(left.value, right.value)
    exactly = same(left.value, Apply("percent", (right.value,)))
    if rules.percent == "strict" or not (_may_be_a_percentage(left.value) or rules.percent in _LENIENT):
        return exactly
    asked = same(left.value, right.value)
    return asked if asked or _counts_hundredths(left.value, rules) else exactly


_LENIENT = frozenset({"ignore", "factor"})


def _may_be_a_percentage(value: Node) -> bool:
    return isinstance(value, Number) and (value.denominator == 1 or value.places is not None)


def _only_labels(unit: Unit) -> bool:
    """Whether the words after a percentage say what it is of, or at what rate: not that it goes up or down."""
    if is_label(unit):
        return not DIRECTIONS & set(unit.dimension[0][0].split())
    return all(power < 0 for _, power in unit.dimension)


def _counts_hundredths(value: Node, rules: Rules) -> bool:
    """Whether a bare number can only be a percentage where a percentage stands for it: 40 is 40%, not 4000%."""
    if not isinstance(value, Number) or rules.percent in _LENIENT:
        return False
    return abs(value.numerator) > value.denominator and (value.denominator == 1 or rules.percent == "asked")


_DEGREE = Unit((("angle", 1),), Fraction(1, 180), pi_power=1)
_RADIAN = Unit((("angle", 1),), _ONE)


def _angles(left: Measure, right: Measure, same: Same, rules: Rules) -> Finding:
    if left.kind == right.kind:
        return same(left.value, right.value)
    if left.kind == "degree" and right.kind == "bare":
        if rules.units == "required" and _is_rational(right.value):
            return Finding(False, "exact", "the unit is missing")
        bare = same(left.value, right.value)
        if bare or _is_rational(right.value):
            return bare
        return same(left.value, converted(right.value, _RADIAN, _DEGREE))
    if right.kind == "degree" and left.kind == "bare" and _is_rational(left.value):
        return same(left.value, right.value)
    first, second = (_DEGREE if side.kind == "degree" else side.unit or _RADIAN for side in (left, right))
    if first.dimension != second.dimension:
        return Finding(False, "exact", "another unit")
    return same(left.value, converted(right.value, second, first))


def _is_rational(node: Node) -> bool:
    return exact.rational_or_none(node, Steps()) is not None


# ---- digits in a base


def _in_asked_base(reference: Number, base: int) -> Node:
    """The digits of a bare reference in the base that the problem asks for, where they are digits of it."""
    digits = str(reference.numerator) if abs(reference.numerator) < 10**18 else ""
    if reference.denominator != 1 or not digits.isdigit() or base > 10 or any(int(digit) >= base for digit in digits):
        return reference
    return Apply("based", (Words(digits), Number(base)))


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
        equal = given == expected and not 0 < expected[0] <= 12  # 15:45 for 3:45 pm; 3:45 leaves the half open
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
    whole = isinstance(reference, Number) and reference.denominator == 1
    if len(left or right or ()) != 2 or whole:  # odds of 12 to 1 are no 12
        return Finding(False, "exact", "not a ratio")
    first = Apply("div", left) if left is not None else reference
    second = Apply("div", right) if right is not None else answer
    return same(first, second)
