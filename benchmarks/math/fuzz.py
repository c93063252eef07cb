"""A fuzzer: whatever the response, `grade` answers, soon, and leaves the caller as it was.

    python -m benchmarks.math.fuzz [--inputs 20000] [--seed 0] [--limit-ms 50] [--out FILE]

Five breeders take turns: soups of tokens, real notation with characters deleted, doubled and swapped, deep
nesting, huge numbers and towers, and long texts. Reported: exceptions, verdicts, the slowest inputs, the 99th
percentile, the growth of this process, and whether signal handlers and alarms are as before. An input over
the limit is timed again a few times, so that a busy machine is not taken for a slow grader.
"""

from __future__ import annotations

import argparse
import json
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from heapq import heappush, heappushpop
from pathlib import Path
from random import Random
from typing import Any

import psutil

from benchmarks.math.metamorphic import pairs
from verifiers import MathProblem, grade

_REFERENCES = (
    "42",
    r"\frac{3}{7}",
    r"x^2-1",
    r"2\sqrt{3}",
    "[2,5)",
    r"\{1,2,3\}",
    "(1,2)",
    "y=2x+1",
    r"\sin x",
    r"\text{even}",
)
_TIMED_AGAIN = 4  # times at most
_KEPT = 100  # of the slowest; ten are printed
_SOUP = r"""
\frac \dfrac \sqrt \left( \right) \left[ \right] \left| \right| \cdot \times \pm \mp \cup \cap \setminus \in
\infty \sum_{k=1}^{ \prod \int_0^ \lim_{x\to0} \log_ \ln \sin \cos \tan^{-1} \pi \theta \alpha \text{
\mathrm{ \mathbb{R} \begin{pmatrix} \end{pmatrix} \begin{cases} \end{cases} \\ & \binom \choose \over
\overline{ \boxed{ \{ \} \le \ge \ne \approx \equiv \pmod \lfloor \rfloor ^\circ \% \$ { } ( ) [ ] | ^ _ ! ,
; : . = < > + - * / ' ~ \, \! 0 1 2 3 7 10 99 0.5 1e9 1,000 x y z e i n f(x) x² √ ½ π ∞ ≤ ∪ − × ÷ ∈ ² ⁻¹ and
or not answer is <think> </think> <answer> </answer> cm
"""
_TOKENS = tuple(_SOUP.split())
_OPENINGS = (
    ("(", ")"), ("{", "}"), (r"\left(", r"\right)"), (r"\sqrt{", "}"), (r"\frac{1}{", "}"), ("x^{", "}"),
    ("|", "|"), (r"\text{", "}"), (r"\sin(", ")"), ("[", "]"), (r"\{", r"\}"), ("-", ""), (r"\boxed{", "}"),
    ("", "!"), ("x_{", "}"), (r"\left\{", r"\right\}"), (r"\begin{pmatrix}", r"\end{pmatrix}"),
    (r"\sum_{k=1}^{9}", ""), (r"\log_{2}", ""),
)  # fmt: skip
_HUGE = (
    "{a}^{{{b}^{{{c}}}}}", "{a}!", "{a}{bangs}", "{a}^{{{b}}}", "10^{{10^{{{a}}}}}", r"\binom{{{a}}}{{{b}}}",
    r"\sum_{{k=1}}^{{{a}}} k^{{{b}}}", r"\prod_{{k=1}}^{{{a}}} (x-k)", "(x+y)^{{{a}}}", "(1+x+y+z)^{{{b}}}",
    "{a}e{b}", "0.{a}{a}", r"\sqrt[{a}]{{{b}}}", r"{a} \bmod {b}", r"\frac{{1}}{{{a}^{{{b}}}}}",
    r"\int_0^{{{a}}} x^{{{b}}} dx", r"\sin({a}^{{{b}}})", r"\gcd({a},{b})", "x^{{{a}}}-{b}",
    r"\lfloor {a}^{{0.{b}}} \rfloor", "e^{{e^{{{b}}}}}", "{a}_{{{b}}}",
)  # fmt: skip


def _soup(rng: Random) -> str:
    return rng.choice((" ", "")).join(rng.choices(_TOKENS, k=rng.randint(1, 40)))


