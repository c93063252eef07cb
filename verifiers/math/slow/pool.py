"""A small pool of computer-algebra workers, each a process group of its own.

Theory of operation. A caller borrows an idle worker (or starts one, up to `most`), writes one line, and waits for one
line. A worker answers one question at a time, in a child that it forks for it (see `worker`), and ends that child at
the deadline: a question that hangs, dies or runs out of memory costs one judgement, and the worker stays. A worker that
does not answer by a little after the deadline, or dies, is killed with its whole process group and forgotten.

The time that a worker takes to start is on no question's deadline. No signal handler or alarm of the host is touched,
and no signal comes to it but SIGCHLD: a worker that is gone shows as the end of a socket. Any thread may ask.

After a fork the child has no part in its parent's workers and starts its own. What threads share stands once for each
process id, so that nothing in the child is locked by a thread that the fork left behind.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import verifiers
from verifiers.errors import GraderFailure

_START_SECONDS = 60.0
_GRACE_SECONDS = 0.4  # for a worker to end a child, and to say so
_LONGEST_LINE = 1 << 20
_NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)

# The packages above the worker stand in as bare folders: with their own imports (pydantic, flint) a worker would take
# 0.11 s longer to start and 17 MB more to fork.
_BOOT = """
import sys, types
root = sys.argv[1]
sys.path.insert(0, root)
for name in ("verifiers", "verifiers.math", "verifiers.math.slow", "sandboxes"):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [root + "/" + name.replace(".", "/")]
from verifiers.math.slow.worker import main
main(sys.argv[2:])
"""


class LostWorker(Exception):
    """The process that worked on the question died before it answered."""


class DeadlinePassed(Exception):
    """The question was not answered in time."""


@dataclass(frozen=True, slots=True)
class Walls:
    """The walls around every question: those that stand, and for each that is missing the reason."""

    standing: tuple[str, ...]
    missing: Mapping[str, str]


class Worker:
    """One worker process and the socket to it. Raises `GraderFailure` where it cannot be started."""

    def __init__(self, memory_mb: int, without: tuple[str, ...] = ()) -> None:
        self.socket, theirs = socket.socketpair()
        try:
            self.process = self._started(theirs, [str(memory_mb), str(os.getpid()), *without])
        except OSError as fault:
            self.socket.close()
            raise GraderFailure(f"cannot start a computer-algebra worker: {fault}") from None
        finally:
            theirs.close()
        self.healthy = True
        self.unread = b""
        try:
            first = self._line(time.monotonic() + _START_SECONDS)
        except (LostWorker, DeadlinePassed):
            first = {"failed": "it said nothing"}
        if "failed" in first:
            self.kill()
            raise GraderFailure(f"the computer-algebra worker did not start: {first['failed']}")
        self.walls = Walls(tuple(first["walls"]), first["missing"])

    @staticmethod
    def _started(theirs: socket.socket, arguments: list[str]) -> subprocess.Popen[bytes]:
        root = str(Path(verifiers.__file__).resolve().parent.parent)
        return subprocess.Popen(
            [sys.executable, "-P", "-c", _BOOT, root, *arguments],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # the order in which SymPy tries things follows the hashes of names
            env={"PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(_folders_of_modules()), "LC_ALL": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )

    def ask(self, question: bytes, seconds: float) -> dict[str, Any]:
        """One question, a line without its end; one answer. Raises `DeadlinePassed` or `LostWorker`.

        The worker is `healthy` after it if it may be asked again.
        """
        self.healthy = False
        deadline = time.monotonic() + seconds + _GRACE_SECONDS
        self._write(b"%f %s\n" % (seconds, question), deadline)
        answer = self._line(deadline)
        self.healthy = True
        if answer.get("end") == "late":
            raise DeadlinePassed
        if answer.get("end") == "lost":
            raise LostWorker
        return answer

    def _write(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(select.POLLOUT, deadline)
            try:
                # without a SIGPIPE, which a host may have left to its default: to die
                view = view[self.socket.send(view, socket.MSG_DONTWAIT | _NO_SIGNAL) :]
            except BlockingIOError:
                continue
            except OSError:
                raise LostWorker from None

    def _line(self, deadline: float) -> dict[str, Any]:
        while b"\n" not in self.unread:
            self._wait(select.POLLIN, deadline)
            try:
                chunk = self.socket.recv(1 << 16, socket.MSG_DONTWAIT)
            except BlockingIOError:
                continue
            except OSError:
                chunk = b""
            if not chunk or len(self.unread) > _LONGEST_LINE:
                raise LostWorker
            self.unread += chunk
        line, _, self.unread = self.unread.partition(b"\n")
        answer = json.loads(line)
        if not isinstance(answer, dict):
            raise LostWorker
        return answer

    def _wait(self, event: int, deadline: float) -> None:
        left = deadline - time.monotonic()
        poller = select.poll()
        poller.register(self.socket, event)
        if left <= 0 or not poller.poll(left * 1000):
            raise DeadlinePassed

    @property
    def alive(self) -> bool:
        """Whether the process is there."""
        return self.process.poll() is None

    def kill(self) -> None:
        """End the whole process group and reap it."""
        if self.alive:  # and so not reaped: its number is still its own
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.socket.close()

    def forget(self) -> None:
        """In a forked copy of the caller: let go of the socket; the process is the parent's."""
        self.socket.close()
        self.process.returncode = 0


