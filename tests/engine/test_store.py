"""Verdicts that outlive a run: nothing is judged twice, and a damaged store costs speed and never a grade."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from verifiers import Engine, InputError, MathProblem
from verifiers.engine.store import Known, VerdictStore, problem_digest, verdict_key
from verifiers.interface import Judgement
from verifiers.registry import parse_problem
from verifiers.verdict import Verdict

from .conftest import problem, sample
from .test_engine import grades_of

RIGHT = Judgement(Verdict.CORRECT, "exact", "because")


def key(number: int) -> bytes:
    return verdict_key(b"p" * 16, str(number))


def test_an_answer_is_judged_once_for_all_runs_that_share_a_store(tmp_path: Path) -> None:
    log = tmp_path / "log"
    problems = [problem("p", log=str(log))]
    samples = [sample(str(n % 4)) for n in range(200)]
    outputs = []
    for run in range(3):
        with Engine(workers=2, store=tmp_path / "deep" / "verdicts") as engine:
            outputs.append(grades_of(engine, problems, samples))
        assert log.read_text() == "." * 4, run
    with Engine(workers=2) as engine:
        outputs.append(grades_of(engine, problems, samples))
    assert outputs[0] == outputs[1] == outputs[2] == outputs[3]


def test_a_verdict_belongs_to_the_problems_content_its_policy_and_the_answer() -> None:
    digests = {
        problem_digest(each)
        for each in (
            MathProblem(reference="1"),
            MathProblem(reference="2"),
            MathProblem(reference="1", prompt="?"),
            MathProblem.model_validate({"reference": "1", "policy": "qwen"}),
        )
    }
    assert len(digests) == 4
    same = [MathProblem.model_validate({"id": name, "reference": "1", "level": name}) for name in "ab"]
    assert problem_digest(same[0]) == problem_digest(same[1])
    assert verdict_key(b"p", "1") != verdict_key(b"q", "1")


def test_what_depends_on_the_moment_is_not_kept(tmp_path: Path) -> None:
    passing = [
        Judgement(Verdict.ERROR),
        Judgement(Verdict.TIMEOUT),
        Judgement(Verdict.UNDECIDED),
        Judgement(Verdict.INCORRECT, by_the_clock=True),
        Judgement(Verdict.CORRECT, isolation={"level": "unsafe"}),
    ]
    store = VerdictStore(tmp_path / "v")
    store.put({key(n): judgement for n, judgement in enumerate([*passing, RIGHT])})
    assert store.get(map(key, range(9))) == {key(len(passing)): RIGHT}
    store.close()
    store.close()


def test_a_row_that_was_damaged_counts_as_absent(tmp_path: Path) -> None:
    store = VerdictStore(tmp_path / "v")
    store.put({key(n): RIGHT for n in range(1500)})
    store.close()
    with sqlite3.connect(tmp_path / "v") as connection:
        connection.execute("UPDATE verdicts SET value = replace(value, 'correct', 'CORRECT') WHERE key = ?", [key(7)])
    connection.close()
    store = VerdictStore(tmp_path / "v")
    assert set(store.get(map(key, range(1500)))) == {key(n) for n in range(1500) if n != 7}
    store.close()


@pytest.mark.parametrize("place", [0, 100, 5000])
def test_a_damaged_file_is_set_aside_and_grading_goes_on(tmp_path: Path, place: int) -> None:
    path = tmp_path / "v"
    store = VerdictStore(path)
    store.put({key(n): RIGHT for n in range(2000)})
    store.close()
    content = bytearray(path.read_bytes())
    content[place : place + 3000] = b"\xff" * 3000
    path.write_bytes(content)
    with Engine(workers=1, store=path) as engine:
        assert [grade.verdict.value for grade in grades_of(engine, [problem()], [sample("1"), sample("2")])] == [
            "correct",
            "incorrect",
        ]
        if place == 0:
            assert "was damaged" in engine.trouble
            assert len(list(tmp_path.glob("v.damaged-*"))) == 1


def test_what_is_no_store_is_left_alone_and_named(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "mine") as connection:
        connection.execute("CREATE TABLE precious (x)")
    connection.close()
    with pytest.raises(InputError, match=r"mine: is a database, but not a store of verdicts"):
        VerdictStore(tmp_path / "mine")
    with pytest.raises(InputError, match="cannot be opened as a store of verdicts"):
        VerdictStore(tmp_path)
    with pytest.raises(InputError, match="cannot be opened as a store of verdicts"):
        VerdictStore(tmp_path / "mine" / "below")


def test_a_store_that_is_locked_costs_speed_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifiers.engine.store._BUSY_SECONDS", 0.01)
    store = VerdictStore(tmp_path / "v")
    other = sqlite3.connect(tmp_path / "v", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    store.put({key(1): RIGHT})
    assert "could not be written" in store.trouble
    other.execute("ROLLBACK")
    other.close()
    store.put({key(1): RIGHT})
    assert store.get([key(1)]) == {key(1): RIGHT}
    store.close()


def test_a_store_serves_several_threads(tmp_path: Path) -> None:
    store = VerdictStore(tmp_path / "v")

    def work(first: int) -> None:
        for n in range(first, first + 50):
            store.put({key(n): RIGHT})
            assert store.get([key(n)]) == {key(n): RIGHT}

    threads = [threading.Thread(target=work, args=(50 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.get(map(key, range(200)))) == 200
    store.close()


def test_judgements_beyond_what_memory_may_hold_go_to_a_file_and_come_back() -> None:
    known = Known(most=10)
    made = {key(n): Judgement(list(Verdict)[n % 11], "exact", str(n)) for n in range(100)}
    for each, judgement in made.items():
        known.add(each, judgement)
    assert known.find([*made, key(1000)]) == made
    known.close()
    known.close()


def test_the_engine_gives_the_same_grades_however_little_memory_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = [sample(str(n % 97)) for n in range(3000)]
    with Engine(workers=2) as engine:
        expected = grades_of(engine, [problem()], samples)
        monkeypatch.setattr("verifiers.engine.pipeline.Known", lambda store: Known(store, most=5))
        assert grades_of(engine, [problem()], samples) == expected


def test_a_store_is_shared_by_engines_at_once(tmp_path: Path) -> None:
    problems = [parse_problem(problem())]
    with Engine(workers=1, store=tmp_path / "v") as one, Engine(workers=1, store=tmp_path / "v") as other:
        for engine in (one, other, one):
            grades = engine.grade_batch(problems * 50, [f"=> {n}" for n in range(50)])
            assert [grade.correct for grade in grades] == [n == 1 for n in range(50)]
            assert engine.trouble == ""
