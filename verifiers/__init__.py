"""truegrade: decides, fast and beyond doubt, whether a model's answer is right.

>>> from verifiers import MathProblem, grade
>>> grade(MathProblem(reference="1/2"), r"So it is \\boxed{0.5}").verdict.value
'correct'

What may be used from outside stands in `__all__`; each name is imported when it is first used, so that
`import verifiers` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verifiers.engine import Engine
    from verifiers.errors import GraderFailure, InputError, MissingExtra, ProblemError, VerifierError
    from verifiers.grading import Grade, grade
    from verifiers.problem import ChoiceProblem, CodeProblem, MathProblem, Policy, Problem, Sample, Tolerance
    from verifiers.verdict import Verdict

__version__ = "0.1.0"

_HOME = {
    "ChoiceProblem": "problem",
    "CodeProblem": "problem",
    "Engine": "engine",
    "Grade": "grading",
    "GraderFailure": "errors",
    "InputError": "errors",
    "MathProblem": "problem",
    "MissingExtra": "errors",
    "Policy": "problem",
    "Problem": "problem",
    "ProblemError": "errors",
    "Sample": "problem",
    "Tolerance": "problem",
    "Verdict": "verdict",
    "VerifierError": "errors",
    "grade": "grading",
}

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
    """Import a public name on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'verifiers' has no attribute {name!r}")
    value = getattr(import_module(f"verifiers.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
