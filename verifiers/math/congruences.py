r"""Congruences: what a modulus after a relation or after values means.

`x \equiv 3 \pmod 7` is `congruence(x, 3, 7)`, a chain keeps its members, and `3 \pmod 7` alone is `residue(3, 7)`, the
class. A modulus qualifies the statements before it that have none: `x \equiv 1, 4 \pmod 5` is
`congruence(x, list(1, 4), 5)`.
"""

from __future__ import annotations

from verifiers.math.tree import Apply, Node, Relation

_EQUALITIES = frozenset({"=", "=="})


def residue(node: Node, modulus: Node) -> Node:
    """`node` modulo `modulus`, as it stands in a statement."""
    return Apply("residue", (node, modulus))


def congruence(ops: list[str], terms: list[Node]) -> Node | None:
    """A chain of relations whose last member has a modulus, or None where it states no congruence."""
    moduli = {term.args[1] for term in terms if _is_class(term)}
    if not moduli or not _is_class(terms[-1]) or not _EQUALITIES.issuperset(ops) or len(moduli) != 1:
        return None
    return Apply("congruence", (*map(_member, terms), *moduli))


def _is_class(node: Node) -> bool:
    return isinstance(node, Apply) and node.head == "residue"


def _member(node: Node) -> Node:
    return node.args[0] if isinstance(node, Apply) and node.head == "residue" else node


def distributed(found: list[Node], joints: list[str]) -> tuple[list[Node], list[str]]:
    """Statements with each modulus brought to those before it that it qualifies too."""
    parts: list[Node] = []
    joined: list[str] = []
    open_from = 0  # the first part that no modulus qualifies yet
    for place, node in enumerate(found):
        if place:
            joined.append(joints[place - 1])
        parts.append(node)
        if isinstance(node, Apply) and node.head in {"residue", "congruence"}:
            held = _qualified(parts[open_from:], node.args[-1])
            parts[open_from:] = held
            del joined[max(0, len(parts) - 1) :]
            open_from = len(parts)
    return parts, joined


def _qualified(parts: list[Node], modulus: Node) -> list[Node]:
    *before, last = parts
    values: list[Node] = [_member(last)] if _is_class(last) else []
    done: list[Node] = [] if values else [last]
    while before and values and not isinstance(before[-1], Relation):
        values.insert(0, before.pop())
    if before and values and isinstance(before[-1], Relation) and before[-1].ops[-1] == "==":
        stated = before.pop()
        done = [Apply("congruence", (*stated.terms[:-1], _listed([stated.terms[-1], *values]), modulus))]
    elif values:
        done = [residue(_listed(values), modulus)]
    while before and isinstance(before[-1], Relation) and before[-1].ops == ("==",):
        done.insert(0, Apply("congruence", (*before.pop().terms, modulus)))
    return [*before, *done]


def _listed(values: list[Node]) -> Node:
    return values[0] if len(values) == 1 else Apply("list", tuple(values))
