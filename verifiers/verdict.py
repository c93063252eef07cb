"""The closed set of verdicts and what each is worth."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What was decided of one response. A `Verdict` is a `str`: `grade.verdict == "correct"` works."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    NO_ANSWER = "no_answer"  # nothing to grade in the response
    UNDECIDED = "undecided"  # the budget ran out before a decision
    RUNTIME_ERROR = "runtime_error"  # from here: what a program did
    COMPILE_ERROR = "compile_error"
    TIMEOUT = "timeout"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    VIOLATION = "violation"
    ERROR = "error"  # the grader failed: no statement about the response

    @property
    def default_score(self) -> float | None:
        """1 for `correct`, None for `error` (it is not a wrong answer), 0 for the rest."""
        if self is Verdict.ERROR:
            return None
        return 1.0 if self is Verdict.CORRECT else 0.0
