"""How a verdict was reached, step by step: what was extracted, how it was read, and what each rung of the ladder said.

The same code decides as in grading; it only takes down what it does. Trees are shown as s-expressions that are cut
where they are large, and a huge number is shown by its length: writing it out could take longer than the grading.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from verifiers.errors import GraderFailure
from verifiers.interface import Answer, Judgement
from verifiers.math.decide.rungs import Open
from verifiers.math.decide.trace import Step, Trace
from verifiers.math.judge import PreparedMath, prepare
from verifiers.math.tree import Node, Number, Relation, Symbol, Words, children
from verifiers.problem import MathProblem
from verifiers.verdict import Verdict

MOST_PARTS = 120  # of a tree that is shown
MOST_DEPTH = 24
MOST_DIGITS = 60
MOST_TEXT = 80


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of the answer against one reference: both trees, the rungs that were tried, and what came of it."""

    reference: str
    answer: str
    steps: tuple[Step, ...]
    outcome: str
    seconds: float


@dataclass(frozen=True, slots=True)
class SlowLane:
    """What the slow lane was asked and said; `deadline` is how many seconds one question may take."""

    deadline: float
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict and how it was reached.

    `span` is the answer's place, `[start, end)`, in the response, `means` how it was found, and `canonical` the text
    that was judged. `references` are the trees of the reference and its alternatives. Where the text alone decides
    there are no `readings`; `slow_lane` is None where it was not asked.
    """

    verdict: Verdict
    method: str
    reason: str
    answer: str | None
    span: tuple[int, int] | None
    means: str
    canonical: str
    references: tuple[str, ...]
    readings: tuple[Reading, ...]
    slow_lane: SlowLane | None
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {**asdict(self), "verdict": self.verdict.value}


def explain(problem: MathProblem, response: str) -> Explanation:
    """Grade `response` and say how. Raises `ProblemError` where `problem` itself cannot be graded against."""
    prepared = prepare(problem)
    references = tuple(compact(reference.tree) for reference in prepared.references)
    begun = time.perf_counter()
    answer = prepared.extract(response)
    if answer is None:
        seconds = time.perf_counter() - begun
        reason = "no answer found in the response"
        return Explanation(Verdict.NO_ANSWER, "", reason, None, None, "", "", references, (), None, seconds)
    judgement, readings, slow = _judged(prepared, answer)
    return Explanation(
        judgement.verdict,
        judgement.method,
        judgement.reason,
        answer.text,
        answer.span,
        answer.means,
        answer.key,
        references,
        readings,
        slow,
        time.perf_counter() - begun,
    )


def _judged(prepared: PreparedMath, answer: Answer) -> tuple[Judgement, tuple[Reading, ...], SlowLane | None]:
    from verifiers.math.slow import deadline_seconds, doubtful

    fast, slow = Trace(), Trace()
    try:
        return prepared.decide(answer.key, None, fast), _readings(fast), None
    except Open:
        pass
    try:
        judgement = prepared.decide(answer.key, doubtful, slow)
    except Open as question:
        judgement = Judgement(Verdict.UNDECIDED, reason=question.reason)
    except GraderFailure as failure:
        judgement = Judgement(Verdict.ERROR, reason=str(failure))
    return judgement, _readings(fast), SlowLane(deadline_seconds(), _readings(slow))


def _readings(trace: Trace) -> tuple[Reading, ...]:
    return tuple(
        Reading(compact(each.reference), compact(each.answer), tuple(each.steps), each.outcome, each.seconds)
        for each in trace.attempts
    )


def compact(node: Node) -> str:
    """`node` as an s-expression, `(add x (pow y 2))`; what is too deep or too much is left out as `…`."""
    left = [MOST_PARTS]

    def shown(at: Node, depth: int) -> str:
        left[0] -= 1
        if isinstance(at, Number):
            return _number(at)
        if isinstance(at, Symbol):
            return _cut(at.name)
        if isinstance(at, Words):
            return f'"{_cut(at.text)}"'
        if depth == MOST_DEPTH or left[0] <= 0:
            return "…"
        head = " ".join(at.ops[:4]) if isinstance(at, Relation) else at.head
        parts = []
        for part in children(at):
            if left[0] <= 0:
                parts.append("…")
                break
            parts.append(shown(part, depth + 1))
        return f"({' '.join([head, *parts])})"

    return shown(node, 0)


def _number(number: Number) -> str:
    above = _integer(number.numerator)
    return above if number.denominator == 1 else f"{above}/{_integer(number.denominator)}"


def _integer(value: int) -> str:
    digits = value.bit_length() * 30103 // 100000 + 1
    return str(value) if digits <= MOST_DIGITS else f"{'-' if value < 0 else ''}‹about {digits} digits›"


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + "…"
