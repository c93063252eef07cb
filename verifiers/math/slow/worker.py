"""The computer-algebra worker: a process that imports SymPy once and forks a child for every question.

Theory of operation. Three processes a question:

    caller    holds one end of a socket (`pool`); writes `SECONDS QUESTION` in a line and waits for a line
    worker    this module; trusted code only, single-threaded; never looks into a question
    child     forked for one question (`question`), behind walls (`walls`); its answer comes by a pipe and is checked

The fork is what keeps judgements apart: SymPy's caches, its assumptions and whatever else a question leaves behind
end with the child. It costs 6 ms with the walls (x + x against 2x takes 7, and 0.7 in a process that lives on). Before
the first question the worker works on a few fixed ones (`warmup`), so that every child starts with modules loaded and
caches filled: an integral that a fresh interpreter decides in 60 to 90 ms takes 20. A worker is ready after 0.5 s on a
quiet core, half of it SymPy's import and two fifths that practice.

The worker kills the child at its deadline. It is killed itself, with its whole process group, where it does not say
so in time. It leaves when its socket ends or its caller is gone, and takes the child with it.

The first line says `{"ready": true, "walls": [...], "missing": {wall: why}}`, or `{"failed": why}`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import sys
import time
from typing import Any, NoReturn

from verifiers.math.slow import question, walls, warmup

_DEEPEST = 20_000  # frames of Python
_TRIAL_SECONDS = 20.0
_WATCH_MILLISECONDS = 1000
_CONVERSATION = 0


def main(arguments: list[str]) -> NoReturn:
    """`MEMORY_MB CALLER [WALL ...]`: serve the caller, a process id, until it ends; without the walls named."""
    memory_mb, caller, *unwanted = arguments
    try:
        worker = Worker(int(memory_mb) << 20, int(caller), unwanted)
    except Exception as fault:  # noqa: BLE001 - told to the caller, then the process ends
        _say({"failed": f"{type(fault).__name__}: {fault}"[:400]})
        os._exit(1)
    worker.serve()


class Worker:
    """The worker's state: walls that stand, and what is still to be read."""

    def __init__(self, memory: int, caller: int, unwanted: list[str]) -> None:
        self.memory = memory
        self.caller = caller
        self.caller_handle = _handle(caller)
        self.unread = b""
        self.reads_text = False
        sys.setrecursionlimit(_DEEPEST)
        warmup.refuse_evaluation()
        warmup.work()
        _settle_memory()
        self.missing = dict.fromkeys(unwanted, "not wanted")
        self.walls = self._raisable(tuple(name for name in walls.WALLS if name not in unwanted))

    def serve(self) -> NoReturn:
        """Answer the caller's questions one by one."""
        _say({"ready": True, "walls": self.walls, "missing": self.missing})
        while True:
            seconds, _, line = self._line().partition(b" ")
            deadline = time.monotonic() + float(seconds)
            if b'"text"' in line and not self.reads_text:
                warmup.load_second_reading()
                _settle_memory()
                self.reads_text = True
            _say(self._asked(line, deadline))

    def _raisable(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The walls that stand around a trial question which is then answered; the last one goes if it is not."""
        with contextlib.suppress(OSError, ImportError):  # the trial says why
            walls.laid_out_filter()
        while True:
            answer = self._asked(warmup.TRIAL, time.monotonic() + _TRIAL_SECONDS, names, trial=True)
            if answer.get("equal") is True:
                missing: dict[str, str] = answer["missing"]
                self.missing |= missing
                return tuple(name for name in names if name not in missing)
            if not names:
                raise RuntimeError(f"a trial question was not answered: {answer}")
            names, last = names[:-1], names[-1]
            self.missing[last] = "a trial question was not answered behind it"

    def _asked(
        self, line: bytes, deadline: float, names: tuple[str, ...] | None = None, trial: bool = False
    ) -> dict[str, Any]:
        """Fork a child for a question: its answer, or `{"end": "late" | "lost"}`. It is gone when this returns."""
        reading, writing = os.pipe()
        worker = os.getpid()
        child = os.fork()
        if child == 0:
            question.answer_and_exit(line, writing, worker, self.walls if names is None else names, self.memory, trial)
        os.close(writing)
        try:
            said = self._awaited(reading, deadline)
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(reading)
        return {"end": "late"} if said is None else _checked(said)

    def _awaited(self, pipe: int, deadline: float) -> bytes | None:
        """All that comes by the pipe until it ends; None at the deadline. Leaves where the caller is gone."""
        said = b""
        poller = self._poller()
        poller.register(pipe, select.POLLIN)
        poller.register(_CONVERSATION, 0)  # its end is always told
        while len(said) <= question.MOST_BYTES:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            for descriptor, _ in poller.poll(min(left * 1000 + 1, _WATCH_MILLISECONDS)):
                if descriptor != pipe:
                    os._exit(0)
                chunk = os.read(pipe, question.MOST_BYTES)
                if not chunk:
                    return said
                said += chunk
            self._leave_if_alone()
        return said

    def _line(self) -> bytes:
        """The caller's next line."""
        poller = self._poller()
        poller.register(_CONVERSATION, select.POLLIN)
        while b"\n" not in self.unread:
            for descriptor, _ in poller.poll(_WATCH_MILLISECONDS if self.caller_handle is None else None):
                chunk = os.read(_CONVERSATION, 1 << 16) if descriptor == _CONVERSATION else b""
                if not chunk:
                    os._exit(0)
                self.unread += chunk
            self._leave_if_alone()
        line, _, self.unread = self.unread.partition(b"\n")
        return line

    def _poller(self) -> select.poll:
        poller = select.poll()
        if self.caller_handle is not None:
            poller.register(self.caller_handle, select.POLLIN)
        return poller

    def _leave_if_alone(self) -> None:
        if os.getppid() != self.caller:
            os._exit(0)


def _handle(process: int) -> int | None:
    """A descriptor that becomes readable when a process ends, where the system has such."""
    try:
        return os.pidfd_open(process)
    except (AttributeError, OSError):
        return None


def _checked(said: bytes) -> dict[str, Any]:
    """What a child said, if it is an answer."""
    try:
        answer = json.loads(said)
    except ValueError:
        return {"end": "lost"}
    if not isinstance(answer, dict) or answer.get("equal") not in (True, False, None):
        return {"end": "lost"}
    return answer


def _settle_memory() -> None:
    """Leave to the children pages that a collection of theirs will not write to."""
    gc.collect()
    gc.disable()
    gc.freeze()


def _say(message: dict[str, Any]) -> None:
    data = json.dumps(message).encode() + b"\n"
    while data:
        data = data[os.write(_CONVERSATION, data) :]
