"""The report's plots as Vega-Lite specifications: the page draws them, and the same become SVG and PNG files.

A specification is data. Colours are names of roles (`var(--c0)`), which the page's style sheet sets for light, dark
and print; `themed` replaces them for files, which have no style sheet. Names of models never become names of fields,
where a dot or a bracket would mean something: models are m0, m1, ... in wide rows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from verifiers.study.findings import ModelReport, Pair, Report
from verifiers.study.profile import entropy
from verifiers.study.tables import number, percent, shown_name
from verifiers.study.uncertainty import Interval

Spec = dict[str, Any]
COLOURS = {
    "ink": "#1b1f24", "soft": "#59636e", "rule": "#d1d9e0", "paper": "#ffffff",
    "c0": "#0b62b0", "c1": "#b34700", "c2": "#00724f", "c3": "#9c2f77", "c4": "#6b5200", "c5": "#3d4fb8",
    "v0": "#2f7d4f", "v1": "#b3423a", "v2": "#8a8f98", "v3": "#b98b1d", "v4": "#7a4fa3", "v5": "#3f7cac",
}  # fmt: skip
_MODEL_COLOURS = 6
_BASELINES = ("random guess", "question-blind: the k commonest", "question-blind: k random ones")
_DASHES = [[2, 3], [7, 3], [7, 3, 2, 3]]
_VERDICT_COLOURS = {
    "correct": "v0", "incorrect": "v1", "no_answer": "v2", "undecided": "v3", "timeout": "v3", "error": "v4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot: its name in files, a title, a sentence on how to read it, and its specification."""

    name: str
    title: str
    words: str
    spec: Spec


def plots(report: Report) -> list[Plot]:
    """All plots of `report`, in reading order; those that would be empty are left out."""
    found = [_pass_at(report)]
    found += [_difference(report, pair, place) for place, pair in enumerate(report.pairs)]
    if any(model.luck and any(model.luck.adjusted.values()) for model in report.models):
        found.append(_above_luck(report))
    found += [
        _curves(report, "maj", "Majority vote: maj@k", "The most frequent answer of k samples is right.",
                lambda model: model.profile.majority_at),
        _curves(report, "all-right", "All right: pass^k", "All of k samples are right.", lambda model: model.pass_hat),
        _curves(report, "distinct", "Distinct answers among k samples",
                "Expected number, told apart by the verifier's own equality.",
                lambda model: model.profile.distinct_at, rate=False),
    ]  # fmt: skip
    if any(model.profile.best_at for model in report.models):
        words = "The best-scored of k samples is right."
        found.append(_curves(report, "best", "Best of k", words, lambda model: model.profile.best_at))
    found += [_accuracy(report), _entropy(report), _verdicts(report)]
    found += [_group(report, name) for name in dict.fromkeys(n for m in report.models for n in m.profile.groups)]
    if any(model.profile.positions for model in report.models):
        found.append(_positions(report))
    return found


def to_svg(plot: Plot) -> str:
    """The plot as an SVG file's text."""
    import vl_convert

    text: str = vl_convert.vegalite_to_svg(themed(plot))
    return text


def to_png(plot: Plot) -> bytes:
    """The plot as a PNG file's bytes, two pixels a point."""
    import vl_convert

    data: bytes = vl_convert.vegalite_to_png(themed(plot), scale=2)
    return data


def themed(plot: Plot) -> Spec:
    """The specification for a file: a title, a width of its own, and colours instead of roles."""
    text = json.dumps({**plot.spec, "title": plot.title, "width": 640, "background": "#ffffff"})
    for role, colour in COLOURS.items():
        text = text.replace(f"var(--{role})", colour)
    spec: Spec = json.loads(text.replace("system-ui, sans-serif", "DejaVu Sans, sans-serif"))
    return spec


