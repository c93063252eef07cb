"""Limits follow the machine: processor time by its speed, real time by its load too."""

from __future__ import annotations

import os
import time

import pytest

from sandboxes import Outcome
from verifiers.code import pace as paces
from verifiers.code.pace import SCALE, Budget, Pace, pace, slowness
from verifiers.problem import CodeLimits


def test_a_stated_scale_is_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SCALE, "2.5")
    assert pace() == Pace(2.5, 1.0)
    for wrong in ("0", "-1", "x", "1e9", "nan"):
        monkeypatch.setenv(SCALE, wrong)
        with pytest.raises(ValueError, match=SCALE):
            pace()


def test_the_measured_pace_is_never_below_one_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SCALE, raising=False)
    monkeypatch.setattr(os, "getloadavg", lambda: (0.0, 0.0, 0.0))
    idle = pace()
    assert 1.0 <= idle.slowness <= 10.0 and idle.patience == 1.0
    monkeypatch.setattr(os, "getloadavg", lambda: (1e6, 0.0, 0.0))
    assert pace() == Pace(idle.slowness, 8.0)


@pytest.mark.parametrize(("seconds", "factor"), [(0.001, 1.0), (0.012, 2.0), (10.0, 10.0)])
def test_slowness_is_against_the_reference_machine(
    seconds: float, factor: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paces, "_seconds_of_work", lambda: seconds)
    slowness.cache_clear()
    try:
        assert slowness() == pytest.approx(factor)
    finally:
        slowness.cache_clear()


def test_a_budget_is_shared_by_the_runs_of_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SCALE, "2")
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    budget = Budget(CodeLimits(wall_seconds=10, cpu_seconds=3, case_seconds=1, memory_mb=64))
    first = budget.limits(one_case=True)
    assert (first.wall_seconds, first.cpu_seconds, first.memory_mb) == (2.0, 2.0, 64)
    whole = budget.limits()
    assert (whole.wall_seconds, whole.cpu_seconds, budget.case_seconds) == (20.0, 6.0, 2.0)
    budget.spend(Outcome("exited", cpu_seconds=5.5))
    now[0] += 15
    rest = budget.limits(one_case=True)
    assert (rest.wall_seconds, rest.cpu_seconds) == (2.0, 0.5) and budget.left
    now[0] += 5
    assert not budget.left
