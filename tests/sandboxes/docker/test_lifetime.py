"""Whatever dies (program, container, owner, daemon), the rest notices, and no container stays behind."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandboxes import Job, Limits, SandboxBusy, SandboxError, SandboxLost, WallMissing, wait_any
from sandboxes.docker import DockerSandbox
from sandboxes.docker.daemon import Daemon

ROOT = Path(__file__).resolve().parents[3]
HELLO = Job("print('hello')")
FOREVER = Job("while True: pass", limits=Limits(wall_seconds=60))

pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    made = Daemon()
    yield made
    made.close()


def container_of(sandbox: DockerSandbox) -> str:
    assert sandbox._container is not None
    return sandbox._container._id


def becomes(true: Callable[[], bool], seconds: float = 15) -> bool:
    """Whether something comes to be so in time."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_close_leaves_nothing_even_with_a_program_running(daemon: Daemon) -> None:
    before = daemon.ours()
    sandbox = DockerSandbox()
    assert len(daemon.ours()) == len(before) + 1
    running = sandbox.start(FOREVER)
    sandbox.close()
    assert running.wait().status == "lost"
    sandbox.close()
    assert daemon.ours() == before
    with pytest.raises(SandboxLost, match="closed"):
        sandbox.run(HELLO)


def test_close_ends_a_program_with_a_channel_and_its_thread() -> None:
    threads = threading.active_count()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sandbox = DockerSandbox()
        running = sandbox.start(FOREVER, theirs)
        sandbox.close()
        assert running.wait().status == "lost"
        assert ours.recv(1) == b""
    assert becomes(lambda: threading.active_count() == threads)


def test_a_container_that_is_killed_is_a_lost_job_and_another_takes_its_place(daemon: Daemon) -> None:
    with DockerSandbox() as sandbox:
        running = sandbox.start(FOREVER)
        daemon.remove(container_of(sandbox))
        outcome = running.wait()
        assert (outcome.status, outcome.detail) == ("lost", "the container ended")
        assert sandbox.run(HELLO).stdout == b"hello\n"
        daemon.remove(container_of(sandbox))
        assert sandbox.run(HELLO).stdout == b"hello\n"


def test_memory_is_changed_in_place_and_the_scratch_space_with_the_container() -> None:
    with DockerSandbox() as sandbox:
        first = container_of(sandbox)
        assert sandbox.run(Job("print(1)", limits=Limits(memory_mb=700, processes=8))).stdout == b"1\n"
        assert container_of(sandbox) == first
        source = "open('x', 'wb').write(bytes(90 << 20))\nprint('fits')"
        assert sandbox.run(Job(source, limits=Limits(scratch_mb=100))).stdout == b"fits\n"
        assert container_of(sandbox) != first


def test_what_a_program_spoils_where_no_landlock_stands_does_not_reach_the_next() -> None:
    """The porter's own last look: nothing may be left in a place that programs can write to, and no process."""
    with DockerSandbox(level="unsafe") as sandbox:
        assert sandbox.isolation.level == "unsafe"
        leave = "for place in ('/dev/shm/memo', '/tmp/memo', '../memo'): open(place, 'w').write('42')"
        assert sandbox.run(Job(leave)).exit_code == 0
        find = "import os\nprint(os.listdir('/dev/shm'), os.listdir('..'), len(os.listdir('/tmp')))"
        assert sandbox.run(Job(find)).stdout == b"[] ['scratch'] 1\n"
        kill = "import os\nos.kill(os.getppid(), 9)\nwhile True: pass"
        assert sandbox.run(Job(kill)).status == "lost"
        assert sandbox.run(HELLO).stdout == b"hello\n"


def test_two_containers_speak_and_one_thread_drives_both() -> None:
    one, other = socket.socketpair()
    echo = "import socket\ns = socket.socket(fileno=3)\nwhile data := s.recv(65536): s.sendall(data.upper())"
    ask = "import socket\ns = socket.socket(fileno=3)\nfor i in range(50):\n  s.sendall(b'q%d' % i)\n  assert s.recv(9)"
    with DockerSandbox() as server, DockerSandbox() as caller:
        with one, other:
            serving, asking = server.start(Job(echo), one), caller.start(Job(ask), other)
        assert asking in wait_any([serving, asking], timeout=20)
        assert asking.wait().exit_code == 0
        assert serving.wait().exit_code == 0


def test_a_channel_carries_more_than_its_window_both_ways_whatever_the_bytes(sandbox: DockerSandbox) -> None:
    """Among them those by which a terminal would be left (control P and Q)."""
    source = "import socket\ns = socket.socket(fileno=3)\nwhile data := s.recv(65536): s.sendall(data[::-1])"
    sent = bytes(range(256)) * 8192
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            running = sandbox.start(Job(source), theirs)
        sender = threading.Thread(target=lambda: (ours.sendall(sent), ours.shutdown(socket.SHUT_WR)))
        sender.start()
        came = bytearray()
        while data := ours.recv(1 << 16):
            came += data
        sender.join()
    assert running.wait().exit_code == 0
    assert len(came) == len(sent)
    assert sum(came) == sum(sent)


