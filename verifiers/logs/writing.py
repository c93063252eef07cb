"""What the writers of formats share: rows into files, numbers for problems and samples, what is said of a grade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from verifiers.errors import InputError
from verifiers.logs.entry import Graded
from verifiers.records import replacing, write_lines

AllGraded = Callable[[], Iterator[Graded]]
"""Gives all grades, from the first one on, at each call."""


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    """Write one row a line or a table, by the ending of `path`; returns how many."""
    return write_lines(path, map(to_json, rows))


def named(graded: Graded) -> dict[str, Any]:
    """What tells a sample from others, and our verdict; formats let such fields stand beside their own."""
    grade = graded.grade
    return {
        "problem_id": grade.problem_id,
        "sample_id": grade.sample_id,
        "model": grade.model,
        "verdict": grade.verdict.value,
    }


def numbered(graded: Iterable[Graded]) -> Iterator[tuple[int, int, Graded]]:
    """Each grade with the number of its problem, in the order in which they come, and its own among the problem's."""
    problems: dict[str, int] = {}
    samples: Counter[int] = Counter()
    for each in graded:
        number = problems.setdefault(each.grade.problem_id, len(problems))
        yield number, samples[number], each
        samples[number] += 1


def one_model(path: Path, graded: AllGraded) -> str:
    """The model of all grades; raises `InputError` where there are several."""
    models = dict.fromkeys(each.grade.model for each in graded())
    if len(models) > 1:
        message = f"the format holds one model, and the grades have {', '.join(map(repr, models))}: choose with --model"
        raise InputError(message, path=str(path))
    return next(iter(models), "")


def wants_ending(path: Path, *endings: str) -> None:
    """Raise `InputError` where a path does not end as the format's files do."""
    if not path.name.endswith(endings):
        raise InputError(f"must end in {' or '.join(endings)} in this format", path=str(path))


def write_bytes(path: Path, parts: Iterable[bytes]) -> None:
    """Write a document in parts, or leave `path` as it is; raises `InputError` where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as partial, partial.open("wb") as file:
            file.writelines(parts)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", path=str(path)) from None
