"""Machines that differ: what the probe says, an ordinary user, and a machine that refuses namespaces."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from sandboxes import Job, WallMissing
from sandboxes.local import LocalSandbox, probe
from sandboxes.local import cell as cell_module
from sandboxes.local import supervisor as supervisor_module
from tests.sandboxes.conftest import Run, runner

ROOT = Path(__file__).resolve().parents[2]
PROBED = {"user namespace", "pid namespace", "network namespace", "pivot_root", "seccomp", "no_new_privs", "rlimits"}


def test_the_probe_names_every_wall_and_what_to_do_where_one_is_missing() -> None:
    walls = probe()
    assert {wall.name for wall in walls} >= PROBED | {"cgroup memory", "cgroup pids", "landlock"}
    assert all(wall.remedy for wall in walls if not wall.available)


def test_where_the_probe_finds_all_walls_the_best_level_is_taken() -> None:
    missing = [wall.name for wall in probe() if wall.name in PROBED and not wall.available]
    if missing:
        pytest.skip(f"this machine lacks {missing}")
    with LocalSandbox() as sandbox:
        assert sandbox.isolation.level == "strong"


def test_a_machine_that_refuses_namespaces_is_told_which_wall_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(plan: Any) -> Any:
        raise WallMissing("user namespace", "Operation not permitted", cell_module.REMEDIES["user namespace"])

    monkeypatch.setattr(supervisor_module, "Cell", refusing)
    with pytest.raises(WallMissing, match=r"user namespace.*not permitted.*container"):
        LocalSandbox()


def test_another_system_is_pointed_to_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor_module.sys, "platform", "darwin")
    with pytest.raises(WallMissing, match="docker"):
        LocalSandbox(unsafe=True)


def test_without_namespaces_limits_hold_and_no_process_or_file_stays(open_ground: Run) -> None:
    forks = "import os, time\nfor _ in range(3):\n  if os.fork() == 0: os.setsid(), os.fork(), time.sleep(99)\nprint(1)"
    assert open_ground(forks).stdout == b"1\n"
    assert open_ground("while True: pass", wall_seconds=0.3).status == "wall_limit"
    assert open_ground("x = bytearray(10 ** 11)", memory_mb=64).status == "memory_limit"
    assert open_ground("import os\nos.makedirs('a/b')\nos.chmod('a', 0)\nprint(os.getcwd())").stdout.startswith(
        b"/tmp/"
    )
    assert open_ground("import os\nprint(sorted(os.listdir()))").stdout == b"['main.py']\n"
    assert open_ground("import socket\nsocket.socket()").exit_code == 1


@pytest.mark.skipif(os.getuid() != 0, reason="only root can do without a user namespace")
def test_root_without_user_namespaces_gets_the_other_walls(monkeypatch: pytest.MonkeyPatch) -> None:
    strong = supervisor_module.Cell

    def refusing(plan: Any) -> Any:
        if plan.user_namespace or plan.level != "strong":
            raise WallMissing("user namespace", "refused", "none")
        return strong(plan)

    monkeypatch.setattr(supervisor_module, "Cell", refusing)
    with LocalSandbox() as sandbox:
        assert sandbox.isolation.level == "strong"
        assert "user namespace" not in sandbox.isolation.walls
        run = runner(sandbox)
        assert int(run("import os\nprint(os.getuid())").stdout) > 2_000_000_000
        assert b"PermissionError" in run("import os\nos.setuid(0)").stderr
        assert b"Read-only" in run("open('/etc/passwd', 'a')").stderr + run("open('/new', 'w')").stderr
        assert run("while True: pass", wall_seconds=0.3).status == "wall_limit"
        assert run("import os\nos.kill(1, 9)").exit_code == 1


ORDINARY = """
import json, os, sys
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
from sandboxes import Job, Limits, WallMissing
from sandboxes.local import LocalSandbox
try:
    sandbox = LocalSandbox()
except WallMissing as missing:
    print(json.dumps({"missing": str(missing)}))
    sys.exit()
programs = json.load(sys.stdin)
with sandbox:
    outcomes = [sandbox.run(Job(source, limits=Limits(wall_seconds=1, memory_mb=64))) for source in programs]
print(json.dumps({"level": sandbox.isolation.level, "outcomes": [[o.status, o.stdout.decode()] for o in outcomes]}))
"""
COUNT = """
import os, time
made = 1
try:
    while True:
        if os.fork() == 0: time.sleep(9)
        made += 1
