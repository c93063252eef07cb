"""The precedence parser of expressions: sums, products, powers, and the operands between their signs.

Theory of operation. `Parser` is a place among the tokens (`cursor`). `expression` is one loop over binding powers;
`operand` reads what stands between two signs, with its scripts and postfix signs. How an operand *begins* is not known
here: the `Grammar` names a reader for each kind of first token (names, commands, brackets and environments have a
module each), and the reader of a group in braces. So every module of the parser rests on this one and none on a later
one. Nesting is capped before it is entered, and nothing backtracks over more than a word.

Conventions, each decided once here:

- a product written by juxtaposition binds tighter than `/`: `a/bc` is a/(bc) and `1/2x` is 1/(2x); only after a
  quotient of two plain integers that ends in a space (`1/2 x`) does the quotient bind tighter;
- an integer before a proper fraction of integers is a mixed number: `3\\frac17`, `3 1/7`;
- `-x^2` is -(x^2); `2^3^2` is 2^9; `\\sin 2x\\cos y` is sin(2x)cos(y); `\\sin(x)y` is sin(x)·y;
- a script without braces takes a whole number: `x^10` is x to the tenth;
- `f(x)` is application for the usual names of functions, `x(x+1)` a product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from verifiers.math import notation as tables
from verifiers.math import scripts
from verifiers.math.conditions import is_condition
from verifiers.math.cursor import END, Cursor
from verifiers.math.factors import (
    composed,
    is_composition,
    mixed_number,
    negated,
    proper_fraction,
    quotient,
    with_minutes,
)
from verifiers.math.named_sets import as_set, set_difference
from verifiers.math.numerals import read_number
from verifiers.math.tokens import Token
from verifiers.math.tree import ONE, Apply, Node, Number, Symbol, Trait
from verifiers.math.units import is_unit

DEEPEST = 80
SETS, SUM, PRODUCT, JUXTAPOSED, POWER = 20, 30, 40, 50, 60
_DIVISIONS = frozenset({"/", "div", "slash"})
_REMAINDERS = frozenset({"bmod", "mod", "modulo"})
_SIGNS = frozenset({"pm", "mp"})
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the innermost bracket makes of signs that have two meanings.

    `bars`: the closing bars that are waited for. `differential`: how many integrals wait for their `d`.
    `in_set`: a bar divides a built set. `no_colon`: a colon does.
    """

    bars: tuple[str, ...] = ()
    differential: int = 0
    in_set: bool = False
    no_colon: bool = False


OPEN = Scope()


@dataclass(frozen=True, slots=True)
class Grammar:
    """How operands begin: a reader by the kind of the first token, and the reader of a group in braces."""

    operands: Mapping[str, Callable[[Parser], Node]]
    group: Callable[[Parser], Node]


