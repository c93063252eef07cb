"""The precedence parser of expressions: sums, products, powers, functions, brackets.

Conventions, each decided once here:

- a product written by juxtaposition binds tighter than `/`: `a/bc` is a/(bc) and `1/2x` is 1/(2x); only after a
  quotient of two plain integers that ends in a space (`1/2 x`) does the quotient bind tighter;
- an integer before a proper fraction of integers is a mixed number: `3\\frac17`, `3 1/7`;
- `-x^2` is -(x^2); `2^3^2` is 2^9; `\\sin 2x\\cos y` is sin(2x)cos(y); `\\sin(x)y` is sin(x)·y;
- a script without braces takes a whole number: `x^10` is x to the tenth;
- `f(x)` is application for the usual names of functions, `x(x+1)` a product.

The parser is one loop over binding powers; nesting is capped, so that it neither recurses deeply nor backtracks.
"""

from __future__ import annotations

from verifiers.math import notation as tables
from verifiers.math.numerals import rational, read_number
from verifiers.math.tokens import ParseFailure, Token
from verifiers.math.tree import (
    CONSTANTS,
    ONE,
    Apply,
    Node,
    Number,
    Symbol,
    Words,
)
from verifiers.math.units import is_unit

DEEPEST = 80
SETS, SUM, PRODUCT, JUXTAPOSED, POWER = 20, 30, 40, 50, 60
_END = Token("end of text", "", -1)
FUNCTION_NAMES = frozenset("fghFGHPQTYφψ") | {"phi", "psi", "varphi"}
_ABOVE_DEGREE = {"circ", "degree", "°"}
PREFIX_COMMANDS = frozenset(["angle", "triangle", "measuredangle", "square", "odot", "parallelogram"])