def _folders_of_modules() -> list[str]:
    """Where this interpreter finds modules, wherever it was told so: SymPy must be found there, too."""
    return [folder for folder in sys.path if os.path.isabs(folder) and os.pathsep not in folder]  # noqa: PTH117


class _Lending:
    """What one process knows of its workers."""

    def __init__(self, most: int) -> None:
        self.free = threading.BoundedSemaphore(most)
        self.lock = threading.Lock()
        self.idle: list[Worker] = []


class Pool:
    """At most `most` workers, lent to one caller at a time. `memory_mb` is a question's address space, of which SymPy
    itself takes 90.

    `without` names walls to leave out.
    """

    def __init__(self, most: int = 2, memory_mb: int = 1024, without: tuple[str, ...] = ()) -> None:
        self.most = most
        self.memory_mb = memory_mb
        self.without = without
        self._lendings: dict[int, _Lending] = {}

    @property
    def idle(self) -> list[Worker]:
        """The workers of this process that wait for a question."""
        return self._lending().idle

    def ask(self, question: bytes, seconds: float, behind_all_walls: bool = False) -> dict[str, Any]:
        """Ask an idle worker. Raises `DeadlinePassed`, `LostWorker`, or `GraderFailure` where none can be started.

        With `behind_all_walls`, the question is not asked where one is missing: the answer is that nothing was decided.
        """
        lending = self._lending()
        with lending.free:
            worker = self._borrowed(lending)
            try:
                if behind_all_walls and worker.walls.missing:
                    return {"equal": None, "reason": f"the wall {min(worker.walls.missing)!r} is missing here"}
                return worker.ask(question, seconds)
            finally:
                self._returned(lending, worker)

    def walls(self) -> Walls:
        """The walls around every question; starts a worker where there is none yet."""
        lending = self._lending()
        with lending.free:
            worker = self._borrowed(lending)
            self._returned(lending, worker)
            return worker.walls

    def _lending(self) -> _Lending:
        own = self._lendings.get(os.getpid())
        if own is not None:
            return own
        for process in [process for process in list(self._lendings) if process != os.getpid()]:
            parents = self._lendings.pop(process, None)
            for worker in parents.idle if parents is not None else ():
                worker.forget()
        return self._lendings.setdefault(os.getpid(), _Lending(self.most))

    def _borrowed(self, lending: _Lending) -> Worker:
        with lending.lock:
            while lending.idle:
                worker = lending.idle.pop()
                if worker.alive:
                    return worker
                worker.kill()
        return Worker(self.memory_mb, self.without)

    @staticmethod
    def _returned(lending: _Lending, worker: Worker) -> None:
        if not worker.healthy:
            worker.kill()
            return
        with lending.lock:
            lending.idle.append(worker)

    def close(self) -> None:
        """End the idle workers of this process."""
        lending = self._lending()
        with lending.lock:
            waiting, lending.idle = lending.idle, []
        for worker in waiting:
            worker.kill()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_pools: dict[str, Pool] = {}


def shared_pool() -> Pool:
    """The pool that serves this process, and the copies that it forks; closed at the interpreter's end."""
    found = _pools.get("shared")
    if found is None:
        made = Pool()
        found = _pools.setdefault("shared", made)
        if found is made:
            atexit.register(found.close)
    return found
