"""What trails a value: ratios and times of day, words that join, units and labels, smaller units after larger ones."""

from __future__ import annotations

import re

from verifiers.math import notation as tables
from verifiers.math.cursor import END
from verifiers.math.expressions import JUXTAPOSED, POWER, PRODUCT, Parser
from verifiers.math.numerals import read_number
from verifiers.math.quantities import clock, compound, labelled_number
from verifiers.math.tree import Apply, Node, Number

_TEXTUAL = frozenset({"text", "letters"})
_NAMING = frozenset({"text", "letters", "name"})
_PLAIN_RELATIONS = frozenset({"in", "le", "leq", "ge", "geq", "neq", "ne"})
_HALF_DAY = re.compile(r"[ap]\.?\s*m\.?|noon|midnight", re.IGNORECASE)
# what a unit may consist of
_UNIT_SIGNS = frozenset({"^", "/", "{", "}", "-", "cdot", "$", "Omega", "mu", "."})
_EXPONENTS = frozenset({"2", "3"})  # cm2
_UNFINISHED = ("^", "{", "-")
_HALVES = frozenset({"half", "quarter", "quarters", "third", "thirds"})
_TO = "to"
_PLAIN = frozenset({"letters", "name"})


def joins(parser: Parser) -> bool:
    """Whether the next word joins statements: no `and` before a half, no `in` that is a unit."""
    token = parser.token
    word = token.value.strip(" ,;").lower()
    if word in tables.JOINING_WORDS:
        if word == "and":
            return parser.ahead(2).value not in _HALVES
        return len(word) > 1 or not word.isascii() or parser.ahead(1) is not END  # a letter at the end joins nothing
    if token.kind != "letters" or token.value not in _PLAIN_RELATIONS:
        return token.value in tables.RELATIONS and token.kind != "text"
    return (
        token.value != "in"
        or parser.before().kind != "num"
        or parser.ahead(1).kind not in {"op", "end of text"}
        or (parser.ahead(1).value in _OPENING)
    )


_OPENING = frozenset({"(", "[", "{", "\\{", "]", "<"})


def begins_member(parser: Parser, place: int) -> bool:
    """Whether the member of a ratio or time may begin `place` tokens on."""
    token = parser.ahead(place)
    return token.kind in {"num", "name"} or (token.kind == "cmd" and token.value in _MEMBERS)


_MEMBERS = frozenset({"sqrt", "frac", "pi"})


def ratio(parser: Parser, node: Node) -> Node:
    """`3 to 4 to 5`."""
    parts = [node]
    while parser.token.value.strip() == _TO and begins_member(parser, 1):
        parser.take()
        parts.append(parser.expression(PRODUCT))
    return Apply("ratio", tuple(parts))


def colon(parser: Parser, node: Node) -> Node:
    """Values with colons between: a time of day, or a ratio."""
    parts = [node]
    tokens = [parser.before()]
    while parser.passed(":"):
        tokens.append(parser.token)
        plain = parser.token.kind == "num" and _HALF_DAY.match(_half_day(parser, 1))
        parts.append(parser.expression(POWER if plain else JUXTAPOSED))
    digits = len(parts) <= 3 and all(token.kind == "num" and token.value.isdigit() for token in tokens)
    if digits and all(len(token.value) == 2 for token in tokens[1:]) and len(tokens[0].value) <= 2:
        half = _half_day(parser)
        if half and _HALF_DAY.match(half):
            time = clock(tuple(parts), half)
            if time is not None:
                while parser.token.kind in _NAMING or parser.is_op("."):
                    parser.take()
                return time
        if all(isinstance(part, Number) and part.numerator < 60 for part in parts[1:]):
            return Apply("clock", tuple(parts))
    return Apply("ratio", tuple(parts))


def _half_day(parser: Parser, first: int = 0) -> str:
    """The few letters and points `first` places on as text: "p.m."."""
    text = ""
    for place in range(first, first + 4):
        token = parser.ahead(place)
        if token.kind not in _NAMING and token.value != ".":
            break
        text += token.value
    return text if parser.ahead(first).kind in _NAMING else ""


def with_label(parser: Parser, node: Node) -> Node:
    """`node` with the words after it, and with smaller units after those."""
    start = parser.at
    text = _label(parser)
    if text.lower() in _BASES and parser.token.kind == "num":  # 1011 base 2
        text = f"base {parser.take().value}"
    elif text in _REMAINDERS and parser.token.kind == "num":
        return Apply("tuple", (node, read_number(parser.take())))
    labelled = labelled_number(node, text)
    if labelled is None:
        parser.at = start
        raise parser.failure(f"the words {text!r} after an expression")
    while isinstance(labelled, Apply) and labelled.head in _IN_UNITS:
        grown = _with_smaller_unit(parser, labelled)
        if grown is None:
            break
        labelled = grown
    return labelled


_BASES = frozenset({"base", "in base", "(base"})
_REMAINDERS = frozenset({"R", "r", "remainder", "rem"})
_IN_UNITS = frozenset({"quantity", "money"})


def _label(parser: Parser) -> str:
    """The words and signs of a unit or label that come next, up to a joint or another number."""
    text, depth = "", 0
    while parser.token is not END:
        token = parser.token
        if token.kind == "num":
            power = parser.before().kind in _PLAIN and not token.space and token.value in _EXPONENTS
            if not text.endswith(_UNFINISHED):
                if not power:
                    break
                text += "^"
            text += token.value
        elif token.kind in _NAMING or token.value in _UNIT_SIGNS:
            if token.kind in _TEXTUAL and text and joins(parser):
                break
            depth += (token.value == "{") - (token.value == "}")
            if depth < 0:
                break
            glue = "" if token.value in "^{}-/." or text.endswith(("^", "{", "-")) else " "
            text += glue + {"cdot": "·"}.get(token.value, token.value)
        elif token.kind == "op" and not token.value.isascii():
            text += token.value
        else:
            break
        parser.take()
    return text.strip()


def _with_smaller_unit(parser: Parser, node: Apply) -> Node | None:
    """`6 inches` after `5 feet`, `and 25 cents` after `1 dollar`: both as one quantity."""
    start = parser.at
    if parser.is_op(",") or (parser.token.kind in _TEXTUAL and parser.token.value.strip(" ,").lower() == "and"):
        parser.take()
    if parser.token.kind == "num":
        value = parser.expression(PRODUCT)
        if parser.token.kind in _NAMING:
            grown = compound(node, value, _label(parser))
            if grown is not None:
                return grown
    parser.at = start
    return None
