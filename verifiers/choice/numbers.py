"""Numbers as people write them, exactly: `1,234.5`, `1.45 × 10²`, `3/4`, `75%`, `fourteen`, `二十四`, `5M`.

Every number is read once, to a fraction; nothing is truncated and nothing passes through binary floating
point. Digits and exponents are capped, so that `1e999999999` costs nothing and is no number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from verifiers.choice.notation import plain
from verifiers.choice.units import Unit, parse_unit
from verifiers.number_words import SCALES, SMALL, TENS, VULGAR_FRACTIONS

_MOST_DIGITS = 300
_MOST_EXPONENT = 300
_PART = r"(?:\s+and\s+(?:a|one)[\s-]+(?P<part>half|quarter)\b)?"
_PARTS_OF_ONE = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fourth": 4,
    "fourths": 4,
}
_PARTS_OF_ONE |= {
    "fifth": 5,
    "fifths": 5,
    "sixth": 6,
    "sixths": 6,
    "eighth": 8,
    "eighths": 8,
    "tenth": 10,
    "tenths": 10,
}
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "nine": 9}
# "three quarters", "a third of"; with a noun behind ("a fifth one") it is an ordinal.
_FRACTION_WORDS = re.compile(
    rf"(?<![\w-])(?P<count>{'|'.join(_COUNTS)})[\s-](?P<part>{'|'.join(sorted(_PARTS_OF_ONE, key=len, reverse=True))})"
    r"(?=\s+of\b|\s*(?:[.,;:!?)]|\Z))",
    re.IGNORECASE,
)
_PARTS = {None: Fraction(0), "half": Fraction(1, 2), "quarter": Fraction(1, 4)}
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w)\].,])(?<![\w)\]] )[+-]\s?|\b(?:minus|negative)\s)?"
    r"(?:(?P<currency>(?:US)?[$€£¥₹]\s?)(?P<inner>-)?)?"
    r"(?<![A-Za-z_\d√^第])(?<!\d[.,:])"
    r"(?:(?P<thousands>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]\d)|\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?(?!\d)"
    r"|\d{1,3}(?:[ \u202f]\d{3})+(?:\.\d+)?(?!\d))"
    r"|(?P<ten>10)(?=\s?\^)|(?P<comma>\d+,(?:\d{1,2}|\d{4,})(?![\d,]))|(?P<decimal>\d+\.\d+|\.\d+|\d+))"
    r"(?P<exponent>[eE][+-]?\d+(?![\w])|(?:\s?[×x*·]\s?10|(?<=(?<!\d)10))\s?(?:\^\s?\(?\{?(?P<power>[+-]?\d+)\}?\)?|(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)))?"
    r"(?:\s?/\s?(?P<below>\d+(?:\.\d+)?)(?![\d./])|[ ](?P<over>\d{1,6})/(?P<under>\d{1,6})(?![\d./]))?" + _PART,
    re.IGNORECASE,
)
# What makes a number a part of something else: `2√3`, `2π`, `3x`, `2^5`, `2nd`, `3:45`.
_CONTINUED = re.compile(r"\s?[\^√π!]|[A-Za-zÀ-ͯΑ-ω]|[²³⁴-⁹⁰]|:\d|\s?[*×·]\s?(?:[√π]|[a-z]\b)|\(\d")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_VULGAR = re.compile(rf"(?<![\d.,])(-?)(\d{{0,6}})\s?([{''.join(VULGAR_FRACTIONS)}])")
_BIG_WORDS = {word: SCALES[word] for word in ("hundred", "thousand", "million", "billion")}
_NUMBER_WORD = "|".join([*SMALL, *TENS, *_BIG_WORDS])
# How a text that is a number may begin; most words are told from one by this alone.
_BEGINS = re.compile(rf"[-+.\d$€£¥₹]|[^\x00-\x7f]|US[$€£¥₹]|minus\b|negative\b|a\b|(?:{_NUMBER_WORD})", re.IGNORECASE)
_WORDS = re.compile(  # "two hundred and five", "one and a half"
    rf"(?<![\w-])(?:(?P<negative>minus|negative)\s+)?(?P<words>(?:{_NUMBER_WORD})\b(?:(?:\s+|-|\s+and\s+(?!one\s+(?:half|quarter)\b))(?:{_NUMBER_WORD})\b){{0,12}})(?!-?\w){_PART}",
    re.IGNORECASE,
)
_CHINESE_DIGITS = {each: place for place, each in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_CHINESE_UNITS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=[有是共为]))负?[零〇一二两三四五六七八九十百千万亿]{1,16}(?:点[零〇一二三四五六七八九]{1,9})?(?=[个只条张本人元度岁米厘次种。，.,\s)]|$)"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what was written behind it.

    `value` is exact. `unit`: the known unit as written, empty for none (a noun such as "apples" is none).
    `places`: decimals as written; `digits`: digits as written. `start`, `end`: place in the text it was read from.
    """

    value: Fraction
    unit: str = ""
    places: int = 0
    digits: int = 1
    start: int = 0
    end: int = 0

    @property
    def key(self) -> str:
        """Canonical text from which `from_key` reads the same quantity back."""
        return f"{self.value} {self.unit}".rstrip()

    @classmethod
    def from_key(cls, key: str) -> Quantity:
        """The quantity of a key."""
        value, _, unit = key.partition(" ")
        return cls(Fraction(value), unit)

    @property
    def measure(self) -> Unit | None:
        """The worth of the unit; None without one."""
        return parse_unit(self.unit)[0] if self.unit else None

    @property
    def share(self) -> Fraction | None:
        """The value of a percentage or a bare number; None where there is another unit."""
        measure = self.measure
        if measure is not None and measure.dimensions == (("percent", 1),):
            return self.value / 100
        return self.value if measure is None else None

    def agrees(self, other: Quantity) -> bool:
        """Whether both are the same quantity; where one has no unit, the numbers decide."""
        mine, theirs = self.measure, other.measure
        if mine is None or theirs is None or not mine.known or not theirs.known:
            left = self.value * (mine.factor if mine and not mine.known else 1)
            right = other.value * (theirs.factor if theirs and not theirs.known else 1)
            return left == right
        return in_unit(self.value, mine, theirs) == other.value


