"""The contract row by row: every case of `cases.jsonl`, with its verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from verifiers import MathProblem, grade

CASES: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "cases.jsonl").read_text(encoding="utf-8").splitlines()
]
ROWS = sorted({case["row"] for case in CASES})


def problem_of(case: dict[str, Any]) -> MathProblem:
    return MathProblem.model_validate(
        {"kind": "math", "reference": case["reference"], "prompt": case.get("prompt"), "policy": case.get("policy", {})}
    )


@pytest.mark.parametrize("row", ROWS)
def test_every_case_of_a_row_gets_its_verdict(row: str) -> None:
    wrong = []
    for case in CASES:
        if case["row"] == row:
            given = grade(problem_of(case), rf"\boxed{{{case['answer']}}}")
            if given.verdict != case["verdict"]:
                wrong.append((case["reference"], case["answer"], case["verdict"], given.verdict, given.reason))
    assert not wrong


def test_the_table_has_both_verdicts_in_every_row() -> None:
    lone = [row for row in ROWS if len({case["verdict"] for case in CASES if case["row"] == row}) < 2]
    assert not lone


@pytest.mark.parametrize("row", ROWS)
def test_every_reference_equals_itself(row: str) -> None:
    for case in CASES:
        if case["row"] == row and case.get("policy", {}).get("units") != "required":
            given = grade(problem_of(case), rf"\boxed{{{case['reference']}}}")
            assert given.verdict == "correct", case["reference"]


def test_correct_grades_name_their_evidence() -> None:
    methods = {"identical", "exact", "enclosure", "numeric", "symbolic", "text"}
    for case in CASES[::7]:
        given = grade(problem_of(case), rf"\boxed{{{case['answer']}}}")
        if given.verdict == "correct":
            assert given.method in methods, case
