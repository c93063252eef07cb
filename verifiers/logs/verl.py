"""verl's rollouts: what `trainer.rollout_data_dir` and `validation_data_dir` collect, `STEP.jsonl`, one sample a line.

    {"input": PROMPT, "output": "response", "gts": "42", "score": 1.0, "step": 40, "acc": true, "pred": "42", …}

`gts` is the reward function's ground truth: an answer, or the text of `{"inputs": […], "outputs": […]}` for programs.
Problems have no name: they are told apart by prompt and ground truth. Written: the same fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from verifiers.logs.columns import entries
from verifiers.logs.entry import Entry, Graded, LeftOut, Reading
from verifiers.logs.files import Head, records
from verifiers.logs.problems import own_form
from verifiers.logs.writing import AllGraded, named, write_rows

_COLUMNS = {
    "problem_id": ("problem_id",),
    "prompt": ("input",),
    "reference": ("gts",),
    "response": ("output",),
    "sample_id": ("sample_id",),
    "model": ("model",),
    "their_score": ("score",),
    "their_answer": ("pred",),
    "their_verdict": ("verdict",),
}


def fits(head: Head) -> bool:
    """Whether a file is one of verl's."""
    return head.shape in ("lines", "parquet") and head.has("input", "output", "gts", "score")


def read(head: Head, reading: Reading) -> Iterator[Entry | LeftOut]:
    """One entry a sample; the step and the reward function's own fields travel along."""
    for row in records(head.path, head.shape):
        prefix = "" if "problem_id" in row.record else "verl/"
        yield from entries(row, _COLUMNS, reading, prefix, carry=True)


def write(path: Path, graded: AllGraded) -> int:
    """Write one row a grade."""
    return write_rows(path, map(_row, graded()))


def _row(graded: Graded) -> dict[str, Any]:
    sample = graded.sample.model_extra or {} if graded.sample is not None else {}
    return {
        "input": graded.prompt,
        "output": graded.response,
        "gts": ground_truth(graded),
        "score": graded.grade.score,
        "step": sample.get("step", 0),
        "pred": graded.grade.answer,
        **named(graded),
    }


def ground_truth(graded: Graded) -> str | None:
    """The reference where it says all of the problem, or else the problem as JSON text."""
    if graded.problem is None:
        return None
    said = graded.problem.model_fields_set - {"id", "kind", "prompt", "reference"}
    if graded.problem.kind == "math" and not said:
        return graded.references[0]
    return to_json(own_form(graded.problem)).decode()
