"""Published verdicts replayed: formats, classes and the effect on accuracy."""

import json
from io import StringIO

import pytest
from rich.console import Console

from verifiers.audit import run
from verifiers.errors import InputError

_VISTA = {
    "1": {"choices": ["yes", "no"], "answer": "yes", "question_type": "multi_choice", "answer_type": "text"},
    "2": {"choices": ["red", "blue"], "answer": "blue", "question_type": "multi_choice", "answer_type": "text"},
    "3": {"choices": None, "answer": "1.2", "answer_type": "float", "precision": 1.0},
    "4": {"choices": None, "answer": "[2007, 2008]", "answer_type": "list"},
    "5": {"choices": None, "answer": "14", "answer_type": "integer"},
}
_SAID = {
    "1": ("I cannot determine this from the picture.", True),
    "2": ("The answer is (B) blue.", False),
    "3": ("The answer is 1.2", True),
    "4": ("[2007,2008]", False),
    "5": ("It is 15.", True),
}


def _audit(benchmark, *files, out=None):
    text = StringIO()
    tallies = run(benchmark, list(files), out, Console(file=text, width=160))
    return tallies, text.getvalue()


def _only(tallies):
    (tally,) = tallies.values()
    return tally


def test_mathvista_refusals_called_right_and_lists_lost_are_named(tmp_path):
    rows = {pid: {**row, "response": _SAID[pid][0], "true_false": _SAID[pid][1]} for pid, row in _VISTA.items()}
    path = tmp_path / "output_model.json"
    path.write_text(json.dumps(rows))
    tallies, shown = _audit("mathvista", path, out=tmp_path / "differences.jsonl")
    tally = _only(tallies)
    assert (tally.total, tally.published, tally.ours) == (5, 3, 3)
    assert tally.classes == {
        "refusal, called right": 1,
        "right pick declared, lost": 1,
        "equal answer, lost": 1,
        "another answer, called right": 1,
    }
    assert "refusal, called right" in shown
    lines = [json.loads(line) for line in (tmp_path / "differences.jsonl").read_text().splitlines()]
    assert {line["problem_id"] for line in lines} == {"1", "2", "4", "5"}


@pytest.mark.parametrize(
    ("flag", "options"),
    [
        ({"if_right": False}, {"options": "['DONATELLO', 'TITIAN', 'GIOTTO', 'ANDREI RUBLEV']"}),
        ({"judge": "Wrong"}, {"index2ans": {"A": "DONATELLO", "B": "TITIAN", "C": "GIOTTO", "D": "ANDREI RUBLEV"}}),
    ],
)
def test_mmmu_letters_lost_in_upper_case_words_are_found(tmp_path, flag, options):
    path = tmp_path / "out.jsonl"
    path.write_text(
        json.dumps({"id": "x", "answer": "D", "response": "Answer: D. ANDREI RUBLEV", **options, **flag}) + "\n"
    )
    tally = _only(_audit("mmmu", path)[0])
    assert (tally.published, tally.ours) == (0, 1)


def test_mathvision_takes_the_problems_and_then_outputs(tmp_path):
    problems, outputs = tmp_path / "test.jsonl", tmp_path / "M.jsonl"
    problems.write_text(json.dumps({"id": "1", "question": "?", "options": ["5 cm", "6 cm"], "answer": "B"}) + "\n")
    outputs.write_text(json.dumps({"id": "1", "model": "m", "response": "(B) 6 cm", "correct": False}) + "\n")
    tallies, _ = _audit("mathvision", problems, outputs)
    assert tallies["M"].ours == 1


def test_lines_of_our_own_form_are_told_apart_by_model(tmp_path):
    path = tmp_path / "a.jsonl"
    row = {"id": "1", "kind": "choice", "choices": ["x", "y"], "reference": "A", "response": "A", "is_correct": True}
    path.write_text("".join(json.dumps({**row, "model": model}) + "\n" for model in ("one", "two")))
    tallies, _ = _audit("jsonl", path)
    assert {name: tally.total for name, tally in tallies.items()} == {"one": 1, "two": 1}


def test_logs_are_audited_by_their_own_scores(tmp_path):
    path = tmp_path / "7.jsonl"
    row = {"input": "Half?", "output": r"\boxed{0.5}", "gts": "1/2", "score": 0.0, "step": 7}
    path.write_text("".join(json.dumps({**row, **other}) + "\n" for other in ({}, {"output": "?"}, {"score": 1.0})))
    tallies, _ = _audit("auto", path)
    assert (tallies["7"].total, tallies["7"].published, tallies["7"].ours) == (3, 1, 2)
    assert dict(tallies["7"].classes) == {"equal answer, lost": 1}


def test_a_log_without_its_problems_cannot_be_audited(tmp_path):
    (tmp_path / "s.jsonl").write_text('{"task_id": "a", "completion": "1", "passed": true}\n')
    with pytest.raises(InputError, match="compare with `verify diff`"):
        _audit("auto", tmp_path / "s.jsonl")


@pytest.mark.parametrize(
    ("benchmark", "content", "word"),
    [
        ("nonesuch", "{}", "unknown benchmark"),
        ("mathvista", "{", "not JSON"),
        ("mathvista", "{}", "no row"),
        ("mathvista", '{"1": {"answer": "x", "response": "x"}}', "true_false"),
        ("mmmu", '[{"answer": "Z", "options": ["a"], "response": "", "if_right": true}]', "not among"),
        ("mathvision", "{}", "problems"),
    ],
)
def test_files_that_are_not_in_the_format_are_named(tmp_path, benchmark, content, word):
    path = tmp_path / "file.json"
    path.write_text(content)
    with pytest.raises(InputError) as error:
        _audit(benchmark, path)
    assert word in str(error.value)


def test_a_commitment_to_none_of_the_options_is_told_from_another_option(tmp_path):
    path = tmp_path / "rows.jsonl"
    item = {"kind": "choice", "choices": ["4", "5"], "reference": "A", "is_correct": True}
    said = {"1": "The answer is 9.", "2": "The answer is 5."}
    path.write_text("".join(json.dumps({**item, "id": name, "response": text}) + "\n" for name, text in said.items()))
    tally = _only(_audit("jsonl", path)[0])
    assert tally.classes == {"none of the options, called right": 1, "another option, called right": 1}
