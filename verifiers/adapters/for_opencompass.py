"""OpenCompass: `eval_cfg = dict(evaluator=dict(type=TruegradeEvaluator))`; tested with 0.5.4.

The test set's columns state the problem (`verifiers.adapters.rows`), or else the reference does. A sample whose grader
failed is left out of `accuracy` and counted as `errors`, its detail has no `correct`; `on_error` gives another way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from verifiers.adapters.grading import OnError, checked, facts_of, grade_rows, reward_of
from verifiers.adapters.rows import FIELDS, text_of
from verifiers.verdict import Verdict


def score(
    predictions: Sequence[Any],
    references: Sequence[Any],
    test_set: Iterable[Mapping[str, Any]] | None,
    on_error: OnError,
) -> dict[str, Any]:
    """Accuracy in percent of what was graded, the number of failures, and the details of each sample."""
    rows = [{"reference": reference} for reference in references]
    if test_set is not None:
        stated = [{name: item[name] for name in FIELDS & item.keys()} for item in test_set]
        rows = [{**own, **row} if row["reference"] is not None else own for own, row in zip(stated, rows, strict=True)]
    grades = grade_rows(rows, [text_of(prediction) for prediction in predictions])
    rewards = [reward_of(each, on_error) for each in grades]
    there = [reward for reward in rewards if reward is not None]
    details = []
    for found, reward, reference in zip(grades, rewards, references):
        correct = None if reward is None else reward >= 1.0
        details.append({"pred": found.answer, "answer": reference, "correct": correct, **facts_of(found)})
    return {
        "accuracy": 100 * sum(there) / len(there) if there else float("nan"),
        "errors": sum(each.verdict is Verdict.ERROR for each in grades),
        "details": details,
    }


def __getattr__(name: str) -> Any:
    if name != "TruegradeEvaluator":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from opencompass.openicl.icl_evaluator import BaseEvaluator
    from opencompass.registry import ICL_EVALUATORS

    class TruegradeEvaluator(BaseEvaluator):
        """Grades a task's predictions on this process's engine."""

        def __init__(self, on_error: OnError = "none", pred_postprocessor: Any = None) -> None:
            super().__init__(pred_postprocessor=pred_postprocessor)
            self.on_error = checked(on_error, "OpenCompass")

        def score(self, predictions: Any, references: Any, test_set: Any = None) -> dict[str, Any]:
            """The task's figures."""
            return score(predictions, references, test_set, self.on_error)

    globals()[name] = ICL_EVALUATORS.register_module(force=True)(TruegradeEvaluator)
    return TruegradeEvaluator
