"""Programs in the languages of `sandboxes.languages`: a cell that shows one toolchain, and nothing of the others.

A *build* and a *run* are jobs of that cell like any other, with the same walls, and executed (`guest.native`) instead
of run by the warm interpreter.  A build's files come back in a memory file that the cell is given for it; they are
bounded, and looked at by nobody: each run of the program gets them into its own scratch space.

Nothing that a compiler says or makes is believed.  It may loop, flood, read what it can see (which is its toolchain)
and execute what the source tells it to: it ends at its limits, and what it leaves is that one program's.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import replace

from sandboxes.guest import wire
from sandboxes.guest.native import Command
from sandboxes.languages import PYTHON, Language, language
from sandboxes.local.execution import Execution
from sandboxes.local.supervisor import LocalSandbox
from sandboxes.sandbox import (
    Built,
    Isolation,
    Job,
    Level,
    Limits,
    Outcome,
    Repeated,
    Running,
    Sandbox,
    SandboxError,
    Series,
)
from sandboxes.toolchains import Toolchain, locate

_MB = 1 << 20
_ADDRESS_SPACE_SLACK = 32 * _MB
_KEPT_MOST = 256 * _MB
_DEEP_STACK_KB = 60_000  # below the limit that every program has
_PLAIN_STACK_MB = 8
"""Where data is limited: each thread's stack, of the size of this limit unless it says otherwise, counts as data."""
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "{scratch}", "TMPDIR": "{scratch}", "LC_ALL": "C.UTF-8"}
_READY = b"ready"


def sandbox_for(name: str, *, unsafe: bool = False, level: Level | None = None) -> Sandbox:
    """A sandbox for programs in a language.  Raises as its class does, and `UnknownLanguage`."""
    if name in PYTHON:
        return LocalSandbox(unsafe=unsafe, level=level)
    return NativeSandbox(language(name), unsafe=unsafe, level=level)


