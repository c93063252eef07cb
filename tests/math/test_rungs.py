"""The rungs of the ladder by themselves: what each may claim, and that none of them works without bounds."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifiers.math.decide import comparison, exact, normalform, numeric, residues
from verifiers.math.decide.rungs import Exhausted, Open, Steps, Undefined
from verifiers.math.parse import parse
from verifiers.math.problem_policy import Rules
from verifiers.math.tree import Apply, Node, Number, Symbol

EQUAL = [
    ("(x+1)^2", "x^2+2x+1"),
    (r"\frac{x^2-1}{x-1}", "x+1"),
    (r"\frac{1}{x}+\frac{1}{y}", r"\frac{x+y}{xy}"),
    (r"(1+\sqrt2)^2", r"3+2\sqrt2"),
    (r"\sqrt{12}", r"2\sqrt3"),
    ("12^{1/2}", r"2\sqrt3"),
    (r"\sqrt{\frac{2}{3}}", r"\frac{\sqrt6}{3}"),
    (r"\sqrt{-4}", "2i"),
    ("(1+i)^2", "2i"),
    (r"\frac{1}{1+i}", r"\frac{1-i}{2}"),
    (r"\frac{2\pi}{4}", r"\frac{\pi}{2}"),
    (r"\binom{5}{2}x", "10x"),
    (r"25\%x", "x/4"),
]
UNEQUAL = [
    ("(x+1)^2", "x^2+2x+2"),
    (r"\sqrt{12}", r"3\sqrt2"),
    ("2i", "-2i"),
    (r"\frac{\pi}{3}", r"\frac{\pi}{4}"),
    ("x", "y"),
    ("x^{3000}", "x^{3001}"),
    ("10^{10^{10}}", "10^{10^{10}}+1"),
    (r"\sqrt2", "1.41421356237309504880168872420969807857"),
    ("2e", "2i"),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_equal_rational_functions_are_proved_equal_and_never_refuted(left: str, right: str) -> None:
    assert normalform.equal(parse(left), parse(right), Steps())
    assert not residues.refuted(parse(left), parse(right), Steps())


@pytest.mark.parametrize(("left", "right"), UNEQUAL)
def test_unequal_rational_functions_are_refuted_modulo_a_prime(left: str, right: str) -> None:
    assert residues.refuted(parse(left), parse(right), Steps())


@pytest.mark.parametrize(
    "text", [r"\sin x", r"\pi+e", r"\frac{1}{x-x}", r"\sqrt{x}", r"\sqrt[3]{2}", "x^y", r"|x|+\ln 2", r"2^{\sqrt2}"]
)
def test_what_has_no_sure_image_modulo_a_prime_is_left_open(text: str) -> None:
    with pytest.raises(Open):
        residues.refuted(parse(text), parse("1"), Steps())


_LEAVES = st.one_of(
    st.integers(-9, 9).map(Number),
    st.builds(lambda above, below: Apply("div", (Number(above), Number(below))), st.integers(-9, 9), st.integers(1, 9)),
    st.sampled_from([Symbol("x"), Symbol("y"), Symbol("i"), Apply("root", (Number(2), Number(2)))]),
)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda parts: Apply("add", tuple(parts)), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda parts: Apply("mul", tuple(parts)), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda left, right: Apply("div", (left, right)), inner, inner),
        st.builds(lambda base, power: Apply("pow", (base, Number(power))), inner, st.integers(0, 3)),
        st.builds(lambda part: Apply("neg", (part,)), inner),
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(_TREES, _TREES)
def test_residues_and_normal_form_never_disagree(left: Node, right: Node) -> None:
    try:
        equal = normalform.equal(left, right, Steps())
        refuted = residues.refuted(left, right, Steps())
    except (Open, Undefined):
        return
    assert refuted != equal


@settings(max_examples=100, deadline=None)
@given(_TREES)
def test_a_tree_equals_itself_rewritten(tree: Node) -> None:
    rewritten = Apply("add", (Apply("mul", (Number(3), tree)), Apply("neg", (Apply("mul", (tree, Number(2))),))))
    try:
        assert normalform.equal(tree, rewritten, Steps())
    except (Open, Undefined):
        return


@pytest.mark.parametrize(
    "text",
    [
        "(((((3x)^{60})^{60})^{60})^{60})^{60}",
        "(((((3x+1)^{20})^{20})^{20})^{20})^{60}",
        "+".join(f"({place}x+{place + 1}y+z)^{{9}}" for place in range(60)),
        "+".join(rf"\frac{{y}}{{x^2+{place}z}}" for place in range(60)),
        "+".join(rf"\frac{{1}}{{{10**9 + 7 * place}}}" for place in range(250)),
        "+".join(rf"\Gamma(\frac{{{place}}}{{7}})" for place in range(1, 60)),
        r"\sum_{a=1}^{999}\sum_{b=1}^{999}\sum_{c=1}^{999} \frac{1}{a+b+c}",
        r"\sum_{k=1}^{1000}\sum_{j=1}^{1000} \sin(kj)",
        r"\prod_{k=1}^{999}(k+\sqrt2)",
        r"3^{10^{3000}} \mod " + "7" * 3000,
        "+".join(f"{5000 - place}!!" for place in range(200)),
        r"\{" + ",".join(rf"\zeta({place}+\pi)" for place in range(3, 30)) + r"\}",
    ],
)
@pytest.mark.parametrize("other", ["1", "x", r"\sqrt2+\pi", None])
def test_every_comparison_soon_ends(text: str, other: str | None) -> None:
    left = parse(text)
    right = parse(other) if other is not None else Apply("add", (left, Number(1)))
    begun = time.thread_time()
    with contextlib.suppress(Open, Undefined):
        comparison(Rules()).equal(left, right)
    assert time.thread_time() - begun < 0.25  # 0.03 s on an idle machine


def test_a_share_of_the_steps_is_taken_from_the_whole() -> None:
    steps = Steps(100)
    with pytest.raises(Exhausted), steps.at_most(30) as share:
        share.take(40)
    assert steps.left == 70


def test_a_long_sum_is_given_up_as_a_rational_and_added_up_in_balls() -> None:
    long = parse(r"\sum_{k=1}^{962} k^{686}")
    assert exact.rational_or_none(long, Steps()) is None
    assert numeric.apart(parse(r"2\sqrt3"), long, Steps()) is not None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"\log_8 4", "2/3"),
        (r"\log_{\frac12} 8", "-3"),
        (r"\log_2(2^{3000})", "3000"),
        ("7!!", "105"),
        ("8!!", "384"),
        ("0!!", "1"),
        (r"\binom{-3}{2}", "6"),
        (r"3^{10^{12}} \bmod 7", "4"),
    ],
)
def test_exact_values(text: str, value: str) -> None:
    assert exact.rational_or_none(parse(text), Steps()) == exact.rational_or_none(parse(value), Steps())
