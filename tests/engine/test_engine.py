"""The engine: one judging a distinct answer, grades in order, and no fault that costs more than one answer."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers import Engine, Grade, InputError, ProblemError, Sample, VerifierError
from verifiers.engine.pool import Floor
from verifiers.engine.study import SampleIds
from verifiers.engine.wire import TABLES_KEPT
from verifiers.registry import parse_problem

from .conftest import PLUGIN, problem, sample


def grades_of(engine: Engine, problems: list[dict], samples: list[dict]) -> list[Grade]:
    parsed = [Sample.model_validate(record) for record in samples]
    return list(engine.grade_samples([parse_problem(record) for record in problems], parsed))


def verdicts_of(engine: Engine, problems: list[dict], samples: list[dict]) -> list[str]:
    return [grade.verdict.value for grade in grades_of(engine, problems, samples)]


def test_grades_come_in_the_order_of_the_samples_with_what_they_carry(engine: Engine) -> None:
    samples = [sample(str(n % 3), model="m", temperature=0.5) for n in range(2000)]
    grades = grades_of(engine, [problem()], samples)
    assert [grade.sample_id for grade in grades] == list(range(2000))
    assert [grade.correct for grade in grades] == [n % 3 == 1 for n in range(2000)]
    first = grades[0]
    assert (first.model, first.kind, first.answer, first.span, first.method) == (
        "m",
        "probe",
        " 0",
        (5, 7),
        "identical",
    )
    assert first.model_extra == {"temperature": 0.5}
    assert first.score == 0.0


def test_each_distinct_answer_is_judged_once(engine: Engine, tmp_path: Path) -> None:
    log = tmp_path / "log"
    problems = [problem("p", log=str(log)), problem("q", "2", log=str(log))]
    samples = [sample(str(random.Random(n).randrange(5)), "pq"[n % 2]) for n in range(3000)]
    grades_of(engine, problems, samples)
    assert log.read_text() == "." * 10


def test_the_output_does_not_depend_on_the_number_of_workers() -> None:
    samples = [sample(str(random.Random(n).randrange(50)), "pq"[n % 2]) for n in range(1500)]
    outputs = []
    for workers in (1, 3):
        with Engine(workers=workers) as engine:
            outputs.append(grades_of(engine, [problem("p"), problem("q", "2")], samples))
    assert outputs[0] == outputs[1]


def test_nothing_to_grade_is_no_answer_and_the_slow_lane_is_followed(engine: Engine) -> None:
    samples = [{"problem_id": "p", "response": "nothing"}, sample("slow")]
    assert verdicts_of(engine, [problem()], samples) == ["no_answer", "undecided"]


def test_faults_of_the_verifier_are_errors_of_one_sample(engine: Engine) -> None:
    samples = [sample("1"), sample("raise"), sample("fail"), {"problem_id": "p", "response": "extract-raise"}, sample()]
    grades = grades_of(engine, [problem()], samples)
    assert [grade.verdict.value for grade in grades] == ["correct", "error", "error", "error", "correct"]
    assert [grade.score for grade in grades] == [1.0, None, None, None, 1.0]
    assert grades[1].reason == "RuntimeError: the verifier has a fault"
    assert grades[2].reason == "the sandbox was lost"


def test_an_answer_that_kills_its_worker_costs_only_itself(engine: Engine) -> None:
    samples = [sample("die" if n == 40 else str(n)) for n in range(100)]
    grades = grades_of(engine, [problem()], samples)
    assert [grade.verdict.value for grade in grades].count("error") == 1
    assert grades[40].reason == "the worker process was killed by SIGKILL, twice, on this item"
    assert grades[1].correct


def test_a_response_that_kills_its_worker_in_extraction_costs_only_itself(engine: Engine) -> None:
    samples = [sample() if n != 3 else {"problem_id": "p", "response": "extract-die"} for n in range(6)]
    assert verdicts_of(engine, [problem()], samples) == ["correct"] * 3 + ["error"] + ["correct"] * 2


def test_what_a_lost_sample_carries_travels_as_any_others(engine: Engine) -> None:
    carried = {"answer": "gold", "temperature": 0.5}
    samples = [{"problem_id": "p", "response": "extract-die", **carried}, {**sample("1"), **carried}]
    lost, other = grades_of(engine, [problem()], samples)
    assert (lost.verdict.value, other.verdict.value) == ("error", "correct")
    assert lost.model_extra == other.model_extra == {"sample_answer": "gold", "temperature": 0.5}


def test_a_loss_that_does_not_repeat_costs_nothing(engine: Engine, tmp_path: Path) -> None:
    deeds = [f"die-once:{tmp_path / 'a'}", f"fail-once:{tmp_path / 'b'}"]
    assert verdicts_of(engine, [problem()], [sample(deed) for deed in deeds]) == ["incorrect", "incorrect"]


def test_a_verdict_by_the_clock_is_believed_the_second_time(engine: Engine, tmp_path: Path) -> None:
    deeds = [f"clock:{tmp_path / 'late-once'}", f"clock:{tmp_path / 'a.never'}", "1"]
    assert verdicts_of(engine, [problem()], [sample(deed) for deed in deeds]) == ["correct", "timeout", "correct"]


def test_a_task_that_is_to_be_alone_runs_alone() -> None:
    floor, running, seen = Floor(), [], []

    def work(alone: bool) -> None:
        for _ in range(50):
            with floor.taken(alone):
                running.append(alone)
                seen.append((alone, len(running)))
                time.sleep(0.0001)
                seen.append((alone, len(running)))
                running.remove(alone)

    threads = [threading.Thread(target=work, args=(n == 0,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number for alone, number in seen if alone} == {1}
    assert max(number for alone, number in seen if not alone) > 1


def test_grades_may_come_as_they_are_done(engine: Engine) -> None:
    samples = [sample("sleep:0.3" if n == 0 else str(n), sample_id=n) for n in range(1200)]
    parsed = [Sample.model_validate(record) for record in samples]
    grades = list(engine.grade_samples([parse_problem(problem())], parsed, ordered=False))
    assert [grade.sample_id for grade in grades] != list(range(1200))
    assert sorted(grades, key=lambda grade: grade.sample_id) == grades_of(engine, [problem()], samples)
    with pytest.raises(InputError, match="graded as they come need one"):
        list(engine.grade_samples([parse_problem(problem())], [Sample.model_validate(sample())], ordered=False))


def test_an_event_loop_is_not_held_up(engine: Engine) -> None:
    async def both() -> tuple[list[Grade], list[Grade]]:
        one = parse_problem(problem())
        first, second = await asyncio.gather(
            engine.agrade_batch([one] * 3, ["=> 1"] * 3), engine.agrade_batch([one], ["=> 2"])
        )
        return first, second

    first, second = asyncio.run(both())
    assert [grade.correct for grade in first + second] == [True, True, True, False]


def test_workers_killed_from_outside_are_replaced(engine: Engine) -> None:
    problems = [parse_problem(problem())]
    samples = (Sample.model_validate(sample(f"{n}")) for n in range(4000))
    count = 0
    for count, grade in enumerate(engine.grade_samples(problems, samples), start=1):
        assert grade.verdict.value in ("correct", "incorrect")
        if count in (1, 2000):
            for pid in engine.worker_pids():
                os.kill(pid, signal.SIGKILL)
    assert count == 4000


def test_closing_leaves_no_process_and_no_descriptor() -> None:
    me = psutil.Process()
    before = me.num_fds(), set(me.children())
    engine = Engine(workers=2)
    verdicts_of(engine, [problem()], [sample()])
    assert engine.worker_pids()
    engine.close()
    engine.close()
    assert (me.num_fds(), set(me.children())) == before
    with pytest.raises(VerifierError, match="closed"):
        verdicts_of(engine, [problem()], [sample()])


def test_workers_die_with_the_process_that_owns_them() -> None:
    script = textwrap.dedent("""
        import sys, time
        from verifiers import Engine, Sample
        from verifiers.registry import parse_problem
        engine = Engine(workers=2)
        problem = parse_problem({"id": "p", "kind": "probe", "reference": "1"})
        samples = [Sample(problem_id="p", response="=> %d" % n) for n in range(2000)]
        list(engine.grade_samples([problem], samples))
        print(*engine.worker_pids(), flush=True)
        time.sleep(600)
    """)
    env = {**os.environ, "PYTHONPATH": str(PLUGIN)}
    owner = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=env)
    assert owner.stdout is not None
    workers = [psutil.Process(int(pid)) for pid in owner.stdout.readline().split()]
    assert workers
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert psutil.wait_procs(workers, timeout=10)[1] == []


def test_a_forked_child_gets_workers_of_its_own(engine: Engine) -> None:
    assert verdicts_of(engine, [problem()], [sample()]) == ["correct"]
    script = textwrap.dedent("""
        import os
        from verifiers import Engine, Sample
        from verifiers.registry import parse_problem
        problem = parse_problem({"id": "p", "kind": "probe", "reference": "1"})
        engine = Engine(workers=1)
        samples = [Sample(problem_id="p", response="=> 1")]
        grade = lambda: [grade.verdict.value for grade in engine.grade_samples([problem], samples)]
        grade()
        child = os.fork()
        if child == 0:
            os._exit(0 if grade() == ["correct"] else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert grade() == ["correct"]
        engine.close()
    """)
    env = {**os.environ, "PYTHONPATH": str(PLUGIN)}
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", script], env=env, timeout=60).returncode == 0


def test_threads_share_an_engine(engine: Engine) -> None:
    outcomes: list[list[str]] = []

    def work(right: str) -> None:
        outcomes.append(verdicts_of(engine, [problem(reference=right)], [sample(str(n)) for n in range(50)]))

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.index("correct") for outcome in outcomes) == list(range(6))


def test_a_batch_needs_no_ids(engine: Engine) -> None:
    problems = [parse_problem({"kind": "probe", "reference": str(n)}) for n in range(3)]
    grades = engine.grade_batch([problems[0], problems[1], problems[0]], ["=> 0", "=> 0", "=> 0"])
    assert [grade.correct for grade in grades] == [True, False, True]
    with pytest.raises(InputError, match="must be equal"):
        engine.grade_batch(problems, [])


def test_bad_problems_and_samples_are_named(engine: Engine) -> None:
    with pytest.raises(ProblemError, match=r"problem 'bad': field 'reference': cannot be read"):
        verdicts_of(engine, [problem("bad", "unreadable")], [])
    with pytest.raises(InputError, match="no problem has the id 'other'"):
        verdicts_of(engine, [problem()], [sample(problem_id="other")])
    with pytest.raises(InputError, match="two problems have the id 'p'"):
        verdicts_of(engine, [problem(), problem()], [])
    with pytest.raises(InputError, match="workers must be 1 or more"):
        Engine(workers=0)


@given(st.lists(st.one_of(st.none(), st.integers(-3, 12), st.text(max_size=2))))
def test_sample_ids_are_unique_and_default_to_the_place(given_ids: list[int | str | None]) -> None:
    ids = SampleIds()
    seen: set[int | str] = set()
    for place, given_id in enumerate(given_ids):
        expected = place if given_id is None else given_id
        assert ids.assign("p", "m", given_id) == (None if expected in seen else expected)
        seen.add(expected)


def test_more_studies_at_once_than_a_worker_keeps_tables_of() -> None:
    samples = [Sample.model_validate(sample(str(number % 50))) for number in range(2500)]
    with Engine(workers=1) as engine:
        studies = [[parse_problem(problem("p", str(number)))] for number in range(TABLES_KEPT + 3)]
        runs = [engine.grade_samples(problems, samples) for problems in studies]
        graded = [[next(run)] for run in runs]  # each has as many stretches under way as there may be
        worker = engine.worker_pids()
        for grades, run in zip(graded, runs, strict=True):
            grades += run
        assert engine.worker_pids() == worker
    for reference, grades in enumerate(graded):
        assert [grade.correct for grade in grades] == [number % 50 == reference for number in range(2500)]
