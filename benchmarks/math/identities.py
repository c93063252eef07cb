"""Families of pairs about expressions: constants, polynomials, rational functions, and the classical identities.

An identity is a row of a table: two terms in placeholders that stand for random arguments. The reference is one
side inside a random context, the answer the other side, shuffled and written by another hand. A false pair is
the same with one node damaged and the difference proved.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

from benchmarks.math.notation import Writer
from benchmarks.math.pairs import family
from benchmarks.math.terms import PI, E, Term, damaged, fn, log, root, shuffled, term, var

Two = tuple[Term, Term]
Identity = Callable[[Term, Term], Two]


def _sin(u: Term) -> Term:
    return fn("sin", u)


def _cos(u: Term) -> Term:
    return fn("cos", u)


def _ln(u: Term) -> Term:
    return fn("ln", u)


_TRIGONOMETRIC: tuple[Identity, ...] = (
    lambda u, v: (_sin(u * 2), term(2) * _sin(u) * _cos(u)),
    lambda u, v: (_cos(u * 2), term(1) - term(2) * _sin(u) ** 2),
    lambda u, v: (_cos(u * 2), term(2) * _cos(u) ** 2 - 1),
    lambda u, v: (_cos(u) ** 2 - _sin(u) ** 2, _cos(u * 2)),
    lambda u, v: (_sin(u + v), _sin(u) * _cos(v) + _cos(u) * _sin(v)),
    lambda u, v: (_cos(u + v), _cos(u) * _cos(v) - _sin(u) * _sin(v)),
    lambda u, v: (fn("tan", u), _sin(u) / _cos(u)),
    lambda u, v: (fn("sec", u) ** 2, fn("tan", u) ** 2 + 1),
    lambda u, v: (fn("csc", u) ** 2 - 1, fn("cot", u) ** 2),
    lambda u, v: (_sin(u) ** 2, term(1) - _cos(u) ** 2),
    lambda u, v: (_sin(u * 3), term(3) * _sin(u) - term(4) * _sin(u) ** 3),
    lambda u, v: (_cos(u * 3), term(4) * _cos(u) ** 3 - term(3) * _cos(u)),
    lambda u, v: (_sin(u) * _cos(v), (_sin(u + v) + _sin(u - v)) / 2),
    lambda u, v: (fn("tan", u / 2), _sin(u) / (_cos(u) + 1)),
    lambda u, v: (_sin(u + PI), term(-1) * _sin(u)),
    lambda u, v: (_cos(PI / 2 - u), _sin(u)),
    lambda u, v: (fn("sec", u), term(1) / _cos(u)),
    lambda u, v: (fn("tan", u * 2), term(2) * fn("tan", u) / (term(1) - fn("tan", u) ** 2)),
)

# here `u` and `v` are positive everywhere
_LOGARITHMIC: tuple[Identity, ...] = (
    lambda u, v: (_ln(u * v), _ln(u) + _ln(v)),
    lambda u, v: (_ln(u / v), _ln(u) - _ln(v)),
    lambda u, v: (_ln(u**3), term(3) * _ln(u)),
    lambda u, v: (_ln(root(u)), _ln(u) / 2),
    lambda u, v: (log(2, u), _ln(u) / _ln(term(2))),
    lambda u, v: (log(3, u) + log(3, v), log(3, u * v)),
    lambda u, v: (E ** _ln(u), u),
    lambda u, v: (E ** (term(2) * _ln(u)), u**2),
    lambda u, v: (_ln(E * u), _ln(u) + 1),
)

_EXPONENTIAL: tuple[Identity, ...] = (
    lambda u, v: (E ** (u + v), E**u * E**v),
    lambda u, v: (E ** (u * 2), (E**u) ** 2),
    lambda u, v: (fn("cosh", u), (E**u + E ** (term(-1) * u)) / 2),
    lambda u, v: (fn("sinh", u), (E**u - E ** (term(-1) * u)) / 2),
    lambda u, v: (fn("cosh", u) ** 2, fn("sinh", u) ** 2 + 1),
    lambda u, v: (term(2) ** (u + 1), term(2) * term(2) ** u),
    lambda u, v: (term(4) ** u, term(2) ** (u * 2)),
    lambda u, v: (fn("tanh", u), (E ** (u * 2) - 1) / (E ** (u * 2) + 1)),
    lambda u, v: (term(1) / E**u, E ** (term(-1) * u)),
)

# here `u` and `v` are positive everywhere, and `u - v` is not zero as a function
_RADICAL: tuple[Identity, ...] = (
    lambda u, v: (root(u * 4), term(2) * root(u)),
    lambda u, v: (root(u) * root(v), root(u * v)),
    lambda u, v: (root(u) ** 3, u * root(u)),
    lambda u, v: (u / root(u), root(u)),
    lambda u, v: (term(1) / (root(u) + root(v)), (root(u) - root(v)) / (u - v)),
    lambda u, v: (root(u / v), root(u) / root(v)),
    lambda u, v: (u ** term(Fraction(3, 2)), u * root(u)),
    lambda u, v: (root(u**3, 3), u),
    lambda u, v: ((root(u) + root(v)) ** 2, u + v + term(2) * root(u * v)),
)

# here `u` takes both signs
_ABSOLUTE: tuple[Identity, ...] = (
    lambda u, v: (root(u**2), Term("abs", (u,))),
    lambda u, v: (Term("abs", (u * v,)), Term("abs", (u,)) * Term("abs", (v,))),
    lambda u, v: (Term("abs", (u,)) ** 2, u**2),
    lambda u, v: (fn("ln", u**2), term(2) * fn("ln", Term("abs", (u,)))),
    lambda u, v: (Term("abs", (u * -1,)), Term("abs", (u,))),
)


def _linear(rng: Random, name: str) -> Term:
    slope, shift = rng.choice((1, 1, 2, 3, -1, 5)), rng.choice((0, 0, 1, -2, 3))
    item = var(name) if slope == 1 else term(slope) * var(name)
    return item + shift if shift else item


def _signed(rng: Random) -> Two:
    one, other = rng.sample(("x", "y", "t", "a", "b"), 2)
    return _linear(rng, one), _linear(rng, other)


def _positive(rng: Random) -> Two:
    one, other = rng.sample(("x", "y", "t", "a"), 2)
    return var(one) ** 2 + rng.randint(1, 9), var(other) ** 2 + rng.randint(10, 15)


def _written(rng: Random, truth: bool, one: Term, other: Term) -> tuple[Any, ...] | None:
    """The pair of two equal terms, or of the one and the other damaged, each by a hand of its own."""
    given: Term | None = shuffled(other, rng)
    if not truth:
        given = damaged(other, rng)
    if given is None:
        return None
    return Writer(rng).write(one), Writer(rng).write(given), one, given


def _of_table(name: str, table: tuple[Identity, ...], arguments: Callable[[Random], Two]) -> None:
    @family(name)
    def make(rng: Random, truth: bool) -> tuple[Any, ...] | None:
        one, other = rng.choice(table)(*arguments(rng))
        if rng.random() < 0.5:
            one, other = other, one
        factor, rest = rng.choice((1, 2, -3, 5)), rng.choice((term(0), term(4), _linear(rng, "x")))
        if factor != 1:
            one, other = term(factor) * one, term(factor) * other
        if rest != term(0):
            one, other = one + rest, other + rest
        return _written(rng, truth, one, other)


_of_table("trigonometric identity", _TRIGONOMETRIC, _signed)
_of_table("logarithmic identity", _LOGARITHMIC, _positive)
_of_table("exponential identity", _EXPONENTIAL, _signed)
_of_table("radical identity", _RADICAL, _positive)
_of_table("absolute value", _ABSOLUTE, _signed)


# ---- polynomials and rational functions

Polynomial = dict[int, Fraction]  # exponent to coefficient


def _times(one: Polynomial, other: Polynomial) -> Polynomial:
    product: Polynomial = {}
    for i, a in one.items():
        for j, b in other.items():
            product[i + j] = product.get(i + j, Fraction(0)) + a * b
    return {exponent: coefficient for exponent, coefficient in product.items() if coefficient}


def _plus(one: Polynomial, other: Polynomial) -> Polynomial:
    total = {key: one.get(key, Fraction(0)) + other.get(key, Fraction(0)) for key in one.keys() | other.keys()}
    return {exponent: coefficient for exponent, coefficient in total.items() if coefficient}


def _as_term(polynomial: Polynomial, name: str) -> Term:
    parts = []
    for exponent, coefficient in sorted(polynomial.items(), reverse=True):
        power = var(name) if exponent == 1 else var(name) ** exponent
        if exponent == 0:
            parts.append(term(coefficient))
        else:
            parts.append(power if coefficient == 1 else Term("*", (term(coefficient), power)))
    return Term("+", tuple(parts)) if len(parts) > 1 else (parts[0] if parts else term(0))


def _some_linear(rng: Random) -> Polynomial:
    shift = rng.choice([n for n in range(-7, 8) if n])
    return {1: Fraction(rng.choice((1, 1, 1, 2, 3, -1))), 0: Fraction(shift)}


@family("polynomial")
def _polynomial(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    name = rng.choice("xyntab")
    factors = [_some_linear(rng) for _ in range(rng.randint(2, 4))]
    expanded: Polynomial = {0: Fraction(rng.choice((1, 1, 2, -1)), rng.choice((1, 1, 3)))}
    product = term(expanded[0])
    for factor in factors:
        expanded = _times(expanded, factor)
        product = product * _as_term(factor, name)
    one, other = _as_term(expanded, name), product
    return _written(rng, truth, *((one, other) if rng.random() < 0.5 else (other, one)))


@family("completed square")
def _completed_square(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    name = rng.choice("xyt")
    lead, shift, rest = Fraction(rng.choice((1, 2, -3))), Fraction(rng.randint(1, 9), 2), Fraction(rng.randint(1, 20))
    square = _times({1: Fraction(1), 0: shift}, {1: Fraction(1), 0: shift})
    expanded = _plus(_times({0: lead}, square), {0: rest})
    completed = Term("*", (term(lead), (var(name) + term(shift)) ** 2)) + term(rest)
    return _written(rng, truth, _as_term(expanded, name), completed)


@family("two variables")
def _two_variables(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    x, y = (var(name) for name in rng.sample("xyabmn", 2))
    k = rng.randint(2, 6)
    one, other = rng.choice(
        (
            ((x + y) ** 2, x**2 + term(2) * x * y + y**2),
            ((x - y) * (x + y), x**2 - y**2),
            ((x + term(k) * y) ** 3, x**3 + term(3 * k) * x**2 * y + term(3 * k * k) * x * y**2 + term(k**3) * y**3),
            ((x**3 - y**3) / (x - y), x**2 + x * y + y**2),
            (x / y + y / x, (x**2 + y**2) / (x * y)),
            (term(k) * x * y * (x + y), term(k) * x**2 * y + term(k) * x * y**2),
        )
    )
    return _written(rng, truth, *((one, other) if rng.random() < 0.5 else (other, one)))


@family("rational function")
def _rational_function(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    name = rng.choice("xyt")
    p, q = _some_linear(rng), _some_linear(rng)
    a, b = Fraction(rng.choice((1, 2, 3, -4))), Fraction(rng.choice((1, 5, -2)))
    split = term(a) / _as_term(p, name) + term(b) / _as_term(q, name)
    above, below = _plus(_times({0: a}, q), _times({0: b}, p)), _times(p, q)
    if rng.random() < 0.4:
        extra = _some_linear(rng)
        above, below = _times(above, extra), _times(below, extra)
    joined = _as_term(above, name) / _as_term(below, name)
    return _written(rng, truth, *((split, joined) if rng.random() < 0.5 else (joined, split)))


# ---- constants


@family("surd")
def _surd(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    radicand = rng.choice((2, 3, 5, 6, 7, 10, 11))
    a, b, c, d = (Fraction(rng.choice([n for n in range(-6, 7) if n])) for _ in range(4))
    surd = root(radicand)
    kind = rng.randrange(4)
    if kind == 0:  # a quotient made rational
        norm = c * c - radicand * d * d
        one = term((a * c - radicand * b * d) / norm) + term((b * c - a * d) / norm) * surd
        other = (term(a) + term(b) * surd) / (term(c) + term(d) * surd)
    elif kind == 1:  # a product
        one = term(a * c + radicand * b * d) + term(a * d + b * c) * surd
        other = (term(a) + term(b) * surd) * (term(c) + term(d) * surd)
    elif kind == 2:  # a square under the root
        factor = rng.randint(2, 12)
        one, other = term(factor) * surd + term(a), root(factor * factor * radicand) + term(a)
    else:  # a nested root
        first, second = abs(a), abs(b)
        one = term(first) + term(second) * surd
        other = root(term(first * first + radicand * second * second) + term(2 * first * second) * surd)
    if rng.random() < 0.5:
        one, other = other, one
    if not truth and rng.random() < 0.2:
        return _approximated(rng, one)
    return _written(rng, truth, one, other)


def _approximated(rng: Random, one: Term) -> tuple[Any, ...] | None:
    """A constant against its decimal approximation: false in exact grading."""
    from benchmarks.math.terms import apart, value

    near = Fraction(round(float(value(one, {}).mid()) * 10**4), 10**4)
    if not apart(one, term(near), rng):
        return None
    return Writer(rng).write(one), f"{float(near):.4f}", one, term(near)


_ANGLES = (  # divisor of pi, sine, cosine
    (6, term(1) / 2, root(3) / 2),
    (4, root(2) / 2, root(2) / 2),
    (3, root(3) / 2, term(1) / 2),
    (12, (root(6) - root(2)) / 4, (root(6) + root(2)) / 4),
    (8, root(term(2) - root(2)) / 2, root(term(2) + root(2)) / 2),
    (5, root(term(10) - term(2) * root(5)) / 4, (root(5) + 1) / 4),
)


@family("special angle")
def _special_angle(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    divisor, sine, cosine = rng.choice(_ANGLES)
    name, known = rng.choice((("sin", sine), ("cos", cosine), ("tan", sine / cosine)))
    factor = rng.choice((1, 2, 3))
    one, other = (
        (known, fn(name, PI / divisor))
        if factor == 1
        else (term(factor) * known, term(factor) * fn(name, PI / divisor))
    )
    if truth and 180 % divisor == 0 and rng.random() < 0.3:
        lead = "" if factor == 1 else str(factor)
        return Writer(rng).write(one), rf"{lead}\{name} {180 // divisor}^\circ", one, other
    return _written(rng, truth, *((one, other) if rng.random() < 0.5 else (other, one)))


@family("constant")
def _constant(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    a, b, k = rng.randint(2, 9), rng.randint(2, 9), rng.randint(2, 5)
    q = term(Fraction(a, b)) if a % b else term(Fraction(1, b))
    one, other = rng.choice(
        (
            (log(a, a**k), term(k)),
            (_ln(term(a**k)), term(k) * _ln(term(a))),
            (_ln(term(a * b)), _ln(term(a)) + _ln(term(b))),
            (E ** (term(k) * _ln(term(a))), term(a**k)),
            (log(a, b), _ln(term(b)) / _ln(term(a))),
            (q * PI, PI * q.value.numerator / q.value.denominator),
            (PI * a + PI / b, term(Fraction(a * b + 1, b)) * PI),
            (E**a / E**b, E ** term(a - b)),
            (term(a) ** term(Fraction(1, k)), root(a, k)),
            (root(a**k, k) * b, term(a * b)),
            (term(a**k) ** term(Fraction(1, k)), term(a)),
            (root(2, 3) * root(4, 3) * a, term(2 * a)),
            (term(a) ** term(-k), term(Fraction(1, a**k))),
        )
    )
    if not truth and rng.random() < 0.2 and other.head != "num":
        return _approximated(rng, one)
    return _written(rng, truth, *((one, other) if rng.random() < 0.5 else (other, one)))
