"""The lives of the computer-algebra processes: what is lost costs one judgement, and nothing outlives its caller."""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from verifiers import MathProblem, grade
from verifiers.math.parse import parse
from verifiers.math.slow.pool import DeadlinePassed, LostWorker, Pool
from verifiers.math.slow.wire import packed
from verifiers.math.tree import Apply, Node, Number, Symbol

ROOT = Path(__file__).parents[2]
TEN = Number(10)


def question(left: str | Node, right: str | Node) -> bytes:
    trees = (packed(parse(side) if isinstance(side, str) else side) for side in (left, right))
    return json.dumps(dict(zip(("left", "right"), trees))).encode()


HARD = question(r"\int_0^1 \int_0^1 \frac{\ln(1+xy)\sin(x^3)}{1+x^2y^2} dx dy", r"\sqrt2")
EASY = question("x+x", "2x")


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(most=1) as made:
        yield made


def until(condition: object, seconds: float = 10) -> bool:
    """Whether a condition comes true in time."""
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def gone(*processes: int) -> bool:
    """Whether processes have ended; who reaps an orphan may take its time."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if psutil.Process(process).status() != psutil.STATUS_ZOMBIE:
                return False
    return True


def worker_of(pool: Pool) -> int:
    pool.walls()  # one is up
    return pool.idle[0].process.pid


def child_of(worker: int) -> int:
    assert until(lambda: psutil.Process(worker).children())
    return psutil.Process(worker).children()[0].pid


# ---- one judgement


def test_the_deadline_is_kept_and_the_worker_stays(pool: Pool) -> None:
    worker = worker_of(pool)
    start = time.monotonic()
    with pytest.raises(DeadlinePassed):
        pool.ask(HARD, 0.5)
    assert 0.5 <= time.monotonic() - start < 1
    assert not psutil.Process(worker).children()
    assert pool.ask(EASY, 20)["equal"] is True
    assert worker_of(pool) == worker


def test_the_start_of_a_worker_is_on_no_deadline() -> None:
    with Pool(most=1) as pool:
        assert pool.ask(EASY, 0.3)["equal"] is True


def test_a_killed_child_costs_its_question_and_the_worker_stays(pool: Pool) -> None:
    worker = worker_of(pool)
    with ThreadPoolExecutor(1) as thread:
        asking = thread.submit(pool.ask, HARD, 20)
        os.kill(child_of(worker), signal.SIGKILL)
        with pytest.raises(LostWorker):
            asking.result(timeout=5)
    assert pool.ask(EASY, 20)["equal"] is True
    assert worker_of(pool) == worker


def test_a_stopped_child_is_ended_at_the_deadline(pool: Pool) -> None:
    worker = worker_of(pool)
    with ThreadPoolExecutor(1) as thread:
        asking = thread.submit(pool.ask, HARD, 1)
        os.kill(child_of(worker), signal.SIGSTOP)
        with pytest.raises(DeadlinePassed):
            asking.result(timeout=5)
    assert pool.ask(EASY, 20)["equal"] is True
    assert worker_of(pool) == worker


def test_a_killed_worker_takes_its_child_along(pool: Pool) -> None:
    worker = worker_of(pool)
    with ThreadPoolExecutor(1) as thread:
        asking = thread.submit(pool.ask, HARD, 20)
        child = child_of(worker)
        os.kill(worker, signal.SIGKILL)
        with pytest.raises(LostWorker):
            asking.result(timeout=5)
    assert until(lambda: gone(child))
    assert pool.ask(EASY, 20)["equal"] is True


BOMBS = {  # the second takes longer than it is given, in C, where nothing of Python can interrupt it
    "twelve gigabytes": (Apply("pow", (Number(2), Apply("pow", (TEN, Number(11))))), "out of memory"),
    "a long product": (Apply("fact", (Apply("pow", (TEN, Number(12))),)), "late"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_memory_bomb_is_one_open_question(bomb: str) -> None:
    tree, end = BOMBS[bomb]
    with Pool(most=1, memory_mb=256) as pool, ThreadPoolExecutor(1) as thread:
        worker = worker_of(pool)
        asking = thread.submit(pool.ask, question(tree, Symbol("x")), 1 if end == "late" else 20)
        most = 0
        while not asking.done():
            with contextlib.suppress(psutil.NoSuchProcess):
                most = max(most, *(child.memory_info().rss for child in psutil.Process(worker).children()), 0)
            time.sleep(0.005)
        # an interpreter that takes more for itself may run out of memory before it runs out of time
        try:
            assert asking.result() == {"equal": None, "reason": "out of memory"}
        except DeadlinePassed:
            assert end == "late"
        assert most < 256 << 20
        assert pool.ask(EASY, 20)["equal"] is True
        assert worker_of(pool) == worker


def test_a_huge_result_never_travels(pool: Pool) -> None:
    wide = Apply("add", tuple(Apply("pow", (Symbol(f"x_{{{n}}}"), TEN)) for n in range(40)))
    answer = pool.ask(question(wide, Apply("mul", (wide, Symbol("y")))), 20)
    assert set(answer) == {"equal", "reason"}
    assert len(json.dumps(answer)) < 300


def test_what_a_question_leaves_behind_ends_with_it(pool: Pool) -> None:
    pool.walls()
    alone = pool.ask(question("x", "y"), 20)
    for left, right in (("x", "x"), (r"\int_0^1 x^2 dx", r"\frac13"), (r"\sum_{k=1}^x k", "x")):
        pool.ask(question(left, right), 20)
        assert pool.ask(question("x", "y"), 20) == alone
    worker = psutil.Process(worker_of(pool))
    resident = worker.memory_info().rss
    for _ in range(20):
        pool.ask(question(r"\sum_{k=1}^n k^3", r"\frac{n^2(n+1)^2}{4}"), 20)
    assert worker.memory_info().rss - resident < 1 << 20


# ---- many callers


def test_many_threads_share_a_pool() -> None:
    with Pool(most=2) as pool, ThreadPoolExecutor(32) as threads:
        wanted = [n % 3 == 0 for n in range(96)]
        asked = threads.map(
            lambda n: pool.ask(question("x+x", "2x" if n % 3 == 0 else f"{n}x+1"), 20)["equal"], range(96)
        )
        assert list(asked) == wanted
        assert 1 <= len(pool.idle) <= 2


def test_an_event_loop_asks_through_its_executor() -> None:
    problem = MathProblem(reference=r"\int_0^1 x^2 dx")

    async def ask() -> list[str]:
        loop = asyncio.get_running_loop()
        answers = [r"\boxed{\frac13}", r"\boxed{\frac14}"] * 4
        grades = await asyncio.gather(*(loop.run_in_executor(None, grade, problem, answer) for answer in answers))
        return [str(given.verdict) for given in grades]

    assert asyncio.run(ask()) == ["correct", "incorrect"] * 4


def _verdict(queue: multiprocessing.Queue[str]) -> None:
    queue.put(str(grade(MathProblem(reference=r"\int_0^1 x^2 dx"), r"\boxed{\frac13}").verdict))


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("daemon", [False, True])
def test_a_process_of_any_kind_asks_workers_of_its_own(method: str, daemon: bool) -> None:
    assert grade(MathProblem(reference=r"\int_0^1 x dx"), r"\boxed{\frac12}").correct  # the parent has one
    context = multiprocessing.get_context(method)
    queue: multiprocessing.Queue[str] = context.Queue()
    process = context.Process(target=_verdict, args=(queue,), daemon=daemon)
    process.start()
    assert queue.get(timeout=60) == "correct"
    process.join(60)
    assert process.exitcode == 0
    queue.close()
    assert grade(MathProblem(reference=r"\int_0^1 x dx"), r"\boxed{\frac12}").correct


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_leaves_the_workers_of_its_parent_alone(pool: Pool) -> None:
    worker = worker_of(pool)
    child = os.fork()
    if child == 0:
        try:
            apart = pool.ask(EASY, 20)["equal"] is True and worker_of(pool) != worker
            pool.close()
            os._exit(0 if apart else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert pool.ask(EASY, 20)["equal"] is True
    assert worker_of(pool) == worker


# ---- what is left behind


def test_a_closed_pool_leaves_no_process() -> None:
    before = set(psutil.Process().children(recursive=True))
    with Pool(most=2) as pool, ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: pool.ask(EASY, 20), range(8)))
        assert set(psutil.Process().children(recursive=True)) - before
    assert set(psutil.Process().children(recursive=True)) <= before


CALLER = """
import os, sys, threading, time
sys.path.insert(0, sys.argv[1])
from verifiers.math.slow.pool import shared_pool
pool = shared_pool()
pool.walls()
worker = pool.idle[0].process.pid
threading.Thread(target=pool.ask, args=(sys.argv[2].encode(), 60), daemon=True).start()
while not open(f"/proc/{worker}/task/{worker}/children").read():
    time.sleep(0.01)
