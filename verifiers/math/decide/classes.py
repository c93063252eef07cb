"""Congruences and residue classes: `x ≡ 3, 5 (mod 8)`; equal are those of one variable and the same classes."""

from __future__ import annotations

from verifiers.math.decide import exact
from verifiers.math.decide.context import Comparison, unequal
from verifiers.math.decide.rungs import Finding, Open, Steps, Undefined
from verifiers.math.decide.shapes import LISTS, members
from verifiers.math.tree import Apply, Node, Number, free_symbols

_MOST_MODULUS = 10**30
HEADS = frozenset({"congruence", "residue"})
# `25 mod 7` is an operation, in `4 mod 7` there is nothing to work out
_NAMED_BY_MEMBER = HEADS | {"mod"}


def congruence(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """A congruence or a residue class; the class alone stands for the congruence of the reference's variable."""
    expected, given = _stated(reference), _stated(answer)
    if expected is None or given is None:
        return unequal("not a congruence")
    if len({side for side, _ in (*expected, *given) if side is not None}) > 1:
        return unequal("a congruence of something else")
    moduli = [{modulus for _, (_, modulus) in side} for side in (expected, given)]
    if len(moduli[0]) != 1 or len(moduli[1]) != 1:
        return unequal("several moduli")
    (modulus,), (other,) = moduli
    same_modulus = comparison.equal(modulus, other)
    if not same_modulus:
        return unequal("another modulus")
    residues = [[part for _, (held, _) in side for part in _values(held)] for side in (expected, given)]
    classes = [_reduced(parts, modulus, comparison.steps) for parts in residues]
    if None not in classes:
        return Finding(classes[0] == classes[1], "exact", "" if classes[0] == classes[1] else "other classes")
    return comparison.equal(Apply("set", tuple(residues[0])), Apply("set", tuple(residues[1])))


def _stated(node: Node) -> list[tuple[Node | None, tuple[Node, Node]]] | None:
    """The congruences in `node`: what is congruent (None for a class alone), the residue and the modulus."""
    if not isinstance(node, Apply):
        return None
    if node.head == "residue" or node.head == "mod":
        return [(None, (node.args[0], node.args[1]))]
    if node.head == "congruence":
        return [(node.args[0], (node.args[-2], node.args[-1]))] if len(node.args) == 3 else None
    if node.head not in {"or", "list"} or not node.args:
        return None
    parts = [_stated(part) for part in node.args]
    return [found for part in parts for found in part or ()] if None not in parts else None


def _values(node: Node) -> list[Node]:
    return members(node if isinstance(node, Apply) and node.head in LISTS else Apply("list", (node,)))


def _reduced(parts: list[Node], modulus: Node, steps: Steps) -> set[int] | None:
    """The residues as integers from 0 below the modulus; None where they are not all integers."""
    try:
        size = exact.rational(modulus, steps=steps)
        values = [exact.rational(part, steps=steps) for part in parts]
    except (Open, Undefined):
        return None
    if size.q != 1 or not 0 < size.p < _MOST_MODULUS or any(value.q != 1 for value in values):
        return None
    return {int(value.p) % int(size.p) for value in values}


def representative(comparison: Comparison, node: Node) -> Node:
    """A class named by its least member as that number, where it answers what a remainder is.

    `2^{100} ≡ 2 (mod 7)` says so itself; `2 (mod 7)` alone is a class, unless the problem asks for a remainder.
    """
    if not isinstance(node, Apply) or node.head not in _NAMED_BY_MEMBER or free_symbols(node):
        return node
    held, modulus = node.args[-2:]
    least = isinstance(held, Number) and isinstance(modulus, Number) and 0 <= held.numerator < modulus.numerator
    if not least:
        return node
    if node.head == "congruence" or comparison.rules.asks_for_remainder():
        return held
    return Apply("residue", (held, modulus))
