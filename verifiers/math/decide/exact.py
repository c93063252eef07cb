"""Exact rational arithmetic: the value in ℚ of an expression, with limits on every size before it is made."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping

from flint import fmpq, fmpz

from verifiers.math.decide.functions import RULES, as_integer, checked, remainder
from verifiers.math.decide.rungs import MOST_BITS, MOST_TERMS, Exhausted, Open, Steps, Undefined, cost_of_bits
from verifiers.math.tree import Apply, Node, Number, Symbol, Trait, Words, free_symbols, walk

Values = Mapping[str, fmpq]
_NONE: Values = {}
_MOST_DEGREE = 24
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
        rule = RULES.get(node.head)
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


def _remainder_of(node: Apply, values: Values, steps: Steps) -> fmpq:
    """A remainder; of an integer power, without making the power."""
    top, bottom = node.args
    modulus = _value(bottom, values, steps)
    if isinstance(top, Apply) and top.head == "pow" and modulus.q == 1 and modulus > 0:
        base, exponent = (_value(part, values, steps) for part in top.args)
        if base.q == exponent.q == 1 and exponent >= 0:
            steps.take(int(exponent.p.bit_length()) * (1 + int(modulus.p.bit_length()) ** 2 // 500_000))
            return fmpq(pow(int(base.p), int(exponent.p), int(modulus.p)))
    return remainder([_value(top, values, steps), modulus])


def based_value(node: Apply) -> int:
    """The value of digits in a base. Raises `Undefined` where a digit is not one of the base."""
    digits, base = node.args
    if not isinstance(digits, Words) or not isinstance(base, Number) or base.denominator != 1:
        raise Open("digits in an unknown base", slow=False)
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
    low, high = as_integer(_value(low_node, values, steps)), as_integer(_value(high_node, values, steps))
    count = int(high - low) + 1 if (high - low).bit_length() < 62 else 1 << 62
    if count <= 0:
        return fmpq(0 if node.head == "sum" else 1)
    if count > MOST_TERMS:
        if node.head == "prod":
            raise Open("a product of too many factors", slow=False)
        return _extrapolated(body, index.name, low, high, values, steps)
    inner = dict(values)
    total = fmpq(0 if node.head == "sum" else 1)
    same = _value(body, inner, steps) if is_same_throughout(body, index, steps) else None
    if same is not None and node.head == "sum":
        return same * count
    for place in range(int(low), int(high) + 1):
        inner[index.name] = fmpq(place)
        term = _value(body, inner, steps) if same is None else same
        total = total + term if node.head == "sum" else total * term
        if total.height_bits() > _SMALL_BITS:
            _charge(total, steps)
    return total


def is_same_throughout(body: Node, index: Symbol, steps: Steps) -> bool:
    """Whether a summand with a sum of its own stays the same: worked out once, it does not multiply the work."""
    if not body.traits & Trait.UNEVALUATED:
        return False  # cheap to work out again
    steps.take(sum(1 for _ in walk(body)) // 4)
    return index.name not in free_symbols(body)


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
    return checked(result)


def _geometric(body: Node, name: str, low: Node, values: Values, steps: Steps) -> fmpq:
    """An infinite geometric series: three terms in one ratio, and a summand that has the shape of a power."""
    if not _is_geometric(body, name, steps):
        raise Open("an infinite sum")
    start = as_integer(_value(low, values, steps))
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
