"""The report of a study: pass@k of each model with intervals, what luck would reach, and models in pairs.

Grades go in as a stream (`verifiers.study.counts`); what comes out is a frozen `Report`, which
`verifiers.study.page` and `verifiers.study.terminal` show, and whose JSON form is a contract:

    {"models": {NAME: {"pass@k": {"1": {"value", "low", "high"}, ...}, ...}, ...},
     "pairs": [{"a", "b", "coverage": {"both", "a_only", "b_only", "neither"}, ...}, ...]}

Rates lie between 0 and 1. k runs over powers of two, 10, 100, 1000, ... and the largest possible: a
model's fewest samples of one problem, since no problem may fall out of the mean as k grows.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from verifiers.errors import InputError
from verifiers.grading import Grade
from verifiers.problem import Problem
from verifiers.study.counts import count_grades
from verifiers.study.findings import Report
from verifiers.study.judge import Judge
from verifiers.study.measures import Guessing, Measures
from verifiers.study.notes import notes_on
from verifiers.study.profile import breakdown_fields, field_value
from verifiers.study.uncertainty import LEVEL, RESAMPLES, resamples_within

# about as many means are resampled
_COLUMNS_A_MODEL = 250
_COLUMNS_A_PAIR = 30


def build_report(
    grades: Iterable[Grade],
    problems: Mapping[str, Problem] | Iterable[Problem] | None = None,
    ks: Sequence[int] | None = None,
    *,
    judge: Judge | None = None,
    score_field: str | None = None,
    by: Sequence[str] | None = None,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Report:
    """Read `grades` once and say what they mean.

    `problems` give the random-guess baseline; without them it is left out. `judge` is the verifier in use, through
    which that is measured and answers are told apart. `score_field` names the field of the grades that best-of-k
    ranks by; `by` the fields of the problems to break down by, None for those that make a few groups. `ks`
    replaces the usual k.
    Raises `InputError` where there are no grades, a grade is of another problem file, a sample is graded
    twice, or a k is larger than the samples there are.
    """
    if not 0 < level < 1 or resamples < 1:
        raise InputError(f"level {level} must lie between 0 and 1, and resamples {resamples} be at least 1")
    known = _by_id(problems)
    models = count_grades(grades, known, score_field)
    for counts in models.values():
        if not counts.graded():
            message = f"the grader failed on all {counts.samples} samples of model {counts.name!r}: grade them again"
            raise InputError(message)
    guessing = None if known is None else Guessing.at(known, judge, seed)
    largest = max(len(counts.tallies) for counts in models.values())
    comparable = [(a, b) for a, b in combinations(models.values(), 2) if a.graded().keys() & b.graded().keys()]
    columns = _COLUMNS_A_MODEL * len(models) + _COLUMNS_A_PAIR * len(comparable)
    resamples = resamples_within(largest, columns, resamples)
    fields = _fields(known, by)
    study = Measures(known, guessing, judge, fields, ks, level, resamples, seed)
    reports = tuple(study.of_model(counts) for counts in models.values())
    pairs = tuple(
        study.of_pair(a, b) for a, b in combinations(models.values(), 2) if a.graded().keys() & b.graded().keys()
    )
    notes = tuple(notes_on(models, reports, known))
    return Report(reports, pairs, notes, level, resamples, seed)


def _fields(known: Mapping[str, Problem] | None, by: Sequence[str] | None) -> Sequence[str]:
    if known is None:
        if by:
            raise InputError("problems are broken down by their fields: give the problems", field=by[0])
        return ()
    for name in by or ():
        if all(field_value(problem, name) is None for problem in known.values()):
            raise InputError("is a field of no problem: nothing can be broken down by it", field=name)
    return breakdown_fields(known) if by is None else by


def write_report(report: Report, out_dir: Path) -> tuple[Path, Path]:
    """Write `report.json` and `report.html` (one file, no network) to `out_dir`; returns their paths."""
    from verifiers.study.page import page

    targets = out_dir / "report.json", out_dir / "report.html"
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        for target, text in zip(targets, (report.to_json(), page(report)), strict=True):
            partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
            partial.write_text(text, encoding="utf-8", errors="replace")
            partial.replace(target)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", path=str(out_dir)) from None
    return targets


def _by_id(problems: Mapping[str, Problem] | Iterable[Problem] | None) -> dict[str, Problem] | None:
    if problems is None:
        return None
    if isinstance(problems, Mapping):
        return dict(problems)
    return {problem.id: problem for problem in problems}
