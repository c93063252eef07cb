"""Tables of notation: what characters, LaTeX commands and plain words stand for. Data only.

To teach the reader a new sign, add a line here.
"""

from __future__ import annotations

import re

from verifiers.number_words import VULGAR_FRACTIONS

# ---- characters that are another way to write something (applied before anything else)

CHARACTERS: dict[str, str] = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "﹣": "-", "－": "-",
    "×": r"\times ", "✕": r"\times ", "⋅": r"\cdot ", "·": r"\cdot ", "∙": r"\cdot ", "•": r"\cdot ", "∗": "*",
    "÷": r"\div ", "∕": "/", "⁄": "/", "∶": ":",
    "±": r"\pm ", "∓": r"\mp ", "√": r"\surd ", "∛": r"\cuberoot ", "∜": r"\fourthroot ",
    "∞": r"\infty ", "π": r"\pi ", "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ", "∂": r"\partial ",
    "≤": r"\le ", "≥": r"\ge ", "≦": r"\le ", "≧": r"\ge ", "⩽": r"\le ", "⩾": r"\ge ", "≠": r"\ne ",
    "≈": r"\approx ", "≡": r"\equiv ", "∈": r"\in ", "∉": r"\notin ", "⊂": r"\subset ", "⊆": r"\subseteq ",
    "∪": r"\cup ", "∩": r"\cap ", "∖": r"\setminus ", "∅": r"\emptyset ", "⌀": r"\emptyset ", "ø": r"\emptyset ",
    "Ø": r"\emptyset ", "∀": r"\forall ", "∴": r"\therefore ",
    "∧": r"\land ", "∨": r"\lor ", "→": r"\to ", "⇒": r"\implies ", "⟹": r"\implies ",
    "ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}", "ℚ": r"\mathbb{Q}", "ℕ": r"\mathbb{N}", "ℂ": r"\mathbb{C}",
    "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "⟨": r"\langle ", "⟩": r"\rangle ",
    "〈": r"\langle ", "〉": r"\rangle ", "∣": r"\mid ", "′": "'", "’": "'", "‘": "'", "″": "''", "”": '"', "“": '"',
    "°": r"^{\circ}", "º": r"^{\circ}", "℃": r"^{\circ}\text{C}", "℉": r"^{\circ}\text{F}", "％": "%", "…": r"\ldots ",
    "⋯": r"\ldots ", "∠": r"\angle ", "△": r"\triangle ", "，": ", ", "、": ", ", "；": "; ", "。": ".", "：": ":",
    "ⅇ": r"\mathrm{e}", "ⅈ": r"\mathrm{i}", "ℯ": r"\mathrm{e}", "𝑒": "e", "¢": r"\text{ cents}", "­": "", "​": "",
    "‌": "", "‍": "", "⁠": "", "﻿": "", "⁡": "", "⁢": "", "⁣": "", "¬": r"\neg ", "〖": "(", "〗": ")", "【": "[", "】": "]",
    "（": "(", "）": ")", "［": "[", "］": "]", "｛": r"\{", "｝": r"\}", "＋": "+", "＝": "=", "＜": "<", "＞": ">",
    "／": "/",
    "￥": "¥",
    **dict.fromkeys("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""),
    **dict(zip("αβγδεζηθικλμνξρστυφχψω", map(
        "\\{} ".format,
        [
            "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
            "nu", "xi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
        ],
    ))),
    **dict(zip("ΓΔΘΛΞΠΣΦΨΩ", map(
        "\\{} ".format, ["Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega"]
    ))),
    "ϕ": r"\phi ", "ϵ": r"\epsilon ", "ϑ": r"\theta ", "µ": r"\mu ", "℮": "e",
}  # fmt: skip

# spaces that group the digits of a number, and spaces that don't
THIN_SPACES = "\u2009\u202f\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u200a\u3000\u205f"

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˣʸᵃᵇ", "0123456789+-=()nixyab"))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₓₙₖₘ", "0123456789+-=()aexnkm"))
FRACTIONS = VULGAR_FRACTIONS

# ---- LaTeX commands

