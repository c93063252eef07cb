"""What a problem's policy and prompt change, which evidence is named, and which references are refused."""

from __future__ import annotations

import pytest

from verifiers import MathProblem, Policy, ProblemError, Tolerance, grade
from verifiers.math.parse import ParseFailure, parse
from verifiers.registry import prepare


def verdict(problem: MathProblem, answer: str) -> str:
    return str(grade(problem, rf"\boxed{{{answer}}}").verdict)


def test_a_bare_number_with_a_percent_sign_counts_where_a_percentage_is_asked_for() -> None:
    asked = MathProblem(reference="50", prompt="What percentage of the balls is red?")
    not_asked = MathProblem(reference="50", prompt="How many balls are red?")
    unknown = MathProblem(reference="50")
    assert [verdict(problem, r"50\%") for problem in (asked, not_asked, unknown)] == ["correct", "incorrect", "correct"]
    assert verdict(MathProblem(reference="50", policy=Policy(percent="strict")), r"50\%") == "incorrect"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("10.1", "correct"),
        ("9.9", "correct"),
        ("10.11", "incorrect"),
        ("-10", "incorrect"),
        (r"\frac{101}{10}", "correct"),
    ],
)
def test_a_tolerance_is_met_at_its_bound_and_not_beyond(answer: str, expected: str) -> None:
    problem = MathProblem(reference="10", policy=Policy(tolerance=Tolerance(absolute=0.1)))
    assert verdict(problem, answer) == expected


def test_without_a_tolerance_a_decimal_is_no_irrational_number() -> None:
    assert verdict(MathProblem(reference=r"\sqrt{2}"), "1.41421356237309504880168872420969807857") == "incorrect"
    near = MathProblem(reference=r"\sqrt{2}", policy=Policy(tolerance=Tolerance(relative=1e-3)))
    assert verdict(near, "1.414") == "correct"


def test_the_exponential_function_is_a_power_of_the_constant_also_where_its_letter_is_a_variable() -> None:
    as_variable = Policy(variables=("e",))
    assert grade(MathProblem(reference="e^2"), r"\boxed{\exp(2)}").verdict == "correct"
    assert grade(MathProblem(reference="e^2", policy=as_variable), r"\boxed{\exp(2)}").verdict == "incorrect"
    assert grade(MathProblem(reference=r"\exp(2)", policy=as_variable), r"\boxed{e^2}").verdict == "incorrect"
    assert grade(MathProblem(reference=r"\exp(2)", policy=as_variable), r"\boxed{\exp(1)^2}").verdict == "correct"


def test_variables_of_the_problem_are_no_constants() -> None:
    problem = MathProblem(reference="e^2", policy=Policy(variables=("e",)))
    assert verdict(problem, r"e \cdot e") == "correct"
    assert verdict(problem, r"7.389056") == "incorrect"


def test_any_alternative_suffices() -> None:
    problem = MathProblem(reference="1", policy=Policy(alternatives=("2", r"\text{none}")))
    assert [verdict(problem, answer) for answer in ("1", "2", "None", "3")] == [*["correct"] * 3, "incorrect"]


@pytest.mark.parametrize("reference", ["", "   ", r"\frac{1}{", "3 +", r"\unknowncommand{2}", "(1,2]]", "4:30p.."])
def test_a_reference_that_cannot_be_read_is_refused_by_name(reference: str) -> None:
    with pytest.raises(ProblemError) as fault:
        prepare(MathProblem(id="bad/1", reference=reference))
    assert fault.value.field == "reference"
    assert "bad/1" in str(fault.value)


def test_an_unreadable_alternative_is_refused_too() -> None:
    with pytest.raises(ProblemError):
        prepare(MathProblem(reference="1", policy=Policy(alternatives=("3 +",))))


@pytest.mark.parametrize(
    ("reference", "answer", "method"),
    [
        ("x+1", "x + 1", "identical"),
        ("1/2", "0.5", "exact"),
        ("(x+1)^2", "x^2+2x+1", "exact"),
        (r"2\sqrt3", "12^{1/2}", "exact"),
        (r"\sqrt{3+2\sqrt2}", r"1+\sqrt2", "exact"),
        ("[2,5)", r"2\le x<5", "exact"),
        (r"\sin 2x", r"2\sin x\cos x", "numeric"),
        (r"\text{even}", "EVEN", "text"),
    ],
)
def test_a_correct_grade_names_the_strongest_evidence(reference: str, answer: str, method: str) -> None:
    given = grade(MathProblem(reference=reference), rf"\boxed{{{answer}}}")
    assert (given.verdict, given.method) == ("correct", method)


def test_a_wrong_constant_is_told_apart_by_disjoint_balls() -> None:
    given = grade(MathProblem(reference=r"e^{\pi}-\pi"), r"\boxed{20}")
    assert (given.verdict, given.method) == ("incorrect", "enclosure")


def test_an_unreadable_answer_says_what_could_not_be_read() -> None:
    given = grade(MathProblem(reference="7"), r"\boxed{7 @@ 8}")
    assert given.verdict == "incorrect"
    assert "cannot be read" in given.reason


@pytest.mark.parametrize("text", [r"\exp()", "sqrt(", "log_2(", "lg_2()"])
def test_a_function_of_nothing_cannot_be_read(text: str) -> None:
    with pytest.raises(ParseFailure):
        parse(text)


def test_a_decimal_comma_needs_a_decimal_reference() -> None:
    assert verdict(MathProblem(reference="3.14"), "3,14") == "correct"
    assert verdict(MathProblem(reference="-3"), "-3,0") == "incorrect"
    assert verdict(MathProblem(reference="3"), "3,0") == "incorrect"
