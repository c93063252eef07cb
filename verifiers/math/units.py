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

from verifiers.math import unit_names as names
from verifiers.number_words import MAGNITUDES, OPEN_MAGNITUDES


@dataclass(frozen=True, slots=True)
class Unit:
    """`dimension`: sorted (base, power) pairs. `scale`: of one unit in base units, times pi to `pi_power`."""

    dimension: tuple[tuple[str, int], ...]
    scale: Fraction
    offset: Fraction = Fraction(0)
    pi_power: int = 0


def _base(dimension: str) -> tuple[tuple[str, int], ...]:
    found = []
    for part in dimension.split():
        name, _, power = part.partition("^")
        found.append((name, int(power or 1)))
    return tuple(sorted(found))


def _prefixed(name: str, marks: str) -> Iterator[tuple[str, Fraction]]:
    yield name, Fraction(1)
    for prefix, power in names.PREFIXES.items():
        if ("*" in marks and len(prefix) == 1) or ("^" in marks and len(prefix) > 1):
            yield prefix + name, Fraction(10) ** power


def _known() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    plain: set[str] = set()
    for dimension, scale, spellings in names.TABLE:
        above, _, below = scale.partition("/")
        size = Fraction(above) / Fraction(below or 1)
        for marked in spellings.split():
            name = marked.rstrip("*^")
            for spelling, factor in _prefixed(name, marked[len(name) :]):
                if spelling == name:
                    units[spelling] = Unit(_base(dimension), size * factor)
                    plain.add(spelling)
                elif spelling not in plain:
                    units.setdefault(spelling, Unit(_base(dimension), size * factor))
    for name in names.DEGREES:
        units[name] = Unit((("angle", 1),), Fraction(1, 180), pi_power=1)
    for name in ("°C", "celsius", "Celsius"):
        units[name] = Unit((("temperature", 1),), Fraction(1), Fraction(27315, 100))
    for name in ("°F", "fahrenheit", "Fahrenheit"):
        units[name] = Unit((("temperature", 1),), Fraction(5, 9), Fraction(45967, 180))
    return units


_UNITS = _known()
_WORD_POWERS = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}
_AFTER_POWERS = {"squared": 2, "cubed": 3}
_PIECE = re.compile(
    r"\s*(?:\^\s*\{?\s*(?P<power>[+-]?\d)\s*\}?|(?P<joint>/|·|\*|\bper\b|\ban?\b)|(?P<name>US\$|[^\W\d_]+|[°$€£¥₹¢])"
    r"|[().])\s*"
)
_HYPHEN = re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z])")
_PHRASE = re.compile("|".join(rf"\b{phrase}s?\b" for phrase in names.PHRASES), re.IGNORECASE)
_TEMPERATURE = re.compile(
    rf"(?:{'|'.join(names.DEGREES)}|°)\.? ?(?:{'|'.join(names.SCALES_OF_TEMPERATURE)})", re.IGNORECASE
)
_MEASURED = re.compile(rf"(.*?) (?:{'|'.join(names.AFTER_UNITS)}|of .*)")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s?\b")
_LABEL = re.compile(r"[\w\s'’/().-]+")
UNIT_LETTERS = frozenset("mgsLlJNWVAKCFhtHTPM")


def is_unit(name: str) -> bool:
    """Whether `name` by itself is in the table."""
    return name in _UNITS or name in names.SPECIAL


@lru_cache(maxsize=512)
def read_unit(text: str) -> Unit | None:
    """The unit that `text` names ("cm^2", "miles per hour", "square feet"), or a label's; None for neither."""
    text = " ".join(text.replace("\\", " ").replace("{", " ").replace("}", " ").replace("~", " ").split())
    text = text.strip(" .,;:")
    if not text or len(text) > 60:
        return None
    return known_unit(text) or _label(text)


