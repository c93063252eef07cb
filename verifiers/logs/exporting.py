"""Grades with the problems and samples that they are of, in the order of the grades, for the writers of formats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from verifiers.engine.study import SampleIds
from verifiers.errors import InputError
from verifiers.logs import FORMATS
from verifiers.logs.entry import Graded
from verifiers.problem import Problem, Sample
from verifiers.records import parse_sample, read_grades, read_lines, read_problems


def export_grades(
    name: str,
    grades: Path,
    out: Path,
    *,
    problems: Path | None = None,
    samples: Path | None = None,
    model: str | None = None,
) -> int:
    """Write `grades` as the format `name`; returns how many.

    `problems`, `samples`: what was graded, for the fields that the grades do not have. `model`: only this one's.
    Raises `InputError` for a format that is not written, or grades that were made from other files.
    """
    found = FORMATS.get(name)
    if found is None or not found.writes:
        known = ", ".join(each.name for each in FORMATS.values() if each.writes)
        raise InputError(f"unknown format {name!r}; written are {known}")
    if out.exists() and any(
        each is not None and each.exists() and out.samefile(each) for each in (grades, problems, samples)
    ):
        raise InputError("would be overwritten by what is made from it; give another --out", path=str(out))
    known_problems = read_problems(problems) if problems is not None else {}

    def graded() -> Iterator[Graded]:
        for each in _joined(grades, samples):
            if model is None or each.grade.model == model:
                yield _with_problem(each, known_problems, problems)

    if next(graded(), None) is None:
        raise InputError(f"has no grades{f' of model {model!r}' if model is not None else ''}", path=str(grades))
    written: int = found.module.write(out, graded)
    return written


def _with_problem(graded: Graded, problems: dict[str, Problem], path: Path | None) -> Graded:
    if path is None:
        return graded
    problem = problems.get(graded.grade.problem_id)
    if problem is None:
        message = f"has no problem {graded.grade.problem_id!r}, of which there is a grade"
        raise InputError(message, path=str(path), field="id")
    return Graded(graded.grade, problem, graded.sample)


def _joined(grades: Path, samples: Path | None) -> Iterator[Graded]:
    """Each grade with its sample: the samples are in the order of the grades, which may be fewer."""
    if samples is None:
        yield from map(Graded, read_grades(grades))
        return
    coming = _samples(samples)
    for grade in read_grades(grades):
        wanted = (grade.problem_id, grade.model, grade.sample_id)
        sample = next((sample for key, sample in coming if key == wanted), None)
        if sample is None:
            message = (
                f"holds no sample {grade.sample_id!r} of problem {grade.problem_id!r} where {grades} has its grade"
            )
            raise InputError(f"{message}: the grades were made from another file", path=str(samples))
        yield Graded(grade, None, sample)


def _samples(path: Path) -> Iterator[tuple[tuple[str, str, int | str | None], Sample]]:
    ids = SampleIds()
    for number, line in read_lines(path):
        try:
            sample = parse_sample(line)
        except InputError as error:
            raise error.at(str(path), number) from None
        yield (sample.problem_id, sample.model, ids.assign(sample.problem_id, sample.model, sample.sample_id)), sample
