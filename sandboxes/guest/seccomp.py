"""The seccomp wall: which system calls a program may make, as a table, and its assembly into a kernel filter.

Two filters stack.  The *cell's* is a list of what is allowed; it is loaded once, into the zygote, and every program
inherits it: all that is not named there does not exist (ENOSYS, which the C library takes as "an older kernel").
The *program's*, a few instructions loaded by each child just before the program, takes away what the zygote still
needed to raise the walls.  A filter can only be added to, never removed.

A refused call answers EPERM and the program goes on; a fatal one kills it with SIGSYS, which the supervisor reports
as a violation.
"""

import ctypes
import struct
from typing import Any, List, Tuple

from sandboxes.guest import syscalls

# what becomes of a call
ALLOW, REFUSE, KILL = "allow", "refuse", "kill"
CELL_ONLY = "cell only"  # fatal to a program
CELL_ALLOWED = "cell allowed"  # refused to a program
LOCAL_ONLY = "local only"  # sockets of the machine itself: no address family but AF_UNIX
SELF_ONLY = "self only"  # limits of the calling process, named as 0
PLAIN_CHILDREN = "plain children"  # no new namespaces, and no child that would be the zygote's
NO_TERMINAL_INPUT = "no terminal input"  # pushing bytes into a terminal's input queue
NO_LEASES = "no leases"  # leases and notices on files that the machine shares with us
NO_PEER_HANDLE = "no peer handle"  # a pidfd of the process at the other end of a socket

