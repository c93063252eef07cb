"""From what a client says to an order that the engine can take: problems checked, samples told apart.

A problem that was met before (the same object, as JSON) is not read and prepared again: the latest ones are kept. What
a new one takes to prepare does not hold up the event loop.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

from verifiers.engine.study import Checked, SampleIds
from verifiers.errors import InputError
from verifiers.grading import Grade, make_grade
from verifiers.interface import Judgement
from verifiers.problem import CodeLimits, CodeProblem, Problem, Sample, StdioTests
from verifiers.records import without_surrogates
from verifiers.registry import first_fault, parse_problem
from verifiers.server.errors import bad_request
from verifiers.server.settings import Settings
from verifiers.verdict import Verdict

_KEPT_MOST = 4096
_KEPT_BYTES_MOST = 64 << 20
_IN_A_THREAD = 1 << 18  # bytes of a body whose reading would hold up the event loop for milliseconds

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Row:
    """One sample of an order: its problem's place there, and what its grade is to carry."""

    place: int
    response: str
    sample_id: int | str = 0
    model: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def line(self, problem_id: str, number: int) -> bytes:
        """The line that workers read; in a run its sample is known by `number`."""
        said = {
            **self.extra,
            "problem_id": problem_id,
            "response": self.response,
            "sample_id": number,
            "model": self.model,
        }
        return to_json(said, inf_nan_mode="null")


class Order:
    """What one request wants graded, and its grades (lines of JSON) as they come. Belongs to the event loop."""

    def __init__(self, problems: Sequence[Checked], rows: Sequence[Row]) -> None:
        self.problems = problems
        self.rows = rows
        self.programs = any(isinstance(each.problem, CodeProblem) for each in problems)
        self.lines: list[bytes | None] = [None] * len(rows)
        self.left = len(rows)
        self.abandoned = False
        """Nobody waits for it any more."""
        self.progress = asyncio.Event()

    def deliver(self, first: int, lines: Sequence[bytes]) -> None:
        """Take the grades of consecutive rows."""
        self.lines[first : first + len(lines)] = lines
        self.left -= len(lines)
        self.progress.set()

    def ready(self, first: int) -> list[bytes]:
        """The grades that are there, from row `first` up to the first that is missing."""
        found: list[bytes] = []
        for line in islice(self.lines, first, None):
            if line is None:
                break
            found.append(line)
        return found

    def failed(self, row: int, reason: str) -> bytes:
        """The grade of a row that the engine could not be asked about: an error, which is no wrong answer."""
        said = self.rows[row]
        problem = self.problems[said.place].problem
        judgement = Judgement(Verdict.ERROR, reason=reason)
        grade: Grade = make_grade(problem, None, judgement, sample_id=said.sample_id, model=said.model)
        return grade.model_dump_json().encode()


async def read_body(model: type[M], body: bytes) -> M:
    """What a request's body says; raises `Refusal` naming the field."""
    return await asyncio.to_thread(_read, model, body) if len(body) > _IN_A_THREAD else _read(model, body)


def _read(model: type[M], body: bytes) -> M:
    try:
        return model.model_validate(_json(body))
    except ValidationError as error:
        at, message = first_fault(error)
        raise bad_request(message, at or None) from None


def _json(body: bytes) -> Any:
    """The JSON value of a body; half a character becomes U+FFFD, as in files."""
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        try:
            value = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
            return from_json(to_json(without_surrogates(value)), allow_inf_nan=False)
        except (ValueError, RecursionError):
            raise bad_request(f"the body is not JSON: {error}") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


