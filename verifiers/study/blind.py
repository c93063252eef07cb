"""The question-blind guesser: what is reached by knowing the benchmark's answers, but not the question.

Answers of one benchmark are alike: small whole numbers come up again and again, and an answer key may favour a
letter. For each problem, a guesser who knows the references of all *other* problems of its group either

- tries the k most common of them, each once (`listed`), or
- draws k of them at random, with their frequencies (`drawn`).

A group is the problems that one list of answers makes sense for: of one kind and, with options, of as many. Which
of the other references would pass for a problem's own is asked of the verifier in use; without one (or beyond its
budget, where the commonest values are asked first) references are compared as text but for blanks and dollar signs,
so that both are lower bounds. Where values are equally common, their order in the list is random.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from verifiers.problem import ChoiceProblem, MathProblem, Problem
from verifiers.study.estimators import pass_at_k
from verifiers.study.judge import MOST_JUDGED, Judge
from verifiers.study.luck import chance


@dataclass(frozen=True, slots=True)
class Prior:
    """What the references of a problem's group say of its own: enough to know the guesser's chance at every k.

    `share`: of the other references, how many would pass. Of the values that would pass, the commonest stand
    behind `commoner` values; `tied` values stand as often as they do, `accepted` of which would pass.
    """

    share: float
    commoner: int
    tied: int
    accepted: int

    def listed(self, k: int) -> float:
        """The chance that one that passes is among the k most common."""
        if not self.accepted or k <= self.commoner:
            return 0.0
        return pass_at_k(self.tied, self.accepted, min(k - self.commoner, self.tied))

    def drawn(self, k: int) -> float:
        """The chance that one of k random draws passes."""
        return chance(self.share, k)


NOTHING_KNOWN = Prior(0.0, 0, 0, 0)


def priors(problems: Iterable[Problem], judge: Judge | None = None, *, most: int = MOST_JUDGED) -> dict[str, Prior]:
    """The prior of each problem by id; `NOTHING_KNOWN` for programs and other answers without a short text.

    `most`: how many judgements `judge` is asked for in all, about.
    """
    found: dict[str, Prior] = {}
    groups: dict[Hashable, dict[str, tuple[MathProblem | ChoiceProblem, str]]] = {}
    for problem in problems:
        found[problem.id] = NOTHING_KNOWN
        group, reference = _group(problem)
        if reference is not None and isinstance(problem, MathProblem | ChoiceProblem):
            groups.setdefault(group, {})[problem.id] = problem, reference
    total = sum(map(len, groups.values()))
    for members in groups.values():
        spelled = {key: problem.reference for problem, key in members.values()}
        counts = Counter(key for _, key in members.values())
        asking = _Asking(judge, counts, spelled, most // max(1, total))
        found.update(
            (name, asking.prior(problem, reference, len(members))) for name, (problem, reference) in members.items()
        )
    return found


def _group(problem: Problem) -> tuple[Hashable, str | None]:
    if isinstance(problem, MathProblem):
        return problem.kind, "".join(problem.reference.replace("$", "").split())
    if isinstance(problem, ChoiceProblem) and problem.answer_type == "choice" and isinstance(problem.reference, str):
        return (problem.kind, len(problem.choices or problem.labels or ())), problem.reference.strip()
    return problem.kind, None


class _Asking:
    """One group: how often each value stands, and which of them pass for a problem."""

    def __init__(
        self, judge: Judge | None, counts: Mapping[str, int], spelled: Mapping[str, object], each: int
    ) -> None:
        self._judge = judge
        self._spelled = spelled
        self._counts = counts
        commonest = sorted(counts, key=lambda value: (-counts[value], value))
        self._asked = commonest[:each] if judge is not None else []
        self._standings = Counter(counts.values())

    def prior(self, problem: Problem, reference: str, problems: int) -> Prior:
        passing = {reference, *(value for value in self._asked if self._passes(problem, value, reference))}
        own = self._counts[reference]
        others = {value: self._counts[value] - (value == reference) for value in passing}
        best = max(others.values())
        if not best:
            return NOTHING_KNOWN
        commoner = sum(values for standing, values in self._standings.items() if standing > best)
        tied = self._standings[best]
        # the problem's own reference stands once less often among the others
        commoner -= own == best + 1
        tied += (own == best + 1) - (own == best)
        accepted = sum(count == best for count in others.values())
        return Prior(sum(others.values()) / (problems - 1), commoner, tied, accepted)

    def _passes(self, problem: Problem, value: str, reference: str) -> bool:
        return value == reference or (
            self._judge is not None and self._judge.accepts(problem, str(self._spelled[value]))
        )
