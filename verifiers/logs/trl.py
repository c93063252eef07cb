"""TRL: the completions that `log_completions` keeps, `completions/completions_STEP.parquet`, one a row.

    step · prompt (text or conversation) · completion (the same) · a column for each reward function · advantage
    · what the reward functions logged by `log_extra`

The reference is there only where it was logged (a column `solution`, `answer` or `ground_truth`); otherwise name its
column (`--columns reference=…`) or the problems (`--problems`, found by their prompt). Their score is the reward where
there is one function alone; of several, name it: `--columns their_score=accuracy_reward`. All rewards travel along.

Written: the same columns, the score as `verified`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verifiers.logs.columns import entries
from verifiers.logs.entry import Entry, Graded, LeftOut, Reading
from verifiers.logs.files import Head, records
from verifiers.logs.verl import ground_truth
from verifiers.logs.writing import AllGraded, named, write_rows
from verifiers.tables import parquet_fractions

_COLUMNS = {
    "problem_id": ("problem_id",),
    "prompt": ("prompt",),
    "reference": ("solution", "answer", "ground_truth"),
    "response": ("completion",),
    "sample_id": ("sample_id",),
    "model": ("model",),
    "their_verdict": ("verdict",),
}
_FRAME = frozenset(("step", "advantage", "sample_id", "problem_id"))


def fits(head: Head) -> bool:
    """Whether a file holds completions that TRL logged."""
    return head.shape in ("parquet", "lines") and head.has("step", "prompt", "completion", "advantage")


def read(head: Head, reading: Reading) -> Iterator[Entry | LeftOut]:
    """One entry a completion; step, rewards and advantage travel along."""
    columns: dict[str, tuple[str, ...]] = dict(_COLUMNS)
    rewards = [name for name in _numbers(head) if name not in _FRAME]
    if len(rewards) == 1:
        columns["their_score"] = (rewards[0],)
    for row in records(head.path, head.shape):
        prefix = "" if "problem_id" in row.record else "trl/"
        yield from entries(row, columns, reading, prefix, carry=True)


def _numbers(head: Head) -> list[str]:
    """The columns of fractions, also those that are empty in the first row: a reward function may say nothing."""
    if head.shape == "parquet":
        return parquet_fractions(head.path)
    return [name for name, value in head.first.items() if value is None or isinstance(value, float)]


def write(path: Path, graded: AllGraded) -> int:
    """Write one row a grade; `.jsonl` has the same fields as `.parquet`."""
    return write_rows(path, map(_row, graded()))


def _row(graded: Graded) -> dict[str, Any]:
    sample = graded.sample.model_extra or {} if graded.sample is not None else {}
    return {
        "step": sample.get("step", 0),
        "prompt": graded.prompt,
        "completion": graded.response,
        "verified": graded.grade.score,
        "solution": ground_truth(graded),
        "advantage": sample.get("advantage", 0.0),
        **named(graded),
    }
