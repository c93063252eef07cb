"""Programs and multiple choice through the engine, at the size of a study.

    python -m benchmarks.engine.kinds [--codet FILE] [--items 1500] [--samples 64] [--workers 2] [--out FILE]

Choice: generated items with two to six options, `--samples` responses each, a seeded mix of bare labels, sentences,
boxes, tags, refusals and reasoning of a few hundred characters. Code, where `--codet` names the released samples (and
`--humaneval` the tasks): 100 programs of each of 164 tasks, hangs included.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

from verifiers import Engine
from verifiers.datasets import convert
from verifiers.records import write_problems, write_samples

_WORDS = (
    "a red car",
    "two dogs",
    "the left one",
    "4 cm",
    "triangle ABC",
    "none of them",
    "blue",
    "7",
    "a clock",
    "1/2",
)
_FORMS = (
    "{0}",
    "({0})",
    "The answer is {0}.",
    "{1} So the correct option is ({0}).",
    "{1}\n\nAnswer: {0}",
    "{1} \\boxed{{{0}}}",
    "<think>{1}</think><answer>{0}</answer>",
    "I cannot see the image, so I cannot answer.",
    "{1}",
    "{0}. {2}",
)
_THOUGHT = "The picture shows {0} at the top and something smaller below it, next to number {1}. "


def write_choice(folder: Path, items: int, samples: int, seed: int = 0) -> tuple[Path, Path]:
    """Write the generated items and their responses."""
    rng = Random(seed)
    paths = folder / "choice-problems.jsonl", folder / "choice-samples.jsonl"
    with paths[0].open("w", encoding="utf-8") as about, paths[1].open("w", encoding="utf-8") as said:
        for number in range(items):
            options = rng.sample(_WORDS, rng.randint(2, 6))
            letters = "ABCDEF"[: len(options)]
            record = {"id": f"item/{number}", "kind": "choice", "choices": options, "reference": rng.choice(letters)}
            about.write(json.dumps(record) + "\n")
            for place in range(samples):
                letter = rng.choice(letters)
                thought = "".join(
                    _THOUGHT.format(rng.choice(options), rng.randint(1, 99)) for _ in range(rng.randint(1, 6))
                )
                text = rng.choice(_FORMS).format(letter, thought, options[letters.index(letter)])
                sample = {"problem_id": f"item/{number}", "sample_id": place, "model": "made", "response": text}
                said.write(json.dumps(sample) + "\n")
    return paths


def write_code(folder: Path, tasks: Path, released: Path) -> tuple[Path, Path]:
    """Write CodeT's released samples as problems and samples."""
    problems, samples = convert("codet", tasks, released)
    paths = folder / "code-problems.jsonl", folder / "code-samples.jsonl"
    write_problems(paths[0], problems)
    write_samples(paths[1], samples)
    return paths


def measure(problems: Path, samples: Path, workers: int) -> dict[str, Any]:
    """What grading the file takes."""
    begun = time.perf_counter()
    with Engine(workers) as engine:
        progress = engine.grade_file(problems, samples, samples.with_suffix(".grades.jsonl"), overwrite=True)
    seconds = time.perf_counter() - begun
    tally = progress.tally
    return {
        "samples": tally.samples,
        "distinct": tally.distinct,
        "seconds": round(seconds, 1),
        "samples/s": round(tally.samples / seconds),
        "verdicts": {verdict: count for (_, verdict), count in sorted(tally.verdicts.items())},
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Programs and multiple choice through the engine.")
    parser.add_argument("--humaneval", type=Path, default=None, help="HumanEval.jsonl.gz, with --codet")
    parser.add_argument("--codet", type=Path, default=None, help="CodeT's released samples")
    parser.add_argument("--items", type=int, default=1500)
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    figures: dict[str, Any] = {"workers": options.workers}
    with tempfile.TemporaryDirectory(prefix="truegrade-kinds-") as name:
        made = write_choice(Path(name), options.items, options.samples)
        figures["choice"] = measure(*made, options.workers)
        print(f"choice: {json.dumps(figures['choice'])}", flush=True)
        if options.codet is not None and options.humaneval is not None:
            made = write_code(Path(name), options.humaneval, options.codet)
            figures["code"] = measure(*made, options.workers)
            print(f"code: {json.dumps(figures['code'])}", flush=True)
    if options.out is not None:
        options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
