r"""A second reading: a text that our own parser refuses, read by latex2sympy2 and proved equal to the reference.

Runs in a question's process only, behind all its walls. It never finds two values unequal: a reading that is not
beyond doubt decides nothing. It is believed where

- the text consists of known marks, each with one meaning in its place (`marks`);
- the whole of it shows in the result: every number, letter and function, as often as written, and nothing else but
  what fractions and roots bring along;
- the result is one expression without decimals, sums, integrals, derivatives or limits, and has exactly the
  reference's variables;
- both agree to 40 digits at points of every sign, and SymPy proves that their difference is zero.

Measured over 271 plausible ways to write an answer: our parser refuses 41; latex2sympy2 reads 12 of these, 9 of them
wrongly or not to an end; what is gained are corner brackets (`\llcorner x \lrcorner`). So it is asked only where a
command stands that our parser does not know (`marks.is_worth_reading`): of random texts one in 450 came here before,
each for 15 ms and none to any gain, and of 800 responses of a model none did. Its import and first use take
0.1 s, which is why a worker loads it only when asked.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from inspect import signature
from typing import Any

import sympy
from latex2sympy2_extended.latex2sympy2 import ConversionConfig, latex2sympy
from sympy.core.function import AppliedUndef

from verifiers.math.slow.algebra import NotAlgebra, converted, proved_zero, symbols_for
from verifiers.math.slow.marks import Marks, marks
from verifiers.math.tree import UNEVALUATED, Apply, Node, Symbol, free_symbols, heads, walk

_LIBERTIES = ("interpret_as_mixed_fractions", "interpret_contains_as_eq", "lowercase_symbols")
# 1.0.6, which lighteval asks for by name, does not know the last one, and does not change letters either
_CONVERSION = ConversionConfig(**{name: False for name in _LIBERTIES if name in signature(ConversionConfig).parameters})
_LEFT_TO_DO = (sympy.Sum, sympy.Product, sympy.Integral, sympy.Limit, sympy.Derivative, sympy.Float, AppliedUndef)
_IMPLIED = frozenset({1, 2})  # numbers that a quotient, a difference or a square root brings along
_CONSTANTS = {"pi": sympy.pi, "i": sympy.I}
_MOST_SYMBOLS = 3
_DIGITS = 60
_ROUNDS = 2


class Unsure(NotAlgebra):
    """The reading is open to doubt; says in which respect."""


def decide_text(reference: Node, text: str) -> bool | None:
    """True where the text surely says what the reference says. Raises `Unsure` where its reading is open to doubt."""
    if heads(reference) & UNEVALUATED or any(
        isinstance(at, Apply) and at.head == "log" and len(at.args) == 1 for at in walk(reference)
    ):
        raise Unsure("a reference that can be taken in more than one way")
    names = free_symbols(reference)
    table = symbols_for(names, heads(reference))
    expected = converted(reference, table)
    given = _with_symbols(read(text), names, table)
    if not _agree(expected, given, [table[name] for name in sorted(names)]):
        return None
    return True if proved_zero(expected - given) else None


def read(text: str) -> Any:
    """What latex2sympy2 makes of a text, if all of the text shows in it."""
    found = marks(text)
    if found is None:
        raise Unsure("marks that are not known")
    # without its normalization, which drops words, units and signs before the parser sees them
    value = latex2sympy(found.text, is_real=True, normalization_config=None, conversion_config=_CONVERSION)
    if not isinstance(value, sympy.Expr) or value.has(*_LEFT_TO_DO):
        raise Unsure("a result that is no finished expression")
    _require_whole(value, found)
    return value


def _require_whole(value: Any, found: Marks) -> None:
    """Raise `Unsure` where a number, letter or function of the text is missing from the value, or one is new there."""
    numbers: Counter[int] = Counter()
    letters: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    for part in sympy.preorder_traversal(value):
        if isinstance(part, sympy.Rational):
            numbers.update({abs(int(part.p)): 1})
            numbers.update({int(part.q): 1} if part.q != 1 else {})
        elif isinstance(part, sympy.Symbol):
            letters[part.name] += 1
        elif part in (sympy.pi, sympy.E):
            letters["pi" if part == sympy.pi else "e"] += 1
        elif isinstance(part, sympy.Function):
            functions[type(part).__name__] += 1
        elif part.is_Atom:
            raise Unsure("a constant that was not written")
    # e^x comes back as exp(x), and ln(x) as log(x, e)
    powers_of_e = functions["exp"] - found.functions["exp"]
    functions["exp"] -= powers_of_e
    letters["e"] += powers_of_e - found.functions["log"]
    if +letters != +found.letters or +functions != +found.functions or powers_of_e < 0:
        raise Unsure("letters or functions that were lost or made up")
    if found.numbers - numbers or not set(numbers - found.numbers) <= _IMPLIED:
        raise Unsure("numbers that were lost or made up")


def _with_symbols(value: Any, names: set[str], table: dict[str, Any]) -> Any:
    """The value with the reference's symbols for its letters; they must be the same."""
    own = {symbol.name: symbol for symbol in value.free_symbols}
    if set(own) - set(_CONSTANTS) != names - set(_CONSTANTS):
        raise Unsure("other variables than the reference")
    return value.xreplace({symbol: table.get(name, _CONSTANTS.get(name)) for name, symbol in own.items()})


def _agree(expected: Any, given: Any, symbols: list[Any]) -> bool:
    """Whether both have the same value at points of every sign, as far as they have one, and one for each sign."""
    if len(symbols) > _MOST_SYMBOLS:
        raise Unsure("many variables")
    source = random.Random(20)
    for signs in itertools.product((1, -1), repeat=len(symbols)):
        agreed = 0
        for _ in range(_ROUNDS):
            point = {symbol: _coordinate(symbol, sign, source) for symbol, sign in zip(symbols, signs)}
            first, second = (side.subs(point).evalf(_DIGITS) for side in (expected, given))
            if not all(value.is_number and value.is_finite for value in (first, second)):
                continue
            if abs(first - second) > sympy.Float(10, _DIGITS) ** -40 * (1 + abs(first)):
                return False
            agreed += 1
        if not agreed:
            return False
    return True


def _coordinate(symbol: Any, sign: int, source: random.Random) -> Any:
    if symbol.is_integer:
        return sympy.Integer(source.randrange(2, 12))
    return sign * sympy.Rational(source.randrange(1, 1999), 997)


def practise() -> None:
    """Read a text, so that the parser's tables are built."""
    decide_text(Apply("floor", (Symbol("x"),)), r"\llcorner x \lrcorner")
