"""The report as tables of text: what the page and the terminal both show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from verifiers.study.pairs import Pair
from verifiers.study.report import ModelReport, Report
from verifiers.study.uncertainty import Interval
from verifiers.verdict import Verdict

Figure = Interval | float | tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the first cell of each row names it; rows are as long as `heads`."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def shown_name(name: str) -> str:
    """A model's name for a person: samples need not have one."""
    return name or "(unnamed)"


def percent(figure: Figure, scale: float = 100.0, digits: int = 1, sign: str = " %") -> str:
    """A rate with its interval, or a range, in words: `12.5 % (10.0 to 15.0)`."""
    match figure:
        case None:
            return "–"
        case Interval(value=value, low=low, high=high):
            return f"{scale * value:.{digits}f}{sign} ({scale * low:.{digits}f} to {scale * high:.{digits}f})"
        case (low, high):
            return f"{scale * low:.{digits}f} to {scale * high:.{digits}f}{sign}"
        case value:
            return f"{scale * value:.{digits}f}{sign}"


def number(figure: Figure) -> str:
    """A plain number with its interval, two digits."""
    return percent(figure, scale=1.0, digits=2, sign="")


def tables(report: Report) -> Iterator[Table]:
    """All tables of `report`, in reading order."""
    yield _overview(report)
    yield _by_k(report, "pass@k: at least one of k samples is right", lambda model, k: model.pass_at.get(k))
    if any(model.baseline is not None for model in report.models):
        yield from _luck(report)
    yield _by_k(report, "pass^k: all of k samples are right", lambda model, k: model.pass_hat.get(k))
    if any(low != high for model in report.models for low, high in model.bounds.values()):
        caption = "pass@k if all undecided and timed-out samples were wrong, or all were right"
        yield _by_k(report, caption, lambda model, k: model.bounds.get(k))
    yield _verdicts(report)
    for pair in report.pairs:
        yield _pair(pair)
        yield _differences(pair)


def _overview(report: Report) -> Table:
    rows = tuple(
        (
            shown_name(model.name),
            str(model.problems),
            str(model.samples),
            str(model.fewest) if model.fewest == model.most else f"{model.fewest} to {model.most}",
            percent(model.average),
            percent(model.majority),
        )
        for model in report.models
    )
    heads = ("model", "problems", "samples", "graded a problem", "average", "majority vote")
    return Table(f"The models, with {100 * report.level:g} % intervals", heads, rows)


def _luck(report: Report) -> Iterator[Table]:
    yield _by_k(report, "Random guess: pass@k by luck alone", lambda model, k: (model.baseline or {}).get(k))
    caption = "kappa(k): pass@k above luck, from 0 (a guesser) to 1 (solves all)"
    yield _by_k(report, caption, lambda model, k: (model.adjusted or {}).get(k), number)
    spaces = dict.fromkeys(space for model in report.models for space in model.spaces or ())
    rows = tuple((space, *(str((model.spaces or {}).get(space, 0)) for model in report.models)) for space in spaces)
    yield Table("Answer spaces that luck is reckoned from (problems)", ("answer space", *_names(report)), rows)


def _by_k(
    report: Report, caption: str, figure: Callable[[ModelReport, int], Figure], show: Callable[[Figure], str] = percent
) -> Table:
    ks = sorted({k for model in report.models for k in model.pass_at})
    rows = tuple((str(k), *(show(figure(model, k)) for model in report.models)) for k in ks)
    return Table(caption, ("k", *_names(report)), rows)


def _verdicts(report: Report) -> Table:
    given = [verdict.value for verdict in Verdict if any(verdict.value in model.verdicts for model in report.models)]
    rows = tuple((verdict, *(str(model.verdicts.get(verdict, 0)) for model in report.models)) for verdict in given)
    return Table("Verdicts (samples)", ("verdict", *_names(report)), rows)


def _pair(pair: Pair) -> Table:
    a, b = shown_name(pair.a), shown_name(pair.b)
    coverage, crossover = pair.coverage, pair.crossover
    overtaken = (
        f"k = {crossover.k}: {shown_name(crossover.ahead_after)} overtakes {shown_name(crossover.ahead_before)}"
        if crossover
        else "none"
    )
    rows = (
        ("solved by both", str(coverage.both)),
        (f"by {a} alone", _with_ids(pair.a_only)),
        (f"by {b} alone", _with_ids(pair.b_only)),
        ("by neither", str(coverage.neither)),
        ("exact McNemar p", f"{pair.mcnemar_p:.3g}"),
        ("crossover", overtaken),
    )
    return Table(f"{a} and {b}: coverage of {pair.problems} problems", ("", "problems"), rows)


def _with_ids(ids: tuple[str, ...], most: int = 8) -> str:
    if not ids:
        return "0"
    rest = f", and {len(ids) - most} more" if len(ids) > most else ""
    return f"{len(ids)}: {', '.join(ids[:most])}{rest}"


def _differences(pair: Pair) -> Table:
    a, b = shown_name(pair.a), shown_name(pair.b)
    rows = tuple((str(k), percent(interval, sign="")) for k, interval in pair.difference.items())
    return Table(f"pass@k of {b} minus {a}, in points (intervals hold for one k at a time)", ("k", "difference"), rows)


def _names(report: Report) -> tuple[str, ...]:
    return tuple(shown_name(model.name) for model in report.models)
