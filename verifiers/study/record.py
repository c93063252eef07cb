"""The report as plain data: the contract of `report.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from verifiers.study.uncertainty import Interval

if TYPE_CHECKING:
    from verifiers.study.findings import Coverage, Luck, ModelReport, Pair, Report


def report_record(report: Report) -> dict[str, Any]:
    """All of `report`; models by name, in order."""
    return {
        "models": {model.name: _model(model) for model in report.models},
        "pairs": [_pair(pair) for pair in report.pairs],
        "notes": list(report.notes),
        "bootstrap": {"level": report.level, "resamples": report.resamples, "seed": report.seed},
    }


def _model(model: ModelReport) -> dict[str, Any]:
    return {
        "problems": model.problems,
        "samples": model.samples,
        "samples_per_problem": {"low": model.fewest, "high": model.most},
        "verdicts": dict(model.verdicts),
        "average": asdict(model.average),
        "majority": asdict(model.majority),
        "pass@k": _by_k(model.pass_at),
        "pass^k": _by_k(model.pass_hat),
        "bounds@k": {str(k): {"low": low, "high": high} for k, (low, high) in model.bounds.items()},
        **(_luck(model.luck) if model.luck else {}),
        "histogram": dict(model.histogram),
        "counts": {problem_id: {"n": n, "c": c} for problem_id, (n, c) in model.counts.items()},
    }


def _luck(luck: Luck) -> dict[str, Any]:
    return {
        "baseline@k": {str(k): {"value": value} for k, value in luck.baseline.items()},
        "adjusted@k": _by_k(luck.adjusted),
        "question_blind@k": {str(k): {"listed": luck.listed[k], "drawn": luck.drawn[k]} for k in luck.listed},
        "answer_spaces": dict(luck.spaces),
        "above_chance": {"tested": luck.tested, "above": list(luck.above), "false_discovery_rate": luck.rate},
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "a": pair.a,
        "b": pair.b,
        "problems": pair.problems,
        "coverage": asdict(pair.coverage),
        "support": _support(pair.coverage),
        "ids": {"a_only": list(pair.a_only), "b_only": list(pair.b_only)},
        "mcnemar_p": pair.mcnemar_p,
        "crossover": asdict(pair.crossover) if pair.crossover else None,
        "difference@k": _by_k(pair.difference),
        "band@k": _by_k(pair.band),
        "sampling_efficiency_gap": asdict(pair.gap),
    }


def _support(coverage: Coverage) -> dict[str, float | None]:
    return {"retained": coverage.retained, "discovered": coverage.discovered, "net_change": coverage.net_change}


def _by_k(intervals: Mapping[int, Interval | None] | Mapping[int, Interval]) -> dict[str, dict[str, float] | None]:
    return {str(k): asdict(interval) if interval else None for k, interval in intervals.items()}
