"""Data sets of items with options: AQuA, SAT mathematics, BIG-Bench Mistake."""

import json

import pytest

from verifiers import grade
from verifiers.datasets import convert
from verifiers.errors import InputError


def _file(tmp_path, name, *rows):
    path = tmp_path / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_aqua_takes_labels_off_the_options(tmp_path):
    row = {"question": "?", "options": ["A)5 km", "B)6 km"], "rationale": "", "correct": "B"}
    (problem,) = convert("aqua", _file(tmp_path, "test.jsonl", row))[0]
    assert (problem.choices, problem.labels, problem.reference) == (["5 km", "6 km"], ["A", "B"], "B")


def test_aqua_reads_the_picks_of_programs_past_their_prompt(tmp_path):
    row = {
        "question": "?",
        "options": "['A)5', 'B)6']",
        "generated_prediction": "6.0",
        "prediction": "B",
        "answer": "B",
    }
    path = _file(tmp_path, "aqua_sc.jsonl", {"demonstration": "..."}, row)
    problems, samples = convert("aqua", path)
    (problem,), (sample,) = problems, samples
    assert grade(problem, sample.response).correct and sample.is_correct and sample.computed == "6.0"


def test_sat_options_in_one_text_are_told_apart(tmp_path):
    row = {"id": "7", "question": "?", "options": "A) $f(2)=A$ B) 10 and 12 C) plan A D) x", "Answer": "C"}
    (problem,) = convert("sat_math", _file(tmp_path, "test.jsonl", row))[0]
    assert problem.choices == ["$f(2)=A$", "10 and 12", "plan A", "x"]


def test_bigbench_mistake_has_options_numbers_and_words(tmp_path):
    trace = {"steps": ["First.", "So the answer is (B)"], "answer": "(B)", "mistake_index": None}
    rows = [{"input": "Which?\nOptions:\n(A) one.\n(B) two.", "target": "(B)", **trace}]
    rows += [{"input": "1 - 3 =", "target": "-2", **trace}, {"input": "( [", "target": "] )", **trace}]
    problems, samples = convert("bigbench_mistake", _file(tmp_path, "task.jsonl", *rows))
    problems, samples = list(problems), list(samples)
    assert [each.answer_type for each in problems] == ["choice", "number", "text"]
    assert grade(problems[0], samples[0].response).correct and samples[0].is_correct


@pytest.mark.parametrize(
    ("name", "row", "field"),
    [
        ("aqua", {"question": "?", "options": ["5", "6"], "correct": "A"}, "options"),
        ("aqua", {"question": "?", "options": ["A)5"], "correct": "B"}, "correct"),
        ("sat_math", {"id": "1", "question": "?", "options": "five", "Answer": "A"}, "options"),
        ("bigbench_mistake", {"input": "?\nOptions:\n(A) x", "target": "(C)"}, "target"),
    ],
)
def test_a_fault_of_the_source_is_named_by_its_field(tmp_path, name, row, field):
    with pytest.raises(InputError) as error:
        list(convert(name, _file(tmp_path, "x.jsonl", row))[0])
    assert error.value.field == field