def in_unit(value: Fraction, written: Unit, wanted: Unit) -> Fraction | None:
    """`value` of the unit `written`, in the unit `wanted`; None where they measure different things."""
    if written.dimensions != wanted.dimensions:
        return None
    return (value + written.shift) * written.factor / wanted.factor - wanted.shift


def quantities(text: str, start: int = 0, end: int | None = None) -> list[Quantity]:
    """Every number in `text[start:end]` (folded text), in order."""
    end = len(text) if end is None else end
    found = [each for match in _NUMBER.finditer(text, start, end) if (each := _read(text, match, end))]
    if not text.isascii():
        found += _vulgar(text, start, end)
    found += [
        Quantity(
            Fraction(_COUNTS[match["count"].lower()], _PARTS_OF_ONE[match["part"].lower()]),
            start=match.start(),
            end=match.end(),
        )
        for match in _FRACTION_WORDS.finditer(text, start, end)
    ]
    for match in _WORDS.finditer(text, start, end):
        value = _from_words(match.group("words"))
        lone_one = (
            match["part"] is None
            and match.group("words").lower() == "one"
            and text[start:end].strip(" .").lower() != "one"
        )
        if value is not None and not lone_one:
            value += _PARTS[(match.group("part") or "").lower() or None]
            found.append(
                _with_unit(text, -value if match.group("negative") else value, match.start(), match.end(), end)
            )
    if not text.isascii():
        found += [
            _with_unit(text, value, match.start(), match.end(), end)
            for match in _CHINESE.finditer(text, start, end)
            if (value := _from_chinese(match.group())) is not None
        ]
    return _apart(text, sorted(found, key=lambda each: (each.start, -each.end)), end)


def _apart(text: str, found: list[Quantity], end: int) -> list[Quantity]:
    """Without numbers inside others' units, and without those that are part of a larger formula or a word."""
    kept: list[Quantity] = []
    for each in found:
        if kept and each.start < kept[-1].end:
            continue
        exclaimed = text.startswith("!", each.end) and text[each.end - 1].isalpha()
        if exclaimed or not _CONTINUED.match(text, each.end, end):
            kept.append(each)
    return kept


def _read(text: str, match: re.Match[str], end: int) -> Quantity | None:
    groups = match.groupdict()
    digits = _digits(groups)
    exponent = _exponent(groups)
    if len(digits) > _MOST_DIGITS or exponent is None:
        return None
    value = _with_fraction(Fraction(digits) * Fraction(10) ** exponent, groups)
    if value is None:
        return None
    if (groups["sign"] or "+").strip() != "+" or groups["inner"]:
        value = -value
    places = len(digits.partition(".")[2]) if not groups["exponent"] else 0
    written = _with_unit(text, value, match.start(), match.end(), end, (groups["currency"] or "").strip())
    return Quantity(value, written.unit, places, sum(map(str.isdigit, digits.lstrip("0."))), match.start(), written.end)


