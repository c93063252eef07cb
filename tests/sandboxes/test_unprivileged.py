"""What stands in for namespaces: the ways around it, each tried; and all of it once more where it is needed.

The programs here do what only this level must stop by other means than the strong one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandboxes import Job, WallMissing
from sandboxes.local import LocalSandbox
from sandboxes.local import supervisor as supervisor_module
from tests.sandboxes.conftest import LEVELS, Run, made, runner

ROOT = Path(__file__).resolve().parents[2]
CALL = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"


@pytest.fixture(scope="module", params=LEVELS[1:])
def unprivileged(request: pytest.FixtureRequest) -> Iterator[LocalSandbox]:
    """The level on a new kernel and on the oldest."""
    with made(request.param) as sandbox:
        yield sandbox


@pytest.fixture
def enclosed(unprivileged: LocalSandbox) -> Run:
    """`run` at this level."""
    return runner(unprivileged)


OVER = [
    (
        "removed files that are still open",
        "import os\nkept = []\nwhile True:\n  f = open('x', 'wb', 0)\n  os.unlink('x')\n"
        "  for _ in range(8): f.write(bytes(2 ** 17))\n  kept.append(f)",
        {"scratch_mb": 8},
        "scratch_limit",
    ),
    (
        "removed files that are mapped and closed",
        "import mmap, os\nkept = []\nwhile True:\n  f = open('x', 'w+b', 0)\n  f.write(bytes(2 ** 20))\n"
        "  kept.append(mmap.mmap(f.fileno(), 2 ** 20))\n  os.unlink('x')\n  f.close()\n"
        "  if len(kept) == 30: import time; time.sleep(9)",
        {"scratch_mb": 8},
        "scratch_limit",
    ),
    (
        "files in a folder that is shut",
        "import os\nn = 0\nwhile True:\n  d = f'd{n}'; n += 1\n  os.mkdir(d)\n  f = open(d + '/x', 'wb', 0)\n"
        "  os.rename(d, 'in') if n == 1 else None\n  os.umask(0o777)\n  os.mkdir(f's{n}')\n  os.umask(0o022)\n"
        "  for _ in range(8): f.write(bytes(2 ** 17))\n  f.close()",
        {"scratch_mb": 8},
        "scratch_limit",
    ),
    (
        "deep folders",
        "import os\nwhile True:\n  os.mkdir('d' * 200)\n  os.chdir('d' * 200)",
        {"scratch_mb": 8},
        "scratch_limit",
    ),
    ("many files", "n = 0\nwhile True:\n  open(str(n), 'w').close()\n  n += 1", {"scratch_mb": 2}, "scratch_limit"),
    (
        "memory of many processes",
        "import os, time\nfor _ in range(8):\n  if os.fork() == 0:\n    x = bytearray(os.urandom(1) * (40 * 2 ** 20))\n"
        "    time.sleep(9)\ntime.sleep(9)",
        {"memory_mb": 128},
        "memory_limit",
    ),
    (
        "shared memory of many processes",
        "import mmap, os, time\nfor _ in range(8):\n  if os.fork() == 0:\n    m = mmap.mmap(-1, 40 * 2 ** 20)\n"
        "    m.write(b'x' * len(m))\n    time.sleep(9)\ntime.sleep(9)",
        {"memory_mb": 128},
        "memory_limit",
    ),
]


@pytest.mark.parametrize(("source", "limits", "status"), [row[1:] for row in OVER], ids=[row[0] for row in OVER])
def test_what_is_used_is_counted(enclosed: Run, source: str, limits: dict[str, float], status: str) -> None:
    assert enclosed(source, **limits).status == status
    assert enclosed("import os\nprint(os.listdir())").stdout == b"['main.py']\n"


def test_memory_that_processes_share_is_counted_once(enclosed: Run) -> None:
    source = (
        "import os, time\nx = bytearray(b'x' * (90 * 2 ** 20))\nfor _ in range(4):\n"
        "  if os.fork() == 0: time.sleep(0.3); os._exit(0)\nfor _ in range(4): os.wait()\nprint('done')"
    )
    assert enclosed(source, memory_mb=256).stdout == b"done\n"


REFUSED = [
    ("a datagram to a name", "import socket\na, b = socket.socketpair(1, 2)\na.sendto(b'x', '/dev/log')"),
    ("a connection", "import socket\na, b = socket.socketpair()\na.connect('/run/docker.sock')"),
    ("a name", "import socket\na, b = socket.socketpair(1, 2)\na.bind('\\0x')"),
    ("a socket of the machine", "import socket\nsocket.socket(socket.AF_UNIX)"),
    ("shared memory by name", "open('/dev/shm/x', 'w')"),
    ("the common temporary folder", "open('/tmp/x', 'w')"),
    ("the folder above its own", "open('../x', 'w')"),
    ("the names above its own", "import os\nos.listdir('..')"),
    ("its own entry in /proc", "open('/proc/self/maps')"),
    ("a link to what lies outside", "import os\nos.link('/etc/hostname', 'x')"),
    ("a device", "import os\nos.mknod('x', 0o20666, os.makedev(1, 3))"),
    ("another owner", "import os\nos.chown('main.py', 1, 1)"),
    ("running what it wrote", "import os, shutil, sys\nshutil.copyfile(sys.executable, 'x')\nos.execv('x', ['x'])"),
]


@pytest.mark.parametrize("source", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_program_is_refused(enclosed: Run, source: str) -> None:
    outcome = enclosed(source)
    assert outcome.exit_code == 1
    assert b"PermissionError" in outcome.stderr or b"cross-device" in outcome.stderr


def test_what_a_link_in_its_folder_points_to_stays_as_shut_as_it_was(enclosed: Run) -> None:
    outcome = enclosed("import os\nos.symlink('/etc/hostname', 'x')\nopen('x')")
    assert b"PermissionError" in outcome.stderr


def test_its_input_is_the_one_file_that_it_can_reach_through_proc_and_cannot_be_changed(enclosed: Run) -> None:
    for mode in ("wb", "r+b"):
        outcome = enclosed(f"f = open('/proc/self/fd/0', {mode!r}, 0)\nf.write(b'x')", stdin=b"abc")
        assert b"PermissionError" in outcome.stderr
    assert b"PermissionError" in enclosed(f"import os\nos.listdir('/proc/{os.getpid()}/fd')").stderr


def test_a_process_cannot_hide_from_the_one_that_counts(enclosed: Run) -> None:
    assert enclosed(CALL + "print([libc.prctl(n, 0, 0, 0, 0) for n in (1, 4)])").stdout == b"[-1, -1]\n"


def test_files_of_the_supervisors_user_keep_their_length_mode_and_times() -> None:
    """Landlock has no right over these, or had none in its first versions."""
    source = """
