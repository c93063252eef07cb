"""Plans are what simulation finds, and stopping by them keeps the level however often one looks."""

import numpy as np
import pytest

from verifiers.errors import InputError
from verifiers.study.estimators import pass_at_k
from verifiers.study.extrapolate import BetaLaw
from verifiers.study.planning import (
    anytime,
    beta_binomial,
    crossover_power,
    estimate_variance,
    options_for,
    samples_to_see,
)

LAW = BetaLaw(0.1, 0.5, 0.8)


@pytest.mark.parametrize(("n", "k"), [(8, 1), (16, 8), (32, 32)])
def test_the_variance_of_an_estimate_is_that_of_a_simulation(n, k):
    random = np.random.default_rng(1)
    p = np.where(random.random(40_000) < LAW.zero, 0.0, random.beta(LAW.a, LAW.b, 40_000))
    rates = [pass_at_k(n, c, k) for c in range(n + 1)]
    simulated = np.var(np.array(rates)[random.binomial(n, p)])
    assert estimate_variance(LAW, n, k) == pytest.approx(simulated, rel=0.05)
    assert beta_binomial(LAW, n).sum() == pytest.approx(1.0)


def test_a_design_reaches_what_it_promises():
    for option in options_for(LAW, 8, reach=0.03):
        assert option.reach <= 0.03
    wide, *_, narrow = options_for(LAW, 8, problems=30)
    assert wide.reach > narrow.reach > 0.1  # thirty problems cannot tell


@pytest.mark.parametrize("wanted", [{}, {"reach": 0.1, "problems": 3}, {"reach": 0.0}, {"problems": 1}])
def test_a_plan_needs_one_goal_that_makes_sense(wanted):
    with pytest.raises(InputError):
        options_for(LAW, 8, **wanted)


def test_seeing_a_rare_success_takes_the_logarithm_of_the_doubt():
    assert (1 - 0.01) ** samples_to_see(0.01) <= 0.05 < (1 - 0.01) ** (samples_to_see(0.01) - 1)


def test_more_problems_make_a_crossover_certain_and_none_makes_none():
    base = [(64, 2 + place % 5) for place in range(40)]
    tuned = [(64, 40 if place % 2 else 0) for place in range(40)]
    found = {(power.problems, power.samples): power.power for power in crossover_power(base, tuned)}
    assert found[20, 64] <= found[320, 64]
    assert found[320, 64] > 0.9
    assert max(power.power for power in crossover_power(base, base)) < 0.05


def test_an_interval_for_every_look_holds_at_every_look():
    missed = 0
    for seed in range(60):
        values = (np.random.default_rng(seed).random(300) < 0.3).astype(float).tolist()
        looks = [anytime(values[:stop], level=0.9) for stop in range(20, 301, 40)]
        missed += any(not look.low <= 0.3 <= look.high for look in looks)
    assert missed <= 6 + 6


def test_an_interval_for_every_look_narrows_and_bounds_differences_too():
    random = np.random.default_rng(0)
    values = (random.random(2000) - random.random(2000)).tolist()
    few, many = anytime(values[:50], least=-1.0), anytime(values, least=-1.0)
    assert many.high - many.low < 0.2 < few.high - few.low
    assert many.low - 1e-9 <= 0 <= many.high
    with pytest.raises(InputError, match="nothing to look at"):
        anytime([])
