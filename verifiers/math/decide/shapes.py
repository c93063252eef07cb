"""Shapes of answers: what a tree is (a list, a region, a point, a definition), and rewriting that keeps its meaning.

Nothing here decides equality.
"""

from __future__ import annotations

from itertools import product

from verifiers.math.decide.rungs import Open
from verifiers.math.tree import (
    CONSTANTS,
    INTERVALS,
    Apply,
    Node,
    Number,
    Relation,
    Symbol,
    Trait,
    children,
    free_symbols,
    rebuilt,
    replaced,
    walk,
)

ORDERS = frozenset({"<", "<=", ">", ">=", "!=", "="})
LISTS = frozenset({"list", "or", "and", "set"})
REGIONS = frozenset({"union", "inter", "diff", "builder"}) | INTERVALS
MOST_SIGNS = 4


def without_integers(node: Node) -> tuple[Node, list[Symbol]]:
    """A list without the members that only declare (`k ∈ ℤ`, `x ≠ 0`), and the parameters declared integers."""
    if not isinstance(node, Apply) or node.head not in {"list", "and"} or len(node.args) < 2:
        return node, []
    declared: list[Symbol] = []
    rest: list[Node] = []
    for item in node.args:
        if isinstance(item, Relation) and item.ops == ("in",) and item.terms[1] == Symbol("\\Z"):
            name = item.terms[0]
            if isinstance(name, Symbol) and not _restricts(name, item, node.args):
                declared.append(name)
                continue
        if not _excludes_a_point(item, node.args):
            rest.append(item)
    if len(rest) == len(node.args) or not rest:
        return node, []
    return (rest[0] if len(rest) == 1 else Apply(node.head, tuple(rest))), declared


def _restricts(name: Symbol, item: Node, items: tuple[Node, ...]) -> bool:
    """Whether a membership says of which x in a region: `x > 2, x ∈ Z`; a parameter stands beside other names."""
    beside = [other for other in items if other is not item and is_region(other)]
    return any(free_symbols(other) <= {name.name} for other in beside)


def _excludes_a_point(item: Node, items: tuple[Node, ...]) -> bool:
    """Whether `item` is the side condition (`x ≠ 0`) of an expression or equation that stands beside it."""
    if not isinstance(item, Relation) or item.ops != ("!=",):
        return False
    beside = [other for other in items if not isinstance(other, Relation) or set(other.ops) == {"="}]
    if any(isinstance(other, Relation) and other.terms == item.terms for other in beside):
        return False  # x = 3, x ≠ 3
    return any(free_symbols(item) & free_symbols(other) for other in beside)


def as_equation(node: Node) -> Node:
    """`f(x) ≡ 0` as the equation that defines f; other signs of identity may want a modulus."""
    if type(node) is Relation and node.ops == ("==",) and getattr(node.terms[0], "head", "") == "call":
        return Relation(("=",), node.terms)
    return node


def exact_side(node: Node) -> Node:
    """A reference `x = \\log_3 2 ≈ 0.63` without the rounded value after the exact one."""
    if not isinstance(node, Relation) or node.ops[-1] != "~" or "~" in node.ops[:-1]:
        return node
    if len(node.ops) > 1:
        return Relation(node.ops[:-1], node.terms[:-1])
    return node if free_symbols(node.terms[0]) else node.terms[0]


def decimal_places(node: Node) -> int | None:
    """How many decimals a number was written with, marked or not; negative where it ends before the units."""
    if isinstance(node, Number):
        return node.places
    if isinstance(node, Apply) and node.head in {"neg", "percent", "money", "quantity", "degree"}:
        return decimal_places(node.args[0])
    if isinstance(node, Apply) and node.head == "mul" and len(node.args) == 2:  # 1.5 · 10^3
        places, power = decimal_places(node.args[0]), _power_of_ten(node.args[1])
        return None if places is None or power is None else places - power
    return None


def _power_of_ten(node: Node) -> int | None:
    if not isinstance(node, Apply) or node.head != "pow" or node.args[0] != Number(10):
        return None
    negative = isinstance(node.args[1], Apply) and node.args[1].head == "neg"
    exponent = children(node.args[1])[0] if negative else node.args[1]
    if not isinstance(exponent, Number) or exponent.denominator != 1 or abs(exponent.numerator) > 1000:
        return None
    return -exponent.numerator if negative else exponent.numerator


def has_sign(node: Node) -> bool:
    """Whether a plus-minus sign stands in `node`."""
    return bool(node.traits & Trait.SIGNS)


def is_conditions(node: Node) -> bool:
    """Whether `node` states conditions (inequalities, memberships) on variables."""
    if isinstance(node, Relation):
        return bool(set(node.ops) & (ORDERS - {"="})) or (node.ops == ("in",) and isinstance(node.terms[0], Symbol))
    return (
        isinstance(node, Apply)
        and node.head in {"or", "and", "list"}
        and bool(node.args)
        and all(map(is_conditions, node.args))
    )


def is_region(node: Node) -> bool:
    """Whether `node` looks like a set of reals given by intervals or conditions."""
    if isinstance(node, Apply) and node.head in {"or", "and", "list"}:
        return any(is_region(part) for part in node.args)
    return is_conditions(node) or (isinstance(node, Apply) and node.head in REGIONS)


def single_column(node: Apply) -> list[Node] | None:
    """The entries of a matrix of one column or one row."""
    if all(len(children(row)) == 1 for row in node.args):
        return [children(row)[0] for row in node.args]
    return list(children(node.args[0])) if len(node.args) == 1 else None


def coordinates_of(node: Node) -> list[Node] | None:
    """The coordinates of a tuple, or of a matrix of one column or row."""
    if isinstance(node, Apply):
        if node.head == "tuple":
            return list(node.args)
        if node.head == "matrix":
            return single_column(node)
    return None


