"""LaTeX commands in expressions: fractions, roots, accents, sums, products, integrals, limits."""

from __future__ import annotations

from collections.abc import Callable

from verifiers.math import brackets
from verifiers.math import notation as tables
from verifiers.math.expressions import PRODUCT, SUM, Parser
from verifiers.math.names import FUNCTION_NAMES, function
from verifiers.math.scripts import application, superscript
from verifiers.math.statements import script_statement
from verifiers.math.tokens import Token
from verifiers.math.tree import ONE, TWO, ZERO, Apply, Node, Number, Relation, Symbol, Words


def command(parser: Parser) -> Node:
    """What a LaTeX command begins."""
    name = parser.token.value
    if name in tables.SYMBOL_COMMANDS and not (name == "Gamma" and parser.is_op_ahead("(", 1)):
        parser.take()
        symbol = Symbol(tables.SYMBOL_COMMANDS[name])
        if name in FUNCTION_NAMES and parser.is_op("("):
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


def _fraction(parser: Parser) -> Node:
    return Apply("div", (parser.tex_argument(), parser.tex_argument()))


def _square_root(parser: Parser) -> Node:
    if parser.passed("["):
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
    return Apply("binom", (parser.tex_argument(), parser.tex_argument()))


def _overlined(parser: Parser) -> Node:
    return Apply("bar", (parser.tex_argument(),))


def _accented(parser: Parser) -> Node:
    """A name under an accent, such as the derivative by time `\\dot{x}`: a name of its own."""
    accent = parser.before().value
    inner = parser.tex_argument()
    if not isinstance(inner, Symbol):
        raise parser.failure(f"\\{accent} over an expression")
    return Symbol(f"{accent} {inner.name}")


def _prefixed(parser: Parser) -> Node:
    """`\\angle ABC`: a name made of the letters that follow."""
    prefix = parser.before().value
    parts = []
    while parser.token.kind in {"name", "letters"} or parser.is_op("_"):
        parts.append("_" + parser.group_text() if parser.passed("_") else parser.take().value)
    return Symbol(f"{prefix} {''.join(parts)}")


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
        return Apply(head, (body, index, low, high))

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
    return Apply("integral", (body, variable, low, high))


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
    return Apply("limit", (parser.expression(PRODUCT), variable, point, side))


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
