"""The floor: a warm interpreter forks a child for each program, which compiles and runs it with no wall at all.

Standard library only. The modules that the sandbox warms are warm here too, and the dummies have been compiled. The
child runs the program and what stands in `test` after it (`main` of a stdio task: once for each case), as one text.
"""

from __future__ import annotations

import gc
import importlib
import io
import json
import os
import resource
import sys
import time
from typing import Any

_DUMMY = """
class Dummy{0}:
    def method(self, values, k={0}):
        table = {{}}
        for i, value in enumerate(values):
            table.setdefault(value % 3, []).append([x ** 2 for x in range(i) if x])
        return max(table, key=lambda x: (x, k), default=None)
assert Dummy{0}().method([1, 2, 4, 5]) is not None
"""


def _in_a_child(text: str, stdin: str) -> bool:
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            sys.stdin, sys.stdout = io.StringIO(stdin), io.StringIO()
            exec(compile(text, "<program>", "exec", dont_inherit=True), {"__name__": "__main__"})  # noqa: S102
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


def _grade(task: dict[str, Any]) -> bool:
    if "cases" in task:
        return all(_in_a_child(task["program"], case["stdin"]) for case in task["cases"])
    return _in_a_child(f"{task['program']}\n{task['test']}\ncheck({task['entry_point']})\n", "")


def _cpu() -> float:
    """Processor seconds of this process and of those that it has waited for."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main() -> None:
    """Serve batches until standard input ends; argv names the modules to warm, by commas."""
    for name in sys.argv[1].split(","):
        importlib.import_module(name)
    for number in range(8):
        exec(compile(_DUMMY.format(number), "<warm-up>", "exec"), {"__name__": "warm-up"})  # noqa: S102
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        tasks = json.loads(line)
        begun, used = time.perf_counter(), _cpu()
        correct = [_grade(task) for task in tasks]
        seconds, cpu = time.perf_counter() - begun, _cpu() - used
        print(json.dumps({"seconds": seconds, "cpu": cpu, "correct": correct}), flush=True)


if __name__ == "__main__":
    main()
