"""Any table: CSV, TSV, Parquet or lines of JSON, one row a problem or a sample, whose columns the user names.

    verify import table answers.csv --columns response=completion,reference=gold,problem_id=item --out study

Columns with our own names need no naming (`problem_id`, `prompt`, `reference`, `choices`, `response`, `sample_id`,
`model`, `their_score`). `response` may hold a list, in CSV as JSON. The other columns travel along, if they are short.

Written: one row a grade, with the response, the prompt and the reference where they are known.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verifiers.datasets.source import Row
from verifiers.logs.columns import FIELDS, entries
from verifiers.logs.entry import Entry, Graded, LeftOut, Reading
from verifiers.logs.files import Head, records
from verifiers.logs.verl import ground_truth
from verifiers.logs.writing import AllGraded, write_rows

_COLUMNS = {name: (name,) for name in FIELDS} | {
    "their_score": ("their_score", "score"),
    "their_verdict": ("their_verdict", "verdict"),
}
_IN_CELLS = ("response", "choices", "sample_id", "their_score")  # what a cell of CSV may hold as JSON


def fits(head: Head) -> bool:
    """Whether a file has responses under our own name for them."""
    return head.shape in ("lines", "array", "parquet", "csv") and head.has("response")


def read(head: Head, reading: Reading) -> Iterator[Entry | LeftOut]:
    """One entry a response."""
    places = {name: reading.columns.get(name, name) for name in _IN_CELLS}
    for row in records(head.path, head.shape):
        record = _typed(row.record, places) if head.shape == "csv" else row.record
        yield from entries(Row(record, row.path, row.line), _COLUMNS, reading, "", carry=True)


def _typed(record: dict[str, Any], places: dict[str, str]) -> dict[str, Any]:
    """A row of texts with the empty cells left out and what is a list or a number in those of `places` made one."""
    typed: dict[str, Any] = {name: text for name, text in record.items() if text or name == places["response"]}
    for name, place in places.items():
        text = typed.get(place)
        if text and (text[0] == "[" or (name == "sample_id" and text.isdecimal())):
            try:
                typed[place] = json.loads(text)
            except (ValueError, RecursionError):
                continue  # a text that begins like a list
    return typed


def write(path: Path, graded: AllGraded) -> int:
    """Write one row a grade, by the ending of `path`."""
    return write_rows(path, map(_row, graded()))


def _row(graded: Graded) -> dict[str, Any]:
    row = graded.grade.model_dump(mode="json")
    if graded.problem is not None:
        row |= {"prompt": graded.problem.prompt, "reference": ground_truth(graded)}
    if graded.sample is not None:
        row["response"] = graded.sample.response
    return row
