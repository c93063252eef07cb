"""Counting grades: for each model and problem, how many samples were right, wrong or left open.

Grades are read once, as a stream; what is kept is a few numbers a problem and one number a distinct answer.

- `error` is the grader's failure and says nothing of the sample: it is no part of n, and counted apart.
- `undecided` and `timeout` count as not right, and are also counted apart: what they might have been bounds
  pass@k from above.
- A sample that was graded twice would weigh double. Where one of the two is an `error`, the other stands
  (a later run repaired it); otherwise it is an error of the input.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from verifiers.errors import InputError
from verifiers.grading import Grade
from verifiers.verdict import Verdict

OPEN_VERDICTS = frozenset({Verdict.UNDECIDED, Verdict.TIMEOUT})
LONGEST_TEXT = 400
TEMPLATE_FIELDS = frozenset({"template", "template_id", "prompt_id", "prompt_template"})
_LARGEST_MARKED_ID = 1 << 24


class _Seen:
    """The sample ids of one problem and model: small whole numbers as bits, others in a set."""

    __slots__ = ("_bits", "_others")

    def __init__(self) -> None:
        self._bits = bytearray()
        self._others: set[int | str] = set()

    def add(self, sample_id: int | str) -> bool:
        """Note `sample_id`; False where it was there already."""
        if not isinstance(sample_id, int) or not 0 <= sample_id < _LARGEST_MARKED_ID:
            if sample_id in self._others:
                return False
            self._others.add(sample_id)
            return True
        byte, bit = sample_id >> 3, 1 << (sample_id & 7)
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 1 - len(self._bits)))
        if self._bits[byte] & bit:
            return False
        self._bits[byte] |= bit
        return True


@dataclass(slots=True)
class GivenAnswer:
    """One distinct answer to a problem: how often it was given, and the first grade of it as an example.

    `text` is cut at `LONGEST_TEXT` characters (a program may be long); `sample_id`, `span`, `method` and `reason` are
    those of the first sample that gave it.
    """

    text: str
    verdict: Verdict
    sample_id: int | str
    span: tuple[int, int] | None
    method: str
    reason: str
    count: int = 0


@dataclass(slots=True)
class Tally:
    """One problem's samples by one model: `n` graded, `c` of them right, `open` of them without a decision.

    `answers`: the distinct answers, by the hash of text and verdict; `silent` samples gave none.
    `scored`: score and rightness of each sample, where a score was asked for.
    """

    n: int = 0
    c: int = 0
    open: int = 0
    silent: int = 0
    answers: dict[int, GivenAnswer] = field(default_factory=dict)
    scored: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, grade: Grade, score: float | None = None) -> None:
        """Count a grade that is not an `error`."""
        right = grade.verdict is Verdict.CORRECT
        self.n += 1
        if right:
            self.c += 1
        elif grade.verdict in OPEN_VERDICTS:
            self.open += 1
        if score is not None:
            self.scored.append((score, right))
        if grade.answer is None and not right:
            self.silent += 1
            return
        text = grade.answer or ""
        key = hash((text, grade.verdict))
        given = self.answers.get(key)
        if given is None:
            given = GivenAnswer(
                text[:LONGEST_TEXT], grade.verdict, grade.sample_id, grade.span, grade.method, grade.reason
            )
            self.answers[key] = given
        given.count += 1

    @property
    def wrong_answers(self) -> list[int]:
        """How many samples gave each distinct answer that is not right."""
        return [given.count for given in self.answers.values() if given.verdict is not Verdict.CORRECT]


@dataclass(slots=True)
class ModelCounts:
    """All that is kept of one model's grades: a tally a problem, and how often each verdict was given."""

    name: str
    tallies: dict[str, Tally] = field(default_factory=dict)
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    score_field: str | None = None
    templates: dict[str, str] = field(default_factory=dict)
    _seen: dict[str, _Seen] = field(default_factory=dict)
    _failed: set[tuple[str, int | str]] = field(default_factory=set)

    def add(self, grade: Grade) -> None:
        """Count one grade; raises `InputError` where its sample was counted before."""
        if not self._is_new(grade):
            return
        self.verdicts[grade.verdict] += 1
        tally = self.tallies.setdefault(grade.problem_id, Tally())
        if grade.verdict is Verdict.ERROR:
            return
        self._note_template(grade)
        tally.add(grade, _score(grade, self.score_field) if self.score_field else None)

    def _note_template(self, grade: Grade) -> None:
        """Refuse to pool samples that were asked for with different prompts: they are of different populations."""
        for name in TEMPLATE_FIELDS & (grade.model_extra or {}).keys():
            here = str((grade.model_extra or {})[name])
            before = self.templates.setdefault(name, here)
            if before != here:
                raise InputError(
                    f"model {self.name!r} has samples of two prompt templates, {before!r} and {here!r}: they are not "
                    "one population; give each template a model name of its own",
                    field=name,
                )

    def _is_new(self, grade: Grade) -> bool:
        sample = (grade.problem_id, grade.sample_id)
        failed = grade.verdict is Verdict.ERROR
        if self._seen.setdefault(grade.problem_id, _Seen()).add(grade.sample_id):
            if failed:
                self._failed.add(sample)
            return True
        if failed:
            return False
        if sample in self._failed:
            self._failed.remove(sample)
            self.verdicts[Verdict.ERROR] -= 1
            return True
        raise InputError(
            f"sample {grade.sample_id!r} of problem {grade.problem_id!r}, model {self.name!r}, is graded twice: "
            "give a file once, and samples of separate runs sample_ids (or models) of their own",
            field="sample_id",
        )

    @property
    def errors(self) -> int:
        """How many samples the grader failed on."""
        return self.verdicts[Verdict.ERROR]

    @property
    def samples(self) -> int:
        """How many samples were graded, the failed ones included."""
        return sum(self.verdicts.values())

    def graded(self) -> dict[str, Tally]:
        """The problems with at least one sample that was not an `error`."""
        return {problem_id: tally for problem_id, tally in self.tallies.items() if tally.n}


def _score(grade: Grade, name: str) -> float:
    score = (grade.model_extra or {}).get(name)
    if isinstance(score, bool) or not isinstance(score, int | float) or not math.isfinite(score):
        message = f"sample {grade.sample_id!r} of problem {grade.problem_id!r} has no number here: {score!r}"
        raise InputError(message, field=name)
    return float(score)


def count_grades(
    grades: Iterable[Grade], known: Collection[str] | None = None, score_field: str | None = None
) -> dict[str, ModelCounts]:
    """The counts of each model, in order of first appearance.

    `known`: the ids of the problem file; a grade of another problem raises `InputError`, as do no grades, and one
    model's samples of several prompt templates. `score_field`: a field of the grades to rank samples by.
    """
    models: dict[str, ModelCounts] = {}
    for grade in grades:
        if known is not None and grade.problem_id not in known:
            raise InputError(
                f"{grade.problem_id!r} is not among the {len(known)} problems given: "
                "these are grades of another problem file",
                field="problem_id",
            )
        counts = models.get(grade.model)
        if counts is None:
            counts = models[grade.model] = ModelCounts(grade.model, score_field=score_field)
        counts.add(grade)
    if not models:
        raise InputError("there are no grades: nothing to report on")
    return models
