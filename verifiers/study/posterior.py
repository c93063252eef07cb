"""Bayesian estimates: what the samples say of *these* problems, where other problems do not come into question.

A bootstrap over problems answers "how would another benchmark of this kind turn out"; a posterior answers "how
would more samples of the same problems turn out". Both are shown, since they are often confused.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from verifiers.errors import InputError
from verifiers.study.extrapolate import BetaLaw, fit
from verifiers.study.uncertainty import Interval


@dataclass(frozen=True, slots=True)
class Posterior:
    """A posterior mean and its standard deviation."""

    mean: float
    deviation: float

    def interval(self, level: float) -> Interval:
        """The central interval by the normal approximation, within 0 and 1."""
        reach = NormalDist().inv_cdf((1 + level) / 2) * self.deviation
        return Interval(self.mean, max(0.0, self.mean - reach), min(1.0, self.mean + reach))


def bayes_at_n(
    outcomes: Sequence[Sequence[int]], weights: Sequence[float], prior: Sequence[Sequence[int]] | None = None
) -> Posterior:
    """Bayes@N: the posterior mean and deviation of the average score, under a flat Dirichlet prior.

    `outcomes`: for each problem, how many samples fell into each category; `weights`: what a category is worth;
    `prior`: counts of earlier samples, in the same shape. With nu = 1 + count + prior count and T their sum,

        mu = w_0 + 1/M sum_a sum_j nu_aj / T_a (w_j - w_0)
        sigma^2 = 1/M^2 sum_a 1/(T_a + 1) [sum_j nu_aj / T_a (w_j - w_0)^2 - (sum_j nu_aj / T_a (w_j - w_0))^2]

    The flat prior draws each problem towards the middle, by (1-2p)/(n+2) for right and wrong: over many problems that
    exceeds the deviation, and the interval then misses the average. `these_problems` has no such pull.
    Source: Hariri et al. 2025, "Don't Pass@k" (arXiv 2510.04265), theorem 1.

    >>> bayes_at_n([[6, 2]], [0.0, 1.0]).mean  # 2 of 8 right: (1 + 2) / (2 + 8)
    0.3
    """
    if not outcomes or any(len(counts) != len(weights) for counts in outcomes):
        raise InputError(f"each problem needs a count for each of {len(weights)} categories", field="outcomes")
    earlier = prior if prior is not None else [[0] * len(weights)] * len(outcomes)
    gains = [weight - weights[0] for weight in weights]
    means, variances = [], []
    for counts, before in zip(outcomes, earlier, strict=True):
        nu = [1 + now + then for now, then in zip(counts, before, strict=True)]
        total = sum(nu)
        centre = math.fsum(n * gain for n, gain in zip(nu, gains, strict=True)) / total
        spread = math.fsum(n * (gain - centre) ** 2 for n, gain in zip(nu, gains, strict=True)) / total
        means.append(centre)
        variances.append(spread / (total + 1))
    problems = len(outcomes)
    return Posterior(weights[0] + math.fsum(means) / problems, math.sqrt(math.fsum(variances)) / problems)


def these_problems(counts: Sequence[tuple[int, int]]) -> Posterior:
    """The posterior of the average chance over problems with (n, c), under the beta law that fits them best.

    p of a problem is then Beta(a + c, b + n - c) (empirical Bayes, Efron and Morris 1975); where nothing or everything
    is right there is no law to fit, and the flat prior stands.
    """
    right = sum(c for _, c in counts)
    law = fit(counts, zero=False) if 0 < right < sum(n for n, _ in counts) else BetaLaw(0.0, 1.0, 1.0)
    means, variances = [], []
    for n, c in counts:
        a, b = law.a + c, law.b + n - c
        means.append(a / (a + b))
        variances.append(a * b / ((a + b) ** 2 * (a + b + 1)))
    return Posterior(math.fsum(means) / len(means), math.sqrt(math.fsum(variances)) / len(means))


def pass_at_k_posterior(counts: Sequence[tuple[int, int]], k: int) -> Posterior:
    """The posterior of mean pass@k over problems with (n, c), each p having a flat prior.

    With p ~ Beta(1+c, 1+n-c), E[(1-p)^k] = prod_{i<k} (1+n-c+i) / (2+n+i), and E[(1-p)^2k] gives the variance.
    The flat prior believes in chances of order 1/n: it is worth trusting for k well below n only.

    >>> round(pass_at_k_posterior([(8, 2)], 1).mean, 12)
    0.3
    """
    cache: dict[tuple[int, int], tuple[float, float]] = {}
    for n, c in set(counts):
        once, twice = _mean_miss(n, c, k), _mean_miss(n, c, 2 * k)
        cache[n, c] = (1 - once, max(0.0, twice - once * once))
    values = [cache[pair] for pair in counts]
    mean = math.fsum(value for value, _ in values) / len(values)
    return Posterior(mean, math.sqrt(math.fsum(variance for _, variance in values)) / len(values))


def _mean_miss(n: int, c: int, k: int) -> float:
    """E[(1-p)^k] = C(n-c+k, k) / C(n+1+k, k), by the shorter of its two products."""
    if c + 1 <= k:
        return math.exp(math.fsum(math.log1p(-k / (n + 1 + k - i)) for i in range(c + 1)))
    return math.exp(math.fsum(math.log1p(-(c + 1) / (n + 2 + i)) for i in range(k)))
