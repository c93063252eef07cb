"""APPS and TACO: programming problems with whole programs or functions to write.

Source (`test.jsonl` of codeparrot/apps, `.jsonl` or `.parquet` of BAAI/TACO), one problem a line:

    {"problem_id": 0, "question": "...", "starter_code": "", "solutions": "[\\"...\\"]",
     "input_output": "{\\"inputs\\": [...], \\"outputs\\": [...], \\"fn_name\\": \\"f\\"}"}

With `fn_name` an input is a list of arguments, and where every output is a list of one item, that item is what must be
returned: so these data sets wrap them. `class Solution` holds the function where the starter code has it. Without it
an input is what the program reads, as text or as a list of lines. A problem without test cases is left out, as
many of APPS are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verifiers.datasets.contests import called_cases, json_in, limits, printed_cases
from verifiers.datasets.humaneval import CANONICAL
from verifiers.datasets.source import Row, rows
from verifiers.problem import CodeProblem, Problem, Sample


def convert(
    source: Path, samples_path: Path | None = None, *, canonical: bool = False
) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """The problems, and the data set's own solutions if `canonical`."""
    return problems(source), _samples(source, canonical)


def problems(source: Path) -> Iterator[CodeProblem]:
    """One problem a line that has test cases: `apps/0`, or the number of the line where there is no id."""
    for row in rows(source):
        tests = json_in(row, "input_output")
        if not tests:
            continue
        if not isinstance(tests, dict):
            raise row.error("must be an object with 'inputs' and 'outputs'", "input_output")
        inputs, outputs = tests.get("inputs"), tests.get("outputs")
        if not isinstance(inputs, list) or not isinstance(outputs, list) or len(inputs) != len(outputs):
            raise row.error("must have as many 'outputs' as 'inputs'", "input_output")
        if not inputs:
            continue
        yield _problem(row, tests.get("fn_name"), inputs, outputs)


def _problem(row: Row, name: Any, inputs: list[Any], outputs: list[Any]) -> CodeProblem:
    prompt = row.get("question", str)
    starter = row.record.get("starter_code") or ""
    if starter:
        prompt += f"\n\n```python\n{starter}\n```"
    if name:
        if all(isinstance(output, list) and len(output) == 1 for output in outputs):
            outputs = [output[0] for output in outputs]
        method = "class Solution" in starter
        tests: Any = called_cases(row, "input_output", str(name), list(zip(inputs, outputs)), method=method)
    else:
        tests = printed_cases(row, "input_output", list(zip(inputs, outputs)))
    return CodeProblem(id=_id(row), prompt=prompt, tests=tests, limits=limits(len(inputs)))


def _id(row: Row) -> str:
    return f"apps/{row.record.get('problem_id', row.record.get('id', row.line))}"


def _samples(source: Path, canonical: bool) -> Iterator[Sample]:
    for row in rows(source) if canonical else ():
        if not json_in(row, "input_output"):
            continue
        for solution in json_in(row, "solutions") or ():
            yield Sample(problem_id=_id(row), response=f"```python\n{solution}\n```", model=CANONICAL)
