"""Hostile programs against the grader, and beside it other graders.

    python -m benchmarks.attacks [--attacks DIR] [--level LEVEL] [--only TEXT] [--quick] [--peers] [--out FILE]

Prints a Markdown table: a row for each program and suite, with what should not have happened. Exit code 1 where
anything did. Programs only ever run behind the grader's own walls; `--peers` runs the other graders inside them too.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.attacks.corpus import OWN, Attack, read_attacks
from benchmarks.attacks.run import LEVELS, Result, Trial
from sandboxes.guest import syscalls

_QUICK_EVERY = 6


def row(result: Result) -> str:
    """A line of the table."""
    fault = "; ".join(result.faults) or "-"
    return f"| {result.attack} | {result.suite} | {result.verdict} | {result.seconds:.2f} | {fault} |"


def try_ours(attacks: list[Attack], level: str, wall_seconds: float) -> list[Result]:
    """Our grader against all of them, printed as they come."""
    print("| program | suite | verdict | s | what should not have happened |\n|---|---|---|---|---|", flush=True)
    results = []
    with Trial(level, wall_seconds) as trial:
        for result in trial.run(attacks):
            results.append(result)
            print(row(result), flush=True)
    return results


def summary(results: list[Result]) -> dict[str, Any]:
    """Counts over all rows."""
    return {
        "programs": len({result.attack for result in results}),
        "runs": len(results),
        "faults": sum(bool(result.faults) for result in results),
        "accepted": sum(result.verdict == "correct" and "correct" not in result.sound for result in results),
        "errors": sum(result.verdict == "error" for result in results),
        "slowest": max((result.seconds for result in results), default=0.0),
        "verdicts": dict(Counter(result.verdict for result in results)),
    }


def _leave_the_machines_mounts() -> None:
    """What others mount meanwhile is not to be seen here; what a program might mount in this process' view still is."""
    if os.getuid() == 0:
        syscalls.unshare(syscalls.CLONE_NEWNS)
        syscalls.mount(b"none", b"/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)


def main() -> int:
    """Run, print, write."""
    parser = argparse.ArgumentParser(description="Hostile programs against the grader.")
    parser.add_argument("--attacks", type=Path, default=OWN, help="a folder of programs (default: our own)")
    parser.add_argument("--level", choices=LEVELS, default="strong")
    parser.add_argument("--only", default="", help="programs whose name contains this text")
    parser.add_argument("--wall", type=float, default=1.0, help="wall limit of a program, in seconds")
    parser.add_argument("--quick", action="store_true", help=f"every {_QUICK_EVERY}th program")
    parser.add_argument("--peers", action="store_true", help="other graders too (made once, by pip)")
    parser.add_argument("--out", type=Path, help="write all results as JSON")
    arguments = parser.parse_args()
    attacks = [attack for attack in read_attacks(arguments.attacks) if arguments.only in attack.name]
    attacks = attacks[:: _QUICK_EVERY if arguments.quick else 1]
    if not attacks:
        parser.error(f"no programs in {arguments.attacks}")
    _leave_the_machines_mounts()
    began = time.monotonic()
    results = try_ours(attacks, arguments.level, arguments.wall)
    found: dict[str, Any] = {"level": arguments.level, **summary(results)}
    found["rows"] = [dataclasses.asdict(result) for result in results]
    print(f"\n{json.dumps({name: value for name, value in found.items() if name != 'rows'})}")
    if arguments.peers:
        from benchmarks.attacks.peers import try_peers

        found["peers"] = try_peers(attacks, results)
    found["seconds"] = round(time.monotonic() - began, 1)
    if arguments.out:
        arguments.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return 1 if found["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
