"""LaTeX commands in expressions: fractions, roots, functions and their arguments, sums, integrals, limits."""

from __future__ import annotations

from collections.abc import Callable

from verifiers.math import notation as tables
from verifiers.math.expressions import (
    FUNCTION_NAMES,
    PREFIX_COMMANDS,
    PRODUCT,
    SUM,
    ExpressionParser,
    negated,
    quotient,
)
from verifiers.math.numerals import read_number
from verifiers.math.tokens import Token
from verifiers.math.tree import (
    FUNCTIONS,
    MANY_ARGUMENTS,
    ONE,
    TWO,
    ZERO,
    Apply,
    Node,
    Number,
    Relation,
    Symbol,
    Words,
)


class CommandParser(ExpressionParser):
    """Reads what commands begin."""

    def _command(self) -> Node:
        token = self._peek()
        name = token.value
        if name in tables.SYMBOL_COMMANDS and not (name == "Gamma" and self._is_op("(", 1)):
            self._take()
            symbol = Symbol(tables.SYMBOL_COMMANDS[name])
            if name in FUNCTION_NAMES and self._is_op("("):
                return self._application(symbol)
            return symbol
        if name in tables.FUNCTION_COMMANDS:
            self._take()
            return self.function(tables.FUNCTION_COMMANDS[name])
        if name in tables.SUM_LIKE:
            self._take()
            return self._bound(tables.SUM_LIKE[name])
        reader = _COMMANDS.get(name)
        if reader is None:
            raise self._fail(f"the command \\{name} is not known")
        self._take()
        return reader(self)

    def _fraction(self) -> Node:
        above = self.tex_argument()
        below = self.tex_argument()
        return Apply("div", (above, below))

    def _square_root(self) -> Node:
        if self._is_op("["):
            self._take()
            depth = len(self.bars)
            degree = self.expression()
            self.bars = self.bars[:depth]
            if self._is_op("]"):
                self._take()
            return Apply("root", (self.tex_argument(), degree))
        if self._is_op("("):
            return Apply("root", (self._group("(", ")"), TWO))
        return Apply("root", (self.tex_argument(), TWO))

    def surd(self, degree: int = 2) -> Node:
        """`√`: over a bracket, a whole number or a name."""
        token = self._peek()
        inner = self._group("(", ")") if self._is_op("(") else self._primary()
        if token.kind == "name" and self._is_op("^"):
            inner = self._superscript(inner)
        return Apply("root", (inner, Number(degree)))

    def _binomial(self) -> Node:
        return Apply("binom", (self.tex_argument(), self.tex_argument()))

    def _overlined(self) -> Node:
        inner = self.tex_argument()
        return Apply("bar", (inner,))

    def dotted(self) -> Node:
        """A derivative by time, `\\dot{x}`: a name of its own."""
        command = self.tokens[self.at - 1].value
        inner = self.tex_argument()
        if not isinstance(inner, Symbol):
            raise self._fail(f"\\{command} over an expression")
        return Symbol(f"{command} {inner.name}")

    def prefixed(self) -> Node:
        """`\\angle ABC`: a name made of the letters that follow."""
        command = self.tokens[self.at - 1].value
        parts = []
        while self._peek().kind in {"name", "letters"} or self._is_op("_"):
            if self._is_op("_"):
                self._take()
                parts.append("_" + self.script_text())
            else:
                parts.append(self._take().value)
        return Symbol(f"{command} {''.join(parts)}")

    def named_bracket(self) -> Node:
        """A bracket that was opened by a command, such as `\\lfloor`."""
        self.at -= 1
        return self._bracket(self._peek().value)

    def negligible(self) -> Node:
        """A brace drawn over or under an expression."""
        return self.tex_argument()

    def _circled(self) -> Node:
        return Words(f"circled {self.script_text()}")

    # ---- functions

    def function(self, name: str) -> Node:
        """A function's name was read: its scripts, then its argument."""
        exponent: Node | None = None
        base: Node | None = None
        while self._is_op("^") or self._is_op("_"):
            if self._take().value == "_":
                base = self.argument()
            else:
                exponent = self.argument()
        if name in {"sqrt", "cbrt"}:
            return Apply("root", (self._function_argument()[0], Number(2 if name == "sqrt" else 3)))
        if name == "log" and base is None and self._peek().kind == "num" and not self._peek().space:
            plain = self.tokens[self.at - 1].kind == "letters"
            if plain and self._is_op("(", 1):
                base = read_number(self._take())
        arguments = self._function_argument()
        node = self._applied(name, arguments, base)
        if exponent is None:
            return node
        if exponent == Number(-1) and name in _INVERSES:
            return Apply(_INVERSES[name], node.args if isinstance(node, Apply) else (node,))
        return Apply("pow", (node, exponent))

    def _applied(self, name: str, arguments: tuple[Node, ...], base: Node | None) -> Node:
        if name in _SHORT_LOGS:
            name, base = "log", Number(_SHORT_LOGS[name])
        if name == "log":
            return Apply("log", (arguments[0], base) if base is not None else arguments[:1])
        if name == "exp":
            return Apply("exp", arguments[:1])
        if name in {"root", "frac", "binom"} and len(arguments) == 2:
            return Apply({"root": "root", "frac": "div", "binom": "binom"}[name], arguments)
        if name in {"abs", "floor", "ceil", "fact"}:
            return Apply(name, arguments[:1])
        if name in MANY_ARGUMENTS:
            return Apply(name, arguments)
        if name in FUNCTIONS and len(arguments) == 1:
            return Apply(name, arguments)
        raise self._fail(f"{name} of {len(arguments)} arguments")

    def _function_argument(self) -> tuple[Node, ...]:
        if self._is_op("("):
            inside = self._bracket("(")
            arguments = inside.args if isinstance(inside, Apply) and inside.head == "tuple" else (inside,)
            if not arguments:
                raise self._fail("a function of nothing")
            return arguments
        if self._is_op("{"):
            return (self.argument(),)
        sign = self._is_op("-")
        if sign:
            self._take()
        factors = [self.operand()]
        while self.starts_operand() and not self._ends_argument(factors):
            factors.append(self.operand())
        inner = quotient(factors, [])
        return (negated(inner) if sign else inner,)

    def _ends_argument(self, factors: list[Node]) -> bool:
        token = self._peek()
        if token.kind == "op" or (token.kind == "cmd" and token.value in {*tables.FUNCTION_COMMANDS, *tables.SUM_LIKE}):
            return True
        if token.kind == "letters" and token.value in tables.PLAIN_FUNCTIONS:
            return True
        if token.value == "e" and self._is_op("^", 1):
            return True
        return (
            isinstance(factors[-1], Apply) and factors[-1].head not in {"pow", "div", "degree"} and token.kind == "num"
        )

    # ---- sums, products, integrals, limits

    def _bound(self, head: str) -> Node:
        low: Node | None = None
        high: Node | None = None
        index: Node | None = None
        while self._is_op("_") or self._is_op("^"):
            if self._take().value == "^":
                high = self.argument()
                continue
            low = self._statement_argument()
        if head == "limit":
            return self._limit(low)
        if head == "integral":
            return self._integral(low, high)
        if isinstance(low, Relation) and low.ops == ("=",):
            index, low = low.terms
        body = self.expression(PRODUCT)
        if index is None or low is None or high is None:
            raise self._fail("a sum without an index or a bound")
        return Apply(head, (body, index, low, high))

    def _statement_argument(self) -> Node:
        """A script that may hold a relation, such as `k=1` or `x \\to 0`."""
        return self.argument()

    def _integral(self, low: Node | None, high: Node | None) -> Node:
        self.differential += 1
        body: Node = ONE if self._at_differential() else self.expression(SUM)
        self.differential -= 1
        if not self._at_differential():
            raise self._fail("an integral without its differential")
        self._take()
        variable = self._primary()
        if low is None or high is None:
            return Apply("integral", (body, variable))
        return Apply("integral", (body, variable, low, high))

    def _at_differential(self) -> bool:
        token = self._peek()
        if token.kind == "letters" and token.value[0] == "d" and len(token.value) == 2:
            self.tokens[self.at : self.at + 1] = [
                Token("name", "d", token.position, token.space),
                Token("name", token.value[1], token.position + 1),
            ]
            return True
        return token.kind == "name" and token.value == "d" and self._peek(1).kind in {"name", "cmd"}

    def _limit(self, below: Node | None) -> Node:
        if not isinstance(below, Relation) or below.ops != ("to",):
            raise self._fail("a limit without its point")
        variable, point = below.terms
        side: Node = ZERO
        if isinstance(point, Symbol) and point.name[-1:] in {"+", "-"}:
            point, side = Symbol(point.name[:-1]), Number(1 if point.name[-1] == "+" else -1)
        return Apply("limit", (self.expression(PRODUCT), variable, point, side))


