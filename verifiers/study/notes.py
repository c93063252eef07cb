"""What a reader should know before believing a number of the report, in sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from verifiers.study import luck
from verifiers.study.counts import ModelCounts

if TYPE_CHECKING:
    from verifiers.problem import Problem
    from verifiers.study.findings import ModelReport, Pair

_FEW_PROBLEMS = 50


def notes_on(
    models: Mapping[str, ModelCounts],
    reports: Sequence[ModelReport],
    pairs: Sequence[Pair],
    known: Mapping[str, Problem] | None,
    left_out: Collection[str],
) -> Iterator[str]:
    """The notes on the `models` and what was found; `known`: the problems given, if any; `left_out`: guessed ones."""
    if left_out:
        yield f"{len(left_out)} problems were answered right without reasoning and are left out."
    for counts, report in zip(models.values(), reports, strict=True):
        yield from _on_one_model(counts, report, known)
    shown = {frozenset(counts.graded()) for counts in models.values()}
    if len(shown) > 1:
        yield "The models were graded on different problems: pairs compare the problems that both have."
    if len({report.fewest for report in reports}) > 1:
        yield "The models have different numbers of samples: coverage favours the one that has more."
    few = min(report.problems for report in reports)
    if few < _FEW_PROBLEMS:
        yield f"{few} problems are few: intervals are wide, and rest on a law of large numbers that has hardly begun."
    for pair in pairs:
        yield from _on_a_pair(pair)
    for report in reports:
        yield from (each.warning.capitalize() + "." for each in report.beyond.values())
    if any(max(report.pass_at) == report.most for report in reports):
        yield (
            "At k = n a problem counts as 1 or 0: nothing is averaged within it, and one lucky (or wrongly "
            "accepted) sample decides it."
        )


def _on_a_pair(pair: Pair) -> Iterator[str]:
    k = max(pair.band)
    band = pair.band[k]
    if band.low <= 0 <= band.high:
        reach = 100 * (band.high - band.low) / 2
        yield (
            f"{pair.problems} problems cannot tell {pair.a!r} and {pair.b!r} apart at k = {k}: a difference of less "
            f"than about {reach:.1f} points does not show."
        )


def _on_one_model(counts: ModelCounts, report: ModelReport, known: Mapping[str, Problem] | None) -> Iterator[str]:
    name = f"Model {report.name!r}"
    if counts.errors:
        yield f"{name}: the grader failed on {counts.errors} samples; they are in no rate. Grade them again."
    if report.fewest != report.most:
        yield f"{name}: {report.fewest} to {report.most} samples a problem; k ends at the fewest."
    left_out = len(counts.tallies) - report.problems
    if left_out:
        yield f"{name}: {left_out} problems have no graded sample and are left out."
    if known is not None and len(known) > len(counts.tallies):
        yield f"{name}: no samples for {len(known) - len(counts.tallies)} of the {len(known)} problems given."
    not_known = report.luck.spaces.get(luck.UNKNOWN.name, 0) if report.luck else 0
    if not_known:
        yield (
            f"{name}: the answer space of {not_known} of {report.problems} problems is not known; luck counts as "
            "0 there, so the baseline is a lower bound. Declare it in the problem's field `answer_space`."
        )
