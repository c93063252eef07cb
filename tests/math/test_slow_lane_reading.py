"""A second reading of a text that our own parser refuses: accepted beyond doubt, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.math.test_cases import CASES
from verifiers import MathProblem, grade
from verifiers.interface import Answer
from verifiers.math import slow
from verifiers.math.decide.rungs import Open
from verifiers.math.extract import canonical
from verifiers.math.judge import prepare
from verifiers.math.parse import ParseFailure, parse
from verifiers.math.slow import is_worth_reading, may_be_read, second_reading
from verifiers.math.slow.pool import Pool

ROOT = Path(__file__).parents[2]

SAME = [
    (r"\lfloor x\rfloor+1", r"\llcorner x+1\lrcorner"),
    ("x^2-1", r"(x-1)\cdot(x+1)"),
    ("|x|", r"\sqrt{x^{2}}"),
    (r"\sin 2x", r"2\sin\left(x\right)\cos\left(x\right)"),
    ("e^{ix}", r"\cos(x)+i\sin(x)\,"),
    (r"\ln 2", r"\ln(4)\cdot\frac{1}{2}"),
    (r"\sqrt[3]{x}", r"\sqrt[3]{x}"),
    (r"\pi r^2", r"\pi r^{2}"),
    (r"\frac{n(n-1)}{2}", r"\binom{n}{2}"),
    ("6", r"3!\,"),
    (r"2\alpha", r"\alpha+\alpha"),
]


@pytest.mark.parametrize(("reference", "text"), SAME)
def test_a_text_that_surely_says_the_same_is_accepted(reference: str, text: str) -> None:
    found = second_reading(parse(reference), text)
    assert (found.equal, found.method) == (True, "symbolic")
    assert "second reading" in found.reason


NOT = [
    # another value
    (r"\lfloor x\rfloor", r"\llcorner x+1\lrcorner"),
    ("x", r"\sqrt{x^{2}}"),  # equal at positive points only
    ("x", r"x+\frac{1}{10^{60}}"),  # equal to sixty digits
    ("x+y", r"x+z\,"),
    ("x", r"x\cdot y^{0}"),
    ("3", r"\pi"),
    # another reading than the author's
    ("5", r"2(3)\,"),
    ("5", r"2\, 3"),
    ("4096", r"2^{3}^{4}\,"),
    ("x^{12}", r"x^12\,"),
    (r"\frac{7}{2}", r"3\frac{1}{2}"),
    # what is left of a text without its words, units, decimals and ends
    ("x+1", r"x+1\text{cm}"),
    ("x+1", r"x+\cdot 1"),
    ("1", r"1\,\mathrm{m}"),
    (r"\frac13", r"0.333333333333333333333333333333333333333333333333333333333333\,"),
    ("x", r"\sqrt{\phantom{x}}"),
    # not worked out
    (r"\frac12", r"\int_{0}^{1}x\,dx"),
    ("2x", r"\frac{d}{dx}x^{2}"),
    ("1", r"\sin\left(x\right)/\sin\left(x\right)"),
    # references that can be taken in two ways, or that are no value
    (r"\log x", r"\ln(x)"),
    (r"\sum_{k=1}^n k", r"\frac{n(n+1)}{2}"),
    ("x=2", r"x\,"),
    ("{1,2}", r"1\,"),
    (r"\gamma", r"\gamma"),
]


@pytest.mark.parametrize(("reference", "text"), NOT)
def test_what_is_not_beyond_doubt_is_not_accepted(reference: str, text: str) -> None:
    with pytest.raises(Open):
        second_reading(parse(reference), text)


def test_no_case_of_the_contract_that_is_incorrect_is_accepted() -> None:
    shown = 0
    for case in CASES:
        answer = canonical(case["answer"])
        if case["verdict"] == "incorrect" and may_be_read(answer):
            shown += 1
            with pytest.raises(Open):
                second_reading(parse(case["reference"]), answer)
    assert shown > 20


@pytest.mark.parametrize(
    "text",
    [
        "the square of x",
        "x+1",  # nothing of LaTeX in it: ours has read all there is to read
        r"\text{no solution}",
        r"\cancel{x}",
        r"\operatorname{Tr}(x)",
        r"\frac{7}{",
        r"{" * 13 + r"\pi" + "}" * 13,
        r"\pi" * 200,
        r"\sin x y",
        r"\frac12",
        r"\pi__import__('os')",
        r"\pi=3",
        r"\left.x\right|",
        "\\pi\x00",
    ],
)
def test_a_text_of_other_marks_is_not_even_shown_to_it(text: str) -> None:
    assert not may_be_read(text)
    with pytest.raises(Open):
        second_reading(parse("x"), text)


def test_a_grade_says_that_it_was_a_second_reading() -> None:
    given = grade(MathProblem(reference=r"\lfloor x\rfloor"), r"\boxed{\llcorner x\lrcorner}")
    assert (given.verdict, given.method, given.reason) == (
        "correct",
        "symbolic",
        "by a second reading, with latex2sympy2",
    )


@pytest.mark.parametrize("text", [r"\ln(2e t^2 + e t 7 7) + 1", r"\sqrt{a^{2} +10 14} x", r"\frac{1}{3}(-t)(6 + )"])
def test_junk_that_our_own_parser_refuses_is_not_read_again(text: str) -> None:
    prepared = prepare(MathProblem(reference="42"))
    assert prepared.judge(Answer(canonical(text), text)).verdict == "incorrect"  # and no NeedsSlowLane


@pytest.mark.parametrize("text", [r"\llcorner x\lrcorner", r"x+\llcorner x\lrcorner"])
def test_a_command_that_our_own_parser_does_not_know_is_worth_a_second_reading(text: str) -> None:
    assert is_worth_reading(text)
    with pytest.raises(ParseFailure):
        parse(text)


def test_an_answer_that_is_not_accepted_keeps_the_reason_of_our_own_parser() -> None:
    given = grade(MathProblem(reference="x"), r"\boxed{\llcorner x\lrcorner}")
    assert given.verdict == "incorrect"
    assert "\\llcorner is not known" in given.reason


def test_nothing_is_read_a_second_time_where_a_wall_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Pool(most=1, without=("seccomp",)) as pool:
        monkeypatch.setattr("verifiers.math.slow.pool.shared_pool", lambda: pool)
        with pytest.raises(Open, match="seccomp"):
            second_reading(parse(r"\lfloor x\rfloor"), r"\llcorner x\lrcorner")
        given = grade(MathProblem(reference=r"\lfloor x\rfloor"), r"\boxed{\llcorner x\lrcorner}")
        assert given.verdict == "incorrect"


def in_another_interpreter(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, env={**os.environ}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_reading_must_show_the_whole_text() -> None:
    said = in_another_interpreter(
        r"""
