"""A run that is broken off keeps what it has, and goes on to the same file as an undisturbed run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from .conftest import PLUGIN, Write, problem, sample

SAMPLES = [sample(f"sleep:0.00{n % 9 + 1}{n}" if n % 3 == 0 else str(n % 7)) for n in range(3000)]


def verify(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "verifiers", "grade", "--workers", "2", *words]
    env = {**os.environ, "PYTHONPATH": str(PLUGIN)}
    return subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)


def wait_for_grades(run: subprocess.Popen[str], out: Path) -> None:
    deadline = time.monotonic() + 60
    while not (out.exists() and out.stat().st_size > 0):
        assert run.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(("deed", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_run_that_is_broken_off_can_be_resumed(write: Write, tmp_path: Path, deed: signal.Signals, code: int) -> None:
    problems, samples = write("p.jsonl", [problem()]), write("s.jsonl", SAMPLES)
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
    words = ["--problems", str(problems), "--samples", str(samples), "--out"]
    undisturbed = verify(*words, str(whole))
    assert undisturbed.communicate(timeout=120) is not None
    assert undisturbed.returncode == 0

    run = verify(*words, str(broken))
    wait_for_grades(run, broken)
    workers = psutil.Process(run.pid).children(recursive=True)
    os.kill(run.pid, deed)
    said = run.communicate(timeout=60)[1]
    assert run.returncode == code
    assert psutil.wait_procs(workers, timeout=10)[1] == []
    assert 0 < broken.stat().st_size < whole.stat().st_size
    if deed == signal.SIGINT:
        assert "--resume goes on from there" in said.replace("\n", " ")

    resumed = verify(*words, str(broken), "--resume")
    resumed.communicate(timeout=120)
    assert resumed.returncode == 0
    assert broken.read_bytes() == whole.read_bytes()
