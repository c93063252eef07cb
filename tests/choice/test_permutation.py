"""Options shown in another order: the letters of a response are those that it saw."""

from itertools import permutations

import pytest

from verifiers import ChoiceProblem, grade
from verifiers.errors import ProblemError

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
