"""The example study: original problems of all three kinds, and a *simulation* of two models' samples.

Nothing here was written by a language model in answer to anything: the samples are drawn by a seeded
generator with known chances of success, so that every verdict can be checked against the truth, which each
sample carries in `simulated_correct`. It shows the commands and the shape of a result; it says nothing about
any real model.

>>> paths = write_study(Path("demo-study"))                # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from verifiers.demo.items import Item
from verifiers.demo.mathematics import math_items
from verifiers.demo.options import choice_items
from verifiers.demo.programs import code_items
from verifiers.demo.simulator import MODELS, simulate
from verifiers.errors import InputError
from verifiers.problem import Problem, Sample
from verifiers.records import write_problems, write_samples

NOTICE = (
    "These samples are simulated: a seeded generator with known chances of success wrote them, no language model. "
    "They show how a study is made, and say nothing about any real model."
)

__all__ = ["NOTICE", "StudyPaths", "study_problems", "study_samples", "write_study"]


class StudyPaths(NamedTuple):
    """The two files of the example study."""

    problems: Path
    samples: Path


def study_problems() -> list[Problem]:
    """The problems: mathematics, programs, multiple choice."""
    return [item.problem for item in _items()]


def study_samples(seed: int = 0, samples: int = 64) -> Iterator[Sample]:
    """`samples` simulated samples of both models for each problem; the same for the same seed."""
    if samples < 1:
        raise InputError(f"samples = {samples}: at least one sample a problem is needed", field="samples")
    for habits in MODELS:
        for item in _items():
            yield from simulate(item, habits, samples=samples, seed=seed)


def write_study(directory: Path, seed: int = 0, samples: int = 64) -> StudyPaths:
    """Write `problems.jsonl` and `samples.jsonl` to `directory`; print `NOTICE` beside them."""
    paths = StudyPaths(directory / "problems.jsonl", directory / "samples.jsonl")
    write_problems(paths.problems, study_problems())
    write_samples(paths.samples, study_samples(seed, samples))
    return paths


def _items() -> list[Item]:
    return [*math_items(), *code_items(), *choice_items()]
