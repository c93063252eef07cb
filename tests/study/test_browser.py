"""The report's page in a real browser: quick, quiet, without network, and clicked through down to an answer.

Needs the extra `browser` (playwright) and a Chromium: `chromium` on the path (Debian's package), or one named by
CHROMIUM. Skipped where either is absent.
"""

import os
import shutil
import time

import pytest

from tests.study.grades import made_grade
from verifiers.problem import MathProblem
from verifiers.study import build_report, write_report
from verifiers.study.page import wanted_responses
from verifiers.study.reasoning import Item, Key
from verifiers.study.sheet import read_sheet, rows_of, sheet_page

sync_api = pytest.importorskip("playwright.sync_api")
pytest.importorskip("vl_convert")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")
PROBLEMS, SAMPLES = 500, 1024


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def grades(model, problems, n):
    """Each problem has a right answer and 40 wrong ones; `rl` solves half of the problems, and those more often."""
    for problem in range(problems):
        right = n // (2 + problem % 7) if model == "base" else (n * 3 // 4 if problem % 2 else 0)
        for sample in range(n):
            answer = str(problem) if sample < right else f"wrong {sample % 40}"
            verdict = "correct" if sample < right else "incorrect"
            yield made_grade(
                f"p{problem:03d}", sample, verdict, model, answer=answer, span=(14, 14 + len(answer)), method="exact"
            )


def written(folder, problems, n):
    known = {
        f"p{place:03d}": MathProblem(
            id=f"p{place:03d}", reference=str(place), prompt=f"Question {place}?", level=place % 3
        )
        for place in range(problems)
    }
    report = build_report((each for model in ("base", "rl") for each in grades(model, problems, n)), known)
    responses = {key: f"the answer is {key[1]} and so on" for key in wanted_responses(report)}
    write_report(report, folder, problems=known, responses=responses)
    return folder / "report.html"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return written(tmp_path_factory.mktemp("small"), 40, 32)


class Watched:
    """A tab in which every complaint and every request is noted."""

    def __init__(self, browser, path, **options):
        self.tab = browser.new_page(**options)
        self.complaints, self.requests = [], []
        self.tab.on("console", lambda message: self.complaints.append(message.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.path = path
        self.tab.goto(path.as_uri())

    def wait(self, name):
        self.tab.locator(f"html[data-{name}]").wait_for(state="attached")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (400, "light")])
def test_the_page_is_quiet_asks_for_nothing_and_fits(browser, small, width, scheme):
    page = Watched(browser, small, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.wait("drawn")
    assert page.complaints == []
    assert page.requests == [small.as_uri()]
    assert page.tab.evaluate("document.documentElement.scrollWidth") <= width
    assert page.tab.locator(".plot svg").count() == page.tab.locator(".plot").count() >= 8
    page.tab.close()


def test_from_a_curve_to_a_problem_to_its_answers_to_the_place_that_decided(browser, small):
    page = Watched(browser, small, viewport={"width": 1280, "height": 900})
    page.wait("drawn")
    curve = page.tab.locator("#plot-pass svg")
    curve.hover(position={"x": 500, "y": 120})
    tip = page.tab.locator("#vg-tooltip-element")
    tip.wait_for(state="visible")
    assert "base" in tip.inner_text() and "%" in tip.inner_text() and "undefined" not in tip.inner_text()
    curve.click(position={"x": 500, "y": 120})
    k = int(page.tab.locator("#k").input_value())
    assert 1 < k < 32
    assert f"base: pass@{k}" in page.tab.locator("#list thead").inner_text()
    page.tab.locator("#list tbody tr").first.click()
    dialog = page.tab.locator("#detail")
    assert dialog.locator("h2").inner_text().startswith("p0")
    answer = dialog.locator(".answer").first
    assert "evidence: exact" in answer.inner_text()
    assert dialog.locator("mark").first.inner_text()
    assert dialog.locator(".count").first.inner_text().endswith("%)")
    page.tab.locator("#close").click()
    assert not dialog.is_visible()
    assert page.complaints == []
    page.tab.close()


def test_a_cell_of_the_coverage_and_a_bar_lead_to_their_problems(browser, small):
    page = Watched(browser, small, viewport={"width": 1280, "height": 900})
    page.wait("drawn")
    cell = page.tab.locator(".cell").nth(1)  # base alone
    count = int(cell.inner_text())
    cell.click()
    assert page.tab.locator("#told").inner_text() == f"{count} problems: base solves, rl never solves"
    assert page.tab.locator("#list tbody tr").count() == count
    page.tab.locator("#search").fill("p00")
    page.tab.locator("#search").press("Enter")
    assert page.tab.locator("#list tbody tr").count() < count
    page.tab.get_by_text("show all").click()
    assert page.tab.locator("#list tbody tr").count() == 40
    bars = page.tab.locator("#plot-accuracy path[aria-roledescription=bar]").all()
    next(bar for bar in bars if (bar.bounding_box() or {"height": 0})["height"] > 5).click()
    assert "share of right samples" in page.tab.locator("#told").inner_text()
    page.tab.close()


def test_a_plots_data_is_saved_as_csv(browser, small):
    page = Watched(browser, small)
    page.wait("drawn")
    with page.tab.expect_download() as download:
        page.tab.locator("[data-csv=pass]").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert text.startswith("k,model,value,low,high")
    page.tab.close()


def test_a_large_study_loads_within_two_seconds(browser, tmp_path):
    path = written(tmp_path, PROBLEMS, SAMPLES)
    assert path.stat().st_size < 2_500_000
    page = Watched(browser, path, viewport={"width": 1280, "height": 900})  # a first load warms the browser
    page.wait("ready")
    page.tab.reload()
    page.wait("ready")
    busy = page.tab.evaluate("performance.getEntriesByType('navigation')[0].domComplete")
    started = time.perf_counter()
    page.tab.locator("#list tbody tr").first.click()
    page.tab.locator("#detail").wait_for(state="visible")
    assert time.perf_counter() - started < 2.0
    assert busy < 2000  # milliseconds
    assert page.complaints == []
    page.tab.close()


def test_a_reader_marks_a_sheet_and_saves_it(browser, tmp_path):
    items = tuple(Item(number, "m", "p", number) for number in (1, 2, 3))
    texts = dict.fromkeys(items, ("What?", "7", "</script><b>so it is 7</b>"))
    path = tmp_path / "sheet.html"
    path.write_text(sheet_page(rows_of(Key(items, {}, 0.05, 0), texts)), encoding="utf-8")
    page = Watched(browser, path)
    assert "<b>so it is 7</b>" in page.tab.locator("pre.response").inner_text()
    page.tab.locator("#sound").click()
    page.tab.locator("#next").click()
    page.tab.keyboard.press("n")
    assert page.tab.locator("#progress").inner_text() == "2 of 3, 2 marked"
    with page.tab.expect_download() as download:
        page.tab.locator("#save").click()
    download.value.save_as(tmp_path / "marked.csv")
    assert read_sheet(tmp_path / "marked.csv") == {1: "sound", 2: "unsound"}
    assert page.complaints == []
    page.tab.close()
