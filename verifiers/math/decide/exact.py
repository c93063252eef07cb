"""Exact rational arithmetic: the value in ℚ of an expression, with limits on every size before it is made."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping

from flint import fmpq, fmpz

from verifiers.math.decide.rungs import MOST_BITS, MOST_TERMS, Exhausted, Open, Steps, Undefined, cost_of_bits
from verifiers.math.tree import Apply, Node, Number, Symbol, Trait, Words

Values = Mapping[str, fmpq]
Parts = list[fmpq]
_NONE: Values = {}
_MOST_FACTORIAL = 5_000
_MOST_DEGREE = 24
_MOST_LOGARITHM_ROOT = 12
_MOST_STEPS_OF_SUMS = 6_000
_SMALL_BITS = 300  # numbers up to this size cost no more than their node


def rational(node: Node, values: Values = _NONE, steps: Steps | None = None) -> fmpq:
    """The rational value of `node`. Raises `Open` where it is irrational or too large, `Undefined` where none."""
    return _value(node, values, steps or Steps())


def plain(node: Node) -> Number | None:
    """The number that a fraction or a negative number of plain notation is; None where more is written."""
    if type(node) is Number:
        return node
    if type(node) is not Apply:
        return None
    if node.head == "neg":
        inner = plain(node.args[0])
        return None if inner is None else Number(-inner.numerator, inner.denominator, inner.places)
    if node.head != "div":
        return None
    over, under = node.args
    if type(over) is Number and type(under) is Number:
        above, below = over.numerator * under.denominator, over.denominator * under.numerator
        if below:
            common = math.gcd(above, below) * (1 if below > 0 else -1)
            return Number(above // common, below // common)
    return None


def rational_or_none(node: Node, steps: Steps) -> fmpq | None:
    """The value of a closed expression where it is rational and within reach, else None.

    Raises `Undefined` where it has no value, and `Exhausted` where the steps do not suffice; a sum or product is
    given up before that, for balls add up what is too long for rationals.
    """
    if type(node) is Number:
        return fmpq(node.numerator, node.denominator)
    if node.traits & _NEVER_RATIONAL and not node.traits & Trait.UNEVALUATED:
        return None
    try:
        if not node.traits & Trait.UNEVALUATED:
            return _value(node, _NONE, steps)
        with steps.at_most(_MOST_STEPS_OF_SUMS) as share:
            return _value(node, _NONE, share)
    except Exhausted:
        if not node.traits & Trait.UNEVALUATED:
            raise
    except Open:
        pass
    return None


_NEVER_RATIONAL = Trait.VARIABLE | Trait.NO_VALUE | Trait.INFINITE


def _value(node: Node, values: Values, steps: Steps) -> fmpq:
    steps.take()
    if type(node) is Number:
        return fmpq(node.numerator, node.denominator)
    if isinstance(node, Symbol):
        known = values.get(node.name)
        if known is None:
            raise Open(f"{node.name} is not rational")
        return known
    if isinstance(node, Apply):
        special = _SPECIAL.get(node.head)
        if special is not None:
            return special(node, values, steps)
        rule = _RULES.get(node.head)
        if rule is not None:
            result = rule([_value(part, values, steps) for part in node.args])
            if result.height_bits() > _SMALL_BITS:
                _charge(result, steps)
            return result
    raise Open("not rational")


def _charge(value: fmpq, steps: Steps) -> None:
    height = int(value.height_bits())
    if height > MOST_BITS:
        raise Open("a number too large", slow=False)
    steps.take(cost_of_bits(height))


def bits(value: fmpq) -> int:
    """The size of a rational."""
    return int(value.p.bit_length() + value.q.bit_length())


def _checked(value: fmpq) -> fmpq:
    if value.height_bits() > MOST_BITS:
        raise Open("a number too large", slow=False)
    return value


def _sum(node: Apply, values: Values, steps: Steps) -> fmpq:
    total = _value(node.args[0], values, steps)
    for part in node.args[1:]:
        total = total + _value(part, values, steps)
        if total.height_bits() > _SMALL_BITS:
            _charge(total, steps)
    return total


def _product(node: Apply, values: Values, steps: Steps) -> fmpq:
    total = _value(node.args[0], values, steps)
    for part in node.args[1:]:
        total = total * _value(part, values, steps)
        if total.height_bits() > _SMALL_BITS:
            _charge(total, steps)
    return total


def _quotient(node: Apply, values: Values, steps: Steps) -> fmpq:
    if len(node.args) != 2:
        raise Open("a ratio of several numbers", slow=False)
    above, below = _value(node.args[0], values, steps), _value(node.args[1], values, steps)
    if below == 0:
        raise Undefined("a division by zero")
    result = above / below
    if result.height_bits() > _SMALL_BITS:
        _charge(result, steps)
    return result


def _opposite(node: Apply, values: Values, steps: Steps) -> fmpq:
    return -_value(node.args[0], values, steps)


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


def _root(parts: Parts) -> fmpq:
    degree = _whole(parts[1])
    if not 0 < degree <= 64:
        raise Open("a root of high degree")
    return exact_root(parts[0], int(degree))


def _factorial(parts: Parts) -> fmpq:
    whole = _whole(parts[0])
    if whole < 0:
        raise Undefined("a factorial of a negative integer")
    if whole > _MOST_FACTORIAL:
        raise Open("a factorial too large")
    return fmpq(fmpz.fac_ui(int(whole)))


def _double_factorial(parts: Parts) -> fmpq:
    whole = _whole(parts[0])
    if whole < -1:
        raise Undefined("a double factorial of a negative integer")
    if whole > _MOST_FACTORIAL:
        raise Open("a factorial too large", slow=False)
    half = max(0, int(whole) // 2)
    evens = fmpz(2) ** half * fmpz.fac_ui(half)
    return fmpq(evens if whole % 2 == 0 else fmpz.fac_ui(max(0, int(whole))) // evens)


def _binomial(parts: Parts) -> fmpq:
    above, below = _whole(parts[0]), _whole(parts[1])
    if below < 0:
        return fmpq(0)
    if above < 0:
        return (1 if below % 2 == 0 else -1) * _binomial([fmpq(below - above - 1), fmpq(below)])
    if below > above:
        return fmpq(0)
    chosen = min(below, above - below)
    if above.bit_length() > 60 or chosen * above.bit_length() > MOST_BITS or chosen > 20_000:
        raise Open("a binomial coefficient too large", slow=False)
    return fmpq(fmpz.bin_uiui(int(above), int(chosen)))


def _arrangements(parts: Parts) -> fmpq:
    above, below = _whole(parts[0]), _whole(parts[1])
    if below < 0 or above < 0 or below > 1000 or below * above.bit_length() > MOST_BITS:
        raise Open("arrangements of that many")
    return fmpq(fmpz(math.perm(int(above), int(below))))


def _logarithm(parts: Parts) -> fmpq:
    if len(parts) != 2:
        raise Open("a logarithm")
    value, base = parts
    if base <= 0 or base == 1 or value <= 0:
        raise Open("a logarithm outside its domain")
    if value == 1:
        return fmpq(0)
    # value = base^(p/q): the quotient of the logarithms says which p and q to try
    ratio = _natural(value) / (_natural(base) or 1.0)
    for below in range(1, _MOST_LOGARITHM_ROOT + 1):
        above = round(ratio * below)
        if abs(ratio * below - above) > 1e-6 * below:
            continue
        if max(below * bits(value), abs(above) * bits(base)) > MOST_BITS:
            break
        if value**below == base**above:
            return fmpq(above, below)
    raise Open("an irrational logarithm")


def _natural(value: fmpq) -> float:
    return math.log(int(value.p)) - math.log(int(value.q))


def _common_divisor(parts: Parts) -> fmpq:
    result = fmpz(0)
    for part in parts:
        result = result.gcd(_whole(part))
    return fmpq(result)


def _common_multiple(parts: Parts) -> fmpq:
    result = fmpz(1)
    for part in parts:
        result = result.lcm(_whole(part))
    return _checked(fmpq(result))


def _remainder(parts: Parts) -> fmpq:
    if parts[1] == 0:
        raise Undefined("a remainder modulo zero")
    return parts[0] - parts[1] * (parts[0] / parts[1]).floor()


def _remainder_of(node: Apply, values: Values, steps: Steps) -> fmpq:
    """A remainder; of an integer power, without making the power."""
    top, bottom = node.args
    modulus = _value(bottom, values, steps)
    if isinstance(top, Apply) and top.head == "pow" and modulus.q == 1 and modulus > 0:
        base, exponent = (_value(part, values, steps) for part in top.args)
        if base.q == exponent.q == 1 and exponent >= 0:
            steps.take(int(exponent.p.bit_length()) * (1 + int(modulus.p.bit_length()) ** 2 // 500_000))
            return fmpq(pow(int(base.p), int(exponent.p), int(modulus.p)))
    return _remainder([_value(top, values, steps), modulus])


_RULES: dict[str, Callable[[Parts], fmpq]] = {
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
    if not 2 <= radix <= 36 or not (text.isascii() and text.isalnum()) or len(text) > 4000:
        raise Undefined("digits in an impossible base")
    foreign = next((digit for digit in text if int(digit, 36) >= radix), None)
    if foreign is not None:
        raise Undefined(f"{foreign} is not a digit in base {radix}")
    return int(text, radix)


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
        total = total + term if node.head == "sum" else total * term
        if total.height_bits() > _SMALL_BITS:
            _charge(total, steps)
    return total


_SPECIAL: dict[str, Callable[[Apply, Values, Steps], fmpq]] = {
    "add": _sum,
    "div": _quotient,
    "ratio": _quotient,
    "neg": _opposite,
    "mul": _product,
    "sum": _series,
    "prod": _series,
    "mod": _remainder_of,
    "based": lambda node, values, steps: fmpq(based_value(node)),
}


def degree_in(node: Node, name: str, steps: Steps) -> int:
    """The degree of a polynomial in `name`; raises `Open` where `node` is not one."""
    steps.take()
    if isinstance(node, Number):
        return 0
    if isinstance(node, Symbol):
        return int(node.name == name)
    if isinstance(node, Apply):
        if node.head in {"add", "neg"}:
            return max(degree_in(part, name, steps) for part in node.args)
        if node.head == "mul":
            return sum(degree_in(part, name, steps) for part in node.args)
        if node.head == "div" and degree_in(node.args[1], name, steps) == 0:
            return degree_in(node.args[0], name, steps)
        if node.head == "pow":
            exponent, base = node.args[1], degree_in(node.args[0], name, steps)
            if base == 0 and degree_in(exponent, name, steps) == 0:
                return 0
            if isinstance(exponent, Number) and exponent.denominator == 1 and 0 <= exponent.numerator <= _MOST_DEGREE:
                return base * exponent.numerator
    raise Open("not a polynomial summand", slow=False)


def _extrapolated(body: Node, name: str, low: fmpz, high: fmpz, values: Values, steps: Steps) -> fmpq:
    """A long sum of a polynomial of degree d: a polynomial of degree d+1 in its length, by Newton's differences."""
    degree = degree_in(body, name, steps)
    if degree > _MOST_DEGREE:
        raise Open("a polynomial of high degree", slow=False)
    inner, partial, total = dict(values), [], fmpq(0)
    for place in range(degree + 2):
        inner[name] = fmpq(low + place)
        total = total + _value(body, inner, steps)
        partial.append(total)
    steps.take((degree + 2) ** 2 * (1 + cost_of_bits(int(total.height_bits()))))
    result, choose, row = fmpq(0), fmpq(1), partial
    length = high - low
    for step in range(degree + 2):
        result = result + choose * row[0]
        choose = choose * (length - step) / (step + 1)
        row = [after - before for before, after in itertools.pairwise(row)]
    return _checked(result)


def _geometric(body: Node, name: str, low: Node, values: Values, steps: Steps) -> fmpq:
    """An infinite geometric series: three terms in one ratio, and a summand that has the shape of a power."""
    if not _is_geometric(body, name, steps):
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


def _is_geometric(node: Node, name: str, steps: Steps) -> bool:
    """Whether `node` is a constant times powers whose exponents are linear in `name`."""
    try:
        if degree_in(node, name, steps) == 0:
            return True
    except Exhausted:
        raise
    except Open:
        pass
    if not isinstance(node, Apply):
        return False
    if node.head in {"mul", "div", "neg"}:
        return all(_is_geometric(part, name, steps) for part in node.args)
    if node.head == "pow":
        base, exponent = node.args
        try:
            if degree_in(exponent, name, steps) == 0:
                return _is_geometric(base, name, steps)
            return degree_in(base, name, steps) == 0 and degree_in(exponent, name, steps) == 1
        except Exhausted:
            raise
        except Open:
            return False
    return False
