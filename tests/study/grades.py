"""Grades made up for the tests of the study."""

from collections.abc import Iterator

from verifiers.grading import Grade
from verifiers.verdict import Verdict


def made_grade(problem_id: str, sample_id: int | str, verdict: str = "correct", model: str = "", **rest) -> Grade:
    value = Verdict(verdict)
    return Grade(
        problem_id=problem_id,
        sample_id=sample_id,
        model=model,
        kind="math",
        verdict=value,
        score=value.default_score,
        **rest,
    )


def made_grades(counts: dict[str, tuple[int, int]], model: str = "") -> Iterator[Grade]:
    """`counts`: n and c of each problem."""
    for problem_id, (n, c) in counts.items():
        for place in range(n):
            yield made_grade(problem_id, place, "correct" if place < c else "incorrect", model)
