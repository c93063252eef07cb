"""MATH-500: 500 competition problems with a short answer in LaTeX.

Source, one problem a line:

    {"problem": "...", "answer": "\\frac{1}{2}", "solution": "... $\\boxed{\\frac{1}{2}}$.", "subject": "Algebra",
     "level": 2, "unique_id": "test/algebra/1.json"}

Subject and level travel along. The canonical samples are the worked solutions, which box their answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from verifiers.datasets.humaneval import CANONICAL
from verifiers.datasets.source import Row, rows
from verifiers.problem import MathProblem, Problem, Sample

_CARRIED = ("subject", "level")


def convert(
    source: Path, samples_path: Path | None = None, *, canonical: bool = False
) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """The problems, and their worked solutions if `canonical`; MATH-500 has no files of samples."""
    return (_problem(row) for row in rows(source)), _samples(source, canonical)


def _problem(row: Row) -> Problem:
    carried = {name: row.record[name] for name in _CARRIED if name in row.record}
    fields = {"id": _id(row), "prompt": row.get("problem", str), "reference": row.get("answer", str), **carried}
    return MathProblem.model_validate(fields)


def _samples(source: Path, canonical: bool) -> Iterator[Sample]:
    for row in rows(source) if canonical else ():
        yield Sample(problem_id=_id(row), response=row.get("solution", str), model=CANONICAL)


def _id(row: Row) -> str:
    return f"math500/{row.get('unique_id', str).removesuffix('.json')}"
