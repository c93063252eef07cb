"""What a program uses, counted while it runs, where neither a control group nor a private file system counts it.

The zygote looks at intervals: at the program's processes (its own descendants: orphans fall to it), at their memory
and processor time in /proc, and at the folder in which the program writes.  It reads what is quick to read; where that
leaves open whether a limit has been passed, a child of it reads the exact figures, which may have to wait for the
program.  Looking is rare enough to take a tenth of the time at most.  Between two looks the kernel's own limits bound
what one process can do (address space, file size).

Figures, in bytes: memory is what the processes hold for themselves, pages that they share divided among them, and
what they have written in the folder: there as on a machine where the scratch space is memory.  Files that have been
removed but are still open or mapped count as written.
"""

import contextlib
import errno
import os
import resource
import stat
import time
from typing import Dict, List, NamedTuple, Optional, Sequence

from sandboxes.guest import syscalls, wire

FIRST_LOOK_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.2
"""Between two looks at a program that waits for something and uses no processor time."""
_SHARE = 10
"""A look is followed by at least this many times its own duration without one."""
_BYTES_PER_INODE = 4096
_LEAST_INODES = 64
_TICKS = os.sysconf("SC_CLK_TCK")
_BLOCK = 512
_PAGE = os.sysconf("SC_PAGE_SIZE")
_AUDIT_SECONDS = 0.1
"""How long to wait after an exact count before the next."""
_MEMORY_BY_NAME = (b" /dev/zero (", b" /memfd:", b" /SYSV")  # how maps calls shared memory without a file


class Task(NamedTuple):
    """A process of the program, and how many threads it has."""

    pid: int
    threads: int


def tasks() -> List[Task]:
    """Every descendant of this process; the dead that nobody has waited for are counted as the kernel counts them."""
    found: List[Task] = []
    waiting = _children(os.getpid())[0]
    while waiting:
        pid = waiting.pop()
        with contextlib.suppress(OSError):  # it has ended
            children, threads = _children(pid)
            found.append(Task(pid, threads))
            waiting += children
    return found


def _children(pid: int) -> "tuple[List[int], int]":
    """The children of all threads of a process, and the number of threads."""
    folder = "/proc/{}/task".format(pid)
    threads = os.listdir(folder)
    children: List[int] = []
    for thread in threads:
        with contextlib.suppress(OSError), open("{}/{}/children".format(folder, thread), "rb", 0) as file:
            children += map(int, file.read().split())
    return children, len(threads)


