"""What is counted, what is counted apart, and what is refused."""

import pytest

from tests.study.grades import made_grade, made_grades
from verifiers.errors import InputError
from verifiers.study.counts import count_grades
from verifiers.verdict import Verdict


def test_an_error_of_the_grader_is_no_sample_of_the_model():
    counts = count_grades([made_grade("p", 0), made_grade("p", 1, "error"), made_grade("p", 2, "incorrect")])[""]
    assert (counts.tallies["p"].n, counts.tallies["p"].c, counts.errors, counts.samples) == (2, 1, 1, 3)


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict not in ("correct", "error")])
def test_every_other_verdict_is_a_sample_that_is_not_right(verdict):
    tally = count_grades([made_grade("p", 0, verdict)])[""].tallies["p"]
    assert (tally.n, tally.c) == (1, 0)
    assert tally.open == (verdict in ("undecided", "timeout"))


def test_models_stand_in_the_order_they_appear_in():
    assert list(count_grades([made_grade("p", 0, model="z"), made_grade("p", 0, model="a")])) == ["z", "a"]


@pytest.mark.parametrize("sample_id", [0, 7, 1 << 30, -1, "seven"])
def test_a_sample_graded_twice_is_refused(sample_id):
    with pytest.raises(InputError, match="graded twice") as caught:
        count_grades([made_grade("p", sample_id), made_grade("p", sample_id, "incorrect")])
    assert caught.value.field == "sample_id"


def test_the_same_id_in_another_problem_or_model_is_another_sample():
    counts = count_grades([made_grade("p", 3), made_grade("q", 3), made_grade("p", 3, model="m")])
    assert counts[""].samples == 2
    assert counts["m"].samples == 1


@pytest.mark.parametrize("verdicts", [("error", "correct"), ("correct", "error")])
def test_a_failure_gives_way_to_the_grade_of_another_run(verdicts):
    counts = count_grades(made_grade("p", 0, verdict) for verdict in verdicts)[""]
    assert (counts.tallies["p"].n, counts.tallies["p"].c, counts.errors) == (1, 1, 0)


def test_no_grades_are_refused():
    with pytest.raises(InputError, match="no grades"):
        count_grades([])


def test_grades_of_another_problem_file_are_refused_by_id():
    with pytest.raises(InputError, match="'q' is not among the 1 problems") as caught:
        count_grades(made_grades({"p": (2, 1), "q": (2, 1)}), {"p"})
    assert caught.value.field == "problem_id"
