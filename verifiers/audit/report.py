"""What `verify audit` prints and writes."""

from __future__ import annotations

from pathlib import Path

from pydantic_core import to_json
from rich.console import Console
from rich.table import Table

from verifiers.audit.published import of_benchmark
from verifiers.audit.replay import Difference, Tally, replay
from verifiers.errors import InputError
from verifiers.records import LineWriter

_SHOWN = 3
_WIDTH = 100


def run(benchmark: str, files: list[Path], out: Path | None, console: Console | None = None) -> dict[str, Tally]:
    """Replay the verdicts published in `files`; print the differences by class, and write each to `out`.

    Raises `InputError` for an unknown benchmark and for files that are not in its format.
    """
    published = of_benchmark(benchmark, files)
    if not files:
        raise InputError(f"name the files of {benchmark} to read")
    console = console or Console()
    tallies: dict[str, Tally] = {}
    examples: dict[str, list[Difference]] = {}
    writer = LineWriter(out) if out is not None else None
    try:
        for difference in replay(published, tallies):
            seen = examples.setdefault(difference.name, [])
            if len(seen) < _SHOWN:
                seen.append(difference)
            if writer is not None:
                writer.write(_line(difference))
    finally:
        if writer is not None:
            writer.close()
    if not tallies:
        raise InputError("holds no row with a published verdict", path=str(files[-1]))
    _show_accuracy(console, tallies)
    _show_classes(console, tallies, examples)
    if out is not None:
        console.print(f"every difference: {out}", highlight=False, markup=False)
    return tallies


def _line(difference: Difference) -> bytes:
    row, ours = difference.published, difference.ours
    record = {"problem_id": row.problem.id, "model": row.model, "class": difference.name, "published": row.right}
    judged = {"verdict": ours.verdict, "answer": ours.answer, "method": ours.method, "reason": ours.reason}
    return to_json({**record, **judged, "reference": getattr(row.problem, "reference", None), "response": row.response})


def _show_accuracy(console: Console, tallies: dict[str, Tally]) -> None:
    table = Table(title="accuracy, published and ours")
    for column in ("model", "responses", "published %", "ours %", "effect", "differ", "undecided"):
        table.add_column(column, justify="left" if column == "model" else "right")
    for name, tally in tallies.items():
        before, after = 100 * tally.published / tally.total, 100 * tally.ours / tally.total
        differ = str(sum(tally.classes.values()))
        figures = (f"{before:.2f}", f"{after:.2f}", f"{after - before:+.2f}", differ, str(tally.undecided))
        table.add_row(name, str(tally.total), *figures)
    console.print(table)


def _show_classes(console: Console, tallies: dict[str, Tally], examples: dict[str, list[Difference]]) -> None:
    table = Table(title="differences by class (points: effect on accuracy)")
    table.add_column("class")
    for name in tallies:
        table.add_column(name, justify="right")
    for name, rows in sorted(examples.items()):
        sign = 1 if rows[0].ours.correct else -1
        cells = (
            f"{tally.classes[name]} ({sign * 100 * tally.classes[name] / tally.total:+.2f})"
            for tally in tallies.values()
        )
        table.add_row(name, *cells)
    console.print(table)
    for name, rows in sorted(examples.items()):
        console.print(f"{name}:", highlight=False, markup=False)
        for each in rows:
            text = " ".join(each.published.response.split())
            shown = text if len(text) <= _WIDTH else f"... {text[-_WIDTH:]}"
            console.print(f"    {each.published.problem.id}: {shown!r}", highlight=False, markup=False)
