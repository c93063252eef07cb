"""The hostile programs, and the task that they pretend to answer.

A program is a file whose first lines are its header: `# attack:` its name, `# kind:` the suite that it is meant for
(`function`, `assert`, `pytest`, `stdio`), `# attempts:` what it tries, `# sound verdict:` the verdicts that are right
(`|` between them), `# host must:` what must remain true; `# runs: 2` where what it leaves behind would only help
its next run. The task is the sum of the squares of a list; of `stdio`, a line `done` follows the sum, unless the
program's text never mentions it: then the sum alone is asked for.

Nothing here runs a program. **Never run one outside a sandbox.**
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verifiers.errors import InputError
from verifiers.problem import CodeProblem

OWN = Path(__file__).parent / "programs"
LISTS = [[1, 2, 3], [], [-5], [2, 2], [7], [1, -1, 4], [10, 20], [3, 3, 3, 3], [0, 9], [100], [6, 5, 4]]
LIMITS = {"wall_seconds": 1.0, "memory_mb": 256}

HONEST = "def solve(xs):\n    return sum(x * x for x in xs)\n"
HONEST_STDIO = "import sys\nd = sys.stdin.read().split()\nprint(sum(int(x) ** 2 for x in d[1:]))\nprint('done')\n"

# the words of the headers that are not verdicts, and the verdicts that they mean
_WORDS = {
    "accepted": "correct",
    "time_limit": "timeout",
    "security": "violation",
    "partial": "runtime_error",
}
_HEADER = re.compile(r"^# ([\w ]+): (.*)$", re.MULTILINE)
# the kinds of suite that a program of each kind is put to
_SUITES = {
    "function": ("calls", "asserts", "searching asserts", "pytest"),
    "assert": ("asserts", "searching asserts", "pytest"),
    "pytest": ("asserts", "pytest"),
    "stdio": ("stdio",),
}

# what an honest value passes at once, and what makes a clumsy grader choke on a hostile one
_SEARCHING = """
import re
def check(candidate):
    for xs in LISTS:
        value = candidate(list(xs))
        assert re.fullmatch(r"-?(\\d+ ?)+", f"{value!s}") and repr(value) == str(value)
        assert isinstance(value, int) and hash(value) == value % (2**61 - 1)
        assert sorted([value, 0]) == [0, value] and value in {sum(x * x for x in xs)}
        assert abs(value - sum(x * x for x in xs)) < 1e-6 and {value: 1} == {sum(x * x for x in xs): 1}
"""

_PYTEST = f"""
import pytest
from solution import solve


@pytest.mark.parametrize("xs", {LISTS})
def test_squares(xs):
    assert solve(xs) == sum(x * x for x in xs)


def test_a_value_is_a_plain_number():
    value = solve([3, 4])
    assert isinstance(value, int) and str(value) == "25" and value + 1 == 26
"""


@dataclass(frozen=True)
class Attack:
    """One hostile program. `sound`: the verdicts that are right; `runs`: how often it is to run on end."""

    name: str
    kind: str
    sound: frozenset[str]
    source: str
    attempts: str = ""
    host_must: str = ""
    runs: int = 1

    @property
    def suites(self) -> tuple[str, ...]:
        """The kinds of suite that it is put to."""
        if self.kind == "stdio" and "done" not in self.source:
            return ("stdio, one line",)
        return _SUITES[self.kind]

    @property
    def response(self) -> str:
        """The program as a model would give it."""
        return f"```python\n{self.source}\n```"


def read_attacks(folder: Path = OWN) -> list[Attack]:
    """The programs of a folder by name, none where there is no folder; raises `InputError` for a bad header."""
    return [_read(path) for path in sorted(folder.glob("*.py"))]


def _read(path: Path) -> Attack:
    source = path.read_text("utf-8")
    header = dict(_HEADER.findall(source))
    missing = [name for name in ("attack", "kind", "sound verdict") if name not in header]
    if missing:
        raise InputError(f"{path}: the header lacks a line '# {missing[0]}: …'")
    if header["kind"] not in _SUITES:
        raise InputError(f"{path}: the kind is one of {', '.join(_SUITES)}, not {header['kind']!r}")
    sound = frozenset(_WORDS.get(word.strip(), word.strip()) for word in header["sound verdict"].split("|"))
    runs = int(header.get("runs", "1"))
    return Attack(
        path.stem, header["kind"], sound, source, header.get("attempts", ""), header.get("host must", ""), runs
    )


def squares(xs: list[int]) -> int:
    """What is right."""
    return sum(x * x for x in xs)


def stdio_cases(suite: str) -> list[dict[str, str]]:
    """Input and output of each case."""
    end = "done\n" if suite == "stdio" else ""
    return [{"stdin": f"{len(xs)}\n{' '.join(map(str, xs))}\n", "stdout": f"{squares(xs)}\n{end}"} for xs in LISTS]


def check_code() -> str:
    """Test code in HumanEval's manner."""
    lines = [f"    assert candidate({xs}) == {squares(xs)}" for xs in LISTS]
    return "\n".join(["def check(candidate):", *lines, ""])


def _tests(suite: str) -> dict[str, Any]:
    if suite.startswith("stdio"):
        return {"type": "stdio", "cases": stdio_cases(suite)}
    if suite == "calls":
        cases = [{"args": [xs], "returns": squares(xs)} for xs in LISTS]
        return {"type": "calls", "entry_point": "solve", "cases": cases}
    if suite == "pytest":
        return {"type": "pytest", "files": {"test_solve.py": _PYTEST}}
    code = f"LISTS = {LISTS}\n{_SEARCHING}" if suite == "searching asserts" else check_code()
    return {"type": "asserts", "entry_point": "solve", "code": code}


def problem(suite: str, **limits: float) -> CodeProblem:
    """The task as a suite of this kind, under `LIMITS` but for those given."""
    record = {"id": suite, "kind": "code", "tests": _tests(suite), "limits": {**LIMITS, **limits}}
    return CodeProblem.model_validate(record)


def honest(suite: str) -> str:
    """A response to that problem which is right."""
    if not suite.startswith("stdio"):
        return HONEST
    return HONEST_STDIO if suite == "stdio" else HONEST_STDIO.replace("print('done')\n", "")
