r"""The mathematics of the example study: 20 problems made for it, from integers to matrices.

A row is `(name, question, reference, right forms, wrong forms, working, base, rl, more)`; `more` are further
fields of the problem. Wrong forms hold what a lenient comparison would let pass: roundings, an interval with
the wrong ends, a pair in the wrong order, an answer that holds another one as text.
"""

from __future__ import annotations

from typing import Any

from verifiers.demo.items import Item
from verifiers.problem import MathProblem

_Row = tuple[str, str, str, tuple[str, ...], tuple[str, ...], str, float, float, dict[str, Any]]

_ROWS: tuple[_Row, ...] = (
    (
        "rolls",
        "A baker fills 17 trays with 24 rolls each and gives 38 rolls away. How many are left?",
        "370",
        ("370", "370.0", r"370 \text{ rolls}"),
        ("408", "446", "37", "3700"),
        "The trays hold 17 times 24 rolls before any are given away.",
        0.72, 0.98, {},
    ),
    (
        "two-dice",
        "Two fair dice are thrown. What is the probability that the sum is a prime number?",
        r"\frac{5}{12}",
        (r"\frac{5}{12}", "5/12", r"\dfrac{15}{36}", r"\frac5{12}"),
        (r"\frac{7}{18}", "0.417", "0.42", r"\frac{5}{11}", r"\frac{12}{5}"),
        "The sums 2, 3, 5, 7 and 11 have to be counted among 36 equally likely outcomes.",
        0.45, 0.93, {},
    ),
    (
        "hypotenuse",
        "The legs of a right triangle measure 4 and 8. How long is the hypotenuse, exactly?",
        r"4\sqrt{5}",
        (r"4\sqrt{5}", r"\sqrt{80}", r"4\sqrt5", r"2\sqrt{20}"),
        ("8.94", r"5\sqrt{4}", r"\sqrt{48}", "12", r"4\sqrt{3}"),
        "By the theorem of Pythagoras the square of the hypotenuse is the sum of 16 and 64.",
        0.55, 0.97, {},
    ),
    (
        "expand",
        "Expand and simplify: (x - 3)(x + 5) + 16.",
        "x^2 + 2x + 1",
        ("x^2 + 2x + 1", "(x+1)^2", "1 + 2x + x^2", "x^{2}+2x+1"),
        ("x^2 - 2x + 1", "x^2 + 2x - 1", "x^2 + 8x + 1", "x^2 + 2x + 31"),
        "The product gives a square, a linear part and a constant, to which 16 is added.",
        0.60, 0.97, {},
    ),
    (
        "absolute-value",
        "Give all real x with |2x - 5| ≤ 3, as an interval.",
        "[1, 4]",
        ("[1, 4]", "[1,4]", r"x \in [1, 4]", r"1 \le x \le 4"),
        ("[-1, 4]", "(1, 4)", "[1, 4)", r"\{1, 4\}"),
        "The inequality holds exactly when 2x - 5 lies between -3 and 3.",
        0.40, 0.95, {},
    ),
    (
        "cubic-roots",
        "Find the set of all roots of x³ - 7x + 6.",
        r"\{-3, 1, 2\}",
        (r"\{-3, 1, 2\}", r"\{1, 2, -3\}", "1, 2, -3", r"\left\{2, 1, -3\right\}"),
        (r"\{-2, 1, 3\}", r"\{1, 2\}", r"\{-3, -1, 2\}", r"\{-3, 1, 2, 3\}"),
        "Dividing by one linear factor leaves a quadratic that factors over the integers.",
        0.38, 0.92, {},
    ),
    (
        "two-lines",
        "Where do the lines y = 2x - 1 and x + y = 8 meet? Give the point (x, y).",
        "(3, 5)",
        ("(3, 5)", "(3,5)", r"\left(3, 5\right)", r"(x, y) = (3, 5)"),
        ("(5, 3)", "(3, 6)", "(3, -5)", "(2, 6)"),
        "Putting the first equation into the second leaves 3x - 1 = 8.",
        0.58, 0.98, {},
    ),
    (
        "line-equation",
        "Give an equation of the line through (0, 4) and (2, 0).",
        "y = -2x + 4",
        ("y = -2x + 4", "y = 4 - 2x", "2x + y = 4", "2x + y - 4 = 0"),
        ("y = 2x + 4", "y = -2x - 4", "x + 2y = 4", "y = -2x"),
        "The slope is the change of y over the change of x, and the line meets the y-axis at 4.",
        0.42, 0.90, {},
    ),
    (
        "three-eighths",
        "Write three eighths as a decimal.",
        "0.375",
        ("0.375", r"\frac{3}{8}", ".375", "3/8"),
        ("0.38", "0.37", "3.75", "0.3750001"),
        "Long division of 3 by 8 ends after three places.",
        0.80, 0.99, {},
    ),
    (
        "last-digit",
        "What is the last digit of 7 to the power 2026?",
        "9",
        ("9", "09", "9.0"),
        ("3", "7", "1", "49"),
        "The last digits of the powers of 7 repeat with period four.",
        0.35, 0.88, {"answer_space": {"type": "integer", "low": 0, "high": 9}},
    ),
    (
        "no-neighbours",
        "How many subsets of {1, ..., 10}, the empty one included, hold no two neighbouring numbers?",
        "144",
        ("144", r"12^2", "144.0"),
        ("143", "89", "233", "55"),
        "The counts for growing sets follow the recurrence of the Fibonacci numbers.",
        0.09, 0.0, {"answer_space": {"type": "integer", "low": 0, "high": 1024}},
    ),
    (
        "squares-mod-1000",
        "Find the remainder when 1² + 2² + ... + 40² is divided by 1000.",
        "140",
        ("140", "140.0", r"\frac{280}{2}"),
        ("22140", "14", "820", "420"),
        "The sum of the first n squares is n(n+1)(2n+1)/6.",
        0.10, 0.86, {"answer_space": {"type": "integer", "low": 0, "high": 999}},
    ),
    (
        "product-rule",
        "Differentiate x² eˣ with respect to x.",
        "(x^2 + 2x)e^x",
        ("(x^2 + 2x)e^x", "x(x+2)e^x", "x^2 e^x + 2x e^x", "e^{x}(x^{2}+2x)"),
        ("2x e^x", "x^2 e^x", "(x^2 + 2)e^x", "2x + e^x"),
        "The product rule gives two terms, each with the exponential.",
        0.33, 0.90, {},
    ),
    (
        "sine-75",
        "Give sin 75° exactly.",
        r"\frac{\sqrt{6}+\sqrt{2}}{4}",
        (
            r"\frac{\sqrt{6}+\sqrt{2}}{4}", r"\frac{\sqrt2+\sqrt6}{4}", r"\frac{1+\sqrt{3}}{2\sqrt{2}}",
            "(sqrt(6) + sqrt(2))/4",
        ),
        (r"\frac{\sqrt{6}-\sqrt{2}}{4}", "0.966", r"\frac{\sqrt{3}}{2}", r"\frac{\sqrt{8}}{4}"),
        "Split the angle into 45 and 30 degrees and use the addition theorem.",
        0.11, 0.0, {},
    ),
    (
        "complex-product",
        "Compute (2 + 3i)(1 - 2i).",
        "8 - i",
        ("8 - i", "8-i", "-i + 8"),
        ("-4 - i", "8 + i", "2 - 6i", "8"),
        "Multiply out and use that the square of i is -1.",
        0.50, 0.96, {},
    ),
    (
        "matrix-cube",
        "Let A have the rows (1, 2) and (0, 1). Compute A³.",
        r"\begin{pmatrix} 1 & 6 \\ 0 & 1 \end{pmatrix}",
        (
            r"\begin{pmatrix} 1 & 6 \\ 0 & 1 \end{pmatrix}", r"\begin{bmatrix}1&6\\0&1\end{bmatrix}",
            r"\left(\begin{array}{cc}1 & 6\\ 0 & 1\end{array}\right)",
        ),
        (
            r"\begin{pmatrix} 1 & 8 \\ 0 & 1 \end{pmatrix}", r"\begin{pmatrix} 1 & 0 \\ 6 & 1 \end{pmatrix}",
            r"\begin{pmatrix} 3 & 6 \\ 0 & 3 \end{pmatrix}", "6",
        ),
        "Each further factor adds the same amount to the upper right entry.",
        0.30, 0.89, {},
    ),
    (
        "outside",
        "Give all real x with x² > 9, as a union of intervals.",
        r"(-\infty, -3) \cup (3, \infty)",
        (r"(-\infty, -3) \cup (3, \infty)", r"(-\infty,-3)\cup(3,+\infty)", r"(3, \infty) \cup (-\infty, -3)"),
        ("(-3, 3)", r"(3, \infty)", r"(-\infty, -3] \cup [3, \infty)", r"(-\infty, 3) \cup (3, \infty)"),
        "The square exceeds 9 exactly when x is farther than 3 from the origin.",
        0.28, 0.91, {},
    ),
    (
        "tram",
        "A tram covers 18 km in 40 minutes. What is its mean speed in km/h?",
        "27",
        ("27", r"27 \text{ km/h}", "27.0", r"27\ \mathrm{km/h}"),
        ("0.45", "12", "720", "26"),
        "Forty minutes are two thirds of an hour.",
        0.68, 0.98, {},
    ),
    (
        "factorial",
        "Compute 12 factorial.",
        "479001600",
        ("479001600", "479,001,600", "479{,}001{,}600", r"12!"),
        ("39916800", r"4.79 \times 10^8", "479001601", "4790016"),
        "It is twelve times 11 factorial.",
        0.31, 0.84, {},
    ),
    (
        "derangements",
        "In how many ways can five letters be put into five addressed envelopes so that none is right?",
        "44",
        ("44", "44.0", r"5! \cdot \frac{11}{30}"),
        ("45", "120", "76", "24"),
        "Inclusion and exclusion over the letters that are in their own envelope gives an alternating sum.",
        0.08, 0.0, {"answer_space": {"type": "integer", "low": 0, "high": 120}},
    ),
)  # fmt: skip


def math_items() -> list[Item]:
    """The problems of mathematics, in order."""
    return [
        Item(
            MathProblem(id=f"math/{name}", reference=reference, prompt=question, **more),
            right, wrong, working, base, rl,
        )
        for name, question, reference, right, wrong, working, base, rl, more in _ROWS
    ]  # fmt: skip
