"""What an answer with equality signs claims: labels are notation, chains must agree, formulas on the way are work."""

from __future__ import annotations

from itertools import pairwise

from verifiers.math.decide.context import Comparison
from verifiers.math.decide.labels import is_formula, is_label
from verifiers.math.tree import Apply, Node, Relation, Symbol, Trait, free_symbols


def claimed(comparison: Comparison, answer: Node, reference: Node) -> Node:
    """What an answer with equality signs claims for a reference that is not an equation.

    A chain claims its last member; where its members disagree the answer is left as the relation that it is.
    """
    if not isinstance(answer, Relation):
        return answer
    if answer.ops == ("in",):
        return answer.terms[1] if isinstance(answer.terms[0], Symbol | Apply) else answer
    if set(answer.ops) == {"=", "~"} and answer.ops[-1] == "~":
        exact_part = claimed(comparison, Relation(answer.ops[:-1], answer.terms[:-1]), reference)
        return Relation(("~",), (exact_part, answer.terms[-1]))
    if set(answer.ops) != {"="}:
        return answer
    terms = _without_label(comparison, list(answer.terms), free_symbols(reference))
    return terms[-1] if agree(comparison, terms) else answer


def _without_label(comparison: Comparison, terms: list[Node], used: set[str]) -> list[Node]:
    if _asked_otherwise(comparison, terms[0]) or _asked_otherwise(comparison, terms[-1]):
        return terms
    if is_label(terms[0], terms[1:], used) or _asked(comparison, terms[0]):
        return _without_formulas(terms[1:], used)
    if len(terms) == 2 and is_label(terms[1], terms[:1], used):
        return terms[:1]
    return terms


def _asked(comparison: Comparison, node: Node) -> bool:
    """Whether the problem asks for `node` in so many words."""
    return bool(node.traits & Trait.VARIABLE) and node in comparison.rules.formulas()


def _asked_otherwise(comparison: Comparison, node: Node) -> bool:
    """Whether the problem asks for another formula of the same names: `m - n` where it asks for `m + n`."""
    if not node.traits & Trait.VARIABLE or not is_formula(node):
        return False
    names = free_symbols(node)
    rivals = [
        asked for asked in comparison.rules.asked_formulas() if is_formula(asked) and free_symbols(asked) == names
    ]
    return bool(rivals) and not any(comparison.equal(asked, node) for asked in rivals)


def _without_formulas(terms: list[Node], used: set[str]) -> list[Node]:
    """`\\frac{n(n+1)}{2} = 55`: a member before the last with names that the reference lacks is the formula used."""
    if len(terms) < 2 or free_symbols(terms[-1]) - used:
        return terms
    return [term for term in terms if not free_symbols(term) - used]


def agree(comparison: Comparison, terms: list[Node]) -> bool:
    """Whether each member of a chain equals the next."""
    return all(comparison.equal(left, right) for left, right in pairwise(terms))
