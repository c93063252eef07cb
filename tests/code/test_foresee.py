"""Which calls are plain from the text of test code."""

from __future__ import annotations

import ast

import pytest

from verifiers.code.foresee import foreseen_calls
from verifiers.code.guest.codec import decode


def calls(code: str, check: str = "") -> list[tuple[object, ...]]:
    return [decode(request, hashing=True)[2] for request in foreseen_calls(ast.parse(code), "f", check)[0]]


@pytest.mark.parametrize(
    ("code", "complete"),
    [
        ("assert f(1) == 2\nassert f([2], 'a') == f(3)", True),
        ("import math\nfor i in range(3): print(i)\nassert math.isclose(f(1), 2)", True),
        ("def g(x): return x + 1\nassert g(1) == f(1)", True),
        ("def g(): return f(9)\nassert f(1) == g()", False),
        ("assert f(1)\nassert f(x)", False),
        ("assert f(1)\nfor i in range(3): assert f(2)", False),
        ("assert f(1) and f(2)", False),
    ],
)
def test_the_list_is_complete_only_where_nothing_else_can_call(code: str, complete: bool) -> None:
    assert foreseen_calls(ast.parse(code), "f", "")[1] is complete


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("assert f(1) == 2\nassert f([2], 'a') == f(3)", [(1,), ([2], "a"), (3,)]),
        ("x = 1\nassert f(1)\ny = f(-2.5)\nf(None)", [(1,), (-2.5,), (None,)]),
        ("import math\ndef g(): return f(9)\nassert math.isclose(f(1), 2)", [(1,)]),
        ("assert f(1)\nassert f(x)\nassert f(2)", [(1,)]),
        ("assert f(1)\nfor i in range(3): assert f(2)", [(1,)]),
        ("for i in range(3): pass\nassert f(2)", [(2,)]),
        ("assert f(1)\nassert f(2) and f(3)", [(1,)]),
        ("assert f(1)\nassert [f(2) for _ in range(3)]", [(1,)]),
        ("assert f(1)\nassert all(map(f, [1]))", [(1,)]),
        ("assert f(f(1))", [(1,)]),
        ("assert f({1, 2})", []),
        ("assert f(*[1])", []),
        ("assert f(g(1))", []),
        ("", []),
    ],
)
def test_calls_with_literal_arguments_in_straight_lines_are_foreseen(
    code: str, expected: list[tuple[object, ...]]
) -> None:
    assert calls(code) == expected


def test_the_calls_of_check_are_foreseen_by_its_parameter() -> None:
    code = "def check(candidate):\n    assert candidate(1) == 1\n    assert candidate(2) == 2\n"
    assert calls(code, "check") == [(1,), (2,)]
    assert calls(code) == []
