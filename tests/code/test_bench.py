"""The sandboxes of a process: what a grade says where they cannot be had, or do not work."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

import sandboxes.local
from sandboxes import Job, Outcome, WallMissing
from tests.sandboxes import container
from verifiers import CodeProblem, Grade, grade
from verifiers.code import bench

_TESTS = {"type": "asserts", "entry_point": "add", "code": "assert add(1, 2) == 3"}
_RIGHT = "def add(a, b):\n    return a + b\n"


def graded() -> Grade:
    return grade(CodeProblem.model_validate({"tests": _TESTS}), _RIGHT)


def test_a_missing_wall_is_an_error_with_its_remedy_and_never_a_wrong_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_walls(**_: Any) -> None:
        raise WallMissing("user namespace", "not permitted", "Allow them")

    bench.close_benches()
    monkeypatch.setattr(sandboxes.local, "LocalSandbox", no_walls)
    decided = graded()
    assert (decided.verdict, decided.score) == ("error", None)
    said = "the sandbox has no wall 'user namespace': not permitted. Allow them (or accept fewer walls with --unsafe)"
    assert decided.reason == said


def test_a_sandbox_in_which_nothing_works_is_an_error(monkeypatch: pytest.MonkeyPatch, sandbox: None) -> None:
    class Broken(sandboxes.local.LocalSandbox):
        def run(self, job: Job) -> Outcome:
            return super().run(Job("import nonexistent"))

    bench.close_benches()
    monkeypatch.setattr(sandboxes.local, "LocalSandbox", Broken)
    decided = graded()
    assert decided.verdict == "error"
    assert "did not pass its self-test: exited" in decided.reason
    assert "No module named 'nonexistent'" in decided.reason


@pytest.mark.parametrize(
    ("refused", "levels"),
    [
        (container.NAMESPACES, ["correct unprivileged", "correct unprivileged"]),
        (container.NAMESPACES + container.LANDLOCK, ["error None", "correct unsafe"]),
    ],
)
def test_no_walls_are_accepted_only_where_the_user_says_so(refused: tuple[str, ...], levels: list[str]) -> None:
    """In a process that has lost the power to raise them; what it runs is harmless."""
    script = f"""
from tests.sandboxes import container
from verifiers import CodeProblem, grade
from verifiers.code import allow_unsafe
container.refuse({refused!r})
for accept in (False, True):
    if accept:
        allow_unsafe()
    decided = grade(CodeProblem.model_validate({{"tests": {_TESTS!r}}}), {_RIGHT!r})
    print(decided.verdict, (decided.isolation or {{}}).get("level"))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines() == levels, done.stderr


def test_a_level_that_is_asked_for_is_the_one_that_the_grade_names(sandbox: None) -> None:
    try:
        for level in ("unprivileged", "strong"):
            bench.ask_for_level(level)
            bench.close_benches()
            decided = graded()
            assert decided.isolation is None or decided.isolation["level"] == level
            assert decided.verdict == ("correct" if decided.isolation else "error")
    finally:
        bench.ask_for_level(None)
        bench.close_benches()
