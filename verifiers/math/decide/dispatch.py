"""The table from the kind of the reference to the rule that compares an answer with it."""

from __future__ import annotations

from verifiers.math.decide import classes, ladder
from verifiers.math.decide.alike import alike
from verifiers.math.decide.claims import claimed
from verifiers.math.decide.constants import equal_families as with_constants
from verifiers.math.decide.constants import may_have_constants
from verifiers.math.decide.context import Comparison, Rule, unequal
from verifiers.math.decide.families import equal_families, may_be_family
from verifiers.math.decide.given import given
from verifiers.math.decide.lists import listed, sequence
from verifiers.math.decide.piecewise import cases
from verifiers.math.decide.points import matrix, point
from verifiers.math.decide.regions import plane, region
from verifiers.math.decide.relations import conditions, relation
from verifiers.math.decide.rungs import Finding
from verifiers.math.decide.shapes import LISTS, REGIONS, as_equation, has_sign, is_conditions, without_integers
from verifiers.math.decide.solutions import named, names_values
from verifiers.math.decide.values import approximation, scalar
from verifiers.math.decide.vectors import folded
from verifiers.math.named_sets import is_named
from verifiers.math.tree import Apply, Node, Relation, Symbol, Trait, Words, replaced
from verifiers.math.words import members_in_words, text_key

_GIVEN = "given"
_BUILDER = "builder"
_RULES: dict[str, Rule] = {
    "tuple": point,
    "matrix": matrix,
    "piecewise": cases,
    "sequence": sequence,
    **dict.fromkeys(classes.HEADS, classes.congruence),
    **dict.fromkeys(REGIONS, region),
    **dict.fromkeys(LISTS, listed),
}


def whole(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """Compare a whole answer with a whole reference, by the rule for the reference's kind."""
    traits = reference.traits | answer.traits
    if traits & Trait.NO_VALUE:
        if may_be_family(reference) or may_be_family(answer):
            found = equal_families(comparison, reference, answer)
            if found is not None:
                return found
        reference, answer = _without_declarations(reference, answer)
        reference, answer = folded(reference), folded(answer)
        if traits & (Trait.OPAQUE | Trait.IMAGINARY):
            reference, answer = alike(reference, answer)
    elif traits & Trait.OPAQUE:
        reference, answer = alike(reference, answer)
    if reference == answer:
        ladder.require_value(reference, comparison.steps)
        return Finding(True, "identical")
    if traits & Trait.NO_VALUE:
        return _collection(comparison, reference, answer)
    return _value(comparison, reference, answer)


def _collection(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """One side at least is no expression."""
    reference, answer = as_equation(reference), as_equation(answer)
    heads = getattr(reference, "head", ""), getattr(answer, "head", "")
    if _GIVEN in heads:
        return given(comparison, reference, answer)
    if isinstance(answer, Words):
        answer = _listed_in_words(reference, answer)
    if isinstance(reference, Words) and isinstance(answer, Words):  # members of a set
        key = text_key(reference.text)
        return Finding(True, "text") if key and key == text_key(answer.text) else unequal("other words", "text")
    if isinstance(reference, Words) or isinstance(answer, Words):
        return unequal("words against mathematics", "text")
    if names_values(reference) or names_values(answer):
        found = named(comparison, reference, answer)
        if found is not None:
            return found
    if _BUILDER in heads:
        reference, answer = plane(reference), plane(answer)
    if is_conditions(reference):
        return conditions(comparison, reference, answer)
    if isinstance(reference, Relation):
        found = _with_constants(comparison, reference, answer)
        return found if found is not None else relation(comparison, reference, answer)
    answer = folded(claimed(comparison, answer, reference))
    if isinstance(answer, Relation) and answer.ops == ("~",):
        return approximation(comparison, reference, answer)
    return _value(comparison, reference, answer)


def _listed_in_words(reference: Node, answer: Words) -> Node:
    """`\\text{A, C and D}` as a list, where the reference lists words or names."""
    if not (isinstance(reference, Apply) and reference.head in LISTS and len(reference.args) > 1):
        return answer
    if not all(isinstance(part, Words | Symbol) for part in reference.args):
        return answer
    parts = members_in_words(answer.text)
    return Apply("list", tuple(Symbol(part) if len(part) == 1 else Words(part) for part in parts))


def _value(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """The reference is no relation, and the answer is what was claimed."""
    rule = _rule(reference)
    if rule is scalar:
        if isinstance(answer, Apply) and answer.head == "piecewise":
            return cases(comparison, reference, answer)
        found = _with_constants(comparison, reference, answer)
        if found is not None:
            return found
    return rule(comparison, reference, answer)


def _with_constants(comparison: Comparison, reference: Node, answer: Node) -> Finding | None:
    if may_have_constants(reference) and may_have_constants(answer):
        return with_constants(comparison, reference, answer)
    return None


def _rule(reference: Node) -> Rule:
    if isinstance(reference, Apply):
        rule = _RULES.get(reference.head)
        if rule is not None and not (rule is point and has_sign(reference)):
            return rule
        return listed if has_sign(reference) else scalar
    return region if is_named(reference) else scalar


def _without_declarations(reference: Node, answer: Node) -> tuple[Node, Node]:
    """Both without the parts that only declare; parameters declared integers on both sides get one name."""
    (reference, declared), (answer, others) = without_integers(reference), without_integers(answer)
    if len(declared) == len(others):
        for place, (name, other) in enumerate(zip(declared, others)):
            reference = replaced(reference, name, Symbol(f"k‹{place}›"))
            answer = replaced(answer, other, Symbol(f"k‹{place}›"))
    return reference, answer
