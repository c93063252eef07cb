"""Suites of calls: a function, its arguments, and what it must return.

The program's process gets the arguments of all cases at once and answers each in a frame on a stream
(`guest.serve`). What it answers is a claim, compared here with the expected value, which never left. As soon as
the judgement stands (all cases answered, or one failed where all must pass) the program is ended.
"""

from __future__ import annotations

import keyword
import select
import socket
import time
from typing import Any

from sandboxes import Job, Outcome, Running, wait_any
from verifiers.code.bench import Bench, BenchLost, job_limits
from verifiers.code.compare import same_value, told
from verifiers.code.guest import codec
from verifiers.code.program import Program
from verifiers.code.suite import Finding, deed, judgement
from verifiers.errors import ProblemError
from verifiers.interface import Judgement
from verifiers.problem import CallsTests, CodeLimits, CodeProblem
from verifiers.verdict import Verdict

_METHOD = "calls"
_SERVE = "verifiers.code.guest.serve:main_calls"
_REPLIES_LEAST = 4 << 20
_GRACE = 0.5


def check_entry_point(problem: CodeProblem, entry_point: str) -> None:
    """Raise `ProblemError` unless `entry_point` is a name `f` or `Class.f`."""
    parts = entry_point.split(".")
    if len(parts) > 2 or not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
        message = f"{entry_point!r} is not a name 'f' or 'Class.f'"
        raise ProblemError(message, problem_id=problem.id, field="tests.entry_point")


class CallsSuite:
    """The cases of one problem."""

    def __init__(self, problem: CodeProblem, tests: CallsTests) -> None:
        check_entry_point(problem, tests.entry_point)
        self._scoring = problem.scoring
        self._limits: CodeLimits = problem.limits
        self._tests = tests
        self._arguments = [
            _encoded(problem, number, (tuple(case.args), case.kwargs)) for number, case in enumerate(tests.cases)
        ]
        expected = sum(
            len(_encoded(problem, number, case.returns, "returns")) for number, case in enumerate(tests.cases)
        )
        self._replies_most = max(_REPLIES_LEAST, 2 * expected)

    def judge(self, bench: Bench, program: Program) -> Judgement:
        """Run `program` once for all cases, and compare what it answers."""
        setup = (program.head, program.source, self._tests.entry_point, self._arguments)
        stdin = codec.encode(setup, most=codec.MESSAGE_MOST)
        job = Job("", entry=_SERVE, silent=True, stdin=stdin, limits=job_limits(self._limits))
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                running = bench.programs.start(job, theirs)
            failures = self._hear(Answers(running, ours, self._replies_most))
            if len(failures) < len(self._tests.cases) and not any(failures):
                wait_any([running], _GRACE)  # its stream has ended: let the sandbox say how it did
            running.kill()
            outcome = running.wait()
        if outcome.status == "lost":
            raise BenchLost(outcome.detail)
        return judgement(self._finding(failures, outcome), _METHOD, self._scoring, bench.isolation())

    def _hear(self, answers: Answers) -> list[tuple[Verdict, str] | None]:
        """What is wrong with each answer, None where nothing is, as far as the answers matter."""
        failures: list[tuple[Verdict, str] | None] = []
        while len(failures) < len(self._tests.cases):
            reply = answers.next()
            if reply is None:
                break
            failures.append(self._failure(len(failures), reply))
            if failures[-1] is not None and (self._scoring == "all" or reply[0] == "S"):
                break
        return failures

    def _finding(self, failures: list[tuple[Verdict, str] | None], outcome: Outcome) -> Finding:
        total = len(self._tests.cases)
        first = next((number for number, failure in enumerate(failures) if failure is not None), len(failures))
        passed = failures.count(None)
        if passed == total:
            return Finding(Verdict.CORRECT, passed, total)
        failure = failures[first] if first < len(failures) else None
        verdict, reason = failure or _unanswered(outcome)
        return Finding(verdict, passed, total, f"test {first + 1}: {reason}")

    def _failure(self, number: int, reply: tuple[Any, ...]) -> tuple[Verdict, str] | None:
        case = self._tests.cases[number]
        kind = reply[0]
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


class Answers:
    """The replies that come from a running program on `stream`, at most `most` bytes of them in all."""

    def __init__(self, running: Running, stream: socket.socket, most: int) -> None:
        self._running = running
        self._stream = stream
        self._left = most
        self._arrived = bytearray()
        self._at = 0
        self._poller = select.poll()
        for descriptor in (stream.fileno(), *running.watch()):
            self._poller.register(descriptor, select.POLLIN)
        stream.setblocking(False)

    def next(self) -> tuple[Any, ...] | None:
        """The next reply; None once the program has ended, or sends what is none."""
        while True:
            body = self._frame()
            if body is not None:
                break
            if not self._more():
                return None
        try:
            reply = codec.decode(body, hashing=False)
        except codec.CodecError:
            return None
        return reply if type(reply) is tuple and reply and type(reply[0]) is str else None

    def _frame(self) -> bytes | None:
        start = self._at + 4
        if len(self._arrived) < start:
            return None
        end = start + int.from_bytes(self._arrived[self._at : start], "little")
        if len(self._arrived) < end:
            return None
        self._at = end
        return bytes(self._arrived[start:end])

    def _more(self) -> bool:
        """Wait for more bytes; False where there will be none."""
        while True:
            patience = max(0, int((self._running.deadline - time.monotonic()) * 1000) + 1)
            self._poller.poll(patience)
            ended = self._running.take() is not None  # asked before reading, so that no last words are missed
            try:
                data = self._stream.recv(1 << 16)
            except BlockingIOError:
                if ended:
                    return False
                continue
            except OSError:
                return False
            self._left -= len(data)
            self._arrived += data
            return bool(data) and self._left >= 0


def _unanswered(outcome: Outcome) -> tuple[Verdict, str]:
    verdict, told_of = deed(outcome)
    return verdict, f"no answer: {told_of}"
