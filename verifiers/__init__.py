"""truegrade: decides, fast and beyond doubt, whether a model's answer is right.

>>> from verifiers import MathProblem, grade
>>> grade(MathProblem(reference="1/2"), r"So it is \\boxed{0.5}").verdict.value
'correct'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verifiers.errors import GraderFailure, InputError, MissingExtra, ProblemError, VerifierError
from verifiers.grading import Grade, grade
from verifiers.problem import ChoiceProblem, CodeProblem, MathProblem, Policy, Problem, Sample, Tolerance
from verifiers.verdict import Verdict

if TYPE_CHECKING:
    from verifiers.engine import Engine

__version__ = "0.1.0"

__all__ = [
    "ChoiceProblem",
    "CodeProblem",
    "Engine",
    "Grade",
    "GraderFailure",
    "InputError",
    "MathProblem",
    "MissingExtra",
    "Policy",
    "Problem",
    "ProblemError",
    "Sample",
    "Tolerance",
    "Verdict",
    "VerifierError",
    "grade",
]


def __getattr__(name: str) -> Any:
    """Load the engine on first use: one answer needs no workers."""
    if name == "Engine":
        from verifiers.engine import Engine

        return Engine
    raise AttributeError(f"module 'verifiers' has no attribute {name!r}")
