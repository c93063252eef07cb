"""The account of a cell: a control group in each hierarchy that can be written to, version 1, 2 or both at once.

The supervisor makes them, sets their limits and reads them; each child writes itself into them before it becomes the
program.  The zygote stays outside, so that what is counted is the program's, and so that the kernel, when it must
kill for want of memory, can only choose one of the program's processes.

A supervisor that is killed leaves empty groups behind.  The next one on the machine removes them: their names hold
the pid namespace and the process id of their maker.
"""

from __future__ import annotations

import itertools
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

_PREFIX = "truegrade"
_NAME = re.compile(rf"{_PREFIX}-(\d+)-(\d+)-\d+")
_counter = itertools.count()
_REMOVAL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class _Files:
    """What a controller's files are called in one version of the interface, "" where there is none."""

    limit: str
    unlimited_swap: str
    peak: str
    kills: str
    pids: str
    time: str
    time_unit: float  # seconds


_VERSION_1 = _Files(
    limit="memory.limit_in_bytes",
    unlimited_swap="memory.swappiness",
    peak="memory.max_usage_in_bytes",
    kills="memory.oom_control",
    pids="pids.max",
    time="cpuacct.usage",
    time_unit=1e-9,
)
_VERSION_2 = _Files(
    limit="memory.max",
    unlimited_swap="memory.swap.max",
    peak="memory.peak",
    kills="memory.events",
    pids="pids.max",
    time="cpu.stat",
    time_unit=1e-6,
)
_CONTROLLERS = ("memory", "pids", "cpuacct", "cpu")


@dataclass(slots=True)
class Account:
    """The groups of one cell.  Files that are used for each job are kept open."""

    folders: list[Path] = field(default_factory=list)
    members: list[int] = field(default_factory=list)
    """Descriptors of the groups' lists of processes; the guest writes to them."""
    walls: list[str] = field(default_factory=list)
    clock: tuple[int, float] = (-1, 1.0)
    """The file that counts the members' processor time, and its unit in seconds; the guest reads it."""
    _open: dict[str, int] = field(default_factory=dict)
    _memory_limit: int = 0
    _process_limit: int = 0
    _resting: int = 0  # bytes that earlier members left behind: files read, which the kernel drops when it must

    @property
    def inherited(self) -> list[int]:
        """The descriptors that the cell is to have."""
        return [*self.members, *(descriptor for descriptor in self.clock[:1] if descriptor >= 0)]

    @property
    def counts_memory(self) -> bool:
        """Whether memory is limited by the account, not by address space alone."""
        return "limit" in self._open

    def begin(self, memory: int, processes: int) -> int:
        """Set the limits for the next job (bytes, processes); returns the number of out-of-memory kills so far."""
        if self.counts_memory and memory != self._memory_limit:
            os.pwrite(self._open["limit"], str(memory).encode(), 0)
            self._memory_limit = memory
        if "pids" in self._open and processes != self._process_limit:
            os.pwrite(self._open["pids"], str(processes).encode(), 0)
            self._process_limit = processes
        if "peak" in self._open:
            try:
                os.pwrite(self._open["peak"], b"0", 0)
                self._resting = int(os.pread(self._open["peak"], 64, 0))
            except OSError:  # older kernels of version 2 cannot reset it: not to be had
                os.close(self._open.pop("peak"))
        return self.kills()

    def kills(self) -> int:
        """How often the kernel killed a member for want of memory."""
        if "kills" not in self._open:
            return 0
        found = re.search(rb"^oom_kill (\d+)", os.pread(self._open["kills"], 4096, 0), re.MULTILINE)
        return int(found[1]) if found else 0

    def peak(self) -> int:
        """The most bytes that the members held at once since `begin`, 0 where that is not counted."""
        return max(1, int(os.pread(self._open["peak"], 64, 0)) - self._resting) if "peak" in self._open else 0

    def close(self) -> None:
        """Remove the groups; their members must have ended or be about to."""
        self.forget()
        until = time.monotonic() + _REMOVAL_SECONDS
        while self.folders:
            self.folders = [folder for folder in self.folders if not _remove(folder)]
            if self.folders and time.monotonic() > until:
                return
            if self.folders:
                time.sleep(0.002)

    def forget(self) -> None:
        """Close the descriptors; the groups stay."""
        for descriptor in (*self.members, *self._open.values(), self.clock[0]):
            if descriptor >= 0:
                os.close(descriptor)
        self.clock = (-1, 1.0)
        self.members.clear()
        self._open.clear()

    def open_file(self, name: str, path: Path) -> None:
        """Keep a file of the group open under a name, if it is there and may be used."""
        for flags in (os.O_RDWR, os.O_RDONLY):
            try:
                self._open[name] = os.open(path, flags | os.O_CLOEXEC)
            except OSError:
                continue
            return


