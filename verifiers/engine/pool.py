"""The pool of worker processes: tasks in, replies out, dead workers replaced.

Theory of operation. One thread owns one worker process and talks to it over a pair of sockets, a request at a time;
the thread starts the process when its first task comes, kills it when a request overstays, and starts another
when it dies. Tasks wait in one queue, judging before extracting, so that what has been read is finished
before more is read. Replies go to the task's `done`.

A lost worker costs nothing that was done before. One that is lost before it was ready is started again; else its task
is cut into its smallest parts, and each is asked alone in a new process; a part whose worker dies while it is alone is
tried once more, and then is reported as `Lost`: it, and not its neighbours.

A task may ask to be alone: it then runs while no other task of the pool does, for what depends on the clock.

The threads are daemons and the processes die with the process that owns the pool, by end of stream and by
parent-death signal. After a fork the child builds a pool of its own and leaves the parent's alone.
"""

from __future__ import annotations

import itertools
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import verifiers
from verifiers.engine.wire import TABLES_KEPT, Overdue, PeerGone, receive, send

_WORKER = "verifiers.engine.worker"
_START_SECONDS = 60.0
_STARTING_SECONDS = 180.0  # for which workers that die before they are ready are started anew
_END_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class StudyTable:
    """The problems of one study as the workers get them; `first`: the place of the first problem of each kind."""

    number: int
    ids: list[str]
    lines: list[bytes]
    first: list[int]


@dataclass(frozen=True, slots=True)
class Lost:
    """In place of a reply: the worker died twice while it was alone with this request."""

    reason: str


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a worker. `patience`: seconds after which a worker that is silent is taken for hung."""

    head: dict[str, Any]
    body: bytes = b""
    patience: float = 30.0


Reply = dict[str, Any]


@dataclass(slots=True)
class Task:
    """A request, and how to go on where a worker is lost over it.

    `parts`: the same work as smaller requests, each of a single item. `done` gets the replies, in the pool's thread:
    one to `whole`, or one to each of the parts, in order. `urgency`: the lower, the sooner. `alone`: to run while
    nothing else does.
    """

    table: StudyTable
    whole: Request
    parts: Callable[[], Sequence[Request]]
    done: Callable[[list[Reply | Lost]], None]
    cancelled: threading.Event
    urgency: int
    alone: bool = False


class WorkerDied(Exception):
    """The process ended or was killed inside a request."""


class NotReady(WorkerDied):
    """The process ended or was killed before it could take a request: no request is to blame."""


class WorkerProcess:
    """One worker process and the problem tables that it has been given."""

    def __init__(self, walls: Sequence[str]) -> None:
        root = str(Path(verifiers.__file__).parents[1])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        self._peer, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", _WORKER, str(os.getpid()), *walls],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
            )
        except BaseException:
            self._peer.close()
            raise
        finally:
            theirs.close()
        self._tables: deque[int] = deque(maxlen=TABLES_KEPT)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def learn(self, table: StudyTable) -> None:
        """Give the worker a study's problems, if it does not have them; raises `NotReady`."""
        if table.number in self._tables:
            return
        head = {"op": "table", "table": table.number, "ids": table.ids, "first": table.first}
        try:
            self.ask(Request(head, b"\n".join(table.lines), _START_SECONDS))
        except WorkerDied as death:
            raise NotReady(str(death)) from None
        self._tables.append(table.number)

    def ask(self, request: Request) -> Reply:
        """The worker's reply; raises `WorkerDied`."""
        until = time.monotonic() + request.patience
        try:
            self._peer.settimeout(request.patience)
            send(self._peer, request.head, request.body)
            return receive(self._peer, until)[0]
        except Overdue:
            raise WorkerDied(f"did not answer for {request.patience:.0f} s") from None
        except PeerGone:
            raise WorkerDied(self._epitaph()) from None

    def _epitaph(self) -> str:
        code = self._process.wait()
        if code >= 0:
            return f"ended with exit code {code}"
        try:
            return f"was killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"was killed by signal {-code}"

    def kill(self) -> None:
        """End the process at once: whoever waits for its answer learns of it. From any thread."""
        self._process.kill()

    def end(self) -> None:
        """Let an idle process put away what it has, and collect it. For the thread that owns it."""
        with suppress(OSError):  # it is gone
            self._peer.shutdown(socket.SHUT_RDWR)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        self.bury()

    def bury(self) -> None:
        """End the process and collect it. For the thread that owns it."""
        self._process.kill()
        self._process.wait()
        self._peer.close()


