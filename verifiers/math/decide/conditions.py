"""Reading sets of real numbers: intervals, unions, built sets, and conditions on one variable, into one form."""

from __future__ import annotations

from itertools import combinations

from flint import fmpq, fmpz_poly

from verifiers.math.decide import exact
from verifiers.math.decide.enclosure import ball
from verifiers.math.decide.normalform import Fractions, MoreGenerators
from verifiers.math.decide.realset import (
    EMPTY,
    INTEGERS,
    MOST_POINTS,
    REALS,
    RealSet,
    Same,
    SetAlgebra,
    without_redundant,
)
from verifiers.math.decide.rungs import Open, Steps, Undefined, precision
from verifiers.math.decide.shapes import ORDERS
from verifiers.math.named_sets import is_named
from verifiers.math.tree import INTERVALS, TWO, Apply, Node, Number, Relation, Symbol, Trait, free_symbols

_MOST_DEGREE = 24
_MOST_ALTERNATIVES = 12
_INFINITY = Symbol("infty")
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


class SetReader:
    """Reads trees as sets; `variable` is what the conditions read so far speak of."""

    def __init__(self, same: Same, steps: Steps) -> None:
        self.algebra = SetAlgebra(same, steps)
        self.steps = steps
        self.variable: str | None = None

    def read(self, node: Node) -> RealSet:
        """The set that `node` describes. Raises `Open` where it is no set of reals that the form can hold."""
        if isinstance(node, Relation):
            return self._condition(node)
        if is_named(node) and isinstance(node, Symbol):
            return self._named(node.name)
        if isinstance(node, Apply):
            head, args = node.head, node.args
            if head in INTERVALS:
                return self._interval(head, *args)
            if head == "tuple" and len(args) == 2:
                return self._pair(*args)
            if head == "set":
                result = EMPTY
                for member in args:
                    result = self.algebra.union(result, self._point(member))
                return result
            if head == "union":
                return self._union_of([self.read(part) for part in args])
            if head == "or":
                parts = [self.read(part) for part in args]
                self._refuse_hedge(args, parts)
                return self._union_of(parts)
            if head in {"inter", "and"} or (head == "list" and all(isinstance(part, Relation) for part in args)):
                result = REALS
                for part in args:
                    result = self.algebra.intersection(result, self.read(part))
                # `x < -1, x > 1` lists the parts of a solution: nobody lists conditions that exclude each other
                return (
                    self._union_of([self.read(part) for part in args]) if head == "list" and result == EMPTY else result
                )
            if head == "diff":
                return self.algebra.difference(self.read(args[0]), self.read(args[1]))
            if head == "builder":
                return self.built(node)
        raise Open("not a set of real numbers", slow=False)

    def _refuse_hedge(self, args: tuple[Node, ...], parts: list[RealSet]) -> None:
        """Alternatives of which one holds another are two claims, not a union; so are intervals that overlap."""
        if len(args) > _MOST_ALTERNATIVES:
            return
        for (arg, first), (other, second) in combinations(zip(args, parts), 2):
            shared = self.algebra.intersection(first, second)
            overlap = shared != EMPTY and not (isinstance(arg, Relation) or isinstance(other, Relation))
            if overlap or shared in (first, second):
                raise Undefined("alternatives that overlap are a hedge")

    def _union_of(self, parts: list[RealSet]) -> RealSet:
        """A balanced union, so that many parts stay cheap."""
        while len(parts) > 1:
            parts = [
                self.algebra.union(*parts[at : at + 2]) if at + 1 < len(parts) else parts[at]
                for at in range(0, len(parts), 2)
            ]
        return parts[0]

    def _named(self, name: str) -> RealSet:
        if name == "\\R":
            return REALS
        if name == "\\emptyset":
            return EMPTY
        if name == "\\Z":
            return INTEGERS
        if name == "\\Z+":
            return RealSet((Number(0),), (False, False, True), whole=True)
        if name == "\\R+" or name == "\\R^+":
            return RealSet((Number(0),), (False, False, True))
        raise Open(f"the set {name[1:]}", slow=False)

    def _point(self, node: Node) -> RealSet:
        return RealSet((_boundary(node),), (False, True, False))

    def _pair(self, low: Node, high: Node) -> RealSet:
        """A pair as an open interval, which it is only where its ends are in order."""
        if not (_infinite(low) or _infinite(high)) and self.algebra.order(_boundary(low), _boundary(high)) >= 0:
            raise Open("a pair that is no interval", slow=False)
        return self._interval("()", low, high)

    def _interval(self, head: str, low: Node, high: Node) -> RealSet:
        points: list[Node] = []
        flags = [False]
        if _infinite(low) == -1:
            flags = [True]
        else:
            low = _boundary(low)
            points.append(low)
            flags += [head[0] == "[", True]
        if _infinite(high) != 1:
            high = _boundary(high)
            if points:
                order = self.algebra.order(low, high)
                if order > 0 or (order == 0 and head != "[]"):
                    return EMPTY
                if order == 0:
                    return self._point(low)
            points.append(high)
            flags += [head[1] == "]", False]
        return RealSet(tuple(points), tuple(flags))

    # ---- conditions

    def _condition(self, node: Relation) -> RealSet:
        result = REALS
        for left, op, right in zip(node.terms, node.ops, node.terms[1:]):
            result = self.algebra.intersection(result, self._simple(left, op, right))
        return result

    def _simple(self, left: Node, op: str, right: Node) -> RealSet:
        if op in {"in", "notin"}:
            self.bind(left)
            members = self.read(right)
            return members if op == "in" else self.algebra.difference(REALS, members)
        if op not in ORDERS:
            raise Open(f"the relation {op}", slow=False)
        if isinstance(right, Symbol) and not isinstance(left, Symbol):
            left, op, right = right, _MIRRORED[op], left
        if isinstance(right, Apply) and right.head == "abs" and not free_symbols(left):
            left, op, right = right, _MIRRORED[op], left
        if isinstance(left, Symbol) and not free_symbols(right):
            self.bind(left)
            return self._half_line(op, right)
        if isinstance(left, Apply) and left.head == "abs" and not free_symbols(right):
            return self.distance(left.args[0], op, right)
        return self.polynomial(left, op, right)

    def bind(self, variable: Node) -> None:
        """All conditions must speak of one variable."""
        if not isinstance(variable, Symbol) or variable.name in {"pi", "e", "i"}:
            raise Open("a condition on no variable", slow=False)
        if self.variable is not None and self.variable != variable.name:
            raise Open("conditions on several variables", slow=False)
        self.variable = variable.name

    def _half_line(self, op: str, bound: Node) -> RealSet:
        sign = _infinite(bound)
        if sign:
            within = op == "!=" or (op in {"<", "<="} and sign == 1) or (op in {">", ">="} and sign == -1)
            return REALS if within else EMPTY
        flags = {
            "<": (True, False, False),
            "<=": (True, True, False),
            ">": (False, False, True),
            ">=": (False, True, True),
            "!=": (True, False, True),
            "=": (False, True, False),
        }[op]
        return RealSet((_boundary(bound),), flags)

    def distance(self, inner: Node, op: str, bound: Node) -> RealSet:
        """`|inner| op bound`."""
        sign = self.algebra.order(bound, Number(0))
        if sign < 0:
            return REALS if op in {">", ">=", "!="} else EMPTY
        opposite = Apply("neg", (bound,))
        if op in {"<", "<="}:
            return self.algebra.intersection(
                self._simple(inner, op, bound), self._simple(inner, _MIRRORED[op], opposite)
            )
        if op == "!=":
            return self.algebra.intersection(self._simple(inner, op, bound), self._simple(inner, op, opposite))
        return self.algebra.union(self._simple(inner, op, bound), self._simple(inner, _MIRRORED[op], opposite))

    def polynomial(self, left: Node, op: str, right: Node) -> RealSet:
        """A condition between rational functions of one variable, by the signs between their roots and poles."""
        names = free_symbols(left) | free_symbols(right)
        if len(names) != 1:
            raise Open("not a condition on one variable", slow=False)
        (name,) = names
        self.bind(Symbol(name))
        above, below = _over(left, right, name, self.steps)
        roots, poles = self.real_roots(above), self.real_roots(below)
        points: list[Node] = []
        for candidate in [*roots, *poles]:
            place, fresh = 0, True
            while place < len(points):
                order = self.algebra.order(candidate, points[place])
                if order <= 0:
                    fresh = order < 0
                    break
                place += 1
            if fresh:
                points.insert(place, candidate)
        flags: list[bool] = []
        for at in range(len(points) + 1):
            sample = _between(points[at - 1] if at else None, points[at] if at < len(points) else None)
            top, bottom = above(sample), below(sample)
            sign = (top > 0) - (top < 0)
            flags.append(_holds(sign * (1 if bottom > 0 else -1), op))
            if at < len(points):
                pole = any(pole is points[at] or pole == points[at] for pole in poles)
                flags.append(not pole and _holds(0, op))
        return without_redundant(points, flags)

    def real_roots(self, polynomial: fmpz_poly) -> list[Node]:
        """The real roots, exactly, of a polynomial whose factors are at most quadratic."""
        if polynomial.degree() > _MOST_DEGREE:
            raise Open("a polynomial of high degree", slow=False)
        roots: list[Node] = []
        for factor, _ in polynomial.factor()[1] if polynomial.degree() > 0 else ():
            coefficients = [int(coefficient) for coefficient in factor.coeffs()]
            if factor.degree() == 1:
                roots.append(_fraction(fmpq(-coefficients[0], coefficients[1])))
            elif factor.degree() == 2:
                c, b, a = coefficients
                if b * b - 4 * a * c > 0:
                    root = Apply("root", (Number(b * b - 4 * a * c), TWO))
                    for sign in (root, Apply("neg", (root,))):
                        roots.append(Apply("div", (Apply("add", (Number(-b), sign)), Number(2 * a))))
            else:
                raise Open("a polynomial with a factor of degree three or more")
        return roots

    def built(self, node: Apply) -> RealSet:
        """`{ element | conditions }`, over the reals or the integers."""
        element, *conditions = node.args
        variable = element
        if isinstance(element, Relation) and element.ops == ("in",):
            variable = element.terms[0]
            conditions = [element, *conditions]
        if not isinstance(variable, Symbol):
            raise Open("a set built from an expression", slow=False)
        self.bind(variable)
        result = REALS
        for condition in conditions:
            result = self.algebra.intersection(result, self.read(condition))
        return result

    def settled(self, members: RealSet) -> RealSet:
        """A set of integers in one form: few of them as points, else with ends that belong to it."""
        if not members.whole:
            return members
        pieces: list[tuple[int | None, int | None]] = []
        low: int | None = None
        inside = members.flags[0]
        for place, point in enumerate(members.points):
            down, up = self._rounded(point)
            on, after = members.flags[2 * place + 1], members.flags[2 * place + 2]
            if down == up and on:  # an integer that belongs to the set
                pieces += [(low, down - 1)] if inside else []
                pieces.append((down, down))
            elif inside:
                pieces.append((low, up - 1))
            inside, low = after, down + 1
        pieces += [(low, None)] if inside else []
        return _of_pieces(pieces)

    def _rounded(self, point: Node) -> tuple[int, int]:
        """The integers below and above a boundary point, itself twice where it is one."""
        value = exact.rational_or_none(point, self.steps)
        if value is not None:
            return int(value.floor()), int(value.ceil())
        with precision(256):
            floor = ball(point, {}, {}, self.steps).real.floor().unique_fmpz()
        if floor is None:
            raise Open("an end point too close to an integer", slow=False)
        return int(floor), int(floor) + 1


