"""Grading again the samples of a file that got certain verdicts: `error`, say, once its cause has been removed.

The grades and the samples are read side by side; the samples in question go through an ordinary run, each under the id
that it has in the grades; and a new file, the old lines with the new ones in their places, takes the old one's name
when it is complete. Until then nothing is changed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from pydantic_core import to_json

from verifiers.engine.files import Observer, Progress, read_study
from verifiers.engine.sources import of_lines
from verifiers.errors import InputError
from verifiers.grading import Grade
from verifiers.records import LineWriter, parse_object, parse_sample, read_lines
from verifiers.verdict import Verdict

if TYPE_CHECKING:
    from verifiers.engine.engine import Engine


def regrade_file(
    engine: Engine,
    problems: Path,
    samples: Path,
    out: Path,
    verdicts: Collection[Verdict],
    *,
    observer: Observer | None = None,
) -> Progress:
    """Grade again those of `samples` whose grades in `out` have any of `verdicts`; the other lines stay as they are.

    Raises `InputError` where `out` was not made from `samples`; it is as it was then.
    """
    study = read_study(problems)
    run = engine.pipeline(study)
    progress = Progress(run.tally)
    begun = time.monotonic()
    pairs = _pairs(samples, out)
    renewed = (
        line
        for batch in run.run(of_lines(_with_id(line, grade) for line, grade, _ in pairs if grade.verdict in verdicts))
        for line in batch.lines().splitlines()
    )
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial{out.suffix}")
    try:
        with LineWriter(partial) as writer:
            for _, grade, old in _pairs(samples, out):
                if grade.verdict not in verdicts:
                    writer.write(old)
                    progress.resumed += 1
                    continue
                writer.write(next(renewed))
                progress.seconds = time.monotonic() - begun
                if observer is not None:
                    observer(progress)
            for _ in renewed:
                raise InputError("changed while it was being graded again", path=str(out))
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return progress


def _pairs(samples: Path, out: Path) -> Iterator[tuple[bytes, Grade, bytes]]:
    """Each sample's line with its grade and the grade's line."""
    lines = read_lines(samples)
    for number, old in read_lines(out):
        _, line = next(lines, (0, b""))
        try:
            grade = Grade.model_validate(parse_object(old))
        except (InputError, ValidationError):
            raise InputError("is not a grade", path=str(out), line=number) from None
        if not line:
            raise InputError(f"has more grades than {samples} has samples: made from another file", path=str(out))
        sample = parse_sample(line)
        given = grade.sample_id if sample.sample_id is None else sample.sample_id
        if (sample.problem_id, sample.model, given) != (grade.problem_id, grade.model, grade.sample_id):
            message = f"grades another sample than the one in its place in {samples}: made from another file"
            raise InputError(message, path=str(out), line=number)
        yield line, grade, old.rstrip(b"\r\n")


def _with_id(line: bytes, grade: Grade) -> bytes:
    """A sample's line with the id that it has in the grades: its place tells it no more when others are left out."""
    return to_json({**parse_object(line), "sample_id": grade.sample_id})
