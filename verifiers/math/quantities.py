"""Numbers with words: what a label, unit, magnitude, base or half of the day after a number makes of it.

`labelled_number(node, words)` is the whole of it for one label. `compound` adds a smaller unit to a larger one of the
same kind (`5 feet 6 inches`), `spelled_out` reads quantities whose number is spelled out (`twelve apples`).
"""

from __future__ import annotations

import re
from fractions import Fraction

from verifiers.math.numerals import number_words, rational
from verifiers.math.tree import Apply, Node, Number, Relation, Words
from verifiers.math.units import Unit, is_label, known_unit, read_unit
from verifiers.number_words import MAGNITUDES, NUMBER_WORDS, PARTS

_ORDINAL = frozenset({"th", "st", "nd", "rd"})
_PERCENT = re.compile(r"(?:percents?|per cent|pct|percentage points?)(?![^\W\d_])\.? ?", re.IGNORECASE)
_DEGREE_WORDS = frozenset({"degree", "degrees", "deg", "degs"})
_SCALE_LETTERS = frozenset({"c", "f", "celsius", "fahrenheit"})
_HALF_DAY = re.compile(r"\(?([ap])\.?\s*m\b\.?\)?|(noon)|(midnight)", re.IGNORECASE)
_BASE = re.compile(r"\(?(?:in )?base[ -]?(?:(?P<figures>\d{1,2})|(?P<words>[a-z]+))\)?", re.IGNORECASE)
_HALVES = re.compile(r"and (?:a|one|three)[ -](?:half|quarters?|thirds?)(?![^\W\d_])", re.IGNORECASE)
_RATE = re.compile(r"(?:/|per\b|an?\b) ?[^\W\d_]")
_AFTER_FRACTION = re.compile(r"(?:of )?(?:an?|the|one) |of ")
_CENTS = frozenset({"cents", "cent", "¢"})
_WORD = re.compile(r"[^\W\d_]{2,}")
_MOST_WORDS = 12


def labelled_number(node: Node, text: str) -> Node | None:
    """`node` with the words `text` after it: a percent, an angle, a quantity, or None where they say something else."""
    words = text.strip(" ,;").removesuffix(" .")
    lower = words.strip(" .").lower()
    if isinstance(node, Relation | Words) or not lower:
        return None
    if isinstance(node, Number):
        written = _of_number(node, lower)
        if written is not None:
            return written
    if lower in _DEGREE_WORDS:
        return Apply("degree", (node,))
    percent = _PERCENT.match(words)
    if percent is not None:
        return _labelled(Apply("percent", (node,)), words[percent.end() :])
    magnitude, rest = _magnitude(words, lower)
    if magnitude is not None:
        return _labelled(_multiplied(node, magnitude), rest)
    half = _HALVES.match(lower)
    if half is not None:
        part = number_words(half.group()[4:])
        return None if part is None else _labelled(Apply("add", (node, part)), words[half.end() :])
    if any(part in NUMBER_WORDS for part in lower.replace("-", " ").split()) and lower not in _ALSO_LABELS:
        return None
    if isinstance(node, Apply) and node.head == "degree" and lower in _SCALE_LETTERS:
        return Apply("quantity", (node.args[0], Words("°" + lower[0].upper())))
    if isinstance(node, Apply) and node.head == "money":
        return _paid(node, words)
    return None if read_unit(words) is None else Apply("quantity", (node, Words(words)))


_ALSO_LABELS = frozenset({"second", "quarters", "quarter"})  # of an hour, and coins


def _labelled(node: Node, rest: str) -> Node | None:
    """`node` with further words, if there are any."""
    rest = rest.strip()
    return labelled_number(node, rest) if rest.strip(" .") else node


def _of_number(node: Number, lower: str) -> Node | None:
    """What words make of a plain number only: an ordinal, a time of day, digits in a base."""
    if lower in _ORDINAL:
        return node
    half = _HALF_DAY.fullmatch(lower)
    whole = node.denominator == 1 and node.places is None and node.numerator >= 0
    if half is not None and whole and 1 <= node.numerator <= 12:
        return clock((node, Number(0)), lower)
    base = _BASE.fullmatch(lower)
    if base is not None and whole:
        value = Number(int(base["figures"])) if base["figures"] else number_words(base["words"])
        return None if value is None else Apply("based", (Words(str(node.numerator)), value))
    return None


def clock(parts: tuple[Node, ...], half: str) -> Node | None:
    """A time of day in the half that the words `half` name; noon and midnight are at twelve."""
    found = _HALF_DAY.match(half)
    if found is None:
        return None
    letter, noon, midnight = found.groups()
    if (noon or midnight) and not (parts[0] == Number(12) and all(part == Number(0) for part in parts[1:])):
        return None
    if midnight:
        letter = "a"
    return Apply("clock", (*parts, Words(f"{(letter or 'p').lower()}m")))


