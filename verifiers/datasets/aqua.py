"""AQuA: 254 word problems with five options (test set), and the picks of a program-of-thought system.

Sources, one a line:

    test.jsonl               {"question": "...", "options": ["A)5 km", ...], "rationale": "...", "correct": "A"}
    aqua_sc_*.jsonl          {"question": "...", "options": "['A)5 km', ...]", "generated_prediction": "5.1",
    (Program of Thoughts)     "prediction": "A", "answer": "A", ...}

Either gives the problems. A line of the second also gives a sample, whose response is the picked letter; the value
that the programs computed travels along, and so does the label, as `is_correct`. Its first line is the prompt. A
pick that is text and no letter stays as it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from verifiers.datasets.source import Row, rows
from verifiers.problem import ChoiceProblem, Problem, Sample

_OPTION = re.compile(r"\s*\(?(?P<label>[A-Z])\s?[).:](?P<text>.*)", re.DOTALL)


def convert(source: Path, samples_path: Path | None = None) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """The problems of `source`, and the picks in `samples_path` (or in `source`, where it has them)."""
    return problems(source), _samples(source, samples_path)


def problems(source: Path) -> Iterator[ChoiceProblem]:
    """One problem a line, named by its place among the questions: `aqua/0`, `aqua/1`, ..."""
    for place, row in enumerate(_questions(source)):
        labels, texts = _options(row)
        answer = row.get("correct" if "correct" in row.record else "answer", str)
        if answer not in labels:
            raise row.error(f"{answer!r} is not the letter of one of the {len(labels)} options", "correct")
        yield ChoiceProblem(
            id=f"aqua/{place}", prompt=row.get("question", str), choices=texts, labels=labels, reference=answer
        )


def _questions(path: Path) -> Iterator[Row]:
    return (row for row in rows(path) if "demonstration" not in row.record)


def _options(row: Row) -> tuple[list[str], list[str]]:
    written = row.record.get("options")
    listed = _listed(row, written) if isinstance(written, str) else row.texts("options")
    parts = [_OPTION.fullmatch(each) for each in listed]
    found = [(part["label"], part["text"].strip()) for part in parts if part is not None]
    if len(found) < len(listed) or not found:
        raise row.error("must each begin with a letter and a parenthesis", "options")
    return [label for label, _ in found], [text for _, text in found]


def _listed(row: Row, written: str) -> list[str]:
    try:
        value = ast.literal_eval(written) if len(written) < 1 << 16 else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = None
    if not isinstance(value, list):
        raise row.error("is a text that is not a list", "options")
    return [str(each) for each in value]


def _samples(source: Path, samples_path: Path | None) -> Iterator[Sample]:
    ids: dict[str, str] = {}
    for problem in problems(source):
        ids.setdefault(problem.prompt or "", problem.id)
    for row in _questions(samples_path or source):
        if "prediction" not in row.record:
            if samples_path is None:
                return
            raise row.error("is missing: the picked letter is wanted", "prediction")
        question = row.get("question", str)
        if question not in ids:
            if samples_path is None:
                raise row.error("is no question of the file", "question")
            continue  # the published run holds two questions more than the test set
        yield Sample.model_validate(
            {
                "problem_id": ids[question],
                "model": "program-of-thoughts",
                "response": str(row.record["prediction"]),
                "computed": row.record.get("generated_prediction"),
                "is_correct": row.record["prediction"] == row.record.get("answer"),
            }
        )
