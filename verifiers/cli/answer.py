"""`verify math|code|choice`: one answer, graded in this process and explained on the terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from verifiers.errors import InputError
from verifiers.grading import Grade, grade
from verifiers.problem import MathProblem, Problem
from verifiers.records import parse_object, read_jsonl
from verifiers.registry import parse_problem
from verifiers.verdict import Verdict

EXIT_CODES = {Verdict.CORRECT: 0, Verdict.ERROR: 3}


def response_text(text: str | None, file: Path | None) -> str:
    """The response, from the one option that was given."""
    if (text is None) == (file is None):
        raise InputError("give the response by exactly one of --response and --response-file")
    if text is not None:
        return text
    assert file is not None
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=str(file)) from None
    return data.decode("utf-8", "replace")


def math_problem(reference: str, policy: str | None, prompt: str | None = None) -> MathProblem:
    """The math problem that the options state."""
    record: dict[str, Any] = {"kind": "math", "reference": reference, "prompt": prompt}
    if policy is not None:
        record["policy"] = parse_policy(policy)
    problem = parse_problem(record)
    assert isinstance(problem, MathProblem)
    return problem


def parse_policy(policy: str) -> dict[str, Any]:
    """The fields of a policy that `--policy` states: the name of a preset, or JSON."""
    try:
        return {"preset": policy} if policy.isidentifier() else parse_object(policy.encode())
    except InputError as error:
        raise InputError(f"--policy {error.message}") from None


def code_problem(
    file: Path | None,
    problem_id: str | None,
    entry_point: str | None,
    asserts: str | None,
    stdin: str | None,
    stdout: str | None,
    language: str = "python",
) -> Problem:
    """The problem of programs that the options state, or that stands in a file."""
    ways = [file is not None, asserts is not None, stdout is not None]
    if sum(ways) != 1:
        raise InputError("say what to test by exactly one of --problem, --asserts and --stdout")
    if file is not None:
        return _problem_from_file(file, problem_id)
    tests: dict[str, Any]
    if asserts is not None:
        if entry_point is None:
            raise InputError("--asserts needs --entry-point, the function that the asserts call")
        tests = {"type": "asserts", "entry_point": entry_point, "code": asserts}
    else:
        tests = {"type": "stdio", "cases": [{"stdin": stdin or "", "stdout": stdout}]}
    return parse_problem({"kind": "code", "language": language, "tests": tests})


def _problem_from_file(file: Path, problem_id: str | None) -> Problem:
    for number, record in read_jsonl(file):
        if problem_id is None or record.get("id") == problem_id:
            try:
                return parse_problem(record)
            except InputError as error:
                raise error.at(str(file), number) from None
    wanted = "is empty" if problem_id is None else f"holds no problem with the id {problem_id!r}"
    raise InputError(wanted, path=str(file))


def choice_problem(reference: str, options: list[str] | None) -> Problem:
    """The multiple-choice problem that the options state."""
    return parse_problem({"kind": "choice", "reference": reference, "choices": options or None})


def grade_one(problem: Problem, response: str, as_json: bool) -> int:
    """Grade, print, and return the exit code."""
    decided = grade(problem, response)
    print(decided.model_dump_json() if as_json else _in_words(decided))  # noqa: T201
    return EXIT_CODES.get(decided.verdict, 1)


def _in_words(decided: Grade) -> str:
    rows = [("verdict", decided.verdict.value)]
    if decided.answer is not None:
        rows.append(("answer", one_line(decided.answer)))
    if decided.span is not None:
        rows.append(("found at", f"characters {decided.span[0]} to {decided.span[1]} of the response"))
    if decided.method:
        rows.append(("decided by", decided.method))
    if decided.reason:
        rows.append(("reason", one_line(decided.reason)))
    if decided.tests is not None:
        rows.append(("tests", f"{decided.tests.get('passed')} of {decided.tests.get('total')} passed"))
    if decided.isolation is not None:
        rows.append(("isolation", json.dumps(decided.isolation)))
    return "\n".join(f"{name:<11}{value}" for name, value in rows)


def one_line(text: str, most: int = 300) -> str:
    """`text` on one line, its control characters escaped: a response must not drive the terminal."""
    shown = "".join(char if char.isprintable() else repr(char)[1:-1] for char in text[: most + 1])
    return shown if len(text) <= most else shown[:most] + " …"
