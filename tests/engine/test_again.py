"""Parts of a study: the first samples, grades of certain verdicts, and grading again what failed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from verifiers import Engine, InputError, Verdict
from verifiers.records import read_grades

from .conftest import Write, problem, sample

SAMPLES = [sample(str(n % 3), "pq"[n % 2]) for n in range(300)]
PROBLEMS = [problem("p"), problem("q", "2")]


def test_what_failed_is_graded_again_and_the_rest_stays(engine: Engine, write: Write, tmp_path: Path) -> None:
    blocker = tmp_path / "blocker"
    failing = {"p": f"fail-while:{blocker}", "q": f"fail-while:{blocker}"}
    lines = [
        {"problem_id": "pq"[n % 2], "response": f"=> {failing['pq'[n % 2]] if n % 50 == 0 else n % 3}"}
        for n in range(300)
    ]
    problems, samples, out = write("p.jsonl", PROBLEMS), write("s.jsonl", lines), tmp_path / "g.jsonl"
    blocker.touch()
    engine.grade_file(problems, samples, out)
    before = out.read_text().splitlines()
    assert [grade.verdict for grade in read_grades(out)].count(Verdict.ERROR) == 6
    blocker.unlink()
    progress = engine.regrade_file(problems, samples, out, {Verdict.ERROR})
    assert (progress.tally.samples, progress.resumed) == (6, 294)
    after = out.read_text().splitlines()
    assert [number for number, (old, new) in enumerate(zip(before, after, strict=True)) if old != new] == [
        *range(0, 300, 50)
    ]
    undisturbed = tmp_path / "u.jsonl"
    engine.grade_file(problems, samples, undisturbed)
    assert out.read_bytes() == undisturbed.read_bytes()
    assert list(tmp_path.glob(".*partial*")) == []


def test_grading_again_refuses_other_samples_and_changes_nothing(engine: Engine, write: Write, tmp_path: Path) -> None:
    problems, out = write("p.jsonl", PROBLEMS), tmp_path / "g.jsonl"
    engine.grade_file(problems, write("s.jsonl", SAMPLES), out)
    content = out.read_bytes()
    for name, other in (("t.jsonl", SAMPLES[1:]), ("u.jsonl", SAMPLES[:10])):
        with pytest.raises(InputError, match="made from another file"):
            engine.regrade_file(problems, write(name, other), out, {Verdict.CORRECT})
        assert out.read_bytes() == content
    out.write_bytes(content + b"{}\n")
    with pytest.raises(InputError, match=r"g\.jsonl:301: is not a grade"):
        engine.regrade_file(problems, write("v.jsonl", [*SAMPLES, SAMPLES[0]]), out, {Verdict.CORRECT})


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz"])
def test_the_first_samples_are_those_of_the_whole(engine: Engine, write: Write, tmp_path: Path, ending: str) -> None:
    import gzip

    problems, samples = write("p.jsonl", PROBLEMS), write("s.jsonl", SAMPLES)
    if ending == ".jsonl.gz":
        packed = tmp_path / "s.jsonl.gz"
        packed.write_bytes(gzip.compress(samples.read_bytes()))
        samples = packed
    whole, first = tmp_path / "whole.jsonl", tmp_path / "first.jsonl"
    engine.grade_file(problems, samples, whole)
    assert engine.grade_file(problems, samples, first, limit=70).tally.samples == 70
    assert first.read_text().splitlines() == whole.read_text().splitlines()[:70]
    engine.grade_file(problems, samples, first, limit=100, resume=True)
    assert first.read_text().splitlines() == whole.read_text().splitlines()[:100]
    engine.grade_file(problems, samples, first, resume=True)
    assert first.read_bytes() == whole.read_bytes()


def test_grades_of_certain_verdicts_alone_are_written(engine: Engine, write: Write, tmp_path: Path) -> None:
    problems, samples = write("p.jsonl", PROBLEMS), write("s.jsonl", SAMPLES)
    whole, some = tmp_path / "whole.jsonl", tmp_path / "some.jsonl"
    engine.grade_file(problems, samples, whole)
    progress = engine.grade_file(problems, samples, some, only={Verdict.CORRECT})
    assert progress.tally.samples == 300
    assert some.read_text().splitlines() == [
        line for line in whole.read_text().splitlines() if json.loads(line)["verdict"] == "correct"
    ]
    with pytest.raises(InputError, match="cannot be resumed"):
        engine.grade_file(problems, samples, some, only={Verdict.CORRECT}, resume=True)
