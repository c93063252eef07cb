"""Units and labels as data: the names, what they measure, and the words that make a phrase no label.

To teach a unit, add a line to `TABLE`; another spelling of a whole phrase goes to `SPECIAL`.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PREFIXES = {
    "n": -9, "µ": -6, "u": -6, "m": -3, "c": -2, "d": -1, "k": 3, "M": 6, "G": 9, "T": 12,
    "nano": -9, "micro": -6, "milli": -3, "centi": -2, "deci": -1, "kilo": 3, "mega": 6, "giga": 9,
}  # fmt: skip

# dimension, scale, names; a name with * takes the short prefixes, with ^ the long ones
TABLE: tuple[tuple[str, str, str], ...] = (
    ("length", "1", "m* meter^ meters^ metre^ metres^ mtr mtrs"),
    ("length", "1/100", "cms"),
    ("length", "1/1000", "mms"),
    ("length", "1000", "kms"),
    ("length", "1/1000000", "micron microns"),
    ("length", "0.0254", "in inch inches ins"),
    ("length", "0.3048", "ft foot feet fts"),
    ("length", "0.9144", "yd yard yards yds"),
    ("length", "1609.344", "mi mile miles mis"),
    ("length", "149597870700", "AU au"),
    ("length", "9460730472580800", "ly lightyear lightyears"),
    ("length", "1852", "nmi"),
    ("length", "1/10000000000", "angstrom angstroms Å"),
    ("length^3", "1/1000", "l* L* liter^ liters^ litre^ litres^ ltr ltrs lts ell"),
    ("length^3", "0.003785411784", "gal gallon gallons"),
    ("length^3", "0.000946352946", "qt quart quarts"),
    ("length^3", "0.000473176473", "pt pint pints"),
    ("length^3", "0.0002365882365", "cup cups"),
    ("length^3", "0.0000295735295625", "floz"),
    ("length^3", "0.00001478676478125", "tbsp tablespoon tablespoons"),
    ("length^3", "0.00000492892159375", "tsp teaspoon teaspoons"),
    ("length^3", "1/1000000", "cc"),
    ("length^2", "10000", "ha hectare hectares"),
    ("length^2", "4046.8564224", "acre acres"),
    ("mass", "1/1000", "g* gram^ grams^ gramme^ grammes^ gms"),
    ("mass", "1", "kgs kilos"),
    ("mass", "1000", "t tonne tonnes"),
    ("mass", "0.45359237", "lb lbs pound pounds"),
    ("mass", "0.028349523125", "oz ounce ounces"),
    ("time", "1", "s* sec secs second^ seconds^"),
    ("time", "60", "min mins minute minutes"),
    ("time", "3600", "h hr hrs hour hours"),
    ("time", "86400", "day days"),
    ("time", "604800", "week weeks wk wks"),
    ("time", "1209600", "fortnight fortnights"),
    ("month", "1", "month months"),
    ("month", "12", "year years yr yrs"),
    ("month", "120", "decade decades"),
    ("month", "1200", "century centuries"),
    ("current", "1", "A* amp amps ampere amperes"),
    ("temperature", "1", "K* kelvin kelvins"),
    ("amount", "1", "mol* mole moles"),
    ("mass length time^-2", "1", "N* newton^ newtons^"),
    ("mass length time^-2", "1/100000", "dyn dyne dynes"),
    ("mass length^2 time^-2", "1", "J* joule^ joules^"),
    ("mass length^2 time^-2", "1/10000000", "erg ergs"),
    ("mass length^2 time^-2", "1.602176634/10000000000000000000", "eV* electronvolt^ electronvolts^"),
    ("mass length^2 time^-2", "3600", "Wh*"),
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
    ("amount length^-3", "1000", "M* molar"),
    ("dollar", "1", "dollar dollars USD usd bucks buck $ US$"),
    ("dollar", "1/100", "cent cents ¢"),
    ("euro", "1", "euro euros EUR €"),
    ("euro", "1/100", "eurocent eurocents"),
    ("poundsterling", "1", "poundsterling GBP £"),
    ("poundsterling", "1/100", "pence"),
    ("yen", "1", "yen JPY ¥"),
    ("yuan", "1", "yuan RMB CNY rmb 元"),
    ("rupee", "1", "rupee rupees Rs rs INR ₹"),
    ("rupee", "1/100", "paise paisa"),
    ("bit", "1", "bit bits"),
    ("bit", "8", "byte bytes B"),
    ("angle", "1", "rad* radian^ radians^ rads"),
    ("unit", "1", "unit units u"),
)
SPECIAL = {
    "mph": "mi/h", "kph": "km/h", "kmh": "km/h", "kmph": "km/h", "kmhr": "km/h", "fps": "ft/s", "mps": "m/s",
    "mpg": "mi/gal", "sqft": "ft^2", "sqm": "m^2",
    "米": "m", "厘米": "cm", "千米": "km", "公里": "km", "毫米": "mm", "千克": "kg", "公斤": "kg", "克": "g", "吨": "t",
    "小时": "h", "分钟": "min", "秒": "s", "天": "day", "周": "week", "月": "month", "个月": "month", "年": "year",
    "升": "L", "毫升": "mL", "平方厘米": "cm^2", "平方米": "m^2", "平方千米": "km^2", "立方米": "m^3",
    "立方厘米": "cm^3",
    "度": "degree", "美元": "dollar", "欧元": "euro", "元": "yuan", "人民币": "yuan", "卢比": "rupee",
    "см": "cm", "мм": "mm", "км": "km", "м": "m", "кг": "kg", "г": "g", "ч": "h", "мин": "min", "с": "s",
    "рублей": "ruble", "руб": "ruble",
}  # fmt: skip
# names of several words, as one; read before the words by themselves
PHRASES = {
    "electron volt": "electronvolt", "light year": "lightyear", "fluid ounce": "floz", "fl oz": "floz",
    "nautical mile": "nmi", "watt hour": "Wh", "kilowatt hour": "kWh", "metric ton": "tonne", "us dollar": "dollar",
    "american dollar": "dollar", "pound sterling": "poundsterling", "pounds sterling": "poundsterling",
}  # fmt: skip
# how a temperature scale is named after "degrees"
SCALES_OF_TEMPERATURE = {"c": "°C", "celsius": "°C", "centigrade": "°C", "f": "°F", "fahrenheit": "°F"}
# words after a unit that say what was measured, not another unit: `5 years old`, `3 feet long`, `12 miles in total`
AFTER_UNITS = (
    "old", "long", "tall", "wide", "high", "deep", "thick", "apart", "away", "total", "altogether", "each", "in total",
    "in all", "in length", "in height", "in width", "in area", "in volume", "of age",
)  # fmt: skip
# names that may as well be magnitudes or parts: against a number without a unit they say too little
ALSO_MAGNITUDES = frozenset({"M", "B", "MM", "quarters", "quarter"})
DEGREES = {"degree", "degrees", "deg", "degs"}
# the dimensions that are money
CURRENCIES = _words("dollar euro poundsterling yen yuan rupee")
# which way a percentage goes
DIRECTIONS = _words("increase decrease rise fall drop gain loss reduction growth decline raise cut")
# words that make a phrase say something else than "so many of these"
NOT_LABELS = _words(
    """
    is are was were be not no nor or and but if then else than minus plus times divided equals equal wrong right
    correct incorrect false true maybe perhaps i we you it so because where for all any every some none never either
    neither both less more fewer greater least most about approximately roughly squared cubed with without answer
    other another only except when which that the a an to can could should would may might instead rather percent
    mod modulo factorial root over power inverse reciprocal half double twice triple unknown impossible undefined
    nothing infinity pi doubled tripled trebled quadrupled halved negated inverted excluded excluding exclusive
    omitted negative below above under beyond between versus against until till multiplied subtracted increased
    decreased reduced cube short too carré quadrado quadrato cuadrado quadrat квадрат квадрате
    """
)
# the same in scripts that set no blanks between words: "at least", "times", "square", "half", "not", ...
NOT_LABELS_INSIDE = (
    *(
        "以上",
        "以下",
        "以内",
        "未満",
        "未满",
        "超",
        "より",
        "倍",
        "平方",
        "立方",
        "一半",
        "半分",
        "分之",
        "ない",
        "ません",
    ),
    *("大于", "小于", "不", "이상", "이하", "보다", "미만", "초과", "배수", "제곱", "절반", "아니"),
)
