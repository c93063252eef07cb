r"""Side conditions: what is said about the names of an answer, not what the answer is.

`kπ (k ∈ Z)`, `x^2+1, x > 0`, `2^n \text{ for all integers } n`, `Cx, \text{ where } C \text{ is a constant}` are all
`given(answer, condition...)`. A condition is a relation; what words say of a name is its membership in a set: `\Z`,
`\R`, and so on, or one of `\even`, `\odd`, `\constant`. Words of conditions are read from `DOMAINS` by a small grammar:
an opening word (`for`, `where`), quantifiers, a domain, names, and `is` with a domain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from verifiers.math import notation as tables
from verifiers.math.assembly import joined
from verifiers.math.tokens import Token, tokenize
from verifiers.math.tree import (
    ONE,
    ZERO,
    Apply,
    Node,
    Number,
    Relation,
    Symbol,
    children,
    free_symbols,
    rebuilt,
    replaced,
    walk,
)

if TYPE_CHECKING:
    from verifiers.math.expressions import Parser

OPENINGS = frozenset({"for", "where", "when", "whenever", "with", "if", "provided", "given", "assuming", "as"})
_PASSED = frozenset(
    [
        "all",
        "any",
        "every",
        "each",
        "some",
        "that",
        "the",
        "a",
        "an",
        "values",
        "value",
        "of",
        "numbers",
        "number",
        "real-valued",
        "long",
        "such",
        "arbitrary",
        "fixed",
        "constants",
        "parameter",
        "parameters",
        "which",
        "variable",
        "suitable",
        "in",
        "being",
        "on",
    ]
)
_COPULAS = frozenset({"is", "are", "be", "denotes", "represents"})
_AFTER_NAME = frozenset({"text", "letters", "end of text"})
_MOST_VALUES = 40
_MOST_NODES = 4_000
_PRODUCTS = frozenset({"mul", "div", "neg"})
_TEXTUAL = frozenset({"text", "letters"})
_SIGNS_OF_RELATIONS = frozenset({"=", "<", ">", "<=", ">=", "!=", "in", "notin"})
_REMARKS = frozenset({"only", "exactly", "as required"})


def remark(words: str) -> bool:
    """Whether words after a value say nothing about it."""
    return words in _REMARKS


def opens(token: Token) -> bool:
    """Whether a condition in words begins with `token`."""
    return token.kind in _TEXTUAL and _first_word(token.value) in OPENINGS


def _first_word(text: str) -> str:
    return text.lstrip(" ,;").partition(" ")[0].lower()


def in_words(parser: Parser, statement: Callable[[Parser], Node]) -> list[Node] | None:
    """The conditions that the words before `parser` state, or None, nothing read, where they state something else."""
    start, tokens = parser.at, list(parser.tokens)
    found: list[Node] = []
    domain: Symbol | None = None
    names: list[Node] = []
    while True:
        split_words(parser)
        token = parser.token
        word = token.value.lower()
        if token.kind == "name" or (token.kind == "cmd" and token.value in tables.SYMBOL_COMMANDS):
            if _relates(parser.ahead(1)) or parser.is_op_ahead("_", 1):
                found.append(statement(parser))
            else:
                names.append(parser.primary())
        elif token.kind not in _TEXTUAL:
            if token.value != "," or not names or parser.ahead(1).kind not in {"name", *_TEXTUAL}:
                break
            parser.take()
        elif word in tables.DOMAINS:
            domain = _narrower(domain, tables.DOMAINS[word])
            parser.take()
        elif word == "and":
            if not _goes_on(parser, of_names=bool(names)):
                break
            parser.take()
        elif word in OPENINGS or word in _PASSED or word in _COPULAS:
            parser.take()
        else:
            break
    if domain is not None:
        found += [Relation(("in",), (name, domain)) for name in names]
    if not found and not (domain is not None or names):
        parser.tokens[:], parser.at = tokens, start
        return None
    return found or [Relation(("in",), (name, Symbol("\\R"))) for name in names]


def _goes_on(parser: Parser, *, of_names: bool) -> bool:
    """Whether "and" joins another name, `for all x and y`, or another condition, `where a = 2 and b = 3`."""
    if parser.ahead(1).kind != "name":
        return False
    return parser.ahead(2).kind in _AFTER_NAME if of_names else _relates(parser.ahead(2))


def of_name(parser: Parser, name: Node) -> Node | None:
    """`n \\text{ is even}` as a membership, or None, nothing read."""
    start, tokens = parser.at, list(parser.tokens)
    domain: Symbol | None = None
    while parser.token.kind in _TEXTUAL:
        split_words(parser)
        word = parser.token.value.lower()
        if word in tables.DOMAINS:
            domain = _narrower(domain, tables.DOMAINS[word])
        elif word not in _COPULAS and word not in _PASSED:
            break
        parser.take()
    if domain is None or not isinstance(name, Symbol):
        parser.tokens[:], parser.at = tokens, start
        return None
    return Relation(("in",), (name, domain))


def describes(token: Token) -> bool:
    """Whether words begin that may say of a name what it is."""
    word = _first_word(token.value)
    return word in _COPULAS or word in tables.DOMAINS


def _narrower(first: str | Symbol | None, second: str) -> Symbol:
    """`positive` and `integer` together."""
    if first is None:
        return Symbol(second)
    both = {first.name if isinstance(first, Symbol) else first, second}
    return Symbol(tables.NARROWED.get(frozenset(both), second))


def split_words(parser: Parser) -> None:
    """The next text as a token a word."""
    token = parser.token
    if token.kind != "text" or not (" " in token.value or "," in token.value):
        return
    words = token.value.replace(",", " ").replace(";", " ").replace(".", " ").split()
    if not words:
        return
    parser.replace(*(sign for word in words for sign in _signs(word, token.position)))


def _signs(word: str, position: int) -> list[Token]:
    if len(word) == 1 and word.isalpha() and word != "a":
        return [Token("name", word, position, True)]
    if word.replace("-", "").isalpha():
        return [Token("text", word, position, True)]
    return [Token(sign.kind, sign.value, position, True) for sign in tokenize(word)]


def _relates(token: Token) -> bool:
    return token.kind in {"op", "cmd"} and tables.RELATIONS.get(token.value) in _SIGNS_OF_RELATIONS


# ---- conditions beside an answer


def with_conditions(node: Node, conditions: list[Node]) -> Node:
    """`node` under conditions that stood in brackets or words after it; `(≈ 0.785)` goes on its chain."""
    stated = [part for condition in conditions for part in _parts(condition)]
    rounded = [part.terms[1] for part in stated if isinstance(part, Relation) and part.ops == ("~",)]
    kept = [part for part in stated if not (isinstance(part, Relation) and part.ops == ("~",))]
    node, kept = _substituted(node, kept)
    for condition in list(kept):
        listed = _each(node, condition)
        if listed is not None:
            node = listed
            kept.remove(condition)
    if rounded:
        before = (node.ops, node.terms) if isinstance(node, Relation) else ((), (node,))
        node = Relation((*before[0], "~"), (*before[1], rounded[0]))
    return Apply("given", (node, *kept)) if kept else node


def _substituted(node: Node, definitions: list[Node]) -> tuple[Node, list[Node]]:
    """`node` with the names that its conditions define (`where ω = ...`) as what they are; and the others."""
    kept: list[Node] = []
    for definition in definitions:
        name = definition.terms[0] if isinstance(definition, Relation) and definition.ops == ("=",) else None
        if isinstance(definition, Relation) and isinstance(name, Symbol) and name.name in free_symbols(node):
            value = definition.terms[1]
            label = node.terms[0] if isinstance(node, Relation) else None
            if name != label and name.name not in free_symbols(value):
                node = replaced(node, name, value)
                continue
        kept.append(definition)
    return node, kept


def _each(node: Node, condition: Node) -> Node | None:
    """An answer with a name that takes a few values, `k = 0, 1, 2`, for each of them."""
    if not isinstance(condition, Relation) or condition.ops != ("in",):
        return None
    name, members = condition.terms
    if not isinstance(members, Apply) or members.head != "set" or not isinstance(name, Symbol):
        return None
    known = 0 < len(members.args) <= _MOST_VALUES and all(isinstance(member, Number) for member in members.args)
    if not known or name.name not in free_symbols(node):
        return None
    if len(members.args) * sum(1 for _ in walk(node)) > _MOST_NODES:
        return None
    return Apply("list", tuple(_without_zeros(replaced(node, name, member)) for member in members.args))


def _without_zeros(node: Node) -> Node:
    """`node` with products with zero and powers to zero worked out, as those of a first value are."""
    parts = children(node)
    if not parts:
        return node
    node = rebuilt(node, tuple(map(_without_zeros, parts)))
    if isinstance(node, Apply):
        if node.head == "pow" and node.args[1] == ZERO and node.args[0] != ZERO:
            return ONE
        if node.head in _PRODUCTS and ZERO in node.args and (node.head == "mul" or node.args[1] != ZERO):
            return ZERO
    return node


def _parts(condition: Node) -> list[Node]:
    """The relations of a bracket; `(k = 0, 1, 2)` is a membership."""
    if not isinstance(condition, Apply) or condition.head not in {"tuple", "list", "and"}:
        return [condition]
    first, *rest = condition.args
    plain = [part for part in rest if not isinstance(part, Relation)]
    if isinstance(first, Relation) and first.ops == ("=",) and rest and len(plain) == len(rest):
        return [Relation(("in",), (first.terms[0], Apply("set", (first.terms[1], *rest))))]
    return [part for part in condition.args if isinstance(part, Relation)]


def is_condition(node: Node) -> bool:
    """Whether a bracket after an expression holds a condition on it."""
    if isinstance(node, Apply) and node.head in {"tuple", "list", "and"}:
        return bool(node.args) and isinstance(node.args[0], Relation)
    return isinstance(node, Relation)


def conditioned(found: list[Node], joints: list[str]) -> Node | None:
    """A list whose last members are conditions on the others as one answer under conditions; None where they aren't."""
    shared = _shared(found)
    if shared is not None:
        return Apply("given", (joined([answer for answer, _ in shared], joints), *shared[0][1]))
    found = _enumerated(found)
    place = len(found)
    while place and _may_condition(found[place - 1]) and (place == 1 or joints[place - 2] != "or"):
        place -= 1
    if not 0 < place < len(found):
        return None
    answers, conditions = found[:place], found[place:]
    if not all(_on(condition, answers) for condition in conditions):
        return None
    main = joined(answers, joints[: place - 1])
    if isinstance(main, Apply) and main.head == "given":
        return Apply("given", (*main.args, *conditions))
    return with_conditions(main, conditions)


