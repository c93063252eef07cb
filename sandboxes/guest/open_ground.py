"""What stands in for namespaces where there are none and the caller has accepted that (``unsafe``).

A program then works in a folder of the machine's own, and its processes are found by descent: the zygote is made the
one to whom orphans fall, and kills whatever descends from it until nothing does.  So is the launcher above it, which
does the same when the zygote has ended, and removes the ground: the folder in which the programs' folders lie.
"""

import contextlib
import os
import signal
import time

from sandboxes.guest import syscalls

NOBODY = 65534
_PAUSE_SECONDS = 0.001


def adopt_orphans() -> None:
    """Let every process below this one fall to it when its parent ends."""
    syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1, "child subreaper")


def make_ground(wanted: str) -> str:
    """A new folder in which programs get theirs, below `wanted` or else where temporary files usually are.

    Programs may pass through it, and no more.  Raises OSError where no place can be written to.
    """
    import tempfile  # here, and not in every zygote: what it imports would make every fork dearer

    for place in (wanted, "/tmp", "/var/tmp", "/dev/shm"):
        try:
            ground = tempfile.mkdtemp(prefix="truegrade-", dir=place)
        except OSError:
            continue
        os.chmod(ground, 0o711)
        return ground
    raise OSError("no folder for temporary files can be written to: set TMPDIR to one")


def make_folder(ground: str, owner: int) -> str:
    """A new empty folder for one program: the last one has been removed."""
    folder = ground + "/scratch"
    os.mkdir(folder, 0o700)
    if owner:
        os.chown(folder, owner, owner)
    return folder


def remove_folder(folder: str) -> None:
    """Remove a program's folder, whatever it has done to it, if it is still there."""
    with contextlib.suppress(FileNotFoundError):  # someone else removes it, too
        empty_folder(folder)
        os.rmdir(folder)


def empty_folder(folder: str) -> None:
    """Remove all that stands in a folder, at whatever depth: folders are lifted to the top before they are emptied.

    So no path grows longer than the kernel takes, and none is followed that could lead elsewhere.  Nothing that could
    change the folder meanwhile may be alive.
    """
    os.chmod(folder, 0o700)
    top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        mark, lifted = "", 0
        waiting = _clear(top)
        while waiting:
            mark = mark or os.urandom(8).hex()
            name = waiting.pop()
            with contextlib.suppress(OSError):  # most are empty, and then no more is needed
                os.rmdir(name, dir_fd=top)
                continue
            inner = _open_folder(name, top)
            for below in _clear(inner):
                with contextlib.suppress(OSError):
                    os.rmdir(below, dir_fd=inner)
                    continue
                lifted += 1
                place = "{}-{}".format(mark, lifted)
                os.chmod(below, 0o700, dir_fd=inner)  # a folder is written to when it is moved
                os.rename(below, place, src_dir_fd=inner, dst_dir_fd=top)
                waiting.append(place)
            os.close(inner)
            os.rmdir(name, dir_fd=top)
    finally:
        os.close(top)


def _open_folder(name: str, top: int) -> int:
    os.chmod(name, 0o700, dir_fd=top)
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=top)


def _clear(folder: int) -> "list[str]":
    """Remove what is no folder from an open one; the names of the folders that are left in it."""
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in found:
        if not is_folder:
            os.unlink(name, dir_fd=folder)
    return [name for name, is_folder in found if is_folder]


def end_descendants() -> None:
    """Kill and reap everything that descends from this process."""
    while True:
        for pid in _children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                continue
        except ChildProcessError:
            return
        time.sleep(_PAUSE_SECONDS)


def _children() -> "list[int]":
    with open("/proc/self/task/{}/children".format(os.getpid())) as file:
        return [int(pid) for pid in file.read().split()]
