"""Every limit stops what passes it, says so, and stops nothing else."""

from __future__ import annotations

import time

import pytest

from sandboxes import Limits, Outcome
from sandboxes.local import LocalSandbox
from tests.sandboxes.conftest import Run

SPIN = "while True: pass"
DEAF = "import signal\nfor s in set(range(1, 65)) - {9, 19, 32, 33}: signal.signal(s, signal.SIG_IGN)\n" + SPIN
FILL = "f = open('{}', 'wb')\nwhile True: f.write(b'x' * 2 ** 20)"
ROOMY = {"memory_mb": 32, "scratch_mb": 500}
FORKS = "import os\nfor _ in range(3):\n  if os.fork() == 0:\n    while True: pass\nimport time\ntime.sleep(9)"

OVER = [
    ("a loop", SPIN, {"wall_seconds": 0.5}, "wall_limit"),
    ("a sleep", "import time\ntime.sleep(100)", {"wall_seconds": 0.3}, "wall_limit"),
    ("a stop", "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", {"wall_seconds": 0.3}, "wall_limit"),
    ("a read that never comes", "import os\nos.read(os.pipe()[0], 1)", {"wall_seconds": 0.3}, "wall_limit"),
    ("a C call", "pow(7, 10 ** 9)", {"wall_seconds": 0.5}, "wall_limit"),
    ("an ignored signal", DEAF, {"wall_seconds": 0.4}, "wall_limit"),
    ("a slow end", "import atexit, time\natexit.register(time.sleep, 60)", {"wall_seconds": 0.4}, "wall_limit"),
    ("processor time", SPIN, {"cpu_seconds": 0.2}, "cpu_limit"),
    ("processor time of children", FORKS, {"cpu_seconds": 0.3}, "cpu_limit"),
    ("one large object", "x = bytearray(10 ** 12)", {"memory_mb": 64}, "memory_limit"),
    ("many objects", "x = []\nwhile True: x.append('a' * 1000)", {"memory_mb": 64}, "memory_limit"),
    ("a large number", "x = 1 << (1 << 40)", {"memory_mb": 64}, "memory_limit"),
    ("files in the scratch space", FILL.format("x"), ROOMY, "memory_limit"),
    ("shared memory", FILL.format("/dev/shm/x"), ROOMY, "memory_limit"),
    ("stdout", "while True: print('x' * 1000)", {"output_kb": 100}, "output_limit"),
    ("stderr", "import sys\nwhile True: sys.stderr.write('x' * 1000)", {"output_kb": 100}, "output_limit"),
    (
        "output at once, then the end",
        "import os\nos.write(1, b'x' * 40000)\nos._exit(0)",
        {"output_kb": 20},
        "output_limit",
    ),
    (
        "output by a child",
        "import os\nos.fork()\nwhile True: os.write(1, b'x' * 4096)",
        {"output_kb": 100},
        "output_limit",
    ),
]


@pytest.mark.parametrize(("source", "limits", "status"), [row[1:] for row in OVER], ids=[row[0] for row in OVER])
def test_a_program_over_its_limit_is_stopped(
    sandbox: LocalSandbox, run: Run, source: str, limits: dict[str, float], status: str
) -> None:
    if source == FORKS and not any("cgroup v" in wall or "account" in wall for wall in sandbox.isolation.walls):
        pytest.skip("without a control group only the program's first process is measured")
    begin = time.monotonic()
    outcome = run(source, **limits)
    assert time.monotonic() - begin < limits.get("wall_seconds", 5) + 1
    without_account = status == "memory_limit" and sandbox.isolation.level != "strong"
    assert outcome.status == status or (without_account and _died_of_memory_without_account(outcome))
    assert len(outcome.stdout) <= limits.get("output_kb", 1024) * 1024
    assert run("print(1)").stdout == b"1\n"


_REFUSALS = (b"No space left", b"Permission denied", b"File too large")


def _died_of_memory_without_account(outcome: Outcome) -> bool:
    """Without a control group the size of the scratch space is its limit; without a mount, there is no /dev/shm."""
    if outcome.status == "scratch_limit":
        return True  # the account was looked at before the file's own limit was reached
    return outcome.exit_code == 1 and any(said in outcome.stderr for said in _REFUSALS)


WITHIN = [
    ("some output", "print('x' * 90_000)", {"output_kb": 100}),
    ("exactly all output", "import sys\nsys.stdout.write('x' * 102400)", {"output_kb": 100}),
    ("some memory", "x = bytearray(40 * 2 ** 20)", {"memory_mb": 64}),
    ("memory again and again", "for _ in range(50): x = bytearray(20 * 2 ** 20)", {"memory_mb": 64}),
    ("some sleep", "import time\ntime.sleep(0.2)", {"wall_seconds": 2, "cpu_seconds": 0.15}),
    ("threads", "import threading\n[threading.Thread(target=print).start() for _ in range(5)]", {"processes": 8}),
    (
        "a thread with a large stack",
        "import threading\nthreading.stack_size(2 ** 27)\nthreading.Thread(target=print).start()",
        {"memory_mb": 256},
    ),
    ("files", "open('x', 'wb').write(b'x' * 10 ** 6)", {"scratch_mb": 2}),
    ("a caught MemoryError", "try: x = bytearray(10 ** 12)\nexcept MemoryError: print('caught')", {"memory_mb": 64}),
]


@pytest.mark.parametrize(("source", "limits"), [row[1:] for row in WITHIN], ids=[row[0] for row in WITHIN])
def test_a_program_within_its_limit_is_left_alone(run: Run, source: str, limits: dict[str, float]) -> None:
    outcome = run(source, **limits)
    assert (outcome.status, outcome.exit_code) == ("exited", 0), outcome


def test_processes_are_counted(run: Run) -> None:
    source = """
import os, time
made = 0
try:
    while True:
        if os.fork() == 0: time.sleep(60)
        made += 1
except OSError: print(made, flush=True)
os._exit(0)
"""
    assert int(run(source, processes=10).stdout) == 9


def test_files_and_their_number_are_limited_and_the_space_is_gone_afterwards(run: Run) -> None:
    fill = "f = open('x', 'wb')\ntry:\n  while True: f.write(b'x' * 65536)\nexcept OSError as e: print(e.strerror)"
    assert b"too large" in run(fill, scratch_mb=2).stdout or b"No space" in run(fill, scratch_mb=2).stdout
    many = "n = 0\ntry:\n  while True: open(f'f{n}', 'w').close(); n += 1\nexcept OSError as e: print(n < 1000)"
    outcome = run(many, scratch_mb=2)
    assert outcome.stdout == b"True\n" or outcome.status == "scratch_limit"
    assert run("import os\nprint(os.listdir('.'))").stdout == b"['main.py']\n"


def test_a_compiler_bomb_ends_as_the_programs_fault(run: Run) -> None:
    outcome = run("(" * 100 + "1" + ")" * 100 + "\n" + "x = " + "-" * 1_000_000 + "1", memory_mb=128)
    assert outcome.status in ("memory_limit", "signalled", "exited")
    assert outcome.exit_code != 0


@pytest.mark.parametrize("name", ["wall_seconds", "cpu_seconds", "memory_mb", "output_kb", "processes", "scratch_mb"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_a_limit_that_is_none_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        Limits(**{name: value})  # type: ignore[arg-type]  # that is the test
