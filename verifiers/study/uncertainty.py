"""Confidence intervals by a seeded bootstrap over problems.

Theory of operation. The problems of a benchmark stand for a population of problems; the uncertainty of a
mean over them is how it moves when other problems had been drawn. So *problems* are resampled with
replacement, never the samples of one problem. One resample is used for all columns (all k, all models):
differences between them are paired. An interval is the percentile interval of the resampled means (Efron
and Tibshirani 1993, chapter 13), expanded for a small number of problems and widened where needed to hold the
estimate itself.

Where all M problems have one value v, every resample has it too and the percentile interval would claim
certainty. Then a share q of unlike problems may still have gone unseen, with chance (1-q)^M; the largest q
that leaves this at least alpha/2 bounds the mean from both sides: the unlike problems may all count 0, or
all 1. For v = 0 and v = 1 that is the exact binomial (Clopper-Pearson) bound, and the exact binomial interval is taken
wherever all values are 0 or 1 (at k = n, say): a bootstrap of so coarse a mean holds less often than it says.

Cost: problems x columns x resamples additions; `resamples_within` lowers the number of resamples so that
this stays bounded. Pointwise intervals: a band over all k at once is wider.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from verifiers.study.significance import binomial_tail

RESAMPLES = 1000
LEVEL = 0.95
_MOST_ADDITIONS = 3_000_000_000  # some ten seconds
_FEWEST_RESAMPLES = 200
_BLOCK = 100  # resamples at a time: bounds the memory


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and its confidence interval, `low <= value <= high`."""

    value: float
    low: float
    high: float


def resamples_within(problems: int, columns: int, wanted: int = RESAMPLES) -> int:
    """How many resamples the bounded cost allows: `wanted`, or fewer for very large studies."""
    affordable = _MOST_ADDITIONS // max(1, problems * columns)
    return min(wanted, max(_FEWEST_RESAMPLES, affordable))


def resampled_means(columns: Sequence[Sequence[float]], *, resamples: int, seed: int) -> list[list[float]]:
    """For each column (one value a problem, the same problems in all) the means of `resamples` resamples.

    A resample is how often it holds each problem, so that all means are one product of matrices.
    """
    values = np.array(columns, dtype=float).reshape(len(columns), -1)
    problems = values.shape[1]
    random = np.random.default_rng(seed)
    even = np.full(problems, 1 / problems)
    means = np.empty((len(columns), resamples))
    for start in range(0, resamples, _BLOCK):
        stop = min(resamples, start + _BLOCK)
        times = random.multinomial(problems, even, size=stop - start)
        means[:, start:stop] = values @ times.T / problems
    return [
        [column[0]] * resamples if _constant(column) else found
        for column, found in zip(columns, means.tolist(), strict=True)
    ]


def mean(column: Sequence[float]) -> float:
    """The mean, exactly rounded: the order of the problems does not matter."""
    return math.fsum(column) / len(column)


def mean_interval(
    column: Sequence[float], resampled: Sequence[float], level: float = LEVEL, *, least: float = 0.0
) -> Interval:
    """The mean of `column`, whose values lie between `least` and 1, with its interval."""
    value = mean(column)
    if _constant(column):
        seen = ((1 - level) / 2) ** (1 / len(column))
        return Interval(value, value * seen + least * (1 - seen), value * seen + (1 - seen))
    if least == 0 and set(column) == {0.0, 1.0}:
        return exact_interval(len(column), round(math.fsum(column)), level)
    return percentile_interval(value, resampled, level, problems=len(column))


def percentile_interval(
    value: float, resampled: Sequence[float], level: float = LEVEL, *, problems: int | None = None
) -> Interval:
    """The central part of `resampled` that holds `level` of it, widened to hold `value`.

    `problems`: how many were resampled; the part is then expanded for their small number (see `expanded_tail`).
    """
    ordered = sorted(resampled)
    tail = expanded_tail(level, problems) if problems is not None and problems > 1 else (1 - level) / 2
    return Interval(value, min(value, quantile(ordered, tail)), max(value, quantile(ordered, 1 - tail)))


def expanded_tail(level: float, problems: int) -> float:
    """What to cut off at each end of a percentile interval so that it holds at its level for few problems too.

    Resampled means vary by sqrt((M-1)/M) too little, and their quantiles are those of a normal instead of a t law. Both
    are undone by cutting off Phi(-sqrt(M/(M-1)) t), with t the quantile of the t law with M - 1 degrees (Hesterberg
    2015, "What Teachers Should Know About the Bootstrap", section 5.3); t by its expansion in 1/(M-1).

    >>> round(expanded_tail(0.95, 30), 4), round(expanded_tail(0.95, 10**6), 4)
    (0.0188, 0.025)
    """
    normal = NormalDist()
    z, degrees = normal.inv_cdf((1 + level) / 2), problems - 1
    t = z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
    return normal.cdf(-math.sqrt(problems / degrees) * t)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of `ordered` lies, interpolated between neighbours."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _constant(column: Sequence[float]) -> bool:
    first = column[0]
    return all(value == first for value in column)


def exact_interval(n: int, c: int, level: float) -> Interval:
    """The Clopper-Pearson interval of a rate of which c of n were seen: exact, by bisection on the binomial law.

    >>> round(exact_interval(10, 0, 0.95).high, 4)
    0.3085
    """
    tail = (1 - level) / 2
    low = _bisect(lambda p: binomial_tail(n, c, p) < tail) if c else 0.0
    high = _bisect(lambda p: 1 - binomial_tail(n, c + 1, p) >= tail) if c < n else 1.0
    return Interval(c / n, low, high)


def _bisect(still: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if still(middle) else (low, middle)
    return low
