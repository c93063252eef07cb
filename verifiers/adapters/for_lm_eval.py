"""lm-evaluation-harness: what a task's YAML names, or a filter and a metric; tested with 0.4.13.

In a `utils.py` beside the YAML, `from verifiers.adapters.for_lm_eval import mean, process_results`, and in the YAML

    process_results: !function utils.process_results
    metric_list:
      - {metric: verified, aggregation: !function utils.mean, higher_is_better: true}
      - {metric: grader_error, aggregation: !function utils.mean, higher_is_better: false}

The document's fields state the problem (`verifiers.adapters.rows`). `verified` is the first response's score; where
there are repeats, `verified_pass` (to be listed too) is whether any of them is right. A sample whose grader failed has
None, which `mean` leaves out; `results_processor(on_error=…)` gives another way.

For tasks that would rather have a filter and a metric, `register()` adds `truegrade` as both: the filter grades all
responses in one batch on the engine and shows each one's answer in the log, the metric reads its score. lm-eval calls a
metric anew for each of several targets and takes None for wrong, so a failure of the grader raises there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from verifiers.adapters.grading import WAYS, WITHOUT_NONE, OnError, checked, grade_row, grade_rows, number_of, reward_of
from verifiers.adapters.rows import text_of
from verifiers.grading import Grade
from verifiers.verdict import Verdict


class Graded(str):
    """The answer in a response (`[no_answer]` and the like where there is none), which knows its grade.

    A text that a model wrote never is one, whatever it says.
    """

    grade: Grade | None = None

    @classmethod
    def of(cls, found: Grade) -> Graded:
        """The answer of `found`, with it."""
        made = cls(found.answer if found.answer is not None else f"[{found.verdict.value}]")
        made.grade = found
        return made


def process_results(doc: Mapping[str, Any], results: Sequence[Any]) -> dict[str, float | None]:
    """The metrics of one document's responses, one or (without the filter `take_first`) all repeats."""
    return _processed(doc, results, "none")


def results_processor(on_error: OnError) -> Callable[..., dict[str, float | None]]:
    """As `process_results`, with another way with the grader's failures."""
    way = checked(on_error, "lm-eval", WAYS)
    return lambda doc, results: _processed(doc, results, way)


def mean(values: Sequence[float | None]) -> float:
    """The mean of what was graded; NaN where nothing was."""
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if there else float("nan")


def metric(references: Sequence[Any], predictions: Sequence[Any], on_error: OnError = "raise", **_: Any) -> float:
    """The score of one prediction: of the filter's grade, or else graded against the reference as mathematics."""
    said = predictions[0]
    found = said.grade if isinstance(said, Graded) and said.grade is not None else None
    if found is None:
        found = grade_row({"reference": references[0]}, text_of(said))
    return number_of(found, checked(on_error, "lm-eval's metric", WITHOUT_NONE))


def register(name: str = "truegrade") -> None:
    """Make the filter and the metric known to lm-eval as `name`."""
    from lm_eval.api.filter import Filter
    from lm_eval.api.registry import register_filter, register_metric

    class TruegradeFilter(Filter):
        """Grades every response; what comes out is its answer, with the grade."""

        def apply(self, resps: Any, docs: Any) -> list[list[Graded]]:
            """The graded answers, in the order of the responses."""
            groups = [list(group) for group in resps]
            rows = [doc for group, doc in zip(groups, docs) for _ in group]
            found = iter(grade_rows(rows, [text_of(said) for group in groups for said in group]))
            return [[Graded.of(next(found)) for _ in group] for group in groups]

    register_filter(name)(TruegradeFilter)
    register_metric(metric=name, higher_is_better=True, aggregation="mean")(metric)


def _processed(doc: Mapping[str, Any], results: Sequence[Any], on_error: OnError) -> dict[str, float | None]:
    said = [each for result in results for each in (result if isinstance(result, list) else [result])]
    grades = _grades(doc, said)
    rewards = [reward_of(each, on_error) for each in grades]
    found: dict[str, float | None] = {
        "verified": rewards[0] if rewards else None,
        "no_answer": _share(grades, Verdict.NO_ANSWER),
        "grader_error": _share(grades, Verdict.ERROR),
    }
    if len(rewards) > 1:  # a metric that can be None must be in the task's metric_list, so none that is not asked for
        best = max((reward for reward in rewards if reward is not None), default=None)
        found["verified_pass"] = None if best is None else float(best >= 1.0)
    return found


def _grades(doc: Mapping[str, Any], said: Sequence[Any]) -> list[Grade]:
    known = [each.grade for each in said if isinstance(each, Graded) and each.grade is not None]
    if len(known) == len(said):
        return known
    texts = [text_of(each) for each in said]
    return [grade_row(doc, texts[0])] if len(texts) == 1 else grade_rows([doc] * len(texts), texts)


def _share(grades: Sequence[Grade], verdict: Verdict) -> float:
    return sum(each.verdict is verdict for each in grades) / max(1, len(grades))
