"""Names and functions: letters as variables, `f(x)` as an application, `\\sin^2 x` with its argument."""

from __future__ import annotations

from verifiers.math import notation as tables
from verifiers.math.expressions import Parser
from verifiers.math.factors import negated, quotient
from verifiers.math.numerals import read_number
from verifiers.math.scripts import APPLIED_NAMES, COUNTS, application, takes_several
from verifiers.math.tokens import Token
from verifiers.math.tree import CONSTANTS, FUNCTIONS, MANY_ARGUMENTS, TWO, ZERO, Apply, Node, Number, Symbol

_ARGUMENTS = frozenset({"x", "y", "z", "t", "s", "n", "theta", "omega", "tau"})
_OF_SEVERAL = frozenset("dpuvwz")
_EXPECTED = frozenset({"E", "P", "\\E", "\\P"})  # E[X], \\mathbb P(A \\mid B)
_RANDOM = frozenset({"xi", "eta", "zeta"})
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
    if len(letter) > 1 and letter[0] != "\\":
        return _long_name(parser, letter)
    symbol = Symbol(letter)
    after = parser.tokens[parser.at]
    if after.kind != "op" or (after.value != "(" and after.value != "["):
        if after.value == "\\{" and letter.isupper():  # a transform, L{f}
            return application(parser, symbol)
        if letter == "m" and after.value == "angle" and after.kind == "cmd":  # the measure of an angle
            return parser.primary()
        return symbol
    if letter in _EXPECTED and _is_random(parser.ahead(1)):
        parser.bar_divides()
        return application(parser, Symbol(letter.removeprefix("\\")))
    if after.value == "[":
        return symbol
    applied = letter in APPLIED_NAMES or _is_applied(parser, letter)
    if applied or ((letter.isupper() or letter in _OF_SEVERAL) and takes_several(parser)):
        return application(parser, symbol)
    return symbol


def _is_random(token: Token) -> bool:
    """Whether a token names an event or a random variable."""
    return (token.kind in {"name", "letters"} and token.value[0].isupper()) or token.value in _RANDOM


def _long_name(parser: Parser, name: str) -> Node:
    """A name that was more than a letter: of an operator, a unit vector, or the vector between two points."""
    kind, _, ends = name.partition(" ")
    if kind == "vector":
        second = max(place for place, sign in enumerate(ends) if sign.isupper())
        return Apply("vector", (Symbol(ends[:second]), Symbol(ends[second:])))
    symbol = Symbol(name)
    if ends or not parser.is_op("("):
        return symbol
    node = application(parser, symbol)
    return _diagonal(node.args[1:]) if name == "diag" and isinstance(node, Apply) else node


def _diagonal(entries: tuple[Node, ...]) -> Node:
    """The matrix with `entries` on its diagonal."""
    rows = range(len(entries))
    return Apply("matrix", tuple(Apply("row", tuple(entries[i] if i == j else ZERO for j in rows)) for i in rows))


def _is_applied(parser: Parser, letter: str) -> bool:
    """`x(t)`, `I(0)`, `C(h) = ...`: nobody writes a product so."""
    signed = parser.is_op_ahead("-", 1)
    if letter in CONSTANTS or not parser.is_op_ahead(")", 2 + signed):
        return False
    inside = parser.ahead(1 + signed)
    if signed:  # R(-0.18), but n(-1)^n is a product
        return inside.kind == "num" and letter.isupper() and not parser.is_op_ahead("^", 4)
    if inside.kind == "num":
        return True
    if inside.kind not in {"name", "cmd"}:
        return False
    return (inside.value in _ARGUMENTS and inside.value != letter) or parser.is_op_ahead("=", 3)


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
    if run[0] == "d" and len(run) == 2 and _over_differential(parser):
        variable = parser.ahead(2).value[1]
        parser.skip(3)
        return Apply("prime", (Symbol(run[1]), Symbol(variable)))
    chosen = _choices(parser, run)
    if chosen is not None:
        return chosen
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


def _over_differential(parser: Parser) -> bool:
    """Whether `dy` goes on as `dy/dx`."""
    below = parser.ahead(2)
    return parser.is_op_ahead("/", 1) and below.kind == "letters" and len(below.value) == 2 and below.value[0] == "d"


