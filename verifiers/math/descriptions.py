r"""Sets described in words: "all real numbers except 1", "all positive integers", "no real solutions exist".

A description is quantifiers, adjectives and a noun, in any grammatical order, then perhaps a tail: "except" with
values, "greater than" with a bound, a name with a condition ("all x > 2", "all integers n such that n > 3").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from verifiers.math import notation as tables
from verifiers.math.conditions import split_words
from verifiers.math.named_sets import named_set
from verifiers.math.tokens import Token
from verifiers.math.tree import ONE, TWO, Apply, Node, Relation, Symbol

if TYPE_CHECKING:
    from verifiers.math.expressions import Parser

_REALS = Symbol("\\R")
_EMPTY = Symbol("\\emptyset")
_QUANTIFIERS = frozenset({"all", "any", "every", "each", "the", "set", "of"})
_NOUNS = frozenset({"numbers", "number", "values", "value", "reals", "integers", "integer", "naturals", "rationals"})
_NO = frozenset({"no", "there", "is", "are", "exist", "exists", "such", "real"})
_SOLUTIONS = frozenset({"solution", "solutions", "root", "roots"})
_EXCEPT = frozenset({"except", "excluding", "but", "besides", "without"})
_PASSED_AFTER_EXCEPT = frozenset({"for", "not", "when", "where", "that"})
_SUCH_THAT = frozenset({"such", "that", "where", "with", "satisfying", "for", "which"})
_LOWER_BOUND = {("greater", "than"): ">", ("more", "than"): ">", ("at", "least"): ">=", ("larger", "than"): ">"}
_UPPER_BOUND = {("less", "than"): "<", ("smaller", "than"): "<", ("at", "most"): "<="}
_INDEX = Symbol("k")
_EVEN = Apply("mul", (TWO, _INDEX))
_AN_INTEGER = Relation(("in",), (_INDEX, Symbol("\\Z")))
_PARITIES: dict[str, Node] = {
    "\\even": Apply("builder", (_EVEN, _AN_INTEGER)),
    "\\odd": Apply("builder", (Apply("add", (_EVEN, ONE)), _AN_INTEGER)),
}
_BOUNDS = {**_LOWER_BOUND, **_UPPER_BOUND}
_FIRST_WORDS = _QUANTIFIERS | {"no", "there", "real", "positive", "negative", "integers", "reals", "nonzero"}


def begins(token: Token) -> bool:
    """Whether a description may begin with `token`."""
    return begins_words(token.value.lower().split(None, 1))


def begins_words(words: list[str]) -> bool:
    """Whether a description may begin with the first of `words`."""
    return bool(words) and words[0] in _FIRST_WORDS


def described(words: list[str]) -> tuple[Node, int] | None:
    """The set that `words` begin to describe, and how many of them do; None where they describe none."""
    if words[:1] and words[0] in {"no", "there"}:
        place = 0
        while place < len(words) and words[place] in _NO | _SOLUTIONS:
            place += 1
        known = "no" in words[:place] and _SOLUTIONS & set(words[:place])
        return (_EMPTY, place) if known else None
    domains: list[str] = []
    noun = quantified = False
    place = 0
    for place, word in enumerate(words):  # noqa: B007
        if word in _QUANTIFIERS:
            if noun and word != "of":
                break
            quantified = quantified or word not in {"the", "of", "set"}
        elif word in tables.DOMAINS:
            domains.append(tables.DOMAINS[word])
            noun = noun or word in _NOUNS
        elif word in _NOUNS:
            noun = True
        else:
            break
    else:
        place = len(words)
    if not domains or not (noun or quantified):
        return None
    name = domains[0]
    for other in domains[1:]:
        name = tables.NARROWED.get(frozenset({name, other}), other if name == "\\R" else name)
    return _PARITIES.get(name) or named_set(name), place


def wholly_described(words: list[str]) -> Node | None:
    """The set that nothing but `words` describes: there is a quantifier, or it is said to be empty."""
    if not words or not begins_words(words):
        return None
    found = described(words)
    if found is None or not (_QUANTIFIERS & set(words) or found[0] == _EMPTY):
        return None
    rest = words[found[1] :]
    return found[0] if not rest or (len(rest) == 1 and len(rest[0]) == 1) else None


def in_words(parser: Parser, items: Callable[[Parser], Node]) -> Node | None:
    """The set that the next words describe with what follows them, or None, nothing read."""
    start, tokens = parser.at, list(parser.tokens)
    node = _read(parser, items)
    if node is None:
        parser.tokens[:], parser.at = tokens, start
    return node


def _read(parser: Parser, items: Callable[[Parser], Node]) -> Node | None:
    words = _words(parser)
    bare = words[:1] and words[0] in {"all", "any", "every"} and _at_condition(parser, 1)
    if bare:  # all x > 2
        parser.skip(1)
        return items(parser)
    found = described(words)
    if found is None or found[0] == _EMPTY:
        return None if found is None else _passed(parser, found)
    base = _passed(parser, found)
    if parser.token.kind == "name" and not _at_condition(parser, 0):  # ... numbers x except
        name: Node = parser.primary()
    else:
        name = Symbol("x")
    words = _words(parser)
    if (words[:1] and words[0] in _EXCEPT) or words[:2] == ["other", "than"] or words[:2] == ["apart", "from"]:
        parser.skip(2 if words[0] in {"other", "apart"} else 1)
        while parser.token.value.lower() in _PASSED_AFTER_EXCEPT:
            parser.take()
        return Apply("diff", (base, _values(items(parser))))
    op = _BOUNDS.get((words[0], words[1])) if len(words) > 1 else None
    if op is not None:
        parser.skip(2)
        if words[2:5] == ["or", "equal", "to"]:
            parser.skip(3)
            op += "="
        return _within(base, Relation((op,), (name, parser.expression())))
    while parser.token.kind in {"text", "letters"} and parser.token.value.lower() in _SUCH_THAT:
        parser.take()
    if _at_condition(parser, 0):
        return _within(base, items(parser))
    return base if parser.token.position < 0 or parser.token.value in {",", ";"} else None


def _words(parser: Parser) -> list[str]:
    split_words(parser)
    words: list[str] = []
    place = parser.at
    while parser.tokens[place].kind in {"text", "letters"}:
        words.append(parser.tokens[place].value.lower())
        place += 1
    return words


def _passed(parser: Parser, found: tuple[Node, int]) -> Node:
    parser.skip(found[1])
    return found[0]


def _at_condition(parser: Parser, ahead: int) -> bool:
    sign = parser.ahead(ahead + 1)
    return parser.ahead(ahead).kind == "name" and sign.kind in {"op", "cmd"} and sign.value in tables.RELATIONS


def _values(node: Node) -> Node:
    """What is excluded, as a set: `1`, `x = 1`, `±2`, `1 and 2`."""
    parts = node.args if isinstance(node, Apply) and node.head in {"list", "and", "or", "set"} else (node,)
    plain: list[Node] = []
    for part in parts:
        value = part.terms[-1] if isinstance(part, Relation) and part.ops == ("=",) else part
        sign = isinstance(value, Apply) and value.head == "pm" and len(value.args) == 1
        plain += [value.args[0], Apply("neg", value.args)] if sign and isinstance(value, Apply) else [value]
    return Apply("set", tuple(plain))


def _within(base: Node, condition: Node) -> Node:
    """The members of `base` that fulfil a condition."""
    if base == _REALS:
        return condition
    name = condition.terms[0] if isinstance(condition, Relation) else Symbol("x")
    return Apply("builder", (Relation(("in",), (name, base)), condition))
