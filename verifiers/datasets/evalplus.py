"""EvalPlus (HumanEval+, MBPP+): many inputs for each task, and a solution that says what they must return.

Source (`HumanEvalPlus.jsonl.gz`, `MbppPlus.jsonl.gz` of evalplus), one task a line:

    {"task_id": "HumanEval/0", "prompt": "def f(x):\\n    ...", "entry_point": "f", "canonical_solution": "...",
     "base_input": [[1], [2]], "plus_input": [...], "contract": "...", "atol": 0}

The expected values are in none of the files: the solution is run on every input, behind walls, while importing. They
are compared by EvalPlus's rules: `==`, a tuple no list; where a float or a sequence of floats is expected, within
`atol` (1e-6 where it is 0) or a relative 1e-7. Of a large value that must be equal exactly, a digest is kept. An input
is a list of arguments. `contract`, which the inputs have been checked against, is not needed.

One task has a rule of its own: for `find_zero` any zero of the polynomial is right, so its tests are assertions.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verifiers.code.guest import codec
from verifiers.code.plain import digest_of, from_json, to_json
from verifiers.code.reference import ReferenceFailed, returned_values
from verifiers.datasets.humaneval import CANONICAL, samples
from verifiers.datasets.source import Row, rows
from verifiers.problem import AssertsTests, CallCase, CallsTests, CodeLimits, CodeProblem, Problem, Sample, Tolerance

_ABSOLUTE, _RELATIVE = 1e-6, 1e-7
_KEPT_BYTES = 1 << 15
_LIMITS = CodeLimits(wall_seconds=20.0, memory_mb=1024)
_ORACLES = {
    "find_zero": """\
def check(candidate):
    for (xs,) in INPUTS:
        zero = candidate(list(xs))
        assert type(zero) in (int, float)
        assert abs(sum(a * zero ** n for n, a in enumerate(xs))) <= ATOL
"""
}


def convert(
    source: Path, samples_path: Path | None = None, *, canonical: bool = False
) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """The tasks, and the completions of `samples_path` or, if `canonical`, the canonical solutions."""
    return problems(source), _samples(source, samples_path, canonical)


def problems(source: Path) -> Iterator[CodeProblem]:
    """One problem a task, by its `task_id`; runs the task's solution."""
    for row in rows(source):
        entry_point = row.get("entry_point", str)
        inputs = _inputs(row)
        oracle = _ORACLES.get(entry_point)
        tests = _asserts(row, oracle, inputs) if oracle is not None else _calls(row, entry_point, inputs)
        prompt = row.get("prompt", str)
        yield CodeProblem(id=row.get("task_id", str), prompt=prompt, tests=tests, limits=_LIMITS)


def _samples(source: Path, samples_path: Path | None, canonical: bool) -> Iterator[Sample]:
    for row in rows(source) if canonical else ():
        yield Sample(problem_id=row.get("task_id", str), response=_solution(row), model=CANONICAL)
    if samples_path is not None:
        known = {row.get("task_id", str) for row in rows(source)}
        yield from samples(samples_path, known, samples_path.name.partition(".")[0])


def _solution(row: Row) -> str:
    return row.get("canonical_solution", str)


def _inputs(row: Row) -> list[list[Any]]:
    found: list[list[Any]] = []
    for field in ("base_input", "plus_input"):
        given: Any = row.record.get(field, [])
        if given and (not isinstance(given, list) or not all(isinstance(each, list) for each in given)):
            raise row.error("must be a list of lists of arguments", field)
        found += given or []
    if not found:
        raise row.error("has no inputs", "base_input")
    return found


def _calls(row: Row, entry_point: str, inputs: list[list[Any]]) -> CallsTests:
    program = row.get("prompt", str) + _solution(row)
    try:
        expected = returned_values(program, entry_point, [tuple(map(from_json, args)) for args in inputs])
        returns = [to_json(_kept(value)) for value in expected]
    except (ReferenceFailed, ValueError) as error:
        raise row.error(str(error), "canonical_solution") from None
    bounds = Tolerance(absolute=_atol(row), relative=_RELATIVE)
    cases = [
        CallCase(args=args, returns=value, tolerance=bounds if _is_floats(came) else None)
        for args, value, came in zip(inputs, returns, expected)
    ]
    return CallsTests(type="calls", entry_point=entry_point, cases=cases, sequences="exact")


def _kept(value: Any) -> Any:
    """An expected value, or its digest where it is large and must be equal to the last bit."""
    size = len(codec.encode(value))
    return value if size <= _KEPT_BYTES or _is_floats(value) else digest_of(value, size)


def _atol(row: Row) -> float:
    given: Any = row.record.get("atol", 0)
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise row.error("must be a number", "atol")
    return float(given) or _ABSOLUTE


def _is_floats(value: Any) -> bool:
    """Whether a value, or every item of a sequence, is a float."""
    if type(value) in (list, tuple):
        return bool(value) and all(type(item) is float for item in value)
    return type(value) is float


def _asserts(row: Row, oracle: str, inputs: list[list[Any]]) -> AssertsTests:
    code = f"ATOL = {_atol(row)!r}\nINPUTS = {inputs!r}\n\n\n{oracle}"
    return AssertsTests(type="asserts", entry_point=row.get("entry_point", str), code=code)
