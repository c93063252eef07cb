"""Statements and what joins them: relations, labels before a value, units and words after it, lists of statements."""

from __future__ import annotations

import re

from verifiers.math import conditions, descriptions
from verifiers.math import notation as tables
from verifiers.math.assembly import exclusions, joined, without_values
from verifiers.math.conditions import conditioned, with_conditions
from verifiers.math.congruences import congruence, distributed, residue
from verifiers.math.cursor import END
from verifiers.math.expressions import Parser
from verifiers.math.factors import negated
from verifiers.math.named_sets import as_set
from verifiers.math.numerals import number_words, read_number
from verifiers.math.prose import is_word
from verifiers.math.quantities import spelled_out
from verifiers.math.tokens import Token
from verifiers.math.trailing import begins_member, colon, joins, ratio, with_label
from verifiers.math.tree import Apply, Node, Relation, Symbol, Trait, Words

_POINTS = range(2, 5)  # how many letters name a segment or a figure
_LEADING_RELATIONS = frozenset({"=", "approx", "sim", "simeq"})
_MEMBERSHIPS = frozenset({"in", "notin"})
_NOTHING_CLOSES: frozenset[str] = frozenset()
_SEPARATORS = frozenset({",", ";", "\\\\", "quad"})
_TEXTUAL = frozenset({"text", "letters"})
_NAMING = frozenset({"text", "letters", "name"})
_PLAIN_RELATIONS = frozenset({"in", "le", "leq", "ge", "geq", "neq", "ne"})
_NEGATED_RELATIONS = {"=": "!=", "in": "notin"}
_AFTER_WORDS = frozenset({",", ";", ")", "}", "\\}"})
_OPENERS = frozenset({"if", "for", "when", "where", "therefore", "so", "thus", "hence", "then"})
# signs that end a number that stands alone in a list
_ENDS_NUMBER = frozenset({",", ";", ")", "]", "}", "\\}", "\\\\", "&"})
_SIGNS = frozenset({"minus", "negative"})
_SAYING = re.compile(r"(?:^|.* )(?:is|are|equals|was)[.: ]*", re.IGNORECASE)
_DENYING = re.compile(r"\b(?:not|never|no|neither|nor|cannot)\b|n't\b", re.IGNORECASE)


# ---- several statements


def items(parser: Parser, closing: frozenset[str]) -> Node:
    """Statements joined by commas, semicolons and words, up to one of `closing` or the end."""
    found: list[Node] = []
    joints: list[str] = []
    while True:
        while parser.tokens[parser.at].value == "\\\\":
            parser.at += 1
        if _ends(parser, closing):
            break
        if found and parser.tokens[parser.at].kind in _TEXTUAL and conditions.opens(parser.token):
            under = _under_words(parser, closing, found, joints)
            if under is not None:
                return under
        found.append(statement(parser))
        joint = _joint(parser, closing)
        if joint is None:
            break
        joints.append(joint)
    if parser.moduli:
        found, joints = distributed(found, joints)
    if parser.exclusions:
        found, joints = exclusions(found, joints)
    if len(found) > 1 and parser.related:
        under = conditioned(found, joints)
        if under is not None:
            return under
    return joined(found, joints)


def _under_words(parser: Parser, closing: frozenset[str], found: list[Node], joints: list[str]) -> Node | None:
    """The statements so far under the conditions that end the list in words; None, nothing read, where they do not."""
    start, tokens = parser.at, list(parser.tokens)
    stated = conditions.in_words(parser, statement)
    if stated is not None and _ends(parser, closing):
        return with_conditions(joined(found, joints[:-1]), stated)
    parser.tokens[:], parser.at = tokens, start
    return None


def _ends(parser: Parser, closing: frozenset[str]) -> bool:
    token = parser.tokens[parser.at]
    if token.kind == "op" or token.kind == "cmd":
        return token.value in closing
    return token is END or token.kind == "end"


