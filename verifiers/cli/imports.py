"""`verify import`: a public data set or another tool's log, from the user's own files, into problems and samples."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from verifiers.cli.answer import parse_policy
from verifiers.datasets import DATA_SETS, convert
from verifiers.errors import InputError
from verifiers.logs import AUTO, FORMATS, Known, Reading
from verifiers.logs.columns import parse_columns
from verifiers.logs.importing import Imported, import_logs
from verifiers.records import read_problems, write_problems, write_samples


def run(name: str | None, files: list[Path], out: Path, canonical: bool, options: dict[str, str | Path | None]) -> None:
    """Write `problems.jsonl` and `samples.jsonl`, as far as the source has them, to the folder `out`.

    `options`: `columns`, `kind`, `policy`, `model` and `problems`, for logs.
    """
    console = Console(highlight=False, markup=False, soft_wrap=True)
    if name is None:
        _show_known(console)
    elif name in FORMATS or name == AUTO:
        if canonical:
            raise InputError("--canonical: a log has no solutions of its own")
        _show_imported(console, out, import_logs(name, files, out, _reading(options)))
    else:
        given = [f"--{option}" for option, value in options.items() if value is not None]
        if name in DATA_SETS and given:
            raise InputError(f"{name} is a data set: {given[0]} is for logs ({AUTO}, {', '.join(FORMATS)})")
        _import_data_set(console, name, files, out, canonical)


def _import_data_set(console: Console, name: str, files: list[Path], out: Path, canonical: bool) -> None:
    known = DATA_SETS.get(name)
    if known is None:
        sets, logs = ", ".join(DATA_SETS), ", ".join((AUTO, *FORMATS))
        raise InputError(f"unknown data set or log {name!r}; data sets are {sets}; logs are {logs}")
    if not files:
        raise InputError(f"name the file of {name} to read: {known.source}")
    if len(files) > 2:
        raise InputError(f"{name} has at most two files: {known.source}, {known.samples}", path=str(files[2]))
    problems, responses = convert(name, files[0], files[1] if len(files) > 1 else None, canonical=canonical)
    _say(console, write_problems(out / "problems.jsonl", problems), "problems", out / "problems.jsonl")
    count = write_samples(out / "samples.jsonl", responses)
    if count:
        _say(console, count, "samples", out / "samples.jsonl")
    else:
        (out / "samples.jsonl").unlink()


def _reading(options: dict[str, str | Path | None]) -> Reading:
    columns, kind, policy, model, problems = map(options.get, ("columns", "kind", "policy", "model", "problems"))
    return Reading(
        policy=parse_policy(str(policy)) if policy is not None else {},
        columns=parse_columns(str(columns)) if columns is not None else {},
        kind=str(kind) if kind is not None else None,
        model=str(model) if model is not None else None,
        known=Known.of(read_problems(Path(problems))) if problems is not None else None,
    )


def _show_imported(console: Console, out: Path, imported: Imported) -> None:
    for path, format_name in imported.formats.items():
        console.print(f"{path}: {FORMATS[format_name].description}")
    if imported.problems:
        _say(console, imported.problems, "problems", out / "problems.jsonl")
    _say(console, imported.samples, "samples", out / "samples.jsonl")
    if imported.graded:
        _say(console, imported.graded, "verdicts of theirs", out / "their_grades.jsonl")
    for reason, count in imported.left_out.items():
        console.print(f"note: {count} rows were left out: {reason}")
    if not imported.problems and not imported.known:
        note = "note: the log does not hold its problems: they come from `verify import` of its data set"
        console.print(note)


def _say(console: Console, count: int, what: str, path: Path) -> None:
    console.print(f"{count} {what}: {path}")


def _show_known(console: Console) -> None:
    console.print("Data sets:")
    for each in DATA_SETS.values():
        console.print(f"  {each.name}: {each.description}")
        second = f" [{each.samples}]" if each.samples else ""
        option = " [--canonical]" if each.canonical else ""
        console.print(
            f"      verify import {each.name} {each.source}{second}{option}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    console.print(f"Logs of other tools ({AUTO} tells them by their content):")
    for log in FORMATS.values():
        console.print(f"  {log.name}: {log.description} ({log.files})")
