"""Suites of whole programs: what is read and what must be printed. Each case is a process of its own.

The expected output stays here; the program sees its input alone. A program that prints the right answer and
then fails (a non-zero exit, a signal, a limit) has failed.
"""

from __future__ import annotations

from sandboxes import Built, Job, Outcome
from sandboxes.languages import PYTHON
from verifiers.code.bench import Bench, not_lost
from verifiers.code.checking import output_check
from verifiers.code.compare import told
from verifiers.code.pace import Budget
from verifiers.code.program import Program
from verifiers.code.suite import Finding, deed, judgement
from verifiers.interface import Judgement
from verifiers.problem import CodeLimits, CodeProblem, StdioTests
from verifiers.verdict import Verdict

_METHOD = "stdio"


class StdioSuite:
    """The cases of one problem; the limits of the whole suite are shared by the cases of one program, once compiled."""

    def __init__(self, problem: CodeProblem, tests: StdioTests, language: str = PYTHON[0]) -> None:
        self._scoring = problem.scoring
        self._limits: CodeLimits = problem.limits
        self._language = language
        self._check = output_check(problem, tests.checker)
        self._cases = [
            (case.stdin.encode("utf-8", "surrogatepass"), case.stdout.encode("utf-8", "surrogatepass"))
            for case in tests.cases
        ]

    def judge(self, bench: Bench, program: Program) -> Judgement:
        """Run `program` once a case: all of them where each counts, else up to the first that fails."""
        built = bench.build(Job(program.source, language=self._language))
        if isinstance(built, Outcome):
            finding = Finding(deed(built)[0], 0, len(self._cases), deed(built)[1])
        else:
            finding = self._run(bench, program, built)
        return judgement(finding, _METHOD, self._scoring, bench.isolation(self._language))

    def _run(self, bench: Bench, program: Program, built: Built | None) -> Finding:
        first: tuple[Verdict, str] | None = None
        passed = 0
        budget = Budget(self._limits)
        job = Job(program.source, language=self._language, limits=budget.limits(), built=built)
        with bench.series(job, len(self._cases)) as series:
            for number, (stdin, expected) in enumerate(self._cases, 1):
                if not budget.left:
                    failure: tuple[Verdict, str] | None = (Verdict.TIMEOUT, "the time limit was reached")
                else:
                    outcome = not_lost(series.run(stdin, budget.limits(one_case=True)))
                    budget.spend(outcome)  # and not what the checker takes
                    failure = self._failure(bench, outcome, stdin, expected)
                if failure is None:
                    passed += 1
                elif first is None:
                    first = (failure[0], f"test {number}: {failure[1]}")
                if first is not None and (self._scoring == "all" or not budget.left):
                    break
        verdict, reason = first or (Verdict.CORRECT, "")
        return Finding(verdict, passed, len(self._cases), reason)

    def _failure(self, bench: Bench, outcome: Outcome, stdin: bytes, expected: bytes) -> tuple[Verdict, str] | None:
        if outcome.status != "exited" or outcome.exit_code != 0:
            return deed(outcome)
        finding = self._check(bench, stdin, outcome.stdout, expected)
        if finding.right:
            return None
        texts = [told(text[:200].decode("utf-8", "replace")) for text in (stdin, outcome.stdout, expected)]
        said = f"; the checker says: {finding.said}" if finding.said else ""
        return Verdict.INCORRECT, "for input {} it printed {}, expected {}".format(*texts) + said
