"""Agreement of our verdicts with released labels, on public data sets that lie in a folder of yours.

    python -m benchmarks.accuracy --data DIR [--only gsm8k,humaneval,mathvision,codet] [--quick] [--out FILE]

DIR holds one folder a data set (`gsm8k/`, `humaneval/`, `mathvision/`, `codet_humaneval_n100/`), with the
files under their original names. What is absent is skipped and said. Each check prints its figures; all of
them go to FILE as JSON, every disagreement by problem and sample.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from verifiers import Engine, Grade, InputError, Problem, Sample
from verifiers.datasets import convert
from verifiers.study import build_report

Figures = dict[str, Any]
_MOST_LISTED = 2000


def gsm8k(engine: Engine, data: Path, quick: bool) -> Figures:
    """The labelled solutions of four systems: `is_correct` says whether the final number is the right one."""
    problems, samples = convert("gsm8k", data / "gsm8k" / "example_model_solutions.jsonl")
    return _against_labels(engine, problems, _some(samples, quick), "is_correct")


def humaneval(engine: Engine, data: Path, quick: bool) -> Figures:
    """Canonical solutions must all pass; the same tasks with `pass` for a body must all fail."""
    source = data / "humaneval" / "HumanEval.jsonl.gz"
    problems, samples = convert("humaneval", source, canonical=True)
    known, canonical = list(problems), list(_some(samples, quick))
    empty = [sample.model_copy(update={"response": "    pass\n"}) for sample in canonical]
    figures: Figures = {"tasks": len(canonical)}
    for name, batch in (("canonical", canonical), ("pass", empty)):
        grades = list(engine.grade_samples(known, batch))
        figures[f"{name} correct"] = sum(grade.correct for grade in grades)
        wanted = name == "canonical"
        figures[f"{name} unexpected"] = [_line(grade) for grade in grades if grade.correct != wanted]
    return figures


def mathvision(engine: Engine, data: Path, quick: bool) -> Figures:
    """A run that answers at random: of the items with options a fifth must come out right."""
    folder = data / "mathvision"
    problems, samples = convert("mathvision", folder / "mathvision_test.jsonl", folder / "Random-Chance.jsonl")
    known = {problem.id: problem for problem in problems}
    grades = list(engine.grade_samples(known.values(), _some(samples, quick)))
    with_options = [grade for grade in grades if grade.kind == "choice"]
    return {
        "items with options": len(with_options),
        "right by letter": sum(grade.correct for grade in with_options),
        "items without": len(grades) - len(with_options),
        "right without": sum(grade.correct for grade in grades if grade.kind != "choice"),
        "verdicts": Counter(grade.verdict.value for grade in grades),
    }


def codet(engine: Engine, data: Path, quick: bool) -> Figures:
    """16 400 sampled programs: pass@k, and agreement with labels made by running the tests uncut."""
    folder = data / "codet_humaneval_n100"
    samples_file = next(folder.glob("*_code_solution.jsonl"))
    problems, samples = convert("codet", data / "humaneval" / "HumanEval.jsonl.gz", samples_file)
    known = list(problems)
    begun = time.perf_counter()
    grades = list(engine.grade_samples(known, _some(samples, quick)))
    seconds = time.perf_counter() - begun
    released = json.loads((folder / "labels.json").read_text())
    report = build_report(grades).as_dict()
    (model,) = report["models"].values()
    figures: Figures = {
        "samples": len(grades),
        "seconds": round(seconds, 1),
        "samples/s": round(len(grades) / seconds, 1),
        "pass@k": {k: rate["value"] for k, rate in model["pass@k"].items() if k in ("1", "10", "100")},
        "verdicts": Counter(grade.verdict.value for grade in grades),
    }
    labels = dict(zip(released["task_ids"], released["uncut"], strict=True))
    disagreeing = [
        {**_line(grade), "label": released["codes"][str(code)]}
        for grade in grades
        if grade.correct != ((code := labels[grade.problem_id][int(grade.sample_id)]) == 1)
    ]
    figures["agree"] = len(grades) - len(disagreeing)
    figures["disagreements"] = disagreeing[:_MOST_LISTED]
    return figures


def _against_labels(engine: Engine, problems: Iterable[Problem], samples: Iterable[Sample], label: str) -> Figures:
    begun = time.perf_counter()
    grades = list(engine.grade_samples(problems, samples))
    seconds = time.perf_counter() - begun
    wrong = [grade for grade in grades if grade.correct != (grade.model_extra or {})[label]]
    return {
        "samples": len(grades),
        "agree": len(grades) - len(wrong),
        "samples/s": round(len(grades) / seconds, 1),
        "verdicts": Counter(grade.verdict.value for grade in grades),
        "disagreements": [_line(grade) for grade in wrong[:_MOST_LISTED]],
    }


def _line(grade: Grade) -> Figures:
    return {
        "problem": grade.problem_id,
        "sample": grade.sample_id,
        "model": grade.model,
        "verdict": grade.verdict.value,
        "reason": grade.reason,
    }


def _some(samples: Iterable[Sample], quick: bool) -> Iterator[Sample]:
    return (sample for place, sample in enumerate(samples) if not quick or place % 20 == 0)


CHECKS: dict[str, Callable[[Engine, Path, bool], Figures]] = {
    "gsm8k": gsm8k,
    "humaneval": humaneval,
    "mathvision": mathvision,
    "codet": codet,
}


def main() -> None:
    """Run the checks that were asked for and print their figures."""
    parser = argparse.ArgumentParser(description="Agreement with released labels, on your copies of public data.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of data sets")
    parser.add_argument("--only", default=",".join(CHECKS), help="which checks, separated by commas")
    parser.add_argument("--quick", action="store_true", help="every twentieth sample only")
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--out", type=Path, default=None, help="a file for the figures as JSON")
    arguments = parser.parse_args()
    results: dict[str, Figures] = {}
    with Engine(arguments.workers) as engine:
        for name in arguments.only.split(","):
            try:
                results[name] = CHECKS[name](engine, arguments.data, arguments.quick)
            except (FileNotFoundError, StopIteration, InputError) as absent:
                print(f"{name}: skipped, its files are not there ({absent})")
                continue
            shown = {key: value for key, value in results[name].items() if not isinstance(value, list)}
            print(f"{name}: {json.dumps(shown)}", flush=True)
            for key, value in results[name].items():
                if isinstance(value, list):
                    print(f"{name}: {len(value)} {key}", *value[:5], sep="\n    ")
    if arguments.out is not None:
        arguments.out.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
