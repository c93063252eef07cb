"""Each published verdict beside ours: agreement counted, differences put into classes.

The class of a difference says what happened, from the published side: right answers lost (by the evidence
that shows them to us) and verdicts `right` without a right answer (by what there is instead).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from verifiers.audit.published import Published, options_of
from verifiers.grading import Grade, grade
from verifiers.verdict import Verdict

_LOST = {
    "answer tag": "right pick in its answer slot, lost",
    "boxed": "right pick in its box, lost",
    "json": "right pick in its answer slot, lost",
    "declared": "right pick declared, lost",
    "label": "right label alone, lost",
    "leading label": "right label before its explanation, lost",
    "marked label": "right label in prose, lost",
    "option text": "right option text, lost",
    "conclusion": "right pick in the conclusion, lost",
}
_REASONS = {
    "refusal": "refusal, called right",
    "ambiguous": "several answers at once, called right",
    "truncated": "cut off before its answer, called right",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One response of which the published verdict and ours differ."""

    published: Published
    ours: Grade
    name: str


@dataclass(slots=True)
class Tally:
    """What is known of one model's responses."""

    total: int = 0
    published: int = 0
    ours: int = 0
    undecided: int = 0
    classes: Counter[str] = field(default_factory=Counter)


def replay(rows: Iterable[Published], tallies: dict[str, Tally]) -> Iterator[Difference]:
    """Grade each row, count it in `tallies` under its model, and yield it where the verdicts differ."""
    for row in rows:
        ours = grade(row.problem, row.response, model=row.model)
        tally = tallies.setdefault(row.model, Tally())
        tally.total += 1
        tally.published += row.right
        tally.ours += ours.correct
        tally.undecided += ours.verdict in (Verdict.ERROR, Verdict.UNDECIDED)
        if ours.correct == row.right:
            continue
        name = _class(row, ours)
        tally.classes[name] += 1
        yield Difference(row, ours, name)


def _class(row: Published, ours: Grade) -> str:
    if ours.verdict in (Verdict.ERROR, Verdict.UNDECIDED):
        return "undecided here"
    if ours.correct:
        return _LOST.get(ours.method, "right pick, lost") if options_of(row.problem) else "equal answer, lost"
    if ours.verdict is Verdict.NO_ANSWER:
        return _REASONS.get(ours.reason.partition(":")[0], "no answer, called right")
    if options_of(row.problem) and ours.reason:
        return "none of the options, called right"
    return "another option, called right" if options_of(row.problem) else "another answer, called right"
