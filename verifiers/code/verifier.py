"""The verifier of programs: prepares a problem's tests, finds programs in responses, has them judged."""

from __future__ import annotations

from functools import partial

from sandboxes.languages import PYTHON, language
from verifiers.code.asserts import AssertsSuite
from verifiers.code.bench import on_a_bench
from verifiers.code.calls import CallsSuite
from verifiers.code.extract import extract
from verifiers.code.language import WholeProgram, language_of
from verifiers.code.program import Prompt, read_prompt
from verifiers.code.pytests import PytestSuite
from verifiers.code.stdio import StdioSuite
from verifiers.code.suite import Suite
from verifiers.errors import ProblemError
from verifiers.interface import Answer, Judgement, NeedsSlowLane
from verifiers.problem import AssertsTests, CodeProblem, Problem, PytestTests, StdioTests
from verifiers.verdict import Verdict


class PreparedCode:
    """A problem with its tests made ready."""

    def __init__(self, prompt: Prompt | WholeProgram, suite: Suite) -> None:
        self._prompt = prompt
        self._suite = suite

    def extract(self, response: str) -> Answer | None:
        """The program in `response`, or None where there is none."""
        if isinstance(self._prompt, WholeProgram):
            return self._prompt.extract(response)
        return extract(response, self._prompt.wanted)

    def judge(self, answer: Answer) -> Judgement:
        """Refuse what cannot be a program's text; raises `NeedsSlowLane` for what must be run."""
        program = self._prompt.program(answer)
        try:
            program.source.encode()
        except UnicodeEncodeError:
            return Judgement(Verdict.COMPILE_ERROR, reason="the program is not text: it holds half a character")
        if "\0" in program.source:
            return Judgement(Verdict.COMPILE_ERROR, reason="the program holds a null character")
        raise NeedsSlowLane(partial(on_a_bench, partial(self._suite.judge, program=program)))


class CodeVerifier:
    """Programs: see the package."""

    kind = "code"
    problem_type: type[Problem] = CodeProblem

    def prepare(self, problem: CodeProblem) -> PreparedCode:
        """Make the tests of `problem` ready; raises `ProblemError` by name."""
        tests = problem.tests
        named = language_of(problem, problem.language)
        if named != PYTHON[0]:
            if not isinstance(tests, StdioTests):
                wrong = f"tests of type {tests.type!r} are for Python; programs in {named} are tested by 'stdio'"
                raise ProblemError(wrong, problem_id=problem.id)
            return PreparedCode(WholeProgram(language(named)), StdioSuite(problem, tests, named))
        if isinstance(tests, StdioTests):
            return PreparedCode(read_prompt(problem.prompt, None), StdioSuite(problem, tests))
        if isinstance(tests, PytestTests):
            suite = PytestSuite(problem, tests)
            prompt = read_prompt(problem.prompt, suite.entry_point)
            return PreparedCode(prompt, suite)
        prompt = read_prompt(problem.prompt, tests.entry_point)
        if isinstance(tests, AssertsTests):
            return PreparedCode(prompt, AssertsSuite(problem, tests, prompt.head))
        return PreparedCode(prompt, CallsSuite(problem, tests))


VERIFIER = CodeVerifier()
