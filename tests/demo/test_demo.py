"""The example study is reproducible, says that it is a simulation, and its curves cross; its truth is the verdict."""

import json
from collections import Counter, defaultdict

import pytest

from verifiers.demo import NOTICE, study_problems, study_samples, write_study
from verifiers.demo.mathematics import math_items
from verifiers.demo.options import choice_items
from verifiers.demo.programs import code_items
from verifiers.errors import InputError
from verifiers.grading import Grade, grade
from verifiers.problem import CodeProblem, MathProblem
from verifiers.records import read_problems
from verifiers.study import build_report

ITEMS = [*math_items(), *code_items(), *choice_items()]


def true_grades(seed=0, samples=64):
    """The grades that a verifier without fault would give."""
    for sample in study_samples(seed, samples):
        right = sample.model_extra["simulated_correct"]
        yield Grade(
            problem_id=sample.problem_id, sample_id=sample.sample_id, model=sample.model, kind="math",
            verdict="correct" if right else "incorrect", score=float(right),
        )  # fmt: skip


def test_the_files_can_be_read_back_and_depend_on_the_seed_alone(tmp_path):
    first = write_study(tmp_path / "a", seed=3, samples=4)
    again = write_study(tmp_path / "b", seed=3, samples=4)
    other = write_study(tmp_path / "c", seed=4, samples=4)
    assert first.samples.read_bytes() == again.samples.read_bytes() != other.samples.read_bytes()
    assert list(read_problems(first.problems).values()) == study_problems()
    lines = first.samples.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4 * 2 * len(ITEMS)
    assert all("simulated_correct" in json.loads(line) for line in lines)


def test_it_says_that_it_is_a_simulation():
    assert "simulated" in NOTICE


def test_no_samples_are_refused():
    with pytest.raises(InputError, match="at least one"):
        list(study_samples(samples=0))


def test_problems_have_ids_of_their_own_and_both_kinds_of_answers():
    assert len({item.problem.id for item in ITEMS}) == len(ITEMS) == 40
    for item in ITEMS:
        assert item.right
        assert item.wrong
        assert not set(item.right) & set(item.wrong)


@pytest.mark.parametrize("seed", range(4))
def test_the_curves_cross_and_each_model_solves_what_the_other_never_does(seed):
    report = build_report(true_grades(seed), study_problems(), resamples=20)
    (pair,) = report.pairs
    assert (pair.a, pair.b) == ("base", "rl")
    assert pair.crossover is not None
    assert (pair.crossover.ahead_before, pair.crossover.ahead_after) == ("rl", "base")
    assert pair.coverage.a_only >= 3
    assert pair.coverage.b_only >= 1


def test_the_samples_hold_all_ways_to_fail():
    behaviours = Counter(sample.model_extra["simulated_behaviour"] for sample in study_samples())
    assert set(behaviours) == {"right", "wrong", "refusal", "cut_off", "hedge"}


def test_distinct_programs_are_few():
    programs = {program for item in code_items() for program in (*item.right, *item.wrong)}
    assert len(programs) < 50


def _one_response_a_behaviour():
    """For each problem and model, one sample of each behaviour and distinct closing line."""
    kept = defaultdict(dict)
    for sample in study_samples():
        ending = sample.response.rsplit("\n\n", 1)[-1]
        key = (sample.model, sample.model_extra["simulated_behaviour"], ending)
        kept[sample.problem_id].setdefault(key, sample)
    return {name: list(samples.values()) for name, samples in kept.items()}


RESPONSES = _one_response_a_behaviour()
QUICK = [item.problem for item in ITEMS if not isinstance(item.problem, CodeProblem)]


@pytest.mark.parametrize("problem", QUICK, ids=lambda problem: problem.id)
def test_verdicts_agree_with_the_truth(problem):
    wrong = []
    for sample in RESPONSES[problem.id]:
        graded = grade(problem, sample.response)
        if graded.correct != sample.model_extra["simulated_correct"]:
            wrong.append((sample.model_extra["simulated_behaviour"], graded.verdict, graded.answer, sample.response))
    assert not wrong


@pytest.mark.parametrize("item", code_items(), ids=lambda item: item.problem.id)
def test_verdicts_of_programs_agree_with_the_truth(item):
    for truth, programs in ((True, item.right), (False, item.wrong)):
        for program in programs:
            graded = grade(item.problem, f"```python\n{program}\n```")
            assert graded.correct == truth, (graded.verdict, graded.reason, program)


def test_mathematics_is_compared_exactly():
    assert all(isinstance(item.problem, MathProblem) and item.problem.policy.tolerance is None for item in math_items())
