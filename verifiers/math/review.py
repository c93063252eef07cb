r"""What the whole of an answer says about a name in it.

Three readings stay open until everything has been read; `reviewed` settles them:

- `x(t)` is an application, unless `x` also stands as a plain factor: then it is a product;
- `counted` is `C_n^k` or `A_n^k`: the number of choices, unless something contradicts it (`C_1^2`, `P_0^2`, another
  `C_1` as a variable): then every such name is a variable with a subscript, to a power;
- bold or hatted `i`, `j`, `k` are unit vectors where they make a vector, else plain names.
"""

from __future__ import annotations

from verifiers.math.factors import negated, quotient
from verifiers.math.scripts import COUNTS
from verifiers.math.tree import ONE, ZERO, Apply, Node, Number, Symbol, Trait, children, rebuilt, replaced, walk

_NEVER_COUNTS = frozenset({"div", "neg", "root", "add", "mul", "pm"})
_UNIT = "unit "
_AXES = ("i", "j", "k")


def reviewed(node: Node) -> Node:
    """`node` with its open readings settled."""
    plain = _plain_names(node)
    counted = [at for at in walk(node) if isinstance(at, Apply) and at.head == "counted"]
    variables = {at.args[0].name[0] for at in counted if isinstance(at.args[0], Symbol) and not _may_count(at)}
    variables |= {name[0] for name in plain if name and (len(name) == 1 or name[1] == "_")}
    node = _settled(node, plain, variables)
    return _with_vectors(node) if any(name.startswith(_UNIT) for name in plain) else node


def _plain_names(node: Node) -> set[str]:
    """The names that stand in `node` otherwise than as the head of an application or of a count."""
    names: set[str] = set()
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if isinstance(at, Symbol):
            names.add(at.name)
        elif isinstance(at, Apply) and at.head in {"call", "counted"}:
            waiting.extend(at.args[1:])
        else:
            waiting.extend(children(at))
    return names


def _settled(node: Node, plain: set[str], variables: set[str]) -> Node:
    parts = children(node)
    if not parts or not node.traits & Trait.OPAQUE:
        return node
    if isinstance(node, Apply) and node.head == "pow" and _is_product(parts[0], plain):
        head, argument = children(parts[0])  # x(t)^2 as a product is x times t^2
        return Apply("mul", (head, _settled(Apply("pow", (argument, parts[1])), plain, variables)))
    parts = tuple(_settled(part, plain, variables) for part in parts)
    if isinstance(node, Apply) and isinstance(parts[0], Symbol):
        name = parts[0].name
        if node.head == "counted":
            kind = COUNTS[name[0]]
            return Apply("pow", (parts[0], parts[2])) if name[0] in variables else Apply(kind, parts[1:])
        if _is_product(node, plain):
            return Apply("mul", parts)
    return rebuilt(node, parts)


def _is_product(node: Node, plain: set[str]) -> bool:
    """Whether `x(t)` is a product, since `x` stands as a plain factor too."""
    if not isinstance(node, Apply) or node.head != "call" or len(node.args) != 2:
        return False
    return isinstance(node.args[0], Symbol) and node.args[0].name in plain


def _may_count(node: Apply) -> bool:
    """Whether `C_n^k` or `A_n^k` may be a number of choices."""
    name, below, above = node.args
    if isinstance(above, Apply) and above.head in _NEVER_COUNTS - ({"add"} if not isinstance(below, Number) else set()):
        return False
    if isinstance(above, Number) and (above.denominator != 1 or above.numerator < 0):
        return False
    if not isinstance(below, Number):
        return True
    if not isinstance(above, Number):
        return isinstance(name, Symbol) and name.name[0] == "C" and below.numerator > 1
    return below.denominator == 1 and 0 < below.numerator >= above.numerator


# ---- unit vectors


def unit_vectors(node: Node) -> Node:
    """A sum of multiples of plain `i`, `j`, `k` as a tuple, where it is one."""
    marked = node
    for axis in _AXES:
        marked = replaced(marked, Symbol(axis), Symbol(_UNIT + axis))
    return _vector(marked) or node


def _with_vectors(node: Node) -> Node:
    """`node` with each sum of multiples of unit vectors as a tuple of its components."""
    vector = _vector(node)
    if vector is not None:
        return vector
    parts = children(node)
    if parts:
        return rebuilt(node, tuple(_with_vectors(part) for part in parts))
    if isinstance(node, Symbol) and node.name.startswith(_UNIT):
        return Symbol(node.name.removeprefix(_UNIT))
    return node


def _vector(node: Node) -> Apply | None:
    components: dict[str, list[Node]] = {}
    for term in node.args if isinstance(node, Apply) and node.head == "add" else (node,):
        found = _component(term)
        if found is None:
            return None
        components.setdefault(found[0], []).append(found[1])
    if components.keys() <= {"i"}:  # a bold imaginary unit
        return None
    axes = _AXES if "k" in components else _AXES[:2]
    return Apply("tuple", tuple(_total(components.get(axis, [])) for axis in axes))


def _total(parts: list[Node]) -> Node:
    if not parts:
        return ZERO
    return parts[0] if len(parts) == 1 else Apply("add", tuple(parts))


def _component(term: Node) -> tuple[str, Node] | None:
    """The axis and the coefficient of a multiple of a unit vector."""
    if isinstance(term, Symbol) and term.name.startswith(_UNIT):
        return term.name.removeprefix(_UNIT), Number(1)
    if not isinstance(term, Apply):
        return None
    if term.head in {"neg", "div"}:
        found = _component(term.args[0])
        if found is None or (term.head == "div" and _holds_unit(term.args[1])):
            return None
        return found[0], negated(found[1]) if term.head == "neg" else Apply("div", (found[1], term.args[1]))
    if term.head == "mul":
        held = [part for part in term.args if _component(part) is not None]
        if len(held) != 1 or any(_holds_unit(part) for part in term.args if part is not held[0]):
            return None
        inner = _component(held[0])
        if inner is None:
            return None
        factors = [inner[1] if part is held[0] else part for part in term.args]
        return inner[0], quotient([factor for factor in factors if factor != ONE] or [ONE], [])
    return None


def _holds_unit(node: Node) -> bool:
    return any(isinstance(at, Symbol) and at.name.startswith(_UNIT) for at in walk(node))
