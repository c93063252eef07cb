"""Planning a study: how many problems and samples a wanted interval or crossover needs, and when to stop.

*Interval.* Let p follow a law over problems (fitted to a pilot, or assumed) and c of n samples be right. The estimate
of one problem, 1 - miss(n, c, k), has variance V(n, k) over problem and samples together, which the beta-binomial law
of c gives exactly; a mean over M problems has the half-width z sqrt(V/M), so M = V (z/w)^2. More samples a problem
lower V towards the variance of 1 - (1-p)^k between problems, and no further: no n replaces problems.

*Crossover.* From the paired counts of a pilot: problems are resampled and n samples of each are drawn from those that
it has, so that no model of the problems is needed (nothing is said beyond the pilot's n). The chance counted is that
one model's lead at k = 1 and the other's at k = n are both certain.

*Stopping.* Looking at an interval after every problem and stopping when it pleases makes 95 % intervals hold far less
often. `anytime` gives a confidence sequence, which holds at all looks at once: the hedged capital process of
Waudby-Smith and Ramdas 2023, "Estimating means of bounded random variables by betting" (section 4.4): a
gambler bets on the mean being above m, and one on below; m is left out once either has multiplied the money by 2/alpha.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from verifiers.errors import InputError
from verifiers.study.estimators import miss_at_k
from verifiers.study.extrapolate import BetaLaw
from verifiers.study.uncertainty import Interval

_SIMULATIONS = 400
_GRID = 401
_MOST_STAKE = 0.5


@dataclass(frozen=True, slots=True)
class Option:
    """One design: `problems` with `samples` each reach the half-width `reach` of a pointwise interval."""

    problems: int
    samples: int
    reach: float

    @property
    def total(self) -> int:
        """All samples."""
        return self.problems * self.samples


def options_for(
    law: BetaLaw, k: int, *, reach: float | None = None, problems: int | None = None, level: float = 0.95
) -> list[Option]:
    """Designs for pass@`k`: how many problems reach a half-width `reach`, or what `problems` of them reach.

    The samples are k, 1.5 k, 2 k, 4 k, 8 k. Raises `InputError` unless exactly one of the two is given.
    """
    if (reach is None) == (problems is None):
        raise InputError("give exactly one of the half-width wanted and the number of problems there are")
    if k < 1 or (reach is not None and not 0 < reach < 1) or (problems is not None and problems < 2):
        raise InputError("k must be at least 1, a half-width lie between 0 and 1, and problems be at least 2")
    z = NormalDist().inv_cdf((1 + level) / 2)
    found = []
    for samples in sorted({k, math.ceil(1.5 * k), 2 * k, 4 * k, 8 * k}):
        variance = estimate_variance(law, samples, k)
        count = problems if problems is not None else max(2, math.ceil(variance * (z / (reach or 1)) ** 2))
        found.append(Option(count, samples, z * math.sqrt(variance / count)))
    return found


def estimate_variance(law: BetaLaw, n: int, k: int) -> float:
    """The variance of one problem's unbiased pass@k from n samples, over problems and samples."""
    masses = beta_binomial(law, n)
    misses = np.array([miss_at_k(n, c, k) for c in range(n + 1)])
    centre = float(masses @ misses)
    return max(0.0, float(masses @ (misses - centre) ** 2))


def beta_binomial(law: BetaLaw, n: int) -> np.ndarray:
    """P(c of n samples are right) for c from 0 to n."""
    a, b = law.a, law.b
    logs = np.array(
        [
            math.lgamma(n + 1) - math.lgamma(c + 1) - math.lgamma(n - c + 1)
            + math.lgamma(a + c) + math.lgamma(b + n - c) - math.lgamma(a + b + n)
            for c in range(n + 1)
        ]
    ) + (math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b))  # fmt: skip
    masses: np.ndarray = (1 - law.zero) * np.exp(logs)
    masses[0] += law.zero
    masses /= masses.sum()
    return masses


def samples_to_see(chance: float, certainty: float = 0.95) -> int:
    """How many samples show a problem of that chance solved at least once, with that certainty.

    The detectable chance at n samples is -ln(1-certainty)/n (Wu et al. 2025, "The Invisible Leash").

    >>> samples_to_see(0.001)
    2995
    """
    if not 0 < chance < 1 or not 0 < certainty < 1:
        raise InputError(f"a chance of {chance} and a certainty of {certainty}: both must lie between 0 and 1")
    return math.ceil(math.log1p(-certainty) / math.log1p(-chance))


