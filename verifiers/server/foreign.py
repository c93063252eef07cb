"""The protocols that know scores alone: OpenRLHF's `/get_reward`, LLaMA-Factory's `/v1/score/evaluation`.

Both send the whole text, prompt and response together. The prompt is cut off before grading: what it says is no answer
of the model's. Where it cannot be told from the response the request is refused, not graded on a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json

from verifiers.engine.study import Checked
from verifiers.server.errors import bad_request
from verifiers.server.messages import RewardAnswer, RewardRequest, ScoreAnswer, ScoreRequest
from verifiers.server.orders import Order, Reader

_LOGGED = ("correct", "no_answer", "error")


async def reward_order(reader: Reader, asked: RewardRequest) -> Order:
    """What OpenRLHF wants graded; raises `Refusal`."""
    _as_many(asked.labels, asked.query, "labels", "query")
    problems = await _labelled(reader, asked.labels)
    responses = asked.query
    if asked.prompts is not None:
        _as_many(asked.prompts, asked.query, "prompts", "query")
        responses = []
        for number, (text, prompt) in enumerate(zip(asked.query, asked.prompts, strict=True)):
            _, found, after = text.partition(prompt) if prompt else ("", "-", text)
            if not found:
                message = "does not hold its prompt: the response cannot be told from it"
                raise bad_request(message, f"query.{number}")
            responses.append(after)
    return reader.pairs(problems, responses, "query")


async def score_order(reader: Reader, asked: ScoreRequest) -> Order:
    """What LLaMA-Factory wants graded; raises `Refusal`."""
    if asked.labels is not None:
        _as_many(asked.labels, asked.messages, "labels", "messages")
        problems = await _labelled(reader, asked.labels)
    else:
        problems = [_by_prompt(reader, text, f"messages.{number}") for number, text in enumerate(asked.messages)]
    responses = []
    for text, checked in zip(asked.messages, problems, strict=True):
        prompt = checked.problem.prompt
        responses.append(text.partition(prompt)[2] if prompt and prompt in text else text)
    return reader.pairs(problems, responses, "messages")


def _as_many(these: Sequence[Any], those: Sequence[Any], name: str, other: str) -> None:
    if len(these) != len(those):
        raise bad_request(f"are {len(these)} for {len(those)} in {other!r}: the numbers must be equal", name)


async def _labelled(reader: Reader, labels: Sequence[Any]) -> list[Checked]:
    """The problem that each label means."""
    found: list[Checked | None] = []
    stated: list[dict[str, Any]] = []
    places: list[int] = []
    for number, label in enumerate(labels):
        record = _record(reader, label, f"labels.{number}")
        if isinstance(record, Checked):
            found.append(record)
            continue
        found.append(None)
        stated.append(record)
        places.append(number)
    checked = iter(await reader.checked(stated, [f"labels.{place}" for place in places]))
    return [each if each is not None else next(checked) for each in found]


def _record(reader: Reader, label: Any, at: str) -> dict[str, Any] | Checked:
    if isinstance(label, dict):
        return label
    if label is None:
        raise bad_request("is null: a problem's id, a problem, or a reference is expected", at)
    text = str(label)
    if text.lstrip().startswith("{"):
        try:
            record = from_json(text, allow_inf_nan=False)
        except ValueError:
            record = None
        if isinstance(record, dict) and "kind" in record:
            return record
    if reader.known:
        if text not in reader.known:
            raise bad_request(f"no problem of this server has the id {text!r}", at)
        return reader.known[text]
    return {"kind": "math", "reference": text}


def _by_prompt(reader: Reader, text: str, at: str) -> Checked:
    """The problem whose prompt stands in a text: the longest of them."""
    if not reader.known:
        message = "says no problem: give 'labels', or start the server with --problems, whose prompts are looked for"
        raise bad_request(message, at)
    found = [each for each in reader.known.values() if each.problem.prompt and each.problem.prompt in text]
    if not found:
        raise bad_request("holds the prompt of no problem that this server has", at)
    longest = max(len(each.problem.prompt or "") for each in found)
    best = [each for each in found if len(each.problem.prompt or "") == longest]
    if len({each.digest for each in best}) > 1:
        names = ", ".join(repr(each.problem.id) for each in best[:3])
        raise bad_request(f"holds the prompts of several problems: {names}", at)
    return best[0]


def rewards(lines: Sequence[bytes], error_score: float | None) -> RewardAnswer:
    """What OpenRLHF is answered."""
    grades = [from_json(line) for line in lines]
    scores = _scores(grades, error_score)
    logs = {name: [float(grade["verdict"] == name) for grade in grades] for name in _LOGGED}
    return RewardAnswer(rewards=scores, scores=scores, extra_logs=logs)


def scores(lines: Sequence[bytes], model: str, error_score: float | None) -> ScoreAnswer:
    """What LLaMA-Factory is answered."""
    return ScoreAnswer(model=model, scores=_scores([from_json(line) for line in lines], error_score))


def _scores(grades: Sequence[dict[str, Any]], error_score: float | None) -> list[float | None]:
    return [error_score if grade["score"] is None else grade["score"] for grade in grades]
