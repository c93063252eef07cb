"""The seccomp wall: the table of system calls (`calls`), assembled into kernel filters.

Two filters stack.  The *cell's* is a list of what is allowed; it is loaded once, into the zygote, and every program
inherits it: all that is not named there does not exist (ENOSYS, which the C library takes as "an older kernel").
The *program's*, a few instructions loaded by each child just before the program, takes away what the zygote still
needed to raise the walls.  A filter can only be added to, never removed.

A refused call answers EPERM and the program goes on; a fatal one kills it with SIGSYS, which the supervisor reports
as a violation.

Where there are no namespaces both are stricter (`changes_without_namespaces`), and two small ones join them for each
program: the gate, which tells the zygote of every new process, and one for kernels whose Landlock knows no signals.

Another filter stands alone: `computing_filter`, for a process that computes and does nothing else.  All that it does
not allow is refused.
"""

import ctypes
import struct
from typing import Any, Dict, List, Mapping, Tuple

from sandboxes.guest import syscalls
from sandboxes.guest.calls import (
    ABSENT,
    ALLOW,
    BEFORE_ABI,
    CALLS,
    CELL_ALLOWED,
    CELL_ONLY,
    COMPUTING,
    KILL,
    LOCAL_ONLY,
    NO_ADDRESS,
    NO_CUTTING_AT_READ,
    NO_CUTTING_AT_READ_AT,
    NO_HIDING,
    NO_LEASES,
    NO_OWNER,
    NO_OWNER_BY_IOCTL,
    NO_PEER_HANDLE,
    NO_TERMINAL_INPUT,
    OF_THE_SAME_USER,
    OPEN_AT_TO_READ,
    OPEN_TO_READ,
    PLAIN_CHILDREN,
    PRETEND,
    REFUSE,
    SELF_ONLY,
    WITHOUT_NAMESPACES,
)

_RETURN = {
    "allow": 0x7FFF0000,
    "ask": 0x7FC00000,
    "refuse": 0x00050000 | 1,
    "absent": 0x00050000 | 38,
    "pretend": 0x00050000,
    "kill": 0x80000000,
}
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000
_NAMESPACE_FLAGS = 0x7E020080
_AF_UNIX = 1
_CLONE_PARENT = 0x8000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_F_SETLEASE, _F_NOTIFY = 1024, 1026
_F_SETOWN, _F_SETSIG, _F_SETOWN_EX = 8, 10, 15
_FIOSETOWN, _SIOCSPGRP = 0x8901, 0x8902
_SO_PEERPIDFD = 77
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
_O_ACCMODE, _O_TRUNC = 0x3, 0x200
_WRITING_FLAGS = 0x3 | 0x40 | 0x200 | 0x400000  # O_WRONLY or O_RDWR, O_CREAT, O_TRUNC, O_TMPFILE: the same on both

# classic BPF: load a word of the call's data, compare, return
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _FIRST, _SECOND, _THIRD, _FIFTH = 0, 4, 16, 24, 32, 48  # their places in seccomp_data (low halves)
_HIGH_HALF = 4

_REFUSED_VALUES = {
    NO_TERMINAL_INPUT: (_SECOND, [_TIOCSTI, _TIOCLINUX]),
    NO_LEASES: (_SECOND, [_F_SETLEASE, _F_NOTIFY]),
    NO_OWNER: (_SECOND, [_F_SETLEASE, _F_NOTIFY, _F_SETOWN, _F_SETSIG, _F_SETOWN_EX]),
    NO_OWNER_BY_IOCTL: (_SECOND, [_TIOCSTI, _TIOCLINUX, _FIOSETOWN, _SIOCSPGRP]),
    NO_PEER_HANDLE: (_THIRD, [_SO_PEERPIDFD]),
    NO_HIDING: (_FIRST, [_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE]),
}
_CUTTING = {NO_CUTTING_AT_READ: _SECOND, NO_CUTTING_AT_READ_AT: _THIRD}
_PROGRAM_ONLY = (PLAIN_CHILDREN, PRETEND, NO_HIDING)  # the zygote is not held to these
_NEW_PROCESSES = ("clone", "fork", "vfork")
_NO_CHANGES: Mapping[str, str] = {}
_REFUSED_BITS = {OPEN_TO_READ: (_SECOND, _WRITING_FLAGS), OPEN_AT_TO_READ: (_THIRD, _WRITING_FLAGS)}

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
    if rule in (REFUSE, KILL, PRETEND, ABSENT):
        return [_answer(rule)]
    if rule == LOCAL_ONLY:
        return [(_LOAD, 0, 0, _FIRST), (_EQUAL, 0, 1, _AF_UNIX), _answer("allow"), _answer("refuse")]
    if rule == SELF_ONLY:
        return [(_LOAD, 0, 0, _FIRST), (_EQUAL, 0, 1, 0), _answer("allow"), _answer("refuse")]
    if rule == PLAIN_CHILDREN:
        kinds = _NAMESPACE_FLAGS | _CLONE_PARENT
        return [(_LOAD, 0, 0, _FIRST), (_ANY_BIT, 0, 1, kinds), _answer("kill"), _answer("allow")]
    if rule == NO_ADDRESS:
        low, high = (_LOAD, 0, 0, _FIFTH), (_LOAD, 0, 0, _FIFTH + _HIGH_HALF)
        return [low, (_EQUAL, 0, 2, 0), high, (_EQUAL, 1, 0, 0), _answer("refuse"), _answer("allow")]
    if rule in _CUTTING:
        tests = [(_ANY_BIT, 0, 2, _O_TRUNC), (_ANY_BIT, 1, 0, _O_ACCMODE)]
        return [(_LOAD, 0, 0, _CUTTING[rule]), *tests, _answer("refuse"), _answer("allow")]
    if rule in _REFUSED_VALUES:
        place, values = _REFUSED_VALUES[rule]
        tests = [(_EQUAL, len(values) - 1 - index, 0, value) for index, value in enumerate(values)]
        tests[-1] = (_EQUAL, 0, 1, values[-1])
        return [(_LOAD, 0, 0, place), *tests, _answer("refuse"), _answer("allow")]
    if rule in _REFUSED_BITS:
        place, bits = _REFUSED_BITS[rule]
        return [(_LOAD, 0, 0, place), (_ANY_BIT, 0, 1, bits), _answer("refuse"), _answer("allow")]
    raise ValueError("no such rule: " + rule)


