"""Rational functions over ℚ in normal form: variables and transcendental or algebraic *kernels* as generators.

The difference of two expressions that are rational functions of the same generators is zero exactly when its
numerator is the zero polynomial. A zero numerator proves equality. A numerator that is not zero proves inequality only
where the generators are known to be independent: variables, and at most one of pi and e, and i and square roots of
distinct primes after reduction by their squares.

Every multiplication is refused beforehand where it could make more terms than `MOST_PRODUCT` or coefficients of more
bits than `MOST_COEFFICIENT`: a bound of the bits is carried along with each fraction.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from verifiers.math.decide import exact
from verifiers.math.decide.functions import bits_of
from verifiers.math.decide.rungs import Open, Steps, Undefined
from verifiers.math.decide.surds import Surd, root_of, surd
from verifiers.math.tree import TWO, Apply, Node, Number, Symbol

MOST_PRODUCT = 20_000  # terms a product may have before like terms are collected
MOST_POWER = 60
MOST_COEFFICIENT = 20_000  # bits
MOST_DEGREE = 10_000  # of a power
FEW_GENERATORS = 4
MOST_GENERATORS = 24

# numerator, denominator (None for one), and a bound of the bits of all coefficients
Fraction = tuple[fmpq_mpoly, fmpq_mpoly | None, int]


class MoreGenerators(Exception):
    """The ring has too few generators for these expressions."""


@cache
def _ring(count: int) -> tuple[fmpq_mpoly_ctx, tuple[fmpq_mpoly, ...], fmpq_mpoly]:
    context = fmpq_mpoly_ctx.get(tuple(f"g{place}" for place in range(count)), Ordering.lex)
    return context, tuple(context.gens()), context.constant(1)


class Fractions:
    """Builds numerator and denominator of expressions over one set of generators.

    `places` has the place of each kernel among the generators; a symbol is known by its name.
    """

    def __init__(self, steps: Steps, count: int = MOST_GENERATORS) -> None:
        self.steps = steps
        self.context, self.generators, self.one = _ring(count)
        self.places: dict[Node | str, int] = {}
        self.squares: dict[int, int] = {}  # what the generator at this place squares to

    def fraction(self, node: Node) -> Fraction:
        """The normal form of `node`. Raises `Open` where it is too large, `Undefined` where it divides by zero."""
        if type(node) is Symbol:
            place = self.places.get(node.name)
            return self.generators[place] if place is not None else self._symbol(node.name), None, 1
        if type(node) is Number:
            above, below = node.numerator, node.denominator
            value = above if below == 1 else fmpq(above, below)
            return self.context.constant(value), None, above.bit_length() + below.bit_length()
        if type(node) is not Apply:
            raise Open("not an expression")
        self.steps.take()
        rule = _RULES.get(node.head)
        return rule(self, node) if rule is not None else self._other(node)

    # ---- generators

    def _symbol(self, name: str) -> fmpq_mpoly:
        return self._square_root(-1) if name == "i" else self._new(name)

    def _new(self, kernel: Node | str) -> fmpq_mpoly:
        place = self.places[kernel] = len(self.places)
        if place >= len(self.generators):
            if place >= MOST_GENERATORS:
                raise Open("too many generators")
            raise MoreGenerators
        return self.generators[place]

    def _square_root(self, square: int) -> fmpq_mpoly:
        kernel = "i" if square == -1 else Apply("root", (Number(square), TWO))
        place = self.places.get(kernel)
        if place is not None:
            return self.generators[place]
        generator = self._new(kernel)
        self.squares[self.places[kernel]] = square
        return generator

    def independent(self) -> bool:
        """Whether the generators are known to be algebraically independent (after `reduced`)."""
        names = [kernel for kernel, place in self.places.items() if place not in self.squares]
        return all(isinstance(name, str) for name in names) and not {"pi", "e"} <= set(names)

    # ---- heads

    def _other(self, node: Apply) -> Fraction:
        root = surd(node, self.steps)
        if root is not None:
            return self._of_surd(root)
        value = exact.rational_or_none(node, self.steps)
        if value is not None:
            return self.context.constant(value), None, bits_of(value)
        place = self.places.get(node)
        return self.generators[place] if place is not None else self._new(node), None, 1

    def _of_surd(self, root: Surd) -> Fraction:
        result = self.context.constant(root.factor)
        for square in root.squares:
            result = result * self._square_root(square)
        return result, None, bits_of(root.factor)

    def _add(self, node: Apply) -> Fraction:
        above, below, bits = self.fraction(node.args[0])
        for part in node.args[1:]:
            other_above, other_below, other_bits = self.fraction(part)
            if len(above) > 64:
                self.steps.take(len(above) // 32)
            if below == other_below:
                above, bits = above + other_above, self._checked(bits + other_bits + 1)
                continue
            bits = self._checked(2 * (bits + other_bits))
            if other_below is not None:
                above = self._times(above, other_below, bits)
            if below is not None:
                other_above = self._times(other_above, below, bits)
            above = above + other_above
            below = self._product(below, other_below, bits)
        return above, below, bits

    def _mul(self, node: Apply) -> Fraction:
        above, below, bits = self.fraction(node.args[0])
        for part in node.args[1:]:
            other_above, other_below, other_bits = self.fraction(part)
            bits = self._checked(bits + other_bits)
            above = self._times(above, other_above, bits)
            below = self._product(below, other_below, bits)
        return above, below, bits

    def _div(self, node: Apply) -> Fraction:
        if len(node.args) != 2:
            return self._other(node)
        above, below, bits = self.fraction(node.args[0])
        other_above, other_below, other_bits = self.fraction(node.args[1])
        if other_above.is_zero():
            raise Undefined("a division by zero")
        bits = self._checked(bits + other_bits)
        if other_below is not None:
            above = self._times(above, other_below, bits)
        if other_above.is_constant():
            return above / other_above.leading_coefficient(), below, bits
        return above, self._product(below, other_above, bits), bits

    def _neg(self, node: Apply) -> Fraction:
        above, below, bits = self.fraction(node.args[0])
        return -above, below, bits

    def _percent(self, node: Apply) -> Fraction:
        above, below, bits = self.fraction(node.args[0])
        return above / 100, below, bits + 7

    def _pow(self, node: Apply) -> Fraction:
        exponent = exact.rational_or_none(node.args[1], self.steps)
        if exponent is not None and exponent.q == 2:
            root = root_of(exact.rational_or_none(node.args[0], self.steps))
            if root is not None:
                return self._raised(self._of_surd(root), int(exponent.p))
        if exponent is None or exponent.q != 1 or abs(exponent) > MOST_POWER:
            return self._other(node)
        return self._raised(self.fraction(node.args[0]), int(exponent.p))

    # ---- arithmetic

    def _raised(self, base: Fraction, exponent: int) -> Fraction:
        above, below, bits = base
        if exponent < 0:
            if above.is_zero():
                raise Undefined("a division by zero")
            above, below, exponent = self.one if below is None else below, above, -exponent
        if exponent == 0:
            return self.one, None, 1
        if abs(exponent) > MOST_POWER:
            raise Open("a power of too many factors")
        bits = self._checked(exponent * (bits + len(above).bit_length()))
        return self._power(above, exponent, bits), None if below is None else self._power(below, exponent, bits), bits

    def _power(self, base: fmpq_mpoly, exponent: int, bits: int) -> fmpq_mpoly:
        terms = len(base)
        if terms > 1:
            # at most C(exponent + terms - 1, terms - 1) terms
            count = 1
            for step in range(1, terms):
                count = count * (exponent + step) // step
                if count > MOST_PRODUCT:
                    raise Open("a power of too many terms")
            self.steps.take(count * (1 + bits // 250) // 4)
        if exponent > 2 and terms and exponent * base.total_degree() > MOST_DEGREE:
            raise Open("a power of a high degree")
        return self.reduced(base**exponent)

    def _times(self, left: fmpq_mpoly, right: fmpq_mpoly, bits: int) -> fmpq_mpoly:
        terms = len(left) * len(right)
        if terms > 16:
            if terms > MOST_PRODUCT:
                raise Open("a product of too many terms")
            self.steps.take(terms * (1 + bits // 250) // 10)
        return self.reduced(left * right) if self.squares else left * right

    def _product(self, left: fmpq_mpoly | None, right: fmpq_mpoly | None, bits: int) -> fmpq_mpoly | None:
        """A product of denominators, where None is one."""
        if left is None or right is None:
            return right if left is None else left
        return self._times(left, right, bits)

    def _checked(self, bits: int) -> int:
        if bits > MOST_COEFFICIENT:
            raise Open("coefficients too large")
        if bits > 1_000:
            self.steps.take(bits // 250)
        return bits

    def reduced(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """`polynomial` with the squares of i and of square roots replaced by their values."""
        if not self.squares:
            return polynomial
        degrees = polynomial.degrees() if len(polynomial) else ()
        for place, square in self.squares.items():
            if degrees and degrees[place] > 1:
                generator = self.generators[place]
                _, polynomial = divmod(polynomial, generator * generator - square)
        return polynomial

    def difference(self, left: Node, right: Node) -> tuple[fmpq_mpoly, bool]:
        """The numerator of `left - right`, and whether both are polynomials."""
        above, below, bits = self.fraction(left)
        other_above, other_below, other_bits = self.fraction(right)
        if below == other_below:
            return above - other_above, below is None
        bits = self._checked(bits + other_bits)
        if other_below is not None:
            above = self._times(above, other_below, bits)
        if below is not None:
            other_above = self._times(other_above, below, bits)
        return self.reduced(above - other_above), False


_RULES: dict[str, Callable[[Fractions, Apply], Fraction]] = {
    "add": Fractions._add,
    "mul": Fractions._mul,
    "div": Fractions._div,
    "ratio": Fractions._div,
    "neg": Fractions._neg,
    "percent": Fractions._percent,
    "pow": Fractions._pow,
}


def _with_room(work: Callable[[Fractions], bool], steps: Steps) -> bool:
    """`work` in a small ring, and once more in a large one where its generators do not suffice."""
    try:
        return work(Fractions(steps, FEW_GENERATORS))
    except MoreGenerators:
        return work(Fractions(steps, MOST_GENERATORS))


def equal(left: Node, right: Node, steps: Steps) -> bool:
    """Whether `left - right` is zero, proved. Raises `Open` where neither can be proved."""

    def work(fractions: Fractions) -> bool:
        above, polynomials = fractions.difference(left, right)
        if above.is_zero():
            return True
        if (polynomials and above.is_constant()) or fractions.independent():
            return False
        raise Open("not settled by normal form")

    return _with_room(work, steps)


def proportional(left: tuple[Node, Node], right: tuple[Node, Node], steps: Steps) -> bool:
    """Whether the equations `left` and `right` have proportional numerators: one is the other, scaled.

    Raises `Open` where that is not settled.
    """

    def work(fractions: Fractions) -> bool:
        first, second = _numerator(fractions, left), _numerator(fractions, right)
        if first.is_zero() or second.is_zero():
            return False
        if first / first.leading_coefficient() == second / second.leading_coefficient():
            return not first.is_constant()
        if fractions.independent() and not fractions.squares:
            return False
        raise Open("not settled by normal form")

    return _with_room(work, steps)


def _numerator(fractions: Fractions, sides: tuple[Node, Node]) -> fmpq_mpoly:
    above, below, _ = fractions.fraction(Apply("add", (sides[0], Apply("neg", (sides[1],)))))
    if below is not None and not below.is_constant():
        fractions.steps.take(len(above) * len(below))
        common = above.gcd(below)
        above = above // common if not common.is_constant() else above
    return fractions.reduced(above)
