"""Rows and responses in, grades out, and from a grade the reward: what all adapters share beside the row's reading.

One engine serves a process. It starts with the first batch, is left alone by what forks off (a child starts its own),
and is closed when the interpreter ends. A single response is graded in the calling thread: what can be slow in it
runs in a process of its own with a deadline, so that any thread, event loop, daemonic or forked process will do.

A row that states no problem, or one that nothing can be graded against, gives a grade `error` as every other failure
of the grader does. What an `error` becomes is `on_error`:

- `none`: what the framework has for "no reward here", where it has such a thing: the sample is left out;
- `raise`: `GradingFailed`, which names the problem and the reason;
- `zero`: a wrong answer, because the caller said so.
"""

from __future__ import annotations

import asyncio
import atexit
import os
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Literal

from verifiers.adapters.rows import problem_of
from verifiers.errors import GraderFailure, InputError
from verifiers.grading import Grade, grade
from verifiers.problem import Problem
from verifiers.registry import prepare
from verifiers.response import whole_characters
from verifiers.verdict import Verdict

OnError = Literal["none", "zero", "raise"]
WAYS: tuple[OnError, ...] = ("none", "zero", "raise")
WITHOUT_NONE: tuple[OnError, ...] = ("zero", "raise")

Row = Mapping[str, Any]


class GradingFailed(GraderFailure):
    """The grader failed, and `on_error` is `raise`."""


def checked(on_error: str, framework: str, ways: Sequence[OnError] = WAYS) -> OnError:
    """`on_error`, if it is one of the `ways` that `framework` allows; raises `InputError`."""
    for way in ways:
        if on_error == way:
            return way
    why = f" ({framework} has no way to leave a sample out)" if on_error in WAYS else ""
    raise InputError(f"must be {' or '.join(ways)}, not {on_error!r}{why}", field="on_error")


def grade_row(row: Row, response: str) -> Grade:
    """The grade of one response, in this thread. Never raises for what the row or the response holds."""
    try:
        return grade(problem_of(row), response)
    except InputError as error:
        return _failed(row, str(error), 0)


def grade_rows(rows: Sequence[Row], responses: Sequence[str]) -> list[Grade]:
    """The grades of a batch, on this process's engine; `sample_id` is the place in the batch."""
    if len(rows) != len(responses):
        raise InputError(f"{len(rows)} rows for {len(responses)} responses: the numbers must be equal")
    grades: list[Grade | None] = [None] * len(rows)
    good: list[int] = []
    problems: list[Problem] = []
    for place, row in enumerate(rows):
        try:
            problem = problem_of(row)
            _sound(problem)
        except InputError as error:
            grades[place] = _failed(row, str(error), place)
            continue
        good.append(place)
        problems.append(problem)
    for place, found in zip(good, _on_engine(problems, [responses[place] for place in good])):
        grades[place] = found.model_copy(update={"sample_id": place})
    return [each for each in grades if each is not None]


async def agrade_row(row: Row, response: str) -> Grade:
    """As `grade_row`, without holding up the event loop."""
    return await asyncio.to_thread(grade_row, row, response)


async def agrade_rows(rows: Sequence[Row], responses: Sequence[str]) -> list[Grade]:
    """As `grade_rows`, without holding up the event loop."""
    return await asyncio.to_thread(grade_rows, rows, responses)


def reward_of(found: Grade, on_error: OnError) -> float | None:
    """The score of a grade as a float; None only for an `error` under `none`. Raises `GradingFailed` under `raise`."""
    if found.score is not None:
        return float(found.score)
    if on_error == "raise":
        named = f"problem {found.problem_id!r}: " if found.problem_id else ""
        raise GradingFailed(f"{named}{found.reason or 'the grader failed'}")
    return 0.0 if on_error == "zero" else None


def number_of(found: Grade, on_error: OnError) -> float:
    """As `reward_of`, for frameworks without a `none`."""
    reward = reward_of(found, on_error)
    if reward is None:
        raise InputError("must be zero or raise here, not 'none'", field="on_error")
    return reward


def facts_of(found: Grade) -> dict[str, str | float]:
    """What else is worth logging of a grade: always the same keys, each with one type of value."""
    return {
        "verdict": found.verdict.value,
        "answer": found.answer or "",
        "method": found.method,
        "reason": found.reason,
        "error": float(found.verdict is Verdict.ERROR),
    }


def _failed(row: Row, reason: str, place: int) -> Grade:
    named, kind = row.get("id"), row.get("kind")
    return Grade(
        problem_id=named if isinstance(named, str) else "",
        sample_id=place,
        kind=kind if isinstance(kind, str) else "",
        verdict=Verdict.ERROR,
        score=None,
        reason=whole_characters(reason),
    )


# ---- the engine of this process


class _Shared:
    """The engine of this process, and the problems that were found sound."""

    def __init__(self) -> None:
        from verifiers.engine import Engine

        self.engine = Engine()
        self.sound: dict[int, Problem] = {}
        atexit.register(self.engine.close)


_shared: _Shared | None = None
_lock = Lock()
_MOST_SOUND = 4096


def _here() -> _Shared:
    global _shared
    with _lock:
        if _shared is None:
            os.register_at_fork(after_in_child=_forget)
            _shared = _Shared()
        return _shared


def _forget() -> None:
    """In a forked child: the engine is the parent's, and the lock may be held by a thread that is not here."""
    global _shared, _lock
    _shared, _lock = None, Lock()


def close_engine() -> None:
    """End the workers of this process; the next batch starts others."""
    global _shared
    with _lock:
        if _shared is not None:
            _shared.engine.close()
        _shared = None


def _sound(problem: Problem) -> None:
    """Raise `ProblemError` for a problem that nothing can be graded against; each is looked at once."""
    known = _here().sound
    if known.get(id(problem)) is problem:
        return
    prepare(problem)
    if len(known) >= _MOST_SOUND:
        known.clear()
    known[id(problem)] = problem


def _on_engine(problems: Sequence[Problem], responses: Sequence[str]) -> list[Grade]:
    if not problems:
        return []
    try:
        return _here().engine.grade_batch(problems, responses)
    except (GraderFailure, OSError) as failure:  # no process can be started, say
        reason = f"{type(failure).__name__}: {failure}"
        return [_failed({"id": problem.id, "kind": problem.kind}, reason, 0) for problem in problems]