# name, number on x86_64, number on aarch64, rule
CALLS = [
    # files
    ("read", 0, 63, ALLOW),
    ("write", 1, 64, ALLOW),
    ("open", 2, None, ALLOW),
    ("openat", 257, 56, ALLOW),
    ("openat2", 437, 437, ALLOW),
    ("creat", 85, None, ALLOW),
    ("close", 3, 57, ALLOW),
    ("close_range", 436, 436, ALLOW),
    ("lseek", 8, 62, ALLOW),
    ("pread64", 17, 67, ALLOW),
    ("pwrite64", 18, 68, ALLOW),
    ("readv", 19, 65, ALLOW),
    ("writev", 20, 66, ALLOW),
    ("preadv", 295, 69, ALLOW),
    ("pwritev", 296, 70, ALLOW),
    ("preadv2", 327, 286, ALLOW),
    ("pwritev2", 328, 287, ALLOW),
    ("sendfile", 40, 71, ALLOW),
    ("copy_file_range", 326, 285, ALLOW),
    ("splice", 275, 76, REFUSE),
    ("tee", 276, 77, REFUSE),
    ("vmsplice", 278, 75, REFUSE),
    ("truncate", 76, 45, ALLOW),
    ("ftruncate", 77, 46, ALLOW),
    ("fallocate", 285, 47, ALLOW),
    ("fsync", 74, 82, ALLOW),
    ("fdatasync", 75, 83, ALLOW),
    ("sync_file_range", 277, 84, ALLOW),
    ("fadvise64", 221, 223, ALLOW),
    ("readahead", 187, 213, ALLOW),
    ("dup", 32, 23, ALLOW),
    ("dup2", 33, None, ALLOW),
    ("dup3", 292, 24, ALLOW),
    ("fcntl", 72, 25, NO_LEASES),
    ("flock", 73, 32, REFUSE),
    ("pipe", 22, None, ALLOW),
    ("pipe2", 293, 59, ALLOW),
    ("ioctl", 16, 29, NO_TERMINAL_INPUT),
    # paths
    ("stat", 4, None, ALLOW),
    ("fstat", 5, 80, ALLOW),
    ("lstat", 6, None, ALLOW),
    ("newfstatat", 262, 79, ALLOW),
    ("statx", 332, 291, ALLOW),
    ("statfs", 137, 43, ALLOW),
    ("fstatfs", 138, 44, ALLOW),
    ("access", 21, None, ALLOW),
    ("faccessat", 269, 48, ALLOW),
    ("faccessat2", 439, 439, ALLOW),
    ("readlink", 89, None, ALLOW),
    ("readlinkat", 267, 78, ALLOW),
    ("getcwd", 79, 17, ALLOW),
    ("chdir", 80, 49, ALLOW),
    ("fchdir", 81, 50, ALLOW),
    ("mkdir", 83, None, ALLOW),
    ("mkdirat", 258, 34, ALLOW),
    ("rmdir", 84, None, ALLOW),
    ("rename", 82, None, ALLOW),
    ("renameat", 264, 38, ALLOW),
    ("renameat2", 316, 276, ALLOW),
    ("link", 86, None, ALLOW),
    ("linkat", 265, 37, ALLOW),
    ("symlink", 88, None, ALLOW),
    ("symlinkat", 266, 36, ALLOW),
    ("unlink", 87, None, ALLOW),
    ("unlinkat", 263, 35, ALLOW),
    ("chmod", 90, None, ALLOW),
    ("fchmod", 91, 52, ALLOW),
    ("fchmodat", 268, 53, ALLOW),
    ("fchmodat2", 452, 452, ALLOW),
    ("chown", 92, None, ALLOW),
    ("fchown", 93, 55, ALLOW),
    ("lchown", 94, None, ALLOW),
    ("fchownat", 260, 54, ALLOW),
    ("umask", 95, 166, ALLOW),
    ("utime", 132, None, ALLOW),
    ("utimes", 235, None, ALLOW),
    ("utimensat", 280, 88, ALLOW),
    ("futimesat", 261, None, ALLOW),
    ("getdents", 78, None, ALLOW),
    ("getdents64", 217, 61, ALLOW),
    ("mknod", 133, None, ALLOW),
    ("mknodat", 259, 33, ALLOW),
    ("getxattr", 191, 8, ALLOW),
    ("lgetxattr", 192, 9, ALLOW),
    ("fgetxattr", 193, 10, ALLOW),
    ("listxattr", 194, 11, ALLOW),
    ("llistxattr", 195, 12, ALLOW),
    ("flistxattr", 196, 13, ALLOW),
    # waiting
    ("poll", 7, None, ALLOW),
    ("ppoll", 271, 73, ALLOW),
    ("select", 23, None, ALLOW),
    ("pselect6", 270, 72, ALLOW),
    ("epoll_create", 213, None, ALLOW),
    ("epoll_create1", 291, 20, ALLOW),
    ("epoll_ctl", 233, 21, ALLOW),
    ("epoll_wait", 232, None, ALLOW),
    ("epoll_pwait", 281, 22, ALLOW),
    ("epoll_pwait2", 441, 441, ALLOW),
    ("eventfd", 284, None, ALLOW),
    ("eventfd2", 290, 19, ALLOW),
    ("signalfd", 282, None, ALLOW),
    ("signalfd4", 289, 74, ALLOW),
    ("timerfd_create", 283, 85, ALLOW),
    ("timerfd_settime", 286, 86, ALLOW),
    ("timerfd_gettime", 287, 87, ALLOW),
    ("inotify_init", 253, None, REFUSE),
    ("inotify_init1", 294, 26, REFUSE),
    ("inotify_add_watch", 254, 27, REFUSE),
    ("inotify_rm_watch", 255, 28, REFUSE),
    # memory
    ("mmap", 9, 222, ALLOW),
    ("munmap", 11, 215, ALLOW),
    ("mremap", 25, 216, ALLOW),
    ("mprotect", 10, 226, ALLOW),
    ("madvise", 28, 233, ALLOW),
    ("brk", 12, 214, ALLOW),
    ("msync", 26, 227, ALLOW),
    ("mincore", 27, 232, ALLOW),
    ("mlock", 149, 228, ALLOW),
    ("munlock", 150, 229, ALLOW),
    ("mlock2", 325, 284, ALLOW),
    ("mlockall", 151, 230, ALLOW),
    ("munlockall", 152, 231, ALLOW),
    ("membarrier", 324, 283, ALLOW),
    ("pkey_alloc", 330, 289, ALLOW),
    ("pkey_free", 331, 290, ALLOW),
    ("pkey_mprotect", 329, 288, ALLOW),
    # processes and threads
    ("clone", 56, 220, PLAIN_CHILDREN),
    ("fork", 57, None, ALLOW),
    ("vfork", 58, None, ALLOW),
    ("execve", 59, 221, ALLOW),
    ("execveat", 322, 281, ALLOW),
    ("exit", 60, 93, ALLOW),
    ("exit_group", 231, 94, ALLOW),
    ("wait4", 61, 260, ALLOW),
    ("waitid", 247, 95, ALLOW),
    ("getpid", 39, 172, ALLOW),
    ("getppid", 110, 173, ALLOW),
    ("gettid", 186, 178, ALLOW),
    ("getpgid", 121, 155, ALLOW),
    ("getpgrp", 111, None, ALLOW),
    ("setpgid", 109, 154, ALLOW),
    ("getsid", 124, 156, ALLOW),
    ("setsid", 112, 157, ALLOW),
    ("set_tid_address", 218, 96, ALLOW),
    ("set_robust_list", 273, 99, ALLOW),
    ("get_robust_list", 274, 100, ALLOW),
    ("futex", 202, 98, ALLOW),
    ("futex_waitv", 449, 449, ALLOW),
    ("rseq", 334, 293, ALLOW),
    ("arch_prctl", 158, None, ALLOW),
    ("prctl", 157, 167, ALLOW),
    ("kill", 62, 129, ALLOW),
    ("tkill", 200, 130, ALLOW),
    ("tgkill", 234, 131, ALLOW),
    ("pidfd_open", 434, 434, ALLOW),
    ("pidfd_send_signal", 424, 424, ALLOW),
    ("sched_yield", 24, 124, ALLOW),
    ("sched_getaffinity", 204, 123, ALLOW),
    ("sched_getparam", 143, 121, ALLOW),
    ("sched_getscheduler", 145, 120, ALLOW),
    ("sched_get_priority_max", 146, 125, ALLOW),
    ("sched_get_priority_min", 147, 126, ALLOW),
    ("sched_rr_get_interval", 148, 127, ALLOW),
    ("sched_getattr", 315, 275, ALLOW),
    ("getpriority", 140, 141, ALLOW),
    ("getcpu", 309, 168, ALLOW),
    ("getrlimit", 97, 163, ALLOW),
    ("setrlimit", 160, 164, ALLOW),
    ("prlimit64", 302, 261, SELF_ONLY),
    ("getrusage", 98, 165, ALLOW),
    ("times", 100, 153, ALLOW),
    # identity
    ("getuid", 102, 174, ALLOW),
    ("geteuid", 107, 175, ALLOW),
    ("getgid", 104, 176, ALLOW),
    ("getegid", 108, 177, ALLOW),
    ("getresuid", 118, 148, ALLOW),
    ("getresgid", 120, 150, ALLOW),
    ("getgroups", 115, 158, ALLOW),
    ("setuid", 105, 146, ALLOW),
    ("setgid", 106, 144, ALLOW),
    ("setreuid", 113, 145, ALLOW),
    ("setregid", 114, 143, ALLOW),
    ("setresuid", 117, 147, ALLOW),
    ("setresgid", 119, 149, ALLOW),
    ("setfsuid", 122, 151, ALLOW),
    ("setfsgid", 123, 152, ALLOW),
    ("setgroups", 116, 159, ALLOW),
    ("capget", 125, 90, ALLOW),
    ("capset", 126, 91, ALLOW),
    ("uname", 63, 160, ALLOW),
    ("sysinfo", 99, 179, ALLOW),
    # signals
    ("rt_sigaction", 13, 134, ALLOW),
    ("rt_sigprocmask", 14, 135, ALLOW),
    ("rt_sigreturn", 15, 139, ALLOW),
    ("rt_sigpending", 127, 136, ALLOW),
    ("rt_sigtimedwait", 128, 137, ALLOW),
    ("rt_sigqueueinfo", 129, 138, ALLOW),
    ("rt_tgsigqueueinfo", 297, 240, ALLOW),
    ("rt_sigsuspend", 130, 133, ALLOW),
    ("sigaltstack", 131, 132, ALLOW),
    ("pause", 34, None, ALLOW),
    ("alarm", 37, None, ALLOW),
    ("getitimer", 36, 102, ALLOW),
    ("setitimer", 38, 103, ALLOW),
    ("timer_create", 222, 107, ALLOW),
    ("timer_settime", 223, 110, ALLOW),
    ("timer_gettime", 224, 108, ALLOW),
    ("timer_getoverrun", 225, 109, ALLOW),
    ("timer_delete", 226, 111, ALLOW),
    ("restart_syscall", 219, 128, ALLOW),
    # time
    ("time", 201, None, ALLOW),
    ("gettimeofday", 96, 169, ALLOW),
    ("clock_gettime", 228, 113, ALLOW),
    ("clock_getres", 229, 114, ALLOW),
    ("clock_nanosleep", 230, 115, ALLOW),
    ("nanosleep", 35, 101, ALLOW),
    ("getrandom", 318, 278, ALLOW),
    # local sockets
    ("socket", 41, 198, LOCAL_ONLY),
    ("socketpair", 53, 199, LOCAL_ONLY),
    ("bind", 49, 200, ALLOW),
    ("connect", 42, 203, ALLOW),
    ("listen", 50, 201, ALLOW),
    ("accept", 43, 202, ALLOW),
    ("accept4", 288, 242, ALLOW),
    ("getsockname", 51, 204, ALLOW),
    ("getpeername", 52, 205, ALLOW),
    ("getsockopt", 55, 209, NO_PEER_HANDLE),
    ("setsockopt", 54, 208, ALLOW),
    ("sendto", 44, 206, ALLOW),
    ("recvfrom", 45, 207, ALLOW),
    ("shutdown", 48, 210, ALLOW),
    # the cell raises its walls with these; a program never may
    ("mount", 165, 40, CELL_ONLY),
    ("umount2", 166, 39, CELL_ONLY),
    ("unshare", 272, 97, CELL_ONLY),
    ("setns", 308, 268, CELL_ONLY),
    # refused: other programs, other processes and the machine can be reached or counted past through them
    ("sendmsg", 46, 211, REFUSE),
    ("recvmsg", 47, 212, CELL_ALLOWED),
    ("sendmmsg", 307, 269, REFUSE),
    ("recvmmsg", 299, 243, REFUSE),
    ("memfd_create", 319, 279, REFUSE),
    ("memfd_secret", 447, 447, REFUSE),
    ("shmget", 29, 194, REFUSE),
    ("shmat", 30, 196, REFUSE),
    ("shmdt", 67, 197, REFUSE),
    ("shmctl", 31, 195, REFUSE),
    ("semget", 64, 190, REFUSE),
    ("semop", 65, 193, REFUSE),
    ("semtimedop", 220, 192, REFUSE),
    ("semctl", 66, 191, REFUSE),
    ("msgget", 68, 186, REFUSE),
    ("msgsnd", 69, 189, REFUSE),
    ("msgrcv", 70, 188, REFUSE),
    ("msgctl", 71, 187, REFUSE),
    ("mq_open", 240, 180, REFUSE),
    ("mq_unlink", 241, 181, REFUSE),
    ("mq_timedsend", 242, 182, REFUSE),
    ("mq_timedreceive", 243, 183, REFUSE),
    ("mq_notify", 244, 184, REFUSE),
    ("mq_getsetattr", 245, 185, REFUSE),
    ("add_key", 248, 217, REFUSE),
    ("request_key", 249, 218, REFUSE),
    ("keyctl", 250, 219, REFUSE),
    ("setpriority", 141, 140, REFUSE),
    ("sched_setaffinity", 203, 122, REFUSE),
    ("sched_setscheduler", 144, 119, REFUSE),
    ("sched_setparam", 142, 118, REFUSE),
    ("sched_setattr", 314, 274, REFUSE),
    ("ioprio_set", 251, 30, REFUSE),
    ("chroot", 161, 51, REFUSE),
    ("sethostname", 170, 161, REFUSE),
    ("setdomainname", 171, 162, REFUSE),
    ("clock_settime", 227, 112, REFUSE),
    ("clock_adjtime", 305, 266, REFUSE),
    ("settimeofday", 164, 170, REFUSE),
    ("adjtimex", 159, 171, REFUSE),
    ("syslog", 103, 116, REFUSE),
    ("perf_event_open", 298, 241, REFUSE),
    ("pidfd_getfd", 438, 438, REFUSE),
    ("setxattr", 188, 5, REFUSE),
    ("lsetxattr", 189, 6, REFUSE),
    ("fsetxattr", 190, 7, REFUSE),
    ("removexattr", 197, 14, REFUSE),
    ("lremovexattr", 198, 15, REFUSE),
    ("fremovexattr", 199, 16, REFUSE),
    ("seccomp", 317, 277, REFUSE),
    ("vhangup", 153, 58, REFUSE),
    ("acct", 163, 89, REFUSE),
    ("quotactl", 179, 60, REFUSE),
    ("quotactl_fd", 443, 443, REFUSE),
    ("personality", 135, 92, REFUSE),
    # fatal: no program has business with them
    ("ptrace", 101, 117, KILL),
    ("process_vm_readv", 310, 270, KILL),
    ("process_vm_writev", 311, 271, KILL),
    ("process_madvise", 440, 440, REFUSE),
    ("kcmp", 312, 272, REFUSE),
    ("bpf", 321, 280, KILL),
    ("userfaultfd", 323, 282, KILL),
    ("open_by_handle_at", 304, 265, KILL),
    ("init_module", 175, 105, KILL),
    ("finit_module", 313, 273, KILL),
    ("delete_module", 176, 106, KILL),
    ("kexec_load", 246, 104, KILL),
    ("kexec_file_load", 320, 294, KILL),
    ("reboot", 169, 142, KILL),
    ("swapon", 167, 224, KILL),
    ("swapoff", 168, 225, KILL),
    ("iopl", 172, None, REFUSE),
    ("ioperm", 173, None, REFUSE),
    ("pivot_root", 155, 41, KILL),
    ("fsopen", 430, 430, KILL),
    ("fsconfig", 431, 431, KILL),
    ("fsmount", 432, 432, KILL),
    ("fspick", 433, 433, KILL),
    ("open_tree", 428, 428, KILL),
    ("move_mount", 429, 429, KILL),
    ("mount_setattr", 442, 442, KILL),
    ("nfsservctl", 180, 42, KILL),
    ("move_pages", 279, 239, REFUSE),
    ("migrate_pages", 256, 238, REFUSE),
    ("mbind", 237, 235, REFUSE),
    ("set_mempolicy", 238, 237, REFUSE),
]

