"""`verify report`: pass@k of graded files on the terminal, and as a folder with report.json and report.html."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from verifiers.cli.judging import VerifierInUse
from verifiers.cli.responses import find_responses
from verifiers.errors import InputError
from verifiers.grading import Grade
from verifiers.problem import Problem
from verifiers.records import read_grades, read_jsonl, read_problems
from verifiers.study import Report, build_report, write_report
from verifiers.study.page import wanted_responses
from verifiers.study.report import Labels
from verifiers.study.terminal import terminal_tables

_MANY = 8


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may ask of a report beside its files."""

    ks: list[int]
    by: list[str]
    score: str | None
    quick: bool
    labels: Path | None
    without_reasoning: Path | None
    beyond: list[int]
    samples: list[Path]
    export: list[str]


def run(grades: list[Path], out: Path | None, problems: Path | None, full: bool, options: Options) -> None:
    """Print the report of `grades`, its headlines or in `full`, and write it to the folder `out` if that is given."""
    known = read_problems(problems) if problems is not None else None
    judge = VerifierInUse() if known is not None and not options.quick else None
    report = build_report(
        all_grades(grades),
        known,
        options.ks or None,
        judge=judge,
        score_field=options.score,
        by=options.by or None,
        labels=read_labels(options.labels) if options.labels is not None else None,
        without_reasoning=read_grades(options.without_reasoning) if options.without_reasoning is not None else None,
        beyond=options.beyond,
    )
    console = Console()
    show(console, report, full=full)
    if out is not None:
        responses = find_responses(options.samples, wanted_responses(report)) if options.samples else None
        written = write_report(report, out, problems=known, responses=responses, formats=options.export)
        for path in written[:1] if len(written) > _MANY else written:
            console.print(f"written: {path}", highlight=False, markup=False)
        if len(written) > _MANY:
            console.print(f"and {len(written) - 1} files beside it", highlight=False)


def read_labels(path: Path) -> Labels:
    """The truth of samples: lines of `problem_id`, `sample_id`, `model` (optional) and `label`, true or false."""
    found: dict[tuple[str, str, int | str], bool] = {}
    for number, record in read_jsonl(path):
        problem_id, sample_id, label = (record.get(name) for name in ("problem_id", "sample_id", "label"))
        if not isinstance(problem_id, str) or not isinstance(sample_id, int | str) or not isinstance(label, bool):
            message = "each line needs problem_id (text), sample_id (number or text) and label (true or false)"
            raise InputError(message, path=str(path), line=number)
        key = str(record.get("model", "")), problem_id, sample_id
        if found.setdefault(key, label) != label:
            raise InputError("contradicts an earlier label of the same sample", path=str(path), line=number)
    return found


def show(console: Console, report: Report, *, full: bool = False) -> None:
    """The tables of a report, and what a reader should know before believing them."""
    for table in terminal_tables(report, full=full):
        console.print(table)
    for note in report.notes:
        console.print(f"note: {note}", highlight=False, markup=False)


def report_on(grades: Path, problems: Mapping[str, Problem]) -> Report:
    """The report of one file of grades."""
    return build_report(read_grades(grades), problems, judge=VerifierInUse())


def all_grades(paths: list[Path]) -> Iterator[Grade]:
    """The grades of all files; where several are given, a model without a name is called after its file.

    A file in which some grades name a model and others do not is refused: whose the others are cannot be told.
    """
    count = 0
    for path in paths:
        named: bool | None = None
        for grade in read_grades(path):
            count += 1
            if named is None:
                named = bool(grade.model)
            elif named != bool(grade.model):
                raise InputError(
                    f"some grades name a model and others none (sample {grade.sample_id!r} of {grade.problem_id!r}): "
                    "give each its model, or each model a file",
                    path=str(path),
                    field="model",
                )
            yield grade if grade.model or len(paths) == 1 else grade.model_copy(update={"model": path.stem})
    if not count:
        raise InputError("holds no grades: one grade a line is expected", path=str(paths[0]))
