"""The report's files: one page that asks no network and lets nothing act, and every series and plot by itself."""

import csv
import json
import re

import pytest

from tests.study.grades import made_grade, made_grades
from verifiers.errors import InputError, MissingExtra
from verifiers.problem import MathProblem
from verifiers.study import build_report, write_report
from verifiers.study.page import page, wanted_responses
from verifiers.study.plots import plots, themed, to_png, to_svg

vl_convert = pytest.importorskip("vl_convert")
HOSTILE = "</script><script>alert(1)</script>\"'&"


def two_models(n=8):
    yield from made_grades({"p": (n, 3), "q": (n, 1)}, "base")
    yield from made_grades({"p": (n, 7), "q": (n, 0)}, "rl")


@pytest.fixture
def light(monkeypatch):
    """The page without the plotting library, which is the same for all."""
    monkeypatch.setattr("verifiers.study.page.library", lambda: "/* the library */")


def test_names_ids_and_answers_enter_the_page_as_text_only(light):
    grades = [
        made_grade(HOSTILE, 0, "incorrect", HOSTILE, answer=HOSTILE, span=(0, 5)),
        made_grade(HOSTILE, 0, model="b"),
    ]
    problems = [MathProblem(id=HOSTILE, reference=HOSTILE, prompt=HOSTILE, level=HOSTILE)]
    report = build_report(grades, problems, by=["level"])
    html = page(report, {problem.id: problem for problem in problems}, {(HOSTILE, HOSTILE, 0): HOSTILE})
    assert html.count("<script") == 4  # the data, the packed data, the library and ours
    assert "alert(1)</script>" not in html
    assert "&lt;script&gt;" in html


def test_the_pages_policy_allows_its_own_scripts_alone(light):
    html = page(build_report(two_models()))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html).group(1)
    assert policy.startswith("default-src &#x27;none&#x27;")
    assert "unsafe-eval" not in policy and "http" not in policy
    assert policy.count("sha256-") == 2
    body = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search(r"(src|href)=|url\(|@import", body)


def test_the_library_is_bundled_and_does_not_end_its_script():
    from verifiers.study.page import library

    text = library()
    assert "</script" not in text
    assert 300_000 < len(text) < 1_500_000


def test_without_the_plotting_library_the_figures_are_still_written(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "vl_convert", None)
    from verifiers.study.page import library

    library.cache_clear()
    with pytest.raises(MissingExtra, match=r"truegrade\[report\]"):
        write_report(build_report(two_models()), tmp_path)
    assert (tmp_path / "report.json").is_file()


def test_the_page_shows_the_place_that_decided(light):
    grades = [made_grade("p", 0, answer="7", span=(14, 15), method="exact"), made_grade("p", 1, "no_answer")]
    report = build_report(grades)
    assert wanted_responses(report) == {("", "p", 0)}
    packed = unpacked(page(report, None, {("", "p", 0): "the answer is 7, I think"}))
    (answer,) = packed["models"][0]["answers"][0]
    assert answer[:4] == ["7", "correct", 1, "exact"]
    assert answer[-1] == ["the answer is ", "7", ", I think"]


def unpacked(html):
    import gzip
    from base64 import b64decode

    text = re.search(r'id="packed">([^<]*)<', html).group(1)
    return json.loads(gzip.decompress(b64decode(text)))


def test_report_files_are_written_whole(tmp_path, light):
    written = write_report(build_report(two_models()), tmp_path / "out")
    assert [path.name for path in written] == ["report.json", "report.html"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["report.html", "report.json"]


def test_the_page_depends_on_its_input_alone(light):
    assert page(build_report(two_models())) == page(build_report(list(two_models())))


def test_every_series_is_written_where_that_is_asked_for(tmp_path, light):
    parquet = pytest.importorskip("pyarrow.parquet")
    write_report(build_report(two_models()), tmp_path, formats=["csv", "parquet"])
    with (tmp_path / "data" / "by_k.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    first = next(row for row in rows if (row["model"], row["measure"], row["k"]) == ("base", "pass@k", "1"))
    assert float(first["value"]) == pytest.approx(4 / 16)
    assert parquet.read_table(tmp_path / "data" / "problems.parquet").num_rows == 4


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(InputError, match="unknown format 'pdf'; known are csv, parquet, svg, png"):
        write_report(build_report(two_models()), tmp_path, formats=["pdf"])


@pytest.mark.parametrize("models", [1, 2, 9])
@pytest.mark.parametrize("n", [1, 2, 64])
def test_every_plot_can_be_drawn(models, n):
    grades = (grade for place in range(models) for grade in made_grades({"p": (n, 1), "q": (n, 0)}, f"m.{place}[0]"))
    drawn = plots(build_report(grades, resamples=10))
    assert [plot.name for plot in drawn[:1]] == ["pass"]
    for plot in (drawn[0], *drawn[-3:]):
        svg = to_svg(plot)
        assert svg.startswith("<svg")
        assert "var(--" not in svg and "NaN" not in svg
    assert "var(--" not in json.dumps(themed(drawn[0]))


def test_a_plot_is_a_picture_too():
    assert to_png(plots(build_report(two_models(), resamples=10))[0]).startswith(b"\x89PNG")
