"""The walls around one question of computer algebra: a line each, raised in the forked process before it reads on.

Theory of operation. SymPy is trusted; what it is given is not. A question's process needs nothing but its memory, the
processor, and one descriptor to write its answer to, so that all else is taken away, for good, in the order of the
table. What it may still do is read files: that is how Python loads a module that nobody imported before.

A wall that this machine cannot raise (an old kernel, another system) raises `OSError` or `ImportError` here. Which
walls stand is found by a trial, once, when a worker starts; from then on a question whose walls do not all stand is
not answered.
"""

from __future__ import annotations

import functools
import os
import resource
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ANSWER = 3
"""The descriptor by which the answer leaves; below it stand three that lead nowhere."""

_LAST_DESCRIPTOR = 65_536


@dataclass(frozen=True, slots=True)
class Wall:
    """`stops`: what it is there for. `build` raises it around this process; `memory` in bytes."""

    stops: str
    build: Callable[[int], None]


def _close_descriptors(memory: int) -> None:
    os.closerange(ANSWER + 1, _LAST_DESCRIPTOR)


def _empty_environment(memory: int) -> None:
    os.environ.clear()


def _limit(number: int, value: int) -> None:
    hard = resource.getrlimit(number)[1]
    lower = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(number, (lower, lower))


def _no_new_privileges(memory: int) -> None:
    from sandboxes.guest import syscalls

    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1, "no_new_privs")


def _no_capabilities(memory: int) -> None:
    from sandboxes.guest import syscalls

    syscalls.drop_capabilities()


def _filtered(memory: int) -> None:
    laid_out_filter().load()


@functools.cache
def laid_out_filter() -> Any:
    """The system call filter, ready to be loaded. Raises `OSError` where this processor has no table of calls."""
    from sandboxes.guest import seccomp, syscalls

    if syscalls.machine not in syscalls.MACHINES:
        raise OSError(f"no system call numbers for {syscalls.machine}")
    return seccomp.Filter(seccomp.computing_filter(syscalls.machine))


# the filter comes last: the others need calls that it refuses
WALLS: dict[str, Wall] = {
    "descriptors": Wall("what was open elsewhere", _close_descriptors),
    "environment": Wall("keys and paths that stand in variables", _empty_environment),
    "address space": Wall("a memory bomb", lambda memory: _limit(resource.RLIMIT_AS, memory)),
    # 0 would still have a dump piped to a collector
    "core files": Wall("a dump of what was being graded", lambda memory: _limit(resource.RLIMIT_CORE, 1)),
    "file size": Wall("growing a file", lambda memory: _limit(resource.RLIMIT_FSIZE, 0)),
    "processes": Wall("forks and threads, where the user is not root", lambda memory: _limit(resource.RLIMIT_NPROC, 0)),
    "no_new_privs": Wall("gaining rights from a file", _no_new_privileges),
    "no capabilities": Wall("root's own rights", _no_capabilities),
    "seccomp": Wall("network, writing, programs, processes, signals", _filtered),
}


def raised(names: tuple[str, ...], memory: int) -> dict[str, str]:
    """Raise these walls around this process; what could not be raised, and why."""
    missing: dict[str, str] = {}
    for name in names:
        try:
            WALLS[name].build(memory)
        except (OSError, ImportError, ValueError) as fault:
            missing[name] = str(fault)
    return missing
