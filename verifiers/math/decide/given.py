"""Answers under side conditions: declarations of parameters, domains, and what both sides must say alike."""

from __future__ import annotations

from verifiers.math.decide.context import Comparison, unequal
from verifiers.math.decide.matching import matched
from verifiers.math.decide.rungs import Finding
from verifiers.math.tree import Apply, Node, Relation, Symbol, free_symbols, replaced

_VACUOUS = frozenset({"\\R", "\\C", "\\constant"})  # what every name is anyway
_ALIKE = frozenset({"\\N", "\\Z+", "\\Z0+"})  # zero is natural for some


def given(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """One side at least is under conditions.

    Parameters declared on both sides get one name. Conditions on both sides must agree. On one side only they tell the
    domain of a function, and the other leaves it to the reader; a plain value has none.
    """
    expected, declared, stated = _parts(reference)
    found, others, claimed = _parts(answer)
    if len(declared) == len(others):
        for place, ((name, domain), (other, given_domain)) in enumerate(zip(declared, others)):
            if domain != given_domain and not {domain.name, given_domain.name} <= _ALIKE:
                return unequal("a parameter from another set")
            expected = replaced(expected, name, Symbol(f"k‹{place}›"))
            found = replaced(found, other, Symbol(f"k‹{place}›"))
    equal = comparison.equal(expected, found)
    if not equal or not (stated or claimed):
        return equal
    if stated and claimed:
        agreed = matched(comparison, stated, claimed)
        return agreed if not agreed else equal
    names: set[str] = set().union(*map(free_symbols, stated or claimed))
    return equal if names <= free_symbols(expected) | free_symbols(found) else unequal("a condition on one side")


def _parts(node: Node) -> tuple[Node, list[tuple[Symbol, Symbol]], list[Node]]:
    """What stands under the conditions, the names declared with their sets, and the other conditions."""
    if not isinstance(node, Apply) or node.head != "given":
        return node, [], []
    declared: list[tuple[Symbol, Symbol]] = []
    stated: list[Node] = []
    for condition in node.args[1:]:
        if isinstance(condition, Relation) and condition.ops == ("in",):
            name, domain = condition.terms
            if isinstance(name, Symbol) and isinstance(domain, Symbol):
                if domain.name not in _VACUOUS:
                    declared.append((name, domain))
                continue
        stated.append(condition)
    return node.args[0], declared, stated
