"""CodeContests: problems of programming contests, with whole programs to write.

Source (`.jsonl` or `.parquet` of deepmind/code_contests), one problem a line:

    {"name": "...", "description": "...", "public_tests": {"input": [...], "output": [...]},
     "private_tests": {...}, "generated_tests": {...}, "time_limit": {"seconds": 2, "nanos": 0},
     "memory_limit_bytes": 256000000, "solutions": {"language": [3], "solution": ["..."]}}

All three groups of tests are taken. Solutions are the samples: those in Python 3 (language 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verifiers.datasets.contests import limits, printed_cases
from verifiers.datasets.humaneval import CANONICAL
from verifiers.datasets.source import Row, rows
from verifiers.problem import CodeProblem, Problem, Sample

_GROUPS = ("public_tests", "private_tests", "generated_tests")
_PYTHON3 = 3
_MEMORY_MOST_MB = 4096


def convert(
    source: Path, samples_path: Path | None = None, *, canonical: bool = False
) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """The problems, and their solutions in Python 3 if `canonical`."""
    return problems(source), _samples(source, canonical)


def problems(source: Path) -> Iterator[CodeProblem]:
    """One problem a line, by its `name`."""
    for row in rows(source):
        if row.record.get("input_file") or row.record.get("output_file"):
            raise row.error("programs that read or write a file of their own are not supported", "input_file")
        pairs = [pair for group in _GROUPS for pair in _pairs(row, group)]
        tests = printed_cases(row, "public_tests", pairs)
        bounds = limits(len(pairs), _seconds(row), _memory_mb(row))
        yield CodeProblem(
            id=f"code_contests/{row.get('name', str)}", prompt=row.get("description", str), tests=tests, limits=bounds
        )


def _pairs(row: Row, group: str) -> list[tuple[Any, Any]]:
    tests = row.record.get(group) or {}
    if isinstance(tests, list):
        return [(case.get("input"), case.get("output")) for case in tests]
    inputs, outputs = tests.get("input") or [], tests.get("output") or []
    if len(inputs) != len(outputs):
        raise row.error("must have as many outputs as inputs", group)
    return list(zip(inputs, outputs))


def _seconds(row: Row) -> float | None:
    given: Any = row.record.get("time_limit")
    if isinstance(given, dict):
        given = given.get("seconds", 0) + given.get("nanos", 0) / 1e9
    if given is not None and (isinstance(given, bool) or not isinstance(given, int | float)):
        raise row.error("must be a number of seconds, or an object of seconds and nanos", "time_limit")
    return float(given) if given else None


def _memory_mb(row: Row) -> int:
    given: Any = row.record.get("memory_limit_bytes") or 0
    if isinstance(given, bool) or not isinstance(given, int):
        raise row.error("must be a number of bytes", "memory_limit_bytes")
    return min(max(given >> 20, 256), _MEMORY_MOST_MB)


def _samples(source: Path, canonical: bool) -> Iterator[Sample]:
    for row in rows(source) if canonical else ():
        solutions = row.record.get("solutions") or {}
        for language, text in zip(solutions.get("language") or (), solutions.get("solution") or ()):
            if language == _PYTHON3:
                problem_id = f"code_contests/{row.get('name', str)}"
                yield Sample(problem_id=problem_id, response=f"```python\n{text}\n```", model=CANONICAL)
