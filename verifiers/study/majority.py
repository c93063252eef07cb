"""maj@k for every k: the chance that the most frequent answer of k samples, drawn from n, is the right one.

`c` samples give the right answer, `wrong` counts the samples of each distinct wrong one, `silent` samples give no
answer and do not vote. Ties are broken at random. Source: Wang et al. 2022, "Self-Consistency" (arXiv
2203.11171), section 2.

Theory of operation. Let the right answer be drawn x times. It wins with chance 1/(1+T) where no wrong answer is
drawn more than x times and T of them exactly x times. Write each class's count as a binomial of chance k/n:
conditioned on their sum being k, these are the draws without replacement, and the products of polynomials that
result have positive, well-scaled terms only. 1/(1+T) is the integral of s^T over s from 0 to 1, which a
Gauss-Legendre rule gives exactly, so that T need not be kept apart:

    maj@k = sum_x b(c, x) int_0^1 [z^(k-x)] prod_w (sum_{j<x} b(w, j) z^j + s b(w, x) z^x) ds / b(n, k)

That costs about k * classes * k log k operations; beyond `MOST_WORK` the chance is estimated from `DRAWS` seeded
shuffles of the samples instead, whose error (at most 0.05 a problem, 0.0025 in a mean over 400) lies far
below that of the choice of problems.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from verifiers.study.estimators import majority_share, pass_at_k

MOST_WORK = 20_000
DRAWS = 100


@dataclass(frozen=True, slots=True)
class Votes:
    """The votes of one problem's samples: `right`, each distinct wrong answer's, and `silent` ones."""

    right: int
    wrong: tuple[int, ...]
    silent: int

    @property
    def n(self) -> int:
        """All samples."""
        return self.right + sum(self.wrong) + self.silent


def majority_curve(votes: Votes, ks: Sequence[int], seed: int) -> list[float]:
    """maj@k at each of `ks`, exactly where that is cheap, else estimated with `seed` (see above)."""
    if votes.right == 0:
        return [0.0] * len(ks)
    if not votes.wrong:
        return [pass_at_k(votes.n, votes.right, k) for k in ks]
    work = len(votes.wrong) * max(ks) ** 2
    return [majority_at_k(votes, k) for k in ks] if work <= MOST_WORK else majority_drawn(votes, ks, seed)


def majority_at_k(votes: Votes, k: int) -> float:
    """maj@k of one problem, exact but for rounding.

    >>> round(majority_at_k(Votes(right=2, wrong=(1,), silent=0), 2), 12)  # right-right, or a tie
    0.666666666667
    """
    n = votes.n
    if k == n:
        return majority_share(votes.right, votes.wrong)
    if k == 1:
        return votes.right / n
    share = k / n
    sizes = Counter(votes.wrong)
    laws = {size: _binomial(size, share, k) for size in {*sizes, votes.right, votes.silent, n}}
    whole = laws[n][k]
    least = max(1, k - (n - votes.right))
    chances = (
        laws[votes.right][x] * _others_lose(x, k - x, sizes, laws, laws[votes.silent]) / whole
        for x in range(least, min(votes.right, k) + 1)
    )
    return min(1.0, math.fsum(chances))


def _others_lose(x: int, drawn: int, sizes: Counter[int], laws: dict[int, np.ndarray], silent: np.ndarray) -> float:
    """The sum over s of the coefficient of z^`drawn` above: `drawn` votes fall to others, and x still wins."""
    most_tied = min(sum(times for size, times in sizes.items() if size >= x), drawn // x)
    nodes, weights = np.polynomial.legendre.leggauss(most_tied // 2 + 1)  # exact to degree 2 nodes - 1
    total = 0.0
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        product = silent[: drawn + 1]
        for size, times in sizes.items():
            factor = laws[size][: x + 1].copy()
            if size >= x and len(factor) > x:
                factor[x] *= node
            product = _times(product, factor, times, drawn)
        total += float(weight) * (float(product[drawn]) if len(product) > drawn else 0.0)
    return total


def _times(product: np.ndarray, factor: np.ndarray, times: int, degree: int) -> np.ndarray:
    """`product` times the polynomial `factor` to the power `times`, up to `degree`."""
    power = factor
    while times:
        if times & 1:
            product = np.convolve(product, power)[: degree + 1]
        times >>= 1
        if times:
            power = np.convolve(power, power)[: degree + 1]
    return product


def _binomial(size: int, share: float, most: int) -> np.ndarray:
    """P(Binomial(size, share) = j) for j from 0 to `most` or `size`."""
    j = np.arange(min(size, most) + 1)
    log_choose = np.array([math.lgamma(size + 1) - math.lgamma(i + 1) - math.lgamma(size - i + 1) for i in j.tolist()])
    law: np.ndarray = np.exp(log_choose + j * math.log(share) + (size - j) * math.log1p(-share))
    return law


def majority_drawn(votes: Votes, ks: Sequence[int], seed: int) -> list[float]:
    """maj@k at each of `ks`, from the first k of each of `DRAWS` shuffles of the samples; exact for 1 and n."""
    random = np.random.default_rng([seed, votes.n, votes.right, *votes.wrong[:8]])
    classes = len(votes.wrong) + 1
    labels = np.repeat(np.arange(classes + 1), [votes.right, *votes.wrong, votes.silent]).astype(np.int32)
    shuffled = random.permuted(np.tile(labels, (DRAWS, 1)), axis=1)
    shuffled += (np.arange(DRAWS, dtype=np.int32) * (classes + 1))[:, None]
    found, counts, before = {}, np.zeros((DRAWS, classes + 1), dtype=np.int64), 0
    for k in sorted(set(ks)):
        counts += np.bincount(shuffled[:, before:k].ravel(), minlength=counts.size).reshape(counts.shape)
        before = k
        most = counts[:, :classes].max(axis=1)
        ties = (counts[:, :classes] == most[:, None]).sum(axis=1)
        wins = (counts[:, 0] == most) & (most > 0)
        found[k] = float(np.mean(np.where(wins, 1 / ties, 0.0)))
    found[1] = votes.right / votes.n
    found[votes.n] = majority_share(votes.right, votes.wrong)
    return [found[k] for k in ks]
