"""Words, signs and abbreviations that are numbers: the tables, and the reading of English number words.

One place for every verifier: `SMALL`, `TENS` and `SCALES` are the words of counting, `PARTS` those of fractions,
`VULGAR_FRACTIONS` the characters, `MAGNITUDES` what a word or abbreviation *after* a number multiplies it by, in the
languages that models write in. To teach a word, add it to its table.
"""

from __future__ import annotations

import re
from fractions import Fraction

_UP_TO_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
SMALL = {word: value for value, word in enumerate(_UP_TO_TWENTY.split())}
TENS = {
    **{
        word: 10 * place
        for place, word in enumerate(
            ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
        )
    },
    "fourty": 40,
}
SCALES = {
    "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12,
    "lakh": 10**5, "crore": 10**7,
}  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
             "ninth": 9}  # fmt: skip
_SINGULAR_PARTS = {
    **{word: value for word, value in _ORDINALS.items() if value > 2},
    "half": 2, "quarter": 4, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14,
    "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20,
    "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "hundredth": 100, "thousandth": 10**3,
    "millionth": 10**6, "billionth": 10**9,
}  # fmt: skip
_PLURAL_PARTS = {"halves": 2, **{word + "s": value for word, value in _SINGULAR_PARTS.items() if word != "half"}}
PARTS = {**_SINGULAR_PARTS, **_PLURAL_PARTS}
NUMBER_WORDS = frozenset({*SMALL, *TENS, *SCALES, *PARTS, "minus", "negative"})

VULGAR_FRACTIONS = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
    "⅑": (1, 9), "⅒": (1, 10),
}  # fmt: skip

# what stands after a number and multiplies it; lower case. Fractions are plural: `7 hundredths`, and `12 quarters` are
# coins.
_MANY = {
    10: "tens 十 십",
    12: "dozen dozens",
    20: "score",
    100: "hundred hundreds 百 백 сотня сотни сотен hundert centaines",
    144: "gross",
    10**3: "thousand thousands k mille mil mila tausend 千 仟 천 тысяча тысячи тысяч тыс tysiąc tysiące tysięcy tisíc "
    "nghìn ngàn ribu ألف آلاف",
    10**4: "万 萬 만",
    10**5: "lakh lakhs lac lacs",
    10**6: "million millions mn mln mio millon millones millón milhão milhões millionen 百万 百萬 백만 миллион "
    "миллиона миллионов млн milioni miliony milionów milionů milyon miljoen triệu juta مليون ملايين",
    10**7: "crore crores 千万 千萬 천만",
    10**8: "亿 億 억",
    10**9: "billion billions bn bln milliard milliards milliarde milliarden миллиард миллиарда миллиардов млрд 十亿",
    10**12: "trillion trillions tn 조",
}
MAGNITUDES: dict[str, Fraction] = {
    **{word: Fraction(value) for value, words in _MANY.items() for word in words.split()},
    **{word: Fraction(1, value) for word, value in _PLURAL_PARTS.items() if value != 4},
}
# words after a number that change its value, by how much is open: "18 mil", "18 kilo", "18 兆"
OPEN_MAGNITUDES = frozenset(["mil", "mill", "kilo", "mega", "giga", "milli", "兆"])
_GROUP_ENDS = re.compile(r"\b(thousand|million|billion|trillion|lakh|crore),", re.IGNORECASE)
_MOST_WORDS = 24
_ONE = (["a"], ["an"], ["one"])
_DIGITS = {word: str(value) for word, value in SMALL.items() if value < 10} | {"oh": "0"}


def number_in_words(text: str) -> Fraction | None:
    """The number that English words spell ("minus one hundred and five", "two and a half million"), or None."""
    if "," in text:
        text = _GROUP_ENDS.sub(r"\1 ", text)  # one thousand, nine hundred
    words = text.lower().replace("-", " ").split()
    if not words or len(words) > _MOST_WORDS:
        return None
    if words[0] in {"minus", "negative"}:
        value = _unsigned(words[1:])
        return None if value is None else -value
    return _unsigned(words)


def _unsigned(words: list[str]) -> Fraction | None:
    if not words or words[0] == "and" or words[-1] == "and":
        return None
    last = words[-1]
    if last in PARTS:
        return _fraction(words)
    if "point" in words:
        return _decimal(words)
    if last in SCALES:  # half a million, two and a half million
        before = words[:-1]
        while before and before[-1] in {"a", "of"} and len(before) > 1:
            before = before[:-1]
        if before and before[-1] in PARTS:
            value = _fraction(before)
            return None if value is None else value * SCALES[last]
    if last in _ORDINALS:  # twenty-first
        tens = _cardinal(words[:-1]) if len(words) > 1 and words[-2] in TENS else None
        return None if tens is None else Fraction(tens + _ORDINALS[last])
    whole = _cardinal(words)
    return None if whole is None else Fraction(whole)


def _fraction(words: list[str]) -> Fraction | None:
    """`three quarters`, `a half`, `two and a half`, `five twenty-fourths`; `twenty-third` is an ordinal."""
    if "and" in words:
        place = len(words) - 1 - words[::-1].index("and")
        whole, part = _cardinal(words[:place]), _fraction(words[place + 1 :])
        if whole is not None and part is not None:
            return whole + part if 0 < part < 1 else None
    last, count = words[-1], words[:-1]
    below = PARTS[last]
    if count and count[-1] in TENS and below < 10 and last in _ORDINALS:
        if count[:-1] not in _ONE:
            tens = _cardinal(count)
            return None if tens is None else Fraction(tens + _ORDINALS[last])
        return Fraction(1, TENS[count[-1]] + below)
    if count and count[-1] in TENS and below < 10 and len(count) > 1:
        count, below = count[:-1], below + TENS[count[-1]]
    if not count or count in _ONE:
        return Fraction(1, below)
    above = _cardinal(count)
    return None if above is None else Fraction(above, below)


def _decimal(words: list[str]) -> Fraction | None:
    """`three point one four`."""
    place = words.index("point")
    whole = _cardinal(words[:place]) if place else 0
    digits = [_DIGITS.get(word) for word in words[place + 1 :]]
    if whole is None or not digits or None in digits:
        return None
    written = "".join(digit for digit in digits if digit is not None)
    return whole + Fraction(int(written), 10 ** len(written))


def _cardinal(words: list[str]) -> int | None:
    total, group, last, scale = 0, 0, 10**15, 10**15
    if not words or words[0] == "and" or words[-1] == "and":
        return None
    for place, word in enumerate(words):
        if word == "and":
            continue
        if word == "a" and place == 0 and len(words) > 1 and words[1] in SCALES:
            group, last = 1, 1
        elif word in SMALL:
            if last < 20 or (last < 100 and SMALL[word] > 9):
                return None
            group, last = group + SMALL[word], 1
        elif word in TENS:
            if last < 100:
                return None
            group, last = group + TENS[word], 20
        elif word in {"hundred", "dozen"}:
            group, last = max(group, 1) * SCALES[word], 100
        elif word in SCALES:
            if not group and total and words[place - 1] in SCALES:  # a thousand million
                total *= SCALES[word]
            elif SCALES[word] < scale:
                total, group, scale = total + max(group, 1) * SCALES[word], 0, SCALES[word]
            else:
                return None
            last = 1000
        else:
            return None
    return total + group
