"""Square roots of rationals in one form: a rational times i or not times square roots of distinct primes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flint import fmpq, fmpz

from verifiers.math.decide import exact
from verifiers.math.decide.functions import bits_of
from verifiers.math.decide.rungs import Steps
from verifiers.math.tree import TWO, Apply, Node

_MOST_BITS = 40  # of what is factored


@dataclass(frozen=True, slots=True)
class Surd:
    """`factor` · √`square` for each of `squares`: -1 (that is i) and distinct primes."""

    factor: fmpq
    squares: tuple[int, ...]


def surd(node: Node, steps: Steps) -> Surd | None:
    """A square root of a small rational, or None where `node` is none."""
    if not isinstance(node, Apply) or not (node.head == "sqrt" or (node.head == "root" and node.args[1] == TWO)):
        return None
    return root_of(exact.rational_or_none(node.args[0], steps))


def root_of(value: fmpq | None) -> Surd | None:
    """The square root of a small rational."""
    if value is None or value == 0 or value.height_bits() > _MOST_BITS or bits_of(value) > _MOST_BITS:
        return None
    return _decomposed(int(value.p), int(value.q))


@lru_cache(maxsize=4096)
def _decomposed(above: int, below: int) -> Surd:
    factor, squares = 1, [-1] if above < 0 else []
    for prime, power in fmpz(abs(above) * below).factor():
        factor *= int(prime) ** (power // 2)
        if power % 2:
            squares.append(int(prime))
    return Surd(fmpq(factor, below), tuple(squares))
