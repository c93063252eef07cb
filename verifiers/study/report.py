"""The report of a study: pass@k of each model with intervals, what luck would reach, and models in pairs.

Grades go in as a stream (`verifiers.study.counts`); what comes out is a frozen `Report`, which
`verifiers.study.page` and `verifiers.study.terminal` show, and whose JSON form is a contract:

    {"models": {NAME: {"pass@k": {"1": {"value", "low", "high"}, ...}, ...}, ...},
     "pairs": [{"a", "b", "coverage": {"both", "a_only", "b_only", "neither"}, ...}, ...]}

Rates lie between 0 and 1. k runs over powers of two, 10, 100, 1000, ... and the largest possible: a
model's fewest samples of one problem, since no problem may fall out of the mean as k grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from verifiers.errors import InputError
from verifiers.grading import Grade
from verifiers.problem import Problem
from verifiers.study.calibration import calibrate
from verifiers.study.counts import count_grades
from verifiers.study.findings import Report
from verifiers.study.judge import Judge
from verifiers.study.measures import Guessing, Measures
from verifiers.study.notes import notes_on
from verifiers.study.profile import breakdown_fields, field_value
from verifiers.study.uncertainty import LEVEL, RESAMPLES, resamples_within
from verifiers.verdict import Verdict

Labels = Mapping[tuple[str, str, int | str], bool]
"""Whether the sample of (model, problem_id, sample_id) is truly right."""

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
    labels: Labels | None = None,
    without_reasoning: Iterable[Grade] | None = None,
    beyond: Sequence[int] = (),
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Report:
    """Read `grades` once and say what they mean.

    `problems` give the random-guess baseline; without them it is left out. `ks` replaces the usual k.

    `judge`: the verifier in use, through which luck is measured and answers are told apart. `score_field`: a field of
    the grades that best-of-k ranks by. `by`: fields of the problems to break down by, None for those that make a few
    groups. `labels`: the truth of some samples, to calibrate the verifier by. `without_reasoning`: grades of answers
    given without reasoning; a problem that one of them is right on can be guessed, and is left out. `beyond`: k
    larger than the samples, to extrapolate to.

    Raises `InputError` where there are no grades, a grade is of another problem file, a sample is graded twice, one
    model's samples are of two templates, or a k is larger than the samples there are.
    """
    if not 0 < level < 1 or resamples < 1:
        raise InputError(f"level {level} must lie between 0 and 1, and resamples {resamples} be at least 1")
    known = _by_id(problems)
    left_out = guessable(without_reasoning, known)
    labelled: list[tuple[bool, bool]] = []
    stream = _labelled(grades, labels, labelled) if labels is not None else grades
    models = count_grades((grade for grade in stream if grade.problem_id not in left_out), known, score_field)
    for counts in models.values():
        if not counts.graded():
            message = f"the grader failed on all {counts.samples} samples of model {counts.name!r}: grade them again"
            raise InputError(message)
    if labels is not None and not labelled:
        raise InputError(f"none of the {len(labels)} labels is of a graded sample", field="label")
    calibration = calibrate(labelled, level) if labels is not None else None
    comparable = [(a, b) for a, b in combinations(models.values(), 2) if a.graded().keys() & b.graded().keys()]
    columns = _COLUMNS_A_MODEL * len(models) + _COLUMNS_A_PAIR * len(comparable)
    resamples = resamples_within(max(len(counts.tallies) for counts in models.values()), columns, resamples)
    guessing = None if known is None else Guessing.at(known, judge, seed)
    fields = _fields(known, by)
    study = Measures(known, guessing, judge, fields, calibration, beyond, ks, level, resamples, seed)
    reports = tuple(study.of_model(counts) for counts in models.values())
    pairs = tuple(study.of_pair(a, b) for a, b in comparable)
    notes = tuple(notes_on(models, reports, pairs, known, left_out))
    return Report(reports, pairs, notes, calibration, tuple(sorted(left_out)), level, resamples, seed)


def guessable(answers: Iterable[Grade] | None, known: Mapping[str, Problem] | None = None) -> frozenset[str]:
    """The problems that an answer without reasoning is right on: what is solved there shows no reasoning.

    Source: the filter of Yue et al. 2025 (arXiv 2504.13837), section 3.1, for manual checks of reasoning.
    """
    if answers is None:
        return frozenset()
    counted = count_grades(answers, known)
    return frozenset(name for counts in counted.values() for name, tally in counts.tallies.items() if tally.c)


def _labelled(grades: Iterable[Grade], labels: Labels, found: list[tuple[bool, bool]]) -> Iterator[Grade]:
    """Pass `grades` on; note in `found` verdict and truth of those that are labelled."""
    for grade in grades:
        truth = labels.get((grade.model, grade.problem_id, grade.sample_id))
        if truth is not None and grade.verdict is not Verdict.ERROR:
            found.append((grade.correct, truth))
        yield grade


def _fields(known: Mapping[str, Problem] | None, by: Sequence[str] | None) -> Sequence[str]:
    if known is None:
        if by:
            raise InputError("problems are broken down by their fields: give the problems", field=by[0])
        return ()
    for name in by or ():
        if all(field_value(problem, name) is None for problem in known.values()):
            raise InputError("is a field of no problem: nothing can be broken down by it", field=name)
    return breakdown_fields(known) if by is None else by


def _by_id(problems: Mapping[str, Problem] | Iterable[Problem] | None) -> dict[str, Problem] | None:
    if problems is None:
        return None
    if isinstance(problems, Mapping):
        return dict(problems)
    return {problem.id: problem for problem in problems}
