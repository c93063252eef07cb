"""The peers: an environment of their own, made once from `peers.txt`, and a process for each that grades in it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sandboxes.local import USUAL_MODULES

_HERE = Path(__file__).parent
CACHE = Path(tempfile.gettempdir()) / "truegrade-code-peers"


class Worker:
    """A process that takes lines of JSON and answers each with `{"seconds", "cpu", "correct"}`."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def grade(self, batch: list[dict[str, Any]]) -> tuple[float, float, list[bool]]:
        """Seconds, processor seconds and verdicts for a batch."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(batch) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return answer["seconds"], answer["cpu"], answer["correct"]

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def peer(python: Path, name: str) -> Worker:
    """A peer by its name in `peer_worker`."""
    return Worker([str(python), "-W", "ignore", str(_HERE / "peer_worker.py"), name])


def floor() -> Worker:
    """The bare warm fork, in the interpreter that the sandbox uses too."""
    python = str(getattr(sys, "_base_executable", None) or sys.executable)
    return Worker([python, "-S", str(_HERE / "floor_worker.py"), ",".join(USUAL_MODULES)])


def environment(cache: Path) -> Path:
    """The interpreter of the peers' environment, made from `peers.txt` where it is not there yet.

    Without dependencies: evalplus and lighteval name whole stacks of clients and models that grading does not import.
    """
    pinned = _HERE / "peers.txt"
    python, stamp = cache / "bin" / "python", cache / "made-from.txt"
    if not stamp.exists() or stamp.read_text() != pinned.read_text():
        print(f"making the peers' environment in {cache}", flush=True)
        venv.create(cache, with_pip=True, clear=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "--no-deps", "-r", str(pinned)], check=True)
        stamp.write_text(pinned.read_text())
    return python
