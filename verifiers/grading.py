"""`Grade`, what is said of one sample, and `grade`, which says it of one response in this process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from typing import Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

from verifiers.errors import GraderFailure
from verifiers.interface import AS_FOUND, Answer, Judgement, Prepared, as_permutable, settle
from verifiers.notebook import brief, fields
from verifiers.problem import Problem
from verifiers.registry import prepare
from verifiers.response import whole_characters
from verifiers.verdict import Verdict

_WRITTEN_ONLY_IF_SET = ("tests", "isolation", "shown")


class Grade(BaseModel):
    """What was decided of one sample. One line of `grades.jsonl`; the sample's unknown fields travel along.

    `score` is None exactly when the verdict is `error`. `span` is `[start, end)` in code points of the
    response. `method` names the evidence, `reason` explains a verdict that does not speak for itself.
    `shown`: for items whose options were shown in a recorded order, the places (from 1) of the `picked` and the
    `right` option, `of` how many; `picked` is None where no option was picked.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    problem_id: str
    sample_id: int | str
    model: str = ""
    kind: str
    verdict: Verdict
    score: float | None
    answer: str | None = None
    span: tuple[int, int] | None = None
    method: str = ""
    reason: str = ""
    tests: dict[str, int] | None = None
    isolation: dict[str, Any] | None = None
    shown: dict[str, int | None] | None = None

    @model_serializer(mode="wrap")
    def _without_what_does_not_apply(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        record: dict[str, Any] = handler(self)
        for name in _WRITTEN_ONLY_IF_SET:
            if record.get(name) is None:
                record.pop(name, None)
        return record

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """What is known: fields that say nothing are left out, and the verdict is its plain name."""
        for name, value in super().__repr_args__():
            if value not in ("", None) or name == "score":
                yield name, brief(value.value if isinstance(value, Verdict) else value)

    def _repr_html_(self) -> str:
        """A small table, for notebooks."""
        shown = dict(self.__repr_args__())
        title = " ".join(str(each) for each in (self.problem_id, self.model, self.sample_id) if each != "")
        for name in ("problem_id", "model", "sample_id", "kind"):
            shown.pop(name, None)
        shown["score"] = "none: the grader failed" if self.score is None else self.score
        if self.span is not None:
            shown["span"] = f"characters {self.span[0]} to {self.span[1]}"
        if self.isolation is not None:
            shown["isolation"] = self.isolation.get("level")
        return fields(f"{self.kind} {title}", {str(name): value for name, value in shown.items()})

    @property
    def correct(self) -> bool:
        """Whether the verdict is `correct`."""
        return self.verdict is Verdict.CORRECT


NOTHING_FOUND = Judgement(Verdict.NO_ANSWER, reason="no answer found in the response")


def judged(prepared: Prepared, answer: Answer) -> Judgement:
    """Judge `answer`; a failure of the grader becomes a judgement `error` with the reason, never an exception."""
    try:
        return settle(prepared, answer)
    except GraderFailure as failure:
        return Judgement(Verdict.ERROR, reason=str(failure))
    except Exception as fault:  # noqa: BLE001 - the contract: the grader's own fault is a verdict of its own
        return Judgement(Verdict.ERROR, reason=f"{type(fault).__name__}: {fault}"[:500])


def grade(problem: Problem, response: str, *, sample_id: int | str = 0, model: str = "") -> Grade:
    """Grade one response in this process (slow cases run in a child process under a deadline).

    Raises `ProblemError` where `problem` itself cannot be graded against; never because of `response`.

    >>> from verifiers import MathProblem, grade
    >>> grade(MathProblem(reference="1/2"), r"So it is \\boxed{0.5}").verdict.value
    'correct'
    """
    prepared = _prepared(problem)
    response = whole_characters(response)
    answer = prepared.extract(response)
    judgement = judged(prepared, answer) if answer is not None else NOTHING_FOUND
    permutable = as_permutable(prepared)
    shown = permutable.positions(answer) if permutable is not None else None
    extra = {"shown": shown} if shown is not None else None
    return make_grade(problem, answer, judgement, sample_id=sample_id, model=model, extra=extra)


def make_grade(
    problem: Problem,
    answer: Answer | None,
    judgement: Judgement,
    *,
    sample_id: int | str,
    model: str,
    extra: dict[str, Any] | None = None,
) -> Grade:
    """Put together what is known of one sample."""
    verdict = judgement.verdict
    score = judgement.score if judgement.score is not None else verdict.default_score
    return Grade(
        problem_id=problem.id,
        sample_id=sample_id,
        model=model,
        kind=problem.kind,
        verdict=verdict,
        score=score,
        answer=answer.text if answer else None,
        span=answer.span if answer else None,
        method=answer.means if answer and judgement.method == AS_FOUND else judgement.method,
        reason=judgement.reason,
        tests=dict(judgement.tests) if judgement.tests is not None else None,
        isolation=dict(judgement.isolation) if judgement.isolation is not None else None,
        **(extra or {}),
    )


_RECENT: OrderedDict[int, tuple[Problem, Prepared]] = OrderedDict()
_RECENT_MOST = 1024
_RECENT_LOCK = Lock()


def _prepared(problem: Problem) -> Prepared:
    """The prepared form of `problem`, kept for the last `_RECENT_MOST` problem objects (by identity)."""
    with _RECENT_LOCK:
        known = _RECENT.get(id(problem))
        if known is not None and known[0] is problem:
            _RECENT.move_to_end(id(problem))
            return known[1]
    prepared = prepare(problem)
    with _RECENT_LOCK:
        _RECENT[id(problem)] = (problem, prepared)
        while len(_RECENT) > _RECENT_MOST:
            _RECENT.popitem(last=False)
    return prepared
