"""Rows whose fields stand at known places, into entries: what most logs are.

A format says where our fields stand (`Columns`); the user may say otherwise. A place is a field or a path into one,
`doc.answer` or `resps.0`. A row may hold several responses as a list; what is said of them is then a list as well.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from verifiers.datasets.source import Row
from verifiers.errors import InputError
from verifiers.grading import Grade
from verifiers.logs.entry import Entry, Known, Reading
from verifiers.logs.problems import digest, make_problem
from verifiers.problem import Problem, Sample
from verifiers.registry import first_fault

Columns = Mapping[str, tuple[str, ...]]
"""Where our fields may stand, in the order in which the places are tried."""

FIELDS = (
    "problem_id",
    "prompt",
    "reference",
    "choices",
    "response",
    "sample_id",
    "model",
    "their_score",
    "their_answer",
    "their_verdict",
)
_OF_EACH = ("sample_id", "their_score", "their_answer", "their_verdict")  # of each response, where there are several
_OF_GRADES = frozenset(Grade.model_fields) | {"response"}
_LONGEST_CARRIED = 200


def parse_columns(text: str) -> dict[str, str]:
    """What `--columns response=completion,reference=doc.answer` says; raises `InputError` where it says nothing."""
    columns: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, found, place = part.partition("=")
        if not found or not name or not place:
            raise InputError(f"--columns: {part!r} is not NAME=COLUMN; names are {', '.join(FIELDS)}, or your own")
        if name not in FIELDS and name in _OF_GRADES:
            raise InputError(f"--columns: a field {name!r} would be taken for one of a grade; use another name")
        columns[name] = place
    return columns


def value_at(record: Any, place: str) -> Any:
    """What stands at a place of a record, or None: `doc.answer`, `resps.0`, or a name that has a dot itself."""
    if isinstance(record, dict) and place in record:
        return record[place]
    name, dotted, rest = place.partition(".")
    if isinstance(record, dict) and name in record:
        inner = record[name]
    elif isinstance(record, list) and name.isdecimal() and int(name) < len(record):
        inner = record[int(name)]
    else:
        return None
    return value_at(inner, rest) if dotted else inner


def entries(row: Row, columns: Columns, reading: Reading, prefix: str, *, carry: bool = False) -> Iterator[Entry]:
    """The entries of a row.

    `prefix`: what the ids of problems begin with. `carry`: whether the other fields of the row travel along, where they
    are numbers, truth values or short texts. Raises `InputError` with the row and the field.
    """
    found = _found(row, columns, reading)
    responses = responses_in(row, found.get("response"))
    problem_id, problem = problem_of(row, found, reading, prefix, wanted="reference" in columns)
    extras = {**_own(found, reading), **(_rest(row, columns, reading) if carry else {})}
    model = reading.model or found.get("model")
    for place, response in enumerate(responses):
        said = {name: _of_each(row, name, found.get(name), place, len(responses)) for name in _OF_EACH}
        yield Entry(_sample(row, problem_id, response, model, said, extras), problem, row)


def _found(row: Row, columns: Columns, reading: Reading) -> dict[str, Any]:
    found = {}
    for name, places in columns.items():
        values = (value_at(row.record, place) for place in places)
        found[name] = next((value for value in values if value is not None), None)
    for name, place in reading.columns.items():
        found[name] = value_at(row.record, place)
        if name in FIELDS and found[name] is None and place.partition(".")[0] not in row.record:
            raise row.error(f"is missing; the record has the fields {', '.join(row.record) or 'none'}", place)
    return found


def _own(found: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """What the user wants to be carried along under names of their own."""
    return {name: found[name] for name in reading.columns if name not in FIELDS and found[name] is not None}


def _rest(row: Row, columns: Columns, reading: Reading) -> dict[str, Any]:
    taken = {place.partition(".")[0] for places in columns.values() for place in places}
    taken |= {place.partition(".")[0] for place in reading.columns.values()}
    rest = {}
    for name, value in row.record.items():
        short = isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= _LONGEST_CARRIED)
        if name not in taken and short and not (isinstance(value, float) and not math.isfinite(value)):
            rest[f"their_{name}" if name in _OF_GRADES else name] = value
    return rest


def _sample(
    row: Row, problem_id: str, response: str, model: Any, said: Mapping[str, Any], extras: Mapping[str, Any]
) -> Sample:
    fields = {"problem_id": problem_id, "response": response, **extras}
    if model is not None:
        fields["model"] = str(model)
    if said["their_score"] is not None:
        fields["their_score"] = score_in(row, said["their_score"])
    if said["sample_id"] is not None:
        fields["sample_id"] = said["sample_id"]
    for name in ("their_answer", "their_verdict"):
        if said[name] is not None:
            fields[name] = said[name] if isinstance(said[name], str) else json.dumps(said[name], default=str)
    try:
        return Sample.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as error:
        field, message = first_fault(error)
        raise row.error(message, field) from None


def problem_of(
    row: Row, found: Mapping[str, Any], reading: Reading, prefix: str, *, wanted: bool
) -> tuple[str, Problem | None]:
    """The id of the problem that a row answers, and the problem where the row states it; `wanted`: it should."""
    prompt = prompt_in(found.get("prompt"))
    given = found.get("problem_id")
    if given is not None and not isinstance(given, str | int):
        raise row.error("must be a text or a whole number", "problem_id")
    reference = found.get("reference")
    if given is not None:
        problem_id = f"{prefix}{given}"
    elif prompt:
        problem_id = f"{prefix or 'p/'}{digest(prompt, reference)}"
    else:
        message = "neither an id nor a prompt says which problem a response answers; name its column: "
        raise row.error(message + "--columns problem_id=COLUMN or prompt=COLUMN")
    if reading.known is not None:
        return _known(row, reading.known, problem_id, given, prompt), None
    if not wanted:
        return problem_id, None
    if reference is None:
        fields = ", ".join(row.record)
        message = f"is not known; name its column (--columns reference=COLUMN; there are {fields}) or the --problems"
        raise row.error(message, "reference")
    return problem_id, make_problem(row, problem_id, prompt, reference, found.get("choices"), reading)


def _known(row: Row, known: Known, problem_id: str, given: Any, prompt: str | None) -> str:
    for each in (problem_id, None if given is None else str(given)):
        if each is not None and each in known.by_id:
            return each
    problem = known.by_prompt.get(prompt or "")
    if problem is None:
        raise row.error(
            f"none of the {len(known.by_id)} problems has the id {problem_id!r} or this prompt", "problem_id"
        )
    return problem.id


# ---- values


def responses_in(row: Row, value: Any) -> list[str]:
    """The responses of a row: a text, a conversation (its last turn), or a list of either."""
    if isinstance(value, list) and value and not _is_conversation(value):
        return [_response(row, each) for each in value]
    return [_response(row, value)]


def _response(row: Row, value: Any) -> str:
    if isinstance(value, str):
        return value
    if _is_conversation(value):
        said = [turn for turn in value if turn.get("role", "assistant") == "assistant"]
        return content_of(said[-1]) if said else ""
    if value is None:
        fields = ", ".join(row.record) or "none"
        raise row.error(f"is missing; name its column: --columns response=COLUMN; there are {fields}", "response")
    raise row.error(f"must be text, a conversation or a list of them, not {type(value).__name__}", "response")


def _is_conversation(value: Any) -> bool:
    return (
        isinstance(value, list) and bool(value) and all(isinstance(turn, dict) and "content" in turn for turn in value)
    )


def content_of(turn: Mapping[str, Any]) -> str:
    """The text of a turn of a conversation, whose content is a text or a list of parts."""
    content = turn.get("content")
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def prompt_in(value: Any) -> str | None:
    """The prompt: a text, or what the user says last in a conversation."""
    if _is_conversation(value):
        said = [turn for turn in value if turn.get("role") == "user"] or value
        return content_of(said[-1])
    return value if isinstance(value, str) else None


def _of_each(row: Row, name: str, value: Any, place: int, count: int) -> Any:
    """What is said of one of the responses of a row: its item where there is a list for them."""
    if isinstance(value, list) and len(value) == count:
        return value[place]
    if isinstance(value, list) and count > 1:
        raise row.error(f"has {len(value)} values for {count} responses", name)
    return None if count > 1 and name in ("sample_id", "their_score", "their_verdict") else value


_SCORES = {"true": 1.0, "correct": 1.0, "pass": 1.0, "passed": 1.0, "right": 1.0}
_SCORES |= {"false": 0.0, "incorrect": 0.0, "fail": 0.0, "failed": 0.0, "wrong": 0.0}


def score_in(row: Row, value: Any) -> float | None:
    """A score as a number, 1 for right; None for one that is not a number (NaN). Rewards of tokens are added up."""
    if isinstance(value, list) and all(isinstance(each, int | float) for each in value):
        value = math.fsum(value)
    if isinstance(value, bool | int | float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, str):
        word = value.strip().lower()
        if word in _SCORES or not word:
            return _SCORES.get(word)
        try:
            return score_in(row, float(word))
        except ValueError:
            pass
    raise row.error(f"must be a number, true or false, not {value!r:.60}", "their_score")
