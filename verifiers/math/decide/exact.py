"""Exact rational arithmetic: the value in ℚ of an expression, with limits on every size before it is made."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

from flint import fmpq, fmpz

from verifiers.math.decide.rungs import MOST_BITS, MOST_TERMS, Open, Steps, Undefined
from verifiers.math.tree import Apply, Node, Number, Symbol, Words

Values = Mapping[str, fmpq]
_MOST_FACTORIAL = 5_000
_MOST_DEGREE = 24


def rational(node: Node, values: Values | None = None, steps: Steps | None = None) -> fmpq:
    """The rational value of `node`. Raises `Open` where it is irrational or too large, `Undefined` where none."""
    return _value(node, values or {}, steps or Steps())


def _value(node: Node, values: Values, steps: Steps) -> fmpq:
    steps.take()
    if isinstance(node, Number):
        return fmpq(node.numerator, node.denominator)
    if isinstance(node, Symbol):
        known = values.get(node.name)
        if known is None:
            raise Open(f"{node.name} is not rational")
        return known
    if isinstance(node, Apply):
        if node.head in {"sum", "prod"}:
            return _series(node, values, steps)
        if node.head == "mod":
            return _remainder_of(node, values, steps)
        rule = _RULES.get(node.head)
        if rule is not None:
            return rule([_value(part, values, steps) for part in node.args])
        if node.head == "based":
            return fmpq(based_value(node))
    raise Open("not rational")


def bits(value: fmpq) -> int:
    """The size of a rational."""
    return int(value.p.bit_length() + value.q.bit_length())


def _checked(value: fmpq) -> fmpq:
    if bits(value) > MOST_BITS:
        raise Open("a number too large", slow=False)
    return value


def _sum(parts: list[fmpq]) -> fmpq:
    total = fmpq(0)
    for part in parts:
        total = _checked(total + part)
    return total


def _product(parts: list[fmpq]) -> fmpq:
    total = fmpq(1)
    for part in parts:
        total = _checked(total * part)
    return total


def _quotient(parts: list[fmpq]) -> fmpq:
    if parts[1] == 0:
        raise Undefined("a division by zero")
    return _checked(parts[0] / parts[1])


def power(base: fmpq, exponent: fmpq) -> fmpq:
    """`base ** exponent` where it is rational."""
    if exponent.q != 1:
        if exponent.q > 64:
            raise Open("a root of high degree")
        root = exact_root(base, int(exponent.q))
        return power(root, fmpq(exponent.p))
    if base == 0:
        if exponent <= 0:
            raise Undefined("zero to a power that is not positive")
        return fmpq(0)
    if base == 1:
        return base
    if base == -1:
        return fmpq(1) if exponent.p % 2 == 0 else base
    if exponent.p.bit_length() > 40 or abs(int(exponent.p)) * max(1, bits(base) - 1) > MOST_BITS:
        raise Open("a power too large", slow=False)
    return base ** int(exponent.p)


def exact_root(value: fmpq, degree: int) -> fmpq:
    """The real root of `value` where it is rational."""
    if degree < 1 or (value < 0 and degree % 2 == 0):
        raise Open("not a rational root")
    if degree == 1:
        return value
    sign = -1 if value < 0 else 1
    above, below = (_integer_root(fmpz(abs(part)), degree) for part in (value.p, value.q))
    return fmpq(sign * above, below)


def _integer_root(value: fmpz, degree: int) -> fmpz:
    if value < 2:
        return value
    root = value.root(degree)
    if root**degree != value:
        raise Open("an irrational root")
    return root


def _whole(value: fmpq) -> fmpz:
    if value.q != 1:
        raise Open("not an integer")
    return value.p


def _root(parts: list[fmpq]) -> fmpq:
    degree = _whole(parts[1])
    if not 0 < degree <= 64:
        raise Open("a root of high degree")
    return exact_root(parts[0], int(degree))


def _factorial(parts: list[fmpq]) -> fmpq:
    whole = _whole(parts[0])
    if whole < 0:
        raise Undefined("a factorial of a negative integer")
    if whole > _MOST_FACTORIAL:
        raise Open("a factorial too large")
    return fmpq(fmpz.fac_ui(int(whole)))


def _double_factorial(parts: list[fmpq]) -> fmpq:
    whole = _whole(parts[0])
    if whole < -1:
        raise Undefined("a double factorial of a negative integer")
    if whole > _MOST_FACTORIAL:
        raise Open("a factorial too large", slow=False)
    result = fmpz(1)
    for factor in range(int(whole), 1, -2):
        result *= factor
    return fmpq(result)


def _binomial(parts: list[fmpq]) -> fmpq:
    above, below = _whole(parts[0]), _whole(parts[1])
    if below < 0:
        return fmpq(0)
    if above < 0:
        if below > 200:
            raise Open("a binomial coefficient too large")
        result = fmpq(1)
        for step in range(int(below)):
            result = result * fmpq(above - step, step + 1)
        return result
    if below > above:
        return fmpq(0)
    chosen = min(below, above - below)
    if above.bit_length() > 60 or chosen * above.bit_length() > MOST_BITS or chosen > 20_000:
        raise Open("a binomial coefficient too large", slow=False)
    return fmpq(fmpz.bin_uiui(int(above), int(chosen)))


def _arrangements(parts: list[fmpq]) -> fmpq:
    above, below = _whole(parts[0]), _whole(parts[1])
    if below < 0 or above < 0 or below > 1000:
        raise Open("arrangements of that many")
    result = fmpq(1)
    for step in range(int(below)):
        result = _checked(result * (above - step))
    return result


def _logarithm(parts: list[fmpq]) -> fmpq:
    if len(parts) != 2:
        raise Open("a logarithm")
    value, base = parts
    if base <= 0 or base == 1 or value <= 0:
        raise Open("a logarithm outside its domain")
    if value == 1:
        return fmpq(0)
    # value = base^(p/q): both are powers of one rational
    for below in range(1, 13):
        scaled = value**below
        current, exponent = fmpq(1), 0
        up = (scaled > 1) == (base > 1)
        while exponent < 4000 and bits(current) <= bits(scaled) + 2:
            current, exponent = (current * base if up else current / base), exponent + 1
            if current == scaled:
                return fmpq(exponent if up else -exponent, below)
        if bits(scaled) > 4000:
            break
    raise Open("an irrational logarithm")


def _common_divisor(parts: list[fmpq]) -> fmpq:
    result = fmpz(0)
    for part in parts:
        result = result.gcd(_whole(part))
    return fmpq(result)


def _common_multiple(parts: list[fmpq]) -> fmpq:
    result = fmpz(1)
    for part in parts:
        result = result.lcm(_whole(part))
    return _checked(fmpq(result))


def _remainder(parts: list[fmpq]) -> fmpq:
    if parts[1] == 0:
        raise Undefined("a remainder modulo zero")
    return parts[0] - parts[1] * (parts[0] / parts[1]).floor()


def _remainder_of(node: Apply, values: Values, steps: Steps) -> fmpq:
    """A remainder; of an integer power, without making the power."""
    top, bottom = node.args
    modulus = _value(bottom, values, steps)
    if isinstance(top, Apply) and top.head == "pow" and modulus.q == 1 and modulus > 0:
        base, exponent = (_value(part, values, steps) for part in top.args)
        if base.q == exponent.q == 1 and exponent >= 0 and exponent.p.bit_length() < 10_000:
            return fmpq(pow(int(base.p), int(exponent.p), int(modulus.p)))
    return _remainder([_value(top, values, steps), modulus])


_RULES: dict[str, Callable[[list[fmpq]], fmpq]] = {
    "add": _sum,
    "mul": _product,
    "div": _quotient,
    "ratio": _quotient,
    "neg": lambda parts: -parts[0],
    "pow": lambda parts: power(parts[0], parts[1]),
    "root": _root,
    "sqrt": lambda parts: exact_root(parts[0], 2),
    "fact": _factorial,
    "dfact": _double_factorial,
    "binom": _binomial,
    "perm": _arrangements,
    "abs": lambda parts: abs(parts[0]),
    "floor": lambda parts: fmpq(parts[0].floor()),
    "ceil": lambda parts: fmpq(parts[0].ceil()),
    "sgn": lambda parts: fmpq((parts[0] > 0) - (parts[0] < 0)),
    "percent": lambda parts: parts[0] / 100,
    "log": _logarithm,
    "gcd": _common_divisor,
    "lcm": _common_multiple,
    "min": min,
    "max": max,
    "bar": lambda parts: parts[0],
    "re": lambda parts: parts[0],
    "im": lambda parts: fmpq(0),
}


def based_value(node: Apply) -> int:
    """The value of digits in a base. Raises `Undefined` where a digit is not one of the base."""
    digits, base = node.args
    if not isinstance(digits, Words) or not isinstance(base, Number) or base.denominator != 1:
        raise Open("digits in an unknown base")
    radix = base.numerator
    text = digits.text.lower().replace(",", "").replace(" ", "").replace("{", "").replace("}", "")
    if not 2 <= radix <= 36 or not text.isalnum() or len(text) > 4000:
        raise Undefined("digits in an impossible base")
    value = 0
    for digit in text:
        worth = int(digit, 36)
        if worth >= radix:
            raise Undefined(f"{digit} is not a digit in base {radix}")
        value = value * radix + worth
    return value


# ---- sums and products


def _series(node: Apply, values: Values, steps: Steps) -> fmpq:
    body, index, low_node, high_node = node.args
    if not isinstance(index, Symbol):
        raise Open("a sum without an index")
    if high_node == Symbol("infty"):
        if node.head == "sum":
            return _geometric(body, index.name, low_node, values, steps)
        raise Open("an infinite product")
    low, high = _whole(_value(low_node, values, steps)), _whole(_value(high_node, values, steps))
    count = int(high - low) + 1 if (high - low).bit_length() < 62 else 1 << 62
    if count <= 0:
        return fmpq(0 if node.head == "sum" else 1)
    if count > MOST_TERMS:
        if node.head == "prod":
            raise Open("a product of too many factors", slow=False)
        return _extrapolated(body, index.name, low, high, values, steps)
    inner = dict(values)
    total = fmpq(0 if node.head == "sum" else 1)
    for place in range(int(low), int(high) + 1):
        inner[index.name] = fmpq(place)
        term = _value(body, inner, steps)
        total = _checked(total + term if node.head == "sum" else total * term)
    return total


def degree_in(node: Node, name: str) -> int:
    """The degree of a polynomial in `name`; raises `Open` where `node` is not one."""
    if isinstance(node, Number):
        return 0
    if isinstance(node, Symbol):
        return int(node.name == name)
    if isinstance(node, Apply):
        if node.head in {"add", "neg"}:
            return max(degree_in(part, name) for part in node.args)
        if node.head == "mul":
            return sum(degree_in(part, name) for part in node.args)
        if node.head == "div" and degree_in(node.args[1], name) == 0:
            return degree_in(node.args[0], name)
        if node.head == "pow":
            exponent, base = node.args[1], degree_in(node.args[0], name)
            if base == 0 and degree_in(exponent, name) == 0:
                return 0
            if isinstance(exponent, Number) and exponent.denominator == 1 and 0 <= exponent.numerator <= _MOST_DEGREE:
                return base * exponent.numerator
    raise Open("not a polynomial summand", slow=False)


def _extrapolated(body: Node, name: str, low: fmpz, high: fmpz, values: Values, steps: Steps) -> fmpq:
    """A long sum of a polynomial of degree d: a polynomial of degree d+1 in its length, by Newton's differences."""
    degree = degree_in(body, name)
    if degree > _MOST_DEGREE:
        raise Open("a polynomial of high degree", slow=False)
    inner, partial, total = dict(values), [], fmpq(0)
    for place in range(degree + 2):
        inner[name] = fmpq(low + place)
        total = total + _value(body, inner, steps)
        partial.append(total)
    result, choose, row = fmpq(0), fmpq(1), partial
    length = high - low
    for step in range(degree + 2):
        result = result + choose * row[0]
        choose = choose * (length - step) / (step + 1)
        row = [after - before for before, after in itertools.pairwise(row)]
    return _checked(result)