def _joint(parser: Parser, closing: frozenset[str]) -> str | None:
    """What joins the last statement to the next: ",", "or", "and"; None at the end."""
    kind: str | None = None
    while True:
        token = parser.tokens[parser.at]
        if token.kind == "op":
            if token.value in _SEPARATORS:
                kind = kind or ","
            elif not token.value.isascii() and token.value in tables.JOINING_WORDS:
                kind = tables.JOINING_WORDS[token.value]
            elif kind is None or token.value != "&":
                break
        elif token.kind in _TEXTUAL:
            word = tables.JOINING_WORDS.get(token.value.strip(" ,;").lower())
            if word is None:
                break
            kind = word
        elif token.kind == "cmd" and token.value in tables.CONNECTIVES:
            kind = tables.CONNECTIVES[token.value]
        else:
            break
        parser.at += 1
    return None if kind is None or _ends(parser, closing) else kind


# ---- one statement


def statement(parser: Parser) -> Node:
    """A chain of relations between expressions, with what trails the last one."""
    token = parser.tokens[parser.at]
    if token.kind == "num":
        after = parser.tokens[parser.at + 1]
        if after is END or (after.kind == "op" and after.value in _ENDS_NUMBER):
            parser.at += 1
            return read_number(token)
    elif token.kind in _TEXTUAL:
        label = _leading_label(parser)
        if label is not None:
            return label
    elif token.value in _LEADING_RELATIONS:
        return _right_side(parser)
    parser.depth += 1
    outer = len(parser.conditions)
    terms = [_trailed(parser, parser.expression())]
    ops: list[str] = []
    while True:
        op = _relation(parser)
        if op is None:
            break
        ops.append(op)
        terms.append(_trailed(parser, parser.expression()))
    parser.depth -= 1
    if len(parser.conditions) > outer:
        stated = parser.conditions[outer:]
        del parser.conditions[outer:]
        return with_conditions(_chained(parser, token, ops, terms), stated)
    return _chained(parser, token, ops, terms) if ops else terms[0]


def _right_side(parser: Parser) -> Node:
    """What stands after a sign with nothing before it: `= 5` is 5, `≈ 0.5` is 0.5 but in brackets, `√2 (≈ 1.41)`."""
    sign = tables.RELATIONS[parser.take().value]
    if parser.token.value in _LEADING_RELATIONS or (sign == "~" and parser.token.value.isdigit()):
        raise parser.unexpected()  # nobody is about 10 of what can be counted
    remark = sign == "~" and parser.at > 1 and parser.tokens[parser.at - 2].value == "("
    node = statement(parser)
    return Relation(("~",), (Words(""), node)) if remark else node


def _chained(parser: Parser, token: Token, ops: list[str], terms: list[Node]) -> Node:
    """A chain of relations; `token` is its first."""
    if not ops:
        return terms[0]
    parser.related = True
    if "in" in ops or "notin" in ops:
        terms[1:] = [as_set(term) if op in _MEMBERSHIPS else term for op, term in zip(ops, terms[1:])]
    elif ops == ["!="]:
        parser.exclusions = True
        several = without_values(terms[0], terms[1:])
        if several is not None:
            return several
    if parser.moduli:
        found = congruence(ops, terms)
        if found is not None:
            return found
    if token.value.isupper() and len(token.value) in _POINTS and token.kind == "letters":
        terms[0] = _of_points(token.value, terms)
    return Relation(tuple(ops), tuple(terms))


def segment(points: str) -> Symbol:
    """The segment between two points, or its length: AB is BA."""
    return Symbol("".join(sorted(points)))


def _of_points(points: str, terms: list[Node]) -> Node:
    """What capitals before values are: `AB = 5` names a segment, `PV = nRT` is a product."""
    product = isinstance(terms[0], Apply) and terms[0].head == "mul" and len(terms[0].args) == len(points)
    if not product or any(term.traits & Trait.VARIABLE for term in terms[1:]):
        return terms[0]
    return segment(points) if len(points) == 2 else Symbol(points)


def _rest(parser: Parser) -> Node:
    return items(parser, _NOTHING_CLOSES)


def script_statement(parser: Parser) -> Node:
    """A script that may hold a relation, such as `k=1` or `x \\to 0^+`."""
    if not parser.passed("{"):
        return parser.argument()
    node = statement(parser)
    if parser.is_op("+") or parser.is_op("-"):
        side = parser.take().value
        if isinstance(node, Relation) and isinstance(node.terms[-1], Symbol):
            node = Relation(node.ops, (*node.terms[:-1], Symbol(node.terms[-1].name + side)))
    parser.passed("}")
    return node


