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
    moduli = {modulus for _, modulus in map(_apart, terms) if modulus is not None}
    if len(moduli) != 1 or _apart(terms[-1])[1] is None or not _EQUALITIES.issuperset(ops):
        return None
    return Apply("congruence", (*(value for value, _ in map(_apart, terms)), *moduli))


def _apart(node: Node) -> tuple[Node, Node | None]:
    """What has a modulus, and the modulus; None where there is none."""
    if isinstance(node, Apply) and node.head == "residue":
        return node.args[0], node.args[1]
    return node, None


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
    value, own = _apart(last)
    values = [] if own is None else [value]
    done: list[Node] = [last] if own is None else []
    while before and values and not isinstance(before[-1], Relation):
        values.insert(0, before.pop())
    stated = before[-1] if before and values else None
    if isinstance(stated, Relation) and stated.ops[-1] == "==":
        before.pop()
        done = [Apply("congruence", (*stated.terms[:-1], _listed([stated.terms[-1], *values]), modulus))]
    elif values:
        done = [residue(_listed(values), modulus)]
    while before:
        stated = before[-1]
        if not isinstance(stated, Relation) or stated.ops != ("==",):
            break
        before.pop()
        done.insert(0, Apply("congruence", (*stated.terms, modulus)))
    return [*before, *done]


def _listed(values: list[Node]) -> Node:
    return values[0] if len(values) == 1 else Apply("list", tuple(values))
