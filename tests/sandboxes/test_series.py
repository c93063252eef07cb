"""One program run for many inputs: each run finds nothing of the others, and ends no other."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from sandboxes import Job, Limits, Outcome, SandboxBusy
from sandboxes.local import LocalSandbox
from sandboxes.local.series import LocalSeries

USUAL = Limits(wall_seconds=10)


def runs(sandbox: LocalSandbox, source: str, *inputs: bytes, limits: Limits = USUAL, **job: object) -> list[Outcome]:
    with sandbox.series(Job(source, limits=limits, **job)) as series:  # type: ignore[arg-type]
        return [series.run(each, limits) for each in inputs]


@pytest.fixture(scope="module")
def strong() -> Iterator[LocalSandbox]:
    """A sandbox whose series have a template."""
    with LocalSandbox() as one:
        if one.isolation.level != "strong":
            pytest.skip("series are runs of their own without namespaces")
        with one.series(Job("")) as series:
            if not isinstance(series, LocalSeries):
                pytest.skip("series are runs of their own without an account of processor time")
        yield one


def test_every_run_gets_its_own_input_and_outputs(sandbox: LocalSandbox) -> None:
    source = "import sys\nprint(input())\nprint('said', file=sys.stderr)"
    found = runs(sandbox, source, b"1\n", b"2\n", b"x" * 100_000)
    assert [each.stdout for each in found] == [b"1\n", b"2\n", b"x" * 100_000 + b"\n"]
    assert [each.stderr for each in found] == [b"said\n"] * 3


# what a run leaves behind, and says whether it has found it
TRACES = {
    "the module's names": "print('left' in globals())\nleft = 1",
    "a built-in": "import builtins\nprint(hasattr(builtins, 'left'))\nbuiltins.left = 1",
    "an imported module": "import sys, json\nprint(hasattr(json, 'left'))\njson.left = 1",
    "a file": "import os\nprint(os.listdir('.') != ['main.py'])\nopen('left', 'w').close()",
    "the script's text": "print(open('main.py').read().endswith('# left'))\nopen('main.py', 'a').write('# left')",
    "a folder nobody may enter": "import os\nprint(os.path.exists('left'))\nos.mkdir('left')\nos.chmod('left', 0)",
    "the folder's mode": "import os\nprint(os.stat('.').st_mode & 0o777 == 0o711)\nos.chmod('.', 0o711)",
    "the folder's times": "import os\nprint(os.stat('.').st_atime == 1)\nos.utime('.', (1, 1))",
    "the mask of modes": "import os\nprint(os.umask(0o77) == 0o77)",
    "a limit": "import resource as r\nprint(r.getrlimit(7)[0] == 9)\nr.setrlimit(7, (9, 9))",
    "an abstract socket": "import socket, os\ns = socket.socket(socket.AF_UNIX)\n"
    "try: s.bind('\\0left')\nexcept OSError as e: print(e.errno == 98)\nelse:\n  print(False); s.listen()\n"
    "if os.fork() == 0:\n  import time; os.closerange(0, 3); time.sleep(60)",
    "a pipe's flags": "import fcntl, os\nprint(bool(fcntl.fcntl(2, fcntl.F_GETFL) & os.O_NONBLOCK))\n"
    "fcntl.fcntl(2, fcntl.F_SETFL, os.O_NONBLOCK)",
    "a timer": "import signal\nprint(signal.getitimer(signal.ITIMER_REAL)[0] > 0)\nsignal.setitimer(0, 60)",
}


@pytest.mark.parametrize("source", TRACES.values(), ids=TRACES)
def test_a_run_finds_nothing_of_the_run_before(strong: LocalSandbox, source: str) -> None:
    found = runs(strong, source, b"", b"", b"")
    assert [each.stdout for each in found] == [b"False\n"] * 3, found


def test_no_process_of_a_run_lives_when_the_next_one_begins(strong: LocalSandbox) -> None:
    source = """
import os, signal
alive = 0
for pid in range(2, os.getpid()):
    try: os.kill(pid, 0); alive += 1
    except OSError: pass
print(alive, flush=True)
for number in range(5):
    if os.fork() == 0:
        os.setsid()
        for n in range(1, 32):
            if n not in (9, 19): signal.signal(n, signal.SIG_IGN)
        if os.fork() == 0:
            while True: signal.pause()
        os._exit(0)
"""
    found = runs(strong, source, b"", b"", b"")
    assert [each.stdout for each in found] == [b"0\n"] * 3, found


def test_the_template_cannot_be_reached_by_a_run(strong: LocalSandbox) -> None:
    source = """
import ctypes, os, resource, signal, socket
libc = ctypes.CDLL(None, use_errno=True)
for number in range(3, 300):
    try: print("descriptor", number, os.fstat(number))
    except OSError: pass
