"""Two equations, or two chains of inequalities among variables: one is the other, rearranged or scaled."""

from __future__ import annotations

from itertools import pairwise

from flint import fmpq

from verifiers.math.decide import exact, ladder, normalform
from verifiers.math.decide.context import Comparison, unequal
from verifiers.math.decide.matching import matched
from verifiers.math.decide.rungs import Finding, Open, Undefined
from verifiers.math.decide.shapes import LISTS, ascending
from verifiers.math.decide.values import same
from verifiers.math.tree import ZERO, Apply, Node, Relation, Symbol, Words, free_symbols, replaced, walk

Sides = tuple[Node, Node]


def equations(comparison: Comparison, reference: Sides, answer: Sides) -> Finding:
    """Whether one equation is the other, rearranged or scaled by a constant that is not zero."""
    if free_symbols(Apply("add", reference)) != free_symbols(Apply("add", answer)):
        return unequal("an equation in other variables")
    if any(_holds_collections(side) for side in (*reference, *answer)):
        raise Open("an equation between collections", slow=False)
    try:
        if normalform.proportional(reference, answer, comparison.steps):
            return Finding(True, "exact")
        return unequal("another equation")
    except Undefined:
        return unequal("an equation without meaning")
    except Open:
        return _proportional_values(comparison, difference(reference), difference(answer))


def _holds_collections(side: Node) -> bool:
    return any(isinstance(at, Words | Relation) or getattr(at, "head", "") in LISTS for at in walk(side))


def difference(sides: Sides) -> Node:
    """The left side less the right one."""
    return Apply("add", (sides[0], Apply("neg", (sides[1],))))


def _proportional_values(comparison: Comparison, first: Node, second: Node) -> Finding:
    """`first / second` is one constant: compare it with its value at a shifted copy of the variables."""
    shifted_first, shifted_second = first, second
    for name in sorted(free_symbols(first)):
        other = Symbol(name + "′")
        shifted_first = replaced(shifted_first, Symbol(name), other)
        shifted_second = replaced(shifted_second, Symbol(name), other)
    if ladder.same(ZERO, second, comparison.steps):
        return unequal("an equation that always holds")
    return same(comparison, Apply("mul", (first, shifted_second)), Apply("mul", (second, shifted_first)))


def order_chain(comparison: Comparison, reference: Relation, answer: Node) -> Finding:
    """`b > a > c`, `x > a`: relations among variables, also written the other way round or scaled."""
    if isinstance(answer, Apply) and answer.head in {"list", "and"}:
        links = [_links(part) for part in answer.args]
        return matched(comparison, _links(reference), [link for part in links for link in part])
    if not isinstance(answer, Relation):
        return unequal("not a relation")
    first, second = ascending(reference), ascending(answer)
    if first.ops != second.ops or len(first.terms) != len(second.terms):
        return unequal("another relation")
    found = comparison.together(zip(first.terms, second.terms))
    if found or len(first.terms) > 2:
        return found
    left = difference((first.terms[1], first.terms[0]))
    right = difference((second.terms[1], second.terms[0]))
    return _positive_ratio(comparison, left, right) or found


def _links(node: Node) -> list[Node]:
    """The neighbouring pairs of a chain of relations."""
    if not isinstance(node, Relation):
        return [node]
    chain = ascending(node)
    return [Relation((op,), pair) for op, pair in zip(chain.ops, pairwise(chain.terms))]


def _positive_ratio(comparison: Comparison, left: Node, right: Node) -> Finding | None:
    names, steps = free_symbols(left), comparison.steps
    if names != free_symbols(right) or not normalform.proportional((left, ZERO), (right, ZERO), steps):
        return None
    point = {name: fmpq(place + 2, 7) for place, name in enumerate(sorted(names))}
    try:
        sign = exact.rational(left, point, steps) * exact.rational(right, point, steps)
    except (Open, Undefined):
        return None
    return Finding(True, "exact") if sign > 0 else None
