"""simple-evals: `make_eval("simple-evals", rows)` gives an `Eval` to put beside its own; revision ee3b031.

Each row states a problem (`verifiers.adapters.rows`) and holds what is asked: `prompt` (or `question`). A sample whose
grader failed has the score None, which simple-evals leaves out; `on_error` gives another way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from verifiers.adapters.grading import OnError, checked, grade_row, reward_of
from verifiers.verdict import Verdict


def make_eval(package: str, rows: Sequence[Mapping[str, Any]], on_error: OnError = "none") -> Any:
    """An evaluation of `rows`; `package` is what simple-evals is imported as ("simple-evals" in a plain checkout)."""
    common, types = import_module(f"{package}.common"), import_module(f"{package}.types")
    way = checked(on_error, "simple-evals")

    base: Any = types.Eval

    class TruegradeEval(base):
        def __call__(self, sampler: Any) -> Any:
            return common.aggregate_results(common.map_with_progress(lambda row: self.one(row, sampler), list(rows)))

        def one(self, row: Mapping[str, Any], sampler: Any) -> Any:
            """The result of one row."""
            asked = {"content": str(row.get("prompt") or row["question"]), "role": "user"}
            sampled = sampler([asked])
            response = getattr(sampled, "response_text", sampled)  # a text in older revisions
            found = grade_row(row, response)
            reward = reward_of(found, way)
            said = {"content": response, "role": "assistant"}
            html = common.jinja_env.from_string(common.HTML_JINJA).render(
                prompt_messages=getattr(sampled, "actual_queried_message_list", [asked]),
                next_message=said,
                score=found.verdict.value if reward is None else reward,
                correct_answer=row.get("reference", ""),
                extracted_answer=found.answer,
            )
            metrics = {verdict.value: float(found.verdict is verdict) for verdict in (Verdict.NO_ANSWER, Verdict.ERROR)}
            return types.SingleEvalResult(html=html, score=reward, metrics=metrics, convo=[asked, said])

    return TruegradeEval()
