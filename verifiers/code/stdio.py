"""Suites of whole programs: what is read and what must be printed. Each case is a process of its own.

The expected output stays here; the program sees its input alone. A program that prints the right answer and
then fails (a non-zero exit, a signal, a limit) has failed.
"""

from __future__ import annotations

from sandboxes import Job, Outcome
from verifiers.code.bench import Bench
from verifiers.code.compare import same_output, told
from verifiers.code.pace import Budget
from verifiers.code.program import Program
from verifiers.code.suite import Finding, deed, judgement
from verifiers.interface import Judgement
from verifiers.problem import Checker, CodeLimits, CodeProblem, StdioTests
from verifiers.verdict import Verdict

_METHOD = "stdio"


class StdioSuite:
    """The cases of one problem; the limits of the whole suite are shared by the cases of one program."""

    def __init__(self, problem: CodeProblem, tests: StdioTests) -> None:
        self._scoring = problem.scoring
        self._limits: CodeLimits = problem.limits
        self._checker: Checker = tests.checker
        self._cases = [
            (case.stdin.encode("utf-8", "surrogatepass"), case.stdout.encode("utf-8", "surrogatepass"))
            for case in tests.cases
        ]

    def judge(self, bench: Bench, program: Program) -> Judgement:
        """Run `program` once a case: all of them where each counts, else up to the first that fails."""
        first: tuple[Verdict, str] | None = None
        passed = 0
        budget = Budget(self._limits)
        for number, (stdin, expected) in enumerate(self._cases, 1):
            if not budget.left:
                failure: tuple[Verdict, str] | None = (Verdict.TIMEOUT, "the time limit was reached")
            else:
                outcome = bench.run(Job(program.source, stdin=stdin, limits=budget.limits(one_case=True)))
                budget.spend(outcome)
                failure = self._failure(outcome, stdin, expected)
            if failure is None:
                passed += 1
            elif first is None:
                first = (failure[0], f"test {number}: {failure[1]}")
            if first is not None and (self._scoring == "all" or not budget.left):
                break
        verdict, reason = first or (Verdict.CORRECT, "")
        finding = Finding(verdict, passed, len(self._cases), reason)
        return judgement(finding, _METHOD, self._scoring, bench.isolation())

    def _failure(self, outcome: Outcome, stdin: bytes, expected: bytes) -> tuple[Verdict, str] | None:
        if outcome.status != "exited" or outcome.exit_code != 0:
            return deed(outcome)
        if same_output(expected, outcome.stdout, self._checker):
            return None
        texts = [told(text[:200].decode("utf-8", "replace")) for text in (stdin, outcome.stdout, expected)]
        return Verdict.INCORRECT, "for input {} it printed {}, expected {}".format(*texts)
