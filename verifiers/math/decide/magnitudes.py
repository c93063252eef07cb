r"""How small a difference may hide in two expressions: $x + e^{-1000}$ is not $x$, though fifty digits say so.

A difference below the precision can only come from a small constant, or from a power or exponential with large numbers
in it. Where one stands in an expression, agreement is asked for again at a precision that would show it.
"""

from __future__ import annotations

from flint import acb, arb, fmpz

from verifiers.math.decide.enclosure import Values, ball
from verifiers.math.decide.rungs import Exhausted, Open, Steps, Undefined, precision
from verifiers.math.tree import Apply, Node, Number, Trait, free_symbols, walk

MOST_BITS = 40_000
_USUAL = 4_608  # bits at which agreement is asked for where anything may be small
_PLAIN_BITS = 30  # numbers up to this size are no reason for doubt
_LOW = 20  # powers up to this one are no reason either
_NOT_SMALL = 40  # nor are values between 2^-40 and 2^40
_GROWING = frozenset({"pow", "exp", "fact", "gamma", "dfact", "sinh", "cosh"})
_PRODUCTS = frozenset({"mul", "div", "neg", "fact", "pow"})
_MOST_LOOKED_AT = 40


def bits_to_see(sides: tuple[Node, Node], point: Values, steps: Steps) -> int:
    """The precision that shows the smallest difference that may hide in `sides` at `point`; 0 where none may.

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
        elif isinstance(at, Apply) and at.head in _GROWING and not _is_low_power(at):
            looked_at += 1
            if looked_at > _MOST_LOOKED_AT:
                raise Open("too many constants that may be small", slow=False)
            needed = max(needed, _bits_of(at, point, steps))
    if needed > MOST_BITS:
        raise Open("a constant too small to see", slow=False)
    return needed


def _is_low_power(node: Apply) -> bool:
    exponent = node.args[-1]
    if isinstance(exponent, Apply) and exponent.head == "neg":
        exponent = exponent.args[0]
    return node.head == "pow" and isinstance(exponent, Number) and abs(exponent.numerator) <= _LOW


def _is_product(node: Node) -> bool:
    """Whether `node` is a constant without sums: enclosures of products tell how they differ, small as they may be."""
    if isinstance(node, Apply):
        return node.head in _PRODUCTS and all(map(_is_product, node.args))
    return not node.traits & Trait.VARIABLE


def _bits_of(node: Node, point: Values, steps: Steps) -> int:
    """The precision that tells a value from zero, with room to spare. Raises `Open` where none in reach does."""
    if not free_symbols(node) <= point.keys():
        return _USUAL  # the index of a sum stands in it
    for bits in (64, _USUAL):
        try:
            with precision(bits):
                value = ball(node, point, {}, steps)
                exponent = _exponent(value.abs_lower())
        except Exhausted:
            raise
        except (Open, Undefined):
            continue
        if value.is_zero():
            return 0
        if exponent is not None:
            return 0 if abs(exponent) < _NOT_SMALL else max(_USUAL, 2 * abs(exponent))
    raise Open("a constant too small to see", slow=False)


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
