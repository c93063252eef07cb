"""Grades that are exported and imported again keep their verdicts; so do the problems, where a format has a place."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifiers.errors import InputError
from verifiers.logs import FORMATS, Known, Reading
from verifiers.logs.exporting import export_grades
from verifiers.logs.importing import import_logs
from verifiers.records import LineWriter, read_grades, read_jsonl, read_problems
from verifiers.verdict import Verdict

pytest.importorskip("pyarrow")

PROBLEMS: list[dict[str, Any]] = [
    {"id": "m/1", "kind": "math", "prompt": "Half?", "reference": "1/2"},
    {"id": "m/2", "kind": "math", "prompt": "About?", "reference": "3", "policy": {"tolerance": {"absolute": 0.5}}},
    {"id": "m/3", "kind": "math", "prompt": "Third?", "reference": "1/3", "policy": {"alternatives": ["0.(3)"]}},
    {"id": "c/1", "kind": "choice", "prompt": "Who barks?", "choices": ["cat", "dog"], "reference": "B"},
    {"id": "c/2", "kind": "choice", "prompt": "?", "choices": ["1", "2"], "answer_type": "multi", "reference": "AB"},
    {"id": "p/1", "kind": "code", "prompt": "+", "tests": {"type": "stdio", "cases": [{"stdin": "1", "stdout": "3"}]}},
    {"id": "p/2", "kind": "code", "tests": {"type": "asserts", "entry_point": "f", "code": "assert f()"}, "level": 2},
]  # fmt: skip
# format, ending, whether the problems come back as they were
WRITTEN = [
    ("lm_eval", ".jsonl", True),
    ("lm_eval", ".jsonl.gz", True),
    ("lighteval", ".parquet", True),
    ("inspect", ".eval", True),
    ("inspect", ".json", True),
    ("evalplus_results", ".json", False),
    ("trl", ".parquet", True),
    ("trl", ".jsonl", True),
    ("verl", ".jsonl", True),
    ("verl", ".parquet", True),
    ("table", ".csv", True),
    ("table", ".tsv", True),
    ("table", ".parquet", True),
    ("table", ".jsonl", True),
]

_text = st.text(st.characters(codec="utf-8"), max_size=30)
_graded = st.lists(
    st.tuples(st.sampled_from(PROBLEMS), st.sampled_from(Verdict), st.floats(0, 1), _text, st.none() | _text),
    min_size=1,
    max_size=8,
)


def written(path: Path, records: list[dict[str, Any]]) -> Path:
    with LineWriter(path) as writer:
        for record in records:
            writer.write(json.dumps(record).encode())
    return path


def responses(path: Path) -> dict[Any, str]:
    return {(row["problem_id"], row["sample_id"]): row["response"] for _, row in read_jsonl(path)}


def study(folder: Path, graded: list[Any], model: str) -> tuple[Path, Path, Path]:
    """Files of grades, problems and samples; a fraction is the score of a program that failed some tests."""
    grades, samples = [], []
    for place, (problem, verdict, fraction, response, answer) in enumerate(graded):
        whose = {"problem_id": problem["id"], "sample_id": place, "model": model}
        score = fraction if verdict is Verdict.INCORRECT else verdict.default_score
        grades.append({**whose, "kind": problem["kind"], "verdict": verdict.value, "score": score, "answer": answer})
        samples.append({**whose, "response": response, "temperature": 0.5})
    return (
        written(folder / "grades.jsonl", grades),
        written(folder / "problems.jsonl", PROBLEMS),
        written(folder / "samples.jsonl", samples),
    )


@pytest.mark.parametrize(("form", "ending", "whole"), WRITTEN)
@given(graded=_graded, model=st.sampled_from(["", "base", "org/model"]))
@settings(max_examples=8, deadline=None)
def test_what_is_exported_is_imported_with_every_verdict(
    form: str, ending: str, whole: bool, graded: list[Any], model: str
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        grades, problems, samples = study(folder, graded, model)
        out = folder / f"log{ending}"
        assert export_grades(form, grades, out, problems=problems, samples=samples) == len(graded)
        imported = import_logs("auto", [out], folder / "again", Reading())
        assert imported.formats == {out: form}

        theirs = list(read_grades(folder / "again/their_grades.jsonl"))
        ours = {(each.problem_id, each.sample_id): each for each in read_grades(grades)}
        assert {(each.problem_id, each.sample_id, each.model) for each in theirs} == {
            (each.problem_id, each.sample_id, each.model) for each in ours.values()
        }
        for each in theirs:
            due = ours[each.problem_id, each.sample_id]
            assert (each.verdict, each.score) == (due.verdict, due.score)
            assert each.kind == due.kind or not whole

        assert responses(folder / "again/samples.jsonl") == responses(samples)
        if whole:
            known = read_problems(problems)
            for problem_id, problem in read_problems(folder / "again/problems.jsonl").items():
                assert problem.model_dump() == known[problem_id].model_dump()


def test_every_format_that_is_written_makes_the_round_trip() -> None:
    assert {form for form, _, _ in WRITTEN} == {each.name for each in FORMATS.values() if each.writes}


def test_grades_alone_are_exported_and_found_again_beside_their_problems(tmp_path: Path) -> None:
    grades, problems, _ = study(tmp_path, [(PROBLEMS[0], Verdict.CORRECT, 0.0, "x", "1/2")], "m")
    export_grades("table", grades, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text().splitlines() == [
        "problem_id,sample_id,model,kind,verdict,score,answer,span,method,reason",
        "m/1,0,m,math,correct,1.0,1/2,,,",
    ]
    export_grades("lm_eval", grades, tmp_path / "l.jsonl")
    reading = Reading(known=Known.of(read_problems(problems)))
    assert import_logs("auto", [tmp_path / "l.jsonl"], tmp_path / "out", reading).graded == 1


def test_grades_of_some_samples_find_them_in_the_file_of_all(tmp_path: Path) -> None:
    graded = [(PROBLEMS[0], Verdict.CORRECT, 0.0, f"response {place}", None) for place in range(4)]
    grades, problems, samples = study(tmp_path, graded, "m")
    lines = grades.read_text().splitlines(keepends=True)
    grades.write_text("".join(lines[1::2]))
    export_grades("verl", grades, tmp_path / "v.jsonl", problems=problems, samples=samples)
    assert [row["output"] for _, row in read_jsonl(tmp_path / "v.jsonl")] == ["response 1", "response 3"]


def test_what_does_not_belong_together_is_refused(tmp_path: Path) -> None:
    graded = [(PROBLEMS[0], Verdict.CORRECT, 0.0, "x", None), (PROBLEMS[1], Verdict.CORRECT, 0.0, "y", None)]
    grades, _, samples = study(tmp_path, graded, "a")
    two = written(tmp_path / "two.jsonl", [{**row, "model": row["problem_id"]} for _, row in read_jsonl(grades)])
    other = written(tmp_path / "other.jsonl", [row for _, row in read_jsonl(samples)][:1])
    few = written(tmp_path / "few.jsonl", PROBLEMS[:1])
    cases: list[tuple[str, Path, str, dict[str, Any], str]] = [
        ("nemo_skills", grades, "x.jsonl", {}, "unknown format 'nemo_skills'; written are inspect, lighteval"),
        ("inspect", two, "x.eval", {}, r"x\.eval: the format holds one model, and the grades have 'm/1', 'm/2'"),
        ("inspect", grades, "x.jsonl", {}, r"x\.jsonl: must end in \.eval or \.json"),
        ("lighteval", grades, "x.jsonl", {}, r"x\.jsonl: must end in \.parquet"),
        ("table", grades, "x.csv", {"samples": other}, r"other\.jsonl: holds no sample 1 of problem 'm/2' where"),
        ("table", grades, "x.csv", {"problems": few}, r"few\.jsonl: field 'id': has no problem 'm/2'"),
        ("table", grades, "x.csv", {"model": "b"}, r"grades\.jsonl: has no grades of model 'b'"),
        ("table", grades, "grades.jsonl", {}, "would be overwritten by what is made from it"),
    ]
    for form, source, name, options, said in cases:
        with pytest.raises(InputError, match=said):
            export_grades(form, source, tmp_path / name, **options)
        assert name == "grades.jsonl" or not (tmp_path / name).exists()
