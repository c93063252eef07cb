"""An ordinary container, imitated: a process that is refused what Docker's default profile refuses.

    python -m tests.sandboxes.container UID COMMAND ...

runs a command as that user (who has no capabilities), without the power to make namespaces and mounts.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

from sandboxes.guest import seccomp, syscalls

NAMESPACES = ("unshare", "setns", "mount", "umount2", "pivot_root", "fsopen", "open_tree", "move_mount")
LANDLOCK = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")
_CLONE3 = 435
_DOCKER_DEFAULT = (0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31)
"""Capabilities of root: files, owners, kill, uids, gids, low ports, raw sockets, chroot, devices, audit."""
_LANDLOCK_NUMBERS = dict(zip(LANDLOCK, (444, 445, 446)))
_NEW_NAMESPACES = 0x7E020080
_ALLOW, _EPERM, _ENOSYS = 0x7FFF0000, 0x00050001, 0x00050026


def refuse(names: tuple[str, ...]) -> None:
    """Take these calls away from this process for good, and `clone` with new namespaces."""
    column = 1 + syscalls.MACHINES.index(syscalls.machine)
    numbers = {row[0]: row[column] for row in seccomp.CALLS} | _LANDLOCK_NUMBERS
    program = [(0x20, 0, 0, 0)]
    for name in names:
        program += [(0x15, 0, 1, numbers[name]), (0x06, 0, 0, _EPERM)]
    program += [(0x15, 0, 1, _CLONE3), (0x06, 0, 0, _ENOSYS)]
    program += [(0x15, 0, 3, numbers["clone"]), (0x20, 0, 0, 16), (0x45, 0, 1, _NEW_NAMESPACES), (0x06, 0, 0, _EPERM)]
    program += [(0x06, 0, 0, _ALLOW)]
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1, "no_new_privs")
    seccomp.Filter(b"".join(struct.pack("=HBBI", *instruction) for instruction in program)).load()


def become(uid: int) -> None:
    """Be this user and nothing more; 0: stay root, with what root has in a container of Docker's."""
    if uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    else:
        for capability in set(range(41)) - set(_DOCKER_DEFAULT):
            syscalls.libc.prctl(syscalls.PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0)
        syscalls.keep_capabilities(_DOCKER_DEFAULT)


if __name__ == "__main__":
    become(int(sys.argv[1]))
    refuse(NAMESPACES)
    os.execv(sys.argv[2], sys.argv[2:])
