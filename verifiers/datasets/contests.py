"""What the data sets of programming contests share: test cases of programs and of functions, from their records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from verifiers.datasets.source import Row
from verifiers.problem import CallCase, CallsTests, CodeLimits, StdioCase, StdioTests

_WALL_LEAST, _WALL_MOST = 10.0, 3600.0


def json_in(row: Row, field: str) -> Any:
    """The JSON that the text of `field` holds; a field that is no text is taken as it is."""
    value = row.record.get(field)
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise row.error(f"is not JSON: {error}", field) from None


def printed_cases(row: Row, field: str, pairs: Sequence[tuple[Any, Any]]) -> StdioTests:
    """Tests of a whole program from pairs of what it reads and prints, each a text or a list of lines."""
    if not pairs:
        raise row.error("has no test cases", field)
    cases = [StdioCase(stdin=_text(row, field, given), stdout=_text(row, field, due)) for given, due in pairs]
    return StdioTests(type="stdio", cases=cases)


def _text(row: Row, field: str, value: Any) -> str:
    if isinstance(value, list) and all(isinstance(line, str | int | float) for line in value):
        return "\n".join(map(str, value)) + "\n"
    if isinstance(value, str):
        return value
    raise row.error(f"an input or output must be text or a list of lines, not {type(value).__name__}", field)


def called_cases(row: Row, field: str, name: str, pairs: Sequence[tuple[Any, Any]], *, method: bool) -> CallsTests:
    """Tests of the function `name`, of `class Solution` if `method`, from pairs of arguments and values."""
    if not name.isidentifier():
        raise row.error(f"{name!r} is not a function's name", field)
    if not pairs or not all(isinstance(args, list) for args, _ in pairs):
        raise row.error("must have test cases, with a list of arguments each", field)
    cases = [CallCase(args=args, returns=due) for args, due in pairs]
    return CallsTests(type="calls", entry_point=f"Solution.{name}" if method else name, cases=cases)


def limits(cases: int, case_seconds: float | None = None, memory_mb: int = 1024) -> CodeLimits:
    """Limits for a suite of `cases`, each with `case_seconds`."""
    wall = min(_WALL_MOST, max(_WALL_LEAST, cases * (case_seconds or 1.0)))
    return CodeLimits(wall_seconds=wall, case_seconds=case_seconds, memory_mb=memory_mb)
