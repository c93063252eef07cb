"""Answer spaces: declared, given by the options, inferred and said so, or not known and said so."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.errors import ProblemError
from verifiers.problem import AssertsTests, ChoiceProblem, CodeProblem, MathProblem, Policy, Tolerance
from verifiers.study.luck import answer_space, chance, kappa, room


def math_problem(reference, id="m", **rest):
    return MathProblem(id=id, reference=reference, **rest)


@pytest.mark.parametrize(
    ("problem", "guess", "source"),
    [
        (ChoiceProblem(id="c", choices=["4", "5", "6"], reference="B"), 1 / 3, "options"),
        (ChoiceProblem(id="c", labels=["A", "B", "C", "D", "E"], reference="B"), 1 / 5, "options"),
        (ChoiceProblem(id="c", reference="B"), None, "unknown"),
        (ChoiceProblem(id="c", choices=["4", "5", "6"], answer_type="multi", reference=["A"]), 1 / 7, "options"),
        (ChoiceProblem(id="c", answer_type="number", reference="1.2"), None, "unknown"),
        (math_problem("204", id="aime24/1"), 1 / 1000, "inferred"),
        (math_problem("204", id="AIME_2025-3"), 1 / 1000, "inferred"),
        (math_problem("1204", id="aime24/1"), None, "unknown"),
        (math_problem(r"\frac12", id="aime24/1"), None, "unknown"),
        (math_problem("204", id="claimed/1"), None, "unknown"),
        (math_problem("204"), None, "unknown"),
        (math_problem("Yes"), 1 / 2, "inferred"),
        (math_problem("7", answer_space={"type": "integer", "low": 1, "high": 20}), 1 / 20, "declared"),
        (math_problem("x+1", answer_space={"type": "options", "count": 8}), 1 / 8, "declared"),
        (math_problem("x", answer_space={"type": "boolean"}), 1 / 2, "declared"),
        (CodeProblem(id="p", tests=AssertsTests(type="asserts", entry_point="f", code="")), 0.0, "kind"),
    ],
)
def test_the_answer_space_of_a_problem(problem, guess, source):
    space = answer_space(problem)
    assert (space.guess, space.source) == (guess, source)


def test_an_inferred_space_states_its_assumption():
    assert "0 to 999" in answer_space(math_problem("204", id="aime24/1")).name


def test_a_tolerance_makes_guessing_easier():
    policy = Policy(tolerance=Tolerance(absolute=2))
    space = {"type": "integer", "low": 0, "high": 9}
    assert answer_space(math_problem("5", policy=policy, answer_space=space)).guess == 5 / 10
    assert answer_space(math_problem("9", policy=policy, answer_space=space)).guess == 3 / 10


def test_an_endless_tolerance_accepts_the_whole_space():
    policy = Policy(tolerance=Tolerance(relative=math.inf))
    space = {"type": "integer", "low": 0, "high": 9}
    assert answer_space(math_problem("5", policy=policy, answer_space=space)).guess == 1.0


@pytest.mark.parametrize(
    "space",
    [
        {"type": "integer", "low": 5, "high": 1},
        {"type": "integer", "low": 10, "high": 20},
        {"type": "integer", "low": "1", "high": 20},
        {"type": "options", "count": 0},
        {"type": "letters"},
        "integer",
    ],
)
def test_a_declared_space_that_makes_no_sense_is_refused_by_the_problems_name(space):
    with pytest.raises(ProblemError, match="problem 'm'") as caught:
        answer_space(math_problem("7", answer_space=space))
    assert caught.value.field == "answer_space"


@pytest.mark.parametrize(
    ("guess", "k", "b"),
    [
        (1 / 1000, 128, 0.120),
        (1 / 1000, 1024, 0.641),
        (1 / 1000, 2048, 0.871),
        (1 / 5, 8, 0.832),
        (1 / 4, 8, 0.900),
        (1 / 10, 32, 0.966),
    ],
)
def test_luck_at_k_as_published(guess, k, b):
    assert chance(guess, k) == pytest.approx(b, abs=5e-4)


@given(st.floats(0, 1), st.integers(1, 10_000))
def test_luck_and_room_add_up_to_one(guess, k):
    assert chance(guess, k) + room(guess, k) == pytest.approx(1.0)


@given(st.floats(0, 0.99), st.integers(1, 50))
def test_kappa_is_0_for_a_guesser_and_1_for_a_model_that_solves_all(guess, k):
    left = room(guess, k)
    assert kappa(left, left) == 0.0
    assert kappa(0.0, left) == 1.0
