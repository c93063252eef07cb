"""A row of somebody's data set becomes the problem that it states, or an error that says what would be right."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.adapters.study import PROBLEMS, as_text
from verifiers import ChoiceProblem, CodeProblem, InputError, MathProblem
from verifiers.adapters.rows import FIELDS, final_answer, problem_of, rows_of, text_of
from verifiers.registry import parse_problem

CALLS = {"inputs": [[1, 2]], "outputs": [[3]], "fn_name": "add"}
OURS = {"type": "stdio", "cases": [{"stdin": "1", "stdout": "2"}]}


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: str(problem["id"]))
@pytest.mark.parametrize("field", ["truegrade", "reference", "ground_truth", "answer", "label"])
@pytest.mark.parametrize("form", [dict, as_text], ids=["object", "text"])
def test_a_whole_problem_is_taken_as_it_stands(problem: dict[str, Any], field: str, form: Any) -> None:
    row = {
        field: form(problem),
        "kind": None,
        "choices": None,
        "prompt": [{"role": "user", "content": "…"}],
        "level": 3,
    }
    assert problem_of(row) == parse_problem(problem)


MATH: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"answer": "1/2"}, {"reference": "1/2"}),
    ({"ground_truth": 204}, {"reference": "204"}),
    ({"solution": r"It is $2+2$, so \boxed{\frac{4}{1}}."}, {"reference": r"\frac{4}{1}"}),
    ({"answer": "16 - 3 = 13\n#### 1,300"}, {"reference": "1300"}),
    ({"ground_truth": "7", "answer": "a worked solution #### 8"}, {"reference": "7"}),
    ({"answer": ["3", "4"]}, {"reference": "3", "policy": {"alternatives": ["4"]}}),
    ({"answer": ["3", "4"], "policy": "qwen"}, {"reference": "3", "policy": {"preset": "qwen", "alternatives": ["4"]}}),
    ({"answer": "3", "policy": "qwen"}, {"reference": "3", "policy": "qwen"}),
    ({"answer": "3", "choices": None, "tests": None}, {"reference": "3"}),
    ({"answer": r"\{1, 2\}"}, {"reference": r"\{1, 2\}"}),
    ({"answer": "{1, 2}"}, {"reference": "{1, 2}"}),
    ({"answer": "[1, 2]"}, {"reference": "[1, 2]"}),
]


@pytest.mark.parametrize(("row", "fields"), MATH, ids=str)
def test_a_reference_alone_is_mathematics(row: dict[str, Any], fields: dict[str, Any]) -> None:
    assert problem_of(row) == MathProblem.model_validate(fields)


CHOICE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"answer": "B", "choices": ["cat", "dog"]}, {"choices": ["cat", "dog"], "reference": "B"}),
    ({"answer": "dog", "options": ["cat", "dog"]}, {"choices": ["cat", "dog"], "reference": "B"}),
    ({"answer": 1, "choices": ["cat", "dog"]}, {"choices": ["cat", "dog"], "reference": "B"}),
    ({"answer": "B", "options": '["cat", "dog"]'}, {"choices": ["cat", "dog"], "reference": "B"}),
    (
        {"answer": "2", "choices": {"text": ["cat", "dog"], "label": ["1", "2"]}},
        {"choices": ["cat", "dog"], "labels": ["1", "2"], "reference": "2"},
    ),
    (
        {"answer": "B", "options": {"A": "cat", "B": "dog"}},
        {"choices": ["cat", "dog"], "labels": ["A", "B"], "reference": "B"},
    ),
    (
        {"answer": "1.2", "answer_type": "number", "precision": 1, "unit": "cm"},
        {"answer_type": "number", "reference": "1.2", "precision": 1, "unit": "cm"},
    ),
    (
        {"answer": "A", "choices": ["1", "2"], "unit": "of another kind"},
        {"choices": ["1", "2"], "reference": "A"},
    ),
]


@pytest.mark.parametrize(("row", "fields"), CHOICE, ids=str)
def test_options_make_it_a_choice(row: dict[str, Any], fields: dict[str, Any]) -> None:
    assert problem_of(row) == ChoiceProblem.model_validate(fields)


CODE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"tests": OURS}, OURS),
    ({"tests": json.dumps(OURS), "answer": None}, OURS),
    ({"ground_truth": {"inputs": ["1"], "outputs": ["2"]}}, OURS),
    ({"ground_truth": json.dumps({"inputs": ["1"], "outputs": ["2"]})}, OURS),
    ({"ground_truth": [{"input": "1", "output": "2"}]}, OURS),
    ({"ground_truth": CALLS}, {"type": "calls", "entry_point": "add", "cases": [{"args": [1, 2], "returns": 3}]}),
    (
        {"ground_truth": {"inputs": ["1\n[2]"], "outputs": ["3"], "fn_name": "add"}},
        {"type": "calls", "entry_point": "add", "cases": [{"args": [1, [2]], "returns": 3}]},
    ),
    (
        {"ground_truth": ["assert len(add(1)) == 3", "assert add(2) == 4"]},
        {"type": "asserts", "entry_point": "add", "code": "assert len(add(1)) == 3\nassert add(2) == 4\n"},
    ),
    (
        {"ground_truth": {"assert_case": ["assert add(2) == 4"]}},
        {"type": "asserts", "entry_point": "add", "code": "assert add(2) == 4\n"},
    ),
]


@pytest.mark.parametrize(("row", "tests"), CODE, ids=str)
def test_tests_make_it_a_program(row: dict[str, Any], tests: dict[str, Any]) -> None:
    assert problem_of(row) == CodeProblem.model_validate({"tests": tests})


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"question": "why?"}, "a row needs 'truegrade'"),
    ({"truegrade": "no problem"}, "must be a problem"),
    ({"truegrade": {"kind": "riddle"}}, "unknown kind 'riddle'"),
    ({"answer": 2, "choices": ["cat", "dog"]}, "count from 0 to 1"),
    ({"answer": []}, "is an empty list"),
    ({"tests": {"inputs": ["1"], "outputs": []}}, "as many 'outputs' as 'inputs'"),
    ({"tests": ["assert True"]}, "must call the function under test"),
    ({"tests": ["assert ("]}, "must be Python statements"),
    ({"ground_truth": {"inputs": ["x"], "outputs": ["3"], "fn_name": "add"}}, "must be JSON"),
    ({"answer": object()}, "plain data"),
]


@pytest.mark.parametrize(("row", "message"), WRONG, ids=[message for _, message in WRONG])
def test_a_row_that_states_no_problem_is_told_what_would_be_right(row: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        problem_of(row)


def test_the_same_row_gives_the_same_problem_which_is_prepared_once() -> None:
    assert problem_of({"answer": "1/7", "seen": 1}) is problem_of({"seen": 2, "answer": "1/7"})


def test_arrays_as_parquet_files_give_them_are_lists() -> None:
    class Array:
        def tolist(self) -> list[str]:
            return ["cat", "dog"]

    assert problem_of({"answer": "B", "choices": Array()}) == problem_of({"answer": "B", "choices": ["cat", "dog"]})


VALUES = st.none() | st.integers() | st.text(max_size=9) | st.lists(st.text(max_size=3), max_size=3)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), VALUES, max_size=5))
def test_no_row_is_worse_than_an_input_error(row: dict[str, Any]) -> None:
    try:
        problem_of(row)
    except InputError as error:
        assert str(error)


def test_the_response_is_what_the_assistant_said_last() -> None:
    turns = [
        {"role": "assistant", "content": "let me look"},
        {"role": "tool", "content": r"\boxed{1}"},
        {"role": "assistant", "content": [{"type": "image"}, {"type": "text", "text": r"\boxed{2}"}]},
        {"role": "tool", "content": "bye"},
    ]
    assert text_of(turns) == r"\boxed{2}"
    assert text_of("plain") == "plain"
    assert text_of([{"role": "user", "content": "?"}]) == ""
    with pytest.raises(InputError, match="a text or a list of messages"):
        text_of(3)


def test_columns_become_rows_and_what_is_no_column_is_left_out() -> None:
    columns = {"answer": ["1", "2"], "prompts": ["a", "b"], "choices": None, "label": "xy", "solution": ["1"]}
    assert rows_of(columns, 2) == [{"answer": "1"}, {"answer": "2"}]


def test_a_plain_reference_is_no_worked_solution() -> None:
    for reference in (r"\frac{1}{2}", r"\boxed{", "#", "x ####"):
        assert final_answer(reference) == reference