except OSError: print(made, flush=True)
os._exit(0)
"""
ORDINARY_CASES = [
    ("print(6 * 7)", "exited", "42\n"),
    (
        "import os\nprint(os.path.exists('/proc'), os.path.exists('/home'), os.listdir('.'))",
        "exited",
        "False False ['main.py']\n",
    ),
    ("while True: pass", "wall_limit", ""),
    ("x = []\nwhile True: x.append('a' * 10000)", "memory_limit", ""),
    ("import ctypes\nctypes.CDLL(None).unshare(0x10000000)", "violation", ""),
    ("import os\ntry: os.chown('main.py', 1, 1)\nexcept OSError: print('refused')", "exited", "refused\n"),
    ("import os\ntry:\n  while os.fork() or os.setsid() is None: pass\nexcept OSError: pass", "wall_limit|exited", ""),
    ("import os\ntry: open(os.__file__, 'a')\nexcept OSError: print('refused')", "exited", "refused\n"),
    ("import os\nfor number in range(1, 65):\n  try: os.kill(1, number)\n  except OSError: pass", "exited", ""),
    (COUNT, "exited", "64\n"),
    ("print('still here')", "exited", "still here\n"),
]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become an ordinary user")
def test_an_ordinary_user_with_user_namespaces_gets_the_same_walls() -> None:
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if python is None:
        pytest.skip("no interpreter that everyone may run")
    done = subprocess.run(
        [python, "-s", "-B", "-c", ORDINARY],
        input=json.dumps([case[0] for case in ORDINARY_CASES]).encode(),
        capture_output=True,
        cwd="/",
        env={"PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    if b"Permission denied" in done.stderr or b"No module named" in done.stderr:
        pytest.skip("an ordinary user cannot read this checkout")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    if "missing" in said:
        pytest.skip(said["missing"])
    assert said["level"] == "strong"
    for (source, status, stdout), (got, printed) in zip(ORDINARY_CASES, said["outcomes"]):
        assert got in status.split("|"), source
        assert printed == stdout, source


def test_a_folder_of_modules_can_be_shown(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        Path(folder, "shown.py").write_text("value = 5")
        with LocalSandbox(site=[folder]) as sandbox:
            assert sandbox.run(Job("import shown\nprint(shown.value)")).stdout == b"5\n"
            assert sandbox.run(Job("import shown\nopen(shown.__file__, 'a')")).exit_code == 1
        Path(folder).chmod(0o700)
        if os.getuid() == 0:
            with pytest.raises(WallMissing, match="owner only"):
                LocalSandbox(site=[folder])
    with pytest.raises(WallMissing, match="hidden"):
        LocalSandbox(site=["/tmp"])


def test_without_namespaces_a_job_that_runs_at_the_close_leaves_nothing(unsafe_sandbox: LocalSandbox) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        source = (
            "import os, time\n"
            "stays = os.fork() == 0 and (os.setsid(), os.fork())\n"
            "os.write(3, f'{os.getpid()} {os.getcwd()}\\n'.encode())\n"
            "time.sleep(99)"
        )
        unsafe_sandbox.start(Job(source), theirs)
        ours.settimeout(10)
        said = b""
        while said.count(b"\n") < 3:
            said += ours.recv(4096)
    found = [line.split() for line in said.decode().splitlines()]
    unsafe_sandbox.close()
    assert not [pid for pid, _ in found if Path("/proc", pid).exists()]
    assert not [folder for _, folder in found if Path(folder).parent.exists()]


def test_a_folder_of_modules_below_tmp_is_shown_beside_the_programs_own_tmp() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        Path(folder, "shown.py").write_text("value = 5")
        with LocalSandbox(site=[folder]) as sandbox:
            assert sandbox.run(Job("import shown\nprint(shown.value)")).stdout == b"5\n"
            assert sandbox.run(Job("import shown\nopen(shown.__file__, 'a')")).exit_code == 1
            assert sandbox.run(Job(f"import os\nos.rename({folder!r}, '/tmp/moved')")).exit_code == 1
            own = sandbox.run(Job("open('/tmp/own', 'w').write('x')\nimport os\nprint(sorted(os.listdir('/tmp')))"))
            assert own.stdout.decode() == f"{sorted(['main.py', 'own', Path(folder).name])}\n"
        assert [each.name for each in Path(folder).iterdir()] == ["shown.py"]
