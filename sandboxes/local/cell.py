"""The supervisor's hold on one cell: starting it, talking to it, and making sure that nothing of it stays.

A cell is two processes at rest, launcher and zygote (see ``sandboxes.guest.cell``), a control channel and an account.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandboxes.guest import wire
from sandboxes.local.cgroups import Account, open_account
from sandboxes.sandbox import Level, SandboxLost, WallMissing

_BOOT = (
    "import sys, types; sys.path[:] = filter(None, sys.path); package = types.ModuleType('sandboxes');"
    "package.__path__ = [sys.argv.pop()]; sys.modules['sandboxes'] = package;"
    "from sandboxes.guest import cell; cell.main()"
)
_START_SECONDS = 30.0
_END_SECONDS = 5.0
# uids of the host that nobody has: two for each cell, told apart by the launcher's process id
_UNUSED_IDS = 2_000_000_000
_IDS_PER_CELL = 2
_PROGRAM_ID = 1000

REMEDIES = {
    "user namespace": "Allow them (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone=1, "
    "kernel.apparmor_restrict_unprivileged_userns=0), run as root, or give the container CAP_SYS_ADMIN",
    "mount namespace": "Run as an ordinary user with user namespaces, or give the container CAP_SYS_ADMIN",
    "landlock": "A kernel of 5.13 or later with Landlock is needed (`lsm=` must name it, and a container's system call "
    "filter must allow it: Docker's does since version 23)",
    "landlock signals": "Report this kernel; to run nonetheless, accept fewer walls",
    "root": "A kernel of 5.12 or later is needed",
    "interpreter": "Programs run as a user of their own, who must be able to read the interpreter and its import path, "
    "and see no more: chmod o+rX what is to be shown, and keep it out of the folder of temporary files itself",
    "cell": "Run `verify doctor` to see which walls this machine offers",
    "zygote": "Run `verify doctor` to see which walls this machine offers",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What every cell of a sandbox is like: its level, and for the strong one whether with a namespace of users."""

    warm: Sequence[str]
    preload: Mapping[str, str]
    site: Sequence[str]
    level: Level
    user_namespace: bool
    tools: Sequence[tuple[str, str]] = ()
    """What is shown besides the interpreter: the place, and the real path of what is to be seen there."""
    landlock_most: int = 0
    """The highest ABI of Landlock to use, as if the kernel were an older one; 0: what it has."""

    @property
    def namespaces(self) -> bool:
        """Whether the cell stands behind namespaces."""
        return self.level == "strong"


