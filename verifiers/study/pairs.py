"""Two models on the same problems: who solves what, and at which k one overtakes the other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from verifiers.study.counts import Tally
from verifiers.study.estimators import pass_at_k, pass_curve
from verifiers.study.findings import Coverage

_EVERY_K_UP_TO = 2048
_STEPS_A_DOUBLING = 64
_TIE = 1e-12


def coverage_of(a: Mapping[str, Tally], b: Mapping[str, Tally]) -> tuple[Coverage, list[str], list[str]]:
    """The two-by-two table over the problems of `a` (which `b` has too), and the ids that one alone solved."""
    a_only = [name for name, tally in a.items() if tally.c and not b[name].c]
    b_only = [name for name, tally in a.items() if not tally.c and b[name].c]
    both = sum(1 for name, tally in a.items() if tally.c and b[name].c)
    return Coverage(both, len(a_only), len(b_only), len(a) - both - len(a_only) - len(b_only)), a_only, b_only


def mcnemar_exact(a_only: int, b_only: int) -> float:
    """The two-sided p of "each discordant problem falls to either model with chance 1/2" (McNemar, exact).

    >>> mcnemar_exact(4, 0)
    0.125
    """
    total, fewer = a_only + b_only, min(a_only, b_only)
    log_terms = (
        math.lgamma(total + 1) - math.lgamma(i + 1) - math.lgamma(total - i + 1) - total * math.log(2)
        for i in range(fewer + 1)
    )
    if total <= 1000:
        return min(1.0, 2 * sum(math.comb(total, i) for i in range(fewer + 1)) / (1 << total))
    return min(1.0, 2 * math.fsum(map(math.exp, log_terms)))


def find_change_of_lead(a: Sequence[Tally], b: Sequence[Tally]) -> tuple[int, int | None]:
    """Who leads first (1: b, -1: a, 0: nobody ever), and the smallest k at which the other leads, if any.

    Every k is looked at up to 2048; beyond that 64 of each doubling, with bisection between them.
    """
    lead, before = 0, 0
    for k, difference in _differences(a, b, min(tally.n for tally in [*a, *b])):
        sign = 0 if abs(difference) <= _TIE else (1 if difference > 0 else -1)
        if sign and lead and sign != lead:
            return lead, _first_after(a, b, before, k, sign)
        lead = lead or sign
        before = k
    return lead, None


def _differences(a: Sequence[Tally], b: Sequence[Tally], upto: int) -> Iterator[tuple[int, float]]:
    """k and mean pass@k of b minus that of a, for growing k."""
    dense = min(upto, _EVERY_K_UP_TO)
    curves = _mean_curve(a, dense), _mean_curve(b, dense)
    for k in range(1, dense + 1):
        yield k, curves[1][k - 1] - curves[0][k - 1]
    k = dense
    while k < upto:
        k = min(upto, k + max(1, k // _STEPS_A_DOUBLING))
        yield k, _difference(a, b, k)


def _mean_curve(tallies: Sequence[Tally], upto: int) -> list[float]:
    shares: dict[tuple[int, int], int] = {}
    for tally in tallies:
        shares[tally.n, tally.c] = shares.get((tally.n, tally.c), 0) + 1
    total = [0.0] * upto
    for (n, c), count in shares.items():
        total = [sum_so_far + count * value for sum_so_far, value in zip(total, pass_curve(n, c, upto), strict=True)]
    return [value / len(tallies) for value in total]


def _difference(a: Sequence[Tally], b: Sequence[Tally], k: int) -> float:
    return math.fsum(pass_at_k(y.n, y.c, k) - pass_at_k(x.n, x.c, k) for x, y in zip(a, b, strict=True)) / len(a)


def _first_after(a: Sequence[Tally], b: Sequence[Tally], low: int, high: int, sign: int) -> int:
    """The smallest k in (low, high] with the lead `sign`, given that the lead changes once between them."""
    while high - low > 1:
        middle = (low + high) // 2
        if sign * _difference(a, b, middle) > _TIE:
            high = middle
        else:
            low = middle
    return high
