"""Puts hostile programs to the grader, one after another, through the engine with one worker.

After each: the verdict is one of the sound ones and came within the wall limit and a second; the grade can be
written as JSON and shows no control character; the worker is the same process and its memory has not grown beyond
bounds; the next honest sample in it is correct; and the witness finds nothing changed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.attacks.corpus import Attack, honest, problem
from benchmarks.attacks.witness import Witness
from verifiers import CodeProblem, Engine, Grade, InputError
from verifiers.code.pace import Budget

LATE_SECONDS = 1.0
# what asks an engine for each level, and what its grades then say of it (None: what the place offers)
LEVELS: dict[str, tuple[dict[str, str], str | None]] = {
    "strong": ({"isolation": "strong"}, "strong"),
    "unprivileged": ({"isolation": "unprivileged"}, "unprivileged"),
    "docker": ({"sandbox": "docker"}, None),
}
_GROWTH_MOST = 200 << 20


@dataclass(frozen=True)
class Result:
    """What came of one program in one suite. `faults`: what should not have happened, for a person."""

    attack: str
    suite: str
    verdict: str
    sound: tuple[str, ...]
    seconds: float
    reason: str
    faults: tuple[str, ...]


class Trial:
    """A grader on trial: an engine of one worker at one level of isolation, and its witness."""

    def __init__(self, level: str = "strong", wall_seconds: float = 1.0) -> None:
        self._level = level
        self._wall_seconds = wall_seconds
        self._engine = _engine(level)
        self._count = 0
        self._grade(self._problem("asserts"), honest("asserts"))
        (self._worker,) = self._engine.worker_pids()
        self._witness = Witness(self._worker)

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, *_: object) -> None:
        self._witness.__exit__()
        self._engine.close()

    def run(self, attacks: Iterable[Attack]) -> Iterator[Result]:
        """Each program with each suite that it is put to; suite by suite, so that workers stay warm."""
        rows = [(suite, attack) for attack in attacks for suite in attack.suites]
        for suite, attack in sorted(rows, key=lambda row: row[0]):
            yield self.attempt(attack, suite)

    def attempt(self, attack: Attack, suite: str) -> Result:
        """One program with one suite."""
        task = self._problem(suite)
        faults = self._faults_of_honest(task, suite)
        before = self._witness.snapshot()
        memory = self._witness.grader_memory()
        for _ in range(attack.runs):
            allowed = Budget(task.limits).limits().wall_seconds  # more where the machine is busy
            began = time.monotonic()
            grade = self._grade(task, attack.response)
            took = time.monotonic() - began
            allowed = max(allowed, Budget(task.limits).limits().wall_seconds)
            faults += self._faults_of(grade, attack, took - allowed)
        faults += self._faults_of_honest(task, suite)
        if self._engine.worker_pids() != [self._worker]:
            faults.append("the worker's process was lost")
            (self._worker,) = self._engine.worker_pids()
            self._witness.__exit__()
            self._witness = Witness(self._worker)
        else:
            faults += self._witness.faults(before)
            if self._witness.grader_memory() - memory > _GROWTH_MOST:
                faults.append("the grader's memory grew")
        verdict, sound = grade.verdict.value, tuple(sorted(attack.sound))
        return Result(attack.name, suite, verdict, sound, round(took, 2), grade.reason, tuple(dict.fromkeys(faults)))

    def _problem(self, suite: str) -> CodeProblem:
        return problem(suite, wall_seconds=self._wall_seconds)

    def _grade(self, task: CodeProblem, response: str) -> Grade:
        (grade,) = self._engine.grade_batch([task], [response])
        return grade

    def _faults_of_honest(self, task: CodeProblem, suite: str) -> list[str]:
        self._count += 1
        grade = self._grade(task, f"{honest(suite)}_ = {self._count}\n")
        return [] if grade.correct else [f"an honest sample is {grade.verdict.value}: {grade.reason}"]

    def _faults_of(self, grade: Grade, attack: Attack, over: float) -> list[str]:
        faults = []
        # what is not there behind namespaces is refused without them, and not every program expects that
        sound = attack.sound if self._level == "strong" else attack.sound | {"runtime_error"}
        if grade.verdict.value not in sound:
            faults.append(f"the verdict {grade.verdict.value} is not sound")
        if over > LATE_SECONDS:
            faults.append(f"the verdict came {over:.2f} s after the wall limit")
        if not all(character.isprintable() for character in grade.reason):
            faults.append("the reason holds control characters")
        wanted = LEVELS[self._level][1]
        if grade.isolation and wanted and grade.isolation["level"] != wanted:
            faults.append(f"the level was {grade.isolation['level']}, not {wanted}")
        try:
            grade.model_dump_json()
        except ValueError as fault:
            faults.append(f"the grade cannot be written: {fault}")
        return faults


def _engine(level: str) -> Engine:
    """An engine of one worker that runs programs at `level`, where this build offers it."""
    if level not in LEVELS:
        raise InputError(f"the level is one of {', '.join(LEVELS)}, not {level!r}", field="level")
    options, _ = LEVELS[level]
    return Engine(workers=1, **options)  # type: ignore[arg-type]