def known_unit(text: str) -> Unit | None:
    """The unit of the table that `text` names, with what was measured passed over; None for a label."""
    text = names.SPECIAL.get(text, text)
    if text in _UNITS:
        return _UNITS[text]
    if "-" in text:
        text = _HYPHEN.sub(" ", text)
    if " " in text:
        text = _PHRASE.sub(lambda found: names.PHRASES[found.group().lower().removesuffix("s")], text)
    if _TEMPERATURE.fullmatch(text):
        return _UNITS[names.SCALES_OF_TEMPERATURE[_last_word(text)]]
    found = _combined(text)
    if found is None and " " in text:
        measured = _MEASURED.fullmatch(text)
        return _combined(measured.group(1)) if measured is not None else None
    return found


def _last_word(text: str) -> str:
    words: list[str] = re.findall(r"[a-z]+", text.lower())
    return words[-1]


def _combined(text: str) -> Unit | None:
    """A product of powers of units."""
    dimension: dict[str, int] = {}
    scale, pi_power, sign, power, at, count, offset = Fraction(1), 0, 1, 1, 0, 0, Fraction(0)
    last: tuple[Unit, int] | None = None
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            return None
        at = piece.end()
        name = piece["name"]
        if piece["power"] or name in _AFTER_POWERS:
            if last is None:
                return None
            unit, was = last
            now = was // abs(was) * int(piece["power"]) if piece["power"] else was * _AFTER_POWERS[name]
            scale, pi_power = scale * unit.scale ** (now - was), pi_power + unit.pi_power * (now - was)
            for base, times in unit.dimension:
                dimension[base] = dimension.get(base, 0) + times * (now - was)
            last = None
        elif piece["joint"]:
            if piece["joint"] in {"a", "an"} and not count:
                return None
            sign = sign if piece["joint"] in "·*" else -1
        elif name in _WORD_POWERS:
            power = _WORD_POWERS[name]
        elif name is not None:
            found = _named(name)
            if found is None:
                return None
            count += 1
            times_all = sign * power
            scale, pi_power = scale * found.scale**times_all, pi_power + found.pi_power * times_all
            for base, times in found.dimension:
                dimension[base] = dimension.get(base, 0) + times * times_all
            last, power, offset = (found, times_all), 1, found.offset
    if not count:
        return None
    exact = tuple(sorted((base, times) for base, times in dimension.items() if times))
    return Unit(exact, scale, offset if count == 1 else Fraction(0), pi_power)


def _named(name: str) -> Unit | None:
    found = _UNITS.get(name)
    if found is None and name in names.SPECIAL:
        return _combined(names.SPECIAL[name])
    if found is None and len(name) > 2 and name[:1].isupper():
        return _UNITS.get(name.lower())
    return found


def _label(text: str) -> Unit | None:
    """A few words that say what was counted. A letter by itself, a number word or a modifier says something else."""
    if _LABEL.fullmatch(text) is None or any(character.isdigit() for character in text):
        return None
    words = re.findall(r"[^\W\d_]+", _POSSESSIVE.sub("", text.lower()))
    if not words or len(words) > 4 or any(_changes_value(word) for word in words):
        return None
    return Unit(((f"label {' '.join(_singular(word) for word in words)}", 1),), Fraction(1))


def _changes_value(word: str) -> bool:
    if len(word) == 1 and word.isascii():
        return True
    if word in names.NOT_LABELS or word in MAGNITUDES or word in OPEN_MAGNITUDES:
        return True
    return not word.isascii() and any(part in word for part in names.NOT_LABELS_INSIDE)


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 2 and word.endswith("s") and not word.endswith("ss") else word


def is_label(unit: Unit) -> bool:
    """Whether `unit` is a mere label."""
    return len(unit.dimension) == 1 and unit.dimension[0][0].startswith("label ")


def same_label(first: Unit, second: Unit) -> bool:
    """Whether one label says the other with more words: "apples", "red apples"."""
    mine, theirs = (set(unit.dimension[0][0].split()) for unit in (first, second))
    return mine <= theirs or theirs <= mine
