"""Endurance: many programs, some hostile, while workers, launchers and zygotes are killed at random.

    python -m benchmarks.soak [--programs 100000] [--kill-every 2] [--seed 0] [--workers N] [--data DIR] [--out FILE]

Every sample must get its verdict: right programs `correct`, wrong ones not, hostile ones a sound verdict, and
`error` only where what judged a sample was killed at least twice. Nothing may be left: processes, descriptors, mounts,
control groups and files are counted before and after, and the memory of this process is watched.

The programs are CodeT's and HumanEval's, if DIR (the folder of the data sets) has them, and right and wrong
answers to the task of the hostile ones. Each is made distinct by a statement that does nothing, so that each is run.
Samples are graded in steps, as a trainer would; a step's samples are drawn from the seed and the step's number
alone. The killer too is seeded, and only kills processes that descend from this one.

The control groups of a worker that was killed are removed by the next sandbox of the machine; so one is made and
closed before what is left is counted. On two cores 100 000 programs take some forty minutes, on a busy machine twice
as long.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.attacks.corpus import honest, problem, read_attacks
from benchmarks.attacks.witness import lasting_mounts
from sandboxes.local import LocalSandbox, cgroups
from verifiers import Engine, Grade, Problem, Sample
from verifiers.datasets import convert
from verifiers.problem import AssertsTests, CodeProblem

_STEP = 250
_HOSTILE_SHARE = 0.05
_HOSTILE_WALL = 0.4
_SETTLE_SECONDS = 5.0
_GROWTH_MOST = 100 << 20
_RIGHT = frozenset(("correct",))
_WRONG = frozenset(("incorrect", "runtime_error", "compile_error", "timeout", "memory_limit", "output_limit"))
_SUITES = ("calls", "asserts", "stdio")
_ROLES = ("worker", "launcher", "zygote")  # by their depth below this process


@dataclass(frozen=True)
class Program:
    """One program to draw, the problem that it answers, and the verdicts that it may get (without `error`)."""

    problem_id: str
    response: str
    allowed: frozenset[str]
    fenced: bool = False

    def distinct(self, number: int) -> str:
        """The program with a statement that does nothing."""
        tail = f"\n_distinct = {number}\n"
        return self.response.removesuffix("\n```") + tail + ("```" if self.fenced else "")


# ---- what is drawn


def honest_programs(data: Path) -> tuple[list[Problem], list[Program]]:
    """Problems, and programs whose verdicts are known: of the data sets that are there, and of the hostile task."""
    known: list[Problem] = [problem(suite) for suite in _SUITES]
    programs = []
    for suite in _SUITES:
        for right, text in ((_RIGHT, honest(suite)), (_WRONG, honest(suite).replace("sum(", "1 + sum("))):
            programs.append(Program(suite, f"```python\n{text}\n```", right, fenced=True))
    source = data / "humaneval" / "HumanEval.jsonl.gz"
    if not source.exists():
        return known, programs
    problems, samples = convert("humaneval", source, canonical=True)
    known += problems
    for sample in samples:
        programs.append(Program(sample.problem_id, sample.response, _RIGHT))
        programs.append(Program(sample.problem_id, "    return object\n", _WRONG))
    return known, programs + _codet_programs(data, {each.id for each in known})


def _codet_programs(data: Path, known: set[str]) -> list[Program]:
    """CodeT's samples that its labels call right or plainly wrong, as whole functions: their prompts are others."""
    folder = data / "codet_humaneval_n100"
    file = next(folder.glob("*_code_solution.jsonl"), None)
    if file is None:
        return []
    problems, samples = convert("codet", data / "humaneval" / "HumanEval.jsonl.gz", file)
    named = [
        (each.tests.entry_point, each)
        for each in problems
        if isinstance(each, CodeProblem) and isinstance(each.tests, AssertsTests)
    ]
    names = Counter(name for name, _ in named)
    # two tasks of one name were confused when the labels were made
    prompts = {each.id: each.prompt or "" for name, each in named if names[name] == 1 and each.id in known}
    labels = json.loads((folder / "labels.json").read_text())
    codes = dict(zip(labels["task_ids"], labels["uncut"], strict=True))
    found = []
    for sample in samples:
        if sample.problem_id not in prompts or "```" in sample.response:
            continue
        code = labels["codes"][str(codes[sample.problem_id][int(sample.sample_id or 0)])]
        whole = f"```python\n{prompts[sample.problem_id]}{sample.response}\n```"
        if code.startswith(("passed", "failed")):
            found.append(Program(sample.problem_id, whole, _RIGHT if code == "passed" else _WRONG, fenced=True))
    return found


