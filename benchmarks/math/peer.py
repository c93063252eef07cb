"""Math-Verify beside us: an environment of its own, made once from `peers.txt`, and a process that grades in it."""

from __future__ import annotations

import json
import subprocess
import tempfile
import venv
from pathlib import Path

_HERE = Path(__file__).parent
CACHE = Path(tempfile.gettempdir()) / "truegrade-peers"

Row = tuple[str, str]  # reference, response


class Peer:
    """Math-Verify in its own environment and process."""

    def __init__(self, python: Path) -> None:
        worker = [str(python), "-W", "ignore", str(_HERE / "peer_worker.py")]
        self._process = subprocess.Popen(worker, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def grade(self, batch: list[Row]) -> tuple[float, list[bool]]:
        """Seconds and verdicts of the peer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(batch) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return answer["seconds"], answer["correct"]

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def environment(cache: Path) -> Path:
    """The interpreter of the peer's environment, made from `peers.txt` where it is not there yet."""
    pinned = _HERE / "peers.txt"
    python, stamp = cache / "bin" / "python", cache / "made-from.txt"
    if not stamp.exists() or stamp.read_text() != pinned.read_text():
        print(f"making the peer's environment in {cache}", flush=True)
        venv.create(cache, with_pip=True, clear=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "-r", str(pinned)], check=True)
        stamp.write_text(pinned.read_text())
    return python
