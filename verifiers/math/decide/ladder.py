"""The ladder of evidence for two expressions: identical, exact, enclosure, numeric; else the question stays open.

Cheap rungs first, and most wrong answers end there: two rationals are compared exactly, two rational functions by
their values modulo a prime, two constants by a first ball. The traits of the trees say which rungs can say anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from verifiers.math.decide import algebraic, exact, normalform, numeric, residues, series
from verifiers.math.decide.rungs import Exhausted, Finding, NotExpression, Open, Steps, Undefined
from verifiers.math.decide.trace import Trace
from verifiers.math.tree import (
    UNEVALUATED,
    Apply,
    Node,
    Number,
    Symbol,
    Trait,
    children,
    free_symbols,
    rebuilt,
    walk,
)

_OPAQUE = frozenset({"call", "prime"})
_EQUAL = Finding(True, "exact")
_ANOTHER_NUMBER = Finding(False, "exact", "another number")
_A_CONSTANT = Finding(False, "enclosure", "a constant in place of a function")
_ANOTHER_EXPRESSION = Finding(False, "exact", "not the same expression")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two expressions; `closed` says that no variable stands in them."""

    left: Node
    right: Node
    closed: bool
    steps: Steps


def same(left: Node, right: Node, steps: Steps, trace: Trace | None = None) -> Finding:
    """Whether two expressions are equal, and by which evidence; `left` is the reference.

    Raises `Open` where no rung decides, `Undefined` where one side has no value at all.
    """
    if type(left) is Number and type(right) is Number:
        return Finding(True, "identical") if left == right else _ANOTHER_NUMBER
    traits = left.traits | right.traits
    if traits & Trait.NO_VALUE:
        raise NotExpression
    if traits & Trait.INFINITE:
        infinite = _infinity(left), _infinity(right)
        if infinite != (0, 0):
            return _EQUAL if infinite[0] == infinite[1] else Finding(False, "exact", "infinite")
    if left == right:
        require_value(left, steps)
        return Finding(True, "identical")
    if traits & (Trait.OPAQUE | Trait.CONJUGATE):
        names: dict[Node, Symbol] = {}
        left, right = _opaque(left, names), _opaque(right, names)
    closed = not traits & Trait.VARIABLE
    if not closed and traits & Trait.UNEVALUATED:  # the variables may be bound
        closed = not free_symbols(left) and not free_symbols(right)
    pair = Pair(left, right, closed, steps)
    if not traits & Trait.LOGARITHM:
        return _climb(pair, _RUNGS, trace)
    found = _rationals(pair)
    return found if found is not None else _under_either_logarithm(pair, trace)


# ---- the rungs: each finds something, or leaves it to the next


def _rationals(pair: Pair) -> Finding | None:
    """Two constants whose values are rational."""
    if not pair.closed:
        return None
    left, right = exact.plain(pair.left), exact.plain(pair.right)
    if left is not None and right is not None:
        return _EQUAL if left == right else _ANOTHER_NUMBER
    first = exact.rational_or_none(pair.left, pair.steps)
    if first is None:
        return None
    second = exact.rational_or_none(pair.right, pair.steps)
    if second is None:
        return None
    return _EQUAL if first == second else _ANOTHER_NUMBER


def _refutation(pair: Pair) -> Finding | None:
    """Two rational functions with different values modulo a prime, or two constants with disjoint first enclosures."""
    if not (pair.left.traits | pair.right.traits) & _NO_RATIONAL_FUNCTION:
        try:
            if not residues.refuted(pair.left, pair.right, pair.steps):
                return None
            return _ANOTHER_NUMBER if pair.closed else _ANOTHER_EXPRESSION
        except Exhausted:
            raise
        except Open:
            pass  # other functions stand in them
    if pair.right.traits & Trait.UNEVALUATED and not pair.closed and not free_symbols(pair.right):
        # what the constant is needs no working out
        return _A_CONSTANT if numeric.varies(pair.left, pair.steps) else None
    if (pair.left.traits & pair.right.traits) & Trait.UNEVALUATED and series.refuted(pair.left, pair.right, pair.steps):
        return _ANOTHER_EXPRESSION
    return numeric.apart(pair.left, pair.right, pair.steps) if pair.closed else None


_NO_RATIONAL_FUNCTION = Trait.UNEVALUATED | Trait.LOGARITHM | Trait.ABSOLUTE | Trait.JUMPS


def _normal_form(pair: Pair) -> Finding | None:
    try:
        return _EQUAL if normalform.equal(pair.left, pair.right, pair.steps) else _ANOTHER_EXPRESSION
    except Exhausted:
        raise
    except Open:
        return None


