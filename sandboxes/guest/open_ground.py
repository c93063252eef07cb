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


def make_ground() -> str:
    """A new folder in which programs get theirs; they may pass through it, and no more."""
    import tempfile  # here, and not in every zygote: what it imports would make every fork dearer

    ground = tempfile.mkdtemp(prefix="truegrade-", dir="/tmp")
    os.chmod(ground, 0o711)
    return ground


def make_folder(ground: str, owner: int) -> str:
    """A new empty folder for one program: the last one has been removed."""
    folder = ground + "/scratch"
    os.mkdir(folder, 0o700)
    if owner:
        os.chown(folder, owner, owner)
    return folder


def remove_folder(folder: str) -> None:
    """Remove a program's folder, whatever it has done to it."""
    import shutil

    for path, folders, _ in os.walk(folder):
        for name in folders:
            with contextlib.suppress(OSError):
                os.chmod(os.path.join(path, name), 0o700, follow_symlinks=False)
    shutil.rmtree(folder, ignore_errors=True)


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
