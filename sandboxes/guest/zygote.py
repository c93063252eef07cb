"""The zygote: a warm interpreter that runs one program at a time, each in a forked child.

For each job it mounts an empty scratch space, starts the first process of a new pid namespace, forks the child into
that namespace, waits for the child's end, a limit or the supervisor's word, whichever is first, and then kills the
namespace, which the kernel does whole: when its first process has been reaped, nothing of the job is alive, and the
scratch space goes.  Then, and only then, it says so.

The scratch space is mounted where the zygote sees it too, which costs a tenth of a mount namespace for each job.  The
zygote has no business there: it is not on its import path, and it opens nothing below it.

A fork copies the page table of all that the zygote holds, and child and zygote then copy each page that they write to,
if only to count a reference: two microseconds a page, a thousandth of a second for most programs, and more than the
walls cost.  So little is imported here, and `socket`, `json` and the like, which are made of enumerations, are not.

It never reads a job's source, input or files: their descriptors go to the child, and the zygote's copies are closed.
What a program leaves in its memory dies with it.  All that a child knows beyond its own job is this warm interpreter.
"""

import _socket
import ctypes
import gc
import importlib
import marshal
import os
import resource
import select
import signal
import sys
import time
import types
from typing import Any, Dict, List, Mapping, NoReturn, Optional, Sequence, Tuple

from sandboxes.guest import open_ground, program, root, seccomp, syscalls, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sandboxes.guest import unprivileged

_FIXED_LIMITS = (
    (resource.RLIMIT_CORE, 1),  # 0 would still have a dump piped to a collector
    (resource.RLIMIT_NOFILE, program.DESCRIPTORS),
    (resource.RLIMIT_MEMLOCK, 0),
    (resource.RLIMIT_MSGQUEUE, 0),
    (resource.RLIMIT_NICE, 0),
    (resource.RLIMIT_RTPRIO, 0),
    (resource.RLIMIT_SIGPENDING, 4096),
    (resource.RLIMIT_STACK, 64 << 20),
)
_NEEDED_CAPABILITIES = (5, 6, 7, 21)  # kill, setgid, setuid, sys_admin: of the cell's user namespace, if it has one
_M_ARENA_MAX = -8
_BYTES_PER_INODE = 4096
_CPU_CLOCK_OF_PROCESS = 2  # CPUCLOCK_SCHED: the clock id of a process is ~pid << 3 | 2
_DUMMY = """
import collections, functools, typing
from typing import Dict, List, Optional
class Dummy{0}:
    def method(self, values: List[int], k: int = {0}) -> Optional[int]:
        table = collections.defaultdict(list)
        for i, value in enumerate(values):
            if value % 2 == 0 and value not in table:
                table[value].append([x ** 2 for x in range(i) if x])
            elif value > 3:
                try:
                    k += int(str(value)) - sum(values[:i])
                except (ValueError, KeyError) as error:
                    raise TypeError(f"bad {{value}}") from error
        return max(table, key=lambda x: (x, k), default=None)
def solve{0}(*args, **kwargs):
    while args:
        args = args[1:]
    return {{"a": 1, "b": (2, 3)}}, sorted(kwargs.items(), reverse=True)
assert Dummy{0}().method([1, 2, 4, 5]) is not None
"""


def load_warm_modules(warm: Sequence[str], preload: Sequence[Tuple[str, bytes]]) -> None:
    """Import modules that programs are likely to want, those that exist; then execute the caller's own."""
    for name in warm:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    for name, code in _compiled(preload):
        module = types.ModuleType(name)
        module.__file__ = code.co_filename
        sys.modules[name] = module
        exec(code, module.__dict__)


def _compiled(preload: Sequence[Tuple[str, bytes]]) -> List[Tuple[str, types.CodeType]]:
    """The modules' code, compiled by a process of its own: here, what a compiler leaves behind would lie between it.

    Code that lies together lies on few pages, and each page that is used is copied for each program.
    """
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        codes = [(n, compile(text, "<preload {}>".format(n), "exec", dont_inherit=True)) for n, text in preload]
        with os.fdopen(write_end, "wb") as file:
            marshal.dump(codes, file)
            file.flush()
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as file:
        content = file.read()
    os.waitpid(pid, 0)
    found: List[Tuple[str, types.CodeType]] = marshal.loads(content)
    return found


