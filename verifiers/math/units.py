"""Units as data: what a unit's name measures, and how much of the base unit it is.

A unit is read into `Unit(dimension, scale, offset)`. Two quantities are the same when their dimensions are the same and
`value * scale + offset` is. Names that are not in the table are *labels* ("apples"): they measure themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Unit:
    """`dimension`: sorted (base, power) pairs. `scale`: of one unit in base units, times pi to `pi_power`."""

    dimension: tuple[tuple[str, int], ...]
    scale: Fraction
    offset: Fraction = Fraction(0)
    pi_power: int = 0


_PREFIXES = {
    "n": -9, "µ": -6, "u": -6, "m": -3, "c": -2, "d": -1, "k": 3, "M": 6, "G": 9, "T": 12,
    "nano": -9, "micro": -6, "milli": -3, "centi": -2, "deci": -1, "kilo": 3, "mega": 6, "giga": 9,
}  # fmt: skip

# dimension, scale, names; a name with * takes the short prefixes, with ^ the long ones
_TABLE: tuple[tuple[str, str, str], ...] = (
    ("length", "1", "m* meter^ meters^ metre^ metres^"),
    ("length", "0.0254", "in inch inches"),
    ("length", "0.3048", "ft foot feet"),
    ("length", "0.9144", "yd yard yards yds"),
    ("length", "1609.344", "mi mile miles"),
    ("length", "149597870700", "AU au"),
    ("length", "9460730472580800", "ly lightyear lightyears"),
    ("length", "1/10000000000", "angstrom angstroms Å"),
    ("length^3", "1/1000", "l* L* liter^ liters^ litre^ litres^"),
    ("length^3", "0.003785411784", "gal gallon gallons"),
    ("length^3", "0.000946352946", "qt quart quarts"),
    ("length^3", "0.000473176473", "pt pint pints"),
    ("length^3", "1/1000000", "cc"),
    ("length^2", "10000", "ha hectare hectares"),
    ("length^2", "4046.8564224", "acre acres"),
    ("mass", "1/1000", "g* gram^ grams^ gramme^ grammes^"),
    ("mass", "1000", "t tonne tonnes"),
    ("mass", "0.45359237", "lb lbs pound pounds"),
    ("mass", "0.028349523125", "oz ounce ounces"),
    ("time", "1", "s* sec secs second^ seconds^"),
    ("time", "60", "min mins minute minutes"),
    ("time", "3600", "h hr hrs hour hours"),
    ("time", "86400", "day days"),
    ("time", "604800", "week weeks"),
    ("month", "1", "month months"),
    ("month", "12", "year years yr yrs"),
    ("current", "1", "A* amp amps ampere amperes"),
    ("temperature", "1", "K* kelvin kelvins"),
    ("amount", "1", "mol* mole moles"),
    ("mass length time^-2", "1", "N* newton^ newtons^"),
    ("mass length time^-2", "1/100000", "dyn dyne dynes"),
    ("mass length^2 time^-2", "1", "J* joule^ joules^"),
    ("mass length^2 time^-2", "1/10000000", "erg ergs"),
    ("mass length^2 time^-2", "1.602176634/10000000000000000000", "eV*"),
    ("mass length^2 time^-2", "4.184", "cal* calorie^ calories^"),
    ("mass length^2 time^-3", "1", "W* watt^ watts^"),
    ("mass length^-1 time^-2", "1", "Pa* pascal^ pascals^"),
    ("mass length^-1 time^-2", "101325", "atm"),
    ("mass length^-1 time^-2", "100000", "bar"),
    ("time^-1", "1", "Hz* hertz^"),
    ("current time", "1", "C* coulomb coulombs"),
    ("mass length^2 time^-3 current^-1", "1", "V* volt^ volts^"),
    ("mass length^2 time^-3 current^-2", "1", "ohm^ ohms^ Ω* Omega"),
    ("mass^-1 length^-2 time^4 current^2", "1", "F* farad farads"),
    ("mass time^-2 current^-1", "1", "T* tesla teslas"),
    ("mass length^2 time^-2 current^-1", "1", "Wb weber webers"),
    ("mass length^2 time^-2 current^-2", "1", "H* henry henries"),
    ("mol/l", "1", "M*"),
    ("dollar", "1", "dollar dollars USD usd bucks buck $"),
    ("dollar", "1/100", "cent cents ¢"),
    ("euro", "1", "euro euros EUR €"),
    ("poundsterling", "1", "GBP £"),
    ("yen", "1", "yen JPY ¥"),
    ("yuan", "1", "yuan RMB CNY rmb 元"),
    ("rupee", "1", "rupee rupees Rs INR ₹"),
    ("bit", "1", "bit bits"),
    ("bit", "8", "byte bytes B"),
    ("angle", "1", "rad radian radians"),
)
_SPECIAL = {
    "mph": "mi/h", "kph": "km/h", "kmh": "km/h", "kmph": "km/h", "fps": "ft/s", "sqft": "ft^2", "rpm": "1/min",
    "米": "m", "厘米": "cm", "千米": "km", "公里": "km", "毫米": "mm", "千克": "kg", "公斤": "kg", "克": "g",
    "小时": "h",
    "分钟": "min", "秒": "s", "天": "day", "升": "L", "平方厘米": "cm^2", "平方米": "m^2", "度": "degree",
}  # fmt: skip
_DEGREES = {"degree", "degrees", "deg", "degs"}
# words that make a phrase say something else than "so many of these"
_NOT_LABELS = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "be",
        "not",
        "no",
        "nor",
        "or",
        "and",
        "but",
        "if",
        "then",
        "else",
        "than",
        "minus",
        "plus",
        "times",
        "divided",
        "equals",
        "equal",
        "wrong",
        "right",
        "correct",
        "incorrect",
        "false",
        "true",
        "maybe",
        "perhaps",
        "i",
        "we",
        "you",
        "it",
        "so",
        "because",
        "where",
        "for",
        "all",
        "any",
        "every",
        "some",
        "none",
        "never",
        "either",
        "neither",
        "both",
        "less",
        "more",
        "fewer",
        "greater",
        "least",
        "most",
        "about",
        "approximately",
        "roughly",
        "squared",
        "cubed",
        "with",
        "without",
        "answer",
        "other",
        "another",
        "only",
        "except",
        "when",
        "which",
        "that",
        "the",
        "a",
        "an",
        "to",
        "can",
        "could",
        "should",
        "would",
        "may",
        "might",
        "instead",
        "rather",
        "thousand",
        "million",
        "billion",
        "trillion",
        "hundred",
        "dozen",
        "percent",
        "mod",
        "modulo",
        "factorial",
        "root",
        "over",
        "power",
        "inverse",
        "reciprocal",
        "half",
        "double",
        "twice",
        "triple",
        "unknown",
        "impossible",
        "undefined",
        "nothing",
        "infinity",
        "pi",
    ]
)


def _base(dimension: str) -> tuple[tuple[str, int], ...]:
    found = []
    for part in dimension.split():
        name, _, power = part.partition("^")
        found.append((name, int(power or 1)))
    return tuple(sorted(found))


def _prefixed(name: str, marks: str) -> Iterator[tuple[str, Fraction]]:
    yield name, Fraction(1)
    for prefix, power in _PREFIXES.items():
        if ("*" in marks and len(prefix) == 1) or ("^" in marks and len(prefix) > 1):
            yield prefix + name, Fraction(10) ** power


def _known() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    plain: set[str] = set()
    for dimension, scale, names in _TABLE:
        above, _, below = scale.partition("/")
        size = Fraction(above) / Fraction(below or 1)
        for marked in names.split():
            name = marked.rstrip("*^")
            for spelling, factor in _prefixed(name, marked[len(name) :]):
                if spelling == name:
                    units[spelling] = Unit(_base(dimension), size * factor)
                    plain.add(spelling)
                elif spelling not in plain:
                    units.setdefault(spelling, Unit(_base(dimension), size * factor))
    for name in _DEGREES:
        units[name] = Unit((("angle", 1),), Fraction(1, 180), pi_power=1)
    for name in ("°C", "celsius", "Celsius"):
        units[name] = Unit((("temperature", 1),), Fraction(1), Fraction(27315, 100))
    for name in ("°F", "fahrenheit", "Fahrenheit"):
        units[name] = Unit((("temperature", 1),), Fraction(5, 9), Fraction(45967, 180))
    return units


_UNITS = _known()
_WORD_POWERS = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}
_AFTER_POWERS = {"squared": 2, "cubed": 3}
_PIECE = re.compile(r"\s*(?:(\^)\s*\{?\s*([+-]?\d)\s*\}?|(/|·|\*|\bper\b)|([^\W\d_]+|[°$€£¥₹¢])|([().]))\s*")
UNIT_LETTERS = frozenset("mgsLlJNWVAKCFhtHTPM")


def is_unit(name: str) -> bool:
    """Whether `name` by itself is in the table."""
    return name in _UNITS or name in _SPECIAL


@lru_cache(maxsize=512)
def read_unit(text: str) -> Unit | None:
    """The unit that `text` names ("cm^2", "miles per hour", "square feet"), or a label's; None for neither."""
    text = " ".join(text.replace("\\", " ").replace("{", " ").replace("}", " ").replace("~", " ").split())
    text = text.strip(" .,;:")
    if not text or len(text) > 60:
        return None
    known = _known_unit(_SPECIAL.get(text, text))
    return known if known is not None else _label(text)


