"""The report as one HTML page that asks no network: plots to hover over, tables, and a way down to single answers.

Theory of operation. The page is made of four parts: text and tables, written here; the plots' specifications and the
problems with their answers, as data (the latter compressed, since answers repeat); Vega, as the plotting library
bundles itself; and one script of ours, `assets/report.js`, which draws the plots and leads from a curve to the
problems behind it, to their distinct answers, and to the place in a response that decided.

What comes from a file (names, prompts, answers, responses) is escaped here and set as text there, never as markup. The
page's policy allows the two scripts by their hashes and no other, no evaluation of text as code (Vega interprets its
expressions) and no request, so that a response cannot act in a reader's browser whatever it holds.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

from verifiers.errors import MissingExtra
from verifiers.problem import Problem
from verifiers.study.classes import AnswerClass
from verifiers.study.findings import ModelReport, Report
from verifiers.study.plots import COLOURS, Plot, plots
from verifiers.study.sheet import script_data
from verifiers.study.tables import Table, headlines, shown_name, tables

MOST_ANSWERS = 12  # of one problem and model are shown; the rest are counted
_LONGEST_ANSWER, _LONGEST_PROMPT = 160, 600
_BEFORE, _AFTER = 160, 60

Responses = Mapping[tuple[str, str, int | str], str]
"""The text of the sample of (model, problem_id, sample_id)."""


def page(report: Report, problems: Mapping[str, Problem] | None = None, responses: Responses | None = None) -> str:
    """The whole page. `responses`: texts of `wanted_responses`, to show the place that decided.

    Raises `MissingExtra` where the plotting library is not installed.
    """
    drawn = plots(report)
    names = ", ".join(shown_name(model.name) for model in report.models)
    data = {"plots": {plot.name: plot.spec for plot in drawn}, "level": report.level}
    script, style = _asset("report.js"), _asset("report.css") + _colours()
    policy = (
        f"default-src 'none'; script-src {_hash(library())} {_hash(script)}; style-src 'unsafe-inline'; img-src data:"
    )
    packed = b64encode(gzip.compress(_plain(_problems(report, problems, responses)), 9, mtime=0)).decode()
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">
<title>pass@k: {escape(names)}</title>
<style>{style}</style>
</head>
<body>
<main>
<header><h1>pass@k: {escape(names)}</h1><p class="soft">{escape(_how(report))}</p></header>
{_table(next(headlines(report)))}
{_notes(report)}
<section class="plots">
{"".join(_figure(plot, wide=place == 0) for place, plot in enumerate(drawn))}
</section>
{_coverage(report)}
<section id="problems"><h2>Problems</h2><div id="list"></div></section>
<dialog id="detail" aria-labelledby="detail-title"></dialog>
<section id="tables"><h2>All figures</h2>
{"".join(_folded(table, place < 2) for place, table in enumerate(tables(report)))}
</section>
</main>
<script type="application/json" id="data">{script_data(data)}</script>
<script type="application/octet-stream" id="packed">{packed}</script>
<script>{library()}</script>
<script>{script}</script>
</body>
</html>
"""


