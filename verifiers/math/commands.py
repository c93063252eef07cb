"""LaTeX commands in expressions: fractions, roots, accents, sums, products, integrals, limits."""

from __future__ import annotations

from collections.abc import Callable

from verifiers.math import brackets
from verifiers.math import notation as tables
from verifiers.math.derivatives import derivative
from verifiers.math.expressions import JUXTAPOSED, PRODUCT, SUM, Parser
from verifiers.math.factors import quotient
from verifiers.math.names import function, polar
from verifiers.math.scripts import APPLIED_NAMES, application, subscript, superscript
from verifiers.math.statements import script_statement, segment
from verifiers.math.tokens import Token
from verifiers.math.tree import ONE, TWO, ZERO, Apply, Node, Number, Relation, Symbol, Words, binding

_DOTS = {"dot": 1, "ddot": 2, "dddot": 3}
_OPERATORS = frozenset({"nabla", "Pr"})
_HATS = frozenset({"hat", "widehat"})
_AXES = frozenset({"i", "j", "k"})


def command(parser: Parser) -> Node:
    """What a LaTeX command begins."""
    name = parser.token.value
    if name in tables.SYMBOL_COMMANDS and not (name == "Gamma" and parser.is_op_ahead("(", 1)):
        parser.take()
        symbol = Symbol(tables.SYMBOL_COMMANDS[name])
        if name in _OPERATORS:
            return _operator(parser, symbol)
        if name in APPLIED_NAMES and parser.is_op("("):
            return application(parser, symbol)
        return symbol
    if name in tables.FUNCTION_COMMANDS:
        parser.take()
        return function(parser, tables.FUNCTION_COMMANDS[name])
    if name in brackets.NAMED:
        return brackets.bracket(parser)
    reader = _COMMANDS.get(name)
    if reader is None:
        raise parser.failure(f"the command \\{name} is not known")
    parser.take()
    return reader(parser)


def _operator(parser: Parser, symbol: Symbol) -> Node:
    """`\\nabla f` and `\\Pr(A)`: the operator applied."""
    if symbol.name == "nabla" and parser.starts_operand():
        return Apply("call", (symbol, parser.operand()))
    if symbol.name == "\\P" and (parser.is_op("(") or parser.is_op("[")):
        parser.bar_divides()
        return application(parser, Symbol("P"))
    return symbol


def _fraction(parser: Parser) -> Node:
    above, below = parser.tex_argument(), parser.tex_argument()
    if isinstance(below, Apply) and below.head == "mul":
        found = derivative(parser, above, below)
        if found is not None:
            return found
    return Apply("div", (above, below))


def _square_root(parser: Parser) -> Node:
    if parser.passed("["):
        if parser.passed("]"):
            return Apply("root", (parser.tex_argument(), TWO))
        scope = parser.scope
        degree = parser.expression()
        parser.scope = scope
        parser.passed("]")
        return Apply("root", (parser.tex_argument(), degree))
    if parser.is_op("("):
        return Apply("root", (brackets.enclosed(parser, "(", ")"), TWO))
    return Apply("root", (parser.tex_argument(), TWO))


def _surd(degree: int) -> Callable[[Parser], Node]:
    """`√`: over a bracket, a whole number or a name."""

    def reader(parser: Parser) -> Node:
        first = parser.token
        inner = brackets.enclosed(parser, "(", ")") if parser.is_op("(") else parser.primary()
        if first.kind == "name" and parser.is_op("^"):
            inner = superscript(parser, inner)
        return Apply("root", (inner, Number(degree)))

    return reader


def _binomial(parser: Parser) -> Node:
    above, below = parser.tex_argument(), parser.tex_argument()
    if isinstance(below, Apply) and below.head == "list":  # a multinomial coefficient
        return Apply("div", (Apply("fact", (above,)), quotient([Apply("fact", (part,)) for part in below.args], [])))
    return Apply("binom", (above, below))


def _overlined(parser: Parser) -> Node:
    points = parser.ahead(1).value
    if len(points) == 2 and points.isalpha() and points.isupper() and parser.is_op_ahead("}", 2):
        parser.skip(3)
        return segment(points)
    return Apply("bar", (parser.tex_argument(),))


