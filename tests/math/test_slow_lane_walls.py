"""The walls around a question of computer algebra: each stops what it is there for, and all stand around a question."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from sandboxes.guest import calls, seccomp, syscalls
from verifiers.math.parse import parse
from verifiers.math.slow import doubtful, walls, walls_in_force
from verifiers.math.slow.pool import DeadlinePassed, Pool
from verifiers.math.slow.wire import packed

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux" or platform.machine() not in syscalls.MACHINES, reason="Linux walls"),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]

ROOT = os.geteuid() == 0
NOBODY = 65534
MEMORY = 1 << 40


def outcome(act: Callable[[], object], *names: str, memory: int = MEMORY, as_nobody: bool = False) -> str:
    """What comes of an act in a process of its own behind some walls: "done", or the name of the error."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = "done"
        try:
            os.dup2(writing, walls.ANSWER)
            if as_nobody and ROOT:
                os.setresuid(NOBODY, NOBODY, NOBODY)
            missing = walls.raised(names, memory)
            assert not missing, missing
            act()
        except BaseException as fault:  # noqa: BLE001 - reported
            said = type(fault).__name__
        finally:
            os.write(walls.ANSWER, said.encode())
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:  # noqa: PTH123 - a descriptor
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said


# ---- seccomp: what it refuses, and what it leaves


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    (made / "there").write_text("content")
    yield made
    shutil.rmtree(made)


def _number(name: str) -> int:
    numbers = {row[0]: row[1:3] for row in calls.CALLS}
    found = numbers[name][syscalls.MACHINES.index(syscalls.machine)]
    assert found is not None
    return found


def _call(name: str, *arguments: int | None) -> None:
    # whole registers: of a plain integer that goes by the stack the upper half is undefined
    words = [ctypes.c_long(argument or 0) for argument in arguments]
    syscalls.check(syscalls.libc.syscall(ctypes.c_long(_number(name)), *words), name)


def _thread() -> None:
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()


FORBIDDEN: dict[str, Callable[[Path], object]] = {
    "a socket of the network": lambda _: socket.socket(socket.AF_INET),
    "a socket of this machine": lambda _: socket.socket(socket.AF_UNIX),
    "a pair of sockets": lambda _: socket.socketpair(),
    "making a file": lambda at: os.open(at / "new", os.O_CREAT | os.O_WRONLY),
    "opening a file to write": lambda at: os.open(at / "there", os.O_WRONLY),
    "opening a file to read and write": lambda at: os.open(at / "there", os.O_RDWR),
    "opening a file to append": lambda at: os.open(at / "there", os.O_WRONLY | os.O_APPEND),
    "cutting a file as it is opened": lambda at: os.open(at / "there", os.O_RDONLY | os.O_TRUNC),
    "a file without a name": lambda at: os.open(at, os.O_TMPFILE | os.O_WRONLY),
    "cutting a file": lambda at: os.truncate(at / "there", 0),
    "removing a file": lambda at: (at / "there").unlink(),
    "renaming a file": lambda at: (at / "there").rename(at / "elsewhere"),
    "linking a file": lambda at: os.link(at / "there", at / "elsewhere"),
    "the mode of a file": lambda at: (at / "there").chmod(0o600),
    "the time of a file": lambda at: os.utime(at / "there"),
    "making a folder": lambda at: (at / "new").mkdir(),
    "another folder": lambda at: os.chdir(at),
    "a process": lambda _: os.fork() or os._exit(0),
    "a thread": lambda _: _thread(),
    "a program": lambda _: subprocess.run(["true"], check=True),
    "becoming a program": lambda _: os.execv("/bin/sh", ["sh", "-c", f"printf done >&{walls.ANSWER}"]),
    "being traced": lambda _: _call("ptrace", 0, 0, 0, 0),
    "asking after a process": lambda _: os.kill(os.getppid(), 0),
    "a signal to a process": lambda _: os.kill(os.getpid(), signal.SIGCONT),
    "a signal to a thread": lambda _: signal.pthread_kill(threading.get_ident(), signal.SIGCONT),
    "a handle on a process": lambda _: os.pidfd_open(os.getppid()),
    "the memory of a process": lambda _: _call("process_vm_readv", os.getpid(), None, 0, None, 0, 0),
    "a session": lambda _: os.setsid(),
    "a file in memory": lambda _: os.memfd_create("new"),
    "a pipe": lambda _: os.pipe(),
    "an attribute of the process": lambda _: syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1, "dumpable"),
    "other limits": lambda _: resource.setrlimit(resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE)),
    "an alarm": lambda _: signal.setitimer(signal.ITIMER_REAL, 100),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_filter_refuses(name: str, folder: Path) -> None:
    def act() -> None:
        FORBIDDEN[name](folder)

    assert outcome(act, "no_new_privs") == "done"
    assert outcome(act, "no_new_privs", "seccomp") in {"PermissionError", "OSError", "RuntimeError", "itimer_error"}


