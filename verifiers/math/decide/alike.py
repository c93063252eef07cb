"""Notation whose meaning the other side of a comparison shows: `P(1, 2)` is a point beside a point, a count beside a
number; `y'` is `dy/dx` beside it."""

from __future__ import annotations

from verifiers.math.decide.shapes import LISTS
from verifiers.math.review import unit_vectors
from verifiers.math.tree import Apply, Node, Relation, Symbol, Trait, children, rebuilt, replaced, walk

_COUNTS = {"C": "binom", "P": "perm", "A": "perm"}
_PLACES = frozenset({"tuple", "matrix"})
_SUMS = frozenset({"add", "mul", "neg"})


def alike(reference: Node, answer: Node) -> tuple[Node, Node]:
    """Both sides with the notation that only the other explains brought to one."""
    if _vector_wanted(reference, answer):
        answer = unit_vectors(answer)
    elif _vector_wanted(answer, reference):
        reference = unit_vectors(reference)
    if not (reference.traits | answer.traits) & Trait.OPAQUE:
        return reference, answer
    reference, answer = _by_subscript(reference, answer), _by_subscript(answer, reference)
    reference, answer = _named(reference, _holds_places(answer)), _named(answer, _holds_places(reference))
    if reference.traits & answer.traits & Trait.OPAQUE:
        arities = [_arities(reference), _arities(answer)]
        if arities[0] != arities[1] and all(arities):
            return _without_arguments(reference), _without_arguments(answer)
    return reference, answer


def _vector_wanted(place: Node, other: Node) -> bool:
    """Whether one side is a point and the other a sum with the imaginary unit in it: `3i - 2j` beside (3, -2)."""
    if not (isinstance(place, Apply) and place.head in _PLACES and other.traits & Trait.IMAGINARY):
        return False
    return isinstance(other, Apply) and other.head in _SUMS


def _by_subscript(node: Node, other: Node) -> Node:
    """`f_x` as the derivative that the other side writes out."""
    for at in walk(other) if node.traits & Trait.VARIABLE and other.traits & Trait.OPAQUE else ():
        if isinstance(at, Apply) and at.head == "prime" and len(at.args) == 2:
            of, by = at.args
            if isinstance(of, Symbol) and isinstance(by, Symbol):
                node = replaced(node, Symbol(f"{of.name}_{{{by.name}}}"), at)
    return node


def _arities(node: Node) -> set[int]:
    """1 where a derivative in `node` leaves open by what, 2 where one tells it."""
    return {len(at.args) for at in walk(node) if isinstance(at, Apply) and at.head == "prime"}


def _holds_places(node: Node) -> bool:
    """Whether `node` is a point, or a list or definition of one."""
    if isinstance(node, Relation):
        return _holds_places(node.terms[-1])
    if not isinstance(node, Apply):
        return False
    return node.head in _PLACES or (node.head in LISTS and any(map(_holds_places, node.args)))


def _named(node: Node, places: bool) -> Node:
    """`node` with calls of capitals as points, where `places` are wanted, else as numbers of choices."""
    if not node.traits & Trait.OPAQUE:
        return node
    if isinstance(node, Relation):
        return Relation(node.ops, (*node.terms[:-1], _named(node.terms[-1], places)))
    if isinstance(node, Apply) and node.head == "call" and len(node.args) > 2:
        name, *arguments = node.args
        called = name.name if isinstance(name, Symbol) else ""
        if places and called[:1].isupper():
            return Apply("tuple", tuple(arguments))
        if not places and called in _COUNTS and len(arguments) == 2:
            return Apply(_COUNTS[called], tuple(arguments))
    if places and not (isinstance(node, Apply) and node.head in LISTS):
        return node
    return rebuilt(node, tuple(_named(part, places) for part in children(node))) if children(node) else node


def _without_arguments(node: Node) -> Node:
    """Derivatives without the variable they are by, and without the argument they are at."""
    if not node.traits & Trait.OPAQUE or not isinstance(node, Apply | Relation):
        return node
    parts = tuple(_without_arguments(part) for part in children(node))
    if isinstance(node, Apply) and node.head == "prime":
        return Apply("prime", parts[:1])
    if isinstance(node, Apply) and node.head == "call" and len(parts) == 2 and isinstance(parts[1], Symbol):
        return parts[0]
    return rebuilt(node, parts)


def with_points(node: Node) -> Node:
    """`node` with the vector from A to B as the difference of the two points."""
    if not node.traits & Trait.OPAQUE or not isinstance(node, Apply):
        return node
    if node.head == "vector":
        start, end = (Symbol(f"point {at.name}") if isinstance(at, Symbol) else at for at in node.args)
        return Apply("add", (end, Apply("neg", (start,))))
    return Apply(node.head, tuple(map(with_points, node.args)))
