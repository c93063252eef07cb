"""`verify diff`: the grades of two verifiers on the same samples, side by side."""

from __future__ import annotations

from pathlib import Path

from pydantic_core import to_json
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from verifiers.cli.answer import one_line
from verifiers.records import LineWriter, read_grades
from verifiers.study.diff import Change, Diff, Effect, diff_grades
from verifiers.study.tables import percent, shown_name

_SHOWN = 10


def run(a: Path, b: Path, out: Path | None) -> None:
    """Compare, show, and write every change to `out`."""
    found = diff_grades(read_grades(a), read_grades(b))
    show(Console(), found, (a.name, b.name))
    if out is not None:
        with LineWriter(out) as writer:
            for change in found.changes:
                writer.write(_line(change))
        Console().print(f"every change: {out}", highlight=False, markup=False)


def show(console: Console, found: Diff, names: tuple[str, str]) -> None:
    """The changes of verdict, examples of those that matter, and pass@k under both."""
    console.print(f"{found.compared} samples are in both; verdicts of {len(found.changes)} differ, "
                  f"{len(found.flips)} of them between right and not right", highlight=False)  # fmt: skip
    for count, what in ((found.only_a, f"only in {names[0]}"), (found.only_b, f"only in {names[1]}")):
        if count:
            console.print(f"note: {count} samples are {what} and left out", highlight=False, markup=False)
    if found.failed:
        console.print(f"note: a grader failed on {found.failed} samples; they are in no rate", highlight=False)
    changed = {pair: count for pair, count in found.verdicts.items() if pair[0] != pair[1]}
    if changed:
        table = Table(escape(names[0]), escape(names[1]), "samples", title="changed verdicts", title_justify="left")
        for (before, after), count in sorted(changed.items(), key=lambda item: -item[1]):
            table.add_row(before, after, str(count))
        console.print(table)
    for change in found.flips[:_SHOWN]:
        console.print(_in_words(change), highlight=False, markup=False)
    for effect in found.effects:
        console.print(_effect(effect, names))


def _in_words(change: Change) -> str:
    sides = [
        f"{side.verdict} {one_line(side.answer or '-', 60)!r} ({side.method or side.reason or 'no evidence'})"
        for side in (change.a, change.b)
    ]
    return f"  {one_line(change.problem_id, 60)} #{change.sample_id}: {' -> '.join(sides)}"


def _effect(effect: Effect, names: tuple[str, str]) -> Table:
    title = f"pass@k of {shown_name(effect.model)}: {effect.problems} problems, {effect.samples} samples"
    heads = (escape(names[0]), escape(names[1]), "difference, points (band for all k at once)")
    table = Table("k", *heads, title=Text(title), title_justify="left")
    for k, difference in effect.difference.items():
        table.add_row(str(k), percent(effect.a[k]), percent(effect.b[k]), percent(difference, sign=""))
    return table


def _line(change: Change) -> bytes:
    sides = {
        name: {"verdict": side.verdict, "answer": side.answer, "method": side.method, "reason": side.reason}
        for name, side in (("a", change.a), ("b", change.b))
    }
    keys = {"problem_id": change.problem_id, "sample_id": change.sample_id, "model": change.model}
    return to_json({**keys, "flips": change.flips, **sides})
