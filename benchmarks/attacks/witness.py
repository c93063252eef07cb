"""What must be the same after a hostile program as before it: of the grader, of a bystander and of the machine.

Two snapshots are compared. Of some things there may be fewer afterwards (a sandbox that was given up), never more.
The control groups and the programs' users are told by the names and numbers that the sandbox gives them.
"""

from __future__ import annotations

import os
import re
import resource
import socket
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

import psutil

from sandboxes.local import cgroups

_LIMITS = range(resource.RLIM_NLIMITS if hasattr(resource, "RLIM_NLIMITS") else 16)
_FOLDERS = ("/", "/tmp", "/var/tmp", "/dev", "/dev/shm", "/run", "/etc", "/usr/lib", ".", "~")
_UNUSED_USERS = 2_000_000_000  # programs run as users from here on, or as the nobody of the machine
_CLOCK_DRIFT_MOST = 1.0
_SETTLE_SECONDS = 1.5
_STDLIB = Path(sysconfig.get_path("stdlib"))

_CONTAINERS = re.compile(r" - (?:overlay|nsfs) |docker|podman|/containers/")


class Witness:
    """Watches one grader (a process id) and a process that has nothing to do with it."""

    def __init__(self, grader: int) -> None:
        self._grader = psutil.Process(grader)
        self._bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        self._users: set[int] = set()
        self._clocks = time.time() - time.monotonic()

    def __enter__(self) -> Witness:
        return self

    def __exit__(self, *_: object) -> None:
        self._bystander.kill()
        self._bystander.communicate()

    def snapshot(self) -> dict[str, Any]:
        """What is to be compared: counts (may fall), and things that stay as they are."""
        pids = [os.getpid(), self._grader.pid, self._bystander.pid]
        return {
            "most": {
                "descriptors of this process": _descriptors(os.getpid()),
                "descriptors of the grader": _descriptors(self._grader.pid),
                "processes below the grader": len(self._grader.children(recursive=True)),
                "control groups": len(_groups(self._grader.pid)),
            },
            "same": {
                "mounts": lasting_mounts(),
                "limits and priorities": [_settings(pid) for pid in pids],
                "host name": socket.gethostname(),
                "files named rv_*": _marked_files(),
                "the interpreter's files": _interpreter_state(),
                "processes outside the cells": sorted(self._strays()),
                "bystander": (self._bystander.poll(), psutil.Process(self._bystander.pid).status() == "stopped"),
            },
        }

    def faults(self, before: dict[str, Any]) -> list[str]:
        """What is not as it was, after all that is ending has had time to."""
        until = time.monotonic() + _SETTLE_SECONDS
        while True:
            if not self._grader.is_running():
                return ["the grader's process ended"]
            found = _differences(before, self.snapshot())
            if abs(time.time() - time.monotonic() - self._clocks) > _CLOCK_DRIFT_MOST:
                found.append("the clock was set")
            if not found or time.monotonic() > until:
                return found
            time.sleep(0.02)

    def _strays(self) -> set[int]:
        """Processes of the users of the grader's cells that do not descend from the grader."""
        below = self._grader.children(recursive=True)
        for launcher in below:
            first = _UNUSED_USERS + 2 * launcher.pid
            self._users |= {first, first + 1, _UNUSED_USERS + launcher.pid}
        known = {process.pid for process in below}
        return {process.pid for process in psutil.process_iter() if _user(process) in self._users} - known

    def grader_memory(self) -> int:
        """Bytes that the grader's process holds."""
        return int(self._grader.memory_info().rss)


def lasting_mounts() -> list[str]:
    """What this process sees mounted, but for the containers that others start and stop meanwhile."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return [line for line in lines if not _CONTAINERS.search(line)]


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    found = [
        f"{name}: {before['most'][name]} before, {count} after"
        for name, count in after["most"].items()
        if count > before["most"][name]
    ]
    found += [f"{name} changed" for name, value in after["same"].items() if value != before["same"][name]]
    return found


def _descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - names alone


def _groups(pid: int) -> list[str]:
    parents = [parent for _, _, parents in cgroups.hierarchies() for parent in parents]
    return sorted(str(folder) for parent in parents for folder in parent.glob(f"truegrade-*-{pid}-*"))


def _settings(pid: int) -> tuple[object, ...]:
    limits = tuple(resource.prlimit(pid, kind) for kind in _LIMITS)
    return (limits, os.getpriority(os.PRIO_PROCESS, pid), os.sched_getscheduler(pid), os.sched_getaffinity(pid))


def _marked_files() -> list[str]:
    return sorted(str(path) for folder in _FOLDERS for path in Path(folder).expanduser().glob("rv_*"))


def _interpreter_state() -> int:
    """A sum over the times and sizes of the standard library's files."""
    files = [*_STDLIB.glob("*.py"), *(_STDLIB / "__pycache__").glob("*.pyc"), *_STDLIB.glob("lib-dynload/*")]
    return hash(tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(files)))


def _user(process: psutil.Process) -> int:
    try:
        return int(process.uids().real)
    except psutil.Error:
        return -1
