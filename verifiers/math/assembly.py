"""Putting parts together: what joints, brackets, environments and words after a number make of them."""

from __future__ import annotations

from verifiers.math import notation as tables
from verifiers.math.tokens import ParseFailure
from verifiers.math.tree import Apply, Node, Relation, Symbol, Words, children, rebuilt


def joined(found: list[Node], joints: list[str]) -> Node:
    """Statements as one: a list for commas and "and", alternatives for "or"; relations keep the connective."""
    if not found:
        return Apply("list", ())
    if len(found) == 1:
        return found[0]
    connectives = {joint for joint in joints if joint != ","}
    if connectives == {"or"}:
        return Apply("or", tuple(found))
    if connectives == {"and"}:
        return Apply("and", tuple(found))
    return Apply("list", tuple(found))


def exclusions(found: list[Node], joints: list[str]) -> tuple[list[Node], list[str]]:
    """Statements with `x != 1, 2` as one condition."""
    parts: list[Node] = []
    kept: list[str] = []
    for node, joint in zip(found, ["", *joints]):
        last = parts[-1] if parts else None
        if isinstance(last, Relation) and last.ops == ("!=",) and not isinstance(node, Relation | Words):
            held = last.terms[1]
            values = held.args if isinstance(held, Apply) and held.head == "list" else (held,)
            parts[-1] = Relation(last.ops, (last.terms[0], Apply("list", (*values, node))))
        else:
            parts.append(node)
            kept.append(joint)
    return [_apart(part) for part in parts], kept[1:]


def _apart(node: Node) -> Node:
    held = node.terms[1] if isinstance(node, Relation) and node.ops == ("!=",) else None
    if isinstance(node, Relation) and isinstance(held, Apply) and held.head == "list":
        return without_values(node.terms[0], list(held.args)) or node
    return node


def without_values(name: Node, values: list[Node]) -> Apply | None:
    """The condition that `name` is none of several values, `±2` being two; None where there is but one."""
    plain: list[Node] = []
    for value in values:
        if isinstance(value, Apply) and value.head == "pm" and len(value.args) == 1:
            plain += [value.args[0], Apply("neg", value.args)]
        else:
            plain.append(value)
    if len(plain) < 2:
        return None
    return Apply("and", tuple(Relation(("!=",), (name, value)) for value in plain))


def bracketed(opening: str, closing: str, inner: Node) -> Node:
    """What round and square brackets around `inner` mean."""
    items = inner.args if isinstance(inner, Apply) and inner.head in {"list", "and"} else (inner,)
    excluded = opening != "[", closing != "]"
    if opening == "](" or closing == ")[" or excluded[0] != excluded[1]:
        if len(items) != 2:
            raise ParseFailure(0, f"{opening}…{closing} around {len(items)} parts")
        return Apply("[("[excluded[0]] + "])"[excluded[1]], items)
    if isinstance(inner, Apply) and inner.head == "list" and not inner.args:
        return Apply("tuple", ())
    if opening == "(" and len(items) == 2 and any(_is_infinite(item) for item in items):
        return Apply("()", items)
    if opening == "(":
        return inner if len(items) == 1 else Apply("tuple", items)
    if all(isinstance(item, Apply) and item.head in {"tuple", "[]", "row"} for item in items) and len(items) > 1:
        rows = tuple(Apply("row", item.args) for item in items if isinstance(item, Apply))
        if len({len(row.args) for row in rows}) == 1:
            return Apply("matrix", rows)
    if len(items) == 1:
        return (
            items[0]
            if not (isinstance(inner, Apply) and inner.head in {"tuple", "[]"})
            else Apply("matrix", (Apply("row", inner.args),))
        )
    return Apply("[]" if len(items) == 2 else "tuple", items)


def _is_infinite(node: Node) -> bool:
    return Symbol("infty") in {node, node.args[0] if isinstance(node, Apply) and node.head == "neg" else None}


def environment_node(name: str, rows: list[list[Node]]) -> Node:
    """A matrix, a system of equations, or a function by cases."""
    if name in {"vmatrix", "Vmatrix"} and rows:
        return Apply("det", (Apply("matrix", tuple(Apply("row", tuple(row)) for row in rows)),))
    cells = [cell for row in rows for cell in row]
    stated = all(isinstance(cell, Relation) for cell in cells)
    if name in tables.MATRIX_ENVIRONMENTS and not stated and len({len(row) for row in rows}) == 1:
        return Apply("matrix", tuple(Apply("row", tuple(row)) for row in rows))
    single = all(len(row) == 1 for row in rows)
    if name == "rows" and not stated:
        if single:
            return Apply("list", tuple(cells))
        by_cases = all(len(row) == 2 and isinstance(row[1], Relation | Words) for row in rows)
        return Apply("piecewise" if by_cases else "matrix", tuple(Apply("row", tuple(row)) for row in rows))
    if name in {"cases", "dcases", "rcases", "array", "rows"} and rows:
        if single or stated:
            return Apply("and", tuple(cells))
        return Apply("piecewise", tuple(Apply("row", tuple(row)) for row in rows))
    raise ParseFailure(0, f"the environment {name}")


def with_powers_of_e(node: Node) -> Node:
    """`node` with every exponential written as a power."""
    parts = children(node)
    if not parts:
        return node
    node = rebuilt(node, tuple(with_powers_of_e(part) for part in parts))
    if isinstance(node, Apply) and node.head == "exp":
        return Apply("pow", (Symbol("e"), node.args[0]))
    return node


def with_variables(node: Node, variables: frozenset[str]) -> Node:
    """`node` with the constants that the problem uses as variables renamed, so that they are variables."""
    if not variables & {"e", "i", "pi"}:
        return node
    if isinstance(node, Symbol):
        return Symbol(f"{node.name}‹variable›") if node.name in variables and node.name in {"e", "i", "pi"} else node
    parts = children(node)
    return rebuilt(node, tuple(with_variables(part, variables) for part in parts)) if parts else node
