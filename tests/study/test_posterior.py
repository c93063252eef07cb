"""Posteriors and extrapolation equal exact arithmetic, and hold what is known to be true."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.errors import InputError
from verifiers.study.extrapolate import BetaLaw, extrapolate, fit
from verifiers.study.posterior import bayes_at_n, pass_at_k_posterior, these_problems


@given(st.integers(1, 60), st.data())
def test_the_posterior_of_pass_at_k_equals_exact_arithmetic(n, data):
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, 80))

    def miss(times):
        return math.prod((Fraction(1 + n - c + i, 2 + n + i) for i in range(times)), start=Fraction(1))

    found = pass_at_k_posterior([(n, c)], k)
    assert found.mean == pytest.approx(float(1 - miss(k)), rel=1e-11)
    assert found.deviation == pytest.approx(math.sqrt(miss(2 * k) - miss(k) ** 2), rel=1e-5, abs=1e-7)


def test_bayes_at_n_equals_the_beta_posterior_for_right_and_wrong():
    found = bayes_at_n([[5, 3], [8, 0]], [0.0, 1.0])
    first, second = Fraction(4, 10), Fraction(1, 10)
    assert found.mean == pytest.approx(float((first + second) / 2))
    variance = (first * (1 - first) + second * (1 - second)) / 11 / 4
    assert found.deviation == pytest.approx(math.sqrt(variance))


def test_bayes_at_n_asks_for_a_count_of_each_category():
    with pytest.raises(InputError, match="2 categories"):
        bayes_at_n([[1, 2, 3]], [0.0, 1.0])


TRUE_LAW = BetaLaw(0.2, 0.4, 0.9)


def drawn_counts(seed, problems=400, n=64, law=TRUE_LAW):
    random = np.random.default_rng(seed)
    p = np.where(random.random(problems) < law.zero, 0.0, random.beta(law.a, law.b, problems))
    return [(n, int(c)) for c in random.binomial(n, p)]


def test_the_law_is_found_again():
    found = fit(drawn_counts(1, problems=3000))
    assert found.a == pytest.approx(0.4, rel=0.25)
    assert found.b == pytest.approx(0.9, rel=0.25)
    assert found.zero == pytest.approx(0.2, abs=0.08)


@pytest.mark.parametrize("seed", range(4))
def test_the_truth_lies_in_the_extrapolated_interval(seed):
    truth = TRUE_LAW.pass_at(1024)
    found = extrapolate(drawn_counts(seed), 1024, level=0.95, seed=seed)
    assert found.value.low <= truth <= found.value.high
    assert "extrapolated from 64 samples" in found.warning


def test_the_interval_grows_with_the_distance():
    counts = drawn_counts(3)
    near, far = (extrapolate(counts, k, level=0.95, seed=0).value for k in (128, 8192))
    assert far.high - far.low > near.high - near.low


def test_nothing_solved_cannot_be_extrapolated():
    with pytest.raises(InputError, match="no sample is right"):
        extrapolate([(8, 0)] * 5, 64, level=0.95, seed=0)


def test_the_average_of_these_problems_is_not_drawn_to_the_middle():
    held = flat = 0
    runs = 60
    for seed in range(runs):
        random = np.random.default_rng(seed)
        p = random.beta(0.3, 1.5, 200)
        counts = [(16, int(c)) for c in random.binomial(16, p)]
        found = these_problems(counts).interval(0.95)
        held += found.low <= p.mean() <= found.high
        drawn = bayes_at_n([(n - c, c) for n, c in counts], (0.0, 1.0)).interval(0.95)
        flat += drawn.low <= p.mean() <= drawn.high
    assert held >= 0.85 * runs > flat


@pytest.mark.parametrize("c", [0, 4])
def test_nothing_or_everything_right_leaves_the_flat_prior(c):
    assert these_problems([(4, c)]).mean == pytest.approx((1 + c) / 6)
