r"""Solutions given by name: `x = 2, x = -2`, `x = 1, y = -2`, `(x, y) = (1, 2) \text{ or } (3, 4)`.

They are rows of values under common names. Rows under the same names are compared by name; where one side has no
names, its values are those of the names in their natural order. A name that stands twice begins another row, so that
`x = 2, x = 5` are two values of x and never the point (2, 5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from verifiers.math.decide.claims import agree
from verifiers.math.decide.context import Comparison, unequal
from verifiers.math.decide.labels import is_tuple_of_names
from verifiers.math.decide.matching import matched
from verifiers.math.decide.rungs import Finding
from verifiers.math.decide.shapes import LISTS, as_equation, coordinates_of, has_sign, signs_expanded
from verifiers.math.tree import CONSTANTS, Apply, Node, Relation, Symbol, Trait

_NESTED = LISTS - {"set"}
_INDEXED = re.compile(r"(.+)_\{?\d[\d,]*\}?")


@dataclass(frozen=True, slots=True)
class Solutions:
    """Rows of values; `names` are in the order in which a point gives them."""

    names: tuple[Node, ...]
    rows: tuple[tuple[Node, ...], ...]

    def under(self, names: tuple[Node, ...]) -> Solutions:
        """The same rows, their values in the order of `names`."""
        if names == self.names:
            return self
        places = [self.names.index(name) for name in names]
        return Solutions(names, tuple(tuple(row[place] for place in places) for row in self.rows))

    def points(self) -> list[Node]:
        """The rows as values, where there is one name, else as tuples."""
        return [row[0] if len(row) == 1 else Apply("tuple", row) for row in self.rows]


def named(comparison: Comparison, reference: Node, answer: Node) -> Finding | None:
    """Compare where values are given by name on one side or both; None where they are not."""
    expected, given = _solutions(comparison, reference), _solutions(comparison, answer)
    if expected is None and given is None:
        return None
    if expected is None:
        assert given is not None
        return _against(comparison, given, reference, swapped=False)
    if given is None:
        return _against(comparison, expected, answer, swapped=True)
    if len(expected.names) == 1 and len(given.names) > 1:
        given = _of_one_name(given) or given
    elif len(given.names) == 1 and len(expected.names) > 1:
        expected = _of_one_name(expected) or expected
    if set(expected.names) != set(given.names):
        if any(value.traits & Trait.VARIABLE for side in (expected, given) for row in side.rows for value in row):
            return None  # equations
        return unequal("other names")
    return _matched(comparison, expected.points(), given.under(expected.names).points())


def _matched(comparison: Comparison, expected: list[Node], given: list[Node]) -> Finding:
    if comparison.rules.order != "list":
        return matched(comparison, expected, given)
    if len(expected) != len(given):
        return unequal("another number of parts")
    return comparison.together(zip(expected, given))


def _against(comparison: Comparison, side: Solutions, plain: Node, *, swapped: bool) -> Finding | None:
    """Solutions against what has no names, None where that gives relations; `swapped` where they are the reference."""
    items = plain.args if isinstance(plain, Apply) and plain.head in LISTS else (plain,)
    if any(isinstance(item, Relation) for item in items):
        return None
    if not _has_points(items):
        side = _of_one_name(side) or side
    row = side.rows[0]
    if len(side.names) == 1:
        bare: Node = Apply("set", row if len(side.rows) == 1 else tuple(side.points()))
    elif len(side.rows) > 1 or (_has_points(items) and _has_points(row)):
        bare = Apply("list", tuple(side.points()) if len(side.rows) > 1 else row)
    elif _has_points(items) and len(items) == 1:
        bare = side.points()[0]
    elif isinstance(plain, Apply) and plain.head in {"list", "and"} and len(items) == len(row):
        return comparison.together(zip(row, items) if swapped else zip(items, row))
    else:
        return unequal("values of several names")
    return comparison.equal(bare, plain) if swapped else comparison.equal(plain, bare)


def _has_points(items: tuple[Node, ...]) -> bool:
    return bool(items) and all(coordinates_of(item) is not None for item in items)


def _of_one_name(side: Solutions) -> Solutions | None:
    """`x_1 = 2, x_2 = 3` as two values of x."""
    found = [_INDEXED.fullmatch(name.name) if isinstance(name, Symbol) else None for name in side.names]
    bases = {match.group(1) if match else None for match in found}
    if len(side.rows) != 1 or len(bases) != 1 or None in bases:
        return None
    (base,) = bases
    assert base is not None
    expanded = [value for part in side.rows[0] for value in signs_expanded(part)]
    return Solutions((Symbol(base),), tuple((value,) for value in expanded))


# ---- reading


def _solutions(comparison: Comparison, node: Node) -> Solutions | None:
    if not node.traits & Trait.VARIABLE or not isinstance(node, Apply | Relation):
        return None
    groups = _groups(comparison, node)
    if not groups or any(set(group) != set(groups[0]) for group in groups):
        return None
    names = _in_order(list(groups[0]))
    if len(names) > 1 and len(groups) == 1 and isinstance(node, Apply) and node.head == "or":
        return None  # alternatives, each of another name
    rows = [tuple(group[name] for name in names) for group in groups]
    if any(has_sign(value) for row in rows for value in row):
        if len(rows) == 1 and _share_a_base(names):
            return Solutions(names, tuple(rows))  # λ₁ = 1, λ₂₃ = 1 ± i: signs that belong to one name each
        rows = [_entries(row) for packed in rows for row in signs_expanded(Apply("tuple", packed))]
    if len(names) == len(rows) == 1:
        return None
    return Solutions(names, tuple(rows))


def _entries(row: Node) -> tuple[Node, ...]:
    assert isinstance(row, Apply)
    return row.args


def _share_a_base(names: tuple[Node, ...]) -> bool:
    bases = set(map(_base, names))
    return len(bases) == 1 < len(names) and None not in bases


def _base(name: Node) -> str | None:
    found = _INDEXED.fullmatch(name.name) if isinstance(name, Symbol) else None
    return found.group(1) if found else None


def _groups(comparison: Comparison, node: Node) -> list[dict[Node, Node]] | None:
    """The rows as mappings from names, in order; None where a part is no value of a name."""
    groups: list[dict[Node, Node]] = []
    current: dict[Node, Node] = {}
    label: Node | None = None
    for item in _items(node):
        if isinstance(item, Apply) and item.head in {"and", "list"}:
            inner = _groups(comparison, item)
            if inner is None:
                return None
            groups, current = [*groups, *([current] if current else []), *inner], {}
            continue
        pairs = _assigned(comparison, item, label)
        if pairs is None:
            return None
        for values in pairs:
            if not current.keys().isdisjoint(values):
                groups.append(current)
                current = {}
            label = next(iter(values)) if len(values) == 1 else Apply("tuple", tuple(values))
            current = {**current, **values}
    return [*groups, current] if current else groups


def _items(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Apply):
        return node.args if node.head in LISTS and node.head != "set" else ()
    return (node,)


def _assigned(comparison: Comparison, item: Node, label: Node | None) -> list[dict[Node, Node]] | None:
    """What `item` gives to its names, or to the `label` that was last given something."""
    item = as_equation(item)
    if not isinstance(item, Relation):
        return None if label is None else _given(label, item)
    if item.ops == ("in",) and isinstance(item.terms[0], Symbol):
        held = item.terms[1]
        if isinstance(held, Apply) and held.head == "set" and held.args:
            return [{item.terms[0]: value} for value in held.args]
        return None
    if set(item.ops) != {"="} or not agree(comparison, list(item.terms[1:])):
        return None
    return _given(item.terms[0], item.terms[-1])


def _given(label: Node, value: Node) -> list[dict[Node, Node]] | None:
    if is_tuple_of_names(label):
        assert isinstance(label, Apply)
        coordinates = coordinates_of(value)
        if coordinates is None or len(coordinates) != len(label.args):
            return None
        return [dict(zip(label.args, coordinates))]
    if isinstance(label, Symbol):
        return None if label.name in CONSTANTS else [{label: value}]
    return [{label: value}] if isinstance(label, Apply) and label.head == "call" else None


def _in_order(names: list[Node]) -> tuple[Node, ...]:
    """Names in the order a point gives them: alphabetical for neighbouring letters, else as written."""
    texts = [name.name for name in names if isinstance(name, Symbol)]
    if len(texts) == len(names) and (_neighbours(texts) or len({_base(name) for name in names} - {None}) == 1):
        return tuple(sorted(names, key=_place))
    return tuple(names)


def _neighbours(texts: list[str]) -> bool:
    if any(len(text) != 1 for text in texts):
        return False
    return set(texts) <= set("xyzw") or max(map(ord, texts)) - min(map(ord, texts)) == len(texts) - 1


def _place(name: Node) -> tuple[int, str]:
    assert isinstance(name, Symbol)
    return "xyzw".find(name.name), name.name


def names_values(node: Node) -> bool:
    """Whether values by name may stand in `node`: a cheap look before the rest of this room."""
    if type(node) is Relation:
        return node.traits & Trait.SIGNS != 0 or getattr(node.terms[0], "head", "") == "tuple" or node.ops == ("in",)
    if type(node) is not Apply or node.head not in LISTS or not node.traits & Trait.VARIABLE:
        return False
    return any(type(item) is Relation or (type(item) is Apply and item.head in _NESTED) for item in node.args)
