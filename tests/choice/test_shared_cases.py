"""Agreement with labelled cases that live beside the checkout, where they are present."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from verifiers import ChoiceProblem
from verifiers.choice import VERIFIER
from verifiers.errors import ProblemError

SHARED = Path(__file__).parents[2].parent / "shared"
CASES = SHARED / "cases" / "choice.jsonl"
VISION = SHARED / "data" / "mathvision"
TYPES = {"integer": "number", "float": "number", "bbox": "box", "bbox_set": "box_set"}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def problem_of(case: dict[str, Any]) -> ChoiceProblem:
    fields = dict(case.get("params") or {})
    named, multi = fields.pop("type", None), fields.pop("multi", False)
    if named is not None:
        kind = TYPES.get(named, named)
    elif multi or (isinstance(case["gold"], list) and case["choices"] is not None):
        kind = "multi"
    else:
        kind = "text" if case["choices"] is None and "labels" not in fields else "choice"
    if named == "integer":
        fields.setdefault("precision", 0)
    return ChoiceProblem(choices=case["choices"], reference=case["gold"], answer_type=kind, **fields)


def accepted(problem: ChoiceProblem, response: str) -> bool:
    try:
        prepared = VERIFIER.prepare(problem)
    except ProblemError:
        return False
    answer = prepared.extract(response)
    return answer is not None and prepared.judge(answer).verdict == "correct"


@pytest.mark.skipif(not CASES.exists(), reason="the labelled cases are not beside the checkout")
def test_labelled_cases_agree_and_none_is_accepted_falsely() -> None:
    cases = [case for case in lines(CASES) if not case.get("debatable")]
    given = [(case, accepted(problem_of(case), case["response"])) for case in cases]
    false_accepts = [case["response"] for case, got in given if got and not case["expected"]]
    assert false_accepts == []
    assert sum(got == case["expected"] for case, got in given) >= 0.99 * len(cases)


@pytest.mark.skipif(not VISION.exists(), reason="the published responses are not beside the checkout")
def test_random_picks_are_right_as_often_as_they_are_by_letter() -> None:
    items = {item["id"]: item for item in lines(VISION / "mathvision_test.jsonl") if item["options"]}
    rows = [row for row in lines(VISION / "Random-Chance.jsonl") if row["id"] in items]
    right = sum(
        accepted(
            ChoiceProblem(choices=items[row["id"]]["options"], reference=items[row["id"]]["answer"]), row["response"]
        )
        for row in rows
    )
    assert (right, len(rows)) == (318, 1532)
