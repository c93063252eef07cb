r"""What LaTeX and markdown add to a short answer, taken off: `\textbf{(B)}\ 24` reads `(B) 24`.

Theory of operation. `plain` replaces commands by a table, turns `\frac{a}{b}` and `\sqrt{a}` into line
notation with a stack of braces (one pass), and drops the rest of the markup. `compact` is the form in which
two short texts are compared: plain, lower case, no blanks, no final point. Neither is meant for long texts
full of prose: they keep no places.
"""

from __future__ import annotations

import re
import unicodedata

# Commands that mean a character or a word. Every other command without entry is dropped if it is a font or
# a spacing (`_DROPPED`), and kept by its name otherwise.
_MEANINGS = {
    "times": "×",
    "cdot": "·",
    "div": "÷",
    "pm": "±",
    "mp": "∓",
    "circ": "°",
    "degree": "°",
    "deg": "°",
    "pi": "π",
    "theta": "θ",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "Delta": "Δ",
    "lambda": "λ",
    "mu": "μ",
    "omega": "ω",
    "Omega": "Ω",
    "phi": "φ",
    "sigma": "σ",
    "infty": "∞",
    "le": "≤",
    "leq": "≤",
    "leqslant": "≤",
    "ge": "≥",
    "geq": "≥",
    "geqslant": "≥",
    "neq": "≠",
    "ne": "≠",
    "approx": "≈",
    "to": "→",
    "rightarrow": "→",
    "Rightarrow": "⇒",
    "longrightarrow": "→",
    "leftarrow": "←",
    "cup": "∪",
    "cap": "∩",
    "in": "∈",
    "angle": "∠",
    "triangle": "△",
    "perp": "⊥",
    "parallel": "∥",
    "cong": "≅",
    "sim": "∼",
    "ldots": "...",
    "dots": "...",
    "cdots": "...",
    "prime": "'",
    "colon": ":",
    "lt": "<",
    "gt": ">",
    "langle": "<",
    "rangle": ">",
    "lbrace": "{",
    "rbrace": "}",
    "neg": "¬",
    "lnot": "¬",
    "percent": "%",
    "quad": " ",
    "qquad": " ",
    "newline": " ",
}
_DROPPED = frozenset(
    (
        *("text", "textbf", "textit", "textrm", "textsf", "texttt", "textup", "textnormal", "emph", "underline"),
        *("mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathbb", "mathcal", "boldsymbol", "bm", "operatorname"),
        *("mbox", "hbox", "left", "right", "big", "Big", "bigg", "Bigg", "displaystyle", "textstyle", "rm", "bf", "it"),
        *("boxed", "fbox", "limits", "phantom", "hspace", "ensuremath", "mathop", "tiny", "small", "large", "Large"),
    )
)
_SPACINGS = frozenset(" ,;:!>~\\")
_TOKEN = re.compile(r"\\(?:([a-zA-Z]+)\*?|(.))|([{}])|(\$\$?|\\\n)|([^\\{}$]+)|\\", re.DOTALL)
_BLANKS = re.compile(r"\s+")
_POWER = re.compile(r"\^\(?°\)?")
_TILDE = re.compile(r"~+")
_ATOM = re.compile(r"[\w.π°]+|√\([^()]*\)")
_MARKDOWN = re.compile(r"\*\*+|__+|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|`+")
_FRACTIONS = frozenset({"frac", "dfrac", "tfrac", "cfrac"})
_TRAILING = " \t\r\n.,;:!?。，、"
_EXPONENT = re.compile(r"\^(-?\d+|\w)")
_ROOT = re.compile(r"(?:sqrt|√)(\(?)(?:(\d+(?:\.\d+)?|[a-z])(?=\W|$|(?<=\d)[a-z]))?")
_SUPERSCRIPTS = str.maketrans({each: f"^{place}" for place, each in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")})
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_INDEX = re.compile(r"_(?:\((\w+)\)|(\w))")  # `H_2O`, `x_(10)`
_SIGNS = str.maketrans({"−": "-", "–": "-", "⋅": "·", "∗": "*", "º": "°"})
# Longer texts are prose, not notation, and are left as they are.
_LONGEST = 4000


def plain(text: str) -> str:
    """`text` without LaTeX and markdown, in one line."""
    if len(text) > _LONGEST:
        return _BLANKS.sub(" ", text).strip()
    if "\\" in text or "$" in text or "{" in text:
        text = _POWER.sub("°", _without_latex(text))
    if "~" in text:
        text = _TILDE.sub(" ", text)
    if "*" in text or "_" in text or "`" in text:
        text = _MARKDOWN.sub("", text)
    return _BLANKS.sub(" ", text).strip()


def compact(text: str, *, keep_case: bool = False) -> str:
    """The form in which short texts are compared: plain, without blanks, final points, and case."""
    bare = plain(text).strip(_TRAILING).replace(" ", "")
    bare = bare if keep_case else bare.lower()
    if "_" in bare or not bare.isascii():
        bare = _INDEX.sub(r"\1\2", bare.translate(_SUBSCRIPTS))
    if not bare.isascii() or "^" in bare:
        bare = _EXPONENT.sub(r"^(\1)", bare.translate(_SUPERSCRIPTS).translate(_SIGNS))
    if "√" in bare or "sqrt" in bare:
        bare = _ROOT.sub(_root, bare)
    return bare


def _root(match: re.Match[str]) -> str:
    opened, radicand = match.groups()
    if opened:
        return "√(" + (radicand or "")
    return f"√({radicand})" if radicand else "√"


def unaccented(text: str) -> str:
    """`text` without accents; for a last comparison, after everything that keeps them."""
    if text.isascii():
        return text
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))


