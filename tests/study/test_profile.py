"""Answers fall into the verifier's own classes; votes, diversity, groups and positions follow from the grades."""

import pytest

from tests.study.grades import made_grade, made_grades
from verifiers.cli.judging import VerifierInUse
from verifiers.errors import InputError
from verifiers.problem import ChoiceProblem, MathProblem
from verifiers.study import build_report
from verifiers.study.classes import classes_of
from verifiers.study.counts import count_grades
from verifiers.study.profile import entropy

PROBLEM = MathProblem(id="p", reference="7")
ANSWERS = ["7", "7.0", "0.5", "1/2", r"\frac{1}{2}", "0.6", None]


def grades_of(answers, model="m"):
    for place, answer in enumerate(answers):
        verdict = "no_answer" if answer is None else "correct" if answer.startswith("7") else "incorrect"
        yield made_grade("p", place, verdict, model, answer=answer)


def classes(answers, judge):
    tally = count_grades(grades_of(answers))["m"].tallies["p"]
    return [(each.right, each.count) for each in classes_of(tally, PROBLEM, judge)]


def test_answers_are_one_by_the_verifiers_own_equality():
    assert classes(ANSWERS, VerifierInUse()) == [(False, 3), (True, 2), (False, 1)]


def test_without_a_verifier_answers_are_one_by_their_text():
    assert classes(["7", "0.5", " 0.5", "$0.5$", "1/2"], None) == [(False, 3), (True, 1), (False, 1)]


def test_votes_and_diversity_follow_from_the_classes():
    report = build_report(grades_of(ANSWERS), [PROBLEM], judge=VerifierInUse())
    profile = report.models[0].profile
    assert profile.majority_at[7].value == 0.0  # 0.5 has three votes, 7 two
    assert profile.majority_at[1].value == pytest.approx(2 / 7)
    assert profile.distinct_at[7].value == 3.0
    assert profile.entropy.value == pytest.approx(entropy([3, 2, 1]))


def test_the_best_of_k_is_ranked_by_a_field_of_the_grades():
    grades = [made_grade("p", place, ("incorrect", "correct")[place], rm=float(place)) for place in (0, 1)]
    assert build_report(grades, score_field="rm").models[0].profile.best_at[2].value == 1.0
    assert not build_report(grades).models[0].profile.best_at
    with pytest.raises(InputError, match="no number here") as caught:
        build_report(grades, score_field="reward")
    assert caught.value.field == "reward"


def test_problems_are_broken_down_by_fields_that_make_a_few_groups():
    problems = [
        MathProblem(id=str(place), reference="1", level=1 + place % 2, source_row=place, note="x") for place in range(6)
    ]
    counts = {str(place): (4, 4 if place % 2 else 1) for place in range(6)}
    groups = build_report(made_grades(counts), problems).models[0].profile.groups
    assert list(groups) == ["level"]
    assert {value: (group.problems, group.first.value) for value, group in groups["level"].items()} == {
        "1": (3, 0.25),
        "2": (3, 1.0),
    }
    named = build_report(made_grades(counts), problems, by=["note"]).models[0].profile.groups
    assert named["note"]["x"].problems == 6
    with pytest.raises(InputError, match="field of no problem"):
        build_report(made_grades(counts), problems, by=["subject"])


def test_a_preference_for_a_place_shows():
    problems = [ChoiceProblem(id=str(i), choices=["x", "y", "z"], reference="ABC"[i % 3]) for i in range(6)]
    grades = [
        made_grade(problem.id, n, "correct" if problem.reference == "A" else "incorrect", answer=text)
        for problem in problems
        for n, text in enumerate(["(A)", "x"])
    ]
    positions = build_report(grades, problems).models[0].profile.positions
    assert {letter: position.picked.value for letter, position in positions.items()} == {"A": 1.0, "B": 0.0, "C": 0.0}
    assert positions["A"].references == pytest.approx(1 / 3)


def test_samples_of_two_prompt_templates_are_not_pooled():
    grades = [made_grade("p", 0, template="boxed"), made_grade("p", 1, template="few-shot")]
    with pytest.raises(InputError, match="two prompt templates, 'boxed' and 'few-shot'"):
        build_report(grades)
