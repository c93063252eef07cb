"""What a sandbox is: the data that goes in and comes out, and the protocol between.

A *job* is one program with its input, its files and its limits.  A *sandbox* runs it behind walls and says what it
did: an *outcome*.  Nothing here knows what the program was meant to do.

The bytes of ``stdout``, ``stderr`` and the channel are *claimed* output: the program wrote them.  ``status``,
``exit_code``, ``signal`` and the figures are the kernel's word, taken from outside the program.

One sandbox runs one job at a time.  Jobs side by side need a sandbox each; one thread can drive several with
``wait_any``.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

Level = Literal["strong", "unprivileged", "unsafe"]

Status = Literal[
    "exited",  # ended by itself: `exit_code`
    "signalled",  # killed by a signal that no limit sent: `signal`
    "wall_limit",  # still there when the wall clock ran out
    "cpu_limit",  # used up its processor time
    "memory_limit",  # ended for want of memory
    "output_limit",  # wrote more than it may on stdout or stderr
    "scratch_limit",  # wrote more into its working directory than fits, where its size is counted and not built in
    "violation",  # killed for a system call that no program has business with
    "lost",  # the sandbox failed: says nothing about the program
]
STATUSES: tuple[Status, ...] = get_args(Status)


class SandboxError(Exception):
    """Root of what a sandbox raises."""


class WallMissing(SandboxError):
    """A wall that was asked for cannot be had on this machine.

    `wall` is its name, `why` what the system said, `remedy` what to do about it.
    """

    def __init__(self, wall: str, why: str, remedy: str) -> None:
        self.wall, self.why, self.remedy = wall, why, remedy
        super().__init__(f"the sandbox has no wall {wall!r}: {why}. {remedy}")


class SandboxLost(SandboxError):
    """The sandbox broke and could not be put up again, or was used after it was closed."""


class SandboxBusy(SandboxError):
    """A job was started while another is running in the same sandbox."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one program may use, all its processes together unless said otherwise."""

    wall_seconds: float = 10.0
    cpu_seconds: float | None = None
    """Processor time; None: as much as the wall clock gives."""
    memory_mb: int = 512
    """Beyond what the idle interpreter holds.  Bytes in the scratch space count."""
    output_kb: int = 1024
    """Of stdout and of stderr, each."""
    processes: int = 64
    """Processes and threads at once."""
    scratch_mb: int = 64
    """Size of the working directory."""

    def __post_init__(self) -> None:
        for name in ("wall_seconds", "memory_mb", "output_kb", "processes", "scratch_mb"):
            value = getattr(self, name)
            if not 0 < value < 1e9:
                raise ValueError(f"limit {name} must be positive and finite, not {value!r}")
        if self.cpu_seconds is not None and not 0 < self.cpu_seconds < 1e9:
            raise ValueError(f"limit cpu_seconds must be positive and finite, or None, not {self.cpu_seconds!r}")


@dataclass(frozen=True, slots=True)
class Built:
    """A program made ready to run as often as wanted: what its compiler made, or its source where nothing is compiled.

    The files are the program's own claim.  They go nowhere but into the scratch space of its runs.
    """

    language: str
    files: Mapping[str, bytes]
    entry: str = ""
    """What in them the run begins with, where the language needs to be told: Java's class."""


@dataclass(frozen=True, slots=True)
class Job:
    """One program to run."""

    source: str
    language: str = "python"
    """A name or an alias of `sandboxes.languages`, or python."""
    stdin: bytes = b""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Relative paths below the working directory, and what is to stand in them."""
    limits: Limits = field(default_factory=Limits)
    argv: Sequence[str] = ()
    """The arguments after the program's name."""
    entry: str = ""
    """`module:function` of a module that the sandbox has preloaded, to be called in place of `source`."""
    silent: bool = False
    """What it writes on stdout and stderr goes nowhere, whatever there is of it."""
    built: Built | None = None
    """The program, built: `source` is not looked at then."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program did."""

    status: Status
    exit_code: int | None = None
    signal: int | None = None
    stdout: bytes = b""
    stderr: bytes = b""
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_mb: float = 0.0
    detail: str = ""
    """For `lost`: what happened to the sandbox."""
    stage: Literal["build", "run"] = "run"
    """Whether it is the program that did this, or its compiler: the program then never ran."""


@dataclass(frozen=True, slots=True)
class Isolation:
    """How well the programs are shut in: the level, and the walls by name."""

    level: Level
    walls: tuple[str, ...] = ()


class HasDescriptor(Protocol):
    """What can be handed to a program as a descriptor: a socket, a file."""

    def fileno(self) -> int:
        """The descriptor, negative where it is closed."""
        ...


class Running(Protocol):
    """A job under way.  Its limits hold whether or not anyone waits for it."""

    def wait(self) -> Outcome:
        """Wait for the end, which the limits bound, and say what the program did.  May be called again."""
        ...

    def kill(self) -> None:
        """End the job now; `wait` then says ``signalled`` (9) unless it had ended by itself before."""
        ...

    def watch(self) -> tuple[int, ...]:
        """Descriptors that become readable when `take` has something to take."""
        ...

    def take(self) -> Outcome | None:
        """Take in, without waiting, what the program wrote; the outcome once it has ended."""
        ...

    @property
    def deadline(self) -> float:
        """Time (``time.monotonic``) at which `take` must be called even if no descriptor is readable."""
        ...


class Sandbox(Protocol):
    """A place where programs run, one at a time."""

    @property
    def isolation(self) -> Isolation:
        """The walls that stand around every job."""
        ...

    def run(self, job: Job) -> Outcome:
        """Run a job to its end."""
        ...

    def start(self, job: Job, channel: socket.socket | None = None) -> Running:
        """Start a job.  The program gets `channel`, if any, as descriptor 3; the caller's object stays the caller's.

        Raises SandboxBusy while another job of this sandbox is running.
        """
        ...

    def close(self) -> None:
        """Kill what is running and leave nothing behind.  May be called again."""
        ...

    def __enter__(self) -> Sandbox: ...

    def __exit__(self, *_: object) -> None: ...


class Builder(Sandbox, Protocol):
    """A sandbox for a language whose programs are built before they run; `run` does both, `start` wants it built."""

    def build(self, job: Job) -> Built | Outcome:
        """Compile a job's source behind the same walls, under limits of the compiler's own.

        An outcome, of stage "build", is the compiler's: what it said, or which of its limits it reached.
        """
        ...


def wait_any(runnings: Sequence[Running], timeout: float | None = None) -> list[Running]:
    """Drive several jobs at once, of different sandboxes, until one has ended or `timeout` seconds are over.

    Returns those that have ended (their `wait` returns at once); none after a timeout.
    """
    limit = None if timeout is None else time.monotonic() + timeout
    while True:
        ended = [running for running in runnings if running.take() is not None]
        if ended or not runnings:
            return ended
        now = time.monotonic()
        if limit is not None and now >= limit:
            return []
        until = min((r.deadline for r in runnings), default=now)
        until = until if limit is None else min(until, limit)
        poller = select.poll()  # anew each time: a descriptor that has been closed may since name something else
        for running in runnings:
            for descriptor in running.watch():
                poller.register(descriptor, select.POLLIN)
        poller.poll(max(0, int((until - now) * 1000) + 1))
