r"""What dots stand for: `1+2+\cdots+n` is a sum, `1\cdot3\cdots(2n-1)` a product, `1, 2, \ldots, 10` ten members.

The members that are written must be alike: one tree, but for places where they grow by a constant difference or by a
constant factor. That tree in an index k is their `Pattern`; the last member tells how many there are. Where names stand
in members, differences are looked at for two choices of values. What cannot be told is left as it was written: a list
with dots is a `sequence` of the members that determine it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, pairwise

from verifiers.math.tree import ONE, ZERO, Apply, Node, Number, Relation, Symbol, Trait, children, rebuilt, walk

MOST_MEMBERS = 400
_MOST_POWER = 64
_MOST_NODES = 10_000  # of all members that are written out
_MOST_BITS = 4_000
_DOTS = Apply("ellipsis", ())
_INDEX = Symbol("k‹dots›")
_INFINITY = Symbol("infty")
_SERIES = {"add": "sum", "mul": "prod"}
_POSITIVE = {Fraction(1): "\\Z+", Fraction(0): "\\Z0+"}  # the integers from there on
_LISTS = frozenset({"list", "set", "tuple", "and"})

Values = Callable[[str], "Fraction | None"]  # of names


def without_dots(node: Node) -> Node:
    """`node` with every sum, product and list that has dots in it written out, where that can be done."""
    return _written_out(node, within_product=False)


def _written_out(node: Node, *, within_product: bool) -> Node:
    parts = children(node)
    if not parts or not node.traits & Trait.NO_VALUE:
        return node
    product = isinstance(node, Apply) and node.head == "mul"
    node = rebuilt(node, tuple(_written_out(part, within_product=product) for part in parts))
    if not isinstance(node, Apply):
        return node
    if product:  # a factor such as `2\cdots n` was read as a product of its own
        node = Apply("mul", tuple(chain.from_iterable(map(_factors, node.args))))
    if _DOTS not in node.args or (product and within_product):
        return node
    if node.head in _SERIES:
        return _series(node)
    return _members(node) if node.head in _LISTS else node


def _factors(node: Node) -> tuple[Node, ...]:
    return node.args if isinstance(node, Apply) and node.head == "mul" and _DOTS in node.args else (node,)


def _series(node: Apply) -> Node:
    place = node.args.index(_DOTS)
    before, after = node.args[:place], node.args[place + 1 :]
    if not before or _DOTS in after:
        return node
    if node.head == "add":
        before, after = _as_powers(before, after)
    pattern = _pattern(before, after)
    if pattern is None or (not after and len(before) < 3):
        return node
    if isinstance(pattern.last, Fraction):
        members = pattern.members()
        return node if members is None else Apply(node.head, tuple(members))
    return Apply(_SERIES[node.head], (pattern.body, _INDEX, ZERO, pattern.last or _INFINITY))


def _members(node: Apply) -> Node:
    args = node.args
    first = args[0]
    if isinstance(first, Relation) and first.ops == ("=",):  # n = 1, 2, ..., 10
        plain = _members(Apply(node.head, (first.terms[1], *args[1:])))
        value, *rest = children(plain) or (plain,)
        return rebuilt(plain, (Relation(("=",), (first.terms[0], value)), *rest)) if rest else plain
    if _all_integers(args):
        return Symbol("\\Z")
    place = args.index(_DOTS)
    before, after = args[:place], args[place + 1 :]
    if not before or _DOTS in after:
        return Apply("sequence", args)
    pattern = _pattern(before, after)
    members = pattern.members() if pattern is not None else None
    if members is not None:
        return Apply(node.head, tuple(members))
    if node.head == "set" and pattern is not None and not after and pattern.shown == 2:
        start = _value(args[0], _no_name)
        if start in _POSITIVE and _value(args[1], _no_name) == start + 1:
            return Symbol(_POSITIVE[start])
    kept = args if pattern is None else (*before[: pattern.shown], _DOTS, *after[-1:])
    return Apply("tuple" if node.head == "tuple" else "sequence", kept)


def _all_integers(args: tuple[Node, ...]) -> bool:
    """`..., -1, 0, 1, ...` and `0, ±1, ±2, ...`."""
    if args[0] == _DOTS == args[-1]:
        values = [_value(part, _no_name) for part in args[1:-1]]
        return len(values) > 1 and all(a is not None and b is not None and b - a == 1 for a, b in pairwise(values))
    signed = [part.args[0] for part in args[1:-1] if isinstance(part, Apply) and part.head == "pm"]
    steps = [Number(place + 1) for place in range(len(args) - 2)]
    return args[0] == ZERO and args[-1] == _DOTS and bool(steps) and signed == steps


# ---- what members have in common


@dataclass(frozen=True, slots=True)
class Pattern:
    """`body` in the index k = 0, 1, ...; `last` is the index of the last member: a number, a tree, or None.

    `shown`: how many members determine it.
    """

    body: Node
    last: Fraction | Node | None
    shown: int

    def members(self) -> list[Node] | None:
        """The members, where they are few and their number is told."""
        if not isinstance(self.last, Fraction) or self.last.denominator != 1 or not 0 <= self.last < MOST_MEMBERS:
            return None
        if (self.last + 1) * sum(1 for _ in walk(self.body)) > _MOST_NODES:
            return None
        return [_at(self.body, place) for place in range(int(self.last) + 1)]


class _Unlike(Exception):
    """The members have no pattern in common."""


def _pattern(before: tuple[Node, ...], after: tuple[Node, ...]) -> Pattern | None:
    search = _Search(len(before))
    try:
        body = search.common([*before, *after[-1:]])
    except _Unlike:
        return None
    if not after:
        return Pattern(body, None, search.shown)
    agreed = all(len({_value(last, sample) for last in search.lasts}) == 1 for sample in _SAMPLES)
    if not agreed or any(_differs(body, search.lasts[0], after, sample) for sample in _SAMPLES):
        return None
    last = search.lasts[0]
    value = _value(last, _no_name)
    return Pattern(body, last if value is None else value, search.shown)


def _differs(body: Node, last: Node, after: tuple[Node, ...], sample: Values) -> bool:
    """Whether the last members, counted back from the index `last`, are not those that are written."""
    index = _value(last, sample)
    if index is None:
        return True
    for back, node in enumerate(reversed(after)):
        place = index - back
        found = _value(body, lambda name: place if name == _INDEX.name else sample(name))  # noqa: B023
        if found is None or found != _value(node, sample):
            return len(after) > 1 or found is not None
    return False


class _Search:
    """The tree in k that members have in common; on the way, what the last member says about its index."""

    def __init__(self, leading: int) -> None:
        self.leading = leading
        self.lasts: list[Node] = []
        self.shown = min(leading, 2)

    def common(self, nodes: list[Node]) -> Node:
        """The tree that gives the leading `nodes` for k = 0, 1, ..., and the one behind them for some k."""
        first = nodes[0]
        if all(node == first for node in nodes):
            return first
        nodes = _lifted(nodes)
        first = nodes[0]
        alike = len({(type(node), getattr(node, "head", ""), len(children(node))) for node in nodes}) == 1
        if alike and children(first):
            known = len(self.lasts)
            try:
                return rebuilt(first, tuple(self.common(list(column)) for column in zip(*map(children, nodes))))
            except _Unlike:
                del self.lasts[known:]
        return self._grown(nodes[: self.leading], nodes[self.leading :])

    def _grown(self, nodes: list[Node], last: list[Node]) -> Node:
        values = [[_value(node, sample) for node in nodes] for sample in _SAMPLES]
        rows = [[value for value in row if value is not None] for row in values]
        if any(len(row) != len(nodes) for row in rows):
            raise _Unlike
        steps = {later - value for row in rows for value, later in pairwise(row)} or {Fraction(1)}
        if len(steps) == 1 and steps != {0}:
            return self._by_difference(nodes[0], steps.pop(), last)
        if len(nodes) < 3 or 0 in rows[0]:
            raise _Unlike
        ratios = {later / value for value, later in pairwise(rows[0])}
        if rows[0] != rows[1] or len(ratios) != 1 or ratios <= {0, 1}:
            raise _Unlike
        return self._by_factor(rows[0][0], ratios.pop(), last)

    def _by_difference(self, first: Node, step: Fraction, last: list[Node]) -> Node:
        for node in last:
            power = isinstance(node, Apply) and node.head == "pow" and not _closed(node)
            slopes = {_slope(node, sample) for sample in _SAMPLES}
            if (power and self.leading < 3) or (step != 1 and len(slopes) != 1):
                raise _Unlike  # `1+2+...+2^n`, `1+4+...+n^2`
            self.lasts.append(Apply("div", (Apply("add", (node, Apply("neg", (first,)))), _number(step))))
        return Apply("add", (first, Apply("mul", (_number(step), _INDEX))))

    def _by_factor(self, first: Fraction, ratio: Fraction, last: list[Node]) -> Node:
        self.shown = 3
        for node in last:
            value = _value(node, _no_name)
            if value is not None:
                self.lasts.append(Number(_times(value, first, ratio)))
            else:
                factor, exponent = _power_of(node, ratio)
                self.lasts.append(Apply("add", (exponent, Number(-_times(first, factor, ratio)))))
        return Apply("mul", (_number(first), Apply("pow", (_number(ratio), _INDEX))))


def _power_of(node: Node, ratio: Fraction) -> tuple[Fraction, Node]:
    """The c and e with which `node` is written as `c * ratio**e`."""
    factor, exponents = Fraction(1), []
    for part in node.args if isinstance(node, Apply) and node.head == "mul" else (node,):
        value = _value(part, _no_name)
        if value is not None:
            factor *= value
        elif isinstance(part, Apply) and part.head == "pow" and _value(part.args[0], _no_name) == ratio:
            exponents.append(part.args[1])
        else:
            raise _Unlike
    if len(exponents) != 1:
        raise _Unlike
    return factor, exponents[0]


def _lifted(nodes: list[Node]) -> list[Node]:
    """`1, 1/2, 1/3` and `r, r^2` with the first written as the others are."""
    found = {node.head for node in nodes if isinstance(node, Apply)}
    if found == {"div"}:
        return [node if isinstance(node, Apply) else Apply("div", (node, ONE)) for node in nodes]
    if found == {"pow"}:
        return [node if isinstance(node, Apply) else Apply("pow", (node, ONE)) for node in nodes]
    return nodes


def _times(value: Fraction, start: Fraction, ratio: Fraction) -> int:
    """How often `start` is multiplied by `ratio` to become `value`."""
    for times in range(MOST_MEMBERS):
        if start == value:
            return times
        start *= ratio
    raise _Unlike


def _as_powers(before: tuple[Node, ...], after: tuple[Node, ...]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """`x^3, x^2, ..., x, 1` all as powers of one name."""
    bases = {
        node.args[0]
        for node in (*before, *after)
        if isinstance(node, Apply) and node.head == "pow" and isinstance(node.args[0], Symbol)
    }
    if len(bases) != 1:
        return before, after
    (base,) = bases
    powers: dict[Node, Node] = {base: Apply("pow", (base, ONE)), ONE: Apply("pow", (base, ZERO))}
    return tuple(powers.get(node, node) for node in before), tuple(powers.get(node, node) for node in after)


# ---- values


def _no_name(_: str) -> Fraction | None:
    return None


def _first_sample(name: str) -> Fraction | None:
    return Fraction(41 + sum(map(ord, name)))


def _second_sample(name: str) -> Fraction | None:
    return Fraction(67 + 2 * sum(map(ord, name)))


def _shifted(sample: Values) -> Values:
    def values(name: str) -> Fraction | None:
        value = sample(name)
        return None if value is None else value + 1

    return values


_SAMPLES: tuple[Values, ...] = (_first_sample, _second_sample)


def _closed(node: Node) -> bool:
    return not node.traits & Trait.VARIABLE


def _slope(node: Node, sample: Values) -> Fraction | None:
    """By how much `node` grows where every name grows by one."""
    here, there = _value(node, sample), _value(node, _shifted(sample))
    return None if here is None or there is None else there - here


def _number(value: Fraction) -> Number:
    return Number(value.numerator, value.denominator)


def _at(body: Node, place: int) -> Node:
    """`body` at the index `place`, numbers worked out."""
    if body == _INDEX:
        return Number(place)
    value = _value(body, lambda name: Fraction(place) if name == _INDEX.name else None)
    if value is not None:
        return _number(value)
    parts = children(body)
    return rebuilt(body, tuple(_at(part, place) for part in parts)) if parts else body


def _value(node: Node, names: Values) -> Fraction | None:
    """The rational that `node` is for these values of names; None where that cannot be told at once."""
    if isinstance(node, Number):
        return Fraction(node.numerator, node.denominator)
    if isinstance(node, Symbol):
        return names(node.name) if node.traits == Trait.VARIABLE else None
    work = _ARITHMETIC.get(node.head) if isinstance(node, Apply) else None
    if work is None or not isinstance(node, Apply) or len(node.args) > _MOST_POWER:
        return None
    known = [part for part in (_value(part, names) for part in node.args) if part is not None]
    value = work(known) if len(known) == len(node.args) else None
    return None if value is None or _size(value) > _MOST_BITS else value


def _size(value: Fraction) -> int:
    return value.numerator.bit_length() + value.denominator.bit_length()


def _power(parts: list[Fraction]) -> Fraction | None:
    base, exponent = parts
    if exponent.denominator != 1 or abs(exponent) > _MOST_POWER or (base == 0 and exponent < 0):
        return None
    return None if _size(base) * abs(exponent) > _MOST_BITS else base ** int(exponent)


def _quotient(parts: list[Fraction]) -> Fraction | None:
    return parts[0] / parts[1] if parts[1] else None


def _product(parts: list[Fraction]) -> Fraction | None:
    found = Fraction(1)
    for part in parts:
        found *= part
    return found


_ARITHMETIC: dict[str, Callable[[list[Fraction]], Fraction | None]] = {
    "add": lambda parts: sum(parts, Fraction(0)),
    "mul": _product,
    "neg": lambda parts: -parts[0],
    "div": _quotient,
    "pow": _power,
}
