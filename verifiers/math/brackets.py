"""Brackets and environments: groups, tuples, intervals, sets, absolute values, matrices, systems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from verifiers.math import notation as tables
from verifiers.math.assembly import bracketed, environment_node
from verifiers.math.cursor import END
from verifiers.math.expressions import OPEN, PRODUCT, Parser, Scope
from verifiers.math.named_sets import built
from verifiers.math.scripts import COUNTS
from verifiers.math.statements import items, segment, statement
from verifiers.math.tree import Apply, Node, Symbol, Words

_INFIX_COMMANDS = {"choose": "binom", "over": "div"}
_BAR_CLOSINGS = {"|": "|", "\\|": "\\|", "lvert": "rvert", "lVert": "rVert"}
_SAME_SHAPE = {"(": ")", "[": "]", "](": ")["}
_BRACKET_ENDS = frozenset({")", "]", ")["})
_GROUP_END = frozenset({"}"})
_DIVIDERS = frozenset({"mid", "|", ":", "rvert"})
_SET_ENDS = frozenset({"\\}", "rbrace", "}"})
_SET_FORM = Scope(in_set=True, no_colon=True)
_LONGEST_NAME = 40  # tokens of a function's name with its scripts
_COLUMNS = frozenset({"array", "alignedat", "tabular"})
_UNDER_A_BRACE = frozenset({"array", "matrix"})
_WITHOUT_BRACKETS = frozenset({"array", "matrix", "tabular"})
_MATRIX_BRACKETS = frozenset({"(", "[", "\\{", "|", "\\|", "lvert", "lVert"})
_BETWEEN_CELLS = frozenset({"&", ",", "."})
_NOTHING_CLOSES: frozenset[str] = frozenset()


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
    if parser.ahead(1).value in tables.FUNCTION_COMMANDS and _holds_name_only(parser):
        return parser.primary()
    node = group(parser)
    if isinstance(node, Apply) and node.head in {"list", "and"} and len(node.args) != 1:
        if not node.args and (parser.is_op("_") or parser.is_op("^")):  # {}_nC_k
            return _prescript(parser)
        if before.kind in {"op", "cmd"} or before is END:
            return Apply("set", node.args)
    return node


def _holds_name_only(parser: Parser) -> bool:
    """Whether the braces that come next hold a function's name with its scripts, `{\\log _2}3`; they are dropped."""
    start, depth = parser.at, 0
    for place in range(start, min(start + _LONGEST_NAME, len(parser.tokens))):
        token = parser.tokens[place]
        depth += (token.value == "{") - (token.value == "}")
        if depth == 0:
            break
    else:
        return False
    between = parser.tokens[start + 2 : place]
    scripted = not between or (
        between[0].value in {"_", "^"} and (len(between) == 2 or (between[1:2] and between[1].value == "{"))
    )
    closed = not between or between[-1].value == "}" or len(between) == 2
    if not (scripted and closed) or sum(token.value in {"_", "^"} for token in between) > 1:
        return False
    del parser.tokens[place], parser.tokens[start]
    return True


def _prescript(parser: Parser) -> Node:
    """`{}_nC_k`, `^nC_k`, `_5C_2`."""
    parser.take()
    above = parser.argument()
    kind = COUNTS.get(parser.token.value)
    if kind is None or not parser.is_op_ahead("_", 1):
        raise parser.unexpected()
    parser.skip(2)
    return Apply(kind, (above, parser.argument()))


# ---- bars, floors, angles


