"""Each wall, by a program that does the forbidden thing; where it is cheap, the same with the wall off."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

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
    ("a new file in the root", "open('/new', 'w')", b"Read-only file system"),
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
    ("the list of processes", "import os\nos.listdir('/proc')", b"FileNotFoundError"),
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
for folder, folders, files in os.walk('/'):
    seen += [os.path.join(folder, name) for name in files]
base = os.path.dirname(os.__file__)
print(*(path for path in seen if not path.startswith(('/usr/lib', '/lib', '/usr/share/zoneinfo', base))), sep='\\n')
"""
    seen = set(run(source, wall_seconds=20).stdout.decode().split())
    assert {"/tmp/main.py", "/etc/passwd", "/dev/null"} <= seen
    assert not [path for path in seen if path.startswith(("/proc", "/sys", "/home", "/work", "/var", "/run", "/boot"))]
    assert not [path for path in seen if path.endswith((".pem", ".env", "shadow", ".ssh", "id_rsa"))]


def test_with_the_wall_off_a_program_sees_the_machines_files(open_ground: Run, run: Run) -> None:
    source = "import os\nprint(os.path.exists('/proc/self'), os.path.exists('/etc/hostname'))"
    assert open_ground(source).stdout == b"True True\n"
    assert run(source).stdout == b"False False\n"


def test_a_program_sees_no_process_but_its_own(run: Run, open_ground: Run) -> None:
    source = f"import os\ntry: os.kill({os.getpid()}, 0)\nexcept Exception as e: print(type(e).__name__)"
    assert run(source).stdout == b"ProcessLookupError\n"
    assert open_ground(source).stdout != b"ProcessLookupError\n"


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
    assert b"ConnectionRefusedError" in outcome.stderr


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


def test_the_walls_are_named(sandbox: LocalSandbox) -> None:
    isolation = sandbox.isolation
    assert isolation.level == "strong"
    wanted = {"user namespace", "pid namespace", "network namespace", "read-only root", "seccomp", "no_new_privs"}
    assert wanted <= set(isolation.walls)


def test_no_mount_of_ours_is_seen_outside(run: Run) -> None:
    before = Path("/proc/self/mountinfo").read_text()
    run("open('x', 'w').write('y')")
    assert Path("/proc/self/mountinfo").read_text() == before