def hostile_programs() -> tuple[list[Problem], list[Program]]:
    """Our own hostile programs, under a short limit, each with the suites that it is meant for."""
    attacks = read_attacks()
    suites = sorted({suite for attack in attacks for suite in attack.suites})
    problems: list[Problem] = [
        problem(suite, wall_seconds=_HOSTILE_WALL).model_copy(update={"id": f"hostile {suite}"}) for suite in suites
    ]
    # where less time is given, what else a program does may not come to be seen
    sound = {attack: attack.sound | {"timeout"} for attack in attacks}
    programs = [
        Program(f"hostile {suite}", attack.response, sound[attack], fenced=True)
        for attack in attacks
        for suite in attack.suites
    ]
    return problems, programs


class Draw:
    """Draws the samples of each step, and knows what each may be graded."""

    def __init__(self, data: Path, seed: int) -> None:
        self._seed = seed
        problems, self._honest = honest_programs(data)
        hostile, self._hostile = hostile_programs()
        self.problems = [*problems, *hostile]

    def step(self, first: int, count: int) -> list[tuple[Program, Sample]]:
        """The samples numbered from `first` on."""
        rng = random.Random(f"{self._seed} {first}")
        drawn = []
        for number in range(first, first + count):
            program = rng.choice(self._hostile if rng.random() < _HOSTILE_SHARE else self._honest)
            text = program.distinct(number)
            drawn.append((program, Sample(problem_id=program.problem_id, response=text, sample_id=number)))
        return drawn


# ---- the killer


class Killer(threading.Thread):
    """Kills a worker, a launcher or a zygote of this process every now and then."""

    def __init__(self, every: float, seed: int) -> None:
        super().__init__(daemon=True)
        self._every = every
        self._rng = random.Random(f"{seed} killer")
        self._done = threading.Event()
        self.kills: Counter[str] = Counter()
        self.makers = {os.getpid()}
        """The processes that made sandboxes."""

    def run(self) -> None:
        """Until `stop`."""
        while not self._done.wait(self._rng.expovariate(1 / self._every)):
            below = _descendants()
            self.makers.update(below[_ROLES[0]])
            role = self._rng.choice(_ROLES)
            if below[role]:
                with suppress(ProcessLookupError):
                    os.kill(self._rng.choice(below[role]), signal.SIGKILL)
                    self.kills[role] += 1

    def stop(self) -> None:
        """No more kills."""
        self._done.set()
        self.join()


def _descendants() -> dict[str, list[int]]:
    """Process ids by role, read just before one of them is killed."""
    found, level = {}, [os.getpid()]
    for role in _ROLES:
        level = found[role] = sorted(child for parent in level for child in _children(parent))
    return found


def _children(parent: int) -> list[int]:
    try:
        texts = [(task / "children").read_text() for task in Path(f"/proc/{parent}/task").iterdir()]
    except OSError:  # it, or a thread of it, has ended
        return []
    return [int(child) for text in texts for child in text.split()]


# ---- what is left


def holdings(makers: set[int]) -> dict[str, int]:
    """What this process and those below it hold of the machine; `makers`: those whose control groups are counted."""
    parents = [parent for _, _, parents in cgroups.hierarchies() for parent in parents]
    groups = [
        folder
        for parent in parents
        for folder in parent.glob("truegrade-*")
        if int(folder.name.split("-")[2]) in makers
    ]
    return {
        "processes": len(psutil.Process().children(recursive=True)),
        "descriptors": len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - names alone
        "mounts": len(lasting_mounts()),
        "control groups": len(groups),
        "files": len(list(Path(tempfile.gettempdir()).glob("rv_*"))),
        "threads": threading.active_count(),
    }


# ---- the run


