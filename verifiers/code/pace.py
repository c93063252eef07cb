"""How long a program may take on this machine, now: the problem's limits, scaled to how fast and how busy it is.

A problem's seconds are those of the reference machine. What is limited is *processor time*, which a busy machine does
not change: `cpu_seconds` (as much as `wall_seconds`, unless stated) times `slowness`, how much longer than on the
reference machine a fixed piece of work takes here, at least 1. Real time is limited too, for programs that sleep or
wait: `wall_seconds` times slowness times *patience*, how many processes want each processor, between 1 and 8.

Slowness is measured once a process, by processor time, in about 30 ms, the best of several tries. Set
TRUEGRADE_TIME_SCALE to a number to have that instead, and patience 1: what tests do.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from functools import cache

from sandboxes import Limits, Outcome
from verifiers.problem import CodeLimits

SCALE = "TRUEGRADE_TIME_SCALE"
_REFERENCE_SECONDS = 0.0060  # of `_work` on the reference machine: one core of an EPYC server of 2023, CPython 3.11
_TRIES = 5
_SLOWEST, _MOST_PATIENT = 10.0, 8.0
_LEAST_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Pace:
    """`slowness` scales processor time and real time, `patience` real time alone; both are at least 1 if measured."""

    slowness: float = 1.0
    patience: float = 1.0


def pace() -> Pace:
    """The pace of this machine at this moment."""
    stated = os.environ.get(SCALE)
    if stated:
        return Pace(_number(stated))
    waiting = os.getloadavg()[0] / _processors()
    return Pace(slowness(), min(max(1.0, waiting), _MOST_PATIENT))


def _number(stated: str) -> float:
    try:
        scale = float(stated)
    except ValueError:
        scale = 0.0
    if not 0 < scale <= 1000:
        raise ValueError(f"{SCALE} must be a number above 0 and up to 1000, not {stated!r}")
    return scale


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def slowness() -> float:
    """How much longer this machine takes than the reference machine, between 1 and 10."""
    best = min(_seconds_of_work() for _ in range(_TRIES))
    return min(max(1.0, best / _REFERENCE_SECONDS), _SLOWEST)


def _seconds_of_work() -> float:
    begin = time.thread_time()
    _work()
    return time.thread_time() - begin


def _work() -> int:
    """A bit of what programs do: arithmetic, lists, dictionaries, text."""
    table: dict[str, int] = {}
    total = 0
    for number in range(12_000):
        key = str(number % 997)
        table[key] = table.get(key, 0) + number * number % 7919
        total += len(key)
    return total + sum(sorted(table.values())[::3])


class Budget:
    """What is left of one program's time, over as many runs as its tests need."""

    def __init__(self, limits: CodeLimits) -> None:
        now = pace()
        self._limits = limits
        self._case_wall = limits.case_seconds and limits.case_seconds * now.slowness * now.patience
        self._case_cpu = limits.case_seconds and limits.case_seconds * now.slowness
        self._until = time.monotonic() + limits.wall_seconds * now.slowness * now.patience
        self._cpu = (limits.cpu_seconds or limits.wall_seconds) * now.slowness

    @property
    def left(self) -> bool:
        """Whether there is time for another run."""
        return self._cpu > _LEAST_SECONDS and time.monotonic() + _LEAST_SECONDS < self._until

    def limits(self, *, one_case: bool = False, output_kb: int | None = None) -> Limits:
        """The limits of the next run; of `one_case`, where it is one."""
        wall = max(_LEAST_SECONDS, self._until - time.monotonic())
        cpu = max(_LEAST_SECONDS, self._cpu)
        if one_case and self._case_wall and self._case_cpu:
            wall, cpu = min(wall, self._case_wall), min(cpu, self._case_cpu)
        return Limits(
            wall_seconds=wall,
            cpu_seconds=cpu,
            memory_mb=self._limits.memory_mb,
            output_kb=self._limits.output_kb if output_kb is None else output_kb,
        )

    @property
    def case_seconds(self) -> float | None:
        """Real time for one case of a run of many."""
        return self._case_wall

    def spend(self, outcome: Outcome) -> None:
        """Take off what a run took."""
        self._cpu -= outcome.cpu_seconds
