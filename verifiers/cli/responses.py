"""The texts of chosen samples, found again in the files that they were graded from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from verifiers.errors import InputError
from verifiers.records import parse_sample, read_lines

SampleKey = tuple[str, str, int | str]
"""Model, problem_id and sample_id."""


def find_responses(paths: Sequence[Path], wanted: Collection[SampleKey]) -> dict[SampleKey, str]:
    """The responses of `wanted` samples; those that no file holds are left out.

    As in grading, a sample without an id has its place among its problem's and model's samples; as in a report, a
    model without a name is called after its file where several are given.
    """
    found: dict[SampleKey, str] = {}
    places: Counter[tuple[str, str]] = Counter()
    needed = set(wanted)
    for path in paths:
        for number, line in read_lines(path):
            try:
                sample = parse_sample(line)
            except InputError as error:
                raise error.at(str(path), number) from None
            model = sample.model or (path.stem if len(paths) > 1 else "")
            place = places[model, sample.problem_id]
            places[model, sample.problem_id] += 1
            key = model, sample.problem_id, place if sample.sample_id is None else sample.sample_id
            if key in needed:
                found[key] = sample.response
    return found
