"""The pool of worker processes: tasks in, results out, dead workers replaced.

Theory of operation. One thread owns one worker process and talks to it over two pipes, a request at a time;
the thread starts the process when its first task comes, kills it when a task overstays, and starts another
when it dies. Tasks wait in one queue, judging before extracting, so that what has been read is finished
before more is read. A result is put into the queue that the task names.

A lost worker costs nothing that was done before. Its batch is run again item by item in a new process; an
item whose worker dies while it is alone is tried once more, and then is reported as `Lost`: it, and not its
neighbours.

The threads are daemons and the processes die with the process that owns the pool, by end of pipe and by
parent-death signal. After a fork the child builds a pool of its own and leaves the parent's alone.
"""

from __future__ import annotations

import itertools
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic_core import to_json

import verifiers
from verifiers.engine.wire import PeerGone, receive, send

_WORKER = "verifiers.engine.worker"
_END_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class StudyTable:
    """The problems of one study as the workers get them."""

    number: int
    ids: list[str]
    lines: list[bytes]


@dataclass(frozen=True, slots=True)
class Lost:
    """In place of an item's result: its worker died twice while it was alone with it."""

    reason: str


I = TypeVar("I")  # noqa: E741 - an item
R = TypeVar("R")  # its result


@dataclass(slots=True)
class Task(Generic[I, R]):
    """Items that one worker works through.

    `patience`: seconds after which a silent worker is taken for hung, for one item; a batch gets the sum.
    `done` receives the results in the order of the items, in the pool's thread.
    """

    op: str
    table: StudyTable
    items: list[I]
    encode: Callable[[list[I]], bytes]
    decode: Callable[[list[Any]], R]
    patience: float
    done: Callable[[list[R | Lost]], None]
    cancelled: threading.Event


class WorkerDied(Exception):
    """The process ended or was killed inside a request."""


class WorkerProcess:
    """One worker process and the problem tables that it has been given."""

    def __init__(self, unsafe: bool) -> None:
        root = str(Path(verifiers.__file__).parents[1])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _WORKER, str(os.getpid()), *(["unsafe"] if unsafe else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._tables: set[int] = set()
        self._asked = threading.Lock()  # held while a request is under way

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def ask(self, op: str, table: StudyTable, body: bytes, patience: float) -> list[Any]:
        """The worker's items in answer to a request; raises `WorkerDied`."""
        overdue = threading.Event()

        def kill() -> None:
            overdue.set()
            self._process.kill()

        timer = threading.Timer(patience, kill)
        timer.daemon = True
        timer.start()
        self._asked.acquire()
        try:
            if table.number not in self._tables:
                self._exchange({"op": "table", "table": table.number, "ids": table.ids}, b"\n".join(table.lines))
                self._tables.add(table.number)
            items: list[Any] = self._exchange({"op": op, "table": table.number}, body)["items"]
            return items
        except PeerGone:
            raise WorkerDied(f"did not answer for {patience:.0f} s" if overdue.is_set() else self._epitaph()) from None
        finally:
            self._asked.release()
            timer.cancel()

    def _exchange(self, head: dict[str, Any], body: bytes) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        send(self._process.stdin, head, body)
        return receive(self._process.stdout)[0]

    def _epitaph(self) -> str:
        code = self._process.wait()
        if code >= 0:
            return f"ended with exit code {code}"
        try:
            return f"was killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"was killed by signal {-code}"

    def end(self) -> None:
        """Let an idle process end by itself, so that it puts away what it has; one that is at work is killed."""
        idle = self._asked.acquire(blocking=False)
        if idle:
            if self._process.stdin is not None:
                _close_quietly(self._process.stdin)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_SECONDS)
        self.kill()
        if idle:
            self._asked.release()

    def kill(self) -> None:
        """End the process at once and collect it."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _close_quietly(pipe)
        self._process.wait()


def _close_quietly(pipe: Any) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return  # what it still held was for a process that is gone


@dataclass(order=True, slots=True)
class _Queued:
    priority: int
    order: int
    task: Task[Any, Any] | None = field(compare=False)


_URGENCY = {"judge": 0, "extract": 1}
_LAST = 2
_CLOSED = "the engine was closed"


class Pool:
    """`workers` processes that run tasks. Use `submit`; results come through the task's `done`."""

    def __init__(self, workers: int, *, unsafe: bool = False) -> None:
        self.workers = workers
        self._unsafe = unsafe
        self.replaced = 0
        self._queue: queue.PriorityQueue[_Queued] = queue.PriorityQueue()
        self._order = itertools.count()
        self._alive: dict[int, WorkerProcess] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._threads = [threading.Thread(target=self._work, name=f"verify-{n}", daemon=True) for n in range(workers)]
        for thread in self._threads:
            thread.start()

    def submit(self, task: Task[Any, Any]) -> None:
        """Queue `task`; judging goes before extracting."""
        self._queue.put(_Queued(_URGENCY[task.op], next(self._order), task))

    def worker_pids(self) -> list[int]:
        """The process ids of the workers that run now."""
        with self._lock:
            return [worker.pid for worker in self._alive.values()]

    def close(self) -> None:
        """End all workers now; tasks that wait or run are given up as `Lost`."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            workers = list(self._alive.values())
        for worker in workers:
            worker.end()
        for _ in self._threads:
            self._queue.put(_Queued(_LAST, next(self._order), None))
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        me = threading.get_ident()
        while (task := self._queue.get().task) is not None:
            if task.cancelled.is_set():
                continue
            task.done([Lost(_CLOSED)] * len(task.items) if self._closed else self._run(me, task))
        with self._lock:
            worker = self._alive.pop(me, None)
        if worker is not None:
            worker.kill()

    def _run(self, me: int, task: Task[Any, Any]) -> list[Any]:
        try:
            return self._attempt(me, task, task.items)
        except WorkerDied:
            return [self._run_alone(me, task, item) for item in task.items]

    def _run_alone(self, me: int, task: Task[Any, Any], item: Any) -> Any:
        reason = ""
        for _ in range(2):
            if self._closed or task.cancelled.is_set():
                return Lost(_CLOSED)
            try:
                return self._attempt(me, task, [item])[0]
            except WorkerDied as death:
                reason = str(death)
        return Lost(f"the worker process {reason}, twice, on this item")

    def _attempt(self, me: int, task: Task[Any, Any], items: list[Any]) -> list[Any]:
        try:
            worker = self._worker(me)
            answered = worker.ask(task.op, task.table, task.encode(items), task.patience * len(items) + 30)
        except WorkerDied:
            self._bury(me)
            raise
        if len(answered) != len(items):
            self._bury(me)
            raise WorkerDied(f"answered {len(answered)} of {len(items)} items")
        return [task.decode(item) for item in answered]

    def _worker(self, me: int) -> WorkerProcess:
        with self._lock:
            if self._closed:
                raise WorkerDied("was not started: the engine was closed")
            if me not in self._alive:
                self._alive[me] = WorkerProcess(self._unsafe)
            return self._alive[me]

    def _bury(self, me: int) -> None:
        with self._lock:
            worker = self._alive.pop(me, None)
            if not self._closed and worker is not None:
                self.replaced += 1
        if worker is not None:
            worker.kill()


def judge_body(items: list[tuple[int, Any]]) -> bytes:
    """The body of a judge request for `(place of the problem, answer)` pairs."""
    return to_json([[place, answer.key, answer.text, answer.means] for place, answer in items])


def lines_body(items: list[bytes]) -> bytes:
    """The body of an extract request."""
    return b"\n".join(line.rstrip(b"\r\n") for line in items)
