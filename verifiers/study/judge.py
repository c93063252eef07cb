"""What the study asks of the verifier in use: a face that the caller hands in, since a study imports no verifier.

Luck depends on it: a lenient comparison accepts more guesses. And which answers are *one* answer depends on it.
"""

from __future__ import annotations

from typing import Protocol

from verifiers.problem import Problem

MOST_JUDGED = 60_000
"""How many guesses one report has judged, for each of its purposes: some seconds."""


class Judge(Protocol):
    """The verifier in use."""

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Whether a response that states `answer` would be graded `correct`."""
        ...

    def same(self, problem: Problem, answer: str, other: str) -> bool:
        """Whether, if `answer` were the reference of `problem`, `other` would be accepted."""
        ...
