"""The estimators equal exact rational arithmetic, and keep the laws that hold between them."""

import math
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.errors import InputError
from verifiers.study.estimators import (
    average,
    g_pass_at_k,
    majority_share,
    mean_g_pass_at_k,
    miss_at_k,
    pass_at_k,
    pass_curve,
    pass_hat_k,
)


def exact_pass_at_k(n: int, c: int, k: int) -> Fraction:
    return 1 - Fraction(math.comb(n - c, k), math.comb(n, k))


@st.composite
def counts(draw, largest=300):
    n = draw(st.integers(1, largest))
    return n, draw(st.integers(0, n)), draw(st.integers(1, n))


@given(counts())
def test_pass_at_k_equals_exact_arithmetic(nck):
    assert pass_at_k(*nck) == pytest.approx(float(exact_pass_at_k(*nck)), rel=1e-13, abs=0)


@given(counts())
def test_missing_equals_exact_arithmetic_to_its_last_digits(nck):
    assert miss_at_k(*nck) == pytest.approx(float(1 - exact_pass_at_k(*nck)), rel=1e-12, abs=0)


@given(counts())
def test_pass_hat_k_equals_exact_arithmetic(nck):
    n, c, k = nck
    exact = Fraction(math.comb(c, k), math.comb(n, k))
    assert pass_hat_k(n, c, k) == pytest.approx(float(exact), rel=1e-12, abs=0)


@given(counts(120), st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))
def test_g_pass_at_k_equals_exact_arithmetic(nck, tau):
    n, c, k = nck
    needed = max(1, math.ceil(Fraction(tau) * k))
    right = sum(math.comb(c, j) * math.comb(n - c, k - j) for j in range(needed, k + 1))
    assert g_pass_at_k(n, c, k, tau) == pytest.approx(float(Fraction(right, math.comb(n, k))), rel=1e-9, abs=1e-12)


@given(counts(60))
def test_g_pass_at_k_lies_between_pass_hat_k_and_pass_at_k(nck):
    n, c, k = nck
    assert g_pass_at_k(n, c, k, 0.0) == pytest.approx(pass_at_k(n, c, k), abs=1e-9)
    assert g_pass_at_k(n, c, k, 1.0) == pytest.approx(pass_hat_k(n, c, k), abs=1e-9)
    assert mean_g_pass_at_k(n, c, k) <= pass_at_k(n, c, k) + 1e-9


@pytest.mark.parametrize(
    ("n", "c", "k"),
    [(10**6, 1, 1), (10**6, 1, 10**6), (10**6, 3, 1000), (10**6, 999, 999), (10**6, 5000, 10), (10**6, 2, 999_998)],
)
def test_pass_at_k_is_exact_for_a_million_samples(n, c, k):
    fewer, more = min(c, k), max(c, k)
    exact = 1 - math.prod((Fraction(n - i - more, n - i) for i in range(fewer)), start=Fraction(1))
    assert pass_at_k(n, c, k) == pytest.approx(float(exact), rel=1e-12, abs=0)


def test_a_million_samples_cost_next_to_nothing():
    started = time.perf_counter()
    assert pass_at_k(10**6, 400_000, 500_000) == 1.0
    assert time.perf_counter() - started < 0.5


@given(counts())
def test_pass_at_k_grows_with_k_and_with_c(nck):
    n, c, k = nck
    here = pass_at_k(n, c, k)
    assert 0.0 <= here <= 1.0
    if k < n:
        assert pass_at_k(n, c, k + 1) >= here
    if c < n:
        assert pass_at_k(n, c + 1, k) >= here


@given(counts())
def test_at_k_1_both_are_the_share_of_right_samples(nck):
    n, c, _ = nck
    assert pass_at_k(n, c, 1) == pytest.approx(average(n, c), abs=1e-15)
    assert pass_hat_k(n, c, 1) == pytest.approx(average(n, c), abs=1e-15)


@given(counts())
def test_all_right_implies_some_right(nck):
    assert pass_hat_k(*nck) <= pass_at_k(*nck) + 1e-15


@given(counts())
def test_at_k_n_one_right_sample_is_enough(nck):
    n, c, _ = nck
    assert pass_at_k(n, c, n) == (1.0 if c else 0.0)


@given(counts())
def test_the_curve_is_the_estimator_at_every_k(nck):
    n, c, k = nck
    assert pass_curve(n, c, k)[k - 1] == pytest.approx(pass_at_k(n, c, k), abs=1e-12)
    assert len(pass_curve(n, c, k)) == k


@given(st.integers(2, 40), st.data())
def test_pass_at_k_averages_over_all_choices_of_k_samples(n, data):
    c = data.draw(st.integers(0, n))
    k = data.draw(st.integers(1, n - 1))
    # leaving one sample out at random leaves pass@k as it is: the estimator is consistent in n
    without_right = pass_at_k(n - 1, c - 1, k) if c else 0.0
    without_wrong = pass_at_k(n - 1, c, k) if c < n else 0.0
    mixed = (c * without_right + (n - c) * without_wrong) / n
    assert pass_at_k(n, c, k) == pytest.approx(mixed, abs=1e-12)


@pytest.mark.parametrize(
    ("n", "c", "k", "field"), [(0, 0, 1, "n"), (4, 5, 1, "c"), (4, -1, 1, "c"), (4, 2, 5, "k"), (4, 2, 0, "k")]
)
def test_impossible_counts_are_refused_by_name(n, c, k, field):
    with pytest.raises(InputError) as caught:
        pass_at_k(n, c, k)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("right", "wrong", "share"),
    [(3, [2, 1], 1.0), (2, [3], 0.0), (2, [2], 0.5), (1, [1, 1, 1], 0.25), (0, [], 0.0), (0, [1], 0.0), (1, [], 1.0)],
)
def test_the_majority_shares_ties(right, wrong, share):
    assert majority_share(right, wrong) == share