_RETURN = {"allow": 0x7FFF0000, "refuse": 0x00050000 | 1, "absent": 0x00050000 | 38, "kill": 0x80000000}
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000
_NAMESPACE_FLAGS = 0x7E020080
_AF_UNIX = 1
_CLONE_PARENT = 0x8000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_F_SETLEASE, _F_NOTIFY = 1024, 1026
_SO_PEERPIDFD = 77

# classic BPF: load a word of the call's data, compare, return
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _FIRST, _SECOND, _THIRD = 0, 4, 16, 24, 32  # where they stand in struct seccomp_data (low halves)

_REFUSED_VALUES = {
    NO_TERMINAL_INPUT: (_SECOND, [_TIOCSTI, _TIOCLINUX]),
    NO_LEASES: (_SECOND, [_F_SETLEASE, _F_NOTIFY]),
    NO_PEER_HANDLE: (_THIRD, [_SO_PEERPIDFD]),
}

Instruction = Tuple[int, int, int, int]


def _answer(verdict: str) -> Instruction:
    return (_ANSWER, 0, 0, _RETURN[verdict])


def _prologue(machine: str) -> List[Instruction]:
    """Calls of another architecture's numbering would mean something else: fatal."""
    start = [(_LOAD, 0, 0, _ARCH), (_EQUAL, 1, 0, _AUDIT_ARCH[machine]), _answer("kill"), (_LOAD, 0, 0, _NUMBER)]
    if machine == "x86_64":
        start += [(_AT_LEAST, 0, 1, _X32_BIT), _answer("kill")]
    return start


