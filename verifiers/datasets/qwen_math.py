"""Qwen2.5-Math's example of best-of-n: MATH problems with several responses each and its grader's labels.

Source (QwenLM/Qwen2.5-Math, `evaluation/data/eval_rm_maj_example/math_cot_100.jsonl`), one problem a line:

    {"idx": 0, "question": "...", "gt_cot": "... \\boxed{420}.", "gt": "420", "response": ["...", ...],
     "score": [true, ...], "pred_score": [0.98, ...], "level": "Level 3", ...}

The reference is what the worked solution `gt_cot` boxes; `gt` is that text as the project's own grader spells it,
without units and sometimes beyond reading (`4:30p..`), and stands in only where the solution boxes nothing.
`score` is that project's own verdict and travels along as `is_correct`, `pred_score` (its reward model) under
its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from verifiers.claims import boxes
from verifiers.datasets.source import Row, rows
from verifiers.problem import MathProblem, Problem, Sample
from verifiers.response import read

_MODEL = "Qwen2.5-Math-Instruct"


def convert(source: Path, samples_path: Path | None = None) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """The problems and the responses of `source`, which holds both."""
    return (_problem(row) for row in rows(source)), (sample for row in rows(source) for sample in _samples(row))


def _problem(row: Row) -> Problem:
    return MathProblem(id=_id(row), prompt=row.get("question", str), reference=_reference(row))


def _reference(row: Row) -> str:
    solution = row.record.get("gt_cot")
    if isinstance(solution, str):
        boxed = [box for box in boxes(read(solution)) if box.closed]
        if boxed:
            return solution[boxed[-1].inner_start : boxed[-1].inner_end]
    reference: str = row.get("gt", str)
    return reference


def _samples(row: Row) -> Iterator[Sample]:
    responses = row.texts("response")
    labels = {"is_correct": row.get("score", list), "pred_score": row.get("pred_score", list)}
    for name, values in labels.items():
        if len(values) != len(responses):
            raise row.error(f"{name} has {len(values)} values for {len(responses)} responses", "response")
    for place, response in enumerate(responses):
        carried = {name: values[place] for name, values in labels.items()}
        fields = {"problem_id": _id(row), "sample_id": place, "model": _MODEL, "response": response, **carried}
        yield Sample.model_validate(fields)


def _id(row: Row) -> str:
    return f"qwen_math/{row.get('idx', int)}"
