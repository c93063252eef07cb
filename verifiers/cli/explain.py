"""`verify explain`: one mathematical answer, with every step from the response to the verdict."""

from __future__ import annotations

import json
from collections.abc import Iterator

from verifiers.cli.answer import EXIT_CODES, one_line
from verifiers.math.explanation import Explanation, Reading, explain
from verifiers.problem import MathProblem

_BEFORE = 60  # characters of the response that are shown around the answer
_AFTER = 30
_MOST_STEPS = 40


def run(problem: MathProblem, response: str, as_json: bool) -> int:
    """Explain, print, and return the exit code."""
    explained = explain(problem, response)
    shown = json.dumps(explained.as_dict()) if as_json else "\n".join(_lines(explained, response))
    print(shown)  # noqa: T201
    return EXIT_CODES.get(explained.verdict, 1)


def _lines(explained: Explanation, response: str) -> Iterator[str]:
    yield _row("verdict", explained.verdict.value)
    if explained.method:
        yield _row("decided by", explained.method)
    if explained.reason:
        yield _row("reason", one_line(explained.reason))
    if explained.answer is not None:
        yield _row("found as", explained.means)
        if explained.span is not None:
            yield _row("found at", f"characters {explained.span[0]} to {explained.span[1]} of the response")
            yield _row("in context", _marked(response, *explained.span))
        yield _row("canonical", one_line(explained.canonical))
    for reference in explained.references:
        yield _row("reference", one_line(reference, 2000))
    if explained.answer is not None and not explained.readings:
        yield _row("read as", "not read: the text alone decides, or it cannot be read")
    for reading in explained.readings:
        if len(explained.references) > 1:
            yield _row("against", one_line(reading.reference, 2000))
        yield from _reading_lines(reading)
    if explained.slow_lane is not None:
        yield _row("slow lane", f"asked; {explained.slow_lane.deadline:g} s a question")
        for reading in explained.slow_lane.readings:
            yield from _reading_lines(reading)
    yield _row("time", _seconds(explained.seconds))


def _reading_lines(reading: Reading) -> Iterator[str]:
    yield _row("read as", one_line(reading.answer, 2000))
    for step in reading.steps[:_MOST_STEPS]:
        yield f"  {step.name:<18}{_seconds(step.seconds):>10}  {one_line(step.outcome)}"
    if len(reading.steps) > _MOST_STEPS:
        yield f"  … and {len(reading.steps) - _MOST_STEPS} steps or more"
    yield f"  {'in all':<18}{_seconds(reading.seconds):>10}  {one_line(reading.outcome)}"


def _marked(response: str, start: int, end: int) -> str:
    before = ("…" if start > _BEFORE else "") + one_line(response[max(0, start - _BEFORE) : start])
    after = one_line(response[end : end + _AFTER]) + ("…" if end + _AFTER < len(response) else "")
    return f"{before}⟦{one_line(response[start:end])}⟧{after}"


def _row(name: str, value: str) -> str:
    return f"{name:<11}{value}"


def _seconds(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms"
