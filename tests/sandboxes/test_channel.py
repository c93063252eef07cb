"""Descriptor 3: two programs, or a program and the caller, speak over a socket and share nothing else."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from sandboxes import Job, Limits, wait_any
from sandboxes.local import LocalSandbox
from tests.sandboxes.conftest import LEVELS, made

ECHO = "import socket\ns = socket.socket(fileno=3)\nwhile data := s.recv(65536): s.sendall(data.upper())"


@pytest.fixture(scope="module", params=LEVELS)
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[LocalSandbox, LocalSandbox]]:
    with made(request.param) as one, made(request.param) as other:
        yield one, other


def test_the_caller_speaks_with_a_program(sandbox: LocalSandbox) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            running = sandbox.start(Job(ECHO), channel=theirs)
        ours.sendall(b"hello")
        assert ours.recv(100) == b"HELLO"
    assert running.wait().exit_code == 0


def test_the_callers_end_sees_the_programs_end(sandbox: LocalSandbox) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            running = sandbox.start(Job("import os\nos.kill(os.getpid(), 9)"), channel=theirs)
        assert ours.recv(100) == b""
    assert running.wait().signal == 9


def test_a_program_with_a_channel_has_four_descriptors(sandbox: LocalSandbox) -> None:
    source = """
import os
def there(fd):
    try: os.fstat(fd)
    except OSError: return False
    return True
print([fd for fd in range(300) if there(fd)])
"""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert sandbox.start(Job(source), channel=theirs).wait().stdout == b"[0, 1, 2, 3]\n"


def test_two_programs_speak_and_one_thread_drives_both(pair: tuple[LocalSandbox, LocalSandbox]) -> None:
    caller, server = pair
    ask = """
import socket
s = socket.socket(fileno=3)
for i in range(200):
    s.sendall(b'q%d' % i)
    assert s.recv(100) == b'Q%d' % i
print('done')
"""
    one, other = socket.socketpair()
    serving = server.start(
        Job("print('x' * 200_000, flush=True)\n" + ECHO + "\nimport time\ntime.sleep(30)"), channel=one
    )
    asking = caller.start(Job(ask), channel=other)
    one.close()
    other.close()
    assert asking in wait_any([serving, asking], timeout=5)
    assert asking.wait().stdout == b"done\n"
    serving.kill()
    assert len(serving.wait().stdout) == 200_001


def test_of_a_killed_program_nothing_is_lost_that_it_had_written(sandbox: LocalSandbox) -> None:
    source = "import os, time\nfor n in range(20): os.write(1, b'%d\\n' % n)\nos.write(3, b'!')\ntime.sleep(9)"
    for _ in range(20):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            running = sandbox.start(Job(source), channel=theirs)
            assert ours.recv(1) == b"!"
            running.kill()
            assert running.wait().stdout.split() == [b"%d" % n for n in range(20)]


def test_waiting_for_any_ends_with_its_time(pair: tuple[LocalSandbox, LocalSandbox]) -> None:
    runnings = [sandbox.start(Job("import time\ntime.sleep(30)", limits=Limits(wall_seconds=1))) for sandbox in pair]
    assert wait_any(runnings, timeout=0.1) == []
    assert wait_any(runnings)
    assert [running.wait().status for running in runnings] == ["wall_limit", "wall_limit"]


def test_the_limits_hold_when_nobody_waits(sandbox: LocalSandbox) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            running = sandbox.start(Job("while True: pass", limits=Limits(wall_seconds=0.3)), channel=theirs)
        ours.settimeout(3)
        assert ours.recv(1) == b""
    assert running.wait().status == "wall_limit"


def test_descriptors_do_not_pass_between_programs(pair: tuple[LocalSandbox, LocalSandbox]) -> None:
    give = "import socket\ns = socket.socket(fileno=3)\nsocket.send_fds(s, [b'x'], [0])"
    take = "import socket\ns = socket.socket(fileno=3)\nprint(socket.recv_fds(s, 1, 4))"
    one, other = socket.socketpair()
    runnings = [pair[0].start(Job(give), channel=one), pair[1].start(Job(take), channel=other)]
    one.close()
    other.close()
    assert [b"PermissionError" in running.wait().stderr for running in runnings] == [True, True]
