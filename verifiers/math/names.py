"""Names and functions: letters as variables, `f(x)` as an application, `\\sin^2 x` with its argument."""

from __future__ import annotations

from verifiers.math import notation as tables
from verifiers.math.expressions import Parser, negated, quotient
from verifiers.math.numerals import read_number
from verifiers.math.scripts import application
from verifiers.math.tokens import Token
from verifiers.math.tree import CONSTANTS, FUNCTIONS, MANY_ARGUMENTS, TWO, Apply, Node, Number, Symbol

FUNCTION_NAMES = frozenset("fghFGHPQTYφψ") | {"phi", "psi", "varphi"}
_SHORT_LOGS = {"lg": 10, "log10": 10, "lb": 2, "log2": 2}
_INVERSES = {
    "sin": "arcsin", "cos": "arccos", "tan": "arctan", "cot": "arccot", "sec": "arcsec", "csc": "arccsc",
    "sinh": "arcsinh", "cosh": "arccosh", "tanh": "arctanh",
}  # fmt: skip
_OF_TWO = {"root": "root", "frac": "div", "binom": "binom"}
_OF_ONE = frozenset({"exp", "abs", "floor", "ceil", "fact"})
_BEGIN_ANOTHER = frozenset({*tables.FUNCTION_COMMANDS, *tables.SUM_LIKE})
_TIGHT = frozenset({"pow", "div", "degree"})


# ---- names


def name(parser: Parser) -> Node:
    """One letter: a variable, or a function where a bracket makes it one."""
    letter = parser.take().value
    symbol = Symbol(letter)
    if parser.is_op("(") and (letter in FUNCTION_NAMES or _is_applied(parser, letter)):
        return application(parser, symbol)
    return symbol


def _is_applied(parser: Parser, letter: str) -> bool:
    """`I(0)`, `C(h) = ...`: nobody writes a product so."""
    if letter in CONSTANTS or not parser.is_op_ahead(")", 2):
        return False
    inside = parser.ahead(1).kind
    return inside == "num" or (inside in {"name", "cmd"} and parser.is_op_ahead("=", 3))


def letters(parser: Parser) -> Node:
    """A run of letters: the name of a constant or function, or names side by side."""
    token = parser.token
    run = token.value
    if run in tables.PLAIN_SYMBOLS:
        parser.take()
        return Symbol(tables.PLAIN_SYMBOLS[run])
    if run in tables.PLAIN_FUNCTIONS:
        parser.take()
        return function(parser, tables.PLAIN_FUNCTIONS[run])
    pieces = parser.segments(run)
    if pieces is None:
        raise parser.failure(f"the word {run!r}")
    parser.replace(
        *(
            Token("letters" if len(piece) > 1 else "name", piece, token.position, token.space and not place)
            for place, piece in enumerate(pieces)
        )
    )
    return parser.primary()


# ---- functions


def function(parser: Parser, name: str) -> Node:
    """A function's name was read: its scripts, then its argument."""
    plain = parser.before().kind == "letters"
    exponent: Node | None = None
    base: Node | None = None
    while True:
        if parser.passed("_"):
            base = parser.argument()
        elif parser.passed("^"):
            exponent = parser.argument()
        else:
            break
    if name in {"sqrt", "cbrt"}:
        return Apply("root", (_argument(parser)[0], TWO if name == "sqrt" else Number(3)))
    figure = parser.token.kind == "num" and not parser.token.space and parser.is_op_ahead("(", 1)
    if figure and plain and name == "log" and base is None:  # log2(8)
        base = read_number(parser.take())
    node = _applied(parser, name, _argument(parser), base)
    if exponent is None:
        return node
    if exponent == Number(-1) and name in _INVERSES:
        return Apply(_INVERSES[name], node.args if isinstance(node, Apply) else (node,))
    return Apply("pow", (node, exponent))


def _applied(parser: Parser, name: str, arguments: tuple[Node, ...], base: Node | None) -> Node:
    if name in _SHORT_LOGS:
        name, base = "log", Number(_SHORT_LOGS[name])
    if name == "log":
        return Apply("log", (arguments[0], base) if base is not None else arguments[:1])
    if name in _OF_ONE:
        return Apply(name, arguments[:1])
    if name in _OF_TWO and len(arguments) == 2:
        return Apply(_OF_TWO[name], arguments)
    if name in MANY_ARGUMENTS or (name in FUNCTIONS and len(arguments) == 1):
        return Apply(name, arguments)
    raise parser.failure(f"{name} of {len(arguments)} arguments")


def _argument(parser: Parser) -> tuple[Node, ...]:
    """What a function is applied to: a bracket, a group, or the factors up to the next function or sign."""
    if parser.is_op("("):
        inside = parser.primary()
        arguments = inside.args if isinstance(inside, Apply) and inside.head == "tuple" else (inside,)
        if not arguments:
            raise parser.failure("a function of nothing")
        return arguments
    if parser.is_op("{"):
        return (parser.argument(),)
    negative = parser.passed("-")
    factors = [parser.operand()]
    while parser.starts_operand() and not _ends_argument(parser, factors[-1]):
        factors.append(parser.operand())
    inner = quotient(factors, [])
    return (negated(inner) if negative else inner,)


def _ends_argument(parser: Parser, last: Node) -> bool:
    token = parser.token
    if token.kind == "op" or (token.kind == "cmd" and token.value in _BEGIN_ANOTHER):
        return True
    if token.kind == "letters" and token.value in tables.PLAIN_FUNCTIONS:
        return True
    if token.value == "e" and parser.is_op_ahead("^", 1):
        return True
    return token.kind == "num" and isinstance(last, Apply) and last.head not in _TIGHT
