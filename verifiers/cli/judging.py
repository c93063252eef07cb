"""The verifier in use, as a study asks for it: would this answer be accepted, and are these two one answer?

Only the fast lane decides: a guess that needs computer algebra or a sandbox counts as not accepted, so that what
luck reaches stays a lower bound, and answers that only computer algebra could tell equal stay apart.
"""

from __future__ import annotations

import re
from collections import OrderedDict

from verifiers.interface import NeedsSlowLane, Prepared
from verifiers.problem import ChoiceProblem, MathProblem, Problem
from verifiers.registry import prepare
from verifiers.verdict import Verdict

_KEPT = 512
_INTEGER = re.compile(r"-?[0-9]{1,300}")
_SAYING = {"math": r"\boxed{{{}}}", "choice": "The answer is ({})."}


class VerifierInUse:
    """Judges short answers as responses that state nothing else (see `verifiers.study.judge.Judge`)."""

    def __init__(self) -> None:
        # by the identity of the problem, which is kept so that no other takes its place
        self._prepared: OrderedDict[tuple[int, str | None], tuple[Problem, Prepared | None]] = OrderedDict()

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Whether a response that states `answer` is graded `correct` without the slow lane."""
        return self._accepts(self._ready(problem, None), problem.kind, answer)

    def same(self, problem: Problem, answer: str, other: str) -> bool:
        """Whether `other` passes where `answer` is the reference; mathematics alone has more than one spelling."""
        if not isinstance(problem, MathProblem):
            return answer == other
        if _INTEGER.fullmatch(answer) and _INTEGER.fullmatch(other):
            return int(answer) == int(other)  # the common case, and no leniency of the policy makes them one answer
        return self._accepts(self._ready(problem, answer), problem.kind, other)

    def _accepts(self, prepared: Prepared | None, kind: str, answer: str) -> bool:
        saying = _SAYING.get(kind)
        found = prepared.extract(saying.format(answer)) if prepared is not None and saying else None
        if prepared is None or found is None:
            return False
        try:
            return prepared.judge(found).verdict is Verdict.CORRECT
        except NeedsSlowLane:
            return False
        except Exception:  # noqa: BLE001 - as in grading, a fault of the grader is no acceptance, and ends no report
            return False

    def _ready(self, problem: Problem, reference: str | None) -> Prepared | None:
        """`problem` made ready, with another reference if one is given; None where that cannot be a reference."""
        key = id(problem), reference
        if key not in self._prepared:
            try:
                wanted = problem if reference is None else problem.model_copy(update={"reference": reference})
                ready = prepare(wanted) if isinstance(problem, MathProblem | ChoiceProblem) else None
            except Exception:  # noqa: BLE001 - an answer need not be a reference; whatever it does, it is not one
                ready = None
            self._prepared[key] = problem, ready
            while len(self._prepared) > _KEPT:
                self._prepared.popitem(last=False)
        return self._prepared[key][1]
