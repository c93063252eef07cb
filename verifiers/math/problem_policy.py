"""The rules of comparison that a problem's policy sets, as the comparison reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from verifiers.math.asked import formulas_of
from verifiers.math.tree import Node
from verifiers.problem import MathProblem

_ASKS_FOR_PERCENT = re.compile(
    r"percent|per cent|%|百分|процент|prozent|pourcent|porcent|퍼센트|パーセント", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Rules:
    """As `verifiers.problem.Policy`.

    `percent` is strict instead of either where the prompt is known and asks for no percentage.
    """

    relative: float = 0.0
    absolute: float = 0.0
    rounding: str = "exact"
    units: str = "optional"
    percent: str = "either"
    order: str | None = None
    variables: frozenset[str] = frozenset()
    prompt: str = ""

    def formulas(self) -> frozenset[Node]:
        """The formulas that stand in the problem; see `verifiers.math.asked`."""
        return formulas_of(self.prompt) if self.prompt else frozenset()

    @property
    def approximate(self) -> bool:
        """Whether a number near the reference may do."""
        return bool(self.relative or self.absolute) or self.rounding == "reference"

    @property
    def exactly(self) -> bool:
        """Whether equal answers are equal in value: nothing lets two different numbers pass for one."""
        return not self.approximate and self.units != "ignore" and self.percent not in {"ignore", "factor"}


_DEFAULT = MathProblem.model_fields["policy"].default  # frozen, and so one object for all problems without a policy
_DEFAULT_RULES = Rules()


def rules_of(problem: MathProblem) -> Rules:
    """The rules that `problem` sets."""
    policy = problem.policy
    if policy is _DEFAULT and problem.prompt is None:
        return _DEFAULT_RULES
    asked = problem.prompt is None or _ASKS_FOR_PERCENT.search(problem.prompt) is not None
    return Rules(
        relative=policy.tolerance.relative if policy.tolerance else 0.0,
        absolute=policy.tolerance.absolute if policy.tolerance else 0.0,
        rounding=policy.rounding,
        units=policy.units,
        percent="strict" if policy.percent == "either" and not asked else policy.percent,
        order=policy.order,
        variables=frozenset(policy.variables or ()),
        prompt=problem.prompt or "",
    )