class ExpressionParser:
    """Reads one expression at a time from `tokens`; `StatementParser` builds statements on it."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.bars: list[str] = []  # the closing bars that are waited for
        self.differential = 0  # how many integrals wait for their `d`
        self.in_set = 0
        self.no_colon = 0

    # ---- looking

    def _peek(self, ahead: int = 0) -> Token:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else _END

    def _take(self) -> Token:
        token = self._peek()
        self.at += 1
        return token

    def _is_op(self, value: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return token.kind == "op" and token.value == value

    def _is_cmd(self, value: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return token.kind == "cmd" and token.value == value

    def _fail(self, reason: str) -> ParseFailure:
        token = self._peek()
        where = token.position if token is not _END else (self.tokens[-1].position + 1 if self.tokens else 0)
        return ParseFailure(where, reason)

    def _unexpected(self) -> ParseFailure:
        token = self._peek()
        return self._fail("the text ends too early" if token is _END else f"cannot read {token.value!r} here")

    # ---- expressions

    def expression(self, least: int = 0) -> Node:
        """An expression whose operators bind at least as tightly as `least`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._fail(f"nested deeper than {DEEPEST}")
        left = self._signed(least)
        while True:
            operator = self.operator()
            if operator is None or operator[1] < least:
                break
            name, binding = operator
            if binding == SUM:
                left = self._sum_from(left)
            elif binding >= PRODUCT:
                left = self._product_from(left, least)
            else:
                self._take()
                right = self.expression(SUM)
                grown = isinstance(left, Apply) and left.head == name and name != "diff"
                left = Apply(name, (*left.args, right) if grown and isinstance(left, Apply) else (left, right))
        self.depth -= 1
        return left

    def operator(self) -> tuple[str, int] | None:
        """The infix operator that comes next and its binding power."""
        token = self._peek()
        if token.kind == "op":
            if token.value in "+-":
                return token.value, SUM
            if token.value in {"*", "/", "**"}:
                return token.value, PRODUCT
        elif token.kind == "cmd":
            if token.value in {"pm", "mp"}:
                return token.value, SUM
            if token.value in tables.TIMES or token.value in {"div", "bmod", "mod", "pmod", "slash"}:
                return token.value, PRODUCT
            if token.value in tables.SET_OPERATORS:
                return tables.SET_OPERATORS[token.value], SETS
        elif token.kind == "letters" and token.value in {"mod", "choose"}:
            return token.value, PRODUCT
        elif token.value in tables.PLAIN_OPERATORS and token.space and token.kind in {"letters", "name"}:
            previous = self.tokens[self.at - 1].value if self.at else ""
            if token.value != "U" or previous in {")", "]", "\\}"}:
                return tables.PLAIN_OPERATORS[token.value], SETS
        return ("juxtaposition", JUXTAPOSED) if self.starts_operand() else None

    def _sum_from(self, first: Node) -> Node:
        terms = [first]
        while True:
            token = self._peek()
            if token.kind == "op" and token.value in {"+", "-"}:
                self._take()
                term = self.expression(PRODUCT)
                terms.append(term if token.value == "+" else negated(term))
            elif token.kind == "cmd" and token.value in {"pm", "mp"}:
                self._take()
                terms.append(Apply(token.value, (self.expression(PRODUCT),)))
            else:
                break
        return Apply("add", tuple(terms)) if len(terms) > 1 else first

    def _product_from(self, first: Node, least: int) -> Node:
        above: list[Node] = [first]
        below: list[Node] = []
        while True:
            operator = self.operator()
            if operator is None or operator[1] < max(least, PRODUCT):
                break
            name = operator[0]
            if name == "juxtaposition":
                self.juxtaposed(above, below)
                continue
            self._take()
            if name in {"/", "div", "slash"}:
                below.append(self._divisor(above, below))
            elif name in {"bmod", "mod", "pmod"}:
                above, below = [Apply("mod", (quotient(above, below), self.expression(JUXTAPOSED)))], []
            elif name == "choose":
                above, below = [Apply("binom", (quotient(above, below), self.expression(JUXTAPOSED)))], []
            elif name == "**":
                above[-1] = Apply("pow", (above[-1], self.expression(JUXTAPOSED)))
            else:
                above.append(self.expression(JUXTAPOSED))
        return quotient(above, below)

    def juxtaposed(self, above: list[Node], below: list[Node]) -> None:
        """The next factor without a sign between: part of a mixed number, or a factor."""
        before = self.tokens[self.at - 1]
        bracketed = self._is_op("(") or self._is_op("[")  # `2(1/2)` is a product
        operand = self.operand()
        whole = above[-1]
        if (
            not below
            and not bracketed
            and isinstance(whole, Number)
            and before.kind == "num"
            and before.value.isdigit()
            and proper_fraction(operand)
        ):
            above[-1] = mixed_number(whole, operand)
        else:
            above.append(operand)

    def _divisor(self, above: list[Node], below: list[Node]) -> Node:
        before = self.tokens[self.at - 2]
        token, after = self._peek(), self._peek(1)
        if token.kind == "num" and token.value.isdigit() and before.kind == "num" and before.value.isdigit():
            mixed = self.at >= 3 and self.tokens[self.at - 3].kind == "num" and len(above) > 1 and not below
            if mixed:  # `3 1/7`
                whole, part = above[-2], above[-1]
                if isinstance(whole, Number) and isinstance(part, Number):
                    self._take()
                    bottom = read_number(token)
                    above[-2:] = [Apply("add", (whole, Apply("div", (part, bottom))))]
                    return ONE
            if after.space and after.kind in {"name", "cmd", "op"} and after.value != "^":
                self._take()
                return read_number(token)
        return self.expression(JUXTAPOSED)

    def _signed(self, least: int) -> Node:
        token = self._peek()
        if token.kind == "op" and token.value in {"+", "-"}:
            self._take()
            inner = self.expression(max(least, PRODUCT))
            return inner if token.value == "+" else negated(inner)
        if token.kind == "cmd" and token.value in {"pm", "mp"}:
            self._take()
            return Apply(token.value, (self.expression(max(least, PRODUCT)),))
        return self.operand()

    # ---- operands and what follows them

    def starts_operand(self) -> bool:
        """Whether the next token begins a factor of a product without a sign."""
        token = self._peek()
        if token.kind == "num":
            before = self.tokens[self.at - 1] if self.at else _END
            exponent = token.space and self.at > 1 and self.tokens[self.at - 2].value == "^"  # 2^7 3^9
            if before.kind != "num" or exponent:
                return True
            return token.space and token.value.isdigit() and self._is_op("/", 1) and self._peek(2).kind == "num"
        if token.kind == "name":
            return not (self.differential and token.value == "d" and self._peek(1).kind in {"name", "cmd"})
        if token.kind == "letters":
            if self.differential and token.value[0] == "d" and len(token.value) == 2:
                return False
            return not self.names_unit(token) and self._readable_letters(token)
        if token.kind == "op":
            if token.value == "|":
                return not self.bars and not self.in_set
            if token.value == "\\|":
                return not self.bars
            return token.value in {"(", "[", "{"}
        if token.kind == "cmd":
            return self._operand_command(token.value)
        return token.kind == "begin" and token.value in tables.MATRIX_ENVIRONMENTS

    def _operand_command(self, name: str) -> bool:
        if name in {"lfloor", "lceil", "lvert", "lVert", "frac", "sqrt", "surd", "cuberoot", "fourthroot", "binom"}:
            return True
        if name in {
            "overline",
            "bar",
            "underbrace",
            "overbrace",
            "dot",
            "ddot",
            "hat",
            "tilde",
            "widehat",
            "widetilde",
        }:
            return True
        return (
            name in tables.SYMBOL_COMMANDS
            or name in tables.FUNCTION_COMMANDS
            or name in tables.SUM_LIKE
            or name in PREFIX_COMMANDS
            or name in {"vert", "textcircled"}
        )

    def names_unit(self, token: Token) -> bool:
        """Whether letters after a complete factor are a unit, `36\\sqrt7 cm^3`, or make an ordinal, `3rd`."""
        if token.value in {"st", "nd", "rd", "th"} and not token.space and self.tokens[self.at - 1].kind == "num":
            return True
        if token.value in tables.PLAIN_FUNCTIONS or token.value in tables.PLAIN_SYMBOLS:
            return False
        apart = token.space and self.tokens[self.at - 1].kind == "num" and len(token.value) > 2
        return is_unit(token.value) or (apart and bool(set(token.value.lower()) & set("aeiouy")))

    def _readable_letters(self, token: Token) -> bool:
        return (
            token.value in tables.PLAIN_SYMBOLS
            or token.value in tables.PLAIN_FUNCTIONS
            or self.segments(token.value) is not None
        )

    def operand(self) -> Node:
        """A primary with its scripts and postfix signs."""
        node = self._primary()
        while True:
            token = self._peek()
            if token.kind == "op":
                if token.value == "^":
                    node = self._superscript(node)
                elif token.value == "!" and not self._is_op("=", 1):
                    node = self._factorial(node)
                elif token.value == "%":
                    self._take()
                    node = Apply("percent", (node,))
                elif token.value == "'":
                    self._take()
                    node = self.primed(node)
                elif token.value == "_":
                    node = self.subscript(node)
                elif token.value == "**":
                    self._take()
                    node = Apply("pow", (node, self._signed(POWER)))
                else:
                    return node
            elif token.kind == "cmd" and token.value in {"degree", "prime"}:
                self._take()
                node = Apply("degree" if token.value == "degree" else "prime", (node,))
            else:
                return node

    def primed(self, node: Node) -> Node:
        """`f'`, and `f'(x)` as the derivative applied."""
        node = Apply("prime", (node,))
        return self._application(node) if self._is_op("(") and isinstance(node.args[0], Symbol) else node

    def _factorial(self, node: Node) -> Node:
        marks = 0
        while self._is_op("!") and not self._is_op("=", 1):
            self._take()
            marks += 1
        if marks > 2:
            raise self._fail("more than two factorial signs")
        return Apply("fact" if marks == 1 else "dfact", (node,))

    def _superscript(self, node: Node) -> Node:
        self._take()
        marks = self._peek(1) if self._is_op("{") else self._peek()
        if marks.kind == "cmd" and marks.value in _ABOVE_DEGREE:
            self.braced_or(1)
            return Apply("degree", (node,))
        if (marks.kind == "cmd" and marks.value == "prime") or (marks.kind == "op" and marks.value == "'"):
            while self.at < len(self.tokens) and (
                self._is_cmd("prime") or self._is_op("'") or self._is_op("{") or self._is_op("}")
            ):
                closing = self._take().value == "}"
                if closing:
                    break
            return self.primed(node)
        if marks.kind in {"text", "letters"} and marks.value in {"th", "st", "nd", "rd"}:
            self.braced_or(1)
            return node
        if marks.kind == "op" and marks.value in {"*", "+"} and isinstance(node, Symbol):
            following = self._peek(2) if self._is_op("{") else _END
            if following is _END or following.value == "}":
                self.braced_or(1)
                return Symbol(node.name + marks.value)
        exponent = self.argument()
        if self._is_op("^"):  # 2^3^2
            exponent = self._superscript(exponent)
        if isinstance(exponent, Words):
            raise self._fail("words as an exponent")
        if isinstance(node, Symbol) and node.name == "\\C":
            node = Symbol("C")
        return Apply("pow", (node, exponent))

    def braced_or(self, count: int) -> None:
        """Pass over `count` tokens, in braces or not."""
        if self._is_op("{"):
            self.at += count + 1
            if self._is_op("}"):
                self._take()
        else:
            self.at += count

    def subscript(self, node: Node) -> Node:
        """A named variable `x_1`, digits in a base `1011_2`, or a binomial coefficient `C_n^k`."""
        start = self.at
        self._take()
        before = self.tokens[start - 1]
        if isinstance(node, Number) and before.kind == "num":
            return Apply("based", (Words(digits_of(before)), self._base()))
        if node == Symbol("C") and not self._is_op("^", 0):
            below = self.argument()
            if self._is_op("^"):
                self._take()
                return Apply("binom", (below, self.argument()))
            return Symbol(f"C_{{{spelled(below)}}}")
        if node in {Symbol("A"), Symbol("P")}:
            below = self.argument()
            if self._is_op("^") and self._peek(1).value not in {"'"}:
                self._take()
                return Apply("perm", (below, self.argument()))
            return Symbol(f"{node.name}_{{{spelled(below)}}}") if isinstance(node, Symbol) else node
        if isinstance(node, Symbol):
            return Symbol(f"{node.name}_{{{self.script_text()}}}")
        if before.value == ")" and isinstance(node, Number | Apply):
            digits = "".join(token.value for token in self.tokens[self._opening_of(start - 1) + 1 : start - 1])
            return Apply("based", (Words(digits), self._base()))
        raise self._fail("a subscript of an expression")

    def _opening_of(self, closing: int) -> int:
        depth = 0
        for place in range(closing, -1, -1):
            value = self.tokens[place].value
            depth += (value == ")") - (value == "(")
            if depth == 0:
                return place
        return 0

    def _base(self) -> Node:
        token = self._peek(1) if self._is_op("{") else self._peek()
        if token.kind in {"text", "letters"}:
            from verifiers.math.numerals import number_words

            value = number_words(token.value)
            if value is not None:
                self.braced_or(1)
                return value
        return self.argument()

    def script_text(self) -> str:
        """The content of a subscript as text: one token, or a group."""
        if not self._is_op("{"):
            return self._take().value
        depth, parts = 0, []
        while self.at < len(self.tokens):
            token = self._take()
            if token.value == "{":
                depth += 1
                if depth == 1:
                    continue
            elif token.value == "}":
                depth -= 1
                if depth == 0:
                    break
            parts.append(token.value)
        return "".join(parts)

    def argument(self) -> Node:
        """The argument of a command or script: a group, a whole number, a signed or plain operand."""
        if self._is_op("{"):
            return self._filled_group()
        token = self._peek()
        if token.kind == "op" and token.value in {"+", "-"}:
            return self._signed(POWER)
        if token.kind == "op" and token.value == "(":
            return self._primary()
        return self._primary()

    def tex_argument(self) -> Node:
        """As TeX takes it after `\\frac` or `\\sqrt`: a group or a single digit, letter or command."""
        token = self._peek()
        if token.kind == "num" and len(token.value) > 1 and token.value.isdigit():
            digit = Token("num", token.value[0], token.position, token.space)
            rest = Token("num", token.value[1:], token.position + 1)
            self.tokens[self.at : self.at + 1] = [digit, rest]
            self._take()
            return read_number(digit)
        if token.kind == "op" and token.value == "-":
            self._take()
            return negated(self.tex_argument())
        if self._is_op("{"):
            return self._filled_group()
        return self._primary()

    # ---- primaries

    def _primary(self) -> Node:
        token = self._peek()
        if token.kind == "num":
            self._take()
            return read_number(token)
        if token.kind == "digits":
            self.at += 2
            return Apply("based", (Words(token.value), self._base()))
        if token.kind == "name":
            return self._name()
        if token.kind == "letters":
            return self._letters()
        if token.kind == "cmd":
            return self._command()
        if token.kind == "op":
            return self._bracket(token.value)
        if token.kind == "begin":
            return self._environment()
        raise self._unexpected()

    def _command(self) -> Node:
        """A LaTeX command; the command parser's."""
        raise NotImplementedError

    def function(self, name: str) -> Node:
        """A function whose name was read; the command parser's."""
        raise NotImplementedError

    def _filled_group(self) -> Node:
        node = self._group("{", "}")
        if node == Apply("list", ()):
            raise self._fail("an empty argument")
        return node

    def _bracket(self, value: str) -> Node:
        """Whatever an opening sign begins; collections are the statement parser's."""
        raise NotImplementedError

    def _environment(self) -> Node:
        """`\\begin{...}`: the statement parser's."""
        raise NotImplementedError

    def _group(self, opening: str, closing: str) -> Node:
        """The one expression between two signs; a closing sign missing at the end of the text is forgiven."""
        raise NotImplementedError

    def _name(self) -> Node:
        token = self._take()
        symbol = Symbol(token.value)
        if self._is_op("(") and (token.value in FUNCTION_NAMES or self._is_applied(token.value)):
            return self._application(symbol)
        return symbol

    def _is_applied(self, name: str) -> bool:
        """`I(0)`, `C(h) = ...`: nobody writes a product so."""
        if name in CONSTANTS or not self._is_op(")", 2):
            return False
        return self._peek(1).kind == "num" or (self._peek(1).kind in {"name", "cmd"} and self._is_op("=", 3))

    def _application(self, head: Node) -> Node:
        before = self.at
        inside = self._bracket("(")
        arguments = inside.args if isinstance(inside, Apply) and inside.head == "tuple" else (inside,)
        if self.at == before:
            raise self._unexpected()
        return Apply("call", (head, *arguments))

    def _letters(self) -> Node:
        token = self._peek()
        value = token.value
        if value in tables.PLAIN_SYMBOLS:
            self._take()
            return Symbol(tables.PLAIN_SYMBOLS[value])
        if value in tables.PLAIN_FUNCTIONS:
            self._take()
            return self.function(tables.PLAIN_FUNCTIONS[value])
        pieces = self.segments(value)
        if pieces is None:
            raise self._fail(f"the word {value!r}")
        tokens = [
            Token("letters" if len(piece) > 1 else "name", piece, token.position, token.space and not place)
            for place, piece in enumerate(pieces)
        ]
        self.tokens[self.at : self.at + 1] = tokens
        return self._primary()

    def segments(self, run: str) -> list[str] | None:
        """A run of letters as names, or None where it is a word."""
        if run.lower() in tables.JOINING_WORDS:
            return None
        for size in range(min(len(run) - 1, 7), 1, -1):
            if run[:size] in tables.PLAIN_FUNCTIONS and size > 1 and len(run) - size <= 2:
                return [run[:size], *run[size:]]
        if self.differential and run[-2:-1] == "d" and len(run) <= 4:
            return list(run)
        if len(run) > 2 and run[-2:] == "pi" and len(run) <= 4:
            return [*run[:-2], "pi"]
        if len(run) <= 3 or (len(run) <= 6 and (run.isupper() or not set(run.lower()) & set("aeiouy"))):
            return list(run)
        return None