class Parser(Cursor):
    """A place among tokens, and the readers of expressions."""

    def __init__(self, tokens: list[Token], grammar: Grammar, *, infix: bool = True) -> None:
        """`infix`: whether a command between two operands, such as `\\over`, may stand among the tokens."""
        super().__init__(tokens)
        self.grammar = grammar
        self.infix = infix
        self.depth = 0
        self.scope = OPEN
        self.moduli = False  # whether a modulus was read
        self.within = 0  # in how many scripts the place is: no unit stands there
        self.related = False  # whether a relation was read
        self.exclusions = False  # whether `!=` was read
        self.conditions: list[Node] = []  # those read in brackets or words, of statements that are not complete
        self.asked: tuple[int, Scope, tuple[str, int] | None] = (-1, OPEN, None)

    # ---- expressions

    def expression(self, least: int = 0) -> Node:
        """An expression whose operators bind at least as tightly as `least`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.failure(f"nested deeper than {DEEPEST}")
        left = self._signed(least)
        while True:
            operator = self._operator()
            if operator is None or operator[1] < least:
                break
            name, binding = operator
            if binding == SUM:
                left = self._sum_from(left)
            elif binding >= PRODUCT:
                left = self._product_from(left, least)
            else:
                self.at += 1
                right = self.expression(SUM)
                if name == "diff":
                    left = as_set(left)
                grown = isinstance(left, Apply) and left.head == name and name != "diff"
                left = Apply(name, (*left.args, right) if grown and isinstance(left, Apply) else (left, right))
        self.depth -= 1
        return left

    def _operator(self) -> tuple[str, int] | None:
        """The infix operator that comes next and its binding power; asked at each level, found once."""
        if self.at == self.asked[0] and self.scope is self.asked[1]:
            return self.asked[2]
        operator = self._found_operator()
        self.asked = self.at, self.scope, operator
        return operator

    def _found_operator(self) -> tuple[str, int] | None:
        token = self.tokens[self.at]
        kind = token.kind
        if kind == "op" or kind == "cmd":
            known = (_OPERATOR_SIGNS if kind == "op" else _OPERATOR_COMMANDS).get(token.value)
            if known is not None:
                return known
        elif kind == "letters" and token.value in _OPERATOR_WORDS:
            return token.value, PRODUCT
        elif token.space and kind in _PLAIN and token.value in tables.PLAIN_OPERATORS:
            if token.value == "U" and self.before().value not in _SET_ENDS:
                return _JUXTAPOSITION
            return tables.PLAIN_OPERATORS[token.value], SETS
        return _JUXTAPOSITION if self.starts_operand() else None

    def _sum_from(self, first: Node) -> Node:
        terms = [first]
        while True:
            token = self.tokens[self.at]
            if token.kind == "op" and (token.value == "+" or token.value == "-"):
                self.at += 1
                term = self.expression(PRODUCT)
                terms.append(term if token.value == "+" else negated(term))
            elif token.kind == "cmd" and token.value in _SIGNS:
                self.at += 1
                terms.append(Apply(token.value, (self.expression(PRODUCT),)))
            else:
                break
        if len(terms) == 1:
            return first
        if terms[-1].traits & Trait.NO_VALUE:
            without = set_difference(terms)
            if without is not None:
                return without
        return Apply("add", tuple(terms))

    def _product_from(self, first: Node, least: int) -> Node:
        above: list[Node] = [first]
        below: list[Node] = []
        least = max(least, PRODUCT)
        while True:
            operator = self._operator()
            if operator is None or operator[1] < least:
                break
            name = operator[0]
            if name == "juxtaposition":
                self._juxtaposed(above, below)
                continue
            self.at += 1
            if name in _DIVISIONS:
                below.append(self._divisor(above, below))
            elif name in _REMAINDERS:
                above, below = [Apply("mod", (quotient(above, below), self.expression(JUXTAPOSED)))], []
            elif name == "choose":
                above, below = [Apply("binom", (quotient(above, below), self.expression(JUXTAPOSED)))], []
            elif name == "circ":
                after = self.starts_operand()
                above[-1] = Apply("compose", (above[-1], self.operand())) if after else Apply("degree", (above[-1],))
            elif name == "**":
                above[-1] = Apply("pow", (above[-1], self.expression(JUXTAPOSED)))
            else:
                above.append(self.expression(JUXTAPOSED))
        return quotient(above, below)

    def _juxtaposed(self, above: list[Node], below: list[Node]) -> None:
        """The next factor without a sign between: part of a mixed number, or a factor."""
        before = self.tokens[self.at - 1]
        bracketed = self.is_op("(") or self.is_op("[")  # `2(1/2)` is a product
        operand = self.operand()
        if bracketed and above[-1].traits & Trait.OPAQUE and is_composition(above[-1]):
            above[-1] = composed(above[-1], operand)
            return
        if bracketed and operand.traits & Trait.NO_VALUE and is_condition(operand):
            self.conditions.append(operand)
            return
        whole = above[-1]
        if (
            not below
            and not bracketed
            and before.kind == "num"
            and isinstance(whole, Number)
            and before.value.isdigit()
            and proper_fraction(operand)
        ):
            above[-1] = mixed_number(whole, operand)
        elif isinstance(operand, Apply) and operand.head == "prime" and isinstance(whole, Apply) and not below:
            above[-1:] = [with_minutes(whole, operand)] if whole.head == "degree" else [whole, operand]
        else:
            above.append(operand)

    def _divisor(self, above: list[Node], below: list[Node]) -> Node:
        before = self.tokens[self.at - 2]
        token, after = self.token, self.ahead(1)
        if token.kind == "num" and before.kind == "num" and token.value.isdigit() and before.value.isdigit():
            mixed = self.at >= 3 and self.tokens[self.at - 3].kind == "num" and len(above) > 1 and not below
            if mixed:  # `3 1/7`
                whole, part = above[-2], above[-1]
                if isinstance(whole, Number) and isinstance(part, Number):
                    bottom = read_number(self.take())
                    above[-2:] = [Apply("add", (whole, Apply("div", (part, bottom))))]
                    return ONE
            if after.space and after.kind in {"name", "cmd", "op"} and after.value != "^":
                return read_number(self.take())
        return self.expression(JUXTAPOSED)

    def _signed(self, least: int) -> Node:
        token = self.tokens[self.at]
        if token.kind == "op" and (token.value == "+" or token.value == "-"):
            self.at += 1
            inner = self.expression(max(least, PRODUCT))
            return inner if token.value == "+" else negated(inner)
        if token.kind == "cmd" and token.value in _SIGNS:
            self.at += 1
            return Apply(token.value, (self.expression(max(least, PRODUCT)),))
        return self.operand()

    def power(self) -> Node:
        """What may follow a sign of power: an operand, or a signed one."""
        return self._signed(POWER)

    # ---- operands and what follows them

    def starts_operand(self) -> bool:
        """Whether the next token begins a factor of a product without a sign."""
        token = self.tokens[self.at]
        kind = token.kind
        if kind == "op":
            if token.value == "|":
                return not self.scope.bars and not self.scope.in_set and self.bar_closes()
            if token.value == "\\|":
                return not self.scope.bars
            return token.value in _OPENINGS
        if kind == "num":
            before = self.before()
            script = token.space and self.at > 1 and self.tokens[self.at - 2].value in _SCRIPTS  # 2^7 3^9
            if before.kind != "num" or script:
                return True
            return token.space and token.value.isdigit() and self.is_op_ahead("/", 1) and self.ahead(2).kind == "num"
        if kind == "name":
            return not (self.scope.differential and token.value == "d" and self.ahead(1).kind in {"name", "cmd"})
        if kind == "letters":
            if self.scope.differential and token.value[0] == "d" and len(token.value) == 2:
                return False
            return (self.within > 0 or not self._names_unit(token)) and self._readable(token.value)
        if kind == "cmd":
            return token.value in tables.OPERAND_COMMANDS
        return kind == "begin" and token.value in tables.MATRIX_ENVIRONMENTS

    def _names_unit(self, token: Token) -> bool:
        """Whether letters after a complete factor are a unit, `36\\sqrt7 cm^3`, or make an ordinal, `3rd`."""
        after_number = self.tokens[self.at - 1].kind == "num"
        if token.value in _ORDINALS and not token.space and after_number:
            return True
        if token.value in _AFTER_NUMBERS and after_number:
            return _AFTER_NUMBERS[token.value](self)
        if token.value in tables.PLAIN_FUNCTIONS or token.value in tables.PLAIN_SYMBOLS:
            return False
        apart = token.space and after_number and len(token.value) > 2
        return is_unit(token.value) or (apart and not _VOWELS.isdisjoint(token.value.lower()))

    def _readable(self, run: str) -> bool:
        return run in tables.PLAIN_SYMBOLS or run in tables.PLAIN_FUNCTIONS or self.segments(run) is not None

    def segments(self, run: str) -> list[str] | None:
        """A run of letters as names, or None where it is a word."""
        if run.lower() in tables.JOINING_WORDS:
            return None
        glued = tables.GLUED.fullmatch(run)
        if glued is not None:
            return [part for part in glued.groups() if part]
        for size in range(min(len(run) - 1, 7), 1, -1):
            if run[:size] in tables.PLAIN_FUNCTIONS and len(run) - size <= 2:
                return [run[:size], *run[size:]]
        if self.scope.differential and run[-2:-1] == "d" and len(run) <= 4:
            return list(run)
        if len(run) > 2 and run[-2:] == "pi" and len(run) <= 4:
            return [*run[:-2], "pi"]
        if len(run) <= 3 or (len(run) <= 6 and (run.isupper() or _VOWELS.isdisjoint(run.lower()))):
            return list(run)
        return None

    def operand(self) -> Node:
        """A primary with its scripts and postfix signs."""
        node = self.primary()
        while True:
            token = self.tokens[self.at]
            postfix = scripts.POSTFIX.get(token.value)
            if postfix is None or token.kind not in _POSTFIX_KINDS:
                return node
            if token.value == "!" and self.is_op_ahead("=", 1):
                return node
            node = postfix(self, node)

    def primary(self) -> Node:
        """What an operand begins with: a number, a name, a command, a bracket, an environment."""
        token = self.tokens[self.at]
        if token.kind == "num":
            self.at += 1
            after = self.tokens[self.at]
            if after.kind == "name" and after.value in scripts.COUNTS and not after.space:
                return self._chosen(token)
            return read_number(token)
        reader = self.grammar.operands.get(token.kind)
        if reader is None:
            raise self.unexpected()
        return reader(self)

    def _chosen(self, whole: Token) -> Node:
        """A number, or `5C2` as calculators write it."""
        figure = self.ahead(1)
        above = read_number(whole)
        if figure.kind != "num" or figure.space or not (whole.value.isdigit() and figure.value.isdigit()):
            return above
        kind = scripts.COUNTS[self.take().value]
        self.at += 1
        return Apply(kind, (above, read_number(figure)))

    # ---- arguments

    def group(self) -> Node:
        """What stands in the braces that come next. Raises `ParseFailure` where that is nothing."""
        node = self.grammar.group(self)
        if isinstance(node, Apply) and node.head == "list" and not node.args:
            raise self.failure("an empty argument")
        return node

    def argument(self) -> Node:
        """The argument of a command or script: a group, a whole number, a signed or plain operand."""
        token = self.tokens[self.at]
        if token.kind == "op":
            if token.value == "{":
                self.within += 1
                node = self.group()
                self.within -= 1
                return node
            if token.value == "+" or token.value == "-":
                return self.power()
        return self._single()

    def _single(self) -> Node:
        """A primary that is one sign: without braces a name is no application, `e^x(t)`."""
        token = self.tokens[self.at]
        if token.kind == "name" and len(token.value) == 1:
            self.at += 1
            return Symbol(token.value)
        return self.primary()

    def tex_argument(self) -> Node:
        """As TeX takes it after `\\frac` or `\\sqrt`: a group or a single digit, letter or command."""
        token = self.tokens[self.at]
        if token.kind == "op":
            if token.value == "{":
                return self.group()
            if token.value == "-":
                self.at += 1
                return negated(self.tex_argument())
        elif token.kind == "num" and len(token.value) > 1 and token.value.isdigit():
            digit = Token("num", token.value[0], token.position, token.space)
            self.replace(digit, Token("num", token.value[1:], token.position + 1))
            return read_number(self.take())
        return self._single()


_OPENINGS = frozenset("([{")
_SCRIPTS = frozenset("^_")
_PLAIN = frozenset({"letters", "name"})
_SET_ENDS = frozenset({")", "]", "\\}"})
_POSTFIX_KINDS = frozenset({"op", "cmd"})
_JUXTAPOSITION = ("juxtaposition", JUXTAPOSED)
_OPERATOR_SIGNS = {
    **{sign: (sign, SUM) for sign in ("+", "-")},
    **{sign: (sign, PRODUCT) for sign in ("*", "/", "**")},
}
_OPERATOR_COMMANDS = {
    **{name: (name, SUM) for name in _SIGNS},
    **{name: (name, PRODUCT) for name in (*tables.TIMES, "div", "bmod", "mod", "slash", "circ")},
    **{name: (head, SETS) for name, head in tables.SET_OPERATORS.items()},
}
_OPERATOR_WORDS = frozenset({"mod", "modulo", "choose"})


# words that are functions, relations or products elsewhere: what makes them a label after a number
_AFTER_NUMBERS: dict[str, Callable[[Parser], bool]] = {
    "min": lambda parser: parser.ahead(1).value not in {"(", "{", "\\{"},
    "to": lambda parser: parser.token.space,
    **dict.fromkeys(("sq", "cu"), lambda parser: parser.token.space and parser.ahead(1).kind == "letters"),
    **dict.fromkeys(("am", "pm", "AM", "PM"), lambda parser: parser.at == 1 and parser.ahead(1) is END),
}
