"""LiveCodeBench's outputs: `output/MODEL/…_eval_all.json`, a JSON array of one problem an element.

    [{"question_id": "abc301_a", "question_content": "…", "output_list": ["response", …], "code_list": ["program", …],
      "graded_list": [true, …], …}, …]

Responses are the outputs, whole, since what the extraction loses is part of what an audit looks for. The tests are not
in these files: problems come from `verify import livecodebench`, under the same ids.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifiers.datasets.source import Row
from verifiers.logs.columns import entries
from verifiers.logs.entry import Entry, LeftOut, Reading
from verifiers.logs.files import Head, records

_COLUMNS = {
    "problem_id": ("question_id",),
    "response": ("output_list", "code_list"),
    "model": ("model",),
    "their_score": ("graded_list",),
}


def fits(head: Head) -> bool:
    """Whether a file holds such outputs; without `graded_list` they were not evaluated."""
    return head.shape in ("array", "lines") and head.has("question_id", "code_list")


def read(head: Head, reading: Reading) -> Iterator[Entry | LeftOut]:
    """One entry an output."""
    model = head.path.resolve().parent.name
    for row in records(head.path, head.shape):
        yield from entries(Row({"model": model, **row.record}, row.path, row.line), _COLUMNS, reading, "lcb/")
