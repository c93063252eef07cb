"""Families of pairs about sets, intervals, tuples, matrices, equations and lists of solutions.

Each object is built as a Python value (frozenset, tuple, list of intervals with `Fraction` ends) and written in
two of the notations that denote it; a false pair is another value of the same kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from benchmarks.math.notation import Writer
from benchmarks.math.pairs import family
from benchmarks.math.terms import Term, apart, negated, root, term, var


def _some_number(rng: Random) -> Fraction:
    return Fraction(rng.randint(-12, 12), rng.choice((1, 1, 1, 2, 3)))


def _distinct(rng: Random, count: int) -> list[Fraction]:
    found: list[Fraction] = []
    while len(found) < count:
        number = _some_number(rng)
        if number not in found:
            found.append(number)
    return found


def _written(rng: Random, numbers: Sequence[Fraction]) -> list[str]:
    """Each number in LaTeX, where a comma separates and never groups."""
    writer = Writer(rng, "latex")
    return [writer.number(number) for number in numbers]


def _changed(rng: Random, numbers: list[Fraction]) -> list[Fraction]:
    """Other numbers: one dropped, added, replaced or with its sign flipped."""
    copy = list(numbers)
    place = rng.randrange(len(copy))
    kind = rng.randrange(4)
    if kind == 0 and len(copy) > 1:
        del copy[place]
    elif kind == 1:
        copy.append(Fraction(rng.randint(13, 30)))
    elif kind == 2:
        copy[place] += rng.choice((1, -1, Fraction(1, 2)))
    else:
        copy[place] = -copy[place]
    return copy


@family("set")
def _set(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    numbers = _distinct(rng, rng.randint(2, 5))
    given = numbers if truth else _changed(rng, numbers)
    if (frozenset(given) == frozenset(numbers)) != truth or len(given) < 2:
        return None
    given = rng.sample(given, len(given))
    if rng.random() < 0.2:
        given.append(rng.choice(given))
    return (
        _set_text(rng, _written(rng, numbers), braces=True),
        _set_text(rng, _written(rng, given), braces=False),
        frozenset(numbers),
        frozenset(given),
    )


def _set_text(rng: Random, texts: list[str], *, braces: bool) -> str:
    comma = rng.choice((",", ", ", r",\ ", r", \,"))
    listed = comma.join(texts)
    forms = [rf"\{{{listed}\}}", rf"\left\{{{listed}\right\}}", rf"\{{ {listed} \}}", rf"\lbrace {listed} \rbrace"]
    if not braces:
        forms += [
            comma.join(texts[:-1]) + rng.choice((r" \text{ and } ", " and ", r"\text{ or }")) + texts[-1],
            comma.join(texts),
        ]
    return rng.choice(forms)


@family("solutions")
def _solutions(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    numbers = _distinct(rng, rng.randint(2, 3))
    given = numbers if truth else _changed(rng, numbers)
    if (frozenset(given) == frozenset(numbers)) != truth or not given:
        return None
    given = rng.sample(given, len(given))
    one, other = _written(rng, numbers), _written(rng, given)
    forms = (
        ", ".join(f"x={text}" for text in other),
        r" \text{ or } ".join(f"x = {text}" for text in other),
        "x = " + ", ".join(other),
        " or ".join(f"x={text}" for text in other),
        rf"x \in \{{{', '.join(other)}\}}",
        "; ".join(f"x_{place} = {text}" for place, text in enumerate(other, 1)),
    )
    reference = rng.choice((", ".join(one), ", ".join(f"x={text}" for text in one)))
    return reference, rng.choice(forms), frozenset(numbers), frozenset(given)


@family("plus-minus")
def _plus_minus(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    centre, factor, radicand = Fraction(rng.randint(-5, 5)), Fraction(rng.randint(1, 5)), rng.choice((1, 2, 3, 5, 7))
    writer = Writer(rng, "latex")
    spread = Term("*", (term(factor), root(radicand))) if radicand != 1 else term(factor)
    middle = "" if centre == 0 else str(centre)
    compact = rf"{middle} \pm {writer.write(spread)}"
    ends = [_end(centre, spread), _end(centre, negated(spread))]
    meaning, given = frozenset(((centre, factor, radicand, 1), (centre, factor, radicand, -1))), list(range(2))
    other = set(meaning)
    if not truth:
        if rng.random() < 0.5:
            given = [rng.randrange(2)]
            other = {(centre, factor, radicand, 1 - 2 * given[0])}
        else:
            ends[0] = _end(centre + 1, spread)
            other = {(centre + 1, factor, radicand, 1), (centre, factor, radicand, -1)}
    texts = [writer.write(ends[place]) for place in given]
    rng.shuffle(texts)
    answer = rng.choice((", ".join(texts), rf"\{{{', '.join(texts)}\}}", " and ".join(texts)))
    if len(texts) == 2 and rng.random() < 0.5:
        return answer, compact if truth else rf"{middle} \pm {writer.write(spread)}", meaning, frozenset(other)
    return compact, answer, meaning, frozenset(other)


def _end(centre: Fraction, spread: Term) -> Term:
    if spread.head == "num":
        return term(centre + spread.value)
    return Term("+", (term(centre), spread)) if centre else spread


# ---- intervals


@dataclass(frozen=True, slots=True)
class Interval:
    """Ends are `None` where infinite; `closed` says which ends belong to it."""

    low: Fraction | None
    high: Fraction | None
    closed: tuple[bool, bool]


def _some_union(rng: Random) -> tuple[Interval, ...]:
    pieces = rng.choice((1, 1, 1, 2, 2, 3))
    ends: list[Fraction | None] = [*sorted(_distinct(rng, 2 * pieces))]
    if rng.random() < 0.3:
        ends[0] = None
    if rng.random() < 0.3:
        ends[-1] = None
    intervals = []
    for low, high in zip(ends[::2], ends[1::2], strict=True):
        intervals.append(
            Interval(low, high, (low is not None and rng.random() < 0.5, high is not None and rng.random() < 0.5))
        )
    return tuple(intervals)


def _wrong_union(rng: Random, union: tuple[Interval, ...]) -> tuple[Interval, ...]:
    pieces = list(union)
    place = rng.randrange(len(pieces))
    item = pieces[place]
    kind = rng.randrange(4)
    if kind == 0 and len(pieces) > 1:
        del pieces[place]
    elif kind == 1 and item.low is not None:
        pieces[place] = Interval(item.low, item.high, (not item.closed[0], item.closed[1]))
    elif kind == 2 and item.high is not None:
        pieces[place] = Interval(item.low, item.high, (item.closed[0], not item.closed[1]))
    elif item.high is not None:
        pieces[place] = Interval(item.low, item.high + Fraction(1, 7), item.closed)
    elif item.low is not None:
        pieces[place] = Interval(item.low - Fraction(1, 7), item.high, item.closed)
    return tuple(pieces)


def _bracketed(rng: Random, item: Interval) -> str:
    writer = Writer(rng, "latex")
    low = r"-\infty" if item.low is None else writer.number(item.low)
    high = rng.choice((r"\infty", r"+\infty", "∞")) if item.high is None else writer.number(item.high)
    left, right = "(["[item.closed[0]], ")]"[item.closed[1]]
    if rng.random() < 0.3:
        left, right = rf"\left{left}", rf"\right{right}"
    return f"{left}{low}{rng.choice((',', ', '))}{high}{right}"


def _compared(rng: Random, item: Interval, name: str) -> str:
    writer = Writer(rng, "latex")
    less = {True: rng.choice((r"\le", r"\leq", "≤", r"\leqslant")), False: rng.choice(("<", r"\lt"))}
    more = {True: rng.choice((r"\ge", r"\geq", "≥")), False: rng.choice((">", r"\gt"))}
    if item.low is None and item.high is None:
        return rf"{name} \in \mathbb{{R}}"
    if item.low is None:
        high = writer.number(item.high or 0)
        return (
            f"{name} {less[item.closed[1]]} {high}" if rng.random() < 0.7 else f"{high} {more[item.closed[1]]} {name}"
        )
    low = writer.number(item.low)
    if item.high is None:
        return f"{name} {more[item.closed[0]]} {low}" if rng.random() < 0.7 else f"{low} {less[item.closed[0]]} {name}"
    high = writer.number(item.high)
    if rng.random() < 0.15:
        return f"{high} {more[item.closed[1]]} {name} {more[item.closed[0]]} {low}"
    return f"{low} {less[item.closed[0]]} {name} {less[item.closed[1]]} {high}"


def _union_text(rng: Random, union: tuple[Interval, ...], name: str) -> str:
    joined = rng.choice((r" \cup ", r"\cup ", " ∪ ")).join(_bracketed(rng, item) for item in union)
    compared = rng.choice((r" \text{ or } ", " or ", r" \lor ")).join(_compared(rng, item, name) for item in union)
    bar = rng.choice((r"\mid", "|", ":"))
    return rng.choice(
        (joined, joined, rf"{name} \in {joined}", compared, compared, rf"\{{ {name} {bar} {compared} \}}")
    )


@family("interval")
def _interval(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    union = _some_union(rng)
    given = union if truth else _wrong_union(rng, union)
    if (given == union) != truth:
        return None
    name = rng.choice("xxyt")
    one, other = _union_text(rng, union, name), _union_text(rng, given, name)
    return one, other, union, given


@family("outside and around")
def _outside(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    centre, radius, closed = Fraction(rng.randint(-5, 5)), Fraction(rng.randint(1, 9)), rng.random() < 0.5
    inside = rng.random() < 0.5
    if inside:
        union: tuple[Interval, ...] = (Interval(centre - radius, centre + radius, (closed, closed)),)
    else:
        union = (Interval(None, centre - radius, (False, closed)), Interval(centre + radius, None, (closed, False)))
    given = union if truth else _wrong_union(rng, union)
    if (given == union) != truth:
        return None
    shifted = "x" if centre == 0 else (f"x-{centre}" if centre > 0 else f"x+{-centre}")
    sign = {(True, True): r"\le", (True, False): "<", (False, True): r"\ge", (False, False): ">"}[inside, closed]
    return _union_text(rng, given, "x"), rf"|{shifted}| {sign} {radius}", given, union


@family("all but points")
def _all_but(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    points = sorted(_distinct(rng, rng.randint(1, 2)))
    given = points if truth else sorted(_changed(rng, points))
    if (given == points) != truth or len(set(given)) != len(given):
        return None
    ends: list[Fraction | None] = [None, *points, None]
    union = [Interval(low, high, (False, False)) for low, high in pairwise(ends)]
    texts = _written(rng, given)
    forms = (
        rf"\mathbb{{R}} \setminus \{{{', '.join(texts)}\}}",
        r" \text{ and } ".join(rf"x \ne {text}" for text in texts),
        ", ".join(rf"x \neq {text}" for text in texts),
    )
    return r" \cup ".join(_bracketed(rng, item) for item in union), rng.choice(forms), points, given


# ---- tuples, matrices, equations


@family("tuple")
def _tuple(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    numbers = [_some_number(rng) for _ in range(rng.randint(2, 4))]
    given = list(numbers)
    if not truth:
        given = rng.sample(numbers, len(numbers)) if rng.random() < 0.5 else _changed(rng, numbers)
    if (given == numbers) != truth or len(given) < 2:
        return None
    texts = _written(rng, given)
    listed = rng.choice((", ", ",", r",\,")).join(texts)
    forms = [
        f"({listed})",
        rf"\left({listed}\right)",
        rf"\langle {listed} \rangle",
        r"\begin{pmatrix} " + r" \\ ".join(texts) + r" \end{pmatrix}",
    ]
    if len(numbers) == len(given) == 2:
        forms.append(rf"(x, y) = ({listed})")
    return f"({', '.join(_written(rng, numbers))})", rng.choice(forms), numbers, given


@family("named values")
def _named(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    numbers = [_some_number(rng) for _ in range(2)]
    given = (
        list(numbers) if truth else rng.choice((numbers[::-1], [numbers[0], numbers[1] + 1], [-numbers[0], numbers[1]]))
    )
    if (given == numbers) != truth:
        return None
    (a, b), (c, d) = _written(rng, numbers), _written(rng, given)
    forms = (rf"x={c},\ y={d}", f"x = {c} and y = {d}", f"y={d}, x={c}", rf"x={c} \text{{ and }} y={d}")
    reference = rng.choice((f"({a}, {b})", f"x={a}, y={b}"))
    return reference, rng.choice(forms), numbers, given


@family("matrix")
def _matrix(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    rows, columns = rng.randint(2, 3), rng.randint(2, 3)
    matrix = [[_some_number(rng) for _ in range(columns)] for _ in range(rows)]
    given = [list(row) for row in matrix]
    if not truth:
        if rng.random() < 0.4:
            given = [list(column) for column in zip(*matrix, strict=True)]
        else:
            given[rng.randrange(rows)][rng.randrange(columns)] += rng.choice((1, -2))
    if (given == matrix) != truth:
        return None
    return _matrix_text(rng, matrix, latex=True), _matrix_text(rng, given, latex=False), matrix, given


def _matrix_text(rng: Random, matrix: list[list[Fraction]], *, latex: bool) -> str:
    rows = [_written(rng, row) for row in matrix]
    if not latex and rng.random() < 0.2:
        return "[" + ", ".join(f"[{', '.join(row)}]" for row in rows) + "]"
    kind = rng.choice(("pmatrix", "bmatrix", "pmatrix", "array"))
    body = rng.choice((r" \\ ", r"\\")).join(rng.choice((" & ", "&")).join(row) for row in rows)
    if kind == "array":
        return rf"\left[\begin{{array}}{{{'c' * len(rows[0])}}} {body} \end{{array}}\right]"
    return rf"\begin{{{kind}}} {body} \end{{{kind}}}"


@family("equation")
def _equation(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    """A line, circle or parabola: scaled and rearranged, or with one coefficient changed."""
    x, y = var("x"), var("y")
    a, b, c = (Fraction(rng.choice([n for n in range(-7, 8) if n])) for _ in range(3))
    d = Fraction(rng.randint(1, 40))
    kinds = ((x * 1, y * 1, None), (x**2, y**2, None), (x**2, y, None))
    first, second, _ = rng.choice(kinds)
    if first == x**2 and second == y**2:
        a, b, c = abs(a), abs(b), -d
    numbers = [a, b, c]
    given = list(numbers)
    if not truth:
        place = rng.randrange(3)
        given[place] = given[place] * 2 if given[place] * 2 != 0 else Fraction(1)
    scale = Fraction(rng.choice((1, 1, 2, -1, -3)), rng.choice((1, 1, 2)))
    parts = [Term("*", (term(number * scale), item)) for number, item in zip(given[:2], (first, second), strict=True)]
    parts.append(term(given[2] * scale))
    one = Term("+", (Term("*", (term(a), first)), Term("*", (term(b), second)), term(c)))
    moved = rng.randint(0, 2)
    left = parts[: 3 - moved]
    right = [negated(part) for part in parts[3 - moved :]]
    rng.shuffle(left)
    writer = Writer(rng)
    texts = [
        writer.write(Term("+", tuple(side)) if len(side) > 1 else side[0]) if side else "0" for side in (left, right)
    ]
    if rng.random() < 0.3:
        texts.reverse()
    return Writer(rng, "latex").write(one) + " = 0", " = ".join(texts), tuple(numbers), tuple(given)


@family("function")
def _function(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    """`y = e(x)` against the bare expression and other definitions of the same function."""
    x = var("x")
    a, b = rng.randint(2, 9), rng.randint(1, 9)
    one, other = term(a) * x**2 + term(a * b) * x, term(a) * x * (x + b)
    if not truth:
        other = rng.choice((term(a) * x * (x - b), term(a + 1) * x * (x + b), term(a) * x**2 * (x + b)))
    if apart(one, other, rng) == truth:
        return None
    text = Writer(rng, "latex").write(other)
    return (
        f"y = {Writer(rng, 'latex').write(one)}",
        rng.choice((text, f"y={text}", f"f(x) = {text}", f"{text} = y")),
        one,
        other,
    )
