"""LiveCodeBench: contest problems, with whole programs or functions of `class Solution` to write.

Source (`test*.jsonl` of livecodebench/code_generation_lite), one problem a line:

    {"question_id": "abc301_a", "question_content": "...", "starter_code": "", "metadata": "{\\"func_name\\": ...}",
     "public_test_cases": "[{\\"input\\": ..., \\"output\\": ..., \\"testtype\\": \\"stdin\\"}]",
     "private_test_cases": the same, or a base64 text of a zlib stream of a pickle of that text}

The pickle is never run: only one that holds a plain text is read (`pickled_text`). A functional case has its arguments
as JSON, one a line.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verifiers.datasets.contests import called_cases, json_in, limits, printed_cases
from verifiers.datasets.pickled_text import NotText, inflate, read_text
from verifiers.datasets.source import Row, rows
from verifiers.problem import CallsTests, CodeProblem, Problem, Sample, StdioTests

_CASE_SECONDS = 6.0


def convert(source: Path, samples_path: Path | None = None) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """The problems; LiveCodeBench has no solutions of its own."""
    return problems(source), iter(())


def problems(source: Path) -> Iterator[CodeProblem]:
    """One problem a line, by its `question_id`, with public and private test cases."""
    for row in rows(source):
        cases = [*_cases(row, "public_test_cases"), *_cases(row, "private_test_cases")]
        prompt = row.get("question_content", str)
        starter = row.record.get("starter_code") or ""
        if starter:
            prompt += f"\n\n```python\n{starter}\n```"
        tests = _tests(row, cases)
        yield CodeProblem(
            id=f"lcb/{row.get('question_id', str)}",
            prompt=prompt,
            tests=tests,
            limits=limits(len(cases), _CASE_SECONDS),
        )


def _tests(row: Row, cases: list[dict[str, Any]]) -> StdioTests | CallsTests:
    kinds = {case.get("testtype") for case in cases}
    if kinds == {"stdin"}:
        pairs = [(case.get("input"), case.get("output")) for case in cases]
        return printed_cases(row, "public_test_cases", pairs)
    if kinds == {"functional"}:
        metadata = json_in(row, "metadata")
        name = metadata.get("func_name") if isinstance(metadata, dict) else None
        if not isinstance(name, str):
            raise row.error("must name the function of functional tests as 'func_name'", "metadata")
        pairs = [(_arguments(row, case.get("input")), _value(row, case.get("output"))) for case in cases]
        return called_cases(row, "public_test_cases", name, pairs, method=True)
    raise row.error(f"'testtype' must be 'stdin' or 'functional' throughout, not {kinds or 'nothing'}", "testtype")


def _arguments(row: Row, text: Any) -> list[Any]:
    return [_value(row, line) for line in str(text).split("\n") if line.strip()]


def _value(row: Row, text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise row.error(f"a functional case must hold JSON: {error}", "public_test_cases") from None


def _cases(row: Row, field: str) -> list[dict[str, Any]]:
    value = row.record.get(field)
    if isinstance(value, str) and value and not value.lstrip().startswith("["):
        value = _unpacked(row, field, value)
    elif isinstance(value, str) and value:
        value = json_in(row, field)
    cases = value or []
    if not isinstance(cases, list) or not all(isinstance(case, dict) for case in cases):
        raise row.error("must be a list of test cases", field)
    return cases


def _unpacked(row: Row, field: str, text: str) -> Any:
    try:
        return json.loads(read_text(inflate(base64.b64decode(text, validate=True))))
    except (NotText, binascii.Error, ValueError, RecursionError) as error:
        raise row.error(f"is neither JSON nor a packed text of it: {error}", field) from None
