"""Inspect: `Task(..., scorer=truegrade())`, or `inspect score LOG --scorer $(verify adapter inspect --path)@truegrade`.

The sample's metadata state the problem (`verifiers.adapters.rows`), or else its target and choices do; several targets
are alternatives. Where a score is not plainly right or wrong it has a reason by Inspect's names: `no_response` (there
is none), `refusal`, `invalid_response_format` (no answer in it), `grader_failed`. A sample whose grader failed is left
unscored; `on_error` gives another way. Tested with 0.3.285.
"""

from __future__ import annotations

import sys
from functools import wraps
from typing import Any

from verifiers.adapters.grading import OnError, agrade_row, checked, facts_of, reward_of
from verifiers.adapters.rows import FIELDS, WHOLE
from verifiers.grading import Grade
from verifiers.verdict import Verdict

_STATING = frozenset({WHOLE, "tests", "answer_type"})


def row_of(state: Any, target: Any) -> dict[str, Any]:
    """The row that a sample states by its metadata, target and choices."""
    metadata = state.metadata or {}
    row = {name: metadata[name] for name in FIELDS & metadata.keys()}
    targets = list(target)
    if not _STATING & row.keys() and targets:
        row["reference"] = targets[0] if len(targets) == 1 else targets
    choices = [choice.value for choice in state.choices or ()]
    if choices:
        row.setdefault("choices", choices)
    return row


def reason_of(found: Grade, response: str) -> str | None:
    """Inspect's name for why there is no right or wrong answer; None where there is one."""
    if found.verdict is Verdict.ERROR:
        return "grader_failed"
    if found.verdict is not Verdict.NO_ANSWER:
        return None
    if not response.strip():
        return "no_response"
    return "refusal" if found.method == "refusal" else "invalid_response_format"


def scorer(function: Any) -> Any:
    """Make Inspect know `function` by its own decorator of this name: now where it is loaded, else when first called.

    `inspect score` looks for the decorator's name in the file's text.
    """

    def registered() -> Any:
        from inspect_ai.scorer import accuracy, scorer, stderr

        return scorer(metrics=[accuracy(), stderr()], name=function.__name__)(function)

    if "inspect_ai" in sys.modules:
        return registered()
    return wraps(function)(lambda *args, **settings: registered()(*args, **settings))


@scorer
def truegrade(on_error: OnError = "none") -> Any:
    """The scorer, with accuracy and standard error."""
    from inspect_ai.scorer import Score

    way = checked(on_error, "Inspect")

    async def score(state: Any, target: Any) -> Score:
        response = state.output.completion
        found = await agrade_row(row_of(state, target), response)
        told: dict[str, Any] = {
            "answer": found.answer,
            "explanation": found.reason or found.method,
            "reason": reason_of(found, response),
            "metadata": facts_of(found),
        }
        reward = reward_of(found, way)
        return Score.unscored(**told) if reward is None else Score(value=reward, **told)

    return score
