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
    (r"x\equiv3\pmod7", "x ≡ 3 (mod 7)", r"x\equiv 3\bmod 7", r"x\equiv3\ (\text{mod }7)", r"x\equiv 3 \mod{7}"),
    (r"n\equiv1,4\pmod5", r"n\equiv 1 \text{ and } 4 \pmod{5}"),
    (r"C_9^4", "9C4", r"{}^9C_4", r"^9C_4", "_9C_4", r"C^4_9", r"\binom94"),
    (r"P_0P_0^2", r"P_0 P^2_0", r"P_{0}P_{0}^{2}"),
    (r"]2,5]", r"\left]2;5\right]", "(2,5]"),
    (r"]2,5[\cup]7,9[", r"]2;5[ ∪ ]7;9["),
    (
        r"\begin{pmatrix}1\\2\end{pmatrix}",
        r"\begin{pmatrix}1\\[4pt]2\end{pmatrix}",
        r"\begin{pmatrix}1\cr 2\end{pmatrix}",
    ),
    (
        r"\begin{pmatrix}1&2\end{pmatrix}^T",
        r"\begin{pmatrix}1\\2\end{pmatrix}",
        r"\begin{pmatrix}1&2\end{pmatrix}^{\top}",
    ),
    (r"(2,-3,1)", r"2\mathbf i-3\mathbf j+\mathbf k", r"2\hat i-3\hat{\mathbf j}+\vec k"),
    (r"x=1,x=2", r"\begin{aligned}x&=1\\x&=2\end{aligned}", r"\begin{gathered}x=1\\x=2\end{gathered}"),
    (r"a=b=c", r"\begin{aligned}a&=b\\&=c\end{aligned}"),
    (r"\frac{dy}{dx}", r"\frac{\mathrm dy}{\mathrm dx}", r"\frac{\partial y}{\partial x}", "dy/dx", r"\frac{d}{dx}y"),
    (r"f''(x)", r"f^{\prime\prime}(x)", r"f^{''}(x)"),
    (r"f(g(x))", r"(f\circ g)(x)"),
    (r"1,3,5,\ldots", "1, 3, 5, 7, ...", "1,3,…"),
    (r"\{1,2,\ldots,5\}", r"\{1,2,3,4,5\}"),
    (r"\{\ldots,-1,0,1,\ldots\}", r"\mathbb Z", r"\{0,\pm1,\pm2,\ldots\}"),
    (
        r"k\pi\ (k\in\mathbb Z)",
        r"k\pi, k\in Z",
        r"k\pi \text{ for all integers } k",
        r"k\pi,\text{ where } k\text{ is an integer}",
    ),
    (r"\mathbb R\setminus\{1\}", r"R-\{1\}", r"\text{all real numbers except } 1"),
    (r"x\ne1,2", r"x\ne1\text{ and }x\ne2"),
    (r"\mathbb Z^+", r"\mathbb Z_{>0}", r"\mathbb N^*", r"\{1,2,3,\ldots\}", r"\text{all positive integers}"),
    (r"\log_27", r"\log_2 7", r"{\log _2}7"),
    (r"\log_{10} x", r"\log_10 x", r"\log_10(x)"),
    (r"x\ln x", "xlnx", r"x\text{ln}(x)"),
    (r"x^2+y^2", r"\mathbf{x^2+y^2}", r"\boldsymbol{x^2+y^2}", r"\mathrm{x^2+y^2}"),
    (r"AB=5", "BA=5", r"\overline{AB}=5", "|AB|=5"),
    (r"4\mid n", "4|n"),
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
