"""Mathematics: extract an answer, parse it, decide whether it equals the reference, and say by which evidence.

`parse` makes a tree of LaTeX, Unicode or plain notation; `VERIFIER` is what the registry asks for.

Rooms: `extract` (which text is claimed), `tokens` and `parse` (text to tree), `decide` (one module a means of
evidence), `slow` (computer algebra in another process), `judge` (a problem made ready), `explanation` (how a
verdict was reached).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifiers.interface import Prepared
from verifiers.math.parse import ParseFailure, parse
from verifiers.problem import MathProblem, Problem

if TYPE_CHECKING:
    from verifiers.math.explanation import Explanation

__all__ = ["VERIFIER", "MathVerifier", "ParseFailure", "explain", "parse"]


class MathVerifier:
    """The verifier of problems of kind `math`."""

    kind = "math"
    problem_type: type[Problem] = MathProblem

    def prepare(self, problem: MathProblem) -> Prepared:
        """Parse the reference once. Raises `ProblemError` where it is neither mathematics nor plain text."""
        from verifiers.math.judge import prepare

        return prepare(problem)


VERIFIER = MathVerifier()


def explain(problem: MathProblem, response: str) -> Explanation:
    """Grade one response and say how: what was extracted, how it was read, what each means of evidence said.

    Raises `ProblemError` where `problem` itself cannot be graded against.
    """
    from verifiers.math.explanation import explain as explained

    return explained(problem, response)