def _spec(height: int, **rest: Any) -> Spec:
    text = {"labelColor": "var(--soft)", "titleColor": "var(--soft)", "labelFontSize": 12, "titleFontSize": 12}
    lines = {"gridColor": "var(--rule)", "domain": False, "tickColor": "var(--rule)"}
    symbols = {"symbolType": "stroke", "symbolStrokeWidth": 3, "symbolSize": 200, "labelLimit": 0}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": "container",
        "height": height,
        "background": "transparent",
        "autosize": {"type": "fit", "contains": "padding"},
        "config": {
            "font": "system-ui, sans-serif",
            "view": {"stroke": None},
            "axis": {**text, **lines, "titleFontWeight": "normal"},
            "legend": {**text, "labelColor": "var(--ink)", "orient": "top", "title": None, **symbols},
            "title": {"color": "var(--ink)", "anchor": "start", "fontSize": 15},
        },
        **rest,
    }


def _names(report: Report) -> list[str]:
    """What each model is called: apart even where two names look alike."""
    return [shown_name(model.name) for model in report.models]


def _colour(report: Report, **more: Any) -> dict[str, Any]:
    names = _names(report)
    colours = [f"var(--c{place % _MODEL_COLOURS})" for place in range(len(names))]
    return {"field": "model", "type": "nominal", "scale": {"domain": names, "range": colours}, "sort": None, **more}


def _squares(report: Report) -> dict[str, Any]:
    """The colour of bars, whose legend shows filled squares."""
    return _colour(report, legend={"symbolType": "square", "symbolStrokeWidth": 0, "symbolSize": 110})


