r"""Families over the integers: `x = \frac{\pi}{4} + k\pi (k ∈ Z)`, `\{2k+1 \mid k ∈ Z\}`, `[k\pi, k\pi + 1]`.

A family is a union of progressions: values, or intervals, that are linear in one integer. Two are equal where, over a
common period, each residue of one has its equal in the other. So the name of the parameter, a shift of it, the sign of
the step and the number of branches do not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd, lcm

from flint import fmpq

from verifiers.math.decide import exact
from verifiers.math.decide.context import Comparison, unequal, weaker
from verifiers.math.decide.enclosure import ball, is_real
from verifiers.math.decide.rungs import Finding, Open, Undefined, precision
from verifiers.math.decide.shapes import LISTS, signs_expanded
from verifiers.math.decide.values import same
from verifiers.math.named_sets import is_set
from verifiers.math.tree import (
    INTERVALS,
    ONE,
    TWO,
    ZERO,
    Apply,
    Node,
    Number,
    Relation,
    Symbol,
    Trait,
    free_symbols,
    replaced,
)

_INTEGERS = Symbol("\\Z")
_LETTERS = frozenset("kmnlj")  # of a parameter that nobody declares
_MOST_RESIDUES = 48
_MOST_DENOMINATOR = 24
_BITS = 192
_HEADS = frozenset({"given", "builder", "list", "and", "or", "congruence"})
_OPENS = {"<": "(", "<=": "["}
_CLOSES = {"<": ")", "<=": "]"}


@dataclass(frozen=True, slots=True)
class Branch:
    """What one value of the parameter gives: `ends` is one value or the two ends of an interval, by `kind`."""

    kind: str  # "value", "excluded", or the head of an interval
    ends: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """`branches` for each integer value of `parameter`."""

    parameter: Symbol
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class _Progression:
    kind: str
    starts: tuple[Node, ...]
    step: Node


def equal_families(comparison: Comparison, reference: Node, answer: Node) -> Finding | None:
    """Compare two families; None where one side is none, or where they are not linear in their parameters."""
    if getattr(reference, "head", "") == getattr(answer, "head", "") == "congruence":
        return None  # they name their variable
    expected, given = read(reference), read(answer)
    if expected is None and given is None:
        return None
    if any(_declares_otherwise(side) for side in (reference, answer)):
        return unequal("a parameter from another set")
    if expected is None:
        if getattr(answer, "head", "") == "builder" and not (isinstance(reference, Relation) or is_set(reference)):
            return None  # `3n` is an expression, and no set of multiples
        expected = _undeclared(reference)
    elif given is None:
        given = _undeclared(answer)
    if expected is None or given is None:
        head = getattr(reference if expected is None else answer, "head", "")
        return unequal("a family in place of an interval") if head in INTERVALS or head == "tuple" else None
    first, second = _progressions(comparison, expected), _progressions(comparison, given)
    if first is None or second is None:
        return None
    if {part.kind for part in first} != {part.kind for part in second}:
        return unequal("another kind of family")
    return _same_unions(comparison, first, second)


# ---- reading


def read(node: Node) -> Family | None:
    """The family that `node` declares, over the integers."""
    if not isinstance(node, Apply):
        return None
    if node.head == "congruence" and len(node.args) == 3:
        _, residues, modulus = node.args
        parts = residues.args if isinstance(residues, Apply) and residues.head in LISTS else (residues,)
        parameter = Symbol("k‹class›")
        step = Apply("mul", (modulus, parameter))
        values = [Apply("add", (value, step)) for part in parts for value in signs_expanded(part)]
        return Family(parameter, tuple(Branch("value", (value,)) for value in values))
    last = node.args[-1] if node.args else node
    if node.head in LISTS and isinstance(last, Apply) and last.head == "given":  # said once, of all before
        node = Apply("given", (Apply(node.head, (*node.args[:-1], last.args[0])), *last.args[1:]))
    if node.head in {"given", "list", "and"} and len(node.args) > 1:
        parameter_or_none = _declared(node.args[1:])
        main = node.args[0]
        return None if parameter_or_none is None else _family(parameter_or_none, main)
    return _built(node) if node.head == "builder" else None


def _declares_otherwise(node: Node) -> bool:
    """Whether `node` says of a parameter that it is no integer, or one of some integers only."""
    return (
        isinstance(node, Apply)
        and node.head == "given"
        and any(
            isinstance(part, Relation) and part.ops == ("in",) and part.terms[1] != _INTEGERS for part in node.args[1:]
        )
    )


def _declared(conditions: tuple[Node, ...]) -> Symbol | None:
    """The one name that the conditions declare an integer, where they say nothing else."""
    if len(conditions) != 1:
        return None
    (condition,) = conditions
    if isinstance(condition, Relation) and condition.ops == ("in",) and condition.terms[1] == _INTEGERS:
        name = condition.terms[0]
        return name if isinstance(name, Symbol) else None
    return None


def _built(node: Apply) -> Family | None:
    element, *conditions = node.args
    if isinstance(element, Relation) and element.ops == ("in",):  # x ∈ R
        element = element.terms[0] if element.terms[1] == Symbol("\\R") else element
    if len(conditions) == 1 and isinstance(conditions[0], Apply) and conditions[0].head == "given":
        conditions = list(conditions[0].args)
    if not conditions:
        return None
    parameter = _declared((conditions[-1],))
    if parameter is None or parameter == element:
        return None
    if len(conditions) == 1:
        return _family(parameter, element)
    return _family(parameter, conditions[0]) if len(conditions) == 2 and isinstance(element, Symbol) else None


def _undeclared(node: Node) -> Family | None:
    """`x = 12k + 5` beside a family: the letter tells that it is a parameter."""
    if node == _INTEGERS:
        return _family(Symbol("k"), Symbol("k"))
    names = free_symbols(node) & _LETTERS
    label = node.terms[0] if isinstance(node, Relation) else None
    names -= {label.name} if isinstance(label, Symbol) else set()
    if len(names) != 1:
        return None
    return _family(Symbol(names.pop()), node)


def _family(parameter: Symbol, main: Node) -> Family | None:
    items = main.args if isinstance(main, Apply) and main.head in LISTS | {"union"} else (main,)
    branches: list[Branch] = []
    for item in items:
        for part in signs_expanded(item):
            branch = _branch(part)
            if branch is None or not any(parameter.name in free_symbols(end) for end in branch.ends):
                return None
            if any(free_symbols(end) != {parameter.name} for end in branch.ends):
                return None
            branches.append(branch)
    return Family(parameter, tuple(branches)) if branches else None


def _branch(node: Node) -> Branch | None:
    if isinstance(node, Relation):
        return _of_relation(node)
    if not isinstance(node, Apply | Symbol):
        return None
    if isinstance(node, Apply):
        if node.head in INTERVALS:
            return Branch(node.head, node.args)
        if node.head == "tuple":
            return Branch("()", node.args) if len(node.args) == 2 else None
    return None if node.traits & Trait.NO_VALUE else Branch("value", (node,))


def _of_relation(node: Relation) -> Branch | None:
    name = node.terms[0]
    if node.ops == ("=",) and isinstance(name, Symbol):
        return Branch("value", node.terms[1:])
    if node.ops == ("!=",) and isinstance(name, Symbol):
        return Branch("excluded", node.terms[1:])
    if node.ops == ("in",) and isinstance(name, Symbol):
        return _branch(node.terms[1])
    if len(node.ops) == 2 and set(node.ops) <= _OPENS.keys() and isinstance(node.terms[1], Symbol):
        return Branch(_OPENS[node.ops[0]] + _CLOSES[node.ops[1]], (node.terms[0], node.terms[2]))
    return None


# ---- comparing


def _progressions(comparison: Comparison, family: Family) -> list[_Progression] | None:
    found: list[_Progression] = []
    for branch in family.branches:
        starts, steps = [], []
        for end in branch.ends:
            zero, one, two = (replaced(end, family.parameter, value) for value in (ZERO, ONE, TWO))
            step = _less(one, zero)
            if not same(comparison, step, _less(two, one)) or same(comparison, step, ZERO):
                return None
            starts.append(zero)
            steps.append(step)
        if len(steps) == 2 and not same(comparison, *steps):
            return None
        found.append(_Progression(branch.kind, tuple(starts), steps[0]))
    return found


def _less(first: Node, second: Node) -> Node:
    return Apply("add", (first, Apply("neg", (second,))))


def _same_unions(comparison: Comparison, expected: list[_Progression], given: list[_Progression]) -> Finding:
    unit = expected[0].step
    ratios = [abs(_ratio(comparison, part.step, unit)) for part in (*expected, *given)]
    first, second = ratios[: len(expected)], ratios[len(expected) :]
    if _sparser(first, second) or _sparser(second, first):
        return unequal("another family")
    period = fmpq(lcm(*(int(ratio.p) for ratio in ratios)), gcd(*(int(ratio.q) for ratio in ratios)))
    length = Apply("mul", (_number(period), unit))
    residues = [list(_residues(part, int((period / ratio).p))) for part, ratio in zip((*expected, *given), ratios)]
    places = [residue for part in residues[: len(expected)] for residue in part]
    others = [residue for part in residues[len(expected) :] for residue in part]
    method = "exact"
    for side, other in ((places, others), (others, places)):
        for residue in side:
            found = next(filter(None, (_congruent(comparison, residue, one, length) for one in other)), None)
            if found is None:
                return unequal("another family")
            method = weaker(method, found.method)
    return Finding(True, method)


def _sparser(steps: list[fmpq], others: list[fmpq]) -> bool:
    """Whether all progressions with `steps` together have fewer members than one with the least of `others`."""
    density = sum((1 / step for step in steps), fmpq(0))
    return bool(density < 1 / min(others))


def _ratio(comparison: Comparison, step: Node, unit: Node) -> fmpq:
    """`step / unit`, where it is a rational with a small denominator."""
    quotient = _real(comparison, Apply("div", (step, unit)))
    for below in range(1, _MOST_DENOMINATOR + 1):
        above = round(quotient * below)
        if abs(quotient * below - above) < 1e-9 and above:
            ratio = fmpq(above, below)
            if same(comparison, step, Apply("mul", (_number(ratio), unit))):
                return ratio
    raise Open("progressions without a common period", slow=False)


def _residues(part: _Progression, count: int) -> Iterator[tuple[str, tuple[Node, ...]]]:
    if count > _MOST_RESIDUES:
        raise Open("too many residues", slow=False)
    for place in range(count):
        shift = Apply("mul", (Number(place), part.step))
        yield part.kind, tuple(Apply("add", (start, shift)) for start in part.starts)


def _congruent(
    comparison: Comparison, first: tuple[str, tuple[Node, ...]], second: tuple[str, tuple[Node, ...]], length: Node
) -> Finding | None:
    """Whether two values or intervals differ by a multiple of `length`."""
    if first[0] != second[0]:
        return None
    apart = _less(first[1][0], second[1][0])
    turns = _real(comparison, Apply("div", (apart, length)))
    if abs(turns - round(turns)) > 1e-9:
        return None
    shift = Apply("mul", (Number(round(turns)), length))
    found = Finding(True, "identical")
    for left, right in zip(first[1], second[1]):
        equal = same(comparison, _less(left, right), shift)
        if not equal:
            return None
        found = Finding(True, weaker(found.method, equal.method))
    return found


def _real(comparison: Comparison, node: Node) -> float:
    """A real constant to double precision: to choose what is then proved."""
    value = exact.rational_or_none(node, comparison.steps)
    if value is not None:
        return float(value.p) / float(value.q) if value.height_bits() < 500 else 0.5
    with precision(_BITS):
        try:
            enclosure = ball(node, {}, {}, comparison.steps)
        except Undefined as fault:
            raise Open(str(fault), slow=False) from None
        if not is_real(enclosure):
            raise Open("a family that is not real", slow=False)
        return float(enclosure.real.mid())


def _number(value: fmpq) -> Number:
    return Number(int(value.p), int(value.q))


def may_be_family(node: Node) -> bool:
    """Whether a family may stand in `node`: a cheap look before the rest of this room."""
    if type(node) is not Apply or node.head not in _HEADS:
        return False
    if node.head == "congruence":
        return True
    last = node.args[-1] if node.args else node
    if isinstance(last, Apply):
        return last.head == "given"
    return isinstance(last, Relation) and last.ops == ("in",) and last.terms[1] == _INTEGERS
