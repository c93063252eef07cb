"""A pass@k plot as inline SVG: one line a model with its band, the random-guess baseline dashed.

k runs on a logarithmic axis. Models are told apart by colour, by the shape of their marks and by a legend,
never by colour alone. Colours are classes, which the page's style sheet sets for light and dark. Nothing
but numbers and escaped names goes into the text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

from verifiers.study.findings import ModelReport
from verifiers.study.tables import percent, shown_name
from verifiers.study.uncertainty import Interval

COLOURS = 6
_WIDTH, _HEIGHT = 760, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 16, 64
_TICKS_APART = 34
_LEGEND_LINE = 22
_MARKS: tuple[Callable[[float, float], str], ...] = (
    lambda x, y: f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>',
    lambda x, y: f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7"/>',
    lambda x, y: f'<path d="M{x:.1f} {y - 5:.1f}l5 9h-10z"/>',
    lambda x, y: f'<path d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5-5z"/>',
)


def pass_at_k_plot(models: Sequence[ModelReport]) -> str:
    """The plot of all `models`, as one `<svg>` element."""
    largest = max(max(model.pass_at) for model in models)
    axis = _Axis(largest)
    names = ", ".join(escape(shown_name(model.name)) for model in models)
    height = _HEIGHT + _LEGEND_LINE * (len(models) + 1)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="curve-title curve-text">',
        '<title id="curve-title">pass@k against k</title>',
        f'<desc id="curve-text">pass@k of {names}; the numbers stand in the table below.</desc>',
        *_grid(axis, sorted({k for model in models for k in model.pass_at})),
    ]
    baselines = _baselines(axis, models)
    parts += [f'<polyline class="line luck" points="{line}"/>' for line in baselines]
    for place, model in enumerate(models):
        parts += _model_lines(axis, model, place)
    for place, model in enumerate(models):
        parts += _legend_line(model, place)
    if baselines:
        parts.append(_legend_of_luck(len(models)))
    return "\n".join([*parts, "</svg>"])


class _Axis:
    """From k and a rate to a place in the picture."""

    def __init__(self, largest: int) -> None:
        self._span = math.log(largest) or 1.0

    def x(self, k: int) -> float:
        return _LEFT + math.log(k) / self._span * (_WIDTH - _LEFT - _RIGHT)

    def y(self, rate: float) -> float:
        return _TOP + (1 - rate) * (_HEIGHT - _TOP - _BOTTOM)


def _grid(axis: _Axis, ks: Sequence[int]) -> Iterable[str]:
    bottom = axis.y(0)
    for tenth in range(0, 11, 2):
        y = axis.y(tenth / 10)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="tick" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tenth * 10} %</text>'
    last = math.inf
    for k in reversed(ks):
        x = axis.x(k)
        if last - x < _TICKS_APART:
            continue
        last = x
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom:.1f}"/>'
        yield f'<text class="tick" x="{x:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{k}</text>'
    yield f'<text class="tick" x="{_WIDTH / 2}" y="{bottom + 40:.1f}" text-anchor="middle">k (samples)</text>'


def _model_lines(axis: _Axis, model: ModelReport, place: int) -> Iterable[str]:
    colour = f"c{place % COLOURS}"
    upper = [(axis.x(k), axis.y(interval.high)) for k, interval in model.pass_at.items()]
    lower = [(axis.x(k), axis.y(interval.low)) for k, interval in model.pass_at.items()]
    yield f'<polygon class="band {colour}" points="{_points([*upper, *reversed(lower)])}"/>'
    yield f'<polyline class="line {colour}" points="{_points(_places(axis, model.pass_at))}"/>'
    mark = _MARKS[place % len(_MARKS)]
    for (k, interval), (x, y) in zip(model.pass_at.items(), _places(axis, model.pass_at), strict=True):
        label = f"{escape(shown_name(model.name))}, k = {k}: {percent(interval)}"
        yield f'<g class="mark {colour}"><title>{label}</title>{mark(x, y)}</g>'


def _baselines(axis: _Axis, models: Sequence[ModelReport]) -> list[str]:
    """The distinct lines of the random-guess baseline: models on the same problems share one."""
    drawn = [model.luck.baseline for model in models if model.luck and any(model.luck.baseline.values())]
    lines = (_points((axis.x(k), axis.y(rate)) for k, rate in baseline.items()) for baseline in drawn)
    return list(dict.fromkeys(lines))


def _legend_line(model: ModelReport, place: int) -> Iterable[str]:
    y = _HEIGHT + _LEGEND_LINE * place
    yield f'<g class="mark c{place % COLOURS}">{_MARKS[place % len(_MARKS)](_LEFT + 6, y)}</g>'
    yield f'<text class="tick" x="{_LEFT + 18}" y="{y + 4}">{escape(shown_name(model.name))}</text>'


def _legend_of_luck(place: int) -> str:
    y = _HEIGHT + _LEGEND_LINE * place
    line = f'<polyline class="line luck" points="{_LEFT - 4},{y} {_LEFT + 14},{y}"/>'
    return f'{line}<text class="tick" x="{_LEFT + 18}" y="{y + 4}">random guess</text>'


def _places(axis: _Axis, pass_at: Mapping[int, Interval]) -> list[tuple[float, float]]:
    return [(axis.x(k), axis.y(interval.value)) for k, interval in pass_at.items()]


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
