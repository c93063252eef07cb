"""pass@K for K beyond the samples, from a beta-binomial law with a share of problems that are never solved.

Theory of operation. A problem is unsolvable with chance z, else its p is drawn from Beta(a, b); c of n samples are
right. z, a and b are fitted by maximum likelihood to the counts, which gives

    pass@K = (1 - z) (1 - B(a, b+K) / B(a, b)).

Counts up to n say nearly nothing of chances far below 1/n: whether an unsolved problem has p = 0 or p = 1/(5n)
decides pass@10n and cannot be seen. So two laws are fitted, with z free and with z = 0, each to bootstrap resamples
of the problems; the interval holds the intervals of *both*, and its spread shows what the data cannot tell.
pass@K can't lie below the pass@n that was seen.

Sources: Kazdan et al. 2025, "Efficient Prediction of Pass@k Scaling in LLMs" (arXiv 2510.05197) for the beta
binomial fit; the two-law interval is this module's.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from verifiers.errors import InputError
from verifiers.study.estimators import pass_at_k
from verifiers.study.uncertainty import Interval, percentile_interval

REFITS = 60
_START = (math.log(0.5), math.log(1.0))
_STEP, _SMALLEST_STEP = 1.0, 0.02
_MOST_LOG = 7.0  # a and b lie between e^-7 and e^7


@dataclass(frozen=True, slots=True)
class BetaLaw:
    """A law of the chance p over problems: 0 with chance `zero`, else Beta(`a`, `b`)."""

    zero: float
    a: float
    b: float

    def pass_at(self, k: int) -> float:
        """Mean pass@k under the law.

        >>> BetaLaw(0.0, 1.0, 1.0).pass_at(3)  # 1 - 1/4
        0.75
        """
        a, b = self.a, self.b
        log_miss = math.lgamma(b + k) - math.lgamma(b) + math.lgamma(a + b) - math.lgamma(a + b + k)
        return (1 - self.zero) * -math.expm1(log_miss)


@dataclass(frozen=True, slots=True)
class Extrapolation:
    """pass@k at `k`, beyond the `seen` samples a problem, with the law it follows from and what to think of it."""

    k: int
    seen: int
    value: Interval
    law: BetaLaw
    warning: str


def extrapolate(counts: Sequence[tuple[int, int]], k: int, *, level: float, seed: int) -> Extrapolation:
    """pass@`k` from `counts` (n, c of each problem); raises `InputError` where nothing was ever solved."""
    if not any(c for _, c in counts):
        raise InputError("no sample is right: nothing can be extrapolated from that", field="c")
    seen = min(n for n, _ in counts)
    if k < 1:
        raise InputError(f"k = {k}: at least 1 is needed", field="k")
    law, reached = fit(counts), 0.0
    if k >= seen:
        reached = math.fsum(pass_at_k(n, c, seen) for n, c in counts) / len(counts)
    random = np.random.default_rng(seed)
    values: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(REFITS):
        drawn = [counts[place] for place in random.integers(0, len(counts), len(counts)).tolist()]
        if any(c for _, c in drawn):
            for free, found in values.items():
                found.append(fit(drawn, zero=free).pass_at(k))
    value = max(reached, law.pass_at(k))
    both = [percentile_interval(value, found, level) for found in values.values() if found]
    low = max(reached, min(interval.low for interval in both))
    interval = Interval(value, min(value, low), min(1.0, max(each.high for each in both)))
    return Extrapolation(k, seen, interval, law, _warning(k, seen, interval))


def _warning(k: int, seen: int, value: Interval) -> str:
    if k <= seen:
        return f"k = {k} lies within the {seen} samples: the unbiased estimator needs no model of the problems"
    return (
        f"pass@{k} is extrapolated from {seen} samples a problem ({k / seen:.3g} times as many): it rests on a beta "
        f"law of the problems' chances, and the data leave {100 * (value.high - value.low):.1f} points open"
    )


def fit(counts: Sequence[tuple[int, int]], *, zero: bool = True) -> BetaLaw:
    """The law of greatest likelihood; `zero`: whether a share of unsolvable problems is allowed."""
    data = _Data(counts)
    point, best = _START, data.likelihood(_START, zero)
    step = _STEP
    while step > _SMALLEST_STEP:
        moves = [(point[0] + x * step, point[1] + y * step) for x, y in _DIRECTIONS]
        inside = [move for move in moves if max(map(abs, move)) <= _MOST_LOG]
        likelihood, move = max(((data.likelihood(move, zero), move) for move in inside), default=(-math.inf, point))
        if likelihood > best:
            point, best = move, likelihood
        else:
            step /= 2
    return BetaLaw(data.share_of_zero(point) if zero else 0.0, math.exp(point[0]), math.exp(point[1]))


_DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1))


class _Data:
    """Distinct counts with how often they stand, and their likelihood at (log a, log b)."""

    def __init__(self, counts: Sequence[tuple[int, int]]) -> None:
        distinct = Counter(counts)
        self._n = np.array([n for n, _ in distinct])
        self._c = np.array([c for _, c in distinct])
        self._times = np.array(list(distinct.values()), dtype=float)
        self._steps = np.arange(int(self._n.max()))

    def _log_masses(self, point: tuple[float, float]) -> np.ndarray:
        """log of B(a+c, b+n-c) / B(a, b) for each distinct count: rising factorials, as running sums of logs."""
        a, b = math.exp(point[0]), math.exp(point[1])
        rise = [np.concatenate(([0.0], np.cumsum(np.log(start + self._steps)))) for start in (a, b, a + b)]
        masses: np.ndarray = rise[0][self._c] + rise[1][self._n - self._c] - rise[2][self._n]
        return masses

    def share_of_zero(self, point: tuple[float, float]) -> float:
        """The likeliest share of unsolvable problems beside that law, by expectation and maximisation."""
        return self._share(self._log_masses(point))

    def _share(self, masses: np.ndarray) -> float:
        unsolved = self._c == 0
        if not unsolved.any():
            return 0.0
        by_chance, times = np.exp(masses[unsolved]), self._times[unsolved]
        total, share = float(self._times.sum()), 0.5
        for _ in range(30):
            share = float((times * share / (share + (1 - share) * by_chance)).sum()) / total
        return share

    def likelihood(self, point: tuple[float, float], zero: bool) -> float:
        """The log likelihood, up to a constant."""
        masses = self._log_masses(point)
        if not zero:
            return float(self._times @ masses)
        share = self._share(masses)
        logs = masses + math.log1p(-share)
        unsolved = self._c == 0
        logs[unsolved] = np.log(share + (1 - share) * np.exp(masses[unsolved]))
        return float(self._times @ logs)