# how a formula looks, never what it means; those with an argument keep it
STYLE = frozenset(
    [
        "displaystyle",
        "textstyle",
        "scriptstyle",
        "scriptscriptstyle",
        "limits",
        "nolimits",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "biggl",
        "biggr",
        "Biggl",
        "Biggr",
        "bigm",
        "Bigm",
        "middle",
        "normalsize",
        "large",
        "Large",
        "small",
        "tiny",
        "boldmath",
        "bf",
        "rm",
        "it",
        "sf",
        "tt",
        "em",
        "mathstrut",
        "strut",
        "hfill",
        "noindent",
        "centering",
        "allowbreak",
        "nobreak",
        "relax",
        "null",
        "mathsurround",
        "leftmargin",
        "par",
        "protect",
        "unboldmath",
        "bfseries",
        "itshape",
        "ensuremath",
        "boxed",
        "fbox",
        "framebox",
        "colorbox",
        "mathclose",
        "mathopen",
        "mathord",
        "mathbin",
        "mathrel",
        "mathpunct",
        "mathinner",
        "left",
        "right",
    ]
)
SPACES = frozenset(
    [
        "quad",
        "qquad",
        "thinspace",
        "medspace",
        "thickspace",
        "enspace",
        "space",
        "negthinspace",
        "hspace",
        "vspace",
        "hskip",
        "kern",
    ]
)
# commands that put their argument into another letter shape
LETTER_SHAPES = frozenset(
    [
        "mathrm",
        "mathbf",
        "mathit",
        "mathsf",
        "mathtt",
        "mathcal",
        "mathfrak",
        "mathscr",
        "boldsymbol",
        "bm",
        "pmb",
        "operatorname",
        "mathop",
        "overrightarrow",
        "vec",
        "underline",
        "mathnormal",
        "symbf",
        "symup",
    ]
)
# letter shapes that no unit is set in: what stands in them is a formula, not a word
BOLD = frozenset({"mathbf", "boldsymbol", "bm", "pmb", "symbf", "mathit"})
ARROWS = frozenset({"vec", "overrightarrow"})
TEXT_COMMANDS = frozenset(
    ["text", "textbf", "textit", "textrm", "textsf", "texttt", "textnormal", "mbox", "hbox", "textup", "emph", "textsc"]
)

GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
        "ell",
        "hbar",
        "aleph",
        "mho",
    ]
)
SYMBOL_COMMANDS: dict[str, str] = {
    "pi": "pi", "infty": "infty", "infin": "infty", "inf": "infty", "imath": "i", "varepsilon": "epsilon",
    "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma", "Pi": "Pi",
    "emptyset": "\\emptyset", "varnothing": "\\emptyset", "empty": "\\emptyset", "O": "\\emptyset",
    "R": "\\R", "Z": "\\Z", "N": "\\N", "Q": "\\Q", "C": "\\C", "reals": "\\R", "Reals": "\\R", "exponentialE": "e",
    "partial": "partial", "nabla": "nabla", "top": "T", "intercal": "T", "Pr": "\\P",
    **{name: name for name in GREEK},
}  # fmt: skip

FUNCTION_COMMANDS: dict[str, str] = {
    **{name: name for name in (
        "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "arccot", "arcsec", "arccsc", "sinh",
        "cosh", "tanh", "coth", "sech", "csch", "ln", "exp", "log", "gcd", "lcm", "min", "max", "det", "arg",
    )},
    "cosec": "csc", "tg": "tan", "ctg": "cot", "arctg": "arctan", "arcctg": "arccot", "sh": "sinh", "ch": "cosh",
    "th": "tanh", "lg": "lg", "lb": "lb", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "arsinh": "arcsinh",
    "arcosh": "arccosh", "artanh": "arctanh", "arcsinh": "arcsinh", "arccosh": "arccosh", "arctanh": "arctanh",
    "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh", "Re": "re", "Im": "im", "sgn": "sgn", "sign": "sgn",
    "Gamma": "gamma", "erf": "erf", "cis": "cis",
}  # fmt: skip

RELATIONS: dict[str, str] = {
    "=": "=", "==": "=", ":=": "=", "<": "<", ">": ">", "<=": "<=", ">=": ">=", "=<": "<=", "!=": "!=", "~": "~",
    "≅": "~",
    "lt": "<", "gt": ">", "le": "<=", "leq": "<=", "leqslant": "<=", "leqq": "<=", "ge": ">=", "geq": ">=",
    "geqslant": ">=", "geqq": ">=", "ne": "!=", "neq": "!=", "approx": "~", "simeq": "~", "cong": "~", "sim": "~",
    "equiv": "==", "in": "in", "notin": "notin", "ni": "ni", "subset": "subset", "subseteq": "subset", "doteq": "=",
    "coloneqq": "=", "triangleq": "=", "nless": ">=", "ngtr": "<=", "to": "to", "rightarrow": "to", "mid": "divides",
}  # fmt: skip