def _body(rule: str) -> List[Instruction]:
    """What follows once the number has matched; ends in an answer on every path."""
    if rule in (ALLOW, CELL_ONLY, CELL_ALLOWED):
        return [_answer("allow")]
    if rule in (REFUSE, KILL):
        return [_answer(rule)]
    if rule == LOCAL_ONLY:
        return [(_LOAD, 0, 0, _FIRST), (_EQUAL, 0, 1, _AF_UNIX), _answer("allow"), _answer("refuse")]
    if rule == SELF_ONLY:
        return [(_LOAD, 0, 0, _FIRST), (_EQUAL, 0, 1, 0), _answer("allow"), _answer("refuse")]
    if rule in _REFUSED_VALUES:
        place, values = _REFUSED_VALUES[rule]
        tests = [(_EQUAL, len(values) - 1 - index, 0, value) for index, value in enumerate(values)]
        tests[-1] = (_EQUAL, 0, 1, values[-1])
        return [(_LOAD, 0, 0, place), *tests, _answer("refuse"), _answer("allow")]
    raise ValueError("no such rule: " + rule)


def _assemble(instructions: List[Instruction]) -> bytes:
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def _numbered(machine: str) -> List[Tuple[int, str]]:
    column = syscalls.MACHINES.index(machine)
    rows = [((x86_64, aarch64)[column], rule) for _, x86_64, aarch64, rule in CALLS]
    return [(number, rule) for number, rule in rows if number is not None]


