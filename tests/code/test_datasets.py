"""Reference solutions pass their own tests, and functions without a body do not."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from verifiers.grading import grade
from verifiers.problem import CodeProblem

DATA = Path(__file__).parents[2].parent / "shared" / "data"
HUMANEVAL = DATA / "humaneval" / "HumanEval.jsonl.gz"
MBPP = DATA / "mbpp" / "mbpp.jsonl"
MBPP_EVERY = 7

pytestmark = pytest.mark.usefixtures("sandbox")


def humaneval() -> Iterator[tuple[CodeProblem, dict[str, Any]]]:
    with gzip.open(HUMANEVAL, "rt") as lines:
        for line in lines:
            record = json.loads(line)
            tests = {"type": "asserts", "entry_point": record["entry_point"], "code": record["test"]}
            problem = {"id": record["task_id"], "kind": "code", "prompt": record["prompt"], "tests": tests}
            yield CodeProblem.model_validate(problem), record


def mbpp() -> Iterator[tuple[CodeProblem, dict[str, Any]]]:
    for line in MBPP.read_text("utf-8").rstrip("\n").split("\n"):
        record = json.loads(line)
        code = "\n".join([record["test_setup_code"], *record["test_list"]])
        defined = re.findall(r"^def +(\w+)", record["code"], re.MULTILINE)
        called = [name for name in re.findall(r"(\w+) *\(", "\n".join(record["test_list"])) if name in defined]
        tests = {"type": "asserts", "entry_point": called[0], "code": code}
        problem = {"id": str(record["task_id"]), "kind": "code", "prompt": record["text"], "tests": tests}
        yield CodeProblem.model_validate(problem), record


@pytest.mark.skipif(not HUMANEVAL.exists(), reason="HumanEval is not beside this checkout")
def test_every_humaneval_solution_is_correct_and_none_without_its_body() -> None:
    wrong = []
    for problem, record in humaneval():
        if not grade(problem, record["canonical_solution"]).correct:
            wrong.append(f"{problem.id}: its solution")
        if grade(problem, "    pass\n").verdict != "incorrect":
            wrong.append(f"{problem.id}: no body")
    assert wrong == []


@pytest.mark.skipif(not MBPP.exists(), reason="MBPP is not beside this checkout")
def test_mbpp_solutions_are_correct() -> None:
    chosen = list(mbpp())[::MBPP_EVERY]
    assert [
        problem.id for problem, record in chosen if not grade(problem, f"```python\n{record['code']}\n```").correct
    ] == []
