"""The child that becomes the program: raises the walls that are its own, then runs the source as ``__main__``.

Everything before `STARTED` is reported runs trusted code in a process that has not seen the program run; if any of it
fails the job is lost, and the program has not started.  From then on the process is the program's: nothing that it
says or holds is believed, and all that is learnt of it is what the kernel tells its parent.

The run is what ``python main.py < input`` would do: real descriptors 0, 1 and 2, a fresh ``__main__``, the script on
disk for tracebacks, ``atexit`` and threads waited for.  The one difference: the interpreter is not taken apart at the
end, which would cost more than most programs do.
"""

import _signal  # type: ignore[import-not-found]  # the C module under `signal`, which the stubs leave out
import atexit
import gc
import os
import random
import resource
import signal
import sys
import types
from typing import Any, List, NoReturn, Optional, Sequence, Tuple

from sandboxes.guest import root, seccomp, syscalls, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sandboxes.guest import unprivileged

STARTED = b"+"
REHEARSALS = 30
"""Often enough for CPython to have settled on the instructions that suit what it meets."""
_CHANNEL = 3
_SCRIPT = "main.py"
DESCRIPTORS = 256
"""How many descriptors a process may have open.  The zygote's own are below that."""
_HIGHEST_DESCRIPTOR = DESCRIPTORS - 1
_LAST_DESCRIPTOR = 4096
_PROCESSES_OF_THE_CELL = 3  # launcher, zygote, init: of the program's user where there is only one
_FRAMES_TO_COME = 4  # from the caller of `settle` to the program: orders, order, child, main
_exit = os._exit  # a program may replace the one in `os`


def settle() -> None:
    """Do once, in the zygote, what every child would otherwise have to do."""
    sys.argv = [root.SCRIPT]
    sys.dont_write_bytecode = True
    sys.path[:] = [path for path in sys.path if os.path.isdir(path) or path.endswith(".zip")]
    _make_room_for_our_frames()
    random.seed(0)  # the same program draws the same numbers each time it is run


def _make_room_for_our_frames() -> None:
    """A program may recurse as deep as in an interpreter of its own: the frames below it do not count."""
    depth = _FRAMES_TO_COME + (sys.version_info < (3, 12))  # until then calls from C counted, too: `exec`'s
    frame: Optional[types.FrameType] = sys._getframe(2)
    while frame:
        depth += 1
        frame = frame.f_back
    sys.setrecursionlimit(sys.getrecursionlimit() + depth)


class Child:
    """What a child does, prepared in the zygote."""

    def __init__(
        self,
        last_filter: seccomp.Filter,
        cgroups: Sequence[int],
        namespaces: bool,
        user: int,
        report: int,
        enclosure: "Optional[unprivileged.Enclosure]",
    ) -> None:
        self._filter = last_filter
        self._enclosure = enclosure
        self._cgroups = cgroups
        self._namespaces = namespaces
        self._report = report
        self._user = user
        self.folder = enclosure.folder if enclosure else root.SCRATCH
        """The program's working directory; without namespaces, a new one for each job."""

    def run(self, order: wire.Order, descriptors: List[int]) -> NoReturn:
        """Shut this process in and run the program whose payload the first descriptor holds."""
        try:
            os.setsid()
            payload = self._shut_in(self._cgroups, descriptors, self._limits(order), self._user, self.folder)
            if self._enclosure:
                self._enclosure.shut_in(order)
            syscalls.drop_capabilities()
            source, entry, arguments, command, *files = payload
            text = source.decode("utf-8", "surrogatepass")
            sys.path.insert(0, self.folder)  # here and never in the zygote, which imports nothing of a program's
            if not self._namespaces:
                # where the folder's name is another in each cell, it must not be in what a program says of itself
                sys.argv[0] = _SCRIPT if self._enclosure else self.folder + "/" + _SCRIPT
            if not entry and not order.executed:
                _try_to_write_file(_SCRIPT, source)
            for place in range(0, len(files), 2):
                _write_file(os.fsdecode(files[place]), files[place + 1])
            sys.argv += wire.unpack_arguments(arguments)
            self._filter.load()
            os.write(self._report, STARTED)
            report = self._keep_only(descriptors[4:], order.executed)
        except BaseException as error:
            try:
                os.write(self._report, "{}: {}".format(type(error).__name__, error).encode("utf-8", "replace")[:400])
            finally:
                _exit(1)
        if order.executed:
            from sandboxes.guest import native  # imported by the launcher of a cell in which programs are executed

            native.become(native.read(command), self.folder, sys.argv[1:], report)
        _signal.signal(signal.SIGINT, signal.default_int_handler)  # without the detour over enumerations
        gc.enable()
        _run_as_main(text, entry.decode(), sys.argv[0])

    def rehearse(self, payload: int, nowhere: int) -> None:
        """Take, in the zygote, the steps of `run` that change nothing there.

        What an interpreter notes of code as it first meets it (where names stand, what types come), and the pages
        that it notes it on, would else be written anew by every child.
        """
        cgroups = [nowhere] * len(self._cgroups)
        unchanged = resource.getrlimit(resource.RLIMIT_CORE)
        for _ in range(REHEARSALS):
            limits = [(resource.RLIMIT_CORE, unchanged[1]) for _ in self._limits(wire.Order(1.0, 0.0, 1, 1, 1))]
            self._shut_in(cgroups, [payload, 0, 1, 2], limits, -1 if self._user else 0, "/")

    def _shut_in(
        self,
        cgroups: Sequence[int],
        descriptors: List[int],
        limits: Sequence[Tuple[int, int]],
        user: int,
        folder: str,
    ) -> List[bytes]:
        """Enter the account, take the standard descriptors, and give up what the limits and the user do not allow."""
        for descriptor in cgroups:
            os.write(descriptor, b"0")
        for standard, descriptor in enumerate(descriptors[1:4]):
            os.dup2(descriptor, standard, inheritable=True)
        payload = wire.unpack(os.pread(descriptors[0], os.fstat(descriptors[0]).st_size, 0))
        for limit, value in limits:
            resource.setrlimit(limit, (value, value))
        if user:
            if not self._namespaces:
                os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
        os.chdir(folder)
        return payload

    def _limits(self, order: wire.Order) -> List[Tuple[int, int]]:
        limits = [(resource.RLIMIT_FSIZE, order.scratch)]
        if self._namespaces:
            # counted by user and user namespace: elsewhere it would count processes that are none of the program's
            count = order.processes + (0 if self._user else _PROCESSES_OF_THE_CELL)
            limits.append((resource.RLIMIT_NPROC, count))
        if order.cpu_seconds:
            # a second process limit: the zygote measures more finely, and is the first to act
            limits.append((resource.RLIMIT_CPU, int(order.cpu_seconds) + 2))
        if order.address_space:
            limits.append((resource.RLIMIT_AS, order.address_space))
        return limits

    def _keep_only(self, channel: Sequence[int], executes: bool) -> int:
        """Close every descriptor but the standard ones, the channel, and, until something is executed, the report's.

        Returns the one to report on.
        """
        first = _CHANNEL
        report = os.dup2(self._report, _HIGHEST_DESCRIPTOR, inheritable=False) if executes else -1
        if channel:
            os.dup2(channel[0], _CHANNEL, inheritable=not executes)
            first += 1
        os.closerange(first, max(first, report))
        os.closerange(max(first, report + 1), _LAST_DESCRIPTOR)
        return report


