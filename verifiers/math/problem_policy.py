"""The rules of comparison that a problem's policy sets, as the comparison reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from verifiers.math.asked import asked_formulas, asks_for_remainder, formulas_of
from verifiers.math.numerals import number_words
from verifiers.math.tree import Node, Number
from verifiers.math.units import Unit, known_unit
from verifiers.problem import MathProblem

_ASKS_FOR_PERCENT = re.compile(
    r"percent|per cent|%|百分|процент|prozent|pourcent|porcent|퍼센트|パーセント", re.IGNORECASE
)

_UNIT = r"((?:square |cubic )?[a-z]{2,}(?<=s|t)(?: (?:squared|cubed)\b| (?:per|an?) (?:square |cubic )?[a-z]{3,})?)\b"
_ASKS_FOR_UNIT = re.compile(rf"\b(?:how many|number of|in(?: terms of)?)(?: whole| total)? {_UNIT}", re.IGNORECASE)
_ASKS_FOR_DEGREES = re.compile(r"\bdegree measure\b|\bmeasure\b[^.?]{0,60}\bin degrees\b", re.IGNORECASE)
_NAMED_BASES = {"binary": 2, "octal": 8, "hexadecimal": 16, "ternary": 3}
_IN_BASE = re.compile(
    r"\b(?:in|to|into)(?: an?| its)? ((?:binary|octal|hexadecimal|ternary)\b|base \$?(?:\d{1,2}|[a-z]+))", re.IGNORECASE
)
_MOST_OF_PROMPT = 4000


@dataclass(frozen=True, slots=True)
class Rules:
    """As `verifiers.problem.Policy`.

    `percent` is strict instead of either where the prompt is known and asks for no percentage, "asked" where it is
    known and asks for one.
    `asked`: the unit that the prompt asks for ("how many minutes", "in dollars"), where it names one and no other.
    `base`: the one in which it asks for digits.
    """

    relative: float = 0.0
    absolute: float = 0.0
    rounding: str = "exact"
    units: str = "optional"
    percent: str = "either"
    order: str | None = None
    variables: frozenset[str] = frozenset()
    asked: Unit | None = None
    base: int | None = None
    prompt: str = ""

    def formulas(self) -> frozenset[Node]:
        """The formulas that stand in the problem; see `verifiers.math.asked`."""
        return formulas_of(self.prompt) if self.prompt else frozenset()

    def asked_formulas(self) -> frozenset[Node]:
        """Those of them that the problem asks for."""
        return asked_formulas(self.prompt) if self.prompt else frozenset()

    def asks_for_remainder(self) -> bool:
        """Whether the problem is known and speaks of remainders or of a modulus."""
        return asks_for_remainder(self.prompt)

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
    return Rules(
        relative=policy.tolerance.relative if policy.tolerance else 0.0,
        absolute=policy.tolerance.absolute if policy.tolerance else 0.0,
        rounding=policy.rounding,
        units=policy.units,
        percent=policy.percent if policy.percent != "either" else _either(problem.prompt),
        order=policy.order,
        variables=frozenset(policy.variables or ()),
        prompt=problem.prompt or "",
        asked=None if problem.prompt is None else asked_unit(problem.prompt[-_MOST_OF_PROMPT:]),
        base=None if problem.prompt is None else asked_base(problem.prompt[-_MOST_OF_PROMPT:]),
    )


def _either(prompt: str | None) -> str:
    if prompt is None:
        return "either"
    return "asked" if _ASKS_FOR_PERCENT.search(prompt) is not None else "strict"


def asked_base(prompt: str) -> int | None:
    """The base in which `prompt` asks for digits."""
    found = {_NAMED_BASES.get(found.group(1).lower()) or _base(found.group(1)) for found in _IN_BASE.finditer(prompt)}
    return found.pop() if len(found) == 1 else None


def _base(written: str) -> int | None:
    digits = written.rpartition(" ")[2].strip("$")
    value = Number(int(digits)) if digits.isdigit() else number_words(digits)
    return value.numerator if value is not None else None


def asked_unit(prompt: str) -> Unit | None:
    """The one unit that `prompt` asks for; None where it asks for none, or for several."""
    found = {known_unit(found.group(1)) for found in _ASKS_FOR_UNIT.finditer(prompt)} - {None}
    if _ASKS_FOR_DEGREES.search(prompt):
        found.add(known_unit("degrees"))
    unit = found.pop() if len(found) == 1 else None
    return unit if unit is not None and unit.dimension else None