def _geometric(body: Node, name: str, low: Node, values: Values, steps: Steps) -> fmpq:
    """An infinite geometric series: three terms in one ratio, and a summand that has the shape of a power."""
    if not _is_geometric(body, name):
        raise Open("an infinite sum")
    start = _whole(_value(low, values, steps))
    inner, terms = dict(values), []
    for place in range(2):
        inner[name] = fmpq(start + place)
        terms.append(_value(body, inner, steps))
    if terms[0] == 0:
        return fmpq(0)
    ratio = terms[1] / terms[0]
    if abs(ratio) >= 1:
        raise Undefined("a series that does not converge")
    return terms[0] / (1 - ratio)


def _is_geometric(node: Node, name: str) -> bool:
    """Whether `node` is a constant times powers whose exponents are linear in `name`."""
    try:
        if degree_in(node, name) == 0:
            return True
    except Open:
        pass
    if not isinstance(node, Apply):
        return False
    if node.head in {"mul", "div", "neg"}:
        return all(_is_geometric(part, name) for part in node.args)
    if node.head == "pow":
        base, exponent = node.args
        try:
            if degree_in(exponent, name) == 0:
                return _is_geometric(base, name)
            return degree_in(base, name) == 0 and degree_in(exponent, name) == 1
        except Open:
            return False
    return False
