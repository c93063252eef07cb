"""Two verifiers on the same samples: what changed, and what it does to pass@k."""

import pytest

from tests.study.grades import made_grade
from verifiers.errors import InputError
from verifiers.study.diff import diff_grades

A = ["correct", "incorrect", "undecided", "error", "correct"]
B = ["correct", "correct", "incorrect", "correct", "incorrect"]


def graded(verdicts, **rest):
    return [made_grade("p", place, verdict, **rest) for place, verdict in enumerate(verdicts)]


def test_what_changed_is_counted_and_named():
    found = diff_grades(graded(A), graded(B))
    assert found.compared == 5
    assert found.verdicts["incorrect", "correct"] == 1
    assert [change.sample_id for change in found.changes] == [1, 2, 3, 4]
    assert [change.sample_id for change in found.flips] == [1, 3, 4]
    assert found.failed == 1


def test_the_effect_on_pass_at_k_is_on_the_same_samples():
    (effect,) = diff_grades(graded(A), graded(["correct"] * 5)).effects
    assert (effect.samples, effect.a[1], effect.b[1]) == (4, 0.5, 1.0)
    assert effect.difference[1].value == 0.5


def test_the_same_grades_do_not_differ():
    found = diff_grades(graded(A), graded(A))
    assert not found.changes
    assert found.effects[0].difference[1].value == 0.0


def test_what_only_one_side_graded_is_left_out_and_counted():
    found = diff_grades(graded(A), [*graded(B[:2]), made_grade("q", 0)])
    assert (found.compared, found.only_a, found.only_b) == (2, 3, 1)


@pytest.mark.parametrize(
    ("b", "message"), [([], "no sample is in both"), (graded(B, model="other"), "matched by"), (graded(B) * 2, "twice")]
)
def test_what_cannot_be_compared_is_refused(b, message):
    with pytest.raises(InputError, match=message):
        diff_grades(graded(A), b)
