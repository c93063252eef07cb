"""Majority, best of n, coverage at a share, distinct answers: equal to exact arithmetic over all draws."""

import math
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifiers.errors import InputError
from verifiers.study.estimators import (
    best_of_k,
    cot_pass_at_k,
    cover_at,
    distinct_at_k,
    g_pass_at_k,
    mean_g_pass_at_k,
    pass_at_k,
    right_among,
)
from verifiers.study.majority import Votes, majority_at_k, majority_curve, majority_drawn


def over_all_draws(items, k, value):
    draws = list(combinations(items, k))
    return sum(value(draw) for draw in draws) / Fraction(len(draws))


def wins(draw):
    """The chance that right (0) wins the vote; None does not vote."""
    votes = {vote: draw.count(vote) for vote in draw if vote is not None}
    most = max(votes.values(), default=0)
    if not votes or votes.get(0, 0) < most:
        return Fraction(0)
    return Fraction(1, sum(count == most for count in votes.values()))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5), st.lists(st.integers(1, 3), max_size=4), st.integers(0, 2), st.data())
def test_the_majority_of_k_equals_the_average_over_all_draws(right, wrong, silent, data):
    votes = Votes(right, tuple(wrong), silent)
    if votes.n == 0 or right == 0:
        return
    k = data.draw(st.integers(1, votes.n))
    items = [0] * right + [place + 1 for place, size in enumerate(wrong) for _ in range(size)] + [None] * silent
    exact = over_all_draws(items, k, wins)
    assert majority_at_k(votes, k) == pytest.approx(float(exact), abs=1e-12)
    assert majority_curve(votes, [k], 0)[0] == pytest.approx(float(exact), abs=1e-12)


@pytest.mark.parametrize("k", [2, 8, 33])
def test_the_drawn_majority_lies_near_the_exact_one(k, monkeypatch):
    monkeypatch.setattr("verifiers.study.majority.DRAWS", 4000)
    votes = Votes(20, (18, 9, 1, 1, 1), 10)
    assert majority_drawn(votes, [k], seed=3)[0] == pytest.approx(majority_at_k(votes, k), abs=0.03)


def test_a_majority_of_a_thousand_samples_stays_a_chance():
    votes = Votes(400, (300, *([1] * 300)), 24)
    curve = [majority_at_k(votes, k) for k in (1, 16, 64)]
    assert curve == sorted(curve)
    assert all(0 <= value <= 1 for value in curve)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.booleans()), min_size=1, max_size=8), st.data())
def test_the_best_of_k_equals_the_average_over_all_draws(scored, data):
    k = data.draw(st.integers(1, len(scored)))

    def best(draw):
        top = [right for score, right in draw if score == max(score for score, _ in draw)]
        return Fraction(sum(top), len(top))

    assert best_of_k(scored, k) == pytest.approx(float(over_all_draws(scored, k, best)), abs=1e-12)


def test_a_perfect_score_makes_the_best_of_k_pass_at_k():
    assert best_of_k([(1.0, True)] * 3 + [(0.0, False)] * 7, 4) == pytest.approx(pass_at_k(10, 3, 4))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_distinct_answers_equal_the_average_over_all_draws(sizes, data):
    items = [place for place, size in enumerate(sizes) for _ in range(size)]
    k = data.draw(st.integers(1, len(items)))
    exact = over_all_draws(items, k, lambda draw: Fraction(len(set(draw))))
    assert distinct_at_k(sizes, k) == pytest.approx(float(exact), abs=1e-12)


@given(st.integers(1, 60), st.data())
def test_coverage_at_a_share_integrates_to_pass_at_k_of_a_known_chance(n, data):
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, 30))
    steps = 2000
    shares = [(place + 0.5) / steps for place in range(steps)]
    integral = sum(k * (1 - tau) ** (k - 1) * cover_at(n, c, tau) for tau in shares) / steps
    assert integral == pytest.approx(1 - (1 - c / n) ** k, abs=2 * k / steps)


@pytest.mark.parametrize(("n", "c", "k"), [(10**6, 300_000, 1000), (10**6, 500_000, 7), (10**6, 999_990, 4096)])
def test_the_law_of_right_ones_is_exact_for_a_million_samples(n, c, k):
    law = right_among(n, c, k)
    assert math.fsum(mass for _, mass in law) == pytest.approx(1.0, abs=1e-14)
    likeliest, mass = max(law, key=lambda each: each[1])
    exact = Fraction(math.comb(c, likeliest) * math.comb(n - c, k - likeliest), math.comb(n, k))
    assert mass == pytest.approx(float(exact), rel=1e-9)


@given(st.integers(2, 80), st.data())
def test_the_mean_of_g_pass_is_the_mean_of_its_terms(n, data):
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(2, n))
    terms = [g_pass_at_k(n, c, k, i / k) for i in range(math.ceil(k / 2) + 1, k + 1)]
    assert mean_g_pass_at_k(n, c, k) == pytest.approx(2 / k * sum(terms), abs=1e-12)


def test_reasoning_counts_where_it_is_sound():
    assert cot_pass_at_k(10, 2, 3) == pass_at_k(10, 2, 3)
    with pytest.raises(InputError):
        cot_pass_at_k(10, 11, 3)