class _Group:
    """An open brace: what it has gathered, and the command whose argument it is."""

    __slots__ = ("command", "pieces", "raised")

    def __init__(self, command: str = "", raised: bool = False) -> None:
        self.command = command
        self.raised = raised
        self.pieces: list[str] = []


def _without_latex(text: str) -> str:
    stack = [_Group()]
    pending = ""  # the command that waits for its argument
    for token in _TOKEN.finditer(text):
        name, symbol, brace, _, words = token.groups()
        if brace == "{":
            before = stack[-1].pieces
            stack.append(_Group(pending, raised=bool(before) and before[-1].endswith(("^", "_"))))
            pending = ""
            continue
        if brace == "}":
            if len(stack) > 1:
                pending = _close(stack)
            continue
        if words is not None:
            pending = _words(stack[-1], words, pending)
        elif name is not None:
            pending = _command(stack[-1], name, pending)
        elif symbol is not None:
            stack[-1].pieces.append(" " if symbol in _SPACINGS or symbol in "()[]" else symbol)
    while len(stack) > 1:
        _close(stack)
    return "".join(stack[0].pieces)


def _words(group: _Group, words: str, pending: str) -> str:
    """Add text; a command that waits takes one character of it (`\\frac12`, `\\sqrt2`)."""
    if pending == "root" and words.startswith("[") and "]" in words:
        index, _, words = words[1:].partition("]")
        group.pieces.append(f"[{index}]")
    while pending and words:
        if words[0].isspace():
            words = words.lstrip()
            continue
        pending = _take(group, pending, words[0])
        words = words[1:]
    group.pieces.append(words)
    return pending


def _command(group: _Group, name: str, pending: str) -> str:
    if name in _FRACTIONS or name == "sqrt":
        return "numerator" if name in _FRACTIONS else "root"
    if name in _DROPPED:
        return pending
    meaning = _MEANINGS.get(name, name)
    if pending:
        return _take(group, pending, meaning)
    group.pieces.append(meaning)
    return ""


def _close(stack: list[_Group]) -> str:
    """Close the innermost brace; the command that waits for a further argument."""
    group = stack.pop()
    inner = "".join(group.pieces)
    if group.command:
        return _take(stack[-1], group.command, inner)
    stack[-1].pieces.append(f"({inner})" if group.raised and len(inner) > 1 else inner)
    return ""


def _take(group: _Group, command: str, argument: str) -> str:
    argument = argument.strip()
    if command == "root":
        group.pieces.append(f"√({argument})")
        return ""
    closed = argument if _ATOM.fullmatch(argument.replace(" ", "")) else f"({argument})"
    if command == "numerator":
        group.pieces.append(closed + "/")
        return "denominator"
    group.pieces.append(closed)
    return ""
