"""A record of how a decision was reached, kept only where somebody asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from verifiers.math.decide.rungs import Finding, Open, Undefined

Asked = TypeVar("Asked")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried: its name, what came of it, and how long it took."""

    name: str
    outcome: str
    seconds: float


@dataclass(slots=True)
class Trace:
    """The steps of one comparison, in order."""

    steps: list[Step] = field(default_factory=list)

    def timed(self, name: str, rung: Callable[[Asked], Finding | None], asked: Asked) -> Finding | None:
        """What `rung` finds of what it is asked, put on record."""
        begun = time.perf_counter()
        outcome = "fault"
        try:
            found = rung(asked)
            outcome = shown(found)
        except (Open, Undefined) as fault:
            outcome = f"{type(fault).__name__.lower()}: {fault}"
            raise
        finally:
            self.steps.append(Step(name, outcome, time.perf_counter() - begun))
        return found


def shown(found: Finding | None) -> str:
    """A finding in words."""
    if found is None:
        return "leaves it open"
    if found.equal:
        return f"equal ({found.method})"
    return f"not equal ({found.method}): {found.reason}"
