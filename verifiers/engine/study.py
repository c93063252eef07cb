"""What one run grades against: its problems, checked, and the samples' ids."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable

from verifiers.engine.pool import StudyTable
from verifiers.engine.store import problem_digest
from verifiers.problem import CodeProblem, Problem
from verifiers.records import problem_to_json
from verifiers.registry import prepare

_TABLE_NUMBERS = itertools.count()
_FAST_SECONDS = 30.0  # patience for an answer that should take milliseconds


class Study:
    """The problems of one run, checked: every one is prepared here once, so that a bad one is named at once."""

    def __init__(self, problems: Iterable[Problem], ids: list[str] | None = None) -> None:
        self.problems = list(problems)
        for problem in self.problems:
            prepare(problem)
        lines = [problem_to_json(problem) for problem in self.problems]
        ids = [problem.id for problem in self.problems] if ids is None else ids
        self.table = StudyTable(next(_TABLE_NUMBERS), ids, lines)
        self.digests = [problem_digest(problem) for problem in self.problems]

    def patience(self, place: int) -> float:
        """Seconds that judging one answer of a problem may take before its worker is taken for hung."""
        problem = self.problems[place]
        return 3 * problem.limits.wall_seconds + 10 if isinstance(problem, CodeProblem) else _FAST_SECONDS


class SampleIds:
    """The sample ids seen so far: gives a sample its place where it has none, and finds duplicates.

    Memory stays flat where ids of a problem and model come as 0, 1, 2, ...: only the end of that run is kept.
    """

    def __init__(self) -> None:
        self._places: Counter[tuple[str, str]] = Counter()
        self._dense: Counter[tuple[str, str]] = Counter()
        self._others: dict[tuple[str, str], set[int | str]] = {}

    def assign(self, problem_id: str, model: str, sample_id: int | str | None) -> int | str | None:
        """The sample's id (its place where it came without), or None where that id was seen before."""
        whose = (problem_id, model)
        place = self._places[whose]
        self._places[whose] += 1
        given: int | str = place if sample_id is None else sample_id
        others = self._others.get(whose)
        dense = self._dense[whose]
        if given == dense:
            dense += 1
            while others and dense in others:
                others.remove(dense)
                dense += 1
            self._dense[whose] = dense
            return given
        if (isinstance(given, int) and 0 <= given < dense) or (others and given in others):
            return None
        self._others.setdefault(whose, set()).add(given)
        return given

    def counts(self) -> Counter[tuple[str, str]]:
        """How many samples each (problem, model) has had."""
        return self._places
