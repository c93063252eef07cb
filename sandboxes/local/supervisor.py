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

from sandboxes.guest import native, wire
from sandboxes.languages import PYTHON
from sandboxes.local.cell import Cell, Plan, memory_file
from sandboxes.local.execution import Execution
from sandboxes.local.running import LocalRunning
from sandboxes.sandbox import (
    HasDescriptor,
    Isolation,
    Job,
    Level,
    Outcome,
    Running,
    SandboxBusy,
    SandboxError,
    SandboxLost,
    WallMissing,
)

_MB = 1 << 20
_ADDRESS_SPACE_SLACK = 32 * _MB
_CHILD_ITSELF = 4 * _MB
"""What a forked interpreter writes to before the program begins, and some room."""
_REBUILDS = 3
_CALLERS = "interpreter"  # the wall that is missing where what is to be shown cannot be

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

_FURTHER_MODULES = (
    *("array", "dataclasses", "datetime", "decimal", "fcntl", "fractions", "hashlib", "inspect", "json", "linecache"),
    *("numbers", "queue", "socket", "statistics", "subprocess", "tempfile", "textwrap", "traceback"),
)
"""What a zygote without walls imports, too: its programs have a user who may not be able to read the interpreter."""


class LocalSandbox:
    """Programs on this machine.

    `preload` maps names to the source texts of modules that the zygote executes once, so that a job can import or
    enter them at no cost; a module's function `rehearse`, if it has one, is called some dozens of times, so that its
    code is warm. `warm` names modules to import (those that exist); `site` names folders of this machine to show to
    the programs, read-only, and to put on their import path (not below /tmp, which is the programs' own); `tools`
    names more that is shown, each by its place and the real path of what is to be seen there: programs are executed
    in such a cell, too.

    `level` asks for one level and no other.  Without it the best that can be had is taken: `strong` (namespaces),
    where these are refused `unprivileged` (Landlock and a stricter system call filter in their place), and with
    `unsafe` at last no walls around files, processes and the like: only limits and the system call filter stand.

    Raises WallMissing where a wall cannot be had, naming it and the remedy.
    """

    def __init__(
        self,
        preload: Mapping[str, str] | None = None,
        warm: Sequence[str] = USUAL_MODULES,
        unsafe: bool = False,
        site: Sequence[str] = (),
        tools: Sequence[tuple[str, str]] = (),
        level: Level | None = None,
    ) -> None:
        self._closed = True  # until there is something to close
        self._cell: Cell | None = None
        if sys.platform != "linux":
            raise WallMissing("linux", f"this is {sys.platform}", "Use the docker sandbox here")
        self._lock = threading.Lock()
        self._owner = os.getpid()
        self._running: LocalRunning | None = None
        strong = Plan(tuple(warm), dict(preload or {}), tuple(site), "strong", True, tuple(tools))
        self._plan, self._cell = _best_cell(_plans(strong, level, unsafe))
        self._nowhere = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        self._closed = False
        atexit.register(_close_if_alive, weakref.ref(self))
        walls = (*self._cell.idle.walls, *self._cell.account.walls)
        self._isolation = Isolation(self._plan.level, walls)

    @property
    def isolation(self) -> Isolation:
        """The walls around every job of this sandbox."""
        return self._isolation

    def run(self, job: Job) -> Outcome:
        """Run a job to its end; waits its turn where another thread's is running."""
        return self.execute(job, None, None).wait()

    def execute(self, job: Job, execution: Execution | None, channel: HasDescriptor | None) -> Running:
        """Start a job, when its turn has come, that is executed as it says there rather than run by the warm Python."""
        self._own()
        self._lock.acquire()
        return self._begin(job, channel, execution)

    def start(self, job: Job, channel: HasDescriptor | None = None, execution: Execution | None = None) -> Running:
        """Start a job; see `sandboxes.sandbox.Sandbox`.  Whoever starts a job waits for it."""
        self._own()
        if not self._lock.acquire(blocking=False):
            raise SandboxBusy("this sandbox runs one job at a time, and one is running")
        return self._begin(job, channel, execution)

    def _begin(self, job: Job, channel: HasDescriptor | None, execution: Execution | None) -> LocalRunning:
        """Hand a job to the cell, a new one if need be.  The lock is held, and is released when the job is over."""
        try:
            payload = payload_of(job, execution)
            for _ in range(_REBUILDS):
                cell = self._living_cell()
                try:
                    return self._hand_over(cell, job, payload, channel, execution)
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

    def _hand_over(
        self, cell: Cell, job: Job, payload: bytes, channel: HasDescriptor | None, execution: Execution | None
    ) -> LocalRunning:
        if channel is not None and channel.fileno() < 0:
            raise ValueError("the channel has been closed")
        limits = job.limits
        memory = limits.memory_mb * _MB
        extra = execution.extra_memory if execution is not None else 0
        self._kills_before = cell.account.begin(memory + _CHILD_ITSELF + extra, limits.processes)
        room = 2 * memory if cell.account.counts_memory else memory
        address_space = cell.idle.address_space + _ADDRESS_SPACE_SLACK + room
        order = wire.Order(
            wall_seconds=limits.wall_seconds,
            cpu_seconds=limits.cpu_seconds or 0.0,
            address_space=address_space if execution is None else 0,
            scratch=limits.scratch_mb * _MB,
            processes=limits.processes,
            memory=memory,
            executed=execution is not None,
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
            told = execution.told if execution is not None else _as_it_is
            self._running = LocalRunning(self, limits, stdout, stderr, self._lock.release, told)
            return self._running
        except BaseException:
            for descriptor in ours:
                os.close(descriptor)
            raise
        finally:
            for descriptor in passed:
                os.close(descriptor)

    @property
    def counts_memory(self) -> bool:
        """Whether a control group counts the programs' memory."""
        return self._cell is not None and self._cell.account.counts_memory

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


def _plans(strong: Plan, level: Level | None, unsafe: bool) -> list[Plan]:
    """What to try, the best first; root can do without a user namespace."""
    plans = [strong]
    if os.getuid() == 0:
        plans.append(replace(strong, user_namespace=False))
    plans.append(replace(strong, level="unprivileged", user_namespace=False))
    if unsafe or level == "unsafe":
        plans.append(replace(strong, level="unsafe", user_namespace=False, warm=(*strong.warm, *_FURTHER_MODULES)))
    return [plan for plan in plans if level in (None, plan.level)]


def _best_cell(plans: Sequence[Plan]) -> tuple[Plan, Cell]:
    """The first cell that comes up.  Where none does, the first refusal is raised, with what the last adds to it."""
    if not plans:
        raise ValueError("level must be one of strong, unprivileged, unsafe")
    missing: list[WallMissing] = []
    for plan in plans:
        if plan.level == "unprivileged" and missing and missing[0].wall == _CALLERS:
            continue  # fewer walls are for machines that have no more, not for a caller's mistake
        try:
            return plan, Cell(plan)
        except WallMissing as refusal:
            missing.append(refusal)
    first, last = missing[0], missing[-1]
    if last.wall == first.wall:
        raise first
    why = f"{first.why}; nor can its substitute be had, {last.wall}: {last.why}"
    raise WallMissing(first.wall, why, f"{first.remedy}. Or: {last.remedy}")


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


def _as_it_is(outcome: Outcome) -> Outcome:
    return outcome


def payload_of(job: Job, execution: Execution | None = None) -> bytes:
    """A job's source, entry, arguments, command and files, as its child reads them."""
    if execution is None and job.language not in PYTHON:
        raise SandboxError(f"this sandbox runs python; {job.language!r} needs one of `sandboxes.local.sandbox_for`")
    for name in job.files:
        path = PurePosixPath(name)
        if not path.parts or path.is_absolute() or ".." in path.parts or "\0" in name:
            raise ValueError(f"a job's file must be a relative path below the working directory, not {name!r}")
    source = job.source.removeprefix("\ufeff").encode("utf-8", "surrogatepass")
    files = [part for name, content in job.files.items() for part in (os.fsencode(name), content)]
    command = native.pack(execution.command) if execution is not None else b""
    return wire.pack([source, job.entry.encode(), wire.pack_arguments(job.argv), command, *files])
