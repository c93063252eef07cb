"""A small pool of computer-algebra workers, each a process group of its own, killed whole at its deadline.

Theory of operation. A caller borrows an idle worker (or starts one, up to `most`), writes one line, and waits for one
line until the deadline. A worker that does not answer in time, or dies, is killed with its whole process group and
forgotten: that costs one judgement, which is undecided. Workers are replaced after `recycle_after` questions, so that
nothing that computer algebra remembers lasts. No signal handler or alarm of the host is touched; any thread may ask.

After a fork the child forgets its parent's workers and starts its own.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import verifiers
from verifiers.errors import GraderFailure

_START_SECONDS = 60.0
_LONGEST_LINE = 1 << 20


class LostWorker(Exception):
    """The worker died before it answered."""


class DeadlinePassed(Exception):
    """The worker did not answer in time."""


class Worker:
    """One process and its two pipes."""

    def __init__(self, memory_mb: int) -> None:
        root = str(Path(verifiers.__file__).resolve().parent.parent)
        command = [sys.executable, "-P", "-m", "verifiers.math.slow.worker", str(memory_mb)]
        if threading.current_thread() is threading.main_thread():  # else it would die with this thread
            command.append("die-with-parent")
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": root,
            "PYTHONHASHSEED": "0",
            "LC_ALL": "C.UTF-8",
        }
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                cwd="/",
                start_new_session=True,
            )
        except OSError as fault:
            raise GraderFailure(f"cannot start a computer-algebra worker: {fault}") from None
        self.asked = 0
        self.buffer = b""
        try:
            self._line(time.monotonic() + _START_SECONDS)
        except (LostWorker, DeadlinePassed):
            self.kill()
            raise GraderFailure("the computer-algebra worker did not start") from None

    def ask(self, question: bytes, seconds: float) -> dict[str, object]:
        """One question, one answer. Raises `DeadlinePassed` or `LostWorker`."""
        self.asked += 1
        deadline = time.monotonic() + seconds
        self._write(question, deadline)
        answer = json.loads(self._line(deadline))
        if not isinstance(answer, dict):
            raise LostWorker
        return answer

    def _write(self, data: bytes, deadline: float) -> None:
        assert self.process.stdin is not None
        descriptor = self.process.stdin.fileno()
        os.set_blocking(descriptor, False)
        view = memoryview(data)
        while view:
            _wait(descriptor, select.POLLOUT, deadline)
            try:
                view = view[os.write(descriptor, view) :]
            except BlockingIOError:
                continue
            except OSError:
                raise LostWorker from None

    def _line(self, deadline: float) -> bytes:
        assert self.process.stdout is not None
        descriptor = self.process.stdout.fileno()
        while b"\n" not in self.buffer:
            _wait(descriptor, select.POLLIN, deadline)
            chunk = os.read(descriptor, 65536)
            if not chunk or len(self.buffer) > _LONGEST_LINE:
                raise LostWorker
            self.buffer += chunk
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def kill(self) -> None:
        """End the whole process group and reap it."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def _wait(descriptor: int, event: int, deadline: float) -> None:
    left = deadline - time.monotonic()
    poll = select.poll()
    poll.register(descriptor, event)
    if left <= 0 or not poll.poll(left * 1000):
        raise DeadlinePassed


class Pool:
    """At most `most` workers, lent to one caller at a time."""

    def __init__(self, most: int = 2, memory_mb: int = 1024, recycle_after: int = 100) -> None:
        self.most = most
        self.memory_mb = memory_mb
        self.recycle_after = recycle_after
        self._renew()

    def _renew(self) -> None:
        self.process = os.getpid()
        self.free = threading.BoundedSemaphore(self.most)
        self.lock = threading.Lock()
        self.idle: list[Worker] = []

    def ask(self, question: bytes, seconds: float) -> dict[str, object]:
        """Ask an idle worker. Raises `DeadlinePassed`, `LostWorker`, or `GraderFailure` where none can be started."""
        if self.process != os.getpid():
            self._renew()
        with self.free:
            worker = self._borrowed()
            healthy = False
            try:
                answer = worker.ask(question, seconds)
                healthy = True
                return answer
            finally:
                self._returned(worker, healthy)

    def _borrowed(self) -> Worker:
        with self.lock:
            while self.idle:
                worker = self.idle.pop()
                if worker.process.poll() is None:
                    return worker
                worker.kill()
        return Worker(self.memory_mb)

    def _returned(self, worker: Worker, healthy: bool) -> None:
        if not healthy or worker.asked >= self.recycle_after:
            worker.kill()
            return
        with self.lock:
            self.idle.append(worker)

    def close(self) -> None:
        """End all idle workers."""
        with self.lock:
            waiting, self.idle = self.idle, []
        for worker in waiting:
            worker.kill()


_pools: dict[str, Pool] = {}
_making = threading.Lock()


def shared_pool(make: Callable[[], Pool] = Pool) -> Pool:
    """The pool of this process, made on first use and closed at its end."""
    found = _pools.get("shared")
    if found is None:
        import atexit

        with _making:
            found = _pools.setdefault("shared", make())
            atexit.register(_close_own, found, os.getpid())
    return found


def _close_own(pool: Pool, owner: int) -> None:
    if os.getpid() == owner == pool.process:
        pool.close()
