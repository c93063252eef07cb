"""Estimators over the samples of one problem: `n` samples of which `c` are right, seen through `k` draws.

All are expectations over drawing k of the n samples *without* replacement, which makes them unbiased for k
independent samples of the model. They share one number, the chance that a draw of k misses all right ones:

    miss(n, c, k) = C(n-c, k) / C(n, k) = prod_{i < k} (1 - c / (n-i)) = prod_{i < c} (1 - k / (n-i))

The two products are equal, so the shorter one is taken, as a sum of `log1p`: no factorial, no overflow and
no cancellation, for n of a million as for n of ten. The sum stops where the product is below every double.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from verifiers.errors import InputError

_BELOW_EVERY_DOUBLE = -800.0  # exp of this is 0.0
_NEGLIGIBLE = 1e-300  # of a chance, beside the likeliest one


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
    Source: Liu et al. 2024, "Are Your LLMs Capable of Stable Reasoning?" (arXiv 2412.13147), section 2.

    >>> round(g_pass_at_k(4, 2, 2, 0.5), 12), round(pass_at_k(4, 2, 2), 12)
    (0.833333333333, 0.833333333333)
    """
    _check(n, c, k)
    _check_share(tau)
    needed = max(1, math.ceil(tau * k - 1e-9))
    return min(1.0, math.fsum(mass for j, mass in right_among(n, c, k) if j >= needed))


def mean_g_pass_at_k(n: int, c: int, k: int) -> float:
    """G-Pass@k averaged over tau from 1/2 to 1, mG-Pass@k: 2/k sum over i from ceil(k/2)+1 to k of G-Pass@k_(i/k).

    A draw with j right ones counts in max(0, j - ceil(k/2)) of the terms, so one pass over j does.
    Source: as `g_pass_at_k`. Not defined for k = 1, where the sum is empty and 0 is returned.
    """
    _check(n, c, k)
    half = math.ceil(k / 2)
    return 2 / k * math.fsum((j - half) * mass for j, mass in right_among(n, c, k) if j > half)


def right_among(n: int, c: int, k: int) -> list[tuple[int, float]]:
    """The hypergeometric law: (j, chance that j of k samples are right), for rising j, without what is below 1e-300.

    Neighbouring chances have a simple ratio; it is followed from the likeliest j to both sides and the whole is
    divided by its sum: only positive terms, no factorial, and no logarithm of one.
    """
    least, most = max(0, k - (n - c)), min(c, k)
    likeliest = min(most, max(least, (k + 1) * (c + 1) // (n + 2)))
    below: list[tuple[int, float]] = []
    mass = 1.0
    for j in range(likeliest, least, -1):
        mass *= j * (n - c - k + j) / ((c - j + 1) * (k - j + 1))
        if mass < _NEGLIGIBLE:
            break
        below.append((j - 1, mass))
    law = [*reversed(below), (likeliest, 1.0)]
    mass = 1.0
    for j in range(likeliest, most):
        mass *= (c - j) * (k - j) / ((j + 1) * (n - c - k + j + 1))
        if mass < _NEGLIGIBLE:
            break
        law.append((j + 1, mass))
    whole = math.fsum(mass for _, mass in law)
    return [(j, mass / whole) for j, mass in law]


def cover_at(n: int, c: int, tau: float) -> float:
    """Whether at least a share `tau` of all samples is right, Cover@tau: 1[c/n >= tau]; its mean is a coverage.

    pass@k of a problem with chance p is the average of 1[p >= tau] over tau with weight k (1-tau)^(k-1): for large
    k only tau near 0 counts. Source: Dragoi et al. 2025, "Beyond Pass@k" (arXiv 2510.08325), section 3.

    >>> cover_at(10, 3, 0.3), cover_at(10, 3, 0.31)
    (1.0, 0.0)
    """
    _check(n, c, 1)
    _check_share(tau)
    return 1.0 if c >= tau * n - 1e-9 * n else 0.0


def best_of_k(scored: Sequence[tuple[float, bool]], k: int) -> float:
    """The chance that the best-scored of k samples is right, best-of-k; equal scores are drawn from at random.

    `scored`: each sample's score (of a reward model, say) and whether it is right. The best of a draw lies in a
    group of equal scores with chance miss(n, better, k) - miss(n, better + group, k).
    Source: Cobbe et al. 2021, "Training Verifiers to Solve Math Word Problems" (arXiv 2110.14168), section 4.

    >>> best_of_k([(0.9, True), (0.5, False), (0.1, False)], 2)  # the right one is among two of three
    0.6666666666666667
    """
    n = len(scored)
    _check(n, 0, k)
    groups: dict[float, list[bool]] = {}
    for score, right in scored:
        groups.setdefault(score, []).append(right)
    better, before, chances = 0, 1.0, []
    for score in sorted(groups, reverse=True):
        group = groups[score]
        better += len(group)
        after = miss_at_k(n, better, k)
        chances.append((before - after) * sum(group) / len(group))
        before = after
    return min(1.0, max(0.0, math.fsum(chances)))


def cot_pass_at_k(n: int, sound: int, k: int) -> float:
    """The chance that at least one of k samples has a right answer *and* sound reasoning, CoT-pass@k.

    `sound`: how many of the n samples have both. 1 - C(n-sound, k) / C(n, k), which is pass@k of those.
    Source: Wen et al. 2025, "Reinforcement Learning with Verifiable Rewards Implicitly Incentivizes Correct
    Reasoning in Base LLMs" (arXiv 2506.14245), section 3.
    """
    return pass_at_k(n, sound, k)


def distinct_at_k(classes: Iterable[int], k: int, *, silent: int = 0) -> float:
    """The expected number of distinct answers among k samples: sum over classes of 1 - C(n-m, k) / C(n, k).

    `classes` counts the samples of each distinct answer, `silent` those without one; n is their sum.
    Source: Hurlbert 1971 (rarefaction).

    >>> distinct_at_k([2, 2], 1), distinct_at_k([2, 2], 4)
    (1.0, 2.0)
    """
    sizes = list(classes)
    n = sum(sizes) + silent
    return math.fsum(times * pass_at_k(n, size, k) for size, times in Counter(sizes).items())


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


@lru_cache(maxsize=1 << 17)  # problems share their counts, and curves their k
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


def _check_share(tau: float) -> None:
    if not 0 <= tau <= 1:
        raise InputError(f"tau = {tau}: a share between 0 and 1 is needed", field="tau")


def _check(n: int, c: int, k: int) -> None:
    if n < 1:
        raise InputError(f"n = {n}: at least one sample is needed", field="n")
    if not 0 <= c <= n:
        raise InputError(f"c = {c} right samples of n = {n}: c must lie between 0 and n", field="c")
    if not 1 <= k <= n:
        raise InputError(f"k = {k} with n = {n} samples: k must lie between 1 and n", field="k")
