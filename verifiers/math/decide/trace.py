"""A record of how a decision was reached, kept only where somebody asks for it: data, and a list that grows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from verifiers.math.decide.rungs import Finding, Open, Undefined
from verifiers.math.tree import Node

Asked = TypeVar("Asked")
MOST_STEPS = 200  # of one attempt that are kept: a long list has thousands


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried: its name, what came of it, and how many seconds it took."""

    name: str
    outcome: str
    seconds: float


@dataclass(slots=True)
class Attempt:
    """One reading of the answer against one reference; `steps` are the rungs that were climbed, in order."""

    reference: Node
    answer: Node
    steps: list[Step] = field(default_factory=list)
    outcome: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class Trace:
    """The attempts of one judgement, in order."""

    attempts: list[Attempt] = field(default_factory=list)

    def timed(self, name: str, rung: Callable[[Asked], Finding | None], asked: Asked) -> Finding | None:
        """What `rung` finds of what it is asked, put on record."""
        begun, outcome = time.perf_counter(), "a fault of the grader"
        try:
            found = rung(asked)
            outcome = in_words(found)
        except (Open, Undefined) as fault:
            outcome = f"left open: {fault}" if isinstance(fault, Open) else f"undefined: {fault}"
            raise
        finally:
            steps = self.attempts[-1].steps
            if len(steps) < MOST_STEPS:
                steps.append(Step(name, outcome, time.perf_counter() - begun))
        return found

    @contextmanager
    def attempt(self, reference: Node, answer: Node) -> Iterator[Attempt]:
        """A new attempt; the steps taken inside belong to it."""
        attempt = Attempt(reference, answer)
        self.attempts.append(attempt)
        begun = time.perf_counter()
        try:
            yield attempt
        except Open as question:
            attempt.outcome = f"left open: {question.reason}"
            raise
        finally:
            attempt.seconds = time.perf_counter() - begun


def in_words(found: Finding | None) -> str:
    """A finding, for a person."""
    if found is None:
        return "says nothing"
    if found.equal:
        return f"equal ({found.method})"
    return f"not equal ({found.method or 'unreadable'}): {found.reason}"
