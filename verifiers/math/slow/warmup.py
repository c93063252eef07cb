"""What a worker does before its first question: load, practise, and take away what no question may use."""

from __future__ import annotations

import json
import re
from typing import Any

from verifiers.math.slow.algebra import decide
from verifiers.math.slow.wire import packed
from verifiers.math.tree import ONE, TWO, Apply, Node, Number, Symbol

_HARMLESS = re.compile(r"\w{1,40}(?:/\w{1,40})?", re.ASCII)
_X, _N, _PI = Symbol("x"), Symbol("n"), Symbol("pi")


def _of(head: str, *parts: Node) -> Apply:
    return Apply(head, parts)


# one pair for each part of SymPy that questions lead into: 0.2 s for all, once
_EXERCISES: list[tuple[Node, Node]] = [
    (_of("integral", _of("pow", _X, TWO), _X, Number(0), ONE), Number(1, 3)),
    (
        _of("sum", _of("div", ONE, _of("pow", _N, TWO)), _N, ONE, Symbol("infty")),
        _of("div", _of("pow", _PI, TWO), Number(6)),
    ),
    (_of("limit", _of("div", _of("sin", _X), _X), _X, Number(0), Number(0)), ONE),
    (_of("sin", _of("mul", TWO, _X)), _of("mul", TWO, _of("sin", _X), _of("cos", _X))),
    (_of("sum", _N, _N, ONE, Symbol("m")), _of("div", _of("mul", Symbol("m"), _of("add", Symbol("m"), ONE)), TWO)),
]

TRIAL = json.dumps({"left": packed(_of("add", _X, _X)), "right": packed(_of("mul", TWO, _X))}).encode()
"""A question whose answer is yes."""


def work() -> None:
    """Decide a few fixed pairs: it loads the modules and fills the caches that every question starts with."""
    for left, right in _EXERCISES:
        decide(left, right)


def refuse_evaluation() -> None:
    """Close the one way by which SymPy would evaluate a text as Python, but for the names and fractions of its tables.

    Nothing here ever hands SymPy a text; this is for what stands between, a second parser above all.
    """
    from sympy.parsing import sympy_parser

    evaluated = sympy_parser.parse_expr

    def parse_expr(text: str, *arguments: Any, **options: Any) -> Any:
        if not _HARMLESS.fullmatch(text):
            raise TypeError("no text is evaluated here")
        return evaluated(text, *arguments, **options)

    sympy_parser.parse_expr = parse_expr


def load_second_reading() -> None:
    """Import the second parser and practise with it: 0.1 s that only a worker pays which is asked to read."""
    from verifiers.math.slow import reading

    reading.practise()
