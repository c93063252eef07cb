"""Options shown in another order: the letters of a response are those that it saw."""

from itertools import permutations

import pytest

from verifiers import ChoiceProblem, Engine, Sample, grade
from verifiers.errors import InputError, ProblemError

_TEXTS = {"A": "a cat", "B": "a dog", "C": "a hen"}


@pytest.mark.parametrize("order", list(permutations("ABC")))
def test_the_letter_shown_at_the_place_of_the_right_option_is_right(order):
    item = ChoiceProblem(choices=list(_TEXTS.values()), reference="B", shown_order=list(order))
    right = [letter for letter in "ABC" if grade(item, f"The answer is ({letter}).").correct]
    assert right == ["ABC"[order.index("B")]]
    assert grade(item, "The answer is a dog.").correct
    assert not grade(item, "The answer is a cat.").correct


def test_sets_move_whole():
    item = ChoiceProblem(
        choices=list(_TEXTS.values()), reference="AC", answer_type="multi", shown_order=["B", "C", "A"]
    )
    assert grade(item, "B, C").correct
    assert not grade(item, "A, C").correct


def test_an_order_that_is_none_is_named():
    with pytest.raises(ProblemError) as error:
        grade(ChoiceProblem(choices=["x", "y"], reference="A", shown_order=["A", "A"]), "A")
    assert error.value.field == "shown_order"


@pytest.mark.parametrize(
    "claim", [r"\boxed{\frac{a+b}{2}}", r"\boxed{2(a+b)}", r"\boxed{\sqrt{a+b}}", "The answer is x - (a+b)."]
)
def test_a_formula_does_not_state_an_option_that_is_a_part_of_it(claim):
    item = ChoiceProblem(choices=["a", "b", "a+b"], reference="C")
    assert not grade(item, claim).correct
    assert grade(item, r"\boxed{a+b}").correct


@pytest.mark.parametrize("order", list(permutations("ABC")))
def test_the_grade_says_where_the_picked_and_the_right_option_stood(order):
    item = ChoiceProblem(choices=list(_TEXTS.values()), reference="B", shown_order=list(order))
    right = order.index("B") + 1
    for place, letter in enumerate("ABC", start=1):
        assert grade(item, letter).shown == {"picked": place, "right": right, "of": 3}
    assert grade(item, "I cannot tell.").shown == {"picked": None, "right": right, "of": 3}


def test_without_a_recorded_order_a_grade_says_nothing_of_places():
    graded = grade(ChoiceProblem(choices=["x", "y"], reference="A"), "A")
    assert graded.shown is None
    assert "shown" not in graded.model_dump()


def test_each_sample_may_have_seen_its_own_order():
    item = ChoiceProblem(id="pet", choices=list(_TEXTS.values()), reference="B")
    orders = [list(order) for order in permutations("ABC")]
    samples = [Sample(problem_id="pet", response="(A)", shown_order=order) for order in orders]
    with Engine(workers=1) as engine:
        grades = list(engine.grade_samples([item], samples))
    assert [each.correct for each in grades] == [order[0] == "B" for order in orders]
    assert [each.shown["right"] for each in grades] == [order.index("B") + 1 for order in orders]


def test_an_order_of_a_sample_that_is_none_is_named():
    item = ChoiceProblem(id="pet", choices=["x", "y"], reference="A")
    with Engine(workers=1) as engine, pytest.raises(InputError, match="shown_order"):
        list(engine.grade_samples([item], [Sample(problem_id="pet", response="A", shown_order=["A", "C"])]))
