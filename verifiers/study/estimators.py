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
    miss = _log_miss(n, c, k)
    return c / n if k == 1 else -math.expm1(miss)  # exactly rounded where that is simple


def miss_at_k(n: int, c: int, k: int) -> float:
    """The chance that none of k samples is right, 1 - pass@k, without losing its last digits."""
    return math.exp(_log_miss(n, c, k))


def pass_hat_k(n: int, c: int, k: int) -> float:
    """The chance that all of k samples are right, pass^k: C(c, k) / C(n, k).

    Source: Yao et al. 2024, "tau-bench", section 3.

    >>> round(pass_hat_k(4, 2, 2), 12) == round(1 / 6, 12)
    True
    """
    _check(n, c, k)
    return math.exp(_log_miss(n, n - c, k))


def g_pass_at_k(n: int, c: int, k: int, tau: float) -> float:
    """The chance that at least a share `tau` of k samples is right, G-Pass@k_tau.

    sum over j >= max(1, ceil(tau k)) of C(c, j) C(n-c, k-j) / C(n, k): pass@k for tau -> 0, pass^k for tau = 1.
    Source: Liu et al. 2024, "Are Your LLMs Capable of Stable Reasoning?", section 2.

    >>> round(g_pass_at_k(4, 2, 2, 0.5), 12), round(pass_at_k(4, 2, 2), 12)
    (0.833333333333, 0.833333333333)
    """
    _check(n, c, k)
    if not 0 <= tau <= 1:
        raise InputError(f"tau = {tau}: a share between 0 and 1 is needed", field="tau")
    needed = max(1, math.ceil(tau * k - 1e-9))
    log_draws = _log_choose(n, k)
    terms = (
        math.exp(_log_choose(c, j) + _log_choose(n - c, k - j) - log_draws)
        for j in range(max(needed, k - (n - c)), min(c, k) + 1)
    )
    return min(1.0, math.fsum(terms))


def mean_g_pass_at_k(n: int, c: int, k: int) -> float:
    """G-Pass@k averaged over tau from 1/2 to 1, mG-Pass@k: 2/k sum over i from ceil(k/2)+1 to k of G-Pass@k_(i/k).

    Source: as `g_pass_at_k`. Not defined for k = 1, where the sum is empty and 0 is returned.
    """
    return 2 / k * math.fsum(g_pass_at_k(n, c, k, i / k) for i in range(math.ceil(k / 2) + 1, k + 1))


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


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


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
