"""The local sandbox: one cell, one program at a time in it, a new cell whenever the old one is hurt.

Use from several threads is safe: a second job waits for nothing and is refused (`SandboxBusy`), except in `run`,
which queues.  After a fork the copy of a sandbox in the child makes a cell of its own at its first job; the parent's
stays the parent's.
"""

from __future__ import annotations

import atexit
import os
import socket
import sys
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from sandboxes.guest import wire
from sandboxes.local.cell import Cell, Plan, memory_file
from sandboxes.local.running import LocalRunning
from sandboxes.sandbox import Isolation, Job, Outcome, Running, SandboxBusy, SandboxError, SandboxLost, WallMissing

_MB = 1 << 20
_ADDRESS_SPACE_SLACK = 32 * _MB
_CHILD_ITSELF = 4 * _MB
"""What a forked interpreter writes to before the program begins, and some room."""
_REBUILDS = 3

USUAL_MODULES = (
    *("abc", "bisect", "collections", "collections.abc", "contextlib", "copy", "enum", "functools", "heapq", "io"),
    *("itertools", "math", "operator", "os", "random", "re", "string", "struct", "sys", "threading", "time"),
    *("types", "typing", "weakref"),
    *(("traceback",) if sys.version_info >= (3, 13) else ()),  # which tells of every exception there
)
"""Modules of the standard library that a zygote imports: what most programs want.

Each costs every program a little (a module with a shared library some 20 microseconds of every fork), and not having
it costs the programs that want it the import, a few milliseconds: decimal, hashlib and statistics are not worth it.
"""


