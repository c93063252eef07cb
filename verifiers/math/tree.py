"""The expression tree: immutable, hashable, cheap. What the parser makes and every means of evidence reads.

Five kinds of nodes:

`Number`   an exact rational as it was written; `places` remembers the decimals of a decimal (None otherwise).
`Symbol`   a name: a variable, or one of the constants `pi`, `e`, `i`, `infty`, or a named set (`R`, `Z`, ...).
`Words`    text that is not mathematics.
`Relation` a chain `terms[0] ops[0] terms[1] ops[1] ...`.
`Apply`    a head applied to arguments; the heads in use are listed below.

Heads of expressions: add mul div neg pow root(x, n) fact dfact binom perm abs norm(x[, p]) floor ceil log(x, base) and
the functions of `FUNCTIONS`; pm mp (binary or unary); bar(x).
Heads of names at work: call(f, ...) for an undefined function, for `P(1, 2)` (a point, or a number of choices: the
other side shows which) and for a transform; compose(f, g); prime(y) for a derivative and prime(y, x) for one by x,
nested for higher orders; derivative(expression, x); vector(A, B) from point to point. The length of the segment from
A to B is the symbol `AB`, letters in order; `angle ABC`, `[ABC]` are symbols too.
Heads of collections: list (commas), or, and, set, tuple, matrix (of `row`s), the intervals `[]` `[)` `(]` `()`;
sequence (a list with an `ellipsis` among its members, of which only those are kept that tell how it goes on).
Heads of statements: congruence(x, residue, modulus), with a list of residues, or with more members of its chain
between; residue(r, modulus), a class; given(answer, condition...), an answer under side conditions, each a relation:
memberships of names, also in the sets `\\even`, `\\odd`, `\\prime`, `\\constant`, and inequalities.
Heads of set algebra: union inter diff; builder(element, conditions...).
Heads of literals: percent(x), degree(x), quantity(x, unit), money(x, unit), based(digits, base), clock(h, m, s, half),
ratio(a, b).
Heads that are left unevaluated: sum prod (body, index, low, high), integral (body, variable[, low, high]),
limit (body, variable, point, side), piecewise.
Named sets are symbols with a backslash: `\\R`, `\\Z`, ..., `\\R+`, and `\\Z+`, `\\Z0+` (from zero), `\\Z-`, `\\Z*`.
Within the parser only: counted(C_n, n, k) and the symbols `unit i`, `unit j`, `unit k`, till `review` has settled them.

Every node knows its `traits`, a set of bits that says what stands anywhere in it (`Trait`): they are put together
when the node is made, so that a question such as "is there a logarithm in it?" needs no walk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Final


class Trait:
    """The bits of `traits`: what stands in a tree."""

    VARIABLE: Final = 1 << 0  # a symbol that is no constant and no named set
    INFINITE: Final = 1 << 1
    IMAGINARY: Final = 1 << 2  # the constant i
    LOGARITHM: Final = 1 << 3  # `log`, with or without a base
    OPAQUE: Final = 1 << 4  # an application of an undefined function, or its derivative
    CONJUGATE: Final = 1 << 5  # a bar
    UNEVALUATED: Final = 1 << 6  # a sum, product, integral or limit
    SIGNS: Final = 1 << 7  # a plus-minus or minus-plus sign
    NO_VALUE: Final = 1 << 8  # words, relations, collections, quantities: anything that is no expression
    ABSOLUTE: Final = 1 << 9
    JUMPS: Final = 1 << 10  # floors, extremes, signs: values that jump
    WHOLE: Final = 1 << 11  # functions that want integers
    QUOTIENT: Final = 1 << 12  # something that may divide by zero


@dataclass(frozen=True, slots=True)
class Number:
    """`numerator / denominator` in lowest terms.

    `places` is how many decimals were written, if it was a decimal: negative for `4.5e33`, None for other numbers.
    """

    numerator: int
    denominator: int = 1
    places: int | None = field(default=None, compare=False)
    traits: ClassVar[int] = 0


_put = object.__setattr__  # the nodes are frozen: only their own `__init__` writes


@dataclass(frozen=True, slots=True, init=False)
class Symbol:
    """A variable or a named constant."""

    name: str
    traits: int = field(repr=False, compare=False)

    def __init__(self, name: str) -> None:
        _put(self, "name", name)
        traits = _TRAITS_OF_NAMES.get(name)
        if traits is None:
            traits = 0 if name[:1] == "\\" else Trait.VARIABLE
        _put(self, "traits", traits)


@dataclass(frozen=True, slots=True)
class Words:
    """Text, as it was written."""

    text: str
    traits: ClassVar[int] = Trait.NO_VALUE


@dataclass(frozen=True, slots=True, init=False)
class Relation:
    """A chain of relations; `ops` are among `= == != < <= > >= in notin ~ subset to divides`."""

    ops: tuple[str, ...]
    terms: tuple[Node, ...]
    traits: int = field(repr=False, compare=False)

    def __init__(self, ops: tuple[str, ...], terms: tuple[Node, ...]) -> None:
        traits = Trait.NO_VALUE
        for term in terms:
            traits |= term.traits
        _put(self, "ops", ops)
        _put(self, "terms", terms)
        _put(self, "traits", traits)


@dataclass(frozen=True, slots=True, init=False)
class Apply:
    """`head` applied to `args`."""

    head: str
    args: tuple[Node, ...]
    traits: int = field(repr=False, compare=False)

    def __init__(self, head: str, args: tuple[Node, ...]) -> None:
        traits = 0
        if head == "det":  # a value, though its matrix is none
            for part in args:
                for row in children(part):
                    for entry in children(row):
                        traits |= entry.traits
        else:
            for part in args[1:] if head == "based" else args:  # digits in a base are kept as words
                traits |= part.traits
        _put(self, "head", head)
        _put(self, "args", args)
        _put(self, "traits", traits | _TRAITS_OF_HEADS.get(head, 0))


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

_TRAITS_OF_NAMES = {
    "pi": 0,
    "e": 0,
    "i": Trait.IMAGINARY,
    "infty": Trait.INFINITE,
    "infty+": Trait.INFINITE | Trait.VARIABLE,
    **dict.fromkeys(("unit i", "unit j", "unit k"), Trait.OPAQUE | Trait.VARIABLE),
}
_HEADS_OF_TRAITS = {
    Trait.LOGARITHM: {"log"},
    Trait.OPAQUE: {"call", "prime", "counted", "vector", "derivative", "compose"},
    Trait.CONJUGATE: {"bar"},
    Trait.UNEVALUATED: UNEVALUATED,
    Trait.SIGNS: {"pm", "mp"},
    Trait.NO_VALUE: {
        *("list", "or", "and", "set", "tuple", "matrix", "row", "[]", "[)", "(]", "()", "union", "inter", "diff"),
        *(
            "builder",
            "clock",
            "quantity",
            "money",
            "piecewise",
            "congruence",
            "residue",
            "ellipsis",
            "sequence",
            "given",
        ),
    },
    Trait.ABSOLUTE: {"abs"},
    Trait.JUMPS: {"floor", "ceil", "max", "min", "sgn", "abs", "mod"},
    Trait.WHOLE: {"fact", "dfact", "binom", "perm", "floor", "ceil", "sum", "prod", "mod", "gcd", "lcm"},
    Trait.QUOTIENT: {"div", "ratio", "pow", "ln", "log", "mod"},
}
_TRAITS_OF_HEADS: dict[str, int] = {}
for _trait, _heads in _HEADS_OF_TRAITS.items():
    for _head in _heads:
        _TRAITS_OF_HEADS[_head] = _TRAITS_OF_HEADS.get(_head, 0) | _trait

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
        if isinstance(at, Apply):
            waiting.extend(at.args)
        elif isinstance(at, Relation):
            waiting.extend(at.terms)


def rebuilt(node: Node, parts: tuple[Node, ...]) -> Node:
    """`node` with other parts."""
    if isinstance(node, Apply):
        return Apply(node.head, parts)
    if isinstance(node, Relation):
        return Relation(node.ops, parts)
    return node


def symbols(node: Node) -> set[str]:
    """The names of all symbols that are neither constants nor named sets, bound ones and undefined heads included."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if at.traits & Trait.VARIABLE:
            if isinstance(at, Symbol):
                found.add(at.name)
            else:
                waiting.extend(children(at))
    return found


def free_symbols(node: Node) -> set[str]:
    """As `symbols`, without the indices that sums, products, integrals and limits bind."""
    if not node.traits & Trait.VARIABLE:
        return set()
    if not node.traits & Trait.UNEVALUATED:
        return symbols(node)
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


def binding(head: str, body: Node, variable: Node, *bounds: Node) -> Node:
    """A sum, product, integral or limit over `variable`, which gets a name of its own: `‹1›`, `‹2›`, ... from inside.

    So two that differ in the name of their index alone are one tree, and an index `i` is no imaginary unit.
    """
    if not isinstance(variable, Symbol):
        return Apply(head, (body, variable, *bounds))
    inner = 0
    if body.traits & Trait.UNEVALUATED:
        bound = [at.args[1] for at in walk(body) if isinstance(at, Apply) and at.head in UNEVALUATED]
        inner = max((int(at.name[1:-1]) for at in bound if isinstance(at, Symbol) and at.name[:1] == "‹"), default=0)
    name = Symbol(f"‹{inner + 1}›")
    return Apply(head, (replaced(body, variable, name), name, *bounds))