def negated(node: Node) -> Node:
    """`-node`, numbers at once."""
    if isinstance(node, Number):
        return Number(-node.numerator, node.denominator, node.places)
    return Apply("neg", (node,))


def quotient(above: list[Node], below: list[Node]) -> Node:
    """The product of `above` over that of `below`."""
    top = above[0] if len(above) == 1 else Apply("mul", tuple(above))
    below = [factor for factor in below if factor != ONE] if len(below) > 1 else below
    if not below or below == [ONE]:
        return top
    return Apply("div", (top, below[0] if len(below) == 1 else Apply("mul", tuple(below))))


def mixed_number(whole: Number, part: Node) -> Node:
    """`whole` and a proper fraction; a degree or percent sign after the fraction is the whole number's too."""
    if isinstance(part, Apply) and part.head in {"degree", "percent"}:
        return Apply(part.head, (Apply("add", (whole, part.args[0])),))
    return Apply("add", (whole, part))


def proper_fraction(node: Node) -> bool:
    """Whether `node` is a fraction of two integers, between 0 and 1, as it stands in a mixed number."""
    if isinstance(node, Apply) and node.head in {"degree", "percent"}:
        return proper_fraction(node.args[0])
    if not isinstance(node, Apply) or node.head != "div":
        return False
    above, below = node.args
    if not isinstance(above, Number) or not isinstance(below, Number):
        return False
    whole = above.denominator == below.denominator == 1 and above.places is None and below.places is None
    return whole and 0 < above.numerator < below.numerator


def digits_of(token: Token) -> str:
    """The digits of a number token, as written."""
    return token.value


def spelled(node: Node) -> str:
    """A short text of an index."""
    if isinstance(node, Number) and node.denominator == 1:
        return str(rational(node.numerator, 1).numerator)
    if isinstance(node, Symbol):
        return node.name
    return repr(hash(node))
