"""The report of a study: pass@k of each model with intervals, what luck would reach, and models in pairs.

Grades go in as a stream (`verifiers.study.counts`); what comes out is a frozen `Report`, which
`verifiers.study.page` and `verifiers.study.terminal` show, and whose JSON form is a contract:

    {"models": {NAME: {"pass@k": {"1": {"value", "low", "high"}, ...}, ...}, ...},
     "pairs": [{"a", "b", "coverage": {"both", "a_only", "b_only", "neither"}, ...}, ...]}

Rates lie between 0 and 1. k runs over powers of two, 10, 100, 1000, ... and the largest possible: a
model's fewest samples of one problem, since no problem may fall out of the mean as k grows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from verifiers.errors import InputError
from verifiers.grading import Grade
from verifiers.problem import Problem
from verifiers.study import luck
from verifiers.study.counts import ModelCounts, Tally, count_grades
from verifiers.study.estimators import average, majority_share, miss_at_k, pass_at_k, pass_hat_k
from verifiers.study.pairs import Pair, coverage_of, find_crossover, mcnemar_exact
from verifiers.study.uncertainty import (
    LEVEL,
    RESAMPLES,
    Interval,
    mean,
    mean_interval,
    percentile_interval,
    resampled_means,
    resamples_within,
)
from verifiers.verdict import Verdict

_FEW_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class ModelReport:
    """What the grades say of one model. The mappings are by k; `fewest` and `most` are samples of a problem.

    `bounds`: pass@k if every undecided or timed-out sample were wrong (low) or right (high). `baseline` and
    `adjusted` are None where no problems were given; a kappa is None where chance leaves no room to tell.
    """

    name: str
    problems: int
    samples: int
    fewest: int
    most: int
    verdicts: Mapping[str, int]
    average: Interval
    majority: Interval
    pass_at: Mapping[int, Interval]
    pass_hat: Mapping[int, Interval]
    bounds: Mapping[int, tuple[float, float]]
    baseline: Mapping[int, float] | None
    adjusted: Mapping[int, Interval | None] | None
    spaces: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Report:
    """A whole study. `notes` are what a reader should know before believing a number."""

    models: tuple[ModelReport, ...]
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]
    level: float
    resamples: int
    seed: int

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data: the contract of `report.json`."""
        return {
            "models": {model.name: _model_as_dict(model) for model in self.models},
            "pairs": [_pair_as_dict(pair) for pair in self.pairs],
            "notes": list(self.notes),
            "bootstrap": {"level": self.level, "resamples": self.resamples, "seed": self.seed},
        }

    def to_json(self) -> str:
        """The report as the text of `report.json`."""
        return json.dumps(self.as_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def build_report(
    grades: Iterable[Grade],
    problems: Mapping[str, Problem] | Iterable[Problem] | None = None,
    ks: Sequence[int] | None = None,
    *,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Report:
    """Read `grades` once and say what they mean.

    `problems` give the random-guess baseline; without them it is left out. `ks` replaces the usual k.
    Raises `InputError` where there are no grades, a grade is of another problem file, a sample is graded
    twice, or a k is larger than the samples there are.
    """
    if not 0 < level < 1 or resamples < 1:
        raise InputError(f"level {level} must lie between 0 and 1, and resamples {resamples} be at least 1")
    known = _by_id(problems)
    models = count_grades(grades, known)
    for counts in models.values():
        if not counts.graded():
            message = f"the grader failed on all {counts.samples} samples of model {counts.name!r}: grade them again"
            raise InputError(message)
    chances = None if known is None else {name: luck.answer_space(problem) for name, problem in known.items()}
    largest = max(len(counts.tallies) for counts in models.values())
    resamples = resamples_within(largest, 60 * len(models) * len(models), resamples)
    study = _Study(chances, ks, level, resamples, seed)
    reports = tuple(study.model(counts) for counts in models.values())
    pairs = tuple(
        study.pair(a, b) for a, b in combinations(models.values(), 2) if a.graded().keys() & b.graded().keys()
    )
    notes = tuple(_notes(models, reports, known))
    return Report(reports, pairs, notes, level, resamples, seed)


def write_report(report: Report, out_dir: Path) -> tuple[Path, Path]:
    """Write `report.json` and `report.html` (one file, no network) to `out_dir`; returns their paths."""
    from verifiers.study.page import page

    targets = out_dir / "report.json", out_dir / "report.html"
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        for target, text in zip(targets, (report.to_json(), page(report)), strict=True):
            partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
            partial.write_text(text, encoding="utf-8")
            partial.replace(target)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", path=str(out_dir)) from None
    return targets


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


@dataclass(frozen=True, slots=True)
class _Study:
    """The settings that all parts of one report share."""

    spaces: Mapping[str, luck.AnswerSpace] | None
    ks: Sequence[int] | None
    level: float
    resamples: int
    seed: int

    def model(self, counts: ModelCounts) -> ModelReport:
        graded = counts.graded()
        tallies = list(graded.values())
        ks = self._ks(graded, counts.name)
        columns = [[average(tally.n, tally.c) for tally in tallies], [_majority(tally) for tally in tallies]]
        columns += [[pass_at_k(tally.n, tally.c, k) for tally in tallies] for k in ks]
        columns += [[pass_hat_k(tally.n, tally.c, k) for tally in tallies] for k in ks]
        intervals = self._means(columns)
        baseline, adjusted, spaces = self._luck(graded, ks)
        return ModelReport(
            name=counts.name,
            problems=len(tallies),
            samples=counts.samples,
            fewest=min(tally.n for tally in tallies),
            most=max(tally.n for tally in tallies),
            verdicts={verdict.value: counts.verdicts[verdict] for verdict in Verdict if counts.verdicts[verdict]},
            average=intervals[0],
            majority=intervals[1],
            pass_at=dict(zip(ks, intervals[2 : 2 + len(ks)], strict=True)),
            pass_hat=dict(zip(ks, intervals[2 + len(ks) :], strict=True)),
            bounds={k: _bounds(tallies, k) for k in ks},
            baseline=baseline,
            adjusted=adjusted,
            spaces=spaces,
        )

    def pair(self, first: ModelCounts, second: ModelCounts) -> Pair:
        a, b = first.graded(), second.graded()
        shared = [name for name in a if name in b]
        a, b = {name: a[name] for name in shared}, {name: b[name] for name in shared}
        coverage, a_only, b_only = coverage_of(a, b)
        fewest = min(tally.n for tally in [*a.values(), *b.values()])
        ks = [k for k in self.ks or usual_ks(fewest) if k <= fewest]
        columns = [
            [pass_at_k(b[name].n, b[name].c, k) - pass_at_k(a[name].n, a[name].c, k) for name in shared] for k in ks
        ]
        resampled = resampled_means(columns, resamples=self.resamples, seed=self.seed)
        return Pair(
            a=first.name,
            b=second.name,
            problems=len(shared),
            coverage=coverage,
            a_only=tuple(a_only),
            b_only=tuple(b_only),
            mcnemar_p=mcnemar_exact(coverage.a_only, coverage.b_only),
            crossover=find_crossover(list(a.values()), list(b.values()), (first.name, second.name)),
            difference={
                k: mean_interval(column, means, self.level, least=-1.0)
                for k, column, means in zip(ks, columns, resampled, strict=True)
            },
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

    def _means(self, columns: Sequence[Sequence[float]]) -> list[Interval]:
        resampled = resampled_means(columns, resamples=self.resamples, seed=self.seed)
        return [mean_interval(column, means, self.level) for column, means in zip(columns, resampled, strict=True)]

    def _luck(
        self, graded: Mapping[str, Tally], ks: Sequence[int]
    ) -> tuple[dict[int, float] | None, dict[int, Interval | None] | None, dict[str, int] | None]:
        if self.spaces is None:
            return None, None, None
        guesses = [self.spaces[problem_id].guess or 0.0 for problem_id in graded]
        names = [self.spaces[problem_id].name for problem_id in graded]
        baseline = {k: mean([luck.chance(guess, k) for guess in guesses]) for k in ks}
        adjusted = {k: self._kappa(list(graded.values()), guesses, k) for k in ks}
        return baseline, adjusted, {name: names.count(name) for name in dict.fromkeys(names)}

    def _kappa(self, tallies: Sequence[Tally], guesses: Sequence[float], k: int) -> Interval | None:
        """Kappa with the percentile interval of the ratio; where no problem was missed, as for a mean."""
        misses = [miss_at_k(tally.n, tally.c, k) for tally in tallies]
        rooms = [luck.room(guess, k) for guess in guesses]
        if sum(rooms) < luck.LEAST_ROOM:
            return None
        value = luck.kappa(mean(misses), mean(rooms))
        if len(set(misses)) == 1:
            miss = mean_interval(misses, [], self.level)
            return Interval(value, luck.kappa(miss.high, mean(rooms)), luck.kappa(miss.low, mean(rooms)))
        resampled = resampled_means([misses, rooms], resamples=self.resamples, seed=self.seed)
        ratios = [luck.kappa(miss, left) for miss, left in zip(*resampled, strict=True) if left > 0]
        return percentile_interval(value, ratios, self.level)


def _majority(tally: Tally) -> float:
    return majority_share(tally.c, tally.wrong_answers.values())


def _bounds(tallies: Sequence[Tally], k: int) -> tuple[float, float]:
    low = mean([pass_at_k(tally.n, tally.c, k) for tally in tallies])
    return low, mean([pass_at_k(tally.n, tally.c + tally.open, k) for tally in tallies])


def _by_id(problems: Mapping[str, Problem] | Iterable[Problem] | None) -> dict[str, Problem] | None:
    if problems is None:
        return None
    if isinstance(problems, Mapping):
        return dict(problems)
    return {problem.id: problem for problem in problems}


def _notes(
    models: Mapping[str, ModelCounts], reports: Sequence[ModelReport], known: Mapping[str, Problem] | None
) -> Iterable[str]:
    for counts, report in zip(models.values(), reports, strict=True):
        yield from _notes_on(counts, report, known)
    shown = {frozenset(counts.graded()) for counts in models.values()}
    if len(shown) > 1:
        yield "The models were graded on different problems: pairs compare the problems that both have."
    if len({report.fewest for report in reports}) > 1:
        yield "The models have different numbers of samples: coverage favours the one that has more."
    few = min(report.problems for report in reports)
    if few < _FEW_PROBLEMS:
        yield f"{few} problems are few: intervals are wide, and somewhat too narrow for so small a number."
    if any(max(report.pass_at) == report.most for report in reports):
        yield (
            "At k = n a problem counts as 1 or 0: nothing is averaged within it, and one lucky (or wrongly "
            "accepted) sample decides it."
        )


def _notes_on(counts: ModelCounts, report: ModelReport, known: Mapping[str, Problem] | None) -> Iterable[str]:
    name = f"Model {report.name!r}"
    if counts.errors:
        yield f"{name}: the grader failed on {counts.errors} samples; they are in no rate. Grade them again."
    if report.fewest != report.most:
        yield f"{name}: {report.fewest} to {report.most} samples a problem; k ends at the fewest."
    left_out = len(counts.tallies) - report.problems
    if left_out:
        yield f"{name}: {left_out} problems have no graded sample and are left out."
    if known is not None and len(known) > len(counts.tallies):
        yield f"{name}: no samples for {len(known) - len(counts.tallies)} of the {len(known)} problems given."
    not_known = (report.spaces or {}).get(luck.UNKNOWN.name, 0)
    if not_known:
        yield (
            f"{name}: the answer space of {not_known} of {report.problems} problems is not known; luck counts as "
            "0 there, so the baseline is a lower bound. Declare it in the problem's field `answer_space`."
        )


def _model_as_dict(model: ModelReport) -> dict[str, Any]:
    record: dict[str, Any] = {
        "problems": model.problems,
        "samples": model.samples,
        "samples_per_problem": {"low": model.fewest, "high": model.most},
        "verdicts": dict(model.verdicts),
        "average": asdict(model.average),
        "majority": asdict(model.majority),
        "pass@k": {str(k): asdict(interval) for k, interval in model.pass_at.items()},
        "pass^k": {str(k): asdict(interval) for k, interval in model.pass_hat.items()},
        "bounds@k": {str(k): {"low": low, "high": high} for k, (low, high) in model.bounds.items()},
    }
    if model.baseline is not None and model.adjusted is not None and model.spaces is not None:
        record["baseline@k"] = {str(k): {"value": value} for k, value in model.baseline.items()}
        record["adjusted@k"] = {str(k): asdict(kappa) if kappa else None for k, kappa in model.adjusted.items()}
        record["answer_spaces"] = dict(model.spaces)
    return record


def _pair_as_dict(pair: Pair) -> dict[str, Any]:
    return {
        "a": pair.a,
        "b": pair.b,
        "problems": pair.problems,
        "coverage": asdict(pair.coverage),
        "ids": {"a_only": list(pair.a_only), "b_only": list(pair.b_only)},
        "mcnemar_p": pair.mcnemar_p,
        "crossover": asdict(pair.crossover) if pair.crossover else None,
        "difference@k": {str(k): asdict(interval) for k, interval in pair.difference.items()},
    }
