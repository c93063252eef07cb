"""Responses as vision-language models write them, with the verdict that a careful person gives.

One case a line of `cases/*.jsonl`: the `problem`, the `response`, and what is `expected`: for items with labels the
answer's key or why there is none ("ambiguous", "refusal", "truncated", "other", "none"), a list of those where more
than one is fair; for the other types whether the response is right, or why there is no answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from verifiers import ChoiceProblem
from verifiers.choice import VERIFIER

_FILES = sorted((Path(__file__).parent / "cases").glob("*.jsonl"))
_LABELLED = ("choice", "multi", "sequence")


def _cases() -> Iterator[tuple[dict[str, Any], str, bool | list[str]]]:
    for path in _FILES:
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            yield case["problem"], case["response"], case["expected"]


_CASES = list(_cases())
_KNOWN: dict[str, Any] = {}


def _said(problem: dict[str, Any], response: str) -> bool | str:
    name = json.dumps(problem)
    if name not in _KNOWN:
        _KNOWN[name] = VERIFIER.prepare(ChoiceProblem.model_validate({"kind": "choice", **problem}))
    prepared = _KNOWN[name]
    answer = prepared.extract(response)
    if answer is None:
        return "none"
    if answer.key.startswith("\0"):
        return str(answer.key[1:].split(" ")[0])
    if problem.get("answer_type", "choice") in _LABELLED:
        return str(answer.key)
    return bool(prepared.judge(answer).verdict == "correct")


@pytest.mark.parametrize(("problem", "response", "expected"), _CASES)
def test_a_response_is_read_as_a_careful_person_reads_it(
    problem: dict[str, Any], response: str, expected: bool | list[str]
) -> None:
    said = _said(problem, response)
    if expected is False:
        assert said is not True  # wrong, or no answer for whatever reason
    elif expected is True:
        assert said is True
    else:
        assert said in expected


def test_the_cases_cover_every_type() -> None:
    types = {problem.get("answer_type", "choice") for problem, _, _ in _CASES}
    assert len(_CASES) >= 1500
    assert types >= {"choice", "multi", "sequence", "number", "list", "text", "time", "box", "box_set", "point"}


def _read(problem: dict[str, Any], response: str) -> tuple[str, str, str] | None:
    answer = VERIFIER.prepare(ChoiceProblem.model_validate({"kind": "choice", **problem})).extract(response)
    return None if answer is None else (answer.key, answer.text, answer.means)


_MARKS = ("think", "◁", "<|")
_THOUGHT = "<think>Is it A? \\boxed{C} The answer is D: 12, [1, 2, 3, 4], at 10:30 in Paris.</think>"


def test_a_reasoning_block_before_a_response_changes_nothing() -> None:
    for problem, response, _ in _CASES[::3]:
        if not any(mark in response for mark in _MARKS):
            assert _read(problem, _THOUGHT + response) == _read(problem, response), response


def test_what_is_read_at_once_is_what_the_tiers_say(monkeypatch: pytest.MonkeyPatch) -> None:
    labelled = [(problem, response) for problem, response, _ in _CASES if problem.get("answer_type") is None]
    forms = [(problem, form.format(response)) for problem, response in labelled[::4] for form in _AROUND]
    quick = [_read(*case) for case in [*labelled, *forms]]
    monkeypatch.setattr("verifiers.choice.whole.quickly", lambda *_: None)
    for case, said in zip([*labelled, *forms], quick, strict=True):
        assert _read(*case) == said, case


_AROUND = (
    "{} The answer is (B).",
    "The answer is B. {}",
    "The answer is (C).\n{}",
    "<answer>B</answer> {}",
    "{}\n<answer>(B)</answer>",
    "{} \\boxed{{B}}",
    "**Answer:** D\n{}",
)
