"""EasyR1: `worker.reward.reward_function=$(verify adapter easyr1 --path):compute_score`; revision b44b311.

The row's `ground_truth` is a reference or a whole problem as JSON (`verifiers.adapters.rows`). A failure of the grader
raises, since EasyR1 has no form for "no reward here"; `reward_function_kwargs.on_error=zero` makes it a wrong answer,
counted by the key `error`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from verifiers.adapters.grading import WITHOUT_NONE, OnError, checked, grade_rows, number_of
from verifiers.verdict import Verdict

REWARD_NAME = "truegrade"
REWARD_TYPE = "batch"


def compute_score(
    reward_inputs: Sequence[Mapping[str, Any]], on_error: OnError = "raise", **_: Any
) -> list[dict[str, float]]:
    """Of `[{"response", "ground_truth", ...}]`: `overall` and `accuracy`, and `no_answer` and `error` to be logged."""
    way = checked(on_error, "EasyR1", WITHOUT_NONE)
    rows = [{"reference": each["ground_truth"]} for each in reward_inputs]
    results = []
    for found in grade_rows(rows, [each["response"] for each in reward_inputs]):
        score = number_of(found, way)
        shares = {verdict.value: float(found.verdict is verdict) for verdict in (Verdict.NO_ANSWER, Verdict.ERROR)}
        results.append({"overall": score, "accuracy": score, **shares})
    return results
