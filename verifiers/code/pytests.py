"""Suites that are run by pytest: test files that import the program as a module.

Theory of operation: the split-process test of `asserts`, with pytest in the place of the examiner (`guest.session`),
anew for each program, and with stand-ins for classes and objects beside those for functions (`guest.proxies`,
`guest.expose`). What a suite looks like is read off its text here; it is never run outside walls.

A suite that the problem says may be `shared` is run in one process with the program: the last resort, since the
program can then forge what is found. The grade says so.
"""

from __future__ import annotations

import ast
import importlib.util
import socket
import sys
import time
from pathlib import PurePosixPath
from typing import Any

from sandboxes import Job, Outcome
from verifiers.code.asserts import free_names
from verifiers.code.bench import Bench, BenchLost, Examiner
from verifiers.code.guest import codec
from verifiers.code.pace import Budget
from verifiers.code.program import Program, parse
from verifiers.code.relay import NOT_AHEAD, Relay
from verifiers.code.suite import Finding, deed, finding_of, judgement, without_word
from verifiers.errors import GraderFailure, ProblemError
from verifiers.interface import Judgement
from verifiers.problem import CodeLimits, CodeProblem, PytestTests

_METHOD = "pytest"
_EXPOSE = "verifiers.code.guest.expose:main"
_STARTING_SECONDS = 2.0  # what pytest itself takes, beside a program that runs with its tests
_ALWAYS_THERE = frozenset(("pytest", "_pytest", "py"))
# fixtures that give a test what its own process holds and the program's does not
_OF_ONE_PROCESS = frozenset(("tmp_path", "tmp_path_factory", "tmpdir", "tmpdir_factory", "pytester", "testdir"))


class PytestSuite:
    """The suite of one problem."""

    def __init__(self, problem: CodeProblem, tests: PytestTests) -> None:
        trees = {name: _parsed(problem, name, text) for name, text in _checked(problem, tests) if name.endswith(".py")}
        if not any(_is_test(node) for tree in trees.values() for node in ast.walk(tree)):
            raise ProblemError("no file has a test", problem_id=problem.id, field="tests.files")
        imports = _imports(trees)
        self._modules = tests.modules or _program_modules(problem, tests, imports)
        self._shared = tests.shared
        if not tests.shared:
            _refuse_what_needs_one_process(problem, trees)
        self._scoring = problem.scoring
        self._limits: CodeLimits = problem.limits
        self._files = tests.files
        self._wanted = sorted(set().union(*(free_names(tree) for tree in trees.values())))
        names = [name for module, name in imports if module in self._modules and name not in ("", "*")]
        self.entry_point = names[0] if names else None

    def judge(self, bench: Bench, program: Program) -> Judgement:
        """Run `program` and the suite: side by side, or together where the problem says so."""
        finding = self._together(bench, program) if self._shared else self._apart(bench, program)
        return judgement(finding, _METHOD, self._scoring, bench.isolation(shared=self._shared))

    def _setup(self, program: str | None) -> bytes:
        return codec.encode((self._files, self._modules, self._wanted, program), most=codec.MESSAGE_MOST)

    def _apart(self, bench: Bench, program: Program) -> Finding:
        session = bench.session(self._setup(None))
        try:
            stdin = codec.encode((program.head, program.source, self._modules), most=codec.MESSAGE_MOST)
            job = Job("", entry=_EXPOSE, silent=True, stdin=stdin, limits=Budget(self._limits).limits())
            ours, theirs = socket.socketpair()
            with ours, theirs:
                running = bench.programs.start(job, theirs)
                answered = Relay(session, running, ours, theirs, NOT_AHEAD, job.limits.wall_seconds).run()
            if answered.outcome.status == "lost":
                raise BenchLost(answered.outcome.detail)
            if answered.finding is None:
                return self._without_word(session, answered.outcome, answered.progress)
            return _finding(answered.finding, answered.outcome, ended=answered.ended)
        finally:
            session.close()

    def _together(self, bench: Bench, program: Program) -> Finding:
        more = {"wall_seconds": self._limits.wall_seconds + _STARTING_SECONDS}
        limits = Budget(self._limits.model_copy(update=more)).limits()
        session = bench.session(self._setup(f"{program.head}\n{program.source}"), limits)
        try:
            finding, progress = _heard(session)
            session.running.kill()
            outcome = session.running.wait()
        finally:
            session.close()
        if outcome.status == "lost":
            raise BenchLost(outcome.detail)
        if finding is None:
            passed, total = _counts(progress)
            verdict, told = deed(outcome)
            return Finding(verdict, passed, total, told)
        return _finding(finding, outcome, ended=False)

    def _without_word(self, session: Examiner, outcome: Outcome, progress: Any) -> Finding:
        """pytest died, or did not come to an end with what the program gave it."""
        examined = session.running.take()
        if examined is not None and examined.status not in ("memory_limit", "exited"):
            raise BenchLost(f"the test process ended: {examined.detail or examined.status}")
        passed, total = _counts(progress)
        if examined is not None and examined.status == "exited":
            raise GraderFailure(f"pytest failed: {deed(examined)[1]}")
        return without_word(examined, outcome, passed, total)


