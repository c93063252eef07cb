"""What a comparison carries along: the rules of the problem, the help it may ask for, and how much work is left.

`Comparison.equal` compares a whole answer with a whole reference; the rules for lists, points, equations and so on
come back to it for their parts. Which rule that is, stands in one table (`dispatch`), which is handed over when the
comparison is made; so no rule needs to know the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from verifiers.math.decide.rungs import Finding, Steps
from verifiers.math.decide.trace import Trace
from verifiers.math.problem_policy import Rules
from verifiers.math.tree import Node

Doubtful = Callable[[Node, Node], Finding]
Rule = Callable[["Comparison", Node, Node], Finding]
MOST_PAIRS = 3_000
_STRENGTH = ("identical", "exact", "enclosure", "numeric", "symbolic", "text")


@dataclass(slots=True)
class Comparison:
    """One answer against one problem.

    `whole` is the rule for a whole answer. `doubtful` decides the pairs of expressions that the ladder leaves open: on
    the fast lane it is None and `Open` goes up to the caller, on the slow lane it asks another process. `trace`, where
    there is one, takes down what was tried. `pairs` and `steps` are how many parts may still be compared, and how much
    work that may take.
    """

    rules: Rules
    whole: Rule
    doubtful: Doubtful | None = None
    steps: Steps = field(default_factory=Steps)
    trace: Trace | None = None
    pairs: Steps = field(default_factory=lambda: Steps(MOST_PAIRS))

    def equal(self, reference: Node, answer: Node) -> Finding:
        """Compare a whole answer with a whole reference. Raises `Open` where nothing decides."""
        self.pairs.take()
        return self.whole(self, reference, answer)

    def strictly(self) -> Comparison:
        """A comparison of values alone, whatever the policy lets pass; it shares what is left of the work."""
        return Comparison(Rules(percent="strict"), self.whole, self.doubtful, self.steps, pairs=self.pairs)

    def one_claim(self, parts: list[Node]) -> bool:
        """Whether all parts say the same, so that they are one answer said in several ways and no hedge."""
        strict = self.strictly()
        return all(strict.equal(parts[0], other) for other in parts[1:])

    def together(self, pairs: Iterable[tuple[Node, Node]]) -> Finding:
        """Whether all pairs are equal; the weakest evidence counts."""
        method = "identical"
        for first, second in pairs:
            found = self.equal(first, second)
            if not found:
                return found
            method = weaker(method, found.method)
        return Finding(True, method)


def weaker(first: str, second: str) -> str:
    """The weaker of two means of evidence."""
    return max(first, second, key=_STRENGTH.index)


def unequal(reason: str, method: str = "exact") -> Finding:
    """A finding of inequality."""
    return Finding(False, method, reason)
