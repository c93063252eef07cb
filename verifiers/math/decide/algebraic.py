"""Exact algebraic numbers: a proof of equality where ball arithmetic can only agree to many digits.

python-flint reaches these numbers through a context that is not a documented public module yet. It is used in this
one place, only for small expressions (the degrees of all roots multiply to at most `MOST_DEGREE`), and its absence or
refusal leaves the weaker evidence standing.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from flint import fmpq

from verifiers.math.decide import exact
from verifiers.math.decide.rungs import Open, Steps, Undefined
from verifiers.math.tree import Apply, Node, Number, Symbol, walk

MOST_DEGREE = 12
_MOST_NODES = 40
_MOST_BITS = 40
_HEADS = frozenset({"add", "mul", "div", "neg", "pow", "root", "sqrt", "percent", "abs"})


@cache
def _context() -> Any:
    try:
        from flint.types._gr import gr_complex_qqbar_ctx
    except ImportError:
        return None
    return gr_complex_qqbar_ctx.new()


def equal(left: Node, right: Node) -> bool:
    """Whether two constants are equal algebraic numbers, proved. Raises `Open` where they are not in reach."""
    if _context() is None or _degree(left) * _degree(right) > MOST_DEGREE:
        raise Open("not algebraic numbers of low degree")
    return bool(_value(left) == _value(right))


def _degree(node: Node) -> int:
    """A bound of the degree of the field that the roots in `node` make; also refuses what is too large."""
    degree = 1
    for count, at in enumerate(walk(node)):
        if count > _MOST_NODES or degree > MOST_DEGREE:
            raise Open("an algebraic number too large")
        if isinstance(at, Number):
            if abs(at.numerator).bit_length() + at.denominator.bit_length() > _MOST_BITS:
                raise Open("an algebraic number too large")
        elif isinstance(at, Symbol):
            if at.name != "i":
                raise Open("not an algebraic number")
            degree *= 2
        elif not isinstance(at, Apply) or at.head not in _HEADS:
            raise Open("not an algebraic number")
        elif at.head in {"root", "sqrt", "pow"}:
            exponent = fmpq(1, 2) if at.head == "sqrt" else exact.rational(at.args[1], steps=Steps(200))
            if at.head == "root" and (exponent.q != 1 or exponent < 1):
                raise Open("a root of no positive degree")
            degree *= int(exponent.p if at.head == "root" else exponent.q)
            if at.head == "pow" and abs(exponent) > MOST_DEGREE:
                raise Open("a high power of an algebraic number")
    return degree


def _value(node: Node) -> Any:
    context = _context()
    if isinstance(node, Number):
        return context(node.numerator) / context(node.denominator)
    if isinstance(node, Symbol):
        return context.i()
    assert isinstance(node, Apply)
    parts = [_value(part) for part in node.args]
    head = node.head
    if head == "add":
        return sum(parts[1:], parts[0])
    if head == "mul":
        product = parts[0]
        for part in parts[1:]:
            product = product * part
        return product
    if head == "div":
        if parts[1] == context(0):
            raise Undefined("a division by zero")
        return parts[0] / parts[1]
    if head == "neg":
        return -parts[0]
    if head == "percent":
        return parts[0] / context(100)
    if head == "abs":
        return abs(parts[0])
    if head == "sqrt":
        return parts[0].sqrt()
    exponent = exact.rational(node.args[1])
    return _power(parts[0], 1 / exponent if head == "root" else exponent)


def _power(base: Any, exponent: fmpq) -> Any:
    context = _context()
    if base == context(0):
        raise Open("a power of zero")
    if exponent.q == 2:
        base, exponent = base.sqrt(), exponent * 2
    if exponent.q == 1:
        return base ** int(exponent.p)
    if not context.gt(base, context(0)):
        raise Open("a root of a number that is not positive")
    return context.pow(base, context(int(exponent.p)) / context(int(exponent.q)))
