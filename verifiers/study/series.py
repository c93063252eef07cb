"""The report as long tables, one row a figure: what goes into CSV and Parquet files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from verifiers.study.findings import ModelReport, Report
from verifiers.study.uncertainty import Interval

Row = dict[str, object]


def series(report: Report) -> dict[str, list[Row]]:
    """Rows by name of the table, all of one table with the same columns; empty tables are left out."""
    found = {
        "by_k": [row for model in report.models for row in _by_k(model)],
        "guessing": [row for model in report.models for row in _guessing(model)],
        "problems": [row for model in report.models for row in _problems(model)],
        "answers": [row for model in report.models for row in _answers(model)],
        "verdicts": [
            {"model": model.name, "verdict": verdict, "samples": count}
            for model in report.models
            for verdict, count in model.verdicts.items()
        ],
        "groups": [row for model in report.models for row in _groups(model)],
        "positions": [
            {"model": model.name, "option": letter, **_interval(at.picked), "references": at.references}
            for model in report.models
            for letter, at in model.profile.positions.items()
        ],
        "differences": [
            {"a": pair.a, "b": pair.b, "k": k, **_interval(at)}
            for pair in report.pairs
            for k, at in pair.whole_band.items()
        ],
        "coverage": [
            {
                "a": pair.a, "b": pair.b, "both": pair.coverage.both, "a_only": pair.coverage.a_only,
                "b_only": pair.coverage.b_only, "neither": pair.coverage.neither, "mcnemar_p": pair.mcnemar_p,
            }
            for pair in report.pairs
        ],
    }  # fmt: skip
    return {name: rows for name, rows in found.items() if rows}


def _interval(at: Interval) -> Row:
    return {"value": at.value, "low": at.low, "high": at.high}


def _by_k(model: ModelReport) -> Iterator[Row]:
    profile = model.profile
    curves: dict[str, Mapping[int, Interval]] = {
        "pass@k": {**model.curve, **model.pass_at},
        "pass^k": model.pass_hat,
        "maj@k": profile.majority_at,
        "best-of-k": profile.best_at,
        "mg-pass@k": profile.mean_g_pass_at,
        "distinct@k": profile.distinct_at,
        "corrected pass@k": model.corrected,
        **{f"g-pass@k, tau = {tau:g}": rates for tau, rates in profile.g_pass_at.items()},
        **({"kappa(k)": {k: at for k, at in model.luck.adjusted.items() if at}} if model.luck else {}),
        "extrapolated pass@k": {k: each.value for k, each in model.beyond.items()},
    }
    for measure, curve in curves.items():
        for k in sorted(curve):
            yield {"model": model.name, "measure": measure, "k": k, **_interval(curve[k])}


def _guessing(model: ModelReport) -> Iterator[Row]:
    luck = model.luck
    for k in luck.baseline if luck else ():
        assert luck is not None
        rates = {"random": luck.baseline[k], "listed": luck.listed[k], "drawn": luck.drawn[k]}
        yield {"model": model.name, "k": k, **rates}


def _problems(model: ModelReport) -> Iterator[Row]:
    for problem_id, (n, c) in model.counts.items():
        yield {
            "model": model.name,
            "problem_id": problem_id,
            "n": n,
            "c": c,
            "distinct": len(model.classes[problem_id]),
        }


def _answers(model: ModelReport) -> Iterator[Row]:
    for problem_id, classes in model.classes.items():
        for each in classes:
            given = each.example
            yield {
                "model": model.name, "problem_id": problem_id, "answer": given.text, "verdict": given.verdict.value,
                "samples": each.count, "spellings": len(each.spellings), "method": given.method, "reason": given.reason,
                "sample_id": str(given.sample_id),
            }  # fmt: skip


def _groups(model: ModelReport) -> Iterator[Row]:
    last = max(model.pass_at)
    for name, groups in model.profile.groups.items():
        for value, group in groups.items():
            for k, at in ((1, group.first), (last, group.last)):
                common = {"model": model.name, "field": name, "group": value, "problems": group.problems}
                yield {**common, "k": k, **_interval(at)}
