"""How far the verifier can be trusted, and what its errors do to pass@k.

A labelled subset (samples whose truth a person decided, drawn without regard to the verdict) says how often the
verifier accepts a right answer (TPR) and a wrong one (FPR). Counts are then counts *accepted*: a problem with true
chance p is accepted with chance q = FPR + (TPR - FPR) p (the relation that Rogan and Gladen 1978 invert for one rate).

Theory of operation. pass@k is no linear function of the counts, so inverting each problem's rate would turn noise
into success: with a thousand samples and FPR = 0.2 % an unsolvable problem shows two accepted ones. The law of p over
problems is estimated instead, as weights on a grid that make the accepted counts likeliest (Laird 1978, by
expectation and maximisation), and pass@k = sum_p w_p (1 - (1-p)^k). The interval repeats this for resampled problems
and for TPR and FPR drawn from their posteriors, so that a small labelled subset makes a wide interval.

Resampling cannot lower a verifier's errors: on problems that are never solved pass@k tends to 1 - (1-FPR)^k, the
`ceiling` (Stroebl et al. 2024, "Inference Scaling fLaws", arXiv 2411.17501).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from verifiers.errors import InputError
from verifiers.study.uncertainty import Interval, exact_interval, percentile_interval

_REPEATS = 100
_ITERATIONS = 150
_GRID = np.concatenate(([0.0], np.logspace(-5, -1, 40), np.linspace(0.12, 1.0, 45)))
_NEARLY = 1e-12


@dataclass(frozen=True, slots=True)
class Calibration:
    """The verifier against the labels: `accepted` of `right` right samples, `passed` of `wrong` wrong ones.

    `true_positive` and `false_positive` are those rates with exact (Clopper-Pearson) intervals.
    """

    accepted: int
    right: int
    passed: int
    wrong: int
    true_positive: Interval
    false_positive: Interval

    def ceiling(self, k: int) -> Interval:
        """pass@k of problems that are never solved: 1 - (1-f)^k, for f and for the ends of its interval."""
        rate = self.false_positive
        return Interval(ceiling(rate.value, k), ceiling(rate.low, k), ceiling(rate.high, k))


def calibrate(verdicts: Iterable[tuple[bool, bool]], level: float) -> Calibration:
    """From (accepted by the verifier, truly right) of each labelled sample; raises `InputError` if one kind lacks."""
    table = Counter(verdicts)
    accepted, missed = table[True, True], table[False, True]
    passed, refused = table[True, False], table[False, False]
    right, wrong = accepted + missed, passed + refused
    if not right or not wrong:
        lacking = "right" if not right else "wrong"
        raise InputError(
            f"none of the {right + wrong} labelled samples is {lacking}: both kinds are needed for both error rates",
            field="label",
        )
    return Calibration(
        accepted,
        right,
        passed,
        wrong,
        exact_interval(right, accepted, level),
        exact_interval(wrong, passed, level),
    )


def ceiling(rate: float, k: int) -> float:
    """1 - (1-f)^k: what a false-positive rate f alone makes of pass@k.

    >>> round(ceiling(0.002, 1024), 3)
    0.871
    """
    return 1.0 if rate >= 1 else -math.expm1(k * math.log1p(-rate))


def corrected_pass_at(
    counts: Sequence[tuple[int, int]], calibration: Calibration, ks: Sequence[int], *, level: float, seed: int
) -> dict[int, Interval]:
    """pass@k of the true chances behind `counts` (n, accepted of each problem), with the calibration's own doubt.

    Raises `InputError` where the verifier accepts wrong answers as readily as right ones.
    """
    tpr, fpr = calibration.true_positive.value, calibration.false_positive.value
    if tpr <= fpr:
        raise InputError(
            f"the verifier accepts {100 * tpr:.1f} % of right and {100 * fpr:.1f} % of wrong labelled samples: "
            "its verdicts say nothing of what is right",
            field="label",
        )
    value = _pass_at(counts, tpr, fpr, ks)
    random = np.random.default_rng(seed)
    drawn = []
    for _ in range(_REPEATS):
        right = random.beta(calibration.accepted + 0.5, calibration.right - calibration.accepted + 0.5)
        wrong = random.beta(calibration.passed + 0.5, calibration.wrong - calibration.passed + 0.5)
        resample = [counts[place] for place in random.integers(0, len(counts), len(counts)).tolist()]
        drawn.append(_pass_at(resample, max(right, wrong + _NEARLY), wrong, ks))
    return {k: percentile_interval(value[place], [each[place] for each in drawn], level) for place, k in enumerate(ks)}


def _pass_at(counts: Sequence[tuple[int, int]], tpr: float, fpr: float, ks: Sequence[int]) -> list[float]:
    weights = _weights(counts, tpr, fpr)
    return [float(weights @ -np.expm1(k * np.log1p(-np.minimum(_GRID, 1 - _NEARLY)))) for k in ks]


def _weights(counts: Sequence[tuple[int, int]], tpr: float, fpr: float) -> np.ndarray:
    """The likeliest weights of the grid's chances."""
    distinct = Counter(counts)
    n = np.array([n for n, _ in distinct], dtype=float)[:, None]
    c = np.array([c for _, c in distinct], dtype=float)[:, None]
    times = np.array(list(distinct.values()), dtype=float)
    q = np.clip(fpr + (tpr - fpr) * _GRID, _NEARLY, 1 - _NEARLY)
    logs = c * np.log(q) + (n - c) * np.log1p(-q)
    likelihood = np.exp(logs - logs.max(axis=1, keepdims=True))
    weights = np.full(len(_GRID), 1 / len(_GRID))
    for _ in range(_ITERATIONS):
        weights = weights * ((times / (likelihood @ weights)) @ likelihood) / times.sum()
    return weights