def _nested(rng: Random) -> str:
    chosen = rng.choices(_OPENINGS, k=rng.randint(1, 3))
    depth = rng.choice((3, 30, 300, 3000))
    left = "".join(chosen[place % len(chosen)][0] for place in range(depth))
    right = "".join(chosen[place % len(chosen)][1] for place in reversed(range(depth)))
    return left + rng.choice(("1", "x", "")) + (right if rng.random() < 0.7 else right[: len(right) // 2])


def _huge(rng: Random) -> str:
    a, b, c = (rng.randint(2, 10 ** rng.choice((1, 3, 6, 12, 60, 500))) for _ in range(3))
    return rng.choice(_HUGE).format(a=a, b=b, c=c, bangs="!" * rng.randint(1, 12))


def _long(rng: Random) -> str:
    unit = rng.choice((*_TOKENS, "1+", "x*", "9", "(", "2^", "a b ", "1,", r"\boxed{1} ", "\n", "The answer is "))
    return unit * (rng.choice((1_000, 10_000, 50_000)) // max(1, len(unit)))


def inputs(count: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """`count` of (breeder, reference, response); the same for the same seed."""
    rng = Random(seed)
    real = pairs(count, seed)

    def mutated(rng: Random) -> str:
        text = list(next(real).answer)
        for _ in range(rng.randint(1, 6)):
            place = rng.randrange(len(text) + 1)
            other = rng.randrange(len(text) + 1)
            change = rng.randrange(4)
            if change == 0:
                text[place : place + rng.randint(1, 3)] = []
            elif change == 1:
                text[place:place] = rng.choice(_TOKENS)
            elif change == 2:
                text[place:place] = text[min(place, other) : max(place, other)]
            else:
                text[place:place] = chr(
                    rng.choice((rng.randrange(32, 127), rng.randrange(0x80, 0x3000), rng.randrange(0x1F000, 0x1F700)))
                )
        return "".join(text)

    breeders: list[tuple[str, Callable[[Random], str], int]] = [
        ("soup", _soup, 8), ("mutated", mutated, 8), ("huge", _huge, 4), ("nested", _nested, 1), ("long", _long, 1)
    ]  # fmt: skip
    names, makers, shares = zip(*breeders, strict=True)
    for _ in range(count):
        (chosen,) = rng.choices(range(len(names)), shares)
        text = makers[chosen](rng)
        response = text if rng.random() < 0.1 else rf"Hence \boxed{{{text}}}."
        yield names[chosen], rng.choice(_REFERENCES), response


def run(count: int, seed: int, limit_seconds: float) -> dict[str, Any]:
    """Grade `count` inputs and report; see the module's docstring."""
    problems = {reference: MathProblem(reference=reference) for reference in _REFERENCES}
    process = psutil.Process()
    before = _signal_state()
    for problem in problems.values():
        grade(problem, r"\boxed{x+1}")
    memory = process.memory_info().rss
    verdicts: Counter[str] = Counter()
    raised: list[dict[str, str]] = []
    slowest: list[tuple[float, str, str, str]] = []
    times: list[float] = []
    for breeder, reference, response in inputs(count, seed):
        begun = time.perf_counter()
        try:
            graded = grade(problems[reference], response)
        except Exception as fault:  # noqa: BLE001 - that any is raised is what is looked for
            raised.append({"reference": reference, "response": response[:300], "fault": repr(fault)[:200]})
            continue
        seconds = time.perf_counter() - begun
        for _ in range(_TIMED_AGAIN):
            if seconds <= limit_seconds:
                break
            begun = time.perf_counter()
            grade(problems[reference], response)
            seconds = min(seconds, time.perf_counter() - begun)
        times.append(seconds)
        verdicts[graded.verdict.value] += 1
        if graded.verdict == "error":
            raised.append({"reference": reference, "response": response[:300], "fault": graded.reason[:200]})
        item = (seconds, breeder, reference, response[:200])
        if len(slowest) < _KEPT:
            heappush(slowest, item)
        else:
            heappushpop(slowest, item)
    times.sort()
    return {
        "inputs": count,
        "seed": seed,
        "exceptions and errors": len(raised),
        "verdicts": dict(verdicts),
        "over the limit": sum(seconds > limit_seconds for seconds in times),
        "slowest ms": round(times[-1] * 1000, 1),
        "p99 ms": round(times[int(len(times) * 0.99)] * 1000, 2),
        "median ms": round(times[len(times) // 2] * 1000, 3),
        "memory growth MB": round((process.memory_info().rss - memory) / 1e6, 1),
        "signals untouched": before == _signal_state(),
        "slowest": [
            {"ms": round(seconds * 1000, 1), "breeder": breeder, "reference": reference, "response": response}
            for seconds, breeder, reference, response in sorted(slowest, reverse=True)
        ],
        "raised": raised[:50],
    }


def _signal_state() -> tuple[dict[int, Any], list[tuple[bool, float]]]:
    """Every signal's handler, and of each timer whether it is armed and its interval."""
    timers = [signal.getitimer(which) for which in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)]
    handlers = {int(number): signal.getsignal(number) for number in signal.valid_signals()}
    return handlers, [(left > 0, interval) for left, interval in timers]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description="Hostile and random responses to the mathematics verifier.")
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit-ms", type=float, default=50.0)
    parser.add_argument("--out", type=Path, default=None)
    arguments = parser.parse_args()
    figures = run(arguments.inputs, arguments.seed, arguments.limit_ms / 1000)
    for name, value in figures.items():
        if not isinstance(value, list):
            print(f"{name}: {value}")
    for item in [*figures["raised"][:10], *figures["slowest"][:10]]:
        print(json.dumps(item, ensure_ascii=False)[:400])
    if arguments.out is not None:
        arguments.out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
