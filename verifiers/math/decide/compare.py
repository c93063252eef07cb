"""Whether an answer is what the reference asks for: the kind of the reference decides how the two are compared.

`Comparison.equal(reference, answer)` walks the structure (lists, tuples, matrices, equations, sets, quantities) down to
pairs of expressions, which the ladder decides. `doubtful` decides the pairs that the ladder leaves open: on the fast
lane it is None and `Open` goes up to the caller; on the slow lane it asks another process.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, product

from flint import arb, fmpq

from verifiers.math.decide import exact, ladder, measures, normalform
from verifiers.math.decide.enclosure import ball, is_real
from verifiers.math.decide.rungs import Finding, NotExpression, Open, Undefined, precision
from verifiers.math.decide.sets import ORDERS, RealSet, Sets
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
    rebuilt,
    replaced,
    walk,
)

Doubtful = Callable[[Node, Node], Finding]
_LISTS = frozenset({"list", "or", "and", "set"})
_SETS = frozenset({"union", "inter", "diff", "builder"}) | INTERVALS
_MOST_PAIRS = 900
_MOST_SIGNS = 4
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
                places = _places(reference)
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
        if _is_conditions(reference):
            return self.conditions(reference, answer)
        if isinstance(reference, Relation):
            return self.relation(reference, answer)
        answer = self.claimed(answer, reference)
        if isinstance(answer, Relation) and answer.ops == ("~",):
            return self.approximation(reference, answer)
        if isinstance(reference, Apply):
            if isinstance(answer, Apply) and reference.head == answer.head == "matrix":
                return self._rows(reference.args, answer.args)
            if reference.head == "tuple" or (reference.head == "matrix" and _column(reference) is not None):
                return self.ordered(reference, answer)
            if reference.head == "matrix":
                return unequal("not a matrix")
            if reference.head in _SETS or is_set_name(reference):
                return self.region(reference, answer)
            if reference.head in _LISTS or _has_sign(reference):
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
        if isinstance(answer, Apply) and (answer.head in _LISTS or _has_sign(answer)):
            parts = self.members(answer)
            if not parts:
                return unequal("nothing in place of a value")
            finding = unequal("several values in place of one")
            for part in parts:
                finding = self.equal(reference, part)
                if not finding:
                    return unequal("several values in place of one") if len(parts) > 1 else finding
            return finding
        if isinstance(answer, Apply) and answer.head in {"tuple", "matrix", "piecewise", *_SETS}:
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
        places = _places(last)
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
        several = isinstance(answer, Apply) and answer.head in _LISTS and len(answer.args) != 1
        if several or (isinstance(answer, Relation) and (_has_sign(reference) or _has_sign(answer))):
            return self.listed(Apply("list", (reference,)), answer)
        name, value = reference.terms[0], reference.terms[-1]
        if not self.is_label(name, [value], set()) and self.is_label(value, [name], set()):
            name, value = value, name
        labelled = len(reference.terms) == 2 and self.is_label(name, [value], set())
        if labelled and _has_sign(value) and not isinstance(answer, Relation):
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
                first, second = _same_parameters(name, value, *other)
                return self.equal(first, second)
        if len(answer.terms) != 2 or len(reference.terms) != 2:
            return self._chains(reference, answer)
        return self.equations((reference.terms[0], reference.terms[1]), (answer.terms[0], answer.terms[1]))

    def defined(self, name: Node, answer: Relation) -> tuple[Node, Node] | None:
        """The name and value of an answer that defines the same thing as a reference that defines `name`."""
        terms = list(answer.terms)
        label = terms[0]
        if not _same_label(name, label):
            terms.reverse()
            label = terms[0]
            if not _same_label(name, label):
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
            isinstance(at, Words | Relation) or getattr(at, "head", "") in _LISTS
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
        first, second = _ascending(reference), _ascending(answer)
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
            if isinstance(node, Apply) and _has_sign(node):
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
        first, second = _renamed(reference), _renamed(answer)
        if len(first.args) != len(second.args):
            return unequal("another set")
        element = self.equal(first.args[0], second.args[0])
        return self.matched(list(first.args[1:]), list(second.args[1:])) if element else element

    # ---- collections

    def members(self, node: Node) -> list[Node]:
        """The members of a list or set, plus-minus signs expanded and a label before the first carried along."""
        parts: list[Node] = []
        label: Node | None = None
        items = node.args if isinstance(node, Apply) and node.head in _LISTS else (node,)
        for item in items:
            if isinstance(item, Apply) and item.head in _LISTS and item.head != "set":
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
            parts += _signs_expanded(item)
        return parts

    def listed(self, reference: Node, answer: Node) -> Finding:
        """A list or set of values, points or equations: order-free unless the policy says otherwise."""
        parts = reference.args if isinstance(reference, Apply) and reference.head in _LISTS else ()
        if parts and (any(_is_region(item) for item in parts) or _is_region(answer)):
            try:
                return self._regions_equal(reference, answer)
            except Open:
                pass  # not sets of reals: compare the parts
        if is_set_name(answer):
            answer = Apply("set", ()) if answer == Symbol("\\emptyset") else answer
        expected, given = self.members(reference), self.members(answer)
        named = _named(expected), _named(given)
        if named[0] is not None or named[1] is not None:
            found = self.by_name(expected, given, *named)
            if found is not None:
                return found
        if isinstance(answer, Apply) and answer.head == "tuple" and len(expected) > 1 and not _holds_tuples(expected):
            if not (isinstance(reference, Apply) and reference.head == "list" and self.rules.order == "list"):
                return unequal("a tuple in place of a set")
            given = list(answer.args)
        expected, given = _without_common_label(expected), _without_common_label(given)
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
            coordinates = _coordinates(plain[0])
        elif len(plain) == len(values):
            coordinates = plain
        else:
            return unequal("another number of parts")
        if coordinates is None or len(coordinates) != len(values):
            return unequal("another number of parts")
        ordered = _in_order(values)
        pairs = zip(ordered, coordinates) if names is not None else zip(coordinates, ordered)
        return self.together(pairs)

    def matched(self, expected: list[Node], given: list[Node]) -> Finding:
        """Whether each member of one has an equal in the other, both ways."""
        if not expected or not given:
            return Finding(not expected and not given, "exact", "" if not expected and not given else "another set")
        left, left_rest = _rationals(expected)
        right, right_rest = _rationals(given)
        if not left_rest and not right_rest:
            return Finding(left == right, "exact", "" if left == right else "another set of numbers")
        exactly = not self.rules.tolerant and self.rules.rounding == "exact"
        if exactly and left - right and all(_never_rational(node) for node in right_rest):
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
        expected = _coordinates(reference)
        if isinstance(answer, Apply):
            if answer.head in _SETS and answer.head != "[]" and len(reference.args) == 2 and reference.head == "tuple":
                return self.region(Apply("()", reference.args), answer)
            if answer.head in {"list", "and"}:
                named = _named(self.members(answer))
                if named is not None and expected is not None:
                    if len(named) != len(expected):
                        return unequal("another number of parts")
                    return self.together(zip(expected, _in_order(named)))
                if len(reference.args) == 2 and answer.args and all(_is_region(part) for part in answer.args):
                    return self.region(Apply("()", reference.args), answer)
                if reference.head == "tuple" and answer.head == "list":
                    return self._coordinates(expected, list(answer.args))
                return unequal("not a tuple")
            if answer.head in {"set", "or"}:
                if len(answer.args) == 1:
                    return self.equal(reference, answer.args[0])
                return unequal("a set in place of a tuple")
            if answer.head == "[]":
                return unequal("a closed interval in place of a tuple")
            given = _coordinates(answer)
            if given is not None:
                return self._coordinates(expected, given)
        return unequal("not a tuple")

    def _coordinates(self, expected: list[Node] | None, given: list[Node]) -> Finding:
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


# ---- shapes


def without_integers(node: Node) -> tuple[Node, list[Symbol]]:
    """A list without its members that only declare a parameter an integer (`k ∈ ℤ`), and those parameters."""
    if not isinstance(node, Apply) or node.head not in {"list", "and"} or len(node.args) < 2:
        return node, []
    declared: list[Symbol] = []
    rest: list[Node] = []
    for item in node.args:
        if isinstance(item, Relation) and item.ops == ("in",) and item.terms[1] == Symbol("\\Z"):
            if isinstance(item.terms[0], Symbol):
                declared.append(item.terms[0])
                continue
        rest.append(item)
    if not declared or not rest:
        return node, []
    return (rest[0] if len(rest) == 1 else Apply(node.head, tuple(rest))), declared


def folded(node: Node) -> Node:
    """A multiple of a matrix or tuple as one with its entries multiplied."""
    if not isinstance(node, Apply) or node.head not in {"mul", "div", "neg"}:
        return node
    held = [part for part in node.args if isinstance(part, Apply) and part.head in {"matrix", "tuple"}]
    if len(held) != 1 or (node.head == "div" and node.args[0] is not held[0]):
        return node
    (inner,) = held

    def entry(part: Node) -> Node:
        return Apply(node.head, tuple(part if factor is inner else factor for factor in node.args))

    if inner.head == "tuple":
        return Apply("tuple", tuple(entry(part) for part in inner.args))
    return Apply("matrix", tuple(Apply("row", tuple(entry(part) for part in children(row))) for row in inner.args))


def _places(node: Node) -> int | None:
    if isinstance(node, Number):
        return node.places
    if isinstance(node, Apply) and node.head in {"neg", "percent", "money", "quantity", "degree"}:
        return _places(node.args[0])
    return None


def _has_sign(node: Node) -> bool:
    """Whether a plus-minus sign stands in `node`."""
    return any(isinstance(at, Apply) and at.head in {"pm", "mp"} for at in walk(node))


def _is_conditions(node: Node) -> bool:
    if isinstance(node, Relation):
        return bool(set(node.ops) & (ORDERS - {"="})) or (node.ops == ("in",) and isinstance(node.terms[0], Symbol))
    return (
        isinstance(node, Apply)
        and node.head in {"or", "and", "list"}
        and bool(node.args)
        and all(map(_is_conditions, node.args))
    )


def _is_region(node: Node) -> bool:
    if isinstance(node, Apply) and node.head in {"or", "and", "list"}:
        return any(_is_region(part) for part in node.args)
    return _is_conditions(node) or (isinstance(node, Apply) and node.head in _SETS)


def _column(node: Apply) -> list[Node] | None:
    """The entries of a matrix of one column or one row."""
    if all(len(children(row)) == 1 for row in node.args):
        return [children(row)[0] for row in node.args]
    return list(children(node.args[0])) if len(node.args) == 1 else None


def _coordinates(node: Node) -> list[Node] | None:
    if isinstance(node, Apply):
        if node.head == "tuple":
            return list(node.args)
        if node.head == "matrix":
            return _column(node)
    return None


def _holds_tuples(parts: list[Node]) -> bool:
    return all(isinstance(part, Apply) and part.head == "tuple" for part in parts)


def _signs_expanded(node: Node) -> list[Node]:
    """All values of an expression with plus-minus signs: linked where a minus-plus stands too, else each by itself."""
    signs = [at for at in walk(node) if isinstance(at, Apply) and at.head in {"pm", "mp"}]
    if not signs:
        return [node]
    if len(signs) > _MOST_SIGNS:
        raise Open("too many plus-minus signs", slow=False)
    linked = any(sign.head == "mp" for sign in signs)
    if linked:
        return [_with_signs(node, iter([choice] * len(signs))) for choice in (1, -1)]
    return [_with_signs(node, iter(choice)) for choice in product((1, -1), repeat=len(signs))]


def _with_signs(node: Node, choices: object) -> Node:
    if isinstance(node, Apply) and node.head in {"pm", "mp"}:
        sign = next(choices) * (1 if node.head == "pm" else -1)  # type: ignore[call-overload]  # an iterator of signs
        inner = _with_signs(node.args[0], choices)
        return inner if sign > 0 else Apply("neg", (inner,))
    parts = children(node)
    return rebuilt(node, tuple(_with_signs(part, choices) for part in parts)) if parts else node


def _named(parts: list[Node]) -> dict[str, Node] | None:
    """`x = 1, y = -2` as a mapping, where all parts name different symbols; None otherwise."""
    if len(parts) < 2:
        return None
    names: dict[str, Node] = {}
    for part in parts:
        if not isinstance(part, Relation) or set(part.ops) != {"="}:
            return None
        name = part.terms[0]
        if isinstance(name, Apply) and name.head == "call":
            name = name.args[0]
        if not isinstance(name, Symbol) or name.name in names or name.name in CONSTANTS:
            return None
        names[name.name] = part.terms[-1]
    return names


def _in_order(values: dict[str, Node]) -> list[Node]:
    """Named coordinates in the order a point gives them: alphabetical for neighbouring letters, else as written."""
    names = list(values)
    letters = all(len(name) == 1 for name in names)
    if letters and set(names) <= set("xyzw"):
        names.sort(key="xyzw".index)
    elif (letters and max(map(ord, names)) - min(map(ord, names)) == len(names) - 1) or all(
        name[:1] == names[0][:1] and "_" in name for name in names
    ):
        names.sort()
    return [values[name] for name in names]


def _without_common_label(parts: list[Node]) -> list[Node]:
    """`x = 2, x = -2` as 2, -2."""
    labels = {part.terms[0] if isinstance(part, Relation) and part.ops == ("=",) else None for part in parts}
    if len(labels) == 1 and None not in labels:
        (label,) = labels
        if isinstance(label, Symbol) and label.name not in CONSTANTS:
            return [part.terms[1] for part in parts if isinstance(part, Relation)]
    return parts


def _rationals(parts: list[Node]) -> tuple[set[fmpq], list[Node]]:
    found: set[fmpq] = set()
    rest: list[Node] = []
    for part in parts:
        try:
            found.add(exact.rational(part))
        except (Open, Undefined):
            rest.append(part)
    return found, rest


def _never_rational(node: Node) -> bool:
    """Whether `node` surely is no rational number, by its shape."""
    return (
        isinstance(node, Relation)
        or (isinstance(node, Apply) and node.head in {"tuple", "matrix"})
        or bool(free_symbols(node))
    )


def _same_label(first: Node, second: Node) -> bool:
    if first == second:
        return True
    calls = [node for node in (first, second) if isinstance(node, Apply) and node.head == "call"]
    if len(calls) == 2:
        pairs = list(zip(calls[0].args, calls[1].args))
        renamed = all(a == b or (isinstance(a, Symbol) and isinstance(b, Symbol)) for a, b in pairs[1:])
        return pairs[0][0] == pairs[0][1] and len(calls[0].args) == len(calls[1].args) and renamed
    return len(calls) == 1 and Symbol("y") in {first, second} and Symbol("y") not in set(walk(calls[0]))


def _same_parameters(name: Node, value: Node, other: Node, given: Node) -> tuple[Node, Node]:
    """The values of two definitions, the parameters of the second renamed to those of the first."""
    if isinstance(name, Apply) and isinstance(other, Apply) and name.head == other.head == "call" and name != other:
        for new, old in zip(name.args[1:], other.args[1:]):
            if isinstance(new, Symbol) and isinstance(old, Symbol) and new != old:
                if new.name in free_symbols(given):
                    return value, given
                given = replaced(given, old, new)
    return value, given


_REVERSED = {">": "<", ">=": "<="}


def _ascending(node: Relation) -> Relation:
    """A chain of `>` written with `<`."""
    if set(node.ops) <= {">", ">="}:
        return Relation(tuple(_REVERSED[op] for op in reversed(node.ops)), tuple(reversed(node.terms)))
    return node


def _renamed(node: Apply) -> Apply:
    """A built set with its variables in a fixed naming, in order of appearance."""
    names: list[str] = []
    for at in _in_reading_order(node):
        if (
            isinstance(at, Symbol)
            and at.name not in CONSTANTS
            and not at.name.startswith("\\")
            and at.name not in names
        ):
            names.append(at.name)
    renamed: Node = node
    for place, name in enumerate(names):
        renamed = replaced(renamed, Symbol(name), Symbol(f"v‹{place}›"))
    return renamed if isinstance(renamed, Apply) else node


def _in_reading_order(node: Node) -> list[Node]:
    found = [node]
    for part in children(node):
        found += _in_reading_order(part)
    return found
