"""MBPP: 974 small Python tasks, each with three asserting statements.

Source (`mbpp.jsonl` of google-research), one task a line:

    {"task_id": 2, "text": "Write a function ...", "code": "def f(...): ...", "test_setup_code": "",
     "test_list": ["assert f(1) == 2", ...], "challenge_test_list": [...]}

The entry point is stated nowhere: it is the function of `code` that the tests call. Test code is the setup,
then the statements. The canonical solutions are in `code`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from verifiers.datasets.humaneval import CANONICAL
from verifiers.datasets.source import Row, rows
from verifiers.problem import AssertsTests, CodeProblem, Problem, Sample

_DEFINED = re.compile(r"^\s*(?:def|class)\s+(\w+)", re.MULTILINE)
_CALLED = re.compile(r"\b([A-Za-z_]\w*)\s*\(")


def convert(
    source: Path, samples_path: Path | None = None, *, canonical: bool = False
) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """The tasks, and their own solutions if `canonical`; MBPP has no files of samples."""
    return problems(source), _samples(source, canonical)


def problems(source: Path) -> Iterator[CodeProblem]:
    """One problem a task: `mbpp/1`, `mbpp/2`, ..."""
    for row in rows(source):
        statements = row.texts("test_list")
        code = "\n".join([row.get("test_setup_code", str), *statements]).strip() + "\n"
        tests = AssertsTests(type="asserts", entry_point=_entry_point(row, statements), code=code)
        prompt = row.get("text", str) + "\nThe code must pass these tests:\n" + "\n".join(statements)
        yield CodeProblem(id=f"mbpp/{row.get('task_id', int)}", prompt=prompt, tests=tests)


def _samples(source: Path, canonical: bool) -> Iterator[Sample]:
    for row in rows(source) if canonical else ():
        yield Sample(problem_id=f"mbpp/{row.get('task_id', int)}", response=row.get("code", str), model=CANONICAL)


def _entry_point(row: Row, statements: list[str]) -> str:
    defined = set(_DEFINED.findall(row.get("code", str)))
    for called in _CALLED.findall("\n".join(statements)):
        if called in defined:
            return str(called)
    raise row.error("calls no function that `code` defines", "test_list")
