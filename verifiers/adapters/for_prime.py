"""PrimeIntellect's `verifiers` (0.1 and 0.4) and prime-rl: a file of its own, which asks a server of ours over HTTP.

Their import package is called `verifiers` as ours is, so the two are not installed side by side: `verify serve` runs in
our environment; in theirs this file and `client_file.py` beside it are named by their path or copied, and need nothing
but the standard library. The server is at TRUEGRADE_URL, else http://127.0.0.1:8000; TRUEGRADE_TOKEN is its token.

- 0.1: `vf.Rubric(funcs=[rubric_reward])`. There an exception would become 0.0, so a failure of the grader sets
  `state["error"]`, by which the rollout counts as failed, as it does where a model or sandbox fails.
- 0.4 and prime-rl: `task.rewards.truegrade.fn = "PATH/for_prime.py:task_reward"`. A failure of the grader raises, which
  is an error of the task and no reward.
- `rubric_function(on_error="zero")` and `task_function(on_error="zero")` make it a wrong answer.

The row's `answer` is a reference or a whole problem as JSON; `info` or the task's data may hold a whole problem as
`truegrade` (or, in place of it, its `kind`, `choices` and the rest).
"""

import asyncio
import importlib.util
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

URL = "http://127.0.0.1:8000"
_STATED = ("kind", "policy", "choices", "labels", "answer_type", "precision", "unit", "tests", "language", "limits")


class GradingFailed(Exception):
    """The grader failed or could not be reached: no statement about the response."""


def problem_of(answer: Any, more: Any) -> dict[str, Any]:
    """The problem that a row states by its answer and what else it holds."""
    more = more if isinstance(more, Mapping) else {}
    for value in (more.get("truegrade"), answer):
        stated = _unpacked(value)
        if isinstance(stated, Mapping) and "kind" in stated:
            return dict(stated)
    problem = {name: more[name] for name in _STATED if more.get(name) is not None}
    kind = "code" if "tests" in problem else "choice" if {"choices", "answer_type"} & problem.keys() else "math"
    return {"kind": kind, "reference": answer, **problem} if kind != "code" else {"kind": kind, **problem}


def grade(problem: Mapping[str, Any], response: str) -> dict[str, Any]:
    """The grade of one response, as the server gives it; raises `GradingFailed` where it has none."""
    client, grader = _server(os.environ.get("TRUEGRADE_URL", URL), os.environ.get("TRUEGRADE_TOKEN"))
    try:
        found: dict[str, Any] = grader.grade(dict(problem), response)
    except client.GraderError as error:
        raise GradingFailed(f"{error}; does `verify serve` run there?") from None
    if found.get("score") is None:
        raise GradingFailed(str(found.get("reason")))
    return found


@lru_cache(maxsize=4)
def _server(url: str, token: Any) -> tuple[Any, Any]:
    """The client's module, loaded from beside this file, and its connection to the server."""
    spec = importlib.util.spec_from_file_location("truegrade_client", Path(__file__).with_name("client_file.py"))
    assert spec is not None and spec.loader is not None
    client = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(client)
    return client, client.Grader(url, token=token)


def rubric_function(on_error: str = "none") -> Callable[..., Awaitable[float]]:
    """A reward for verifiers 0.1. A failure of the grader is the rollout's error, or (`zero`) a wrong answer."""
    if on_error not in ("none", "zero"):
        raise ValueError(f"on_error must be none or zero, not {on_error!r} (a Rubric makes 0.0 of what is raised)")

    async def truegrade(completion: Any, answer: Any, state: Any, info: Any = None) -> float:
        try:
            found = await asyncio.to_thread(grade, problem_of(answer, _unpacked(info)), _text(completion))
        except GradingFailed as failure:
            if on_error == "none":
                import verifiers as theirs

                state["error"] = theirs.InfraError(f"truegrade: {failure}")
            return 0.0
        return float(found["score"])

    return truegrade


def task_function(on_error: str = "raise") -> Callable[..., Awaitable[float]]:
    """A reward function for verifiers 0.4. A failure of the grader raises, or (`zero`) is a wrong answer."""
    if on_error not in ("raise", "zero"):
        raise ValueError(f"on_error must be raise or zero, not {on_error!r} (a reward must be a number)")

    async def truegrade(task: Any, trace: Any) -> float:
        stated = task.model_dump() if hasattr(task, "model_dump") else dict(task)
        try:
            found = await asyncio.to_thread(grade, problem_of(stated.get("answer"), stated), trace.last_reply)
        except GradingFailed:
            if on_error == "raise":
                raise
            return 0.0
        return float(found["score"])

    return truegrade


rubric_reward = rubric_function()
task_reward = task_function()


def _unpacked(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _text(completion: Any) -> str:
    if isinstance(completion, str):
        return completion
    for message in reversed(completion or ()):
        said = message if isinstance(message, Mapping) else vars(message)
        if said.get("role") == "assistant":
            content = said.get("content") or ""
            return content if isinstance(content, str) else "".join(part.get("text") or "" for part in content)
    return ""
