"""Each policy field inside each kind of answer: what it lets pass, and what stays wrong."""

from __future__ import annotations

from typing import Any

import pytest

from verifiers import MathProblem, Policy, grade

_NEAR = {"tolerance": {"absolute": 0.01}}
_TENTH = {"tolerance": {"absolute": 0.1}}
_ROUNDED = {"rounding": "reference"}

Row = tuple[str, str, dict[str, Any], bool]

TOLERANCE: list[Row] = [
    ("0.3", "0.6", {"tolerance": {"absolute": 0.3}}, True),
    ("7", "10^9", {"tolerance": {"absolute": float("inf")}}, True),
    ("1/3", "0.33333", {"tolerance": {"relative": 1e-4}}, True),
    ("1/3", "0.333", {"tolerance": {"relative": 1e-4}}, False),
    (r"\{1.41,2\}", r"\{1.414,2\}", _NEAR, True),
    (r"\{1.41,2\}", r"\{1.44,2\}", _NEAR, False),
    (r"\{1.41,2\}", r"\{1.414,2,2.001\}", _NEAR, False),
    (r"\{1.41,2\}", r"\{1.414\}", _NEAR, False),
    ("(1.41,2)", "(1.414,2)", _NEAR, True),
    ("(1.41,2)", "(2,1.414)", _NEAR, False),
    ("[1.41,2)", "[1.414,2)", _NEAR, True),
    ("[1.41,2)", "(1.414,2)", _NEAR, False),
    ("x>1.41", "x>1.414", _NEAR, True),
    (r"\begin{pmatrix}1.41&2\end{pmatrix}", r"\begin{pmatrix}1.414&2\end{pmatrix}", _NEAR, True),
    ("3+4i", "3.001+4i", _NEAR, True),
    ("3+4i", "3.001+4.1i", _NEAR, False),
    (r"10\text{ cm}", r"0.1005\text{ m}", _TENTH, True),
    (r"10\text{ cm}", r"0.15\text{ m}", _TENTH, False),
    (r"20^\circ C", r"68.1^\circ F", _TENTH, True),
    (r"20^\circ C", r"70^\circ F", _TENTH, False),
    (r"90^\circ", r"\frac{\pi}{2}", _TENTH, True),
    (r"25\%", "0.2531", {"tolerance": {"absolute": 0.5}}, True),
    (r"25\%", "0.35", {"tolerance": {"absolute": 0.5}}, False),
    ("0.25", r"25.1\%", _NEAR, True),
    ("7", r"7.001\text{ or }7.002", _NEAR, False),
    ("7", r"7\text{ or }7.0", _NEAR, True),
]
ROUNDING: list[Row] = [
    ("-3.14", r"-\pi", _ROUNDED, True),
    ("-3.14", r"\pi", _ROUNDED, False),
    ("-3.14", "-3.146", _ROUNDED, False),
    (r"1.5\times10^3", "1540", _ROUNDED, True),
    (r"1.5\times10^3", "1560", _ROUNDED, False),
    (r"1.5\times10^{-3}", "0.00154", _ROUNDED, True),
    (r"1.5\times10^{-3}", "0.00156", _ROUNDED, False),
    ("3.1, 2.7", r"\pi, e", _ROUNDED, True),
    (r"10.0\text{ cm}", r"0.1004\text{ m}", _ROUNDED, True),
    (r"10.0\text{ cm}", r"0.1006\text{ m}", _ROUNDED, False),
    (r"25.3\%", "0.2534", _ROUNDED, True),
    (r"25.3\%", "0.2536", _ROUNDED, False),
    (r"45.0^\circ", r"45.04^\circ", _ROUNDED, True),
    (r"\$3.50", r"\$3.504", _ROUNDED, True),
    ("x=0.333", "1/3", _ROUNDED, True),
    ("3", r"\pi", _ROUNDED, False),
]
ORDER: list[Row] = [
    (r"\{1,2\}", r"\{2,1\}", {"order": "list"}, False),
    (r"\{1,2\}", "1,2", {"order": "list"}, True),
    ("1,2", "(1,2)", {"order": "list"}, True),
    ("1,2", "2,1", {"order": "list"}, False),
    ("(1,2)", "(2,1)", {"order": "set"}, True),
    ("(1,2)", "(2,1)", {}, False),
    ("(1,2,2)", "(2,1)", {"order": "set"}, False),
    ("(1,2,2)", "(2,1,1)", {"order": "set"}, True),
]
UNITS: list[Row] = [
    (r"5\text{ cm}", r"5\text{ km}", {"units": "ignore"}, True),
    (r"5\text{ cm}", r"50\text{ mm}", {"units": "ignore"}, True),
    (r"5\text{ cm}", r"6\text{ cm}", {"units": "ignore"}, False),
    (r"90^\circ", r"\frac{\pi}{2}", {"units": "ignore"}, True),
    ("5", "5 m", {"units": "ignore"}, True),
    ("5", "5x", {"units": "ignore"}, False),
    (r"5\text{ cm}", r"5\text{ cm or }5\text{ km}", {"units": "ignore"}, False),
    (r"(5\text{ cm}, 6\text{ cm})", "(5, 6)", {"units": "required"}, False),
]
PERCENT: list[Row] = [
    ("50", r"50\%\text{ or }50", {}, False),
    (r"50\%", r"50\%\text{ or }0.5", {}, True),
    (r"\frac{1}{2}", r"\frac{1}{2}\%", {"percent": "ignore"}, True),
    (r"\frac{1}{2}", r"\frac{1}{2}\%", {}, False),
    ("50", "0.5", {"percent": "factor"}, True),
    ("0.5", "50", {"percent": "factor"}, True),
    ("(50,1)", "(0.5,1)", {"percent": "factor"}, True),
    ("50", "5", {"percent": "factor"}, False),
    ("50", r"0.5\text{ or }50", {"percent": "factor"}, False),
    (r"100\pi", r"\pi", {"percent": "factor"}, False),
    ("100x", "x", {"percent": "factor"}, False),
]
VARIABLES: list[Row] = [
    ("e+i", "i+e", {"variables": ["e", "i"]}, True),
    ("i^2", "-1", {"variables": ["i"]}, False),
    (r"\pi^2", "9.87", {"variables": ["pi"], **_TENTH}, False),
    ("e=5", "5", {"variables": ["e"]}, True),
    ("5 m", r"m\cdot 5", {"variables": ["m"]}, True),
    ("5 m", "5", {"variables": ["m"]}, False),
    ("5 m", "5", {}, True),
]


@pytest.mark.parametrize(
    ("reference", "answer", "policy", "right"), [*TOLERANCE, *ROUNDING, *ORDER, *UNITS, *PERCENT, *VARIABLES]
)
def test_a_policy_lets_pass_what_it_says_and_nothing_more(
    reference: str, answer: str, policy: dict[str, Any], right: bool
) -> None:
    given = grade(MathProblem(reference=reference, policy=Policy.model_validate(policy)), rf"\boxed{{{answer}}}")
    assert given.verdict == ("correct" if right else "incorrect"), given.reason


def test_a_percent_sign_that_is_notation_is_so_whatever_was_asked() -> None:
    prompt = "How many balls are red?"
    verdicts = [
        grade(MathProblem(reference="50", prompt=prompt, policy=Policy(percent=percent)), r"\boxed{50\%}").verdict
        for percent in ("either", "strict", "ignore", "factor")
    ]
    assert verdicts == ["incorrect", "incorrect", "correct", "correct"]
