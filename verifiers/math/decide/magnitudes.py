r"""How small a difference may hide in two expressions: $x + e^{-1000}$ is not $x$, though fifty digits say so.

A difference below the precision can only come from a small constant, or from a power or exponential with large numbers
in it. Where one stands in an expression, agreement is asked for again at a precision that would show it.
"""

from __future__ import annotations

from flint import acb, arb, fmpz

from verifiers.math.decide.enclosure import ball
from verifiers.math.decide.rungs import Exhausted, Open, Steps, Undefined, precision
from verifiers.math.tree import Apply, Node, Number, Trait, walk

MOST_BITS = 40_000
_USUAL = 4_608  # bits at which agreement is asked for where anything may be small
_PLAIN_BITS = 30  # numbers up to this size are no reason for doubt
_LARGE = 40  # numbers from this size on, in an exponent or beside one, are
_SMALL = -40  # as a binary exponent: constants from this size on are no reason for doubt
_GROWING = frozenset({"pow", "exp", "fact", "gamma", "dfact", "sinh", "cosh"})
_PRODUCTS = frozenset({"mul", "div", "neg", "fact", "pow"})
_MOST_LOOKED_AT = 40


def bits_to_see(sides: tuple[Node, Node], steps: Steps) -> int:
    """The precision that shows the smallest difference that may hide in `sides`; 0 where none may.

    Raises `Open` where no precision in reach does.
    """
    if all(map(_is_product, sides)):
        return 0
    needed = 0
    looked_at = 0
    for at in (at for side in sides for at in walk(side)):
        if isinstance(at, Number):
            if max(abs(at.numerator), at.denominator).bit_length() > _PLAIN_BITS:
                needed = max(needed, _USUAL, 2 * abs(at.numerator).bit_length(), 2 * at.denominator.bit_length())
        elif isinstance(at, Apply) and at.head in _GROWING:
            if at.traits & Trait.VARIABLE:
                if any(isinstance(part, Number) and abs(part.numerator) >= _LARGE for part in walk(at)):
                    needed = max(needed, _USUAL)
            elif looked_at < _MOST_LOOKED_AT:
                looked_at += 1
                needed = max(needed, _bits_of(at, steps))
    if needed > MOST_BITS:
        raise Open("a constant too small to see", slow=False)
    return needed


def _is_product(node: Node) -> bool:
    """Whether `node` is a constant without sums: enclosures of products tell how they differ, small as they may be."""
    if isinstance(node, Apply):
        return node.head in _PRODUCTS and all(map(_is_product, node.args))
    return not node.traits & Trait.VARIABLE


def _bits_of(constant: Node, steps: Steps) -> int:
    """The precision that tells a constant from zero, with room to spare."""
    try:
        with precision(64):
            size = ball(constant, {}, {}, steps).abs_lower()
            exponent = _exponent(size)
    except Exhausted:
        raise
    except (Open, Undefined):
        return _USUAL
    if exponent is None:
        return _USUAL
    return 0 if abs(exponent) < -_SMALL else max(_USUAL, 2 * abs(exponent))


def _exponent(size: arb) -> int | None:
    """The binary exponent of a positive number; None of zero."""
    mantissa, exponent = size.mid().man_exp()
    if mantissa == 0:
        return None
    return int(exponent + fmpz(abs(mantissa)).bit_length())


def agree_closely(first: acb, second: acb, bits: int) -> bool:
    """Whether two enclosures at `bits` of precision overlap, and narrowly enough to mean it."""
    if not first.overlaps(second):
        return False
    if (first - second).abs_upper() >= arb(2) ** (-bits // 2):
        raise Open("the values are too close to tell", slow=False)
    return True