def _magnitude(words: str, lower: str) -> tuple[Fraction | None, str]:
    """The magnitude that `words` begin with (`million`, `k`, `万`), and the words after it."""
    first = re.split(r"[\s-]", lower, maxsplit=1)[0]
    if first in MAGNITUDES:
        written = words[: len(first)]
        if len(first) > 2 or written == first or known_unit(written) is None:  # `mN` and `K` are units
            return MAGNITUDES[first], words[len(first) :].lstrip(" -")
    elif not first.isascii():  # 万元
        for size in (2, 1):
            if first[:size] in MAGNITUDES and not first[0].isascii():
                return MAGNITUDES[first[:size]], words[size:]
    return None, words


def _multiplied(node: Node, magnitude: Fraction) -> Node:
    factor = Number(magnitude.numerator, magnitude.denominator)
    if isinstance(node, Apply) and node.head == "money":
        return Apply("money", (_multiplied(node.args[0], magnitude), node.args[1]))
    if isinstance(node, Number):
        return rational(node.numerator * factor.numerator, node.denominator * factor.denominator)
    return Apply("mul", (node, factor))


def _paid(node: Apply, words: str) -> Node | None:
    """Money with a rate (`$15 per hour`) or a label behind."""
    if _RATE.match(words) and isinstance(node.args[1], Words):
        rate = f"{node.args[1].text} {words}"
        return Apply("quantity", (node.args[0], Words(rate))) if known_unit(rate) else None
    return node if _WORD.search(words) and words.lower() not in _CENTS and read_unit(words) else None


# ---- a larger and a smaller unit


def compound(node: Node, value: Node, text: str) -> Node | None:
    """The quantity `node` and so much of a smaller unit, as one: `5 feet 6 inches`. None where it is no such thing."""
    larger, smaller = unit_of(node), known_unit(text.strip(" .,;"))
    if larger is None or smaller is None or not isinstance(node, Apply):
        return None
    if larger.dimension != smaller.dimension or larger.pi_power != smaller.pi_power or larger.offset or smaller.offset:
        return None
    if smaller.scale >= larger.scale:
        return None
    return Apply(node.head, (sum_of(node.args[0], value, smaller.scale / larger.scale), node.args[1]))


def sum_of(first: Node, second: Node, share: Fraction) -> Node:
    """`first + second * share`, at once for numbers."""
    factor = Number(share.numerator, share.denominator)
    if isinstance(first, Number) and isinstance(second, Number):
        total = Fraction(first.numerator, first.denominator) + Fraction(second.numerator, second.denominator) * share
        return Number(total.numerator, total.denominator)
    return Apply("add", (first, Apply("mul", (second, factor))))


def unit_of(node: Node) -> Unit | None:
    """The unit of a quantity or of money, where the table knows it."""
    if isinstance(node, Apply) and node.head in {"quantity", "money"} and isinstance(node.args[1], Words):
        unit = read_unit(node.args[1].text)
        return None if unit is None or is_label(unit) else unit
    return None


# ---- numbers in words


def spelled_out(text: str) -> Node | None:
    """A quantity or time in words only: `twelve apples`, `half an hour`, `thirty percent`, `noon`."""
    lower = text.strip(" .").lower()
    if lower in {"noon", "midnight"}:
        return clock((Number(12), Number(0)), lower)
    words = text.split()
    if len(words) > _MOST_WORDS or not _may_count(words[0] if words else ""):
        return None
    for size in range(len(words) - 1, 0, -1):
        number = number_words(" ".join(words[:size]))
        if number is None and size == 1 and words[0].lower() in {"a", "an"}:
            return _one_of(words[1:])
        if number is not None:
            return _counted(number, words[size - 1].lower(), " ".join(words[size:]))
    return None


def _may_count(word: str) -> bool:
    first = word.lower().split("-")[0]
    return first in NUMBER_WORDS or first in {"a", "an"}


def _counted(number: Number, last: str, rest: str) -> Node | None:
    """`number` of what `rest` says; after a fraction (whose last word is `last`) that must be a known unit."""
    if last.split("-")[-1] not in PARTS:
        return labelled_number(number, rest)
    found = _AFTER_FRACTION.match(rest)
    unit = rest[found.end() :] if found is not None else rest
    if _PERCENT.fullmatch(unit):
        return Apply("percent", (number,))
    return Apply("quantity", (number, Words(unit))) if known_unit(unit) else None


def _one_of(words: list[str]) -> Node | None:
    """`an hour`, `an hour and a half`."""
    text = " ".join(words)
    unit, _, part = text.partition(" and ")
    if known_unit(unit) is None:
        return None
    more = number_words(part) if part else None
    if part and more is None:
        return None
    one = Number(1) if more is None else rational(more.numerator + more.denominator, more.denominator)
    return Apply("quantity", (one, Words(unit)))
