"""Which of a problem's answers are one answer: classes by the verifier's own notion of equality.

All right answers are one class. Of the others, each distinct text is compared with the commonest text of the classes
found before, commonest first, as if that were the reference; what the verifier takes for it joins its class. An
answer that only computer algebra could tell equal stays apart. `_MOST_COMPARED` of a problem's texts are compared,
against as many classes; the rest are classes of their own, as is every text where no verifier is at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verifiers.problem import Problem
from verifiers.study.counts import GivenAnswer, Tally
from verifiers.study.judge import Judge
from verifiers.verdict import Verdict

_MOST_COMPARED = 12
_LONGEST_COMPARED = 200


@dataclass(frozen=True, slots=True)
class AnswerClass:
    """Answers that are one answer: `count` samples gave it, in these `spellings`, commonest first."""

    right: bool
    count: int
    spellings: tuple[GivenAnswer, ...]

    @property
    def example(self) -> GivenAnswer:
        """Its commonest spelling."""
        return self.spellings[0]


def classes_of(tally: Tally, problem: Problem | None, judge: Judge | None) -> tuple[AnswerClass, ...]:
    """The classes of `tally`'s answers, commonest first; the right one first among equals."""
    ordered = sorted(tally.answers.values(), key=lambda given: (-given.count, given.text, given.verdict))
    right = [given for given in ordered if given.verdict is Verdict.CORRECT]
    groups = [right] if right else []
    wrong: list[list[GivenAnswer]] = []
    for given in ordered:
        if given.verdict is not Verdict.CORRECT:
            _join(given, wrong, problem, judge)
    found = [_class(group) for group in [*groups, *wrong]]
    return tuple(sorted(found, key=lambda each: (-each.count, not each.right)))


def _join(given: GivenAnswer, groups: list[list[GivenAnswer]], problem: Problem | None, judge: Judge | None) -> None:
    spelled = _bare(given.text)
    for place, group in enumerate(groups):
        first = group[0]
        if _bare(first.text) == spelled:
            return group.append(given)
        comparable = place < _MOST_COMPARED and len(groups) <= 2 * _MOST_COMPARED
        if judge is None or problem is None or not comparable or len(given.text) > _LONGEST_COMPARED:
            continue
        if judge.same(problem, first.text, given.text):
            return group.append(given)
    return groups.append([given])


def _bare(text: str) -> str:
    return "".join(text.replace("$", "").split())


def _class(group: Sequence[GivenAnswer]) -> AnswerClass:
    right = group[0].verdict is Verdict.CORRECT
    return AnswerClass(right, sum(given.count for given in group), tuple(group))
