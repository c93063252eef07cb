"""The report as files: `report.json`, `report.html`, and where asked for every table and plot by itself."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path

from verifiers.errors import InputError, MissingExtra
from verifiers.problem import Problem
from verifiers.study.findings import Report
from verifiers.study.page import Responses, page
from verifiers.study.plots import Plot, plots, to_png, to_svg
from verifiers.study.series import series

FORMATS = ("csv", "parquet", "svg", "png")


def write_report(
    report: Report,
    out_dir: Path,
    *,
    problems: Mapping[str, Problem] | None = None,
    responses: Responses | None = None,
    formats: Collection[str] = (),
) -> list[Path]:
    """Write `report.json` and `report.html` (one file, no network) to `out_dir`; returns the paths written.

    `problems` and `responses` are shown on the page. `formats`: of `FORMATS`; `csv` and `parquet` write every series
    to `out_dir/data`, `svg` and `png` every plot to `out_dir/plots`. Each file appears whole or not at all.
    Raises `InputError` where the folder can't be written, `MissingExtra` where a format needs what is not installed
    (what needs less has been written by then).
    """
    if unknown := sorted(set(formats) - set(FORMATS)):
        raise InputError(f"unknown format {unknown[0]!r}; known are {', '.join(FORMATS)}", field="export")
    written = []
    for name, content in _files(report, problems, responses, formats):
        target = out_dir / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished = target.with_name(f".{target.name}.{os.getpid()}.partial")
            unfinished.write_bytes(content())
            unfinished.replace(target)
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror or error}", path=str(out_dir)) from None
        written.append(target)
    return written


def _files(
    report: Report,
    problems: Mapping[str, Problem] | None,
    responses: Responses | None,
    formats: Collection[str],
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    yield "report.json", lambda: _bytes(report.to_json())
    for name, rows in series(report).items():
        if "csv" in formats:
            yield f"data/{name}.csv", partial(_csv, rows)
        if "parquet" in formats:
            yield f"data/{name}.parquet", partial(_parquet, rows)
    yield "report.html", lambda: _bytes(page(report, problems, responses))
    for plot in plots(report):
        if "svg" in formats:
            yield f"plots/{_file_name(plot.name)}.svg", partial(_svg, plot)
        if "png" in formats:
            yield f"plots/{_file_name(plot.name)}.png", partial(to_png, plot)


def _file_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)[:80]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _svg(plot: Plot) -> bytes:
    return _bytes(to_svg(plot))


def _csv(rows: list[dict[str, object]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return _bytes(out.getvalue())


def _parquet(rows: list[dict[str, object]]) -> bytes:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtra("writing Parquet", "parquet") from None
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), out)
    return out.getvalue()
