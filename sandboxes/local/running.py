"""A job under way in a cell, seen from outside: the zygote's word on how it ended, and what it wrote meanwhile.

The zygote enforces the wall clock and the processor time; the output limit is enforced here, where the bytes arrive,
and if the zygote does not answer in time the whole cell is killed.  No thread is used: everything happens in `take`,
which `wait` calls when a descriptor is readable or the deadline is reached.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Callable
from typing import Protocol

from sandboxes.guest import wire
from sandboxes.sandbox import Limits, Outcome, Status

GRACE_SECONDS = 0.75
"""How long after the wall limit the zygote may take to end a job and say so."""
_CHUNK = 1 << 16
_QUIET_MILLISECONDS = 5
"""How long `wait` looks at the control channel alone: most programs have ended by then, and what they wrote is in
the pipes; to be woken at every line would take the processor from the program."""
_MB = 1 << 20

_ENDED_BY: dict[int, Status] = {
    wire.AT_WALL_LIMIT: "wall_limit",
    wire.AT_CPU_LIMIT: "cpu_limit",
    wire.AT_MEMORY_LIMIT: "memory_limit",
    wire.AT_SCRATCH_LIMIT: "scratch_limit",
}
_BY_SIGNAL: dict[int, Status] = {
    signal.SIGSYS: "violation",
    signal.SIGXCPU: "cpu_limit",
    wire.OUT_OF_MEMORY_SIGNAL: "memory_limit",
}


class Host(Protocol):
    """What a running job needs of the sandbox that started it."""

    @property
    def control(self) -> socket.socket:
        """The channel to the cell."""
        ...

    @property
    def resident(self) -> int:
        """Bytes of its own that a program's process begins with."""
        ...

    def finished(self) -> tuple[int, bool]:
        """The job is over: the peak of its memory account in bytes (0: not counted), and whether it overran."""
        ...

    def broken(self) -> str:
        """The cell failed: kill it; returns what its processes said."""
        ...


