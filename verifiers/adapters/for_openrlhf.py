"""OpenRLHF: `--reward.remote_url $(verify adapter openrlhf --path)`; tested with 0.11.2.

The label is a reference or a whole problem as JSON (`verifiers.adapters.rows`). OpenRLHF hands over the prompt and the
response as one text, of which the prompt is cut off. A failure of the grader raises (OpenRLHF logs it and has no reward
for the sample); `reward_function(on_error="zero")`, in a file of yours as `reward_func`, makes it a wrong answer.

Graders on another machine: `--reward.remote_url http://HOST:PORT/get_reward`, of `verify serve`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from verifiers.adapters.grading import WITHOUT_NONE, OnError, checked, grade_row, grade_rows, number_of
from verifiers.errors import InputError
from verifiers.grading import Grade
from verifiers.verdict import Verdict

_SHARES = {"error": Verdict.ERROR, "no_answer": Verdict.NO_ANSWER}


def reward_func(queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any]) -> dict[str, Any]:
    """The rewards of texts that begin with their prompts, as tensors of shape [len(queries)]."""
    return _in_tensors(_results(queries, prompts, labels, "raise"))


def reward_function(on_error: OnError) -> Callable[..., dict[str, Any]]:
    """A `reward_func` with another way with the grader's failures."""
    way = checked(on_error, "OpenRLHF", WITHOUT_NONE)

    def reward_func(queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any]) -> dict[str, Any]:
        return _in_tensors(_results(queries, prompts, labels, way))

    return reward_func


def response_in(query: str, prompt: str) -> str:
    """What follows the prompt in a decoded query; the tokenizer may have put a token before it."""
    begins = query.find(prompt)
    if begins < 0:
        raise InputError("the query does not hold its prompt: was it cut to the longest length?", field="query")
    return query[begins + len(prompt) :]


def _results(
    queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any], on_error: OnError
) -> dict[str, Any]:
    responses = [response_in(query, prompt) for query, prompt in zip(queries, prompts, strict=True)]
    rows = [{"reference": label} for label in labels]
    grades = grade_rows(rows, responses) if len(rows) > 1 else [grade_row(*each) for each in zip(rows, responses)]
    rewards = [number_of(each, on_error) for each in grades]
    return {
        "rewards": rewards,
        "scores": rewards,
        "extra_logs": {name: _flags(grades, is_) for name, is_ in _SHARES.items()},
    }


def _flags(grades: Sequence[Grade], verdict: Verdict) -> list[float]:
    return [float(each.verdict is verdict) for each in grades]


def _in_tensors(results: Mapping[str, Any]) -> dict[str, Any]:
    import torch

    return {
        "rewards": torch.tensor(results["rewards"]),
        "scores": torch.tensor(results["scores"]),
        "extra_logs": {name: torch.tensor(values) for name, values in results["extra_logs"].items()},
    }
