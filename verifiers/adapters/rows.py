r"""A row of somebody's data set becomes a problem: the one conversion that all adapters share.

What is asked of a row, in this order; fields that are None count as absent, and all other fields are ignored:

1. A whole problem, as a line of `problems.jsonl` states it (an object with `kind`, or its JSON as text): in the field
   `truegrade`, or in the place of the reference. That is what a data set that mixes kinds should hold.
2. Otherwise the reference, from the first field of `REFERENCES` that is there, and
   - tests (`tests`, or a reference in one of the forms of `suites`): a program;
   - `choices` or `options`, or an `answer_type`: a choice, whose reference is a label, an option's text, or an
     integer, which counts the options from 0 as data sets do;
   - else mathematics; of a list any item will do, and of a worked solution the last `\boxed{…}`, or what follows the
     last `####`, is the reference.

`kind` and the other fields of the problem's model (`policy`, `limits`, `unit`, …) are taken where `kind` is given;
without it those of `_ALWAYS`. Problems are kept: the same row gives the same object, which is prepared once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json

from verifiers.adapters.suites import tests_in, unpacked
from verifiers.claims import boxes
from verifiers.errors import InputError, ProblemError
from verifiers.problem import ChoiceProblem, CodeProblem, MathProblem, Problem
from verifiers.records import without_surrogates
from verifiers.registry import parse_problem
from verifiers.response import read

WHOLE = "truegrade"
REFERENCES = ("reference", "ground_truth", "expected_answer", "answer", "solution", "target", "label")
OPTIONS = ("choices", "options")
_ALWAYS = ("id", "policy", "language", "limits", "scoring")
_MODELS: dict[str, type[Problem]] = {"math": MathProblem, "code": CodeProblem, "choice": ChoiceProblem}
_MODEL_FIELDS = frozenset(name for model in _MODELS.values() for name in model.model_fields) - {"prompt"}
FIELDS = frozenset({WHOLE, "kind", *REFERENCES, *OPTIONS, *_MODEL_FIELDS})
_KEPT = 1024  # as many as `grade` keeps prepared
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+")


def problem_of(row: Mapping[str, Any]) -> Problem:
    """The problem that `row` states; raises `InputError` (a bad problem: `ProblemError`) saying what would be right."""
    given = {name: _plain(row[name]) for name in sorted(FIELDS & row.keys()) if row[name] is not None}
    for value in given.values():
        if isinstance(value, Problem):
            return value
    try:
        key = to_json(without_surrogates(given), inf_nan_mode="constants")
    except PydanticSerializationError as error:
        raise InputError(f"a row must hold plain data: {error}") from None
    return _problem(key)


def text_of(completion: Any) -> str:
    """What the model said: a text as it is, of a conversation the last message of the assistant, without its images."""
    if isinstance(completion, str):
        return completion
    if isinstance(completion, Mapping):
        return _content(completion.get("content"))
    if isinstance(completion, Sequence):
        said = [each for each in completion if isinstance(each, Mapping) and each.get("role") == "assistant"]
        return _content(said[-1].get("content")) if said else ""
    raise InputError(f"a response is a text or a list of messages, not {type(completion).__name__}")


def rows_of(columns: Mapping[str, Any], count: int) -> list[dict[str, Any]]:
    """The rows of a batch that comes as columns; those that state no problem, or have another length, are left out."""
    named = {
        name: column
        for name, column in columns.items()
        if name in FIELDS and isinstance(column, Sequence) and not isinstance(column, str) and len(column) == count
    }
    return [{name: column[place] for name, column in named.items()} for place in range(count)]


def _content(content: Any) -> str:
    if isinstance(content, Sequence) and not isinstance(content, str):
        parts = [part.get("text") for part in content if isinstance(part, Mapping)]
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def _plain(value: Any) -> Any:
    """A value without the arrays of numpy and the like, as Parquet files give them."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


