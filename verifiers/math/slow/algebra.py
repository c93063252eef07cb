"""Equality by computer algebra. Runs in a worker process only, where it may take any time and memory it is given.

Trees become SymPy objects by construction, one constructor a head: no text is parsed or evaluated.
"""

from __future__ import annotations

import random
from typing import Any

import sympy

from verifiers.math.tree import UNEVALUATED, Apply, Node, Number, Symbol, free_symbols, heads, symbols

_DIGITS = 30
_INTEGER_NAMES = frozenset("nmkjlNMK")


class NotAlgebra(Exception):
    """The tree has no counterpart in SymPy."""


def decide(left: Node, right: Node) -> bool | None:
    """Whether two expressions are equal: True by a proof, False by a proof or a clear difference, else None."""
    table = symbols_for(symbols(left) | symbols(right), heads(left) | heads(right))
    for place, name in enumerate(sorted(_bound_names(left) | _bound_names(right))):
        whole = {"integer": True} if table[name].is_integer else {"real": True}
        table[name] = sympy.Dummy(f"b{place}", **whole)
    first, second = converted(left, table), converted(right, table)
    free = [table[name] for name in sorted((free_symbols(left) | free_symbols(right)) & set(table))]
    if _differ(first, second, free):
        return False
    return True if proved_zero(first - second) else None


def symbols_for(names: set[str], heads_in_use: set[str]) -> dict[str, Any]:
    """A symbol of SymPy for each name: real, or a positive integer where the name and the heads speak for one."""
    counts = bool(heads_in_use & {"sum", "prod", "fact", "binom"})
    return {
        name: sympy.Symbol(f"v{place}", integer=True, positive=True)
        if counts and name in _INTEGER_NAMES
        else sympy.Symbol(f"v{place}", real=True)
        for place, name in enumerate(sorted(names))
    }


def proved_zero(difference: Any) -> bool:
    """Whether simplification proves that a difference is zero."""
    difference = difference.doit()
    for step in (lambda value: value, sympy.simplify, lambda value: sympy.simplify(value.rewrite(sympy.exp))):
        difference = step(difference)
        if difference == 0 or difference.is_zero:
            return True
    return False


def _bound_names(node: Node) -> set[str]:
    from verifiers.math.tree import walk

    return {
        at.args[1].name
        for at in walk(node)
        if isinstance(at, Apply) and at.head in UNEVALUATED and isinstance(at.args[1], Symbol)
    }


def _differ(first: Any, second: Any, free: list[Any]) -> bool:
    """Whether the two are clearly different at one of three points where both have a finite value."""
    source = random.Random(20)
    for _ in range(3):
        point = {
            symbol: sympy.Integer(source.randrange(2, 9))
            if symbol.is_integer
            else sympy.Rational(source.randrange(1, 999), 500)
            for symbol in free
        }
        values = [_value(side.subs(point)) for side in (first, second)]
        if None in values:
            continue
        left, right = values
        if abs(left - right) > sympy.Float(10) ** -12 * (1 + abs(left)):
            return True
        if not free:
            break
    return False


def _value(expression: Any) -> Any:
    value = sympy.N(expression.doit() if expression.has(sympy.Limit) else expression, _DIGITS)
    return value if value.is_number and value.is_finite and value.as_real_imag()[0].is_Float | value.is_Number else None


def converted(node: Node, table: dict[str, Any]) -> Any:
    """A tree as an object of SymPy, with the symbols of the table. Raises `NotAlgebra`."""
    if isinstance(node, Number):
        return sympy.Rational(node.numerator, node.denominator)
    if isinstance(node, Symbol):
        if node.name in table:
            return table[node.name]
        constant = _CONSTANTS.get(node.name)
        if constant is None:
            raise NotAlgebra(node.name)
        return constant
    if not isinstance(node, Apply):
        raise NotAlgebra(type(node).__name__)
    if node.head in UNEVALUATED:
        return _bound(node, table)
    rule = _RULES.get(node.head)
    if rule is None:
        raise NotAlgebra(node.head)
    return rule(*(converted(part, table) for part in node.args))


def _bound(node: Apply, table: dict[str, Any]) -> Any:
    body, variable, *rest = (converted(part, table) for part in node.args)
    if node.head == "sum":
        return sympy.Sum(body, (variable, *rest))
    if node.head == "prod":
        return sympy.Product(body, (variable, *rest))
    if node.head == "integral":
        if not rest:
            raise NotAlgebra("an indefinite integral")
        return sympy.Integral(body, (variable, *rest))
    point, side = rest
    return sympy.Limit(body, variable, point, {0: "+-", 1: "+", -1: "-"}[int(side)])


_CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "infty": sympy.oo}
_RULES: dict[str, Any] = {
    "add": sympy.Add,
    "mul": sympy.Mul,
    "div": lambda above, below: above / below,
    "ratio": lambda above, below: above / below,
    "neg": lambda value: -value,
    "pow": sympy.Pow,
    "root": lambda value, degree: value ** (1 / degree),
    "percent": lambda value: value / 100,
    "degree": lambda value: value * sympy.pi / 180,
    "fact": sympy.factorial,
    "dfact": sympy.factorial2,
    "binom": sympy.binomial,
    "perm": lambda above, below: sympy.ff(above, below),
    "abs": sympy.Abs,
    "floor": sympy.floor,
    "ceil": sympy.ceiling,
    "ln": sympy.log,
    "log": lambda value, base=sympy.E: sympy.log(value, base),
    "sqrt": sympy.sqrt,
    "gcd": lambda *parts: sympy.gcd(list(parts)),
    "lcm": lambda *parts: sympy.lcm(list(parts)),
    "min": sympy.Min,
    "max": sympy.Max,
    "mod": sympy.Mod,
    "re": sympy.re,
    "im": sympy.im,
    "arg": sympy.arg,
    "sgn": sympy.sign,
    "bar": sympy.conjugate,
    "gamma": sympy.gamma,
    "erf": sympy.erf,
    "zeta": sympy.zeta,
    "exp": sympy.exp,
    "arcsin": sympy.asin, "arccos": sympy.acos, "arctan": sympy.atan, "arccot": sympy.acot, "arcsec": sympy.asec,
    "arccsc": sympy.acsc, "arcsinh": sympy.asinh, "arccosh": sympy.acosh, "arctanh": sympy.atanh,
    **{
        name: getattr(sympy, name)
        for name in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch")
    },
}  # fmt: skip
