"""The expression tree: immutable, hashable, cheap. What the parser makes and every means of evidence reads.

Five kinds of nodes:

`Number`   an exact rational as it was written; `places` remembers the decimals of a decimal (None otherwise).
`Symbol`   a name: a variable, or one of the constants `pi`, `e`, `i`, `infty`, or a named set (`R`, `Z`, ...).
`Words`    text that is not mathematics.
`Relation` a chain `terms[0] ops[0] terms[1] ops[1] ...`.
`Apply`    a head applied to arguments; the heads in use are listed below.

Heads of expressions: add mul div neg pow root(x, n) fact dfact binom perm abs norm floor ceil log(x, base) and the
functions of `FUNCTIONS`; pm mp (binary or unary); call(f, ...) for an undefined function; prime(f); bar(x).
Heads of collections: list (commas), or, and, set, tuple, matrix (of `row`s), the intervals `[]` `[)` `(]` `()`.
Heads of set algebra: union inter diff; builder(element, conditions...).
Heads of literals: percent(x), degree(x), quantity(x, unit), money(x, unit), based(digits, base), clock(h, m, s, half),
ratio(a, b).
Heads that are left unevaluated: sum prod (body, index, low, high), integral (body, variable[, low, high]),
limit (body, variable, point, side), piecewise, derivative.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Number:
    """`numerator / denominator` in lowest terms; `places` is how many decimals were written, if it was a decimal."""

    numerator: int
    denominator: int = 1
    places: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A variable or a named constant."""

    name: str


@dataclass(frozen=True, slots=True)
class Words:
    """Text, as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A chain of relations; `ops` are among `= != < <= > >= in notin ~ subset`."""

    ops: tuple[str, ...]
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Apply:
    """`head` applied to `args`."""

    head: str
    args: tuple[Node, ...]


Node = Number | Symbol | Words | Relation | Apply

CONSTANTS = frozenset({"pi", "e", "i", "infty"})
NAMED_SETS = frozenset({"R", "Z", "Q", "N", "C", "emptyset"})
INTERVALS = frozenset({"[]", "[)", "(]", "()"})
UNEVALUATED = frozenset({"sum", "prod", "integral", "limit"})

# functions of one argument that every means of evidence may know
FUNCTIONS = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "arcsin",
        "arccos",
        "arctan",
        "arccot",
        "arcsec",
        "arccsc",
        "sinh",
        "cosh",
        "tanh",
        "coth",
        "sech",
        "csch",
        "arcsinh",
        "arccosh",
        "arctanh",
        "ln",
        "exp",
        "log",
        "gamma",
        "erf",
        "zeta",
        "re",
        "im",
        "arg",
        "sgn",
        "sqrt",
        "det",
    ]
)
# functions of several
MANY_ARGUMENTS = frozenset({"gcd", "lcm", "min", "max", "mod"})

ZERO = Number(0)
ONE = Number(1)
TWO = Number(2)


def children(node: Node) -> tuple[Node, ...]:
    """The parts of `node`."""
    if isinstance(node, Apply):
        return node.args
    if isinstance(node, Relation):
        return node.terms
    return ()


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything below it, without recursion."""
    waiting = [node]
    while waiting:
        at = waiting.pop()
        yield at
        waiting.extend(children(at))


def rebuilt(node: Node, parts: tuple[Node, ...]) -> Node:
    """`node` with other parts."""
    if isinstance(node, Apply):
        return Apply(node.head, parts)
    if isinstance(node, Relation):
        return Relation(node.ops, parts)
    return node


def symbols(node: Node) -> set[str]:
    """The names of all symbols that are neither constants nor named sets, bound ones and undefined heads included."""
    return {at.name for at in walk(node) if isinstance(at, Symbol) and at.name not in CONSTANTS and at.name[:1] != "\\"}


def free_symbols(node: Node) -> set[str]:
    """As `symbols`, without the indices that sums, products, integrals and limits bind."""
    if isinstance(node, Symbol):
        return symbols(node)
    parts = children(node)
    found: set[str] = set()
    for part in parts:
        found |= free_symbols(part)
    if isinstance(node, Apply) and node.head in UNEVALUATED and len(parts) > 1 and isinstance(parts[1], Symbol):
        found.discard(parts[1].name)
        if node.head == "integral" and len(parts) == 2:
            found.add(parts[1].name)
    return found


def heads(node: Node) -> set[str]:
    """All heads in `node`."""
    return {at.head for at in walk(node) if isinstance(at, Apply)}


def replaced(node: Node, old: Node, new: Node) -> Node:
    """`node` with every `old` in it as `new`."""
    if node == old:
        return new
    parts = children(node)
    if not parts:
        return node
    return rebuilt(node, tuple(replaced(part, old, new) for part in parts))
