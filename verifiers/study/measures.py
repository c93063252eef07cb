"""From counts to findings: what is computed of one model, and of two models together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from verifiers.errors import InputError
from verifiers.problem import Problem
from verifiers.study import luck
from verifiers.study.bands import Band, crossing_set, difference_band
from verifiers.study.blind import Prior, priors
from verifiers.study.calibration import Calibration, corrected_pass_at
from verifiers.study.classes import classes_of
from verifiers.study.counts import ModelCounts, Tally
from verifiers.study.estimators import average, miss_at_k, pass_at_k, pass_hat_k
from verifiers.study.extrapolate import Extrapolation, extrapolate
from verifiers.study.findings import Crossover, Luck, ModelReport, Pair
from verifiers.study.judge import Judge
from verifiers.study.pairs import coverage_of, find_change_of_lead, mcnemar_exact
from verifiers.study.profile import Profiler
from verifiers.study.significance import binomial_tail, discoveries
from verifiers.study.uncertainty import Interval, mean, mean_interval, percentile_interval, resampled_means
from verifiers.verdict import Verdict

_DRAWN = 61


def usual_ks(largest: int) -> list[int]:
    """Powers of two and of ten up to `largest`, and `largest` itself.

    >>> usual_ks(100)
    [1, 2, 4, 8, 10, 16, 32, 64, 100]
    """
    found = {1, largest}
    for base in (2, 10):
        k = base
        while k <= largest:
            found.add(k)
            k *= base
    return sorted(found)


def drawn_ks(largest: int) -> list[int]:
    """Up to `_DRAWN` k between 1 and `largest`, evenly spread on a logarithmic axis, for a smooth curve."""
    last = math.log(largest)
    return sorted({round(math.exp(last * step / (_DRAWN - 1))) for step in range(_DRAWN)})


@dataclass(frozen=True, slots=True)
class Guessing:
    """What a guesser may know of each problem, by id: its answer space, or the answers of the other problems."""

    spaces: Mapping[str, luck.AnswerSpace]
    priors: Mapping[str, Prior]

    @classmethod
    def at(cls, problems: Mapping[str, Problem], judge: Judge | None, seed: int) -> Guessing:
        """What may be known of `problems`; guesses are put before `judge`, the verifier in use, if it is given."""
        spaces = {name: luck.answer_space(problem) for name, problem in problems.items()}
        if judge is not None:
            spaces = luck.measured(problems, spaces, judge, seed=seed)
        return cls(spaces, priors(problems.values(), judge))


@dataclass(frozen=True, slots=True)
class Measures:
    """The settings that all parts of one report share, and the measures under them.

    `guessing`: how each problem may be guessed, None where the problems are not known. `ks`: None for the
    usual ones.
    """

    problems: Mapping[str, Problem] | None
    guessing: Guessing | None
    judge: Judge | None
    fields: Sequence[str]
    calibration: Calibration | None
    beyond: Sequence[int]
    ks: Sequence[int] | None
    level: float
    resamples: int
    seed: int

    def of_model(self, counts: ModelCounts) -> ModelReport:
        """What the grades say of one model, which has at least one graded sample."""
        graded = counts.graded()
        tallies = list(graded.values())
        ks = self._ks(graded, counts.name)
        (average_,) = self._means(tallies, [_average])
        known = self.problems or {}
        classes = {name: classes_of(tally, known.get(name), self.judge) for name, tally in graded.items()}
        profiler = Profiler(self.level, self.resamples, self.seed, self.fields)
        fewest = min(tally.n for tally in tallies)
        return ModelReport(
            name=counts.name,
            problems=len(tallies),
            samples=counts.samples,
            fewest=fewest,
            most=max(tally.n for tally in tallies),
            verdicts={verdict.value: counts.verdicts[verdict] for verdict in Verdict if counts.verdicts[verdict]},
            average=average_,
            pass_at=self._curve(tallies, ks, pass_at_k),
            curve=self._curve(tallies, drawn_ks(fewest), pass_at_k),
            pass_hat=self._curve(tallies, ks, pass_hat_k),
            bounds={k: _bounds(tallies, k) for k in ks},
            histogram=_histogram(tallies),
            counts={problem_id: (tally.n, tally.c) for problem_id, tally in graded.items()},
            classes=classes,
            profile=profiler.profile(counts, classes, self.problems, ks),
            corrected=self._corrected(tallies, ks),
            beyond=self._beyond(tallies),
            luck=None if self.guessing is None else self._luck(graded, self.guessing, ks),
        )

    def _corrected(self, tallies: Sequence[Tally], ks: Sequence[int]) -> dict[int, Interval]:
        if self.calibration is None:
            return {}
        pairs = [(tally.n, tally.c) for tally in tallies]
        return corrected_pass_at(pairs, self.calibration, ks, level=self.level, seed=self.seed)

    def _beyond(self, tallies: Sequence[Tally]) -> dict[int, Extrapolation]:
        pairs = [(tally.n, tally.c) for tally in tallies]
        if not any(c for _, c in pairs):
            return {}
        return {k: extrapolate(pairs, k, level=self.level, seed=self.seed) for k in sorted(set(self.beyond))}

    def of_pair(self, first: ModelCounts, second: ModelCounts) -> Pair:
        """The two models on the problems that both have, of which there is at least one."""
        shared = [name for name in first.graded() if name in second.graded()]
        a, b = {name: first.tallies[name] for name in shared}, {name: second.tallies[name] for name in shared}
        before, after = list(a.values()), list(b.values())
        fewest = min(tally.n for tally in [*before, *after])
        ks = [k for k in sorted(set(self.ks or usual_ks(fewest))) if k <= fewest]
        columns = [_differences(before, after, k, k) for k in ks]
        gap = [-value for value in _differences(before, after, fewest, 1)]
        intervals = self._intervals([*columns, gap], least=-1.0)
        band = difference_band(before, after, ks, level=self.level, seed=self.seed)
        coverage, a_only, b_only = coverage_of(a, b)
        return Pair(
            a=first.name,
            b=second.name,
            problems=len(shared),
            coverage=coverage,
            a_only=tuple(a_only),
            b_only=tuple(b_only),
            mcnemar_p=mcnemar_exact(coverage.a_only, coverage.b_only),
            crossover=_crossover(before, after, (first.name, second.name), band),
            difference=dict(zip(ks, intervals[:-1], strict=True)),
            band={k: band.intervals[k] for k in ks},
            whole_band=band.intervals,
            gap=intervals[-1],
        )

    def _ks(self, graded: Mapping[str, Tally], model: str) -> list[int]:
        problem_id, tally = min(graded.items(), key=lambda item: item[1].n)
        for k in self.ks or ():
            if not 1 <= k <= tally.n:
                message = (
                    f"k = {k} is not possible: model {model!r} has {tally.n} graded samples of problem "
                    f"{problem_id!r}; k must lie between 1 and {tally.n}"
                )
                raise InputError(message, field="k")
        return sorted(set(self.ks)) if self.ks else usual_ks(tally.n)

    def _curve(
        self, tallies: Sequence[Tally], ks: Sequence[int], estimator: Callable[[int, int, int], float]
    ) -> dict[int, Interval]:
        columns = [[estimator(tally.n, tally.c, k) for tally in tallies] for k in ks]
        return dict(zip(ks, self._intervals(columns), strict=True))

    def _means(self, tallies: Sequence[Tally], values: Sequence[Callable[[Tally], float]]) -> list[Interval]:
        return self._intervals([[value(tally) for tally in tallies] for value in values])

    def _intervals(self, columns: Sequence[Sequence[float]], least: float = 0.0) -> list[Interval]:
        resampled = resampled_means(columns, resamples=self.resamples, seed=self.seed)
        return [
            mean_interval(column, means, self.level, least=least)
            for column, means in zip(columns, resampled, strict=True)
        ]

    def _luck(self, graded: Mapping[str, Tally], guessing: Guessing, ks: Sequence[int]) -> Luck:
        spaces = guessing.spaces
        known = [guessing.priors[problem_id] for problem_id in graded]
        guesses = {problem_id: spaces[problem_id].guess or 0.0 for problem_id in graded}
        names = [spaces[problem_id].name for problem_id in graded]
        tested = [problem_id for problem_id, guess in guesses.items() if 0 < guess < 1]
        p_values = [binomial_tail(graded[name].n, graded[name].c, guesses[name]) for name in tested]
        rate = 1 - self.level
        return Luck(
            baseline={k: mean([luck.chance(guess, k) for guess in guesses.values()]) for k in ks},
            curves={
                k: (
                    mean([luck.chance(guess, k) for guess in guesses.values()]),
                    mean([prior.listed(k) for prior in known]),
                    mean([prior.drawn(k) for prior in known]),
                )
                for k in drawn_ks(max(ks))
            },
            adjusted=self._kappa(list(graded.values()), list(guesses.values()), ks),
            spaces={name: names.count(name) for name in dict.fromkeys(names)},
            tested=len(tested),
            above=tuple(tested[place] for place in discoveries(p_values, rate)),
            rate=round(rate, 12),
            listed={k: mean([prior.listed(k) for prior in known]) for k in ks},
            drawn={k: mean([prior.drawn(k) for prior in known]) for k in ks},
        )

    def _kappa(
        self, tallies: Sequence[Tally], guesses: Sequence[float], ks: Sequence[int]
    ) -> dict[int, Interval | None]:
        misses = [[miss_at_k(tally.n, tally.c, k) for tally in tallies] for k in ks]
        rooms = [[luck.room(guess, k) for guess in guesses] for k in ks]
        resampled = resampled_means([*misses, *rooms], resamples=self.resamples, seed=self.seed)
        return {
            k: self._kappa_at(misses[at], rooms[at], resampled[at], resampled[len(ks) + at]) for at, k in enumerate(ks)
        }

    def _kappa_at(
        self,
        misses: Sequence[float],
        rooms: Sequence[float],
        resampled_misses: Sequence[float],
        resampled_rooms: Sequence[float],
    ) -> Interval | None:
        """Kappa with the percentile interval of the ratio; where all problems were missed alike, as for a mean."""
        if sum(rooms) < luck.LEAST_ROOM:
            return None
        left = mean(rooms)
        value = luck.kappa(mean(misses), left)
        if len(set(misses)) == 1:
            miss = mean_interval(misses, [], self.level)
            return Interval(value, luck.kappa(miss.high, left), luck.kappa(miss.low, left))
        pairs = zip(resampled_misses, resampled_rooms, strict=True)
        drawn = [luck.kappa(miss, room) for miss, room in pairs if room > 0]
        return percentile_interval(value, drawn, self.level, problems=len(misses))


def _average(tally: Tally) -> float:
    return average(tally.n, tally.c)


def _bounds(tallies: Sequence[Tally], k: int) -> tuple[float, float]:
    low = mean([pass_at_k(tally.n, tally.c, k) for tally in tallies])
    return low, mean([pass_at_k(tally.n, tally.c + tally.open, k) for tally in tallies])


def _histogram(tallies: Sequence[Tally]) -> dict[str, int]:
    """Problems by their share of right samples; the ends, none and all, stand apart."""
    bins = {"0": 0, **{f"to {tenth / 10:.1f}": 0 for tenth in range(1, 10)}, "below 1": 0, "1": 0}
    for tally in tallies:
        if tally.c in (0, tally.n):
            bins["1" if tally.c else "0"] += 1
        else:
            tenth = -(-10 * tally.c // tally.n)
            bins[f"to {tenth / 10:.1f}" if tenth < 10 else "below 1"] += 1
    return bins


def _differences(first: Sequence[Tally], second: Sequence[Tally], k_first: int, k_second: int) -> list[float]:
    return [pass_at_k(b.n, b.c, k_second) - pass_at_k(a.n, a.c, k_first) for a, b in zip(first, second, strict=True)]


def _crossover(a: Sequence[Tally], b: Sequence[Tally], names: tuple[str, str], band: Band) -> Crossover | None:
    lead, k = find_change_of_lead(a, b)
    if k is None:
        return None
    low, high = crossing_set(band, lead)
    before, after = names if lead < 0 else reversed(names)
    return Crossover(k, before, after, low, high)