def test_the_filter_lets_a_process_read_files_and_load_modules(folder: Path) -> None:
    def act() -> None:
        assert (folder / "there").read_text() == "content"
        assert [path.name for path in folder.iterdir()] == ["there"]
        for module in ("_lsprof", "colorsys"):
            sys.modules.pop(module, None)
        import _lsprof  # a shared library
        import colorsys

        assert _lsprof and colorsys
        assert bytearray(50 << 20)
        time.perf_counter()

    assert outcome(act, "no_new_privs", "seccomp") == "done"


def test_every_call_that_the_filter_names_is_in_the_table() -> None:
    assert set(calls.COMPUTING) <= {row[0] for row in calls.CALLS}
    assert all(len(seccomp.computing_filter(machine)) % 8 == 0 for machine in syscalls.MACHINES)


# ---- the other walls


def test_the_wall_of_descriptors(folder: Path) -> None:
    with (folder / "there").open() as file:

        def act() -> None:
            assert os.read(file.fileno(), 7) == b"content"
            os.lseek(file.fileno(), 0, os.SEEK_SET)

        assert outcome(act) == "done"
        assert outcome(act, "descriptors") == "OSError"


def test_the_wall_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "secret")
    libc = ctypes.CDLL(None)
    libc.getenv.restype = ctypes.c_char_p

    def act() -> None:
        assert libc.getenv(b"A_KEY") == b"secret"
        assert os.environ["A_KEY"] == "secret"

    assert outcome(act) == "done"
    assert outcome(act, "environment") == "AssertionError"


def test_the_wall_of_address_space() -> None:
    limit = psutil.Process().memory_info().vms + (64 << 20)

    def act() -> None:
        bytes(1 << 30)  # reserved, not touched

    assert outcome(act, memory=limit) == "done"
    assert outcome(act, "address space", memory=limit) == "MemoryError"


def test_the_wall_of_core_files() -> None:
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    if 0 <= hard <= 1:
        pytest.skip("this machine leaves no core files")

    def act() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

    assert outcome(act, as_nobody=True) == "done"
    assert outcome(act, "core files", as_nobody=True) == "ValueError"


def test_the_wall_of_file_size(folder: Path) -> None:
    with (folder / "there").open("ab", buffering=0) as file:

        def act() -> None:
            file.write(b"more")

        assert outcome(act) == "done"
        assert outcome(act, "file size") == "OSError"


def test_the_wall_of_processes() -> None:
    def act() -> None:
        if os.fork() == 0:
            os._exit(0)

    assert outcome(act, as_nobody=True) == "done"
    assert outcome(act, "processes", as_nobody=True) == "BlockingIOError"


@pytest.mark.skipif(not ROOT, reason="needs root to make a file that gives rights")
def test_the_wall_of_new_privileges(folder: Path) -> None:
    program = folder / "id"
    shutil.copy(shutil.which("id") or "", program)
    program.chmod(0o4755)

    def act() -> None:
        assert subprocess.run([program, "-u"], capture_output=True, check=True).stdout == b"0\n"

    if outcome(act, as_nobody=True) != "done":
        pytest.skip("no file gives rights in this folder")
    assert outcome(act, "no_new_privs", as_nobody=True) == "AssertionError"


