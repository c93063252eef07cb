"""No text holds the grader up, brings it down, or runs."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.math.hostile import HOSTILE, WHOLE_RESPONSES
from verifiers import MathProblem, grade
from verifiers.interface import NeedsSlowLane
from verifiers.math.judge import prepare

REFERENCES = ["5", r"\frac{\pi}{2}", "x^2+1", r"\{1,2\}", "(0,1)", "x+y=3", r"\begin{pmatrix}1\\2\end{pmatrix}", "x>3"]
PATIENCE = 1.0  # seconds of this process; the aim is 0.05


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_answers_are_decided_or_handed_over_at_once(name: str) -> None:
    for reference in REFERENCES:
        prepared = prepare(MathProblem(reference=reference))
        start = time.process_time()
        answer = prepared.extract(rf"\boxed{{{HOSTILE[name]}}}")
        if answer is not None:
            try:
                verdict = str(prepared.judge(answer).verdict)
            except NeedsSlowLane:
                verdict = "undecided"
            assert verdict in {"incorrect", "undecided"}, reference
        assert time.process_time() - start < PATIENCE


@pytest.mark.parametrize("name", WHOLE_RESPONSES)
@pytest.mark.parametrize("extraction", ["strict", "last_expression"])
def test_hostile_responses_are_read_in_linear_time(name: str, extraction: str) -> None:
    problem = MathProblem.model_validate({"kind": "math", "reference": "5", "policy": {"extraction": extraction}})
    start = time.process_time()
    assert grade(problem, WHOLE_RESPONSES[name]).verdict in {"incorrect", "no_answer"}
    assert time.process_time() - start < 2 * PATIENCE


def test_nothing_in_an_answer_runs() -> None:
    trace = Path("/tmp/truegrade-was-here")
    for name, text in HOSTILE.items():
        if name.startswith(("code", "format")):
            for reference in REFERENCES:
                grade(MathProblem(reference=reference), rf"\boxed{{{text}}}")
    assert not trace.exists()


@pytest.mark.parametrize("name", ["nested braces", "nested brackets", "nested boxes"])
def test_nesting_that_says_nothing_hides_no_right_answer(name: str) -> None:
    assert grade(MathProblem(reference="1"), rf"\boxed{{{HOSTILE[name]}}}").verdict == "correct"


def test_a_quotient_of_large_factorials_is_worked_out() -> None:
    given = grade(MathProblem(reference="1000000"), r"\boxed{\frac{1000000!}{999999!}}")
    assert given.verdict == "correct"
    assert grade(MathProblem(reference="1000001"), r"\boxed{\frac{1000000!}{999999!}}").verdict == "incorrect"
