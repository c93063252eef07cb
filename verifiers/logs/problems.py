"""Problems from what logs say of them: a prompt, a reference in one of many spellings, perhaps options.

What a log calls the target is often more than the answer: a whole solution that ends in `#### 18` (GSM8K) or boxes it
(MATH), a list of which any is right, an option's place, text or label, or the test cases of a program.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from string import ascii_uppercase
from typing import Any

from pydantic_core import from_json

from verifiers.claims import boxes
from verifiers.datasets.contests import called_cases, limits, printed_cases
from verifiers.datasets.source import Row
from verifiers.errors import InputError
from verifiers.logs.entry import Reading
from verifiers.problem import CodeProblem, Problem
from verifiers.records import problem_to_json
from verifiers.registry import parse_problem
from verifiers.response import read

_MARK = "####"
_THOUSANDS_APART = ","


def make_problem(
    row: Row, problem_id: str, prompt: str | None, reference: Any, choices: Any, reading: Reading
) -> Problem:
    """The problem that a row states; raises `InputError` at its place.

    `reference`: a text or number, a list of them (any is right; with options: all are), or an object with test cases.
    `choices`: the options' texts, if any. `reading`: its `kind` stands in for what the row looks like.
    """
    kind = reading.kind
    fields: dict[str, Any] = {"id": problem_id}
    if prompt:
        fields["prompt"] = prompt
    if isinstance(reference, dict) and "ground_truth" in reference:
        reference = reference["ground_truth"]
    stated = _stated(reference) if kind is None else None
    if stated is not None and "kind" in stated:
        return _parsed(row, {**fields, **stated, "id": problem_id})
    if stated is not None and {"inputs", "outputs"} <= set(stated):
        return CodeProblem(**fields, **_tests(row, stated))
    if reference is None or reference == "" or reference == []:
        raise row.error("is empty: the right answer is wanted", "reference")
    if kind == "choice" or (kind is None and choices):
        fields |= {"kind": "choice", **_choice(row, reference, choices)}
    else:
        fields |= {"kind": "math", **_math(row, reference, reading.policy)}
    return _parsed(row, fields)


def own_form(problem: Problem) -> dict[str, Any]:
    """A problem as a reference that says all of it: `make_problem` makes the same of it."""
    record: dict[str, Any] = from_json(problem_to_json(problem))
    return record


def _parsed(row: Row, fields: dict[str, Any]) -> Problem:
    try:
        return parse_problem(fields)
    except InputError as error:
        raise row.error(error.message, error.field) from None


def _stated(reference: Any) -> dict[str, Any] | None:
    """The object that a reference is, or that its text writes; None where it is neither."""
    if isinstance(reference, str) and reference.lstrip().startswith("{"):
        try:
            reference = json.loads(reference)
        except (ValueError, RecursionError):
            return None
    return reference if isinstance(reference, dict) else None


def digest(*parts: Any) -> str:
    """What identifies a problem that has no name: a digest of what it says."""
    return blake2b(json.dumps(parts, sort_keys=True, default=str).encode(), digest_size=8).hexdigest()


def _math(row: Row, reference: Any, policy: Mapping[str, Any]) -> dict[str, Any]:
    given = reference if isinstance(reference, list) else [reference]
    if not all(isinstance(each, str | int | float) and not isinstance(each, bool) for each in given):
        raise row.error("must be a text, a number or a list of them", "reference")
    first, *others = dict.fromkeys(answer_in(str(each)) for each in given)
    wanted = {**policy, "alternatives": others} if others else dict(policy)
    return {"reference": first, **({"policy": wanted} if wanted else {})}


def answer_in(target: str) -> str:
    """The answer of a target that may be a whole solution: what stands behind `####`, or in its last box, or all."""
    if "\n" not in target and _MARK not in target and "boxed" not in target:
        return target.strip()
    _, marked, last = target.rpartition(_MARK)
    if marked and last.strip():
        return last.strip().replace(_THOUSANDS_APART, "") if _is_number(last) else last.strip()
    closed = [box for box in boxes(read(target)) if box.closed]
    return target[closed[-1].inner_start : closed[-1].inner_end] if closed else target.strip()


def _is_number(text: str) -> bool:
    return text.strip().lstrip("-").replace(_THOUSANDS_APART, "").replace(".", "", 1).isdecimal()


# ---- options


def _choice(row: Row, reference: Any, choices: Any) -> dict[str, Any]:
    texts = _option_texts(row, choices)
    labels = list(ascii_uppercase[: len(texts)]) if texts else []
    several = isinstance(reference, list) and len(reference) > 1
    given = reference if isinstance(reference, list) else [reference]
    found = [_label(row, each, texts, labels) for each in given]
    fields: dict[str, Any] = {"reference": found if several else found[0]}
    if several:
        fields["answer_type"] = "multi"
    if texts and [text.strip("() .") for text in texts] == labels:
        return {**fields, "labels": labels}  # the options' texts stand in the prompt alone
    return {**fields, "choices": texts} if texts else fields


def _option_texts(row: Row, choices: Any) -> list[str]:
    if isinstance(choices, dict) and isinstance(choices.get("text"), list):
        choices = choices["text"]  # as in ARC: {"text": […], "label": […]}
    if choices is None:
        return []
    if not isinstance(choices, list) or not all(isinstance(each, str | int | float) for each in choices):
        raise row.error("must be a list of the options' texts", "choices")
    if len(choices) > len(ascii_uppercase):
        raise row.error(f"has {len(choices)} options; at most {len(ascii_uppercase)} have a letter", "choices")
    return [str(each) for each in choices]


def _label(row: Row, given: Any, texts: list[str], labels: list[str]) -> str:
    """The label of the option that is meant by its label, its text, or its place from 0."""
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise row.error("must be an option's label, text or place (from 0)", "reference")
    text = str(given).strip()
    if isinstance(given, str) and (text.strip("().") in labels or not labels):
        return text.strip("().")
    if isinstance(given, str) and text in texts:
        return labels[texts.index(text)]
    if text.isdecimal() and int(text) < len(labels):
        return labels[int(text)]
    raise row.error(
        f"{text!r} is neither label, nor text, nor place (from 0) of one of {len(texts)} options", "reference"
    )


def means_option(target: Any, choices: Any) -> bool:
    """Whether a target is the label, the text or the place (from 0) of one of `choices`."""
    if not isinstance(choices, list) or not 0 < len(choices) <= len(ascii_uppercase):
        return False
    texts = [str(each) for each in choices]
    if isinstance(target, bool) or not isinstance(target, str | int):
        return False
    text = str(target).strip()
    return (
        text in texts
        or text.strip("().") in tuple(ascii_uppercase[: len(texts)])
        or (text.isdecimal() and int(text) < len(texts))
    )


# ---- programs


def _tests(row: Row, stated: dict[str, Any]) -> dict[str, Any]:
    """The tests that `{"inputs": […], "outputs": […]}` states, of a function where there is a `fn_name`."""
    inputs, outputs = stated["inputs"], stated["outputs"]
    if not isinstance(inputs, list) or not isinstance(outputs, list) or len(inputs) != len(outputs):
        raise row.error("must have lists of as many inputs as outputs", "reference")
    name = stated.get("fn_name")
    pairs = list(zip(inputs, outputs))
    if isinstance(name, str) and name:
        tests: Any = called_cases(row, "reference", name, pairs, method=False)
    else:
        tests = printed_cases(row, "reference", pairs)
    return {"tests": tests, "limits": limits(len(pairs))}
