"""Families of pairs about numbers: notations of rationals, words, percent, units, bases, counting, whole responses.

The meaning of each side is a plain Python value (`Fraction`, or a tuple with the dimension or base), so a label
is right exactly when the two values compare as it says.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

from benchmarks.math.pairs import family

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_words(number: int) -> str:
    """An English number name, below a million."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")
    unit, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    most, rest = divmod(number, unit)
    return f"{in_words(most)} {name}" + (f" {in_words(rest)}" if rest else "")


def _integer_forms(rng: Random, number: int) -> str:
    sign, size = ("-" if number < 0 else ""), abs(number)
    forms: list[str] = [
        str(size),
        f"{size}.0",
        f"{size}.",
        str(size).translate(_FULL_WIDTH),
        rf"\text{{{size}}}",
        f"{{{size}}}",
    ]
    if size >= 1000:
        grouped = f"{size:,}"
        forms += [grouped, grouped.replace(",", "{,}"), grouped.replace(",", r"\,"), grouped.replace(",", r",\!")]
    k = rng.randint(2, 9)
    forms += [rf"\frac{{{k * size}}}{{{k}}}", f"{k * size}/{k}", rf"\dfrac{{{size}}}{{1}}"]
    if size < 10**6 and number >= 0:
        forms += [in_words(size), in_words(size).capitalize()]
    digits = len(str(size)) - 1
    mantissa = _decimal(Fraction(size, 10**digits))
    forms += [
        rf"{mantissa} \times 10^{{{digits}}}",
        rf"{mantissa}\cdot 10^{digits}" if digits < 10 else str(size),
        f"{mantissa}e{digits}",
    ]
    return sign + rng.choice(forms)


def _decimal(number: Fraction) -> str:
    """The finite decimal expansion; the denominator has no primes but 2 and 5."""
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    scaled = abs(int(number * 10**places))
    whole, rest = divmod(scaled, 10**places)
    return ("-" if number < 0 else "") + str(whole) + (f".{rest:0{places}d}" if places else "")


def _wrong_integer(rng: Random, number: int) -> int:
    text = str(abs(number))
    return rng.choice((number + 1, number - 1, -number, number * 10, int(text[::-1]), number + 10 ** (len(text) - 1)))