child = open(f"/proc/{worker}/task/{worker}/children").read().split()[0]
"""
ENDS = {
    "it runs to its end": "print(worker, child, flush=True)",
    "it leaves at once": "print(worker, child, flush=True); os._exit(0)",
    "it is killed": "print(worker, child, flush=True); os.kill(os.getpid(), 9)",
    "it is killed while a copy of it lives on": """
copy = os.fork()
if copy == 0:
    time.sleep(60)
print(worker, child, copy, flush=True)
os.kill(os.getpid(), 9)
""",
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("idle", [False, True], ids=["in a question", "idle"])
def test_nothing_outlives_its_caller(end: str, idle: bool) -> None:
    code = CALLER + ENDS[end]
    if idle:
        code = code[: code.index("threading.Thread")] + "child = worker\n" + ENDS[end]
    with subprocess.Popen(
        [sys.executable, "-c", code, str(ROOT), HARD.decode()], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as caller:
        assert caller.stdout is not None
        worker, child, *copies = map(int, caller.stdout.readline().split())
        try:
            assert until(lambda: gone(worker, child), 5)
        finally:
            for copy in copies:
                os.kill(copy, signal.SIGKILL)
            caller.kill()


def test_a_caller_that_dies_of_broken_pipes_does_not_die_of_a_lost_worker() -> None:
    code = """
import signal, sys
sys.path.insert(0, sys.argv[1])
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
from verifiers.math.slow.pool import LostWorker, Pool
pool = Pool(most=1)
pool.walls()
worker = pool.idle[0]
worker.process.kill()
worker.process.wait()
try:
    worker.ask(b"{}", 5)
except LostWorker:
    print("lost")
pool.close()
"""
    done = subprocess.run([sys.executable, "-c", code, str(ROOT)], capture_output=True, text=True, timeout=60)
    assert done.stdout == "lost\n", done.stderr
