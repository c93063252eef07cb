"""Rational functions over ℚ in normal form: variables and transcendental or algebraic *kernels* as generators.

The difference of two expressions that are rational functions of the same generators is zero exactly when its
numerator is the zero polynomial. A zero numerator proves equality. A numerator that is not zero proves inequality only
where the generators are known to be independent: variables, and at most one of pi and e, and i and square roots of
distinct primes after reduction by their squares.

Every multiplication is refused beforehand where it could make more terms than `MOST_PRODUCT`.
"""

from __future__ import annotations

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpz

from verifiers.math.decide import exact
from verifiers.math.decide.rungs import Open, Steps, Undefined
from verifiers.math.tree import ONE, Apply, Node, Number, Symbol

MOST_PRODUCT = 20_000  # terms a product may have before like terms are collected
MOST_POWER = 60
MOST_GENERATORS = 24
_ARITHMETIC = frozenset({"add", "mul", "div", "neg", "percent", "ratio"})


class Fractions:
    """Builds numerator and denominator of expressions over one set of generators."""

    def __init__(self, *nodes: Node) -> None:
        self.kernels: dict[Node, str] = {}
        self.squares: dict[str, int] = {}
        self.constants: dict[Node, fmpq] = {}
        self.steps = Steps(4_000)
        for node in nodes:
            self._collect(node)
        if len(self.kernels) > MOST_GENERATORS:
            raise Open("too many generators")
        names = tuple(self.kernels.values())
        self.context = fmpq_mpoly_ctx.get(names or ("t",), Ordering.lex)
        self.generator = dict(zip(names, self.context.gens()))
        self.one = self.context.constant(1)

    # ---- generators

    def _collect(self, node: Node) -> None:
        self.steps.take()
        if isinstance(node, Number):
            return
        if isinstance(node, Apply):
            if node.head in _ARITHMETIC:
                for part in node.args:
                    self._collect(part)
                return
            if node.head == "pow" and self._integer_power(node) is not None:
                self._collect(node.args[0])
                return
            if node.head in {"root", "sqrt"} and self.surd(node) is not None:
                return
            value = self._rational(node)
            if value is not None:
                self.constants[node] = value
                return
        self._kernel(node)

    def _kernel(self, node: Node) -> str:
        if node not in self.kernels:
            if not isinstance(node, Symbol | Apply):
                raise Open("not an expression")
            self.kernels[node] = f"g{len(self.kernels)}"
            if node == Symbol("i"):
                self.squares[self.kernels[node]] = -1
        return self.kernels[node]

    def _rational(self, node: Node) -> fmpq | None:
        try:
            return exact.rational(node, None, self.steps)
        except Open:
            return None

    def _integer_power(self, node: Apply) -> int | None:
        exponent = node.args[1]
        if isinstance(exponent, Apply) and exponent.head == "neg" and isinstance(exponent.args[0], Number):
            exponent = Number(-exponent.args[0].numerator, exponent.args[0].denominator)
        if isinstance(exponent, Number) and exponent.denominator == 1 and abs(exponent.numerator) <= MOST_POWER:
            return exponent.numerator
        return None

    def surd(self, node: Apply) -> tuple[fmpq, int] | None:
        """A square root of a small rational as (factor, square-free radicand), its kernel registered."""
        if node.head == "root" and node.args[1] != Number(2):
            return None
        value = self._rational(node.args[0])
        if value is None or value <= 0 or exact.bits(value) > 40:
            return None
        radicand = int(value.p * value.q)
        factor, free = 1, 1
        for prime, power in fmpz(radicand).factor():
            factor *= int(prime) ** (power // 2)
            if power % 2:
                free *= int(prime)
                name = self._kernel(Apply("root", (Number(int(prime)), Number(2))))
                self.squares[name] = int(prime)
        return fmpq(factor, value.q), free

    # ---- polynomials

    def fraction(self, node: Node) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        """Numerator and denominator of `node`."""
        if isinstance(node, Number):
            return self.context.constant(fmpq(node.numerator, node.denominator)), self.one
        if isinstance(node, Apply):
            rule = getattr(self, f"_of_{node.head}", None) if node.head in _ARITHMETIC or node.head == "pow" else None
            if rule is not None:
                found: tuple[fmpq_mpoly, fmpq_mpoly] | None = rule(node)
                if found is not None:
                    return found
            if node.head in {"root", "sqrt"}:
                surd = self.surd(node)
                if surd is not None:
                    return self._of_surd(*surd)
            value = self.constants.get(node)
            if value is not None:
                return self.context.constant(value), self.one
        if node not in self.kernels:
            raise Open("an expression that was not seen before")
        return self.generator[self.kernels[node]], self.one

    def _of_surd(self, factor: fmpq, free: int) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        result = self.context.constant(factor)
        for prime, _ in fmpz(free).factor() if free > 1 else ():
            result = result * self.generator[self.kernels[Apply("root", (Number(int(prime)), Number(2)))]]
        return result, self.one

    def _of_add(self, node: Apply) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        above, below = self.fraction(node.args[0])
        for part in node.args[1:]:
            other_above, other_below = self.fraction(part)
            if other_below == below:
                above = above + other_above
            else:
                above = self._times(above, other_below) + self._times(other_above, below)
                below = self._times(below, other_below)
        return above, below

    def _of_mul(self, node: Apply) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        above, below = self.one, self.one
        for part in node.args:
            other_above, other_below = self.fraction(part)
            above, below = self._times(above, other_above), self._times(below, other_below)
        return above, below

    def _of_div(self, node: Apply) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        above, below = self.fraction(node.args[0])
        other_above, other_below = self.fraction(node.args[1])
        other_above = self.reduced(other_above)
        if other_above.is_zero():
            raise Undefined("a division by zero")
        return self._times(above, other_below), self._times(below, other_above)

    _of_ratio = _of_div

    def _of_neg(self, node: Apply) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        above, below = self.fraction(node.args[0])
        return -above, below

    def _of_percent(self, node: Apply) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        above, below = self.fraction(node.args[0])
        return above, below * 100

    def _of_pow(self, node: Apply) -> tuple[fmpq_mpoly, fmpq_mpoly] | None:
        exponent = self._integer_power(node)
        if exponent is None:
            return None
        above, below = self.fraction(node.args[0])
        if exponent < 0:
            above, below, exponent = below, above, -exponent
            if below.is_zero():
                raise Undefined("a division by zero")
        if exponent == 0:
            return self.one, self.one
        return self._raised(above, exponent), self._raised(below, exponent)

    def _raised(self, base: fmpq_mpoly, exponent: int) -> fmpq_mpoly:
        terms = len(base)
        if terms > 1:
            # at most C(exponent + terms - 1, terms - 1) terms
            count = 1
            for step in range(1, terms):
                count = count * (exponent + step) // step
                if count > MOST_PRODUCT:
                    raise Open("a power of too many terms")
        return self.reduced(base**exponent)

    def _times(self, left: fmpq_mpoly, right: fmpq_mpoly) -> fmpq_mpoly:
        if len(left) * len(right) > MOST_PRODUCT:
            raise Open("a product of too many terms")
        self.steps.take(1 + len(left) * len(right) // 50)
        return self.reduced(left * right)

    def reduced(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """`polynomial` with the squares of i and of square roots replaced by their values."""
        for name, square in self.squares.items():
            generator = self.generator.get(name)
            if generator is None:
                continue
            place = tuple(self.generator).index(name)
            if polynomial.degrees()[place] > 1:
                _, polynomial = divmod(polynomial, generator * generator - square)
        return polynomial

    def independent(self) -> bool:
        """Whether the generators are known to be algebraically independent (after `reduced`)."""
        constants = 0
        for node, name in self.kernels.items():
            if name in self.squares:
                continue
            if not isinstance(node, Symbol):
                return False
            constants += node.name in {"pi", "e"}
        return constants < 2


def difference(left: Node, right: Node) -> bool:
    """Whether `left - right` is zero, proved. Raises `Open` where neither can be proved."""
    fractions = Fractions(left, right)
    left_above, left_below = fractions.fraction(left)
    right_above, right_below = fractions.fraction(right)
    above = fractions.reduced(fractions._times(left_above, right_below) - fractions._times(right_above, left_below))
    if above.is_zero():
        return True
    constant = above.is_constant() and left_below.is_constant() and right_below.is_constant()
    if constant or fractions.independent():
        return False
    raise Open("not settled by normal form")


def proportional(left: tuple[Node, Node], right: tuple[Node, Node]) -> bool:
    """Whether the equations `left` and `right` have proportional numerators: one is the other, scaled.

    Raises `Open` where that is not settled.
    """
    fractions = Fractions(*left, *right)
    first = _numerator(fractions, left)
    second = _numerator(fractions, right)
    if first.is_zero() or second.is_zero():
        return False
    _, first = _primitive(fractions, first)
    _, second = _primitive(fractions, second)
    if first == second:
        return not first.is_constant()
    if fractions.independent() and not fractions.squares:
        return False
    raise Open("not settled by normal form")


def _numerator(fractions: Fractions, sides: tuple[Node, Node]) -> fmpq_mpoly:
    above, below = fractions.fraction(Apply("add", (sides[0], Apply("neg", (sides[1],)))))
    if not below.is_constant():
        common = above.gcd(below)
        above = above // common if not common.is_constant() else above
    return fractions.reduced(above)


def _primitive(fractions: Fractions, polynomial: fmpq_mpoly) -> tuple[fmpq, fmpq_mpoly]:
    lead = polynomial.leading_coefficient()
    return lead, polynomial / lead


__all__ = ["ONE", "Fractions", "difference", "proportional"]
