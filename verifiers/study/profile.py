"""What else one model's samples say: steadiness, votes, diversity, and how problems of each sort fare.

Everything here is a mean over problems of a number that one problem's samples give; `Profiler` turns columns of such
numbers into means with intervals, all from the same resamples.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from verifiers.problem import ChoiceProblem, Problem
from verifiers.study.classes import AnswerClass
from verifiers.study.counts import ModelCounts, Tally
from verifiers.study.estimators import best_of_k, cover_at, distinct_at_k, pass_at_k, right_among
from verifiers.study.majority import Votes, majority_curve
from verifiers.study.posterior import bayes_at_n, these_problems
from verifiers.study.uncertainty import Interval, mean, mean_interval, percentile_interval, resampled_means

Key = TypeVar("Key")
TAUS = (0.25, 0.5, 0.75, 1.0)
COVER_TAUS = tuple(tenth / 10 for tenth in range(1, 11))
_MOST_GROUPS = 20


@dataclass(frozen=True, slots=True)
class Group:
    """Problems that share a value of a field: how many, pass@1 and pass@k at the largest k."""

    problems: int
    first: Interval
    last: Interval


@dataclass(frozen=True, slots=True)
class Position:
    """One option's place: the share of picks that fell on it, and the share of references that stand there."""

    picked: Interval
    references: float


@dataclass(frozen=True, slots=True)
class Profile:
    """The further measures of one model; k and tau as in `verifiers.study.estimators`.

    `bayes` is Bayes@N, `here` the average on these very problems under a fitted law. `entropy` (bits) and
    `effective` (2 to the entropy) are over the classes of answers; `distinct_at`: expected number of distinct answers.
    `groups`: by field, then by value. `positions`: by option letter; empty where no problem has options. `best_at` is
    empty where the grades carry no score.
    """

    bayes: Interval
    here: Interval
    majority_at: Mapping[int, Interval]
    best_at: Mapping[int, Interval]
    g_pass_at: Mapping[float, Mapping[int, Interval]]
    mean_g_pass_at: Mapping[int, Interval]
    cover_at: Mapping[float, Interval]
    distinct_at: Mapping[int, Interval]
    entropy: Interval
    effective: Interval
    groups: Mapping[str, Mapping[str, Group]]
    positions: Mapping[str, Position]


@dataclass(frozen=True, slots=True)
class Profiler:
    """The settings of the resampling; `fields`: by which fields of the problems to break down."""

    level: float
    resamples: int
    seed: int
    fields: Sequence[str]

    def profile(
        self,
        counts: ModelCounts,
        classes: Mapping[str, Sequence[AnswerClass]],
        problems: Mapping[str, Problem] | None,
        ks: Sequence[int],
    ) -> Profile:
        """The profile of the model behind `counts`, over its graded problems."""
        graded = counts.graded()
        tallies = list(graded.values())
        sizes = [[each.count for each in classes[name]] for name in graded]
        entropies = [entropy(each) for each in sizes]
        steady = self._steadiness(tallies, ks)
        spread, effective = self._free([entropies, [2**each for each in entropies]])
        distinct = self._free([[_distinct(tally, each, k) for tally, each in zip(tallies, sizes)] for k in ks])
        scored = all(len(tally.scored) == tally.n for tally in tallies)
        bayes = bayes_at_n([(tally.n - tally.c, tally.c) for tally in tallies], (0.0, 1.0))
        return Profile(
            bayes=bayes.interval(self.level),
            here=these_problems([(tally.n, tally.c) for tally in tallies]).interval(self.level),
            majority_at=self._rates(self._majorities(graded, classes, ks)),
            best_at=self._rates({k: [best_of_k(tally.scored, k) for tally in tallies] for k in ks} if scored else {}),
            g_pass_at={tau: {k: steady[tau, k] for k in ks} for tau in TAUS},
            mean_g_pass_at={k: steady[None, k] for k in ks if k > 1},
            cover_at=self._rates({tau: [cover_at(tally.n, tally.c, tau) for tally in tallies] for tau in COVER_TAUS}),
            distinct_at=dict(zip(ks, distinct, strict=True)),
            entropy=spread,
            effective=effective,
            groups=self._groups(graded, problems, ks[-1]),
            positions=self._positions(graded, problems),
        )

    def _rates(self, columns: Mapping[Key, Sequence[float]]) -> dict[Key, Interval]:
        """Means between 0 and 1 with intervals."""
        if not columns:
            return {}
        values = list(columns.values())
        resampled = resampled_means(values, resamples=self.resamples, seed=self.seed)
        return {
            key: mean_interval(column, means, self.level)
            for key, column, means in zip(columns, values, resampled, strict=True)
        }

    def _free(self, columns: Sequence[Sequence[float]]) -> list[Interval]:
        """Means of any size with intervals."""
        resampled = resampled_means(columns, resamples=self.resamples, seed=self.seed)
        return [
            percentile_interval(mean(column), means, self.level, problems=len(column))
            for column, means in zip(columns, resampled, strict=True)
        ]

    def _steadiness(self, tallies: Sequence[Tally], ks: Sequence[int]) -> dict[tuple[float | None, int], Interval]:
        """G-Pass@k by (tau, k), and mG-Pass@k by (None, k); one law for all problems with the same counts."""
        laws = {(n, c, k): _g_passes(n, c, k) for n, c in {(tally.n, tally.c) for tally in tallies} for k in ks}
        columns: dict[tuple[float | None, int], list[float]] = {}
        for k in ks:
            rows = [laws[tally.n, tally.c, k] for tally in tallies]
            for place, tau in enumerate((*TAUS, None)):
                columns[tau, k] = [row[place] for row in rows]
        return self._rates(columns)

    def _majorities(
        self, graded: Mapping[str, Tally], classes: Mapping[str, Sequence[AnswerClass]], ks: Sequence[int]
    ) -> dict[int, list[float]]:
        curves = [
            majority_curve(votes_of(tally, classes[name]), [min(k, tally.n) for k in ks], self.seed)
            for name, tally in graded.items()
        ]
        return {k: [curve[place] for curve in curves] for place, k in enumerate(ks)}

    def _groups(
        self, graded: Mapping[str, Tally], problems: Mapping[str, Problem] | None, k: int
    ) -> dict[str, dict[str, Group]]:
        found: dict[str, dict[str, Group]] = {}
        if problems is None:
            return found
        for name in self.fields:
            members: dict[str, list[Tally]] = {}
            for problem_id, tally in graded.items():
                members.setdefault(field_value(problems[problem_id], name) or "–", []).append(tally)
            found[name] = {value: self._group(members[value], k) for value in sorted(members, key=_in_order)}
        return found

    def _group(self, tallies: Sequence[Tally], k: int) -> Group:
        columns = {at: [pass_at_k(tally.n, tally.c, at) for tally in tallies] for at in (1, k)}
        rates = self._rates(columns)
        return Group(len(tallies), rates[1], rates[k])

    def _positions(self, graded: Mapping[str, Tally], problems: Mapping[str, Problem] | None) -> dict[str, Position]:
        rows: list[Counter[str]] = []
        references: Counter[str] = Counter()
        for name, tally in graded.items():
            problem = problems.get(name) if problems is not None else None
            if isinstance(problem, ChoiceProblem) and problem.answer_type == "choice" and _letters(problem):
                picks = picked_letters(problem, tally)
                if total := sum(picks.values()):
                    rows.append(Counter({letter: count / total for letter, count in picks.items()}))
                    references[str(problem.reference).strip().upper()] += 1
        letters = sorted({letter for row in rows for letter in row} | references.keys())
        picked = self._rates({letter: [row[letter] for row in rows] for letter in letters if rows})
        return {letter: Position(picked[letter], references[letter] / len(rows)) for letter in letters}


