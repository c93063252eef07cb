"""Who may fork: the number of a program's processes, counted where there is no control group to count them.

A filter stops every call that would make a process or a thread and tells the zygote of it (seccomp's user
notification).  The zygote counts what the program has, and lets the call go on or answers EAGAIN, as the kernel would
at a limit.  So the count holds for one program, whoever else has processes of the same uid; and when the program's
time is over nothing is answered any more: what is left of it cannot grow while it is being killed.

Once let through, a call is made with the arguments that the filters have seen: nothing of it is read from the
program's memory, so nothing can be swapped.
"""

import ctypes
import fcntl
import struct

from sandboxes.guest import seccomp, syscalls

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_MODE_FILTER, _NEW_LISTENER = 1, 8
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_NOTICE_SIZE = 80
_CONTINUE = 1
_EAGAIN = 11
_ANSWER = struct.Struct("=QqiI")  # id, value, error, flags


def raise_gate(gate: seccomp.Filter) -> int:
    """Load the filter into this process; returns the descriptor from which the calls that it stops can be read."""
    number = ctypes.c_long(_SECCOMP[syscalls.machine])
    made = syscalls.libc.syscall(number, ctypes.c_uint(_SET_MODE_FILTER), ctypes.c_uint(_NEW_LISTENER), gate.pointer)
    return syscalls.check(made, "seccomp listener")


def answer(listener: int, admit: bool) -> None:
    """Answer the call that waits: let it go on, or say that there is no room."""
    notice = bytearray(_NOTICE_SIZE)
    try:
        fcntl.ioctl(listener, _RECEIVE, notice, True)
        (number,) = struct.unpack_from("=Q", notice)
        fcntl.ioctl(listener, _SEND, _ANSWER.pack(number, 0, 0 if admit else -_EAGAIN, _CONTINUE if admit else 0))
    except FileNotFoundError:
        return  # whoever asked has been killed meanwhile
