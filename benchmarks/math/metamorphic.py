"""Labelled pairs by metamorphosis: how many wrong answers are accepted, how many right ones are not.

    python -m benchmarks.math.metamorphic [--pairs 20000] [--seed 0] [--family NAME]... [--out FILE]

Random mathematical objects are rewritten so that the meaning stays (another form, another notation, another
order) or is broken (another coefficient, an end point opened, an element dropped), half and half. A label never
comes from a parser: what is equal is an instance of an identity, what is unequal is proved so in exact or ball
arithmetic. Families of pairs take turns, so that each has its share; failures are listed by family.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.math import identities, quantities, shapes
from benchmarks.math.pairs import FAMILIES, Pair
from verifiers import InputError, MathProblem, Verdict
from verifiers.grading import judged, make_grade
from verifiers.interface import Judgement, NeedsSlowLane
from verifiers.registry import prepare

ROOMS = (identities, quantities, shapes)  # imported for the families that they register
_MOST_SHOWN = 50


def pairs(count: int, seed: int, names: Sequence[str] = ()) -> Iterator[Pair]:
    """`count` pairs; the same seed and families give the same pairs."""
    rng = Random(seed)
    makers = [FAMILIES[name] for name in names] or list(FAMILIES.values())
    made = 0
    while made < count:
        for maker in makers:
            pair = maker(rng, rng.random() < 0.5)
            if pair is None:
                continue
            yield pair
            made += 1
            if made == count:
                return


@dataclass(slots=True)
class Tally:
    """What came of the pairs; `seconds` is the time of preparing, extracting and judging alone."""

    right: int = 0
    wrong: int = 0
    accepted_right: int = 0
    accepted_wrong: int = 0
    slow: int = 0
    seconds: float = 0.0
    verdicts: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    slow_by_family: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, Any]] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """The figures by name."""
        total = self.right + self.wrong
        return {
            "pairs": total,
            "wrong accepts": self.accepted_wrong,
            "of wrong answers": self.wrong,
            "right accepts": self.accepted_right,
            "of right answers": self.right,
            "right accepted": round(self.accepted_right / self.right, 5) if self.right else None,
            "slow lane": self.slow,
            "slow lane share": round(self.slow / total, 5) if total else None,
            "pairs/s": round(total / self.seconds, 1) if self.seconds else None,
            "verdicts": dict(self.verdicts),
            "failures by family": dict(self.failed.most_common()),
            "slow lane by family": dict(self.slow_by_family.most_common()),
        }


def run(made: Iterator[Pair]) -> Tally:
    """Grade the pairs, one after the other, in this process."""
    tally = Tally()
    for pair in made:
        begun = time.perf_counter()
        judgement, slow = _graded(pair)
        tally.seconds += time.perf_counter() - begun
        tally.slow += slow
        if slow:
            tally.slow_by_family[pair.family] += 1
        tally.verdicts[judgement.verdict.value] += 1
        correct = judgement.verdict is Verdict.CORRECT
        if pair.truth:
            tally.right += 1
            tally.accepted_right += correct
        else:
            tally.wrong += 1
            tally.accepted_wrong += correct
        if correct != pair.truth:
            tally.failed[pair.family] += 1
            tally.failures.append(
                {
                    "family": pair.family,
                    "truth": pair.truth,
                    "reference": pair.reference,
                    "answer": pair.response or pair.answer,
                    "verdict": judgement.verdict.value,
                    "method": judgement.method,
                    "reason": judgement.reason[:160],
                }
            )
    return tally


def _graded(pair: Pair) -> tuple[Judgement, bool]:
    """The judgement, and whether it took the slow lane."""
    problem = MathProblem(reference=pair.reference)
    try:
        prepared = prepare(problem)
    except InputError as fault:
        return Judgement(Verdict.ERROR, reason=f"reference: {fault}"), False
    answer = prepared.extract(pair.text)
    if answer is None:
        return Judgement(Verdict.NO_ANSWER), False
    try:
        return prepared.judge(answer), False
    except NeedsSlowLane:
        judgement = judged(prepared, answer)
        make_grade(problem, answer, judgement, sample_id=0, model="")
        return judgement, True


def main() -> None:
    """Run, print the figures and the failures, wrong accepts first."""
    parser = argparse.ArgumentParser(description="Labelled rewrites of random mathematics, graded.")
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--family", action="append", default=[], choices=sorted(FAMILIES), help="only these families")
    parser.add_argument("--out", type=Path, default=None, help="a file for figures and all failures as JSON")
    arguments = parser.parse_args()
    tally = run(pairs(arguments.pairs, arguments.seed, arguments.family))
    figures = tally.figures()
    for name, value in figures.items():
        print(f"{name}: {value}")
    tally.failures.sort(key=lambda failure: (failure["truth"], failure["family"]))
    for failure in tally.failures[:_MOST_SHOWN]:
        mark = "RIGHT, NOT ACCEPTED" if failure["truth"] else "WRONG, ACCEPTED"
        print(f"\n{mark} [{failure['family']}] {failure['verdict']} {failure['method']}: {failure['reason']}")
        print(f"  reference {failure['reference']}\n  answer    {failure['answer']}")
    if arguments.out is not None:
        report = {"seed": arguments.seed, **figures, "failures": tally.failures}
        arguments.out.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
