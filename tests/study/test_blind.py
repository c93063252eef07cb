"""The question-blind guesser equals one that is played out, and reaches what was published."""

from itertools import permutations
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.study.shared import DATA
from verifiers.datasets import convert
from verifiers.problem import AssertsTests, ChoiceProblem, CodeProblem, MathProblem
from verifiers.study.blind import NOTHING_KNOWN, priors

GSM8K = DATA / "gsm8k" / "gsm8k_test.jsonl"


def played_out(references, place, k):
    """The chance that the reference at `place` is among the k commonest of the others, over all orders of ties."""
    others = references[:place] + references[place + 1 :]
    values = sorted(set(others))
    hits = [
        references[place] in sorted(order, key=lambda value: -others.count(value))[:k] for order in permutations(values)
    ]
    return mean(hits) if hits else 0.0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from("12345"), min_size=1, max_size=8), st.integers(1, 5))
def test_the_list_equals_the_guesser_played_out(references, k):
    known = priors(MathProblem(id=str(place), reference=each) for place, each in enumerate(references))
    for place in range(len(references)):
        assert known[str(place)].listed(k) == pytest.approx(played_out(references, place, k))
        share = (references.count(references[place]) - 1) / max(1, len(references) - 1)
        assert known[str(place)].drawn(k) == pytest.approx(1 - (1 - share) ** k)


def test_groups_are_of_one_kind_and_as_many_options():
    known = priors(
        [
            ChoiceProblem(id="a", choices=["1", "2"], reference="A"),
            ChoiceProblem(id="b", choices=["1", "2"], reference="A"),
            ChoiceProblem(id="c", choices=["1", "2", "3"], reference="A"),
            MathProblem(id="d", reference="A"),
            CodeProblem(id="e", tests=AssertsTests(type="asserts", entry_point="f", code="")),
        ]
    )
    assert known["a"].share == 1.0
    assert known["c"].share == 0.0
    assert known["d"].share == 0.0
    assert known["e"] == NOTHING_KNOWN


def test_blanks_and_dollar_signs_do_not_set_references_apart():
    known = priors([MathProblem(id="a", reference="$x + 1$"), MathProblem(id="b", reference="x+1")])
    assert known["a"].share == 1.0


@pytest.mark.skipif(not GSM8K.exists(), reason="the data set is not here")
def test_gsm8k_can_be_guessed_blind_as_published():
    known = priors(convert("gsm8k", GSM8K)[0]).values()
    listed = {k: mean(prior.listed(k) for prior in known) for k in (8, 32, 128, 1024)}
    drawn = {k: mean(prior.drawn(k) for prior in known) for k in (128, 1024)}
    # published for halves of the set against each other; leaving one out knows a little more
    assert listed == pytest.approx({8: 0.178, 32: 0.483, 128: 0.721, 1024: 0.792}, abs=0.06)
    assert drawn == pytest.approx({128: 0.539, 1024: 0.768}, abs=0.06)
