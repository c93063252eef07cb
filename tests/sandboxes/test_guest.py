"""The guest's parts that can be tried without a wall: the messages and the system call filter."""

from __future__ import annotations

import ast
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandboxes.guest import seccomp, wire

FIGURES = st.floats(min_value=0, max_value=1e9, allow_nan=False)
SIZES = st.integers(0, 2**40)


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_byte_strings_come_back_as_they_were_packed(blobs: list[bytes]) -> None:
    assert wire.unpack(wire.pack(blobs)) == blobs


@given(st.lists(st.binary(max_size=20), max_size=4), st.binary(min_size=1, max_size=5))
def test_bytes_too_many_are_noticed(blobs: list[bytes], surplus: bytes) -> None:
    with pytest.raises(ValueError, match="bytes, not"):
        wire.unpack(wire.pack(blobs) + surplus)


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=9), max_size=5))
def test_arguments_come_back_as_they_were_packed(arguments: list[str]) -> None:
    assert wire.unpack_arguments(wire.pack_arguments(arguments)) == arguments


@given(FIGURES, FIGURES, SIZES, SIZES, st.integers(1, 2**31))
def test_an_order_comes_back(wall: float, cpu: float, room: int, scratch: int, processes: int) -> None:
    order = wire.Order(wall, cpu, room, scratch, processes)
    assert wire.read_order(wire.order_message(order)) == order


@given(st.integers(0, 3), st.booleans(), st.integers(0, 65535), FIGURES, FIGURES, SIZES, st.binary(max_size=99))
def test_an_end_comes_back(
    reason: int, started: bool, status: int, wall: float, cpu: float, rss: int, detail: bytes
) -> None:
    end = wire.End(reason, started, status, wall, cpu, rss, detail)
    assert wire.read_end(wire.end_message(end)) == end


def answer(assembled: bytes, architecture: int, number: int, arguments: tuple[int, ...]) -> int:
    """What the kernel would answer: an interpreter of the few instructions that the filters use."""
    data = struct.pack("=IIQ6Q", number, architecture, 0, *arguments)
    program = list(struct.iter_unpack("=HBBI", assembled))
    place, accumulator = 0, 0
    while True:
        code, if_true, if_false, operand = program[place]
        place += 1
        if code == 0x06:
            return int(operand)
        if code == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, operand)
            continue
        holds = {0x15: accumulator == operand, 0x35: accumulator >= operand, 0x45: bool(accumulator & operand)}[code]
        place += if_true if holds else if_false


ALLOW, REFUSE, ABSENT, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
NUMBERS = {
    machine: {row[0]: row[column] for row in seccomp.CALLS if row[column] is not None}
    for column, machine in enumerate(ARCHITECTURES, start=1)
}
STRICTNESS = [KILL, REFUSE, ABSENT, ALLOW]


def verdict(machine: str, number: int, *arguments: int) -> int:
    """The answer of both filters together: the kernel takes the stricter."""
    padded = (*arguments, *[0] * (6 - len(arguments)))
    filters = (seccomp.cell_filter(machine), seccomp.program_filter(machine))
    answers = [answer(one, ARCHITECTURES[machine], number, padded) for one in filters]
    return min(answers, key=STRICTNESS.index)


CASES = [
    ("read", (), ALLOW),
    ("execve", (), ALLOW),
    ("clone", (0x11,), ALLOW),
    ("clone", (0x3D0F00,), ALLOW),
    ("clone", (0x20000000 | 0x11,), KILL),
    ("clone", (0x80,), KILL),
    ("clone", (0x8000 | 0x11,), KILL),
    ("fcntl", (3, 1), ALLOW),
    ("fcntl", (3, 1024), REFUSE),
    ("fcntl", (3, 1026), REFUSE),
    ("getsockopt", (3, 1, 4), ALLOW),
    ("getsockopt", (3, 1, 77), REFUSE),
    ("socket", (1, 1, 0), ALLOW),
    ("socket", (2, 1, 0), REFUSE),
    ("socket", (0x1_0000_0001 - 1, 1, 0), REFUSE),
    ("socketpair", (1, 1, 0), ALLOW),
    ("prlimit64", (0, 7), ALLOW),
    ("prlimit64", (1, 7), REFUSE),
    ("ioctl", (0, 0x5401), ALLOW),
    ("ioctl", (0, 0x5412), REFUSE),
    ("sendmsg", (), REFUSE),
    ("recvmsg", (), REFUSE),
    ("mount", (), KILL),
    ("setns", (), KILL),
    ("unshare", (), KILL),
    ("ptrace", (), KILL),
    ("bpf", (), KILL),
]


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize(("name", "arguments", "wanted"), CASES)
def test_the_filters_answer(machine: str, name: str, arguments: tuple[int, ...], wanted: int) -> None:
    assert verdict(machine, NUMBERS[machine][name], *arguments) == wanted


ASK, PRETEND = 0x7FC00000, 0x00050000
O_TRUNC, O_WRONLY = 0x200, 1
OLD, NEW, OWN = (1, False), (7, False), (7, True)  # ABI of Landlock, and whether programs have a uid of their own