def _absolute(parser: Parser) -> Node:
    closing = _BAR_CLOSINGS[parser.take().value]
    points = parser.token.value
    if len(points) == 2 and points.isupper() and parser.ahead(1).value == closing and parser.is_op_ahead("=", 2):
        parser.skip(2)  # |AB| = 5, the length of a segment
        return segment(points)
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
    points = parser.token.value
    if opening == "[" and parser.is_op_ahead("]", 1) and len(points) > 2 and points.isalpha() and points.isupper():
        parser.skip(2)  # [ABC], the area of a figure
        return Symbol(f"[{points}]")
    outer, parser.scope = parser.scope, OPEN
    inner = items(parser, _BRACKET_ENDS)
    parser.scope = outer
    closing = parser.token
    if closing.kind == "op" and closing.value in _BRACKET_ENDS:
        parser.take()
        return bracketed(opening, closing.value, inner)
    if closing is END or closing.value in {"}", "&"}:
        return bracketed(opening, _SAME_SHAPE[opening], inner)
    raise parser.unexpected()


def _braces(parser: Parser) -> Node:
    """A set: listed, or built by a condition; also `\\{ \\begin{array} ...` of a system."""
    parser.take()
    if parser.token.kind == "begin" and parser.token.value not in tables.MATRIX_BRACKETED:
        node = environment(parser)
        parser.passed("\\}")
        return Apply("and", node.args) if isinstance(node, Apply) and node.head == "list" else node
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
        return built(inner, conditions)
    several = isinstance(inner, Apply) and inner.head in {"list", "and", "or"}
    return Apply("set", inner.args if several and isinstance(inner, Apply) else (inner,))


def _ellipsis(parser: Parser) -> Node:
    parser.take()
    return Apply("ellipsis", ())


def _money(parser: Parser) -> Node:
    sign = parser.take().value
    return Apply("money", (parser.expression(PRODUCT), Words(tables.MONEY[sign])))


# ---- environments


def environment(parser: Parser) -> Node:
    """`\\begin{…}`: a matrix, a system, a function by cases, or lines."""
    enclosing = parser.before().value
    name = parser.take().value
    if name in _COLUMNS and parser.is_op("{"):
        parser.group_text()
    if name in tables.LINE_ENVIRONMENTS:
        return _lines(parser, name)
    rows: list[list[Node]] = [[]]
    while not _passed_end(parser, name):
        token = parser.token
        if token.kind == "op" and token.value in _BETWEEN_CELLS:
            parser.take()
        elif token.kind == "op" and token.value == "\\\\":
            parser.take()
            rows.append([])
        else:
            rows[-1].append(_cell(parser))
    if enclosing == "\\{" and name in _UNDER_A_BRACE and not parser.is_op("\\}"):
        name = "cases"
    elif name in _WITHOUT_BRACKETS and enclosing not in _MATRIX_BRACKETS:
        name = "rows"
    return environment_node(name, [row for row in rows if row])


def _lines(parser: Parser, name: str) -> Node:
    outer, parser.scope = parser.scope, OPEN
    node = items(parser, _NOTHING_CLOSES)
    parser.scope = outer
    if not _passed_end(parser, name):
        raise parser.unexpected()
    return node


def _passed_end(parser: Parser, name: str) -> bool:
    if parser.token is END:
        raise parser.failure(f"\\begin{{{name}}} does not end")
    if parser.token.kind != "end":
        return False
    parser.take()
    return True


def _cell(parser: Parser) -> Node:
    words = []
    while parser.token.kind == "text":  # "if", "for", "otherwise"
        words.append(parser.take().value)
    if words and (parser.is_op("&") or parser.is_op("\\\\") or parser.token.kind == "end"):
        return Words(" ".join(words))
    return statement(parser)


_READERS: dict[str, Callable[[Parser], Node]] = {
    "{": _tex_group,
    "_": _prescript,
    "^": _prescript,
    "(": _round_or_square,
    "[": _round_or_square,
    "](": _round_or_square,
    "\\{": _braces,
    "<": _angle,
    "langle": _angle,
    "lfloor": _rounded,
    "lceil": _rounded,
    **dict.fromkeys(_BAR_CLOSINGS, _absolute),
    **dict.fromkeys(tables.MONEY, _money),
    **dict.fromkeys(tables.ELLIPSES, _ellipsis),
}
NAMED = frozenset(name for name in _READERS if name.isalpha())
