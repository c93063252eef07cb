"""lm-evaluation-harness runs tasks from YAML with a dummy model: our `process_results`, our filter and metric."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.study import BAD, ROWS, SAID, as_text
from verifiers import grade
from verifiers.adapters.rows import problem_of

pytest.importorskip("lm_eval", reason="lm-eval is not installed: ./run test-integrations")

from lm_eval import simple_evaluate
from lm_eval.api.model import LM
from lm_eval.tasks import TaskManager

SCORES = [float(grade(problem_of(row), said).score or 0.0) for row, said in zip(ROWS, SAID)]
MEAN = sum(SCORES) / len(SCORES)
TASK = """
task: {name}
dataset_path: json
dataset_kwargs: {{data_files: {{test: {data}}}}}
test_split: test
output_type: generate_until
doc_to_text: "{{{{question}}}}"
doc_to_target: "{{{{truegrade}}}}"
generation_kwargs: {{until: [], max_gen_toks: 8}}
"""
PROCESSED = """
process_results: !function utils.process_results
metric_list:
  - {metric: verified, aggregation: !function utils.mean, higher_is_better: true}
  - {metric: grader_error, aggregation: !function utils.mean, higher_is_better: false}
"""
FILTERED = """
filter_list:
  - name: graded
    filter:
      - function: truegrade
      - function: take_first
metric_list:
  - {metric: truegrade, aggregation: mean, higher_is_better: true}
"""


class Dummy(LM):
    """Answers each question, a number, with the response of that place."""

    def __init__(self, said: list[str]) -> None:
        super().__init__()
        self.said = said

    def generate_until(self, requests: list[Any], disable_tqdm: bool = False) -> list[str]:
        return [self.said[int(request.args[0])] for request in requests]

    def loglikelihood(self, requests: Any, disable_tqdm: bool = False) -> Any:
        raise NotImplementedError

    def loglikelihood_rolling(self, requests: Any, disable_tqdm: bool = False) -> Any:
        raise NotImplementedError


def evaluated(folder: Path, name: str, rest: str, rows: list[dict[str, Any]], said: list[str]) -> dict[str, Any]:
    data = folder / "rows.jsonl"
    lines = [{"question": str(place), "truegrade": as_text(row)} for place, row in enumerate(rows)]
    data.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "utils.py").write_text("from verifiers.adapters.for_lm_eval import mean, process_results\n")
    (folder / f"{name}.yaml").write_text(TASK.format(name=name, data=data) + rest)
    tasks = TaskManager(include_path=str(folder), include_defaults=False)
    found = simple_evaluate(Dummy(said), tasks=[name], task_manager=tasks, bootstrap_iters=0, log_samples=True)
    assert found is not None
    return dict(found)


def test_a_task_is_scored_by_our_process_results_and_failures_are_left_out(tmp_path: Path) -> None:
    found = evaluated(tmp_path, "truegrade_processed", PROCESSED, [*ROWS, BAD], [*SAID, SAID[0]])
    figures = found["results"]["truegrade_processed"]
    assert figures["verified,none"] == pytest.approx(MEAN)
    assert figures["grader_error,none"] == pytest.approx(1 / (len(ROWS) + 1))
    samples = sorted(found["samples"]["truegrade_processed"], key=lambda sample: int(sample["doc"]["question"]))
    assert [sample["verified"] for sample in samples] == [*SCORES, None]


def test_a_task_is_scored_by_our_filter_and_metric(tmp_path: Path) -> None:
    from verifiers.adapters.for_lm_eval import register

    register()
    found = evaluated(tmp_path, "truegrade_filtered", FILTERED, ROWS, SAID)
    assert found["results"]["truegrade_filtered"]["truegrade,graded"] == pytest.approx(MEAN)
    samples = {int(sample["doc"]["question"]): sample for sample in found["samples"]["truegrade_filtered"]}
    assert samples[0]["filtered_resps"] == ["0.5"]
    assert samples[2]["filtered_resps"] == ["[no_answer]"]
