r"""Power series against power series: two with different coefficients are different functions near zero.

The first terms of each are worked out as monomials. Agreement of the first terms proves nothing.
"""

from __future__ import annotations

from flint import fmpq

from verifiers.math.decide import exact
from verifiers.math.decide.rungs import Exhausted, Open, Steps
from verifiers.math.tree import Apply, Node, Symbol, free_symbols

_TERMS = 6
_INFINITY = Symbol("infty")


def refuted(left: Node, right: Node, steps: Steps) -> bool:
    """Whether two infinite sums are power series in one variable with different coefficients."""
    names = free_symbols(left) | free_symbols(right)
    if len(names) != 1 or not (_is_series(left) and _is_series(right)):
        return False
    (name,) = names
    try:
        first, second = _monomials(left, name, steps), _monomials(right, name, steps)
    except Exhausted:
        raise
    except Open:
        return False
    known = min(max(first), max(second))  # later terms have higher exponents
    return any(first.get(at, 0) != second.get(at, 0) for at in range(known + 1))


def _is_series(node: Node) -> bool:
    return isinstance(node, Apply) and node.head == "sum" and node.args[3] == _INFINITY


def _monomials(node: Node, name: str, steps: Steps) -> dict[int, fmpq]:
    """The coefficients of the first terms by their exponents. Raises `Undefined` where a term has no value."""
    assert isinstance(node, Apply)
    body, index, low, _ = node.args
    start = exact.rational(low, steps=steps)
    if start.q != 1 or not isinstance(index, Symbol):
        raise Open("a sum without an integer start")
    found: dict[int, fmpq] = {}
    for place in range(_TERMS):
        one, two, three = (exact.rational(body, {index.name: start + place, name: fmpq(at)}, steps) for at in (1, 2, 3))
        exponent = _exponent(one, two)
        if exponent is None or exponent < 0 or three != one * fmpq(3) ** exponent:
            raise Open("not a power series")
        if exponent <= max(found, default=-1):
            raise Open("terms that do not ascend")
        found[exponent] = one
    return found


def _exponent(one: fmpq, two: fmpq) -> int | None:
    if one == 0 or two == 0:
        return None
    ratio = two / one
    exponent = int(ratio.p).bit_length() - 1
    return exponent if ratio == fmpq(2) ** exponent else None
