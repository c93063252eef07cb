"""The file system of the cell: a read-only root that holds what the interpreter needs and nothing else.

`build` is called in a fresh mount namespace.  It mounts an empty tmpfs over /tmp (of this namespace: the host sees
nothing of it), makes that the root, binds into it, read-only, what `needed` names, lets go of the host's tree and
seals itself.  What is left to write to is the scratch space, mounted over SCRATCH for each program.
"""

import os
import sys
from typing import List, Sequence, Set

from sandboxes.guest import syscalls

SCRATCH = "/tmp"
SCRIPT = SCRATCH + "/main.py"
USER = 1000
"""The uid and gid of every program, as it sees them, where the cell has more than one to give."""

_DEVICES = ("null", "zero", "full", "random", "urandom")
_LOADER = ("/lib", "/lib64", "/usr/lib64")  # where dynamic programs expect their loader, often symbolic links
_DATA = ("/etc/ld.so.cache", "/usr/share/zoneinfo")
_FILES = {
    "/etc/passwd": "root:x:0:0::/tmp:/bin/false\nuser:x:{0}:{0}::/tmp:/bin/false\n".format(USER),
    "/etc/group": "root:x:0:\nuser:x:{0}:\n".format(USER),
}
_OLD = "/.host"
_ASIDE = "/.aside/{}"  # where what lies below SCRATCH on the host can still be reached


def needed() -> List[str]:
    """The paths of the host that this interpreter needs, its import path among them; none of them within another."""
    wanted: Set[str] = {os.path.realpath(sys.executable)}
    wanted.add(os.path.dirname(os.path.abspath(os.__file__)))  # not by `sysconfig`, whose tables would stay in memory
    wanted.update(path for path in sys.path if os.path.isdir(path))
    wanted.update(_libraries())
    wanted.update(path for path in _LOADER if os.path.isdir(path) and not os.path.islink(path))
    wanted.update(path for path in _DATA if os.path.exists(path))
    kept: List[str] = []
    for path in sorted(wanted, key=len):
        if not any(path == other or path.startswith(other + "/") for other in kept):
            kept.append(path)
    return kept


def _libraries() -> Set[str]:
    """The directories of the shared libraries that are mapped into this process."""
    found = set()
    with open("/proc/self/maps") as maps:
        for line in maps:
            path = line[line.find("/") :].strip() if "/" in line else ""
            if ".so" in os.path.basename(path):
                found.add(os.path.dirname(path))
    return found


def below_scratch(paths: Sequence[str]) -> List[str]:
    """Those of `paths` that the programs' own scratch space would hide."""
    return [path for path in paths if path.startswith(SCRATCH + "/")]


def build(paths: Sequence[str], tools: Sequence[Sequence[str]] = ()) -> None:
    """Make the root and move into it.  `paths` are the host's paths to show, read-only, at the same place.

    `tools` are more of them, each a place and the real path of what is to be seen there.
    """
    interpreter = os.path.realpath(sys.executable)
    syscalls.mount(b"none", b"/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    flags = syscalls.MS_NOSUID | syscalls.MS_NODEV
    syscalls.mount(b"root", b"/tmp", b"tmpfs", flags, b"mode=755,size=1m")
    os.mkdir("/tmp" + _OLD)
    syscalls.pivot_root(b"/tmp", b"/tmp" + _OLD.encode())
    os.chdir("/")
    read_only = syscalls.MOUNT_ATTR_RDONLY | syscalls.MOUNT_ATTR_NOSUID | syscalls.MOUNT_ATTR_NODEV
    for path in paths:
        _bind(path, path, read_only)
    for where, path in tools:
        if not os.path.lexists(where):
            _bind(path, where, read_only)
    for place, path in enumerate(below_scratch(paths)):
        _bind(path, _ASIDE.format(place), read_only)
    os.makedirs("/dev", exist_ok=True)
    for device in _DEVICES:
        _bind("/dev/" + device, "/dev/" + device, syscalls.MOUNT_ATTR_RDONLY | syscalls.MOUNT_ATTR_NOSUID)
    for link in _LOADER:
        if os.path.islink(_OLD + link) and not os.path.lexists(link):
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(os.readlink(_OLD + link), link)
    if not os.path.lexists(sys.executable):
        os.makedirs(os.path.dirname(sys.executable), exist_ok=True)
        os.symlink(interpreter, sys.executable)
    os.symlink(SCRATCH, "/dev/shm")
    os.makedirs(SCRATCH, exist_ok=True)
    os.makedirs("/etc", exist_ok=True)
    for path, text in _FILES.items():
        with open(path, "w") as file:
            file.write(text)
    syscalls.umount_lazily(_OLD.encode())
    os.rmdir(_OLD)
    syscalls.seal_mount(b"/", syscalls.MOUNT_ATTR_RDONLY, recursive=False)


def _bind(path: str, place: str, attributes: int) -> None:
    """Show the host's `path` at `place`, with mount attributes that cannot be taken back."""
    _mount_over(_OLD + path, place)
    syscalls.seal_mount(os.fsencode(place), attributes, recursive=True)


def _mount_over(source: str, place: str) -> None:
    """Bind `source` to `place`, which is made for it."""
    if os.path.isdir(source):
        os.makedirs(place, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.close(os.open(place, os.O_CREAT | os.O_WRONLY, 0o644))
    syscalls.mount(os.fsencode(source), os.fsencode(place), None, syscalls.MS_BIND | syscalls.MS_REC)


def mount_scratch(size: int, inodes: int, owner: int, below: Sequence[str], executable: bool) -> None:
    """Mount an empty scratch space of `size` bytes for one program; what `build` set aside is shown `below` it.

    A bind of a sealed mount is as read-only as that mount.  What was compiled must be `executable` there.
    """
    mode = "1777" if below else "700"  # the places below are made by another user than the owner
    data = "size={},nr_inodes={},mode={},uid={},gid={}".format(size, inodes, mode, owner, owner)
    flags = syscalls.MS_NOSUID | syscalls.MS_NODEV | (0 if executable else syscalls.MS_NOEXEC)
    syscalls.mount(b"scratch", SCRATCH.encode(), b"tmpfs", flags, data.encode())
    for place, path in enumerate(below):
        _mount_over(_ASIDE.format(place), path)


def unmount_scratch() -> None:
    """Let go of the scratch space and all that is in it: nothing that could hold it is alive any more."""
    syscalls.umount_lazily(SCRATCH.encode())
