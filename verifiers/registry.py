"""The kinds of problems and the verifier of each: built in, or by a plug-in's entry point `verifiers`.

Nothing of a kind is imported before its first problem is seen.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from pydantic import ValidationError

from verifiers.errors import InputError, ProblemError
from verifiers.interface import Prepared, Verifier
from verifiers.problem import Problem

_BUILT_IN = {
    "math": ("verifiers.math", "VERIFIER"),
    "code": ("verifiers.code", "VERIFIER"),
    "choice": ("verifiers.choice", "VERIFIER"),
}


def kinds() -> list[str]:
    """The names of all kinds that can be graded here, plug-ins included."""
    return sorted({*_BUILT_IN, *(point.name for point in entry_points(group="verifiers"))})


@cache
def verifier_for(kind: str) -> Verifier[Any]:
    """The verifier of `kind`; raises `InputError` naming the known kinds."""
    if kind in _BUILT_IN:
        module, name = _BUILT_IN[kind]
        found: Verifier[Any] = getattr(import_module(module), name)
        return found
    for point in entry_points(group="verifiers", name=kind):
        plugged: Verifier[Any] = point.load()
        return plugged
    raise InputError(f"unknown kind {kind!r}; known are {', '.join(kinds())}", field="kind")


def parse_problem(record: dict[str, Any]) -> Problem:
    """The problem that a JSON object states; raises `ProblemError` with the offending field."""
    problem_id = record.get("id")
    named = problem_id if isinstance(problem_id, str) else ""
    kind = record.get("kind")
    if not isinstance(kind, str):
        known = ", ".join(kinds())
        raise ProblemError(f"is missing or not a string; one of {known}", problem_id=named, field="kind")
    try:
        return verifier_for(kind).problem_type.model_validate(record)
    except ValidationError as error:
        field, message = first_fault(error)
        raise ProblemError(message, problem_id=named, field=field) from None
    except InputError as error:
        raise ProblemError(error.message, problem_id=named, field=error.field) from None


def first_fault(error: ValidationError) -> tuple[str, str]:
    """The field (dotted) and the message of the first fault that pydantic found, in a person's words."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(str(part) for part in fault["loc"])
    message = fault["msg"]
    return field, "is missing" if fault["type"] == "missing" else message[:1].lower() + message[1:]


def prepare(problem: Problem) -> Prepared:
    """Make `problem` ready for grading; raises `ProblemError` by name."""
    return verifier_for(problem.kind).prepare(problem)