def _counts(progress: Any) -> tuple[int, int]:
    """`(passed, total)` of a report of progress, if there was one."""
    passed, total = progress if progress is not None else (0, 1)
    return int(passed), max(1, int(total))


def _finding(told: Any, outcome: Outcome, *, ended: bool) -> Finding:
    status, passed, total, reason = told
    if status == "unsplit":
        raise GraderFailure(f"{reason}: this suite needs the program in its own process; set tests.shared to allow it")
    if status == "broken":
        raise GraderFailure(reason)
    return finding_of(status, passed, total, reason, outcome, ended=ended)


def _heard(session: Examiner) -> tuple[Any, Any]:
    """The finding and the last report of progress of a session that runs with its program; it may say anything."""
    channel, data = session.channel, bytearray()
    finding = progress = None
    channel.setblocking(True)
    channel.sendall(b"S" + codec.frame(b""))
    while finding is None:
        channel.settimeout(max(0.01, session.running.deadline - time.monotonic()))
        try:
            more = channel.recv(1 << 16)
        except OSError:
            break
        data += more
        if not more or len(data) > codec.BYTES_MOST:
            break
        while len(data) >= 5 and len(data) >= 5 + int.from_bytes(data[1:5], "little"):
            end = 5 + int.from_bytes(data[1:5], "little")
            kind, body = bytes(data[:1]), bytes(data[5:end])
            del data[:end]
            try:
                value = codec.decode(body, hashing=False)
            except codec.CodecError:
                return None, progress
            if kind == b"F" and _is_finding(value):
                finding = value
            elif kind == b"P" and type(value) is tuple and [type(part) for part in value] == [int, int]:
                progress = value
    return finding, progress


def _is_finding(value: Any) -> bool:
    return type(value) is tuple and [type(part) for part in value] == [str, int, int, str]


# ---- preparing a suite: the data set's text, parsed but never run here


def _checked(problem: CodeProblem, tests: PytestTests) -> list[tuple[str, str]]:
    for name in tests.files:
        path = PurePosixPath(name)
        if not name or path.is_absolute() or ".." in path.parts or "\0" in name or str(path) != name:
            message = f"{name!r} is not a path below the suite's folder, such as 'test_it.py' or 'data/words.txt'"
            raise ProblemError(message, problem_id=problem.id, field="tests.files")
    for module in tests.modules:
        if not all(part.isidentifier() for part in module.split(".")):
            raise ProblemError(f"{module!r} is not a module's name", problem_id=problem.id, field="tests.modules")
    return list(tests.files.items())


def _parsed(problem: CodeProblem, name: str, text: str) -> ast.Module:
    try:
        return parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        message = f"{name!r} is not Python: {error}"
        raise ProblemError(message, problem_id=problem.id, field="tests.files") from None


def _is_test(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name.lower().startswith(
        "test"
    )


def _imports(trees: dict[str, ast.Module]) -> list[tuple[str, str]]:
    """What the suite imports: modules, and names from them."""
    found: list[tuple[str, str]] = []
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found += [(alias.name, "") for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found += [(node.module, alias.name) for alias in node.names]
    return found


def _program_modules(problem: CodeProblem, tests: PytestTests, imports: list[tuple[str, str]]) -> tuple[str, ...]:
    """The module, with what stands above it, that the suite imports and nobody else provides."""
    own = {part.removesuffix(".py") for name in tests.files for part in name.split("/")}
    names = {module for module, _ in imports if not _is_provided(module.split(".")[0], own)}
    roots = sorted({name.split(".")[0] for name in names})
    if len(roots) != 1:
        what = f"several modules that could be the program ({', '.join(roots)})" if roots else "no such module"
        message = f"name the module under which the tests import the program: they import {what}"
        raise ProblemError(message, problem_id=problem.id, field="tests.modules")
    above = {".".join(name.split(".")[:depth]) for name in names for depth in range(1, name.count(".") + 2)}
    return tuple(sorted(above))


def _is_provided(root: str, own: set[str]) -> bool:
    if root in own or root in sys.stdlib_module_names or root in _ALWAYS_THERE:
        return True
    return importlib.util.find_spec(root) is not None


def _refuse_what_needs_one_process(problem: CodeProblem, trees: dict[str, ast.Module]) -> None:
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.arg) and node.arg in _OF_ONE_PROCESS:
                message = f"{name!r} uses {node.arg!r}, files that a program in another process cannot see: "
                message += 'say "shared": true to run it together with the program'
                raise ProblemError(message, problem_id=problem.id, field="tests.files")
