"""From text to tokens: one pass over LaTeX, Unicode and plain mathematics.

`normal_text` brings a claim into one spelling: characters of other alphabets and decorations of LaTeX that carry no
meaning are gone, digits grouped by anything but a comma are joined by `{,}`. It is the canonical text that samples are
told apart by. `tokenize` cuts that text; it knows the brackets it is in, since a comma between digits groups them only
outside brackets.

Both refuse what is too long before they work, and are linear.
"""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import NamedTuple

from verifiers.math import lettering
from verifiers.math import notation as tables
from verifiers.math.counted_text import pieces
from verifiers.math.digits import GOES_ON, Commas, longest_number
from verifiers.math.number_spelling import (
    MONEY_INITIALS,
    with_lone_dollar,
    with_plain_signs,
    with_signs_out_of_text,
    with_whole_words,
)
from verifiers.math.unit_notation import with_units_as_text

MOST_CHARACTERS = 20_000
MOST_TOKENS = 3_000


class ParseFailure(Exception):
    """Text that cannot be read as mathematics: where (`position` in the normal text) and why."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"{reason} (at character {position})")
        self.position = position
        self.reason = reason


class Token(NamedTuple):
    """One sign.

    `kind` is one of num, digits (of a base above ten), name, letters, text, cmd, op, begin, end; `space` tells whether
    white space precedes.
    """

    kind: str
    value: str
    position: int
    space: bool = False


_token = partial(tuple.__new__, Token)  # the hot way to make one: `_token((kind, value, position, space))`


# ---- normal text

_CHARACTERS = str.maketrans(tables.CHARACTERS)
_THIN_IN_NUMBER = re.compile(rf"(?<=\d)(?:\\[,;:! ]|\{{\\,\}}|~|[{tables.THIN_SPACES}])+(?=\d{{3}}(?!\d))")
_COMMA_WITH_NEGATIVE_SPACE = re.compile(r"(?<=\d)(?:\{,\}|,\s*\\!|\\!\s*,|\\,\s*,|,\s*\\,)\s*(?=\d{3}(?!\d))")
_THIN = re.compile(rf"[{tables.THIN_SPACES}]")
_SCRIPTS = re.compile(f"([{''.join(tables.SUPERSCRIPTS)}]+)|([{''.join(tables.SUBSCRIPTS)}]+)")
_FRACTION = re.compile(f"[{''.join(tables.FRACTIONS)}]")
_MATH_MARKS = re.compile(r"(?<!\\)\$+|(?<!\\)\\[()]|(?<!\\)\\[\[\]](?!\s*-?\d+(?:\.\d+)?\s*(?:pt|em|ex|mm|cm)\])")
_BARS = re.compile(r"\\left\s*(?:\||\\vert|\\lvert)|\\right\s*(?:\||\\vert|\\rvert)")
_DELIMITER_SIZE = re.compile(r"\\(?:left|right|[bB]igg?[lrm]?|middle)(?![A-Za-z])\s*\.?")
_INVISIBLE = re.compile(
    r"(?<!\\)\\(?:[,;:!>/ ]|(?:quad|qquad|thinspace|medspace|thickspace|enspace)(?![A-Za-z]))|(?<!\\)~"
)
_STYLES = re.compile(r"\\(?:displaystyle|textstyle|scriptstyle|limits|nolimits)(?![A-Za-z])")
_SKIP = re.compile(r"\\[hv]space\*?\{[^{}]*\}|\\(?:hphantom|vphantom|phantom|label|tag)\*?\{[^{}]*\}|\\hline")
_ROW_SPACING = re.compile(r"(\\\\)\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|pc|mu|\\baselineskip)\s*\]")
_COLOR = re.compile(r"\\(?:text)?color\{[^{}]*\}")
_FRAC_SPELLING = re.compile(r"\\(?:[dtcsx]|nice|flat)frac(?![A-Za-z])")
_BINOM_SPELLING = re.compile(r"\\[dt]binom(?![A-Za-z])")
_TEMPERATURE = re.compile(
    r"\^\s*\{?\s*\\circ\s*\}?\s*(?:\\(?:text|mathrm|mbox)\s*\{\s*([CF])\s*\}|([CF])(?![A-Za-z_]))"
)
_CROSS = re.compile(r"(?<=\d) ?x ?(?=\d)")  # 12 x 18, 6.02 x 10^23
_WIDE_COMMA = re.compile(r"(?<=\d)，(?=\d)")
_ROMAN = re.compile(r"\{\\rm(?![A-Za-z])([^{}]*)\}")
_MODULES = re.compile(r"(?<![\w.\\])(?:np|numpy|math|sympy|sp)\.(?=[a-z])")
# what the commands of a step have in common: most texts hold none, and are passed by
_DELIMITERS = re.compile(r"\\(?:left|right|[bB]ig|middle)")
_BLANK_COMMANDS = re.compile(r"\\(?:[,;:!>/ ]|q?quad|(?:thin|med|thick|en)space)|~")
_CONDITION_APART = re.compile(
    r"\\q?quad\s*(?=(?:\\q?quad\s*|\(|\\forall\s*)*\\?[A-Za-z]\s*(?:[=<>]|\\(?:in|not|ne|neq|le|leq|ge|geq|lt|gt)(?![A-Za-z])))"
)
_SKIPPED = re.compile(r"\\(?:[hv]space|[hv]?phantom|label|tag|hline)")


def normal_text(text: str) -> str:
    """The one spelling of `text`. Idempotent, linear; raises `ParseFailure` where `text` is too long."""
    if len(text) > MOST_CHARACTERS:
        raise ParseFailure(MOST_CHARACTERS, f"longer than {MOST_CHARACTERS} characters")
    if not text.isascii():
        text = _from_unicode(text)
    if not text.isprintable():  # a line end behind a backslash is a blank behind it
        text = " ".join(text.split())
    if "{" in text or text[:1] in MONEY_INITIALS:
        text = with_plain_signs(text)
    if "\\" in text or "~" in text or "$" in text:
        text = _without_decoration(text)
    if "x" in text:
        text = _CROSS.sub(r" \\times ", text)
    if "." in text:
        text = _MODULES.sub("", text)
        if ". " in text or ".m" in text:
            text = with_whole_words(text)
    return without_doubled_brackets(" ".join(text.split()))


def without_doubled_brackets(text: str) -> str:
    """`text` without the braces or brackets that stand doubled around the whole of it."""
    for opening, closing in ("{}", "()"):
        if not text.startswith(opening * 2) or not text.endswith(closing * 2) or text.endswith("\\" + closing * 2):
            continue
        leading = len(text) - len(text.lstrip(opening))
        trailing = len(text) - len(text.rstrip(closing))
        least = depth = leading
        for character in text[leading : len(text) - trailing]:
            depth += (character == opening) - (character == closing)
            least = min(least, depth)
        dropped = min(least, trailing) - 1
        if depth == trailing == leading and dropped > 0:
            text = text[dropped : len(text) - dropped]
    return text


def _from_unicode(text: str) -> str:
    text = _THIN_IN_NUMBER.sub("{,}", text)
    text = _WIDE_COMMA.sub(",", text)
    text = _THIN.sub(" ", text)
    text = _SCRIPTS.sub(_script, text)
    text = _FRACTION.sub(_vulgar_fraction, text)
    text = text.translate(_CHARACTERS)
    if text.isascii():
        return text
    return "".join(_plain_character(character) for character in text)


def _vulgar_fraction(found: re.Match[str]) -> str:
    above, below = tables.FRACTIONS[found.group()]
    return f"\\frac{{{above}}}{{{below}}}"


def _temperature(found: re.Match[str]) -> str:
    return r"\text{ celsius}" if "C" in found.groups() else r"\text{ fahrenheit}"


def _script(found: re.Match[str]) -> str:
    above, below = found.group(1), found.group(2)
    if above:
        return "^{" + "".join(tables.SUPERSCRIPTS[character] for character in above) + "}"
    return "_{" + "".join(tables.SUBSCRIPTS[character] for character in below) + "}"


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character)
    if len(folded) == 1 and folded.isascii():
        return folded
    return character


def _without_decoration(text: str) -> str:
    blanks = _BLANK_COMMANDS.search(text) is not None
    if blanks or "{,}" in text:
        text = _COMMA_WITH_NEGATIVE_SPACE.sub("{,}", text)
    if blanks:
        text = _THIN_IN_NUMBER.sub("{,}", text)
    if "\\\\" in text:
        text = _ROW_SPACING.sub(r"\1", text)
    if "$" in text:
        text = with_lone_dollar(text)
    text = _MATH_MARKS.sub(" ", text)
    if "\\" not in text and "~" not in text:
        return text
    if _DELIMITERS.search(text):
        text = _BARS.sub(lambda found: r"\lvert " if found.group().startswith(r"\left") else r"\rvert ", text)
        text = _DELIMITER_SIZE.sub("", text)
    if "\\text{" in text:
        text = with_signs_out_of_text(text)
    if "\\rm" in text:
        text = _ROMAN.sub(r"\\mathrm{\1}", text)
    if "style" in text or "limits" in text:
        text = _STYLES.sub(" ", text)
    if "quad" in text:
        text = _CONDITION_APART.sub(", ", text)
    if blanks:
        text = _INVISIBLE.sub(" ", text.replace(r"\!", ""))
    if _SKIPPED.search(text):
        text = _SKIP.sub(" ", text)
    if "color" in text:
        text = _COLOR.sub("", text)
    if "circ" in text:
        text = _TEMPERATURE.sub(_temperature, text)
    if "frac" in text:
        text = _FRAC_SPELLING.sub(r"\\frac", text)
    return _BINOM_SPELLING.sub(r"\\binom", text) if "binom" in text else text


# ---- tokens

_DIGITS_OF_A_BASE = r"""(?P<digits>(?<![A-Za-z\\])(?:
        (?=[A-F]*\d)[\dA-F]*[A-F][\dA-F]*(?=_\{?1[1-6]\}?(?!\d)) | [\dA-F]{2,}(?=_\{?16\}?(?!\d)))) |"""
# letters with which words in Latin script go on, and the marks upon or after the letters of other scripts
_LATIN = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff\u0300-\u036f"
_COMBINING = (
    "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0962\u0963\u0981-\u0983\u09bc-\u09cd"
    "\u0a3c-\u0a4d\u0abc-\u0acd\u0bbe-\u0bcd\u0c3e-\u0c56\u0cbc-\u0ccd\u0d3e-\u0d4d\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
)
_SIGNS = rf"""
    (?P<sign>[+,(){{}}\[\]^_;&])
    | (?P<num>\d+(?:\.\d+|\.(?=\s*[/*+\-)}}\]]))?|\.\d+)
    | (?P<letters>[A-Za-z]++(?![{_LATIN}]))
    | (?P<command>\\(?:[A-Za-z]+\*?|.))
    | (?P<op><=|>=|!=|==|:=|=<|\*\*|\.\.\.|->|=>|[!-@[-`{{-~])
    | (?P<word>[A-Za-z]*[{_LATIN}][A-Za-z{_LATIN}]* | [^\W\d_A-Za-z](?:[^\W\d_A-Za-z]|[{_COMBINING}])*)
    | (?P<other>\S)"""
_TOKEN = re.compile(rf"\s*(?:{_SIGNS})", re.VERBOSE | re.DOTALL)
_TOKEN_WITH_BASES = re.compile(rf"\s*(?:{_DIGITS_OF_A_BASE}{_SIGNS})", re.VERBOSE | re.DOTALL)
_HIGH_BASE = re.compile(r"_\{?1[1-6]")
_DIGITS_IN_TEXT = re.compile(r"\\(?:text|mathrm|mathsf|texttt|mathtt)\s*\{([0-9A-F]+)\}")
_DEEPEST_TEXT = 3


def tokenize(text: str, commas: Commas = "auto") -> list[Token]:
    """The tokens of a normal text. `commas`: what a comma between digits is, where that is open."""
    tokens: list[Token] = []
    if "\\" in text:
        text = with_units_as_text(text)
        if _HIGH_BASE.search(text):
            text = _DIGITS_IN_TEXT.sub(r"\1", text)
    _tokenize_into(tokens, text, commas, 0)
    return tokens


def _tokenize_into(tokens: list[Token], text: str, commas: Commas, level: int) -> None:
    at, length, depth = 0, len(text), 0
    match = (_TOKEN_WITH_BASES if _HIGH_BASE.search(text) else _TOKEN).match
    append = tokens.append
    while at < length:
        found = match(text, at)
        if found is None:  # a lone backslash, or blanks, at the end
            break
        if len(tokens) > MOST_TOKENS:
            raise ParseFailure(at, f"more than {MOST_TOKENS} signs")
        kind = found.lastgroup or "other"
        value = found[kind]
        start, end = found.span(kind)
        space = start > at
        at = end
        if kind == "sign":
            append(_token(("op", value, start, space)))
            if value in _OPEN:
                depth += 1
            elif value in _CLOSE:
                depth = max(0, depth - 1)
        elif kind == "num":
            if text[end : end + 1] in GOES_ON:
                value, at = longest_number(text, start, value, end, commas if depth == 0 else "list")
            append(_token(("num", value, start, space)))
        elif kind == "letters":
            append(_token(("name" if len(value) == 1 else "letters", value, start, space)))
        elif kind == "command":
            at = _command(tokens, text, start, value, end, space, level, commas)
            if tokens and tokens[-1].value in _OPEN_COMMANDS:
                depth += 1
            elif tokens and tokens[-1].value in _CLOSE_COMMANDS:
                depth = max(0, depth - 1)
        else:
            append(_token((_KINDS[kind], value, start, space)))


_KINDS = {"op": "op", "other": "op", "word": "text", "digits": "digits"}
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_OPEN_COMMANDS, _CLOSE_COMMANDS = frozenset({"\\{", "langle"}), frozenset({"\\}", "rangle"})


def _braced(text: str, at: int) -> tuple[str, int] | None:
    """The content of the braces that open at `at` and the place after them; an unclosed one runs on."""
    while at < len(text) and text[at] == " ":
        at += 1
    if at >= len(text) or text[at] != "{":
        return None
    depth, start = 0, at
    while at < len(text):
        character = text[at]
        if character == "\\":
            at += 2
            continue
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                return text[start + 1 : at], at + 1
        at += 1
    return text[start + 1 :], len(text)


def _letter(text: str, at: int) -> tuple[str, int] | None:
    """The one letter that a command without braces takes: `\\vec a`."""
    while text[at : at + 1] == " ":
        at += 1
    return (text[at], at + 1) if text[at : at + 1].isalpha() else None


def _command(
    tokens: list[Token], text: str, at: int, value: str, end: int, space: bool, level: int, commas: Commas
) -> int:
    name = value[1:]
    if not name[:1].isalpha():
        _escaped(tokens, name, at, space)
        return end
    role = _ROLES.get(name)
    if role is None:
        tokens.append(_token(("cmd", name, at, space)))
        return end
    if role == "bracket":
        tokens.append(_token(("op", _SAME_SIGN[name], at, space)))
        return end
    if role == "style":
        return end
    if role == "words":
        tokens.append(_token(("text", tables.WORD_COMMANDS[name], at, space)))
        return end
    body = _braced(text, end)
    if role == "shape":
        if body is None:
            body = _letter(text, end) if name in tables.BOLD or name in tables.ARROWS else None
        if body is None:
            return end
        _shaped(tokens, name, body[0], at, space, level, commas, applied=text[body[1] :].lstrip()[:1] == "(")
        return body[1]
    if role == "environment":
        if body is None:
            tokens.append(Token("cmd", name, at, space))
            return end
        tokens.append(Token(name, body[0].strip().rstrip("*"), at, space))
        return body[1]
    if body is None:  # \mathbb R
        while text[end : end + 1] == " ":
            end += 1
        body = text[end : end + 1], end + 1
    tokens.append(Token("name", "\\" + body[0].strip(), at, space))
    return body[1]


_SAME_SIGN = {**tables.SAME_BRACKET, **tables.SAME_SIGN}
# what is done with a command here; the others are the parser's
_ROLES = {
    **dict.fromkeys(tables.TEXT_COMMANDS | tables.LETTER_SHAPES, "shape"),
    **dict.fromkeys(tables.WORD_COMMANDS, "words"),
    **dict.fromkeys(("begin", "end"), "environment"),
    **dict.fromkeys(("mathbb", "Bbb", "mathds"), "set"),
    **dict.fromkeys(tables.STYLE | tables.SPACES, "style"),
    **dict.fromkeys(_SAME_SIGN, "bracket"),
}


def _escaped(tokens: list[Token], name: str, at: int, space: bool) -> None:
    if name in "{}":
        tokens.append(Token("op", "\\" + name, at, space))
    elif name == "|":
        tokens.append(Token("op", "\\|", at, space))
    elif name == "\\":
        tokens.append(Token("op", "\\\\", at, space))
    elif name in "$%#&_":
        tokens.append(Token("op", {"&": "text&"}.get(name, name), at, space))


def _after_number(tokens: list[Token]) -> bool:
    return bool(tokens) and (tokens[-1].kind == "num" or tokens[-1].value in {"}", ")"})


def _shaped(
    tokens: list[Token], command: str, body: str, at: int, space: bool, level: int, commas: Commas, *, applied: bool
) -> None:
    """The content of `\\text{…}`, `\\mathrm{…}` and their like; `applied`: whether a round bracket follows."""
    inner = body.strip()
    if not inner:
        return
    kind, value = lettering.reading(command, inner, after_number=_after_number(tokens), applied=applied)
    if kind == "text":
        parts = pieces(value)
    else:
        parts = [(kind, value)]
    for part, written in parts:
        if part != "formula":
            tokens.append(_token((part, written, at, space)))
        elif level < _DEEPEST_TEXT:
            _tokenize_into(tokens, written, commas, level + 1)
