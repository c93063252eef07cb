r"""The marks that a text may consist of to be read a second time: tables, and the pieces of a text.

Theory of operation. latex2sympy2 reads some texts otherwise than their authors meant them: `2(3)` as 2 + 3, `2^3^4` as
(2^3)^4, `\text{cm}` as a variable. So a text goes to it only where it consists of the marks below, each in a place
where there is one way to take it, and what comes back must show every one of them (`reading`): each number, each
letter, each function, as often as it was written.

Used on both sides: it imports nothing that the fast lane would not.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

MOST_CHARACTERS = 200
_DEEPEST = 12

# how it is laid out; needs no counterpart in the value
_LAYOUT = frozenset([r"\cdot", r"\times", r"\,", r"\;", r"\!", r"\quad", r"\rfloor", r"\lrcorner", r"\rceil"])
# what the second parser knows and our own does not: where none of these stands, ours has refused the text for good
_UNREAD_BY_OURS = (r"\llcorner", r"\lrcorner")
_WITH_BRACES = frozenset([r"\frac", r"\sqrt", r"\binom"])
_DROPPED = frozenset([r"\left", r"\right"])
# a command, and the function of SymPy that must come of it; those of the first table take an argument in brackets
_FUNCTIONS = {
    r"\sin": "sin", r"\cos": "cos", r"\tan": "tan", r"\cot": "cot", r"\sec": "sec", r"\csc": "csc",
    r"\arcsin": "asin", r"\arccos": "acos", r"\arctan": "atan",
    r"\sinh": "sinh", r"\cosh": "cosh", r"\tanh": "tanh", r"\arsinh": "asinh", r"\arcosh": "acosh", r"\artanh": "atanh",
    r"\ln": "log", r"\exp": "exp",
}  # fmt: skip
_SHAPES = {
    r"\binom": "binomial", r"\lfloor": "floor", r"\llcorner": "floor", r"\lceil": "ceiling", "!": "factorial",
}  # fmt: skip
# letters that both parsers call the same; there is no gamma: latex2sympy2 takes it for Euler's constant
_LETTERS = {
    rf"\{name}": name
    for name in (
        *("alpha", "beta", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi", "pi"),
        *("rho", "sigma", "tau", "phi", "chi", "psi", "omega", "Delta", "Theta", "Lambda", "Xi", "Sigma", "Omega"),
    )
}
_PIECE = re.compile(r"(\\[A-Za-z]+|\\.|\d+|[A-Za-z]|[-+*^(){}\[\]!])|\s+")
_WORD = re.compile(r"(?<![A-Za-z\\])[A-Za-z]{3}")
_OPENING, _CLOSING = frozenset("({["), frozenset(")}]")


@dataclass(frozen=True, slots=True)
class Marks:
    """What a text consists of: its pieces, and those that its value must show, with how often they were written."""

    pieces: tuple[str, ...]
    numbers: Counter[int] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    functions: Counter[str] = field(default_factory=Counter)

    @property
    def text(self) -> str:
        """The text as the second parser gets it: letter by letter, without what only stretches brackets."""
        return " ".join(self.pieces)


def is_worth_reading(text: str) -> bool:
    """Whether a text that our own parser refuses holds a command that only the other one knows: it is no mere junk."""
    return any(command in text for command in _UNREAD_BY_OURS)


def may_be_read(text: str) -> bool:
    """Whether a text that is not mathematics to our own parser may be shown to another one."""
    return "\\" in text and marks(text) is not None


def marks(text: str) -> Marks | None:
    """The marks of a text; None where there are others among them, or one in a place where its meaning is open."""
    if len(text) > MOST_CHARACTERS or _WORD.search(text):
        return None
    pieces = _pieces(text)
    if pieces is None or not _in_place(pieces):
        return None
    found = Marks(tuple(pieces))
    for piece in pieces:
        if piece.isdigit():
            found.numbers[int(piece)] += 1
        elif piece in _LETTERS or piece.isalpha():
            found.letters[_LETTERS.get(piece, piece)] += 1
        elif piece in _FUNCTIONS or piece in _SHAPES:
            found.functions[_FUNCTIONS.get(piece) or _SHAPES[piece]] += 1
        elif piece not in _LAYOUT and piece not in _WITH_BRACES and piece[0] == "\\":
            return None
    return found


def _pieces(text: str) -> list[str] | None:
    pieces: list[str] = []
    at = 0
    while at < len(text):
        found = _PIECE.match(text, at)
        if found is None:
            return None
        at = found.end()
        if found.group(1) is not None and found.group(1) not in _DROPPED:
            pieces.append(found.group(1))
    return pieces


def _in_place(pieces: list[str]) -> bool:
    """Whether brackets are matched, arguments and exponents are plain to see, and no exponent has another."""
    depth = 0
    for place, piece in enumerate(pieces):
        following = pieces[place + 1] if place + 1 < len(pieces) else ""
        depth += (piece in _OPENING) - (piece in _CLOSING)
        if not 0 <= depth <= _DEEPEST:
            return False
        if piece in _FUNCTIONS and following != "(":
            return False
        if piece in _WITH_BRACES and following != "{" and not (piece == r"\sqrt" and following == "["):
            return False
        if piece == "^" and not _one_exponent(pieces, place + 1):
            return False
    return depth == 0


def _one_exponent(pieces: list[str], start: int) -> bool:
    """Whether one digit, one letter or one group stands here, and no further exponent after it."""
    end = start
    if pieces[start : start + 1] == ["{"]:
        depth = 1
        while depth and end + 1 < len(pieces):
            end += 1
            depth += (pieces[end] == "{") - (pieces[end] == "}")
    elif not (start < len(pieces) and (len(pieces[start]) == 1 and pieces[start].isalnum())):
        return False
    return pieces[end + 1 : end + 2] != ["^"]
