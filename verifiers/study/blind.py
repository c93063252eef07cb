"""The question-blind guesser: what is reached by knowing the benchmark's answers, but not the question.

Answers of one benchmark are alike: small whole numbers come up again and again, and an answer key may favour a
letter. For each problem, a guesser who knows the references of all *other* problems of its group either

- tries the k most common of them, each once (`listed`), or
- draws k of them at random, with their frequencies (`drawn`).

A group is the problems that one list of answers makes sense for: of one kind and, with options, of as many.
References are compared as text but for blanks and dollar signs, not by a verifier, so that both are lower
bounds. Where values are equally common, their order in the list is random.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from verifiers.problem import ChoiceProblem, MathProblem, Problem
from verifiers.study.luck import chance


@dataclass(frozen=True, slots=True)
class Prior:
    """What the references of a problem's group say of its own: enough to know the guesser's chance at every k.

    `share`: of the other references, how many are the same. `commoner`, `as_common`: how many other values
    stand more often, or as often, among them.
    """

    share: float
    commoner: int
    as_common: int

    def listed(self, k: int) -> float:
        """The chance that the right one is among the k most common."""
        if not self.share:
            return 0.0
        return min(1.0, max(0.0, (k - self.commoner) / (self.as_common + 1)))

    def drawn(self, k: int) -> float:
        """The chance that one of k random draws is right."""
        return chance(self.share, k)


NOTHING_KNOWN = Prior(0.0, 0, 0)


def priors(problems: Iterable[Problem]) -> dict[str, Prior]:
    """The prior of each problem by id; `NOTHING_KNOWN` for programs and other answers without a short text."""
    found: dict[str, Prior] = {}
    groups: dict[Hashable, dict[str, str]] = {}
    for problem in problems:
        found[problem.id] = NOTHING_KNOWN
        group, reference = _group(problem)
        if reference is not None:
            groups.setdefault(group, {})[problem.id] = reference
    for references in groups.values():
        counts = Counter(references.values())
        standings = Counter(counts.values())
        found.update(
            (problem_id, _prior(counts[value], standings, len(references))) for problem_id, value in references.items()
        )
    return found


def _group(problem: Problem) -> tuple[Hashable, str | None]:
    if isinstance(problem, MathProblem):
        return problem.kind, "".join(problem.reference.replace("$", "").split())
    if isinstance(problem, ChoiceProblem) and problem.answer_type == "choice" and isinstance(problem.reference, str):
        return (problem.kind, len(problem.choices or problem.labels or ())), problem.reference.strip()
    return problem.kind, None


def _prior(count: int, standings: Mapping[int, int], problems: int) -> Prior:
    """`standings`: how many values stand how often; `count`: how often the right one does, its problem included."""
    others = count - 1
    return Prior(
        share=others / (problems - 1) if problems > 1 else 0.0,
        commoner=sum(values for standing, values in standings.items() if standing > others) - 1,
        as_common=standings.get(others, 0),
    )