def _remove(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def open_account() -> Account:
    """Make the groups that can be made: none, some or all of memory, pids and processor time."""
    account = Account()
    name = f"{_PREFIX}-{_pid_namespace()}-{os.getpid()}-{next(_counter)}"
    for controllers, version, parents in hierarchies():
        for parent in parents:
            _sweep(parent)
            if _join(account, parent / name, controllers, version):
                break
    return account


def hierarchies() -> list[tuple[tuple[str, ...], int, list[Path]]]:
    """For each mounted hierarchy: its controllers, its version, and where a group could be made, nearest first."""
    mounts = _mounts()
    found: list[tuple[tuple[str, ...], int, list[Path]]] = []
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, names, place = line.split(":", 2)
        mounted = mounts.get(names)
        controllers = tuple(name for name in names.split(",") if name in _CONTROLLERS)
        if mounted is None or (names and not controllers):
            continue
        own = mounted / place.lstrip("/")
        if names:
            found.append((controllers, 1, [own, mounted]))
            continue
        above = [folder for folder in (own, *own.parents) if folder == mounted or mounted in folder.parents]
        for folder in above:
            granted = _granted(folder)
            if granted:
                found.append((granted, 2, [folder]))
                break
    return found


def _granted(folder: Path) -> tuple[str, ...]:
    """The controllers that a group made in `folder` (version 2) would have."""
    try:
        names = (folder / "cgroup.subtree_control").read_text().split()
    except OSError:
        return ()
    if not os.access(folder, os.W_OK) or not os.access(folder / "cgroup.procs", os.W_OK):
        return ()
    granted = tuple(name for name in names if name in ("memory", "pids", "cpu"))
    return (*granted, "cpuacct") if granted else ()  # version 2 counts time in every group


def _mounts() -> dict[str, Path]:
    """Where each hierarchy is mounted, by its name in /proc/self/cgroup."""
    found: dict[str, Path] = {}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        place = Path(before.split(" ")[4])
        if kind == "cgroup2":
            found.setdefault("", place)
        elif kind == "cgroup":
            names = [name for name in options.split(",") if name in _CONTROLLERS]
            found.setdefault(",".join(names), place)
            for one in names:
                found.setdefault(one, place)
    return found


def _join(account: Account, folder: Path, controllers: tuple[str, ...], version: int) -> bool:
    files = _VERSION_1 if version == 1 else _VERSION_2
    try:
        folder.mkdir()
        members = os.open(folder / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)
    except OSError:
        _remove(folder)
        return False
    account.folders.append(folder)
    account.members.append(members)
    if "memory" in controllers:
        _without_swap(folder / files.unlimited_swap)
        for name in ("limit", "peak", "kills"):
            account.open_file(name, folder / getattr(files, name))
        account.walls.append(f"cgroup v{version} memory")
    if "pids" in controllers:
        account.open_file("pids", folder / files.pids)
        account.walls.append(f"cgroup v{version} pids")
    if "cpu" in controllers:
        # one share for the whole group: many processes get no more of the machine than one
        account.walls.append(f"cgroup v{version} cpu")
    if "cpuacct" in controllers:
        account.clock = (os.open(folder / files.time, os.O_RDONLY | os.O_CLOEXEC), files.time_unit)
    return True


def _without_swap(path: Path) -> None:
    try:
        path.write_text("0")
    except OSError:  # a machine without swap has no such file
        return


def _pid_namespace() -> int:
    return Path("/proc/self/ns/pid").stat().st_ino


def _sweep(parent: Path) -> None:
    """Remove the empty groups of makers that are gone."""
    try:
        entries = [entry for entry in os.scandir(parent) if _NAME.fullmatch(entry.name)]
    except OSError:
        return
    for entry in entries:
        match = _NAME.fullmatch(entry.name)
        if match and int(match[1]) == _pid_namespace() and not Path("/proc", match[2]).exists():
            _remove(Path(entry.path))
