"""What luck alone would reach: the chance of a blind guess, problem by problem, and pass@k above it.

A guesser that draws uniformly from a problem's *answer space* is right with chance g, and at least once in k
draws with chance b(k) = 1 - (1-g)^k. The space is, in this order,

1. what the problem itself declares, in the field `answer_space` (see `_DECLARED`);
2. the options of a multiple-choice problem;
3. inferred, by the rules of `_INFERRED`, each of which states its assumption;
4. not known: g counts as 0, so that the baseline is a lower bound, and the report says for how many.

A program is not guessed: its g is 0.

Where the verifier in use is at hand (`measured`), the guesses are put before it: g is then the share of the space
that it *accepts*, so that a tolerance or a lenient rule counts as the luck that it is. Of a space too large to be
judged whole, the reference and a random part of the others are judged, which is unbiased.

Guess-adjusted pass@k is kappa(k) = (pass@k - b(k)) / (1 - b(k)) of the means over problems: 0 for a guesser,
1 for a model that solves all. (The mean of each problem's own kappa would be ruled by the problems where
chance leaves least room: their 1 - b is a divisor.) Where chance alone leaves fewer than `LEAST_ROOM`
problems unsolved on average, nothing can be told and kappa is not given.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from verifiers.errors import ProblemError
from verifiers.problem import ChoiceProblem, MathProblem, Problem
from verifiers.study.judge import MOST_JUDGED, Judge

LEAST_ROOM = 5.0  # problems that chance alone leaves unsolved, on average
_MOST_LISTED = 1_000_000
_CLOSED = ConfigDict(frozen=True, extra="forbid", strict=True)
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")


class IntegerRange(BaseModel):
    """Whole numbers from `low` to `high`, both included."""

    model_config = _CLOSED

    type: Literal["integer"]
    low: int
    high: int


class Options(BaseModel):
    """One of `count` possible answers."""

    model_config = _CLOSED

    type: Literal["options"]
    count: int = Field(ge=1)


class Boolean(BaseModel):
    """Yes or no."""

    model_config = _CLOSED

    type: Literal["boolean"]


Declared = Annotated[IntegerRange | Options | Boolean, Field(discriminator="type")]
_DECLARED: TypeAdapter[IntegerRange | Options | Boolean] = TypeAdapter(Declared)


@dataclass(frozen=True, slots=True)
class AnswerSpace:
    """Where a blind guess is drawn from: in words, the chance `guess` that it is right, and how it is known.

    `guess` is None where the space is not known.
    """

    name: str
    guess: float | None
    source: Literal["declared", "options", "inferred", "kind", "unknown"]
    space: IntegerRange | Options | Boolean | None = None


UNKNOWN = AnswerSpace("not known", None, "unknown")


def _is_aime(problem: MathProblem) -> bool:
    named = re.search(r"(?<![a-z])aime(?![a-z])", problem.id.lower())
    return bool(named) and _INTEGER.fullmatch(problem.reference) is not None and 0 <= int(problem.reference) <= 999


def _is_boolean(problem: MathProblem) -> bool:
    return problem.reference.strip().lower() in {"true", "false", "yes", "no"}


# rule, the space it infers, the assumption in words
_INFERRED: tuple[tuple[Callable[[MathProblem], bool], IntegerRange | Boolean, str], ...] = (
    (_is_aime, IntegerRange(type="integer", low=0, high=999), "AIME by its id, whose answers are 0 to 999"),
    (_is_boolean, Boolean(type="boolean"), "the reference is a truth value"),
)


def answer_space(problem: Problem) -> AnswerSpace:
    """The answer space of `problem`; raises `ProblemError` where the declared one makes no sense."""
    declared = (problem.model_extra or {}).get("answer_space")
    if declared is not None:
        space = _read_declared(problem, declared)
        return AnswerSpace(_in_words(space), _chance_of_one(space, problem), "declared", space)
    if isinstance(problem, ChoiceProblem):
        return _options(problem)
    if isinstance(problem, MathProblem):
        for holds, space, assumption in _INFERRED:
            if holds(problem):
                words = f"{_in_words(space)} ({assumption})"
                return AnswerSpace(words, _chance_of_one(space, problem), "inferred", space)
        return UNKNOWN
    return AnswerSpace("programs", 0.0, "kind") if problem.kind == "code" else UNKNOWN


def _options(problem: ChoiceProblem) -> AnswerSpace:
    """One of the options, or any set of them but the empty one; other short answers have no known space."""
    count = len(problem.choices or problem.labels or ())
    if count and problem.answer_type == "choice":
        return AnswerSpace(f"{count} options", 1 / count, "options")
    if count and problem.answer_type == "multi":
        return AnswerSpace(f"any of {count} options", 1 / (2**count - 1), "options")
    return UNKNOWN


def measured(
    problems: Mapping[str, Problem],
    spaces: Mapping[str, AnswerSpace],
    judge: Judge,
    *,
    seed: int,
    most: int = MOST_JUDGED,
) -> dict[str, AnswerSpace]:
    """`spaces` with each g as the share of guesses that `judge` accepts, at about `most` judgements in all."""
    each = max(2, most // max(1, len(spaces)))
    return {name: _measured(problems[name], space, judge, each, seed) for name, space in spaces.items()}


def _measured(problem: Problem, space: AnswerSpace, judge: Judge, most: int, seed: int) -> AnswerSpace:
    guesses = _guesses(problem, space)
    if not guesses:
        return space
    if len(guesses) <= most:
        accepted = sum(judge.accepts(problem, guess) for guess in guesses)
        return replace(space, guess=accepted / len(guesses))
    reference = str(getattr(problem, "reference", "")).strip()
    others = [place for place in range(len(guesses)) if guesses[place] != reference]
    drawn = Random(f"{seed} {problem.id}").sample(others, most - 1)
    share = sum(judge.accepts(problem, guesses[place]) for place in drawn) / len(drawn)
    return replace(space, guess=((len(guesses) > len(others)) + share * len(others)) / len(guesses))


def _guesses(problem: Problem, space: AnswerSpace) -> Sequence[str]:
    """Every guess of a space that can be listed: what a guesser would write as its answer."""
    match space.space:
        case IntegerRange(low=low, high=high) if high - low < _MOST_LISTED:
            return [str(number) for number in range(low, high + 1)]
        case Boolean():
            reference = str(getattr(problem, "reference", "")).strip().lower()
            return ("true", "false") if reference in {"true", "false"} else ("yes", "no")
        case None if space.source == "options" and isinstance(problem, ChoiceProblem):
            if problem.answer_type == "choice":
                return problem.labels or [chr(ord("A") + place) for place in range(len(problem.choices or ()))]
    return ()


def chance(guess: float, k: int) -> float:
    """b(k) = 1 - (1-g)^k, exact for tiny g too.

    >>> round(chance(1 / 1000, 1024), 3)
    0.641
    """
    return 1.0 if guess >= 1 else -math.expm1(k * math.log1p(-guess))


def room(guess: float, k: int) -> float:
    """1 - b(k) = (1-g)^k: what chance leaves unsolved, without losing its last digits."""
    return 0.0 if guess >= 1 else math.exp(k * math.log1p(-guess))


def kappa(mean_miss: float, mean_room: float) -> float:
    """(pass@k - b) / (1 - b), from 1 - pass@k and 1 - b(k), which are exact where both are tiny."""
    return 1.0 - mean_miss / mean_room


def _read_declared(problem: Problem, declared: object) -> IntegerRange | Options | Boolean:
    try:
        space = _DECLARED.validate_python(declared)
    except ValidationError as error:
        message = f"{error.errors()[0]['msg']}; known are integer (low, high), options (count) and boolean"
        raise ProblemError(message, problem_id=problem.id, field="answer_space") from None
    if isinstance(space, IntegerRange):
        reference = _integer_reference(problem)
        if space.low > space.high:
            message = f"low {space.low} lies above high {space.high}"
            raise ProblemError(message, problem_id=problem.id, field="answer_space")
        if reference is not None and not space.low <= reference <= space.high:
            message = f"the reference {reference} lies outside {space.low} to {space.high}"
            raise ProblemError(message, problem_id=problem.id, field="answer_space")
    return space


def _in_words(space: IntegerRange | Options | Boolean) -> str:
    match space:
        case IntegerRange(low=low, high=high):
            return f"whole numbers {low} to {high}"
        case Options(count=count):
            return f"{count} possible answers"
        case Boolean():
            return "yes or no"


def _chance_of_one(space: IntegerRange | Options | Boolean, problem: Problem) -> float:
    match space:
        case IntegerRange(low=low, high=high):
            return min(1.0, _accepted(problem, low, high) / (high - low + 1))
        case Options(count=count):
            return 1 / count
        case Boolean():
            return 0.5


def _accepted(problem: Problem, low: int, high: int) -> int:
    """How many whole numbers of the range the problem's tolerance would let pass."""
    reference = _integer_reference(problem)
    tolerance = problem.policy.tolerance if isinstance(problem, MathProblem) else None
    if reference is None or tolerance is None:
        return 1
    reach = math.floor(min(high - low, max(tolerance.absolute, tolerance.relative * abs(reference))))
    return min(high, reference + reach) - max(low, reference - reach) + 1


def _integer_reference(problem: Problem) -> int | None:
    if not isinstance(problem, MathProblem) or not _INTEGER.fullmatch(problem.reference.strip()):
        return None
    return int(problem.reference)
