"""The forms in which data sets write the tests of a program, read as ours.

- ours, an object with `type`;
- verl, PRIME, APPS: `{"inputs": [...], "outputs": [...]}`, with `fn_name` for calls, or `{"assert_case": [...]}`;
- open-instruct: a list of statements that assert, or of `{"input", "output"}`.

Each may be JSON as text. Statements are parsed here, never run.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

from verifiers.errors import ProblemError

_BUILT_IN = frozenset(dir(builtins))
_FORMS = frozenset({"type", "inputs", "assert_case"})


def tests_in(row: Mapping[str, Any], name: str, reference: Any) -> Any:
    """The tests that a row states, or None where it states none; `name` is the field of its `reference`."""
    if "tests" in row:
        tests = unpacked(row["tests"])
        return tests if isinstance(tests, dict) and "type" in tests else _other_tests(tests, "tests")
    stated = unpacked(reference)
    if row.get("kind") == "code" or (isinstance(stated, dict) and _FORMS & stated.keys()):
        return stated if isinstance(stated, dict) and "type" in stated else _other_tests(stated, name)
    if row.get("kind") is None and isinstance(stated, list) and stated and _are_tests(stated):
        return _other_tests(stated, name)
    return None


def _are_tests(cases: list[Any]) -> bool:
    return all(isinstance(case, str) and case.lstrip().startswith("assert ") for case in cases) or all(
        isinstance(case, dict) and {"input", "output"} <= case.keys() for case in cases
    )


def _other_tests(tests: Any, field: str) -> dict[str, Any]:
    """Tests in another form than ours; raises `ProblemError`."""
    if isinstance(tests, list):
        tests = {"assert_case": tests} if tests and isinstance(tests[0], str) else _paired(tests, field)
    if not isinstance(tests, dict):
        raise ProblemError(
            "must be tests: an object with 'type', 'inputs' and 'outputs', or 'assert_case'", field=field
        )
    if isinstance(tests.get("assert_case"), list):
        return _asserts(tests["assert_case"], field)
    inputs, outputs = tests.get("inputs"), tests.get("outputs")
    if not isinstance(inputs, list) or not isinstance(outputs, list) or not inputs or len(inputs) != len(outputs):
        raise ProblemError("must have test cases, as many 'outputs' as 'inputs'", field=field)
    if tests.get("fn_name"):
        return _calls(str(tests["fn_name"]), inputs, outputs, field)
    cases = [{"stdin": _lines(given), "stdout": _lines(due)} for given, due in zip(inputs, outputs)]
    return {"type": "stdio", "cases": cases}


def _paired(cases: list[Any], field: str) -> dict[str, Any]:
    if not all(isinstance(case, dict) and {"input", "output"} <= case.keys() for case in cases):
        raise ProblemError("must be a list of asserts, or of objects with 'input' and 'output'", field=field)
    return {"inputs": [case["input"] for case in cases], "outputs": [case["output"] for case in cases]}


def _lines(value: Any) -> Any:
    return "\n".join(map(str, value)) + "\n" if isinstance(value, list) else value


def _calls(name: str, inputs: list[Any], outputs: list[Any], field: str) -> dict[str, Any]:
    """Calls of a function: each input a list of arguments, or a text with one argument in JSON on each line."""
    wrapped = all(isinstance(due, list) and len(due) == 1 for due in outputs)  # as APPS writes them
    cases = []
    for given, due in zip(inputs, outputs):
        if isinstance(given, str):
            args = [_value(line, field) for line in given.split("\n") if line.strip()]
            cases.append({"args": args, "returns": _value(due, field) if isinstance(due, str) else due})
        else:
            cases.append({"args": given, "returns": due[0] if wrapped else due})
    return {"type": "calls", "entry_point": name, "cases": cases}


def _value(text: str, field: str) -> Any:
    try:
        return from_json(text)
    except ValueError as error:
        raise ProblemError(f"an argument or value of a call must be JSON: {error}", field=field) from None


def _asserts(statements: list[Any], field: str) -> dict[str, Any]:
    """Statements that assert; the function under test is the first that one of them calls and none defines."""
    code = "\n".join(map(str, statements))
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ProblemError(f"must be Python statements: {error}", field=field) from None
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for asserted in (node for node in ast.walk(tree) if isinstance(node, ast.Assert)):
        called = [node.func for node in ast.walk(asserted) if isinstance(node, ast.Call)]
        for function in called:
            if isinstance(function, ast.Name) and function.id not in own | _BUILT_IN:
                return {"type": "asserts", "entry_point": function.id, "code": code + "\n"}
    raise ProblemError("must call the function under test in an assert", field=field)


def unpacked(value: Any) -> Any:
    """The JSON object or list that a text holds; any other value as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            found = from_json(value)
        except ValueError:
            return value
        return found if isinstance(found, dict | list) else value
    return value
