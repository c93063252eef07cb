"""From text to tree: statements, relations, collections, brackets, on top of the expression parser.

`parse(text)` reads a whole answer. It never guesses: what cannot be read raises `ParseFailure` with its place and the
reason; text that is plainly words becomes `Words`. Where a reading is open (is `(1,2)` a point or an interval, does a
comma group digits) the tree keeps what was written, and the comparison decides by the kind of the reference, or the
caller asks for another reading of commas.
"""

from __future__ import annotations

import re

from verifiers.math import notation as tables
from verifiers.math.assembly import (
    applications_reviewed,
    bracketed,
    environment_node,
    joined,
    labelled_number,
    with_powers_of_e,
    with_variables,
)
from verifiers.math.commands import CommandParser
from verifiers.math.expressions import negated
from verifiers.math.numerals import number_words
from verifiers.math.prose import is_word, plain_words
from verifiers.math.tokens import MOST_CHARACTERS, Commas, ParseFailure, Token, normal_text, tokenize
from verifiers.math.tree import NAMED_SETS, Apply, Node, Number, Relation, Symbol, Words
from verifiers.math.units import is_unit

_MONEY = {"$": "dollar", "€": "euro", "£": "poundsterling", "¥": "yen", "₹": "rupee"}
_INFIX_COMMANDS = {"choose": "binom", "over": "div"}
_HALF_DAY = re.compile(r"[ap]\.?\s*m\.?", re.IGNORECASE)


def parse(text: str, commas: Commas = "auto") -> Node:
    """The tree of an answer in LaTeX, Unicode or plain notation. Raises `ParseFailure`."""
    return parse_normal(normal_text(text), commas)


def parse_normal(text: str, commas: Commas = "auto", *, variables: frozenset[str] = frozenset()) -> Node:
    r"""As `parse`, for a text that is already normal; of the constants, those in `variables` are none.

    `\exp` is a power of the constant e, also where that letter is a variable.
    """
    if text.isdigit() and len(text) < 19 and (text[0] != "0" or len(text) == 1):
        return Number(int(text))
    if len(text) > MOST_CHARACTERS:
        raise ParseFailure(MOST_CHARACTERS, f"longer than {MOST_CHARACTERS} characters")
    text = text.rstrip(" .,;:") if not text.endswith(("..", "!")) else text
    if not text:
        raise ParseFailure(0, "nothing to read")
    words = plain_words(text)
    if words is not None:
        return with_variables(words, variables)
    tokens = collapsed(tokenize(text, commas))
    if not tokens:
        raise ParseFailure(0, "nothing to read")
    parser = StatementParser(tokens)
    try:
        tree = with_variables(applications_reviewed(parser._answer()), variables)
        return with_powers_of_e(tree) if "exp" in text else tree
    except RecursionError:
        raise ParseFailure(0, "nested too deeply") from None


def collapsed(tokens: list[Token]) -> list[Token]:
    """`tokens` without doubled brackets, `{{x}}` as `{x}`: nesting that says nothing costs no depth."""
    waiting: list[int] = []
    match: dict[int, int] = {}
    closing = {"{": "}", "(": ")"}
    for place, token in enumerate(tokens):
        if token.kind != "op":
            continue
        if token.value in closing:
            waiting.append(place)
        elif token.value in {"}", ")"} and waiting and closing[tokens[waiting[-1]].value] == token.value:
            match[waiting.pop()] = place
    dropped: set[int] = set()
    for place, end in match.items():
        inner = place + 1
        if tokens[place].value == tokens[inner].value and match.get(inner) == end - 1:
            dropped |= {inner, end - 1}
    return [token for place, token in enumerate(tokens) if place not in dropped] if dropped else tokens