@pytest.mark.skipif(not ROOT, reason="only root has capabilities to lose")
def test_the_wall_of_capabilities(folder: Path) -> None:
    def act() -> None:
        os.chown(folder / "there", NOBODY, NOBODY)

    assert outcome(act) == "done"
    assert outcome(act, "no capabilities") == "PermissionError"


def test_every_wall_says_what_it_stops() -> None:
    assert all(wall.stops for wall in walls.WALLS.values())
    assert list(walls.WALLS)[-1] == "seccomp"  # it refuses the calls that raise the others


# ---- around a question

HARD = json.dumps(
    {
        "left": packed(parse(r"\int_0^1 \int_0^1 \frac{\ln(1+xy)\sin(x^3)}{1+x^2y^2} dx dy")),
        "right": packed(parse(r"\sqrt2")),
    }
).encode()


def test_the_walls_in_force_can_be_read() -> None:
    assert walls_in_force().standing == tuple(walls.WALLS)
    assert not walls_in_force().missing


def test_all_walls_stand_around_a_question() -> None:
    with Pool(most=1) as pool, ThreadPoolExecutor(1) as thread:
        worker = pool.walls() and pool.idle[0].process.pid
        asking = thread.submit(pool.ask, HARD, 1.5)
        child = child_of(worker)
        status = dict(
            line.split(":\t", 1) for line in Path(f"/proc/{child}/status").read_text().splitlines() if ":\t" in line
        )
        open_now = sorted(int(path.name) for path in Path(f"/proc/{child}/fd").iterdir())
        where = {str(Path(f"/proc/{child}/fd/{standard}").readlink()) for standard in range(walls.ANSWER)}
        limits = Path(f"/proc/{child}/limits").read_text()
        with pytest.raises(DeadlinePassed):
            asking.result()
    assert status["Seccomp"].strip() == "2"
    assert status["NoNewPrivs"].strip() == "1"
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0
    assert status["Threads"].strip() == "1"
    assert (open_now, where) == ([0, 1, 2, walls.ANSWER], {os.devnull})
    rows = {line[:26].strip(): line[26:].split()[:2] for line in limits.splitlines()}
    assert rows["Max file size"] == rows["Max processes"] == ["0", "0"]
    assert rows["Max core file size"] == ["1", "1"]
    assert rows["Max address space"] == [str(1024 << 20)] * 2


def child_of(worker: int) -> int:
    """The process that a worker forked for its question, once it has raised its walls."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for child in psutil.Process(worker).children():
            if "Seccomp:\t2" in Path(f"/proc/{child.pid}/status").read_text():
                return child.pid
        time.sleep(0.01)
    raise AssertionError("no question is being worked on")


def test_a_wall_that_is_missing_is_named_and_questions_are_still_answered() -> None:
    with Pool(most=1, without=("seccomp", "no capabilities")) as pool:
        assert pool.walls().missing == {"seccomp": "not wanted", "no capabilities": "not wanted"}
        assert pool.walls().standing == tuple(walls.WALLS)[:-2]
        question = json.dumps({"left": packed(parse("x+x")), "right": packed(parse("2x"))}).encode()
        assert pool.ask(question, 20)["equal"] is True
        refused = pool.ask(question, 20, behind_all_walls=True)
        assert refused == {"equal": None, "reason": "the wall 'no capabilities' is missing here"}


def test_a_wall_that_cannot_be_raised_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(memory: int) -> None:
        raise OSError("not in this kernel")

    monkeypatch.setitem(walls.WALLS, "seccomp", walls.Wall("all", refused))
    assert walls.raised(("seccomp",), MEMORY) == {"seccomp": "not in this kernel"}


def test_computer_algebra_works_behind_the_walls() -> None:
    assert doubtful(parse(r"\int_0^\infty e^{-x^2} dx"), parse(r"\frac{\sqrt\pi}{2}"))
