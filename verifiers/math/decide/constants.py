r"""Arbitrary constants: `\frac{x^3}{3} + C`, `y = C_1 e^x + C_2 e^{-x}`, `x^2 + y^2 = C`.

Letters such as these stand for any number, so an answer is the reference where both are the same set of functions.
What stands linearly in its constants is an affine family, f + C₁f₁ + ... + Cₙfₙ. Two such families are equal where each
function of one depends linearly on those of the other; that is so where a determinant of their values at independent
points is zero identically, which the ladder decides. Other constants may only be renamed.

A letter may be a quantity of the problem as well (a capacity C, a spring constant k). So constants are looked for only
in functions of one variable that the reference defines or adds a bare constant to, and not where the problem names it.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import islice, permutations

from flint import acb, acb_mat, arb

from verifiers.math.decide.context import Comparison, unequal
from verifiers.math.decide.enclosure import ball, is_real
from verifiers.math.decide.kinks import Point, critical_points
from verifiers.math.decide.magnitudes import bits_to_see
from verifiers.math.decide.numeric import real_points
from verifiers.math.decide.rungs import Exhausted, Finding, Open, Steps, Undefined, precision
from verifiers.math.decide.values import same
from verifiers.math.tree import ONE, TWO, ZERO, Apply, Node, Relation, Symbol, Trait, free_symbols, replaced

_INDEXED = r"[Cc]_\{?\d\}?"
_ARBITRARY = re.compile(rf"C|K|{_INDEXED}")  # nothing else is called so in a function of one variable
_LIKELY = re.compile(rf"[A-DK]|[abck]|{_INDEXED}")  # may be constants, and may be parameters of the problem
_IN_ANSWERS = re.compile(rf"[A-EK]|[abck]|[A-DKk]_\{{?\d\}}?|{_INDEXED}")
_VARIABLES = frozenset({"x", "y", "t", "u", "v", "s", "r", "z", "theta"})
_FUNCTIONS = frozenset({"y", "Y", "u", "w", "x", "z"})
_MOST_CONSTANTS = 3
_RANDOM = 14  # random points; those after them are critical
_AGREEMENTS = 4  # determinants that must vanish
_BITS = 256
_SEEN = 80  # bits to which a determinant must vanish to count


def equal_families(comparison: Comparison, reference: Node, answer: Node) -> Finding | None:
    """Compare two functions, or two equations, with arbitrary constants; None where the reference has none."""
    sides = _function(reference), _function(answer)
    constants = _constants(comparison, reference, sides[0])
    if not constants:
        return None
    expected, given = sides
    others = sorted(free_symbols(given) - free_symbols(expected) | (free_symbols(given) & set(constants)))
    if len(others) != len(constants) or not all(_IN_ANSWERS.fullmatch(name) for name in others):
        return unequal("other constants")
    absorbing = _absorb(constants)
    if not absorbing and set(others) & set(constants):
        return None if set(others) == set(constants) else unequal("other constants")
    if free_symbols(given) - set(others) != free_symbols(expected) - set(constants):
        return unequal("other variables")
    try:
        first = _affine(comparison, expected, constants) if absorbing else None
        second = _affine(comparison, given, others) if absorbing else None
        if first is None or second is None:
            return _renamed(comparison, expected, given, constants, others)
        if _is_equation(reference):  # level curves of a function are those of its multiples and sums with constants
            first, second = [ZERO, *first], [ZERO, *second]
        return _same_span(comparison, first, second, sorted(free_symbols(expected) - set(constants)))
    except Undefined as fault:
        return unequal(str(fault))


def may_have_constants(node: Node) -> bool:
    """Whether `node` is an expression or equation with several names in it: a cheap look."""
    if not node.traits & Trait.VARIABLE:
        return False
    if isinstance(node, Relation):
        return node.ops == ("=",)
    return isinstance(node, Apply) and node.head in {"add", "mul", "div"} and not node.traits & Trait.NO_VALUE


# ---- which names are constants


def _function(node: Node) -> Node:
    """The function that `node` gives, defines, or (an equation solved for its constant) has level curves of."""
    if not isinstance(node, Relation):
        return node
    if node.ops != ("=",):
        return ZERO
    left, right = node.terms
    if _defines(left):
        return right
    return right if _defines(right) else Apply("add", (left, Apply("neg", (right,))))


def _defines(node: Node) -> bool:
    if isinstance(node, Symbol):
        return node.name in _FUNCTIONS
    return isinstance(node, Apply) and node.head == "call"


def _is_equation(node: Node) -> bool:
    """Whether `node` is an equation that defines no function."""
    return isinstance(node, Relation) and not any(map(_defines, node.terms))


def _constants(comparison: Comparison, reference: Node, function: Node) -> list[str]:
    """The names of the reference that stand for arbitrary constants, in order."""
    rules = comparison.rules
    names = free_symbols(function)
    found = sorted(name for name in names if _LIKELY.fullmatch(name) and name not in rules.variables)
    variables = names - set(found)
    if not 0 < len(found) <= _MOST_CONSTANTS or not variables or not variables <= _VARIABLES:
        return []
    if any(Symbol(name) in rules.formulas() for name in found):
        return []
    if _is_equation(reference):
        assert isinstance(reference, Relation)
        level = reference.terms[-1] == Symbol(found[0]) and _ARBITRARY.fullmatch(found[0])
        return found if level and len(found) == 1 and len(variables) == 2 else []
    if len(variables) > 1:
        return []
    if isinstance(reference, Relation):
        return found
    if len(found) > 1:
        return found if all(_ARBITRARY.fullmatch(name) for name in found) else []
    addends = function.args if isinstance(function, Apply) and function.head == "add" else ()
    return found if Symbol(found[0]) in addends and found[0] in {"C", "K", "c"} else []


def _absorb(constants: list[str]) -> bool:
    """Whether a constant takes up what is done to it: 2C is another C. A parameter of the problem would not."""
    return all(map(_ARBITRARY.fullmatch, constants)) or (len(constants) > 1 and "".join(constants).isupper())


# ---- affine families


def _affine(comparison: Comparison, node: Node, constants: list[str]) -> list[Node] | None:
    """f, f₁, ..., fₙ of f + c₁f₁ + ... + cₙfₙ; None where the constants do not stand linearly."""
    names = [Symbol(name) for name in constants]
    base = _at(node, dict.fromkeys(names, ZERO))
    parts = [base]
    for name in names:
        part = _less(_at(node, {**dict.fromkeys(names, ZERO), name: ONE}), base)
        parts.append(part)
    for place, name in enumerate(names):  # twice the constant gives twice the part
        twice = _at(node, {**dict.fromkeys(names, ZERO), name: TWO})
        if not _settled(comparison, _less(twice, base), Apply("mul", (TWO, parts[place + 1]))):
            return None
    everything = Apply("add", tuple(parts))
    return parts if _settled(comparison, _at(node, dict.fromkeys(names, ONE)), everything) else None


def _settled(comparison: Comparison, first: Node, second: Node) -> bool:
    try:
        return bool(same(comparison, first, second))
    except Undefined:
        return False


def _at(node: Node, values: dict[Symbol, Node]) -> Node:
    for name, value in values.items():
        node = replaced(node, name, value)
    return node


def _less(first: Node, second: Node) -> Node:
    return Apply("add", (first, Apply("neg", (second,))))


def _same_span(comparison: Comparison, first: list[Node], second: list[Node], variables: list[str]) -> Finding:
    """Whether f + span(f₁, ...) and g + span(g₁, ...) are one: the gᵢ and f - g lie in the span of the fᵢ."""
    basis = first[1:]
    table = _Values(comparison.steps, variables, [*first, *second])
    if table.one_sided(first[0], second[0]):
        return unequal("a missing absolute value")
    if any(table.dependent(side) for side in (basis, second[1:])):
        return unequal("constants that are not independent")
    for other in (*second[1:], _less(first[0], second[0])):
        if not table.dependent([*basis, other]):
            return unequal("another family of functions")
    return Finding(True, "numeric")


class _Values:
    """Values of functions at points: those that any two of them may part at, and random ones."""

    def __init__(self, steps: Steps, variables: list[str], functions: list[Node]) -> None:
        self.steps = steps
        whole = Apply("add", tuple(functions))
        random = list(islice(real_points(variables), _RANDOM))
        self.bits = max(_BITS, bits_to_see((whole, ZERO), random[0], steps))
        self.points = [*random, *critical_points(whole, ZERO, variables, set(), steps)]

    def at(self, function: Node, point: Point) -> acb | None:
        """A value, or None where there is none that is real."""
        try:
            value = ball(function, point, {}, self.steps)
        except Exhausted:
            raise
        except (Open, Undefined):
            return None
        return value if is_real(value) else None

    def one_sided(self, first: Node, second: Node) -> bool:
        """Whether the second has no value where the first, with an absolute value, has one."""
        if not first.traits & ~second.traits & Trait.ABSOLUTE:
            return False
        with precision(_BITS):
            return any(
                self.at(first, point) is not None and self.at(second, point) is None for point in self.points[:_RANDOM]
            )

    def dependent(self, functions: list[Node]) -> bool:
        """Whether all determinants of values at as many points are zero, as far as can be seen.

        Raises `Open` where too few are seen well.
        """
        with precision(self.bits):
            rows = [row for row in map(partial(self._row, functions), self.points) if None not in row]
            count = len(functions)
            agreed = 0
            for at in range(len(rows) - count + 1):
                window = [*rows[: count - 1], rows[at + count - 1]] if at >= _RANDOM else rows[at : at + count]
                determinant = acb_mat(window).det()
                if not determinant.overlaps(acb(0)):
                    return False
                agreed += bool(determinant.abs_upper() < arb(2) ** -_SEEN)
        if agreed < _AGREEMENTS:
            raise Open("too few points where all functions have a value")
        return True

    def _row(self, functions: list[Node], point: Point) -> list[acb | None]:
        return [self.at(function, point) for function in functions]


def _renamed(comparison: Comparison, expected: Node, given: Node, constants: list[str], others: list[str]) -> Finding:
    """Constants that stand otherwise may have other names or signs, nothing else."""
    for order in permutations(others):
        for sign in (False, True):
            renamed = given
            for place, name in enumerate(order):
                renamed = replaced(renamed, Symbol(name), Symbol(f"‹{place}›"))
            for place, name in enumerate(constants):
                own = Symbol(name)
                renamed = replaced(renamed, Symbol(f"‹{place}›"), Apply("neg", (own,)) if sign else own)
            found = same(comparison, expected, renamed)
            if found:
                return found
    return unequal("another family of functions")
