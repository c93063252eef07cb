"""How printed output is found right or wrong: by a rule (`compare`), or by a checker program of the problem's own.

A checker is the problem's, and its input is the program's: it runs behind walls of its own, in another sandbox than
the program, which has ended by then.  The program's output reaches it as a file.  A checker that crashes, hangs or ends
with any other code than 0, 1 and 2 has failed itself: that is an `error`, never a verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sandboxes import Built, Job, Outcome
from sandboxes.languages import PYTHON, language
from verifiers.code.bench import Bench
from verifiers.code.compare import same_output
from verifiers.code.language import language_of
from verifiers.code.pace import Budget
from verifiers.code.program import parse
from verifiers.code.suite import deed
from verifiers.errors import GraderFailure, ProblemError
from verifiers.problem import Checker, CodeProblem

_RIGHT, _WRONG = 0, (1, 2)
_INPUT, _OUTPUT, _EXPECTED = "input.txt", "output.txt", "answer.txt"
_CHECKERS = "checkers"
_TRACEBACK = b"Traceback (most recent call last):"
_SCRATCH_MB = 64
_SAID_MOST = 160


@dataclass(frozen=True, slots=True)
class Check:
    """Whether an output is right, and what a checker said of it."""

    right: bool
    said: str = ""


OutputCheck = Callable[[Bench, bytes, bytes, bytes], Check]
"""Given a bench, the input, the printed output and the expected one."""


def output_check(problem: CodeProblem, checker: Checker) -> OutputCheck:
    """The check that a problem's checker asks for; raises `ProblemError`."""
    if checker.type == "program":
        return ProgramCheck(problem, checker)
    return lambda bench, stdin, printed, expected: Check(same_output(expected, printed, checker))


class ProgramCheck:
    """A checker program, built when it is first needed."""

    def __init__(self, problem: CodeProblem, checker: Checker) -> None:
        self._language = language_of(problem, checker.language, "tests.checker.language")
        if self._language == PYTHON[0]:
            _refuse_what_is_no_python(problem, checker.code)
        self._checker = checker
        self._files = {name: text.encode("utf-8", "surrogatepass") for name, text in checker.files.items()}
        self._built: Built | None = None

    def __call__(self, bench: Bench, stdin: bytes, printed: bytes, expected: bytes) -> Check:
        """Run the checker on one output; raises `GraderFailure` where it fails."""
        files = {_INPUT: stdin, _OUTPUT: printed, _EXPECTED: expected}
        room = _SCRATCH_MB + (sum(map(len, files.values())) >> 19)
        limits = replace(Budget(self._checker.limits).limits(), scratch_mb=room)
        outcome = bench.run(
            Job(
                self._checker.code,
                language=self._language,
                files={**self._files, **files},
                argv=(_INPUT, _OUTPUT, _EXPECTED),
                limits=limits,
                built=self._made(bench),
            ),
            _CHECKERS,
        )
        if outcome.status != "exited" or self._crashed(outcome):
            raise GraderFailure(f"the problem's checker failed: {deed(outcome)[1]}")
        if outcome.exit_code == _RIGHT:
            return Check(True)
        if outcome.exit_code in _WRONG:
            return Check(False, _said(outcome))
        raise GraderFailure(f"the problem's checker failed: {deed(outcome)[1]} (0 is right, 1 and 2 are wrong)")

    def _made(self, bench: Bench) -> Built | None:
        if self._built is None:
            built = bench.build(Job(self._checker.code, language=self._language, files=self._files), _CHECKERS)
            if isinstance(built, Outcome):
                raise GraderFailure(f"the problem's checker does not compile: {deed(built)[1]}")
            self._built = built
        return self._built

    def _crashed(self, outcome: Outcome) -> bool:
        """Whether an exit code that could mean "wrong" came of an error that the checker did not catch."""
        if outcome.exit_code not in _WRONG:
            return False
        if self._language == PYTHON[0]:
            return outcome.exit_code == 1 and _TRACEBACK in outcome.stderr
        return language(self._language).told_crash(outcome.stderr)


def _refuse_what_is_no_python(problem: CodeProblem, code: str) -> None:
    try:
        parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        said = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
        raise ProblemError(f"is no Python: {said}", problem_id=problem.id, field="tests.checker.code") from None


def _said(outcome: Outcome) -> str:
    text = (outcome.stderr.strip() or outcome.stdout.strip())[:1000].decode("utf-8", "replace")
    return " ".join(text.split())[:_SAID_MOST]
