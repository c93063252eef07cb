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
from dataclasses import dataclass, replace
from typing import Any

from sandboxes import Job, Outcome, Running, wait_any
from verifiers.code.bench import Bench, BenchLost
from verifiers.code.compare import same_value, told
from verifiers.code.guest import codec
from verifiers.code.pace import Budget
from verifiers.code.plain import Digest, from_json
from verifiers.code.program import Program
from verifiers.code.suite import Finding, deed, judgement
from verifiers.errors import ProblemError
from verifiers.interface import Judgement
from verifiers.problem import CallCase, CallsTests, CodeLimits, CodeProblem, Tolerance
from verifiers.verdict import Verdict

_METHOD = "calls"
SERVE_CALLS = "verifiers.code.guest.serve:main_calls"
_REPLIES_LEAST = 4 << 20
_REPLY_LEAST = 1 << 20
_TOO_LARGE: tuple[Any, ...] = ("R", codec.Opaque(0, "far too large", True), {})
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
        self._entry_point = tests.entry_point
        self._exact = tests.sequences == "exact"
        self._cases = [_Case.of(problem, tests, number) for number in range(len(tests.cases))]
        sizes = [case.size for case in self._cases]
        self._replies_most = max(_REPLIES_LEAST, 2 * sum(sizes))
        self._reply_most = max(_REPLY_LEAST, 4 * max(sizes, default=0))

    def judge(self, bench: Bench, program: Program) -> Judgement:
        """Run `program` for all cases, and compare what it answers.

        Where each case counts, a program that ended, or was ended, at one of them is run again for those after it.
        """
        budget = Budget(self._limits)
        failures: list[tuple[Verdict, str] | None] = []
        while True:
            begin = len(failures)
            heard, loads, outcome = self._run(bench, program, begin, budget)
            failures += heard
            if len(failures) == len(self._cases) or (self._scoring == "all" and any(failures)):
                break
            if loads:
                failures.append(_unanswered(outcome))
            if self._scoring == "all" or not loads or not budget.left or len(failures) == len(self._cases):
                break
        return judgement(self._finding(failures), _METHOD, self._scoring, bench.isolation())

    def _run(
        self, bench: Bench, program: Program, begin: int, budget: Budget
    ) -> tuple[list[tuple[Verdict, str] | None], bool, Outcome]:
        """What is wrong with the answers from case `begin` on, whether the program could be loaded, and its outcome."""
        requests = [case.request for case in self._cases[begin:]]
        stdin = codec.encode((program.head, program.source, self._entry_point, requests), most=codec.MESSAGE_MOST)
        job = Job("", entry=SERVE_CALLS, silent=True, stdin=stdin, limits=budget.limits())
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                running = bench.programs.start(job, theirs)
            answers = Answers(running, ours, self._replies_most, self._reply_most, budget.case_seconds)
            heard, loads = self._hear(answers, begin)
            if begin + len(heard) < len(self._cases) and not any(heard) and not answers.late:
                wait_any([running], _GRACE)  # its stream has ended: let the sandbox say how it did
            running.kill()
            outcome = running.wait()
        if outcome.status == "lost":
            raise BenchLost(outcome.detail)
        budget.spend(outcome)
        return heard, loads, replace(outcome, status="wall_limit") if answers.late else outcome

    def _hear(self, answers: Answers, begin: int) -> tuple[list[tuple[Verdict, str] | None], bool]:
        """What is wrong with each answer, None where nothing is, as far as the answers matter."""
        failures: list[tuple[Verdict, str] | None] = []
        while begin + len(failures) < len(self._cases):
            reply = answers.next()
            if reply is None:
                break
            if reply[0] == "L" and len(reply) > 1 and type(reply[1]) is tuple and reply[1]:
                return [*failures, self._failure(begin + len(failures), reply[1])], False
            failures.append(self._failure(begin + len(failures), reply))
            if failures[-1] is not None and self._scoring == "all":
                break
        return failures, True

    def _finding(self, failures: list[tuple[Verdict, str] | None]) -> Finding:
        total, passed = len(self._cases), failures.count(None)
        for number, failure in enumerate(failures, 1):
            if failure is not None:
                return Finding(failure[0], passed, total, f"test {number}: {failure[1]}")
        return Finding(Verdict.CORRECT, passed, total)

    def _failure(self, number: int, reply: tuple[Any, ...]) -> tuple[Verdict, str] | None:
        case = self._cases[number]
        kind = reply[0]
        if kind == "R" and len(reply) == 3:
            if same_value(case.returns, reply[1], case.tolerance, exact=self._exact):
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
        case = self._cases[number]
        if case.operations is not None:
            steps = [f"{name}({_listed(args, {})})" for name, args in zip(case.operations, case.args)]
            return "; ".join(steps)[:200]
        return f"{self._entry_point}({_listed(case.args, case.kwargs)})"