def _of_pieces(pieces: list[tuple[int | None, int | None]]) -> RealSet:
    """Runs of integers in order, as a set: adjacent ones together, few integers as points."""
    runs: list[tuple[int | None, int | None]] = []
    for low, high in pieces:
        if low is not None and high is not None and low > high:
            continue
        if runs and runs[-1][1] is not None and low is not None and runs[-1][1] + 1 == low:
            runs[-1] = (runs[-1][0], high)
        else:
            runs.append((low, high))
    count = sum(MOST_POINTS if low is None or high is None else high - low + 1 for low, high in runs)
    finite = count < MOST_POINTS
    points: list[Node] = []
    flags: list[bool] = [bool(runs) and runs[0][0] is None]
    for low, high in runs:
        ends = range(low, high + 1) if finite and low is not None and high is not None else [low, high]
        for at, end in enumerate(ends):
            if end is None or (at and not finite and low == high):
                continue
            points.append(Number(end))
            flags += [True, not finite and (end == low and low != high)]
    return RealSet(tuple(points), tuple(flags), whole=not finite)


def _infinite(node: Node) -> int:
    if not node.traits & Trait.INFINITE:
        return 0
    if node == _INFINITY:
        return 1
    return -1 if isinstance(node, Apply) and node.head == "neg" and node.args[0] == _INFINITY else 0


