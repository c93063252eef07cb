"""Presets reproduce what other graders accept: for each, what it loosens, and what it still rejects."""

from __future__ import annotations

from typing import Any

import pytest

from verifiers import MathProblem, Policy, ProblemError, grade
from verifiers.problem import PRESETS
from verifiers.registry import parse_problem

_CONTRADICTED = "So \\boxed{9}. Final Answer: The final answer is $7$. I hope it is correct."

# preset, reference, response: correct under the preset, not under the default
LOOSENED = [
    ("minerva", "7", _CONTRADICTED),
    ("minerva", r"5\text{ cm}", r"Final Answer: The final answer is 5 km. I hope it is correct."),
    ("qwen", "1000", r"\boxed{1000.09}"),
    ("qwen", r"\sqrt{2}", r"\boxed{1.41421}"),
    ("qwen", "(1000, 2)", r"\boxed{(1000.09, 2)}"),
    ("qwen", "50", r"\boxed{0.5}"),
    ("qwen", "0.5", r"\boxed{50}"),
    ("qwen", r"5\text{ cm}", r"\boxed{5\text{ km}}"),
    ("qwen", "7", "We add 3 and 4, which makes 7"),
    ("math_verify", "1/3", r"\boxed{0.3333333}"),
    ("math_verify", r"\frac12", r"\boxed{\frac12\%}"),
    ("math_verify", r"5\text{ cm}", r"\boxed{5\text{ km}}"),
    ("math_verify", "7", "We add 3 and 4, which makes 7"),
]
# what no preset makes correct: reference, response
NEVER = [
    ("7", r"\boxed{7\text{ or }8}"),
    ("7", r"\boxed{7} or \boxed{8}"),
    ("50", r"\boxed{0.5\text{ or }50}"),
    (r"\{1,2\}", r"\boxed{\{1,2,3\}}"),
    (r"\{1,2\}", r"\boxed{\{1\}}"),
    (r"\{1,2\}", r"\boxed{\{1,2,2.00000001\}}"),
    ("7", r"\boxed{7 @@ 8}"),
    ("7", r"\boxed{5 = 7}"),
    ("5", r"\boxed{5 \text{ is not the answer}}"),
    (r"1-\frac{1}{e}", r"\boxed{1+\frac{1}{e}}"),
    ("3x-y+13=0", r"\boxed{3x+4y+14=0}"),
    ("x", r"\boxed{100x}"),
    (r"\frac{\pi^2}{6}", r"\boxed{\sum_{n=1}^\infty \frac{1}{n^2}}"),
    ("[1,2)", r"\boxed{[1,2]}"),
    (r"\text{even}", r"\boxed{\text{even and odd}}"),
    ("7", "<think>The final answer is 7. I hope it is correct."),
    ("7", r"The final answer is $7$. I hope it is correct. \boxed{9}"),
]
# preset, reference, response: near what the preset loosens, and beyond it
BEYOND = [
    ("minerva", "50", r"\boxed{50.001}"),
    ("minerva", "7", "We add 3 and 4, which makes 7"),
    ("qwen", "1000", r"\boxed{1000.2}"),
    ("qwen", "50", r"\boxed{5}"),
    ("math_verify", "1/3", r"\boxed{0.33333}"),
    ("math_verify", "50", r"\boxed{0.5}"),
]


def verdict(preset: str | None, reference: str, response: str) -> str:
    policy = Policy.model_validate({"preset": preset})
    return str(grade(MathProblem(reference=reference, policy=policy), response).verdict)


@pytest.mark.parametrize(("preset", "reference", "response"), LOOSENED)
def test_a_preset_loosens_what_it_says(preset: str, reference: str, response: str) -> None:
    assert verdict(preset, reference, response) == "correct"
    assert verdict(None, reference, response) != "correct"


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize(("reference", "response"), NEVER)
def test_no_preset_makes_a_hedge_a_superset_or_an_unread_text_correct(
    preset: str, reference: str, response: str
) -> None:
    assert verdict(preset, reference, response) != "correct"


@pytest.mark.parametrize(("preset", "reference", "response"), BEYOND)
def test_a_preset_loosens_no_more_than_it_says(preset: str, reference: str, response: str) -> None:
    assert verdict(preset, reference, response) != "correct"


@pytest.mark.parametrize("preset", PRESETS)
def test_what_the_default_accepts_every_preset_accepts(preset: str) -> None:
    for reference, response in [
        ("1/2", r"\boxed{0.5}"),
        (r"5\text{ cm}", r"\boxed{50\text{ mm}}"),
        ("50", r"\boxed{50\%}"),
    ]:
        assert verdict(preset, reference, response) == "correct"


def test_a_preset_is_given_by_name_or_with_fields_that_override_it() -> None:
    by_name = parse_problem({"kind": "math", "reference": "1", "policy": "qwen"})
    assert isinstance(by_name, MathProblem)
    assert by_name.policy == Policy(preset="qwen")
    changed = Policy.model_validate({"preset": "qwen", "tolerance": None, "units": "required"})
    assert (changed.tolerance, changed.units, changed.percent) == (None, "required", "factor")


@pytest.mark.parametrize("preset", PRESETS)
def test_a_policy_survives_being_written_and_read(preset: str) -> None:
    problem = MathProblem(reference="1", policy=Policy.model_validate({"preset": preset, "units": "required"}))
    assert MathProblem.model_validate_json(problem.model_dump_json()) == problem


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ("qwem", "policy.preset"),
        ({"preset": "qwem"}, "policy.preset"),
        ({"percent": "yes"}, "policy.percent"),
        ({"tolerance": {"absolute": "0.1"}}, "policy.tolerance.absolute"),
        ({"tolerance": {"absolute": -1.0}}, "policy.tolerance.absolute"),
        ({"tolerance": {"absolute": float("nan")}}, "policy.tolerance.absolute"),
        ({"tolerence": None}, "policy.tolerence"),
    ],
)
def test_a_wrong_policy_is_refused_by_the_name_of_its_field(policy: Any, field: str) -> None:
    with pytest.raises(ProblemError) as fault:
        parse_problem({"kind": "math", "reference": "1", "policy": policy})
    assert fault.value.field == field