def holds_tuples(parts: list[Node]) -> bool:
    """Whether all parts are tuples."""
    return all(isinstance(part, Apply) and part.head == "tuple" for part in parts)


def members(node: Node) -> list[Node]:
    """The members of a list or set, plus-minus signs expanded and a label before the first carried along."""
    parts: list[Node] = []
    label: Node | None = None
    items = node.args if isinstance(node, Apply) and node.head in LISTS else (node,)
    for item in items:
        inner = _inner_list(item)
        if inner is not None:
            parts += members(inner)
            continue
        if isinstance(item, Relation) and item.ops == ("=",) and isinstance(item.terms[0], Symbol):
            label = item.terms[0]
        elif label is not None and not isinstance(item, Relation):
            item = Relation(("=",), (label, item))
        parts += signs_expanded(item)
    return parts


def _inner_list(item: Node) -> Apply | None:
    """The list that stands as a member of another, or the set `x ∈ {1, 2}`, whose members count themselves."""
    if isinstance(item, Apply) and item.head in LISTS and item.head != "set":
        return item
    if isinstance(item, Relation) and item.ops == ("in",):
        held = item.terms[1]
        return held if isinstance(held, Apply) and held.head == "set" else None
    return None


def signs_expanded(node: Node) -> list[Node]:
    """All values of an expression with plus-minus signs: linked where a minus-plus stands too, else each by itself."""
    if not has_sign(node):
        return [node]
    signs = [at for at in walk(node) if isinstance(at, Apply) and at.head in {"pm", "mp"}]
    if len(signs) > MOST_SIGNS:
        raise Open("too many plus-minus signs", slow=False)
    linked = any(sign.head == "mp" for sign in signs)
    if linked:
        return [_with_signs(node, iter([choice] * len(signs))) for choice in (1, -1)]
    return [_with_signs(node, iter(choice)) for choice in product((1, -1), repeat=len(signs))]


def _with_signs(node: Node, choices: object) -> Node:
    if isinstance(node, Apply) and node.head in {"pm", "mp"}:
        sign = next(choices) * (1 if node.head == "pm" else -1)  # type: ignore[call-overload]  # an iterator of signs
        inner = _with_signs(node.args[0], choices)
        return inner if sign > 0 else Apply("neg", (inner,))
    parts = children(node)
    return rebuilt(node, tuple(_with_signs(part, choices) for part in parts)) if parts else node


def never_rational(node: Node) -> bool:
    """Whether `node` surely is no rational number, by its shape."""
    return (isinstance(node, Apply) and node.head in {"tuple", "matrix"}) or bool(free_symbols(node))


def segment(node: Node) -> str | None:
    """The end points of what names a segment or its length: AB, |AB|."""
    if isinstance(node, Apply) and node.head in {"abs", "bar", "norm"}:
        return segment(node.args[0])
    if isinstance(node, Symbol):
        return (
            "".join(sorted(node.name)) if len(node.name) == 2 and node.name.isalpha() and node.name.isupper() else None
        )
    if isinstance(node, Apply) and node.head in {"mul", "vector"} and len(node.args) == 2:
        names = [part.name for part in node.args if isinstance(part, Symbol) and part.name.isupper()]
        return "".join(sorted(names)) if len(names) == 2 else None
    return None


def same_label(first: Node, second: Node) -> bool:
    """Whether two left-hand sides define one thing: `f(x)` and `f(t)`, `y` and `f(x)`, `h` and `h(t)`."""
    if first == second or (segment(first) is not None and segment(first) == segment(second)):
        return True
    calls = [node for node in (first, second) if isinstance(node, Apply) and node.head == "call"]
    if len(calls) == 2:
        pairs = list(zip(calls[0].args, calls[1].args))
        renamed = all(a == b or (isinstance(a, Symbol) and isinstance(b, Symbol)) for a, b in pairs[1:])
        return pairs[0][0] == pairs[0][1] and len(calls[0].args) == len(calls[1].args) and renamed
    if len(calls) == 1 and calls[0].args[0] in {first, second}:
        return True
    return len(calls) == 1 and Symbol("y") in {first, second} and Symbol("y") not in set(walk(calls[0]))


def same_parameters(name: Node, value: Node, other: Node, given: Node) -> tuple[Node, Node]:
    """The values of two definitions, the parameters of the second renamed to those of the first."""
    if isinstance(name, Apply) and isinstance(other, Apply) and name.head == other.head == "call" and name != other:
        for new, old in zip(name.args[1:], other.args[1:]):
            if isinstance(new, Symbol) and isinstance(old, Symbol) and new != old:
                if new.name in free_symbols(given):
                    return value, given
                given = replaced(given, old, new)
    return value, given


_REVERSED = {">": "<", ">=": "<="}


def ascending(node: Relation) -> Relation:
    """A chain of `>` written with `<`."""
    if set(node.ops) <= {">", ">="}:
        return Relation(tuple(_REVERSED[op] for op in reversed(node.ops)), tuple(reversed(node.terms)))
    return node


def with_fixed_names(node: Apply) -> Apply:
    """A built set with its variables in a fixed naming, in order of appearance."""
    names: list[str] = []
    for at in _in_reading_order(node):
        if (
            isinstance(at, Symbol)
            and at.name not in CONSTANTS
            and not at.name.startswith("\\")
            and at.name not in names
        ):
            names.append(at.name)
    renamed: Node = node
    for place, name in enumerate(names):
        renamed = replaced(renamed, Symbol(name), Symbol(f"v‹{place}›"))
    return renamed if isinstance(renamed, Apply) else node


def _in_reading_order(node: Node) -> list[Node]:
    found = [node]
    for part in children(node):
        found += _in_reading_order(part)
    return found