def _shared(found: list[Node]) -> list[tuple[Node, tuple[Node, ...]]] | None:
    """Answers that all stand under the same conditions, apart from these; None where they do not."""
    parts = [(node.args[0], node.args[1:]) for node in found if isinstance(node, Apply) and node.head == "given"]
    return parts if len(parts) == len(found) and len({stated for _, stated in parts}) == 1 else None


def _enumerated(found: list[Node]) -> list[Node]:
    """`e(k), k = 0, 1, 2` with the values of k as a membership."""
    place = next((at for at, node in enumerate(found) if isinstance(node, Relation)), 0)
    if not 0 < place < len(found) - 1:
        return found
    stated, values = found[place], found[place + 1 :]
    if not isinstance(stated, Relation) or stated.ops != ("=",):
        return found
    name = stated.terms[0]
    used = all(isinstance(name, Symbol) and name.name in free_symbols(answer) for answer in found[:place])
    if not used or any(isinstance(value, Relation) or free_symbols(value) for value in values):
        return found
    return [*found[:place], Relation(("in",), (name, Apply("set", (stated.terms[-1], *values))))]


def _may_condition(node: Node) -> bool:
    return isinstance(node, Relation) and bool(set(node.ops) & (_SIGNS_OF_RELATIONS - {"="}))


def _on(condition: Node, answers: list[Node]) -> bool:
    """Whether a condition is on a name of the answers, and no answer of its own (`x = 1, x > 3`)."""
    if not isinstance(condition, Relation):
        return False
    if any(_may_condition(answer) for answer in answers):
        return False
    if condition.ops in {("in",), ("notin",)}:
        return isinstance(condition.terms[0], Symbol)
    labels = {answer.terms[0] for answer in answers if isinstance(answer, Relation)}
    names = free_symbols(condition)
    used: set[str] = set().union(*(free_symbols(answer) for answer in answers))
    return bool(names & used) and not any(isinstance(label, Symbol) and label.name in names for label in labels)
