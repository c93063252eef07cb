"""Two verifiers (or versions, or policies) on the same samples: what changed, and what it does to pass@k.

Samples are matched by problem, model and `sample_id`. What only one side graded is counted and left out, as is a
sample that either grader failed on: the comparison is of verdicts, on the same samples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from verifiers.errors import InputError
from verifiers.grading import Grade
from verifiers.study.bands import difference_band
from verifiers.study.counts import Tally
from verifiers.study.estimators import pass_at_k
from verifiers.study.measures import usual_ks
from verifiers.study.uncertainty import Interval, mean
from verifiers.verdict import Verdict

_LONGEST = 200
Key = tuple[str, str]
SampleId = int | str


@dataclass(frozen=True, slots=True)
class Side:
    """What one verifier said of a sample."""

    verdict: Verdict
    answer: str | None
    method: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """A sample that the two verifiers judge differently."""

    problem_id: str
    sample_id: SampleId
    model: str
    a: Side
    b: Side

    @property
    def flips(self) -> bool:
        """Whether right and not right change places."""
        return (self.a.verdict is Verdict.CORRECT) != (self.b.verdict is Verdict.CORRECT)


@dataclass(frozen=True, slots=True)
class Effect:
    """pass@k of one model under both verifiers, and the difference (b minus a) with its band over all k."""

    model: str
    problems: int
    samples: int
    a: Mapping[int, float]
    b: Mapping[int, float]
    difference: Mapping[int, Interval]


@dataclass(frozen=True, slots=True)
class Diff:
    """The comparison. `verdicts`: how many samples got which two verdicts; `only_a`, `only_b`: graded once alone."""

    compared: int
    only_a: int
    only_b: int
    failed: int
    verdicts: Mapping[tuple[str, str], int]
    changes: tuple[Change, ...]
    effects: tuple[Effect, ...]

    @property
    def flips(self) -> tuple[Change, ...]:
        """The changes between right and not right."""
        return tuple(change for change in self.changes if change.flips)


def diff_grades(a: Iterable[Grade], b: Iterable[Grade], *, level: float = 0.95, seed: int = 0) -> Diff:
    """Compare the grades of two verifiers; raises `InputError` where they share no sample, or one is graded twice."""
    known = _by_sample(a)
    total = sum(map(len, known.values()))
    verdicts: Counter[tuple[str, str]] = Counter()
    changes: list[Change] = []
    tallies: dict[str, dict[str, tuple[Tally, Tally]]] = {}
    compared = only_b = failed = 0
    seen: set[tuple[Key, SampleId]] = set()
    for grade in b:
        key = grade.model, grade.problem_id
        _refuse_twice(seen, key, grade)
        before = known.get(key, {}).pop(grade.sample_id, None)
        if before is None:
            only_b += 1
            continue
        compared += 1
        after = _side(grade)
        verdicts[before.verdict.value, after.verdict.value] += 1
        if before.verdict is not after.verdict:
            changes.append(Change(grade.problem_id, grade.sample_id, grade.model, before, after))
        if Verdict.ERROR in (before.verdict, after.verdict):
            failed += 1
            continue
        pair = tallies.setdefault(grade.model, {}).setdefault(grade.problem_id, (Tally(), Tally()))
        for tally, side in zip(pair, (before, after), strict=True):
            tally.n += 1
            tally.c += side.verdict is Verdict.CORRECT
    if not compared:
        raise InputError(
            f"no sample is in both files ({total} in the first, {only_b} in the second): samples are matched by "
            "problem_id, model and sample_id",
            field="sample_id",
        )
    effects = tuple(_effect(model, pairs, level, seed) for model, pairs in tallies.items())
    return Diff(compared, total - compared, only_b, failed, verdicts, tuple(changes), effects)


def _by_sample(grades: Iterable[Grade]) -> dict[Key, dict[SampleId, Side]]:
    known: dict[Key, dict[SampleId, Side]] = {}
    same: dict[Side, Side] = {}  # a thousand samples hold some thirty distinct sides
    seen: set[tuple[Key, SampleId]] = set()
    for grade in grades:
        key = grade.model, grade.problem_id
        _refuse_twice(seen, key, grade)
        side = _side(grade)
        known.setdefault(key, {})[grade.sample_id] = same.setdefault(side, side)
    return known


def _refuse_twice(seen: set[tuple[Key, SampleId]], key: Key, grade: Grade) -> None:
    if (key, grade.sample_id) in seen:
        message = f"sample {grade.sample_id!r} of problem {grade.problem_id!r}, model {grade.model!r}, is graded twice"
        raise InputError(message, field="sample_id")
    seen.add((key, grade.sample_id))


def _side(grade: Grade) -> Side:
    return Side(grade.verdict, grade.answer and grade.answer[:_LONGEST], grade.method, grade.reason)


def _effect(model: str, pairs: Mapping[str, tuple[Tally, Tally]], level: float, seed: int) -> Effect:
    before, after = [pair[0] for pair in pairs.values()], [pair[1] for pair in pairs.values()]
    ks = usual_ks(min(tally.n for tally in before))
    band = difference_band(before, after, ks, level=level, seed=seed)
    differences = {k: band.intervals[k] for k in ks}
    samples = sum(tally.n for tally in before)
    return Effect(model, len(pairs), samples, _curve(before, ks), _curve(after, ks), differences)


def _curve(tallies: Sequence[Tally], ks: Sequence[int]) -> dict[int, float]:
    return {k: mean([pass_at_k(tally.n, tally.c, k) for tally in tallies]) for k in ks}
