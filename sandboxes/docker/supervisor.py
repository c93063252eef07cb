"""The docker sandbox: one container that waits for the next program, and another one whenever it is hurt.

A container is replaced when it is lost, when a program left something in it, or when a job needs another scratch space;
memory and process limits are changed in place.

Threads and forks as with the local sandbox: a second job is refused (`SandboxBusy`) except in `run`, which queues;
a forked copy makes a container of its own.
"""

from __future__ import annotations

import atexit
import os
import socket
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sandboxes.docker.connection import Connection, ConnectionLost
from sandboxes.docker.container import Container, Plan
from sandboxes.docker.daemon import Daemon, Room, Settings
from sandboxes.docker.running import DockerRunning
from sandboxes.docker.session import Session
from sandboxes.guest import frames, wire
from sandboxes.local.supervisor import USUAL_MODULES, payload_of
from sandboxes.sandbox import Isolation, Job, Level, Limits, Outcome, Running, SandboxBusy, SandboxLost, WallMissing

_MB = 1 << 20
_ADDRESS_SPACE_SLACK = 32 * _MB
_BULK_STEP = 16 * _MB  # memory for payload and input is given in steps, so that it need not be changed at each job
_REBUILDS = 3
_TRANSFER_SECONDS = 60.0


class DockerSandbox:
    """Programs in containers.

    `settings` names the image, the runtime and the processors; `preload` and `warm` are as in `LocalSandbox`: modules
    to execute or import once, where the image has them. Containers left behind by a process of this machine that is
    no more are removed first.

    Within the container the guest raises the walls of level `unprivileged`. With `unsafe` it does without Landlock
    where the container's kernel has none: a program may then disturb what comes after it in the same container.

    Raises WallMissing where the package, the daemon, the image or a wall is missing, with what to do about it.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        preload: Mapping[str, str] | None = None,
        warm: Sequence[str] = USUAL_MODULES,
        unsafe: bool = False,
        level: Level | None = None,
    ) -> None:
        self._closed = True  # until there is something to close
        self._container: Container | None = None
        if os.name != "posix":
            raise WallMissing("posix", f"this is {os.name}", "Run truegrade in WSL, or on the machine of the daemon")
        if level == "strong":
            remedy = "Ask for unprivileged, or for the local sandbox"
            raise WallMissing("namespaces of each program", "programs share those of their container", remedy)
        self._plan = Plan(settings or Settings(), tuple(warm), dict(preload or {}), level or "unprivileged")
        self._lock = threading.Lock()
        self._owner = os.getpid()
        self._running: DockerRunning | None = None
        self._daemon = Daemon()
        try:
            self._daemon.sweep()
            self._plan, self._container = self._first_container(unsafe and level is None)
        except BaseException:
            self._daemon.close()
            raise
        self._closed = False
        atexit.register(_close_if_alive, weakref.ref(self))
        self._isolation = Isolation(self._plan.level, self._container.walls)

    def _first_container(self, unsafe: bool) -> tuple[Plan, Container]:
        room = _room(Limits(), 0)
        try:
            return self._plan, Container(self._daemon, self._plan, room)
        except WallMissing as missing:
            if not unsafe or not missing.wall.startswith("landlock"):
                raise
        plan = replace(self._plan, level="unsafe")
        return plan, Container(self._daemon, plan, room)

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

    def _begin(self, job: Job, channel: socket.socket | None) -> DockerRunning:
        """Hand a job to the container, a new one if need be. The lock is held, and released when the job is over."""
        try:
            if channel is not None and (channel.fileno() < 0 or channel.type != socket.SOCK_STREAM):
                raise ValueError("the channel must be an open stream socket")
            payload = payload_of(job)
            room = _room(job.limits, len(payload) + len(job.stdin))
            why = ""
            for _ in range(_REBUILDS):
                container = self._living_container(room)
                assert container.connection is not None
                try:
                    return self._hand_over(container, container.connection, job, payload, channel)
                except ConnectionLost as lost:
                    why = str(lost)
                    self.broken()
            raise SandboxLost(f"the container was lost three times before it could take the job: {why}")
        except BaseException:
            self._lock.release()
            raise

    def _living_container(self, room: Room) -> Container:
        if self._closed:
            raise SandboxLost("this sandbox has been closed")
        if self._container is not None and not self._container.make_room(room):
            self.broken()
        if self._container is None:
            self._container = Container(self._daemon, self._plan, room)
        return self._container

    def _hand_over(
        self, container: Container, connection: Connection, job: Job, payload: bytes, channel: socket.socket | None
    ) -> DockerRunning:
        assert container.idle is not None
        connection.expect_silence()
        limits = job.limits
        order = wire.Order(
            wall_seconds=limits.wall_seconds,
            cpu_seconds=limits.cpu_seconds or 0.0,
            address_space=container.idle.address_space + _ADDRESS_SPACE_SLACK + 2 * limits.memory_mb * _MB,
            scratch=limits.scratch_mb * _MB,
            processes=limits.processes,
            memory=limits.memory_mb * _MB,
        )
        number = container.next_job()
        start = frames.Start(
            payload=len(payload),
            stdin=len(job.stdin),
            output=limits.output_kb * 1024,
            channel=channel is not None,
            silent=job.silent,
            order=wire.order_message(order),
        )
        connection.send_whole(
            [
                frames.frame(frames.ORDER, number, frames.start_body(start)),
                *frames.frames(frames.BULK, number, payload),
                *frames.frames(frames.BULK, number, job.stdin),
            ],
            _TRANSFER_SECONDS,
        )
        session = Session(connection, number, limits, None if channel is None else channel.dup())
        self._running = DockerRunning(self, session, limits, self._lock.release)
        return self._running

    @property
    def resident(self) -> int:
        """Bytes of its own that a program's process begins with: a copy of the zygote's."""
        return self._container.idle.resident if self._container is not None and self._container.idle else 0

    def broken(self) -> None:
        """End the container; the next job gets another."""
        container, self._container = self._container, None
        if container is not None:
            container.close()

    def _own(self) -> None:
        """In a forked copy: leave the parent's container alone and start afresh."""
        if os.getpid() != self._owner:
            self._owner = os.getpid()
            self._lock = threading.Lock()
            self._running = None
            container, self._container = self._container, None
            if container is not None:
                container.forget()
            self._daemon = Daemon()

    def close(self) -> None:
        """Kill what is running and leave nothing behind: no container, thread or descriptor."""
        if self._closed:
            return
        self._own()
        self._closed = True
        running, self._running = self._running, None
        if running is not None:
            running.abandon("the sandbox was closed")
        self.broken()
        self._daemon.close()

    def __del__(self) -> None:
        if not self._closed:
            self.close()

    def __enter__(self) -> DockerSandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _room(limits: Limits, bulk: int) -> Room:
    """What a job with these limits needs, with so many bytes of payload and input in memory; the first step is free."""
    steps = bulk // _BULK_STEP
    return Room(
        memory=limits.memory_mb * _MB + steps * _BULK_STEP,
        scratch=limits.scratch_mb * _MB,
        processes=limits.processes,
    )


def _close_if_alive(reference: weakref.ref[DockerSandbox]) -> None:
    """At the interpreter's end: a sandbox that nobody closed."""
    sandbox = reference()
    if sandbox is not None:
        sandbox.close()
