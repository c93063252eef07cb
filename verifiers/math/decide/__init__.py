"""Deciding whether an answer is what the reference asks for; each module is one kind of reference or of evidence.

Two storeys. Below, two *expressions* are compared by the ladder of evidence (`ladder`: `exact`, `residues`,
`normalform`, `numeric` over `enclosure`, `algebraic`). Above, the kind of the reference says which rule takes an
answer apart down to pairs of expressions (`dispatch`: `values`, `points`, `lists`, `regions`, `relations`).
"""

from __future__ import annotations

from verifiers.math.decide.context import Comparison, Doubtful
from verifiers.math.decide.dispatch import whole
from verifiers.math.decide.rungs import Steps
from verifiers.math.decide.trace import Trace
from verifiers.math.problem_policy import Rules

__all__ = ["Comparison", "Doubtful", "comparison"]


def comparison(
    rules: Rules, doubtful: Doubtful | None = None, steps: Steps | None = None, trace: Trace | None = None
) -> Comparison:
    """A comparison under `rules` that takes at most `steps`.

    `doubtful` helps where the fast lane cannot decide, `trace` takes down what is tried.
    """
    return Comparison(rules, whole, doubtful, steps or Steps(), trace)
