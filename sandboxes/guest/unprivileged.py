"""What stands in for namespaces where none can be had: Landlock, a stricter filter, and the zygote's own counting.

    what namespaces gave           what stands here in its place
    ---------------------------------------------------------------------------------------------------------------
    a root of its own              Landlock: the interpreter's files to read, one folder to write in, nothing else
    no network                     no socket with an address can be made; Landlock refuses TCP besides
    a pid namespace: no signals    domains that nest, launcher > zygote > program: signals go inwards only.  Where
                                   Landlock knows no signals (ABI < 6), a program can signal itself and nobody else
    its death as one               the same domains: kill(-1) by the zygote reaches all that it ever forked, at once,
                                   and nothing else.  Elsewhere a loop, while nobody answers a call that would fork
    ipc namespace                  no System V memory, no queues, no keys (the filter of all levels)
    users                          root gives the whole cell a uid that nobody has; others keep their own
    tmpfs: size, number of files   `accountant`: the folder is measured while the program runs, and emptied after it
    cgroup: memory, time           `accountant` likewise, if no control group can be had
    cgroup: processes              `admission`, likewise

Every program works in the same folder, emptied between two of them, so that the rules over it are laid out once.

What a program can see here and not behind namespaces: that a path exists, its size and its times (Landlock has no
right for that), and which process ids are in use.  What it cannot do here and can there: use sockets with names and,
for want of a /dev/shm of its own, the locks of `multiprocessing`; change modes and times where it has the uid of its
supervisor (such calls do nothing); signal its own children on kernels of an ABI below 6.
"""

import contextlib
import os
import resource
import signal
import socket
import struct
import time
from typing import Any, Dict, List, Optional, Sequence

from sandboxes.guest import accountant, admission, landlock, open_ground, root, seccomp, syscalls, wire

_CAPABILITIES_TO_SWITCH = (5, 6, 7)  # kill (for the supervisor, on its cell), setgid, setuid
_READ_WRITE = ("null", "zero", "full", "random", "urandom")
_LISTENER = b"L"
_DESCRIPTOR = struct.Struct("i")
_OWN_PROCESSES = 2  # launcher and zygote, of the programs' uid
_WHOLE_RANGE = 2**32 - 2


class Enclosure:
    """The walls of one cell of this level; made in the launcher, completed in the zygote, entered by each child."""

    def __init__(self, config: Dict[str, Any]) -> None:
        self._abi = min(landlock.version(), config.get("landlock_most") or _WHOLE_RANGE)
        if self._abi < 1:
            raise wire.Refused("landlock", "the kernel does not have it, or the container does not allow it")
        self._cgroup_walls: Sequence[str] = config["cgroup_walls"]
        self._nice: int = config.get("nice", 0)
        self._own_user = False
        self._own_signals = False
        self._gated = False
        self.gate: Optional[int] = None
        """The calls of the running program that would make a process, to be answered."""

    # in the launcher

    def enter(self, unused_ids: int) -> None:
        """Leave root behind, if we are root and may, and become a domain of our own."""
        self._own_user = _become_nobody_else(unused_ids)
        syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1, "no_new_privs")
        syscalls.drop_capabilities()
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1, "dumpable")  # the zygote looks into what it forks
        self._own_signals = landlock.confine_signals(self._abi)
        open_ground.adopt_orphans()

    def leave(self, ground: str) -> None:
        """This process is about to end, or the zygote has: nothing of the cell may stay."""
        if self._own_signals:
            _kill_domain()
        open_ground.end_descendants()
        open_ground.remove_folder(ground)

    # in the zygote

    def complete(self, ground: str, config: Dict[str, Any]) -> List[str]:
        """Lay out what the children need; returns the names of the walls."""
        open_ground.adopt_orphans()
        self.launcher = syscalls.pidfd_open(os.getppid())
        self._own_signals = landlock.confine_signals(self._abi)
        if self._own_signals:
            _require_refusal(os.getppid())
        self.folder = open_ground.make_folder(ground, 0)
        paths = root.needed()
        for path in paths:
            if self.folder.startswith(path.rstrip("/") + "/"):
                raise wire.Refused("interpreter", "{} would show the programs' own folders".format(path))
        tools = [path for _, path in config.get("tools", [])]
        files = [(path, landlock.READ) for path in [*paths, *tools]]
        files += [("/dev/" + name, landlock.DEVICE) for name in _READ_WRITE if os.path.exists("/dev/" + name)]
        writable = [self.folder, *config.get("shared", [])]
        rights = landlock.everything_in_a_folder(self._abi)
        if tools:  # a cell for programs that are executed, compiled ones too
            rights |= landlock.EXECUTE
        files += [(path, rights) for path in writable]
        self._ruleset = landlock.Ruleset(self._abi, files)
        self.changes = seccomp.changes_without_namespaces(self._abi, self._own_user)
        counted = {wall.rsplit(" ", 1)[1] for wall in self._cgroup_walls}
        # beside a control group, too: processes that wait for an answer do not keep the machine busy with trying
        self._gated = _can_gate()
        self._limits_by_user = "pids" not in counted and not self._gated
        self._gate_filter = seccomp.Filter(seccomp.gate_filter(syscalls.machine))
        self.offers, self._offer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.offers.setblocking(False)
        self.accountant = accountant.Accountant(
            self.folder, paths, config["resident"], config["address_space"], "memory" not in counted
        )
        return self._walls(counted)

    def _walls(self, counted: "set[str]") -> List[str]:
        names = landlock.walls(self._abi)
        if not self._own_signals:
            names.append("signals to itself only")
        names.append("no sockets")
        if self._own_user:
            names.append("user of its own")
        names.append("scratch account")
        if "memory" not in counted:
            names.append("memory account")
        if self._gated:
            names.append("process account")
        elif "pids" not in counted and os.getuid() != 0:
            names.append("process rlimit")
        return names

    def begin(self, order: wire.Order) -> None:
        """A program is about to be forked."""
        self._processes = order.processes
        self.accountant.begin(order)

    def take_offer(self) -> None:
        """The child has raised the gate and hands over its listener."""
        with contextlib.suppress(BlockingIOError):
            _, ancillary, _, _ = self.offers.recvmsg(1, socket.CMSG_SPACE(_DESCRIPTOR.size))
            self.gate = _DESCRIPTOR.unpack_from(ancillary[0][2])[0] if ancillary else None

    def answer(self) -> None:
        """A process of the program wants to make another."""
        assert self.gate is not None
        count = sum(task.threads for task in accountant.tasks())
        admission.answer(self.gate, count < self._processes)

    def look_if_due(self) -> Optional[int]:
        """The limit that the program has passed, if it is time to look and it has."""
        return self.accountant.look() if time.monotonic() >= self.accountant.due else None

    def end(self) -> None:
        """Kill all that descends from this process, and wait for it."""
        if self._own_signals:
            _kill_domain()
        open_ground.end_descendants()
        if self.gate is not None:  # not before: closing it would let the calls that wait go on
            os.close(self.gate)
            self.gate = None
        self.take_offer()  # of a child that was killed before its offer was looked at
        if self.gate is not None:
            os.close(self.gate)
            self.gate = None

    def tidy(self) -> None:
        """Empty the folder for the next program; whoever asked for this one need not wait for that."""
        open_ground.empty_folder(self.folder)

    # in a child

    def shut_in(self, order: wire.Order) -> None:
        """The walls of one program, before its last filter."""
        syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL, "PDEATHSIG")
        if self._nice:
            os.setpriority(os.PRIO_PROCESS, 0, self._nice)
        if self._limits_by_user:
            count = order.processes + (_OWN_PROCESSES if self._own_user else _tasks_of_this_user())
            resource.setrlimit(resource.RLIMIT_NPROC, (count, count))
        if not self._own_signals:
            seccomp.Filter(seccomp.signal_filter(syscalls.machine, os.getpid())).load()
        self._ruleset.restrict()
        if self._gated:
            listener = admission.raise_gate(self._gate_filter)
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, _DESCRIPTOR.pack(listener))  # `send_fds` is of Python 3.9
            self._offer.sendmsg([_LISTENER], [rights])
            os.close(listener)


