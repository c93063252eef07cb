"""What follows an operand: powers, primes, factorials, percent signs, degrees, and subscripts.

`POSTFIX` is the table: a sign, and the function that makes a new node of the operand before it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from verifiers.math.named_sets import is_named, marked
from verifiers.math.numerals import number_words
from verifiers.math.tree import Apply, Node, Number, Symbol, Words, children

if TYPE_CHECKING:
    from verifiers.math.expressions import Parser

_ABOVE_DEGREE = frozenset({"circ", "degree", "°"})
_ORDINALS = frozenset({"th", "st", "nd", "rd"})
COUNTS = {"C": "binom", "A": "perm", "P": "perm"}  # C_n^k, A_n^k
_MARKS = frozenset({"'", "prime", "*", "+"})
_INVERSE = Number(-1)
APPLIED_NAMES = frozenset("fghFGHPQTYφψ") | {"phi", "psi", "varphi"}
_OPENING_SIGNS, _CLOSING_SIGNS = frozenset("([{"), frozenset(")]}")
_ARRAYS = frozenset({"matrix", "tuple", "[]"})
_TRANSPOSE = frozenset({"T", "t", "top", "intercal"})


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
        return primed(parser, node, _pass_primes(parser))
    if mark.kind in {"text", "letters"} and mark.value in _ORDINALS:
        parser.pass_over(1)
        return node
    if mark.kind == "op" and isinstance(node, Symbol) and _marks(node, mark.value):
        closing = parser.ahead(2)
        if not braced or closing.value == "}" or closing.position < 0:
            parser.pass_over(1)
            return marked(node, mark.value) or Symbol(node.name + mark.value)
    exponent = parser.argument()
    if parser.is_op("^"):  # 2^3^2
        exponent = superscript(parser, exponent)
    if isinstance(exponent, Words):
        raise parser.failure("words as an exponent")
    if isinstance(node, Symbol):
        if node.name == "\\C":
            node = Symbol("C")
        if parser.is_op("_"):  # a^2_n
            parser.take()
            return _indexed(parser, node, exponent)
        if exponent == _INVERSE and node.name in APPLIED_NAMES and parser.is_op("("):
            return application(parser, Apply("pow", (node, exponent)))
    elif isinstance(node, Apply) and node.head in _ARRAYS and _transposes(exponent):
        return _transposed(node)
    return Apply("pow", (node, exponent))


def _marks(node: Symbol, sign: str) -> bool:
    """Whether a sign as a superscript marks a name: `x^*`, the negative reals."""
    return sign == "*" or sign == "+" or (sign == "-" and is_named(node))


def _transposes(exponent: Node) -> bool:
    return isinstance(exponent, Symbol) and exponent.name in _TRANSPOSE


def _transposed(node: Apply) -> Apply:
    if node.head != "matrix":
        return Apply("tuple", node.args)  # a row stood up: a vector
    rows = [children(row) for row in node.args]
    return Apply("matrix", tuple(Apply("row", column) for column in zip(*rows)))


def _pass_primes(parser: Parser) -> int:
    marks = 0
    parser.passed("{")
    while parser.is_cmd("prime") or parser.is_op("'"):
        parser.take()
        marks += 1
    parser.passed("}")
    return marks


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


def primed(parser: Parser, node: Node, marks: int = 1) -> Node:
    """`f'`, and `f'(x)` as the derivative applied."""
    named = isinstance(node, Symbol) or (isinstance(node, Apply) and node.head == "prime")
    for _ in range(marks):
        node = Apply("prime", (node,))
    return application(parser, node) if parser.is_op("(") and named else node


def takes_several(parser: Parser) -> bool:
    """Whether round brackets with a comma in them come next: `C(20, 10)`, `F_1(0, 3)`."""
    if not parser.is_op("("):
        return False
    depth = 0
    for place in range(parser.at, len(parser.tokens)):
        token = parser.tokens[place]
        if token.kind != "op":
            continue
        if token.value == "," and depth == 1:
            return True
        depth += (token.value in _OPENING_SIGNS) - (token.value in _CLOSING_SIGNS)
        if depth == 0:
            return False
    return False


def application(parser: Parser, head: Node) -> Node:
    """`head` applied to what stands in the brackets that come next."""
    inside = parser.primary()
    several = isinstance(inside, Apply) and inside.head in {"tuple", "()", "[]"}
    return Apply("call", (head, *(inside.args if several and isinstance(inside, Apply) else (inside,))))


# ---- subscripts


def subscript(parser: Parser, node: Node) -> Node:
    """A named variable `x_1`, digits in a base `1011_2`, or a binomial coefficient `C_n^k`."""
    start = parser.at
    parser.take()
    before = parser.tokens[start - 1]
    if isinstance(node, Number) and before.kind == "num":
        return Apply("based", (Words(before.value), base(parser)))
    if isinstance(node, Symbol):
        return _indexed(parser, node, None)
    if isinstance(node, Apply) and node.head == "norm":
        return Apply("norm", (node.args[0], parser.argument()))
    if isinstance(node, Apply) and node.head == "call":  # f(x)_{min}
        return Apply("call", (Symbol(parser.group_text()), node))
    if before.value == ")" and isinstance(node, Number | Apply):
        opening = _opening_of(parser, start - 1)
        digits = "".join(token.value for token in parser.tokens[opening + 1 : start - 1])
        return Apply("based", (Words(digits), base(parser)))
    raise parser.failure("a subscript of an expression")


def _indexed(parser: Parser, node: Symbol, exponent: Node | None) -> Node:
    """A name with the subscript that comes next; `exponent` is the superscript that stood before it."""
    start = parser.at
    if node.name not in COUNTS:
        text = parser.group_text()
        named = marked(node, text) if node.name[0] == "\\" else None
        if named is not None:
            return named
        symbol = Symbol(f"{node.name}_{{{text}}}")
        if exponent is not None:
            return Apply("pow", (symbol, exponent))
        return application(parser, symbol) if node.name[0].isupper() and takes_several(parser) else symbol
    below = parser.argument()
    index = "".join(token.value for token in parser.tokens[start : parser.at])
    symbol = Symbol(f"{node.name}_{{{index.removeprefix('{').removesuffix('}')}}}")
    if exponent is None and parser.is_op("^"):
        above = parser.ahead(1)
        if above.value not in _MARKS:
            parser.take()
            exponent = parser.argument()
    return symbol if exponent is None else Apply("counted", (symbol, below, exponent))


def base(parser: Parser) -> Node:
    """The base of digits, in figures or in words."""
    token = parser.ahead(1) if parser.is_op("{") else parser.token
    if token.kind in {"text", "letters"}:
        value = number_words(token.value.strip("() "))
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
    "prime": _prime_sign,
    "degree": _degree,
}
