"""Programs that are executed rather than run by the warm interpreter: compilers, and what they make.

The child that `program.Child` has shut in hands over here, with every wall around it.  One command, and nothing to
hand back: it becomes that command.  A *build* has several, and makes files: then the child stays, as confined as the
commands that it forks one after the other, ends as the first one ends that fails, and else copies the files that were
asked for into the descriptor it was given.  What it copies is the program's own claim; it is bounded, and nothing else.

A program that is no file of the job's own (a compiler, an interpreter) and cannot be executed is the sandbox's fault,
told to the zygote on the report pipe; one that the job brought with it is the program's: status 126, as in a shell.
"""

import fnmatch
import json
import os
import resource
import signal
from typing import Dict, Iterator, List, NamedTuple, NoReturn, Optional

from sandboxes.guest import wire

_CANNOT_EXECUTE = 126
_KEPT_MOST = 20000  # files
_AT_ONCE = 1 << 20
_RESULT = 3  # the descriptor that a build's files go to


class Command(NamedTuple):
    """What to execute.  "{scratch}" in a word or a variable stands for the working directory."""

    steps: List[List[str]]
    environment: Dict[str, str]
    keeps: List[str]  # patterns of the files to hand back; none: the one step is all
    keeps_most: int  # bytes
    address_space: int  # limits in bytes, 0 for none
    data: int
    stack: int


def read(blob: bytes) -> Command:
    """The command in a job's payload."""
    return Command(**json.loads(blob))


def pack(command: Command) -> bytes:
    """A command as `read` reads it."""
    return json.dumps(command._asdict()).encode()


def become(command: Command, folder: str, arguments: List[str], report: int) -> NoReturn:
    """Run the command in this process, which is shut in already."""
    steps = [[word.replace("{scratch}", folder) for word in step] for step in command.steps]
    environment = {name: value.replace("{scratch}", folder) for name, value in command.environment.items()}
    for step in steps:
        if not step[0].startswith("/") and os.path.exists(step[0]):
            os.chmod(step[0], 0o700)
    steps[-1] += arguments
    if not command.keeps:
        _execute(command, steps[0], environment, report)
    for step in steps:
        pid = os.fork()
        if pid == 0:
            _execute(command, step, environment, report)
        _end_unless_good(os.waitpid(pid, 0)[1])
    _hand_back(command)


def _execute(command: Command, step: List[str], environment: Dict[str, str], report: int) -> NoReturn:
    try:
        for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)  # the interpreter ignores some, and what is ignored stays so
        for limit, value in (
            (resource.RLIMIT_AS, command.address_space),
            (resource.RLIMIT_DATA, command.data),
            (resource.RLIMIT_STACK, command.stack),
        ):
            if value:
                resource.setrlimit(limit, (value, value))
        os.execve(step[0], step, environment)
    except BaseException as error:
        told = "{}: {}".format(step[0], error)
        try:
            os.write(report if step[0].startswith("/") else 2, told.encode("utf-8", "replace")[:400])
        finally:
            os._exit(_CANNOT_EXECUTE)


def _end_unless_good(status: int) -> None:
    """End as the command did, if it failed."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    if status:
        os._exit(os.WEXITSTATUS(status) or 1)


def _hand_back(command: Command) -> NoReturn:
    """Copy the files that were asked for to the descriptor for them, as `wire.pack` lays them out."""
    blobs: List[bytes] = []
    left = command.keeps_most
    status = 0
    for name in _made(command.keeps):
        content = _content(name, left)
        if content is None or len(blobs) >= 2 * _KEPT_MOST:
            os.write(2, "the files that were made are too large: {}\n".format(name).encode("utf-8", "replace"))
            os._exit(1)
        left -= len(content)
        blobs += [os.fsencode(name), content]
    view = memoryview(wire.pack(blobs))
    try:
        while view:
            view = view[os.write(_RESULT, view[:_AT_ONCE]) :]
    except OSError as error:
        os.write(2, "the files that were made cannot be kept: {}\n".format(error).encode())
        status = 1
    os._exit(status)


def _made(patterns: List[str]) -> Iterator[str]:
    """Ordinary files below the working directory whose path matches; nothing behind a symbolic link."""
    for folder, _, names in os.walk("."):
        for name in names:
            path = os.path.join(folder, name)[2:]
            if any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns) and not os.path.islink(path):
                yield path


def _content(name: str, most: int) -> Optional[bytes]:
    """What is in an ordinary file, None where it is more than `most` bytes or no such file."""
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        size = os.fstat(descriptor).st_size
        return os.read(descriptor, size) if size <= most else None
    finally:
        os.close(descriptor)
