"""The ladder of evidence for two expressions: identical, exact, enclosure, numeric; else the question stays open.

Cheap rungs first, and most wrong answers end there: two rationals are compared exactly, two constants by a first ball.
"""

from __future__ import annotations

from verifiers.math.decide import algebraic, exact, normalform, numeric
from verifiers.math.decide.rungs import Exhausted, Finding, NotExpression, Open, Undefined
from verifiers.math.tree import (
    TWO,
    UNEVALUATED,
    Apply,
    Node,
    Number,
    Relation,
    Symbol,
    Words,
    children,
    free_symbols,
    heads,
    rebuilt,
    replaced,
    walk,
)

_OPAQUE = frozenset({"call", "prime"})
_INFINITE = frozenset({"infty"})
_NOT_EXPRESSIONS = frozenset(
    [
        "list",
        "or",
        "and",
        "set",
        "tuple",
        "matrix",
        "row",
        "[]",
        "[)",
        "(]",
        "()",
        "union",
        "inter",
        "diff",
        "builder",
        "clock",
        "quantity",
        "money",
        "piecewise",
    ]
)


def same(left: Node, right: Node) -> Finding:
    """Whether two expressions are equal, and by which evidence; `left` is the reference.

    Raises `Open` where no rung decides, `Undefined` where one side has no value at all.
    """
    if isinstance(left, Number) and isinstance(right, Number):
        equal = left == right
        return Finding(equal, "exact" if not equal else "identical", "" if equal else "another number")
    for side in (left, right):
        _require_expression(side)
    infinite = _infinity(left), _infinity(right)
    if infinite != (0, 0):
        return Finding(infinite[0] == infinite[1], "exact", "" if infinite[0] == infinite[1] else "infinite")
    if left == right:
        require_value(left)
        return Finding(True, "identical")
    value = rational_pair(left, right)
    if value is not None:
        return value
    left, right = _opaque(left), _opaque(right)
    if "log" in heads(left) | heads(right):
        return _under_either_logarithm(left, right)
    return _by_rungs(left, right)


def rational_pair(left: Node, right: Node) -> Finding | None:
    """The comparison of two rationals, or None where one of them is not."""
    try:
        first = exact.rational(left)
        second = exact.rational(right)
    except Exhausted:
        raise
    except Open:
        return None
    equal = first == second
    return Finding(bool(equal), "exact", "" if equal else "another number")


def _by_rungs(left: Node, right: Node) -> Finding:
    names = free_symbols(left) | free_symbols(right)
    try:
        proved = normalform.difference(left, right)
        return Finding(proved, "exact", "" if proved else "not the same expression")
    except Open:
        pass
    if not names:
        found = numeric.closed(left, right)
        return _proved(left, right) if found else found
    return numeric.identity(left, right)


def _proved(left: Node, right: Node) -> Finding:
    """Two constants that agree to hundreds of digits: equal exactly where they are algebraic and small."""
    try:
        if algebraic.equal(left, right):
            return Finding(True, "exact")
    except Open:
        pass  # the agreement stands
    return Finding(True, "numeric")


def _under_either_logarithm(left: Node, right: Node) -> Finding:
    """`\\log` without a base is read the same way on both sides: as natural, or to base ten."""
    bare = [
        at
        for side in (left, right)
        for at in walk(side)
        if isinstance(at, Apply) and at.head == "log" and len(at.args) == 1
    ]
    natural = _by_rungs(_logarithms(left, None), _logarithms(right, None))
    if natural or not bare:
        return natural
    return _by_rungs(_logarithms(left, Number(10)), _logarithms(right, Number(10)))


def _logarithms(node: Node, base: Number | None) -> Node:
    """`node` with every logarithm written by natural ones; a bare one is to `base`."""
    parts = children(node)
    if not parts:
        return node
    parts = tuple(_logarithms(part, base) for part in parts)
    if isinstance(node, Apply) and node.head == "log":
        foot = parts[1] if len(parts) == 2 else base
        above = Apply("ln", (parts[0],))
        return above if foot is None or foot == Symbol("e") else Apply("div", (above, Apply("ln", (foot,))))
    return rebuilt(node, parts)


def _require_expression(node: Node) -> None:
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if isinstance(at, Words | Relation) or (isinstance(at, Apply) and at.head in _NOT_EXPRESSIONS):
            raise NotExpression
        if isinstance(at, Apply) and at.head == "det":
            waiting.extend(part for row in children(at.args[0]) for part in children(row))
        elif not (isinstance(at, Apply) and at.head == "based"):
            waiting.extend(children(at))


def require_value(node: Node) -> None:
    """Raise `Undefined` where a denominator in `node` is zero."""
    for at in walk(node):
        if isinstance(at, Apply) and at.head in {"div", "ratio", "pow", "ln", "log", "mod"}:
            try:
                exact.rational(at)
            except Open:
                if at.head == "div":
                    try:
                        if exact.rational(at.args[1]) == 0:
                            raise Undefined("a division by zero")
                    except Open:
                        continue


def _infinity(node: Node) -> int:
    """1 or -1 where `node` is an infinity, 0 where none stands in it. Arithmetic with infinities has no value."""
    if node == Symbol("infty") or (isinstance(node, Symbol) and node.name == "infty+"):
        return 1
    if isinstance(node, Apply) and node.head == "neg" and node.args[0] == Symbol("infty"):
        return -1
    bounded = isinstance(node, Apply) and node.head not in UNEVALUATED
    if bounded and any(_infinity(part) for part in children(node)):
        raise Undefined("arithmetic with infinity")
    return 0


def _opaque(node: Node) -> Node:
    """`node` with applications of undefined functions, and derivatives, as symbols of their own."""
    for at in list(walk(node)):
        conjugate = isinstance(at, Apply) and at.head == "bar" and Symbol("i") not in set(walk(at)) and free_symbols(at)
        if isinstance(at, Apply) and (at.head in _OPAQUE or conjugate):
            node = replaced(node, at, Symbol(f"‹{at!r}›"))
    return node


def squared(node: Node) -> Node:
    """`node` to the second power."""
    return Apply("pow", (node, TWO))
