"""The Landlock wall: what files a process may use, which TCP ports, and whom it may send a signal.

A process restricts itself; it and all that it forks are then a *domain*, for good.  Domains nest: what an inner one
may do, every outer one must allow, too.  Each version of the kernel's interface (ABI) can restrict more than the one
before, so everything here is asked for as far as the ABI goes, and `walls` says how far that is.

Source: Documentation/userspace-api/landlock.rst and include/uapi/linux/landlock.h of the kernel.
"""

import ctypes
import os
import struct
from typing import Iterable, List, Tuple

from sandboxes.guest import syscalls

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every architecture
_ASK_VERSION = 1
_PATH_BENEATH = 1
_UNLOGGED = 1  # what a hostile program tries must not fill the machine's audit log

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
_MAKE_DEVICES = 1 << 6 | 1 << 11
_REFER, _TRUNCATE, _IOCTL_DEVICES = 1 << 13, 1 << 14, 1 << 15
_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | _TRUNCATE | _IOCTL_DEVICES  # the rights that a single file can have
_BIND_TCP, _CONNECT_TCP = 1, 2
_ABSTRACT_SOCKETS, _SIGNALS = 1, 2

# first ABI, the rights over files that came with it
_FILE_RIGHTS = ((1, (1 << 13) - 1), (2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEVICES))
TRUNCATION_SINCE, TCP_SINCE, SCOPES_SINCE, _UNLOGGED_SINCE = 3, 4, 6, 7

READ = READ_FILE | READ_DIR | EXECUTE
"""To look at, and to run."""
DEVICE = READ_FILE | WRITE_FILE | _TRUNCATE
"""For the harmless devices: to read and to write (shells truncate what they redirect to)."""


def version() -> int:
    """The kernel's ABI, 0 where it has no Landlock or will not let us use it."""
    found = int(syscalls.libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION)))
    return max(found, 0)


def walls(abi: int) -> List[str]:
    """What stands under this ABI, by name."""
    found = ["landlock ABI {}".format(abi), "landlock files"]
    if abi >= TCP_SINCE:
        found.append("landlock tcp")
    if abi >= SCOPES_SINCE:
        found += ["landlock signals", "landlock abstract sockets"]
    return found


def _rights(abi: int) -> int:
    return sum(rights for since, rights in _FILE_RIGHTS if abi >= since)


def everything_in_a_folder(abi: int) -> int:
    """Every right that a program has over its own folder: all but to run what it wrote, and to make devices."""
    return _rights(abi) & ~(EXECUTE | _MAKE_DEVICES)


class Ruleset:
    """What a domain will allow, laid out once; `restrict` may be called in any number of forked children.

    Raises OSError where the kernel refuses.
    """

    def __init__(self, abi: int, files: Iterable[Tuple[str, int]]) -> None:
        self._flags = _UNLOGGED if abi >= _UNLOGGED_SINCE else 0
        handled = _rights(abi)
        tcp = _BIND_TCP | _CONNECT_TCP if abi >= TCP_SINCE else 0
        scopes = _ABSTRACT_SOCKETS | _SIGNALS if abi >= SCOPES_SINCE else 0
        self.descriptor = _create(abi, handled, tcp, scopes)
        for path, rights in files:
            self._allow(path, rights & handled)

    def _allow(self, path: str, rights: int) -> None:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not os.path.isdir(path):
                rights &= _OF_FILES
            rule = struct.pack("=Qi", rights, parent)
            result = syscalls.libc.syscall(_ADD, self.descriptor, _PATH_BENEATH, rule, ctypes.c_uint32(0))
            syscalls.check(result, "landlock rule for " + path)
        finally:
            os.close(parent)

    def restrict(self) -> None:
        """Put this process and all it forks from here on into a new domain.  Needs no_new_privs."""
        _restrict(self.descriptor, self._flags)


def confine_signals(abi: int) -> bool:
    """Put this process into a domain that can signal nobody outside it, and do no other harm; False if there is none.

    What it forks may enter a domain of its own, which then cannot signal this process, though this one can it.
    """
    if abi < SCOPES_SINCE:
        return False
    descriptor = _create(abi, 0, 0, _SIGNALS)
    try:
        _restrict(descriptor, _UNLOGGED if abi >= _UNLOGGED_SINCE else 0)
    finally:
        os.close(descriptor)
    return True


def _create(abi: int, files: int, tcp: int, scopes: int) -> int:
    fields = 1 + (abi >= TCP_SINCE) + (abi >= SCOPES_SINCE)
    attributes = struct.pack("=QQQ", files, tcp, scopes)[: 8 * fields]
    made = syscalls.libc.syscall(_CREATE, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    return syscalls.check(made, "landlock ruleset")


def _restrict(descriptor: int, flags: int) -> None:
    syscalls.check(syscalls.libc.syscall(_RESTRICT, descriptor, ctypes.c_uint32(flags)), "landlock domain")
