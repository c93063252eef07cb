"""A verifier's errors are measured, bounded and taken out of pass@k again, with an interval that says how well."""

import numpy as np
import pytest

from verifiers.errors import InputError
from verifiers.study.calibration import calibrate, ceiling, corrected_pass_at
from verifiers.study.uncertainty import exact_interval

KS = [1, 8, 64]


def labelled(tpr, fpr, right=400, wrong=2000):
    passed = round(wrong * fpr)
    accepted = round(right * tpr)
    table = {(True, True): accepted, (False, True): right - accepted}
    table |= {(True, False): passed, (False, False): wrong - passed}
    return calibrate((pair for pair, count in table.items() for _ in range(count)), level=0.95)


@pytest.mark.parametrize(
    ("n", "c", "low", "high"),
    [(10, 0, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (10, 5, 0.1871, 0.8129), (200, 3, 0.0031, 0.0432)],
)
def test_the_exact_interval_is_that_of_the_tables(n, c, low, high):
    interval = exact_interval(n, c, 0.95)
    assert (interval.low, interval.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def simulated(seed, tpr, fpr, problems=300, n=64):
    random = np.random.default_rng(seed)
    p = np.where(random.random(problems) < 0.4, 0.0, random.beta(0.8, 1.2, problems))
    accepted = random.binomial(n, fpr + (tpr - fpr) * p)
    truth = [float(np.mean(1 - (1 - p) ** k)) for k in KS]
    return [(n, int(c)) for c in accepted], truth


@pytest.mark.parametrize(("tpr", "fpr"), [(1.0, 0.0), (0.86, 0.01), (0.95, 0.05)])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_truth_lies_in_the_corrected_interval_where_the_raw_rate_is_far_off(tpr, fpr, seed):
    counts, truth = simulated(seed, tpr, fpr)
    found = corrected_pass_at(counts, labelled(tpr, fpr), KS, level=0.95, seed=seed)
    for k, expected in zip(KS, truth, strict=True):
        assert found[k].low - 0.02 <= expected <= found[k].high + 0.02
    if fpr == 0.05:
        raw = np.mean([c > 0 for _, c in counts])
        assert raw > found[64].high + 0.1


def test_few_labels_make_a_wide_interval():
    counts, _ = simulated(1, 0.9, 0.01)
    few, many = (
        corrected_pass_at(counts, labelled(0.9, 0.01, right, wrong), [64], level=0.95, seed=0)[64]
        for right, wrong in ((20, 100), (2000, 10_000))
    )
    assert few.high - few.low > many.high - many.low


def test_the_ceiling_grows_with_k_and_with_the_rate():
    assert ceiling(0.002, 1024) == pytest.approx(0.871, abs=1e-3)
    assert ceiling(0.0, 1024) == 0.0
    bound = labelled(1.0, 0.01).ceiling(100)
    assert bound.low < bound.value < bound.high


@pytest.mark.parametrize("truth", [True, False])
def test_labels_of_one_kind_are_refused(truth):
    with pytest.raises(InputError, match="none of the 3 labelled samples is"):
        calibrate([(True, truth)] * 3, level=0.95)


def test_a_verifier_that_tells_nothing_is_refused():
    with pytest.raises(InputError, match="say nothing of what is right"):
        corrected_pass_at([(4, 2)], labelled(0.05, 0.05), [1], level=0.95, seed=0)
