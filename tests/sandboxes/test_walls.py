"""Each wall, by a program that does the forbidden thing; where it is cheap, the same with the wall off."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

from benchmarks.attacks.witness import lasting_mounts
from sandboxes.local import LocalSandbox
from tests.sandboxes.conftest import Run

CALL = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"

REFUSED = [
    ("an internet socket", "import socket\nsocket.socket()", b"PermissionError"),
    ("a raw socket", "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_RAW)", b"PermissionError"),
    ("a netlink socket", "import socket\nsocket.socket(socket.AF_NETLINK, socket.SOCK_RAW)", b"PermissionError"),
    ("a vsock socket", "import socket\nsocket.socket(socket.AF_VSOCK)", b"PermissionError"),
    ("a name's address", "import socket\nsocket.getaddrinfo('localhost.example', 80)", b"gaierror"),
    (
        "passing descriptors",
        "import socket\na, b = socket.socketpair()\nsocket.send_fds(a, [b'x'], [0])",
        b"PermissionError",
    ),
    ("a memory file", "import os\nos.memfd_create('x')", b"PermissionError"),
    ("the root's files", "open('/etc/passwd', 'a')", b"Error"),
    ("a new file in the root", "open('/new', 'w')", b"Error"),
    ("the interpreter's files", "import os\nos.unlink(os.__file__)", b"Error"),
    ("the interpreter's cache", "import json\nopen(json.__cached__, 'r+b')", b"Error"),
    ("devices of the machine", "import os\nos.mknod('disk', 0o60666, os.makedev(254, 0))", b"PermissionError"),
    ("another's uid", "import os\nos.setuid(5)", b"Error"),
    ("groups", "import os\nos.setgroups([0])", b"PermissionError"),
    (
        "the limits of another process",
        "import os, resource\nresource.prlimit(os.getppid() or 1, 7, (1, 1))",
        b"PermissionError",
    ),
    ("a higher limit", "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))", b"Error"),
    ("another's priority", "import os\nos.setpriority(os.PRIO_PGRP, 0, 5)", b"PermissionError"),
    ("real time", "import os\nos.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))", b"PermissionError"),
    ("the clock", "import time\ntime.clock_settime(time.CLOCK_REALTIME, 0)", b"PermissionError"),
    ("the host's name", "import socket\nsocket.sethostname('x')", b"PermissionError"),
    ("another root", "import os\nos.chroot('/tmp')", b"PermissionError"),
    ("a lock on a file of the machine", "import fcntl, os\nfcntl.flock(open(os.__file__), 2)", b"PermissionError"),
    ("a lease on a file of the machine", "import fcntl\nfcntl.fcntl(0, 1024, 1)", b"PermissionError"),
    ("the list of processes", "import os\nos.listdir('/proc')", b"Error"),
    ("the terminal", "open('/dev/tty')", b"Error"),
    (
        "standard input as a terminal",
        "import fcntl, termios\nfcntl.ioctl(0, termios.TIOCSTI, b'x')",
        b"PermissionError",
    ),
    (
        "running a file of its own",
        "import os\nos.chmod('main.py', 0o755)\nos.execv('main.py', ['x'])",
        b"PermissionError",
    ),
]


@pytest.mark.parametrize(("source", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_program_is_refused(run: Run, source: str, said: bytes) -> None:
    outcome = run(source)
    assert (outcome.status, outcome.exit_code) == ("exited", 1)
    assert said in outcome.stderr


FATAL = [
    ("a mount", "libc.mount(b'x', b'/tmp', b'tmpfs', 0, None)"),
    ("taking a mount away", "libc.umount2(b'/tmp', 2)"),
    ("a new namespace", "libc.unshare(0x10000000)"),
    ("a child in a new namespace", "libc.syscall(56, 0x10000011, None, None, None, 0)"),
    ("a child that would be the zygote's", "libc.syscall(56, 0x8011, None, None, None, 0)"),
    ("another's namespace", "libc.setns(0, 0)"),
    ("tracing", "libc.ptrace(16, 1, 0, 0)"),
    ("another's memory", "libc.process_vm_readv(1, None, 0, None, 0, 0)"),
    ("a kernel module", "libc.syscall(313, -1, b'', 0)"),
    ("a program for the kernel", "libc.syscall(321, 0, None, 0)"),
    ("a page fault handler", "libc.syscall(323, 0)"),
    ("the numbering of another architecture", "libc.syscall(0x40000000 + 39)"),
]


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of x86_64")
@pytest.mark.parametrize("call", [row[1] for row in FATAL], ids=[row[0] for row in FATAL])
def test_a_call_that_no_program_has_business_with_is_a_violation(run: Run, call: str) -> None:
    assert run(CALL + call + "\nprint('survived')").status == "violation"


ABSENT = [
    ("new calls that make namespaces", "libc.syscall(435, None, 0)"),
    ("rings of calls", "libc.syscall(425, 1, None)"),
    ("the key ring", "libc.syscall(250, 0, -3, 0)"),
    ("shared memory of System V", "libc.shmget(1, 4096, 0o1666)"),
    ("message queues", "libc.mq_open(b'/x', 66, 0o666, None)"),
]


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of x86_64")
@pytest.mark.parametrize("call", [row[1] for row in ABSENT], ids=[row[0] for row in ABSENT])
def test_a_call_is_not_to_be_had(run: Run, call: str) -> None:
    outcome = run(CALL + f"print({call}, ctypes.get_errno() in (1, 38))")
    assert outcome.stdout == b"-1 True\n"


def test_a_program_sees_its_own_files_and_those_of_the_interpreter_only(run: Run) -> None:
    source = """
