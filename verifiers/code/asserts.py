"""Suites of assertions: test code that calls the program (HumanEval's `check(candidate)`, MBPP's statements).

Theory of operation: the split-process test. Two processes, each behind walls of its own:

    grader ──control──> examiner (test code, expected values; one a problem, kept)
      │                    │ stream to one program
      └──sandbox────────> program (`guest.serve`; one a program)

For each program the grader makes a pair of sockets: one end is descriptor 3 of the program, the other is sent
to the examiner. The program can do with its end as it likes: what it says are values, and nothing that it
says reaches the grader. The finding comes from the examiner on `control`, which no program ever holds.

The sandbox bounds the program's time; when it ends, its stream is shut down, so that the examiner finds it
gone. An examiner that is not done `_GRACE` seconds after its program, or that dies, was brought there by
values of the program's: it is replaced, and the program has failed.
"""

from __future__ import annotations

import ast
import builtins
import select
import socket
import time
from typing import Any

from sandboxes import Job, Outcome, Running, wait_any
from verifiers.code.bench import Bench, BenchLost, Examiner, job_limits
from verifiers.code.calls import check_entry_point
from verifiers.code.guest import codec
from verifiers.code.program import Program
from verifiers.code.suite import Finding, deed, judgement
from verifiers.errors import GraderFailure, ProblemError
from verifiers.interface import Judgement
from verifiers.problem import AssertsTests, CodeLimits, CodeProblem
from verifiers.verdict import Verdict

_METHOD = "asserts"
_SERVE = "from verifiers.code.guest.serve import main_channel\nmain_channel()\n"
_GRACE = 0.5
_CHECK = "check"

# what the examiner found: the verdict
_STATUSES = {
    "passed": Verdict.CORRECT,
    "failed": Verdict.INCORRECT,
    "raised": Verdict.RUNTIME_ERROR,
    "memory": Verdict.MEMORY_LIMIT,
    "syntax": Verdict.COMPILE_ERROR,
    "load": Verdict.RUNTIME_ERROR,
    "missing": Verdict.RUNTIME_ERROR,
}
_GRADERS_FAULT = ("unsplit", "broken")


class AssertsSuite:
    """The test code of one problem. `head`: the prompt's own code before the entry point, which tests may use."""

    def __init__(self, problem: CodeProblem, tests: AssertsTests, head: str) -> None:
        check_entry_point(problem, tests.entry_point, 1)
        tree = _parsed(problem, tests)
        self._scoring = problem.scoring
        self._limits: CodeLimits = problem.limits
        self._entry_point = tests.entry_point
        self._total = max(1, sum(isinstance(node, ast.Assert) for node in ast.walk(tree)))
        soft = problem.scoring == "fraction"
        needed = tuple(sorted(_free_names(tree) - {tests.entry_point}))
        check = _CHECK if _check_is_to_be_called(tree) else ""
        self._setup = codec.encode((head, tests.code, tests.entry_point, needed, check, soft), most=codec.SETUP_MOST)

    def judge(self, bench: Bench, program: Program) -> Judgement:
        """Run `program` and the tests side by side."""
        stdin = codec.encode((program.head, program.source, self._entry_point, None), most=codec.SETUP_MOST)
        job = Job(_SERVE, stdin=stdin, limits=job_limits(self._limits))
        examiner = bench.examiner(self._setup)
        ours, theirs = socket.socketpair()
        with theirs:
            with ours:
                running = bench.programs.start(job, theirs)
                try:
                    socket.send_fds(examiner.control, [b"S"], [ours.fileno()])
                except OSError as error:
                    running.kill()
                    running.wait()
                    raise BenchLost(f"the test process is gone: {error}") from error
            told, outcome = _follow(examiner, running, theirs)
        finding = self._finding(bench, examiner, told, outcome)
        return judgement(finding, _METHOD, self._scoring, bench.isolation())

    def _finding(self, bench: Bench, examiner: Examiner, told: Any, outcome: Outcome) -> Finding:
        if outcome.status == "lost":
            bench.drop_examiner()
            raise BenchLost(outcome.detail)
        if told is None:
            return self._without_word(bench, examiner, outcome)
        status, passed, total, reason = told
        if status in _GRADERS_FAULT:
            raise GraderFailure(reason)
        if status == "lost":
            verdict, deed_told = deed(outcome)
            return Finding(verdict, passed, total, f"{reason}: {deed_told}")
        return Finding(_STATUSES[status], passed, total, reason)

    def _without_word(self, bench: Bench, examiner: Examiner, outcome: Outcome) -> Finding:
        """The examiner died, or did not come to an end with what the program gave it."""
        examined = examiner.running.take()
        bench.drop_examiner()
        if examined is not None and examined.status == "lost":
            raise BenchLost(examined.detail)
        if examined is not None and examined.status != "memory_limit":
            raise BenchLost(f"the test process ended: {deed(examined)[1]}")
        if examined is not None:
            return Finding(Verdict.MEMORY_LIMIT, 0, self._total, "the tests ran out of memory on the program's values")
        verdict, told = deed(outcome) if outcome.status == "wall_limit" else (Verdict.TIMEOUT, "the tests did not end")
        return Finding(verdict, 0, self._total, told)


