"""Grading a file of samples into a file of grades, and going on where it was broken off.

The file of grades is its own journal: it is written in the order of the samples, a batch of whole lines at a
time, so its length says how far the work got. Resuming cuts a torn last line, checks that what stands there
was made from these samples, skips as many samples as there are grades, and appends.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from verifiers.engine.pipeline import SampleIds, Study, Tally, chunked
from verifiers.errors import InputError, ProblemError
from verifiers.grading import Grade
from verifiers.records import LineWriter, parse_sample, problem_line, read_grades, read_lines, read_problems

if TYPE_CHECKING:
    from verifiers.engine.engine import Engine

_FLUSH_EVERY = 256  # grades
Observer = Callable[["Progress"], None]


@dataclass(slots=True)
class Progress:
    """How far grading a file got. `fraction` (of the file's bytes) is None where that is not known."""

    tally: Tally
    resumed: int = 0  # grades that were there before
    seconds: float = 0.0
    fraction: float | None = None


@dataclass(slots=True)
class _Meter:
    """Counts the bytes of the lines that pass."""

    total: int
    read: int = 0

    def through(self, lines: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        for number, line in lines:
            self.read += len(line)
            yield number, line


@dataclass(slots=True)
class _Journal:
    """What an earlier, broken-off run left."""

    grades: int = 0
    ids: SampleIds = field(default_factory=SampleIds)
    first: Grade | None = None
    last: Grade | None = None


def grade_file(
    engine: Engine,
    problems: Path,
    samples: Path,
    out: Path,
    *,
    resume: bool = False,
    overwrite: bool = False,
    observer: Observer | None = None,
) -> Progress:
    """Grade the samples of one file against the problems of another into `out`, in order.

    `resume` goes on where an earlier run stopped; without it (or `overwrite`) an `out` that holds anything is
    refused. `observer` is called after each batch of grades. Raises `InputError` with file, line and field;
    what was graded before the bad line is in `out`.
    """
    study = _read_study(problems)
    journal = _open_journal(out, samples, resume=resume, overwrite=overwrite)
    meter = _Meter(samples.stat().st_size if samples.suffix == ".jsonl" and samples.is_file() else 0)
    lines = meter.through(read_lines(samples))
    _skip(lines, journal, samples, out)
    first = next(lines, None)
    if first is None:
        if not journal.grades:
            raise InputError("is empty: one sample a line is expected", path=str(samples))
        return Progress(Tally(), resumed=journal.grades, fraction=1.0)
    begun = time.monotonic()
    run = engine.pipeline(study, journal.ids)
    progress = Progress(run.tally, resumed=journal.grades)
    with LineWriter(out, append=journal.grades > 0) as writer:
        try:
            for grade in run.run(chunked(itertools.chain([first], lines))):
                writer.write(grade.model_dump_json().encode())
                if run.tally.samples % _FLUSH_EVERY == 0:
                    writer.flush()
                    _report(progress, meter, begun, observer)
        except InputError as error:
            raise error if error.path else error.at(str(samples), error.line or 0) from None
    _report(progress, meter, begun, observer)
    return progress


def _report(progress: Progress, meter: _Meter, begun: float, observer: Observer | None) -> None:
    progress.seconds = time.monotonic() - begun
    progress.fraction = min(1.0, meter.read / meter.total) if meter.total else None
    if observer is not None:
        observer(progress)


def _read_study(path: Path) -> Study:
    problems = read_problems(path)
    try:
        return Study(problems.values())
    except ProblemError as error:
        line = problem_line(path, error.problem_id)
        raise (error.at(str(path), line) if line is not None else error) from None


def _open_journal(out: Path, samples: Path, *, resume: bool, overwrite: bool) -> _Journal:
    if not out.exists() or out.stat().st_size == 0:
        return _Journal()
    if out.samefile(samples) if samples.exists() else False:
        raise InputError("the grades would overwrite the samples; give another --out", path=str(out))
    if resume:
        if out.suffix != ".jsonl":
            raise InputError("only a plain .jsonl file of grades can be resumed", path=str(out))
        _cut_torn_line(out)
        return _read_journal(out)
    if not overwrite:
        raise InputError("already holds grades; --resume goes on with it, --overwrite starts anew", path=str(out))
    return _Journal()


def _cut_torn_line(path: Path) -> None:
    """Cut what follows the last line end: a line that was being written when the run was broken off."""
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        keep, step = end, 1 << 16
        while keep > 0:
            start = max(0, keep - step)
            file.seek(start)
            place = file.read(keep - start).rfind(b"\n")
            if place >= 0:
                keep = start + place + 1
                break
            keep = start
        file.truncate(keep)


def _read_journal(out: Path) -> _Journal:
    journal = _Journal()
    for grade in read_grades(out):
        journal.first = journal.first or grade
        journal.last = grade
        journal.grades += 1
        if journal.ids.assign(grade.problem_id, grade.model, grade.sample_id) is None:
            twice = f"sample {grade.sample_id!r} of problem {grade.problem_id!r} for the second time"
            raise InputError(f"grades {twice}: cannot be resumed", path=str(out), line=journal.grades)
    return journal


def _skip(lines: Iterator[tuple[int, bytes]], journal: _Journal, samples: Path, out: Path) -> None:
    """Pass over the samples that have their grades; the first and the last of them must be those graded."""
    for place in range(journal.grades):
        number, line = next(lines, (0, b""))
        if not number:
            message = f"holds {journal.grades} grades, but {samples} only {place} samples: made from another file"
            raise InputError(message, path=str(out))
        graded = journal.first if place == 0 else journal.last
        if place in (0, journal.grades - 1) and graded is not None:
            sample = parse_sample(line)
            if (sample.problem_id, sample.model) != (graded.problem_id, graded.model):
                message = (
                    f"grades a sample of problem {graded.problem_id!r}, but line {number} of {samples} is one of "
                    f"{sample.problem_id!r}: made from another file"
                )
                raise InputError(message, path=str(out), line=place + 1)
