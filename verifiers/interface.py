"""The one protocol that serves all kinds of problems.

Theory of operation. A *problem* is prepared once; an *answer* is extracted from each response by a pure,
linear function; each distinct answer (told apart by `Answer.key`) is judged once, however many of a
thousand samples gave it. `judge` stays on the fast lane: bounded by construction, no signals, no child
process. What cannot be settled there raises `NeedsSlowLane`, which carries the continuation: calling
`finish()` may run long, but does its work in another process under a deadline, and returns a `Judgement`.

Invariant: a `Judgement` depends on the problem and on `Answer.key` alone, so that it may be shared by all
samples with that key. `Answer.text`, `span` and `means` belong to one response.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeVar, cast

from verifiers.problem import Problem
from verifiers.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer found in one response.

    `key`: canonical text that decides the judgement (samples are deduplicated on it).
    `text`: the answer as it stands in the response. `span`: its place there, `[start, end)` in code points.
    `means`: how it was found ("boxed", "answer tag", "fenced block", ...).
    """

    key: str
    text: str
    span: tuple[int, int] | None = None
    means: str = ""


AS_FOUND = "as found"
"""A `Judgement.method`: the evidence is how the answer was found; each grade names its own `Answer.means`."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was decided of one distinct answer.

    `method`: the evidence ("exact", "numeric", "asserts", ...), empty where there was none, or `AS_FOUND`.
    `reason`: one line for a person, empty where the verdict says it all. `score` overrides the verdict's own
    (fraction of tests passed).
    `tests`: `{"passed": int, "total": int}`; `isolation`: `{"level", "walls", "tests"}`; both for programs only.
    `by_the_clock`: a time limit of the wall clock decided, which depends on what else the machine was doing: an
    engine judges the answer once more, alone, before it believes that.
    """

    verdict: Verdict
    method: str = ""
    reason: str = ""
    score: float | None = None
    tests: Mapping[str, int] | None = None
    isolation: Mapping[str, Any] | None = None
    by_the_clock: bool = False


class NeedsSlowLane(Exception):  # a request for the other lane, not an error
    """Raised by `judge`: the fast lane cannot decide. `finish()` decides in another process, under a deadline.

    `finish` raises `GraderFailure` where the grader, not the answer, is at fault.
    """

    def __init__(self, finish: Callable[[], Judgement]) -> None:
        super().__init__("the answer needs the slow lane")
        self.finish = finish


class Prepared(Protocol):
    """A problem made ready: extract from each response, judge each distinct answer."""

    def extract(self, response: str) -> Answer | None:
        """The answer in `response`, or None where there is none. Pure, linear in its length, never raises."""
        ...

    def judge(self, answer: Answer) -> Judgement:
        """Decide on the fast lane. Raises `NeedsSlowLane` where that cannot be done in bounded time."""
        ...


class Permutable(Prepared, Protocol):
    """A prepared problem whose options may be shown in another order, to all samples or to each in its own."""

    def shown(self, order: object) -> Permutable:
        """The problem as it was shown in `order`; its answers have the keys that `self` judges.

        Raises `InputError` where `order` is none.
        """
        ...

    def positions(self, answer: Answer | None) -> dict[str, int | None] | None:
        """`{"picked", "right", "of"}`: the places, from 1, of the picked and the right option among those shown."""
        ...


def as_permutable(prepared: Prepared) -> Permutable | None:
    """`prepared` itself, where its options may be shown in another order; else None.

    Asked of its class, once: to ask whether an object has a protocol costs as much as grading a short answer.
    """
    return cast("Permutable", prepared) if _is_permutable(type(prepared)) else None


@cache
def _is_permutable(kind: type) -> bool:
    return hasattr(kind, "shown") and hasattr(kind, "positions")


P = TypeVar("P", bound=Problem, contravariant=True)


class Verifier(Protocol[P]):
    """A kind of problem. Plug-ins register an instance under the entry-point group `verifiers`."""

    kind: str
    problem_type: type[Problem]

    def prepare(self, problem: P) -> Prepared:
        """Make `problem` ready; raises `ProblemError` by name where nothing could be graded against it."""
        ...


def settle(prepared: Prepared, answer: Answer) -> Judgement:
    """Judge `answer`, following it to the slow lane where needed (blocks this thread for at most its deadline)."""
    try:
        return prepared.judge(answer)
    except NeedsSlowLane as need:
        return need.finish()