def _write_file(name: str, content: bytes) -> None:
    if "/" in name:
        os.makedirs(os.path.dirname(name), exist_ok=True)
    descriptor = os.open(name, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644)
    written = os.write(descriptor, content)
    while written < len(content):
        written += os.write(descriptor, content[written:])
    os.close(descriptor)


def _try_to_write_file(name: str, content: bytes) -> None:
    try:
        _write_file(name, content)
    except OSError:  # too large for the scratch space: it runs from memory
        return


def _run_as_main(source: str, entry: str, script: str) -> NoReturn:
    """Execute the source, or call the entry, a function of a module that the zygote holds."""
    module = types.ModuleType("__main__")
    module.__file__ = script
    module.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = module
    status = 0
    try:
        if entry:
            name, _, function = entry.partition(":")
            getattr(sys.modules[name], function)()
        else:
            code = compile(source, script, "exec", dont_inherit=True)
            exec(code, module.__dict__)
    except BaseException as error:
        status = _status_of(error)
    _end(status)


def _status_of(error: BaseException) -> int:
    """What Python does about an exception that nothing caught; returns the exit status."""
    if isinstance(error, SystemExit):
        return _status_of_exit(error)
    try:
        kind = type(error)
        trace = error.__traceback__.tb_next if error.__traceback__ else None
        sys.excepthook(kind, error.with_traceback(trace), trace)
    except SystemExit as exit_in_hook:
        return _status_of_exit(exit_in_hook)
    except BaseException:
        _print_plainly(error)
    if isinstance(error, MemoryError):
        _end_by_signal(wire.OUT_OF_MEMORY_SIGNAL)
    if isinstance(error, KeyboardInterrupt):
        _end_by_signal(signal.SIGINT)
    return 1


def _status_of_exit(request: SystemExit) -> int:
    code = request.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    try:
        print(code, file=sys.stderr)
    except BaseException:
        return 1
    return 1


def _print_plainly(error: BaseException) -> None:
    """Say what happened where the program broke the usual way of saying it."""
    try:
        import traceback  # here, and not in every zygote: what it imports would make every fork dearer

        text = "".join(traceback.format_exception_only(type(error), error))
    except BaseException:
        text = type(error).__name__ + "\n"
    try:
        os.write(2, text.encode("utf-8", "replace"))
    except OSError:
        return


def _flush(stream: Optional[Any]) -> bool:
    try:
        if stream is not None and not stream.closed:
            stream.flush()
    except BaseException:
        return False
    return True


def _end(status: int) -> NoReturn:
    """What the interpreter does at its end, without taking itself apart."""
    try:
        threading = sys.modules.get("threading")
        if threading is not None:
            threading._shutdown()  # waits for the threads, as the interpreter does
        atexit._run_exitfuncs()
    except SystemExit as request:
        status = _status_of_exit(request)
    except BaseException as error:
        _print_plainly(error)
    flushed = _flush(sys.stdout)
    _flush(sys.stderr)
    _exit(status if flushed or status else 120)


def _end_by_signal(number: int) -> NoReturn:
    try:
        _flush(sys.stdout)
        _flush(sys.stderr)
        signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
        os.kill(os.getpid(), number)
    finally:
        _exit(1)
