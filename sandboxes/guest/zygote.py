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
import gc
import importlib
import marshal
import os
import resource
import select
import signal
import struct
import sys
import time
import types
from typing import Any, Dict, List, Mapping, NoReturn, Optional, Sequence, Tuple

from sandboxes.guest import open_ground, program, root, seccomp, series, syscalls, wire

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
_NOTHING_MORE = wire.End(wire.BY_REQUEST, True, 0, 0.0, 0.0, 0, b"")
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
            message, descriptors = wire.receive(self._control)
            if not message:
                self._leave()
            if message[:1] == wire.ORDER:
                order = wire.read_order(message)
                end = self._run_series(order, descriptors) if order.series else self._run(order, descriptors)
                self._control.send(wire.end_message(end))
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
        handle = syscalls.pidfd_open(pid)
        reason = self._watch(handle, pid, wire.Times(order.wall_seconds, order.cpu_seconds), begin)
        os.close(handle)
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
        self._mount_scratch(order)
        init = syscalls.spawn_namespace_init()
        handle = syscalls.pidfd_open(init)
        syscalls.setns(handle, syscalls.CLONE_NEWPID)
        os.close(handle)
        return init

    def _mount_scratch(self, order: wire.Order) -> None:
        inodes = max(64, order.scratch // _BYTES_PER_INODE)
        root.mount_scratch(order.scratch, inodes, self._user, self._below_scratch, executable=order.executed)

    def _run_series(self, order: wire.Order, descriptors: List[int]) -> wire.End:
        """Run a program for each input that comes, until one ends the series; says how all but the last one ended.

        Only behind namespaces; the processor time of a run is the account's.
        """
        line, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
        far = theirs.detach()
        syscalls.unshare(syscalls.CLONE_NEWPID)
        pid = syscalls.fork()
        if pid == 0:
            series.stand_by(self._child, order, descriptors[0], far)
        syscalls.setns(self._itself, syscalls.CLONE_NEWPID)
        for descriptor in (*descriptors, far):
            os.close(descriptor)
        template = _Template(line, pid)
        while True:
            if any(descriptor in self._masters for descriptor, _ in self._poller.poll()):
                self._leave()
            message, descriptors = wire.receive(self._control)
            if not message:
                self._leave()
            if message == wire.DONE:
                template.end()
                return _NOTHING_MORE
            if message[:1] != wire.INPUT:
                continue  # a word too late
            end = self._run_once(template, order, wire.read_input(message), descriptors)
            if end.over:
                return end
            self._control.send(wire.end_message(end))

    def _run_once(
        self, template: "_Template", order: wire.Order, times: wire.Times, descriptors: List[int]
    ) -> wire.End:
        """One run of a series.  Where it does not end by itself, the template ends with it."""
        begin = time.monotonic()
        self._mount_scratch(order)
        template.start(descriptors)
        reason = self._watch(template.line.fileno(), 0, times, begin)
        run = template.answer() if reason == wire.BY_ITSELF else None
        over = run is None
        status, cpu_seconds, peak_rss = template.end() if run is None else run
        root.unmount_scratch()
        used_before, self._used = self._used, self._time_used()
        report = self._read_report(b"")
        template.shut_in = template.shut_in or report.startswith(series.COMPILING)
        report = report.replace(series.COMPILING, b"")
        started = report == program.STARTED
        if over and template.shut_in and not report:
            # it was being compiled, or the kernel ended the template: for want of memory, or broken by the source
            started = reason != wire.BY_ITSELF or os.WIFSIGNALED(status)
        return wire.End(
            reason=reason,
            started=started,
            wait_status=status,
            wall_seconds=time.monotonic() - begin,
            cpu_seconds=max(cpu_seconds, self._used - used_before),
            peak_rss=peak_rss,
            detail=report,
            over=over,
        )

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

    def _read_report(self, silence: bytes = b"the child ended before its walls stood") -> bytes:
        try:
            return os.read(self._report, 4096)
        except BlockingIOError:
            return silence

    def _time_used(self) -> float:
        """Processor seconds that all programs so far took, with their descendants; 0 where that is not counted."""
        if self._clock < 0:
            return 0.0
        digits = os.pread(self._clock, 64, 0).split(b"\n", 1)[0].split()[-1]
        return int(digits) * float(self._clock_unit)

    def _watch(self, handle: int, pid: int, order: wire.Times, begin: float) -> int:
        """Wait until `handle` tells the end, a limit is reached or the supervisor says so: which of them.

        `pid`: whose clock to look at besides the account's, if not 0.
        """
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
        own = time.clock_gettime(~pid << 3 | _CPU_CLOCK_OF_PROCESS) if pid else 0.0
        counted = self._enclosure.accountant.cpu_seconds if self._enclosure else 0.0
        return max(own, self._time_used() - self._used, counted)

    def _told_to_kill(self) -> bool:
        message, surplus = wire.receive(self._control)
        for descriptor in surplus:
            os.close(descriptor)
        if not message:
            self._leave()
        return message == wire.KILL


class _Template:
    """The first process of a series' pid namespace, from outside: see `series`."""

    def __init__(self, line: _socket.socket, pid: int) -> None:
        self.line = line
        self.shut_in = False  # all its walls stand
        self._pid = pid

    def start(self, descriptors: List[int]) -> None:
        """Have it start a run; that it is no more is noticed by who waits for its answer."""
        rights = struct.pack("{}i".format(len(descriptors)), *descriptors)
        try:
            self.line.sendmsg([wire.INPUT], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])
        except (BrokenPipeError, ConnectionResetError):
            return
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def answer(self) -> "Optional[wire.Run]":
        """How the run ended; None where the template did."""
        try:
            message = self.line.recv(64)
        except ConnectionResetError:
            message = b""
        return wire.read_run(message) if message else None

    def end(self) -> wire.Run:
        """Kill the namespace, wait until it is empty, and say how the template ended."""
        os.kill(self._pid, signal.SIGKILL)
        _, status, usage = os.wait4(self._pid, 0)
        self.line.close()
        return wire.Run(status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


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
