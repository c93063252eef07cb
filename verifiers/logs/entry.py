"""What is read from a log and written to one: the data that the formats share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from verifiers.datasets.source import Row
from verifiers.grading import Grade
from verifiers.problem import Problem, Sample


@dataclass(frozen=True, slots=True)
class Entry:
    """One response that a log holds.

    `sample` carries what the log says of it, as far as it does: `their_score` (a number; 1 is right), `their_answer`
    (what was extracted) and `their_verdict`. `problem` is None where the log does not say what was asked for.
    """

    sample: Sample
    problem: Problem | None
    row: Row


def right_by(score: float) -> bool:
    """Whether a score of theirs says that a response is right: 1, or more where a reward has a bonus on top."""
    return score >= 1.0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of a log without a response of its own, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """Problems that the user has already, for logs that do not state theirs."""

    by_id: Mapping[str, Problem]
    by_prompt: Mapping[str, Problem]

    @classmethod
    def of(cls, problems: Mapping[str, Problem]) -> Known:
        """The problems by id and, where only one has it, by prompt."""
        prompts: dict[str, Problem | None] = {}
        for problem in problems.values():
            if problem.prompt:
                prompts[problem.prompt] = None if problem.prompt in prompts else problem
        return cls(problems, {prompt: problem for prompt, problem in prompts.items() if problem is not None})


@dataclass(frozen=True, slots=True)
class Reading:
    """How the user wants a log to be read.

    `columns`: where our fields stand in a row, `{"reference": "doc.answer"}`; names that are not ours are carried along
    under them. `kind`: what the references are, `math` or `choice`, instead of what they look like. `policy`: that of
    all problems of mathematics, since logs do not state it. `model`: the name that all samples get. `known`: the
    problems, instead of those that the log states.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    kind: str | None = None
    policy: Mapping[str, Any] = field(default_factory=dict)
    model: str | None = None
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade with what it is of, as far as the user gave it."""

    grade: Grade
    problem: Problem | None = None
    sample: Sample | None = None

    @property
    def response(self) -> str:
        """The response, or nothing where the samples were not given."""
        return self.sample.response if self.sample is not None else ""

    @property
    def prompt(self) -> str:
        """The prompt, or nothing where it is not known."""
        return (self.problem.prompt or "") if self.problem is not None else ""

    @property
    def references(self) -> list[str]:
        """The reference and its alternatives as texts; none where there are none (programs) or they are not known."""
        reference = getattr(self.problem, "reference", None)
        if reference is None:
            return []
        policy = getattr(self.problem, "policy", None)
        first = reference if isinstance(reference, list) else [reference]
        return [*map(str, first), *getattr(policy, "alternatives", ())]

    @property
    def choices(self) -> list[str]:
        """The texts of the options, where the problem has any."""
        return list(getattr(self.problem, "choices", None) or ())
