"""The script `run`: what it says on a machine that lacks something."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("sh", "cat", "cksum", "dirname", "sed")


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A PATH with nothing but the few standard tools that the script uses."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (folder / tool).symlink_to(found)
    return folder


def run(path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(path), "VENV": str(path.parent / "venv")}
    return subprocess.run([str(ROOT / "run"), *words], env=env, capture_output=True, text=True, check=False)


def fake_python(path: Path, body: str) -> None:
    script = path / "python3"
    script.write_text(f"#!{shutil.which('sh')}\n{body}\n")
    script.chmod(0o755)


def test_without_python_the_remedy_is_named(bare_path: Path) -> None:
    shown = run(bare_path, "demo")
    assert shown.returncode == 2
    assert "no python3 >= 3.11 found" in shown.stderr
    assert "apt-get install python3" in shown.stderr


def test_an_old_python_is_not_taken(bare_path: Path) -> None:
    fake_python(bare_path, "exit 1")
    assert "no python3 >= 3.11 found" in run(bare_path, "test").stderr


def test_a_missing_venv_is_named_with_the_remedy(bare_path: Path) -> None:
    fake_python(bare_path, 'case "$2" in *ensurepip*) exit 1;; esac')
    shown = run(bare_path, "demo")
    assert shown.returncode == 2
    assert "apt-get install python3-venv" in shown.stderr


def test_without_a_command_the_commands_are_listed(bare_path: Path) -> None:
    shown = run(bare_path)
    assert shown.returncode == 0
    for command in ("demo", "test", "verify", "docs", "package", "test-integrations"):
        assert f"./run {command}" in shown.stdout
    assert run(bare_path, "dance").returncode == 2


def test_the_script_is_plain_sh() -> None:
    assert (ROOT / "run").read_text().startswith("#!/bin/sh\n")
    subprocess.run(["sh", "-n", ROOT / "run"], check=True, env={"PATH": os.environ["PATH"]})
