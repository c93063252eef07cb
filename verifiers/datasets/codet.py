"""CodeT: 164 HumanEval tasks with many completions each, sampled from one model.

Source (microsoft/CodeT, `data/generated_data/*_code_solution.jsonl`), one task a line:

    {"prompt": "def f(x):\\n    \\"\\"\\"...", "samples": ["    return ...", ...]}

Quirks: there is no task id, the lines are not in HumanEval's order, and the examples were taken out of the
docstrings, so that prompts do not match either. Tasks are matched by the last function that the prompt
defines, which is HumanEval's `entry_point`; six names are used by two tasks, of which the one is meant whose
prompt begins alike for longer. The problems get CodeT's prompt, which is what was completed; completions are
kept as they are, uncut (cutting them at stop words raises pass@1 by about half a point).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from verifiers.datasets import humaneval
from verifiers.datasets.source import Row, rows
from verifiers.errors import InputError
from verifiers.problem import CodeProblem, Problem, Sample

_DEFINED = re.compile(r"^def\s+(\w+)", re.MULTILINE)


def convert(source: Path, samples_path: Path | None = None) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """`source` is HumanEval's own file (for the tests), `samples_path` the file of CodeT."""
    if samples_path is None:
        message = "CodeT's completions are needed beside HumanEval's tasks: name their file too"
        raise InputError(message, path=str(source))
    return _problems(source, samples_path), _samples(source, samples_path)


def _problems(source: Path, samples_path: Path) -> Iterator[Problem]:
    for row, task in _matched(source, samples_path):
        yield task.model_copy(update={"prompt": row.get("prompt", str)})


def _samples(source: Path, samples_path: Path) -> Iterator[Sample]:
    model = humaneval.model_of(samples_path).removeprefix("HumanEval_").removesuffix("_code_solution")
    for row, task in _matched(source, samples_path):
        for place, completion in enumerate(row.texts("samples")):
            yield Sample(problem_id=task.id, response=completion, sample_id=place, model=model)


def _matched(source: Path, samples_path: Path) -> Iterator[tuple[Row, CodeProblem]]:
    """Each line of CodeT with the HumanEval task that it belongs to."""
    by_entry_point: dict[str, list[CodeProblem]] = {}
    for entry_point, task in humaneval.tasks(source):
        by_entry_point.setdefault(entry_point, []).append(task)
    lines: dict[str, int] = {}
    for row in rows(samples_path):
        prompt = row.get("prompt", str)
        defined = _DEFINED.findall(prompt)
        candidates = by_entry_point.get(defined[-1], []) if defined else []
        if not candidates:
            what = f"defines {defined[-1]!r}, which is the entry point of no task" if defined else "defines no function"
            raise row.error(f"{what} in {source}", "prompt")
        task = max(candidates, key=lambda candidate: _alike(prompt, candidate.prompt or ""))
        if task.id in lines:
            raise row.error(f"is of {task.id}, as is line {lines[task.id]}", "prompt")
        lines[task.id] = row.line
        yield row, task


def _alike(first: str, second: str) -> int:
    """How many characters the two texts begin with alike, but for blanks."""
    pairs = zip(" ".join(first.split()), " ".join(second.split()), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
