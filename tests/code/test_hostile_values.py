"""Values of a hostile program's making: what they must not do to the judgement, to the tests and to the grade."""

from __future__ import annotations

import time
from typing import Any

import pytest

from verifiers import Engine
from verifiers.code.pace import Budget
from verifiers.grading import Grade, grade
from verifiers.problem import CodeLimits, CodeProblem

pytestmark = pytest.mark.usefixtures("sandbox")

LIMITS = {"wall_seconds": 1.0, "memory_mb": 256}


def made(tests: dict[str, Any], scoring: str = "all") -> CodeProblem:
    return CodeProblem.model_validate({"id": "p", "tests": tests, "limits": LIMITS, "scoring": scoring})


def asserted(code: str, program: str, scoring: str = "all") -> Grade:
    text = f"def check(candidate):\n    {code}\n"
    return grade(made({"type": "asserts", "entry_point": "f", "code": text}, scoring), f"```python\n{program}\n```")


def called(program: str) -> Grade:
    tests = {"type": "calls", "entry_point": "f", "cases": [{"args": [1], "returns": 2}]}
    return grade(made(tests), f"```python\n{program}\n```")


# test code that does something with a value; a program that makes it hard; the verdict
DEEDS = [
    ("assert candidate(candidate(1)) == 2", "class I(int): pass\ndef f(x): return I(2)", "incorrect"),
    ("assert candidate(lambda x: x) == 2", "class I(int): pass\ndef f(g): return g(I(2))", "runtime_error"),
    (
        "assert candidate([candidate(1)]) == 2",
        "def f(x):\n    r = []\n    for _ in range(197): r = [r]\n    return r",
        "incorrect",
    ),
    ("assert {1: 2}[candidate(1)] == 2", "def f(x): return 1 << 1000000", "incorrect"),
    ("assert candidate(1) == 2", "def f(x): return -(1 << 1000000)", "incorrect"),
    ("assert candidate(1) == 2", "def f(x): return [range(1 << 900000)]", "incorrect"),
    ("assert f'{candidate(1)}' == '2'", "def f(x): return {1: 1 << 900000}", "incorrect"),
    ("assert len('a' * candidate(1)) == 2", "def f(x): return 10 ** 11", "incorrect"),
]


@pytest.mark.parametrize(("code", "program", "verdict"), DEEDS)
def test_no_value_makes_the_grader_abstain(code: str, program: str, verdict: str) -> None:
    found = asserted(code, program)
    assert found.verdict == verdict, found.reason


@pytest.mark.parametrize("value", ["range(10 ** 6000)", "slice(10 ** 6000)", "[(range(10 ** 6000),)]"])
def test_a_returned_value_that_cannot_be_written_is_a_wrong_answer(value: str) -> None:
    found = called(f"def f(x): return {value}")
    assert found.verdict == "incorrect", found.reason


@pytest.mark.parametrize("text", ["\\ud800", "\\x1b[2J\\x07", "\\u202e\\u2066", "\\x00"])
@pytest.mark.parametrize("judged", [called, lambda program: asserted("assert candidate(1) == 2", program)])
def test_a_reason_can_be_shown_and_written_whatever_the_program_says(judged: Any, text: str) -> None:
    found = judged(f"def f(x): raise ValueError('{text}!')")
    assert found.verdict == "runtime_error"
    assert found.reason.isprintable()
    assert found.reason.endswith(f"{text}!")
    assert found.model_dump_json()


def test_half_a_character_in_a_response_costs_that_response_at_most() -> None:
    responses = [f"```python\ndef f(x): return {text}\n```" for text in ("'\ud83d'", "2")]
    task = made({"type": "calls", "entry_point": "f", "cases": [{"args": [1], "returns": 2}]})
    with Engine(workers=1) as engine:
        grades = engine.grade_batch([task] * 2, responses)
    assert [each.verdict for each in grades] == ["incorrect", "correct"]
    assert grade(task, responses[0]).model_dump_json()


def test_a_program_does_not_choose_how_many_assertions_it_passes() -> None:
    code = "for x in candidate(1): assert x >= 0\n    assert candidate(2) == 7\n    assert candidate(3) == 8"
    found = asserted(code, "def f(x): return [0] * 1000", "fraction")
    assert found.tests == {"passed": 1, "total": 3}
    found = asserted(code, "def f(x): return [0] * 1000 + [-1]", "fraction")
    assert found.tests == {"passed": 0, "total": 3}


def test_an_assertion_repeated_with_a_call_each_counts_each_time() -> None:
    code = "for n in range(10): assert candidate(n) == n % 5"
    assert asserted(code, "def f(x): return x", "fraction").tests == {"passed": 5, "total": 10}


def test_an_examiner_that_is_given_up_is_not_waited_for_twice() -> None:
    flood = (
        "import os, struct\n"
        "def big(n):\n"
        "    data = n.to_bytes(n.bit_length() // 8 + 1, 'little', signed=True)\n"
        "    return b'J' + struct.pack('<I', len(data)) + data\n"
        "pairs = b''.join(big(i * ((1 << 61) - 1)) + b'N' for i in range(16, 150016))\n"
        "def f(x):\n"
        "    empty = b'd' + struct.pack('<I', 0)\n"
        "    body = b't\\x03\\0\\0\\0s\\x01\\0\\0\\0R' + b'd' + struct.pack('<I', 150000) + pairs + empty\n"
        "    data = struct.pack('<I', len(body)) + body\n"
        "    while data: data = data[os.write(3, data):]\n"
    )
    assert asserted("assert candidate(1) == 2", "def f(x): return 3").verdict == "incorrect"
    allowed = Budget(CodeLimits.model_validate(LIMITS)).limits().wall_seconds
    began = time.monotonic()
    assert asserted("assert candidate(1) == 2", flood).verdict == "timeout"
    assert time.monotonic() - began < allowed + 1