def _known_unit(text: str) -> Unit | None:
    dimension: dict[str, int] = {}
    scale, pi_power, sign, power, at, count, offset = Fraction(1), 0, 1, 1, 0, 0, Fraction(0)
    last: tuple[Unit, int] | None = None
    text = text.replace("° C", "°C").replace("° F", "°F")
    if text in _UNITS:
        return _UNITS[text]
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            return None
        at = piece.end()
        if piece.group(1) or (piece.group(4) in _AFTER_POWERS):
            if last is None:
                return None
            unit, was = last
            now = was // abs(was) * int(piece.group(2)) if piece.group(1) else was * _AFTER_POWERS[piece.group(4)]
            scale, pi_power = scale * unit.scale ** (now - was), pi_power + unit.pi_power * (now - was)
            for name, times in unit.dimension:
                dimension[name] = dimension.get(name, 0) + times * (now - was)
            last = None
        elif piece.group(3):
            sign = -1 if piece.group(3) in {"/", "per"} else sign
        elif piece.group(5):
            continue
        elif piece.group(4) in _WORD_POWERS:
            power = _WORD_POWERS[piece.group(4)]
        else:
            found = _UNITS.get(piece.group(4))
            if found is None and piece.group(4)[:1].isupper():
                found = _UNITS.get(piece.group(4).lower()) if len(piece.group(4)) > 2 else None
            if found is None:
                return None
            count += 1
            times_all = sign * power
            scale, pi_power = scale * found.scale**times_all, pi_power + found.pi_power * times_all
            for name, times in found.dimension:
                dimension[name] = dimension.get(name, 0) + times * times_all
            last, power, offset = (found, times_all), 1, found.offset
    if not count:
        return None
    exact = tuple(sorted((name, times) for name, times in dimension.items() if times))
    return Unit(exact, scale, offset if count == 1 else Fraction(0), pi_power)


def _label(text: str) -> Unit | None:
    words = re.findall(r"[^\W\d_]+", text.lower())
    if not words or len(words) > 4 or any(word in _NOT_LABELS for word in words):
        return None
    if not re.fullmatch(r"[\w\s'/().-]+", text) or any(character.isdigit() for character in text):
        return None
    return Unit(((f"label {' '.join(_singular(word) for word in words)}", 1),), Fraction(1))


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 2 and word.endswith("s") and not word.endswith("ss") else word


def is_label(unit: Unit) -> bool:
    """Whether `unit` is a mere label."""
    return len(unit.dimension) == 1 and unit.dimension[0][0].startswith("label ")