def _accented(parser: Parser) -> Node:
    """A name under an accent: the derivative by time `\\dot{x}`, a unit vector, or a name of its own."""
    accent = parser.before().value
    inner = parser.tex_argument()
    if not isinstance(inner, Symbol):
        raise parser.failure(f"\\{accent} over an expression")
    if accent in _DOTS:
        node = subscript(parser, inner) if parser.is_op("_") else inner
        for _ in range(_DOTS[accent]):
            node = Apply("prime", (node, Symbol("t")))
        return application(parser, node) if parser.is_op("(") else node
    if accent in _HATS and inner.name.removeprefix("unit ") in _AXES:
        return Symbol(f"unit {inner.name.removeprefix('unit ')}")
    return Symbol(f"{accent} {inner.name}")


def _prefixed(parser: Parser) -> Node:
    """`\\angle ABC`: a name made of the letters that follow; `2\\angle 60^\\circ`: the angle of a complex number."""
    prefix = parser.before().value
    modulus = parser.at > 1 and _ends_factor(parser.tokens[parser.at - 2])
    if prefix == "angle" and modulus and parser.token.kind not in {"name", "letters"}:
        return polar(parser.expression(JUXTAPOSED))
    parts = []
    while parser.token.kind in {"name", "letters"} or parser.is_op("_"):
        parts.append("_" + parser.group_text() if parser.passed("_") else parser.take().value)
    return Symbol(f"{prefix} {''.join(parts)}")


def _ends_factor(token: Token) -> bool:
    return token.kind in {"num", "name"} or (token.kind == "op" and token.value in {"}", ")"})


def _decorated(parser: Parser) -> Node:
    """A brace drawn over or under an expression says nothing."""
    return parser.tex_argument()


def _circled(parser: Parser) -> Node:
    return Words(f"circled {parser.group_text()}")


# ---- sums, products, integrals, limits


def _bound(head: str) -> Callable[[Parser], Node]:
    def reader(parser: Parser) -> Node:
        low: Node | None = None
        high: Node | None = None
        while True:
            if parser.passed("^"):
                high = parser.argument()
            elif parser.passed("_"):
                low = script_statement(parser)
            else:
                break
        if head == "limit":
            return _limit(parser, low)
        if head == "integral":
            return _integral(parser, low, high)
        index: Node | None = None
        if isinstance(low, Relation) and low.ops == ("=",):
            index, low = low.terms
        body = parser.expression(PRODUCT)
        if index is None or low is None or high is None:
            raise parser.failure("a sum without an index or a bound")
        return binding(head, body, index, low, high)

    return reader


def _integral(parser: Parser, low: Node | None, high: Node | None) -> Node:
    scope = parser.scope
    parser.scope = brackets.waiting_for_differential(scope)
    body: Node = ONE if _at_differential(parser) else parser.expression(SUM)
    parser.scope = scope
    if not _at_differential(parser):
        raise parser.failure("an integral without its differential")
    parser.take()
    variable = parser.primary()
    if low is None or high is None:
        return Apply("integral", (body, variable))
    return binding("integral", body, variable, low, high)


def _at_differential(parser: Parser) -> bool:
    token = parser.token
    if token.kind == "letters" and token.value[0] == "d" and len(token.value) == 2:
        first = Token("name", "d", token.position, token.space)
        parser.replace(first, Token("name", token.value[1], token.position + 1))
        return True
    return token.kind == "name" and token.value == "d" and parser.ahead(1).kind in {"name", "cmd"}


def _limit(parser: Parser, below: Node | None) -> Node:
    if not isinstance(below, Relation) or below.ops != ("to",):
        raise parser.failure("a limit without its point")
    variable, point = below.terms
    side: Node = ZERO
    if isinstance(point, Symbol) and point.name[-1:] in {"+", "-"}:
        point, side = Symbol(point.name[:-1]), Number(1 if point.name[-1] == "+" else -1)
    return binding("limit", parser.expression(PRODUCT), variable, point, side)


_COMMANDS: dict[str, Callable[[Parser], Node]] = {
    "frac": _fraction,
    "sqrt": _square_root,
    "surd": _surd(2),
    "cuberoot": _surd(3),
    "fourthroot": _surd(4),
    "binom": _binomial,
    "overline": _overlined,
    "bar": _overlined,
    "underbrace": _decorated,
    "overbrace": _decorated,
    "textcircled": _circled,
    **dict.fromkeys(tables.ACCENTS, _accented),
    **dict.fromkeys(tables.PREFIX_COMMANDS, _prefixed),
    **{name: _bound(head) for name, head in tables.SUM_LIKE.items()},
}