def cell_filter(machine: str) -> bytes:
    """The list of what is allowed, with what the zygote needs; assembled."""
    program = _prologue(machine)
    for number, rule in _numbered(machine):
        body = _body(ALLOW if rule == PLAIN_CHILDREN else rule)
        program += [(_EQUAL, 0, len(body), number), *body]
    program.append(_answer("absent"))
    return _assemble(program)


def program_filter(machine: str) -> bytes:
    """What a program loses beyond the cell's filter; assembled."""
    program = _prologue(machine)
    for number, rule in _numbered(machine):
        if rule == CELL_ONLY:
            program += [(_EQUAL, 0, 1, number), _answer("kill")]
        elif rule == CELL_ALLOWED:
            program += [(_EQUAL, 0, 1, number), _answer("refuse")]
        elif rule == PLAIN_CHILDREN:
            body = [
                (_LOAD, 0, 0, _FIRST),
                (_ANY_BIT, 0, 1, _NAMESPACE_FLAGS | _CLONE_PARENT),
                _answer("kill"),
                _answer("allow"),
            ]
            program += [(_EQUAL, 0, len(body), number), *body]
    program.append(_answer("allow"))
    return _assemble(program)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


class Filter:
    """A filter laid out for the kernel, to be loaded as often as wanted.  Needs no_new_privs."""

    def __init__(self, assembled: bytes) -> None:
        self._buffer = ctypes.create_string_buffer(assembled, len(assembled))
        self._program = _Program(len(assembled) // 8, ctypes.addressof(self._buffer))
        self._pointer: Any = ctypes.byref(self._program)

    def load(self) -> None:
        """Put this process and all it forks from here on under the filter."""
        mode = ctypes.c_ulong(syscalls.SECCOMP_MODE_FILTER)
        result = syscalls.libc.prctl(syscalls.PR_SET_SECCOMP, mode, self._pointer, 0, 0)
        syscalls.check(result, "loading the seccomp filter")