def _boundary(node: Node) -> Node:
    """`node` as a boundary point: a number where it is one in plain notation."""
    number = exact.plain(node)
    if number is not None:
        return number
    if not isinstance(node, Symbol | Apply) or free_symbols(node) or node == _INFINITY:
        raise Open("an end point that is not a constant", slow=False)
    return node


def _holds(sign: int, op: str) -> bool:
    return {"<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0, "=": sign == 0, "!=": sign != 0}[op]


def _fraction(value: fmpq) -> Number:
    return Number(int(value.p), int(value.q))


def _over(left: Node, right: Node, name: str, steps: Steps) -> tuple[fmpz_poly, fmpz_poly]:
    """`left - right` as a fraction of two polynomials in `name` with integer coefficients."""
    fractions = Fractions(steps, 1)
    try:
        above, below, _ = fractions.fraction(Apply("add", (left, Apply("neg", (right,)))))
    except MoreGenerators:
        raise Open("not a rational function", slow=False) from None
    if set(fractions.places) - {name}:
        raise Open("not a rational function", slow=False)
    return _integral(above), _integral(fractions.one if below is None else below)


def _integral(polynomial: object) -> fmpz_poly:
    terms = {exponents[0]: coefficient for exponents, coefficient in polynomial.terms()}  # type: ignore[attr-defined]  # flint has no types
    scale = 1
    for coefficient in terms.values():
        scale = int(fmpq(scale).p.lcm(coefficient.q))
    degree = max(terms, default=0)
    if degree > _MOST_DEGREE:
        raise Open("a polynomial of high degree", slow=False)
    return fmpz_poly([int((terms.get(power, fmpq(0)) * scale).p) for power in range(degree + 1)])


def _between(low: Node | None, high: Node | None) -> fmpq:
    """A rational strictly between two neighbouring points."""
    with precision(256):
        if low is None and high is None:
            return fmpq(0)
        if low is None:
            return _rounded(ball(high, {}, {}).real) - 1  # type: ignore[arg-type]  # high is not None here
        if high is None:
            return _rounded(ball(low, {}, {}).real) + 1
        return _rounded((ball(low, {}, {}).real + ball(high, {}, {}).real) / 2)


def _rounded(value: object) -> fmpq:
    middle = value.mid()  # type: ignore[attr-defined]  # flint has no types
    found: fmpq = middle.fmpq()
    return found
