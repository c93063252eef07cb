"""Random points: expressions that agree to fifty digits wherever both are defined are equal beyond doubt.

The points are fixed by the names of the variables alone, so that a verdict never depends on the run. Real points are
tried first; a point counts where both sides are real there. Where neither side is ever real (the expressions are
complex by nature), complex points decide. Variables that only make sense as integers (under a factorial, a floor, in
an exponent of a negative base, in a binomial coefficient) take integer points.

A single point at which the enclosures are disjoint proves the expressions unequal.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from functools import lru_cache

from flint import acb, arb, fmpq

from verifiers.math.decide.enclosure import ball, is_real
from verifiers.math.decide.kinks import Point, critical_points
from verifiers.math.decide.magnitudes import agree_closely, bits_to_see
from verifiers.math.decide.rungs import Exhausted, Finding, Open, Steps, Undefined, precision
from verifiers.math.tree import Apply, Node, Number, Trait, free_symbols, walk

AGREEMENTS = 8  # points that must agree
_TRIES = 60
_BITS = (256, 1024, 4096)
_FIFTY_DIGITS = 170  # bits
_WHOLE_HEADS = frozenset({"fact", "dfact", "binom", "perm", "sum", "prod", "mod", "gcd", "lcm"})
_ROUNDED = frozenset({"floor", "ceil"})
_WHOLE_LETTERS = frozenset("ijklmnpqMN")
_REAL_NAMES = frozenset("xyzwuvst") | {"theta", "phi", "alpha", "beta", "gamma", "omega"}
_FIRST_BITS = 64
_CRITICAL_BITS = (128, 512)  # at points that are only to refute
_CLOSED_BITS = (256, 2048)
_APART = Finding(False, "enclosure", "the values differ")
_AGREED = Finding(True, "numeric")


def apart(left: Node, right: Node, steps: Steps) -> Finding | None:
    """Whether the first enclosures of two constants are disjoint; None where they are not, or there are none."""
    try:
        with precision(_FIRST_BITS):
            return None if ball(left, {}, {}, steps).overlaps(ball(right, {}, {}, steps)) else _APART
    except Exhausted:
        raise
    except Open:
        return None


def varies(node: Node, steps: Steps) -> bool:
    """Whether an expression with variables surely takes two values: then it is no constant, whichever."""
    names = sorted(free_symbols(node))
    seen: list[acb] = []
    for values in _points(names, whole_names(node, names)):
        try:
            with precision(_FIRST_BITS):
                seen.append(ball(node, values, {}, steps))
        except Exhausted:
            raise
        except (Open, Undefined):
            continue
        if not seen[0].overlaps(seen[-1]):
            return True
        if len(seen) == AGREEMENTS:
            break
    return False


def closed(left: Node, right: Node, steps: Steps) -> Finding:
    """Compare two expressions without variables. `enclosure` proves unequal; agreement at 600 digits is `numeric`."""
    problem: Open | None = None
    for bits in _CLOSED_BITS:
        try:
            with precision(bits):
                first, second = ball(left, {}, {}, steps), ball(right, {}, {}, steps)
                if not first.overlaps(second):
                    return _APART
                settled = bits == _CLOSED_BITS[-1] and _agree(first, second, _FIFTY_DIGITS * 3)
                vague = not _agree(first, second, 10)
            problem = Open("a value too large to enclose narrowly", slow=False) if vague else None
        except Exhausted:
            raise
        except Open as open_question:
            problem, settled = open_question, False
        if settled:
            return _confirmed(left, right, [{}], steps)
    raise problem or Open("the values are too close to tell")


def _agree(first: acb, second: acb, bits: int) -> bool:
    """Whether two overlapping enclosures agree to `bits`, absolutely: of huge numbers the units count too."""
    return bool((first - second).abs_upper() < arb(2) ** -bits)


def identity(left: Node, right: Node, steps: Steps) -> Finding:
    """Compare two expressions with variables. Raises `Open` where too few points could be evaluated."""
    names = sorted(free_symbols(left) | free_symbols(right))
    whole = whole_names(left, names) | whole_names(right, names)
    traits = left.traits | right.traits
    strict = bool(left.traits & Trait.ABSOLUTE) and not right.traits & Trait.ABSOLUTE  # an absolute value is missing
    complex_by_nature = bool(traits & Trait.IMAGINARY)
    enough = AGREEMENTS + (4 if whole else 0) + (12 if traits & Trait.JUMPS else 0)
    agreed: list[Point] = []
    reason = Open("too few points where both sides have a value")
    for values in _points(names, whole):
        try:
            outcome = _at(left, right, values, {}, steps, strict, complex_by_nature)
        except Undefined:
            continue
        except Exhausted:
            raise
        except Open as open_question:
            reason = open_question
            continue
        if outcome is None:
            continue
        if not outcome:
            return Finding(False, "enclosure", f"the values differ at {_shown(values)}")
        agreed.append(values)
        if len(agreed) == enough:
            break
    if len(agreed) < AGREEMENTS // 2:
        if agreed or whole:
            raise reason
        return _complex(left, right, names, steps, reason)
    for values in critical_points(left, right, names, whole, steps):
        try:
            outcome = _at(left, right, values, {}, steps, strict, complex_by_nature, _CRITICAL_BITS)
        except Exhausted:
            raise
        except (Open, Undefined):
            continue
        if outcome is False:
            return Finding(False, "enclosure", f"the values differ at {_shown(values)}")
    return _confirmed(left, right, agreed, steps)


def _confirmed(left: Node, right: Node, points: list[Point], steps: Steps) -> Finding:
    """Agreement, unless a precision that shows what small constants may hide refutes it."""
    bits = bits_to_see((left, right), points[0], steps)
    for values in points[: 2 if bits else 0]:
        with precision(bits):
            first, second = ball(left, values, {}, steps), ball(right, values, {}, steps)
            if not agree_closely(first, second, bits):
                return _APART
    return _AGREED


def _complex(left: Node, right: Node, names: list[str], steps: Steps, reason: Open) -> Finding:
    agreed = 0
    for boxes in _complex_points(names, _TRIES // 2):
        try:
            outcome = _at(left, right, {}, boxes, steps, strict=False, complex_by_nature=True)
        except Undefined:
            continue
        except Exhausted:
            raise
        except Open as open_question:
            reason = open_question
            continue
        if outcome is False:
            return Finding(False, "enclosure", "the values differ at a complex point")
        agreed += 1
        if agreed == AGREEMENTS:
            return Finding(True, "numeric")
    raise reason


def _at(
    left: Node,
    right: Node,
    values: dict[str, fmpq],
    boxes: dict[str, acb],
    steps: Steps,
    strict: bool,
    complex_by_nature: bool,
    levels: tuple[int, ...] = _BITS,
) -> bool | None:
    """Whether both sides agree at one point; None where the point does not count."""
    for bits in levels:
        with precision(bits):
            first = ball(left, values, boxes, steps)
            second = ball(right, values, boxes, steps)
            if not first.overlaps(second):
                if complex_by_nature or (is_real(first) and is_real(second)):
                    return False
                return False if strict and is_real(first) else None
            if not complex_by_nature and not (is_real(first) and is_real(second)):
                return None
            if _agree(first, second, bits * 2 // 3 if bits < 1024 else 800):
                return True
    raise Open("the values are too close to tell")


def whole_names(node: Node, names: list[str]) -> set[str]:
    """The variables that stand where only integers make sense."""
    found: set[str] = set()
    if not node.traits & (Trait.WHOLE | Trait.QUOTIENT):
        return found
    for at in walk(node):
        if not isinstance(at, Apply):
            continue
        if at.head in _ROUNDED:
            found |= {name for name in free_symbols(at) if name[:1] in _WHOLE_LETTERS}
        elif at.head in _WHOLE_HEADS:
            found |= {name for name in free_symbols(at) if name not in _REAL_NAMES}
        elif at.head == "pow" and _may_be_negative(at.args[0]):
            found |= {name for name in free_symbols(at.args[1]) if name not in _REAL_NAMES}
    return found & set(names)


def _may_be_negative(base: Node) -> bool:
    return (isinstance(base, Number) and base.numerator < 0) or (isinstance(base, Apply) and base.head == "neg")


def _generator(names: tuple[str, ...]) -> random.Random:
    seed = hashlib.sha256("\0".join(names).encode()).digest()
    return random.Random(seed)


def real_points(names: list[str]) -> Iterator[Point]:
    """Random real points."""
    return _points(sorted(names), set())


def _points(names: list[str], whole: set[str]) -> Iterator[dict[str, fmpq]]:
    """The first points are asked for again and again, so they are kept."""
    kept, key = AGREEMENTS + 4, tuple(names)
    first = _made_points(key, frozenset(whole), kept)
    yield from first
    yield from _made_points(key, frozenset(whole), _TRIES)[kept:]


@lru_cache(maxsize=256)
def _made_points(names: tuple[str, ...], whole: frozenset[str], count: int) -> tuple[dict[str, fmpq], ...]:
    source = _generator(names)
    order = sorted(sorted(whole), key=_usual_size)
    points: list[dict[str, fmpq]] = []
    for place in range(count):
        sizes = _whole_point(source, len(order), place)
        points.append(
            {
                name: fmpq(sizes[order.index(name)]) if name in whole else _rational_point(source, place)
                for name in names
            }
        )
    return tuple(points)


def _whole_point(source: random.Random, count: int, place: int) -> list[int]:
    """Positive integers, mostly descending; even and odd in turn, small ones first."""
    if count == 0:
        return []
    sizes = [source.randrange(1, 5 + 2 * count + place // 2) for _ in range(count)]
    if place % 4:
        sizes.sort(reverse=True)
    sizes[0] = place + 1 if count == 1 and place < 6 else sizes[0] + (sizes[0] + place) % 2
    return sizes


def _usual_size(name: str) -> int:
    """Names in the order in which they are usually large: n choose k."""
    return "Nnmrkji".find(name[:1]) if name[:1] in "Nnmrkji" else 3


def _rational_point(source: random.Random, place: int) -> fmpq:
    """Points in (0, 1), (1, 5), negative ones, and large ones in turn, none with a small denominator."""
    fraction = fmpq(source.randrange(1, 1 << 24) * 2 + 1, (1 << 25) + source.randrange(1, 1 << 12) * 2 + 1)
    match place % 6:
        case 0:
            return fraction
        case 1:
            return 1 + 4 * fraction
        case 2:
            return source.choice((-1, 1)) * (fraction + source.randrange(3))
        case 3:
            return -3 * fraction
        case 4:
            return 5 + 30 * fraction
        case _:
            return source.choice((-1, 1)) * (20 * fraction + 3) * 10 ** (place // 6)


def _complex_points(names: list[str], count: int) -> Iterator[dict[str, acb]]:
    source = _generator(tuple(names))
    for _place in range(count):
        yield {
            name: acb(
                fmpq(source.randrange(-(1 << 22), 1 << 22) * 2 + 1, 1 << 22),
                fmpq(source.randrange(-(1 << 22), 1 << 22) * 2 + 1, 1 << 22),
            )
            for name in names
        }


def _shown(values: dict[str, fmpq]) -> str:
    return ", ".join(f"{name} = {float(value.p) / float(value.q):.6g}" for name, value in list(values.items())[:4])
