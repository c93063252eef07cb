"""Where published packages compute the same quantity, ours is equal (extra `peers`; skipped where absent)."""

import numpy as np
import pytest

from tests.study.grades import made_grades
from verifiers.study import build_report
from verifiers.study.estimators import (
    average,
    g_pass_at_k,
    mean_g_pass_at_k,
    pass_at_k,
    pass_hat_k,
)
from verifiers.study.majority import Votes, majority_at_k
from verifiers.study.posterior import bayes_at_n

N = 24
KS = (1, 2, 3, 7, 16, 24)


@pytest.fixture(scope="module")
def outcomes():
    random = np.random.default_rng(5)
    return (random.random((40, N)) < random.beta(0.6, 0.8, 40)[:, None]).astype(int)


def mean_over(outcomes, estimator, *more):
    return sum(estimator(N, int(row.sum()), *more) for row in outcomes) / len(outcomes)


@pytest.mark.parametrize("k", KS)
def test_scorio_agrees_at_every_k(outcomes, k):
    scorio = pytest.importorskip("scorio.eval")
    ours = {
        "pass_at_k": pass_at_k,
        "pass_hat_k": pass_hat_k,
        "mg_pass_at_k": mean_g_pass_at_k,
    }
    for name, estimator in ours.items():
        expected = getattr(scorio, name)(outcomes, k)
        assert mean_over(outcomes, estimator, k) == pytest.approx(float(expected), abs=1e-10), name
    for tau in (0.25, 0.5, 0.75, 1.0):
        expected = scorio.g_pass_at_k_tau(outcomes, k, tau)
        assert mean_over(outcomes, g_pass_at_k, k, tau) == pytest.approx(float(expected), abs=1e-10)


@pytest.mark.parametrize("k", [k for k in KS if k % 2])
def test_scorios_strict_majority_is_ours_where_all_wrong_answers_are_one(outcomes, k):
    scorio = pytest.importorskip("scorio.eval")
    ours = mean_over(outcomes, lambda n, c: majority_at_k(Votes(c, (n - c,) if c < n else (), 0), k))
    assert ours == pytest.approx(float(scorio.maj_at_k(outcomes, k)), abs=1e-10)


def test_scorio_agrees_on_averages_and_posteriors(outcomes):
    scorio = pytest.importorskip("scorio.eval")
    counts = [[N - int(row.sum()), int(row.sum())] for row in outcomes]
    mean, deviation = scorio.bayes(outcomes)
    found = bayes_at_n(counts, [0.0, 1.0])
    assert (found.mean, found.deviation) == pytest.approx((float(mean), float(deviation)), rel=1e-10)
    assert mean_over(outcomes, average) == pytest.approx(float(scorio.avg(outcomes)[0]))
    several = np.minimum(outcomes + np.arange(N) % 2, 2)
    weights = [0.0, 0.5, 1.0]
    mean, deviation = scorio.bayes(several, np.array(weights))
    found = bayes_at_n([[int((row == category).sum()) for category in range(3)] for row in several], weights)
    assert (found.mean, found.deviation) == pytest.approx((float(mean), float(deviation)), rel=1e-10)


def test_passk_inference_agrees_on_curves_bands_and_the_first_loss():
    peer = pytest.importorskip("passk_inference")
    random = np.random.default_rng(2)
    n, problems = 32, 120
    base = random.binomial(n, random.beta(0.5, 0.5, problems))
    tuned = random.binomial(n, np.where(random.random(problems) < 0.3, 0.02, random.beta(1.2, 0.4, problems)))
    counts = {name: {str(i): (n, int(c)) for i, c in enumerate(drawn)} for name, drawn in (("a", base), ("b", tuned))}
    report = build_report((grade for name in counts for grade in made_grades(counts[name], name)), ks=range(1, n + 1))
    theirs = peer.compare(base, np.full(problems, n), tuned, np.full(problems, n), ks=list(range(1, n + 1)))
    (pair,) = report.pairs
    for place, k in enumerate(range(1, n + 1)):
        assert pair.difference[k].value == pytest.approx(theirs["mean"][place], abs=1e-12)
        assert pair.band[k].low == pytest.approx(theirs["lower"][place], abs=5e-3)
        assert pair.band[k].high == pytest.approx(theirs["upper"][place], abs=5e-3)
