"""What follows an operand: powers, primes, factorials, percent signs, degrees, and subscripts.

`POSTFIX` is the table: a sign, and the function that makes a new node of the operand before it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from verifiers.math.numerals import number_words
from verifiers.math.tree import Apply, Node, Number, Symbol, Words

if TYPE_CHECKING:
    from verifiers.math.expressions import Parser

_ABOVE_DEGREE = frozenset({"circ", "degree", "°"})
_ORDINALS = frozenset({"th", "st", "nd", "rd"})
_COUNTED = {"C": "binom", "A": "perm", "P": "perm"}  # C_n^k, A_n^k


# ---- powers and what is written like them


def superscript(parser: Parser, node: Node) -> Node:
    """`^`: a power, a degree sign, a prime, an ordinal's ending, or a mark of a name (`x^*`)."""
    parser.take()
    braced = parser.is_op("{")
    mark = parser.ahead(1) if braced else parser.token
    if mark.kind == "cmd" and mark.value in _ABOVE_DEGREE:
        parser.pass_over(1)
        return Apply("degree", (node,))
    if mark.value in {"prime", "'"} and mark.kind in {"cmd", "op"}:
        _pass_primes(parser)
        return primed(parser, node)
    if mark.kind in {"text", "letters"} and mark.value in _ORDINALS:
        parser.pass_over(1)
        return node
    if mark.kind == "op" and mark.value in {"*", "+"} and isinstance(node, Symbol):
        closing = parser.ahead(2)
        if not braced or closing.value == "}" or closing.position < 0:
            parser.pass_over(1)
            return Symbol(node.name + mark.value)
    exponent = parser.argument()
    if parser.is_op("^"):  # 2^3^2
        exponent = superscript(parser, exponent)
    if isinstance(exponent, Words):
        raise parser.failure("words as an exponent")
    if isinstance(node, Symbol) and node.name == "\\C":
        node = Symbol("C")
    return Apply("pow", (node, exponent))


def _pass_primes(parser: Parser) -> None:
    while parser.is_cmd("prime") or parser.is_op("'") or parser.is_op("{") or parser.is_op("}"):
        if parser.take().value == "}":
            break


def _double_star(parser: Parser, node: Node) -> Node:
    parser.take()
    return Apply("pow", (node, parser.power()))


def _factorial(parser: Parser, node: Node) -> Node:
    marks = 0
    while parser.is_op("!") and not parser.is_op_ahead("=", 1):
        parser.take()
        marks += 1
    if marks > 2:
        raise parser.failure("more than two factorial signs")
    return Apply("fact" if marks == 1 else "dfact", (node,))


def _percent(parser: Parser, node: Node) -> Node:
    parser.take()
    return Apply("percent", (node,))


def _degree(parser: Parser, node: Node) -> Node:
    parser.take()
    return Apply("degree", (node,))


def _prime_sign(parser: Parser, node: Node) -> Node:
    parser.take()
    return primed(parser, node)


def _prime_command(parser: Parser, node: Node) -> Node:
    parser.take()
    return Apply("prime", (node,))


def primed(parser: Parser, node: Node) -> Node:
    """`f'`, and `f'(x)` as the derivative applied."""
    node = Apply("prime", (node,))
    return application(parser, node) if parser.is_op("(") and isinstance(node.args[0], Symbol) else node


def application(parser: Parser, head: Node) -> Node:
    """`head` applied to what stands in the brackets that come next."""
    inside = parser.primary()
    arguments = inside.args if isinstance(inside, Apply) and inside.head == "tuple" else (inside,)
    return Apply("call", (head, *arguments))


# ---- subscripts


def subscript(parser: Parser, node: Node) -> Node:
    """A named variable `x_1`, digits in a base `1011_2`, or a binomial coefficient `C_n^k`."""
    start = parser.at
    parser.take()
    before = parser.tokens[start - 1]
    if isinstance(node, Number) and before.kind == "num":
        return Apply("based", (Words(before.value), base(parser)))
    if isinstance(node, Symbol):
        counted = _COUNTED.get(node.name)
        if counted is None:
            return Symbol(f"{node.name}_{{{parser.group_text()}}}")
        below = parser.argument()
        index = "".join(token.value for token in parser.tokens[start + 1 : parser.at])
        if parser.is_op("^") and (counted == "binom" or parser.ahead(1).value != "'"):
            parser.take()
            return Apply(counted, (below, parser.argument()))
        return Symbol(f"{node.name}_{{{index.removeprefix('{').removesuffix('}')}}}")
    if before.value == ")" and isinstance(node, Number | Apply):
        opening = _opening_of(parser, start - 1)
        digits = "".join(token.value for token in parser.tokens[opening + 1 : start - 1])
        return Apply("based", (Words(digits), base(parser)))
    raise parser.failure("a subscript of an expression")


def base(parser: Parser) -> Node:
    """The base of digits, in figures or in words."""
    token = parser.ahead(1) if parser.is_op("{") else parser.token
    if token.kind in {"text", "letters"}:
        value = number_words(token.value)
        if value is not None:
            parser.pass_over(1)
            return value
    return parser.argument()


def _opening_of(parser: Parser, closing: int) -> int:
    depth = 0
    for place in range(closing, -1, -1):
        value = parser.tokens[place].value
        depth += (value == ")") - (value == "(")
        if depth == 0:
            return place
    return 0


POSTFIX: dict[str, Callable[[Parser, Node], Node]] = {
    "^": superscript,
    "**": _double_star,
    "_": subscript,
    "!": _factorial,
    "%": _percent,
    "'": _prime_sign,
    "prime": _prime_command,
    "degree": _degree,
}