class Reader:
    """Makes orders. `known`: the problems that requests may name by their ids."""

    def __init__(self, settings: Settings, known: Iterable[Problem] = ()) -> None:
        self._settings = settings
        self._recent: OrderedDict[bytes, Checked] = OrderedDict()
        self._size = 0
        self.known = {problem.id: Checked.of(problem) for problem in known}

    async def one(self, problem: dict[str, Any] | None, problem_id: str | None, response: str) -> Order:
        """An order of a single response."""
        if (problem is None) == (problem_id is None):
            raise bad_request("either 'problem' or 'problem_id' is expected", "problem")
        checked = self._named(problem_id, "problem_id") if problem_id is not None else None
        if problem is not None:
            (checked,) = await self.checked([problem], at=("problem",))
        assert checked is not None
        return Order([checked], [Row(0, response)])

    async def batch(self, problems: list[dict[str, Any]], samples: Sequence[Sample]) -> Order:
        """An order of samples that name their problems by ids."""
        self._count(samples, "samples")
        checked = await self.checked(problems, at=[f"problems.{number}" for number in range(len(problems))])
        places: dict[str, int] = {}
        for number, each in enumerate(checked):
            problem_id = each.problem.id
            if not problem_id and len(checked) > 1:
                raise bad_request("is missing: samples name their problem by it", f"problems.{number}.id")
            if problem_id in places:
                raise bad_request(f"{problem_id!r} is the id of an earlier problem", f"problems.{number}.id")
            places[problem_id] = number
        ids, rows = SampleIds(), []
        for number, sample in enumerate(samples):
            place = places.get(sample.problem_id)
            if place is None:
                checked.append(self._named(sample.problem_id, f"samples.{number}.problem_id"))
                place = places[sample.problem_id] = len(checked) - 1
            sample_id = ids.assign(sample.problem_id, sample.model, sample.sample_id)
            if sample_id is None:
                message = f"{sample.sample_id!r} was already given: it is used once for each problem and model"
                raise bad_request(message, f"samples.{number}.sample_id")
            rows.append(Row(place, sample.response, sample_id, sample.model, sample.model_extra or {}))
        return Order(checked, rows)

    def pairs(self, problems: Sequence[Checked], responses: Sequence[str], at: str) -> Order:
        """An order of responses, each with its problem."""
        self._count(responses, at)
        return Order(problems, [Row(place, response, place) for place, response in enumerate(responses)])

    async def checked(self, records: Sequence[dict[str, Any]], at: Sequence[str]) -> list[Checked]:
        """Problems as clients state them, checked; `at`: what their fields are called in the request."""
        keys = [to_json(record) for record in records]
        new = {key: place for place, key in enumerate(keys) if key not in self._recent}
        if new:
            found = await asyncio.to_thread(lambda: {key: self._check(records[p], at[p]) for key, p in new.items()})
            for key, one in found.items():
                self._keep(key, one)
        else:
            found = {}
        result = []
        for key in keys:
            result.append(found.get(key) or self._recent[key])
            if key in self._recent:
                self._recent.move_to_end(key)
        return result

    def _keep(self, key: bytes, checked: Checked) -> None:
        if key not in self._recent:
            self._size += len(key)
        self._recent[key] = checked
        while len(self._recent) > _KEPT_MOST or self._size > _KEPT_BYTES_MOST:
            oldest, _ = self._recent.popitem(last=False)
            self._size -= len(oldest)

    def _check(self, record: dict[str, Any], at: str) -> Checked:
        try:
            problem = parse_problem(record)
            for name, limits in _all_limits(problem):
                self._within(limits, f"{at}.{name}")
            return Checked.of(problem)
        except InputError as error:
            raise bad_request(error.message, f"{at}.{error.field}" if error.field else at) from None

    def _within(self, limits: CodeLimits, at: str) -> None:
        for name, most in (
            ("wall_seconds", self._settings.max_wall_seconds),
            ("cpu_seconds", self._settings.max_wall_seconds),
            ("memory_mb", self._settings.max_memory_mb),
        ):
            value = getattr(limits, name)
            if value is not None and value > most:
                raise bad_request(f"is {value:g}, more than the {most:g} that this server gives", f"{at}.{name}")

    def _named(self, problem_id: str, at: str) -> Checked:
        try:
            return self.known[problem_id]
        except KeyError:
            where = "in 'problems' or on this server" if self.known else "in 'problems'"
            raise bad_request(f"no problem {where} has the id {problem_id!r}", at) from None

    def _count(self, items: Sequence[Any], at: str) -> None:
        if len(items) > self._settings.max_batch:
            most = self._settings.max_batch
            raise bad_request(f"are {len(items)}, more than the {most} that one request may have: send several", at)


def _all_limits(problem: Problem) -> list[tuple[str, CodeLimits]]:
    """The limits that a problem asks for, by the names of their fields."""
    if not isinstance(problem, CodeProblem):
        return []
    found = [("limits", problem.limits)]
    if isinstance(problem.tests, StdioTests):
        found.append(("tests.checker.limits", problem.tests.checker.limits))
    return found
