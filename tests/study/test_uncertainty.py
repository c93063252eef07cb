"""Intervals are reproducible, hold the estimate, never claim certainty, and cover at about their level."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifiers.study.estimators import pass_at_k
from verifiers.study.uncertainty import mean_interval, resampled_means, resamples_within

rates = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def interval(column, seed=0, resamples=200):
    return mean_interval(column, resampled_means([column], resamples=resamples, seed=seed)[0])


@settings(max_examples=50, deadline=None)
@given(rates)
def test_an_interval_holds_its_estimate_and_stays_between_0_and_1(column):
    found = interval(column, resamples=50)
    assert -1e-12 <= found.low <= found.value <= found.high <= 1 + 1e-12


@settings(max_examples=20, deadline=None)
@given(rates, st.integers(0, 5))
def test_the_same_seed_gives_the_same_interval(column, seed):
    assert interval(column, seed, 50) == interval(column, seed, 50)


def test_columns_are_resampled_together():
    column = [0.0, 0.25, 0.5, 1.0]
    doubled = [value / 2 for value in column]
    first, second = resampled_means([column, doubled], resamples=100, seed=1)
    assert [value / 2 for value in first] == pytest.approx(second)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_problems_that_all_agree_leave_the_exact_binomial_bound(value):
    found = interval([value] * 30)
    assert found.value == value
    unseen = 1 - 0.025 ** (1 / 30)
    assert (found.low, found.high) == pytest.approx((1 - unseen, 1.0) if value else (0.0, unseen))


def test_one_problem_tells_next_to_nothing():
    found = interval([1.0])
    assert found.low < 0.05


def test_an_interval_covers_the_truth_at_about_its_level():
    covered = 0
    runs = 300
    for run in range(runs):
        random = Random(run)
        solved = [random.betavariate(0.5, 0.7) for _ in range(60)]
        column = [pass_at_k(16, sum(random.random() < p for _ in range(16)), 1) for p in solved]
        found = interval(column, seed=run)
        covered += found.low <= 0.5 / 1.2 <= found.high
    assert 0.90 <= covered / runs <= 0.98


def test_the_cost_of_a_huge_study_is_bounded_by_fewer_resamples():
    assert resamples_within(500, 60) == 1000
    assert resamples_within(10**6, 60) == 200


def test_few_problems_widen_the_interval_to_its_level():
    import numpy as np

    held, runs, problems = 0, 400, 12
    for seed in range(runs):
        column = np.random.default_rng(seed).beta(2, 2, problems).tolist()
        (means,) = resampled_means([column], resamples=400, seed=seed)
        interval = mean_interval(column, means, 0.9)
        held += interval.low <= 0.5 <= interval.high
    assert 0.86 <= held / runs <= 0.95  # without the expansion 0.85 and less


def test_a_share_of_problems_has_the_exact_binomial_interval():
    interval = mean_interval([1.0] * 5 + [0.0] * 5, [], 0.95)
    assert (interval.low, interval.high) == (pytest.approx(0.1871, abs=1e-4), pytest.approx(0.8129, abs=1e-4))
