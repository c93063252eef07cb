"""What one run grades against: its problems, checked, and the samples' ids."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from verifiers.engine.pool import StudyTable
from verifiers.engine.store import problem_digest
from verifiers.engine.wire import Columns
from verifiers.problem import CodeProblem, Problem
from verifiers.records import problem_to_json
from verifiers.registry import prepare

_TABLE_NUMBERS = itertools.count()
_FAST_SECONDS = 30.0  # patience for an answer that should take milliseconds


@dataclass(frozen=True, slots=True)
class Checked:
    """A problem that can be graded against: as an object, as the line that workers read, and its digest."""

    problem: Problem
    line: bytes
    digest: bytes

    @classmethod
    def of(cls, problem: Problem) -> Checked:
        """Prepare `problem` once, so that a bad one is named at once; raises `ProblemError`."""
        prepare(problem)
        return cls(problem, problem_to_json(problem), problem_digest(problem))


class Study:
    """The problems of one run, all checked; `ids`: what the samples call them, unless their own."""

    def __init__(self, problems: Iterable[Problem | Checked], ids: list[str] | None = None) -> None:
        checked = [each if isinstance(each, Checked) else Checked.of(each) for each in problems]
        self.problems = [each.problem for each in checked]
        ids = [problem.id for problem in self.problems] if ids is None else ids
        first: dict[str, int] = {}
        for place, problem in enumerate(self.problems):
            first.setdefault(problem.kind, place)
        self.table = StudyTable(next(_TABLE_NUMBERS), ids, [each.line for each in checked], list(first.values()))
        self.digests = [each.digest for each in checked]

    def patience(self, place: int) -> float:
        """Seconds that judging one answer of a problem may take before its worker is taken for hung."""
        problem = self.problems[place]
        return 3 * problem.limits.wall_seconds + 10 if isinstance(problem, CodeProblem) else _FAST_SECONDS


@dataclass(slots=True)
class _Taken:
    """The ids that samples of one problem and model have: `dense` for 0, 1, …, dense - 1, and `others`."""

    places: int = 0
    dense: int = 0
    others: set[int | str] = field(default_factory=set)

    def take(self, given: int | str | None) -> int | str | None:
        """The id of the next sample (its place where it came without), or None where it is taken."""
        if given is None:
            given = self.places
        self.places += 1
        if given == self.dense:
            self.dense += 1
            while self.others and self.dense in self.others:
                self.others.remove(self.dense)
                self.dense += 1
            return given
        if (isinstance(given, int) and 0 <= given < self.dense) or given in self.others:
            return None
        self.others.add(given)
        return given


class SampleIds:
    """The sample ids seen so far: gives a sample its place where it has none, and finds duplicates.

    Memory stays flat where ids of a problem and model come as 0, 1, 2, ...: only the end of that run is kept.
    """

    def __init__(self) -> None:
        self._taken: defaultdict[tuple[str, str], _Taken] = defaultdict(_Taken)

    def assign(self, problem_id: str, model: str, sample_id: int | str | None) -> int | str | None:
        """The sample's id (its place where it came without), or None where that id was seen before."""
        return self._taken[problem_id, model].take(sample_id)

    def assign_all(
        self, columns: Columns, problems: Sequence[Problem], ordered: bool = True, skip: int = 0
    ) -> tuple[list[int | str], str]:
        """The ids of the samples of a stretch, up to the first that cannot have its own, and why it cannot.

        `skip`: so many of them have theirs from an earlier run; what stands in their places means nothing.
        """
        assigned: list[int | str] = [0] * min(skip, len(columns.slots))
        given_ids = columns.ids if columns.ids is not None else [None] * len(columns.slots)
        for place, model, first, last in columns.runs():
            problem_id = problems[place].id
            taken = self._taken[problem_id, model]
            for given in given_ids[max(first, skip) : last]:
                if given is None and not ordered:
                    return assigned, "is missing: samples that are graded as they come need one"
                sample_id = taken.take(given)
                if sample_id is None:
                    return assigned, (
                        f"sample {given!r} of problem {problem_id!r}, model {model!r}, was already given: "
                        "a sample_id is used once for each problem and model"
                    )
                assigned.append(sample_id)
        return assigned, ""
