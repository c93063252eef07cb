"""What signs between operands make of them: opposites, products and quotients, mixed numbers, angles with minutes."""

from __future__ import annotations

from verifiers.math.tree import ONE, Apply, Node, Number


def negated(node: Node) -> Node:
    """`-node`, numbers at once."""
    if isinstance(node, Number):
        return Number(-node.numerator, node.denominator, node.places)
    return Apply("neg", (node,))


def is_composition(node: Node) -> bool:
    """Whether `node` is `f ∘ g`."""
    return isinstance(node, Apply) and node.head == "compose"


def composed(node: Node, argument: Node) -> Node:
    """`f ∘ g` at an argument: f(g(...))."""
    if isinstance(node, Apply) and node.head == "compose":
        outer, inner = node.args
        return composed(outer, composed(inner, argument))
    return Apply("call", (node, argument))


def quotient(above: list[Node], below: list[Node]) -> Node:
    """The product of `above` over that of `below`."""
    top = above[0] if len(above) == 1 else Apply("mul", tuple(above))
    if len(below) > 1:
        below = [factor for factor in below if factor != ONE]
    if not below or below == [ONE]:
        return top
    return Apply("div", (top, below[0] if len(below) == 1 else Apply("mul", tuple(below))))


def mixed_number(whole: Number, part: Node) -> Node:
    """`whole` and a proper fraction; a degree or percent sign after the fraction is the whole number's too."""
    if isinstance(part, Apply) and part.head in {"degree", "percent"}:
        return Apply(part.head, (Apply("add", (whole, part.args[0])),))
    return Apply("add", (whole, part))


def with_minutes(angle: Apply, part: Apply) -> Node:
    """An angle in degrees with the minutes or seconds of arc after it: `22^\\circ 30'`."""
    share = Number(1, 60)
    inner = part.args[0]
    if isinstance(inner, Apply) and inner.head == "prime":
        share, inner = Number(1, 3600), inner.args[0]
    if not isinstance(inner, Number):
        return Apply("mul", (angle, part))
    return Apply("degree", (Apply("add", (angle.args[0], Apply("mul", (inner, share)))),))


def proper_fraction(node: Node) -> bool:
    """Whether `node` is a fraction of two integers, between 0 and 1, as it stands in a mixed number."""
    if not isinstance(node, Apply):
        return False
    if node.head in {"degree", "percent"}:
        return proper_fraction(node.args[0])
    if node.head != "div":
        return False
    above, below = node.args
    if not isinstance(above, Number) or not isinstance(below, Number):
        return False
    whole = above.denominator == below.denominator == 1 and above.places is None and below.places is None
    return whole and 0 < above.numerator < below.numerator