class Floor:
    """Lets tasks run side by side, or one alone."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._running = 0
        self._alone = 0  # tasks that are alone, or wait to be

    @contextmanager
    def taken(self, alone: bool) -> Iterator[None]:
        """Hold the floor, with others or `alone`."""
        with self._condition:
            if alone:
                self._alone += 1
                self._condition.wait_for(lambda: not self._running)
            else:
                self._condition.wait_for(lambda: not self._alone)
            self._running += 1
        try:
            yield
        finally:
            with self._condition:
                self._running -= 1
                self._alone -= alone
                self._condition.notify_all()


@dataclass(order=True, slots=True)
class _Queued:
    urgency: int
    order: int
    task: Task | None = field(compare=False)


_LAST = 1 << 30
_CLOSED = Lost("the engine was closed")


class Pool:
    """`workers` processes that run tasks. Use `submit`; replies come through the task's `done`."""

    def __init__(self, workers: int, walls: Sequence[str] = ()) -> None:
        self.workers = workers
        self._walls = walls
        self.replaced = 0
        self._queue: queue.PriorityQueue[_Queued] = queue.PriorityQueue()
        self._order = itertools.count()
        self._alive: dict[int, WorkerProcess] = {}
        self._at_work: set[int] = set()
        self._lock = threading.Lock()
        self._floor = Floor()
        self._closed = False
        self._threads = [threading.Thread(target=self._work, name=f"verify-{n}", daemon=True) for n in range(workers)]
        for thread in self._threads:
            thread.start()

    def submit(self, task: Task) -> None:
        """Queue `task`."""
        self._queue.put(_Queued(task.urgency, next(self._order), task))

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
            workers = [worker for owner, worker in self._alive.items() if owner in self._at_work]
        for worker in workers:
            worker.kill()
        for _ in self._threads:
            self._queue.put(_Queued(_LAST, next(self._order), None))
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        me = threading.get_ident()
        while (task := self._queue.get().task) is not None:
            if task.cancelled.is_set():
                continue
            with self._floor.taken(task.alone):
                task.done([_CLOSED for _ in task.parts()] if self._closed else self._run(me, task))
        with self._lock:
            worker = self._alive.pop(me, None)
        if worker is not None:
            worker.end()

    def _run(self, me: int, task: Task) -> list[Reply | Lost]:
        try:
            return [self._attempt(me, task.table, task.whole)]
        except WorkerDied:
            return [self._run_alone(me, task, part) for part in task.parts()]

    def _run_alone(self, me: int, task: Task, part: Request) -> Reply | Lost:
        reason = ""
        for _ in range(2):
            if self._closed or task.cancelled.is_set():
                return _CLOSED
            try:
                return self._attempt(me, task.table, part)
            except WorkerDied as death:
                reason = str(death)
        return Lost(f"the worker process {reason}, twice, on this item")

    def _attempt(self, me: int, table: StudyTable, request: Request) -> Reply:
        """The reply of a worker that is ready for the request; raises `WorkerDied`."""
        until = time.monotonic() + _STARTING_SECONDS
        while True:
            try:
                worker = self._worker(me)
                worker.learn(table)
                return worker.ask(request)
            except NotReady:
                self._bury(me)
                if time.monotonic() >= until or self._closed:
                    raise
            except WorkerDied:
                self._bury(me)
                raise
            finally:
                self._at_work.discard(me)

    def _worker(self, me: int) -> WorkerProcess:
        with self._lock:
            if self._closed:
                raise WorkerDied("was not started: the engine was closed")
            if me not in self._alive:
                self._alive[me] = WorkerProcess(self._walls)
            self._at_work.add(me)
            return self._alive[me]

    def _bury(self, me: int) -> None:
        with self._lock:
            worker = self._alive.pop(me, None)
            if not self._closed and worker is not None:
                self.replaced += 1
        if worker is not None:
            worker.bury()
