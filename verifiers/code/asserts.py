"""Suites of assertions: test code that calls the program (HumanEval's `check(candidate)`, MBPP's statements).

Theory of operation: the split-process test. Two processes, each behind walls of its own, and the grader
between them, which carries bytes without reading them (`relay`):

    examiner (test code, expected values;        program (`guest.serve`;
      one a problem, kept)  <──── grader ────>     one a program)

What the program says are values, and nothing that it says reaches the grader. The finding comes from the
examiner, on a stream that no program ever holds.

Where all the calls that the tests make are known, from their text or from the program before, the program is
given them with its text, answers them one after the other and ends; then the examiner gets the answers. Nobody
waits for anybody on the way, and a program that hangs is noticed by the relay, which then carries as ever.

The sandbox bounds the program's time; when it ends, the examiner is told so. An examiner that is not done
`GRACE` seconds after its program, or that dies, was brought there by values of the program's: it is replaced,
and the program has failed.
"""

from __future__ import annotations

import ast
import builtins
import socket

from sandboxes import Job, Outcome
from verifiers.code.bench import Bench, BenchLost, Examiner
from verifiers.code.calls import check_entry_point
from verifiers.code.foresee import foreseen_calls
from verifiers.code.guest import codec
from verifiers.code.pace import Budget
from verifiers.code.program import Program, parse
from verifiers.code.relay import AHEAD, GIVEN, NOT_AHEAD, Relay
from verifiers.code.suite import Finding, deed, finding_of, judgement, without_word
from verifiers.errors import GraderFailure, ProblemError
from verifiers.interface import Judgement
from verifiers.problem import AssertsTests, CodeLimits, CodeProblem

_METHOD = "asserts"
_SERVE = "verifiers.code.guest.serve:main_channel"
_CHECK = "check"

_AGAIN = "again"
_GRADERS_FAULT = ("unsplit", "broken")


class AssertsSuite:
    """The test code of one problem. `head`: the prompt's own code before the entry point, which tests may use."""

    def __init__(self, problem: CodeProblem, tests: AssertsTests, head: str) -> None:
        check_entry_point(problem, tests.entry_point)
        tree = _parsed(problem, tests)
        self._scoring = problem.scoring
        self._limits: CodeLimits = problem.limits
        self._entry_point = tests.entry_point
        self._total = max(1, sum(isinstance(node, ast.Assert) for node in ast.walk(tree)))
        soft = problem.scoring == "fraction"
        needed = tuple(sorted(free_names(tree) - {tests.entry_point}))
        check = _CHECK if _check_is_to_be_called(tree) else ""
        foreseen, complete = ([], False) if needed else foreseen_calls(tree, tests.entry_point, check)
        setup = (head, tests.code, tests.entry_point, needed, check, soft, foreseen, complete)
        self._setup = codec.encode(setup, most=codec.MESSAGE_MOST)
        self._calls = b"".join(map(codec.frame, foreseen)) if complete else None

    def judge(self, bench: Bench, program: Program) -> Judgement:
        """Run `program` and the tests side by side."""
        budget = Budget(self._limits)
        finding = self._finding(bench, program, budget, ahead=True)
        if finding is None:
            finding = self._finding(bench, program, budget, ahead=False)
        if finding is None:
            raise BenchLost("the test process asked ahead when it was not to")
        return judgement(finding, _METHOD, self._scoring, bench.isolation())

    def _finding(self, bench: Bench, program: Program, budget: Budget, *, ahead: bool) -> Finding | None:
        """What the tests find of the program; None where it is to be run again, without asking ahead."""
        examiner = bench.examiner(self._setup, self._calls)
        given = examiner.calls if ahead else None
        setup = (program.head, program.source, self._entry_point, given)
        stdin = codec.encode(setup, most=codec.MESSAGE_MOST)
        limits = budget.limits()
        job = Job("", entry=_SERVE, silent=True, stdin=stdin, limits=limits)
        manner = NOT_AHEAD if not ahead else AHEAD if given is None else GIVEN
        ours, theirs = socket.socketpair()
        with ours, theirs:
            running = bench.programs.start(job, theirs)
            answered = Relay(examiner, running, ours, theirs, manner, limits.wall_seconds).run()
        told, outcome = answered.finding, answered.outcome
        if outcome.status == "lost":
            bench.drop_examiner()
            raise BenchLost(outcome.detail)
        if told is None:
            return self._without_word(bench, examiner, outcome)
        if not answered.reusable:
            bench.drop_examiner()
        status, passed, total, reason = told
        if status == _AGAIN:
            examiner.calls = None
            return None
        if status in _GRADERS_FAULT:
            raise GraderFailure(reason)
        return finding_of(status, passed, total, reason, outcome, ended=answered.ended)

    def _without_word(self, bench: Bench, examiner: Examiner, outcome: Outcome) -> Finding:
        """The examiner died, or did not come to an end with what the program gave it."""
        examined = examiner.running.take()
        bench.drop_examiner()
        if examined is not None and examined.status == "lost":
            raise BenchLost(examined.detail)
        if examined is not None and examined.status != "memory_limit":
            raise BenchLost(f"the test process ended: {deed(examined)[1]}")
        return without_word(examined, outcome, 0, self._total)


# ---- preparing test code: the data set's text, parsed but never run here


def _parsed(problem: CodeProblem, tests: AssertsTests) -> ast.Module:
    try:
        tree = parse(tests.code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ProblemError(f"the test code is not Python: {error}", problem_id=problem.id, field="tests.code") from None
    if not any(isinstance(node, ast.Assert | ast.Raise | ast.Call) for node in ast.walk(tree)):
        raise ProblemError("the test code tests nothing", problem_id=problem.id, field="tests.code")
    name = tests.entry_point.partition(".")[0]
    mentioned = any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))
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


def free_names(tree: ast.Module) -> set[str]:
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
