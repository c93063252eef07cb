r"""Named sets of numbers and their halves: `\mathbb R`, `\mathbb Z^+`, `\mathbb R_{\ge 0}`, `\mathbb R - \{1\}`.

A named set is a symbol whose name begins with a backslash: `\R`, `\Z`, `\Q`, `\N`, `\C`, with `+` (positive), `-`
(negative), `*` (without zero) or `0+` (not negative). Halves of the reals are intervals; natural numbers with a mark
are integers with it.
"""

from __future__ import annotations

from verifiers.math.tree import INTERVALS, NAMED_SETS, ZERO, Apply, Node, Relation, Symbol

_INFINITY = Symbol("infty")
_REALS: dict[str, Node] = {
    "\\R-": Apply("()", (Apply("neg", (_INFINITY,)), ZERO)),
    "\\R0+": Apply("[)", (ZERO, _INFINITY)),
    "\\R*": Apply("diff", (Symbol("\\R"), Apply("set", (ZERO,)))),
}
_SAME = {"\\N+": "\\Z+", "\\N*": "\\Z+", "\\N0+": "\\Z0+", "\\N0": "\\Z0+", "\\N1+": "\\Z+"}
# what a subscript or superscript of a named set says
_MARKS = {
    "+": "+", ">0": "+", "gt0": "+", "-": "-", "<0": "-", "lt0": "-", "*": "*", "ne0": "*", "neq0": "*", "0": "0",
    ">=0": "0+", "ge0": "0+", "geq0": "0+", "geqslant0": "0+", "+0": "0+", "0+": "0+", "ge1": "1+", "geq1": "1+",
}  # fmt: skip
_SETS = frozenset({"set", "union", "inter", "diff", "builder"}) | INTERVALS


def named_set(name: str) -> Node:
    """The set that `name` names, as an interval where it is one."""
    return _REALS.get(name) or Symbol(_SAME.get(name, name))


def marked(symbol: Symbol, mark: str) -> Node | None:
    """A named set with a subscript or superscript, or None where that is none of its marks."""
    known = _MARKS.get(mark)
    return None if known is None or not is_named(symbol) else named_set(symbol.name + known)


def is_named(node: Node) -> bool:
    """Whether `node` names one of the usual sets of numbers."""
    return isinstance(node, Symbol) and node.name[:1] == "\\" and node.name.strip("\\+-*0") in NAMED_SETS


def is_set(node: Node) -> bool:
    """Whether `node` is a set, by its shape."""
    return is_named(node) or (isinstance(node, Apply) and node.head in _SETS)


def as_set(node: Node) -> Node:
    """`node` where a set is wanted: a plain `R` or `Z` is that set of numbers."""
    return Symbol("\\" + node.name) if isinstance(node, Symbol) and node.name in NAMED_SETS else node


def set_difference(terms: list[Node]) -> Node | None:
    """`A - B` of sets, or None where the terms are no sets."""
    first, *others = terms
    left = as_set(first)
    for term in others:
        if not (is_set(left) and isinstance(term, Apply) and term.head == "neg" and is_set(term.args[0])):
            return None
        left = Apply("diff", (left, term.args[0]))
    return left


def built(element: Node, conditions: tuple[Node, ...]) -> Node:
    """The set of all `element` that fulfil `conditions`; that of all members of a set is that set."""
    (first, *rest) = conditions
    if not rest and isinstance(first, Relation) and first.ops == ("in",) and first.terms[0] == element:
        return first.terms[1]
    return Apply("builder", (element, *conditions))
