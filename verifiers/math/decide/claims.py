"""What an answer with equality signs claims: labels (`x =`, `f(x) =`, `|AB| =`) are notation, chains must agree."""

from __future__ import annotations

from itertools import pairwise

from verifiers.math.decide.context import Comparison
from verifiers.math.tree import CONSTANTS, Apply, Node, Relation, Symbol, Words, free_symbols, walk

_NAMING = frozenset({"call", "prime", "vector", "derivative"})


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
    terms = _without_label(list(answer.terms), free_symbols(reference))
    return terms[-1] if agree(comparison, terms) else answer


def _without_label(terms: list[Node], used: set[str]) -> list[Node]:
    if is_label(terms[0], terms[1:], used):
        return terms[1:]
    if len(terms) == 2 and is_label(terms[1], terms[:1], used):
        return terms[:1]
    return terms


def agree(comparison: Comparison, terms: list[Node]) -> bool:
    """Whether each member of a chain equals the next."""
    return all(comparison.equal(left, right) for left, right in pairwise(terms))


def is_label(node: Node, rest: list[Node], used: set[str]) -> bool:
    """Whether `node` only names what follows: a symbol or an application that stands nowhere else."""
    if isinstance(node, Words):
        return True
    if isinstance(node, Symbol):
        return node.name not in CONSTANTS and node.name not in used and node.name not in _names(rest)
    if not isinstance(node, Apply):
        return False
    if node.head in _NAMING:
        return not any(node in set(walk(part)) for part in rest)
    if node.head == "tuple":
        return all(is_label(part, rest, used) for part in node.args)
    if node.head == "abs":  # |AB| = 5
        names = free_symbols(node)
        return bool(names) and not names & (used | _names(rest))
    return False


def _names(parts: list[Node]) -> set[str]:
    return set().union(*(free_symbols(part) for part in parts))
