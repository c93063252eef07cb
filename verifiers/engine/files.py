"""Grading a file of samples into a file of grades, and going on where it was broken off.

The file of grades is its own journal: it is written in the order of the samples, a batch of whole lines at a
time, so its length says how far the work got. Resuming cuts a torn last line, checks that what stands there
was made from these samples, skips as many samples as there are grades, and appends.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from verifiers.engine.checks import Checks
from verifiers.engine.pipeline import Tally
from verifiers.engine.sources import SampleFile, empty
from verifiers.engine.study import SampleIds, Study
from verifiers.errors import InputError, ProblemError
from verifiers.grading import Grade
from verifiers.records import LineWriter, parse_sample, problem_line, read_grades, read_problems
from verifiers.verdict import Verdict

if TYPE_CHECKING:
    from verifiers.engine.engine import Engine

Observer = Callable[["Progress"], None]


@dataclass(slots=True)
class Progress:
    """How far grading a file got. `fraction` (of the file's bytes) is None where that is not known."""

    tally: Tally
    resumed: int = 0  # grades that were there before
    seconds: float = 0.0
    fraction: float | None = None
    findings: Checks | None = None  # what is odd about the samples, once they have all been seen


@dataclass(slots=True)
class Journal:
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
    limit: int | None = None,
    only: Collection[Verdict] | None = None,
    observer: Observer | None = None,
) -> Progress:
    """Grade the samples of one file against the problems of another into `out`, in order.

    `resume` goes on where an earlier run stopped; without it (or `overwrite`) an `out` that holds anything is
    refused. `limit`: only the first samples. `only`: write no grades but those with these verdicts; such a file cannot
    be resumed. `observer` is called after each batch of grades. Raises `InputError` with file, line and field;
    what was graded before the bad line is in `out`.
    """
    if only is not None and resume:
        raise InputError("a file of selected grades does not say how far it got: it cannot be resumed", path=str(out))
    study = read_study(problems)
    journal = open_journal(out, samples, resume=resume, overwrite=overwrite)
    with SampleFile(samples) as source:
        _skip(source, journal, out)
        line = source.line
        stretches = source.stretches(None if limit is None else limit - journal.grades)
        first = next(stretches, None)
        if first is None:
            if not journal.grades and limit != 0:
                raise empty(samples)
            return Progress(Tally(), resumed=journal.grades, fraction=1.0)
        run = engine.pipeline(study, journal.ids)
        progress = Progress(run.tally, resumed=journal.grades)
        begun = time.monotonic()
        with LineWriter(out, append=journal.grades > 0) as writer:
            try:
                for batch in run.run(itertools.chain([first], stretches), line):
                    writer.write_lines(batch.lines(only))
                    writer.flush()
                    progress.seconds = time.monotonic() - begun
                    progress.fraction = source.fraction
                    if observer is not None:
                        observer(progress)
            except InputError as error:
                raise error if error.path else error.at(str(samples), error.line or 0) from None
    if not run.tally.samples and not journal.grades:
        raise empty(samples)
    progress.findings = run.checks
    return progress


def read_study(path: Path) -> Study:
    """The problems of `path`, prepared; raises `InputError` with the line of the first bad one."""
    problems = read_problems(path)
    try:
        return Study(problems.values())
    except ProblemError as error:
        line = problem_line(path, error.problem_id)
        raise (error.at(str(path), line) if line is not None else error) from None


def open_journal(out: Path, samples: Path, *, resume: bool, overwrite: bool) -> Journal:
    """What `out` holds already, its torn last line cut; raises `InputError` where it must not be written to."""
    if not out.exists() or out.stat().st_size == 0:
        return Journal()
    if out.samefile(samples) if samples.exists() else False:
        raise InputError("the grades would overwrite the samples; give another --out", path=str(out))
    if resume:
        if out.suffix != ".jsonl":
            raise InputError("only a plain .jsonl file of grades can be resumed", path=str(out))
        _cut_torn_line(out)
        return _read_journal(out)
    if not overwrite:
        raise InputError("already holds grades; --resume goes on with it, --overwrite starts anew", path=str(out))
    return Journal()


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


def _read_journal(out: Path) -> Journal:
    journal = Journal()
    for grade in read_grades(out):
        journal.first = journal.first or grade
        journal.last = grade
        journal.grades += 1
        if journal.ids.assign(grade.problem_id, grade.model, grade.sample_id) is None:
            twice = f"sample {grade.sample_id!r} of problem {grade.problem_id!r} for the second time"
            raise InputError(f"grades {twice}: cannot be resumed", path=str(out), line=journal.grades)
    return journal


def _skip(source: SampleFile, journal: Journal, out: Path) -> None:
    """Pass over the samples that have their grades; the first and the last of them must be those graded."""
    graded = [grade for grade in (journal.first, journal.last)[: journal.grades] if grade is not None]
    passed = list(source.skip(journal.grades))
    if len(passed) < len(graded):
        message = f"holds {journal.grades} grades, but {source.path} has fewer samples: made from another file"
        raise InputError(message, path=str(out))
    for grade, (number, line), place in zip(graded, passed, (1, journal.grades)):
        sample = parse_sample(line)
        if (sample.problem_id, sample.model) != (grade.problem_id, grade.model):
            message = (
                f"grades a sample of problem {grade.problem_id!r}, but line {number} of {source.path} is one of "
                f"{sample.problem_id!r}: made from another file"
            )
            raise InputError(message, path=str(out), line=place)