def _choices(parser: Parser, run: str) -> Node | None:
    """`nCr`, `nC2`, `nPk` as calculators write them."""
    counted = COUNTS.get(run[1])
    if counted is None or len(run) > 3 or not (run[0] + run[2:]).islower():
        return None
    if len(run) == 3:
        parser.take()
        return Apply(counted, (Symbol(run[0]), Symbol(run[2])))
    after = parser.ahead(1)
    if after.kind != "num" or after.space or not after.value.isdigit():
        return None
    parser.take()
    return Apply(counted, (Symbol(run[0]), read_number(parser.take())))


# ---- functions


def function(parser: Parser, name: str) -> Node:
    """A function's name was read: its scripts, then its argument."""
    plain = parser.before().kind == "letters"
    exponent: Node | None = None
    base: Node | None = None
    while True:
        if parser.passed("_"):
            base = _base_of_logarithm(parser)
        elif parser.passed("^"):
            exponent = parser.argument()
        else:
            break
    if name in {"sqrt", "cbrt"}:
        return Apply("root", (_argument(parser, name)[0], TWO if name == "sqrt" else Number(3)))
    figure = parser.token.kind == "num" and not parser.token.space and parser.is_op_ahead("(", 1)
    if figure and plain and name == "log" and base is None:  # log2(8)
        base = read_number(parser.take())
    node = _applied(parser, name, _argument(parser, name), base)
    if exponent is None:
        return node
    if exponent == Number(-1) and name in _INVERSES:
        return Apply(_INVERSES[name], node.args if isinstance(node, Apply) else (node,))
    return Apply("pow", (node, exponent))


def _base_of_logarithm(parser: Parser) -> Node:
    """TeX gives a script without braces one digit: `\\log_23` is the logarithm of 3; but `\\log_10 x` is meant."""
    token = parser.token
    if token.kind != "num" or len(token.value) == 1 or not token.value.isdigit():
        return parser.argument()
    start = parser.at
    base = parser.argument()
    if parser.starts_operand() or parser.is_op("^"):
        return base
    parser.at = start
    return parser.tex_argument()


def polar(angle: Node) -> Node:
    """The complex number of modulus one at `angle`."""
    return Apply("add", (Apply("cos", (angle,)), Apply("mul", (Symbol("i"), Apply("sin", (angle,))))))


def _applied(parser: Parser, name: str, arguments: tuple[Node, ...], base: Node | None) -> Node:
    if name in _SHORT_LOGS:
        name, base = "log", Number(_SHORT_LOGS[name])
    if name == "log":
        return Apply("log", (arguments[0], base) if base is not None else arguments[:1])
    if name == "cis":
        return polar(arguments[0])
    if name == "det" and not (isinstance(arguments[0], Apply) and arguments[0].head == "matrix"):
        return Apply("call", (Symbol("det"), *arguments))
    if name in _OF_ONE:
        return Apply(name, arguments[:1])
    if name in _OF_TWO and len(arguments) == 2:
        return Apply(_OF_TWO[name], arguments)
    if name in MANY_ARGUMENTS or (name in FUNCTIONS and len(arguments) == 1):
        return Apply(name, arguments)
    raise parser.failure(f"{name} of {len(arguments)} arguments")


def _argument(parser: Parser, name: str) -> tuple[Node, ...]:
    """What a function is applied to: a bracket, a group, or the factors up to the next function or sign."""
    if parser.is_op("("):
        inside = parser.primary()
        arguments = inside.args if isinstance(inside, Apply) and inside.head == "tuple" else (inside,)
        if not arguments:
            raise parser.failure("a function of nothing")
        return arguments
    if parser.is_op("{"):
        return (parser.argument(),)
    if parser.is_op("\\{") and name in MANY_ARGUMENTS:  # \\max\\{a, b\\}
        inside = parser.primary()
        return inside.args if isinstance(inside, Apply) and inside.head == "set" else (inside,)
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
    if token.value.startswith("unit "):  # \\cos t\\,\\mathbf k
        return True
    return token.kind == "num" and isinstance(last, Apply) and last.head not in _TIGHT
