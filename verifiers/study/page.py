"""The report as one HTML page: no script, no network, light and dark, readable aloud and in print.

Everything that comes from a file (names of models, ids of problems) is escaped before it enters the page, and
a content security policy forbids whatever escaping might miss: no script, no request.
"""

from __future__ import annotations

from html import escape

from verifiers.study.curve import COLOURS, pass_at_k_plot
from verifiers.study.findings import Report
from verifiers.study.tables import Table, problem_table, shown_name, tables

_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --soft: #59636e; --rule: #d1d9e0;
  --c0: #0b62b0; --c1: #b34700; --c2: #00724f; --c3: #9c2f77; --c4: #6b5200; --c5: #3d4fb8; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181c; --ink: #e6e9ec; --soft: #a3adb8; --rule: #363d45;
  --c0: #6cb6ff; --c1: #ff9f5a; --c2: #4fd1a1; --c3: #f28cc7; --c4: #e3c04f; --c5: #a5b1ff; } }
body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; margin: 0 auto;
  max-width: 60rem; padding: 1rem 1.25rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 1.25rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .35rem; }
th, td { border-bottom: 1px solid var(--rule); padding: .25rem .9rem .25rem 0; text-align: right; }
th:first-child, td:first-child { text-align: left; } td { overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 600; }
svg { width: 100%; height: auto; } .grid { stroke: var(--rule); stroke-width: 1; }
.tick { fill: var(--soft); font-size: 13px; } .line { fill: none; stroke-width: 2; }
.luck { stroke: var(--soft); stroke-dasharray: 5 5; } .band { opacity: .16; stroke: none; }
@media print { body { max-width: none; } .wide { overflow: visible; } table { break-inside: avoid; } }
""" + "".join(
    f".line.c{n} {{ stroke: var(--c{n}); }} .mark.c{n}, .band.c{n} {{ fill: var(--c{n}); }}\n" for n in range(COLOURS)
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(report: Report) -> str:
    """The whole page."""
    names = ", ".join(shown_name(model.name) for model in report.models)
    notes = "".join(f"<li>{escape(note)}</li>\n" for note in report.notes)
    how = (
        f"Intervals: {100 * report.level:g} %, percentile bootstrap over problems, {report.resamples} resamples, "
        f"seed {report.seed}; each holds for one k at a time. pass@k is the unbiased estimator."
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>pass@k: {escape(names)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>pass@k: {escape(names)}</h1>
<figure class="wide" style="margin: 0">
{pass_at_k_plot(report.models)}
</figure>
<p>{escape(how)}</p>
{f"<h2>Before believing a number</h2><ul>{notes}</ul>" if notes else ""}
<h2>Tables</h2>
{"".join(_table(table) for table in tables(report))}
<details><summary>Problem by problem</summary>
{_table(problem_table(report))}</details>
</main>
</body>
</html>
"""


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in table.heads)
    rows = "".join(_row(row) for row in table.rows)
    return (
        f'<div class="wide"><table><caption>{escape(table.caption)}</caption>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )


def _row(row: tuple[str, ...]) -> str:
    name, *cells = row
    return f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>\n'
