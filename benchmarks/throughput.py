"""How fast: start-up, one answer in this process, and many through the engine.

    python -m benchmarks.throughput [--quick]

Each figure is the median of several runs on an otherwise idle machine; the absolute numbers depend on it, so
compare them only with figures of the same run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from verifiers import ChoiceProblem, CodeProblem, Engine, MathProblem, Problem, grade
from verifiers.demo import write_study

_REASONING = "We add the terms and simplify, as asked. " * 50


def seconds(work: Callable[[], object], repeats: int) -> float:
    """The median time of `work` in seconds."""
    taken = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def start_up(repeats: int) -> None:
    """`import verifiers` and `verify --help`, each in a new interpreter."""
    for name, words in (("import verifiers", ["-c", "import verifiers"]), ("verify --help", ["-m", "verifiers", "-h"])):

        def run(words: list[str] = words) -> None:
            subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, check=True)

        print(f"{name:<34}{seconds(run, repeats) * 1e3:10.1f} ms")


def one_answer(repeats: int) -> None:
    """`grade` of one answer in this process, the problem prepared before."""
    asserts = {"type": "asserts", "entry_point": "add", "code": "assert add(1, 2) == 3\nassert add(0, 0) == 0"}
    cases: list[tuple[str, Problem, str]] = [
        ("math: integer", MathProblem(reference="204"), r"So it is \boxed{204}."),
        ("math: wrong integer", MathProblem(reference="204"), r"So it is \boxed{205}."),
        ("math: fraction", MathProblem(reference="3/4"), r"So it is \boxed{\frac{6}{8}}."),
        ("math: expression", MathProblem(reference="x^2-1"), r"So it is \boxed{(x-1)(x+1)}."),
        ("math: surd", MathProblem(reference=r"2\sqrt{3}"), r"So it is \boxed{\sqrt{12}}."),
        ("math: 2 KB of reasoning", MathProblem(reference="204"), _REASONING + r"So it is \boxed{204}."),
        ("choice: letter", ChoiceProblem(choices=["cat", "dog", "cow"], reference="B"), "The answer is (B)."),
        ("choice: 2 KB of reasoning", ChoiceProblem(choices=["cat", "dog"], reference="B"), _REASONING + "Answer: B"),
        ("code: two asserts", CodeProblem.model_validate({"tests": asserts}), "def add(a, b):\n    return a + b\n"),
    ]
    for name, problem, response in cases:
        assert grade(problem, response).verdict in ("correct", "incorrect"), name
        print(f"{name:<34}{seconds(lambda p=problem, r=response: grade(p, r), repeats) * 1e6:10.0f} µs")


def through_the_engine(samples: int) -> None:
    """The example study, from file to file, with one worker and with one a core."""
    with tempfile.TemporaryDirectory() as folder:
        problems, responses = write_study(Path(folder), samples=samples)
        for workers in sorted({1, len(os.sched_getaffinity(0))}):
            with Engine(workers) as engine:
                out = Path(folder) / f"grades-{workers}.jsonl"
                progress = engine.grade_file(problems, responses, out)
            rate = progress.tally.samples / progress.seconds
            print(f"example study, {workers} worker(s)".ljust(34) + f"{rate:10.0f} samples/s")


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description="Start-up, one answer, many answers.")
    parser.add_argument("--quick", action="store_true", help="fewer repeats and samples")
    quick = parser.parse_args().quick
    start_up(3 if quick else 11)
    one_answer(50 if quick else 500)
    through_the_engine(8 if quick else 64)


if __name__ == "__main__":
    main()
