"""lighteval: `metrics=[metric()]` in a `LightevalTaskConfig`; tested with 0.13.0.

The problem is stated by the document's `specific` (`verifiers.adapters.rows`), or else by its gold and, where it has
several, its choices. Of several responses the best counts, as lighteval's own metrics have it. A sample whose grader
failed has NaN, which the corpus' mean leaves out; `metric(on_error=…)` gives another way.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from verifiers.adapters.grading import OnError, checked, grade_row, grade_rows, reward_of
from verifiers.adapters.rows import FIELDS


def mean(values: Iterable[float]) -> float:
    """The mean of what was graded; NaN where nothing was."""
    there = [value for value in values if not math.isnan(value)]
    return sum(there) / len(there) if there else math.nan


def row_of(doc: Any) -> dict[str, Any]:
    """The row that a document states."""
    specific = doc.specific if isinstance(doc.specific, Mapping) else {}
    row = {name: specific[name] for name in FIELDS & specific.keys()}
    if row:
        return row
    golds = doc.get_golds()
    if len(doc.choices) > len(golds):
        return {"choices": list(doc.choices), "reference": golds[0] if len(golds) == 1 else golds}
    return {"reference": golds[0] if len(golds) == 1 else golds}


def metric(name: str = "verified", on_error: OnError = "none") -> Any:
    """The metric, a `SampleLevelMetric`."""
    from lighteval.metrics.metrics_sample import SampleLevelComputation
    from lighteval.metrics.utils.metric_utils import SampleLevelMetric
    from lighteval.tasks.requests import SamplingMethod

    way = checked(on_error, "lighteval")

    class Truegrade(SampleLevelComputation):
        def compute(self, doc: Any, model_response: Any, **_: Any) -> float:
            """The best score among the responses; NaN where none could be graded."""
            texts = list(model_response.final_text)
            row = row_of(doc)
            grades = (
                [grade_row(row, text) for text in texts] if len(texts) < 4 else grade_rows([row] * len(texts), texts)
            )
            rewards = [reward_of(each, way) for each in grades]
            return max((reward for reward in rewards if reward is not None), default=math.nan)

    return SampleLevelMetric(
        metric_name=name,
        higher_is_better=True,
        category=SamplingMethod.GENERATIVE,
        sample_level_fn=Truegrade(),
        corpus_level_fn=mean,
    )
