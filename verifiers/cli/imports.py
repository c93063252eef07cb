"""`verify import`: a public data set, from the user's own files, into problems and samples."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from verifiers.datasets import DATA_SETS, convert
from verifiers.errors import InputError
from verifiers.records import write_problems, write_samples


def run(name: str | None, source: Path | None, samples: Path | None, out: Path, canonical: bool) -> None:
    """Write `problems.jsonl`, and `samples.jsonl` where there are any, to the folder `out`."""
    console = Console()
    if name is None:
        _show_data_sets(console)
        return
    if source is None:
        known = DATA_SETS.get(name)
        wanted = known.source if known else "one of its files"
        raise InputError(f"name the file of {name} to read: {wanted}")
    problems, responses = convert(name, source, samples, canonical=canonical)
    _say(console, write_problems(out / "problems.jsonl", problems), "problems", out / "problems.jsonl")
    count = write_samples(out / "samples.jsonl", responses)
    if count:
        _say(console, count, "samples", out / "samples.jsonl")
    else:
        (out / "samples.jsonl").unlink()


def _say(console: Console, count: int, what: str, path: Path) -> None:
    console.print(f"{count} {what}: {path}", highlight=False, markup=False)


def _show_data_sets(console: Console) -> None:
    for each in DATA_SETS.values():
        console.print(f"{each.name}: {each.description}", highlight=False, markup=False)
        second = f" [{each.samples}]" if each.samples else ""
        option = " [--canonical]" if each.canonical else ""
        console.print(f"    verify import {each.name} {each.source}{second}{option}", highlight=False, markup=False)