def votes_of(tally: Tally, classes: Sequence[AnswerClass]) -> Votes:
    """How `tally`'s samples vote."""
    return Votes(tally.c, tuple(each.count for each in classes if not each.right), tally.silent)


def entropy(sizes: Sequence[int]) -> float:
    """The entropy in bits of the answers' distribution, from how often each was given; 0 where none was.

    >>> entropy([2, 2, 4])
    1.5
    """
    total = sum(sizes)
    return math.fsum(-size / total * math.log2(size / total) for size in sizes) if total else 0.0


def picked_letters(problem: ChoiceProblem, tally: Tally) -> Counter[str]:
    """How many samples picked each option, by its letter; answers that name no option are left out."""
    letters = _letters(problem)
    by_text = {text.strip().lower(): letter for letter, text in zip(letters, problem.choices or [], strict=False)}
    by_text.update((letter.lower(), letter) for letter in letters)
    picks: Counter[str] = Counter()
    for given in tally.answers.values():
        letter = by_text.get(given.text.strip().strip("().:").strip().lower())
        if letter is not None:
            picks[letter] += given.count
    return picks


def _letters(problem: ChoiceProblem) -> list[str]:
    return list(problem.labels or [chr(ord("A") + place) for place in range(len(problem.choices or ()))])


def breakdown_fields(problems: Mapping[str, Problem]) -> list[str]:
    """Fields by which problems fall into a few groups: 2 to 20 values that each problem has, more than once."""
    names = dict.fromkeys(name for problem in problems.values() for name in (problem.model_extra or {}))
    return [name for name in names if _is_grouping([field_value(problem, name) for problem in problems.values()])]


def _is_grouping(values: Sequence[str | None]) -> bool:
    return None not in values and 2 <= len(set(values)) <= min(_MOST_GROUPS, len(values) // 2)


def field_value(problem: Problem, name: str) -> str | None:
    """The value of a further field of `problem` as text, None where it has none or it is no plain value."""
    value = (problem.model_extra or {}).get(name)
    return str(value) if isinstance(value, str | int | float) else None


def _in_order(value: str) -> tuple[bool, float, str]:
    """Numbers by size, then texts."""
    try:
        return False, float(value), value
    except ValueError:
        return True, 0.0, value


def _g_passes(n: int, c: int, k: int) -> tuple[float, ...]:
    """G-Pass@k at each of `TAUS`, then mG-Pass@k."""
    law, half = right_among(n, c, k), math.ceil(k / 2)
    needed = [max(1, math.ceil(tau * k - 1e-9)) for tau in TAUS]
    passes = [min(1.0, math.fsum(mass for j, mass in law if j >= least)) for least in needed]
    return *passes, min(1.0, 2 / k * math.fsum((j - half) * mass for j, mass in law if j > half))


def _distinct(tally: Tally, sizes: Sequence[int], k: int) -> float:
    return distinct_at_k(sizes, k, silent=tally.n - sum(sizes)) if sizes else 0.0