def _digits(groups: dict[str, str | None]) -> str:
    """The number in plain digits with a point."""
    thousands = groups["thousands"]
    if thousands is not None:
        if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?", thousands):
            return thousands.replace(".", "").replace(",", ".")
        return re.sub(r"[ ,\u202f]", "", thousands)
    if groups["comma"] is not None:
        return groups["comma"].replace(",", ".")
    if groups["ten"] is not None:
        return "1" if groups["exponent"] else "10"
    decimal = groups["decimal"] or ""
    return "0" + decimal if decimal.startswith(".") else decimal


def _exponent(groups: dict[str, str | None]) -> int | None:
    """The power of ten; 0 without one, None beyond the cap."""
    written = groups["exponent"]
    if not written:
        return 0
    digits = groups["power"] or (groups["raised"] or "").translate(_RAISED) or written[1:]
    if len(digits) > 6 or not -_MOST_EXPONENT <= int(digits) <= _MOST_EXPONENT:
        return None
    return int(digits)


def _with_fraction(value: Fraction, groups: dict[str, str | None]) -> Fraction | None:
    value += _PARTS[(groups["part"] or "").lower() or None]
    below, over, under = groups["below"], groups["over"], groups["under"]
    if below is not None:
        if len(below) > _MOST_DIGITS or not Fraction(below):
            return None
        return value / Fraction(below)
    if over is not None and under is not None:
        return value + Fraction(int(over), int(under)) if int(under) else None
    return value


def _vulgar(text: str, start: int, end: int) -> list[Quantity]:
    found = []
    for match in _VULGAR.finditer(text, start, end):
        over, under = VULGAR_FRACTIONS[match.group(3)]
        value = int(match.group(2) or 0) + Fraction(over, under)
        found.append(_with_unit(text, -value if match.group(1) else value, match.start(), match.end(), end))
    return found


def _with_unit(text: str, value: Fraction, start: int, at: int, end: int, currency: str = "") -> Quantity:
    """The quantity of `value`, whose unit is looked for behind `at`."""
    behind = text[at : min(end, at + 32)]
    if currency:
        unit, length = parse_unit(behind)
        scale = behind[:length] if unit is not None and not unit.known else ""
        return Quantity(value, f"{scale.strip()} {currency}".strip(), start=start, end=at + len(scale))
    unit, length = parse_unit(behind)
    return Quantity(value, behind[:length].strip() if unit else "", start=start, end=at + length)


def _from_words(words: str) -> Fraction | None:
    total, current = 0, 0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word == "and":
            continue
        if word in _BIG_WORDS:
            scale = _BIG_WORDS[word]
            if scale == 100:
                current = (current or 1) * 100
            else:
                total, current = total + (current or 1) * scale, 0
        else:
            current += SMALL.get(word, 0) + TENS.get(word, 0)
    return Fraction(total + current)


def _from_chinese(written: str) -> Fraction | None:
    negative, body = written.startswith("负"), written.lstrip("负")
    whole, _, decimals = body.partition("点")
    if len(whole) > 1 and not set(whole) & set("十百千万亿"):
        return None
    total, section, digit = 0, 0, 0
    for each in whole:
        if each in _CHINESE_DIGITS:
            digit = _CHINESE_DIGITS[each]
        elif each in _CHINESE_UNITS:
            section, digit = section + (digit or 1) * _CHINESE_UNITS[each], 0
        else:
            total, section, digit = (total + section + digit) * (10**4 if each == "万" else 10**8), 0, 0
    value = Fraction(total + section + digit)
    if decimals:
        value += Fraction(int("".join(str(_CHINESE_DIGITS[each]) for each in decimals)), 10 ** len(decimals))
    return -value if negative else value


@lru_cache(maxsize=2048)
def whole_quantity(text: str) -> Quantity | None:
    """The quantity that a short text is, notation and final points apart; None where it says more."""
    bare = plain(text).strip(" .,;:!?。")
    if not bare or len(bare) > 64:
        return None
    if not _BEGINS.match(bare):
        return None
    found = quantities(bare)
    if len(found) != 1 or found[0].start != 0 or found[0].end < len(bare):
        return None
    return found[0]