_SHORT_LOGS = {"lg": 10, "log10": 10, "lb": 2, "log2": 2}
_INVERSES = {
    "sin": "arcsin", "cos": "arccos", "tan": "arctan", "cot": "arccot", "sec": "arcsec", "csc": "arccsc",
    "sinh": "arcsinh", "cosh": "arccosh", "tanh": "arctanh",
}  # fmt: skip
_COMMANDS: dict[str, Callable[[CommandParser], Node]] = {
    "frac": CommandParser._fraction,
    "sqrt": CommandParser._square_root,
    "surd": CommandParser.surd,
    "cuberoot": lambda parser: parser.surd(3),
    "fourthroot": lambda parser: parser.surd(4),
    "binom": CommandParser._binomial,
    "overline": CommandParser._overlined,
    "bar": CommandParser._overlined,
    "underbrace": CommandParser.negligible,
    "overbrace": CommandParser.negligible,
    "textcircled": CommandParser._circled,
    "dot": CommandParser.dotted,
    "ddot": CommandParser.dotted,
    "hat": CommandParser.dotted,
    "tilde": CommandParser.dotted,
    "widehat": CommandParser.dotted,
    "widetilde": CommandParser.dotted,
    **dict.fromkeys(PREFIX_COMMANDS, CommandParser.prefixed),
    **dict.fromkeys((name for name in tables.OPENING if name[:1].isalpha()), CommandParser.named_bracket),
}
