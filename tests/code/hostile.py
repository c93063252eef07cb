"""The hostile programs that stand beside the checkout, and the task that they pretend to answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verifiers.problem import CodeProblem

FOLDER = Path(__file__).parents[2].parent / "shared" / "attacks"
LISTS = [[1, 2, 3], [], [-5], [2, 2], [7], [1, -1, 4], [10, 20], [3, 3, 3, 3], [0, 9], [100], [6, 5, 4]]
LIMITS = {"wall_seconds": 1.0, "memory_mb": 256}

HONEST = "def solve(xs):\n    return sum(x * x for x in xs)\n"
HONEST_STDIO = "import sys\nd = sys.stdin.read().split()\nprint(sum(int(x) ** 2 for x in d[1:]))\nprint('done')\n"

# These print the sum alone, and say that it is the right answer.
_ONE_LINE = ("43_", "45_")

# the words of the headers, and the verdicts that they mean
_WORDS = {
    "accepted": "correct",
    "time_limit": "timeout",
    "security": "violation",
    "partial": "runtime_error",
}


@dataclass(frozen=True)
class Attack:
    """One hostile program. `sound`: the verdicts that are right; `kind`: the suite that it is meant for."""

    name: str
    kind: str
    sound: frozenset[str]
    source: str


def attacks() -> list[Attack]:
    """All of them; none where the folder is absent."""
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        source = path.read_text()
        header = dict(re.findall(r"^# ([\w ]+): (.*)$", source, re.MULTILINE))
        sound = frozenset(_WORDS.get(word, word) for word in header["sound verdict"].split("|"))
        kind = "stdio, one line" if path.stem.startswith(_ONE_LINE) else header["kind"]
        found.append(Attack(path.stem, kind, sound, source))
    return found


def _squares(xs: list[int]) -> int:
    return sum(x * x for x in xs)


def _tests(kind: str) -> dict[str, Any]:
    if kind.startswith("stdio"):
        end = "done\n" if kind == "stdio" else ""
        cases = [
            {"stdin": f"{len(xs)}\n{' '.join(map(str, xs))}\n", "stdout": f"{_squares(xs)}\n{end}"} for xs in LISTS
        ]
        return {"type": "stdio", "cases": cases}
    if kind == "calls":
        cases = [{"args": [xs], "returns": _squares(xs)} for xs in LISTS]
        return {"type": "calls", "entry_point": "solve", "cases": cases}
    lines = [f"    assert candidate({xs}) == {_squares(xs)}" for xs in LISTS]
    return {"type": "asserts", "entry_point": "solve", "code": "\n".join(["def check(candidate):", *lines])}


def problem(kind: str) -> CodeProblem:
    """The task as a suite of this kind: the sum of the squares of a list."""
    record = {"id": kind, "kind": "code", "tests": _tests(kind), "limits": LIMITS}
    return CodeProblem.model_validate(record)


def honest(kind: str) -> str:
    """A response to that problem which is right."""
    if not kind.startswith("stdio"):
        return HONEST
    return HONEST_STDIO if kind == "stdio" else HONEST_STDIO.replace("print('done')\n", "")


def runs() -> list[tuple[Attack, str]]:
    """Each hostile program with each kind of suite that it can be put to."""
    return [
        (attack, kind)
        for attack in attacks()
        for kind in ((attack.kind,) if attack.kind.startswith("stdio") else ("calls", "asserts"))
    ]
