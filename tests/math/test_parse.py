"""What notation means: equal spellings give equal trees, and what cannot be read says where and why."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.math.parse import ParseFailure, parse
from verifiers.math.tokens import normal_text
from verifiers.math.tree import Apply, Number, Symbol, Words

SAME = [
    (r"\frac12", r"\frac{1}{2}", "1/2", "½", r"\dfrac12", r"\tfrac 1 2", r"\cfrac{1}{2}"),
    (r"\frac34", r"\frac 34", r"\frac{3}4", r"\frac3{4}"),
    (r"\sqrt2", r"\sqrt{2}", "sqrt(2)", "√2", r"\sqrt 2", "√(2)", r"\sqrt(2)"),
    ("x^2", "x²", "x^{2}", "x**2", "x ^ 2"),
    ("x^{10}", "x^10", "x¹⁰"),
    ("2^{3^2}", "2^3^2"),
    ("a/(bc)", "a/bc"),
    ("1/(2x)", "1/2x"),
    (r"\sin^2 x", r"(\sin x)^2", r"\sin^{2}{x}", r"\sin(x)^2"),
    (r"\arcsin x", r"\sin^{-1} x", r"\sin^{-1}(x)", "asin(x)"),
    (r"\binom{n}{k}", r"{n \choose k}", "C_n^k", r"\dbinom nk", r"\tbinom{n}{k}"),
    ("n!", "n !"),
    (r"|x|", r"\left|x\right|", r"\lvert x\rvert", r"\vert x \vert", "abs(x)"),
    (r"\lfloor x\rfloor", "⌊x⌋", r"\left\lfloor x \right\rfloor", "floor(x)"),
    (r"\log_2 x", r"\log_{2}(x)", "log_2(x)", "log2(x)"),
    (r"\pi", "π", "pi"),
    (r"3\frac17", "3 1/7", r"3\frac{1}{7}", "3⅐"),
    ("1000", "1,000", "1{,}000", r"1\,000", "1e3", r"1,\!000", "1 000"),
    (r"0.\overline{3}", r"0.\bar{3}", r"0.\dot3", "0.(3)"),
    ("[2,5)", r"\left[2,5\right)", "[2, 5)", r"\lbrack 2,5)"),
    (r"\{1,2\}", r"\left\{1,2\right\}", r"\lbrace 1,2\rbrace", "{1,2}"),
    (r"x\in\mathbb{R}", r"x\in\mathbb R", "x∈ℝ", r"x \in \R"),
    (r"x\le 2", r"x\leq2", "x<=2", "x≤2", r"x\leqslant 2"),
    (r"x\ne 2", r"x\neq 2", "x!=2", "x≠2", r"x \not= 2"),
    (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{bmatrix}1&2\\3&4\end{bmatrix}", "[[1,2],[3,4]]"),
    (r"x=1 \text{ or } x=2", r"x=1 or x=2", r"x=1 \lor x=2"),
    ("25\\%", "25%", "25 percent"),
    (r"90^\circ", "90°", r"90^{\circ}", r"90\degree", "90 degrees"),
    ("1011_2", "1011_{2}", r"1011_{\text{two}}"),
    (r"x_1", "x_{1}", "x₁"),
    (r"2\sin x\cos x", r"2 \sin(x) \cos(x)"),
    (r"e^{x}", r"\exp(x)", "exp(x)"),
    ("x=2", "$x=2$", r"\(x=2\)", r"\displaystyle x=2", "x = 2."),
    (r"\frac{a}{b}", r"\frac{a}{b"),
]


@pytest.mark.parametrize("spellings", SAME, ids=lambda spellings: spellings[0])
def test_spellings_of_one_thing_make_one_tree(spellings: tuple[str, ...]) -> None:
    assert len({parse(spelling) for spelling in spellings}) == 1


DIFFERENT = [
    ("x(x+1)", "f(x+1)"),
    (r"\sin 2x", r"\sin(2)x"),
    ("-x^2", "(-x)^2"),
    ("1,234", "1, 234"),
    ("(1,234)", "(1234)"),
    ("[1,2)", "(1,2)"),
    (r"\sqrt{2x}", r"\sqrt2x"),
    ("2/3x", "2/3 x"),
    ("x", "X"),
    (r"2\frac32", r"2+\frac32"),
]


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_what_is_different_stays_different(first: str, second: str) -> None:
    assert parse(first) != parse(second)


FAILURES = [
    "",
    "@@@",
    "3+",
    r"\frac{1}",
    "(1,2",
    ")",
    "x^",
    r"\unknowncommand{3}",
    "9!!!!!!",
    "5 is not the answer",
    "1..2",
    "|",
    "2 3",
]


@pytest.mark.parametrize("text", [text for text in FAILURES if text != "(1,2"])
def test_what_cannot_be_read_says_where_and_why(text: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse(text)
    assert failure.value.reason
    assert failure.value.position >= 0


def test_words_are_words() -> None:
    assert parse(r"\text{even}") == Words("even")
    assert parse("Tuesday") == Words("Tuesday")
    assert parse("forty-two") == Number(42)
    assert parse("three quarters") == Number(3, 4)


def test_letters_side_by_side_are_a_product() -> None:
    assert parse("abc") == Apply("mul", (Symbol("a"), Symbol("b"), Symbol("c")))


def test_decimals_remember_their_places() -> None:
    number = parse("3.140")
    assert isinstance(number, Number)
    assert (number.numerator, number.denominator, number.places) == (157, 50, 3)


@given(st.text(alphabet="0123456789.,+-*/^_(){}[]|\\ xyfracsqtpie=<>!%&$", max_size=60))
def test_parsing_any_text_gives_a_tree_or_a_parse_failure(text: str) -> None:
    with contextlib.suppress(ParseFailure):
        parse(text)


@given(st.text(max_size=80))
def test_the_normal_text_is_a_fixed_point(text: str) -> None:
    once = normal_text(text)
    assert normal_text(once) == once


@given(st.integers(-(10**40), 10**40))
def test_an_integer_is_itself_with_and_without_separators(value: int) -> None:
    assert parse(f"{value:,}") == parse(str(value)) == Number(value)
