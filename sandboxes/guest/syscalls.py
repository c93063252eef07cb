"""The kernel's calls that Python lacks, by ctypes: each raises OSError where the kernel refuses.

The objects that a forked child needs are made at import, in the zygote, so that the child allocates little.
"""

import _signal  # type: ignore[import-not-found]  # the C module under `signal`, which the stubs leave out
import ctypes
import os
import sys
from typing import Any, Optional, Sequence

libc = ctypes.CDLL(None, use_errno=True)

CLONE_VM = 0x100
CLONE_NEWNS = 0x20000
CLONE_NEWCGROUP = 0x2000000
CLONE_NEWUTS = 0x4000000
CLONE_NEWIPC = 0x8000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV = 1, 2, 4
AT_FDCWD, AT_RECURSIVE = -100, 0x8000

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
SECCOMP_MODE_FILTER = 2
WALL = 0x40000000  # wait for every child, whatever signal it was to end with

_NUMBERS = {  # name: (x86_64, aarch64)
    "pivot_root": (155, 41),
    "capget": (125, 90),
    "capset": (126, 91),
    "mount_setattr": (442, 442),
    "pidfd_open": (434, 434),
}
MACHINES = ("x86_64", "aarch64")
machine = os.uname().machine


def check(result: int, what: str) -> int:
    """The result of a call, or the OSError it means."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, "{}: {}".format(what, os.strerror(number)))
    return result


def syscall(name: str, *arguments: Any) -> int:
    """A system call of the table above."""
    if machine not in MACHINES:
        raise OSError(38, "{}: no system call numbers for {}".format(name, machine))
    number = _NUMBERS[name][MACHINES.index(machine)]
    return check(libc.syscall(ctypes.c_long(number), *arguments), name)


def prctl(option: int, argument: int, what: str) -> None:
    """Set one of a process' attributes."""
    unsigned = ctypes.c_ulong
    check(libc.prctl(option, unsigned(argument), unsigned(0), unsigned(0), unsigned(0)), what)


def unshare(flags: int) -> None:
    """Leave the namespaces named by the flags for new ones."""
    check(libc.unshare(flags), "unshare")


def setns(descriptor: int, flags: int) -> None:
    """Enter namespaces of the process behind a pidfd; for CLONE_NEWPID: put the children to come there."""
    check(libc.setns(descriptor, flags), "setns")


def mount(source: bytes, target: bytes, kind: Optional[bytes], flags: int, data: Optional[bytes] = None) -> None:
    """mount(2)."""
    check(libc.mount(source, target, kind, ctypes.c_ulong(flags), data), "mount " + target.decode())


def umount_lazily(target: bytes) -> None:
    """Take a mount out of sight at once, and free it when its last user has gone."""
    check(libc.umount2(target, MNT_DETACH), "umount " + target.decode())


def pivot_root(new: bytes, old: bytes) -> None:
    """Make `new` the root; the former root then stands at `old`."""
    syscall("pivot_root", new, old)


class _MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


def seal_mount(target: bytes, attributes: int, recursive: bool) -> None:
    """Add mount attributes (read-only, nosuid, nodev) to a mount, and to all below it."""
    wanted = _MountAttributes(attributes, 0, 0, 0)
    flags = AT_RECURSIVE if recursive else 0
    syscall(
        "mount_setattr",
        ctypes.c_int(AT_FDCWD),
        target,
        ctypes.c_uint(flags),
        ctypes.byref(wanted),
        ctypes.c_size_t(ctypes.sizeof(wanted)),
    )


def pidfd_open(pid: int) -> int:
    """A descriptor for a process; readable once it has ended."""
    return syscall("pidfd_open", ctypes.c_int(pid), ctypes.c_uint(0))


class _CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


_capability_header = _CapabilityHeader(0x20080522, 0)
_no_capabilities = (ctypes.c_uint32 * 6)()
_dropping = (ctypes.byref(_capability_header), ctypes.byref(_no_capabilities))


def keep_capabilities(numbers: Sequence[int]) -> None:
    """Give up every capability but these."""
    mask = sum(1 << number for number in numbers)
    low, high = mask & 0xFFFFFFFF, mask >> 32
    kept = (ctypes.c_uint32 * 6)(low, low, 0, high, high, 0)  # effective, permitted, inheritable; low words, high words
    syscall("capset", ctypes.byref(_capability_header), ctypes.byref(kept))


def drop_capabilities() -> None:
    """Give up every capability, for good."""
    syscall("capset", *_dropping)


def has_capabilities(numbers: Sequence[int]) -> bool:
    """Whether this process can use all of these capabilities now."""
    held = (ctypes.c_uint32 * 6)()
    syscall("capget", ctypes.byref(_capability_header), ctypes.byref(held))
    return all((held[0] | held[3] << 32) >> number & 1 for number in numbers)


def drop_bounding_set() -> None:
    """Make sure that no program executed from here on can gain a capability."""
    for capability in range(64):
        if libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) < 0:
            if ctypes.get_errno() == 22:  # past the last one that this kernel knows
                return
            check(-1, "dropping capability {}".format(capability))


_bare_fork = ctypes.PyDLL(None, use_errno=True).fork  # PyDLL: the interpreter's lock stays held, as in os.fork


def fork() -> int:
    """Fork without running what modules have registered with `os.register_at_fork`.

    For a process with one thread nothing of it is needed, and it touches two hundred pages that the child would have
    to copy: half a millisecond.  One consequence is wanted: the `random` module is not seeded anew.
    """
    if sys.version_info >= (3, 14):
        return os.fork()
    return check(_bare_fork(), "fork")


_INIT_STACK = ctypes.create_string_buffer(1 << 16)
_init_stack_top = (ctypes.addressof(_INIT_STACK) + len(_INIT_STACK)) & ~0xFF
_pause = ctypes.cast(libc.pause, ctypes.c_void_p)


def spawn_namespace_init() -> int:
    """Start the first process of a new pid namespace: one that sleeps until it is killed.  Returns its pid.

    It shares this process' memory and runs libc's ``pause`` on a stack of its own, so that no page table is
    copied: some thirty microseconds, against a millisecond for a forked interpreter.  Only one may live at a time.
    It ignores SIGCHLD, so that the kernel reaps for it the orphans that it inherits.
    """
    former = _signal.signal(_signal.SIGCHLD, _signal.SIG_IGN)
    try:
        flags = CLONE_VM | CLONE_NEWPID | _signal.SIGCHLD
        return check(libc.clone(_pause, ctypes.c_void_p(_init_stack_top), flags, None), "clone")
    finally:
        _signal.signal(_signal.SIGCHLD, former)


if sys.platform != "linux":
    raise ImportError("the guest runs on Linux only")
