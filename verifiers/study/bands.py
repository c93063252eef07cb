"""A band that holds a whole curve of differences at once, and the set of k at which two curves may cross.

Theory of operation. At each k the paired difference of two models is a mean over problems, nearly normal, with
a standard error; means at neighbouring k move together. The band is `mean +- t * se` with one t for all k:
the quantile of the largest of the standardised deviations, max_k |Z_k|, where Z sums the problems' deviations with
a normal weight for each problem and the same for all k (the Gaussian multiplier bootstrap of a mean). Source:
Chernozhukov, Chetverikov and Kato 2013, "Gaussian approximations and multiplier bootstrap for maxima". t is itself
simulated: from `_DRAWS` draws its error is about 0.02.

A crossing is then known to lie in [low, high]: before `low` the leader's lead is certain, at `high` it is
certainly lost. All of it is about other problems of the same kind, with these samples' models.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import sub

import numpy as np

from verifiers.study.counts import Tally
from verifiers.study.estimators import pass_at_k, pass_curve
from verifiers.study.uncertainty import Interval, mean, mean_interval

_DRAWS = 4000
_BLOCK = 128  # draws at a time: bounds the memory
_EVERY_K_UP_TO = 256
_WHOLE_CURVE_UP_TO = 4096
_STEPS_A_DOUBLING = 64
_NEGLIGIBLE = 1e-12


@dataclass(frozen=True, slots=True)
class Band:
    """Differences (second model minus first) with bounds that hold at all `intervals` at once.

    `critical`: the t above, 1.96 and more at level 95 %.
    """

    intervals: Mapping[int, Interval]
    critical: float


def difference_band(
    first: Sequence[Tally], second: Sequence[Tally], ks: Sequence[int], *, level: float, seed: int
) -> Band:
    """The band over `ks` and the `looked_at` k between them; tallies are paired by place."""
    upto = min(tally.n for tally in [*first, *second])
    rates = [_rates(tallies, sorted({*looked_at(upto), *ks})) for tallies in (first, second)]
    columns = {k: list(map(sub, after, before)) for (k, before), after in zip(rates[0].items(), rates[1].values())}
    critical = _critical_value(list(columns.values()), level, seed)
    return Band({k: _interval(column, critical, level) for k, column in columns.items()}, critical)


def crossing_set(band: Band, lead: int) -> tuple[int, int | None]:
    """The smallest and the largest k (None: beyond the samples) at which the lead may change for the first time.

    `lead`: 1 where the second model leads at first, -1 where the first does.
    """
    certain_until = 0
    still_certain = True
    for k, interval in band.intervals.items():
        least, most = sorted((lead * interval.low, lead * interval.high))
        still_certain = still_certain and least > 0
        if still_certain:
            certain_until = k
        if most < 0:
            return certain_until + 1, k
    return certain_until + 1, None


def looked_at(upto: int) -> list[int]:
    """Every k up to 256, then 64 of each doubling, then `upto`."""
    ks = list(range(1, min(upto, _EVERY_K_UP_TO) + 1))
    while ks[-1] < upto:
        ks.append(min(upto, ks[-1] + max(1, ks[-1] // _STEPS_A_DOUBLING)))
    return ks


def _rates(tallies: Sequence[Tally], ks: Sequence[int]) -> dict[int, list[float]]:
    """For each of `ks`, pass@k of each problem; one curve for all problems with the same counts."""
    curves = {counts: _curve(*counts, ks) for counts in {(tally.n, tally.c) for tally in tallies}}
    return {k: [curves[tally.n, tally.c][place] for tally in tallies] for place, k in enumerate(ks)}


def _curve(n: int, c: int, ks: Sequence[int]) -> list[float]:
    if ks[-1] > _WHOLE_CURVE_UP_TO:
        return [pass_at_k(n, c, k) for k in ks]
    whole = pass_curve(n, c, ks[-1])
    return [whole[k - 1] for k in ks]


def _interval(column: Sequence[float], critical: float, level: float) -> Interval:
    value, error = mean(column), _standard_error(column)
    if error == 0:
        return mean_interval(column, [], level, least=-1.0)
    return Interval(value, max(-1.0, value - critical * error), min(1.0, value + critical * error))


def _standard_error(column: Sequence[float]) -> float:
    centre = mean(column)
    squares = math.fsum((value - centre) ** 2 for value in column)
    return math.sqrt(squares / (len(column) - 1) / len(column)) if len(column) > 1 else 0.0


def _critical_value(columns: Sequence[Sequence[float]], level: float, seed: int) -> float:
    values = np.array(columns, dtype=float)
    deviations = values - values.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(deviations, axis=1, keepdims=True)
    moving = deviations[lengths[:, 0] > _NEGLIGIBLE] / lengths[lengths[:, 0] > _NEGLIGIBLE]
    if not len(moving):
        return 0.0
    problems = values.shape[1]
    random = np.random.default_rng(seed)
    largest = np.empty(_DRAWS)
    for start in range(0, _DRAWS, _BLOCK):
        stop = min(start + _BLOCK, _DRAWS)
        weights = random.standard_normal((stop - start, problems))
        largest[start:stop] = np.abs(weights @ moving.T).max(axis=1)
    return float(np.quantile(largest, level)) * math.sqrt((problems - 1) / problems)
