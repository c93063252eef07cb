"""GSM8K: 1 319 word problems of school mathematics (test set), whose answers are whole numbers.

Sources (openai/grade-school-math), one problem a line; either gives the problems:

    test.jsonl                     {"question": "...", "answer": "... <<16-3=13>>13 ...\\n#### 18"}
    example_model_solutions.jsonl  {"question": "...", "ground_truth": "...\\nA: 18",
                                    "6b_finetuning": {"solution": "...\\nA: 18", "is_correct": true}, ...}

The second file also holds one solution each of four systems, which become samples; its released label travels
along as `is_correct`. Problems are matched by their question. Reference: what stands behind the last mark,
without the commas that set thousands apart, which are no list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from verifiers.datasets.source import Row, rows
from verifiers.problem import MathProblem, Problem, Sample

_SYSTEMS = ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification")
# field with the worked solution, the mark before its final number
_SOLUTIONS = (("answer", "####"), ("ground_truth", "A:"))
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+")


def convert(source: Path, samples_path: Path | None = None) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """The problems of `source`, and the solutions in `samples_path` (or in `source`, where it has them)."""
    return problems(source), _samples(source, samples_path)


def problems(source: Path) -> Iterator[MathProblem]:
    """One problem a line, named by its place in the file: `gsm8k/0`, `gsm8k/1`, ..."""
    for place, row in enumerate(rows(source)):
        yield MathProblem(id=f"gsm8k/{place}", prompt=row.get("question", str), reference=_reference(row))


def _samples(source: Path, samples_path: Path | None) -> Iterator[Sample]:
    ids: dict[str, str] = {}
    for problem in problems(source):
        ids.setdefault(problem.prompt or "", problem.id)
    for row in rows(samples_path or source):
        if samples_path is None and not any(system in row.record for system in _SYSTEMS):
            return
        question = row.get("question", str)
        if question not in ids:
            raise row.error(f"is not a question of {source}", "question")
        yield from _solutions(row, ids[question])


def _solutions(row: Row, problem_id: str) -> Iterator[Sample]:
    for system in _SYSTEMS:
        solution = Row(row.get(system, dict), row.path, row.line)
        yield Sample.model_validate(
            {
                "problem_id": problem_id,
                "model": system,
                "response": solution.get("solution", str),
                "is_correct": solution.get("is_correct", bool),
            }
        )


def _reference(row: Row) -> str:
    field, mark = next((pair for pair in _SOLUTIONS if pair[0] in row.record), _SOLUTIONS[0])
    _, found, number = row.get(field, str).rpartition(mark)
    number = number.strip()
    if not found or not number:
        raise row.error(f"states no final number behind {mark!r}", field)
    return number.replace(",", "") if _THOUSANDS.fullmatch(number) else number
