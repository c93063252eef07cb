"""How a verdict was reached: the extraction, both trees, each rung with its outcome, the slow lane where asked."""

from __future__ import annotations

import json

import pytest

from tests.math.hostile import HOSTILE
from verifiers import MathProblem, Policy, grade
from verifiers.math import explain
from verifiers.math.explanation import MOST_PARTS, compact
from verifiers.math.parse import parse


@pytest.mark.parametrize(
    ("reference", "answer", "rungs"),
    [
        ("1/3", "0.5", ["rational numbers"]),
        ("x+1", "x+2", ["rational numbers", "first refutation"]),
        ("x+1", "1+x", ["rational numbers", "first refutation", "normal form"]),
        (r"\pi^e", r"e^\pi", ["rational numbers", "first refutation"]),
        (r"\sin 2x", r"2\sin x\cos x", ["rational numbers", "first refutation", "normal form", "enclosures"]),
    ],
)
def test_the_rungs_are_named_up_to_the_one_that_decides(reference: str, answer: str, rungs: list[str]) -> None:
    (reading,) = explain(MathProblem(reference=reference), rf"\boxed{{{answer}}}").readings
    assert [step.name for step in reading.steps] == rungs
    assert reading.steps[-1].outcome == reading.outcome
    assert all(step.seconds >= 0 for step in reading.steps)


def test_the_extraction_is_shown_with_its_place() -> None:
    response = r"First \boxed{1}. No: \boxed{ x + 1 }."
    explained = explain(MathProblem(reference="x+1"), response)
    assert explained.span is not None
    assert response[slice(*explained.span)].strip() == explained.answer == "x + 1"
    assert (explained.means, explained.references) == ("boxed", ("(add x 1)",))


def test_every_reading_and_every_alternative_is_shown() -> None:
    problem = MathProblem(reference=r"\{1,234\}", policy=Policy(alternatives=("7",)))
    explained = explain(problem, r"\boxed{1,234}")
    assert explained.verdict == "correct"
    assert [reading.answer for reading in explained.readings] == ["1234", "(list 1 234)"]


def test_the_slow_lane_is_shown_where_it_was_asked() -> None:
    asked = explain(MathProblem(reference=r"\int_0^1 x^2 dx"), r"\boxed{1/3}")
    assert asked.slow_lane is not None and asked.slow_lane.deadline > 0
    assert asked.slow_lane.readings[0].steps[-1].name == "slow lane"
    assert explain(MathProblem(reference="1/3"), r"\boxed{1/3}").slow_lane is None


@pytest.mark.parametrize("response", ["none", r"\boxed{yes}", r"\boxed{7 @@ 8}", r"\boxed{7}", r"\boxed{8}"])
def test_an_explanation_has_the_verdict_of_the_grade(response: str) -> None:
    problem = MathProblem(reference="7")
    explained, graded = explain(problem, response), grade(problem, response)
    assert (explained.verdict, explained.method, explained.reason) == (graded.verdict, graded.method, graded.reason)


def test_huge_numbers_and_trees_are_never_written_out() -> None:
    assert len(compact(parse("9" * 5000))) < 40
    assert len(compact(parse("+".join(f"x^{{{power}}}" for power in range(400))))) < 20 * MOST_PARTS
    for text in HOSTILE.values():
        if len(text) < 20_000:
            explained = explain(MathProblem(reference=r"2\sqrt3"), rf"\boxed{{{text}}}")
            assert len(json.dumps(explained.as_dict()["readings"])) < 100_000
