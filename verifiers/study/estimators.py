"""Estimators over the samples of one problem: `n` samples of which `c` are right, seen through `k` draws.

All are expectations over drawing k of the n samples *without* replacement, which makes them unbiased for k
independent samples of the model. They share one number, the chance that a draw of k misses all right ones:

    miss(n, c, k) = C(n-c, k) / C(n, k) = prod_{i < k} (1 - c / (n-i)) = prod_{i < c} (1 - k / (n-i))

The two products are equal, so the shorter one is taken, as a sum of `log1p`: no factorial, no overflow and
no cancellation, for n of a million as for n of ten. The sum stops where the product is below every double.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from verifiers.errors import InputError

_BELOW_EVERY_DOUBLE = -800.0  # exp of this is 0.0


def pass_at_k(n: int, c: int, k: int) -> float:
    """The chance that at least one of k samples is right: 1 - C(n-c, k) / C(n, k).

    Source: Chen et al. 2021, "Evaluating Large Language Models Trained on Code", section 2.1.

    >>> pass_at_k(10, 3, 1), pass_at_k(10, 3, 8)
    (0.3, 1.0)
    """
    return -math.expm1(_log_miss(n, c, k))


def miss_at_k(n: int, c: int, k: int) -> float:
    """The chance that none of k samples is right, 1 - pass@k, without losing its last digits."""
    return math.exp(_log_miss(n, c, k))


def pass_hat_k(n: int, c: int, k: int) -> float:
    """The chance that all of k samples are right, pass^k: C(c, k) / C(n, k).

    Source: Yao et al. 2024, "tau-bench", section 3.

    >>> pass_hat_k(4, 2, 2) == 1 / 6
    True
    """
    _check(n, c, k)
    return math.exp(_log_miss(n, n - c, k))


def average(n: int, c: int) -> float:
    """The share of right samples, avg@n: what pass@1 estimates too."""
    _check(n, c, 1)
    return c / n


def majority_share(right: int, wrong: Iterable[int]) -> float:
    """The chance that the most frequent answer of all samples, maj@n, is right; ties are drawn at random.

    `right` samples gave the right answer, `wrong` counts the samples of each distinct wrong one.
    Source: Wang et al. 2022, "Self-Consistency", section 2.

    >>> majority_share(3, [3, 1])
    0.5
    """
    counts = list(wrong)
    most = max(counts, default=0)
    if right == 0 or right < most:
        return 0.0
    return 1.0 if right > most else 1.0 / (1 + counts.count(most))


def pass_curve(n: int, c: int, upto: int) -> list[float]:
    """pass@1, pass@2, ..., pass@`upto`: one multiplication a step."""
    _check(n, c, upto)
    curve, miss = [], 1.0
    for drawn in range(upto):
        miss *= max(0, n - c - drawn) / (n - drawn)
        curve.append(1.0 - miss)
    return curve


def _log_miss(n: int, c: int, k: int) -> float:
    _check(n, c, k)
    if n - c < k:
        return -math.inf
    fewer, more = sorted((c, k))
    total = lost = 0.0  # Neumaier's sum: the terms are many and of one size
    for i in range(fewer):
        term = math.log1p(-more / (n - i))
        raised = total + term
        lost += (total - raised) + term if abs(total) >= abs(term) else (term - raised) + total
        total = raised
        if total < _BELOW_EVERY_DOUBLE:
            return -math.inf
    return total + lost


def _check(n: int, c: int, k: int) -> None:
    if n < 1:
        raise InputError(f"n = {n}: at least one sample is needed", field="n")
    if not 0 <= c <= n:
        raise InputError(f"c = {c} right samples of n = {n}: c must lie between 0 and n", field="c")
    if not 1 <= k <= n:
        raise InputError(f"k = {k} with n = {n} samples: k must lie between 1 and n", field="k")
