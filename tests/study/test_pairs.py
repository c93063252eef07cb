"""Coverage, the exact McNemar test, and the k at which the curves cross."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.study.counts import Tally
from verifiers.study.estimators import pass_at_k
from verifiers.study.findings import Coverage
from verifiers.study.pairs import coverage_of, find_change_of_lead, mcnemar_exact


@pytest.mark.parametrize(("a_only", "b_only", "p"), [(4, 0, 0.125), (18, 5, 0.0106), (0, 0, 1.0), (3, 3, 1.0)])
def test_mcnemar_as_published(a_only, b_only, p):
    assert mcnemar_exact(a_only, b_only) == pytest.approx(p, abs=5e-4)


@given(st.integers(0, 700), st.integers(0, 700))
def test_mcnemar_equals_exact_arithmetic(a_only, b_only):
    total = a_only + b_only
    exact = min(Fraction(1), 2 * Fraction(sum(comb(total, i) for i in range(min(a_only, b_only) + 1)), 2**total))
    assert mcnemar_exact(a_only, b_only) == pytest.approx(float(exact), rel=1e-9)


def test_coverage_counts_and_names():
    a = {"p": Tally(4, 1), "q": Tally(4, 0), "r": Tally(4, 2), "s": Tally(4, 0)}
    b = {"p": Tally(4, 3), "q": Tally(4, 1), "r": Tally(4, 0), "s": Tally(4, 0)}
    coverage, a_only, b_only = coverage_of(a, b)
    assert (coverage.both, coverage.a_only, coverage.b_only, coverage.neither) == (1, 1, 1, 1)
    assert (a_only, b_only) == (["r"], ["q"])


def test_a_broad_model_overtakes_a_sharp_one():
    broad = [Tally(64, 8)] * 10
    sharp = [Tally(64, 60)] * 6 + [Tally(64, 0)] * 4
    lead, change = find_change_of_lead(broad, sharp)
    at = [pass_at_k(64, 8, k) - sum(pass_at_k(t.n, t.c, k) for t in sharp) / 10 for k in range(1, 65)]
    assert lead == 1
    assert change == 1 + next(place for place, ahead in enumerate(at) if ahead > 0)


def test_the_order_of_the_models_turns_the_lead_only():
    broad, sharp = [Tally(64, 8)] * 2, [Tally(64, 60), Tally(64, 0)]
    lead, change = find_change_of_lead(broad, sharp)
    assert find_change_of_lead(sharp, broad) == (-lead, change)


@pytest.mark.parametrize(
    ("a", "b", "lead"),
    [
        ([Tally(8, 2)], [Tally(8, 3)], 1),  # b leads, and both end at 1: no overtaking
        ([Tally(8, 3)], [Tally(8, 3)], 0),
        ([Tally(8, 0)], [Tally(8, 0)], 0),
    ],
)
def test_curves_that_only_meet_do_not_cross(a, b, lead):
    assert find_change_of_lead(a, b) == (lead, None)


def test_a_crossing_beyond_the_dense_part_is_found_to_the_unit():
    n = 50_000
    _, change = find_change_of_lead([Tally(n, 10), Tally(n, 10)], [Tally(n, n // 2), Tally(n, 0)])

    def lead(k):
        return pass_at_k(n, 10, k) - 0.5 * pass_at_k(n, n // 2, k)

    assert lead(change) > 0 >= lead(change - 1)


def test_support_measures_are_shares_of_what_is_solved():
    coverage = Coverage(both=6, a_only=2, b_only=1, neither=9)
    assert coverage.retained == 6 / 8
    assert coverage.discovered == 1 / 7
    assert coverage.net_change == -1 / 9
    assert Coverage(0, 0, 0, 3).retained is None