def _assemble(instructions: List[Instruction]) -> bytes:
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def _numbered(machine: str, changes: Mapping[str, str]) -> List[Tuple[int, str]]:
    return [(number, changes.get(name, rule)) for name, number, rule in _named(machine)]


def _named(machine: str) -> List[Tuple[str, int, str]]:
    column = syscalls.MACHINES.index(machine)
    rows = [(name, (x86_64, aarch64)[column], rule) for name, x86_64, aarch64, rule in CALLS]
    return [(name, number, rule) for name, number, rule in rows if number is not None]


def changes_without_namespaces(abi: int, own_user: bool) -> Dict[str, str]:
    """Which calls have another rule where Landlock of this ABI stands in for namespaces, by name.

    `own_user`: the programs' uid is nobody else's, so that no file but theirs belongs to it.
    """
    changes = dict(WITHOUT_NAMESPACES)
    if not own_user:
        changes.update(OF_THE_SAME_USER)
    for since, further in BEFORE_ABI.items():
        if abi < since:
            changes.update(further)
    return changes


def cell_filter(machine: str, changes: Mapping[str, str] = _NO_CHANGES) -> bytes:
    """The list of what is allowed, with what the zygote needs; assembled."""
    program = _prologue(machine)
    for number, rule in _numbered(machine, changes):
        body = _body(ALLOW if rule in _PROGRAM_ONLY else rule)
        program += [(_EQUAL, 0, len(body), number), *body]
    program.append(_answer("absent"))
    return _assemble(program)


def program_filter(machine: str, changes: Mapping[str, str] = _NO_CHANGES) -> bytes:
    """What a program loses beyond the cell's filter; assembled."""
    program = _prologue(machine)
    for number, rule in _numbered(machine, changes):
        if rule == CELL_ONLY:
            program += [(_EQUAL, 0, 1, number), _answer("kill")]
        elif rule == CELL_ALLOWED:
            program += [(_EQUAL, 0, 1, number), _answer("refuse")]
        elif rule in _PROGRAM_ONLY:
            body = _body(rule)
            program += [(_EQUAL, 0, len(body), number), *body]
    program.append(_answer("allow"))
    return _assemble(program)


def gate_filter(machine: str) -> bytes:
    """Every new process and thread is asked for (see `admission`); assembled."""
    program = _prologue(machine)
    for name, number, _ in _named(machine):
        if name in _NEW_PROCESSES:
            program += [(_EQUAL, 0, 1, number), _answer("ask")]
    program.append(_answer("allow"))
    return _assemble(program)


def signal_filter(machine: str, pid: int) -> bytes:
    """Signals to the process itself, to its own group, and to nobody else; assembled."""
    program = _prologue(machine)
    targets = {"kill": (0, pid, 2**32 - pid), "tgkill": (pid,)}
    for name, number, _ in _named(machine):
        if name in targets:
            allowed = [(_EQUAL, len(targets[name]) - place, 0, pid) for place, pid in enumerate(targets[name])]
            body = [(_LOAD, 0, 0, _FIRST), *allowed, _answer("refuse"), _answer("allow")]
            program += [(_EQUAL, 0, len(body), number), *body]
    program.append(_answer("allow"))
    return _assemble(program)


def computing_filter(machine: str) -> bytes:
    """What a process that only computes may do: read files, and use what is open; assembled."""
    program = _prologue(machine)
    for name, number, _ in _named(machine):
        if name in COMPUTING:
            body = _body(COMPUTING[name])
            program += [(_EQUAL, 0, len(body), number), *body]
    program.append(_answer("refuse"))
    return _assemble(program)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


class Filter:
    """A filter laid out for the kernel, to be loaded as often as wanted.  Needs no_new_privs."""

    def __init__(self, assembled: bytes) -> None:
        self._buffer = ctypes.create_string_buffer(assembled, len(assembled))
        self._program = _Program(len(assembled) // 8, ctypes.addressof(self._buffer))
        self.pointer: Any = ctypes.byref(self._program)
        mode = ctypes.c_ulong(syscalls.SECCOMP_MODE_FILTER)
        self._arguments: Any = (syscalls.PR_SET_SECCOMP, mode, self.pointer, 0, 0)

    def load(self) -> None:
        """Put this process and all it forks from here on under the filter."""
        syscalls.check(syscalls.libc.prctl(*self._arguments), "loading the seccomp filter")
