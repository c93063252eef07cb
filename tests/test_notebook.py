"""How problems, grades and reports show themselves, in a terminal and in a notebook."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser

import pytest

from verifiers import ChoiceProblem, CodeProblem, Grade, MathProblem, Verdict, grade
from verifiers.study import build_report

HOSTILE = "</td></table><script>alert(1)</script><img src=x onerror='alert(2)'>&\"\n\x00"


class Tags(HTMLParser):
    """The tags and the text of a piece of HTML; fails where tags are not balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert attrs == []
        self.seen.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


PLAIN = {"table", "caption", "thead", "tbody", "tr", "th", "td", "br"}


def hostile_grade() -> Grade:
    return Grade(
        problem_id=HOSTILE, sample_id=HOSTILE, model=HOSTILE, kind="math", verdict=Verdict.INCORRECT, score=0.0,
        answer=HOSTILE, span=(1, 2), method="exact", reason=HOSTILE, **{HOSTILE: HOSTILE},
    )  # fmt: skip


@pytest.mark.parametrize(
    "shown",
    [
        MathProblem(id=HOSTILE, reference=HOSTILE, prompt=HOSTILE),
        ChoiceProblem(id=HOSTILE, choices=[HOSTILE, "b"], reference="B", **{HOSTILE: [HOSTILE]}),
        CodeProblem(tests={"type": "asserts", "entry_point": "f", "code": HOSTILE}),
        hostile_grade(),
        build_report([hostile_grade()]),
    ],
    ids=["math", "choice", "code", "grade", "report"],
)
def test_what_is_shown_is_text_whatever_it_says(shown: object) -> None:
    found = Tags(shown._repr_html_())  # type: ignore[attr-defined]
    assert found.seen <= PLAIN
    assert "alert(1)" in found.text


def test_a_long_text_is_cut_in_a_notebook_and_in_a_terminal() -> None:
    problem = MathProblem(reference="1", prompt="a" * 100_000)
    assert len(problem._repr_html_()) < 2_000
    assert len(repr(problem)) < 1_000
    cases = [{"stdin": str(number), "stdout": "1"} for number in range(10_000)]
    assert len(repr(CodeProblem(tests={"type": "stdio", "cases": cases}))) < 1_000


def test_a_problem_shows_what_was_said_of_it() -> None:
    assert repr(MathProblem(reference="1/2")) == "MathProblem(reference='1/2')"
    shown = MathProblem(id="a", reference="1/2", policy="qwen", subject="algebra")
    assert repr(shown).startswith("MathProblem(id='a', reference='1/2', policy=Policy(preset='qwen'")
    assert "subject='algebra'" in repr(shown)


def test_a_grade_shows_what_is_known() -> None:
    told = repr(grade(MathProblem(id="half", reference="1/2"), r"\boxed{0.6}"))
    assert told == (
        "Grade(problem_id='half', sample_id=0, kind='math', verdict='incorrect', score=0.0, answer='0.6', "
        "span=(7, 10), method='exact', reason='another number')"
    )
    error = Grade(problem_id="a", sample_id=0, kind="math", verdict=Verdict.ERROR, score=None)
    assert "score=None" in repr(error)
    assert "the grader failed" in error._repr_html_()


def test_a_report_shows_each_model_and_its_rates() -> None:
    problem = MathProblem(id="half", reference="1/2")
    report = build_report([grade(problem, rf"\boxed{{0.{digit}}}", sample_id=digit, model="m") for digit in (5, 6)])
    assert repr(report) == "<Report: 'm' (2 samples of 1 problems); 0 pairs of models>"
    assert "50.0%" in Tags(report._repr_html_()).text


def test_nothing_of_a_notebook_is_imported() -> None:
    script = (
        "import sys; from verifiers import MathProblem; MathProblem(reference='1')._repr_html_();"
        "print([name for name in sys.modules if name.split('.')[0] in ('IPython', 'ipykernel')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
