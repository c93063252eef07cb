"""A band holds the whole curve at about its level, and the set of crossings follows from it."""

from random import Random

import pytest

from verifiers.study.bands import Band, crossing_set, difference_band, looked_at
from verifiers.study.counts import Tally
from verifiers.study.uncertainty import Interval


def made_band(*bounds):
    return Band({k: Interval((low + high) / 2, low, high) for k, (low, high) in enumerate(bounds, start=1)}, 2.5)


@pytest.mark.parametrize(
    ("bounds", "lead", "crossing"),
    [
        ([(0.1, 0.2), (-0.1, 0.1), (-0.2, -0.1)], 1, (2, 3)),
        ([(-0.2, -0.1), (-0.1, 0.1), (0.1, 0.2)], -1, (2, 3)),
        ([(0.1, 0.2), (-0.1, 0.1), (0.1, 0.2)], 1, (2, None)),
        ([(-0.1, 0.2), (-0.2, -0.1)], 1, (1, 2)),
        ([(0.1, 0.2), (0.1, 0.2)], 1, (3, None)),
    ],
)
def test_a_lead_changes_between_its_last_certainty_and_its_certain_loss(bounds, lead, crossing):
    assert crossing_set(made_band(*bounds), lead) == crossing


def drawn(random, problems, n=16):
    """Counts of two models whose chances on each problem have the same distribution."""

    def tally(p):
        return Tally(n, sum(random.random() < p for _ in range(n)))

    chances = [(random.betavariate(0.6, 0.8), random.betavariate(0.6, 0.8)) for _ in range(problems)]
    return [tally(p) for p, _ in chances], [tally(q) for _, q in chances]


def test_the_band_holds_a_difference_of_nothing_at_every_k_at_about_its_level(monkeypatch):
    monkeypatch.setattr("verifiers.study.bands._DRAWS", 1000)
    held = 0
    runs = 100
    for seed in range(runs):
        band = difference_band(*drawn(Random(seed), 80), ks=[1], level=0.9, seed=seed)
        held += all(interval.low <= 0 <= interval.high for interval in band.intervals.values())
    assert 0.80 <= held / runs <= 0.99


def test_a_band_for_all_k_is_wider_than_one_for_each():
    band = difference_band(*drawn(Random(1), 100), ks=[1, 16], level=0.95, seed=0)
    assert 1.96 < band.critical < 3.5


@pytest.mark.parametrize("tallies", [[Tally(4, 2)], [Tally(4, 0)] * 30, [Tally(4, 4)] * 30])
def test_models_that_never_differ_leave_room_for_what_was_not_seen(tallies):
    band = difference_band(tallies, tallies, ks=[1], level=0.95, seed=0)
    for interval in band.intervals.values():
        assert interval.low < 0 < interval.high


@pytest.mark.parametrize(("upto", "count"), [(1, 1), (256, 256), (1024, 352)])
def test_k_between_are_dense_at_first(upto, count):
    ks = looked_at(upto)
    assert ks == sorted(set(ks))
    assert ks[-1] == upto
    assert len(ks) == count
