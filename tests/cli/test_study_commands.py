"""The commands of a study: report, diff, audit cot and plan, and the words that bad input gets (exit code 2)."""

import csv
import json

import pytest

from tests.cli.test_commands import verify
from tests.study.grades import made_grade, made_grades

COUNTS = {"base": {"p": (40, 1), "q": (40, 30)}, "rl": {"p": (40, 0), "q": (40, 38)}}


def write(path, records):
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


def graded(path, grades):
    return write(path, [grade.model_dump_json() for grade in grades])


@pytest.fixture
def study(tmp_path):
    """Paths of problems, of two models' grades, and of their samples."""
    problems = write(
        tmp_path / "problems.jsonl",
        [{"id": name, "kind": "math", "reference": "7", "prompt": f"What is {name}?"} for name in ("p", "q")],
    )
    grades = [grade for model, counts in COUNTS.items() for grade in made_grades(counts, model)]
    samples = write(
        tmp_path / "samples.jsonl",
        [
            {"problem_id": each.problem_id, "sample_id": each.sample_id, "model": each.model, "response": "So 7."}
            for each in grades
        ],
    )
    return problems, graded(tmp_path / "grades.jsonl", grades), samples


def test_a_report_names_its_figures_and_writes_what_was_asked_for(study, tmp_path):
    pytest.importorskip("vl_convert")
    problems, grades, samples = study
    out = tmp_path / "out"
    words = ["--problems", problems, "--samples", samples, "--out", str(out), "--export", "csv", "--beyond", "400"]
    shown = verify("report", grades, *words)
    assert shown.returncode == 0, shown.stderr
    assert "extrapolated from 40 samples" in " ".join(shown.stdout.split())
    assert {path.name for path in out.iterdir()} == {"data", "report.html", "report.json"}
    record = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert record["pairs"][0]["coverage"] == {"both": 1, "a_only": 1, "b_only": 0, "neither": 0}


def test_labelled_samples_calibrate_the_verifier(study, tmp_path):
    _, grades, _ = study
    labels = write(
        tmp_path / "labels.jsonl",
        [{"problem_id": "q", "sample_id": place, "model": "base", "label": place < 20} for place in range(40)],
    )
    shown = verify("report", grades, "--labels", labels, "--full")
    assert shown.returncode == 0, shown.stderr
    assert "20 of 20" in shown.stdout and "10 of 20" in shown.stdout


def bad_reports(tmp_path, study):
    problems, grades, _ = study
    other = write(tmp_path / "other.jsonl", [{"id": "z", "kind": "math", "reference": "1"}])
    mixed = [made_grade("p", place, model=model) for place, model in enumerate(["", "m"])]
    templates = [made_grade("p", place, template=f"t{place}") for place in range(2)]
    failed = [made_grade("p", 0, "error", "m")]
    label = write(tmp_path / "label.jsonl", [{"problem_id": "p", "sample_id": 0, "label": "yes"}])
    return {
        "another problem file": ([grades, "--problems", other], "these are grades of another problem file"),
        "two templates": ([graded(tmp_path / "t.jsonl", templates)], "samples of two prompt templates, 't0' and 't1'"),
        "an empty model": ([graded(tmp_path / "m.jsonl", mixed)], "some grades name a model and others none"),
        "a model of failures": (
            [graded(tmp_path / "f.jsonl", failed)],
            "the grader failed on all 1 samples of model 'm'",
        ),
        "k beyond n": ([grades, "--k", "41"], "k = 41 is not possible: model 'base' has 40 graded samples"),
        "no grades": ([write(tmp_path / "empty.jsonl", [])], "holds no grades"),
        "the same file twice": ([grades, grades], "is graded twice"),
        "a label that is none": ([grades, "--labels", label], "label.jsonl:1: each line needs problem_id"),
        "a field of no problem": ([grades, "--problems", problems, "--by", "subject"], "is a field of no problem"),
        "no score": ([grades, "--score", "rm"], "field 'rm': sample 0 of problem 'p' has no number here"),
        "an unknown format": ([grades, "--out", str(tmp_path / "o"), "--export", "pdf"], "unknown format 'pdf'"),
    }


@pytest.mark.parametrize(
    "case",
    [
        "another problem file", "two templates", "an empty model", "a model of failures", "k beyond n", "no grades",
        "the same file twice", "a label that is none", "a field of no problem", "no score", "an unknown format",
    ],
)  # fmt: skip
def test_a_report_refuses_bad_input_in_clear_words(case, tmp_path, study):
    words, message = bad_reports(tmp_path, study)[case]
    shown = verify("report", *words)
    assert (shown.returncode, message in shown.stderr) == (2, True), shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_diff_shows_what_changed(study, tmp_path):
    _, grades, _ = study
    changed = [grade for model, counts in COUNTS.items() for grade in made_grades({**counts, "p": (40, 3)}, model)]
    other = graded(tmp_path / "other.jsonl", changed)
    shown = verify("diff", grades, other, "--out", str(tmp_path / "changes.jsonl"))
    assert shown.returncode == 0, shown.stderr
    assert "5 of them between right and not right" in " ".join(shown.stdout.split())
    assert len((tmp_path / "changes.jsonl").read_text(encoding="utf-8").splitlines()) == 5
    nothing = verify("diff", grades, graded(tmp_path / "none.jsonl", [made_grade("p", 0, model="x")]))
    assert nothing.returncode == 2 and "no sample is in both files" in nothing.stderr


def test_a_check_of_reasoning_goes_out_and_comes_back(study, tmp_path):
    problems, grades, samples = study
    out = tmp_path / "audit"
    drawn = verify("audit", "cot", "draw", grades, "--samples", samples, "--problems", problems, "--out", str(out))
    assert drawn.returncode == 0, drawn.stderr
    assert {path.name for path in out.iterdir()} == {"key.json", "sheet.csv", "sheet.html"}
    with (out / "sheet.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["response"] for row in rows] == ["So 7."]
    marked = tmp_path / "marked.csv"
    marked.write_text("item,mark\n1,unsound\n", encoding="utf-8")
    read = verify("audit", "cot", "read", str(marked), str(marked), "--key", str(out / "key.json"))
    assert read.returncode == 0, read.stderr
    assert "agree on 100.0 %" in read.stdout and "CoT-pass@k" in read.stdout
    unmarked = verify("audit", "cot", "read", str(out / "sheet.csv"), "--key", str(out / "key.json"))
    assert unmarked.returncode == 2 and "holds no mark" in unmarked.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["band", "--k", "8", "--half-width", "0.03"], 0, "half-width"),
        (["band", "--k", "8", "--problems", "30"], 0, "half-width"),
        (["band", "--k", "8"], 2, "exactly one"),
        (["band", "--half-width", "2"], 2, "lie between 0 and 1"),
        (["crossover", "GRADES"], 0, "samples"),
        (["stop", "GRADES", "--half-width", "0.02"], 1, "go on"),
        (["stop", "GRADES", "--half-width", "1.99"], 0, "stop"),
        (["stop", "GRADES", "--k", "99"], 2, "k = 99"),
    ],
)
def test_plans_answer_or_say_what_is_missing(study, words, code, said):
    shown = verify("plan", *(study[1] if word == "GRADES" else word for word in words))
    assert shown.returncode == code, shown.stderr
    assert said in shown.stdout + shown.stderr
