"""`verify export`: grades as another tool's log, or as a table."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from verifiers.errors import InputError
from verifiers.logs import FORMATS
from verifiers.logs.exporting import export_grades


def run(
    name: str | None,
    grades: Path | None,
    out: Path | None,
    problems: Path | None,
    samples: Path | None,
    model: str | None,
) -> None:
    """Write `grades` to `out` as the format `name`; without a name, say which there are."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    if name is None:
        for each in FORMATS.values():
            if each.writes:
                console.print(f"{each.name}: {each.description} ({each.files})")
        return
    if grades is None or out is None:
        raise InputError(f"name the grades and where to write them: verify export {name} grades.jsonl --out FILE")
    count = export_grades(name, grades, out, problems=problems, samples=samples, model=model)
    console.print(f"{count} grades: {out}")
