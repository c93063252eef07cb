"""Functions of rational numbers with a rational value: powers, roots, factorials, logarithms and the like.

Each says `Open` where its value is irrational or would be too large, before any work is done.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from flint import fmpq, fmpz

from verifiers.math.decide.rungs import MOST_BITS, Open, Undefined

Parts = list[fmpq]
_MOST_FACTORIAL = 5_000
_MOST_LOGARITHM_ROOT = 12


def bits_of(value: fmpq) -> int:
    """The size of a rational."""
    return int(value.p.bit_length() + value.q.bit_length())


def checked(value: fmpq) -> fmpq:
    """`value`, unless it is too large."""
    if value.height_bits() > MOST_BITS:
        raise Open("a number too large", slow=False)
    return value


def power(base: fmpq, exponent: fmpq) -> fmpq:
    """`base ** exponent` where it is rational."""
    if exponent.q != 1:
        if exponent.q > 64:
            raise Open("a root of high degree")
        root = exact_root(base, int(exponent.q))
        return power(root, fmpq(exponent.p))
    if base == 0:
        if exponent <= 0:
            raise Undefined("zero to a power that is not positive")
        return fmpq(0)
    if base == 1:
        return base
    if base == -1:
        return fmpq(1) if exponent.p % 2 == 0 else base
    if exponent.p.bit_length() > 40 or abs(int(exponent.p)) * max(1, bits_of(base) - 1) > MOST_BITS:
        raise Open("a power too large", slow=False)
    return base ** int(exponent.p)


def exact_root(value: fmpq, degree: int) -> fmpq:
    """The real root of `value` where it is rational."""
    if degree < 1 or (value < 0 and degree % 2 == 0):
        raise Open("not a rational root")
    if degree == 1:
        return value
    sign = -1 if value < 0 else 1
    above, below = (_integer_root(fmpz(abs(part)), degree) for part in (value.p, value.q))
    return fmpq(sign * above, below)


def _integer_root(value: fmpz, degree: int) -> fmpz:
    if value < 2:
        return value
    root = value.root(degree)
    if root**degree != value:
        raise Open("an irrational root")
    return root


def as_integer(value: fmpq) -> fmpz:
    """An integer as such; raises `Open` where it is none."""
    if value.q != 1:
        raise Open("not an integer")
    return value.p


def _root(parts: Parts) -> fmpq:
    degree = as_integer(parts[1])
    if not 0 < degree <= 64:
        raise Open("a root of high degree")
    return exact_root(parts[0], int(degree))


def _factorial(parts: Parts) -> fmpq:
    whole = as_integer(parts[0])
    if whole < 0:
        raise Undefined("a factorial of a negative integer")
    if whole > _MOST_FACTORIAL:
        raise Open("a factorial too large")
    return fmpq(fmpz.fac_ui(int(whole)))


def _double_factorial(parts: Parts) -> fmpq:
    whole = as_integer(parts[0])
    if whole < -1:
        raise Undefined("a double factorial of a negative integer")
    if whole > _MOST_FACTORIAL:
        raise Open("a factorial too large", slow=False)
    half = max(0, int(whole) // 2)
    evens = fmpz(2) ** half * fmpz.fac_ui(half)
    return fmpq(evens if whole % 2 == 0 else fmpz.fac_ui(max(0, int(whole))) // evens)


def _binomial(parts: Parts) -> fmpq:
    above, below = as_integer(parts[0]), as_integer(parts[1])
    if below < 0:
        return fmpq(0)
    if above < 0:
        return (1 if below % 2 == 0 else -1) * _binomial([fmpq(below - above - 1), fmpq(below)])
    if below > above:
        return fmpq(0)
    chosen = min(below, above - below)
    if above.bit_length() > 60 or chosen * above.bit_length() > MOST_BITS or chosen > 20_000:
        raise Open("a binomial coefficient too large", slow=False)
    return fmpq(fmpz.bin_uiui(int(above), int(chosen)))


def _arrangements(parts: Parts) -> fmpq:
    above, below = as_integer(parts[0]), as_integer(parts[1])
    if below < 0 or above < 0 or below > 1000 or below * above.bit_length() > MOST_BITS:
        raise Open("arrangements of that many")
    return fmpq(fmpz(math.perm(int(above), int(below))))


def _logarithm(parts: Parts) -> fmpq:
    if len(parts) != 2:
        raise Open("a logarithm")
    value, base = parts
    if base <= 0 or base == 1 or value <= 0:
        raise Open("a logarithm outside its domain")
    if value == 1:
        return fmpq(0)
    # value = base^(p/q): the quotient of the logarithms says which p and q to try
    ratio = _natural(value) / (_natural(base) or 1.0)
    for below in range(1, _MOST_LOGARITHM_ROOT + 1):
        above = round(ratio * below)
        if abs(ratio * below - above) > 1e-6 * below:
            continue
        if max(below * bits_of(value), abs(above) * bits_of(base)) > MOST_BITS:
            break
        if value**below == base**above:
            return fmpq(above, below)
    raise Open("an irrational logarithm")


def _natural(value: fmpq) -> float:
    return math.log(int(value.p)) - math.log(int(value.q))


def _common_divisor(parts: Parts) -> fmpq:
    result = fmpz(0)
    for part in parts:
        result = result.gcd(as_integer(part))
    return fmpq(result)


def _common_multiple(parts: Parts) -> fmpq:
    result = fmpz(1)
    for part in parts:
        result = result.lcm(as_integer(part))
    return checked(fmpq(result))


def remainder(parts: Parts) -> fmpq:
    """The first of two numbers modulo the second, with the sign of the second."""
    if parts[1] == 0:
        raise Undefined("a remainder modulo zero")
    return parts[0] - parts[1] * (parts[0] / parts[1]).floor()


RULES: dict[str, Callable[[Parts], fmpq]] = {
    "pow": lambda parts: power(parts[0], parts[1]),
    "root": _root,
    "sqrt": lambda parts: exact_root(parts[0], 2),
    "fact": _factorial,
    "dfact": _double_factorial,
    "binom": _binomial,
    "perm": _arrangements,
    "abs": lambda parts: abs(parts[0]),
    "floor": lambda parts: fmpq(parts[0].floor()),
    "ceil": lambda parts: fmpq(parts[0].ceil()),
    "sgn": lambda parts: fmpq((parts[0] > 0) - (parts[0] < 0)),
    "percent": lambda parts: parts[0] / 100,
    "log": _logarithm,
    "gcd": _common_divisor,
    "lcm": _common_multiple,
    "min": min,
    "max": max,
    "bar": lambda parts: parts[0],
    "re": lambda parts: parts[0],
    "im": lambda parts: fmpq(0),
}