class LocalSandbox:
    """Programs on this machine.

    `preload` maps names to the source texts of modules that the zygote executes once, so that a job can import or
    enter them at no cost; a module's function `rehearse`, if it has one, is called some dozens of times, so that its
    code is warm. `warm` names modules to import (those that exist); `site` names folders of this machine to show to
    the programs, read-only, and to put on their import path (not below /tmp, which is the programs' own).

    Raises WallMissing where a wall cannot be had, naming it and the remedy; with `unsafe`, programs run without
    namespaces there: they see the machine's files, and only limits and the system call filter stand.
    """

    def __init__(
        self,
        preload: Mapping[str, str] | None = None,
        warm: Sequence[str] = USUAL_MODULES,
        unsafe: bool = False,
        site: Sequence[str] = (),
    ) -> None:
        self._closed = True  # until there is something to close
        self._cell: Cell | None = None
        if sys.platform != "linux":
            raise WallMissing("linux", f"this is {sys.platform}", "Use the docker sandbox here")
        self._lock = threading.Lock()
        self._owner = os.getpid()
        self._running: LocalRunning | None = None
        strong = Plan(tuple(warm), dict(preload or {}), tuple(site), namespaces=True, user_namespace=True)
        self._plan, self._cell = _best_cell(strong, unsafe)
        self._nowhere = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        self._closed = False
        atexit.register(_close_if_alive, weakref.ref(self))
        walls = (*self._cell.idle.walls, *self._cell.account.walls)
        self._isolation = Isolation("strong" if self._plan.namespaces else "unsafe", walls)

    @property
    def isolation(self) -> Isolation:
        """The walls around every job of this sandbox."""
        return self._isolation

    def run(self, job: Job) -> Outcome:
        """Run a job to its end; waits its turn where another thread's is running."""
        self._own()
        self._lock.acquire()
        return self._begin(job, None).wait()

    def start(self, job: Job, channel: socket.socket | None = None) -> Running:
        """Start a job; see `sandboxes.sandbox.Sandbox`.  Whoever starts a job waits for it."""
        self._own()
        if not self._lock.acquire(blocking=False):
            raise SandboxBusy("this sandbox runs one job at a time, and one is running")
        return self._begin(job, channel)

    def _begin(self, job: Job, channel: socket.socket | None) -> LocalRunning:
        """Hand a job to the cell, a new one if need be.  The lock is held, and is released when the job is over."""
        try:
            payload = _payload(job)
            for _ in range(_REBUILDS):
                cell = self._living_cell()
                try:
                    return self._hand_over(cell, job, payload, channel)
                except OSError:
                    self.broken()
            raise SandboxLost("the cell was lost three times before it could take the job")
        except BaseException:
            self._lock.release()
            raise

    def _living_cell(self) -> Cell:
        if self._closed:
            raise SandboxLost("this sandbox has been closed")
        if self._cell is None:
            self._cell = Cell(self._plan)
        return self._cell

    def _hand_over(self, cell: Cell, job: Job, payload: bytes, channel: socket.socket | None) -> LocalRunning:
        if channel is not None and channel.fileno() < 0:
            raise ValueError("the channel has been closed")
        limits = job.limits
        memory = limits.memory_mb * _MB
        self._kills_before = cell.account.begin(memory + _CHILD_ITSELF, limits.processes)
        room = 2 * memory if cell.account.counts_memory else memory
        order = wire.Order(
            wall_seconds=limits.wall_seconds,
            cpu_seconds=limits.cpu_seconds or 0.0,
            address_space=cell.idle.address_space + _ADDRESS_SPACE_SLACK + room,
            scratch=limits.scratch_mb * _MB,
            processes=limits.processes,
        )
        ours: list[int] = []
        passed: list[int] = []  # made for the program: closed here once it has them
        try:
            passed.append(memory_file(payload))
            if job.stdin:
                passed.append(memory_file(job.stdin))
            standard = [passed[-1] if job.stdin else self._nowhere]
            for _ in range(2):
                standard.append(self._nowhere if job.silent else _pipe(ours, passed))
            surplus = [] if channel is None else [channel.fileno()]
            socket.send_fds(cell.control, [wire.order_message(order)], [passed[0], *standard, *surplus])
            stdout, stderr = ours or (-1, -1)
            self._running = LocalRunning(self, limits, stdout, stderr, self._lock.release)
            return self._running
        except BaseException:
            for descriptor in ours:
                os.close(descriptor)
            raise
        finally:
            for descriptor in passed:
                os.close(descriptor)

    @property
    def control(self) -> socket.socket:
        """The control channel of the cell that is running a job."""
        if self._cell is None:
            raise SandboxLost("the cell is gone")
        return self._cell.control

    @property
    def resident(self) -> int:
        """Bytes of its own that a program's process begins with: a copy of the zygote's."""
        return self._cell.idle.resident if self._cell is not None else 0

    def finished(self) -> tuple[int, bool]:
        """What the memory account says of the job that has just ended: its peak, and whether the kernel had to kill."""
        if self._cell is None:
            return 0, False
        account = self._cell.account
        return account.peak(), account.kills() > self._kills_before

    def broken(self) -> str:
        """Kill the cell; the next job gets a new one.  Returns what the cell's processes said."""
        cell, self._cell = self._cell, None
        if cell is None:
            return ""
        said = cell.said()
        cell.close()
        return said

    def _own(self) -> None:
        """In a forked copy: leave the parent's cell alone and start afresh."""
        if os.getpid() != self._owner:
            self._owner = os.getpid()
            self._lock = threading.Lock()
            self._running = None
            cell, self._cell = self._cell, None
            if cell is not None:
                cell.forget()

    def close(self) -> None:
        """Kill what is running and leave nothing behind: no process, mount, control group or descriptor."""
        self._own()
        self._closed = True
        running, self._running = self._running, None
        if running is not None:
            running.abandon("the sandbox was closed")
        self.broken()
        if self._nowhere >= 0:
            os.close(self._nowhere)
            self._nowhere = -1

    def __del__(self) -> None:
        if not self._closed:
            self.close()

    def __enter__(self) -> LocalSandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _best_cell(plan: Plan, unsafe: bool) -> tuple[Plan, Cell]:
    """The first cell that comes up: as planned, without a user namespace (root only), without any (if `unsafe`)."""
    plans = [plan]
    if os.getuid() == 0:
        plans.append(replace(plan, user_namespace=False))
    if unsafe:
        plans.append(replace(plan, namespaces=False, user_namespace=False))
    missing: WallMissing | None = None
    for one in plans:
        try:
            return one, Cell(one)
        except WallMissing as refusal:
            missing = missing or refusal
    assert missing is not None
    raise missing


def _close_if_alive(reference: weakref.ref[LocalSandbox]) -> None:
    """At the interpreter's end: a sandbox that nobody closed."""
    sandbox = reference()
    if sandbox is not None:
        sandbox.close()


def _pipe(ours: list[int], theirs: list[int]) -> int:
    """A new pipe's end for the program, and both ends noted."""
    read_end, write_end = os.pipe()
    ours.append(read_end)
    theirs.append(write_end)
    return write_end


def _payload(job: Job) -> bytes:
    """A job's source, files and arguments, as its child reads them."""
    if job.language != "python":
        raise SandboxError(f"the local sandbox runs python, not {job.language!r}")
    for name in job.files:
        path = PurePosixPath(name)
        if not path.parts or path.is_absolute() or ".." in path.parts or "\0" in name:
            raise ValueError(f"a job's file must be a relative path below the working directory, not {name!r}")
    source = job.source.removeprefix("\ufeff").encode("utf-8", "surrogatepass")
    files = [part for name, content in job.files.items() for part in (os.fsencode(name), content)]
    return wire.pack([source, job.entry.encode(), wire.pack_arguments(job.argv), *files])
