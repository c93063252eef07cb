"""References that are sets of reals: intervals, unions, built and named sets, and conditions read as such."""

from __future__ import annotations

from verifiers.math.decide.conditions import SetReader
from verifiers.math.decide.context import Comparison, unequal
from verifiers.math.decide.labels import is_tuple_of_names
from verifiers.math.decide.matching import matched
from verifiers.math.decide.realset import RealSet
from verifiers.math.decide.rungs import Finding, Open, Undefined
from verifiers.math.decide.shapes import has_sign, members, with_fixed_names
from verifiers.math.decide.values import same
from verifiers.math.tree import INTERVALS, Apply, Node, Relation


def region(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """A reference that is an interval, a union, a built or a named set."""
    try:
        return equal_regions(comparison, reference, answer)
    except Open:
        pass
    if isinstance(answer, Relation) and answer.ops == ("in",):
        answer = answer.terms[1]
    if isinstance(reference, Apply) and isinstance(answer, Apply):
        if answer.head == "tuple" and reference.head in INTERVALS:
            answer = Apply("()", answer.args)
        if reference.head == "builder" and answer.head == "builder":
            return _builders(comparison, reference, answer)
        if reference.head == answer.head and len(reference.args) == len(answer.args):
            if reference.head in {"union", "inter"}:
                return matched(comparison, list(reference.args), list(answer.args))
            return comparison.together(zip(reference.args, answer.args))
    return Finding(True, "identical") if reference == answer else unequal("another set")


def plane(node: Node) -> Node:
    """`{(x, y) | conditions}` as its conditions: the names of the coordinates are usual ones."""
    if not isinstance(node, Apply) or node.head != "builder" or len(node.args) < 2:
        return node
    element, *conditions = node.args
    if isinstance(element, Relation) and element.ops == ("in",):
        element = element.terms[0]
    if not is_tuple_of_names(element) or not all(isinstance(part, Relation) for part in conditions):
        return node
    return conditions[0] if len(conditions) == 1 else Apply("and", tuple(conditions))


def equal_regions(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """Whether both describe one set of reals. Raises `Open` where one of them is none that the form can hold."""

    def same_points(first: Node, second: Node) -> Finding:
        return same(comparison, first, second)

    steps = comparison.steps
    first, second = SetReader(same_points, steps), SetReader(same_points, steps)
    expected, given = _as_region(first, reference), _as_region(second, answer)
    if first.variable is not None and second.variable is not None and first.variable != second.variable:
        built = [isinstance(node, Apply) and node.head == "builder" for node in (reference, answer)]
        if not any(built):
            return unequal("a condition on another variable")
    return first.algebra.equal(expected, given)


def _as_region(reader: SetReader, node: Node) -> RealSet:
    if isinstance(node, Apply) and has_sign(node):
        node = Apply("set", tuple(members(node)))
    try:
        return reader.settled(reader.read(node))
    except Undefined as fault:
        raise Open(str(fault), slow=False) from None


def _builders(comparison: Comparison, reference: Apply, answer: Apply) -> Finding:
    """Built sets, up to the names of their variables and the order of their conditions."""
    first, second = with_fixed_names(reference), with_fixed_names(answer)
    if len(first.args) != len(second.args):
        return unequal("another set")
    element = comparison.equal(first.args[0], second.args[0])
    return matched(comparison, list(first.args[1:]), list(second.args[1:])) if element else element
