"""Computer algebra in its own process: what it decides, and that losing it costs one judgement."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import flint
import pytest

from verifiers import MathProblem, grade
from verifiers.grading import judged
from verifiers.math.decide.rungs import Open
from verifiers.math.parse import parse
from verifiers.math.slow import doubtful
from verifiers.math.slow.pool import DeadlinePassed, LostWorker, Pool
from verifiers.math.slow.wire import packed, unpacked
from verifiers.registry import prepare


@pytest.mark.parametrize(
    ("reference", "answer", "verdict"),
    [
        (r"\int_0^1 x^2 dx", r"\frac13", "correct"),
        (r"\int_0^1 x^2 dx", r"\frac14", "incorrect"),
        (r"\sum_{n=1}^\infty \frac{1}{n^2}", r"\frac{\pi^2}{6}", "correct"),
        (r"\sum_{n=1}^\infty \frac{1}{n^2}", r"\frac{\pi^2}{8}", "incorrect"),
        (r"\lim_{x\to 0}\frac{\sin x}{x}", "1", "correct"),
        (r"\lim_{x\to 0}\frac{\sin x}{x}", "0", "incorrect"),
    ],
)
def test_computer_algebra_settles_what_the_fast_lane_leaves_open(reference: str, answer: str, verdict: str) -> None:
    given = grade(MathProblem(reference=reference), rf"\boxed{{{answer}}}")
    assert (given.verdict, given.method) == (verdict, "symbolic")


def test_a_question_that_takes_too_long_is_undecided_at_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUEGRADE_SLOW_SECONDS", "0.3")
    hard = r"\int_0^1 \int_0^1 \frac{\ln(1+xy)\sin(x^3)}{1+x^2y^2} dx dy"
    doubtful(parse(r"\int_0^1 x dx"), parse(r"\frac12"))  # a worker is up
    start = time.perf_counter()
    given = grade(MathProblem(reference=hard), r"\boxed{\sqrt{2}}")
    assert given.verdict == "undecided"
    assert time.perf_counter() - start < 5
    prepared = prepare(MathProblem(reference=hard))
    answer = prepared.extract(r"\boxed{\sqrt{2}}")
    assert answer is not None
    assert judged(prepared, answer).by_the_clock


def question(left: str, right: str) -> bytes:
    return json.dumps({"left": packed(parse(left)), "right": packed(parse(right))}).encode()


def test_a_stopped_worker_costs_one_question_and_the_next_gets_a_new_one() -> None:
    with Pool(most=1) as pool:
        assert pool.ask(question("x+x", "2x"), 20)["equal"] is True
        (worker,) = pool.idle
        os.killpg(worker.process.pid, signal.SIGSTOP)
        with pytest.raises(DeadlinePassed):
            pool.ask(question("x+x", "2x"), 0.2)
        assert not pool.idle
        assert pool.ask(question("x+x", "3x"), 20)["equal"] is False
        pool.idle[0].kill()
        assert pool.ask(question("x+x", "2x"), 20)["equal"] is True


def test_a_worker_that_dies_over_a_question_is_lost_not_wrong() -> None:
    with Pool(most=1) as pool:
        pool.ask(question("x", "x"), 20)
        (worker,) = pool.idle
        os.killpg(worker.process.pid, signal.SIGSTOP)
        killer = threading.Timer(0.1, os.killpg, (worker.process.pid, signal.SIGKILL))
        killer.start()
        with pytest.raises(LostWorker):
            pool.ask(question("x", "x"), 20)
        killer.join()


def test_trees_survive_the_pipe() -> None:
    for text in (r"\frac{x^2}{3}+\sin y", r"x=2", r"\sum_{k=1}^n k", "10^{40}", r"5\text{ cm}"):
        assert unpacked(packed(parse(text))) == parse(text)
    with pytest.raises(ValueError, match="not a tree"):
        unpacked(["x", 1])


PAIRS = [
    ("7", "7", "correct"),
    (r"\frac{\sqrt6-\sqrt2}{4}", r"\sin 15^\circ", "correct"),
    ("x^2-1", "(x-1)(x+1)", "correct"),
    (r"\sin 2x", r"2\sin x\cos x", "correct"),
    (r"\sin 2x", r"2\sin x", "incorrect"),
    (r"[2,5)", r"2\le x<5", "correct"),
    (r"\int_0^1 x^2 dx", r"\frac13", "correct"),
]


def verdicts() -> list[str]:
    return [str(grade(MathProblem(reference=left), rf"\boxed{{{right}}}").verdict) for left, right, _ in PAIRS]


WANTED = [wanted for _, _, wanted in PAIRS]


def test_threads_agree_and_the_precision_of_flint_is_left_alone() -> None:
    before = flint.ctx.prec
    with ThreadPoolExecutor(32) as threads:
        assert all(found == WANTED for found in threads.map(lambda _: verdicts(), range(64)))
    assert flint.ctx.prec == before


def _report(queue: multiprocessing.Queue[list[str]]) -> None:
    queue.put(verdicts())


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_gives_the_same_verdicts() -> None:
    assert verdicts() == WANTED
    context = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[list[str]] = context.Queue()
    child = context.Process(target=_report, args=(queue,))
    child.start()
    assert queue.get(timeout=60) == WANTED
    child.join(60)
    assert verdicts() == WANTED


def test_signals_and_alarms_of_the_host_are_untouched() -> None:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGALRM, signal.SIGCHLD, signal.SIGTERM)}
    signal.setitimer(signal.ITIMER_REAL, 500)
    try:
        assert verdicts() == WANTED
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 400
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    assert handlers == {number: signal.getsignal(number) for number in handlers}


def test_what_has_no_counterpart_in_algebra_stays_open() -> None:
    with pytest.raises(Open):
        doubtful(parse(r"\int x dx"), parse("x"))
