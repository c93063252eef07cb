"""References that are a list or a set of values, points or equations."""

from __future__ import annotations

from itertools import pairwise

from verifiers.math.decide.claims import claimed
from verifiers.math.decide.context import Comparison, unequal
from verifiers.math.decide.matching import matched
from verifiers.math.decide.regions import equal_regions
from verifiers.math.decide.rungs import Finding, Open
from verifiers.math.decide.shapes import LISTS, holds_tuples, is_region, members
from verifiers.math.named_sets import is_named
from verifiers.math.tree import Apply, Node, Relation, Symbol, Trait, children, free_symbols

_EMPTY = Apply("set", ())
_TOGETHER = frozenset({"and", "list"})


def listed(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """A list or set of values, points or equations: order-free unless the policy says otherwise."""
    parts = reference.args if isinstance(reference, Apply) and reference.head in LISTS else ()
    if parts and (any(is_region(item) for item in parts) or is_region(answer)):
        try:
            return equal_regions(comparison, reference, answer)
        except Open:
            pass  # not sets of reals: compare the parts
    if is_named(answer) and answer == Symbol("\\emptyset"):
        answer = _EMPTY
    if _other_connective(reference, answer):
        return unequal("alternatives in place of what holds together, or the other way round")
    expected, given = members(reference), members(answer)
    ordered = comparison.rules.order == "list"
    if isinstance(answer, Apply) and answer.head == "tuple" and len(expected) > 1 and not holds_tuples(expected):
        if not (ordered and isinstance(reference, Apply) and reference.head == "list"):
            return unequal("a tuple in place of a set")
        given = list(answer.args)
    given = [_settled(comparison, item, reference) for item in given]
    if not ordered:
        return matched(comparison, expected, given)
    if len(expected) != len(given):
        return unequal("another number of parts")
    return comparison.together(zip(expected, given))


def sequence(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """Members with dots among them: the same ones in the same places."""
    if not isinstance(answer, Apply) or answer.head != "sequence" or len(answer.args) != len(children(reference)):
        return unequal("not the same sequence")
    return comparison.together(zip(children(reference), answer.args))


def _settled(comparison: Comparison, item: Node, reference: Node) -> Node:
    """A member that is a chain of values, `\\frac12 = 0.5`, as its last value."""
    if isinstance(item, Relation) and not item.traits & Trait.VARIABLE:
        return claimed(comparison, item, reference)
    return item


def _other_connective(reference: Node, answer: Node) -> bool:
    """Whether one side joins relations by "or" that the other joins by "and": that matters unless they are values.

    `y = x` and `y = -x` are two lines, joined by either word; but no two relations on different variables, and no
    two inequalities, say the same when they hold together as when one of them does.
    """
    if not isinstance(reference, Apply) or not isinstance(answer, Apply):
        return False
    if not ({reference.head, answer.head} & _TOGETHER and "or" in {reference.head, answer.head}):
        return False
    return any(_matters(side.args) for side in (reference, answer))


def _matters(parts: tuple[Node, ...]) -> bool:
    relations = [part for part in parts if isinstance(part, Relation)]
    if len(relations) != len(parts) or len(parts) < 2:
        return False
    if any(set(part.ops) != {"="} for part in relations):
        return True
    names = [free_symbols(part) for part in relations]
    return any(first.isdisjoint(second) for first, second in pairwise(names))
