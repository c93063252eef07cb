"""Speed beside Math-Verify: the same distinct pairs, batch by batch in turns, on one core.

    python -m benchmarks.math.speed [--batches 7] [--size 40] [--core 0] [--out FILE]

The peer lives in an environment of its own, made once from `peers.txt` below `--cache`, and grades in a
subprocess that times its own work. No pair occurs twice and half are right, so that no cache helps either side.
Each batch is graded by both, one after the other, the first by turns; the ratio is that of the batch's
times, reported as the median over batches with its least and greatest.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.math.metamorphic import pairs
from benchmarks.math.peer import CACHE, Peer, environment
from verifiers import MathProblem, grade

Row = tuple[str, str]  # reference, response
_DECIMAL_ENDINGS = (2, 4, 5, 8, 10, 20, 25, 40, 50)


def _integers(rng: Random, right: bool) -> Row:
    number = rng.randint(-(10**9), 10**9)
    return str(number), rf"\boxed{{{number if right else number + rng.randint(1, 99)}}}"


def _fractions(rng: Random, right: bool) -> Row:
    number = Fraction(rng.randint(-99999, 99999), rng.choice(_DECIMAL_ENDINGS) * 10)
    given = number if right else number + Fraction(1, 8)
    return rf"\frac{{{number.numerator}}}{{{number.denominator}}}", rf"\boxed{{{float(given)!r}}}"


def _from_families(*names: str) -> Callable[[Random, bool], Row]:
    def draw(rng: Random, right: bool) -> Row:
        made = (pair for pair in pairs(10**6, rng.randrange(10**9), names) if pair.truth == right)
        pair = next(made)
        return pair.reference, rf"\boxed{{{pair.answer}}}"

    return draw


STEPS = (
    "To solve the problem we first write ${a}x + {b} = {c}$ and subtract ${b}$ on both sides: ${a}x = {d}$.",
    "**Step {k}: simplify.**\n\nUsing the identity above,\n\\[\n\\frac{{{a}x^2 - {b}}}{{{c}}} = "
    "\\left(\\frac{{{a}}}{{{c}}}\\right)x^2 - \\frac{{{b}}}{{{c}}}.\n\\]",
    "Next, note that \\( \\sqrt{{{a}^2 + {b}^2}} < {c} \\cdot {d} \\), so the triangle inequality holds.",
    "There are $\\binom{{{k}}}{{2}}$ ways to choose the pair, and each contributes ${a}$ to the total of ${d}$.",
    "\n{k}. Substituting back: \\begin{{align*}} y &= {a} - {b}x \\\\ &= {c} \\end{{align*}}\n",
    "If $x \\ge {a}$ then $f(x) = {b}x - {c} \\ge {d}$; otherwise $f$ is decreasing, by the previous step.",
    "Let's check: {a} times {b} is {c}, and {d} more makes it even.",
)


# kinds of answers in the shares (percent) that they have among the 500 references of MATH-500
_MIXTURE: tuple[tuple[int, Callable[[Random, bool], Row]], ...] = (
    (63, _integers),
    (13, _fractions),
    (11, _from_families("surd", "special angle", "constant")),
    (4, _from_families("polynomial", "rational function", "function", "equation")),
    (9, _from_families("set", "interval", "tuple", "matrix")),
)


def _long_responses(rng: Random, right: bool) -> Row:
    """A worked solution of 2 KB that ends in a box."""
    shares, kinds = zip(*_MIXTURE, strict=True)
    (kind,) = rng.choices(kinds, shares)
    reference, boxed = kind(rng, right)
    text = ""
    while len(text) < 2000:
        numbers = {name: rng.randint(2, 99) for name in "abcd"}
        text += rng.choice(STEPS).format(k=rng.randint(3, 9), **numbers) + " "
    return reference, text + f"\n\nTherefore, the final answer is ${boxed}$."


CATEGORIES: dict[str, Callable[[Random, bool], Row]] = {
    "integers": _integers,
    "fractions and decimals": _fractions,
    "algebraic expressions": _from_families("polynomial", "two variables", "rational function", "completed square"),
    "sets and intervals": _from_families("set", "interval"),
    "2 KB responses": _long_responses,
}


def rows(name: str, seed: int) -> Iterator[Row]:
    """Distinct rows of a category, right and wrong by turns."""
    rng, seen, right = Random(f"{name} {seed}"), set(), True
    while True:
        row = CATEGORIES[name](rng, right)
        if row in seen:
            continue
        seen.add(row)
        right = not right
        yield row


def ours(batch: list[Row]) -> tuple[float, list[bool]]:
    """Seconds and verdicts of this project."""
    begun = time.perf_counter()
    correct = [grade(MathProblem(reference=reference), response).correct for reference, response in batch]
    return time.perf_counter() - begun, correct


def measure(name: str, peer: Peer, batches: int, size: int) -> dict[str, Any]:
    """One category: pairs per second of both, and the ratio with its spread."""
    source = rows(name, seed=0)
    labels = [place % 2 == 0 for place in range(size)]
    drawn = [[next(source) for _ in range(size)] for _ in range(batches + 1)]
    ratios, mine, theirs, agreed = [], [], [], [0, 0]
    for turn, batch in enumerate(drawn):
        sides: list[Callable[[list[Row]], tuple[float, list[bool]]]] = [ours, peer.grade]
        results = {side: side(batch) for side in (sides if turn % 2 else reversed(sides))}
        if turn == 0:
            continue  # both import what they need
        (our_seconds, our_verdicts), (peer_seconds, peer_verdicts) = results[sides[0]], results[sides[1]]
        ratios.append(peer_seconds / our_seconds)
        mine.append(size / our_seconds)
        theirs.append(size / peer_seconds)
        agreed[0] += sum(map(bool.__eq__, our_verdicts, labels))
        agreed[1] += sum(map(bool.__eq__, peer_verdicts, labels))
    return {
        "ratio": round(statistics.median(ratios), 1),
        "least": round(min(ratios), 1),
        "greatest": round(max(ratios), 1),
        "pairs/s": round(statistics.median(mine), 1),
        "peer pairs/s": round(statistics.median(theirs), 1),
        "right verdicts": round(agreed[0] / (batches * size), 4),
        "peer right verdicts": round(agreed[1] / (batches * size), 4),
    }


def main() -> None:
    """Measure each category and print a line for it."""
    parser = argparse.ArgumentParser(description="Speed beside Math-Verify 0.9.0, interleaved on one core.")
    parser.add_argument("--batches", type=int, default=7)
    parser.add_argument("--size", type=int, default=40, help="pairs a batch")
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--out", type=Path, default=None)
    arguments = parser.parse_args()
    python = environment(arguments.cache)
    os.sched_setaffinity(0, {arguments.core})  # the peer's process inherits it
    peer = Peer(python)
    figures: dict[str, Any] = {"python": sys.version.split()[0]}
    for name in CATEGORIES:
        figures[name] = measure(name, peer, arguments.batches, arguments.size)
        print(f"{name}: {json.dumps(figures[name])}", flush=True)
    peer.close()
    if arguments.out is not None:
        arguments.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