class NativeSandbox:
    """Programs in one language on this machine; see `sandboxes.sandbox.Builder`.

    Raises `ToolchainMissing`, and `WallMissing` as `LocalSandbox` does.  What is made has shown that it works: a
    program of the language's own was built and run in it.
    """

    def __init__(self, language: Language, unsafe: bool = False, level: Level | None = None) -> None:
        self.language = language
        self._toolchain: Toolchain = locate(language)
        self._cell = LocalSandbox(warm=(), unsafe=unsafe, tools=self._toolchain.show, level=level)
        self._warm_files: Mapping[str, bytes] = {}
        try:
            self._warm_up()
        except BaseException:
            self._cell.close()
            raise

    @property
    def isolation(self) -> Isolation:
        """The walls around every job of this sandbox."""
        return self._cell.isolation

    def build(self, job: Job) -> Built | Outcome:
        """Compile a job's source; see `sandboxes.sandbox.Builder`."""
        name, entry = self.language.file_and_entry(job.source)
        source = {name: job.source.removeprefix("\ufeff").encode("utf-8", "surrogatepass")}
        if not self.language.compile:
            return Built(self.language.name, source, entry)
        made, outcome = self._compile(source, job.files, self.language.artifacts or (name,))
        if made is None:
            return replace(outcome, stage="build")
        return Built(self.language.name, made, entry)

    def _compile(
        self, source: Mapping[str, bytes], files: Mapping[str, bytes], keeps: tuple[str, ...]
    ) -> tuple[dict[str, bytes] | None, Outcome]:
        """What the table's commands make of a source: the files that match `keeps`, or none; and how they ended."""
        limits = self.language.compile_limits
        (name,) = source
        steps = [list(self._toolchain.command(step, source=name)) for step in self.language.compile]
        execution = self._execution(steps, limits, keeps)
        job = Job("", files={**self._warm_files, **files, **source}, limits=limits)
        with open(os.memfd_create("built", os.MFD_CLOEXEC), "w+b") as result:  # noqa: PTH123 - a descriptor
            outcome = self._cell.execute(job, execution, result).wait()
            if outcome.status != "exited" or outcome.exit_code != 0:
                return None, outcome
            result.seek(0)
            try:
                blobs = wire.unpack(result.read(_KEPT_MOST + _MB))
            except ValueError:
                return None, replace(outcome, status="exited", exit_code=1, stderr=b"the compiler made nothing")
        return {os.fsdecode(name): content for name, content in zip(blobs[::2], blobs[1::2])}, outcome

    def run(self, job: Job) -> Outcome:
        """Run a job to its end, built first where it is not; waits its turn where another thread's is running."""
        if job.built is None:
            built = self.build(job)
            if isinstance(built, Outcome):
                return built
            job = replace(job, built=built)
        return self._cell.execute(*self._prepared(job), None).wait()

    def series(self, job: Job) -> Series:
        """Runs of one program, each a job of its own; see `sandboxes.sandbox.Series`."""
        return Repeated(self, job)

    def start(self, job: Job, channel: socket.socket | None = None) -> Running:
        """Start a job that has been built; see `sandboxes.sandbox.Sandbox`."""
        prepared, execution = self._prepared(job)
        return self._cell.start(prepared, channel, execution)

    def _prepared(self, job: Job) -> tuple[Job, Execution]:
        built = job.built
        if built is None or built.language != self.language.name:
            raise SandboxError(f"a program in {self.language.title} must be built before it is started")
        values = {
            "memory_mb": str(job.limits.memory_mb),
            "stack_kb": str((_PLAIN_STACK_MB - 1) * 1024 if self._limits_data else _DEEP_STACK_KB),
            "entry": built.entry,
        }
        step = list(self._toolchain.command(self.language.run, **values))
        files = {**job.files, **built.files}
        execution = self._execution([step], job.limits, (), sum(map(len, files.values())))
        return replace(job, source="", files=files, built=None), execution

    def _execution(self, steps: list[list[str]], limits: Limits, keeps: tuple[str, ...], files: int = 0) -> Execution:
        slack = self.language.memory_slack_mb * _MB
        room = limits.memory_mb * _MB * (2 if self._cell.counts_memory else 1) + slack + _ADDRESS_SPACE_SLACK
        by_address_space = self.language.memory == "address_space" and not keeps
        by_data = not by_address_space and not self._cell.counts_memory
        environment = {
            **_ENVIRONMENT,
            **{key: self._toolchain.filled(value) for key, value in self.language.environment.items()},
        }
        command = Command(
            steps=steps,
            environment=environment,
            keeps=list(keeps),
            keeps_most=min(_KEPT_MOST, limits.scratch_mb * _MB),
            address_space=room if by_address_space else 0,
            data=room + self.language.reserved_mb * _MB if by_data else 0,
            stack=_PLAIN_STACK_MB * _MB if by_data else 0,
        )
        return Execution(command, slack + files, self._told if not keeps else _plainly)

    @property
    def _limits_data(self) -> bool:
        """Whether the memory of a run is limited as data."""
        return self.language.memory == "data" and not self._cell.counts_memory

    def _told(self, outcome: Outcome) -> Outcome:
        """What the program's runtime said when memory ran out is taken for what it says, where the program failed."""
        failed = (outcome.status == "exited" and outcome.exit_code) or outcome.status == "signalled"
        if failed and self.language.told_out_of_memory(outcome.stderr):
            return replace(outcome, status="memory_limit", exit_code=None, signal=None)
        return outcome

    def _warm_up(self) -> None:
        """Build and run the language's own little program; keep what its build leaves for those to come."""
        wanted = self.language.warm_files
        name, entry = self.language.file_and_entry(self.language.warm_up)
        source = {name: self.language.warm_up.encode()}
        made: dict[str, bytes] | None = source
        if self.language.compile:
            keeps = (self.language.artifacts or (name,)) + wanted
            made, outcome = self._compile(source, {}, keeps)
            if made is None:
                raise SandboxError(self._fault("does not compile its own little program", outcome))
        left_behind = {path for path in made or () if path.split("/")[0] in {one.split("/")[0] for one in wanted}}
        self._warm_files = {path: content for path, content in (made or {}).items() if path in left_behind}
        program = {path: content for path, content in (made or {}).items() if path not in left_behind}
        limits = Limits(wall_seconds=30.0)
        outcome = self.run(Job("", limits=limits, built=Built(self.language.name, program, entry)))
        if outcome.stdout.strip() != _READY:
            raise SandboxError(self._fault("does not run its own little program", outcome))

    def _fault(self, what: str, outcome: Outcome) -> str:
        said = outcome.detail or outcome.stderr.decode("utf-8", "replace").strip()[-400:]
        return f"the toolchain of {self.language.title} {what} in the sandbox: {outcome.status}: {said}"

    def close(self) -> None:
        """Kill what is running and leave nothing behind."""
        self._cell.close()

    def __enter__(self) -> NativeSandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _plainly(outcome: Outcome) -> Outcome:
    return outcome
