"""A plug-in kind for tests of the engine: the response says what its grading does to the worker."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Literal

from verifiers.errors import GraderFailure, ProblemError
from verifiers.interface import Answer, Judgement, NeedsSlowLane
from verifiers.problem import Problem
from verifiers.verdict import Verdict


class ProbeProblem(Problem):
    kind: Literal["probe"] = "probe"
    reference: str
    log: str = ""  # a file that gets a byte for each judging


class Prepared:
    def __init__(self, problem: ProbeProblem) -> None:
        self.problem = problem

    def extract(self, response: str) -> Answer | None:
        if response.startswith("extract-"):
            self._misbehave(response.removeprefix("extract-"))
        start = response.rfind("=>")
        if start < 0:
            return None
        text = response[start + 2 :]
        return Answer(text.strip(), text, (start + 2, len(response)), "arrow")

    def judge(self, answer: Answer) -> Judgement:
        if self.problem.log:
            with Path(self.problem.log).open("a") as log:
                log.write(".")
        self._misbehave(answer.key)
        if answer.key.startswith("slow"):
            raise NeedsSlowLane(lambda: Judgement(Verdict.UNDECIDED, "slow"))
        if answer.key.startswith("clock:"):
            path = Path(answer.key.removeprefix("clock:"))
            if path.suffix == ".never" or not path.exists():
                path.touch()
                return Judgement(Verdict.TIMEOUT, by_the_clock=True)
            return Judgement(Verdict.CORRECT, "identical")
        right = answer.key == self.problem.reference
        return Judgement(Verdict.CORRECT if right else Verdict.INCORRECT, "identical")

    def _misbehave(self, what: str) -> None:
        deed, _, argument = what.partition(":")
        if deed == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if deed == "die-once" and not Path(argument).exists():
            Path(argument).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if deed == "raise":
            raise RuntimeError("the verifier has a fault")
        if deed == "fail":
            raise GraderFailure("the sandbox was lost")
        if deed == "fail-while" and Path(argument).exists():
            raise GraderFailure("the sandbox was lost")
        if deed == "fail-once" and not Path(argument).exists():
            Path(argument).touch()
            raise GraderFailure("the sandbox was lost")
        if deed == "sleep":
            time.sleep(float(argument))


class Verifier:
    kind = "probe"
    problem_type = ProbeProblem

    def prepare(self, problem: ProbeProblem) -> Prepared:
        if problem.reference == "unreadable":
            raise ProblemError("cannot be read", problem_id=problem.id, field="reference")
        return Prepared(problem)


VERIFIER = Verifier()
