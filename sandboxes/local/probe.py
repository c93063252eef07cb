"""Which walls this machine offers, found by trying each in a child process that ends at once.

Nothing is raised around the caller: every attempt is made in a process of its own.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from sandboxes.local.cell import REMEDIES

_NAMESPACES = (
    ("user namespace", 0x10000000),
    ("mount namespace", 0x20000),
    ("pid namespace", 0x20000000),
    ("network namespace", 0x40000000),
    ("ipc namespace", 0x8000000),
    ("uts namespace", 0x4000000),
    ("cgroup namespace", 0x2000000),
)
_USER = 0x10000000
_CONTAINER = "In a container: give it CAP_SYS_ADMIN or allow user namespaces; or use the docker sandbox from outside"


@dataclass(frozen=True, slots=True)
class Wall:
    """One wall: whether this machine has it, what was seen, and what to do where it is missing."""

    name: str
    available: bool
    detail: str = ""
    remedy: str = ""


def probe() -> list[Wall]:
    """Try every wall that the local sandbox uses; takes some tens of milliseconds."""
    if not sys.platform.startswith("linux"):
        return [Wall("linux", False, f"this is {sys.platform}", "Use the docker sandbox here")]
    return [
        *(_namespace(name, flag) for name, flag in _NAMESPACES),
        _pivot_root(),
        _seccomp(),
        _no_new_privs(),
        _rlimits(),
        *_control_groups(),
        _landlock(),
    ]


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _in_child(attempt: Callable[[], int]) -> str:
    """Run an attempt in a process of its own: "" if it returned 0 or more, else what the kernel said."""
    _libc()
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            text = b"" if attempt() >= 0 else os.strerror(ctypes.get_errno()).encode()
        except BaseException as error:  # noqa: BLE001 - reported, then the process ends
            text = str(error).encode() or b"failed"
        os.write(write_end, text[:400])
        os._exit(0)
    os.close(write_end)
    with open(read_end, "rb") as pipe:  # noqa: PTH123 - a descriptor
        said = pipe.read().decode(errors="replace")
    _, status = os.waitpid(pid, 0)
    return said if status == 0 else said or f"the attempt ended with status {status}"


def _namespace(name: str, flag: int) -> Wall:
    flags = flag if os.getuid() == 0 else flag | _USER
    said = _in_child(lambda: int(_libc().unshare(flags)))
    return Wall(name, not said, said, "" if not said else REMEDIES["user namespace"])


def _pivot_root() -> Wall:
    from sandboxes.guest import cell, syscalls

    def attempt() -> int:
        uid, gid = os.getuid(), os.getgid()
        syscalls.unshare((0 if uid == 0 else _USER) | syscalls.CLONE_NEWNS)
        if uid != 0:
            cell.map_only_user(uid, gid)
        syscalls.mount(b"none", b"/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
        syscalls.mount(b"root", b"/tmp", b"tmpfs", 0, b"size=64k")
        os.mkdir("/tmp/old")  # noqa: PTH102 - in a mount namespace of its own
        syscalls.pivot_root(b"/tmp", b"/tmp/old")
        syscalls.seal_mount(b"/", syscalls.MOUNT_ATTR_RDONLY, recursive=False)
        return 0

    said = _in_child(attempt)
    return Wall("pivot_root", not said, said, "" if not said else _CONTAINER)


def _seccomp() -> Wall:
    from sandboxes.guest import seccomp, syscalls

    def attempt() -> int:
        syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1, "no_new_privs")
        seccomp.Filter(seccomp.program_filter(syscalls.machine)).load()
        return 0

    if syscalls.machine not in syscalls.MACHINES:
        return Wall("seccomp", False, f"no system call table for {syscalls.machine}", "Use the docker sandbox here")
    said = _in_child(attempt)
    return Wall("seccomp", not said, said, "" if not said else "A kernel with CONFIG_SECCOMP_FILTER is needed")


def _no_new_privs() -> Wall:
    said = _in_child(lambda: int(_libc().prctl(38, ctypes.c_ulong(1), 0, 0, 0)))
    return Wall("no_new_privs", not said, said, "" if not said else "A kernel of 3.5 or later is needed")


def _rlimits() -> Wall:
    import resource

    def attempt() -> int:
        for limit in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE):
            hard = resource.getrlimit(limit)[1]
            resource.setrlimit(limit, (1 << 12 if hard < 0 else hard, hard))
        return 0

    said = _in_child(attempt)
    return Wall("rlimits", not said, said, "" if not said else "Raise the hard limits of this process (ulimit -H)")


def _control_groups() -> list[Wall]:
    from sandboxes.local.cgroups import open_account

    account = open_account()
    try:
        have = {wall.rsplit(" ", 1)[1]: wall for wall in account.walls}
    finally:
        account.close()
    remedy = (
        "Run as root, or in a delegated control group (systemd-run --user --scope -p Delegate=yes); "
        "without it memory is limited by process, not by program"
    )
    return [
        Wall(f"cgroup {name}", name in have, have.get(name, "no group can be made"), "" if name in have else remedy)
        for name in ("memory", "pids")
    ]


def _landlock() -> Wall:
    from sandboxes.guest import landlock

    abi = landlock.version()
    if not abi:
        return Wall("landlock", False, "not in this kernel, or not allowed here", REMEDIES["landlock"])
    said = _in_child(lambda: _restricted(abi))
    covered = ", ".join(wall.removeprefix("landlock ") for wall in landlock.walls(abi)[1:])
    return Wall("landlock", not said, said or f"ABI {abi}: {covered}", REMEDIES["landlock"] if said else "")


def _restricted(abi: int) -> int:
    from sandboxes.guest import landlock, syscalls

    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1, "no_new_privs")
    landlock.Ruleset(abi, []).restrict()
    try:
        os.listdir("/")  # noqa: PTH208 - in a process that may not
    except PermissionError:
        return 0
    raise OSError("it was put up, and does not stop a thing")
