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
        "calibration": asdict(report.calibration) if report.calibration else None,
        "left_out": list(report.left_out),
        "bootstrap": {"level": report.level, "resamples": report.resamples, "seed": report.seed},
    }


def _model(model: ModelReport) -> dict[str, Any]:
    return {
        "problems": model.problems,
        "samples": model.samples,
        "samples_per_problem": {"low": model.fewest, "high": model.most},
        "verdicts": dict(model.verdicts),
        "average": asdict(model.average),
        "bayes@n": asdict(model.profile.bayes),
        "average_of_these_problems": asdict(model.profile.here),
        "pass@k": _by_k(model.pass_at),
        "pass^k": _by_k(model.pass_hat),
        "maj@k": _by_k(model.profile.majority_at),
        **({"best-of-k": _by_k(model.profile.best_at)} if model.profile.best_at else {}),
        "g-pass@k": {f"{tau:g}": _by_k(rates) for tau, rates in model.profile.g_pass_at.items()},
        "mg-pass@k": _by_k(model.profile.mean_g_pass_at),
        "cover@tau": {f"{tau:g}": asdict(rate) for tau, rate in model.profile.cover_at.items()},
        "distinct@k": _by_k(model.profile.distinct_at),
        "entropy_bits": asdict(model.profile.entropy),
        "effective_answers": asdict(model.profile.effective),
        "bounds@k": {str(k): {"low": low, "high": high} for k, (low, high) in model.bounds.items()},
        **(_luck(model.luck) if model.luck else {}),
        **({"corrected@k": _by_k(model.corrected)} if model.corrected else {}),
        **({"beyond@k": {str(k): asdict(each) for k, each in model.beyond.items()}} if model.beyond else {}),
        "groups": _groups(model),
        "positions": {letter: asdict(position) for letter, position in model.profile.positions.items()},
        "histogram": dict(model.histogram),
        "counts": {problem_id: {"n": n, "c": c} for problem_id, (n, c) in model.counts.items()},
    }


def _groups(model: ModelReport) -> dict[str, Any]:
    last = max(model.pass_at)
    return {
        name: {
            value: {"problems": group.problems, "pass@1": asdict(group.first), f"pass@{last}": asdict(group.last)}
            for value, group in groups.items()
        }
        for name, groups in model.profile.groups.items()
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
        "whole_band@k": _by_k(pair.whole_band),
        "sampling_efficiency_gap": asdict(pair.gap),
    }


def _support(coverage: Coverage) -> dict[str, float | None]:
    return {
        "retained": coverage.retained,
        "discovered": coverage.discovered,
        "dynamics": coverage.dynamics,
        "net_change": coverage.net_change,
    }


def _by_k(intervals: Mapping[int, Interval | None] | Mapping[int, Interval]) -> dict[str, dict[str, float] | None]:
    return {str(k): asdict(interval) if interval else None for k, interval in intervals.items()}
