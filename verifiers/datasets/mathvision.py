"""MATH-Vision: 3 040 problems of mathematics with a figure, half of them multiple choice.

Sources (mathllm/MATH-V), one a line:

    data/test.jsonl      {"id": "4", "question": "...", "options": ["A", "B", ...] or [], "answer": "B",
                          "level": 2, "subject": "arithmetic", "image": "images/4.jpg", "solution": ...}
    outputs/MODEL.jsonl  {"id": "4", "model": "...", "response": "...", "model_answer": "...", "correct": false}

A problem with options becomes one of kind `choice`, the others `math`. Options that are bare letters stand
in the figure. Level, subject and image travel along, as does the released label of a response, as
`is_correct` (it is not always right: about a third of right picks of an option with a unit are lost in it).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from verifiers.datasets.source import Row, rows
from verifiers.problem import ChoiceProblem, MathProblem, Problem, Sample

_CARRIED = ("level", "subject", "image")


def convert(source: Path, samples_path: Path | None = None) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """The problems of `source`, and the responses of `samples_path`, one file of outputs."""
    return problems(source), _samples(source, samples_path)


def problems(source: Path) -> Iterator[Problem]:
    """One problem a line: `mathvision/1`, `mathvision/2`, ..."""
    seen: set[str] = set()
    for row in rows(source):
        problem_id = row.get("id", str)
        if problem_id in seen:
            raise row.error(f"{problem_id!r} was used in an earlier line", "id")
        seen.add(problem_id)
        yield _problem(row)


def _problem(row: Row) -> Problem:
    options, answer = row.texts("options"), row.get("answer", str)
    fields: dict[str, Any] = {
        "id": f"mathvision/{row.get('id', str)}",
        "prompt": row.get("question", str),
        **{name: row.record[name] for name in _CARRIED if name in row.record},
    }
    if not options:
        return MathProblem.model_validate({**fields, "reference": answer})
    if len(options) > len(ascii_uppercase):
        raise row.error(f"are {len(options)}: there are letters for {len(ascii_uppercase)}", "options")
    letters = ascii_uppercase[: len(options)]
    if answer not in letters or len(answer) != 1:
        raise row.error(f"{answer!r} is not the letter of one of the {len(options)} options", "answer")
    return ChoiceProblem.model_validate({**fields, "choices": options, "reference": answer})


def _samples(source: Path, samples_path: Path | None) -> Iterator[Sample]:
    if samples_path is None:
        return
    known = {problem.id for problem in problems(source)}
    for row in rows(samples_path):
        problem_id = f"mathvision/{row.get('id', str)}"
        if problem_id not in known:
            raise row.error(f"{row.get('id', str)!r} is not among the {len(known)} problems of {source}", "id")
        yield Sample.model_validate(
            {
                "problem_id": problem_id,
                "model": row.get("model", str),
                "response": row.get("response", str),
                "is_correct": row.get("correct", bool),
            }
        )