def _follow(examiner: Examiner, running: Running, stream: socket.socket) -> tuple[Any, Outcome]:
    """The examiner's finding (None: it gave none) and what the program did."""
    outcome: Outcome | None = None
    until = float("inf")
    poller = select.poll()
    for descriptor in (examiner.control.fileno(), *running.watch(), *examiner.running.watch()):
        poller.register(descriptor, select.POLLIN)
    told: Any = None
    while time.monotonic() < until:
        due = min(until, running.deadline if outcome is None else until, examiner.running.deadline)
        ready = dict(poller.poll(max(0, int((due - time.monotonic()) * 1000) + 1)))
        if examiner.control.fileno() in ready:
            told = _told(examiner)
            break
        if outcome is None and (outcome := running.take()) is not None:
            for descriptor in running.watch():
                poller.unregister(descriptor)
            stream.shutdown(socket.SHUT_RDWR)
            until = time.monotonic() + _GRACE
        if examiner.running.take() is not None:
            break
    if outcome is None and told is not None and told[0] == "lost":
        wait_any([running], _GRACE)
    running.kill()
    return told, running.wait()


def _told(examiner: Examiner) -> Any:
    """The finding that is ready to be read, or None where the examiner ended instead."""
    try:
        body = codec.read_frame(examiner.receive)
        told = None if body is None else codec.decode(body, hashing=False)
    except (codec.CodecError, OSError):
        return None
    return told


# ---- preparing test code: the data set's text, parsed but never run here


def _parsed(problem: CodeProblem, tests: AssertsTests) -> ast.Module:
    try:
        tree = ast.parse(tests.code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ProblemError(f"the test code is not Python: {error}", problem_id=problem.id, field="tests.code") from None
    if not any(isinstance(node, ast.Assert | ast.Raise | ast.Call) for node in ast.walk(tree)):
        raise ProblemError("the test code tests nothing", problem_id=problem.id, field="tests.code")
    mentioned = any(isinstance(node, ast.Name) and node.id == tests.entry_point for node in ast.walk(tree))
    if not mentioned and not _check_is_to_be_called(tree):
        message = f"the test code neither defines 'check' nor mentions {tests.entry_point!r}"
        raise ProblemError(message, problem_id=problem.id, field="tests.code")
    return tree


def _check_is_to_be_called(tree: ast.Module) -> bool:
    """Whether the code defines `check` and leaves it to others to call it."""
    defined = any(isinstance(node, ast.FunctionDef) and node.name == _CHECK for node in tree.body)
    called = any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == _CHECK
        for statement in tree.body
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef)
        for node in ast.walk(statement)
    )
    return defined and not called


def _free_names(tree: ast.Module) -> set[str]:
    """The names that the code reads but nowhere binds: they are the program's, or standard modules."""
    read: set[str] = set()
    bound = set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return read - bound
