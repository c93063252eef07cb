"""In a Ray actor, which runs off the main thread, grades are what they are here, those of the slow lane included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from verifiers import MathProblem, grade

ray = pytest.importorskip("ray")

CASES: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "cases.jsonl").read_text(encoding="utf-8").splitlines()
]
SLOW = [  # a sum in closed form, an integral, a limit: decided by computer algebra
    {"reference": r"\frac{n(n+1)}{2}", "answer": r"\sum_{k=1}^{n} k"},
    {"reference": r"\int_0^{\pi} \sin x\,dx", "answer": "2"},
    {"reference": r"\lim_{x\to0}\frac{\sin x}{x}", "answer": "1"},
    {"reference": r"\int_0^1 x^2\,dx", "answer": r"\frac12"},
]


def graded(case: dict[str, Any]) -> tuple[str, str, str]:
    fields = {name: case[name] for name in ("reference", "prompt", "policy") if case.get(name)}
    found = grade(MathProblem.model_validate({"kind": "math", **fields}), rf"\boxed{{{case['answer']}}}")
    return found.verdict.value, found.method, found.reason


def test_an_actor_grades_as_the_main_thread_does() -> None:
    cases = [*CASES[:: max(1, len(CASES) // 200)], *SLOW]

    class Grader:
        def graded(self, cases: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
            return [graded(case) for case in cases]

    root = str(Path(__file__).parents[2])
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, runtime_env={"env_vars": {"PYTHONPATH": root}})
    try:
        actor = ray.remote(Grader).options(max_concurrency=2).remote()  # in a thread of its own, so
        there = ray.get(actor.graded.remote(cases))
    finally:
        ray.shutdown()
    here = [graded(case) for case in cases]
    assert there == here
    assert "symbolic" in {method for _, method, _ in here[-len(SLOW) :]}