class StatementParser(CommandParser):
    """Statements and collections of them."""

    # ---- the whole answer

    def _answer(self) -> Node:
        node = self.items(())
        if self.at < len(self.tokens):
            raise self._unexpected()
        return node

    def items(self, closing: tuple[str, ...]) -> Node:
        """Statements joined by commas, semicolons and words, up to one of `closing` or the end."""
        found: list[Node] = []
        joints: list[str] = []
        while True:
            while self._is_op("quad") or self._is_op("\\\\"):
                self._take()
            if self._ends(closing):
                break
            found.append(self.statement())
            joint = self.joint(closing)
            if joint is None:
                break
            joints.append(joint)
        return joined(found, joints)

    def _ends(self, closing: tuple[str, ...]) -> bool:
        token = self._peek()
        return token.position < 0 or (token.kind in {"op", "cmd"} and token.value in closing) or token.kind == "end"

    def joint(self, closing: tuple[str, ...]) -> str | None:
        """What joins the last statement to the next: ",", "or", "and"; None at the end."""
        kind: str | None = None
        while True:
            token = self._peek()
            if token.kind == "op" and token.value in {",", ";", "\\\\", "quad"}:
                kind = kind or ","
            elif token.kind in {"text", "letters", "op"} and token.value.strip(" ,;").lower() in tables.JOINING_WORDS:
                kind = tables.JOINING_WORDS[token.value.strip(" ,;").lower()]
            elif token.kind == "cmd" and token.value in tables.CONNECTIVES:
                kind = tables.CONNECTIVES[token.value]
            elif kind is not None and token.kind == "op" and token.value == "&":
                pass
            else:
                break
            self._take()
        if kind is not None and self._ends(closing):
            return None
        return kind

    # ---- one statement

    def statement(self) -> Node:
        """A chain of relations between expressions, with what trails the last one."""
        label = self.leading_label()
        if label is not None:
            return label
        self.depth += 1
        terms = [self.trailed(self.expression())]
        ops: list[str] = []
        while True:
            op = self._relation()
            if op is None:
                break
            ops.append(op)
            terms.append(self.trailed(self.expression()))
        self.depth -= 1
        return Relation(tuple(ops), tuple(terms)) if ops else terms[0]

    def leading_label(self) -> Node | None:
        """`\\text{Area} = 5`, `\\text{width: } 5`: the words before are passed over. Words alone are words."""
        token = self._peek()
        if token.kind not in {"text", "letters"} or (token.kind == "letters" and not is_word(token.value)):
            return None
        if token.kind == "text" and token.value.strip() in _MONEY:
            return None
        start = self.at
        words: list[str] = []
        while self._peek().kind in {"text", "letters", "name"}:
            if words and self._peek().value.strip().lower() in tables.JOINING_WORDS:
                break
            words.append(self._take().value)
        after = self._peek()
        if after.kind == "op" and after.value in {"=", ":"}:
            self._take()
            return self.statement()
        if (
            after.position < 0
            or (after.kind == "op" and after.value in {",", ";", ")", "}", "\\}"})
            or after.kind == "text"
        ):
            text = " ".join(words)
            return number_words(text) or Words(text)
        if words[-1].rstrip().endswith((":", "=")) or (len(words) == 1 and words[0].strip().lower() in _OPENERS):
            return self.statement()
        self.at = start
        raise self._unexpected()

    def _relation(self) -> str | None:
        token = self._peek()
        if token.kind == "op" and token.value == "!" and self._is_op("=", 1):
            self.at += 2
            return "!="
        if (token.kind == "op" and token.value in tables.RELATIONS) or (
            token.kind == "cmd" and token.value in tables.RELATIONS
        ):
            self._take()
            op = tables.RELATIONS[token.value]
        elif token.kind == "cmd" and token.value in {"not", "neg"} and self._peek(1).value in {"=", "in"}:
            self._take()
            op = {"=": "!=", "in": "notin"}[self._take().value]
        elif token.kind == "letters" and token.value in {"in", "le", "leq", "ge", "geq", "neq", "ne"} and token.space:
            self._take()
            op = tables.RELATIONS[token.value]
        elif token.kind == "op" and token.value == "->":
            self._take()
            return "to"
        else:
            return None
        return op

    def trailed(self, node: Node) -> Node:
        """`node` with the ratio, unit, label or scale word after it."""
        if self._is_op(":") and not self.no_colon and self._peek(1).kind in {"num", "name"}:
            node = self._colon(node)
        token = self._peek()
        if self.differential:
            return node
        if token.kind in {"text", "letters"} and not self._joins(token):
            return self._with_label(node)
        if token.kind == "op" and token.value in _MONEY:
            self._take()
            return Apply("money", (node, Words(_MONEY[token.value])))
        if token.kind == "op" and not token.value.isascii() and token.value != "°" and not self._joins(token):
            return self._with_label(node)
        return node

    def _joins(self, token: Token) -> bool:
        return token.value.strip(" ,;").lower() in tables.JOINING_WORDS or token.value in tables.RELATIONS

    def _colon(self, node: Node) -> Node:
        parts = [node]
        tokens = [self.tokens[self.at - 1]]
        while self._is_op(":"):
            self._take()
            tokens.append(self._peek())
            parts.append(self.expression(60))
        clock = len(parts) <= 3 and all(token.kind == "num" and token.value.isdigit() for token in tokens)
        if clock and all(len(token.value) == 2 for token in tokens[1:]) and len(tokens[0].value) <= 2:
            half = self._peek()
            if half.kind in {"text", "letters", "name"} and _HALF_DAY.match(self._half_day()):
                mark = self._half_day()[0].lower()
                while self._peek().kind in {"text", "letters", "name"} or self._is_op("."):
                    self._take()
                return Apply("clock", (*parts, Words(f"{mark}m")))
            if all(isinstance(part, Number) and part.numerator < 60 for part in parts[1:]):
                return Apply("clock", tuple(parts))
        return Apply("ratio", tuple(parts))

    def _half_day(self) -> str:
        text = ""
        for ahead in range(4):
            token = self._peek(ahead)
            if token.kind in {"text", "letters", "name"} or token.value == ".":
                text += token.value
            else:
                break
        return text

    def _with_label(self, node: Node) -> Node:
        start, text = self.at, ""
        depth = 0
        while self.at < len(self.tokens):
            token = self._peek()
            if token.kind in {"text", "letters", "name", "num"} or token.value in {
                "^",
                "/",
                "{",
                "}",
                "-",
                "cdot",
                "$",
                "Omega",
                "mu",
            }:
                if token.kind in {"text", "letters"} and text and self._joins(token):
                    break
                if token.value == "}":
                    depth -= 1
                    if depth < 0:
                        break
                depth += token.value == "{"
                glue = "" if token.value in "^{}-/" or text.endswith(("^", "{", "-")) else " "
                text += glue + {"cdot": "·"}.get(token.value, token.value)
            elif token.kind == "op" and not token.value.isascii():
                text += token.value
            else:
                break
            self._take()
        labelled = labelled_number(node, text.strip())
        if labelled is None:
            self.at = start
            raise self._fail(f"the words {text.strip()!r} after an expression")
        return labelled

    # ---- brackets

    def _statement_argument(self) -> Node:
        if not self._is_op("{"):
            return self.argument()
        self._take()
        node = self.statement()
        if self._is_op("+") or self._is_op("-"):
            mark = self._take().value
            if isinstance(node, Relation) and isinstance(node.terms[-1], Symbol):
                node = Relation(node.ops, (*node.terms[:-1], Symbol(node.terms[-1].name + mark)))
        if self._is_op("}"):
            self._take()
        return node

    def _group(self, opening: str, closing: str) -> Node:
        if not self._is_op(opening):
            raise self._unexpected()
        self._take()
        return self._enclosed(closing)

    def _enclosed(self, closing: str) -> Node:
        bars, in_set, no_colon, differential = self.bars, self.in_set, self.no_colon, self.differential
        self.bars, self.in_set, self.no_colon, self.differential = [], 0, 0, 0
        if self._is_op(closing):
            self._take()
            self.bars, self.in_set, self.no_colon, self.differential = bars, in_set, no_colon, differential
            return Apply("list", ())
        if closing == "}" and self._peek().kind == "text" and self._peek(1).value == "}":
            node: Node = Words(self._take().value)
        else:
            node = self.choose_form() if closing == "}" else self.items((closing,))
            if node is _NOTHING:
                node = self.items((closing,))
        if self._is_op(closing):
            self._take()
        elif self.at < len(self.tokens):
            raise self._unexpected()
        self.bars, self.in_set, self.no_colon, self.differential = bars, in_set, no_colon, differential
        return node

    def choose_form(self) -> Node:
        """`{n \\choose k}` and `{a \\over b}` inside a group, else `_NOTHING`."""
        for ahead in range(12):
            token = self._peek(ahead)
            if token.value == "}" or token.position < 0:
                return _NOTHING
            if token.kind == "cmd" and token.value in _INFIX_COMMANDS:
                above = self.expression()
                if not self._is_cmd(token.value):
                    raise self._unexpected()
                self._take()
                return Apply(_INFIX_COMMANDS[token.value], (above, self.expression()))
        return _NOTHING

    def _bracket(self, value: str) -> Node:
        if value in {"|", "\\|", "lvert", "lVert", "vert"}:
            return self._absolute(value)
        if value in {"\\{", "lbrace"}:
            return self.braces("\\}")
        if value == "{":
            return self.tex_group()
        if value in {"lfloor", "lceil"}:
            return self._rounded(value)
        if value in {"(", "[", "]", "lparen", "lbrack"}:
            return self._round_or_square(value)
        if value in {"langle", "<"}:
            return self._angle(value)
        if value in _MONEY:
            self._take()
            return Apply("money", (self.operand(), Words(_MONEY[value])))
        raise self._unexpected()

    def _skip_opening(self, value: str) -> None:
        if self._peek().value == value:
            self._take()

    def tex_group(self) -> Node:
        """A group in braces: an expression; with commas in it, a set written without backslashes."""
        before = self.tokens[self.at - 1] if self.at else None
        self._skip_opening("{")
        node = self._enclosed("}")
        if isinstance(node, Apply) and node.head in {"list", "and"} and len(node.args) != 1:
            if not node.args and self._is_op("_"):  # {}_nC_k
                return self.prescript()
            if before is None or before.kind in {"op", "cmd"}:
                return Apply("set", node.args)
        return node

    def prescript(self) -> Node:
        """`{}_nC_k`, `{}_n P_k`."""
        self._take()
        above = self.argument()
        letter = self._take().value
        if letter not in {"C", "P"} or not self._is_op("_"):
            raise self._unexpected()
        self._take()
        return Apply("binom" if letter == "C" else "perm", (above, self.argument()))

    def _absolute(self, value: str) -> Node:
        self._skip_opening(value)
        closing = {"|": "|", "\\|": "\\|", "lvert": "rvert", "lVert": "rVert", "vert": "vert"}[value]
        bars, in_set = self.bars, self.in_set
        self.bars, self.in_set = [*bars, closing], 0
        node = self.expression()
        self.bars, self.in_set = bars, in_set
        if self._peek().value == closing:
            self._take()
        elif self.at < len(self.tokens):
            raise self._unexpected()
        return Apply("norm" if closing in {"\\|", "rVert"} else "abs", (node,))

    def _rounded(self, value: str) -> Node:
        self._skip_opening(value)
        bars, in_set, colon = self.bars, self.in_set, self.no_colon
        self.bars, self.in_set, self.no_colon = [], 0, 0
        node = self.expression()
        self.bars, self.in_set, self.no_colon = bars, in_set, colon
        if not self._is_cmd(tables.OPENING[value]):
            raise self._unexpected()
        self._take()
        return Apply("floor" if value == "lfloor" else "ceil", (node,))

    def _angle(self, value: str) -> Node:
        self._skip_opening(value)
        parts = [self.expression()]
        while self._is_op(","):
            self._take()
            parts.append(self.expression())
        if self._peek().value not in {"rangle", ">"}:
            raise self._unexpected()
        self._take()
        return Apply("tuple", tuple(parts))

    def _round_or_square(self, value: str) -> Node:
        opening = {"lparen": "(", "lbrack": "["}.get(value, value)
        self._skip_opening(value)
        bars, in_set, no_colon, differential = self.bars, self.in_set, self.no_colon, self.differential
        self.bars, self.in_set, self.no_colon, self.differential = [], 0, 0, 0
        inner = self.items((")", "]", "[") if opening == "]" else (")", "]"))
        self.bars, self.in_set, self.no_colon, self.differential = bars, in_set, no_colon, differential
        closing = self._peek()
        if closing.kind == "op" and closing.value in {")", "]", "["}:
            self._take()
            end = closing.value
        elif closing.position < 0 or closing.value in {"}", "&"}:
            end = {"(": ")", "[": "]", "]": "["}[opening]
        else:
            raise self._unexpected()
        return bracketed(opening, end, inner)

    def braces(self, closing: str) -> Node:
        """A set: listed, or built by a condition; also `\\{ \\begin{array} ...` of a system."""
        self._take() if self._peek().value in {"\\{", "lbrace"} else None
        if self._peek().kind == "begin":
            node = self._environment()
            self._skip_opening(closing)
            return node
        bars, in_set, no_colon = self.bars, self.in_set, self.no_colon
        self.bars, self.in_set, self.no_colon = [], 1, 1
        inner = self.items((closing, "mid", "|", ":", "rvert", "rbrace", "}"))
        conditions: list[Node] = []
        if self._peek().value in {"mid", "|", ":", "rvert"}:
            self._take()
            self.in_set, self.no_colon = 0, 0
            body = self.items((closing, "rbrace", "}"))
            conditions = list(body.args) if isinstance(body, Apply) and body.head in {"list", "and"} else [body]
        self.bars, self.in_set, self.no_colon = bars, in_set, no_colon
        if self._peek().value in {closing, "rbrace", "}"}:
            self._take()
        elif self.at < len(self.tokens):
            raise self._unexpected()
        if conditions:
            return Apply("builder", (inner, *conditions))
        return Apply(
            "set", inner.args if isinstance(inner, Apply) and inner.head in {"list", "and", "or"} else (inner,)
        )

    # ---- environments

    def _environment(self) -> Node:
        name = self._take().value
        if name in {"array", "alignedat", "tabular"} and self._is_op("{"):
            self.script_text()
        rows: list[list[Node]] = [[]]
        while True:
            token = self._peek()
            if token.kind == "end":
                self._take()
                break
            if token.position < 0:
                raise self._fail(f"\\begin{{{name}}} does not end")
            if token.kind == "op" and token.value == "&":
                self._take()
            elif token.kind == "op" and token.value == "\\\\":
                self._take()
                rows.append([])
            elif token.kind == "op" and token.value in {",", "."}:
                self._take()
            else:
                rows[-1].append(self._cell())
        return environment_node(name, [row for row in rows if row])

    def _cell(self) -> Node:
        words = []
        while self._peek().kind == "text":  # "if", "for", "otherwise"
            words.append(self._take().value)
        if words and (self._is_op("&") or self._is_op("\\\\") or self._peek().kind == "end"):
            return Words(" ".join(words))
        return self.statement()


_NOTHING = Words("")
_OPENERS = frozenset(["if", "for", "when", "where", "therefore", "so", "thus", "hence", "then"])


def is_set_name(node: Node) -> bool:
    """Whether `node` names one of the usual sets of numbers."""
    return isinstance(node, Symbol) and node.name.startswith("\\") and node.name.strip("\\+-*") in NAMED_SETS


__all__ = ["ParseFailure", "is_set_name", "is_unit", "negated", "parse", "parse_normal"]