def _leading_label(parser: Parser) -> Node | None:
    """`\\text{Area} = 5`, `\\text{width: } 5`: the words before are passed over. Words alone are words."""
    token = parser.token
    if token.kind == "letters" and not is_word(token.value):
        return None
    if token.kind == "text" and token.value.strip() in tables.MONEY:
        return None
    if token.value.strip() == "m" and parser.ahead(1).value == "angle":  # the measure of an angle
        parser.take()
        return statement(parser)
    if descriptions.begins(token):
        described = descriptions.in_words(parser, _rest)
        if described is not None:
            return described
    if conditions.opens(token):
        stated = conditions.in_words(parser, statement)
        if stated is not None:
            return stated[0] if len(stated) == 1 else Apply("and", tuple(stated))
    start = parser.at
    words: list[str] = []
    while parser.token.kind in _NAMING:
        if words and parser.token.value.strip().lower() in tables.JOINING_WORDS:
            break
        words.append(parser.take().value)
    after = parser.token
    if after.kind == "op" and after.value in {"=", ":"}:
        parser.take()
        return statement(parser)
    if after is END or after.kind == "text" or (after.kind == "op" and after.value in _AFTER_WORDS):
        text = " ".join(words)
        return number_words(text) or spelled_out(text) or Words(text)
    label = " ".join(words).strip()
    if label.lower() in _SIGNS:
        return negated(statement(parser))
    if _SAYING.fullmatch(label) and not _DENYING.search(label):  # the answer is 25
        return statement(parser)
    if words[-1].rstrip().endswith((":", "=")) or (len(words) == 1 and words[0].strip().lower() in _OPENERS):
        return statement(parser)
    parser.at = start
    raise parser.unexpected()


def _relation(parser: Parser) -> str | None:
    token = parser.tokens[parser.at]
    kind, value = token.kind, token.value
    if kind == "op":
        if value == "!" and parser.is_op_ahead("=", 1):
            parser.at += 2
            return "!="
        op = "to" if value == "->" else tables.RELATIONS.get(value)
        if value == "|" and not (parser.scope.bars or parser.scope.in_set):
            op = "divides"
    elif kind == "cmd":
        op = tables.RELATIONS.get(value)
        if op == "divides" and parser.scope.in_set:
            return None
        if op is None and value in {"not", "neg"}:
            op = _NEGATED_RELATIONS.get(parser.ahead(1).value)
            parser.at += op is not None
    elif kind == "letters" and value in _PLAIN_RELATIONS and token.space:
        op = tables.RELATIONS[value]
    else:
        return None
    parser.at += op is not None
    return op


# ---- what follows a value


def _trailed(parser: Parser, node: Node) -> Node:
    """`node` with the ratio, unit, label or scale word after it."""
    token = parser.tokens[parser.at]
    if token is END:
        return node
    if token.value == ":" and token.kind == "op":
        if not parser.scope.no_colon and begins_member(parser, 1):
            node = colon(parser, node)
            token = parser.token
    elif token.kind in _TEXTUAL and token.value.strip() == "to" and begins_member(parser, 1):
        node = ratio(parser, node)
        token = parser.token
    if parser.scope.differential:
        return node
    if token.kind in _TEXTUAL:
        return node if joins(parser) else _with_words(parser, node)
    if token.kind == "cmd" and token.value == "pmod":
        parser.take()
        parser.moduli = True
        return residue(node, parser.argument())
    if token.kind == "op":
        if token.value in tables.MONEY:
            parser.take()
            return Apply("money", (node, Words(tables.MONEY[token.value])))
        if token.value == "%":  # 33 1/3 %
            parser.take()
            return _trailed(parser, Apply("percent", (node,)))
        if not token.value.isascii() and token.value != "°" and not joins(parser):
            return with_label(parser, node)
        if token.value == "/" and parser.ahead(1).kind == "text":  # 15 dollars/\text{hour}
            return with_label(parser, node)
    return node


def _with_words(parser: Parser, node: Node) -> Node:
    """`node` with the words after it: a condition, a remark, a unit or label."""
    token = parser.token
    if conditions.opens(token):
        stated = conditions.in_words(parser, statement)
        if stated is not None:
            parser.conditions += stated
            return node
    elif conditions.remark(token.value.strip(" .,").lower()):
        parser.take()
        return node
    elif isinstance(node, Symbol) and conditions.describes(token):
        membership = conditions.of_name(parser, node)
        if membership is not None:
            return membership
    return with_label(parser, node)
