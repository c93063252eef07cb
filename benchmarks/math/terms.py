"""Random mathematical terms, how they are damaged, and a proof that two of them differ.

A `Term` is a small immutable tree that the generator builds itself, so that it knows what it means without any
parser. `apart` evaluates two terms in ball arithmetic at rational points of both signs: disjoint balls at one
point prove them unequal. What is equal is equal by construction, as an instance of an identity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from flint import arb, ctx, fmpq

_PRECISION = 160  # bits
_TRIES = 12


@dataclass(frozen=True, slots=True)
class Term:
    """A node: `head` is one of `num var const + * / ^ fn root abs log`; `name` and `value` are of leaves and `fn`."""

    head: str
    args: tuple[Term, ...] = ()
    name: str = ""
    value: Fraction = Fraction(0)

    def __add__(self, other: Term | int) -> Term:
        return Term("+", (self, term(other)))

    def __sub__(self, other: Term | int) -> Term:
        return Term("+", (self, negated(term(other))))

    def __mul__(self, other: Term | int) -> Term:
        return Term("*", (self, term(other)))

    def __truediv__(self, other: Term | int) -> Term:
        return Term("/", (self, term(other)))

    def __pow__(self, other: Term | int) -> Term:
        return Term("^", (self, term(other)))


def term(value: Term | int | Fraction) -> Term:
    """A number as a term; a term as itself."""
    return value if isinstance(value, Term) else Term("num", value=Fraction(value))


def var(name: str) -> Term:
    """A variable."""
    return Term("var", name=name)


def fn(name: str, argument: Term) -> Term:
    """A function of one argument."""
    return Term("fn", (argument,), name)


def root(argument: Term | int, degree: int = 2) -> Term:
    """The principal real root."""
    return Term("root", (term(argument), term(degree)))


def log(base: int, argument: Term | int) -> Term:
    """The logarithm to a whole base."""
    return Term("log", (term(base), term(argument)))


PI, E = Term("const", name="pi"), Term("const", name="e")


def negated(item: Term) -> Term:
    """`-item`, with a number's sign kept in the number."""
    if item.head == "num":
        return term(-item.value)
    if item.head == "*" and item.args[0].head == "num":
        return Term("*", (term(-item.args[0].value), *item.args[1:]))
    return Term("*", (term(-1), item))


def variables(item: Term) -> frozenset[str]:
    """The names of the variables."""
    if item.head == "var":
        return frozenset({item.name})
    return frozenset().union(*(variables(part) for part in item.args)) if item.args else frozenset()


# ---- values

_FUNCTIONS = {
    "sin": arb.sin,
    "cos": arb.cos,
    "tan": arb.tan,
    "cot": arb.cot,
    "sec": arb.sec,
    "csc": arb.csc,
    "ln": arb.log,
    "exp": arb.exp,
    "sinh": arb.sinh,
    "cosh": arb.cosh,
    "tanh": arb.tanh,
    "arctan": arb.atan,
}


def value(item: Term, point: Mapping[str, Fraction]) -> arb:
    """A ball around the value at `point`; not finite where the term is undefined."""
    if item.head == "num":
        return arb(fmpq(item.value.numerator, item.value.denominator))
    if item.head == "var":
        return arb(fmpq(point[item.name].numerator, point[item.name].denominator))
    if item.head == "const":
        return arb.pi() if item.name == "pi" else arb(1).exp()
    parts = [value(part, point) for part in item.args]
    if item.head == "+":
        return sum(parts[1:], parts[0])
    if item.head == "*":
        product = parts[0]
        for part in parts[1:]:
            product = product * part
        return product
    if item.head == "/":
        return parts[0] / parts[1]
    if item.head == "^":
        return _power(item, parts)
    if item.head == "root":
        return parts[0].sqrt() if item.args[1].value == 2 else parts[0].root(int(item.args[1].value))
    if item.head == "abs":
        return abs(parts[0])
    if item.head == "log":
        return parts[1].log() / parts[0].log()
    return _FUNCTIONS[item.name](parts[0])


