"""Writes terms in the many notations that people and models use: LaTeX in its dialects, plain text, Unicode.

Each `Writer` draws its habits from a seeded generator. Levels of binding, from the loosest: a sum, a product
whose last factor is a function without brackets, a product, a factor, a power, an atom. A text is put
in brackets wherever a tighter level is asked for than it has; so the meaning never depends on a
reader's conventions about `1/2x` or `sin x y`.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

from benchmarks.math.terms import Term, negated, term

_SUM, _LAST, _PRODUCT, _FACTOR, _POWER, _ATOM = range(6)
MODES = ("latex", "latex", "latex", "plain", "unicode")
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_BRACKETS = {
    "latex": (("(", ")"), ("(", ")"), (r"\left(", r"\right)"), (r"\left( ", r" \right)"), (r"\bigl(", r"\bigr)")),
    "plain": (("(", ")"),),
    "unicode": (("(", ")"),),
}
_BARS = {
    "latex": (("|", "|"), (r"\left|", r"\right|"), (r"\lvert ", r"\rvert ")),
    "plain": (("|", "|"), ("abs(", ")")),
    "unicode": (("|", "|"),),
}
_TIMES = {"latex": (r" \cdot ", r" \times ", r"\cdot "), "plain": ("*", " * "), "unicode": ("·", " × ")}
_FRACTIONS = (r"\frac", r"\frac", r"\dfrac", r"\tfrac")


class Writer:
    """Writes terms with habits drawn from `rng`; `mode` is `latex`, `plain` or `unicode`."""

    def __init__(self, rng: Random, mode: str | None = None) -> None:
        self.rng = rng
        self.mode = mode or rng.choice(MODES)
        self.minus = "−" if self.mode == "unicode" else "-"
        self.gap = rng.choice(("", " "))

    def write(self, item: Term) -> str:
        """`item` as text."""
        return self._at(item, _SUM)

    def number(self, number: Fraction | int) -> str:
        """A rational number as text."""
        return self._at(term(number), _SUM)

    def _at(self, item: Term, level: int) -> str:
        text, own = getattr(self, _WRITERS[item.head])(item, level)
        return text if own >= level else self._bracketed(text)

    def _bracketed(self, text: str) -> str:
        left, right = self.rng.choice(_BRACKETS[self.mode])
        return f"{left}{text}{right}"

    def _num(self, item: Term, level: int) -> tuple[str, int]:
        number = item.value
        if number < 0:
            return f"{self.minus}{self._at(term(-number), _PRODUCT)}", _SUM
        if number.denominator == 1:
            return str(number.numerator), _ATOM
        return self._fraction(str(number.numerator), str(number.denominator))

    def _fraction(self, above: str, below: str) -> tuple[str, int]:
        if self.mode == "latex":
            if len(above) == len(below) == 1 and above.isdigit() and below.isdigit() and self.rng.random() < 0.15:
                return rf"\frac{above}{below}", _FACTOR
            return f"{self.rng.choice(_FRACTIONS)}{{{above}}}{{{below}}}", _FACTOR
        return f"{above}/{below}", _PRODUCT

    def _var(self, item: Term, level: int) -> tuple[str, int]:
        return item.name, _ATOM

    def _const(self, item: Term, level: int) -> tuple[str, int]:
        if item.name == "e":
            return "e", _ATOM
        return {"latex": r"\pi", "plain": "pi", "unicode": "π"}[self.mode], _ATOM

    def _sum(self, item: Term, level: int) -> tuple[str, int]:
        text = ""
        for place, part in enumerate(item.args):
            flipped = _is_negative(part)
            piece = self._at(negated(part) if flipped else part, _LAST)
            sign = self.minus if flipped else "+"
            gap = " " if text.endswith("e") else self.gap  # `2e-1` would be a number
            text += f"{gap}{sign}{gap}{piece}" if place else (self.minus if flipped else "") + piece
        return text, _SUM

    def _product(self, item: Term, level: int) -> tuple[str, int]:
        factors = list(item.args)
        if factors[0].head == "num" and factors[0].value < 0:
            return self.minus + self._at(negated(item), _PRODUCT), _SUM
        if factors[0].head == "num" and factors[0].value == 1 and len(factors) > 1:
            factors = factors[1:]
        if len(factors) == 1:
            return self._at(factors[0], max(level, _LAST)), max(level, _LAST)
        last = level <= _LAST
        text = self._at(factors[0], _FACTOR)
        for place, part in enumerate(factors[1:], 2):
            piece = self._at(part, _LAST if last and place == len(factors) and part.head == "fn" else _FACTOR)
            text += self._between(text, piece) + piece
        return text, _LAST if last else _PRODUCT

    def _between(self, left: str, right: str) -> str:
        explicit = self.rng.choice(_TIMES[self.mode])
        if right[0].isdigit() or right.startswith(("\\frac", "\\dfrac", "\\tfrac")) or self.rng.random() < 0.2:
            return explicit
        if left[-1].isalpha() and (self.mode != "latex" or not right[0].isalpha() or right.startswith("e")):
            return explicit  # `a(`, `xsin` and `xe` read in more than one way
        if left[-1] == "e" or left[-1] == "|" or right[0] == "|" or "√" in left:
            return explicit
        if self.mode != "latex" and (right.startswith("exp") or left[-1] in ")⁰¹²³⁴⁵⁶⁷⁸⁹"):
            return explicit
        return " " if left[-1].isalpha() else ""

    def _quotient(self, item: Term, level: int) -> tuple[str, int]:
        if self.mode == "latex" and self.rng.random() < 0.9:
            above, below = (self._at(part, _SUM) for part in item.args)
            return f"{self.rng.choice(_FRACTIONS)}{{{above}}}{{{below}}}", _FACTOR
        above, below = (self._at(part, _POWER) for part in item.args)
        return f"{above}/{below}", _PRODUCT

    def _power(self, item: Term, level: int) -> tuple[str, int]:
        base, exponent = item.args
        if base.head == "const" and base.name == "e" and self.rng.random() < 0.15:
            inner = self._at(exponent, _SUM)
            return (rf"\exp\left({inner}\right)" if self.mode == "latex" else f"exp({inner})"), _POWER
        whole = exponent.head == "num" and exponent.value.denominator == 1
        if base.head == "fn" and whole and exponent.value >= 2 and self.mode == "latex" and base.name != "exp":
            inner = self._bracketed(self._at(base.args[0], _SUM))
            return rf"\{base.name}^{{{exponent.value}}}{inner}", _FACTOR
        text = self._at(base, _ATOM)
        if self.mode == "unicode" and whole:
            return text + str(exponent.value).translate(_SUPERSCRIPT), _POWER
        if self.mode == "latex":
            above = self._at(exponent, _SUM)
            return f"{text}^{above}" if len(above) == 1 and self.rng.random() < 0.5 else f"{text}^{{{above}}}", _POWER
        return f"{text}{self.rng.choice(('^', '**'))}{self._at(exponent, _ATOM)}", _POWER

    def _root(self, item: Term, level: int) -> tuple[str, int]:
        degree, inner = int(item.args[1].value), item.args[0]
        if self.mode == "latex":
            text = self._at(inner, _SUM)
            if degree == 2 and len(text) == 1 and text.isdigit() and self.rng.random() < 0.2:
                return rf"\sqrt{text}", _ATOM
            return rf"\sqrt{'' if degree == 2 else f'[{degree}]'}{{{text}}}", _ATOM
        if degree == 2 and self.mode == "unicode":
            return "√" + self._at(inner, _ATOM), _FACTOR
        if degree == 2:
            return f"sqrt({self._at(inner, _SUM)})", _ATOM
        return f"{self._at(inner, _ATOM)}^(1/{degree})", _POWER

    def _abs(self, item: Term, level: int) -> tuple[str, int]:
        left, right = self.rng.choice(_BARS[self.mode])
        return f"{left}{self._at(item.args[0], _SUM)}{right}", _ATOM

    def _log(self, item: Term, level: int) -> tuple[str, int]:
        base, inner = (self._at(part, _SUM) for part in item.args)
        if self.mode == "latex":
            return rf"\log_{{{base}}}" + self._bracketed(inner), _FACTOR
        return f"log_{base}({inner})", _FACTOR

    def _fn(self, item: Term, level: int) -> tuple[str, int]:
        argument = item.args[0]
        bare = argument.head in ("var", "const")
        if self.mode != "latex":
            return f"{item.name}({self._at(argument, _SUM)})", _FACTOR
        if bare and level <= _LAST and self.rng.random() < 0.6:
            return rf"\{item.name} {self._at(argument, _ATOM)}", _LAST
        return rf"\{item.name}" + self._bracketed(self._at(argument, _SUM)), _FACTOR


def _is_negative(item: Term) -> bool:
    if item.head == "num":
        return item.value < 0
    return item.head == "*" and item.args[0].head == "num" and item.args[0].value < 0


_WRITERS = {
    "num": "_num",
    "var": "_var",
    "const": "_const",
    "+": "_sum",
    "*": "_product",
    "/": "_quotient",
    "^": "_power",
    "fn": "_fn",
    "root": "_root",
    "abs": "_abs",
    "log": "_log",
}