for number in range(1, 65):
    for target in (1, 0, -1):
        if target != 1 and number in (9, 19, 32, 33): continue
        if number not in (9, 19, 32, 33): signal.signal(number, signal.SIG_IGN)
        try: os.kill(target, number)
        except OSError: pass
for reach in (
    lambda: resource.prlimit(1, resource.RLIMIT_NOFILE, (3, 3)),
    lambda: os.setpriority(os.PRIO_PROCESS, 1, 19),
    lambda: os.sched_setaffinity(1, {0}),
    lambda: libc.syscall(438, os.pidfd_open(1), 3, 0) >= 0 and print("got its descriptor"),
    lambda: socket.socketpair()[0].recvmsg(1) and print("received"),
):
    try: reach()
    except OSError: pass
print("here")
"""
    found = runs(strong, source, b"", b"", b"")
    assert [each.stdout for each in found] == [b"here\n"] * 3, found


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("while input() == '1': pass", "cpu_limit"),
        ("import time\nif input() == '1': time.sleep(60)", "wall_limit"),
        ("while input() == '1': print('x' * 10**6)", "output_limit"),
        ("if input() == '1':\n  x = bytearray(10**9)", "memory_limit"),
        ("import os\nif input() == '1': os.kill(os.getpid(), 11)", "signalled"),
        ("import ctypes\nif input() == '1': ctypes.CDLL(None).syscall(101, 0, 0, 0, 0)", "violation"),
        ("import os\nif input() == '1': os._exit(3)", "exited"),
    ],
)
def test_a_run_that_is_ended_ends_alone(sandbox: LocalSandbox, source: str, status: str) -> None:
    wall = 0.5 if status == "wall_limit" else 10
    cpu = 0.2 if status == "cpu_limit" else None
    limits = Limits(wall_seconds=wall, cpu_seconds=cpu, memory_mb=128, output_kb=8000 if status == "cpu_limit" else 64)
    with sandbox.series(Job(source.replace("while input() == '1': p", "x = input()\nwhile x == '1': p"))) as series:
        found = [series.run(each, limits if each == b"1\n" else USUAL) for each in (b"0\n", b"1\n", b"0\n", b"1\n")]
    assert [each.status for each in found] == ["exited", status, "exited", status], found


def test_a_program_that_cannot_be_compiled_fails_in_every_run(sandbox: LocalSandbox) -> None:
    found = runs(sandbox, "x = [", b"", b"")
    assert [(each.status, each.exit_code) for each in found] == [("exited", 1)] * 2
    assert all(b"SyntaxError" in each.stderr for each in found)


def test_a_program_that_takes_too_long_to_compile_is_ended(strong: LocalSandbox) -> None:
    limits = Limits(wall_seconds=0.3)
    assert [each.status for each in runs(strong, "x = 1\n" * 400_000, b"", b"", limits=limits)] == ["wall_limit"] * 2


def test_a_run_may_recurse_as_deep_as_in_an_interpreter_of_its_own(strong: LocalSandbox) -> None:
    source = "def f(n):\n  global deepest\n  deepest = n\n  f(n + 1)\ntry: f(1)\nexcept RecursionError: print(deepest)"
    alone = strong.run(Job(source)).stdout
    assert [each.stdout for each in runs(strong, source, b"", b"")] == [alone] * 2


def test_arguments_and_files_are_there_in_every_run(sandbox: LocalSandbox) -> None:
    source = "import sys, helper\nprint(sys.argv[1:], helper.x, __name__, open(__file__).read()[:6])"
    found = runs(sandbox, source, b"", b"", argv=("a", "b"), files={"helper.py": b"x = 3"})
    assert [each.stdout for each in found] == [b"['a', 'b'] 3 __main__ import\n"] * 2


def test_while_a_series_is_open_its_sandbox_is_busy(strong: LocalSandbox) -> None:
    with strong.series(Job("print(1)")) as series:
        series.run(b"", USUAL)
        with pytest.raises(SandboxBusy):
            strong.start(Job("print(2)"))
    assert strong.run(Job("print(2)")).stdout == b"2\n"
    series.close()


def test_a_series_goes_on_in_a_new_cell_where_the_old_one_dies() -> None:
    with LocalSandbox() as own, own.series(Job("print(input())")) as series:
        assert series.run(b"1", USUAL).stdout == b"1\n"
        assert own._cell is not None
        os.kill(own._cell._process.pid, signal.SIGKILL)  # type: ignore[union-attr]
        own._cell._process.wait()  # type: ignore[union-attr]
        found = [series.run(b"2", USUAL) for _ in range(2)]
        assert found[-1].stdout == b"2\n"
        assert found[0].status in ("exited", "lost")


def test_a_series_that_was_never_run_leaves_nothing(strong: LocalSandbox) -> None:
    with strong.series(Job("print(1)")):
        pass
    assert strong.run(Job("print(2)")).stdout == b"2\n"
