"""Units of measurement as data, and what a written unit (`cm²`, `m/s`, `square feet`, `million $`) is worth.

A unit is a factor times powers of dimensions. A row gives the dimension powers, the factor to that
dimension's own unit, and the names; names of one or two letters are case-sensitive, since `m` is not `M`.
Temperatures are scales with another zero and stand apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

PI = Fraction(31415926535897932384626433832795, 10**31)

# dimension, factor, names
_ROWS: tuple[tuple[str, Fraction, str], ...] = (
    ("length", Fraction(1), "m meter meters metre metres 米 метр метра метров"),
    ("length", Fraction(1, 10), "dm decimeter decimeters decimetre decimetres 分米"),
    ("length", Fraction(1, 100), "cm centimeter centimeters centimetre centimetres 厘米 公分 см"),
    ("length", Fraction(1, 1000), "mm millimeter millimeters millimetre millimetres 毫米"),
    ("length", Fraction(1, 10**6), "um μm µm micrometer micrometers micron microns 微米"),
    ("length", Fraction(1, 10**9), "nm nanometer nanometers nanometre nanometres 纳米"),
    ("length", Fraction(1000), "km kilometer kilometers kilometre kilometres 千米 公里"),
    ("length", Fraction(254, 10000), "inch inches 英寸 in"),
    ("length", Fraction(3048, 10000), "ft foot feet 英尺"),
    ("length", Fraction(9144, 10000), "yd yds yard yards"),
    ("length", Fraction(1609344, 1000), "mi mile miles 英里"),
    ("mass", Fraction(1), "kg kilogram kilograms kilogramme 千克 公斤"),
    ("mass", Fraction(1, 1000), "g gram grams 克"),
    ("mass", Fraction(1, 10**6), "mg milligram milligrams 毫克"),
    ("mass", Fraction(1000), "t ton tons tonne tonnes 吨"),
    ("mass", Fraction(45359237, 10**8), "lb lbs pound pounds 磅"),
    ("mass", Fraction(45359237, 16 * 10**8), "oz ounce ounces 盎司"),
    ("time", Fraction(1), "s sec secs second seconds 秒"),
    ("time", Fraction(1, 1000), "ms millisecond milliseconds 毫秒"),
    ("time", Fraction(60), "min mins minute minutes 分钟 分"),
    ("time", Fraction(3600), "h hr hrs hour hours 小时"),
    ("time", Fraction(86400), "d day days 天 日"),
    ("time", Fraction(604800), "week weeks wk wks 周"),
    ("month", Fraction(1), "month months mo 月 个月"),
    ("month", Fraction(12), "year years yr yrs 年"),
    ("angle", Fraction(1), "° deg degs degree degrees 度"),
    ("angle", 180 / PI, "rad rads radian radians 弧度"),
    ("volume", Fraction(1), "L l liter liters litre litres 升"),
    ("volume", Fraction(1, 1000), "mL ml milliliter milliliters millilitre millilitres 毫升 cc"),
    ("volume", Fraction(3785411784, 10**9), "gal gallon gallons"),
    ("money", Fraction(1), "$ USD usd dollar dollars US$ 美元"),
    ("money", Fraction(1, 100), "¢ cent cents"),
    ("euro", Fraction(1), "€ EUR euro euros 欧元"),
    ("sterling", Fraction(1), "£ GBP"),
    ("yuan", Fraction(1), "¥ CNY RMB yuan 元 人民币"),
    ("rupee", Fraction(1), "₹ INR rupee rupees Rs"),
    ("force", Fraction(1), "N newton newtons 牛"),
    ("force", Fraction(1000), "kN kilonewton kilonewtons"),
    ("energy", Fraction(1), "J joule joules 焦耳"),
    ("energy", Fraction(1000), "kJ kilojoule kilojoules"),
    ("energy", Fraction(4184, 1000), "cal calorie"),
    ("energy", Fraction(4184), "kcal"),
    ("power", Fraction(1), "W watt watts 瓦"),
    ("power", Fraction(1000), "kW kilowatt kilowatts 千瓦"),
    ("power", Fraction(10**6), "MW megawatt megawatts"),
    ("pressure", Fraction(1), "Pa pascal pascals"),
    ("pressure", Fraction(1000), "kPa"),
    ("pressure", Fraction(10**6), "MPa"),
    ("voltage", Fraction(1), "V volt volts 伏"),
    ("voltage", Fraction(1, 1000), "mV millivolt millivolts"),
    ("voltage", Fraction(1000), "kV"),
    ("current", Fraction(1), "A amp amps ampere amperes 安"),
    ("current", Fraction(1, 1000), "mA milliamp milliamps"),
    ("resistance", Fraction(1), "Ω Ω ohm ohms 欧"),
    ("resistance", Fraction(1000), "kΩ kΩ"),
    ("frequency", Fraction(1), "Hz hertz"),
    ("frequency", Fraction(1000), "kHz"),
    ("frequency", Fraction(10**6), "MHz"),
    ("frequency", Fraction(10**9), "GHz"),
    ("amount", Fraction(1), "mol mole moles"),
    ("data", Fraction(1), "byte bytes"),
    ("percent", Fraction(1), "% percent percentage pct ％ 百分之"),
)
# Written as one word, and what they are.
_COMPOUNDS = {"mph": "mi/h", "kmph": "km/h", "kph": "km/h", "kmh": "km/h", "kWh": "kW h", "Wh": "W h"}
# names, value in °C = (value + shift) * factor
_SCALES: tuple[tuple[str, Fraction, Fraction], ...] = (
    ("C °C ℃ celsius", Fraction(0), Fraction(1)),
    ("F °F ℉ fahrenheit", Fraction(-32), Fraction(5, 9)),
    ("K kelvin kelvins", Fraction(-27315, 100), Fraction(1)),
)
_MULTIPLES = {
    "hundred": 100,
    "thousand": 10**3,
    "thousands": 10**3,
    "million": 10**6,
    "millions": 10**6,
    "billion": 10**9,
    "billions": 10**9,
    "trillion": 10**12,
    "dozen": 12,
    "k": 10**3,
    "K": 10**3,
    "M": 10**6,
    "mn": 10**6,
    "B": 10**9,
    "bn": 10**9,
    "万": 10**4,
    "亿": 10**8,
    "千": 10**3,
    "百万": 10**6,
}
_POWERS = {"square": 2, "sq": 2, "squared": 2, "cubic": 3, "cu": 3, "cubed": 3, "平方": 2, "立方": 3}
_TOKEN = re.compile(
    r"\s*(?:(\^\(?(-?\d)\)?|[²³⁻¹]+|(?<=[A-Za-z])[23](?![\w.,]))"
    r"|(per\b|/|·|\*|\.)|(US\$|°\s?[CF]\b|[%$¢€£¥₹°℃℉％]|[^\W\d_²³¹⁻]+))"
)
_RAISED = str.maketrans("²³⁻¹", "23-1")


def _named(rows: str) -> list[str]:
    return rows.split()


_UNITS: dict[str, tuple[str, Fraction]] = {
    name: (dimension, factor) for dimension, factor, names in _ROWS for name in _named(names)
}
_TEMPERATURES = {name: (shift, factor) for names, shift, factor in _SCALES for name in _named(names)}


@dataclass(frozen=True, slots=True)
class Unit:
    """What a written unit is worth: `value * factor` in the dimensions' own units, after adding `shift`.

    `dimensions`: sorted `(name, power)`. `multiple`: what scale words (`million`) make of it, part of `factor`.
    """

    dimensions: tuple[tuple[str, int], ...]
    factor: Fraction
    shift: Fraction = Fraction(0)
    multiple: Fraction = Fraction(1)

    @property
    def known(self) -> bool:
        """Whether there is a dimension at all; scale words alone have none."""
        return bool(self.dimensions)


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> tuple[Unit | None, int]:
    """The unit with which `text` begins and where it ends there; None and 0 for none.

    Words that are no unit end it: "5 apples" has the unit None.
    """
    dimensions: dict[str, int] = {}
    factor, multiple = Fraction(1), Fraction(1)
    at = end = 0
    sign, power = 1, 1
    last: tuple[str, Fraction, int] | None = None
    while (token := _TOKEN.match(text, at)) is not None and end < 48:
        raised, digits, joint, name = token.groups()
        at = token.end()
        if raised is not None:
            exponent = int(digits or _exponent(raised))
            if last is None or not -4 <= exponent <= 4:
                break
            dimension, each, old = last
            dimensions[dimension] = dimensions.get(dimension, 0) + old * (exponent - 1)
            factor *= each ** (old * (exponent - 1))
            last, end = None, at
        elif joint is not None:
            if not dimensions and joint not in ("per", "/"):
                break
            sign = -1 if joint in ("per", "/") else sign
        elif name in _POWERS:
            if last is not None and name in ("squared", "cubed"):
                dimension, each, old = last
                dimensions[dimension] += old * (_POWERS[name] - 1)
                factor *= each ** (old * (_POWERS[name] - 1))
                end = at
            else:
                power = _POWERS[name]
        elif name in ("k", "K") and token.start(4) == 0:  # `5K` behind its number; `5 K` is a temperature
            factor, multiple, end = factor * 1000, multiple * 1000, at
        elif (compact := name.replace(" ", "")) in _TEMPERATURES and not dimensions:
            shift, scale = _TEMPERATURES[compact]
            return Unit((("temperature", 1),), scale, shift), at
        elif name in _MULTIPLES and not dimensions and (len(name) > 1 or not text[at : at + 1].isalpha()):
            factor *= _MULTIPLES[name]
            multiple *= _MULTIPLES[name]
            end = at
        else:
            found = _UNITS.get(name) or (_UNITS.get(name.lower()) if len(name) > 2 else None)
            compound = _COMPOUNDS.get(name) if found is None and not dimensions else None
            if compound is not None and (whole := parse_unit(compound)[0]) is not None:
                dimensions, factor, last, end = dict(whole.dimensions), factor * whole.factor, None, at
                continue
            if found is None:
                break
            dimension, each = found
            dimensions[dimension] = dimensions.get(dimension, 0) + sign * power
            factor *= each ** (sign * power)
            last, power, end = (dimension, each, sign), 1, at
    kept = tuple(sorted((name, power) for name, power in dimensions.items() if power))
    return (Unit(kept, factor, multiple=multiple), end) if end else (None, 0)


def _exponent(raised: str) -> str:
    digits = raised.translate(_RAISED)
    return digits if re.fullmatch(r"-?\d", digits) else "9"
