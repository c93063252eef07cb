"""inspect_ai's logs: `.eval`, a zip archive with a JSON file a sample, and `.json`, one document with all of them.

    {"version": 2, "status": "success", "eval": {"task": "…", "model": "…", …}, "results": {…}, "samples": [
      {"id": "…", "epoch": 1, "input": "…", "choices": ["cat", "dog"], "target": "B", "messages": […],
       "output": {"choices": [{"message": {"content": "…"}}], …}, "attachments": {…},
       "scores": {"match": {"value": "C", "answer": "…", "explanation": "…"}}}, …]}

In the archive, samples are `samples/ID_epoch_N.json` and the rest is `header.json`. Long texts may be references to
`attachments`. Their score is the first scorer's: `C` is 1, `P` one half, `I` and `N` (no answer) 0; NaN is none. A
sample whose run failed has no response and is left out. Samples are told apart by their epochs.

Written: either form, by its ending, with one scorer `truegrade`; a grade `error` is unscored (NaN), as inspect has it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from verifiers.datasets.source import Row
from verifiers.errors import InputError
from verifiers.logs.columns import content_of, entries, prompt_in
from verifiers.logs.entry import Entry, LeftOut, Reading
from verifiers.logs.files import Head, archived, parsed
from verifiers.logs.inspect_writing import write
from verifiers.logs.json_stream import elements

__all__ = ["fits", "read", "write"]

_COLUMNS = {
    "problem_id": ("problem_id",),
    "prompt": ("prompt",),
    "reference": ("own.problem", "target"),
    "choices": ("choices",),
    "response": ("response",),
    "sample_id": ("own.sample_id", "epoch"),
    "model": ("model",),
    "their_score": ("score",),
    "their_answer": ("answer",),
    "their_verdict": ("own.verdict",),
}
_VALUES = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
_ATTACHMENT = "attachment://"


def fits(head: Head) -> bool:
    """Whether a file is a log of inspect: an archive, or a document that says its version first."""
    return head.shape == "zip" or (head.shape == "object" and head.has("version", "status", "eval"))


def read(head: Head, reading: Reading) -> Iterator[Entry | LeftOut]:
    """One entry a sample and epoch."""
    samples = _archived(head.path) if head.shape == "zip" else _documented(head.path)
    for spec, row in samples:
        record = _record(spec, row)
        if record is None:
            yield LeftOut("a run that failed, without a response")
        else:
            yield from entries(Row(record, row.path, row.line), _COLUMNS, reading, "")


def _archived(path: Path) -> Iterator[tuple[dict[str, Any], Row]]:
    headers = [*archived(path, "_journal/start.json"), *archived(path, "header.json")]  # the latter when a run ends
    if not headers:
        raise InputError("is an archive, but no log of inspect: there is no header.json in it", path=str(path))
    spec = parsed(path, 0, headers[-1][1]).record.get("eval")
    for number, (name, content) in enumerate(archived(path, "samples/"), 1):
        if name.endswith(".json"):
            yield spec if isinstance(spec, dict) else {}, parsed(path, number, content)


def _documented(path: Path) -> Iterator[tuple[dict[str, Any], Row]]:
    spec: dict[str, Any] = {}
    for place, value in elements(path, inside={"samples"}):
        if place == ("eval",):
            spec = parsed(path, 0, value).record
        elif place[0] == "samples" and len(place) == 2:
            yield spec, parsed(path, int(place[1]) + 1, value)


def _record(spec: Mapping[str, Any], row: Row) -> dict[str, Any] | None:
    sample = row.record
    message = _message(sample)
    if message is None:
        return None
    attachments = sample.get("attachments")
    texts = attachments if isinstance(attachments, dict) else {}
    metadata = sample.get("metadata")
    own = metadata.get("truegrade") if isinstance(metadata, dict) else None
    own = own if isinstance(own, dict) else {}
    score, answer = _score(sample)
    sample_id = sample.get("id")
    if not isinstance(sample_id, str | int):
        raise row.error("must be a text or a whole number", "id")
    return {
        "problem_id": own.get("problem_id") or f"{spec.get('task') or 'inspect'}/{sample_id}",
        "prompt": _attached(prompt_in(sample.get("input")), texts),
        "target": sample.get("target"),
        "choices": sample.get("choices") or None,
        "response": _attached(content_of(message), texts),
        "epoch": sample.get("epoch"),
        "model": own.get("model", spec.get("model")),
        "own": own,
        "score": score,
        "answer": answer,
    }


def _message(sample: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the model said in the end, or None where the run failed before."""
    output = sample.get("output")
    choices = output.get("choices") if isinstance(output, dict) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return None
    message = choices[0].get("message")
    return message if isinstance(message, dict) else None


def _attached(text: str | None, attachments: Mapping[str, Any]) -> str | None:
    if text is not None and text.startswith(_ATTACHMENT):
        held = attachments.get(text.removeprefix(_ATTACHMENT))
        return held if isinstance(held, str) else text
    return text


def _score(sample: Mapping[str, Any]) -> tuple[float | None, str | None]:
    """The first scorer's value as a number, and the answer that it took."""
    scores = sample.get("scores")
    first = next(iter(scores.values()), None) if isinstance(scores, dict) else None
    if not isinstance(first, dict):
        return None, None
    value, answer = first.get("value"), first.get("answer")
    if isinstance(value, str):
        value = _VALUES.get(value)
    number = float(value) if isinstance(value, bool | int | float) and math.isfinite(value) else None
    return number, answer if isinstance(answer, str) else None