def _listed(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    named = [f"{name}={told(value, 40)}" for name, value in kwargs.items()]
    return ", ".join([told(value, 60) for value in args] + named)[:160]


@dataclass(frozen=True, slots=True)
class _Case:
    """One case, read from JSON. `request`: what the program is sent; `size`: of the encoded expected value."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    operations: list[str] | None
    returns: Any
    tolerance: Tolerance | None
    request: bytes
    size: int

    @classmethod
    def of(cls, problem: CodeProblem, tests: CallsTests, number: int) -> _Case:
        """Case `number` of `tests`; raises `ProblemError` by name."""
        case = tests.cases[number]

        def fault(part: str, message: str) -> ProblemError:
            return ProblemError(message, problem_id=problem.id, field=f"tests.cases.{number}.{part}")

        def read(part: str, value: Any) -> Any:
            try:
                return from_json(value)
            except ValueError as error:
                raise fault(part, str(error)) from None

        def encoded(part: str, value: Any) -> bytes:
            try:
                return codec.encode(value)
            except codec.CodecError as error:
                raise fault(part, str(error)) from None

        if case.operations is not None:
            wrong = _wrong_operations(case, tests.entry_point)
            if wrong is not None:
                raise fault(*wrong)
        args, kwargs, returns = (
            tuple(read("args", case.args)),
            read("kwargs", case.kwargs),
            read("returns", case.returns),
        )
        request = encoded("args", (args, kwargs, case.operations))
        size = returns.size if isinstance(returns, Digest) else len(encoded("returns", returns))
        return cls(args, kwargs, case.operations, returns, case.tolerance or tests.tolerance, request, size)


def _wrong_operations(case: CallCase, entry_point: str) -> tuple[str, str] | None:
    """The field and what is wrong with it, where a case of operations is none."""
    operations, returns = case.operations or [], case.returns
    if operations[0] != entry_point:
        return "operations", f"must begin with the class {entry_point!r}, not {operations[0]!r}"
    if case.kwargs:
        return "kwargs", "operations take positional arguments alone"
    if len(case.args) != len(operations) or not all(isinstance(each, list) for each in case.args):
        return "args", f"must be {len(operations)} lists of arguments, one for each of the operations"
    if not isinstance(returns, list) or len(returns) != len(operations):
        return "returns", f"must be a list of {len(operations)} values, one for each of the operations"
    return None


class Answers:
    """The replies that come from a running program on `stream`, at most `most` bytes of them in all.

    A reply of more than `each` bytes is not read, which would take its time: no expected value is nearly as large.
    `patience`: how many seconds to wait for each; `late`: one took longer.
    """

    def __init__(
        self, running: Running, stream: socket.socket, most: int, each: int, patience: float | None = None
    ) -> None:
        self._patience = patience
        self.late = False
        self._running = running
        self._stream = stream
        self._left = most
        self._each = each
        self._arrived = bytearray()
        self._at = 0
        self._poller = select.poll()
        for descriptor in (stream.fileno(), *running.watch()):
            self._poller.register(descriptor, select.POLLIN)
        stream.setblocking(False)

    def next(self) -> tuple[Any, ...] | None:
        """The next reply; None once the program has ended, or sends what is none."""
        until = None if self._patience is None else time.monotonic() + self._patience
        while True:
            body = self._frame()
            if body is not None and time.monotonic() > self._running.deadline:
                return None  # reading values takes time, too
            if body is not None:
                break
            if not self._more(until):
                return None
        if len(body) > self._each:
            return _TOO_LARGE
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

    def _more(self, until: float | None) -> bool:
        """Wait for more bytes, up to a time; False where there will be none."""
        while True:
            now = time.monotonic()
            if until is not None and now >= until:
                self.late = True
                return False
            due = self._running.deadline if until is None else min(until, self._running.deadline)
            self._poller.poll(max(0, int((due - now) * 1000) + 1))
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
