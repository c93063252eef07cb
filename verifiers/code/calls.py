"""Suites of calls: a function, its arguments, and what it must return.

The program's process gets the arguments of all cases at once and answers each in a frame on its standard
output (`guest.serve`). What it answers is a claim, compared here with the expected value, which never left.
"""

from __future__ import annotations

import io
import keyword
from typing import Any

from sandboxes import Job, Outcome
from verifiers.code.bench import Bench, job_limits
from verifiers.code.compare import same_value, told
from verifiers.code.guest import codec
from verifiers.code.program import Program
from verifiers.code.suite import Finding, deed, judgement
from verifiers.errors import ProblemError
from verifiers.interface import Judgement
from verifiers.problem import CallsTests, CodeLimits, CodeProblem
from verifiers.verdict import Verdict

_METHOD = "calls"
_SERVE = "from verifiers.code.guest.serve import main_calls\nmain_calls()\n"
_REPLIES_KB_LEAST = 4096


def check_entry_point(problem: CodeProblem, entry_point: str, parts_most: int) -> None:
    """Raise `ProblemError` unless `entry_point` is an identifier, or up to `parts_most` of them with dots between."""
    parts = entry_point.split(".")
    if len(parts) > parts_most or not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
        form = "an identifier" if parts_most == 1 else "a name 'f' or 'Class.f'"
        raise ProblemError(f"{entry_point!r} is not {form}", problem_id=problem.id, field="tests.entry_point")


class CallsSuite:
    """The cases of one problem."""

    def __init__(self, problem: CodeProblem, tests: CallsTests) -> None:
        check_entry_point(problem, tests.entry_point, 2)
        self._scoring = problem.scoring
        self._limits: CodeLimits = problem.limits
        self._tests = tests
        self._arguments = [
            _encoded(problem, number, (tuple(case.args), case.kwargs)) for number, case in enumerate(tests.cases)
        ]
        expected = sum(
            len(_encoded(problem, number, case.returns, "returns")) for number, case in enumerate(tests.cases)
        )
        self._replies_kb = max(problem.limits.output_kb, _REPLIES_KB_LEAST, 2 * expected // 1024)

    def judge(self, bench: Bench, program: Program) -> Judgement:
        """Run `program` once for all cases, and compare what it answered."""
        setup = (program.head, program.source, self._tests.entry_point, self._arguments)
        limits = job_limits(self._limits, output_kb=self._replies_kb)
        stdin = codec.encode(setup, most=codec.MESSAGE_MOST)
        outcome = bench.run(Job(_SERVE, stdin=stdin, limits=limits))
        return judgement(self._finding(outcome), _METHOD, self._scoring, bench.isolation())

    def _finding(self, outcome: Outcome) -> Finding:
        replies = _replies(outcome.stdout, len(self._tests.cases))
        passed = 0
        first: tuple[Verdict, str] | None = None
        for number in range(len(self._tests.cases)):
            failure = self._failure(number, replies[number]) if number < len(replies) else _unanswered(outcome)
            if failure is None:
                passed += 1
            elif first is None:
                first = (failure[0], f"test {number + 1}: {failure[1]}")
        verdict, reason = first or (Verdict.CORRECT, "")
        return Finding(verdict, passed, len(self._tests.cases), reason)

    def _failure(self, number: int, reply: Any) -> tuple[Verdict, str] | None:
        case = self._tests.cases[number]
        kind = reply[0] if type(reply) is tuple and reply else None
        if kind == "R" and len(reply) == 3:
            if same_value(case.returns, reply[1], self._tests.tolerance):
                return None
            values = (self._call(number), told(reply[1]), told(case.returns))
            return Verdict.INCORRECT, "{} returned {}, expected {}".format(*values)
        text = reply[-1] if kind in ("S", "M", "E") and type(reply[-1]) is str else "the program sent what is no reply"
        if kind == "S":
            return Verdict.COMPILE_ERROR, text
        if kind == "E" and len(reply) == 4 and reply[1] == "MemoryError":
            return Verdict.MEMORY_LIMIT, text
        return Verdict.RUNTIME_ERROR, text

    def _call(self, number: int) -> str:
        case = self._tests.cases[number]
        named = [f"{name}={told(value, 40)}" for name, value in case.kwargs.items()]
        inside = ", ".join([told(value, 60) for value in case.args] + named)
        return f"{self._tests.entry_point}({inside[:160]})"


def _encoded(problem: CodeProblem, number: int, value: Any, part: str = "args") -> bytes:
    try:
        return codec.encode(value)
    except codec.CodecError as error:
        raise ProblemError(str(error), problem_id=problem.id, field=f"tests.cases.{number}.{part}") from None


def _replies(stdout: bytes, most: int) -> list[Any]:
    """The replies that `stdout` holds, up to the first that is none."""
    found: list[Any] = []
    stream = io.BytesIO(stdout)
    while len(found) < most:
        try:
            body = codec.read_frame(stream.read)
            if body is None:
                break
            found.append(codec.decode(body, hashing=False))
        except codec.CodecError:
            break
    return found


def _unanswered(outcome: Outcome) -> tuple[Verdict, str]:
    verdict, told_of = deed(outcome)
    return verdict, f"no answer: {told_of}"
