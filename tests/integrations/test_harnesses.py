"""lighteval, Inspect, OpenCompass and lmms-eval score with ours."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.study import BAD, BY_ID, ROWS, SAID, as_text
from verifiers import grade
from verifiers.adapters import for_inspect, for_lighteval
from verifiers.adapters.catalogue import adapter
from verifiers.adapters.grading import GradingFailed
from verifiers.adapters.rows import problem_of

SCORES = [float(grade(problem_of(row), said).score or 0.0) for row, said in zip(ROWS, SAID)]
MEAN = sum(SCORES) / len(SCORES)


def test_lightevals_metric_computes_samples_and_their_mean() -> None:
    pytest.importorskip("lighteval", reason="lighteval is not installed: ./run test-integrations")
    from lighteval.models.model_output import ModelResponse
    from lighteval.tasks.requests import Doc

    def scored(metric: Any, row: dict[str, Any], said: list[str]) -> float:
        doc = Doc(query="?", choices=["?"], gold_index=0, specific={"truegrade": as_text(row)})
        computed = metric.compute_sample(doc=doc, model_response=ModelResponse(text=said))
        assert list(computed) == ["verified"]
        return float(computed["verified"])

    metric = for_lighteval.metric()
    found = [scored(metric, row, [said]) for row, said in zip(ROWS, SAID)]
    assert found == SCORES
    failed = scored(metric, BAD, [SAID[0]])
    assert math.isnan(failed)
    assert metric.corpus_level_fn([*found, failed]) == pytest.approx(MEAN)
    assert scored(metric, ROWS[0], [SAID[1], SAID[0]]) == 1.0
    with pytest.raises(GradingFailed):
        scored(for_lighteval.metric(on_error="raise"), BAD, ["1"])
    plain = Doc(query="?", choices=["cat", "dog"], gold_index=1)
    assert metric.compute_sample(doc=plain, model_response=ModelResponse(text=["(B)"])) == {"verified": 1.0}


@pytest.fixture
def no_tokenizer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inspect's mock model counts tokens with a tokenizer whose file it would fetch."""
    pytest.importorskip("inspect_ai", reason="inspect_ai is not installed: ./run test-integrations")
    from inspect_ai.model import ModelAPI

    async def count(self: Any, text: str) -> int:
        return len(text)

    monkeypatch.setattr(ModelAPI, "count_text_tokens", count)


def inspect_log(tmp_path: Path, scorer: Any) -> Any:
    """The log of a mock model that answers the study, scored by `scorer`; the last sample's grader fails."""
    from inspect_ai import Task, eval
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.model import ModelOutput, get_model

    rows, said = [*ROWS, BAD], [*SAID, SAID[0]]
    samples = [Sample(input="?", id=str(place), metadata={"truegrade": row}) for place, row in enumerate(rows)]
    outputs = [ModelOutput.from_content("mockllm/model", response) for response in said]
    model = get_model("mockllm/model", custom_outputs=outputs)
    task = Task(dataset=MemoryDataset(samples), scorer=scorer, name="study")
    (log,) = eval(task, model=model, max_samples=1, log_dir=str(tmp_path), display="none")
    return log


@pytest.mark.usefixtures("no_tokenizer")
def test_inspect_scores_a_mock_models_log_and_says_why(tmp_path: Path) -> None:
    log = inspect_log(tmp_path, for_inspect.truegrade())
    assert log.status == "success", log.error
    scores = {int(sample.id): sample.scores["truegrade"] for sample in log.samples}
    given = [scores[place].value for place in range(len(ROWS) + 1)]
    assert given[:-1] == SCORES
    assert math.isnan(given[-1])
    reasons = {scores[place].reason for place in scores}
    assert reasons == {None, "invalid_response_format", "refusal", "grader_failed"}
    assert log.results.scores[0].metrics["accuracy"].value == pytest.approx(MEAN)


@pytest.mark.usefixtures("no_tokenizer")
@pytest.mark.usefixtures("no_tokenizer")
def test_inspect_scores_an_old_log_by_the_path_of_our_file(tmp_path: Path) -> None:
    from inspect_ai import score
    from inspect_ai._eval.loader import scorer_from_spec
    from inspect_ai.scorer import match
    from inspect_ai.scorer._scorer import ScorerSpec

    log = inspect_log(tmp_path, match())
    loaded = scorer_from_spec(ScorerSpec(f"{adapter('inspect').path}@truegrade"), None, on_error="zero")
    again = score(log, loaded, action="overwrite", display="none")
    assert again.results.scores[0].metrics["accuracy"].value == pytest.approx(sum(SCORES) / (len(SCORES) + 1))


def test_opencompass_evaluates_with_our_evaluator() -> None:
    pytest.importorskip("opencompass", reason="OpenCompass is not installed: ./run test-integrations")
    from datasets import Dataset
    from opencompass.registry import ICL_EVALUATORS

    from verifiers.adapters.for_opencompass import TruegradeEvaluator

    evaluator = ICL_EVALUATORS.build({"type": TruegradeEvaluator})
    rows, said = [*ROWS, BAD], [*SAID, SAID[0]]
    test_set = Dataset.from_list([{"subdivision": "study", "idx": place} for place in range(len(rows))])
    references = [as_text(row) for row in rows]
    found = evaluator.evaluate(k=1, n=1, original_dataset=test_set, predictions=said, references=references)
    assert found["accuracy"] == pytest.approx(100 * MEAN)
    assert found["errors"] == 1
    correct = [detail["correct"][0] for detail in found["details"]]
    assert correct == [*(score == 1.0 for score in SCORES), None]


def test_lmms_eval_reads_our_functions_from_a_tasks_yaml(tmp_path: Path) -> None:
    pytest.importorskip("lmms_eval", reason="lmms-eval is not installed: ./run test-integrations")
    from lmms_eval.utils import load_yaml_config

    (tmp_path / "utils.py").write_text("from verifiers.adapters.for_lmms_eval import mean, process_results\n")
    (tmp_path / "task.yaml").write_text("process_results: !function utils.process_results\n")
    process = load_yaml_config(str(tmp_path / "task.yaml"))["process_results"]
    assert process({"answer": "B", "options": BY_ID["pet"]["choices"]}, ["(B)"])["verified"] == 1.0
    assert process({"truegrade": as_text(BAD)}, ["(B)"])["verified"] is None