class Accountant:
    """Keeps the account of one program at a time."""

    def __init__(
        self, folder: str, shown: Sequence[str], resident: int, address_space: int, counts_memory: bool
    ) -> None:
        self._folder = folder
        self._not_written = (*_MEMORY_BY_NAME, *(b" " + os.fsencode(path) for path in shown))
        self._device = os.stat(folder).st_dev
        self._resident = resident
        self._address_space = address_space
        self._counts_memory = counts_memory
        self.due = 0.0
        self.cpu_seconds = 0.0
        """Processor time of all the program's processes, as of the last look."""

    def begin(self, order: wire.Order) -> None:
        """A program starts."""
        self._order = order
        self._inodes = max(_LEAST_INODES, order.scratch // _BYTES_PER_INODE)
        self._reaped_before = _reaped_seconds()
        self._auditor = 0
        self._pause = FIRST_LOOK_SECONDS
        self.cpu_seconds = 0.0
        self.due = self._audit_due = time.monotonic() + FIRST_LOOK_SECONDS

    def end(self) -> float:
        """All that descended from this process has been waited for: the processor seconds that it took."""
        return _reaped_seconds() - self._reaped_before

    def look(self) -> Optional[int]:
        """Take stock; the limit that has been passed, as a reason of `wire`, or None."""
        begin = time.process_time()  # on a busy machine a look takes longer, and costs no more
        reason = self._audited()
        running = [task for task in tasks() if task.pid != self._auditor]
        used = sum(map(_seconds, running)) + _reaped_seconds() - self._reaped_before
        idle, self.cpu_seconds = used <= self.cpu_seconds, used
        written = self._written(running)
        if written > self._order.scratch:
            reason = wire.AT_SCRATCH_LIMIT
        elif self._may_be_over(running, written) and not self._auditor and time.monotonic() >= self._audit_due:
            self._auditor = self._send_auditor(running, written)
        self._pause = min(2 * self._pause, _LONGEST_PAUSE_SECONDS) if idle else FIRST_LOOK_SECONDS
        self.due = time.monotonic() + max(self._pause, _SHARE * (time.process_time() - begin))
        return reason

    def _allowed(self, written: int) -> int:
        """Bytes of memory that the processes may hold, beside what has been written."""
        return self._order.memory + self._resident - written

    def _may_be_over(self, running: List[Task], written: int) -> bool:
        """Whether a limit could have been passed, by figures that count too much and cost little."""
        mapped = sum(max(0, _address_space(task) - self._address_space) for task in running)
        if mapped > self._order.scratch - written:
            return True
        held = sum(_sum_of(task, "status", (b"RssAnon", b"RssShmem")) for task in running)
        return self._counts_memory and held > self._allowed(written)

    def _send_auditor(self, running: List[Task], written: int) -> int:
        """Have a child of ours take the exact figures.

        Reading them waits for locks that a program can keep busy, by forking without end; the zygote must not wait.
        """
        pid = syscalls.fork()
        if pid:
            return pid
        reason = wire.BY_ITSELF
        try:
            if written + sum(self._mapped_only(running).values()) > self._order.scratch:
                reason = wire.AT_SCRATCH_LIMIT
            elif self._counts_memory:
                exact = sum(_sum_of(task, "smaps_rollup", (b"Pss_Anon", b"Pss_Shmem")) for task in running)
                if exact > self._allowed(written):
                    reason = wire.AT_MEMORY_LIMIT
        finally:
            os._exit(reason)

    def _audited(self) -> Optional[int]:
        """What the auditor has found, if it has come back and found anything."""
        if not self._auditor:
            return None
        pid, status = os.waitpid(self._auditor, os.WNOHANG)
        if not pid:
            return None
        self._auditor = 0
        self._audit_due = time.monotonic() + _AUDIT_SECONDS
        return (os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0) or None

    def _written(self, running: List[Task]) -> int:
        """Bytes on disk below the folder and in files without a name; more than any limit where they are too many."""
        too_much = self._order.scratch + 1
        sizes = self._nameless(running)
        waiting = [self._folder]
        while waiting:
            try:
                entries = os.scandir(waiting.pop())
            except PermissionError as shut:
                waiting += _opened_up(shut.filename)
                continue
            except OSError as error:
                if error.errno == errno.ENAMETOOLONG:
                    return too_much
                continue  # it has been removed
            with entries:
                for entry in entries:
                    try:
                        status = entry.stat(follow_symlinks=False)
                    except OSError as error:
                        if error.errno == errno.ENAMETOOLONG:
                            return too_much
                        continue
                    sizes[status.st_ino] = status.st_blocks * _BLOCK
                    if stat.S_ISDIR(status.st_mode):
                        waiting.append(entry.path)
                    if len(sizes) > self._inodes:
                        return too_much
        return sum(sizes.values())

    def _nameless(self, running: List[Task]) -> Dict[int, int]:
        """Sizes of the removed files that the program's processes hold open, by inode."""
        found: Dict[int, int] = {}
        for task in running:
            place = "/proc/{}/fd".format(task.pid)
            with contextlib.suppress(OSError):
                for name in os.listdir(place):
                    with contextlib.suppress(OSError):
                        status = os.stat(place + "/" + name)
                        if status.st_nlink == 0 and status.st_dev == self._device:
                            found[status.st_ino] = status.st_blocks * _BLOCK
        return found

    def _mapped_only(self, running: List[Task]) -> Dict[int, int]:
        """Sizes of the removed files that the program's processes have mapped and do not hold open, by inode."""
        found: Dict[int, int] = {}
        for task in running:
            with contextlib.suppress(OSError), open("/proc/{}/maps".format(task.pid), "rb") as maps:
                for line in maps:
                    if line.endswith(b" (deleted)\n") and not any(name in line for name in self._not_written):
                        span, _, _, _, inode = line.split(None, 5)[:5]
                        first, _, last = span.partition(b"-")
                        number = int(inode)
                        found[number] = max(found.get(number, 0), int(last, 16) - int(first, 16))
        held_open = self._nameless(running)
        return {inode: size for inode, size in found.items() if inode not in held_open}


def _opened_up(folder: str) -> List[str]:
    """Let ourselves into a folder that a program has shut; [folder] if that is a folder and ours, else nothing."""
    try:
        handle = os.open(folder, os.O_PATH | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return []
    try:
        os.chmod("/proc/self/fd/{}".format(handle), 0o700)  # what was opened, not what stands there by now
    except OSError:
        return []
    finally:
        os.close(handle)
    return [folder]


def _sum_of(task: Task, file: str, names: "tuple[bytes, ...]") -> int:
    """The sum of some lines ("name: number kB") of a process' file, in bytes; 0 once the process has ended."""
    try:
        with open("/proc/{}/{}".format(task.pid, file), "rb") as lines:
            return 1024 * sum(int(line.split()[1]) for line in lines if line.split(b":", 1)[0] in names)
    except OSError:
        return 0


def _address_space(task: Task) -> int:
    try:
        with open("/proc/{}/statm".format(task.pid), "rb") as file:
            return int(file.read().split()[0]) * _PAGE
    except (OSError, IndexError):
        return 0


def _seconds(task: Task) -> float:
    """Processor time of a process and of the children that it has waited for."""
    try:
        with open("/proc/{}/stat".format(task.pid), "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS


def _reaped_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
