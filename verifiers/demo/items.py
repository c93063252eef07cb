"""What the example study is made of: a problem, and the answers that a simulated model may give to it."""

from __future__ import annotations

from dataclasses import dataclass

from verifiers.problem import Problem


@dataclass(frozen=True, slots=True)
class Item:
    """One problem of the study.

    `right` are forms of the right answer, the plainest first, `wrong` are likely mistakes, first the one that a
    hedge names beside the right answer: texts of answers, or whole programs. `working`: a sentence towards the
    answer that does not state it. `base` and `rl` are the chances that a sample of the two simulated models is
    right.
    """

    problem: Problem
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    working: str
    base: float
    rl: float
