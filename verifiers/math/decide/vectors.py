r"""Vectors and matrices that are written as sums and multiples: `(1,3,0) + t(2,-1,4)`, `-\frac12 A`, as one."""

from __future__ import annotations

from collections.abc import Callable

from verifiers.math.tree import Apply, Node, Trait, children

_LINEAR = frozenset({"add", "mul", "div", "neg"})
_ARRAYS = frozenset({"tuple", "matrix"})


def folded(node: Node) -> Node:
    """`node` with its sums and multiples of tuples or matrices worked out, where they are of one shape."""
    if not isinstance(node, Apply) or node.head not in _LINEAR or not node.traits & Trait.NO_VALUE:
        return node
    parts = tuple(map(folded, node.args))
    held = [part for part in parts if _is_array(part)]
    if node.head == "add":
        return _sum(held) if len(held) == len(parts) and len(set(map(_shape, held))) == 1 else node
    if len(held) != 1 or (node.head == "div" and parts[0] is not held[0]):
        return node
    (inner,) = held
    return _mapped(inner, lambda entry: Apply(node.head, tuple(entry if part is inner else part for part in parts)))


def _is_array(node: Node) -> bool:
    return isinstance(node, Apply) and node.head in _ARRAYS


def _shape(node: Node) -> tuple[int, ...]:
    assert isinstance(node, Apply)
    if node.head == "tuple":
        return (len(node.args),)
    return (*tuple(len(children(row)) for row in node.args), -1)


def _mapped(array: Node, change: Callable[[Node], Node]) -> Node:
    if isinstance(array, Apply) and array.head in {"matrix", "row", "tuple"}:
        deeper = array.head == "matrix"
        return Apply(array.head, tuple(_mapped(part, change) if deeper else change(part) for part in array.args))
    return change(array)


def _sum(arrays: list[Node]) -> Node:
    if all(isinstance(array, Apply) and array.head == "matrix" for array in arrays):
        return Apply("matrix", tuple(_row_sum(rows) for rows in zip(*map(children, arrays))))
    return Apply("tuple", tuple(Apply("add", entries) for entries in zip(*map(children, arrays))))


def _row_sum(rows: tuple[Node, ...]) -> Node:
    return Apply("row", tuple(Apply("add", entries) for entries in zip(*map(children, rows))))