import os
seen = []
for top in ('/', '.', '/etc', '/dev', '/proc', '/sys', '/home', '/root', '/var', '/run', '/boot', '/tmp'):
    for folder, folders, files in os.walk(top):
        seen += [os.path.join(folder, name) for name in files]
base = os.path.dirname(os.__file__)
print(*(path for path in seen if not path.startswith(('/usr/lib', '/lib', '/usr/share/zoneinfo', base))), sep='\\n')
"""
    seen = set(run(source, wall_seconds=20).stdout.decode().split())
    assert "./main.py" in seen
    assert {path for path in seen if path.startswith("/etc")} <= {"/etc/passwd", "/etc/group", "/etc/ld.so.cache"}
    assert not [path for path in seen if path.startswith(("/proc", "/sys", "/home", "/work", "/var", "/run", "/boot"))]
    assert not [path for path in seen if path.endswith((".pem", ".env", "shadow", ".ssh", "id_rsa"))]


def test_with_the_wall_off_a_program_sees_the_machines_files(open_ground: Run, run: Run) -> None:
    for path in ("/proc/self/status", "/etc/hostname", "/proc/1/cmdline"):
        assert open_ground(f"open({path!r})").exit_code == 0
        assert b"Error" in run(f"open({path!r})").stderr


@pytest.fixture
def bystanders() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes of this user, and of the one that programs have on open ground."""
    users = [0, 65534] if os.getuid() == 0 else [os.getuid()]
    started = [subprocess.Popen(["sleep", "60"], user=user, cwd="/", start_new_session=True) for user in users]
    yield started
    for process in started:
        process.kill()
        process.wait()


SIGNALS = """
import ctypes, fcntl, os, socket
libc = ctypes.CDLL(None)
pids = {pids}
def asynchronous(pid):
    a, b = socket.socketpair()
    fcntl.fcntl(a, 8, pid)
    fcntl.fcntl(a, 10, 9)
    fcntl.fcntl(a, fcntl.F_SETFL, os.O_ASYNC)
    b.send(b"x")
for pid in pids:
    for way in (
        lambda: os.kill(pid, 9),
        lambda: libc.tkill(pid, 9),
        lambda: libc.tgkill(pid, pid, 9),
        lambda: libc.sigqueue(pid, 9, 0),
        lambda: libc.syscall(424, os.pidfd_open(pid), 9, None, 0),
        lambda: asynchronous(pid),
        lambda: os.killpg(os.getpgid(pid), 9),
    ):
        try: way()
        except (OSError, AttributeError): pass
try: os.kill(-1, 9)
except OSError: pass
"""


def test_no_signal_reaches_a_process_outside(run: Run, bystanders: list[subprocess.Popen[bytes]]) -> None:
    run(SIGNALS.format(pids=[process.pid for process in bystanders]))
    time.sleep(0.05)
    assert [process.poll() for process in bystanders] == [None] * len(bystanders)
    assert run("print(1)").stdout == b"1\n"


def test_with_the_wall_off_a_signal_reaches_a_process_of_the_same_user(
    open_ground: Run, bystanders: list[subprocess.Popen[bytes]]
) -> None:
    open_ground(SIGNALS.format(pids=[process.pid for process in bystanders]).replace("os.kill(-1, 9)", "pass"))
    assert bystanders[-1].wait(5) == -9


