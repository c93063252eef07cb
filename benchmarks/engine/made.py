"""A generated study: problems of mathematics, and for each as many responses as are wanted, like a base model's.

Every problem has an accuracy of its own, most of them low; right answers come in several spellings; wrong ones come
from a long tail (Zipf) of numbers, expressions and odd LaTeX; some responses hold no answer, and some are cut off. All
of it is drawn from one seed, so that a study can be made again byte for byte.
"""

from __future__ import annotations

import json
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

from benchmarks.math.speed import STEPS

_PIECES = 4000  # of reasoning, out of which all responses are put together
_TAIL = 400  # wrong answers that a problem has
_ODD = (
    r"\frac{{{a}}}{{{b}}}",
    r"{a}\sqrt{{{b}}}",
    r"x = {a}",
    r"{a}, {b}",
    r"\text{{{a} or {b}}}",
    r"({a}, {b}]",
    r"{a}^{{\circ}}",
    r"{a}.{b}",
    r"\dfrac{{{a}\pi}}{{{b}}}",
    r"{a}x^2 - {b}",
    r"\{{{a}, {b}\}}",
    r"\left\{{ {a}",
    r"{a}\%",
    r"{a} \text{{ units}}",
)


@dataclass(frozen=True, slots=True)
class _Problem:
    """`right`: spellings of the reference; `wrong`: a long tail, its odds as running sums; `accuracy`: of the model."""

    reference: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    odds: tuple[float, ...]
    accuracy: float


def _problem(rng: Random) -> _Problem:
    a, b = rng.randint(-60, 999), rng.randint(2, 40)
    shape = rng.random()
    if shape < 0.65:
        reference, right = str(a), (str(a), f"{a}.0", f"x = {a}", rf"\text{{{a}}}")
    elif shape < 0.85:
        reference, right = (
            rf"\frac{{{a}}}{{{b}}}",
            (rf"\frac{{{a}}}{{{b}}}", f"{a}/{b}", rf"\dfrac{{{2 * a}}}{{{2 * b}}}"),
        )
    else:
        reference, right = (
            rf"{a}\sqrt{{{b}}}",
            (rf"{a}\sqrt{{{b}}}", rf"{a} \cdot \sqrt{{{b}}}", rf"{2 * a}\sqrt{{{b}}}/2"),
        )
    wrong = [str(a + rng.choice((-1, 1)) * (1 + int(rng.expovariate(0.02)))) for _ in range(_TAIL // 2)]
    wrong += [rng.choice(_ODD).format(a=rng.randint(1, 99), b=rng.randint(2, 40)) for _ in range(_TAIL // 2)]
    rng.shuffle(wrong)
    odds = tuple(accumulate(1 / rank for rank in range(1, len(wrong) + 1)))
    return _Problem(reference, right, tuple(wrong), odds, rng.betavariate(0.4, 1.1))


def _pieces(rng: Random) -> list[str]:
    made = []
    for _ in range(_PIECES):
        numbers = {name: rng.randint(2, 99) for name in "abcd"}
        made.append(rng.choice(STEPS).format(k=rng.randint(3, 9), **numbers) + " ")
    return made


def responses(problem: _Problem, count: int, length: int, pieces: list[str], rng: Random) -> Iterator[str]:
    """`count` responses of about `length` characters."""
    for _ in range(count):
        text, size = [], 0
        while size < length:
            piece = pieces[rng.randrange(_PIECES)]
            text.append(piece)
            size += len(piece)
        fate = rng.random()
        if fate < 0.02:  # cut off before it came to an answer
            yield "".join(text)
            continue
        if rng.random() < problem.accuracy:
            answer = rng.choice(problem.right)
        else:
            answer = problem.wrong[bisect(problem.odds, rng.random() * problem.odds[-1])]
        ending = (
            f"\n\nThe answer is {answer}."
            if fate < 0.06
            else f"\n\nTherefore, the final answer is $\\boxed{{{answer}}}$."
        )
        yield "".join(text) + ending


def write_study(folder: Path, problems: int, samples: int, length: int = 3_400, seed: int = 0) -> tuple[Path, Path]:
    """Write `problems.jsonl` and `samples.jsonl` (`samples` a problem, in order of the problems) to `folder`."""
    rng = Random(seed)
    pieces = _pieces(rng)
    paths = folder / "problems.jsonl", folder / "samples.jsonl"
    with paths[0].open("w", encoding="utf-8") as about, paths[1].open("w", encoding="utf-8") as said:
        for number in range(problems):
            problem = _problem(rng)
            about.write(json.dumps({"id": f"made/{number}", "kind": "math", "reference": problem.reference}) + "\n")
            for place, response in enumerate(responses(problem, samples, length, pieces, rng)):
                record = {"problem_id": f"made/{number}", "sample_id": place, "model": "base", "response": response}
                said.write(json.dumps(record, ensure_ascii=False) + "\n")
    return paths
