"""Ball arithmetic: rigorous enclosures of real and complex values. Two disjoint balls prove two values unequal.

Real conventions, where a principal complex value would surprise: a root of odd degree of a negative number is
negative, and so is its power with an exponent of odd denominator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flint import acb, acb_mat, arb, ctx, fmpq, fmpz

from verifiers.math.decide import exact
from verifiers.math.decide.rungs import MOST_TERMS, Exhausted, Open, Steps, Undefined, cost_of_precision
from verifiers.math.tree import Apply, Node, Number, Symbol, children

Values = Mapping[str, fmpq]
Boxes = Mapping[str, acb]
_LARGEST_MATRIX = 12
_MOST_EXACT_STEPS = 1_000  # for a sum; then balls are added up


def ball(node: Node, values: Values, boxes: Boxes, steps: Steps | None = None) -> acb:
    """An enclosure of `node` at the current precision, where variables are rational (`values`) or complex (`boxes`)."""
    result = _Evaluation(values, boxes, steps or Steps()).value(node)
    if not result.is_finite():
        raise Open("no finite enclosure", slow=False)
    return result


class _Evaluation:
    def __init__(self, values: Values, boxes: Boxes, steps: Steps) -> None:
        self.values = values
        self.boxes = boxes
        self.steps = steps
        self.huge = False  # a number was too large for exact arithmetic
        self.cost = cost_of_precision(ctx.prec)

    def value(self, node: Node) -> acb:
        if type(node) is Number:
            self.steps.take()
            return acb(fmpq(node.numerator, node.denominator))
        if isinstance(node, Symbol):
            self.steps.take()
            return self.symbol(node.name)
        if not isinstance(node, Apply):
            raise Open("not an expression")
        head = node.head
        self.steps.take(1 + self.cost * _WEIGHTS.get(head, 1))
        if head in _WHOLE:
            return self.whole(node)
        if head == "pow":
            return self.power(node)
        if head in {"root", "sqrt"}:
            return self.root(node)
        if head in {"sum", "prod"}:
            return self.series(node)
        if head == "based":
            return acb(fmpz(exact.based_value(node)))
        if head == "det":
            return self.determinant(node.args[0])
        rule = _RULES.get(head)
        if rule is None:
            raise Open(f"{head} has no enclosure")
        return rule([self.value(part) for part in node.args])

    def symbol(self, name: str) -> acb:
        known = self.values.get(name)
        if known is not None:
            return acb(known)
        box = self.boxes.get(name)
        if box is not None:
            return box
        constant = _CONSTANTS.get(name)
        if constant is None:
            raise Open(f"{name} has no value", slow=name[:1] != "\\")  # a set of numbers among numbers
        return constant()

    def exactly(self, node: Node, share: Steps | None = None) -> fmpq | None:
        if type(node) is Number:
            return fmpq(node.numerator, node.denominator)
        try:
            return exact.rational(node, self.values, share or self.steps)
        except Exhausted:
            if share is None:
                raise
            return None
        except Open as open_question:
            self.huge = self.huge or not open_question.slow
            return None

    def whole(self, node: Apply) -> acb:
        """Functions that jump or that want integers: exact where their arguments are rational."""
        value = self.exactly(node)
        if value is not None:
            return acb(value)
        parts = [self.value(part) for part in node.args]
        rule = _WHOLE[node.head]
        if rule is None:
            raise Open(f"{node.head} of numbers that are not rational", slow=not self.huge)
        try:
            return rule(parts)
        except Open as open_question:
            raise Open(open_question.reason, slow=open_question.slow and not self.huge) from None

    def power(self, node: Apply) -> acb:
        base_node, exponent_node = node.args
        exponent = self.exactly(exponent_node)
        if base_node == Symbol("e") and "e" not in self.values and "e" not in self.boxes:
            return self.value(exponent_node).exp()
        base = self.value(base_node)
        if exponent is None:
            return base.pow(self.value(exponent_node))
        if exponent == 0 or base.is_zero():
            if exponent <= 0 and base.is_zero():
                raise Undefined("zero to a power that is not positive")
            return acb(1 if exponent == 0 else 0)
        if exponent.q == 1:
            return base.pow(acb(exponent))
        if exponent.q % 2 == 1 and is_negative(base):
            sign = -1 if exponent.p % 2 == 1 else 1
            return (-base).pow(acb(exponent)) * sign
        return base.pow(acb(exponent))

    def root(self, node: Apply) -> acb:
        degree = fmpq(2) if node.head == "sqrt" else self.exactly(node.args[1])
        base = self.value(node.args[0])
        if degree == 2:
            return base.sqrt()
        if degree is None or degree == 0:
            return base.pow(1 / self.value(node.args[1]))
        if base.is_zero():
            return base
        if degree.q == 1 and degree.p % 2 == 1 and is_negative(base):
            return -((-base).pow(acb(1 / degree)))
        return base.pow(acb(1 / degree))

    def determinant(self, matrix: Node) -> acb:
        rows = [children(row) for row in children(matrix)]
        if not 0 < len(rows) <= _LARGEST_MATRIX or any(len(row) != len(rows) for row in rows):
            raise Open("a determinant of no square matrix", slow=False)
        self.steps.take(self.cost * len(rows) ** 3)
        return acb_mat([[self.value(entry) for entry in row] for row in rows]).det()

    def series(self, node: Apply) -> acb:
        body, index, low_node, high_node = node.args
        with self.steps.at_most(_MOST_EXACT_STEPS) as share:
            value = self.exactly(node, share)
        if value is not None:
            return acb(value)
        low, high = self.exactly(low_node), self.exactly(high_node)
        if low is None or high is None or low.q != 1 or high.q != 1 or not isinstance(index, Symbol):
            raise Open("a sum without integer bounds")
        if high - low > MOST_TERMS:
            raise Open("a sum of too many terms", slow=False)
        inner = dict(self.values)
        evaluation = _Evaluation(inner, self.boxes, self.steps)
        total = acb(0 if node.head == "sum" else 1)
        if exact.is_same_throughout(body, index, self.steps):
            count = max(0, int(high.p - low.p) + 1)
            same = evaluation.value(body) if count else total
            return same * count if node.head == "sum" else same**count
        for place in range(int(low.p), int(high.p) + 1):
            inner[index.name] = fmpq(place)
            term = evaluation.value(body)
            total = total + term if node.head == "sum" else total * term
        return total


def is_real(value: acb) -> bool:
    """Whether `value` may be real: its imaginary part encloses zero."""
    return bool(value.imag.contains(0))


def is_negative(value: acb) -> bool:
    """Whether `value` is surely a negative real number."""
    return bool(value.imag.is_zero() and value.real < 0)


def _divided(parts: list[acb]) -> acb:
    if parts[1].is_zero():
        raise Undefined("a division by zero")
    return parts[0] / parts[1]


def _total(parts: list[acb]) -> acb:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _product(parts: list[acb]) -> acb:
    total = parts[0]
    for part in parts[1:]:
        total = total * part
    return total


def _log(parts: list[acb]) -> acb:
    if parts[0].is_zero():
        raise Undefined("the logarithm of zero")
    value = _natural(parts[0])
    return value / _natural(parts[1]) if len(parts) == 2 else value


def _natural(value: acb) -> acb:
    return value.log()


def _real_part(value: acb) -> arb:
    if not is_real(value):
        raise Open("order among complex numbers")
    return value.real


def _floor(parts: list[acb]) -> acb:
    return acb(_real_part(parts[0]).floor())  # a ball over all the integers that it may be


def _ceil(parts: list[acb]) -> acb:
    return acb(_real_part(parts[0]).ceil())


def _abs(parts: list[acb]) -> acb:
    return acb(abs(parts[0]))


def _gamma(value: acb) -> acb:
    return value.gamma()


def _factorial(parts: list[acb]) -> acb:
    real = parts[0].real
    if real > arb(10) ** 30:
        raise Open("a factorial too large", slow=False)
    return _gamma(parts[0] + 1)


def _binomial(parts: list[acb]) -> acb:
    above, below = parts
    if above.real > arb(10) ** 30 or below.real > arb(10) ** 30:
        raise Open("a binomial coefficient too large", slow=False)
    return _gamma(above + 1) * (below + 1).rgamma() * (above - below + 1).rgamma()


def _arrangements(parts: list[acb]) -> acb:
    above, below = parts
    return _gamma(above + 1) * (above - below + 1).rgamma()


def _extreme(pick: Callable[[arb, arb], arb]) -> Callable[[list[acb]], acb]:
    def rule(parts: list[acb]) -> acb:
        result = _real_part(parts[0])
        for part in parts[1:]:
            result = pick(result, _real_part(part))
        return acb(result)

    return rule


def _sign(parts: list[acb]) -> acb:
    real = _real_part(parts[0])
    if real > 0:
        return acb(1)
    if real < 0:
        return acb(-1)
    raise Open("a sign that is not decided at this precision")


def _reciprocal(name: str) -> Callable[[list[acb]], acb]:
    def rule(parts: list[acb]) -> acb:
        return 1 / getattr(parts[0], name)()

    return rule


def _inverse_of(name: str) -> Callable[[list[acb]], acb]:
    def rule(parts: list[acb]) -> acb:
        return getattr(1 / parts[0], name)()

    return rule


def _method(name: str) -> Callable[[list[acb]], acb]:
    def rule(parts: list[acb]) -> acb:
        return getattr(parts[0], name)()

    return rule


# how many elementary functions a head costs; additions and products cost nothing beside their node
_WEIGHTS = {
    **dict.fromkeys(("add", "mul", "neg", "div", "ratio", "percent", "abs", "norm", "bar", "re", "im"), 0),
    **dict.fromkeys(("pow", "root", "arccot", "degree"), 2),
    **dict.fromkeys(("fact", "perm", "gamma"), 20),
    **dict.fromkeys(("binom", "erf"), 60),
    "zeta": 300,
}
_CONSTANTS: dict[str, Callable[[], acb]] = {
    "pi": acb.pi,
    "e": lambda: acb(1).exp(),
    "i": lambda: acb(0, 1),
}
_WHOLE: dict[str, Callable[[list[acb]], acb] | None] = {
    "floor": _floor, "ceil": _ceil, "fact": _factorial, "binom": _binomial, "perm": _arrangements,
    "dfact": None, "gcd": None, "lcm": None, "mod": None,
}  # fmt: skip
_RULES: dict[str, Callable[[list[acb]], acb]] = {
    "add": _total,
    "mul": _product,
    "div": _divided,
    "ratio": _divided,
    "neg": lambda parts: -parts[0],
    "abs": _abs,
    "norm": _abs,
    "percent": lambda parts: parts[0] / 100,
    "degree": lambda parts: parts[0] * acb.pi() / 180,
    "ln": _log,
    "log": _log,
    "bar": lambda parts: parts[0].conjugate(),
    "re": lambda parts: acb(parts[0].real),
    "im": lambda parts: acb(parts[0].imag),
    "arg": lambda parts: acb(parts[0].arg()),
    "sgn": _sign,
    "min": _extreme(lambda left, right: left.min(right)),
    "max": _extreme(lambda left, right: left.max(right)),
    "gamma": lambda parts: _gamma(parts[0]),
    "erf": _method("erf"),
    "zeta": _method("zeta"),
    "arccot": lambda parts: acb.pi() / 2 - parts[0].atan(),
    **{
        name: _method(name)
        for name in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "exp")
    },
    "sech": _reciprocal("cosh"),
    "csch": _reciprocal("sinh"),
    "arcsin": _method("asin"),
    "arccos": _method("acos"),
    "arctan": _method("atan"),
    "arcsec": _inverse_of("acos"),
    "arccsc": _inverse_of("asin"),
    "arcsinh": _method("asinh"),
    "arccosh": _method("acosh"),
    "arctanh": _method("atanh"),
}
