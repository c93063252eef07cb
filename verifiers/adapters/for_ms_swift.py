"""ms-swift: `--external_plugins $(verify adapter ms-swift --path) --reward_funcs truegrade`; tested with 4.6.0.

The data set's columns state the problem (`verifiers.adapters.rows`): `truegrade`, or `solution`, `choices`, `tests`, …
Where the grader fails the reward is None: ms-swift leaves it out. In a plugin of your own,
`register(name, on_error=…)` gives another way. Loaded by ms-swift, this file registers `truegrade` at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from verifiers.adapters.grading import OnError, checked, grade_rows, reward_of
from verifiers.adapters.rows import rows_of, text_of


def rewards(completions: Sequence[Any], on_error: OnError = "none", **columns: Any) -> list[float | None]:
    """One reward a completion, from columns of the same length."""
    grades = grade_rows(rows_of(columns, len(completions)), [text_of(completion) for completion in completions])
    return [reward_of(each, on_error) for each in grades]


def register(name: str = "truegrade", on_error: OnError = "none") -> type:
    """Make the reward known to ms-swift as `name`; returns its class."""
    from swift.rewards import ORM, orms

    way = checked(on_error, "ms-swift")

    class Truegrade(ORM):
        def __call__(self, completions: Sequence[Any], **columns: Any) -> list[float | None]:
            return rewards(completions, way, **columns)

    orms[name] = Truegrade
    return Truegrade


if "swift.rewards" in sys.modules:
    register()
