"""Records in tables: what Parquet gives back, and what CSV cells hold."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifiers import Engine
from verifiers.errors import InputError
from verifiers.records import LineWriter, read_grades, read_jsonl, read_lines, read_problems
from verifiers.tables import csv_rows

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

_text = st.text(st.characters(codec="utf-8"))
_scalar = st.none() | st.booleans() | st.integers(-(1 << 70), 1 << 70) | st.floats(allow_nan=False) | _text
_scalar = _scalar.filter(lambda value: value not in (float("inf"), -float("inf")))
_value = st.recursive(_scalar, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3))
_records = st.lists(st.dictionaries(st.sampled_from(["id", "a", "b", "score", "ü"]), _value, min_size=1), max_size=6)


def write(path: Path, records: list[dict[str, object]]) -> Path:
    with LineWriter(path) as writer:
        for record in records:
            writer.write(json.dumps(record).encode())
    return path


@given(_records)
@settings(max_examples=80, deadline=None)
def test_records_come_back_from_parquet_as_they_were(records: list[dict[str, object]]) -> None:
    with TemporaryDirectory() as folder:
        path = write(Path(folder) / "t.parquet", records)
        assert [record for _, record in read_jsonl(path)] == records
        assert list(Path(folder).iterdir()) == [path]


def test_columns_of_one_type_have_it_in_parquet(tmp_path: Path) -> None:
    records = [{"i": 1, "f": 0.5, "s": "x", "l": [1, 2], "d": {"a": 1}}, {"i": 2, "f": 1, "s": "y", "l": [], "d": {}}]
    schema = parquet.read_schema(write(tmp_path / "t.parquet", records))
    kinds = {"i": "int64", "f": "double", "s": "string", "l": "list<element: int64>", "d": "string"}
    assert {each.name: str(each.type) for each in schema} == kinds


def test_grades_are_written_as_parquet_and_read_again(tmp_path: Path) -> None:
    problems = write(tmp_path / "p.parquet", [
        {"id": "a", "kind": "math", "reference": "1/2", "policy": {"tolerance": {"relative": 0.01}}},
        {"id": "b", "kind": "choice", "choices": ["cat", "dog"], "reference": "B", "level": 3},
    ])  # fmt: skip
    samples = write(tmp_path / "s.parquet", [
        {"problem_id": "a", "response": r"\boxed{0.5}"},
        {"problem_id": "b", "response": "no idea", "model": "m", "temperature": 0.5},
    ])  # fmt: skip
    assert read_problems(problems)["b"].model_extra == {"level": 3}
    with Engine(workers=1) as engine:
        for name in ("g.parquet", "g.jsonl"):
            engine.grade_file(problems, samples, tmp_path / name)
    assert list(read_grades(tmp_path / "g.parquet")) == list(read_grades(tmp_path / "g.jsonl"))
    assert [grade.verdict for grade in read_grades(tmp_path / "g.parquet")] == ["correct", "no_answer"]


def test_a_grade_without_a_score_keeps_its_null_in_parquet(tmp_path: Path) -> None:
    record = {"problem_id": "a", "sample_id": 0, "kind": "math", "verdict": "error", "score": None}
    (grade,) = read_grades(write(tmp_path / "g.parquet", [record]))
    assert grade.score is None


def test_the_file_is_whole_up_to_a_fault_of_the_writer_s_user(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), LineWriter(tmp_path / "t.parquet") as writer:
        writer.write(b'{"a": 1}')
        raise ZeroDivisionError
    assert [record for _, record in read_jsonl(tmp_path / "t.parquet")] == [{"a": 1}]


def test_csv_has_a_column_for_every_field_and_nested_values_as_json(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", [{"a": 'say "x",\n', "b": None}, {"a": "é", "c": {"n": [1]}, "b": 1.5}])
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["a", "b", "c"], ['say "x",\n', "", ""], ["é", "1.5", '{"n":[1]}']]
    assert [row for _, row in csv_rows(path)][1] == {"a": "é", "b": "1.5", "c": '{"n":[1]}'}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2,3\n", r"t\.csv:2: has more cells than the header, which has 2"),
        (b'a,b\n"1,2\n', r"t\.csv:1: is no CSV: unexpected end of data"),
        (b"a,b\n\xff,2\n", r"t\.csv: is not UTF-8"),
    ],
)
def test_a_bad_csv_file_is_named_with_its_line(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(InputError, match=said):
        list(csv_rows(tmp_path / "t.csv"))


def test_what_is_no_parquet_is_named(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"{}")
    with pytest.raises(InputError, match=r"t\.parquet: cannot be read as Parquet"):
        list(read_lines(tmp_path / "t.parquet"))