import ctypes, os, shown
libc = ctypes.CDLL(None)
path = shown.__file__.encode()
opened = os.open(path, os.O_RDONLY)
libc.truncate(path, 0)
libc.open(path, os.O_RDONLY | os.O_TRUNC)
libc.chmod(path, 0)
libc.fchmod(opened, 0)
libc.utimes(path, None)
libc.rename(path, b"here")
libc.unlink(path)
print(open(path).read())
"""
    for level in LEVELS[1:]:
        with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
            Path(folder).chmod(0o755)
            shown = Path(folder, "shown.py")
            shown.write_text("value = 5")
            os.utime(shown, (1, 1))
            with pytest.MonkeyPatch.context() as patch:
                plans = supervisor_module._plans
                patch.setattr(
                    supervisor_module,
                    "_plans",
                    lambda strong, *how, folder=folder, plans=plans: plans(
                        supervisor_module.replace(strong, site=(folder,)), *how
                    ),
                )
                sandbox = made(level)
            with sandbox:
                assert sandbox.run(Job(source)).stdout == b"value = 5\n"
            status = shown.stat()
            assert (status.st_size, status.st_mode & 0o777, status.st_mtime) == (9, 0o644, 1.0)


def test_two_sandboxes_share_no_place(enclosed: Run, unprivileged: LocalSandbox) -> None:
    with LocalSandbox(level="unprivileged") as other:
        ours = runner(other)("import os\nprint(os.getcwd())").stdout.decode().strip()
        assert b"PermissionError" in enclosed(f"open({ours!r} + '/memo', 'w')").stderr
        assert b"PermissionError" in enclosed(f"import os\nos.listdir({ours!r})").stderr


def test_its_folder_is_gone_with_the_sandbox() -> None:
    for level in LEVELS[1:]:
        with made(level) as sandbox:
            folder = sandbox.run(Job("import os\nprint(os.getcwd())")).stdout.decode().strip()
            assert Path(folder).exists()
        assert not Path(folder).parent.exists()


def test_a_level_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="level must be one of strong, unprivileged, unsafe"):
        LocalSandbox(level="weak")  # type: ignore[arg-type]  # that is the test


def test_a_callers_mistake_is_no_reason_for_fewer_walls() -> None:
    with pytest.raises(WallMissing, match="interpreter"):
        LocalSandbox(site=["/tmp"])
    with pytest.raises(WallMissing, match="interpreter"):
        LocalSandbox(site=["/tmp"], level="unprivileged")


ROOMS = ("test_walls.py", "test_limits.py", "test_channel.py", "test_programs.py", "test_attacks.py")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become an ordinary user")
@pytest.mark.parametrize("user", [65534, 0], ids=["nobody", "root of a container"])
def test_the_walls_stand_in_an_ordinary_container(user: int) -> None:
    """The tests of this room in a process that is refused namespaces and mounts, and takes what it can get."""
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if python is None:
        pytest.skip("no interpreter that everyone may run")
    path = [str(ROOT), *(folder for folder in map(str, _packages()) if folder)]
    tests = [str(ROOT / "tests" / "sandboxes" / name) for name in ROOMS]
    ask = "import pytest, psutil, hypothesis, sys; sys.exit(sys.version_info < (3, 11))"
    environment = {"PYTHONPATH": os.pathsep.join(path), "HOME": "/var/tmp", "PATH": "/usr/bin:/bin"}
    contained = [python, "-B", "-m", "tests.sandboxes.container", str(user), python, "-B"]
    usual = {"env": environment, "cwd": "/", "capture_output": True, "check": False}
    if subprocess.run([*contained, "-c", ask], timeout=60, **usual).returncode != 0:  # type: ignore[call-overload]
        pytest.skip("that interpreter cannot read this checkout or lacks the test tools")
    options = ["-p", "no:cacheprovider", "-k", "not oldest", "--rootdir", str(ROOT)]
    done = subprocess.run([*contained, "-m", "pytest", *options, *tests], timeout=280, **usual)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout[-4000:]
    assert b"passed" in done.stdout


def _packages() -> list[Path]:
    return [Path(pytest.__file__).parents[1]]