WITHOUT_NAMESPACES = [
    (NEW, "socket", (1, 1, 0), REFUSE),
    (NEW, "socketpair", (1, 1, 0), ALLOW),
    (NEW, "connect", (3,), REFUSE),
    (NEW, "sendto", (3, 4, 5, 0, 0), ALLOW),
    (NEW, "sendto", (3, 4, 5, 0, 0xFFFF), REFUSE),
    (NEW, "sendto", (3, 4, 5, 0, 0xFFFF_0000_0000), REFUSE),
    (NEW, "prctl", (4, 0), REFUSE),
    (NEW, "prctl", (1, 0), REFUSE),
    (NEW, "prctl", (15, 0), ALLOW),
    (NEW, "fchmod", (3, 0), PRETEND),
    (OWN, "fchmod", (3, 0), ALLOW),
    (OWN, "fchown", (3, 0), REFUSE),
    (NEW, "landlock_restrict_self", (3, 0), REFUSE),
    (NEW, "sendmsg", (3,), REFUSE),
    (NEW, "truncate", (0, 0), ALLOW),
    (OLD, "truncate", (0, 0), REFUSE),
    (OLD, "openat", (0, 0, O_TRUNC), REFUSE),
    (OLD, "openat", (0, 0, O_TRUNC | O_WRONLY), ALLOW),
    (OLD, "openat", (0, 0, 0), ALLOW),
    (OLD, "openat2", (), ABSENT),
    (OLD, "fcntl", (3, 8), REFUSE),
    (OLD, "fcntl", (3, 1024), REFUSE),
    (OLD, "fcntl", (3, 4), ALLOW),
    (OLD, "ioctl", (3, 0x8901), REFUSE),
    (OLD, "ioctl", (3, 0x5412), REFUSE),
    (OLD, "ioctl", (3, 0x5401), ALLOW),
    (OLD, "tkill", (1, 9), REFUSE),
]


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize(("ground", "name", "arguments", "wanted"), WITHOUT_NAMESPACES)
def test_the_filters_answer_without_namespaces(
    machine: str, ground: tuple[int, bool], name: str, arguments: tuple[int, ...], wanted: int
) -> None:
    changes = seccomp.changes_without_namespaces(*ground)
    padded = (*arguments, *[0] * (6 - len(arguments)))
    filters = (seccomp.cell_filter(machine, changes), seccomp.program_filter(machine, changes))
    answers = [answer(one, ARCHITECTURES[machine], NUMBERS[machine][name], padded) for one in filters]
    assert min(answers, key=[KILL, REFUSE, ABSENT, PRETEND, ALLOW].index) == wanted


def test_what_changes_without_namespaces_is_in_the_table() -> None:
    for ground in (OLD, NEW, OWN):
        assert set(seccomp.changes_without_namespaces(*ground)) <= {row[0] for row in seccomp.CALLS}


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_every_new_process_is_asked_for(machine: str) -> None:
    gate = seccomp.gate_filter(machine)
    for name, wanted in (("clone", ASK), ("execve", ALLOW)):
        assert answer(gate, ARCHITECTURES[machine], NUMBERS[machine][name], (0x11,) + (0,) * 5) == wanted


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize(
    ("name", "target", "wanted"),
    [
        ("kill", 77, ALLOW),
        ("kill", 0, ALLOW),
        ("kill", 2**32 - 77, ALLOW),
        ("kill", 2**32 - 1, REFUSE),
        ("kill", 78, REFUSE),
        ("tgkill", 77, ALLOW),
        ("tgkill", 0, REFUSE),
        ("tgkill", 78, REFUSE),
    ],
)
def test_signals_to_itself_only(machine: str, name: str, target: int, wanted: int) -> None:
    own = seccomp.signal_filter(machine, 77)
    assert answer(own, ARCHITECTURES[machine], NUMBERS[machine][name], (target,) + (9,) * 5) == wanted


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_calls_by_another_architectures_numbers_are_fatal(machine: str) -> None:
    other = ARCHITECTURES["aarch64" if machine == "x86_64" else "x86_64"]
    assert answer(seccomp.cell_filter(machine), other, NUMBERS[machine]["read"], (0,) * 6) == KILL


@given(st.sampled_from(list(ARCHITECTURES)), st.integers(0, 2**32 - 1))
def test_a_number_that_is_not_in_the_table_is_never_allowed(machine: str, number: int) -> None:
    if number not in NUMBERS[machine].values():
        assert verdict(machine, number) in (ABSENT, KILL)


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_filters_fit_into_the_kernel(machine: str) -> None:
    assert len(seccomp.cell_filter(machine)) // 8 <= 4096
    assert len(seccomp.program_filter(machine)) // 8 < 60


@pytest.mark.parametrize("column", [1, 2])
def test_no_call_stands_in_the_table_twice(column: int) -> None:
    numbers = [row[column] for row in seccomp.CALLS if row[column] is not None]
    assert len(numbers) == len(set(numbers))


def test_the_guest_uses_the_grammar_of_python_3_8() -> None:
    for path in Path(seccomp.__file__).parent.glob("*.py"):
        ast.parse(path.read_text(), feature_version=(3, 8))
