"""Laws that hold whatever the expressions are."""

from __future__ import annotations

import random
from fractions import Fraction
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifiers import MathProblem, grade
from verifiers.math.extract import extract
from verifiers.math.judge import prepare

LEAVES = st.sampled_from(["x", "y", "2", "3", "7", r"\pi", "0.5", r"\sqrt{2}", r"\frac{1}{3}", "e"])


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]}+{pair[1]}"),
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]}-({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: rf"({pair[0]})\cdot({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: rf"\frac{{{pair[0]}}}{{({pair[1]})^2+1}}"),
        inner.map(lambda one: f"({one})^2"),
        inner.map(lambda one: rf"\sin({one})"),
        inner.map(lambda one: rf"\left|{one}\right|"),
        inner.map(lambda one: rf"e^{{{one}}}"),
    )


EXPRESSIONS = st.recursive(LEAVES, combined, max_leaves=6)
NUMBERS = st.fractions(min_value=-50, max_value=50, max_denominator=60)


def correct(reference: str, answer: str) -> bool:
    return grade(MathProblem(reference=reference), rf"\boxed{{{answer}}}").correct


@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS)
def test_every_expression_equals_itself(expression: str) -> None:
    assert correct(expression, expression)


@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS)
def test_restyling_changes_nothing(expression: str) -> None:
    styled = expression.replace(r"\frac", r"\dfrac").replace("+", " + ").replace(r"\cdot", r" \times ")
    assert correct(expression, rf"$\displaystyle {styled}$")
    assert correct(expression, rf"\left( {styled} \right).")


@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS, EXPRESSIONS)
def test_rearranging_preserves_truth(first: str, second: str) -> None:
    assert correct(f"{first}+{second}", f"{second}+{first}")
    assert correct(f"({first})({second})", f"({second})({first})")
    assert correct(f"({first}+{second})^2", f"({first})^2+2({first})({second})+({second})^2")


@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS)
def test_a_change_of_value_is_seen(expression: str) -> None:
    assert not correct(expression, f"{expression}+1")
    assert not correct(expression, f"({expression})+10^{{-9}}")
    assert not correct(f"({expression})^2+1", f"({expression})^2+1+x")


@settings(max_examples=80, deadline=None)
@given(NUMBERS, NUMBERS)
def test_rationals_are_compared_exactly(first: Fraction, second: Fraction) -> None:
    left = rf"\frac{{{first.numerator}}}{{{first.denominator}}}"
    right = rf"\frac{{{second.numerator}}}{{{second.denominator}}}"
    assert correct(left, right) == (first == second)
    assert correct(left, right) == correct(right, left)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_a_set_has_no_order_and_no_multiplicity(members: list[int], source: random.Random) -> None:
    shuffled = [*members, members[0]]
    source.shuffle(shuffled)
    reference = r"\{" + ",".join(map(str, members)) + r"\}"
    assert correct(reference, r"\{" + ", ".join(map(str, shuffled)) + r"\}")
    assert not correct(reference, r"\{" + ",".join(map(str, [*members, 77])) + r"\}")


@settings(max_examples=60, deadline=None)
@given(st.integers(-9, 9), st.integers(1, 9), st.booleans(), st.booleans())
def test_an_interval_is_its_inequality(low: int, size: int, left_closed: bool, right_closed: bool) -> None:
    high = low + size
    interval = f"{'[' if left_closed else '('}{low},{high}{']' if right_closed else ')'}"
    sign = {True: r"\le", False: "<"}
    chain = f"{low} {sign[left_closed]} x {sign[right_closed]} {high}"
    other = f"{low} {sign[not left_closed]} x {sign[right_closed]} {high}"
    assert correct(interval, chain)
    assert correct(chain, interval)
    assert not correct(interval, other)


@settings(max_examples=40, deadline=None)
@given(EXPRESSIONS, st.integers(2, 9))
def test_an_equation_may_be_scaled_and_swapped(expression: str, factor: int) -> None:
    equation = f"z={expression}"
    assert correct(equation, f"{factor}z={factor}({expression})")
    assert correct(equation, f"{expression}=z")
    assert not correct(equation, f"z={expression}+{factor}")


@settings(max_examples=80, deadline=None)
@given(EXPRESSIONS, EXPRESSIONS)
def test_equality_has_no_direction(first: str, second: str) -> None:
    assert correct(first, second) == correct(second, first)
    assert correct(f"{first}+({second})", f"({second})+{first}")
    assert correct(f"y={first}", f"y={second}") == correct(f"y={second}", f"y={first}")


@settings(max_examples=30, deadline=None)
@given(EXPRESSIONS, st.sampled_from("ijmt"), st.integers(2, 9))
def test_the_name_of_a_bound_variable_says_nothing(expression: str, name: str, last: int) -> None:
    for command in (r"\sum", r"\prod"):
        body = expression.replace("x", "k")
        one = rf"{command}_{{k=1}}^{{{last}}} ({body})"
        other = rf"{command}_{{{name}=1}}^{{{last}}} ({body.replace('k', name)})"
        assert correct(one, other)
        assert correct(other, one)


@pytest.mark.parametrize(
    "unit",
    [
        r"We have $x = \frac{1}{2}$ and \(y = 3\), so the sum is 3.5. ",
        "the answer is 7 or so, but wait. ",
        r"\boxed{7}$ and $",
        r"so \boxed{ ",
        "#### 12\n",
        "- a bullet of 1, 2 and 3\n",
        "<think> <answer> [x] ",
        "答案是12，所以选择12。",
        "**Answer:** $5$;\n",
        "Question: what is 2(x+y)? Answer: ",
    ],
)
def test_extraction_is_linear_in_the_length_of_a_response(unit: str) -> None:
    text = unit * 15_000
    start = process_time()
    extract(text, last_expression=True)
    assert process_time() - start < 10e-6 * len(text)  # a step for each pair of characters would take minutes


def test_a_prepared_problem_can_be_pickled() -> None:
    import pickle

    for reference in (r"\frac{x}{2}", r"\text{even}", "[2,5)", r"\{1,2\}"):
        prepared = prepare(MathProblem(reference=reference))
        assert pickle.loads(pickle.dumps(prepared)) == prepared
