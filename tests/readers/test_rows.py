"""Logs whose tools cannot be run here, as their sources write them; tables with named columns; what is malformed."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from verifiers.errors import InputError
from verifiers.logs import Entry, Reading, format_of, read_log
from verifiers.logs.columns import parse_columns
from verifiers.logs.files import head_of
from verifiers.logs.importing import import_logs

NEMO = {
    "problem": "6 * 7?",
    "generation": r"\boxed{42}",
    "expected_answer": "42",
    "predicted_answer": "42",
    "symbolic_correct": True,
}
QWEN = {
    "idx": 3,
    "question": "6 * 7?",
    "gt_cot": r"So \boxed{42}.",
    "gt": "42",
    "code": ["42", "48"],
    "pred": ["42", "48"],
    "score": [True, False],
}
SKYRL = {"input_prompt": "6 * 7?", "output_response": r"\boxed{42}", "score": [0.0, 0.0, 1.0], "stop_reason": "stop", "env_class": "m",
         "env_extras": {"reward_spec": {"method": "rule", "ground_truth": "#### 42"}}, "data_source": "toy"}  # fmt: skip
OPENRLHF = {"input": "6 * 7?", "output": r"\boxed{42}", "reward": 1.0, "label": "42"}
QUERIED = {"query": r"6 * 7?\boxed{42}", "prompt": "6 * 7?", "label": "42"}
LCB = {
    "question_id": "abc1_a",
    "question_content": "Add.",
    "output_list": ["```python\n1\n```", ""],
    "code_list": ["1", ""],
    "graded_list": [True, False],
}
VERL = {"input": "6 * 7?", "output": "42", "gts": "42", "score": 1.0, "step": 1}
LM_EVAL = {
    "doc_id": 0,
    "doc": {},
    "target": "42",
    "arguments": [["6 * 7?", {}]],
    "resps": [["42"]],
    "filtered_resps": ["42"],
    "exact_match": 1.0,
}
ROW = {"problem_id": "a", "reference": "42", "response": "42"}


def write(path: Path, *records: Any) -> Path:
    text = "".join(json.dumps(record) + "\n" for record in records).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def read(path: Path, reading: Reading | None = None, name: str = "auto") -> list[Entry]:
    return [entry for entry in read_log(name, path, reading) if isinstance(entry, Entry)]


@pytest.mark.parametrize(
    ("form", "record", "reference", "responses", "scores"),
    [
        ("nemo_skills", NEMO, "42", [r"\boxed{42}"], [1.0]),
        ("qwen_math_eval", QWEN, "42", ["42", "48"], [1.0, 0.0]),
        ("skyrl", SKYRL, "42", [r"\boxed{42}"], [1.0]),
        ("openrlhf", OPENRLHF, "42", [r"\boxed{42}"], [1.0]),
        ("openrlhf", QUERIED, "42", [r"\boxed{42}"], [None]),
        ("livecodebench_results", LCB, None, LCB["output_list"], [1.0, 0.0]),
        ("verl", VERL, "42", ["42"], [1.0]),
        ("lm_eval", LM_EVAL, "42", ["42"], [1.0]),
    ],
)
@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz"])
def test_rows_of_a_tool_are_told_and_read(
    tmp_path: Path, form: str, record: dict[str, Any], reference: str | None, responses: list[str], scores: list[Any], ending: str
) -> None:  # fmt: skip
    path = write(tmp_path / f"log{ending}", record)
    assert format_of("auto", head_of(path), Reading()).name == form
    entries = read(path)
    assert [entry.sample.response for entry in entries] == responses
    assert [(entry.sample.model_extra or {}).get("their_score") for entry in entries] == scores
    assert {getattr(entry.problem, "reference", None) for entry in entries} == {reference}


def test_a_json_array_is_read_as_its_rows_are(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    path = tmp_path / "m/codegeneration_eval_all.json"
    path.write_text(json.dumps([LCB, {**LCB, "question_id": "abc1_b"}], indent=4))
    entries = read(path)
    assert [entry.sample.problem_id for entry in entries] == ["lcb/abc1_a"] * 2 + ["lcb/abc1_b"] * 2
    assert {entry.sample.model for entry in entries} == {"m"}


def test_of_several_filters_the_first_is_taken(tmp_path: Path) -> None:
    strict, loose = (
        {**LM_EVAL, "filter": name, "metrics": ["exact_match"], "exact_match": value}
        for name, value in (("s", 0.0), ("l", 1.0))
    )
    imported = import_logs("auto", [write(tmp_path / "log.jsonl", strict, loose)], tmp_path / "out", Reading())
    assert (imported.samples, dict(imported.left_out)) == (1, {"the same responses under the filter 'l'": 1})


@pytest.mark.parametrize("ending", [".parquet", ".jsonl"])
def test_a_reward_is_not_taken_for_the_only_one_where_another_function_said_nothing(
    tmp_path: Path, ending: str
) -> None:
    from verifiers.records import LineWriter

    row = {"step": 1, "prompt": "6 * 7?", "completion": "42", "solution": "42", "advantage": 0.0}
    with LineWriter(tmp_path / f"c{ending}") as writer:
        for first, second in ((None, 1.0), (0.5, 1.0)):
            writer.write(json.dumps({**row, "first": first, "second": second}).encode())
    extras = [entry.sample.model_extra or {} for entry in read(tmp_path / f"c{ending}")]
    assert ["their_score" in each for each in extras] == [False, False]
    assert [(each.get("first"), each["second"]) for each in extras] == [(None, 1.0), (0.5, 1.0)]


def test_two_models_may_have_been_asked_in_different_words(tmp_path: Path) -> None:
    files = [
        write(tmp_path / model / "samples_toy.jsonl", {**LM_EVAL, "arguments": [[f"<{model}>6 * 7?", {}]]})
        for model in "ab"
    ]
    imported = import_logs("auto", files, tmp_path / "out", Reading())
    assert (imported.problems, imported.samples) == (1, 2)


# ---- references


@pytest.mark.parametrize(
    ("reference", "choices", "fields"),
    [
        ("first 2\n#### 1,234", None, {"kind": "math", "reference": "1234"}),
        (r"so $\boxed{\frac{1}{2}}$ it is", None, {"kind": "math", "reference": r"\frac{1}{2}"}),
        (["1/2", "0.5"], None, {"kind": "math", "reference": "1/2", "policy": {"alternatives": ("0.5",)}}),
        (7, None, {"kind": "math", "reference": "7"}),
        ({"ground_truth": "7"}, None, {"kind": "math", "reference": "7"}),
        ("B", ["cat", "dog"], {"kind": "choice", "choices": ["cat", "dog"], "reference": "B"}),
        ("dog", ["cat", "dog"], {"kind": "choice", "choices": ["cat", "dog"], "reference": "B"}),
        (1, ["cat", "dog"], {"kind": "choice", "choices": ["cat", "dog"], "reference": "B"}),
        ("2", ["2", "3", "4"], {"kind": "choice", "choices": ["2", "3", "4"], "reference": "A"}),
        (["A", "C"], ["1", "2", "3"], {"kind": "choice", "choices": ["1", "2", "3"], "reference": ["A", "C"], "answer_type": "multi"}),
        ("B", ["A", "B"], {"kind": "choice", "labels": ["A", "B"], "reference": "B"}),
        ('{"kind": "math", "reference": "1", "policy": "qwen"}', None, {"kind": "math", "reference": "1", "policy": {"preset": "qwen"}}),
    ],
)  # fmt: skip
def test_a_reference_is_found_in_many_spellings(
    tmp_path: Path, reference: Any, choices: Any, fields: dict[str, Any]
) -> None:
    (entry,) = read(
        write(tmp_path / "t.jsonl", {**ROW, "reference": reference, **({"choices": choices} if choices else {})})
    )
    assert entry.problem is not None
    found = entry.problem.model_dump(exclude_unset=True)
    assert {
        name: found.get(name) if name != "policy" else _policy(found[name], fields[name]) for name in fields
    } == fields


def _policy(found: dict[str, Any], due: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in due}


def test_test_cases_as_a_ground_truth_make_a_problem_of_programs(tmp_path: Path) -> None:
    cases = json.dumps({"inputs": ["1 2\n"], "outputs": ["3\n"]})
    (entry,) = read(write(tmp_path / "1.jsonl", {**VERL, "gts": cases}))
    assert entry.problem is not None and entry.problem.kind == "code"
    assert entry.problem.model_dump()["tests"]["cases"] == [{"stdin": "1 2\n", "stdout": "3\n"}]


def test_programs_and_answers_with_the_same_prompt_are_two_problems(tmp_path: Path) -> None:
    first, second = read(write(tmp_path / "1.jsonl", VERL, {**VERL, "gts": "43"}))
    assert first.sample.problem_id != second.sample.problem_id


# ---- tables


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.jsonl", "t.parquet"])
def test_columns_are_named_and_several_responses_are_a_list(tmp_path: Path, name: str) -> None:
    from verifiers.records import LineWriter

    with LineWriter(tmp_path / name) as writer:
        for record in (
            {"q": 1, "gold": "42", "outs": ["42", "[1]"], "level": "easy"},
            {"q": 2, "gold": "7", "outs": ["x"]},
        ):
            writer.write(json.dumps(record).encode())
    reading = Reading(columns=parse_columns("response=outs, reference=gold,problem_id=q,difficulty=level"))
    entries = (
        read(tmp_path / name, reading) if name == "t.csv" else read(tmp_path / name, Reading(reading.columns), "table")
    )
    assert [(entry.sample.problem_id, entry.sample.response) for entry in entries] == [
        ("1", "42"),
        ("1", "[1]"),
        ("2", "x"),
    ]
    assert [(entry.sample.model_extra or {}).get("difficulty") for entry in entries] == ["easy", "easy", None]


def test_places_lead_into_rows(tmp_path: Path) -> None:
    record = {"meta": {"uid.x": "p", "gold": ["0", "1"]}, "turns": [{"role": "user", "content": "?"}, {"role": "assistant", "content": [{"type": "text", "text": "1"}]}]}  # fmt: skip
    columns = {"problem_id": "meta.uid.x", "reference": "meta.gold.1", "response": "turns"}
    (entry,) = read(write(tmp_path / "t.jsonl", record), Reading(columns=columns))
    assert (entry.sample.problem_id, entry.sample.response) == ("p", "1")
    assert getattr(entry.problem, "reference", None) == "1"


# ---- what is malformed


@pytest.mark.parametrize(
    ("records", "columns", "said"),
    [
        ([{"x": 1}], "", r"t\.jsonl: this file, whose first record has the fields x, looks like none of inspect,"),
        ([{"x": 1}], "response=y", r"t\.jsonl:1: field 'y': is missing; the record has the fields x"),
        ([{"response": "1"}], "", r"t\.jsonl:1: neither an id nor a prompt says which problem"),
        ([{"response": "1", "problem_id": "a"}], "", r"t\.jsonl:1: field 'reference': is not known; name its column"),
        ([ROW, {**ROW, "response": 7}], "", r"t\.jsonl:2: field 'response': must be text, a conversation or a list of them, not int"),
        ([ROW, {**ROW, "reference": ""}], "", r"t\.jsonl:2: field 'reference': is empty: the right answer is wanted"),
        ([{**ROW, "choices": ["x", "y"]}], "", r"field 'reference': '42' is neither label, nor text, nor place \(from 0\) of one of 2"),
        ([{**ROW, "score": "good"}], "", r"t\.jsonl:1: field 'their_score': must be a number, true or false, not 'good'"),
        ([{**ROW, "response": ["1", "2"], "score": [1]}], "", r"field 'their_score': has 1 values for 2 responses"),
        ([ROW, {**ROW, "reference": "43"}], "", r"t\.jsonl:2: field 'problem_id': problem 'a' was another one in an earlier row"),
        ([{**ROW, "sample_id": 0}] * 2, "", r"t\.jsonl:2: field 'sample_id': sample 0 of 'a' was there before"),
        ([{**VERL, "gts": {"inputs": [1], "outputs": []}}], "", r"t\.jsonl:1: field 'reference': must have lists of as many inputs as outputs"),
        ([{**QUERIED, "prompt": "x"}], "", r"t\.jsonl:1: field 'query': must begin with the row's prompt"),
        ([{**LM_EVAL, "resps": "42"}], "", r"t\.jsonl:1: field 'resps': must be a list, not str"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_with_its_field_and_nothing_is_written(
    tmp_path: Path, records: list[dict[str, Any]], columns: str, said: str
) -> None:
    reading = Reading(columns=parse_columns(columns))
    with pytest.raises(InputError, match=said):
        import_logs("auto", [write(tmp_path / "t.jsonl", *records)], tmp_path / "out", reading)
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.jsonl", b"", r"t\.jsonl: is empty: a log or a table"),
        ("t.bin", b"\x00\x01", r"t\.bin: is neither JSON, nor Parquet, nor an archive"),
        ("t.json", b'[{"question_id": "a", "code_list": []', r"t\.json: is not JSON at byte 1: a list or object has no end"),
        ("t_eval_results.json", b'{"date": "", "hash": "", "eval": {"a": [{"solution": ""}]}}', r"field 'base_status': is missing"),
        ("t_eval_results.json", b'{"date": "", "hash": "", "eval": {"a": 7}}', r"field 'eval': a: must be a list of objects"),
        ("t.json", b'{"version": 2, "status": "", "eval": {}, "samples": [{"id": []}]}', r"holds no response: 1 rows: a run that failed"),
        ("t.eval", b"PK\x03\x04 no archive", r"t\.eval: cannot be read as an archive"),
        ("t.csv", b"response\n", r"t\.csv: is empty: records are expected"),
    ],
)  # fmt: skip
def test_a_bad_file_is_named(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=said):
        import_logs("auto", [tmp_path / name], tmp_path / "out", Reading())


def test_an_archive_that_is_no_log_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(InputError, match=r"t\.zip: is an archive, but no log of inspect"):
        read(tmp_path / "t.zip")


@pytest.mark.parametrize(
    ("text", "said"),
    [("response", "'response' is not NAME=COLUMN"), ("verdict=x", "would be taken for one of a grade")],
)
def test_columns_that_say_nothing_are_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_columns(text)
