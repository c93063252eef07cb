"""Grading files: bad input is named by file, line and field, and nothing that was graded is lost."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from verifiers import Engine, InputError
from verifiers.records import read_grades, read_problems, write_problems, write_samples
from verifiers.registry import parse_problem

from .conftest import Write, problem, sample

PROBLEMS = [problem("p"), problem("q", "2")]
SAMPLES = [sample(str(n % 3), "pq"[n % 2], model="m") for n in range(700)]


@pytest.fixture(scope="module")
def shared_engine() -> Any:
    with Engine(workers=1) as engine:
        yield engine


def test_a_file_is_graded_in_order_and_the_grades_read_back(
    shared_engine: Engine, write: Write, tmp_path: Path
) -> None:
    out = tmp_path / "deep" / "grades.jsonl"
    progress = shared_engine.grade_file(write("p.jsonl", PROBLEMS), write("s.jsonl", SAMPLES), out)
    grades = list(read_grades(out))
    assert [(grade.problem_id, grade.sample_id) for grade in grades] == [("pq"[n % 2], n // 2) for n in range(700)]
    assert progress.tally.samples == 700
    assert progress.tally.distinct == 6
    assert progress.fraction == 1.0
    record = json.loads(out.read_text().splitlines()[0])
    assert list(record) == [
        "problem_id", "sample_id", "model", "kind", "verdict", "score", "answer", "span", "method", "reason",
    ]  # fmt: skip


@pytest.mark.parametrize("ending", [".jsonl.gz", ".jsonl.zst"])
def test_compressed_files_are_read_and_written_by_their_ending(
    shared_engine: Engine, write: Write, tmp_path: Path, ending: str
) -> None:
    from verifiers.problem import Sample

    samples = tmp_path / f"s{ending}"
    write_samples(samples, (Sample.model_validate(record) for record in SAMPLES))
    shared_engine.grade_file(write("p.jsonl", PROBLEMS), samples, tmp_path / f"g{ending}")
    shared_engine.grade_file(write("p.jsonl", PROBLEMS), write("s.jsonl", SAMPLES), tmp_path / "g.jsonl")
    assert list(read_grades(tmp_path / f"g{ending}")) == list(read_grades(tmp_path / "g.jsonl"))


def test_parquet_is_read(shared_engine: Engine, write: Write, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.Table.from_pylist(SAMPLES), tmp_path / "s.parquet")
    shared_engine.grade_file(write("p.jsonl", PROBLEMS), tmp_path / "s.parquet", tmp_path / "g.jsonl")
    shared_engine.grade_file(write("p.jsonl", PROBLEMS), write("s.jsonl", SAMPLES), tmp_path / "h.jsonl")
    assert (tmp_path / "g.jsonl").read_bytes() == (tmp_path / "h.jsonl").read_bytes()


@pytest.mark.parametrize("kept", [0, 1, 333, 699, 700])
@pytest.mark.parametrize("torn", ["", '{"problem_id": "p", "sam'])
def test_resuming_gives_the_file_of_an_undisturbed_run(
    shared_engine: Engine, write: Write, tmp_path: Path, kept: int, torn: str
) -> None:
    problems, samples = write("p.jsonl", PROBLEMS), write("s.jsonl", SAMPLES)
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
    shared_engine.grade_file(problems, samples, whole)
    broken.write_text("".join(whole.read_text().splitlines(keepends=True)[:kept]) + torn)
    progress = shared_engine.grade_file(problems, samples, broken, resume=True)
    assert broken.read_bytes() == whole.read_bytes()
    assert (progress.resumed, progress.tally.samples) == (kept, 700 - kept)


def test_grades_are_not_overwritten_unasked(shared_engine: Engine, write: Write, tmp_path: Path) -> None:
    problems, samples, out = write("p.jsonl", PROBLEMS), write("s.jsonl", SAMPLES), tmp_path / "g.jsonl"
    out.write_text("precious\n")
    with pytest.raises(InputError, match=r"g\.jsonl: already holds grades; --resume"):
        shared_engine.grade_file(problems, samples, out)
    assert out.read_text() == "precious\n"
    shared_engine.grade_file(problems, samples, out, overwrite=True)
    assert len(list(read_grades(out))) == 700


def test_a_file_that_was_replaced_between_two_runs_is_read_anew(
    shared_engine: Engine, write: Write, tmp_path: Path
) -> None:
    problems, out = write("p.jsonl", PROBLEMS), tmp_path / "g.jsonl"
    for answer, right in (("1", True), ("3", False)):
        write("new.jsonl", [sample(answer)] * 5).replace(tmp_path / "s.jsonl")
        shared_engine.grade_file(problems, tmp_path / "s.jsonl", out, overwrite=True)
        assert [grade.correct for grade in read_grades(out)] == [right] * 5


def test_resuming_with_other_samples_is_refused(shared_engine: Engine, write: Write, tmp_path: Path) -> None:
    problems, out = write("p.jsonl", PROBLEMS), tmp_path / "g.jsonl"
    shared_engine.grade_file(problems, write("s.jsonl", SAMPLES), out)
    with pytest.raises(InputError, match="made from another file"):
        shared_engine.grade_file(problems, write("t.jsonl", [sample(problem_id="q")] * 800), out, resume=True)
    with pytest.raises(InputError, match="made from another file"):
        shared_engine.grade_file(problems, write("u.jsonl", SAMPLES[:10]), out, resume=True)


BAD_SAMPLES = [
    ("{not json", "s.jsonl:3: is not JSON"),
    ('["a list"]', "s.jsonl:3: is not a JSON object but list"),
    ({"problem_id": "p"}, "s.jsonl:3: field 'response': is missing"),
    ({"problem_id": "p", "response": 7}, "s.jsonl:3: field 'response': input should be a valid string"),
    ({"problem_id": "x", "response": ""}, "s.jsonl:3: field 'problem_id': no problem has the id 'x'"),
    (sample(sample_id=0, model="m"), "s.jsonl:3: field 'sample_id': sample 0 of problem 'p', model 'm', was already"),
]


@pytest.mark.parametrize(("bad", "message"), BAD_SAMPLES)
def test_a_bad_sample_is_named_and_what_came_before_is_kept(
    shared_engine: Engine, write: Write, tmp_path: Path, bad: Any, message: str
) -> None:
    out = tmp_path / "g.jsonl"
    good = [sample(model="m"), sample("2", "q", model="m")]
    with pytest.raises(InputError) as caught:
        shared_engine.grade_file(write("p.jsonl", PROBLEMS), write("s.jsonl", [*good, bad, *good]), out)
    assert str(caught.value).startswith(f"{tmp_path}/{message}")
    assert [grade.problem_id for grade in read_grades(out)] == ["p", "q"]


def test_a_bad_sample_far_down_keeps_all_before_it_and_resumes_once_mended(
    shared_engine: Engine, write: Write, tmp_path: Path
) -> None:
    problems, out, whole = write("p.jsonl", PROBLEMS), tmp_path / "g.jsonl", tmp_path / "w.jsonl"
    with pytest.raises(InputError, match=r"s\.jsonl:651: is not JSON"):
        shared_engine.grade_file(problems, write("s.jsonl", [*SAMPLES[:650], "{", *SAMPLES[650:]]), out)
    assert len(list(read_grades(out))) == 650
    mended = write("s.jsonl", SAMPLES)
    shared_engine.grade_file(problems, mended, out, resume=True)
    shared_engine.grade_file(problems, mended, whole)
    assert out.read_bytes() == whole.read_bytes()


BAD_PROBLEMS = [
    ("{", "p.jsonl:2: is not JSON"),
    ({"id": "x", "reference": "1"}, "p.jsonl:2: problem 'x': field 'kind': is missing or not a string"),
    ({"id": "x", "kind": "poem"}, "p.jsonl:2: problem 'x': field 'kind': unknown kind 'poem'; known are "),
    ({"id": "x", "kind": "probe"}, "p.jsonl:2: problem 'x': field 'reference': is missing"),
    ({"kind": "probe", "reference": "1"}, "p.jsonl:2: field 'id': is missing"),
    (problem("p"), "p.jsonl:2: field 'id': 'p' was already used in line 1"),
    (problem("x", "unreadable"), "p.jsonl:2: problem 'x': field 'reference': cannot be read"),
]


@pytest.mark.parametrize(("bad", "message"), BAD_PROBLEMS)
def test_a_bad_problem_is_named_before_anything_is_graded(
    shared_engine: Engine, write: Write, tmp_path: Path, bad: Any, message: str
) -> None:
    out = tmp_path / "g.jsonl"
    with pytest.raises(InputError) as caught:
        shared_engine.grade_file(write("p.jsonl", [problem("p"), bad]), write("s.jsonl", SAMPLES), out)
    assert str(caught.value).startswith(f"{tmp_path}/{message}")
    assert not out.exists()


def test_empty_absent_and_damaged_files_are_named(shared_engine: Engine, write: Write, tmp_path: Path) -> None:
    problems, samples, out = write("p.jsonl", PROBLEMS), write("s.jsonl", SAMPLES), tmp_path / "g.jsonl"
    empty = write("empty.jsonl", [])
    damaged = tmp_path / "cut.jsonl.gz"
    damaged.write_bytes(gzip.compress(samples.read_bytes())[:-20])
    for given, message in [
        ((empty, samples), "empty.jsonl: is empty: one problem a line is expected"),
        ((problems, empty), "empty.jsonl: is empty: one sample a line is expected"),
        ((tmp_path / "none.jsonl", samples), "none.jsonl: cannot be read: No such file or directory"),
        ((problems, tmp_path / "none.jsonl"), "none.jsonl: cannot be read: No such file or directory"),
        ((problems, damaged), "cut.jsonl.gz:"),
    ]:
        with pytest.raises(InputError) as caught:
            shared_engine.grade_file(*given, out, overwrite=True)
        assert str(caught.value).startswith(f"{tmp_path}/{message}")


def test_a_lone_surrogate_in_a_response_is_not_the_end(shared_engine: Engine, write: Write, tmp_path: Path) -> None:
    out = tmp_path / "g.jsonl"
    line = '{"problem_id": "p", "response": "\\ud83d cut emoji => 1"}'
    shared_engine.grade_file(write("p.jsonl", PROBLEMS), write("s.jsonl", [line]), out)
    grade = next(read_grades(out))
    assert grade.correct
    assert grade.span == (14, 16)


def test_a_full_disk_is_said_and_nothing_is_torn(shared_engine: Engine, write: Write) -> None:
    with pytest.raises(InputError, match="/dev/full: cannot be written: No space left on device"):
        shared_engine.grade_file(
            write("p.jsonl", PROBLEMS), write("s.jsonl", SAMPLES), Path("/dev/full"), overwrite=True
        )


def test_problems_survive_a_round_trip(write: Write, tmp_path: Path) -> None:
    calls = {"type": "calls", "entry_point": "f", "cases": [{"args": [None], "returns": None}]}
    records = [
        {"id": "a", "kind": "math", "reference": 0.5, "policy": {"tolerance": {"absolute": 0.1}}, "level": 3},
        {"id": "b", "kind": "code", "tests": calls, "limits": {"wall_seconds": 2}},
        {"id": "c", "kind": "choice", "choices": ["x", "y"], "reference": "B"},
    ]
    problems = [parse_problem(record) for record in records]
    write_problems(tmp_path / "out.jsonl", problems)
    assert list(read_problems(tmp_path / "out.jsonl").values()) == problems
