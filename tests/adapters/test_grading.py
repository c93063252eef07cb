"""Grades for adapters: as `grade` and `verify grade` give them, on one engine a process, whatever hosts it."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.adapters.study import BAD, PROBLEMS, ROWS, SAID, SAMPLES
from verifiers import Grade, InputError
from verifiers.adapters import grading
from verifiers.adapters.grading import (
    WITHOUT_NONE,
    GradingFailed,
    agrade_rows,
    checked,
    facts_of,
    grade_row,
    grade_rows,
    reward_of,
)

MATH_ROWS, MATH_SAID = ROWS[:4] * 3, SAID[:4] * 3
MATH_VERDICTS = ["correct", "incorrect", "no_answer", "no_answer"] * 3


@pytest.fixture(scope="module", autouse=True)
def _closed_after() -> Iterator[None]:
    yield
    grading.close_engine()


@pytest.fixture(scope="module")
def by_command(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The grades that `verify grade` gives of the study."""
    folder = tmp_path_factory.mktemp("study")
    problems, samples, out = folder / "p.jsonl", folder / "s.jsonl", folder / "g.jsonl"
    problems.write_text("".join(json.dumps(problem) + "\n" for problem in PROBLEMS))
    said = [{"problem_id": name, "response": response} for name, response in SAMPLES]
    samples.write_text("".join(json.dumps(sample) + "\n" for sample in said))
    words = ["--problems", str(problems), "--samples", str(samples), "--out", str(out), "--workers", "1"]
    subprocess.run([sys.executable, "-m", "verifiers", "grade", *words], check=True, capture_output=True)
    return [json.loads(line) for line in out.read_text().splitlines()]


def without_its_id(grade: Grade | dict[str, Any]) -> dict[str, Any]:
    record = grade.model_dump(mode="json") if isinstance(grade, Grade) else dict(grade)
    record.pop("sample_id")
    return record


def test_batches_and_single_responses_are_graded_as_verify_grade_does(by_command: list[dict[str, Any]]) -> None:
    expected = [without_its_id(each) for each in by_command]
    assert {each["verdict"] for each in expected} >= {"correct", "incorrect", "no_answer", "runtime_error"}
    assert [without_its_id(each) for each in grade_rows(ROWS, SAID)] == expected
    assert [without_its_id(grade_row(row, said)) for row, said in zip(ROWS, SAID)] == expected


def test_a_bad_row_is_an_error_of_its_own_and_its_neighbours_are_graded() -> None:
    grades = grade_rows([ROWS[0], BAD, {"question": "why?"}, ROWS[0]], [SAID[0], SAID[0], "x", SAID[1]])
    assert [each.verdict.value for each in grades] == ["correct", "error", "error", "incorrect"]
    assert [each.sample_id for each in grades] == [0, 1, 2, 3]
    assert [each.score for each in grades] == [1.0, None, None, 0.0]
    assert "problem 'bad'" in grades[1].reason
    assert grade_row(BAD, SAID[0]).verdict == "error"


def test_an_engine_that_cannot_work_is_an_error_of_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_process(*_: Any) -> None:
        raise OSError("no process can be started")

    monkeypatch.setattr(grading._here().engine, "grade_batch", no_process)
    grades = grade_rows([ROWS[0], BAD], [SAID[0], SAID[0]])
    assert [each.verdict.value for each in grades] == ["error", "error"]
    assert grades[0].reason == "OSError: no process can be started"


def test_an_error_becomes_what_the_caller_said_and_never_a_zero_by_itself() -> None:
    failed, wrong = grade_row(BAD, SAID[0]), grade_row(ROWS[0], SAID[1])
    assert reward_of(failed, "none") is None
    assert reward_of(failed, "zero") == 0.0
    with pytest.raises(GradingFailed, match="problem 'bad'"):
        reward_of(failed, "raise")
    for way in grading.WAYS:
        assert reward_of(wrong, way) == 0.0


