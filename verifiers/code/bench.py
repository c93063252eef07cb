"""The sandboxes of this process: made when first needed, lent to one judgement at a time, kept for the next.

A *bench* is a set of sandboxes: Python programs run in one, test code in others, programs in other languages and the
checkers of their output in more, each made when it is first needed. Threads that judge at once get
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
from typing import Any, TypeVar, cast

from sandboxes import Builder, Built, Job, Level, Limits, Outcome, Running, Sandbox, SandboxError, WallMissing
from sandboxes.languages import PYTHON
from sandboxes.toolchains import ToolchainMissing
from verifiers.code.guest import codec
from verifiers.code.place import chosen, new_sandbox
from verifiers.errors import GraderFailure, MissingExtra

_IDLE_MOST = 16
_PROGRAMS_GUEST = ("codec", "serve", "expose")
_TESTS_GUEST = ("codec", "remote", "examine")
_SESSIONS_GUEST = (*_TESTS_GUEST, "proxies", "session")
_SESSIONS_WARM = ("pytest", "unittest", "unittest.mock", "_pytest.assertion.rewrite", "decimal", "fractions")
_EXAMINER_LIMITS = Limits(wall_seconds=86_400.0, memory_mb=2048)
_SETUP_SECONDS = 30.0
_EXAMINE = "verifiers.code.guest.examine:main"
_SESSION = "verifiers.code.guest.session:main"

T = TypeVar("T")


class BenchLost(Exception):
    """A sandbox failed while judging; says nothing about the program."""


def _preload(names: tuple[str, ...]) -> dict[str, str]:
    """The guest modules by the names under which they import each other."""
    folder = Path(__file__).parent / "guest"
    return {f"verifiers.code.guest.{name}": (folder / f"{name}.py").read_text("utf-8") for name in names}


class Examiner:
    """The process that examines programs by one suite's test code. `channel` is the grader's stream to it.

    `calls`: the frames of all the calls that the tests make, where that is known.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        setup: bytes,
        calls: bytes | None = None,
        entry: str = _EXAMINE,
        limits: Limits = _EXAMINER_LIMITS,
    ) -> None:
        self.calls = calls
        ours, theirs = socket.socketpair()
        self.channel = ours
        self.setup = setup
        with theirs:
            self.running: Running = sandbox.start(Job("", entry=entry, silent=True, limits=limits), theirs)
        ours.settimeout(_SETUP_SECONDS)
        ours.sendall(b"U" + codec.frame(setup))
        ours.setblocking(False)

    def close(self) -> None:
        """End the process."""
        self.channel.close()
        self.running.kill()
        self.running.wait()


class Bench:
    """A sandbox for programs, one for test code and one for pytest, each made when first used."""

    def __init__(self) -> None:
        self._programs: Sandbox | None = None
        self._tests: Sandbox | None = None
        self._sessions: Sandbox | None = None
        self._examiner: Examiner | None = None
        self._others: dict[tuple[str, str], Sandbox] = {}

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

    def session(self, setup: bytes, limits: Limits = _EXAMINER_LIMITS) -> Examiner:
        """A process that runs pytest once; raises `MissingExtra`. The caller closes it."""
        if self._sessions is None:
            if importlib.util.find_spec("pytest") is None:
                raise MissingExtra("a pytest suite", "pytest")
            self._sessions = _new_sandbox(_SESSIONS_GUEST, ("pytest", "numpy"), _SESSIONS_WARM)
        return Examiner(self._sessions, setup, entry=_SESSION, limits=limits)

    def drop_examiner(self) -> None:
        """End the examiner; the next one starts afresh."""
        if self._examiner is not None:
            examiner, self._examiner = self._examiner, None
            examiner.close()

    def sandbox(self, language: str, purpose: str = "programs") -> Sandbox:
        """Where programs in a language run; checkers are programs of another purpose, and so behind other walls."""
        if language == PYTHON[0] and purpose == "programs":
            return self.programs
        if (language, purpose) not in self._others:
            if chosen().docker:
                raise GraderFailure(f"containers run Python alone: {language} needs the sandbox local")
            from sandboxes.local import sandbox_for

            self._others[language, purpose] = sandbox_for(language, unsafe=_unsafe, level=_level)
        return self._others[language, purpose]

    def isolation(self, language: str = PYTHON[0], *, shared: bool = False) -> dict[str, Any]:
        """What stands around the programs in a language, for a grade; `shared`: they ran together with their tests."""
        sandbox = self._sessions if shared and self._sessions is not None else self.sandbox(language)
        found = sandbox.isolation
        return {"level": found.level, "walls": list(found.walls), "tests": "shared" if shared else "split"}

    def run(self, job: Job, purpose: str = "programs") -> Outcome:
        """Run a job among the programs; raises `BenchLost`."""
        return _not_lost(self.sandbox(job.language, purpose).run(job))

    def build(self, job: Job, purpose: str = "programs") -> Built | Outcome | None:
        """A job's program made ready, where its language wants that, or what the compiler did; raises `BenchLost`."""
        if job.language == PYTHON[0]:
            return None
        built = cast("Builder", self.sandbox(job.language, purpose)).build(job)
        return _not_lost(built) if isinstance(built, Outcome) else built

    def close(self) -> None:
        """Close the sandboxes, whatever state they are in."""
        try:
            self.drop_examiner()
        finally:
            for sandbox in (self._programs, self._tests, self._sessions, *self._others.values()):
                if sandbox is not None:
                    sandbox.close()
            self._programs = self._tests = self._sessions = None
            self._others.clear()


def _not_lost(outcome: Outcome) -> Outcome:
    if outcome.status == "lost":
        raise BenchLost(outcome.detail)
    return outcome


_unsafe = False
_level: Level | None = None


def ask_for_level(level: Level | None) -> None:
    """From now on this process runs programs at this level of isolation and no other; None: the best to be had.

    Said by the user (`--isolation`, `Engine(isolation=...)`); where the level cannot be had, verdicts are `error`.
    """
    global _level
    _level = level


def allow_unsafe() -> None:
    """From now on this process runs programs nearly without walls where none can be had, rather than not at all.

    Said by the user alone (`--unsafe`, `Engine(unsafe=True)`); the grades name the level `unsafe`.
    """
    global _unsafe
    _unsafe = True


def _new_sandbox(guest: tuple[str, ...], packages: tuple[str, ...] = ("numpy",), warm: tuple[str, ...] = ()) -> Sandbox:
    """A sandbox that has shown that it works: what fails in it from now on is the program's doing."""
    sandbox = new_sandbox(_preload(guest), packages=packages, warm=warm, unsafe=_unsafe, level=_level)
    imports = "".join(f"from verifiers.code.guest.{name} import __doc__\n" for name in guest)
    outcome = sandbox.run(Job(f"{imports}print('ready')"))
    if outcome.stdout != b"ready\n":
        sandbox.close()
        said = outcome.detail or outcome.stderr.decode("utf-8", "replace")[-300:]
        raise BenchLost(f"a new sandbox did not pass its self-test: {outcome.status}: {said}")
    return sandbox


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
        except MissingExtra as missing:
            raise GraderFailure(str(missing)) from missing
        except WallMissing as missing:
            fewer = "" if chosen().docker else " (or accept fewer walls with --unsafe)"
            raise GraderFailure(f"{missing}{fewer}") from missing
        except ToolchainMissing as missing:
            raise GraderFailure(str(missing)) from missing
        except (BenchLost, SandboxError, OSError) as lost:
            failure = lost
    raise GraderFailure(f"the sandbox failed twice: {failure}") from failure
