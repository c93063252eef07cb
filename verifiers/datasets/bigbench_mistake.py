"""BIG-Bench Mistake: reasoning of one model on five tasks, with the place of its first mistake.

Source, one task a file, one trace a line (WHGTyen/BIG-Bench-Mistake):

    logical_deduction.jsonl    {"input": "...\\nOptions:\\n(A) ...", "steps": ["...", ..., "So the answer is (D)"],
                                "target": "(E)", "answer": "(D)", "mistake_index": 2}

Inputs that list options become problems of kind `choice`; whole numbers are of answer type `number`, the other
targets (sorted words, brackets) of type `text`. The response is the steps, one a line. `mistake_index` travels
along (null: no mistake), and `is_correct`: whether the released answer is the target.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verifiers.datasets.source import Row, rows
from verifiers.problem import ChoiceProblem, Problem, Sample

_OPTION = re.compile(r"^\(([A-Z])\)\s*(.*)$", re.MULTILINE)
_NUMBER = re.compile(r"-?\d+")


def convert(source: Path, samples_path: Path | None = None) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """The problems and the traces of `source`, one of each a line."""
    return problems(source), _samples(source)


def problems(source: Path) -> Iterator[ChoiceProblem]:
    """One problem a line: `logical_deduction/0`, `logical_deduction/1`, ..."""
    for place, row in enumerate(rows(source)):
        yield ChoiceProblem.model_validate({"id": _name(source, place), **_item(row)})


def _name(source: Path, place: int) -> str:
    return f"{source.name.partition('.')[0]}/{place}"


def _item(row: Row) -> dict[str, Any]:
    prompt, target = row.get("input", str), row.get("target", str)
    _, found, listed = prompt.partition("\nOptions:\n")
    if found:
        options = _OPTION.findall(listed)
        label = target.strip("()")
        if label not in {each for each, _ in options}:
            raise row.error(f"{target!r} is not one of the {len(options)} options", "target")
        labels, texts = [each for each, _ in options], [text for _, text in options]
        return {"prompt": prompt, "choices": texts, "labels": labels, "reference": label}
    answer_type = "number" if _NUMBER.fullmatch(target) else "text"
    return {"prompt": prompt, "answer_type": answer_type, "reference": target}


def _samples(source: Path) -> Iterator[Sample]:
    for place, row in enumerate(rows(source)):
        yield Sample.model_validate(
            {
                "problem_id": _name(source, place),
                "model": "palm-2",
                "response": "\n".join(row.texts("steps")),
                "mistake_index": row.record.get("mistake_index"),
                "is_correct": row.record.get("answer") == row.get("target", str),
            }
        )
