"""Tests against a blind guesser are exact, and their false discoveries are controlled."""

from fractions import Fraction
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.study.significance import binomial_tail, discoveries


@given(st.integers(1, 200), st.data(), st.sampled_from([2, 3, 4, 5, 10, 1000]))
def test_the_tail_equals_exact_arithmetic(n, data, options):
    c = data.draw(st.integers(0, n))
    guess = Fraction(1, options)
    exact = sum(comb(n, j) * guess**j * (1 - guess) ** (n - j) for j in range(c, n + 1))
    assert binomial_tail(n, c, float(guess)) == pytest.approx(float(exact), rel=1e-8, abs=1e-13)


@pytest.mark.parametrize(("guess", "c", "p"), [(0.0, 0, 1.0), (0.0, 1, 0.0), (1.0, 3, 1.0), (0.5, 0, 1.0)])
def test_the_ends_of_chance(guess, c, p):
    assert binomial_tail(3, c, guess) == p


@pytest.mark.parametrize(
    ("p_values", "places"), [([], []), ([0.9, 0.001, 0.03, 0.02], [1, 2, 3]), ([0.2, 0.6], []), ([0.05], [0])]
)
def test_discoveries_by_hand(p_values, places):
    assert discoveries(p_values, 0.05) == places


def test_guessers_are_hardly_ever_discovered():
    found = 0
    for seed in range(200):
        random = Random(seed)
        tails = [binomial_tail(32, sum(random.random() < 0.25 for _ in range(32)), 0.25) for _ in range(40)]
        found += bool(discoveries(tails, 0.05))
    assert found <= 20
