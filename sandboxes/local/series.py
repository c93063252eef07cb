"""One program run for many inputs in a cell, seen from outside (see ``sandboxes.guest.series``)."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Protocol

from sandboxes.guest import wire
from sandboxes.local.cell import memory_file
from sandboxes.local.running import LocalRunning
from sandboxes.sandbox import Limits, Outcome, SandboxLost

_REBUILDS = 3


class SeriesHost(Protocol):
    """What a series needs of the sandbox whose cell it has to itself."""

    @property
    def control(self) -> socket.socket:
        """The channel to the cell."""
        ...

    @property
    def resident(self) -> int:
        """Bytes of its own that a program's process begins with."""
        ...

    def order_series(self) -> None:
        """Have the cell prepare the program; a new cell if need be."""
        ...

    def finished(self) -> tuple[int, bool]:
        """A run is over: the peak of the memory account in bytes, and whether it overran."""
        ...

    def broken(self) -> str:
        """The cell failed: kill it; returns what its processes said."""
        ...


class LocalSeries:
    """See `sandboxes.sandbox.Series`."""

    def __init__(self, host: SeriesHost, release: Callable[[], None]) -> None:
        self._host = host
        self._release = release
        self._standing = False
        self._open = True

    def run(self, stdin: bytes, limits: Limits) -> Outcome:
        """Run the program once, in a process and a scratch space of its own."""
        if not self._open:
            raise SandboxLost("this series is over")
        for _ in range(_REBUILDS):
            try:
                running = self._start(stdin, limits)
            except OSError:
                self._standing = False
                self._host.broken()
                continue
            outcome = running.wait()
            self._standing = not running.over
            return outcome
        raise SandboxLost("the cell was lost three times before it could run the program")

    def _start(self, stdin: bytes, limits: Limits) -> LocalRunning:
        if not self._standing:
            self._host.order_series()
            self._standing = True
        ours: list[int] = []
        theirs: list[int] = []
        try:
            theirs.append(memory_file(stdin))
            for _ in range(2):
                read_end, write_end = os.pipe()
                ours.append(read_end)
                theirs.append(write_end)
            times = wire.Times(limits.wall_seconds, limits.cpu_seconds or 0.0)
            socket.send_fds(self._host.control, [wire.input_message(times)], theirs)
        except BaseException:
            for descriptor in ours:
                os.close(descriptor)
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        return LocalRunning(self._host, limits, ours[0], ours[1], _nothing, _as_it_is)

    def close(self) -> None:
        """End the program's template; the sandbox is free for the next job."""
        if not self._open:
            return
        self._open = False
        try:
            if self._standing:
                self._end()
        finally:
            self._release()

    def _end(self) -> None:
        """Have the cell say that nothing is left; one that does not is given up."""
        self._standing = False
        try:
            self._host.control.send(wire.DONE)
            self._host.control.settimeout(_END_SECONDS)
            ended = self._host.control.recv(4096)[:1] == wire.ENDED
            self._host.control.settimeout(None)
        except (OSError, SandboxLost):
            ended = False
        if not ended:
            self._host.broken()

    def __enter__(self) -> LocalSeries:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_END_SECONDS = 5.0


def _nothing() -> None:
    return None


def _as_it_is(outcome: Outcome) -> Outcome:
    return outcome