def _x_of_k(largest: int) -> dict[str, Any]:
    doublings = [1 << step for step in range(largest.bit_length())]
    step = max(1, -(-len(doublings) // 12))
    axis = {"values": doublings[::step], "format": "d", "title": "k (samples)", "grid": False}
    return {
        "field": "k",
        "type": "quantitative",
        "scale": {"type": "log", "domain": [1, max(2, largest)]},
        "axis": axis,
    }


def _y(field: str, title: str, *, rate: bool, domain: list[float] | None = None) -> dict[str, Any]:
    axis: dict[str, Any] = {"title": title, **({"format": ".0%"} if rate else {})}
    scale = {"domain": domain} if domain else {"zero": rate}
    return {"field": field, "type": "quantitative", "axis": axis, "scale": scale}


def _curves(
    report: Report,
    name: str,
    title: str,
    words: str,
    by_k: Callable[[ModelReport], Mapping[int, Interval | None]] | Callable[[ModelReport], Mapping[int, Interval]],
    *,
    rate: bool = True,
    lines: Sequence[tuple[str, Mapping[int, float]]] = (),
    domain: list[float] | None = None,
    height: int = 260,
) -> Plot:
    """A line and band a model, baselines dashed, and a rule that follows the pointer and tells all values at its k."""
    curves = [by_k(model) for model in report.models]
    rows = [
        {"k": k, "model": shown, "value": at.value, "low": at.low, "high": at.high}
        for shown, curve in zip(_names(report), curves, strict=True)
        for k, at in curve.items()
        if at is not None
    ]
    show = percent if rate else number
    ks = sorted({k for curve in curves for k in curve})
    wide = [
        {
            "k": k,
            **{f"m{place}": show(curve.get(k)) for place, curve in enumerate(curves)},
            **{f"b{place}": percent(line.get(k)) for place, (_, line) in enumerate(lines)},
        }
        for k in ks
    ]
    tips = [{"field": "k", "title": "k"}]
    tips += [{"field": f"m{place}", "title": shown} for place, shown in enumerate(_names(report))]
    tips += [{"field": f"b{place}", "title": line} for place, (line, _) in enumerate(lines)]
    x, colour = _x_of_k(max(ks)), _colour(report, legend={"symbolOpacity": 1})
    y = _y("value", "", rate=rate, domain=domain if domain else [0, 1] if rate else None)
    low = {**y, "field": "low"}
    layers: list[Spec] = [
        {
            "data": {"values": rows},
            "mark": {"type": "area", "opacity": 0.16},
            "encoding": {"x": x, "y": low, "y2": {"field": "high"}, "color": colour},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {"x": x, "y": y, "color": colour},
        },
    ]
    if lines:
        layers.append(_dashed(lines, x, y))
    layers += _pointer(wide, x, tips)
    return Plot(name, title, words, _spec(height, layer=layers))


def _dashed(lines: Sequence[tuple[str, Mapping[int, float]]], x: Spec, y: Spec) -> Spec:
    values = [{"k": k, "value": value, "line": name} for name, line in lines for k, value in line.items()]
    names = [name for name, _ in lines]
    legend = {"symbolStrokeColor": "var(--soft)", "symbolStrokeWidth": 1.5, "orient": "bottom", "direction": "vertical"}
    scale = {"domain": names, "range": _DASHES[: len(names)]}
    dash = {"field": "line", "type": "nominal", "scale": scale, "legend": legend, "sort": None}
    mark = {"type": "line", "stroke": "var(--soft)", "strokeWidth": 1.5}
    return {"data": {"values": values}, "mark": mark, "encoding": {"x": x, "y": y, "strokeDash": dash}}


def _pointer(wide: Sequence[Mapping[str, Any]], x: Spec, tips: Sequence[Mapping[str, str]]) -> list[Spec]:
    """A rule at the k nearest to the pointer, and strips between the k that feel where it is and tell the values."""
    ks = [float(row["k"]) for row in wide]
    ends = [ks[0], *(math.sqrt(one * other) for one, other in pairwise(ks)), ks[-1]]
    strips = [{**row, "from": low, "to": high} for row, (low, high) in zip(wide, pairwise(ends), strict=True)]
    select = {"type": "point", "fields": ["k"], "on": "pointerover", "clear": "pointerout"}
    shown = {"condition": {"param": "at", "empty": False, "value": 0.5}, "value": 0}
    rule = {"mark": {"type": "rule", "stroke": "var(--ink)"}, "encoding": {"x": x, "opacity": shown}}
    strip = {
        "params": [{"name": "at", "select": select}],
        "mark": {"type": "rect", "fill": "transparent", "cursor": "pointer"},
        "encoding": {"x": {**x, "field": "from"}, "x2": {"field": "to"}, "tooltip": list(tips)},
    }
    return [{"data": {"values": strips}, **layer} for layer in (rule, strip)]


def _pass_at(report: Report) -> Plot:
    luck = next((model.luck for model in report.models if model.luck), None)
    curves = luck.curves if luck else {}
    lines = [(name, {k: at[place] for k, at in curves.items()}) for place, name in enumerate(_BASELINES)]
    drawn = [(name, line) for name, line in lines if any(line.values())]
    words = f"At least one of k samples is right; {100 * report.level:g} % bands, each k for itself. "
    words += "Dashed: what guessing reaches. Click to see the problems at that k."
    return _curves(report, "pass", "pass@k", words, lambda model: model.curve, lines=drawn, height=360)


def _above_luck(report: Report) -> Plot:
    words = "pass@k above a random guess: 0 is a guesser, 1 solves all. It ends where luck leaves too few problems."
    lows = [at.low for model in report.models for at in _adjusted(model).values() if at]
    domain = [max(-1.0, min(0.0, *lows)), 1.0]
    return _curves(report, "above-luck", "Above luck: κ(k)", words, _adjusted, domain=domain)


def _adjusted(model: ModelReport) -> Mapping[int, Interval | None]:
    return model.luck.adjusted if model.luck else {}


def _difference(report: Report, pair: Pair, place: int) -> Plot:
    a, b = shown_name(pair.a), shown_name(pair.b)
    rows = [{"k": k, "value": at.value, "low": at.low, "high": at.high, "tip": percent(at, sign=" points")}
            for k, at in pair.whole_band.items()]  # fmt: skip
    x = _x_of_k(max(pair.whole_band))
    y = _y("value", f"{b} minus {a}", rate=True)
    layers: list[Spec] = []
    crossover = pair.crossover
    if crossover is not None:
        high = crossover.high if crossover.high is not None else max(pair.whole_band)
        span = {"data": {"values": [{"k": crossover.low, "to": high}]}, "mark": {"type": "rect", "fill": "var(--soft)"}}
        layers.append({**span, "encoding": {"x": x, "x2": {"field": "to"}, "opacity": {"value": 0.14}}})
    layers += [
        {
            "data": {"values": rows},
            "mark": {"type": "area", "opacity": 0.2, "fill": "var(--c2)"},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "line", "stroke": "var(--c2)", "strokeWidth": 2},
            "encoding": {"x": x, "y": y},
        },
        {"mark": {"type": "rule", "stroke": "var(--ink)", "strokeDash": [3, 3]}, "encoding": {"y": {"datum": 0}}},
        *_pointer(rows, x, [{"field": "k", "title": "k"}, {"field": "tip", "title": "difference"}]),
    ]
    words = f"The band holds at all k at once ({100 * report.level:g} %). "
    if crossover is not None:
        words += f"The lead changes at k = {crossover.k}; shaded: where it may."
    name = "difference" if place == 0 else f"difference-{place + 1}"
    return Plot(name, f"pass@k of {b} minus {a}", words, _spec(260, layer=layers))


def _bars(
    report: Report,
    rows: Iterable[Mapping[str, Any]],
    x: Spec,
    y: Spec,
    tooltip: Sequence[Mapping[str, str]],
) -> Spec:
    """Bars side by side, one colour a model."""
    encoding = {"x": x, "xOffset": {"field": "model", "sort": None}, "y": y, "color": _squares(report)}
    mark = {"type": "bar", "cursor": "pointer", "cornerRadiusEnd": 2}
    return _spec(230, data={"values": list(rows)}, mark=mark, encoding={**encoding, "tooltip": list(tooltip)})


def _accuracy(report: Report) -> Plot:
    bins = list(report.models[0].histogram)
    rows = [
        {"bin": name, "model": shown, "problems": model.histogram[name], "place": place}
        for model, shown in zip(report.models, _names(report), strict=True)
        for place, name in enumerate(bins)
    ]
    x = {
        "field": "bin",
        "type": "nominal",
        "sort": bins,
        "axis": {"title": "share of right samples", "labelAngle": -40},
    }
    y = _y("problems", "problems", rate=False)
    tips = [{"field": "model"}, {"field": "bin", "title": "share"}, {"field": "problems"}]
    words = "Problems by their share of right samples; none and all stand apart. Click a bar to see them."
    return Plot("accuracy", "Accuracy of problems", words, _bars(report, rows, x, y, tips))


def _entropy(report: Report) -> Plot:
    found = [
        [entropy([each.count for each in classes]) for classes in model.classes.values()] for model in report.models
    ]
    width = max(0.25, -(-max((value for each in found for value in each), default=0.0) // 3) / 4)
    rows = []
    for shown, values in zip(_names(report), found, strict=True):
        counts: dict[float, int] = {}
        for value in values:
            counts[width * (value // width)] = counts.get(width * (value // width), 0) + 1
        rows += [{"bits": bits, "model": shown, "problems": count} for bits, count in sorted(counts.items())]
    x = {"field": "bits", "type": "ordinal", "axis": {"title": f"bits, from (steps of {width:g})", "labelAngle": 0}}
    tips = [{"field": "model"}, {"field": "bits", "title": "bits from"}, {"field": "problems"}]
    words = "How spread out a problem's answers are: 0 bits, always the same answer; 3 bits, as eight equally frequent."
    spec = _bars(report, rows, x, _y("problems", "problems", rate=False), tips)
    return Plot("entropy", "Entropy of answers", words, spec)


def _verdicts(report: Report) -> Plot:
    rows = [
        {"model": shown, "verdict": verdict, "share": count / model.samples, "samples": count, "place": place}
        for model, shown in zip(report.models, _names(report), strict=True)
        for place, (verdict, count) in enumerate(model.verdicts.items())
    ]
    names = list(dict.fromkeys(row["verdict"] for row in rows))
    scale = {"domain": names, "range": [f"var(--{_VERDICT_COLOURS.get(str(name), 'v5')})" for name in names]}
    legend = {"symbolType": "square", "symbolStrokeWidth": 0, "symbolSize": 110}
    share = {"field": "share", "format": ".2%"}
    color = {"field": "verdict", "type": "nominal", "scale": scale, "sort": None, "legend": legend}
    across = {"format": ".0%", "title": None}
    encoding = {
        "y": {"field": "model", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 160}},
        "x": {"field": "share", "type": "quantitative", "stack": "normalize", "axis": across},
        "color": color,
        "order": {"field": "place"},
        "tooltip": [{"field": "model"}, {"field": "verdict"}, {"field": "samples"}, share],
    }
    spec = _spec(60 + 34 * len(report.models), data={"values": rows}, mark={"type": "bar"}, encoding=encoding)
    return Plot("verdicts", "Verdicts", "What was decided of the samples.", spec)


def _group(report: Report, name: str) -> Plot:
    rows = [
        {
            "value": value, "model": shown, "rate": group.first.value, "low": group.first.low, "high": group.first.high,
            "tip": percent(group.first), "last": percent(group.last), "problems": group.problems,
        }
        for model, shown in zip(report.models, _names(report), strict=True)
        for value, group in model.profile.groups.get(name, {}).items()
    ]  # fmt: skip
    values = list(dict.fromkeys(row["value"] for row in rows))
    x = {
        "field": "value",
        "type": "nominal",
        "sort": values,
        "axis": {"title": name, "labelAngle": 0, "labelLimit": 110},
    }
    offset = {"field": "model", "sort": None}
    y = _y("rate", "pass@1", rate=True, domain=[0, 1])
    last = max(report.models[0].pass_at)
    tips = [
        {"field": "model"}, {"field": "value", "title": name}, {"field": "problems"},
        {"field": "tip", "title": "pass@1"}, {"field": "last", "title": f"pass@{last}"},
    ]  # fmt: skip
    bars = {
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {"y": y, "color": _squares(report), "tooltip": tips},
    }
    whiskers = {
        "mark": {"type": "rule", "stroke": "var(--ink)", "opacity": 0.6},
        "encoding": {"y": {**y, "field": "low"}, "y2": {"field": "high"}},
    }
    shared = {"x": x, "xOffset": offset}
    spec = _spec(230, data={"values": rows}, encoding=shared, layer=[bars, whiskers])
    safe = "".join(char if char.isalnum() else "-" for char in name)
    return Plot(f"by-{safe}", f"pass@1 by {name}", "With intervals over the problems of each group.", spec)


def _positions(report: Report) -> Plot:
    rows = [
        {"letter": letter, "model": shown, "picked": at.picked.value, "right": at.references, "tip": percent(at.picked)}
        for model, shown in zip(report.models, _names(report), strict=True)
        for letter, at in model.profile.positions.items()
    ]
    x = {"field": "letter", "type": "nominal", "axis": {"title": "option", "labelAngle": 0}}
    y = _y("picked", "picks", rate=True)
    tips = [{"field": "model"}, {"field": "letter"}, {"field": "tip", "title": "picked"}]
    bars = {
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {"y": y, "color": _squares(report), "tooltip": tips},
    }
    ticks = {
        "mark": {"type": "tick", "color": "var(--ink)", "thickness": 2},
        "encoding": {"y": {**y, "field": "right"}},
    }
    shared = {"x": x, "xOffset": {"field": "model", "sort": None}}
    spec = _spec(230, data={"values": rows}, encoding=shared, layer=[bars, ticks])
    return Plot("positions", "Position of picked options", "Bars: picks. Ticks: where the right option stands.", spec)