class Cell:
    """A live cell.  Raises WallMissing where it cannot be shut in, SandboxLost where it does not come up."""

    def __init__(self, plan: Plan) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._zygote = self._diagnostics = -1
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.account: Account = open_account()
        try:
            self._start(plan, theirs)
            theirs.close()
            self.idle = self._await_ready()
            """What the zygote said of itself when it was ready."""
        except BaseException as failure:
            self.close()
            if isinstance(failure, OSError):
                raise SandboxLost(f"the cell did not come up: {failure}") from failure
            raise
        finally:
            theirs.close()

    def _start(self, plan: Plan, theirs: socket.socket) -> None:
        self._diagnostics, their_diagnostics = os.pipe()
        try:
            os.set_blocking(self._diagnostics, False)
            config = memory_file(_configuration(plan, self.account))
            try:
                self._process = _spawn(theirs, their_diagnostics, config, self.account.inherited)
            finally:
                os.close(config)
        finally:
            os.close(their_diagnostics)

    def _await_ready(self) -> wire.Idle:
        assert self._process is not None
        until = time.monotonic() + _START_SECONDS
        while True:
            message = self._next_message(until)
            kind, rest = message[:1], message[1:]
            if kind == wire.WANT_MAPS:
                _write_maps(self._process.pid)
                self.control.send(wire.MAPPED)
            elif kind == wire.ZYGOTE:
                with contextlib.suppress(ProcessLookupError):
                    self._zygote = os.pidfd_open(int(rest))
            elif kind == wire.READY:
                return wire.read_ready(message)
            elif kind == wire.FAILED:
                wall, why = wire.read_failed(message)
                remedy = REMEDIES.get(wall, "Run `verify doctor` to see which walls this machine offers")
                raise WallMissing(wall, why + self.said(), remedy)

    def _next_message(self, until: float) -> bytes:
        poller = select.poll()
        poller.register(self.control, select.POLLIN)
        if not poller.poll(max(0, int((until - time.monotonic()) * 1000))):
            raise SandboxLost(f"the cell did not come up within {_START_SECONDS:.0f} s{self.said()}")
        message = self.control.recv(65536)
        if not message:
            raise SandboxLost(f"the cell ended while it was coming up{self.said()}")
        return message

    def said(self) -> str:
        """What the cell's processes wrote on stderr, for an error message."""
        try:
            text = os.read(self._diagnostics, 65536)[-2000:].decode(errors="replace").strip()
        except BlockingIOError:
            return ""
        return f"; it said: {text}" if text else ""

    def close(self) -> None:
        """Kill the cell with all that is in it, wait until it is gone, and remove its account."""
        if self._zygote >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._zygote, signal.SIGKILL)
        elif self._process is not None:
            self._process.kill()
        self.control.close()
        if self._process is not None:
            try:
                self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self.account.close()
        self.forget()

    def forget(self) -> None:
        """Let go of the descriptors, and of nothing else: what a forked copy of the supervisor does."""
        self.control.close()
        self.account.forget()
        for descriptor in (self._zygote, self._diagnostics):
            if descriptor >= 0:
                os.close(descriptor)
        self._zygote = self._diagnostics = -1
        if self._process is not None:
            # in a forked copy it is nobody's child; waited for or not, it is no longer ours to ask about
            self._process.returncode = 0


def memory_file(content: bytes) -> int:
    """A descriptor of a file in memory that can never be changed again, its position at the start."""
    import fcntl

    descriptor = os.memfd_create("truegrade", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        os.lseek(descriptor, 0, os.SEEK_SET)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _configuration(plan: Plan, account: Account) -> bytes:
    header = {
        "supervisor": os.getpid(),
        "namespaces": plan.namespaces,
        "enclosed": plan.level == "unprivileged",
        "user_namespace": plan.user_namespace,
        "landlock_most": plan.landlock_most,
        "temporary": tempfile.gettempdir(),
        "cgroup_walls": account.walls,
        "unused_ids": _UNUSED_IDS,
        "warm": list(plan.warm),
        "preload": list(plan.preload),
        "site": list(plan.site),
        "tools": list(plan.tools),
        "cgroups": account.members,
        "clock": account.clock,
    }
    return wire.pack([wire.configuration(header), *(text.encode() for text in plan.preload.values())])


def _spawn(control: socket.socket, diagnostics: int, config: int, inherited: Sequence[int]) -> subprocess.Popen[bytes]:
    """Start the launcher: the base interpreter, an environment that says nothing, and the descriptors named."""
    parent = str(Path(__file__).resolve().parents[1])
    executable = getattr(sys, "_base_executable", None) or sys.executable
    return subprocess.Popen(
        [executable, "-s", "-S", "-X", "utf8", "-c", _BOOT, str(control.fileno()), str(config), parent],
        stdin=subprocess.DEVNULL,
        stdout=diagnostics,
        stderr=diagnostics,
        env={"PYTHONHASHSEED": "0", "LD_BIND_NOW": "1"},  # bound now, not by every child
        cwd="/",
        pass_fds=[control.fileno(), config, *inherited],
        start_new_session=True,
    )


def _write_maps(pid: int) -> None:
    """Let uid 0 and the programs' uid of the launcher's user namespace stand for uids that nobody has."""
    first = _UNUSED_IDS + _IDS_PER_CELL * pid
    for name in ("uid_map", "gid_map"):
        text = f"0 {first} 1\n{_PROGRAM_ID} {first + 1} 1\n"
        try:
            Path("/proc", str(pid), name).write_text(text)
        except OSError as error:
            raise WallMissing("user namespace", f"{name}: {error}", REMEDIES["user namespace"]) from error
