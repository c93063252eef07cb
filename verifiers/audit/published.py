"""The files in which benchmarks publish their verdicts, read to problems, responses and flags.

mathvista    a JSON object of rows by id, `{"question_type", "answer_type", "choices", "answer", "precision", "unit",
             "response", "true_false"}`; the answer of an item with choices is the choice's text
mmmu         a JSON list or JSON Lines of rows, `{"id", "options" or "index2ans", "answer", "response"}`, and the
             flag as `if_right` (MMMU-Pro) or `judge`, `Correct` or `Wrong` (MMMU); lists may be written as text
mathvision   the problems (`test.jsonl`), then one or more outputs, `{"id", "response", "correct", "model"}`
jsonl        lines of our own form, a problem with `response`, `is_correct` and, if there are several, `model`

Beside these, the logs that `verifiers.logs` reads, by the name of their format or `auto`, as far as they hold the
problems and a score of theirs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from verifiers.datasets import mathvision
from verifiers.errors import InputError
from verifiers.logs import AUTO, FORMATS, LeftOut, read_log
from verifiers.logs.entry import right_by
from verifiers.problem import ChoiceProblem, Problem
from verifiers.records import read_jsonl
from verifiers.registry import parse_problem


@dataclass(frozen=True, slots=True)
class Published:
    """One response and whether its benchmark called it right."""

    problem: Problem
    response: str
    right: bool
    model: str


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a JSON object, a JSON list, or JSON Lines, with their names."""
    if path.suffix != ".json":
        for number, row in read_jsonl(path):
            yield str(row.get("id", number)), row
        return
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=str(path)) from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON: {error}", path=str(path)) from None
    named = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, row in named:
        if isinstance(row, dict):
            yield str(row.get("id", row.get("pid", name))), row


def _fault(path: Path, name: str, field: str, message: str) -> InputError:
    return InputError(f"row {name!r}: {message}", path=str(path), field=field)


def _flag(path: Path, name: str, row: dict[str, Any], *fields: str) -> bool:
    for field in fields:
        value = row.get(field)
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in _FLAGS:
            return _FLAGS[value.lower()]
    raise _fault(path, name, fields[0], "is missing: the published verdict is wanted, true or false")


_FLAGS = {"correct": True, "true": True, "right": True, "wrong": False, "false": False, "incorrect": False}


def _text(path: Path, name: str, row: dict[str, Any], field: str) -> str:
    value = row.get(field)
    if value is None and field == "response":
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _fault(path, name, field, "is missing or not a text")
    return str(value)


def _made(path: Path, name: str, fields: dict[str, Any]) -> Problem:
    try:
        return parse_problem({"id": name, "kind": "choice", **fields})
    except InputError as error:
        raise _fault(path, name, error.field or "answer", error.message) from None


# ---- the benchmarks


def _mathvista(files: list[Path]) -> Iterator[Published]:
    for path in files:
        for name, row in _rows(path):
            response, right = _text(path, name, row, "response"), _flag(path, name, row, "true_false")
            yield Published(_made(path, name, _vista_item(path, name, row)), response, right, path.stem)


def _vista_item(path: Path, name: str, row: dict[str, Any]) -> dict[str, Any]:
    answer = _text(path, name, row, "answer")
    choices = row.get("choices")
    if choices:
        texts = [str(each) for each in choices]
        if answer not in texts:
            raise _fault(path, name, "answer", f"{answer!r} is none of the choices")
        return {"choices": texts, "reference": ascii_uppercase[texts.index(answer)]}
    kind = row.get("answer_type")
    if kind in ("integer", "float"):
        fields: dict[str, Any] = {"answer_type": "number", "reference": answer}
        if kind == "float" and row.get("precision") is not None:
            fields["precision"] = int(row["precision"])
        return fields
    if kind == "list":
        return {"answer_type": "list", "reference": _written_list(path, name, "answer", answer)}
    return {"answer_type": "text", "reference": answer}


def _mmmu(files: list[Path]) -> Iterator[Published]:
    for path in files:
        for name, row in _rows(path):
            right = _flag(path, name, row, "if_right", "judge")
            fields: dict[str, Any] = {"reference": _reference(path, name, row)}
            options = row.get("options") or list((row.get("index2ans") or {}).values())
            if isinstance(options, str):
                options = _written_list(path, name, "options", options)
            if options:
                fields["choices"] = [str(each) for each in options]
            else:
                fields["answer_type"] = "text"
            yield Published(_made(path, name, fields), _text(path, name, row, "response"), right, path.stem)


def _reference(path: Path, name: str, row: dict[str, Any]) -> str | list[str]:
    answer = row.get("answer", row.get("gold"))
    if isinstance(answer, list):
        return [str(each) for each in answer]
    return _text(path, name, {"answer": answer}, "answer")


def _written_list(path: Path, name: str, field: str, written: str) -> list[Any]:
    """The list that a text writes in Python's or JSON's way, read as data."""
    import ast

    try:
        value = ast.literal_eval(written) if len(written) < 1 << 16 else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = None
    if not isinstance(value, list):
        raise _fault(path, name, field, "must be a list")
    return value


def _mathvision(files: list[Path]) -> Iterator[Published]:
    if len(files) < 2:
        raise InputError("name the problems (test.jsonl) and then one or more outputs")
    problems = {problem.id: problem for problem in mathvision.problems(files[0])}
    for path in files[1:]:
        for name, row in _rows(path):
            problem = problems.get(f"mathvision/{name}")
            if problem is None:
                raise _fault(path, name, "id", f"is not among the problems of {files[0]}")
            response, right = _text(path, name, row, "response"), _flag(path, name, row, "correct")
            yield Published(problem, response, right, path.stem)


def _jsonl(files: list[Path]) -> Iterator[Published]:
    for path in files:
        for name, row in _rows(path):
            response, right = _text(path, name, row, "response"), _flag(path, name, row, "is_correct")
            yield Published(_made(path, name, row), response, right, str(row.get("model") or path.stem))


BENCHMARKS: dict[str, Callable[[list[Path]], Iterator[Published]]] = {
    "mathvista": _mathvista,
    "mmmu": _mmmu,
    "mathvision": _mathvision,
    "jsonl": _jsonl,
}


def of_benchmark(name: str, files: list[Path]) -> Iterator[Published]:
    """The published rows of `files`; raises `InputError` for an unknown name."""
    if name in BENCHMARKS:
        return BENCHMARKS[name](files)
    if name in FORMATS or name == AUTO:
        return _logged(name, files)
    raise InputError(f"unknown benchmark {name!r}; known are {', '.join((*BENCHMARKS, AUTO, *FORMATS))}")


def _logged(name: str, files: list[Path]) -> Iterator[Published]:
    for path in files:
        for entry in read_log(name, path):
            if isinstance(entry, LeftOut):
                continue
            if entry.problem is None:
                message = "the log does not hold its problems: import it, grade it, and compare with `verify diff`"
                raise InputError(message, path=str(path))
            score = (entry.sample.model_extra or {}).get("their_score")
            if score is not None:
                model = entry.sample.model or path.stem
                yield Published(entry.problem, entry.sample.response, right_by(score), model)


def options_of(problem: Problem) -> bool:
    """Whether the item has options to pick from."""
    return isinstance(problem, ChoiceProblem) and problem.answer_type == "choice"
