"""What the README shows works as it says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from verifiers.registry import parse_problem

README = (Path(__file__).parents[1] / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def test_the_python_example_runs_and_says_what_its_comments_say() -> None:
    (example,) = blocks("python")
    expected = re.findall(r"\.verdict  # '(\w+)'", example)
    shown: list[object] = []
    script = re.sub(r"(?m)^(grade\(.*\)\.verdict)  #.*$", r"shown.append(\1)", example)
    script = script.replace("print(", "shown.append(")
    exec(compile(script, "README.md", "exec"), {"shown": shown})  # our own text
    assert shown[:-1] == expected == ["correct", "incorrect", "no_answer"]
    assert shown[-1] == [1.0, 1.0]


@pytest.mark.parametrize("line", [line for text in blocks("json") for line in text.splitlines()])
def test_the_problems_shown_are_problems(line: str) -> None:
    assert parse_problem(json.loads(line)).id


def test_the_commands_shown_exist() -> None:
    from typer.main import get_command

    from verifiers.cli.app import app

    known = set(get_command(app).commands)  # type: ignore[attr-defined]  # a group has commands
    shown = {line.split()[1] for text in blocks("sh") for line in text.splitlines() if line.startswith("verify ")}
    assert shown <= known
    assert len(shown) >= 6
