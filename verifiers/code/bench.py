"""The sandboxes of this process: made when first needed, lent to one judgement at a time, kept for the next.

A *bench* is a pair of sandboxes: programs run in one, test code in the other. Threads that judge at once get
a bench each; idle benches are kept (`_IDLE_MOST`). After a fork the child starts with none: what it inherited
belongs to its parent. At exit all are closed.

A bench that lost a sandbox is thrown away, and its judgement tried once more on another.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from sandboxes import Job, Limits, Outcome, Running, Sandbox, SandboxError, WallMissing
from verifiers.code.guest import codec
from verifiers.errors import GraderFailure
from verifiers.problem import CodeLimits

_IDLE_MOST = 16
_PROGRAMS_GUEST = ("codec", "serve")
_TESTS_GUEST = ("codec", "remote", "examine")
_EXAMINER_LIMITS = Limits(wall_seconds=86_400.0, memory_mb=2048)
_SETUP_SECONDS = 30.0
_EXAMINE = "verifiers.code.guest.examine:main"

T = TypeVar("T")


class BenchLost(Exception):
    """A sandbox failed while judging; says nothing about the program."""


def job_limits(limits: CodeLimits, *, wall_seconds: float | None = None, output_kb: int | None = None) -> Limits:
    """A problem's limits in the sandbox's terms."""
    return Limits(
        wall_seconds=limits.wall_seconds if wall_seconds is None else wall_seconds,
        memory_mb=limits.memory_mb,
        output_kb=limits.output_kb if output_kb is None else output_kb,
    )


def _preload(names: tuple[str, ...]) -> dict[str, str]:
    """The guest modules by the names under which they import each other."""
    folder = Path(__file__).parent / "guest"
    return {f"verifiers.code.guest.{name}": (folder / f"{name}.py").read_text("utf-8") for name in names}


class Examiner:
    """The process that examines programs by one suite's test code. `channel` is the grader's stream to it.

    `calls`: the frames of all the calls that the tests make, where that is known.
    """

    def __init__(self, sandbox: Sandbox, setup: bytes, calls: bytes | None) -> None:
        self.calls = calls
        ours, theirs = socket.socketpair()
        self.channel = ours
        self.setup = setup
        with theirs:
            self.running: Running = sandbox.start(Job("", entry=_EXAMINE, silent=True, limits=_EXAMINER_LIMITS), theirs)
        ours.settimeout(_SETUP_SECONDS)
        ours.sendall(b"U" + codec.frame(setup))
        ours.setblocking(False)

    def close(self) -> None:
        """End the process."""
        self.channel.close()
        self.running.kill()
        self.running.wait()


class Bench:
    """A sandbox for programs and one for test code, each made when first used."""

    def __init__(self) -> None:
        self._programs: Sandbox | None = None
        self._tests: Sandbox | None = None
        self._examiner: Examiner | None = None

    @property
    def programs(self) -> Sandbox:
        """Where programs run."""
        if self._programs is None:
            self._programs = _new_sandbox(_PROGRAMS_GUEST)
        return self._programs

    def examiner(self, setup: bytes, calls: bytes | None = None) -> Examiner:
        """The examiner of the suite that `setup` states; the one before it ends. `calls`: see `Examiner`."""
        if self._examiner is not None and self._examiner.setup != setup:
            self.drop_examiner()
        if self._examiner is None:
            if self._tests is None:
                self._tests = _new_sandbox(_TESTS_GUEST)
            self._examiner = Examiner(self._tests, setup, calls)
        return self._examiner

    def drop_examiner(self) -> None:
        """End the examiner; the next one starts afresh."""
        if self._examiner is not None:
            examiner, self._examiner = self._examiner, None
            examiner.close()

    def isolation(self) -> dict[str, Any]:
        """What stands around the programs, for a grade."""
        found = self.programs.isolation
        return {"level": found.level, "walls": list(found.walls), "tests": "split"}

    def run(self, job: Job) -> Outcome:
        """Run a job among the programs; raises `BenchLost`."""
        outcome = self.programs.run(job)
        if outcome.status == "lost":
            raise BenchLost(outcome.detail)
        return outcome

    def close(self) -> None:
        """Close both sandboxes, whatever state they are in."""
        try:
            self.drop_examiner()
        finally:
            for sandbox in (self._programs, self._tests):
                if sandbox is not None:
                    sandbox.close()
            self._programs = self._tests = None


_unsafe = False


def allow_unsafe() -> None:
    """From now on this process runs programs with fewer walls where namespaces cannot be had, rather than not at all.

    Said by the user alone (`--unsafe`, `Engine(unsafe=True)`); the grades name the level `unsafe`.
    """
    global _unsafe
    _unsafe = True


def _new_sandbox(guest: tuple[str, ...]) -> Sandbox:
    """A sandbox that has shown that it works: what fails in it from now on is the program's doing."""
    from sandboxes.local import LocalSandbox

    sandbox = LocalSandbox(preload=_preload(guest), site=_site(), unsafe=_unsafe)
    imports = "".join(f"from verifiers.code.guest.{name} import __doc__\n" for name in guest)
    outcome = sandbox.run(Job(f"{imports}print('ready')"))
    if outcome.stdout != b"ready\n":
        sandbox.close()
        said = outcome.detail or outcome.stderr.decode("utf-8", "replace")[-300:]
        raise BenchLost(f"a new sandbox did not pass its self-test: {outcome.status}: {said}")
    return sandbox


def _site() -> tuple[str, ...]:
    """The folder of this interpreter's numpy, if it has one: programs and tests may import what stands there."""
    numpy = importlib.util.find_spec("numpy")
    return (str(Path(numpy.origin).parents[1]),) if numpy is not None and numpy.origin else ()


class _Pool:
    """The idle benches of one process."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._idle: list[Bench] = []
        self._lock = Lock()

    def take(self) -> Bench:
        with self._lock:
            return self._idle.pop() if self._idle else Bench()

    def put(self, bench: Bench) -> None:
        with self._lock:
            if len(self._idle) < _IDLE_MOST:
                self._idle.append(bench)
                return
        bench.close()

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for bench in idle:
            bench.close()


_pool = _Pool()
_pool_lock = Lock()


def _current_pool() -> _Pool:
    global _pool
    if _pool.pid != os.getpid():
        with _pool_lock:
            if _pool.pid != os.getpid():
                _pool = _Pool()
    return _pool


def close_benches() -> None:
    """Close every idle bench of this process; the next judgement makes new ones."""
    if _pool.pid == os.getpid():
        _pool.close()


atexit.register(close_benches)


@contextmanager
def _borrowed() -> Iterator[Bench]:
    pool = _current_pool()
    bench = pool.take()
    try:
        yield bench
    except BaseException:
        bench.close()
        raise
    pool.put(bench)


def on_a_bench(judge: Callable[[Bench], T]) -> T:
    """What `judge` finds on a bench, on a second one if the first is lost; raises `GraderFailure`."""
    failure: Exception | None = None
    for _ in range(2):
        try:
            with _borrowed() as bench:
                return judge(bench)
        except WallMissing as missing:
            raise GraderFailure(f"{missing} (or accept fewer walls with --unsafe)") from missing
        except (BenchLost, SandboxError, OSError) as lost:
            failure = lost
    raise GraderFailure(f"the sandbox failed twice: {failure}") from failure