from verifiers.math.slow import reading
from verifiers.math.slow.marks import marks
import sympy
x, y = sympy.symbols("x y", real=True)
lost = [("x+y", x), ("2x+3", 2 * x), ("x+2", x + 7), (r"\sin(x)", x)]
made_up = [("x", x + y), ("x", x * sympy.pi)]
for text, value in lost + made_up:
    try:
        reading._require_whole(value, marks(text))
    except reading.Unsure:
        print("unsure")
reading._require_whole(2 * x + 3, marks("2x+3"))
"""
    )
    assert said.split() == ["unsure"] * 6


def test_no_text_is_evaluated_by_sympy_behind_the_walls(tmp_path: Path) -> None:
    said = in_another_interpreter(
        rf"""
from verifiers.math.slow import warmup
warmup.refuse_evaluation()
import sympy, latex2sympy2_extended
for text in ("__import__('pathlib').Path({str(tmp_path)!r}, 'made').touch()", "x.y", "f(x)", "x+1"):
    try:
        sympy.sympify(text)
    except (TypeError, sympy.SympifyError):
        print("refused")
    try:
        latex2sympy2_extended.latex2sympy("x", variable_values={{"x": text}})
    except (TypeError, sympy.SympifyError):
        print("refused")
print(sympy.sympify("3/2"))
"""
    )
    assert said.split() == ["refused"] * 8 + ["3/2"]
    assert not list(tmp_path.iterdir())


def test_the_second_parser_is_loaded_only_where_it_is_asked_for() -> None:
    said = in_another_interpreter(
        """
import sys
from verifiers.math.slow import may_be_read, second_reading
import verifiers.math.judge
may_be_read(chr(92) + "pi")
print([name for name in ("sympy", "latex2sympy2_extended", "antlr4") if name in sys.modules])
from verifiers.math.slow import warmup
warmup.work()
print("antlr4" in sys.modules)
"""
    )
    assert said.split() == ["[]", "False"]


def test_its_face() -> None:
    assert set(slow.__all__) == {
        "deadline_seconds",
        "doubtful",
        "is_worth_reading",
        "may_be_read",
        "second_reading",
        "walls_in_force",
    }
