"""verl: `reward.custom_reward_function.path=$(verify adapter verl --path)`, name `compute_score`; tested with 0.9.1.

The row's `ground_truth` is a reference or a whole problem, `extra_info` may hold `choices` and the rest
(`verifiers.adapters.rows`). `compute_scores` is for managers that hand over batches, and `TruegradeRewardManager` is
the same as a reward manager (`reward.reward_manager.source=importlib`, `module.path` this file), which grades without
holding up the event loop. verl takes the keys of the first sample for those of all: they are always the same.

verl has no form for "no reward here": a failure of the grader raises, unless `reward_kwargs.on_error=zero`; it is then
counted by the key `error`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from verifiers.adapters.grading import WITHOUT_NONE, OnError, checked, facts_of, grade_row, grade_rows, number_of
from verifiers.grading import Grade


def compute_score(
    data_source: str = "",
    solution_str: str = "",
    ground_truth: Any = None,
    extra_info: Mapping[str, Any] | None = None,
    on_error: OnError = "raise",
    **_: Any,
) -> dict[str, str | float]:
    """The score of one sample, and beside it `acc`, `verdict`, `answer`, `method`, `reason` and `error`."""
    way = checked(on_error, "verl", WITHOUT_NONE)
    return _result(grade_row(_row(ground_truth, extra_info), solution_str), way)


def compute_scores(
    data_sources: Sequence[str],
    solution_strs: Sequence[str],
    ground_truths: Sequence[Any],
    extra_infos: Sequence[Mapping[str, Any] | None] | None = None,
    on_error: OnError = "raise",
    **_: Any,
) -> list[dict[str, str | float]]:
    """As `compute_score`, of a batch on this process's engine."""
    way = checked(on_error, "verl", WITHOUT_NONE)
    extras = extra_infos if extra_infos is not None else [None] * len(solution_strs)
    rows = [_row(truth, extra) for truth, extra in zip(ground_truths, extras, strict=True)]
    return [_result(each, way) for each in grade_rows(rows, list(solution_strs))]


def _row(ground_truth: Any, extra_info: Mapping[str, Any] | None) -> dict[str, Any]:
    return {**(extra_info or {}), "reference": ground_truth}


def _result(found: Grade, on_error: OnError) -> dict[str, str | float]:
    score = number_of(found, on_error)
    return {"score": score, "acc": score, **facts_of(found)}


def __getattr__(name: str) -> Any:
    if name != "TruegradeRewardManager":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from verl.experimental.reward_loop.reward_manager.naive import NaiveRewardManager

    class TruegradeRewardManager(NaiveRewardManager):
        """verl's manager of single samples, with this file's `compute_score`; a custom function takes its place."""

        def __init__(self, config: Any, tokenizer: Any, compute_score: Any = None, **settings: Any) -> None:
            own = config.reward.get("custom_reward_function") or {}
            super().__init__(config, tokenizer, compute_score if own.get("path") else _acompute_score, **settings)

    globals()[name] = TruegradeRewardManager
    return TruegradeRewardManager


async def _acompute_score(**given: Any) -> dict[str, str | float]:
    return await asyncio.to_thread(compute_score, **given)