@family("integer")
def _integer(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    number = rng.randint(-(10 ** rng.randint(1, 12)), 10 ** rng.randint(1, 12))
    given = number if truth else _wrong_integer(rng, number)
    if (given == number) != truth:
        return None
    return str(number), _integer_forms(rng, given), Fraction(number), Fraction(given)


def _rational_forms(rng: Random, number: Fraction) -> str:
    sign, size = ("-" if number < 0 else ""), abs(number)
    above, below = size.numerator, size.denominator
    k = rng.randint(2, 12)
    forms = [
        f"{sign}\\frac{{{above}}}{{{below}}}",
        f"{sign}\\dfrac{{{above * k}}}{{{below * k}}}",
        f"\\frac{{{sign}{above}}}{{{below}}}",
        f"\\tfrac{{{above}}}{{{sign}{below}}}",
        f"{sign}{above}/{below}",
        f"{sign}{above * k}/{below * k}",
        f"{sign}{above} \\div {below}",
        f"{sign}{{{above} \\over {below}}}",
        f"{sign}{above} \\cdot {below}^{{-1}}",
    ]
    whole, rest = divmod(above, below)
    if whole and rest:
        forms += [
            f"{sign}{whole}\\frac{{{rest}}}{{{below}}}",
            f"{sign}{whole} \\frac{{{rest}}}{{{below}}}",
            f"{sign}{whole} {rest}/{below}",
        ]
    if not _without_2_5(below) > 1:
        forms += [_decimal(number), _decimal(number) + "0" * rng.randint(1, 3), _decimal(number * 100) + r"\%"]
    elif (period := _period(below)) is not None and period <= 6:
        digits = f"{rest * (10**period - 1) // below:0{period}d}"
        forms += [f"{sign}{whole}.\\overline{{{digits}}}"] * 2
    return rng.choice(forms)


def _without_2_5(number: int) -> int:
    for prime in (2, 5):
        while number % prime == 0:
            number //= prime
    return number


def _period(below: int) -> int | None:
    """The length of the period of `1/below` where the expansion is purely periodic."""
    if math.gcd(below, 10) != 1:
        return None
    return next((n for n in range(1, 20) if (10**n - 1) % below == 0), None)


@family("rational")
def _rational(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    number = Fraction(rng.randint(-60, 60) or 1, rng.choice((2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 25, 27, 40)))
    if number.denominator == 1:
        return None
    reference = rng.choice(
        (rf"\frac{{{number.numerator}}}{{{number.denominator}}}", f"{number.numerator}/{number.denominator}")
    )
    above, below = number.numerator, number.denominator
    given = number
    if not truth:
        wrong = [-number, 1 / number, Fraction(above + 1, below), Fraction(above, below + 1), number + 1]
        if _without_2_5(below) > 1:
            wrong.append(Fraction(round(number * 1000), 1000))
        given = rng.choice(wrong)
    if (given == number) != truth or given == 0 or given.denominator == 1:
        return None
    return reference, _rational_forms(rng, given), number, given


@family("decimal")
def _decimal_family(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    places = rng.randint(1, 9)
    number = Fraction(rng.randint(1, 10 ** rng.randint(2, 11)) * rng.choice((1, -1)), 10**places)
    if number.denominator == 1:
        return None
    last = Fraction(1, 10**places)
    given = (
        number
        if truth
        else rng.choice(
            (number + last, number - last, -number, number * 10, number / 10, Fraction(round(number * 10), 10))
        )
    )
    if (given == number) != truth or given == 0:
        return None
    sign, size = ("-" if given < 0 else ""), abs(given)
    shift = rng.randint(1, 4)
    forms = [
        _decimal(given),
        _decimal(given) + "0" if "." in _decimal(given) else _decimal(given),
        rf"{sign}\frac{{{size.numerator}}}{{{size.denominator}}}",
    ]
    forms += [
        rf"{_decimal(given * 10**shift)} \times 10^{{-{shift}}}",
        f"{_decimal(given * 10**shift)}e-{shift}",
        _decimal(given * 100) + "\\%",
    ]
    if size < 1:
        forms.append(sign + _decimal(size)[1:])
    return _decimal(number), rng.choice(forms), number, given


@family("percent")
def _percent(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    share = Fraction(rng.randint(1, 400), rng.choice((1, 2, 4, 10)))  # in percent
    given = share if truth else rng.choice((share + 1, share * 10, share / 10, share * 100, 200 - share))
    if (given == share) != truth or given <= 0:
        return None
    forms = [
        _decimal(given) + r"\%",
        _decimal(given) + " percent",
        _decimal(given) + "%",
        rf"{_decimal(given)}\text{{ percent}}",
    ]
    if given / 100 != share:  # a reference in percent accepts the bare number, so this number must not be it
        fraction = given / 100
        forms += [_decimal(fraction), f"\\frac{{{fraction.numerator}}}{{{fraction.denominator}}}"]
    if given != share / 100:
        forms.append(_decimal(given))
    return _decimal(share) + r"\%", rng.choice(forms), share, given


_UNITS: dict[str, tuple[tuple[str, Fraction], ...]] = {
    "length": (
        ("mm", Fraction(1, 1000)),
        ("cm", Fraction(1, 100)),
        ("m", Fraction(1)),
        ("km", Fraction(1000)),
        ("inches", Fraction(254, 10000)),
        ("feet", Fraction(3048, 10000)),
    ),
    "time": (("seconds", Fraction(1)), ("minutes", Fraction(60)), ("hours", Fraction(3600)), ("days", Fraction(86400))),
    "mass": (("g", Fraction(1, 1000)), ("kg", Fraction(1)), ("mg", Fraction(1, 10**6))),
    "volume": (("mL", Fraction(1, 1000)), ("L", Fraction(1)), ("cm^3", Fraction(1, 1000))),
    "area": (("cm^2", Fraction(1, 10**4)), ("m^2", Fraction(1)), ("km^2", Fraction(10**6))),
    "speed": (("m/s", Fraction(1)), ("km/h", Fraction(10, 36)), ("cm/s", Fraction(1, 100))),
    "money": (("dollars", Fraction(1)), ("cents", Fraction(1, 100))),
}


def _with_unit(rng: Random, number: Fraction, unit: str) -> str:
    value = (
        _decimal(number)
        if _without_2_5(number.denominator) == 1
        else rf"\frac{{{number.numerator}}}{{{number.denominator}}}"
    )
    name, _, power = unit.partition("^")
    raised = rf"^{power}" if power else ""
    return (
        value
        + rng.choice((rf"\text{{ {name}}}", rf"~\text{{{name}}}", rf"\,\mathrm{{{name}}}", rf" \text{{ {name} }}"))
        + raised
    )


@family("unit")
def _unit(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    dimension = rng.choice(list(_UNITS))
    name, size = rng.choice(_UNITS[dimension])
    number = Fraction(rng.randint(1, 500), rng.choice((1, 1, 2, 10)))
    reference, meaning = _with_unit(rng, number, name), (dimension, number * size)
    if truth:
        if rng.random() < 0.3:
            return reference, _decimal(number), meaning, meaning
        other, scale = rng.choice(_UNITS[dimension])
        return reference, _with_unit(rng, number * size / scale, other), meaning, meaning
    kind = rng.randrange(3)
    if kind == 0:  # the same number in another unit
        foreign = rng.choice(list(_UNITS))
        other, scale = rng.choice(_UNITS[foreign])
        given = (foreign, number * scale)
        answer = _with_unit(rng, number, other)
    else:
        other, scale = rng.choice(_UNITS[dimension]) if kind == 1 else (name, size)
        wrong = number * size / scale * rng.choice((2, 10, Fraction(1, 10)))
        given, answer = (dimension, wrong * scale), _with_unit(rng, wrong, other)
    return None if given == meaning else (reference, answer, meaning, given)


@family("money and degrees")
def _money(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    number = Fraction(rng.randint(1, 10**6), rng.choice((1, 100)))
    given = number if truth else rng.choice((number + 1, number * 10, number / 10, -number))
    text = _decimal(given)
    if rng.random() < 0.5:
        pairs = (
            (rf"\${_decimal(number)}", text),
            (_decimal(number), rf"\${text}"),
            (rf"\${_decimal(number)}", rf"\${text}"),
        )
    else:
        pairs = (
            (rf"{_decimal(number)}^\circ", text),
            (_decimal(number), rf"{text}^\circ"),
            (rf"{_decimal(number)}^{{\circ}}", f"{text}°"),
        )
    return (*rng.choice(pairs), number, given)


@family("base")
def _base(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    base, number = rng.randint(2, 9), rng.randint(2, 4000)
    given = number if truth else rng.choice((number + 1, number - 1, number + base, number * base))
    digits, answer = _in_base(number, base), _in_base(given, base)
    styled = rng.choice(
        (f"{answer}_{base}", f"{answer}_{{{base}}}", rf"\text{{{answer}}}_{base}", f"({answer})_{base}")
    )
    return f"{digits}_{base}", styled, (base, number), (base, given)


def _in_base(number: int, base: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, base)
        digits = str(digit) + digits
    return digits or "0"


_COUNTING: tuple[Callable[[int, int], tuple[int, tuple[str, ...]]], ...] = (
    lambda n, k: (
        math.comb(n + k, k),
        (rf"\binom{{{n + k}}}{{{k}}}", rf"{{{n + k} \choose {k}}}", rf"\frac{{{n + k}!}}{{{k}!{n}!}}"),
    ),
    lambda n, k: (math.factorial(n), (f"{n}!", rf"{n} \cdot {n - 1}!", rf"\prod_{{i=1}}^{{{n}}} i")),
    lambda n, k: (n**k, (f"{n}^{k}", f"{n}^{{{k}}}", f"{n}**{k}", rf"\prod_{{j=1}}^{{{k}}} {n}")),
    lambda n, k: (
        n * (n + 1) // 2,
        (rf"\sum_{{k=1}}^{{{n}}} k", rf"\sum\limits_{{i=1}}^{n} i" if n < 10 else rf"\sum_{{i=0}}^{{{n}}} i"),
    ),
    lambda n, k: (2 ** (n + 1) - 1, (rf"\sum_{{k=0}}^{{{n}}} 2^k", f"2^{{{n + 1}}} - 1")),
    lambda n, k: (
        (n * n + k) // k,
        (rf"\left\lfloor \frac{{{n * n + k}}}{{{k}}} \right\rfloor", rf"\lfloor {n * n + k}/{k} \rfloor"),
    ),
    lambda n, k: (
        -(-n * n // k),
        (rf"\left\lceil \frac{{{n * n}}}{{{k}}} \right\rceil", rf"\lceil {n * n}/{k} \rceil"),
    ),
    lambda n, k: (math.gcd(n * 6, k * 4), (rf"\gcd({n * 6}, {k * 4})",)),
    lambda n, k: (abs(k - n), (f"|{k}-{n}|", rf"\left|{n}-{k}\right|")),
)


@family("counting")
def _counting(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    n, k = rng.randint(3, 12), rng.randint(2, 6)
    number, forms = rng.choice(_COUNTING)(n, k)
    reference = number if truth else rng.choice((number + 1, number - 1, number * 2 + 1, -number - 1))
    pair = (str(reference), rng.choice(forms))
    return (*(pair if rng.random() < 0.7 else pair[::-1]), reference, number)


_COMPLEX_ANGLES = ((1, 6, 3, 1), (1, 4, 2, 2), (1, 3, 1, 3), (2, 3, -1, 3), (3, 4, -2, 2), (1, 2, 0, 4), (5, 6, -3, 1))


@family("complex")
def _complex(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    if rng.random() < 0.4:
        return _polar(rng, truth)
    a, b = Fraction(rng.randint(-9, 9)), Fraction(rng.choice([n for n in range(-9, 10) if n]))
    c, d = Fraction(rng.randint(1, 5)), Fraction(rng.choice((-3, -1, 1, 2)))
    real, imaginary = a, b
    wrong = rng.choice(((a, -b), (-a, b), (b, a), (a + 1, b), (a, b * 2)))
    if not truth:
        real, imaginary = wrong
    if ((real, imaginary) == (a, b)) != truth:
        return None
    plain = _cartesian(real, imaginary)
    above = _cartesian(real * c - imaginary * d, real * d + imaginary * c)
    forms = (
        plain,
        rf"\frac{{{above}}}{{{_cartesian(c, d)}}}",
        rf"i({_cartesian(imaginary, -real)})",
        rf"\overline{{{_cartesian(real, -imaginary)}}}",
    )
    return _cartesian(a, b), rng.choice(forms), (a, b), (real, imaginary)


def _cartesian(real: Fraction, imaginary: Fraction) -> str:
    if not imaginary:
        return str(real)
    unit = {1: "i", -1: "-i"}.get(int(imaginary), f"{imaginary}i")
    if not real:
        return unit
    return f"{real}{'' if unit.startswith('-') else '+'}{unit}"


def _polar(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    """`r e^{i t}` against `r cos t + i r sin t`, with the squares of twice the coordinates in the table."""
    above, below, cosine, sine = rng.choice(_COMPLEX_ANGLES)
    radius, flip = rng.randint(1, 6) * 2, (1 if truth else -1)
    real = f"{'-' if cosine < 0 else ''}{radius // 2}\\sqrt{{{abs(cosine)}}}"
    angle = rf"\frac{{{above}\pi}}{{{below}}}"
    sign = "" if truth else "-"
    forms = (
        rf"{radius}e^{{{sign}i{angle}}}",
        rf"{radius}\left(\cos {angle} {'+' if truth else '-'} i\sin {angle}\right)",
    )
    meaning = (radius, above, below)
    return rf"{real} + {radius // 2}\sqrt{{{sine}}}i", rng.choice(forms), (*meaning, 1), (*meaning, flip)


_WORDS = [
    "even",
    "odd",
    "Tuesday",
    "Monday",
    "red",
    "blue",
    "increasing",
    "decreasing",
    "parabola",
    "ellipse",
    "circle",
    "hyperbola",
    "Alice",
    "Peter",
    "none",
]


@family("words")
def _words(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    one, other = rng.sample(_WORDS, 2)
    if truth:
        answer = rng.choice(
            (
                one.upper(),
                one.lower(),
                rf"\text{{{one}}}",
                rf"\textbf{{{one}}}",
                rf"\mathrm{{{one}}}",
                f"{one}.",
                f" {one} ",
            )
        )
        return rf"\text{{{one}}}", answer, one.lower(), one.lower()
    answer = rng.choice((other, f"{one} and {other}", f"{one} or {other}", f"not {one}", one[::-1]))
    return rf"\text{{{one}}}", rf"\text{{{answer}}}", one.lower(), answer.lower()


_CLAIMS = (
    "The answer is ${}$.",
    "Therefore, the final answer is: {}",
    "<answer>{}</answer>",
    "#### {}",
    "**Answer:** {}",
    "Final answer: \\boxed{{{}}}. I hope it is correct.",
    "Thus\n\\[ \\boxed{{{}}} \\]",
    "答案是{}。",
    "<think>Perhaps it is 3. \\boxed{{3}}</think> The answer is \\boxed{{{}}}.",
    "Let us see. 2+2=4, hence \\fbox{{{}}}",
    "\\boxed {{{}}}",
)


@family("response")
def _response(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    number = rng.choice([n for n in range(-99, 999) if n not in (3, 4)])
    wrong = number + rng.choice((1, -1, 10))
    right_claim, wrong_claim = (rng.choice(_CLAIMS).format(value) for value in (number, wrong))
    if truth:
        first = rng.choice(
            (
                "",
                f"First I thought that \\boxed{{{wrong}}} was it, but no.\n",
                f"The answer is {wrong}? No, that is wrong.\n",
            )
        )
        return (
            str(number),
            str(number),
            number,
            number,
            first + (rf"Finally \boxed{{{number}}}." if first else right_claim),
        )
    negated = f"The answer is not {number}."
    hedge = rf"\boxed{{{number}}} or \boxed{{{wrong}}}"
    late = rf"First \boxed{{{number}}}, but then I find my mistake. So: \boxed{{{wrong}}}"
    unfinished = f"<think>It is \\boxed{{{number}}}, but let me"
    response = rng.choice((wrong_claim, wrong_claim, negated, hedge, late, unfinished))
    return str(number), str(wrong), number, (number, "not claimed"), response


@family("chain")
def _chain(rng: Random, truth: bool) -> tuple[Any, ...] | None:
    a, b = rng.randint(1, 60), rng.randint(1, 60)
    total = a + b
    if truth:
        answer = rng.choice((f"{a}+{b}={total}", f"x={total}", rf"{a} + {b} = \frac{{{2 * total}}}{{2}} = {total}"))
        return str(total), answer, total, total
    answer = rng.choice(
        (f"{a}+{b}={total + 1}", f"{total + 1}={total}", f"x={total}={total + 2}", f"{a}+{b + 1}={total}")
    )
    return str(total), answer, total, "contradiction"
