"""Whatever dies, the rest notices: nothing hangs, nothing stays behind, the next program runs."""

from __future__ import annotations

import gc
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from sandboxes import Job, Limits, Outcome, SandboxBusy, SandboxLost
from sandboxes.local import LocalSandbox, cgroups
from tests.sandboxes.conftest import LEVELS, made

FOREVER = Job("import os\nos.write(1, b'x')\nwhile True: os.fork() or os.setsid()", limits=Limits(wall_seconds=30))
ESCAPING = Job(
    "import os, time\nfor _ in range(3): os.fork() or os.setsid()\nos.write(3, b'x')\ntime.sleep(99)",
    limits=Limits(wall_seconds=30),
)
HELLO = Job("print('hello')")


OURS = re.compile(r"tmpfs (root|scratch)")
ROOT = Path(__file__).resolve().parents[2]


def groups_of(pid: int) -> list[str]:
    """The control groups that a process made."""
    parents = [parent for _, _, parents in cgroups.hierarchies() for parent in parents]
    return sorted(str(folder) for parent in parents for folder in parent.glob(f"truegrade-*-{pid}-*"))


@pytest.fixture(params=LEVELS)
def level(request: pytest.FixtureRequest) -> str:
    """Each level in turn, for tests that hurt a sandbox of their own."""
    return str(request.param)


def traces() -> dict[str, object]:
    """What this process holds of the machine: counted before and after."""
    gc.collect()
    return {
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "mounts": [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if OURS.search(line)],
        "groups": groups_of(os.getpid()),
        "processes": sorted(child.pid for child in psutil.Process().children(recursive=True)),
        "threads": threading.active_count(),
    }


def zygote_of(sandbox: LocalSandbox) -> psutil.Process:
    cell = sandbox._cell
    assert cell is not None
    assert cell._process is not None
    (zygote,) = psutil.Process(cell._process.pid).children()
    return zygote


