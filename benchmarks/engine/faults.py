"""What a run survives: workers killed at random, the main process killed, the disk full; the grades stay the same.

    python -m benchmarks.engine.faults [--grades 1000000] [--kills 200] [--main-kills 3] [--seed 0] [--quick]

A study is generated and graded undisturbed; then again while `--kills` of the run's processes are killed with SIGKILL,
at random times, about `--pause` seconds apart; then again while the main process is killed and resumed, at random
places; then into a file system that is too small for the grades (Linux, root: a small tmpfs), and resumed once there is
room. Each must end with the same bytes. Before and after, the processes below this one, its descriptors and /dev/shm
are counted.
"""

from __future__ import annotations

import argparse
import contextlib
import filecmp
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from benchmarks.engine.made import write_study

_SAMPLES = 1000  # a problem
_LENGTH = 150  # short responses: the faults are what is measured, not the reading
_MB = 1 << 20


class Run:
    """One `verify grade` in a process of its own."""

    def __init__(self, problems: Path, samples: Path, out: Path, *more: str) -> None:
        words = ["grade", "--problems", str(problems), "--samples", str(samples), "--out", str(out), "--quiet", *more]
        self.process = subprocess.Popen([sys.executable, "-m", "verifiers", *words], stderr=subprocess.PIPE, text=True)

    def finish(self) -> tuple[int, str]:
        """Exit code, and what was said on standard error."""
        said = self.process.communicate()[1]
        return self.process.returncode, said

    def children(self) -> list[psutil.Process]:
        """The processes below it that run now."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []


def kill_children(run: Run, kills: int, pause: float, rng: random.Random) -> int:
    """Kill random children of a run until it ends or `kills` are done; returns how many were killed."""
    done = 0
    while run.process.poll() is None and done < kills:
        time.sleep(pause * (0.5 + rng.random()))
        children = run.children()
        if children:
            with contextlib.suppress(psutil.NoSuchProcess):
                rng.choice(children).kill()
                done += 1
    return done


def kill_main(problems: Path, samples: Path, out: Path, kills: int, whole: int, rng: random.Random) -> list[int]:
    """Kill the main process `kills` times, each time when the grades have grown to a random size; returns the sizes."""
    sizes = []
    for number in range(kills):
        at = int(whole * (number + rng.random()) / kills)
        run = Run(problems, samples, out, *(["--resume"] if number else []))
        while run.process.poll() is None and (not out.exists() or out.stat().st_size < at):
            time.sleep(0.005)
        children = run.children()
        run.process.send_signal(signal.SIGKILL)
        run.finish()
        psutil.wait_procs(children, timeout=10)
        sizes.append(out.stat().st_size)
    return sizes


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of that size."""
    place = folder / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def disk_full(problems: Path, samples: Path, whole: Path, folder: Path) -> dict[str, Any]:
    """Grade into too small a disk; make room; resume."""
    with small_disk(folder, max(1, whole.stat().st_size // _MB // 2)) as place:
        out = place / "grades.jsonl"
        code, said = Run(problems, samples, out).finish()
        content = out.read_bytes()
        torn = not content.endswith(b"\n")
        subprocess.run(["mount", "-o", f"remount,size={whole.stat().st_size // _MB * 2 + 8}m", str(place)], check=True)
        resumed, _ = Run(problems, samples, out, "--resume").finish()
        same = filecmp.cmp(out, whole, shallow=False)
    return {"exit code": code, "said": said.strip()[:200], "torn": torn, "resumed": resumed, "same": same}


def standing() -> dict[str, int]:
    """What a run must not leave behind: processes of verify, descriptors of this process, files in /dev/shm."""
    shm = Path("/dev/shm")
    return {
        "processes": len(psutil.Process().children(recursive=True)),
        "descriptors": psutil.Process().num_fds(),
        "shm": len(list(shm.iterdir())) if shm.is_dir() else 0,
    }


def main() -> None:
    """Run everything, print what came of it, exit with 1 where anything differed."""
    parser = argparse.ArgumentParser(description="Faults during a run, and whether its grades stay the same.")
    parser.add_argument("--grades", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--main-kills", type=int, default=3)
    parser.add_argument("--pause", type=float, default=0.15, help="seconds between two kills, about")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="40 000 grades, 10 kills")
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    if options.quick:
        options.grades, options.kills = 40_000, 10
    rng = random.Random(options.seed)
    before = standing()
    figures: dict[str, Any] = {"grades": options.grades}
    with tempfile.TemporaryDirectory(prefix="truegrade-faults-") as name:
        folder = Path(name)
        problems, samples = write_study(folder, options.grades // _SAMPLES, _SAMPLES, _LENGTH, options.seed)
        whole, killed, resumed = folder / "whole.jsonl", folder / "killed.jsonl", folder / "resumed.jsonl"
        begun = time.monotonic()
        assert Run(problems, samples, whole).finish()[0] == 0
        figures["undisturbed seconds"] = round(time.monotonic() - begun, 1)

        summary = folder / "summary.json"
        run = Run(problems, samples, killed, "--summary", str(summary))
        counted: list[int] = []
        killer = threading.Thread(target=lambda: counted.append(kill_children(run, options.kills, options.pause, rng)))
        killer.start()
        code, said = run.finish()
        killer.join()
        figures["children killed"] = {
            "kills": counted[0],
            "replaced": json.loads(summary.read_text())["workers_replaced"] if summary.exists() else None,
            "exit code": code,
            "said": said[:200],
            "same": filecmp.cmp(killed, whole, shallow=False),
        }
        print(json.dumps(figures), flush=True)

        sizes = kill_main(problems, samples, resumed, options.main_kills, whole.stat().st_size, rng)
        code, said = Run(problems, samples, resumed, "--resume").finish()
        same = filecmp.cmp(resumed, whole, shallow=False)
        figures["main killed"] = {"at bytes": sizes, "exit code": code, "said": said[:200], "same": same}
        if sys.platform == "linux" and os.getuid() == 0:
            figures["disk full"] = disk_full(problems, samples, whole, folder)
    figures["before"], figures["after"] = before, standing()
    print(json.dumps(figures, indent=1))
    if options.out is not None:
        options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    parts = [figures[name] for name in ("children killed", "main killed", "disk full") if name in figures]
    if before != figures["after"] or not all(part["same"] for part in parts):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
