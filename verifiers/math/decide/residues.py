"""The cheapest refutation: two rational functions with different values modulo a prime are different.

Variables, and at most one of pi and e, take fixed values modulo a prime of 61 bits; i and the square roots of
primes take a square root of their squares there. That is a ring homomorphism from every fraction whose denominator
does not vanish under it, so that different images prove the expressions unequal. Equal images prove nothing.
"""

from __future__ import annotations

from functools import cache, lru_cache
from hashlib import sha256

from flint import fmpq, fmpz

from verifiers.math.decide import exact
from verifiers.math.decide.rungs import Open, Steps
from verifiers.math.decide.surds import Surd, root_of, surd
from verifiers.math.tree import Apply, Node, Number, Symbol, Trait

# 1 modulo 8 and modulo the primes to 29, so that -1 and those primes have square roots
PRIME = 2305842971631239041
_MOST_EXPONENT_BITS = 4_000
_MOST_NAMES = 64
_CONSTANTS = frozenset({"pi", "e"})
_NEVER = Trait.VARIABLE | Trait.NO_VALUE | Trait.INFINITE | Trait.UNEVALUATED


class _Unknown(Open):
    def __init__(self) -> None:
        super().__init__("no image modulo a prime")


def refuted(left: Node, right: Node, steps: Steps) -> bool:
    """Whether `left` and `right` are proved unequal. Raises `Open` where one of them has no image."""
    image = _Image(steps)
    return image.of(left) != image.of(right)


class _Image:
    """The homomorphism; `known` has the images of the names met so far."""

    __slots__ = ("known", "steps")

    def __init__(self, steps: Steps) -> None:
        self.known: dict[str, int] = {}
        self.steps = steps

    def of(self, node: Node) -> int:
        if type(node) is Symbol:
            return self.known.get(node.name) or self._name(node.name)
        if type(node) is Number:
            return _of_rational(node.numerator, node.denominator)
        if type(node) is not Apply:
            raise _Unknown
        self.steps.take()
        head, args = node.head, node.args
        if head == "add":
            total = 0
            for part in args:
                if type(part) is Number and part.denominator == 1:
                    total += part.numerator
                else:
                    total += self.of(part)
            return total % PRIME
        if head == "mul":
            product = 1
            for part in args:
                if type(part) is Number and part.denominator == 1:
                    product = product * part.numerator % PRIME
                else:
                    product = product * self.of(part) % PRIME
            return product
        if head == "neg":
            return -self.of(args[0]) % PRIME
        if head == "pow":
            return self._power(*args)
        if head in {"div", "ratio"} and len(args) == 2:
            return self.of(args[0]) * _inverse(self.of(args[1])) % PRIME
        return self._closed(node)

    def _name(self, name: str) -> int:
        if name == "i":
            image = square_root(-1)
        elif name[:1] == "\\" or len(self.known) >= _MOST_NAMES:
            raise _Unknown
        elif name in _CONSTANTS and not _CONSTANTS.isdisjoint(self.known):
            raise _Unknown  # nobody knows whether pi and e are independent
        else:
            image = _of_place(len(self.known))
        self.known[name] = image
        return image

    def _power(self, base: Node, exponent_node: Node) -> int:
        if type(exponent_node) is Number and exponent_node.denominator == 1 and 0 < exponent_node.numerator < 1000:
            return pow(self.of(base), exponent_node.numerator, PRIME)
        exponent = exact.rational_or_none(exponent_node, self.steps)
        if exponent is None or exponent.p.bit_length() > _MOST_EXPONENT_BITS:
            raise _Unknown
        if exponent.q == 1:
            return _power(self.of(base), int(exponent.p))
        if exponent.q == 2:
            return _power(_of_surd(root_of(exact.rational_or_none(base, self.steps))), int(exponent.p))
        raise _Unknown

    def _closed(self, node: Apply) -> int:
        """A head that is no arithmetic: a square root, or a rational number."""
        if node.head == "percent":
            return self.of(node.args[0]) * _inverse(100) % PRIME
        root = surd(node, self.steps)
        if root is not None:
            return _of_surd(root)
        value = None if node.traits & _NEVER else exact.rational_or_none(node, self.steps)
        if value is None:
            raise _Unknown
        return _of_rational(int(value.p), int(value.q))


def _of_rational(above: int, below: int) -> int:
    return above % PRIME if below == 1 else above * _inverse(below % PRIME) % PRIME


def _of_surd(root: Surd | None) -> int:
    if root is None:
        raise _Unknown
    factor: fmpq = root.factor
    image = _of_rational(int(factor.p), int(factor.q))
    for square in root.squares:
        image = image * square_root(square) % PRIME
    return image


def _power(base: int, exponent: int) -> int:
    return pow(_inverse(base), -exponent, PRIME) if exponent < 0 else pow(base, exponent, PRIME)


def _inverse(image: int) -> int:
    if image == 0:
        raise _Unknown
    return pow(image, -1, PRIME)


@cache
def _of_place(place: int) -> int:
    """The image of the name that is met at this place: fixed, and as good as random."""
    return int.from_bytes(sha256(b"%d" % place).digest(), "big") % (PRIME - 1) + 1


@lru_cache(maxsize=1024)
def square_root(square: int) -> int:
    """A square root of an integer modulo the prime. Raises `Open` where there is none."""
    if pow(square, PRIME // 2, PRIME) != 1:
        raise _Unknown
    return int(fmpz(square % PRIME).sqrtmod(PRIME))