def test_a_caller_that_does_not_read_keeps_no_limit_from_being_enforced(sandbox: DockerSandbox) -> None:
    source = "import socket\ns = socket.socket(fileno=3)\nwhile True: s.sendall(bytes(65536))"
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            running = sandbox.start(Job(source, limits=Limits(wall_seconds=0.5)), theirs)
        assert running.wait().status == "wall_limit"
        assert sandbox.run(HELLO).stdout == b"hello\n"


def test_one_job_at_a_time(sandbox: DockerSandbox) -> None:
    running = sandbox.start(Job("import time\ntime.sleep(0.2)"))
    with pytest.raises(SandboxBusy):
        sandbox.start(HELLO)
    assert running.wait().status == "exited"


def test_a_job_can_be_killed(sandbox: DockerSandbox) -> None:
    running = sandbox.start(FOREVER)
    running.kill()
    running.kill()
    outcome = running.wait()
    assert (outcome.status, outcome.signal) in (("signalled", 9), ("lost", None))  # lost: before it had begun
    assert sandbox.run(HELLO).stdout == b"hello\n"


OWNER = """
import os, sys, time
from sandboxes import Job, Limits
from sandboxes.docker import DockerSandbox
sandbox = DockerSandbox()
sandbox.start(Job("while True: pass", limits=Limits(wall_seconds=60)))
forked = os.fork() if {fork} else 0
if forked or not {fork}:
    print(sandbox._container._id, forked, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("fork", [False, True], ids=["alone", "with a forked copy that holds the stream"])
def test_the_owners_death_takes_its_containers_along(daemon: Daemon, fork: bool) -> None:
    """By themselves; where a copy of the owner holds the stream open, the next owner removes them."""
    text = OWNER.format(fork=fork)
    with subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, cwd=ROOT) as owner:
        assert owner.stdout is not None
        container, copy = owner.stdout.readline().decode().split()
        assert container in [known for known, _ in daemon._labelled()]
        owner.kill()
    try:
        if fork:
            DockerSandbox().close()
        assert becomes(lambda: container not in [known for known, _ in daemon._labelled()])
    finally:
        if fork:
            os.kill(int(copy), signal.SIGKILL)


def test_a_sweep_leaves_what_lives_alone(daemon: Daemon) -> None:
    with DockerSandbox() as sandbox:
        assert daemon.sweep() == 0
        assert container_of(sandbox) in daemon.ours()


def test_an_interpreter_that_ends_with_an_open_sandbox_leaves_nothing(daemon: Daemon) -> None:
    text = "from sandboxes.docker import DockerSandbox\nsandbox = DockerSandbox()\nprint(sandbox._container._id)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", text], capture_output=True, cwd=ROOT, check=True)
    assert done.stderr == b""
    assert done.stdout.decode().strip() not in [known for known, _ in daemon._labelled()]


class Relay:
    """A daemon that can go away: connections to its socket are passed on to the real one until `stop`."""

    def __init__(self, path: Path) -> None:
        self._target = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")
        self._path = path
        self._open: list[socket.socket] = []
        self.start()

    def start(self) -> None:
        self._path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._path))
        self._listener.listen()
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._target)
            self._open += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(1 << 16):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._path.unlink()
        for each in self._open:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
            finally:
                each.close()
        self._open.clear()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the client's, of a refused connection
@pytest.mark.skipif(not os.environ.get("DOCKER_HOST", "unix://").startswith("unix://"), reason="a remote daemon")
def test_a_daemon_that_goes_away_is_a_lost_job_and_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = Relay(tmp_path / "docker.sock")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path / 'docker.sock'}")
    try:
        with DockerSandbox() as sandbox:
            running = sandbox.start(FOREVER)
            relay.stop()
            assert running.wait().status == "lost"
            with pytest.raises(WallMissing, match="does not answer"):
                sandbox.run(HELLO)
            relay.start()
            assert sandbox.run(HELLO).stdout == b"hello\n"
    finally:
        relay.stop()
        gc.collect()


def test_what_is_missing_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandboxes.docker import Settings

    with pytest.raises(WallMissing, match=r"no image 'no-such-image'.*docker pull"):
        DockerSandbox(Settings("no-such-image"))
    with pytest.raises(SandboxError, match="no-such-runtime"):
        DockerSandbox(Settings(runtime="no-such-runtime"))
    with pytest.raises(WallMissing, match="share those of their container"):
        DockerSandbox(level="strong")
