"""Classes called step by step, cases that outlive a program, and what counts as the same value."""

from __future__ import annotations

from typing import Any

import pytest

from verifiers import CodeProblem, Grade, grade
from verifiers.code.compare import same_value
from verifiers.code.guest.codec import decode, encode
from verifiers.code.plain import digest_of, from_json
from verifiers.errors import ProblemError
from verifiers.problem import Tolerance
from verifiers.registry import prepare

STACK = """
class MyStack:
    def __init__(self, *start):
        self.items = list(start)
    def push(self, x):
        self.items.append(x)
    def pop(self):
        return self.items.pop()
    def all(self):
        return self.items
"""


def stated(*cases: dict[str, Any], entry_point: str = "MyStack", **more: Any) -> CodeProblem:
    tests = {"type": "calls", "entry_point": entry_point, "cases": list(cases)}
    return CodeProblem.model_validate({"id": "p", "kind": "code", "tests": tests, **more})


def judged(problem: CodeProblem, program: str) -> Grade:
    return grade(problem, f"```python\n{program}\n```")


def steps(operations: list[str], args: list[Any], returns: list[Any]) -> dict[str, Any]:
    return {"operations": operations, "args": args, "returns": returns}


RIGHT = steps(["MyStack", "push", "all", "push", "pop"], [[], [1], [], [2], []], [None, None, [1], None, 2])


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    ("program", "verdict", "reason"),
    [
        (STACK, "correct", ""),
        (STACK.replace("pop()", "pop(0)"), "incorrect", "MyStack(); push(1); all(); push(2); pop() returned"),
        (STACK.replace("def pop", "def pull"), "runtime_error", "does not define MyStack.pop"),
        ("class Other: pass", "runtime_error", "does not define 'MyStack'"),
        (STACK.replace("return self.items.pop()", "raise KeyError('x')"), "runtime_error", "KeyError"),
    ],
)
def test_a_class_is_called_step_by_step(program: str, verdict: str, reason: str) -> None:
    started = steps(["MyStack", "all"], [[1, 2], []], [None, [1, 2]])
    found = judged(stated(RIGHT, started), program)
    assert found.verdict == verdict and reason in found.reason, found.reason


@pytest.mark.parametrize(
    ("case", "field"),
    [
        (steps(["Stack"], [[]], [None]), "operations"),
        (steps(["MyStack", "pop"], [[]], [None, 1]), "args"),
        (steps(["MyStack", "pop"], [[], 1], [None, 1]), "args"),
        (steps(["MyStack", "pop"], [[], []], [None]), "returns"),
        ({**steps(["MyStack"], [[]], [None]), "kwargs": {"a": 1}}, "kwargs"),
        ({"args": [{"$tuple": 3}], "returns": 1}, "args"),
    ],
)
def test_steps_that_do_not_fit_are_named(case: dict[str, Any], field: str) -> None:
    with pytest.raises(ProblemError, match=rf"tests\.cases\.0\.{field}"):
        prepare(stated(case))


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    ("what", "verdict"),
    [
        ("while True: pass", "timeout"),
        ("import time; time.sleep(60)", "timeout"),
        ("import os; os._exit(0)", "runtime_error"),
        ("raise SystemExit", "runtime_error"),
        ("return 0", "incorrect"),
    ],
)
def test_cases_after_one_that_ends_the_program_still_count(what: str, verdict: str) -> None:
    cases = [{"args": [n], "returns": n} for n in range(1, 6)]
    limits = {"wall_seconds": 20.0, "case_seconds": 0.5}
    problem = stated(*cases, entry_point="f", scoring="fraction", limits=limits)
    found = judged(problem, f"def f(x):\n    if x in (2, 4):\n        {what}\n    return x")
    assert (found.verdict, found.tests, found.score) == (verdict, {"passed": 3, "total": 5}, 0.6)
    assert found.reason.startswith("test 2: ")
    whole = stated(*cases, entry_point="f", limits=limits)
    found = judged(whole, f"def f(x):\n    if x in (2, 4):\n        {what}\n    return x")
    assert found.tests == {"passed": 1, "total": 5}


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("program", ["def f(x:", "raise ValueError", "import os; os._exit(0)"])
def test_a_program_that_cannot_be_loaded_is_not_tried_for_each_case(program: str) -> None:
    cases = [{"args": [n], "returns": n} for n in range(200)]
    found = judged(stated(*cases, entry_point="f", scoring="fraction"), program)
    assert found.score == 0.0 and found.tests == {"passed": 0, "total": 200}


def crossed(value: Any) -> Any:
    return decode(encode(value), hashing=False)


@pytest.mark.parametrize(
    ("expected", "returned", "alike", "exact"),
    [
        ([1, 2], (1, 2), True, False),
        ([[1]], [(1,)], True, False),
        ({"$tuple": [1, 2]}, (1, 2), True, True),
        ({"$tuple": [1, 2]}, [1, 2], False, False),
        ({"$set": [1, {"$tuple": [2, "a"]}]}, {(2, "a"), 1}, True, True),
        ({"$set": [1, 2]}, [1, 2], False, False),
        ({"$set": [1, 2]}, {1, 3}, False, False),
        ({"$set": [1]}, frozenset([1]), True, True),
        ({"1": 2}, {1: 2}, True, False),
        ({"$dict": [[1, 2], [None, 3]]}, {1: 2, None: 3}, True, True),
        ({"$dict": [[{"$tuple": [1]}, 2]]}, {(1,): 2}, True, True),
        ({"$float": "inf"}, float("inf"), True, True),
        ({"$float": "nan"}, float("nan"), True, True),
        ({"$complex": [1, 2]}, 1 + 2j, True, True),
        ({"$bytes": "YQ=="}, b"a", True, True),
        ({"$bytes": "YQ=="}, "a", False, False),
        (True, 1, True, True),
        ("1", 1, False, False),
    ],
)
def test_values_beyond_json_are_compared(expected: Any, returned: Any, alike: bool, exact: bool) -> None:
    wanted = from_json(expected)
    assert same_value(wanted, crossed(returned)) is alike
    assert same_value(wanted, crossed(returned), exact=True) is exact


def test_a_tolerance_is_not_for_two_integers() -> None:
    bounds = Tolerance(relative=1e-3)
    assert not same_value(10_000, 10_001, bounds) and same_value(10_000.0, 10_001, bounds)


@pytest.mark.parametrize("value", [[1, 2.0, "a", None, (True, [])], 1 << 5000, "é" * 99, [0.1, -0.0]])
def test_a_digest_stands_for_a_value(value: Any) -> None:
    digest = digest_of(value, 10)
    assert same_value(digest, crossed(value))
    assert not same_value(digest, crossed([value])) and not same_value(digest, crossed({1}))


def test_a_digest_is_of_equal_values() -> None:
    assert digest_of([1, 2.0, False], 1) == digest_of([1.0, 2, 0], 1)
    others = [[1], (1,), ["1"], [[1]], [1, 1], [11], [None], [1.5], ["i0x1,"]]
    assert len({digest_of(other, 1).sha256 for other in others}) == len(others)
    for value in ({1: 2}, {1}, object()):
        with pytest.raises(ValueError, match="no digest"):
            digest_of(value, 1)
