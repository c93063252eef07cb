"""What is odd about the samples is told: gaps, unequal numbers, repeated texts, cut-off responses, mixed prompts."""

from __future__ import annotations

from typing import Any

import pytest

from verifiers import Engine, Sample
from verifiers.engine import checks
from verifiers.engine.sources import of_lines
from verifiers.engine.study import Study
from verifiers.records import sample_to_json
from verifiers.registry import parse_problem

from .conftest import problem, sample

LONG = "because " * 40


def findings(engine: Engine, samples: list[dict[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    run = engine.pipeline(Study([parse_problem(problem(name)) for name in "pq"]))
    lines = (sample_to_json(Sample.model_validate(record)) for record in samples)
    assert sum(len(batch) for batch in run.run(of_lines(lines))) == len(samples)
    return run.checks.findings(), run.checks.told()


def test_nothing_is_said_of_samples_in_order(engine: Engine) -> None:
    samples = [sample(LONG + str(n), "pq"[n % 2], model="m", finish_reason="stop", prompt_id="x") for n in range(40)]
    assert findings(engine, samples) == ({}, [])


def test_everything_odd_is_found_by_model(engine: Engine) -> None:
    samples = [sample(LONG + str(n // 2), "p", model="m", template_id=f"t{n % 2}") for n in range(10)]
    samples += [sample("1", "pq"[n % 3 == 0], finish_reason="length") for n in range(9)]
    found, told = findings(engine, samples)
    assert found == {
        "unequal_n": {"": {"least": 3, "most": 6}},
        "missing": {"m": {"count": 1, "problems": ["q"]}},
        "templates": {"m": ["t0", "t1"]},
        "repeated_texts": 0.5,
        "cut_off": 9,
    }
    assert told == [
        "problems have from 3 to 6 samples: pass@k mixes different n",
        "model m: 1 problems have no sample: q",
        "50.00% of long responses repeat an earlier one of their problem word for word: a repeated seed?",
        "9 responses were cut off at the token limit",
        "model m: samples come from 2 prompts: t0, t1",
    ]


def test_short_answers_repeat_by_themselves_and_other_models_are_others(engine: Engine) -> None:
    samples = [sample("1", model="ab"[n % 2]) for n in range(50)] + [sample(LONG, model=name) for name in "ab"]
    assert "repeated_texts" not in findings(engine, samples)[0]


def test_memory_stays_bounded_and_the_rate_is_still_found(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_REMEMBERED_MOST", 200)
    samples = [sample(LONG + str(n % 2000), "p") for n in range(4000)]
    assert 0.4 < findings(engine, samples)[0]["repeated_texts"] < 0.6
