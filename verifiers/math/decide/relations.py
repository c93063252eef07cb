"""References that are relations: memberships, equations, definitions, chains, and conditions on variables."""

from __future__ import annotations

from verifiers.math.decide.claims import agree, claimed
from verifiers.math.decide.context import Comparison, unequal
from verifiers.math.decide.equations import equations, order_chain
from verifiers.math.decide.labels import is_label, names_the_reference
from verifiers.math.decide.lists import listed
from verifiers.math.decide.matching import matched
from verifiers.math.decide.regions import equal_regions
from verifiers.math.decide.rungs import Finding, Open
from verifiers.math.decide.shapes import LISTS, has_sign, same_label, same_parameters
from verifiers.math.decide.vectors import folded
from verifiers.math.tree import Apply, Node, Relation, Symbol

_EQUAL = {"="}
_PLACES = frozenset({"tuple", "matrix"})


def conditions(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """A reference that states conditions: inequalities, memberships, or a mixture."""
    if (
        isinstance(answer, Relation)
        and set(answer.ops) == _EQUAL
        and isinstance(answer.terms[0], Symbol)
        and isinstance(reference, Relation)
        and "=" not in reference.ops
    ):
        answer = Relation(("in",), (answer.terms[0], answer.terms[-1]))
    try:
        return equal_regions(comparison, reference, answer)
    except Open:
        if isinstance(reference, Relation):
            return relation(comparison, reference, answer)
        return listed(comparison, reference, answer)


def relation(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """A reference with relation signs that is not a set of reals."""
    assert isinstance(reference, Relation)
    if reference.ops == ("in",):
        inner = answer.terms[1] if isinstance(answer, Relation) and answer.ops == ("in",) else answer
        return comparison.equal(reference.terms[1], inner)
    if set(reference.ops) != _EQUAL:
        return order_chain(comparison, reference, answer)
    point, place = reference.terms[0], folded(reference.terms[-1])
    named = isinstance(place, Apply) and place.head in _PLACES and names_the_reference(point, place)
    if isinstance(answer, Apply) and answer.head == "tuple" and not named:
        return unequal("a tuple in place of an equation")
    several = isinstance(answer, Apply) and answer.head in LISTS and len(answer.args) != 1
    if several or (isinstance(answer, Relation) and (has_sign(reference) or has_sign(answer))):
        return listed(comparison, Apply("list", (reference,)), answer)
    return _equation(comparison, reference, answer)


def _equation(comparison: Comparison, reference: Relation, answer: Node) -> Finding:
    name, value, labelled = _definition(reference)
    if not isinstance(answer, Relation):
        return comparison.equal(value, answer) if labelled else unequal("an expression in place of an equation")
    if set(answer.ops) != _EQUAL:
        if labelled and answer.ops[-1] == "~":
            return comparison.equal(value, claimed(comparison, answer, value))
        return unequal("another relation")
    if labelled:
        other = _defined(comparison, name, answer)
        if other is not None:
            return comparison.equal(*same_parameters(name, value, *other))
    if len(answer.terms) != 2 or len(reference.terms) != 2:
        if reference.ops != answer.ops:
            return unequal("another chain of equations")
        return matched(comparison, list(reference.terms), list(answer.terms))
    return equations(comparison, (reference.terms[0], reference.terms[1]), (answer.terms[0], answer.terms[1]))


def _definition(reference: Relation) -> tuple[Node, Node, bool]:
    """What an equation names, its value, and whether it is a definition at all: `y = e(x)` or `e(x) = y`."""
    name, value = reference.terms[0], reference.terms[-1]
    if not is_label(name, [value], set()) and is_label(value, [name], set()):
        name, value = value, name
    return name, value, len(reference.terms) == 2 and names_the_reference(name, value)


def _defined(comparison: Comparison, name: Node, answer: Relation) -> tuple[Node, Node] | None:
    """The name and value of an answer that defines the same thing as a reference that defines `name`."""
    terms = list(answer.terms)
    if not same_label(name, terms[0]):
        terms.reverse()
    label = terms[0]
    if not same_label(name, label) or not is_label(label, terms[1:], set()):
        return None
    if not agree(comparison, terms[1:]):
        return None
    return label, terms[-1] if answer.terms[0] == label else terms[1]
