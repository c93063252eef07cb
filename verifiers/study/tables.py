"""The report as tables of text: what the page and the terminal both show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from verifiers.study.findings import Crossover, ModelReport, Pair, Report
from verifiers.study.profile import COVER_TAUS
from verifiers.study.uncertainty import Interval

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
    if any(model.luck for model in report.models):
        yield from _luck(report)
    yield from _steadiness(report)
    yield from _diversity(report)
    yield from _groups(report)
    if any(low != high for model in report.models for low, high in model.bounds.values()):
        caption = "pass@k if all undecided and timed-out samples were wrong, or all were right"
        yield _by_k(report, caption, lambda model, k: model.bounds.get(k))
    yield from _trust(report)
    yield _counted(report, "Verdicts (samples)", "verdict", [dict(model.verdicts) for model in report.models])
    caption = "Accuracy: problems by their share of right samples"
    yield _counted(report, caption, "share", [dict(model.histogram) for model in report.models])
    for pair in report.pairs:
        yield _pair(report, pair)
        yield _differences(report, pair)


def _trust(report: Report) -> Iterator[Table]:
    calibration = report.calibration
    if calibration is not None:
        rows = (
            (
                "right samples accepted",
                f"{calibration.accepted} of {calibration.right}",
                percent(calibration.true_positive),
            ),
            (
                "wrong samples accepted",
                f"{calibration.passed} of {calibration.wrong}",
                percent(calibration.false_positive),
            ),
        )
        yield Table("The verifier against the labelled samples", ("", "samples", "rate"), rows)
        yield _by_k(report, "pass@k without the verifier's errors", lambda model, k: model.corrected.get(k))
        ks = sorted({k for model in report.models for k in model.pass_at})
        caption = "What wrongly accepted samples alone would make of pass@k, on problems that are never solved"
        yield Table(caption, ("k", "pass@k"), tuple((str(k), percent(calibration.ceiling(k))) for k in ks))
    beyond = sorted({k for model in report.models for k in model.beyond})
    if beyond:
        caption = "Extrapolated beyond the samples, by a beta-binomial law"
        rows_ = tuple(
            (str(k), *(percent(model.beyond[k].value) if k in model.beyond else "–" for model in report.models))
            for k in beyond
        )
        yield Table(caption, ("k", *_names(report)), rows_)


def _steadiness(report: Report) -> Iterator[Table]:
    yield _by_k(report, "pass^k: all of k samples are right", lambda model, k: model.pass_hat.get(k))
    caption = "G-Pass@k: at least half of k samples are right"
    yield _by_k(report, caption, lambda model, k: model.profile.g_pass_at[0.5].get(k))
    caption = "mG-Pass@k: at least a share of k samples is right, averaged over shares from 1/2 to 1"
    yield _by_k(report, caption, lambda model, k: model.profile.mean_g_pass_at.get(k))
    caption = "maj@k: the most frequent answer of k samples is right"
    yield _by_k(report, caption, lambda model, k: model.profile.majority_at.get(k))
    if any(model.profile.best_at for model in report.models):
        caption = "best-of-k: the best-scored of k samples is right"
        yield _by_k(report, caption, lambda model, k: model.profile.best_at.get(k))
    rows = tuple(
        (f"{tau:.0%}", *(percent(model.profile.cover_at[tau]) for model in report.models)) for tau in COVER_TAUS
    )
    yield Table("Cover@tau: problems with at least that share of right samples", ("share", *_names(report)), rows)


def _diversity(report: Report) -> Iterator[Table]:
    caption = "distinct@k: expected number of distinct answers among k samples"
    yield _by_k(report, caption, lambda model, k: model.profile.distinct_at.get(k), number)
    rows = (
        ("entropy, bits", *(number(model.profile.entropy) for model in report.models)),
        ("effective number of answers", *(number(model.profile.effective) for model in report.models)),
    )
    yield Table("Diversity of answers within a problem", ("", *_names(report)), rows)
    positions = [model.profile.positions for model in report.models]
    letters = sorted({letter for each in positions for letter in each})
    if letters:
        rows_ = tuple(
            (
                letter,
                *(percent(each[letter].picked) if letter in each else "–" for each in positions),
                percent(next(each[letter].references for each in positions if letter in each)),
            )
            for letter in letters
        )
        yield Table("Position: picks by option, and where the right one stands", ("", *_names(report), "right"), rows_)


def _groups(report: Report) -> Iterator[Table]:
    fields = dict.fromkeys(name for model in report.models for name in model.profile.groups)
    for name in fields:
        found = [model.profile.groups.get(name, {}) for model in report.models]
        values = dict.fromkeys(value for each in found for value in each)
        last = [f"pass@{max(model.pass_at)}" for model in report.models]
        heads = tuple(f"{shown}: {rate}" for shown, k in zip(_names(report), last) for rate in ("pass@1", k))
        rows = tuple(
            (
                value,
                str(next(each[value].problems for each in found if value in each)),
                *(
                    percent(figure)
                    for each in found
                    for figure in ((each[value].first, each[value].last) if value in each else (None, None))
                ),
            )
            for value in values
        )
        yield Table(f"By {name}", (name, "problems", *heads), rows)


def headlines(report: Report) -> Iterator[Table]:
    """What to read first: pass@k beside what luck reaches, and who solves what."""
    yield _overview(report)
    yield _pass_beside_luck(report)
    for pair in report.pairs:
        yield _pair(report, pair)


def _pass_beside_luck(report: Report) -> Table:
    """pass@k of the models, and the random guess: one column where it is the same for all, else one a model."""
    table = _by_k(report, "pass@k: at least one of k samples is right", lambda model, k: model.pass_at.get(k))
    lucks = [(shown_name(model.name), dict(model.luck.baseline)) for model in report.models if model.luck]
    if lucks and all(baseline == lucks[0][1] for _, baseline in lucks):
        heads: tuple[str, ...] = ("random guess",)
        lucks = lucks[:1]
    else:
        heads = tuple(f"random guess ({name})" for name, _ in lucks)
    rows = tuple((*row, *(percent(baseline.get(int(row[0]))) for _, baseline in lucks)) for row in table.rows)
    return Table(table.caption, (*table.heads, *heads), rows)


def _overview(report: Report) -> Table:
    rows = tuple(
        (
            shown_name(model.name),
            str(model.problems),
            str(model.samples),
            str(model.fewest) if model.fewest == model.most else f"{model.fewest} to {model.most}",
            percent(model.average),
            percent(model.profile.majority_at[max(model.profile.majority_at)]),
            percent(model.profile.here),
        )
        for model in report.models
    )
    heads = (
        "model",
        "problems",
        "samples",
        "graded a problem",
        "average",
        "majority vote",
        "average, of these problems alone",
    )
    return Table(f"The models, with {100 * report.level:g} % intervals", heads, rows)


def _luck(report: Report) -> Iterator[Table]:
    lucks = [model.luck for model in report.models]
    caption = "Random guess: pass@k by luck alone"
    yield _by_k(report, caption, lambda model, k: model.luck.baseline.get(k) if model.luck else None)
    caption = "kappa(k): pass@k above luck, from 0 (a guesser) to 1 (solves all); – where luck leaves no room"
    yield _by_k(report, caption, lambda model, k: model.luck.adjusted.get(k) if model.luck else None, number)
    if any(each and any(each.listed.values()) for each in lucks):
        yield _question_blind(report)
    caption = "Answer spaces that luck is reckoned from (problems)"
    yield _counted(report, caption, "answer space", [dict(each.spaces) if each else {} for each in lucks])
    if any(each and each.tested for each in lucks):
        cells = tuple(f"{len(each.above)} of {each.tested}" if each else "–" for each in lucks)
        caption = f"Problems solved more often than by luck (false-discovery rate {100 * (1 - report.level):.3g} %)"
        yield Table(caption, ("", *_names(report)), (("problems", *cells),))


def _question_blind(report: Report) -> Table:
    """One line a k; models on the same problems have the same figures, so the first with a baseline is shown."""
    luck = next(model.luck for model in report.models if model.luck)
    rows = tuple((str(k), percent(luck.listed[k]), percent(luck.drawn[k])) for k in luck.listed)
    caption = "Question-blind guess, from the answers of the other problems"
    return Table(caption, ("k", "the k commonest", "k random ones"), rows)


def _by_k(
    report: Report, caption: str, figure: Callable[[ModelReport, int], Figure], show: Callable[[Figure], str] = percent
) -> Table:
    ks = sorted({k for model in report.models for k in model.pass_at})
    rows = tuple((str(k), *(show(figure(model, k)) for model in report.models)) for k in ks)
    return Table(caption, ("k", *_names(report)), rows)


def _counted(report: Report, caption: str, head: str, counted: list[dict[str, int]]) -> Table:
    names = dict.fromkeys(name for counts in counted for name in counts)
    rows = tuple((name, *(str(counts.get(name, 0)) for counts in counted)) for name in names)
    return Table(caption, (head, *_names(report)), rows)


def _pair(report: Report, pair: Pair) -> Table:
    a, b = shown_name(pair.a), shown_name(pair.b)
    coverage = pair.coverage
    rows = (
        ("solved by both", str(coverage.both)),
        (f"by {a} alone", _with_ids(pair.a_only)),
        (f"by {b} alone", _with_ids(pair.b_only)),
        ("by neither", str(coverage.neither)),
        ("exact McNemar p", f"{pair.mcnemar_p:.3g}"),
        (f"of what {a} solves, {b} keeps", percent(coverage.retained)),
        (f"of what {b} solves, new", percent(coverage.discovered)),
        ("support dynamics score (SDS)", percent(coverage.dynamics)),
        ("net support change (NSCR)", percent(coverage.net_change)),
        ("crossover", _crossover(report, pair.crossover)),
        (f"pass@{max(pair.difference)} of {a} minus pass@1 of {b}", percent(pair.gap, sign="")),
    )
    return Table(f"{a} and {b}: coverage of {pair.problems} problems", ("", "problems"), rows)


def _crossover(report: Report, crossover: Crossover | None) -> str:
    if crossover is None:
        return "none"
    if crossover.high is None:
        range_ = f"{crossover.low} or later"
    else:
        range_ = f"between {crossover.low} and {crossover.high}"
    after, before = shown_name(crossover.ahead_after), shown_name(crossover.ahead_before)
    return f"k = {crossover.k} ({range_} at {100 * report.level:g} %): {after} overtakes {before}"


def _with_ids(ids: tuple[str, ...], most: int = 8) -> str:
    if not ids:
        return "0"
    rest = f", and {len(ids) - most} more" if len(ids) > most else ""
    return f"{len(ids)}: {', '.join(ids[:most])}{rest}"


def _differences(report: Report, pair: Pair) -> Table:
    a, b = shown_name(pair.a), shown_name(pair.b)
    rows = tuple(
        (str(k), percent(interval, sign=""), percent((pair.band[k].low, pair.band[k].high), sign=""))
        for k, interval in pair.difference.items()
    )
    heads = ("k", "difference", f"{100 * report.level:g} % band for all k at once")
    return Table(f"pass@k of {b} minus {a}, in points", heads, rows)


def _names(report: Report) -> tuple[str, ...]:
    return tuple(shown_name(model.name) for model in report.models)
