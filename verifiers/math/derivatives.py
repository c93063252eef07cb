r"""Derivatives by Leibniz: `\frac{dy}{dx}`, `\frac{d}{dx}(x^3)`, `\frac{\partial^2 f}{\partial x\partial y}`, `dy/dx`.

Of a name they are `prime(y, x)`, nested for higher orders, of an application `f(x)` by its argument `f'(x)`, and of
anything else `derivative(expression, x)`. A fraction is one where every factor below is a `d` before a name.
"""

from __future__ import annotations

from verifiers.math.expressions import Parser
from verifiers.math.tree import Apply, Node, Number, Symbol

_SIGNS = frozenset({Symbol("d"), Symbol("partial")})
MOST_ORDERS = 9


def derivative(parser: Parser, above: Node, below: Node) -> Node | None:
    """What the fraction `above / below` is as a derivative, or None where it is none."""
    variables = _variables(below)
    if variables is None:
        return None
    order, operand = _order(above)
    if order != len(variables):
        return None
    if not operand:
        if not parser.starts_operand():
            return None
        operand = [parser.operand()]
    node = operand[0] if len(operand) == 1 else Apply("mul", tuple(operand))
    for variable in reversed(variables):
        node = _by(node, variable)
    return node


def _factors(node: Node) -> tuple[Node, ...]:
    return node.args if isinstance(node, Apply) and node.head == "mul" else (node,)


def _variables(below: Node) -> list[Symbol] | None:
    """The names by which `dx`, `dx^2`, `\\partial x\\partial y` tell to derive."""
    factors = _factors(below)
    found: list[Symbol] = []
    if len(factors) % 2 or len(factors) > 2 * MOST_ORDERS:
        return None
    for sign, name in zip(factors[::2], factors[1::2]):
        name, times = _powered(name)
        if sign not in _SIGNS or not isinstance(name, Symbol) or not 0 < times <= MOST_ORDERS:
            return None
        found += [name] * times
    return sorted(found, key=lambda name: name.name)  # the order of derivations does not matter


def _order(above: Node) -> tuple[int, list[Node]]:
    """The order that `d`, `d^2 y` and their like tell, and what they are of; 0 where it is no such sign."""
    sign, *operand = _factors(above)
    sign, times = _powered(sign)
    return (times if sign in _SIGNS else 0), operand


def _powered(node: Node) -> tuple[Node, int]:
    """The base of a power and its exponent, 1 where `node` is none."""
    if isinstance(node, Apply) and node.head == "pow":
        base, exponent = node.args
        if isinstance(exponent, Number):
            return base, exponent.numerator
    return node, 1


def _by(node: Node, variable: Node) -> Node:
    if isinstance(node, Symbol) or (isinstance(node, Apply) and node.head == "prime"):
        return Apply("prime", (node, variable))
    if isinstance(node, Apply) and node.head == "call" and node.args[1:] == (variable,):
        return Apply("call", (Apply("prime", node.args[:1]), variable))
    return Apply("derivative", (node, variable))