def test_three_hundred_programs_leave_nothing(sandbox: LocalSandbox) -> None:
    hostile = [
        Job("import os\nfor _ in range(5): os.fork()"),
        Job("import os\nos.mkdir('d')\nos.chmod('d', 0)\nos.kill(os.getpid(), 9)"),
        Job("print('x' * 10 ** 6)", limits=Limits(output_kb=10)),
        Job("while True: pass", limits=Limits(wall_seconds=0.02)),
    ]
    sandbox.run(HELLO)
    before = traces()
    for number in range(300):
        sandbox.run(hostile[number // 10 % len(hostile)] if number % 10 == 0 else HELLO)
    assert traces() == before


def test_close_leaves_nothing_even_with_a_program_running(level: str) -> None:
    before = traces()
    sandbox = made(level)
    running = sandbox.start(FOREVER)
    sandbox.close()
    assert running.wait().status == "lost"
    sandbox.close()
    assert traces() == before


def test_a_sandbox_that_is_closed_says_so() -> None:
    with LocalSandbox() as sandbox:
        pass
    with pytest.raises(SandboxLost, match="closed"):
        sandbox.run(HELLO)


def test_the_zygotes_death_is_noticed_at_once_and_mended(level: str) -> None:
    with made(level) as sandbox:
        running = sandbox.start(FOREVER)
        begin = time.monotonic()
        zygote_of(sandbox).kill()
        assert running.wait().status == "lost"
        assert time.monotonic() - begin < 2
        assert sandbox.run(HELLO).stdout == b"hello\n"


def test_the_launchers_death_is_noticed_at_once_and_mended(level: str) -> None:
    with made(level) as sandbox:
        cell = sandbox._cell
        assert cell is not None
        assert cell._process is not None
        ours, theirs = socket.socketpair()
        with ours, theirs:
            running = sandbox.start(ESCAPING, theirs)
            assert ours.recv(1) == b"x"
            below = psutil.Process(cell._process.pid).children(recursive=True)
            os.kill(cell._process.pid, signal.SIGKILL)
            assert running.wait().status == "lost"
        _, alive = psutil.wait_procs(below, timeout=5)
        assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []
        assert sandbox.run(HELLO).stdout == b"hello\n"


def test_a_death_between_two_programs_is_mended_unnoticed(level: str) -> None:
    before = traces()
    with made(level) as sandbox:
        zygote = zygote_of(sandbox)
        zygote.kill()
        zygote.wait(5)
        assert {sandbox.run(HELLO).status for _ in range(2)} <= {"lost", "exited"}
        assert sandbox.run(HELLO).stdout == b"hello\n"
    assert traces() == before


def test_a_zygote_that_does_not_answer_is_replaced(level: str) -> None:
    with made(level) as sandbox:
        zygote_of(sandbox).suspend()
        begin = time.monotonic()
        assert sandbox.run(Job("print(1)", limits=Limits(wall_seconds=0.3))).status == "lost"
        assert time.monotonic() - begin < 1.3 + 1
        assert sandbox.run(HELLO).stdout == b"hello\n"


SUPERVISOR = """
import sys
from sandboxes import Job, Limits
from sandboxes.local import LocalSandbox
sandbox = LocalSandbox(level={level!r})
running = sandbox.start(Job({source!r}, limits=Limits(wall_seconds=60)))
{more}
print("ready", flush=True)
running.wait()
"""


@pytest.mark.parametrize("level", ["strong", "unprivileged"])
@pytest.mark.parametrize("more", ["", "import os\nif os.fork() == 0:\n    import time; time.sleep(3); os._exit(0)"])
def test_the_supervisors_death_takes_everything_along(more: str, level: str) -> None:
    """Also where a process that it forked lives on and holds its descriptors."""
    made(level).close()
    text = SUPERVISOR.format(source=FOREVER.source, more=more, level=level)
    with subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        (launcher,) = [p for p in psutil.Process(process.pid).children() if "sandboxes.guest" in str(p.cmdline())]
        below = [launcher, *launcher.children(recursive=True)]
        assert len(below) >= 2
        process.kill()
        _, alive = psutil.wait_procs(below, timeout=5)
        assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []
    with LocalSandbox():
        assert groups_of(process.pid) == []


def test_one_job_at_a_time(sandbox: LocalSandbox) -> None:
    running = sandbox.start(Job("import time\ntime.sleep(0.2)"))
    with pytest.raises(SandboxBusy):
        sandbox.start(HELLO)
    assert running.wait().status == "exited"
    assert sandbox.run(HELLO).stdout == b"hello\n"


def test_threads_queue_for_a_sandbox(sandbox: LocalSandbox) -> None:
    outcomes: list[Outcome] = []

    def work(number: int) -> None:
        outcomes.append(sandbox.run(Job(f"print({number})")))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(outcome.stdout) for outcome in outcomes) == list(range(8))


def test_a_sandbox_made_in_a_thread_outlives_it() -> None:
    from_thread: list[LocalSandbox] = []
    thread = threading.Thread(target=lambda: from_thread.append(LocalSandbox()))
    thread.start()
    thread.join()
    with from_thread[0] as sandbox:
        assert sandbox.run(HELLO).stdout == b"hello\n"
        assert sandbox.run(HELLO).stdout == b"hello\n"


def test_a_forked_copy_makes_a_cell_of_its_own(sandbox: LocalSandbox) -> None:
    sandbox.run(HELLO)
    zygote = zygote_of(sandbox).pid
    pid = os.fork()
    if pid == 0:
        right = False
        try:
            right = sandbox.run(HELLO).stdout == b"hello\n" and zygote_of(sandbox).pid != zygote
            sandbox.close()
        finally:
            os._exit(0 if right else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert sandbox.run(HELLO).stdout == b"hello\n"
    assert zygote_of(sandbox).pid == zygote


def test_a_job_can_be_killed(sandbox: LocalSandbox) -> None:
    running = sandbox.start(FOREVER)
    running.kill()
    running.kill()
    outcome = running.wait()
    assert (outcome.status, outcome.signal) in (("signalled", 9), ("lost", None))
    running.kill()
    assert running.wait() is outcome
    assert sandbox.run(HELLO).stdout == b"hello\n"


def test_killing_a_job_that_has_ended_changes_nothing(sandbox: LocalSandbox) -> None:
    running = sandbox.start(HELLO)
    time.sleep(0.1)
    running.kill()
    assert running.wait().stdout == b"hello\n"
    assert sandbox.run(HELLO).stdout == b"hello\n"


def test_a_sandbox_that_nobody_closes_leaves_nothing() -> None:
    before = traces()
    assert LocalSandbox().run(HELLO).stdout == b"hello\n"
    assert traces() == before


def test_an_interpreter_that_ends_with_an_open_sandbox_leaves_nothing() -> None:
    text = "import os\nfrom sandboxes.local import LocalSandbox\nsandbox = LocalSandbox()\nprint(os.getpid())"
    done = subprocess.run([sys.executable, "-W", "error", "-c", text], capture_output=True, cwd=ROOT, check=True)
    assert done.stderr == b""
    assert groups_of(int(done.stdout)) == []