@lru_cache(maxsize=1)
def library() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, as the plotting library bundles them; nothing is fetched."""
    try:
        import vl_convert
    except ImportError:
        raise MissingExtra("the report's page and plots", "report") from None
    bundle: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    # "</script" may stand in strings alone, where the escape means the same
    return bundle.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def wanted_responses(report: Report) -> set[tuple[str, str, int | str]]:
    """The samples whose text the page would show: one for each answer that it lists."""
    return {
        (model.name, problem_id, each.example.sample_id)
        for model in report.models
        for problem_id, classes in model.classes.items()
        for each in shown_classes(classes)
    }


def shown_classes(classes: Sequence[AnswerClass]) -> list[AnswerClass]:
    """The commonest `MOST_ANSWERS` classes, and the right one wherever it stands."""
    return [each for place, each in enumerate(classes) if place < MOST_ANSWERS or each.right]


def _asset(name: str) -> str:
    return (files("verifiers.study") / "assets" / name).read_text(encoding="utf-8")


def _colours() -> str:
    roles = "".join(f"--{role}: {colour}; " for role, colour in COLOURS.items())
    return f"\n:root {{ {roles}}}\n{_asset('dark.css')}"


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def _plain(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")


def _problems(report: Report, problems: Mapping[str, Problem] | None, responses: Responses | None) -> dict[str, Any]:
    ids = list(dict.fromkeys(problem_id for model in report.models for problem_id in model.counts))
    known = problems or {}
    return {
        "ids": ids,
        "prompts": [_shortened(known[name].prompt or "" if name in known else "", _LONGEST_PROMPT) for name in ids],
        "references": [_shortened(_reference(known.get(name)), _LONGEST_ANSWER) for name in ids],
        "models": [_model(model, ids, responses) for model in report.models],
        "texts": responses is not None,
    }


def _reference(problem: Problem | None) -> str:
    reference = getattr(problem, "reference", None)
    return "" if reference is None else str(reference)


def _model(model: ModelReport, ids: Sequence[str], responses: Responses | None) -> dict[str, Any]:
    return {
        "name": shown_name(model.name),
        "n": [model.counts.get(name, (0, 0))[0] for name in ids],
        "c": [model.counts.get(name, (0, 0))[1] for name in ids],
        "distinct": [len(model.classes.get(name, ())) for name in ids],
        "answers": [
            [_answer(model.name, name, each, responses) for each in shown_classes(model.classes.get(name, ()))]
            for name in ids
        ],
    }


def _answer(model: str, problem_id: str, each: AnswerClass, responses: Responses | None) -> list[Any]:
    """Text, verdict, count, evidence, reason, sample, other spellings, and the place in the response if it is known."""
    given = each.example
    others = [_shortened(other.text, 60) for other in each.spellings[1:4]]
    response = (responses or {}).get((model, problem_id, given.sample_id))
    place = None
    if response is not None and given.span is not None:
        start, end = given.span
        place = [
            response[max(0, start - _BEFORE) : start],
            response[start:end][:_LONGEST_ANSWER],
            response[end : end + _AFTER],
        ]
    text = _shortened(given.text, _LONGEST_ANSWER)
    return [
        text,
        given.verdict.value,
        each.count,
        given.method,
        _shortened(given.reason, 160),
        given.sample_id,
        others,
        place,
    ]


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + " …"


def _how(report: Report) -> str:
    return (
        f"Intervals: {100 * report.level:g} %, percentile bootstrap over problems, {report.resamples} resamples, seed "
        f"{report.seed}; each holds for one k at a time unless it says otherwise. pass@k is the unbiased estimator."
    )


def _notes(report: Report) -> str:
    notes = "".join(f"<li>{escape(note)}</li>\n" for note in report.notes)
    return f'<section class="notes"><h2>Before believing a number</h2><ul>{notes}</ul></section>' if notes else ""


def _figure(plot: Plot, *, wide: bool) -> str:
    kind = ' class="wide"' if wide else ""
    name, title = escape(plot.name), escape(plot.title)
    return (
        f'<figure{kind}><figcaption><h3>{title}</h3><button type="button" data-csv="{name}" '
        f'aria-label="{title}: data as CSV">CSV</button><p class="soft">{escape(plot.words)}</p></figcaption>'
        f'<div class="plot" id="plot-{name}" style="min-height: {plot.spec["height"]}px" role="img" '
        f'aria-label="{title}"></div></figure>\n'
    )


def _coverage(report: Report) -> str:
    """A two-by-two table a pair, whose cells lead to their problems."""
    places = {model.name: place for place, model in enumerate(report.models)}
    parts = []
    for pair in report.pairs:
        a, b, counts = escape(shown_name(pair.a)), escape(shown_name(pair.b)), pair.coverage

        def cell(count: int, first: int, second: int, pair: tuple[int, int] = (places[pair.a], places[pair.b])) -> str:
            where = f'data-a="{pair[0]}" data-b="{pair[1]}" data-first="{first}" data-second="{second}"'
            return f'<td><button type="button" class="cell" {where}>{count}</button></td>'

        parts.append(
            f'<table class="coverage"><caption>Solved at least once, of {pair.problems} problems '
            f'(exact McNemar p = {pair.mcnemar_p:.3g})</caption>\n<thead><tr><td></td><th scope="col">{b} solves</th>'
            f'<th scope="col">{b} never</th></tr></thead>\n<tbody><tr><th scope="row">{a} solves</th>'
            f"{cell(counts.both, 1, 1)}{cell(counts.a_only, 1, 0)}</tr>\n"
            f'<tr><th scope="row">{a} never</th>{cell(counts.b_only, 0, 1)}{cell(counts.neither, 0, 0)}</tr>'
            "</tbody></table>"
        )
    return f'<section class="coverages"><h2>Coverage</h2>{"".join(parts)}</section>' if parts else ""


def _folded(table: Table, unfolded: bool) -> str:
    return f"<details{' open' * unfolded}><summary>{escape(table.caption)}</summary>{_table(table)}</details>\n"


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in table.heads)
    rows = "".join(_row(row) for row in table.rows)
    return (
        f'<div class="scroll"><table><caption>{escape(table.caption)}</caption>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )


def _row(row: tuple[str, ...]) -> str:
    name, *cells = row
    return f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>\n'