TIMES = frozenset({"cdot", "times", "ast", "bullet", "star"})
SET_OPERATORS: dict[str, str] = {
    "cup": "union", "bigcup": "union", "cap": "inter", "bigcap": "inter", "setminus": "diff", "smallsetminus": "diff",
    "backslash": "diff",
}  # fmt: skip
CONNECTIVES: dict[str, str] = {
    "lor": "or", "vee": "or", "land": "and", "wedge": "and", "or": "or", "and": "and", "iff": "and",
}  # fmt: skip
# words that join the parts of an answer, in the languages models write in
JOINING_WORDS: dict[str, str] = {
    "or": "or", "and": "and", "and also": "and", "oder": "or", "und": "and", "ou": "or", "et": "and", "o": "or",
    "y": "and",
    "или": "or", "и": "and", "或": "or", "和": "and", "或者": "or", "与": "and", "以及": "and", "且": "and",
    "as well as": "and",
    "または": "or", "または、": "or", "と": "and", "lub": "or", "veya": "or", "또는": "or",
}  # fmt: skip
# the same between claims: there a lone `e` is a word too
JOINING_CLAIMS: dict[str, str] = {**JOINING_WORDS, "e": "and"}

OPENING: dict[str, str] = {
    "(": ")", "[": "]", "\\{": "\\}", "lbrace": "\\}", "lparen": ")", "lbrack": "]", "lfloor": "rfloor",
    "lceil": "rceil", "langle": "rangle", "lvert": "rvert", "lVert": "rVert",
}  # fmt: skip
SAME_BRACKET: dict[str, str] = {
    "lbrace": "\\{", "rbrace": "\\}", "lparen": "(", "rparen": ")", "lbrack": "[", "rbrack": "]", "vert": "|",
    "Vert": "\\|", "lgroup": "(", "rgroup": ")", "cr": "\\\\", "newline": "\\\\", "tabularnewline": "\\\\",
}  # fmt: skip

MATRIX_ENVIRONMENTS = frozenset(
    [
        "matrix",
        "pmatrix",
        "bmatrix",
        "Bmatrix",
        "vmatrix",
        "Vmatrix",
        "smallmatrix",
        "array",
        "psmallmatrix",
        "bsmallmatrix",
    ]
)
MATRIX_BRACKETED = MATRIX_ENVIRONMENTS - {"matrix", "smallmatrix", "array"}
LINE_ENVIRONMENTS = frozenset(
    ["aligned", "align", "align*", "gathered", "gather", "gather*", "split", "equation", "equation*", "alignedat"]
)

CONSTANT_WORDS = frozenset({"const", "constant"})
# commands that stand for words
WORD_COMMANDS = {"forall": "for all", "therefore": "therefore"}
# words that say in which set a number is, and two of them together
DOMAINS: dict[str, str] = {
    "real": "\\R", "reals": "\\R", "integer": "\\Z", "integers": "\\Z", "whole": "\\Z", "natural": "\\N",
    "naturals": "\\N", "rational": "\\Q", "rationals": "\\Q", "complex": "\\C", "positive": "\\R+", "negative": "\\R-",
    "nonzero": "\\R*",
    "non-zero": "\\R*", "nonnegative": "\\R0+", "non-negative": "\\R0+", "even": "\\even", "odd": "\\odd",
    "constant": "\\constant", "prime": "\\prime",
}  # fmt: skip
NARROWED: dict[frozenset[str], str] = {
    frozenset({"\\R+", "\\Z"}): "\\Z+", frozenset({"\\R-", "\\Z"}): "\\Z-", frozenset({"\\R*", "\\Z"}): "\\Z*",
    frozenset({"\\R0+", "\\Z"}): "\\Z0+", frozenset({"\\R+", "\\Q"}): "\\Q+", frozenset({"\\R+", "\\R"}): "\\R+",
    frozenset({"\\R-", "\\R"}): "\\R-", frozenset({"\\R*", "\\R"}): "\\R*", frozenset({"\\R0+", "\\R"}): "\\R0+",
    frozenset({"\\even", "\\Z"}): "\\even", frozenset({"\\odd", "\\Z"}): "\\odd",
    frozenset({"\\constant", "\\R"}): "\\constant",
}  # fmt: skip

