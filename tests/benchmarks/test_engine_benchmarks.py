"""Generated studies are the same for the same seed, hold what they should, and the runners run."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.engine import faults, kinds, study
from benchmarks.engine.made import write_study
from verifiers import Engine
from verifiers.records import read_grades, read_jsonl


def test_a_study_can_be_made_again(tmp_path: Path) -> None:
    written = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        folder = tmp_path / name
        folder.mkdir()
        problems, samples = write_study(folder, 3, 20, 300, seed)
        written.append(problems.read_bytes() + samples.read_bytes())
    assert written[0] == written[1] != written[2]


def test_a_study_is_like_a_models(tmp_path: Path) -> None:
    problems, samples = write_study(tmp_path, 12, 150, 200)
    out = tmp_path / "grades.jsonl"
    with Engine(workers=1) as engine:
        tally = engine.grade_file(problems, samples, out).tally
    verdicts = {verdict: count for (_, verdict), count in tally.verdicts.items()}
    assert tally.samples == 1800
    assert set(verdicts) == {"correct", "incorrect", "no_answer"}
    assert 200 < tally.distinct < 1200
    shares = [grade.correct for grade in read_grades(out)]
    assert 0.1 < sum(shares) / len(shares) < 0.6


def test_floor_and_engine_are_measured(tmp_path: Path) -> None:
    problems, samples = write_study(tmp_path, 2, 50, 200)
    figures = study.measure(problems, samples, workers=1, rounds=1)
    assert figures["samples"] == 100
    assert figures["ratio"] > 0
    assert figures["peak_mb"] < 300


def test_items_are_graded(tmp_path: Path) -> None:
    figures = kinds.measure(*kinds.write_choice(tmp_path, 5, 10), workers=1)
    assert figures["samples"] == sum(figures["verdicts"].values()) == 50
    assert len(list(read_jsonl(tmp_path / "choice-samples.jsonl"))) == 50


@pytest.mark.parametrize("kills", [1])
def test_a_killed_run_ends_with_the_same_bytes(tmp_path: Path, kills: int) -> None:
    problems, samples = write_study(tmp_path, 4, 500, 150)
    whole, resumed = tmp_path / "whole.jsonl", tmp_path / "resumed.jsonl"
    assert faults.Run(problems, samples, whole).finish() == (0, "")
    sizes = faults.kill_main(problems, samples, resumed, kills, whole.stat().st_size, random.Random(0))
    assert len(sizes) == kills
    assert faults.Run(problems, samples, resumed, "--resume").finish() == (0, "")
    assert resumed.read_bytes() == whole.read_bytes()