class Soak:
    """One run and its account."""

    def __init__(self, draw: Draw, killer: Killer, workers: int | None) -> None:
        self._draw = draw
        self._killer = killer
        self._workers = workers
        self.verdicts: Counter[str] = Counter()
        self.wrong: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self.memory: list[int] = []
        self.slowest_step = 0.0

    def run(self, programs: int) -> None:
        """Grade them all, and print a line a step."""
        begun = time.monotonic()
        with Engine(self._workers) as engine:
            for first in range(0, programs, _STEP):
                step = time.monotonic()
                self._step(engine, self._draw.step(first, min(_STEP, programs - first)))
                self.slowest_step = max(self.slowest_step, time.monotonic() - step)
                self._tell(first + _STEP, programs, time.monotonic() - begun)

    def _step(self, engine: Engine, drawn: list[tuple[Program, Sample]]) -> None:
        grades = list(engine.grade_samples(self._draw.problems, [sample for _, sample in drawn]))
        if len(grades) != len(drawn):
            raise AssertionError(f"{len(grades)} grades for {len(drawn)} samples")
        for (program, sample), grade in zip(drawn, grades, strict=True):
            self._count(program, sample, grade)

    def _count(self, program: Program, sample: Sample, grade: Grade) -> None:
        verdict = grade.verdict.value
        self.verdicts[verdict] += 1
        line = {"sample": sample.sample_id, "problem": sample.problem_id, "verdict": verdict, "reason": grade.reason}
        if verdict == "error":
            self.errors.append(line)
        elif verdict not in program.allowed:
            self.wrong.append({**line, "allowed": sorted(program.allowed), "response": sample.response[:300]})

    def _tell(self, done: int, programs: int, seconds: float) -> None:
        self.memory.append(psutil.Process().memory_info().rss)
        done = min(done, programs)
        left = seconds / done * (programs - done)
        print(
            f"{done:>7} of {programs}  {done / seconds:6.1f}/s  {left / 60:6.1f} min left  "
            f"{self.memory[-1] >> 20:4d} MB  kills {sum(self._killer.kills.values())}  "
            f"errors {len(self.errors)}  wrong {len(self.wrong)}",
            flush=True,
        )

    def faults(self, before: dict[str, int], after: dict[str, int]) -> list[str]:
        """What should not have happened."""
        kills = sum(self._killer.kills.values())
        found = [f"{name}: {before[name]} before, {after[name]} after" for name in after if after[name] > before[name]]
        if self.wrong:
            found.append(f"{len(self.wrong)} samples got a wrong verdict")
        if len(self.errors) > kills // 2 or any("twice" not in line["reason"] for line in self.errors):
            found.append(f"{len(self.errors)} errors, more than {kills} kills explain")
        settled = self.memory[len(self.memory) // 5]
        if self.memory[-1] - settled > _GROWTH_MOST:
            found.append(f"this process grew from {settled >> 20} MB to {self.memory[-1] >> 20} MB")
        return found


def _settled(before: dict[str, int], makers: set[int]) -> dict[str, int]:
    LocalSandbox().close()
    until = time.monotonic() + _SETTLE_SECONDS
    while True:
        after = holdings(makers)
        if all(after[name] <= before[name] for name in after) or time.monotonic() > until:
            return after
        time.sleep(0.1)


def main() -> int:
    """Run, print, write."""
    parser = argparse.ArgumentParser(description="Many programs while what grades them is killed at random.")
    parser.add_argument("--programs", type=int, default=100_000)
    parser.add_argument("--kill-every", type=float, default=2.0, help="mean seconds between kills")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--data", type=Path, default=Path(), help="folder with humaneval/ and codet_humaneval_n100/")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    draw = Draw(arguments.data, arguments.seed)
    before = holdings(set())
    killer = Killer(arguments.kill_every, arguments.seed)
    soak = Soak(draw, killer, arguments.workers)
    killer.start()
    begun = time.monotonic()
    try:
        soak.run(arguments.programs)
    finally:
        killer.stop()
    seconds = time.monotonic() - begun
    after = _settled(before, killer.makers)
    faults = soak.faults(before, after)
    figures = {
        "programs": sum(soak.verdicts.values()),
        "seconds": round(seconds, 1),
        "programs/s": round(arguments.programs / seconds, 1),
        "verdicts": dict(soak.verdicts),
        "kills": dict(killer.kills),
        "errors": len(soak.errors),
        "wrong": len(soak.wrong),
        "slowest step, s": round(soak.slowest_step, 1),
        "memory, MB": {"first": soak.memory[0] >> 20, "last": soak.memory[-1] >> 20, "most": max(soak.memory) >> 20},
        "left": {"before": before, "after": after},
        "faults": faults,
    }
    print(json.dumps(figures, indent=1))
    if arguments.out:
        listed = {"errors listed": soak.errors[:200], "wrong listed": soak.wrong[:200]}
        arguments.out.write_text(json.dumps({**figures, **listed}, indent=1) + "\n", "utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