# phrases that are another way to write a set
PHRASES: dict[str, str] = {
    **dict.fromkeys(
        ("all real numbers", "all reals", "all real values", "any real number", "the real numbers", "real numbers",
         "every real number", "the set of all real numbers", "the set of real numbers"), "\\R",
    ),
    **dict.fromkeys(
        ("no solution", "no solutions", "empty set", "the empty set", "no real solution", "no real solutions",
         "there is no solution", "there are no solutions", "no such solution"), "\\emptyset",
    ),
    "infinity": "infty",
}  # fmt: skip

# ---- plain words inside formulas

_LATEX_ONLY = frozenset({"Re", "Im", "Gamma", "th", "sh", "ch", "tg", "lb"})

PLAIN_SYMBOLS: dict[str, str] = {
    "pi": "pi", "infinity": "infty", "inf": "infty", "oo": "infty", "Infinity": "infty", "emptyset": "\\emptyset",
    **{name: name for name in GREEK if len(name) > 2},
}  # fmt: skip
PLAIN_FUNCTIONS: dict[str, str] = {
    **{name: value for name, value in FUNCTION_COMMANDS.items() if name not in _LATEX_ONLY},
    "sqrt": "sqrt", "cbrt": "cbrt", "abs": "abs", "floor": "floor", "ceil": "ceil", "binomial": "binom",
    "binom": "binom", "choose": "choose", "log10": "log10", "log2": "log2", "factorial": "fact", "root": "root",
    "frac": "frac",
}  # fmt: skip
# a function written together with its argument, and with a factor before it: `sinx`, `xlnx`
GLUED = re.compile(r"([a-z]?)(sin|cos|tan|cot|sec|csc|ln|log|arcsin|arccos|arctan|sinh|cosh|exp)([xyzuvnA-C])")
# operators that are often set as text
OPERATOR_NAMES = frozenset(
    ["tr", "Tr", "rank", "Var", "Cov", "dim", "ker", "diag", "proj", "adj", "Area", "area", "Vol"]
)
# functions whose names are words or units as well
WORDS_TOO = frozenset(
    [
        "min",
        "max",
        "sec",
        "arg",
        "sign",
        "floor",
        "ceil",
        "root",
        "choose",
        "frac",
        "factorial",
        "abs",
        "exp",
        "tan",
        "th",
        "lb",
        "ch",
    ]
)
PLAIN_OPERATORS: dict[str, str] = {
    "cup": "union", "cap": "inter", "union": "union", "intersect": "inter", "U": "union",
}  # fmt: skip

SUM_LIKE = {"sum": "sum", "prod": "prod", "int": "integral", "iint": "integral", "oint": "integral", "lim": "limit"}

ELLIPSES = frozenset({"...", "ldots", "dots", "cdots", "dotsc", "dotsb", "dotsm", "dotsi", "dotso", "hdots", "vdots"})
# names of money that stand before the number, and the sign they stand for
MONEY_NAMES = {
    "US$": r"\$", r"US\$": r"\$", "US $": r"\$", r"US \$": r"\$", "USD": r"\$", "Rs.": "₹", "Rs": "₹", "rs.": "₹",
    "INR": "₹", "EUR": "€", "GBP": "£",
}  # fmt: skip
# commands that are a sign
SAME_SIGN = {
    "textdollar": "$", "mathdollar": "$", "dollar": "$", "pounds": "£", "textsterling": "£", "euro": "€",
    "texteuro": "€", "textyen": "¥", "yen": "¥", "rupee": "₹", "textrupee": "₹", "colon": ":", "textdegree": "°",
}  # fmt: skip
MONEY = {"$": "dollar", "€": "euro", "£": "poundsterling", "¥": "yen", "₹": "rupee"}

# commands that make a name of the letters after them
PREFIX_COMMANDS = frozenset({"angle", "triangle", "measuredangle", "square", "odot", "parallelogram"})
ACCENTS = frozenset({"dot", "ddot", "dddot", "hat", "tilde", "widehat", "widetilde"})
# commands that may begin a factor after another one without a sign between
OPERAND_COMMANDS = frozenset(
    {
        *("langle", "lfloor", "lceil", "lvert", "lVert", "frac", "sqrt", "surd", "cuberoot", "fourthroot", "binom"),
        *("overline", "bar", "underbrace", "overbrace", "vert", "textcircled"),
        *ACCENTS,
        *ELLIPSES,
        *PREFIX_COMMANDS,
        *SYMBOL_COMMANDS,
        *FUNCTION_COMMANDS,
        *SUM_LIKE,
    }
)
