"""When output and values are taken for the same."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.code.compare import same_output, same_value, told
from verifiers.code.guest.codec import Opaque, decode, encode
from verifiers.problem import Checker, Tolerance


@pytest.mark.parametrize(
    ("rule", "expected", "printed", "same"),
    [
        ("tokens", "1 2\n", "1   2", True),
        ("tokens", "1 2\n", "1\n2\n", True),
        ("tokens", "1 2", "1 2 3", False),
        ("tokens", "1 2 3", "1 2", False),
        ("tokens", "YES", "yes", False),
        ("tokens", "1", "1.0", False),
        ("tokens", "14", "１４", False),
        ("tokens", "14", "+14", False),
        ("tokens", "a b", "a\u00a0b", False),
        ("tokens", "a b", "a\u2003b", False),
        ("tokens", "é", "é", True),
        ("tokens", "", "\n\n", True),
        ("exact", "a\n", "a", True),
        ("exact", "a", "a\n", True),
        ("exact", "a", "a\n\n", False),
        ("exact", "a b", "a  b", False),
        ("exact", "a\n", "a \n", False),
        ("lines", "a\nb\n", "a  \nb\t\n\n\n", True),
        ("lines", "a\r\nb", "a\nb", True),
        ("lines", "a\nb", "a b", False),
        ("lines", "a\n\nb", "a\nb", False),
        ("lines", "a", " a", False),
        ("lines", "a", "a\ngarbage", False),
        ("lines", "a\nb", "a", False),
        ("unordered_lines", "a\nb\n", "b\na", True),
        ("unordered_lines", "a\nb\nb", "b\na\na", False),
        ("unordered_lines", "a\nb", "a\nb\nb", False),
        ("unordered_lines", "a b\nc", "c \na b\n\n", True),
        ("unordered_lines", "a b", "b a", False),
        ("floats", "0.333333", "0.3333333333", True),
        ("floats", "1", "1.0", True),
        ("floats", "1", "1e0", True),
        ("floats", "0", "1e-7", True),
        ("floats", "0", "1e-5", False),
        ("floats", "1000000", "1000000.9", True),
        ("floats", "1", "1.1", False),
        ("floats", "x 1.0", "x 1", True),
        ("floats", "x 1.0", "y 1", False),
        ("floats", "1.0", "nan", False),
        ("floats", "nan", "1.0", False),
        ("floats", "nan", "nan", True),
        ("floats", "1.0", "inf", False),
        ("floats", "1e999", "2e999", False),
        ("floats", "14", "1_4", False),
        ("floats", "14", "１４", False),
        ("floats", "14", "0xe", False),
        ("floats", "1.0 2.0", "1.0", False),
    ],
)
def test_output_is_compared_by_the_rule(rule: Any, expected: str, printed: str, same: bool) -> None:
    assert same_output(expected.encode(), printed.encode(), Checker(type=rule)) is same


@pytest.mark.parametrize("rule", ["tokens", "exact", "lines", "unordered_lines", "floats"])
def test_case_is_kept_unless_the_problem_ignores_it(rule: Any) -> None:
    assert not same_output(b"YES 1.0", b"yes 1.0", Checker(type=rule))
    assert same_output(b"YES 1.0", b"yes 1.0", Checker(type=rule, ignore_case=True))
    assert not same_output(b"YES 1.0", b"no 1.0", Checker(type=rule, ignore_case=True))
    assert not same_output("É".encode(), "é".encode(), Checker(type=rule, ignore_case=True))


def test_the_tolerance_of_floats_is_the_problems() -> None:
    assert same_output(b"100", b"101", Checker(type="floats", relative=0.01))
    assert not same_output(b"100", b"101", Checker(type="floats", relative=0.0, absolute=0.5))


@given(st.binary())
def test_output_equals_itself_by_every_rule(text: bytes) -> None:
    assert all(same_output(text, text, Checker(type=rule)) for rule in ("tokens", "exact", "lines", "floats"))


def crossed(value: Any) -> Any:
    return decode(encode(value), hashing=False)


@pytest.mark.parametrize(
    ("expected", "returned", "same"),
    [
        (1, 1, True),
        (1, 1.0, True),
        (1, True, True),
        (True, 1, True),
        (False, 0.0, True),
        (1, "1", False),
        ("1", 1, False),
        ("1", b"1", False),
        (None, None, True),
        (None, 0, False),
        (None, False, False),
        (0, None, False),
        (0.1 + 0.2, 0.3, False),
        (math.nan, math.nan, True),
        (math.nan, 1.0, False),
        (1.0, math.nan, False),
        (math.inf, math.inf, True),
        (math.inf, -math.inf, False),
        (1, 1 + 0j, False),
        ([1, 2], (1, 2), True),
        ([[1], [2]], [(1,), (2,)], True),
        ([1, 2], [2, 1], False),
        ([1, 2], [1, 2, 3], False),
        ([1, 2], {1, 2}, False),
        ([0, 1], range(2), False),
        ("ab", ["a", "b"], False),
        (["a", "b"], "ab", False),
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"1": "x"}, {1: "x"}, True),
        ({"1": "x", "2": "y"}, {1: "x", "1": "x"}, False),
        ({"1": "x"}, {1.0: "x"}, False),
        ({"a": [1]}, {"a": (1,)}, True),
        ({}, [], False),
        ([], {}, False),
        (10**40, 10**40, True),
        (1, object(), False),
    ],
)
def test_values_are_compared_as_python_does_but_for_what_json_cannot_say(
    expected: Any, returned: Any, same: bool
) -> None:
    assert same_value(expected, crossed(returned)) is same


def test_a_tolerance_is_for_numbers_alone() -> None:
    tolerance = Tolerance(absolute=0.1)
    assert same_value([1.0, {"a": 2}], crossed([1.05, {"a": 2.05}]), tolerance)
    assert not same_value(1.0, crossed(1.2), tolerance)
    assert not same_value(True, crossed(1.05), tolerance)
    assert not same_value(1.0, crossed(math.nan), tolerance)
    assert not same_value(1.0, crossed(10**400), tolerance)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(json_values)
def test_a_value_equals_itself_and_nothing_opaque(value: Any) -> None:
    assert same_value(value, crossed(value))
    assert not same_value(value, Opaque(1, "AlwaysEqual", False))
    assert not same_value(value, crossed([value])) or value == [value]


@given(json_values, st.integers(10, 200))
def test_what_is_told_of_a_value_is_short(value: Any, most: int) -> None:
    assert len(told(value, most)) <= most


def test_telling_of_a_huge_value_is_quick_and_short() -> None:
    for value in (1 << 1_000_000, "x" * 10**7, [0] * 10**6, crossed({index: index for index in range(10**5)})):
        assert len(told(value)) <= 120