class Stream:
    """One of the program's output pipes (-1: none) and what has come out of it, at most `limit` bytes."""

    def __init__(self, descriptor: int, limit: int) -> None:
        if descriptor >= 0:
            os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self.content = bytearray()
        self.overrun = False
        self._limit = limit

    def drain(self) -> None:
        """Take in what is there; closes the descriptor at the end of the file or past the limit."""
        while self.descriptor >= 0:
            try:
                chunk = os.read(self.descriptor, _CHUNK)
            except BlockingIOError:
                return
            self.content += chunk
            if len(self.content) > self._limit:
                self.overrun = True
                del self.content[self._limit :]
            if not chunk or self.overrun:
                self.close()

    def close(self) -> None:
        """Let go of the pipe."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


class LocalRunning:
    """See `sandboxes.sandbox.Running`."""

    def __init__(
        self,
        host: Host,
        limits: Limits,
        stdout: int,
        stderr: int,
        release: Callable[[], None],
        told: Callable[[Outcome], Outcome],
    ) -> None:
        self._host = host
        self._told = told
        self._limits = limits
        self._out = Stream(stdout, limits.output_kb * 1024)
        self._err = Stream(stderr, limits.output_kb * 1024)
        self._release = release
        self._begin = time.monotonic()
        self._outcome: Outcome | None = None
        self._kill_sent = False
        self._deadline = self._begin + limits.wall_seconds + GRACE_SECONDS

    @property
    def deadline(self) -> float:
        """When to give the cell up."""
        return self._deadline

    def watch(self) -> tuple[int, ...]:
        """The control channel and the open pipes."""
        if self._outcome is not None:
            return ()
        pipes = (stream.descriptor for stream in (self._out, self._err) if stream.descriptor >= 0)
        return (self._host.control.fileno(), *pipes)

    def kill(self) -> None:
        """Ask the zygote to end the job; the cell is given up if it does not."""
        if self._outcome is None and not self._kill_sent:
            self._kill_sent = True
            self._deadline = min(self._deadline, time.monotonic() + GRACE_SECONDS)
            try:
                self._host.control.send(wire.KILL)
            except OSError:
                self._give_up("the cell is gone")

    def wait(self) -> Outcome:
        """Drive the job to its end."""
        if self._outcome is not None:
            return self._outcome
        control = select.poll()
        control.register(self._host.control, select.POLLIN)
        control.poll(_QUIET_MILLISECONDS)
        outcome = self.take()
        while outcome is None:
            poller = select.poll()
            for descriptor in self.watch():
                poller.register(descriptor, select.POLLIN)
            watched = self.watch()
            while outcome is None and watched == self.watch():
                poller.poll(max(0, int((self._deadline - time.monotonic()) * 1000) + 1))
                outcome = self.take()
        return outcome

    def take(self) -> Outcome | None:
        """One look at every descriptor, without waiting."""
        if self._outcome is not None:
            return self._outcome
        self._out.drain()
        self._err.drain()
        if self._out.overrun or self._err.overrun:
            self.kill()
        try:
            message = self._host.control.recv(4096, socket.MSG_DONTWAIT)
        except BlockingIOError:
            if time.monotonic() >= self._deadline:
                self._give_up("the zygote did not answer in time")
            return self._outcome
        except OSError as error:
            self._give_up(f"the control channel failed: {error}")
            return self._outcome
        if message[:1] != wire.ENDED:
            self._give_up("the zygote ended" + (f": {message[1:].decode(errors='replace')}" if message else ""))
        else:
            self._conclude(wire.read_end(message))
        return self._outcome

    def abandon(self, why: str) -> None:
        """The sandbox is being closed, or its cell killed: the job is lost."""
        if self._outcome is None:
            self._close(Outcome(status="lost", wall_seconds=time.monotonic() - self._begin, detail=why))

    def _conclude(self, end: wire.End) -> None:
        self._out.drain()
        self._err.drain()
        peak, overran_memory = self._host.finished()
        status, exit_code, number = reading(end.reason, end.wait_status, overran_memory, end.cpu_seconds, self._limits)
        detail = ""
        if not end.started:
            status, exit_code, number = "lost", None, None
            detail = end.detail.decode(errors="replace")
        elif self._out.overrun or self._err.overrun:
            status, exit_code, number = "output_limit", None, None
        outcome = Outcome(
            status=status,
            exit_code=exit_code,
            signal=number,
            stdout=bytes(self._out.content),
            stderr=bytes(self._err.content),
            wall_seconds=end.wall_seconds,
            cpu_seconds=end.cpu_seconds,
            peak_memory_mb=round((peak or max(0, end.peak_rss - self._host.resident)) / _MB, 2),
            detail=detail,
        )
        self._close(self._told(outcome))

    def _give_up(self, why: str) -> None:
        """The cell has failed: kill it whole.  Nothing is known of the program then."""
        why += self._host.broken()
        elapsed = time.monotonic() - self._begin
        self._out.drain()
        self._err.drain()
        self._close(
            Outcome(
                status="lost",
                stdout=bytes(self._out.content),
                stderr=bytes(self._err.content),
                wall_seconds=elapsed,
                detail=why,
            )
        )

    def _close(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._out.close()
        self._err.close()
        self._release()


def reading(
    reason: int, wait_status: int, overran_memory: bool, cpu_seconds: float, limits: Limits
) -> tuple[Status, int | None, int | None]:
    """Status, exit code and signal of a program that ran, from what the kernel said of it."""
    if reason in _ENDED_BY:
        return _ENDED_BY[reason], None, None
    if os.WIFEXITED(wait_status):
        if os.WEXITSTATUS(wait_status) and overran_memory:  # one of its processes was killed, and it noticed
            return "memory_limit", None, None
        return "exited", os.WEXITSTATUS(wait_status), None
    number = os.WTERMSIG(wait_status)
    if number == signal.SIGKILL and overran_memory:
        return "memory_limit", None, None
    if number == signal.SIGKILL and limits.cpu_seconds is not None and cpu_seconds > limits.cpu_seconds:
        return "cpu_limit", None, None
    if number in _BY_SIGNAL:
        return _BY_SIGNAL[number], None, number if number == signal.SIGSYS else None
    return "signalled", None, number
