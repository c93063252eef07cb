"""Qwen2.5-Math's evaluation (`math_eval.py`): one problem a line, with all that was sampled for it.

    {"idx": 0, "question": "…", "gt_cot": "… \\\\boxed{420}.", "gt": "420", "code": ["response", …], "pred": ["420", …],
     "score": [true, …], …}

The reference is what the worked solution boxes, or else `gt`, as in the data set `qwen_math`.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifiers.datasets.source import Row
from verifiers.logs.columns import entries
from verifiers.logs.entry import Entry, LeftOut, Reading
from verifiers.logs.files import Head, records

_COLUMNS = {
    "problem_id": ("idx",),
    "prompt": ("question",),
    "reference": ("worked", "gt"),
    "response": ("code",),
    "their_score": ("score",),
    "their_answer": ("pred",),
}


def fits(head: Head) -> bool:
    """Whether a file is one of that evaluation."""
    return head.shape == "lines" and head.has("idx", "gt", "code", "pred", "score")


def read(head: Head, reading: Reading) -> Iterator[Entry | LeftOut]:
    """One entry a response."""
    for row in records(head.path, head.shape):
        solution = row.record.get("gt_cot")
        worked = solution if isinstance(solution, str) and "boxed" in solution else None
        record = {**row.record, "worked": worked}
        yield from entries(Row(record, row.path, row.line), _COLUMNS, reading, "qwen_math/")