class Zygote:
    """Runs the jobs that come over the control channel, until it or the supervisor ends."""

    def __init__(
        self,
        control: _socket.socket,
        supervisor: int,
        config: Dict[str, Any],
        walls: List[str],
        enclosure: "Optional[unprivileged.Enclosure]",
    ) -> None:
        self._control = control
        self._enclosure = enclosure
        self._masters = [supervisor]
        """Whose end is ours, too."""
        if enclosure:
            self._masters.append(enclosure.launcher)
        self._namespaces: bool = config["namespaces"]
        self._user: int = config["user"]
        self._cgroups: List[int] = config["cgroups"]
        self._ground: str = config["ground"]
        self._below_scratch: List[str] = config.get("below_scratch", [])
        self._walls = walls
        self._configuration: int = config["descriptor"]
        self._preloaded: List[str] = config["preload"]
        self._resident: int = config["resident"]
        self._address_space: int = config["address_space"]
        self._clock, self._clock_unit = config["clock"]
        self._used = 0.0
        self._itself = syscalls.pidfd_open(os.getpid())
        self._poller = self._new_poller()
        self._report, self._reports = self._report_pipe()

    def _new_poller(self) -> "select.poll":
        """One that watches whom we serve."""
        poller = select.poll()
        for descriptor in (*self._masters, self._control.fileno()):
            poller.register(descriptor, select.POLLIN)
        return poller

    @staticmethod
    def _report_pipe() -> Tuple[int, int]:
        read_end, write_end = os.pipe()
        os.set_blocking(read_end, False)
        os.set_blocking(write_end, False)
        return read_end, write_end

    def serve(self) -> NoReturn:
        """Prepare everything that a child would otherwise have to, say so, and take orders."""
        _set_fixed_limits()
        _forget_signal_handlers()
        os.environ.clear()
        program.settle()
        for number in range(4):
            exec(compile(_DUMMY.format(number), "<warm-up>", "exec", dont_inherit=True), {"__name__": "warm-up"})
        self._drop_powers()
        last_filter = seccomp.Filter(seccomp.program_filter(syscalls.machine, self._changes()))
        self._child = program.Child(
            last_filter, self._cgroups, self._namespaces, self._user, self._reports, self._enclosure
        )
        self._rehearse()
        self._used = self._time_used()
        gc.collect()
        gc.disable()
        gc.freeze()
        if hasattr(syscalls.libc, "malloc_trim"):
            syscalls.libc.malloc_trim(0)  # what has been freed would be copied with every fork
        walls = (*self._walls, "no_new_privs", "seccomp", "rlimits", "no capabilities")
        idle = wire.Idle(walls, sys.version.split()[0], self._address_space, self._resident)
        self._control.send(wire.ready_message(idle))
        self._take_orders()

    def _rehearse(self) -> None:
        nowhere = os.open(os.devnull, os.O_RDWR)
        self._child.rehearse(self._configuration, nowhere)
        os.close(nowhere)
        os.close(self._configuration)
        for name in self._preloaded:
            rehearse = getattr(sys.modules[name], "rehearse", None)
            if rehearse is not None:
                for _ in range(program.REHEARSALS):
                    rehearse()

    def _drop_powers(self) -> None:
        """Give up what neither the zygote nor its children will need, and load the filter that both live under."""
        syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1, "no_new_privs")
        if self._namespaces:
            # entering the namespace of a process that shares this one's memory needs it to be inspectable
            syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1, "dumpable")
            syscalls.drop_bounding_set()
            syscalls.keep_capabilities(_NEEDED_CAPABILITIES)
        else:
            open_ground.adopt_orphans()
        seccomp.Filter(seccomp.cell_filter(syscalls.machine, self._changes())).load()

    def _changes(self) -> Mapping[str, str]:
        return self._enclosure.changes if self._enclosure else {}

    def _take_orders(self) -> NoReturn:
        while True:
            if any(descriptor in self._masters for descriptor, _ in self._poller.poll()):
                self._leave()
            message, descriptors = _receive(self._control)
            if not message:
                self._leave()
            if message[:1] == wire.ORDER:
                self._control.send(wire.end_message(self._run(wire.read_order(message), descriptors)))
                if self._enclosure:
                    self._enclosure.tidy()

    def _leave(self) -> NoReturn:
        """End; what descends from us ends with our pid namespace, or is killed here."""
        if self._enclosure:
            self._enclosure.leave(self._ground)
        os._exit(0)

    def _run(self, order: wire.Order, descriptors: List[int]) -> wire.End:
        """Run one job to its end; nothing of it is alive when this returns."""
        begin = time.monotonic()
        init = self._make_ground(order)
        pid = syscalls.fork()
        if pid == 0:
            self._child.run(order, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        reason = self._watch(pid, order, begin)
        if init:
            syscalls.setns(self._itself, syscalls.CLONE_NEWPID)
            os.kill(init, signal.SIGKILL)
        elif reason != wire.BY_ITSELF:
            os.kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        counted = self._clear_ground(init)
        used_before, self._used = self._used, self._time_used()
        report = self._read_report()
        return wire.End(
            reason=reason,
            started=report == program.STARTED,
            wait_status=status,
            wall_seconds=time.monotonic() - begin,
            cpu_seconds=max(usage.ru_utime + usage.ru_stime, self._used - used_before, counted),
            peak_rss=usage.ru_maxrss * 1024,
            detail=report,
        )

    def _make_ground(self, order: wire.Order) -> int:
        """A new scratch space, and a new pid namespace for the children to come: its first process, if there is one."""
        if self._enclosure:
            self._used = self._time_used()  # between two programs others may have used some
            self._enclosure.begin(order)
            return 0
        if not self._namespaces:
            self._child.folder = open_ground.make_folder(self._ground, self._user)
            return 0
        inodes = max(64, order.scratch // _BYTES_PER_INODE)
        root.mount_scratch(order.scratch, inodes, self._user, self._below_scratch, executable=order.executed)
        init = syscalls.spawn_namespace_init()
        handle = syscalls.pidfd_open(init)
        syscalls.setns(handle, syscalls.CLONE_NEWPID)
        os.close(handle)
        return init

    def _clear_ground(self, init: int) -> float:
        """See to it that nothing of the job is left; processor seconds, where the enclosure counted them."""
        if init:
            os.waitpid(init, syscalls.WALL)  # it ends last, when the kernel has emptied the namespace
            root.unmount_scratch()
        elif self._enclosure:
            self._enclosure.end()
            return self._enclosure.accountant.end()
        else:
            open_ground.end_descendants()
            open_ground.remove_folder(self._child.folder)
        return 0.0

    def _read_report(self) -> bytes:
        try:
            return os.read(self._report, 4096)
        except BlockingIOError:
            return b"the child ended before its walls stood"

    def _time_used(self) -> float:
        """Processor seconds that all programs so far took, with their descendants; 0 where that is not counted."""
        if self._clock < 0:
            return 0.0
        digits = os.pread(self._clock, 64, 0).split(b"\n", 1)[0].split()[-1]
        return int(digits) * float(self._clock_unit)

    def _watch(self, pid: int, order: wire.Order, begin: float) -> int:
        """Wait until the child has ended, a limit is reached or the supervisor says so: which of them."""
        handle = syscalls.pidfd_open(pid)
        poller = self._poller if self._enclosure is None else self._poller_with_offers(self._enclosure)
        poller.register(handle, select.POLLIN)
        try:
            until = begin + order.wall_seconds
            cpu_left = order.cpu_seconds
            while True:
                left = until - time.monotonic()
                if left <= 0:
                    return wire.AT_WALL_LIMIT
                if order.cpu_seconds:
                    # even with all processors busy, the limit is not reached before this is over
                    left = min(left, max(cpu_left / (os.cpu_count() or 1), 0.01))
                if self._enclosure:
                    left = min(left, max(0.0, self._enclosure.accountant.due - time.monotonic()))
                for descriptor, event in poller.poll(int(left * 1000) + 1):
                    if descriptor == handle:
                        return wire.BY_ITSELF
                    if descriptor in self._masters:
                        self._leave()
                    if descriptor != self._control.fileno():
                        self._admit(descriptor, event, poller)
                    elif self._told_to_kill():
                        return wire.BY_REQUEST
                passed = self._enclosure.look_if_due() if self._enclosure else None
                if passed is not None:
                    return passed
                if order.cpu_seconds:
                    cpu_left = order.cpu_seconds - self._time_used_by(pid)
                    if cpu_left <= 0:
                        return wire.AT_CPU_LIMIT
        finally:
            poller.unregister(handle)
            os.close(handle)

    def _poller_with_offers(self, enclosure: "unprivileged.Enclosure") -> "select.poll":
        """One for a single program, which may have calls of its processes answered."""
        poller = self._new_poller()
        poller.register(enclosure.offers, select.POLLIN)
        return poller

    def _admit(self, descriptor: int, event: int, poller: "select.poll") -> None:
        """Something of the enclosure's was heard: an offer, or a call to be answered."""
        assert self._enclosure is not None
        if descriptor == self._enclosure.offers.fileno():
            self._enclosure.take_offer()
            if self._enclosure.gate is not None:
                poller.register(self._enclosure.gate, select.POLLIN)
        elif event & select.POLLIN:
            self._enclosure.answer()
        else:
            poller.unregister(descriptor)  # nobody is left who could ask

    def _time_used_by(self, pid: int) -> float:
        """Processor seconds of the running program: the most that any clock says."""
        own = time.clock_gettime(~pid << 3 | _CPU_CLOCK_OF_PROCESS)
        counted = self._enclosure.accountant.cpu_seconds if self._enclosure else 0.0
        return max(own, self._time_used() - self._used, counted)

    def _told_to_kill(self) -> bool:
        message, surplus = _receive(self._control)
        for descriptor in surplus:
            os.close(descriptor)
        if not message:
            self._leave()
        return message == wire.KILL


def _set_fixed_limits() -> None:
    for limit, value in _FIXED_LIMITS:
        hard = resource.getrlimit(limit)[1]
        lower = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (lower, lower))
    if hasattr(syscalls.libc, "mallopt"):
        syscalls.libc.mallopt(_M_ARENA_MAX, 2)  # an arena a thread would reserve address space by the gigabyte


def _forget_signal_handlers() -> None:
    """The namespaces' first processes are copies of the zygote: a signal must find nothing there that would run."""
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)


def _receive(control: _socket.socket) -> Tuple[bytes, List[int]]:
    room = _socket.CMSG_SPACE(8 * ctypes.sizeof(ctypes.c_int))
    message, ancillary, _, _ = control.recvmsg(256, room)
    descriptors: List[int] = []
    for level, kind, data in ancillary:
        if level == _socket.SOL_SOCKET and kind == _socket.SCM_RIGHTS:
            descriptors.extend(memoryview(data[: len(data) - len(data) % 4]).cast("i"))
    return message, descriptors
