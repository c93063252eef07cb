"""Brackets and environments: groups, tuples, intervals, sets, absolute values, matrices, systems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from verifiers.math import notation as tables
from verifiers.math.assembly import bracketed, environment_node
from verifiers.math.expressions import END, OPEN, Parser, Scope
from verifiers.math.statements import items, statement
from verifiers.math.tree import Apply, Node, Words

_INFIX_COMMANDS = {"choose": "binom", "over": "div"}
_BAR_CLOSINGS = {"|": "|", "\\|": "\\|", "lvert": "rvert", "lVert": "rVert"}
_SAME_SHAPE = {"(": ")", "[": "]", "]": "["}
_ROUND_ENDS = frozenset({")", "]"})
_FRENCH_ENDS = frozenset({")", "]", "["})
_GROUP_END = frozenset({"}"})
_DIVIDERS = frozenset({"mid", "|", ":", "rvert"})
_SET_ENDS = frozenset({"\\}", "rbrace", "}"})
_SET_FORM = Scope(in_set=True, no_colon=True)
_COLUMNS = frozenset({"array", "alignedat", "tabular"})


def bracket(parser: Parser) -> Node:
    """What a sign or command that opens begins."""
    reader = _READERS.get(parser.token.value)
    if reader is None:
        raise parser.unexpected()
    return reader(parser)


def waiting_for_differential(scope: Scope) -> Scope:
    """`scope` inside one more integral."""
    return replace(scope, differential=scope.differential + 1)


# ---- groups


def enclosed(parser: Parser, opening: str, closing: str) -> Node:
    """What stands between the sign that comes next and its partner; one missing at the end is forgiven."""
    if not parser.passed(opening):
        raise parser.unexpected()
    outer, parser.scope = parser.scope, OPEN
    node = _content(parser, closing)
    if not parser.passed(closing) and parser.token is not END:
        raise parser.unexpected()
    parser.scope = outer
    return node


def group(parser: Parser) -> Node:
    """A group in braces."""
    return enclosed(parser, "{", "}")


def _content(parser: Parser, closing: str) -> Node:
    if parser.is_op(closing):
        return Apply("list", ())
    if closing == "}":
        if parser.token.kind == "text" and parser.ahead(1).value == "}":
            return Words(parser.take().value)
        infix = _infix_form(parser)
        if infix is not None:
            return infix
        return items(parser, _GROUP_END)
    return items(parser, frozenset({closing}))


def _infix_form(parser: Parser) -> Node | None:
    """`{n \\choose k}` and `{a \\over b}` inside a group."""
    if not parser.infix:
        return None
    for place in range(parser.at, min(parser.at + 12, len(parser.tokens))):
        token = parser.tokens[place]
        if token.value == "}" or token is END:
            return None
        if token.kind == "cmd" and token.value in _INFIX_COMMANDS:
            above = parser.expression()
            if not parser.is_cmd(token.value):
                raise parser.unexpected()
            parser.take()
            return Apply(_INFIX_COMMANDS[token.value], (above, parser.expression()))
    return None


def _tex_group(parser: Parser) -> Node:
    """A group in braces as an operand: an expression; with commas in it, a set written without backslashes."""
    before = parser.before()
    node = group(parser)
    if isinstance(node, Apply) and node.head in {"list", "and"} and len(node.args) != 1:
        if not node.args and parser.is_op("_"):  # {}_nC_k
            return _prescript(parser)
        if before.kind in {"op", "cmd"} or before is END:
            return Apply("set", node.args)
    return node


def _prescript(parser: Parser) -> Node:
    """`{}_nC_k`, `{}_n P_k`."""
    parser.take()
    above = parser.argument()
    letter = parser.take().value
    if letter not in {"C", "P"} or not parser.passed("_"):
        raise parser.unexpected()
    return Apply("binom" if letter == "C" else "perm", (above, parser.argument()))


# ---- bars, floors, angles


def _absolute(parser: Parser) -> Node:
    closing = _BAR_CLOSINGS[parser.take().value]
    outer = parser.scope
    parser.scope = replace(outer, bars=(*outer.bars, closing), in_set=False)
    node = parser.expression()
    parser.scope = outer
    if parser.token.value == closing:
        parser.take()
    elif parser.token is not END:
        raise parser.unexpected()
    return Apply("norm" if closing in {"\\|", "rVert"} else "abs", (node,))


def _rounded(parser: Parser) -> Node:
    opening = parser.take().value
    outer = parser.scope
    parser.scope = Scope(differential=outer.differential)
    node = parser.expression()
    parser.scope = outer
    if not parser.is_cmd(tables.OPENING[opening]):
        raise parser.unexpected()
    parser.take()
    return Apply("floor" if opening == "lfloor" else "ceil", (node,))


def _angle(parser: Parser) -> Node:
    parser.take()
    parts = [parser.expression()]
    while parser.passed(","):
        parts.append(parser.expression())
    if parser.token.value not in {"rangle", ">"}:
        raise parser.unexpected()
    parser.take()
    return Apply("tuple", tuple(parts))


# ---- tuples, intervals, sets


def _round_or_square(parser: Parser) -> Node:
    opening = parser.take().value
    outer, parser.scope = parser.scope, OPEN
    inner = items(parser, _FRENCH_ENDS if opening == "]" else _ROUND_ENDS)
    parser.scope = outer
    closing = parser.token
    if closing.kind == "op" and closing.value in _FRENCH_ENDS:
        parser.take()
        return bracketed(opening, closing.value, inner)
    if closing is END or closing.value in {"}", "&"}:
        return bracketed(opening, _SAME_SHAPE[opening], inner)
    raise parser.unexpected()


def _braces(parser: Parser) -> Node:
    """A set: listed, or built by a condition; also `\\{ \\begin{array} ...` of a system."""
    parser.take()
    if parser.token.kind == "begin":
        node = environment(parser)
        parser.passed("\\}")
        return node
    outer, parser.scope = parser.scope, _SET_FORM
    inner = items(parser, _SET_ENDS | _DIVIDERS)
    conditions: tuple[Node, ...] = ()
    if parser.token.value in _DIVIDERS:
        parser.take()
        parser.scope = OPEN
        body = items(parser, _SET_ENDS)
        conditions = body.args if isinstance(body, Apply) and body.head in {"list", "and"} else (body,)
    parser.scope = outer
    if parser.token.value in _SET_ENDS:
        parser.take()
    elif parser.token is not END:
        raise parser.unexpected()
    if conditions:
        return Apply("builder", (inner, *conditions))
    several = isinstance(inner, Apply) and inner.head in {"list", "and", "or"}
    return Apply("set", inner.args if several and isinstance(inner, Apply) else (inner,))


def _money(parser: Parser) -> Node:
    sign = parser.take().value
    return Apply("money", (parser.operand(), Words(tables.MONEY[sign])))


# ---- environments


def environment(parser: Parser) -> Node:
    """`\\begin{…}`: rows of cells up to its end."""
    name = parser.take().value
    if name in _COLUMNS and parser.is_op("{"):
        parser.group_text()
    rows: list[list[Node]] = [[]]
    while True:
        token = parser.token
        if token.kind == "end":
            parser.take()
            break
        if token is END:
            raise parser.failure(f"\\begin{{{name}}} does not end")
        if token.kind == "op" and token.value in {"&", ",", "."}:
            parser.take()
        elif token.kind == "op" and token.value == "\\\\":
            parser.take()
            rows.append([])
        else:
            rows[-1].append(_cell(parser))
    return environment_node(name, [row for row in rows if row])


def _cell(parser: Parser) -> Node:
    words = []
    while parser.token.kind == "text":  # "if", "for", "otherwise"
        words.append(parser.take().value)
    if words and (parser.is_op("&") or parser.is_op("\\\\") or parser.token.kind == "end"):
        return Words(" ".join(words))
    return statement(parser)


_READERS: dict[str, Callable[[Parser], Node]] = {
    "{": _tex_group,
    "(": _round_or_square,
    "[": _round_or_square,
    "]": _round_or_square,
    "\\{": _braces,
    "<": _angle,
    "langle": _angle,
    "lfloor": _rounded,
    "lceil": _rounded,
    **dict.fromkeys(_BAR_CLOSINGS, _absolute),
    **dict.fromkeys(tables.MONEY, _money),
}
NAMED = frozenset(name for name in _READERS if name.isalpha())
