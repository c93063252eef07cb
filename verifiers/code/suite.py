"""What the suites of tests share: from what a program did to a judgement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

from sandboxes import Outcome
from verifiers.code.bench import Bench
from verifiers.code.program import Program
from verifiers.interface import Judgement
from verifiers.verdict import Verdict

_REASON_MOST = 400

# what the sandbox says of a program that did not answer: the verdict, and how to tell it
_DEEDS = {
    "exited": (Verdict.RUNTIME_ERROR, "the program ended"),
    "signalled": (Verdict.RUNTIME_ERROR, "the program was killed by a signal"),
    "wall_limit": (Verdict.TIMEOUT, "the time limit was reached"),
    "cpu_limit": (Verdict.TIMEOUT, "the processor time limit was reached"),
    "memory_limit": (Verdict.MEMORY_LIMIT, "the memory limit was reached"),
    "output_limit": (Verdict.OUTPUT_LIMIT, "the output limit was reached"),
    "scratch_limit": (Verdict.RUNTIME_ERROR, "the working directory was full"),
    "violation": (Verdict.VIOLATION, "the program made a forbidden system call"),
}
_ADDRESS = re.compile(r"\b0x[0-9a-f]{8,16}\b")  # of an object: another one in each run
_COMPILE_ERRORS = ("SyntaxError", "IndentationError", "TabError")


# what a process of tests found: the verdict
_FOUND = {
    "passed": Verdict.CORRECT,
    "failed": Verdict.INCORRECT,
    "raised": Verdict.RUNTIME_ERROR,
    "memory": Verdict.MEMORY_LIMIT,
    "syntax": Verdict.COMPILE_ERROR,
    "load": Verdict.RUNTIME_ERROR,
    "missing": Verdict.RUNTIME_ERROR,
}


class Suite(Protocol):
    """The tests of one problem, made ready."""

    def judge(self, bench: Bench, program: Program) -> Judgement:
        """Run `program` against the tests; raises `BenchLost` where a sandbox failed."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a program's tests. `reason` tells of the first failure."""

    verdict: Verdict
    passed: int
    total: int
    reason: str = ""


def judgement(finding: Finding, method: str, scoring: str, isolation: dict[str, Any]) -> Judgement:
    """The judgement that a finding amounts to; under `fraction` the score is the share of tests passed."""
    right = finding.verdict is Verdict.CORRECT
    partial = scoring == "fraction" and not right
    return Judgement(
        finding.verdict,
        method=method,
        reason=_one_line(finding.reason),
        score=finding.passed / finding.total if partial else None,
        tests={"passed": finding.passed, "total": finding.total},
        isolation=isolation,
    )


def _one_line(text: str) -> str:
    """`text` for a terminal and a file: what cannot be shown, of a program's making perhaps, is escaped."""
    line = _ADDRESS.sub("0x…", " ".join(text.split()))
    if not line.isprintable():
        line = "".join(character if character.isprintable() else ascii(character)[1:-1] for character in line)
    return line if len(line) <= _REASON_MOST else line[: _REASON_MOST - 1] + "…"


# what the sandbox says of a compiler that made no program
_COMPILERS_DEEDS = {
    "signalled": "the compiler was killed by a signal",
    "wall_limit": "the compiler reached its time limit",
    "cpu_limit": "the compiler reached its processor time limit",
    "memory_limit": "the compiler reached its memory limit",
    "output_limit": "the compiler reached its output limit",
    "violation": "the compiler made a forbidden system call",
}
_COMPILERS_LINES = 3


def deed(outcome: Outcome) -> tuple[Verdict, str]:
    """The verdict on a program that ended before it had answered, and how to tell it."""
    if outcome.stage == "build":
        return Verdict.COMPILE_ERROR, _COMPILERS_DEEDS.get(outcome.status, "") or _first_lines(outcome)
    verdict, told = _DEEDS[outcome.status]
    if outcome.status == "exited":
        last = complaint(outcome)
        if is_compile_error(outcome):
            return Verdict.COMPILE_ERROR, last
        return verdict, f"exit code {outcome.exit_code}" + (f": {last}" if last else "")
    if outcome.status == "signalled":
        return verdict, f"{told} ({outcome.signal})"
    return verdict, told


def _first_lines(outcome: Outcome) -> str:
    """The first lines that a compiler wrote: they name the first error."""
    text = (outcome.stderr.strip() or outcome.stdout.strip())[:4096].decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "; ".join(lines[:_COMPILERS_LINES]) or f"the compiler ended with exit code {outcome.exit_code}"


def finding_of(status: str, passed: int, total: int, reason: str, outcome: Outcome, *, ended: bool) -> Finding:
    """What a process of tests says of a program that did `outcome`; `ended`: by itself."""
    if status == "lost":
        verdict, done = deed(outcome)
        return Finding(verdict, passed, total, f"{reason}: {done}" if ended else reason)
    return Finding(_FOUND[status], passed, total, reason)


def without_word(examined: Outcome | None, outcome: Outcome, passed: int, total: int) -> Finding:
    """A process of tests ran out of memory (`examined`), or did not come to an end, with the program's values."""
    if examined is not None:
        return Finding(Verdict.MEMORY_LIMIT, passed, total, "the tests ran out of memory on the program's values")
    verdict, told = (
        deed(outcome) if outcome.status in ("wall_limit", "cpu_limit") else (Verdict.TIMEOUT, "the tests did not end")
    )
    return Finding(verdict, passed, total, told)


def complaint(outcome: Outcome) -> str:
    """The last line that the program wrote to its standard error: where Python names the exception."""
    lines = outcome.stderr[-4096:].decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:_REASON_MOST] if lines else ""


def is_compile_error(outcome: Outcome) -> bool:
    """Whether Python refused the program's text: it then tells of no traceback."""
    told = complaint(outcome).startswith(_COMPILE_ERRORS)
    return outcome.exit_code == 1 and told and b"Traceback (most recent call last)" not in outcome.stderr