@dataclass(frozen=True, slots=True)
class Power:
    """One design for a crossover: the chance that both leads are certain."""

    problems: int
    samples: int
    power: float


def crossover_power(
    a: Sequence[tuple[int, int]], b: Sequence[tuple[int, int]], *, level: float = 0.95, seed: int = 0
) -> list[Power]:
    """The chance of a certain crossover for a half to eight times the pilot's problems and for parts of its samples.

    `a`, `b`: n and c of each problem, paired by place. Leads are tested with Bonferroni's bound for two looks.
    """
    if len(a) != len(b) or len(a) < 2:
        raise InputError("a pilot of both models on at least two same problems is needed")
    n = min(min(n for n, _ in a), min(n for n, _ in b))
    counts = [(np.array([c for _, c in side]), np.array([m for m, _ in side])) for side in (a, b)]
    random = np.random.default_rng(seed)
    critical = NormalDist().inv_cdf(1 - (1 - level) / 4)
    found = []
    for problems in [max(2, len(a) // 2), *(len(a) * times for times in (1, 2, 4, 8))]:
        for samples in sorted({max(2, n // part) for part in (8, 4, 2, 1)}):
            hits = 0
            for _ in range(_SIMULATIONS):
                picks = random.integers(0, len(a), problems)
                drawn = [random.hypergeometric(c[picks], (m - c)[picks], min(samples, n)) for c, m in counts]
                early = _z((drawn[1] - drawn[0]) / samples)
                late = _z((drawn[1] > 0).astype(float) - (drawn[0] > 0))
                hits += early * late < 0 and min(abs(early), abs(late)) > critical
            found.append(Power(problems, samples, hits / _SIMULATIONS))
    return found


def _z(differences: np.ndarray) -> float:
    error = float(differences.std(ddof=1)) / math.sqrt(len(differences))
    return float(differences.mean()) / error if error > 0 else 0.0


def anytime(values: Sequence[float], *, level: float = 0.95, least: float = 0.0) -> Interval:
    """The mean of `values` (each between `least` and 1) with an interval that holds at every look at once.

    `values` must stand in an order that was fixed before they were seen.
    """
    if not values:
        raise InputError("no problem has been graded: there is nothing to look at")
    scaled = (np.array(values, dtype=float) - least) / (1 - least)
    means = np.linspace(0.0, 1.0, _GRID)
    stakes = _stakes(scaled, 1 - level)
    up, down = np.zeros(_GRID), np.zeros(_GRID)
    with np.errstate(divide="ignore"):
        below = np.minimum(stakes[:, None], _MOST_STAKE / np.maximum(means, 1e-12))
        above = np.minimum(stakes[:, None], _MOST_STAKE / np.maximum(1 - means, 1e-12))
    gains = scaled[:, None] - means
    up = np.maximum.accumulate(np.cumsum(np.log1p(below * gains), axis=0), axis=0)[-1]
    down = np.maximum.accumulate(np.cumsum(np.log1p(-above * gains), axis=0), axis=0)[-1]
    kept = means[np.maximum(up, down) < math.log(2 / (1 - level))]
    value = float(scaled.mean())
    step = 1 / (_GRID - 1)
    low, high = (float(kept[0]) - step, float(kept[-1]) + step) if len(kept) else (value - step, value + step)
    ends = [max(0.0, min(low, value)), min(1.0, max(high, value))]
    return Interval(*(least + (1 - least) * each for each in (value, *ends)))


def _stakes(scaled: np.ndarray, alpha: float) -> np.ndarray:
    """What is bet on each value, from the mean and variance of those before it alone."""
    turns = np.arange(1, len(scaled) + 1)
    running = (0.5 + np.cumsum(scaled)) / (turns + 1)
    variance = (0.25 + np.cumsum((scaled - running) ** 2)) / (turns + 1)
    before = np.concatenate(([0.25], variance[:-1]))
    stakes: np.ndarray = np.sqrt(2 * math.log(2 / alpha) / (before * turns * np.log1p(turns)))
    return stakes
