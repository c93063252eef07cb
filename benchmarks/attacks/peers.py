"""Other graders beside ours: what each says of the hostile programs.

The peers live in an environment of their own, made once from `peers.txt` (without their dependencies, of which
grading needs few), and each question runs as one job of our own sandbox: most of these graders run the program in
a fork of themselves, so that nothing else would hold it. A grader that does not answer within `WALL_SECONDS` hangs;
one that raises, or dies without an answer, has crashed.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import tempfile
import venv
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.attacks.corpus import HONEST, LISTS, Attack, check_code, honest, squares, stdio_cases
from benchmarks.attacks.peer_worker import GRADERS
from benchmarks.attacks.run import Result
from sandboxes import Job, Limits
from sandboxes.local import LocalSandbox

WALL_SECONDS = 20.0
_HERE = Path(__file__).parent
_CACHE = Path(tempfile.gettempdir()) / "truegrade-attack-peers"
_LIMITS = Limits(wall_seconds=WALL_SECONDS, memory_mb=1024, processes=80, output_kb=256, scratch_mb=128)
_STDIO = ("livecodebench", "prime_code")  # those that know programs which read and print


class Peers:
    """The peers, each asked in a sandbox."""

    def __init__(self) -> None:
        self._sandbox = LocalSandbox(site=(str(_environment()),))
        self._worker = (_HERE / "peer_worker.py").read_text("utf-8")

    def __enter__(self) -> Peers:
        return self

    def __exit__(self, *_: object) -> None:
        self._sandbox.close()

    def ask(self, peer: str, program: str, suite: str) -> str:
        """`accepted`, `rejected`, `hang` or `crash`, the last with what is known of it."""
        word = secrets.token_hex(8)
        task = {
            "word": word,
            "peer": peer,
            "program": program,
            "suite": "stdio" if suite.startswith("stdio") else "function",
            "check": check_code(),
            "lists": LISTS,
            "sums": [squares(xs) for xs in LISTS],
            "cases": stdio_cases(suite),
        }
        outcome = self._sandbox.run(Job(self._worker, stdin=json.dumps(task).encode() + b"\n", limits=_LIMITS))
        for line in outcome.stdout.split(b"\n"):
            if line.startswith(word.encode() + b" "):
                return line[len(word) + 1 :].decode("utf-8", "replace")
        return "hang" if outcome.status in ("wall_limit", "lost") else f"crash {outcome.status}"


def _environment() -> Path:
    """The packages' folder, made from `peers.txt` where it is not there yet."""
    pinned = _HERE / "peers.txt"
    stamp = _CACHE / "made-from.txt"
    if not stamp.exists() or stamp.read_text() != pinned.read_text():
        print(f"making the peers' environment in {_CACHE}", flush=True)
        venv.create(_CACHE, with_pip=True, clear=True)
        command = [str(_CACHE / "bin" / "python"), "-m", "pip", "install", "-q", "-q", "--no-deps", "-r", str(pinned)]
        subprocess.run(command, check=True)
        stamp.write_text(pinned.read_text())
    return next((_CACHE / "lib").glob("python3*")) / "site-packages"


def try_peers(attacks: list[Attack], ours: list[Result]) -> dict[str, Any]:
    """Every peer that knows the kind of suite against every program; prints a table, ours first."""
    wrong = {result.attack for result in ours if result.verdict == "correct" and "correct" not in result.sound}
    failed = {result.attack for result in ours if result.verdict == "error"}
    found: dict[str, dict[str, str]] = {peer: {} for peer in GRADERS}
    print("\n| program | ours | " + " | ".join(GRADERS) + " |\n" + "|---" * (len(GRADERS) + 2) + "|", flush=True)
    with Peers() as peers:
        for peer in GRADERS:
            _accepts_what_is_right(peers, peer)
        for attack in attacks:
            suite = attack.suites[0]
            mine = "accepted" if attack.name in wrong else "crash" if attack.name in failed else "rejected"
            cells = [mine]
            for peer in GRADERS:
                said = "-"
                if not suite.startswith("stdio") or peer in _STDIO:
                    said = peers.ask(peer, attack.source, suite)
                    if "correct" in attack.sound and said == "accepted":
                        said = "rightly accepted"
                    found[peer][attack.name] = said
                cells.append(said.split(" ")[0] if said.startswith("crash") else said)
            print(f"| {attack.name} | " + " | ".join(cells) + " |", flush=True)
    return _counted(found)


def _accepts_what_is_right(peers: Peers, peer: str) -> None:
    """A peer that rejects the right program has not been set up as its makers meant."""
    said = peers.ask(peer, HONEST, "function")
    if said == "accepted" and peer in _STDIO:
        said = peers.ask(peer, honest("stdio"), "stdio")
    if said != "accepted":
        raise SystemExit(f"{peer} says of the right program: {said}")


def _counted(found: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Counts a peer, printed as a table."""
    counts = {peer: Counter(said.split(" ")[0] for said in rows.values()) for peer, rows in found.items()}
    print("\n| grader | programs | accepted | hang | crash |\n|---|---|---|---|---|")
    for peer, count in counts.items():
        figures = (sum(count.values()), count["accepted"], count["hang"], count["crash"])
        print(f"| {peer} | " + " | ".join(map(str, figures)) + " |", flush=True)
    return {peer: {"counts": dict(counts[peer]), "rows": rows} for peer, rows in found.items()}
