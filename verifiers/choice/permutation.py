"""Options that were shown in another order than the item stores them.

A response names an option by the place at which it saw it: under the labels in their usual order, the texts stood in
the order shown. So the texts are permuted for reading, and what was read is turned back into the item's own label.
Answers to one item in different orders are thus judged alike, and the place at which an option was shown is known.
"""

from __future__ import annotations

from collections.abc import Sequence

from verifiers.errors import ProblemError
from verifiers.problem import ChoiceProblem


class Order:
    """The order in which an item's options were shown: `order[place]` is the own label of what stood there.

    `labels`: the item's own, in order, which name the places. `as_set`: keys are sets of labels, kept in the item's
    order, rather than sequences. `right`: the right label, where there is one.
    """

    def __init__(self, labels: Sequence[str], order: Sequence[str], *, as_set: bool, right: str | None) -> None:
        self._own = dict(zip(labels, order))
        self._place = {label: place for place, label in enumerate(order, start=1)}
        self._rank = {label: rank for rank, label in enumerate(labels)}
        self._as_set = as_set
        self._right = right

    def own(self, key: str) -> str:
        """The key of an answer in the item's own labels."""
        labels = [self._own.get(label, label) for label in key.split(",")]
        if self._as_set:
            labels.sort(key=lambda label: self._rank.get(label, len(self._rank)))
        return ",".join(labels)

    def positions(self, label: str | None) -> dict[str, int | None] | None:
        """The places, from 1, at which the picked and the right option were shown; None where none is right."""
        if self._right is None:
            return None
        picked = self._place.get(label) if label is not None else None
        return {"picked": picked, "right": self._place[self._right], "of": len(self._place)}


def checked_order(problem: ChoiceProblem, labels: Sequence[str]) -> list[str] | None:
    """The order in which the options of `problem` were shown; raises `ProblemError` where it is no order of them."""
    order = problem.shown_order
    if order is not None and sorted(order) != sorted(labels):
        shown = ", ".join(labels[:12])
        raise ProblemError(f"must name each of {shown} once", problem_id=problem.id, field="shown_order")
    return order
