"""A program that is run many times, once for each input: compiled once, every run a process image of its own.

    zygote       mounts an empty scratch space for each run, hands over its descriptors, watches the limits
    template     first process of the program's pid namespace, behind all its walls.  It compiles the source and
                 executes nothing of it; for each run it forks, waits, kills what the run has left and waits for that
    run          forked from the template; the program

The template is of the programs' user and never ran a program's code.  No run can reach it: signals from inside its
namespace do not count for a first process, and what would look into it or steer it (ptrace and its like, priorities,
limits of others) is refused by the filter.  Its line to the zygote is closed before the program begins, and each run
loads what its filter lacks of a program's: the template receives descriptors, a program cannot.

So a run finds the module's state, the scratch space and the descriptors new and nobody else alive.  What it can find
out, and in a program's only run cannot, is how many processes were started before it: from its process id.
"""

import _socket
import contextlib
import gc
import os
import signal
import sys
import types
from typing import List, NoReturn, Optional

from sandboxes.guest import program, syscalls, wire

COMPILING = b"="
"""Reported once: all walls stand, and what happens from now on is the program's doing."""
_SIGKILL = int(signal.SIGKILL)
_LINE = 3
_FURTHER_FRAMES = 2  # below the program: orders, series, stand by, serve, run, program, main


def stand_by(child: program.Child, order: wire.Order, payload: int, line: int) -> NoReturn:
    """Become the template of the program whose payload the first descriptor holds; `line` leads to the zygote."""
    report = -1
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        source, _, arguments, _, *files = child.shut_in(order, [payload, nowhere, nowhere, nowhere])
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0, "dumpable")
        sys.argv += wire.unpack_arguments(arguments)
        report = child.raise_last_wall([line], keep_report=True, template=True)
        text = source.decode("utf-8", "surrogatepass")
        template = _Template(child, text, source, files, report)
        os.write(report, COMPILING)
        template.compile()
        template.serve(_socket.socket(fileno=_LINE))
    except BaseException as error:
        program.tell(report if report >= 0 else child.report, error)
    os._exit(1)


class _Template:
    """What the runs of one program have in common."""

    def __init__(self, child: program.Child, text: str, source: bytes, files: List[bytes], report: int) -> None:
        self._child = child
        self._text = text
        self._source = source
        self._files = files
        self._report = report
        self._code: Optional[types.CodeType] = None

    def compile(self) -> None:
        """Compile the source; one that cannot be compiled fails in each run, as it would by itself."""
        with contextlib.suppress(Exception):
            self._code = compile(self._text, sys.argv[0], "exec", dont_inherit=True)
        sys.setrecursionlimit(sys.getrecursionlimit() + _FURTHER_FRAMES)
        gc.collect()
        gc.freeze()

    def serve(self, line: _socket.socket) -> NoReturn:
        """Start a run for each message, which brings its input and outputs, and say how it ended."""
        while True:
            message, descriptors = wire.receive(line)
            if not message:
                os._exit(0)
            pid = syscalls.fork()
            if pid == 0:
                self._run(descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
            _, status, usage = os.wait4(pid, 0)
            _end_all_others()
            line.send(wire.run_message(wire.Run(status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)))

    def _run(self, descriptors: List[int]) -> NoReturn:
        try:
            try:
                os.setsid()
                for standard, descriptor in enumerate(descriptors):
                    os.dup2(descriptor, standard, inheritable=True)
                os.chdir(self._child.folder)
                program.place(self._source, self._files)
                self._child.run_filter.load()
                os.write(self._report, program.STARTED)
                os.closerange(_LINE, program.DESCRIPTORS)
            except BaseException as error:
                program.tell(self._report, error)
                os._exit(1)
            program.become_main(self._text, "", self._code)
        finally:
            program._exit(1)


def _end_all_others() -> None:
    """Kill and reap all that is left in this namespace, whose first process this is."""
    syscalls.libc.kill(-1, _SIGKILL)  # by the library: mostly there is nobody, and an exception costs many pages
    while syscalls.libc.waitpid(-1, None, syscalls.WALL) > 0:
        continue