def _balls(pair: Pair) -> Finding:
    if not pair.closed:
        return numeric.identity(pair.left, pair.right, pair.steps)
    found = numeric.closed(pair.left, pair.right, pair.steps)
    return _proved(pair) if found else found


def _proved(pair: Pair) -> Finding:
    """Two constants that agree to hundreds of digits: equal exactly where they are algebraic and small."""
    try:
        if algebraic.equal(pair.left, pair.right):
            return _EQUAL
    except Open:
        pass  # the agreement stands
    return Finding(True, "numeric")


_Rung = Callable[[Pair], Finding | None]
_RUNGS: tuple[tuple[str, _Rung], ...] = (
    ("rational numbers", _rationals),
    ("first refutation", _refutation),
    ("normal form", _normal_form),
    ("enclosures", _balls),
)


def _climb(pair: Pair, rungs: tuple[tuple[str, _Rung], ...], trace: Trace | None) -> Finding:
    for name, rung in rungs:
        found = rung(pair) if trace is None else trace.timed(name, rung, pair)
        if found is not None:
            return found
    raise Open("no rung decides")


# ---- before the rungs


def _under_either_logarithm(pair: Pair, trace: Trace | None) -> Finding:
    """`\\log` without a base is read the same way on both sides: as natural, or to base ten."""
    bare = any(
        isinstance(at, Apply) and at.head == "log" and len(at.args) == 1
        for side in (pair.left, pair.right)
        for at in walk(side)
    )
    natural = _climb(_with_logarithms(pair, None), _RUNGS, trace)
    if natural or not bare:
        return natural
    return _climb(_with_logarithms(pair, Number(10)), _RUNGS, trace)


def _with_logarithms(pair: Pair, base: Number | None) -> Pair:
    return Pair(_logarithms(pair.left, base), _logarithms(pair.right, base), pair.closed, pair.steps)


def _logarithms(node: Node, base: Number | None) -> Node:
    """`node` with every logarithm written by natural ones; a bare one is to `base`."""
    if not node.traits & Trait.LOGARITHM:
        return node
    parts = tuple(_logarithms(part, base) for part in children(node))
    if isinstance(node, Apply) and node.head == "log":
        foot = parts[1] if len(parts) == 2 else base
        above = Apply("ln", (parts[0],))
        return above if foot is None or foot == Symbol("e") else Apply("div", (above, Apply("ln", (foot,))))
    return rebuilt(node, parts)


def require_value(node: Node, steps: Steps) -> None:
    """Raise `Undefined` where a denominator in `node` is zero."""
    if not node.traits & Trait.QUOTIENT:
        return
    if not node.traits & Trait.UNEVALUATED and exact.rational_or_none(node, steps) is not None:
        return
    for at in walk(node):
        if not isinstance(at, Apply) or at.head not in _QUOTIENTS or at.traits & Trait.UNEVALUATED:
            continue
        if at.head in {"div", "ratio"}:
            if exact.rational_or_none(at.args[1], steps) == 0:
                raise Undefined("a division by zero")
        else:
            exact.rational_or_none(at, steps)


_QUOTIENTS = frozenset({"div", "ratio", "pow", "ln", "log", "mod"})


def _infinity(node: Node) -> int:
    """1 or -1 where `node` is an infinity, 0 where none stands in it. Arithmetic with infinities has no value."""
    if not node.traits & Trait.INFINITE:
        return 0
    if isinstance(node, Symbol):
        return 1
    if isinstance(node, Apply):
        if node.head == "neg" and isinstance(node.args[0], Symbol):
            return -1
        if node.head not in UNEVALUATED and any(_infinity(part) for part in node.args):
            raise Undefined("arithmetic with infinity")
    return 0


def _opaque(node: Node, names: dict[Node, Symbol]) -> Node:
    """`node` with applications of undefined functions, and derivatives, as symbols of their own, kept in `names`."""
    if not node.traits & (Trait.OPAQUE | Trait.CONJUGATE):
        return node
    if isinstance(node, Apply) and (node.head in _OPAQUE or _is_conjugate(node)):
        return names.setdefault(node, Symbol(f"‹f{len(names)}›"))
    return rebuilt(node, tuple(_opaque(part, names) for part in children(node)))


def _is_conjugate(node: Apply) -> bool:
    return node.head == "bar" and not node.traits & Trait.IMAGINARY and bool(node.traits & Trait.VARIABLE)
