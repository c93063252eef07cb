r"""Points at which two expressions that look equal may part: where values jump or bend, and far out.

Random points never hit an integer, and rarely the other side of a bend that lies at 50. So the arguments of floors,
absolute values, extremes, even roots of powers and inverse trigonometric functions are solved for their critical
values, where they are linear in a variable; the points there, on both sides and far from there are tried as well, and
small integers, halves and large magnitudes besides.
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq

from verifiers.math.decide import exact
from verifiers.math.decide.rungs import Exhausted, Open, Steps, Undefined
from verifiers.math.tree import Apply, Node, Trait, free_symbols, walk

Point = dict[str, fmpq]
_MOST_ARGUMENTS = 8
_MOST_POINTS = 72
_NEAR = (fmpq(0), fmpq(1, 7), fmpq(-1, 7), fmpq(1013, 3), fmpq(-1013, 3))
_WHOLE_NEAR = tuple(map(fmpq, (0, 1, -1)))
_SIMPLE = (0, 1, 2, -1, 3, fmpq(1, 2), -2, fmpq(-1, 2), 6, fmpq(3, 2), 12, -5, fmpq(-7, 2))
_FAR = (fmpq(1013, 7), fmpq(-1013, 7), 4999, -4999, fmpq(700001, 13), 2 * 10**6 + 1, -(2 * 10**6) - 1)
_ZERO = (fmpq(0),)
_LEVELS = {
    "floor": tuple(map(fmpq, (0, 1, -1, 2))),
    "ceil": tuple(map(fmpq, (0, 1, -1, 2))),
    "mod": tuple(map(fmpq, (0, -1, 1))),
    "abs": _ZERO,
    "sgn": _ZERO,
}
_PERIODIC = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_INVERSE = frozenset({"arcsin", "arccos", "arctan", "arccot", "arcsec", "arccsc"})
_SIDES = tuple(map(fmpq, (2, -2, 4, -4)))


def critical_points(left: Node, right: Node, names: list[str], whole: set[str], steps: Steps) -> Iterator[Point]:
    """Points to try besides the random ones; none where nothing jumps or bends."""
    arguments, bends = _arguments((left, right))
    if not arguments and not bends:
        return
    given = 0
    for argument, levels in arguments:
        for point in _at_levels(argument, levels, names, whole, steps):
            given += 1
            if given > _MOST_POINTS:
                return
            yield point
    for values in (_SIMPLE, _FAR) if arguments else (_FAR,):
        for place in range(len(values)):
            yield {
                name: _suited(values[(place + 3 * at) % len(values)], name in whole) for at, name in enumerate(names)
            }


def _arguments(sides: tuple[Node, ...]) -> tuple[list[tuple[Node, tuple[fmpq, ...]]], bool]:
    """The arguments whose critical values matter, with these values; and whether anything bends at all."""
    found: dict[Node, tuple[fmpq, ...]] = {}
    bends = False
    for at in (at for side in sides for at in walk(side)):
        if not isinstance(at, Apply) or not at.traits & Trait.VARIABLE:
            continue
        if at.head in _LEVELS:
            found[at.args[0]] = _LEVELS[at.head]
        elif at.head in {"max", "min"}:
            for other in at.args[1:]:
                found[Apply("add", (at.args[0], Apply("neg", (other,))))] = _ZERO
        elif at.head in {"root", "sqrt", "pow"}:
            if _is_even_root(at):
                bends = True
                base = at.args[0]
                if isinstance(base, Apply) and base.head == "pow":
                    found[base.args[0]] = _ZERO
        elif at.head in _INVERSE:
            for inner in walk(at.args[0]):
                if isinstance(inner, Apply) and inner.head in _PERIODIC:
                    found[inner.args[0]] = _SIDES
    return list(found.items())[:_MOST_ARGUMENTS], bends


def _is_even_root(node: Apply) -> bool:
    if not node.args[0].traits & Trait.VARIABLE:
        return False
    if node.head == "sqrt":
        return True
    degree = exact.plain(node.args[1])
    if degree is None:
        return False
    return (degree.numerator if node.head == "root" else degree.denominator) % 2 == 0


def _at_levels(
    argument: Node, levels: tuple[fmpq, ...], names: list[str], whole: set[str], steps: Steps
) -> Iterator[Point]:
    """Points at, beside and far from where `argument`, linear in some variable, takes one of the values `levels`."""
    free = sorted(free_symbols(argument) & set(names))
    others = {name: _suited(_SIMPLE[3 + at] + fmpq(1, 3), name in whole) for at, name in enumerate(names)}
    for name in free[:2]:
        try:
            zero, one, two = (exact.rational(argument, {**others, name: fmpq(value)}, steps) for value in (0, 1, 2))
        except Exhausted:
            raise
        except (Open, Undefined):
            continue
        slope = one - zero
        if slope == 0 or two - one != slope:
            continue
        for level in levels:
            root = (level - zero) / slope
            if name not in whole:
                for near in _NEAR:
                    yield {**others, name: root + near}
            elif root >= 1:
                for near in _WHOLE_NEAR:
                    yield {**others, name: _suited(root, True) + near}


def _suited(value: fmpq | int, whole: bool) -> fmpq:
    """`value`, made a positive integer for a name that stands for one."""
    value = fmpq(value)
    return fmpq(max(1, int(abs(value).floor()))) if whole else value
