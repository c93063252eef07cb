r"""Labels: what an equation in an answer only names (`x =`, `f(x) =`, `|AB| =`, `\sin A =`, `m + n =`).

A label says what was asked for and adds nothing to the value. A formula that could be an equation to solve is none:
`2x = 12` and `x - 3 = 7` leave the work to the reader. So a formula counts as a label only where it is made of bare
names that stand nowhere else.
"""

from __future__ import annotations

from verifiers.math.decide.shapes import segment
from verifiers.math.tree import (
    CONSTANTS,
    FUNCTIONS,
    MANY_ARGUMENTS,
    Apply,
    Node,
    Number,
    Symbol,
    Words,
    free_symbols,
    walk,
)

# they name a value by themselves, whatever they are applied to
_APPLICATIONS = frozenset({"call", "prime", "derivative", "vector"})
# of bare names: lengths, angles, vectors, sets
_DECORATIONS = frozenset({"abs", "norm", "bar", "vector", "inter", "union", "diff"})
# asked for of named things; `\ln x` and its like are equations to solve
_ASKED = (FUNCTIONS - {"ln", "log", "exp", "sqrt", "sgn", "arg"}) | MANY_ARGUMENTS
_INVERSE = Number(-1)


def is_label(node: Node, rest: list[Node], used: set[str]) -> bool:
    """Whether `node` only names what follows, `rest`, where the names `used` have a meaning of their own."""
    if isinstance(node, Words):
        return True
    if isinstance(node, Symbol):
        return node.name not in CONSTANTS and node.name not in used and node.name not in _names(rest)
    if not isinstance(node, Apply):
        return False
    if node.head in _APPLICATIONS or (node.head == "integral" and len(node.args) == 2):
        return not any(node in set(walk(part)) for part in rest)
    return _names_a_value(node) and not free_symbols(node) & (used | _names(rest))


def is_tuple_of_names(node: Node) -> bool:
    """Whether `node` is a tuple of distinct names: `(x, y)`."""
    if not isinstance(node, Apply) or node.head != "tuple":
        return False
    names = {part.name for part in node.args if isinstance(part, Symbol) and part.name not in CONSTANTS}
    return len(names) == len(node.args) > 1


def is_formula(node: Node) -> bool:
    """Whether `node` is a sum, product or quotient of distinct bare names: `m + n`, `abc`, `\\frac{a}{b}`."""
    names: list[str] = []
    return isinstance(node, Apply) and _collect(node, names) and len(set(names)) == len(names) > 1


def _collect(node: Node, names: list[str]) -> bool:
    if isinstance(node, Symbol):
        names.append(node.name)
        return node.name not in CONSTANTS
    if not isinstance(node, Apply):
        return False
    points = segment(node)
    if points is not None:
        names.append(points)
        return True
    if node.head in {"add", "mul", "div", "neg", "ratio"}:
        return all(_collect(part, names) for part in node.args)
    if node.head in {"abs", "bar", "vector"}:
        return all(_collect(part, names) for part in node.args)
    return False


def _names_a_value(node: Apply) -> bool:
    if node.head in _DECORATIONS:
        named = all(isinstance(part, Symbol) or is_formula(part) or segment(part) for part in node.args)
        return named and bool(free_symbols(node))
    if node.head in _ASKED:
        return bool(free_symbols(node))
    if node.head == "pow":  # the inverse of a matrix
        return isinstance(node.args[0], Symbol) and node.args[1] == _INVERSE and node.args[0].name.isupper()
    return is_formula(node)


def names_the_reference(node: Node, value: Node) -> bool:
    """Whether the left side of a *reference* is a label: `x + y = 5` and `xy = 12` are curves there, not values."""
    return is_label(node, [value], set()) and not is_formula(node)


def _names(parts: list[Node]) -> set[str]:
    return set().union(*(free_symbols(part) for part in parts))
