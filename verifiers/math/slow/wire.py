"""Trees as plain JSON values, for the pipe between the grader and its computer-algebra workers.

A number is `["n", numerator, denominator]` in hexadecimal, a symbol `["s", name]`, an application `["a", head, parts]`,
a relation `["r", ops, parts]`, words `["w", text]`. Nothing that comes over the pipe is evaluated.
"""

from __future__ import annotations

from typing import Any

from verifiers.math.tree import Apply, Node, Number, Relation, Symbol, Words


def packed(node: Node) -> list[Any]:
    """`node` as JSON values."""
    if isinstance(node, Number):
        return ["n", hex(node.numerator), hex(node.denominator)]
    if isinstance(node, Symbol):
        return ["s", node.name]
    if isinstance(node, Words):
        return ["w", node.text]
    if isinstance(node, Relation):
        return ["r", list(node.ops), [packed(part) for part in node.terms]]
    return ["a", node.head, [packed(part) for part in node.args]]


def unpacked(value: list[Any]) -> Node:
    """The node that `packed` made `value` of. Raises `ValueError` where it is none."""
    match value:
        case ["n", str(numerator), str(denominator)]:
            return Number(int(numerator, 16), int(denominator, 16))
        case ["s", str(name)]:
            return Symbol(name)
        case ["w", str(text)]:
            return Words(text)
        case ["r", list(ops), list(parts)]:
            return Relation(tuple(map(str, ops)), tuple(unpacked(part) for part in parts))
        case ["a", str(head), list(parts)]:
            return Apply(head, tuple(unpacked(part) for part in parts))
    raise ValueError("not a tree")
