"""HumanEval: 164 Python functions to complete, with asserting tests.

Source (`HumanEval.jsonl.gz` of openai/human-eval; others keep its form), one task a line:

    {"task_id": "HumanEval/0", "prompt": "def f(x):\\n    \\"\\"\\"...", "entry_point": "f",
     "canonical_solution": "    return ...\\n", "test": "def check(candidate): ..."}

Samples, as that repository's own evaluation takes them: `{"task_id": "HumanEval/0", "completion": "    return ..."}`.
A completion continues the prompt and is kept as it is, uncut; more fields of a sample travel along.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from verifiers.datasets.source import Row, rows
from verifiers.problem import AssertsTests, CodeProblem, Problem, Sample

CANONICAL = "canonical"
_ENDINGS = (".gz", ".zst", ".jsonl", ".parquet")


def problems(path: Path) -> Iterator[CodeProblem]:
    """One problem a task, by its `task_id`."""
    return (problem for _, problem in tasks(path))


def tasks(path: Path) -> Iterator[tuple[str, CodeProblem]]:
    """Each task's entry point and problem."""
    seen: set[str] = set()
    for row in rows(path):
        task_id = row.get("task_id", str)
        if task_id in seen:
            raise row.error(f"{task_id!r} was used in an earlier line", "task_id")
        seen.add(task_id)
        entry_point = row.get("entry_point", str)
        tests = AssertsTests(type="asserts", entry_point=entry_point, code=row.get("test", str))
        yield entry_point, CodeProblem(id=task_id, prompt=row.get("prompt", str), tests=tests)


def canonical_samples(path: Path) -> Iterator[Sample]:
    """The data set's own solutions: every one must be graded correct, or the grader is not to be believed."""
    for row in rows(path):
        yield Sample(problem_id=row.get("task_id", str), response=row.get("canonical_solution", str), model=CANONICAL)


def samples(path: Path, known: set[str], model: str) -> Iterator[Sample]:
    """The completions of `path`; a task that is not `known` raises `InputError`."""
    for row in rows(path):
        yield _sample(row, known, model)


def _sample(row: Row, known: set[str], model: str) -> Sample:
    task_id = row.get("task_id", str)
    if task_id not in known:
        raise row.error(f"{task_id!r} is not among the {len(known)} tasks of the problem file", "task_id")
    carried = {name: row.record[name] for name in row.record if name not in ("task_id", "completion")}
    fields = {"model": model, **carried, "problem_id": task_id, "response": row.get("completion", str)}
    return Sample.model_validate(fields)


def convert(
    source: Path, samples_path: Path | None = None, *, canonical: bool = False
) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """The tasks, and the completions of `samples_path` or, if `canonical`, the canonical solutions."""
    return problems(source), _all_samples(source, samples_path, canonical)


def _all_samples(source: Path, samples_path: Path | None, canonical: bool) -> Iterator[Sample]:
    if canonical:
        yield from canonical_samples(source)
    if samples_path is not None:
        known = {problem.id for problem in problems(source)}
        yield from samples(samples_path, known, model_of(samples_path))


def model_of(path: Path) -> str:
    """The name of a model after its file, without the endings of its format."""
    while path.suffix in _ENDINGS:
        path = path.with_suffix("")
    return path.name
