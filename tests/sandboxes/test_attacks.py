"""Hostile programs kept beside the checkout, run as plain programs that then call their own function."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sandboxes import Job, Limits
from sandboxes.local import LocalSandbox
from tests.sandboxes.test_lifetime import traces

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "attacks"
PROGRAMS = sorted(FOLDER.glob("*.py"))
LIMITS = Limits(wall_seconds=2, memory_mb=256)
CALLS = """
if "solve" in globals():
    for _values in ([1, 2, 3], [], [-5], [4]):
        try: print(solve(_values))
        except Exception as _error: print(_error)
"""
HONEST = Job("print(sum(int(x) ** 2 for x in input().split()))", stdin=b"1 2 3")


@pytest.mark.skipif(not PROGRAMS, reason="no hostile programs beside this checkout")
@pytest.mark.parametrize("path", PROGRAMS, ids=[path.stem for path in PROGRAMS])
def test_a_hostile_program_changes_nothing(sandbox: LocalSandbox, path: Path) -> None:
    sandbox.run(HONEST)
    before = traces()
    begin = time.monotonic()
    outcome = sandbox.run(Job(path.read_text() + CALLS, stdin=b"3\n1 2 3\n", limits=LIMITS))
    assert time.monotonic() - begin < LIMITS.wall_seconds + 1
    assert outcome.status != "lost", outcome
    assert traces() == before
    assert sandbox.run(HONEST).stdout == b"14\n"
    assert not [path for folder in ("/", "/tmp", "/var/tmp", "/dev/shm", ".") for path in Path(folder).glob("rv_*")]
