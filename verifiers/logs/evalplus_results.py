"""EvalPlus's results: `SAMPLES_eval_results.json`, one JSON object with all solutions of a task under its name.

    {"date": "…", "hash": "…", "eval": {"HumanEval/0": [{"task_id": "HumanEval/0", "solution": "def …",
     "base_status": "pass", "plus_status": "fail", "base_fail_tests": […], "plus_fail_tests": […]}, …], …}}

Right is what passes the base and, where they were run, the plus tests. The tests are not in this file: problems come
from `verify import evalplus`, under the same ids.

Written: the same, with our verdict beside each solution; it is held in memory whole, as EvalPlus does. A grade
`error` has that status and no score, but EvalPlus itself counts as failed what is no `pass`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import md5
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from verifiers.datasets.source import Row
from verifiers.errors import InputError
from verifiers.logs.columns import entries
from verifiers.logs.entry import Entry, Graded, LeftOut, Reading
from verifiers.logs.files import Head
from verifiers.logs.json_stream import elements
from verifiers.logs.writing import AllGraded, named, wants_ending, write_bytes
from verifiers.records import parse_object
from verifiers.verdict import Verdict

_COLUMNS = {
    "problem_id": ("task_id",),
    "response": ("solution",),
    "sample_id": ("sample_id",),
    "model": ("model",),
    "their_score": ("score",),
    "their_verdict": ("verdict",),
}
_PASS = "pass"
_STATUS = {Verdict.CORRECT: _PASS, Verdict.TIMEOUT: "timeout", Verdict.ERROR: "error"}
_ENDING = "_eval_results.json"


def fits(head: Head) -> bool:
    """Whether a file holds EvalPlus's results."""
    return head.shape == "object" and head.has("eval") and not head.has("version")


def read(head: Head, reading: Reading) -> Iterator[Entry | LeftOut]:
    """One entry a solution; `line` of a row counts them."""
    path = head.path
    model = path.name.removesuffix(_ENDING).removesuffix("eval_results.json") or path.resolve().parent.name
    number = 0
    for place, value in elements(path, inside={"eval"}):
        if place[0] != "eval":
            continue
        task = str(place[-1])
        for record in _solutions(path, task, value):
            number += 1
            row = Row({"model": model, "task_id": task, **record}, path, number)
            scored = Row({**row.record, "score": _score(row)}, path, number)
            yield from entries(scored, _COLUMNS, reading, "")


def _solutions(path: Path, task: str, value: bytes) -> list[dict[str, Any]]:
    try:
        listed = parse_object(b'{"of":' + value + b"}")["of"]
    except InputError as error:
        raise InputError(f"{task}: {error.message}", path=str(path), field="eval") from None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise InputError(f"{task}: must be a list of objects, one a solution", path=str(path), field="eval")
    return listed


def _score(row: Row) -> float | None:
    if "score" in row.record:
        value: float | None = row.record["score"]
        return value
    base, plus = row.get("base_status", str), row.record.get("plus_status")
    return float(base == _PASS and plus in (_PASS, None))


def write(path: Path, graded: AllGraded) -> int:
    """Write all grades as one document."""
    wants_ending(path, ".json")
    tasks: dict[str, list[dict[str, Any]]] = {}
    count = 0
    for each in graded():
        tasks.setdefault(each.grade.problem_id, []).append(_result(each))
        count += 1
    date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    digest = md5("\n".join(sorted(tasks)).encode(), usedforsecurity=False).hexdigest()
    write_bytes(path, [to_json({"date": date, "hash": digest, "eval": tasks})])
    return count


def _result(graded: Graded) -> dict[str, Any]:
    status = _STATUS.get(graded.grade.verdict, "fail")
    return {
        "task_id": graded.grade.problem_id,
        "solution": graded.response,
        "base_status": status,
        "plus_status": status,
        "base_fail_tests": [],
        "plus_fail_tests": [],
        "score": graded.grade.score,
        **{name: value for name, value in named(graded).items() if name != "problem_id"},
    }
