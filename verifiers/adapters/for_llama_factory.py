"""LLaMA-Factory: PPO with `reward_model_type: api` and this file as the API; 0.9.5.

    python $(verify adapter llama-factory --path) --problems problems.jsonl --port 8000

LLaMA-Factory sends whole texts and no labels, so the problems must be told beforehand, each with the `prompt` that
stands in the text; the longest that does is taken, and what follows it is graded. A text without a known prompt and a
failure of the grader are HTTP errors and no numbers; `--on-error zero` makes the latter a wrong answer.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from verifiers.adapters.grading import WITHOUT_NONE, OnError, checked, grade_rows, number_of
from verifiers.errors import InputError, ProblemError
from verifiers.problem import Problem


def scorer(problems: Iterable[Problem], on_error: OnError = "raise") -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """What answers `{"model": ..., "messages": [text, ...]}` with `{"scores": [...]}`, one for each text."""
    way = checked(on_error, "LLaMA-Factory", WITHOUT_NONE)
    by_prompt: dict[str, Problem] = {}
    for problem in problems:
        if not problem.prompt:
            message = "is missing: the text of a response is matched with its problem by it"
            raise ProblemError(message, problem_id=problem.id, field="prompt")
        by_prompt[problem.prompt] = problem
    longest_first = sorted(by_prompt, key=len, reverse=True)

    def scores(payload: Mapping[str, Any]) -> dict[str, Any]:
        found = [_found(text, longest_first) for text in payload["messages"]]
        rows = [{"truegrade": by_prompt[prompt]} for prompt, _ in found]
        grades = grade_rows(rows, [response for _, response in found])
        return {"model": payload.get("model", ""), "scores": [number_of(each, way) for each in grades]}

    return scores


def _found(text: str, prompts: list[str]) -> tuple[str, str]:
    """The first of `prompts` that stands in `text`, and what follows it there."""
    for prompt in prompts:
        _, there, response = text.partition(prompt)
        if there:
            return prompt, response
    raise InputError("no problem's prompt stands in the text", field="messages")


if __name__ == "__main__":
    from verifiers.adapters.listening import main
    from verifiers.records import read_problems

    options = argparse.ArgumentParser()
    options.add_argument("--problems", type=Path, required=True)
    options.add_argument("--on-error", choices=WITHOUT_NONE, default="raise")
    known, _ = options.parse_known_args()
    main("/score", scorer(read_problems(known.problems).values(), known.on_error), parser=options)
