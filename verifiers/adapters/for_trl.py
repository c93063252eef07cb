"""TRL: `GRPOTrainer(reward_funcs=reward)`, or `areward`, which does not hold up the event loop; tested with 1.16.

The data set's columns state the problem (`verifiers.adapters.rows`): `truegrade`, or `answer`, `choices`, `tests`, …
`reward_function(on_error=…)` gives another way with the grader's failures than the default, None: TRL leaves that
sample's reward out. With each batch the verdicts, answers and reasons go to the completions table, and the shares of
failures and of responses without an answer to the metrics.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from verifiers.adapters.grading import OnError, agrade_rows, checked, facts_of, grade_rows, reward_of
from verifiers.adapters.rows import rows_of, text_of
from verifiers.grading import Grade
from verifiers.verdict import Verdict

_SHARES = {"truegrade/error": Verdict.ERROR, "truegrade/no_answer": Verdict.NO_ANSWER}
_COLUMNS = ("verdict", "answer", "reason")


def reward(completions: Sequence[Any], **columns: Any) -> list[float | None]:
    """One reward a completion: its score; None where the grader failed."""
    return _rewards(grade_rows(*_batch(completions, columns)), "none", columns)


async def areward(completions: Sequence[Any], **columns: Any) -> list[float | None]:
    """As `reward`; TRL awaits it beside its other asynchronous reward functions."""
    return _rewards(await agrade_rows(*_batch(completions, columns)), "none", columns)


def reward_function(
    on_error: OnError = "none", *, name: str = "truegrade", asynchronous: bool = False
) -> Callable[..., list[float | None]] | Callable[..., Awaitable[list[float | None]]]:
    """A reward function whose metrics TRL calls by `name`; `on_error` says what becomes of the grader's failures."""
    way = checked(on_error, "TRL")

    def graded(completions: Sequence[Any], **columns: Any) -> list[float | None]:
        return _rewards(grade_rows(*_batch(completions, columns)), way, columns)

    async def agraded(completions: Sequence[Any], **columns: Any) -> list[float | None]:
        return _rewards(await agrade_rows(*_batch(completions, columns)), way, columns)

    graded.__name__ = agraded.__name__ = name
    return agraded if asynchronous else graded


def _batch(completions: Sequence[Any], columns: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    return rows_of(columns, len(completions)), [text_of(completion) for completion in completions]


def _rewards(grades: Sequence[Grade], on_error: OnError, columns: dict[str, Any]) -> list[float | None]:
    log_extra, log_metric = columns.get("log_extra"), columns.get("log_metric")
    if log_extra is not None:
        facts = [facts_of(each) for each in grades]
        for column in _COLUMNS:
            log_extra(column, [fact[column] for fact in facts])
    if log_metric is not None and grades:
        for metric, verdict in _SHARES.items():
            log_metric(metric, sum(each.verdict is verdict for each in grades) / len(grades))
    return [reward_of(each, on_error) for each in grades]
