"""Our grades as a log of inspect_ai: the documents that `inspect` describes, made and put together."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from verifiers.errors import InputError
from verifiers.logs.entry import Graded
from verifiers.logs.problems import digest, own_form
from verifiers.logs.writing import AllGraded, named, numbered, one_model, wants_ending, write_bytes
from verifiers.records import replacing
from verifiers.verdict import Verdict

_VERSION = 2
_SCORER = "truegrade"
_SHORT = 500  # characters of a prompt in the summaries
_REASONS = {Verdict.ERROR: "grader_failed", Verdict.NO_ANSWER: "no_response"}


@dataclass(slots=True)
class _Totals:
    """What the header says of all samples."""

    samples: int = 0
    scored: int = 0
    score: float = 0.0
    epochs: int = 1
    problems: int = 0


def write(path: Path, graded: AllGraded) -> int:
    """Write the log, as an archive or a document by the ending of `path`; returns how many samples it has."""
    wants_ending(path, ".eval", ".json")
    model = one_model(path, graded)
    totals = _totals(graded)
    if path.suffix == ".json":
        write_bytes(path, _document(_header(path, model, totals), graded, model))
    else:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as partial:
                _archive(partial, _header(path, model, totals), graded, model)
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror or error}", path=str(path)) from None
    return totals.samples


def _totals(graded: AllGraded) -> _Totals:
    totals = _Totals()
    for problem, number, each in numbered(graded()):
        totals.samples += 1
        totals.problems = max(totals.problems, problem + 1)
        totals.epochs = max(totals.epochs, number + 1)
        if each.grade.score is not None:
            totals.scored += 1
            totals.score += each.grade.score
    return totals


def _document(header: dict[str, Any], graded: AllGraded, model: str) -> Iterator[bytes]:
    yield _json(header)[:-1] + b',"samples":['
    for place, (_, number, each) in enumerate(numbered(graded())):
        yield (b"," if place else b"") + _json(_sample(each, number, model))
    yield b"]}"


def _archive(path: Path, header: dict[str, Any], graded: AllGraded, model: str) -> None:
    with closing(zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)) as archive:
        start = {name: header[name] for name in ("version", "eval", "plan")}
        archive.writestr("_journal/start.json", _json(start))
        for _, number, each in numbered(graded()):
            name = f"samples/{each.grade.problem_id}_epoch_{number + 1}.json"
            archive.writestr(name, _json(_sample(each, number, model)))
        with archive.open("summaries.json", "w") as file:
            for place, (_, number, each) in enumerate(numbered(graded())):
                file.write((b"," if place else b"[") + _json(_summary(each, number)))
            file.write(b"]")
        archive.writestr("header.json", _json(header))


def _header(path: Path, model: str, totals: _Totals) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    name = path.name.partition(".")[0]
    run = digest(name, model, totals.samples)
    mean = totals.score / totals.scored if totals.scored else float("nan")
    score = {
        "name": _SCORER,
        "scorer": _SCORER,
        "scored_samples": totals.scored,
        "unscored_samples": totals.samples - totals.scored,
        "params": {},
        "metrics": {"accuracy": {"name": "accuracy", "value": mean, "params": {}}},
    }
    return {
        "version": _VERSION,
        "status": "success",
        "eval": {
            "eval_id": run,
            "run_id": run,
            "created": now,
            "task": name,
            "task_id": run,
            "task_version": 0,
            "task_args": {},
            "dataset": {"name": name, "samples": totals.problems, "shuffled": False},
            "model": model or "unknown",
            "model_args": {},
            "config": {"epochs": totals.epochs},
        },
        "plan": {"name": "plan", "steps": [], "config": {}},
        "results": {"total_samples": totals.samples, "completed_samples": totals.samples, "scores": [score]},
        "stats": {"started_at": now, "completed_at": now, "model_usage": {}},
    }


def _sample(graded: Graded, number: int, model: str) -> dict[str, Any]:
    own = {**named(graded), "problem": own_form(graded.problem) if graded.problem is not None else None}
    said = {"role": "assistant", "source": "generate", "content": graded.response}
    record: dict[str, Any] = {
        "id": graded.grade.problem_id,
        "epoch": number + 1,
        "input": graded.prompt,
        "target": _target(graded),
        "messages": [{"role": "user", "source": "input", "content": graded.prompt}, said],
        "output": {"model": model, "choices": [{"message": said, "stop_reason": "stop"}]},
        "scores": {_SCORER: _score(graded)},
        "metadata": {"truegrade": own},
        "store": {},
        "events": [],
        "model_usage": {},
        "attachments": {},
    }
    return {**record, "choices": graded.choices} if graded.choices else record


def _target(graded: Graded) -> str | list[str]:
    references = graded.references
    return references[0] if len(references) == 1 else references or ""


def _score(graded: Graded) -> dict[str, Any]:
    grade = graded.grade
    value: Any = {None: float("nan"), 1.0: "C", 0.0: "I"}.get(grade.score, grade.score)
    reason = _REASONS.get(grade.verdict)
    return {
        "value": value,
        "answer": grade.answer,
        "explanation": grade.reason or grade.verdict.value,
        **({"reason": reason} if reason else {}),
        "metadata": {"verdict": grade.verdict.value, "method": grade.method, "span": grade.span},
        "history": [],
    }


def _summary(graded: Graded, number: int) -> dict[str, Any]:
    return {
        "id": graded.grade.problem_id,
        "epoch": number + 1,
        "input": graded.prompt[:_SHORT],
        "target": _target(graded),
        "scores": {_SCORER: _score(graded)},
        "completed": True,
    }


def _json(value: Any) -> bytes:
    """JSON as inspect writes it: numbers that are none (NaN) stand as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