def _power(item: Term, parts: list[arb]) -> arb:
    exponent = item.args[1]
    if exponent.head == "num" and exponent.value.denominator == 1:
        whole = int(exponent.value)
        return parts[0] ** whole if whole >= 0 else 1 / parts[0] ** -whole
    return (parts[1] * parts[0].log()).exp()


def apart(one: Term, other: Term, rng: Random) -> bool:
    """Whether the two are proved unequal at some point where both are defined."""
    names = variables(one) | variables(other)
    before = ctx.prec
    ctx.prec = _PRECISION
    try:
        for _ in range(_TRIES if names else 1):
            point = {name: Fraction(rng.randint(-400, 400), 97) for name in sorted(names)}
            first, second = value(one, point), value(other, point)
            if first.is_finite() and second.is_finite() and not first.overlaps(second):
                return True
    finally:
        ctx.prec = before
    return False


# ---- damage


def damaged(item: Term, rng: Random) -> Term | None:
    """`item` with one node changed so that it is proved unequal, over the same variables; None where none was found."""
    for _ in range(_TRIES):
        nodes = list(_paths(item))
        path = rng.choice(nodes)
        changed = _with(item, path, _wound(_at(item, path), rng))
        if changed != item and variables(changed) <= variables(item) and apart(item, changed, rng):
            return changed
    return None


_CONFUSED = {
    "sin": ("cos", "tan"),
    "cos": ("sin", "sec"),
    "tan": ("cot", "sin"),
    "cot": ("tan",),
    "sec": ("cos", "csc"),
    "csc": ("sin", "sec"),
    "sinh": ("cosh", "sin"),
    "cosh": ("sinh", "cos"),
    "tanh": ("tan",),
    "ln": ("exp",),
    "exp": ("ln",),
    "arctan": ("tan",),
}


def _wound(item: Term, rng: Random) -> Term:
    if item.head == "num":
        by = rng.choice((1, -1, 2))
        return term(rng.choice((item.value + by, -item.value, item.value * 2)))
    if item.head == "const":
        return rng.choice((term(3), E if item.name == "pi" else PI))
    if item.head == "+":
        place = rng.randrange(len(item.args))
        parts = list(item.args)
        if rng.random() < 0.5 and len(parts) > 2:
            del parts[place]
        else:
            parts[place] = negated(parts[place])
        return Term("+", tuple(parts))
    if item.head == "*":
        return item + 1 if rng.random() < 0.3 else Term("+", item.args)
    if item.head in ("/", "^"):
        return replace(item, args=item.args[::-1]) if rng.random() < 0.5 else Term("*", item.args)
    if item.head == "fn":
        return replace(item, name=rng.choice(_CONFUSED[item.name]))
    if item.head in ("root", "abs"):
        return item.args[0]
    return negated(item)


def _paths(item: Term, here: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    yield here
    for place, part in enumerate(item.args):
        if item.head in ("root", "log") and place == (1 if item.head == "root" else 0):
            continue  # the degree and the base stay whole numbers
        yield from _paths(part, (*here, place))


def _at(item: Term, path: tuple[int, ...]) -> Term:
    for place in path:
        item = item.args[place]
    return item


def _with(item: Term, path: tuple[int, ...], new: Term) -> Term:
    if not path:
        return new
    parts = list(item.args)
    parts[path[0]] = _with(parts[path[0]], path[1:], new)
    return replace(item, args=tuple(parts))


def shuffled(item: Term, rng: Random) -> Term:
    """`item` with sums and products flattened and in another order; a leading number stays the first factor."""
    parts = [shuffled(part, rng) for part in item.args]
    if item.head not in ("+", "*"):
        return replace(item, args=tuple(parts))
    flat = [inner for part in parts for inner in (part.args if part.head == item.head else (part,))]
    rng.shuffle(flat)
    if item.head == "*":
        flat.sort(key=lambda part: part.head != "num")
    return Term(item.head, tuple(flat))
