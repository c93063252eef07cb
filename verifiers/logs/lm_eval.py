"""lm-evaluation-harness: what `--log_samples` writes, `MODEL/samples_TASK_DATE.jsonl`, one document a line.

    {"doc_id": 0, "doc": {…the data set's row…}, "target": "42", "arguments": {"gen_args_0": {"arg_0": PROMPT, …}},
     "resps": [["response", …]], "filtered_resps": ["42"], "filter": "strict-match", "metrics": ["exact_match"],
     "exact_match": 1.0, …}

A task with several filters writes every document once for each, with the same responses: the rows of the first filter
are taken. Their score is the first of the row's metrics, where the row has one response; with several, nothing says
which of them the metric is of. Tasks that compare the likelihoods of options have no responses to grade.

Written: one row a sample, with the metric `verified`; `doc` is the problem as it stands in our own files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from verifiers.datasets.source import Row
from verifiers.logs.columns import entries
from verifiers.logs.entry import Entry, Graded, LeftOut, Reading
from verifiers.logs.files import Head, records
from verifiers.logs.problems import means_option, own_form
from verifiers.logs.writing import AllGraded, named, numbered, write_rows

_NAMED = re.compile(r"samples_(?P<task>.+?)(?:_\d{4}-\d{2}-\d{2}T[\d.:-]+)?\.jsonl?(?:\.gz|\.zst)?")
_COLUMNS = {
    "problem_id": ("problem_id", "doc_id"),
    "prompt": ("arguments.gen_args_0.arg_0", "arguments.0.0"),
    "reference": ("target",),
    "response": ("resps.0",),
    "sample_id": ("sample_id",),
    "model": ("model",),
    "their_answer": ("taken",),
    "their_verdict": ("verdict",),
}
_FRAME = {"doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "doc_hash", "prompt_hash"}
_FRAME |= {"target_hash", "schema_version", "sample_id"}


def fits(head: Head) -> bool:
    """Whether a file is one of this harness."""
    return head.shape in ("lines", "array") and head.has("doc", "target", "resps", "filtered_resps")


def read(head: Head, reading: Reading) -> Iterator[Entry | LeftOut]:
    """One entry a response."""
    found = _NAMED.fullmatch(head.path.name)
    task = found["task"] if found else head.path.name.partition(".")[0]
    model = head.path.resolve().parent.name if found else ""
    wanted: Any = None
    for row in records(head.path, head.shape):
        filtered = row.record.get("filter")
        wanted = filtered if wanted is None else wanted
        if filtered != wanted:
            yield LeftOut(f"the same responses under the filter {filtered!r}")
        elif _is_of_likelihoods(row):
            yield LeftOut("likelihoods of options, no response")
        else:
            record = {"model": model, **row.record, "metric": _score(row), "taken": _taken(row)}
            prefix = "" if "problem_id" in row.record else f"{task}/"
            yield from entries(Row(record, row.path, row.line), _columns(row), reading, prefix)


def _is_of_likelihoods(row: Row) -> bool:
    responses = row.get("resps", list)
    first = responses[0] if responses else None
    return isinstance(first, list) and bool(first) and isinstance(first[0], list)


def _columns(row: Row) -> dict[str, tuple[str, ...]]:
    columns = {**_COLUMNS, "their_score": ("metric",)}
    doc = row.record.get("doc")
    if isinstance(doc, dict) and isinstance(doc.get("kind"), str) and ("reference" in doc or "tests" in doc):
        return {**columns, "reference": ("doc",)}  # a problem in our own form
    for name in ("choices", "options"):
        if isinstance(doc, dict) and means_option(row.record.get("target"), doc.get(name)):
            columns["choices"] = (f"doc.{name}",)
    return columns


def _taken(row: Row) -> Any:
    """What the filter took of each response; None where it took one of several, and does not say which."""
    filtered, responses = row.record.get("filtered_resps"), row.get("resps", list)
    first = filtered[0] if isinstance(filtered, list) and filtered else None
    several = isinstance(responses[0], list) and len(responses[0]) > 1
    return first if isinstance(first, list) or not several else None


def _score(row: Row) -> Any:
    names = row.record.get("metrics")
    if not isinstance(names, list):  # as older versions have it
        names = [name for name in row.record if name not in _FRAME]
    scores = [row.record.get(name) for name in names if isinstance(name, str)]
    return next((score for score in scores if isinstance(score, bool | int | float)), None)


def write(path: Path, graded: AllGraded) -> int:
    """Write one row a grade."""
    return write_rows(path, (_row(number, each) for number, _, each in numbered(graded())))


def _row(number: int, graded: Graded) -> dict[str, Any]:
    doc = own_form(graded.problem) if graded.problem is not None else {}
    target, answer = (graded.references or [""])[0], graded.grade.answer
    return {
        "doc_id": number,
        "doc": doc,
        "target": target,
        "arguments": {"gen_args_0": {"arg_0": graded.prompt, "arg_1": {}}},
        "resps": [[graded.response]],
        "filtered_resps": ["[invalid]" if answer is None else answer],
        "filter": "none",
        "metrics": ["verified"],
        "doc_hash": _hash(repr(doc)),
        "prompt_hash": _hash(graded.prompt),
        "target_hash": _hash(target),
        "verified": graded.grade.score,
        **named(graded),
    }


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
