"""The runners of hostile programs: what they count, and what a run may draw."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import soak
from benchmarks.attacks.__main__ import row, summary
from benchmarks.attacks.run import Result, Trial
from tests.code.conftest import sandbox
from verifiers import InputError

__all__ = ["sandbox"]

RESULTS = [
    Result("a", "calls", "incorrect", ("incorrect",), 0.1, "", ()),
    Result("a", "asserts", "correct", ("incorrect",), 0.2, "", ("the verdict correct is not sound",)),
    Result("b", "stdio", "correct", ("correct", "timeout"), 0.3, "", ()),
    Result("c", "calls", "error", ("incorrect",), 0.4, "lost", ("the verdict error is not sound",)),
]


def test_only_an_unsound_correct_counts_as_accepted() -> None:
    found = summary(RESULTS)
    assert (found["programs"], found["runs"], found["faults"]) == (3, 4, 2)
    assert (found["accepted"], found["errors"], found["slowest"]) == (1, 1, 0.4)
    assert row(RESULTS[1]) == "| a | asserts | correct | 0.20 | the verdict correct is not sound |"


def test_a_level_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InputError, match="not 'armoured'"):
        Trial("armoured")


def test_a_step_is_drawn_from_the_seed_and_its_number_alone_and_repeats_no_program() -> None:
    draw = soak.Draw(Path("nowhere"), seed=5)
    first = [sample for _, sample in draw.step(0, 300)]
    assert first == [sample for _, sample in soak.Draw(Path("nowhere"), seed=5).step(0, 300)]
    assert len({(sample.problem_id, sample.response) for sample in first}) == 300
    assert any(sample.problem_id.startswith("hostile") for sample in first)


def test_a_short_run_in_which_nothing_is_killed_has_no_fault(sandbox: None) -> None:
    draw = soak.Draw(Path("nowhere"), seed=1)
    killer = soak.Killer(1e9, seed=1)
    run = soak.Soak(draw, killer, workers=1)
    before = soak.holdings(killer.makers)
    run.run(60)
    assert sum(run.verdicts.values()) == 60
    assert run.wrong == run.errors == []
    assert run.faults(before, soak.holdings(killer.makers)) == []