def _become_nobody_else(unused_ids: int) -> bool:
    """As root: take a uid that nobody has.  False where that is not allowed, or the interpreter is root's alone."""
    if os.getuid() != 0 or not syscalls.has_capabilities(_CAPABILITIES_TO_SWITCH):
        return False
    user = _unused_id(unused_ids)
    if not _all_readable(user):
        return False
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    return True


def _unused_id(wanted_from: int) -> int:
    """A uid of this user namespace that nobody should have, and no other cell of this machine takes."""
    pid = os.getpid()
    with open("/proc/self/uid_map") as lines:
        ranges = [(int(first), int(count)) for first, _, count in map(str.split, lines)]
    for first, count in ranges:
        if first <= wanted_from and wanted_from + 2 * pid < first + count:
            return wanted_from + 2 * pid
    first, count = max(ranges)
    return first + count - 2 - pid % max(1, min(count // 4, 4096))


def _all_readable(user: int) -> bool:
    """Whether a user could read what the interpreter needs, tried in a process that becomes that user."""
    paths = root.needed()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            readable = all(os.access(path, os.R_OK | (os.X_OK if os.path.isdir(path) else 0)) for path in paths)
            os._exit(0 if readable else 1)
        finally:
            os._exit(2)
    return os.waitpid(pid, 0)[1] == 0


def _require_refusal(outside: int) -> None:
    """Make sure of the wall that the end of every program leans on: kill(-1) must not leave the domain."""
    try:
        os.kill(outside, 0)
    except PermissionError:
        return
    raise wire.Refused("landlock signals", "the kernel said that it stands, and a signal went through")


def _kill_domain() -> None:
    """Kill every process that this one may signal: all that it has forked, and all that they have."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(-1, signal.SIGKILL)


def _can_gate() -> bool:
    """Whether calls can be answered from here; not where the container's own filter is answered from outside."""
    pid = os.fork()
    if pid == 0:
        try:
            syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1, "no_new_privs")
            admission.raise_gate(seccomp.Filter(seccomp.gate_filter(syscalls.machine)))
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def _tasks_of_this_user() -> int:
    """Processes and threads that the kernel holds against this uid, as far as /proc shows them."""
    count = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                if os.stat("/proc/" + name).st_uid == os.getuid():
                    count += len(os.listdir("/proc/{}/task".format(name)))
    return count