def test_a_way_that_the_framework_lacks_is_refused() -> None:
    assert checked("raise", "verl", WITHOUT_NONE) == "raise"
    with pytest.raises(InputError, match=r"zero or raise, not 'none' \(verl has no way to leave a sample out"):
        checked("none", "verl", WITHOUT_NONE)
    with pytest.raises(InputError, match="none or zero or raise, not 'skip'"):
        checked("skip", "TRL")


def test_the_facts_have_the_same_keys_and_types_for_every_grade() -> None:
    facts = [facts_of(each) for each in [*grade_rows(ROWS, SAID), grade_row(BAD, "x")]]
    assert len({tuple((name, type(value)) for name, value in each.items()) for each in facts}) == 1


def test_numbers_that_do_not_match_are_refused() -> None:
    with pytest.raises(InputError, match="2 rows for 1 responses"):
        grade_rows(ROWS[:2], SAID[:1])
    assert grade_rows([], []) == []


def verdicts() -> list[str]:
    return [each.verdict.value for each in grade_rows(MATH_ROWS, MATH_SAID)]


def one_by_one() -> list[str]:
    return [grade_row(*each).verdict.value for each in zip(MATH_ROWS, MATH_SAID)]


def test_threads_share_one_engine_and_may_run_programs() -> None:
    programs = [(row, said) for row, said in zip(ROWS, SAID) if row["kind"] == "code"]
    with ThreadPoolExecutor(4) as threads:
        ran = [threads.submit(lambda pair: grade_row(*pair).verdict.value, pair) for pair in programs * 3]
        assert [each.result(timeout=60) for each in ran] == ["correct", "incorrect", "correct", "runtime_error"] * 3
        found = [threads.submit(each) for each in (verdicts, one_by_one) * 4]
        assert [each.result(timeout=60) for each in found] == [MATH_VERDICTS] * 8
    assert grading._here() is grading._here()


def test_event_loops_that_come_and_go_are_not_held_up() -> None:
    async def beside() -> tuple[list[str], int]:
        ticks = 0
        grading_now = asyncio.create_task(agrade_rows(MATH_ROWS, MATH_SAID))
        while not grading_now.done():
            await asyncio.sleep(0)
            ticks += 1
        return [each.verdict.value for each in grading_now.result()], ticks

    for _ in range(2):
        found, ticks = asyncio.run(beside())
        assert found == MATH_VERDICTS
        assert ticks > 1


def _in_child(answers: Any) -> None:
    answers.put((verdicts(), one_by_one(), grading._here().engine.worker_pids()))


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_daemonic_child_grades_with_workers_of_its_own(method: str) -> None:
    assert verdicts() == MATH_VERDICTS
    ours = set(grading._here().engine.worker_pids())
    context: Any = multiprocessing.get_context(method)
    answers = context.Queue()
    child = context.Process(target=_in_child, args=(answers,), daemon=True)
    child.start()
    batch, single, theirs = answers.get(timeout=90)
    child.join(timeout=30)
    assert batch == single == MATH_VERDICTS
    assert theirs and not ours & set(theirs)
    assert child.exitcode == 0
    assert verdicts() == MATH_VERDICTS


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_fork_while_another_thread_holds_the_lock_grades() -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with grading._lock:
            held.set()
            done.wait(60)

    verdicts()
    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=_in_child, args=(answers,), daemon=True)
    child.start()
    done.set()
    assert answers.get(timeout=90)[0] == MATH_VERDICTS
    child.join(timeout=30)
    holder.join(timeout=30)


def test_the_engine_is_closed_when_the_interpreter_ends(tmp_path: Path) -> None:
    script = (
        "from verifiers.adapters import grading\n"
        "grading.grade_rows([{'answer': '1'}] * 2, ['1', '2'])\n"
        "print(*grading._here().engine.worker_pids())\n"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    assert shown.stderr == ""
    pids = [int(pid) for pid in shown.stdout.split()]
    assert pids and not any(psutil.pid_exists(pid) and psutil.Process(pid).ppid() == os.getpid() for pid in pids)
