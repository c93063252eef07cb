"""Whether an answer is what the reference asks for: the kind of the reference decides how the two are compared.

`Comparison.equal(reference, answer)` walks the structure (lists, tuples, matrices, equations, sets, quantities) down to
pairs of expressions, which the ladder decides. `doubtful` decides the pairs that the ladder leaves open: on the fast
lane it is None and `Open` goes up to the caller; on the slow lane it asks another process.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from flint import arb, fmpq

from verifiers.math.decide import exact, ladder, measures, normalform
from verifiers.math.decide.enclosure import ball, is_real
from verifiers.math.decide.rungs import Finding, NotExpression, Open, Undefined, precision
from verifiers.math.decide.sets import RealSet, Sets
from verifiers.math.decide.shapes import (
    LISTS,
    REGIONS,
    ascending,
    coordinates_of,
    decimal_places,
    folded,
    has_sign,
    holds_tuples,
    in_named_order,
    is_conditions,
    is_region,
    named_values,
    never_rational,
    rational_values,
    same_label,
    same_parameters,
    signs_expanded,
    single_column,
    with_fixed_names,
    without_common_label,
    without_integers,
)
from verifiers.math.parse import is_set_name
from verifiers.math.problem_policy import Rules
from verifiers.math.tree import (
    CONSTANTS,
    INTERVALS,
    UNEVALUATED,
    Apply,
    Node,
    Number,
    Relation,
    Symbol,
    Words,
    children,
    free_symbols,
    heads,
    replaced,
    walk,
)

Doubtful = Callable[[Node, Node], Finding]
_MOST_PAIRS = 900
_STRENGTH = ("identical", "exact", "enclosure", "numeric", "symbolic", "text")


def unequal(reason: str, method: str = "exact") -> Finding:
    """A finding of inequality."""
    return Finding(False, method, reason)


class Comparison:
    """Compares answers under the rules of one problem."""

    def __init__(self, rules: Rules, doubtful: Doubtful | None = None) -> None:
        self.rules = rules
        self.doubtful = doubtful
        self.pairs = _MOST_PAIRS

    # ---- expressions

    def same(self, reference: Node, answer: Node) -> Finding:
        """Two expressions by the ladder, then by policy."""
        lazy = bool(heads(answer) & UNEVALUATED) and not (heads(reference) & UNEVALUATED)
        if lazy and not self.evaluates(answer):
            return unequal("left unevaluated")
        try:
            found = ladder.same(reference, answer)
        except Undefined as fault:
            return unequal(str(fault))
        except NotExpression:
            return unequal("another kind of answer")
        except Open as open_question:
            if self.rules.tolerant or self.rules.rounding == "reference":
                near = self.near(reference, answer)
                if near is not None:
                    return near
            if self.doubtful is None or not open_question.slow:
                raise
            return self.doubtful(reference, answer)
        if not found and (self.rules.tolerant or self.rules.rounding == "reference"):
            return self.near(reference, answer) or found
        return found

    def evaluates(self, answer: Node) -> bool:
        """Whether every sum in `answer` is finite or geometric, and nothing else is left to work out."""
        for at in walk(answer):
            if isinstance(at, Apply) and at.head in UNEVALUATED:
                if at.head in {"integral", "limit"}:
                    return False
                if at.args[3] == Symbol("infty"):
                    try:
                        exact.rational(at)
                    except Open:
                        return False
                    except Undefined:
                        return True
        return True

    def near(self, reference: Node, answer: Node) -> Finding | None:
        """Whether a closed answer lies within the tolerance, or rounds to the reference at its own digits."""
        if free_symbols(reference) or free_symbols(answer):
            return None
        try:
            with precision(256):
                expected, given = ball(reference, {}, {}), ball(answer, {}, {})
                if not (is_real(expected) and is_real(given)):
                    return None
                distance = abs(expected.real - given.real)
                bounds = []
                if self.rules.absolute:
                    bounds.append(arb(self.rules.absolute))
                if self.rules.relative:
                    bounds.append(abs(expected.real) * arb(self.rules.relative))
                places = decimal_places(reference)
                if self.rules.rounding == "reference" and places is not None:
                    bounds.append(arb(fmpq(1, 2 * 10**places)))
                # a hair is allowed for bounds that are met exactly
                if any(distance <= bound * (1 + arb(2) ** -60) for bound in bounds):
                    return Finding(True, "enclosure")
        except (Open, Undefined):
            return None
        return None

    # ---- everything

    def equal(self, reference: Node, answer: Node) -> Finding:
        """Compare a whole answer with a whole reference."""
        self.pairs -= 1
        if self.pairs < 0:
            raise Open("too many parts to compare", slow=False)
        (reference, declared), (answer, others) = without_integers(reference), without_integers(answer)
        if len(declared) == len(others):
            for place, (name, other) in enumerate(zip(declared, others)):
                reference = replaced(reference, name, Symbol(f"k‹{place}›"))
                answer = replaced(answer, other, Symbol(f"k‹{place}›"))
        answer = folded(answer)
        if reference == answer:
            ladder.require_value(reference)
            return Finding(True, "identical")
        if isinstance(reference, Words) or isinstance(answer, Words):
            return unequal("words against mathematics", "text")
        if is_conditions(reference):
            return self.conditions(reference, answer)
        if isinstance(reference, Relation):
            return self.relation(reference, answer)
        answer = self.claimed(answer, reference)
        if isinstance(answer, Relation) and answer.ops == ("~",):
            return self.approximation(reference, answer)
        if isinstance(reference, Apply):
            if isinstance(answer, Apply) and reference.head == answer.head == "matrix":
                return self._rows(reference.args, answer.args)
            if reference.head == "tuple" or (reference.head == "matrix" and single_column(reference) is not None):
                return self.ordered(reference, answer)
            if reference.head == "matrix":
                return unequal("not a matrix")
            if reference.head in REGIONS or is_set_name(reference):
                return self.region(reference, answer)
            if reference.head in LISTS or has_sign(reference):
                return self.listed(reference, answer)
            if reference.head == "piecewise":
                return self._piecewise(reference, answer)
        if is_set_name(reference):
            return self.region(reference, answer)
        return self.scalar(reference, answer)

    def scalar(self, reference: Node, answer: Node) -> Finding:
        """A reference that is one expression, marked or not."""
        if isinstance(answer, Relation):
            return unequal("a relation in place of a value")
        if isinstance(answer, Apply) and (answer.head in LISTS or has_sign(answer)):
            parts = self.members(answer)
            if not parts:
                return unequal("nothing in place of a value")
            finding = unequal("several values in place of one")
            for part in parts:
                finding = self.equal(reference, part)
                if not finding:
                    return unequal("several values in place of one") if len(parts) > 1 else finding
            return finding
        if isinstance(answer, Apply) and answer.head in {"tuple", "matrix", "piecewise", *REGIONS}:
            return unequal("another kind of answer")
        if is_set_name(answer):
            return unequal("a set in place of a value")
        if measures.is_marked(reference) or measures.is_marked(answer):
            return measures.compare(reference, answer, self.same, self.rules)
        return self.same(reference, answer)

    # ---- what a relation claims

    def claimed(self, answer: Node, reference: Node) -> Node:
        """What an answer with equality signs claims for a reference that is not an equation.

        A label (`x =`, `f(x) =`) is notation; a chain claims its last member, and its members must agree.
        """
        if not isinstance(answer, Relation):
            return answer
        if answer.ops == ("in",):
            return answer.terms[1] if isinstance(answer.terms[0], Symbol | Apply) else answer
        if set(answer.ops) == {"=", "~"} and answer.ops[-1] == "~":
            exact_part = self.claimed(Relation(answer.ops[:-1], answer.terms[:-1]), reference)
            return Relation(("~",), (exact_part, answer.terms[-1]))
        if set(answer.ops) != {"="}:
            return answer
        terms = list(answer.terms)
        used = free_symbols(reference)
        if self.is_label(terms[0], terms[1:], used):
            terms = terms[1:]
        elif (
            len(terms) == 2
            and self.is_label(terms[1], terms[:1], used)
            and not self.is_label(terms[0], terms[1:], used)
        ):
            terms = terms[:1]
        for left, right in pairwise(terms):
            if not self.equal(left, right):
                return answer
        return terms[-1]

    def is_label(self, node: Node, rest: list[Node], used: set[str]) -> bool:
        """Whether `node` only names what follows: a symbol or an application that stands nowhere else."""
        if isinstance(node, Words):
            return True
        if isinstance(node, Symbol):
            taken = set().union(*(free_symbols(part) for part in rest))
            return node.name not in CONSTANTS and node.name not in taken and node.name not in used
        if isinstance(node, Apply) and node.head in {"call", "prime"}:
            return not any(node in set(walk(part)) for part in rest)
        if isinstance(node, Apply) and node.head == "tuple":
            return all(self.is_label(part, rest, used) for part in node.args)
        if isinstance(node, Apply) and node.head == "abs":  # |AB| = 5
            return bool(free_symbols(node)) and not (
                free_symbols(node) & (used | set().union(*(free_symbols(part) for part in rest)))
            )
        return False

    def approximation(self, reference: Node, answer: Relation) -> Finding:
        """`√2 ≈ 1.414`: the exact side is claimed, and the decimal must be a rounding of it."""
        first, last = answer.terms
        places = decimal_places(last)
        with precision(256):
            try:
                excess = ball(first, {}, {}) - ball(last, {}, {})
            except (Open, Undefined):
                return unequal("an approximation of something else")
            unit = arb(fmpq(1, 10 ** (places or 0)))
            rounded_down = places and is_real(excess) and 0 <= excess.real < unit
            if not (abs(excess) <= unit / 2 or rounded_down):
                return unequal("the two sides of the approximation disagree")
        found = self.equal(reference, first)
        if not found and isinstance(reference, Number) and reference.places is not None:
            return self.equal(reference, last)
        return found

    # ---- equations

    def relation(self, reference: Relation, answer: Node) -> Finding:
        """A reference with relation signs that is not a set of reals."""
        if reference.ops == ("in",):
            inner = answer.terms[1] if isinstance(answer, Relation) and answer.ops == ("in",) else answer
            return self.equal(reference.terms[1], inner)
        if set(reference.ops) != {"="}:
            return self.order_chain(reference, answer)
        point, place = reference.terms[0], reference.terms[-1]
        if isinstance(point, Apply) and point.head == "tuple" and self.is_label(point, [place], set()):
            return self.equal(place, self.claimed(answer, place))  # (x, y) = (1, 2)
        if isinstance(answer, Apply) and answer.head == "tuple":
            return unequal("a tuple in place of an equation")
        several = isinstance(answer, Apply) and answer.head in LISTS and len(answer.args) != 1
        if several or (isinstance(answer, Relation) and (has_sign(reference) or has_sign(answer))):
            return self.listed(Apply("list", (reference,)), answer)
        name, value = reference.terms[0], reference.terms[-1]
        if not self.is_label(name, [value], set()) and self.is_label(value, [name], set()):
            name, value = value, name
        labelled = len(reference.terms) == 2 and self.is_label(name, [value], set())
        if labelled and has_sign(value) and not isinstance(answer, Relation):
            return self.equal(value, answer)
        if not isinstance(answer, Relation):
            return self.equal(value, answer) if labelled else unequal("an expression in place of an equation")
        if set(answer.ops) != {"="}:
            if labelled and answer.ops[-1] == "~":
                return self.equal(value, self.claimed(answer, value))
            return unequal("another relation")
        if labelled:
            other = self.defined(name, answer)
            if other is not None:
                first, second = same_parameters(name, value, *other)
                return self.equal(first, second)
        if len(answer.terms) != 2 or len(reference.terms) != 2:
            return self._chains(reference, answer)
        return self.equations((reference.terms[0], reference.terms[1]), (answer.terms[0], answer.terms[1]))

    def defined(self, name: Node, answer: Relation) -> tuple[Node, Node] | None:
        """The name and value of an answer that defines the same thing as a reference that defines `name`."""
        terms = list(answer.terms)
        label = terms[0]
        if not same_label(name, label):
            terms.reverse()
            label = terms[0]
            if not same_label(name, label):
                return None
        if not self.is_label(label, terms[1:], set()):
            return None
        for left, right in pairwise(terms[1:]):
            if not self.equal(left, right):
                return None
        return label, terms[-1] if answer.terms[0] == label else terms[1]

    def _chains(self, reference: Relation, answer: Relation) -> Finding:
        if reference.ops != answer.ops or len(reference.terms) != len(answer.terms):
            return unequal("another chain of equations")
        return self.together(zip(reference.terms, answer.terms))

    def equations(self, reference: tuple[Node, Node], answer: tuple[Node, Node]) -> Finding:
        """Whether one equation is the other, rearranged or scaled by a constant that is not zero."""
        names = free_symbols(Apply("add", reference))
        if names != free_symbols(Apply("add", answer)):
            return unequal("an equation in other variables")
        if any(
            isinstance(at, Words | Relation) or getattr(at, "head", "") in LISTS
            for side in (*reference, *answer)
            for at in walk(side)
        ):
            raise Open("an equation between collections", slow=False)
        try:
            if normalform.proportional(reference, answer):
                return Finding(True, "exact")
            return unequal("another equation")
        except Undefined:
            return unequal("an equation without meaning")
        except Open:
            return self.proportional_values(reference, answer)

    def proportional_values(self, reference: tuple[Node, Node], answer: tuple[Node, Node]) -> Finding:
        """`(l1 - r1) / (l2 - r2)` is one constant: compare it with its value at a shifted copy of the variables."""
        first = Apply("add", (reference[0], Apply("neg", (reference[1],))))
        second = Apply("add", (answer[0], Apply("neg", (answer[1],))))
        shifted_first: Node = first
        shifted_second: Node = second
        for name in sorted(free_symbols(first)):
            other = Symbol(name + "′")
            shifted_first = replaced(shifted_first, Symbol(name), other)
            shifted_second = replaced(shifted_second, Symbol(name), other)
        left, right = Apply("mul", (first, shifted_second)), Apply("mul", (second, shifted_first))
        zero = ladder.same(Number(0), second)
        if zero:
            return unequal("an equation that always holds")
        return self.same(left, right)

    def order_chain(self, reference: Relation, answer: Node) -> Finding:
        """`b > a > c`, `x > a`: relations among variables, also written the other way round or scaled."""
        if not isinstance(answer, Relation):
            return unequal("not a relation")
        first, second = ascending(reference), ascending(answer)
        if first.ops == second.ops and len(first.terms) == len(second.terms):
            found = self.together(zip(first.terms, second.terms))
            if found or len(first.terms) > 2:
                return found
            left = Apply("add", (first.terms[1], Apply("neg", (first.terms[0],))))
            right = Apply("add", (second.terms[1], Apply("neg", (second.terms[0],))))
            ratio = self._positive_ratio(left, right)
            if ratio is not None:
                return ratio
            return found
        return unequal("another relation")

    def _positive_ratio(self, left: Node, right: Node) -> Finding | None:
        if free_symbols(left) != free_symbols(right) or not normalform.proportional(
            (left, Number(0)), (right, Number(0))
        ):
            return None
        point = {name: fmpq(place + 2, 7) for place, name in enumerate(sorted(free_symbols(left)))}
        try:
            sign = exact.rational(left, point) * exact.rational(right, point)
        except (Open, Undefined):
            return None
        return Finding(True, "exact") if sign > 0 else None

    # ---- sets of reals

    def conditions(self, reference: Node, answer: Node) -> Finding:
        """A reference that states conditions: inequalities, memberships, or a mixture."""
        if (
            isinstance(answer, Relation)
            and set(answer.ops) == {"="}
            and isinstance(reference, Relation)
            and "=" not in reference.ops
        ):
            name = answer.terms[0]
            if isinstance(name, Symbol):
                answer = Relation(("in",), (name, answer.terms[-1]))
        try:
            return self._regions_equal(reference, answer)
        except Open:
            if isinstance(reference, Relation):
                return self.relation(reference, answer)
            return self.listed(reference, answer)

    def _regions_equal(self, reference: Node, answer: Node) -> Finding:
        expected, name = self._as_region(reference)
        given, other = self._as_region(answer)
        if name is not None and other is not None and name != other:
            both_built = (
                isinstance(reference, Apply)
                and isinstance(answer, Apply)
                and "builder" in {reference.head, answer.head}
            )
            if not both_built:
                return unequal("a condition on another variable")
        return Sets(self.same).equal(expected, given)

    def _as_region(self, node: Node) -> tuple[RealSet, str | None]:
        algebra = Sets(self.same)
        try:
            if isinstance(node, Apply) and has_sign(node):
                node = Apply("set", tuple(self.members(node)))
            region = algebra.read(node)
        except Undefined as fault:
            raise Open(str(fault), slow=False) from None
        built = isinstance(node, Apply) and node.head == "builder"
        return region, None if built else algebra.variable

    def region(self, reference: Node, answer: Node) -> Finding:
        """A reference that is an interval, a union, a built or a named set."""
        try:
            return self._regions_equal(reference, answer)
        except Open:
            pass
        if isinstance(answer, Relation) and answer.ops == ("in",):
            answer = answer.terms[1]
        if isinstance(reference, Apply) and isinstance(answer, Apply):
            if answer.head == "tuple" and reference.head in INTERVALS:
                answer = Apply("()", answer.args)
            if reference.head == "builder" and answer.head == "builder":
                return self.builders(reference, answer)
            if reference.head == answer.head and len(reference.args) == len(answer.args):
                if reference.head in {"union", "inter"}:
                    return self.matched(list(reference.args), list(answer.args))
                return self.together(zip(reference.args, answer.args))
            if reference.head in INTERVALS and answer.head in {"builder"}:
                raise Open("a set with parameters", slow=False)
        return Finding(True, "identical") if reference == answer else unequal("another set")

    def builders(self, reference: Apply, answer: Apply) -> Finding:
        """Built sets, up to the names of their variables and the order of their conditions."""
        first, second = with_fixed_names(reference), with_fixed_names(answer)
        if len(first.args) != len(second.args):
            return unequal("another set")
        element = self.equal(first.args[0], second.args[0])
        return self.matched(list(first.args[1:]), list(second.args[1:])) if element else element

    # ---- collections

    def members(self, node: Node) -> list[Node]:
        """The members of a list or set, plus-minus signs expanded and a label before the first carried along."""
        parts: list[Node] = []
        label: Node | None = None
        items = node.args if isinstance(node, Apply) and node.head in LISTS else (node,)
        for item in items:
            if isinstance(item, Apply) and item.head in LISTS and item.head != "set":
                parts += self.members(item)
                continue
            if (
                isinstance(item, Relation)
                and item.ops == ("in",)
                and isinstance(item.terms[1], Apply)
                and item.terms[1].head == "set"
            ):
                parts += self.members(item.terms[1])
                continue
            if isinstance(item, Relation) and item.ops == ("=",) and isinstance(item.terms[0], Symbol):
                label = item.terms[0]
            elif label is not None and not isinstance(item, Relation):
                item = Relation(("=",), (label, item))
            parts += signs_expanded(item)
        return parts

    def listed(self, reference: Node, answer: Node) -> Finding:
        """A list or set of values, points or equations: order-free unless the policy says otherwise."""
        parts = reference.args if isinstance(reference, Apply) and reference.head in LISTS else ()
        if parts and (any(is_region(item) for item in parts) or is_region(answer)):
            try:
                return self._regions_equal(reference, answer)
            except Open:
                pass  # not sets of reals: compare the parts
        if is_set_name(answer):
            answer = Apply("set", ()) if answer == Symbol("\\emptyset") else answer
        expected, given = self.members(reference), self.members(answer)
        named = named_values(expected), named_values(given)
        if named[0] is not None or named[1] is not None:
            found = self.by_name(expected, given, *named)
            if found is not None:
                return found
        if isinstance(answer, Apply) and answer.head == "tuple" and len(expected) > 1 and not holds_tuples(expected):
            if not (isinstance(reference, Apply) and reference.head == "list" and self.rules.order == "list"):
                return unequal("a tuple in place of a set")
            given = list(answer.args)
        expected, given = without_common_label(expected), without_common_label(given)
        if self.rules.order == "list":
            if len(expected) != len(given):
                return unequal("another number of parts")
            return self.together(zip(expected, given))
        return self.matched(expected, given)

    def by_name(
        self, expected: list[Node], given: list[Node], names: dict[str, Node] | None, others: dict[str, Node] | None
    ) -> Finding | None:
        """Values given by name, `x = 1, y = -2`, on one side or both."""
        if names is not None and others is not None:
            if set(names) != set(others):
                return unequal("other names")
            return self.together((names[name], others[name]) for name in names)
        if names is not None:
            values, plain = names, given
        else:
            values, plain = others or {}, expected
        if len(plain) == 1 and isinstance(plain[0], Apply) and plain[0].head in {"tuple", "matrix"}:
            coordinates = coordinates_of(plain[0])
        elif len(plain) == len(values):
            coordinates = plain
        else:
            return unequal("another number of parts")
        if coordinates is None or len(coordinates) != len(values):
            return unequal("another number of parts")
        ordered = in_named_order(values)
        pairs = zip(ordered, coordinates) if names is not None else zip(coordinates, ordered)
        return self.together(pairs)

    def matched(self, expected: list[Node], given: list[Node]) -> Finding:
        """Whether each member of one has an equal in the other, both ways."""
        if not expected or not given:
            return Finding(not expected and not given, "exact", "" if not expected and not given else "another set")
        left, left_rest = rational_values(expected)
        right, right_rest = rational_values(given)
        if not left_rest and not right_rest:
            return Finding(left == right, "exact", "" if left == right else "another set of numbers")
        exactly = not self.rules.tolerant and self.rules.rounding == "exact"
        if exactly and left - right and all(never_rational(node) for node in right_rest):
            return unequal("a member is missing")
        if max(len(expected), 1) * max(len(given), 1) > _MOST_PAIRS:
            if len(expected) != len(given):
                return unequal("another number of members")
            raise Open("too many members", slow=False)
        method = "identical"
        for here, there, flip in ((expected, given, False), (given, expected, True)):
            for item in here:
                best: Finding | None = None
                for other in there:
                    found = self.equal(other, item) if flip else self.equal(item, other)
                    if found:
                        best = found
                        break
                if best is None:
                    return unequal("a member without its equal")
                method = max(method, best.method, key=_STRENGTH.index)
        return Finding(True, method)

    def ordered(self, reference: Apply, answer: Node) -> Finding:
        """A tuple, point or vector: order kept, in round, square, angle or column notation, or by name."""
        if isinstance(answer, Relation):
            try:
                return self._regions_equal(reference, answer)
            except Open:
                return unequal("a relation in place of a tuple")
        expected = coordinates_of(reference)
        if isinstance(answer, Apply):
            if (
                answer.head in REGIONS
                and answer.head != "[]"
                and len(reference.args) == 2
                and reference.head == "tuple"
            ):
                return self.region(Apply("()", reference.args), answer)
            if answer.head in {"list", "and"}:
                named = named_values(self.members(answer))
                if named is not None and expected is not None:
                    if len(named) != len(expected):
                        return unequal("another number of parts")
                    return self.together(zip(expected, in_named_order(named)))
                if len(reference.args) == 2 and answer.args and all(is_region(part) for part in answer.args):
                    return self.region(Apply("()", reference.args), answer)
                if reference.head == "tuple" and answer.head == "list":
                    return self.in_turn(expected, list(answer.args))
                return unequal("not a tuple")
            if answer.head in {"set", "or"}:
                if len(answer.args) == 1:
                    return self.equal(reference, answer.args[0])
                return unequal("a set in place of a tuple")
            if answer.head == "[]":
                return unequal("a closed interval in place of a tuple")
            given = coordinates_of(answer)
            if given is not None:
                return self.in_turn(expected, given)
        return unequal("not a tuple")

    def in_turn(self, expected: list[Node] | None, given: list[Node]) -> Finding:
        """Coordinates one by one."""
        if expected is None or len(expected) != len(given):
            return unequal("another number of coordinates")
        return self.together(zip(expected, given))

    def _rows(self, expected: tuple[Node, ...], given: tuple[Node, ...]) -> Finding:
        if len(expected) != len(given):
            return unequal("a matrix of another shape")
        for first, second in zip(expected, given):
            if len(children(first)) != len(children(second)):
                return unequal("a matrix of another shape")
        return self.together(
            (first, second)
            for above, below in zip(expected, given)
            for first, second in zip(children(above), children(below))
        )

    def _piecewise(self, reference: Apply, answer: Node) -> Finding:
        if not isinstance(answer, Apply) or answer.head != "piecewise":
            return unequal("not a function by cases")
        return self.matched(list(reference.args), list(answer.args))

    def together(self, pairs: object) -> Finding:
        """Whether all pairs are equal; the weakest evidence counts."""
        method = "identical"
        for first, second in pairs:  # type: ignore[attr-defined]  # any iterable of pairs
            found = self.equal(first, second)
            if not found:
                return found
            method = max(method, found.method, key=_STRENGTH.index)
        return Finding(True, method)