def test_no_signal_ends_the_first_process_of_a_programs_namespace(run: Run) -> None:
    source = "import os\nfor number in range(1, 65):\n  try: os.kill(1, number)\n  except OSError: pass\nprint('here')"
    assert run(source).stdout == b"here\n"


def test_killing_everything_kills_nothing_of_ours(run: Run) -> None:
    run("import os\nfor t in (os.getppid(), 1, -1, 0):\n  try: os.kill(t, 9)\n  except OSError: pass")
    assert run("print(1)").stdout == b"1\n"


def test_nothing_of_the_environment_reaches_a_program(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    source = "import ctypes, os\nprint(dict(os.environ))\n"
    with LocalSandbox() as fresh:
        from sandboxes import Job

        assert fresh.run(Job(source)).stdout == b"{}\n"


def test_a_program_has_three_descriptors(run: Run) -> None:
    source = """
import os
def there(fd):
    try: os.fstat(fd)
    except OSError: return False
    return True
print([fd for fd in range(5000) if there(fd)])
"""
    assert run(source).stdout == b"[0, 1, 2]\n"


def test_what_one_program_leaves_the_next_does_not_find(run: Run) -> None:
    leave = """
import builtins, math, os, socket, sys
for folder in ('.', '/tmp', '/dev/shm', '/var/tmp', '/run', os.path.expanduser('~')):
    try: open(os.path.join(folder, 'memo'), 'w').write('42')
    except OSError: pass
builtins.print = math.sqrt = None
sys.modules['memo'] = sys
os.environ['memo'] = '42'
"""
    assert run(leave).exit_code == 0
    find = """
import math, os, sys
found = [f for f in ('.', '/tmp', '/dev/shm', '/var/tmp') if os.path.exists(os.path.join(f, 'memo'))]
print(found, os.environ, 'memo' in sys.modules, math.sqrt(4))
"""
    assert run(find).stdout == b"[] environ({}) False 2.0\n"


def test_a_programs_text_and_input_cannot_be_found_by_the_next_one(run: Run) -> None:
    run("mark = 'needle-in-source'\nprint(input())", stdin=b"needle-in-input")
    search = """
import gc, sys
def texts():
    for thing in gc.get_objects():
        if isinstance(thing, dict): yield from (v for v in list(thing.values()) if isinstance(v, (str, bytes)))
        if isinstance(thing, (list, tuple)): yield from (v for v in thing if isinstance(v, (str, bytes)))
wanted = 'eedle-in-'
print(sum(('n' + wanted).encode() in (t.encode('utf8', 'replace') if isinstance(t, str) else t) for t in texts()))
"""
    assert run(search).stdout == b"0\n"


def test_host_sockets_cannot_be_reached_by_an_abstract_name(run: Run) -> None:
    with socket.socket(socket.AF_UNIX) as host:
        name = f"\0truegrade-test-{os.getpid()}"
        host.bind(name)
        host.listen()
        outcome = run(f"import socket\nsocket.socket(socket.AF_UNIX).connect({name!r})")
    assert b"ConnectionRefusedError" in outcome.stderr or b"PermissionError" in outcome.stderr


def test_a_program_cannot_reach_the_memory_or_the_file_of_its_input(run: Run) -> None:
    outcome = run("import os\nos.write(0, b'x')", stdin=b"abc")
    assert outcome.exit_code == 1
    assert b"PermissionError" in outcome.stderr


def test_the_host_keeps_its_limits_and_priority(run: Run) -> None:
    import resource

    before = [resource.getrlimit(limit) for limit in range(16)], os.getpriority(os.PRIO_PROCESS, 0)
    run("import resource\nfor l in range(16):\n  try: resource.setrlimit(l, (0, 0))\n  except Exception: pass")
    assert before == ([resource.getrlimit(limit) for limit in range(16)], os.getpriority(os.PRIO_PROCESS, 0))
    assert run("print(1)").stdout == b"1\n"


WANTED = {
    "strong": {"user namespace", "pid namespace", "network namespace", "read-only root"},
    "unprivileged": {"landlock files", "no sockets", "scratch account", "memory account", "process account"},
}


def test_the_walls_are_named(sandbox: LocalSandbox) -> None:
    isolation = sandbox.isolation
    assert WANTED[isolation.level] | {"seccomp", "no_new_privs"} <= set(isolation.walls)


def test_no_mount_of_ours_is_seen_outside(run: Run) -> None:
    before = lasting_mounts()
    run("open('x', 'w').write('y')")
    assert lasting_mounts() == before
