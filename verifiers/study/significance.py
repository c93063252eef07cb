"""Which problems a model solves more often than a blind guesser would: exact tests with false-discovery control."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def binomial_tail(n: int, c: int, guess: float) -> float:
    """P(X >= c) for X ~ Binomial(n, `guess`): how often a guesser does as well as c of n.

    >>> round(binomial_tail(4, 1, 0.5), 4)
    0.9375
    """
    if c <= 0 or guess >= 1:
        return 1.0
    if guess <= 0:
        return 0.0
    odds = guess / (1 - guess)
    if c > n * guess:
        return min(1.0, _sum_from(_mass(n, c, guess), (odds * (n - j) / (j + 1) for j in range(c, n))))
    below = _sum_from(_mass(n, c - 1, guess), (j / (n - j + 1) / odds for j in range(c - 1, 0, -1)))
    return max(0.0, 1.0 - below)


def discoveries(p_values: Sequence[float], rate: float) -> list[int]:
    """The places of the p values that are called discoveries, with at most `rate` of them false on average.

    Source: Benjamini and Hochberg 1995.

    >>> discoveries([0.9, 0.001, 0.03, 0.02], 0.05)
    [1, 2, 3]
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    count = 0
    for rank, place in enumerate(order, start=1):
        if p_values[place] <= rate * rank / len(p_values):
            count = rank
    return sorted(order[:count])


def _mass(n: int, c: int, guess: float) -> float:
    choices = math.lgamma(n + 1) - math.lgamma(c + 1) - math.lgamma(n - c + 1)
    return math.exp(choices + c * math.log(guess) + (n - c) * math.log1p(-guess))


def _sum_from(term: float, ratios: Iterable[float]) -> float:
    """term (1 + r1 + r1 r2 + ...), up to where falling terms no longer count."""
    total = term
    for ratio in ratios:
        term *= ratio
        total += term
        if term < total * 1e-18:
            break
    return total