@lru_cache(maxsize=_KEPT)
def _problem(key: bytes) -> Problem:
    row: dict[str, Any] = from_json(key)
    whole = _whole_problem(row)
    if whole is not None:
        return parse_problem(whole)
    name, reference = _reference(row)
    tests = tests_in(row, name, reference)
    options = next((unpacked(row[name]) for name in OPTIONS if name in row), None)
    kind = row.get("kind") or _kind(row, tests, options)
    taken = _MODEL_FIELDS if "kind" in row or (kind == "choice" and "answer_type" in row) else _ALWAYS
    record = {field: row[field] for field in taken if field in row and field in _model_fields(kind)}
    record["kind"] = kind
    if kind == "code":
        record["tests"] = tests
    elif kind == "choice":
        record |= _options(options, row.get("labels"))
        record["reference"] = _label(reference, record)
    else:
        record |= _answers(reference, record.get("policy"))
    return parse_problem({field: value for field, value in record.items() if value is not None})


def _model_fields(kind: Any) -> frozenset[str]:
    model = _MODELS.get(kind) if isinstance(kind, str) else None
    return frozenset(model.model_fields) if model is not None else _MODEL_FIELDS


def _kind(row: Mapping[str, Any], tests: Any, options: Any) -> str:
    if tests is not None:
        return "code"
    return "choice" if options is not None or "answer_type" in row else "math"


def _whole_problem(row: Mapping[str, Any]) -> dict[str, Any] | None:
    for name in (WHOLE, *REFERENCES):
        value = unpacked(row.get(name))
        if isinstance(value, dict) and isinstance(value.get("kind"), str):
            return value
    if WHOLE in row:
        raise ProblemError("must be a problem: an object with 'kind', or its JSON", field=WHOLE)
    return None


def _reference(row: Mapping[str, Any]) -> tuple[str, Any]:
    for name in REFERENCES:
        if name in row:
            return name, row[name]
    if "tests" in row:
        return "tests", None
    there = ", ".join(sorted(row)) or "none of these"
    wanted = f"a row needs '{WHOLE}' (a whole problem), 'tests', or a reference in one of {', '.join(REFERENCES)}"
    raise ProblemError(f"{wanted}; it has {there}", problem_id=str(row.get("id", "")))


# ---- choices and mathematics


def _options(options: Any, labels: Any) -> dict[str, Any]:
    """`choices` and `labels`, also from ARC's form `{"text": [...], "label": [...]}`."""
    if isinstance(options, dict):
        if isinstance(options.get("text"), list):
            return {"choices": options["text"], "labels": options.get("label", labels)}
        return {"choices": list(options.values()), "labels": list(options)}
    return {"choices": options, "labels": labels}


def _label(reference: Any, record: Mapping[str, Any]) -> Any:
    """The reference as a label, where it counts the options (from 0) or repeats the text of exactly one."""
    options = record.get("choices")
    if record.get("answer_type", "choice") != "choice" or not isinstance(options, list):
        return reference
    labels = record.get("labels") or [chr(ord("A") + place) for place in range(min(len(options), 26))]
    if isinstance(reference, int) and not isinstance(reference, bool):
        if not 0 <= reference < len(labels):
            raise ProblemError(f"is {reference}, but the options count from 0 to {len(labels) - 1}", field="reference")
        return labels[reference]
    places = [place for place, option in enumerate(options) if str(option) == reference]
    if reference not in labels and len(places) == 1:
        return labels[places[0]]
    return reference


def _answers(reference: Any, policy: Any) -> dict[str, Any]:
    """A reference of mathematics; where it is a list, any of its items will do."""
    answers = reference if isinstance(reference, list) else [reference]
    answers = [final_answer(answer) if isinstance(answer, str) else answer for answer in answers]
    if not answers:
        raise ProblemError("is an empty list", field="reference")
    if len(answers) > 1:
        policy = {"preset": policy} if isinstance(policy, str) else policy or {}
        policy = {**policy, "alternatives": [*policy.get("alternatives", ()), *answers[1:]]}
    return {"reference": answers[0], "policy": policy}


def final_answer(solution: str) -> str:
    r"""The reference in a text that may be a worked solution: what its last box holds, or what follows its last `####`.

    >>> final_answer(r"It is $2+2$, so \boxed{4}.")
    '4'
    >>> final_answer("16 - 3 = 13\n#### 1,300")
    '1300'
    """
    _, mark, number = solution.rpartition("####")
    if mark and number.strip():
        number = number.strip()
        return number.replace(",", "") if _THOUSANDS.fullmatch(number) else number
    boxed = [box for box in boxes(read(solution)) if box.closed] if r"\boxed" in solution else []
    return solution[boxed[-1].inner_start : boxed[-1].inner_end] if boxed else solution
