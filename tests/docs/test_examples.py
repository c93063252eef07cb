"""What the documentation shows is run, and does what it says (see `pages` for how examples are written)."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.docs.pages import ROOT, Block, blocks, commands, name, pages

RUN = {"python", "sh"}
SHOWN = {"text", "json", "toml", "yaml", "html", "dockerfile", "diff"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working directory, with the command `verify` of this very package."""
    tools = tmp_path / "bin"
    tools.mkdir()
    verify = tools / "verify"
    verify.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}${{PYTHONPATH:+:$PYTHONPATH}}" exec "{sys.executable}" -m verifiers "$@"\n'
    )
    verify.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("COLUMNS", "120")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    with mock.patch.dict(os.environ):  # examples may change it
        yield work


def examples(page: Path) -> list[Block]:
    return [block for block in blocks(page) if block.language in RUN or block.title]


@pytest.mark.parametrize("page", [page for page in pages() if examples(page)], ids=name)
def test_the_examples_of_a_page_do_what_they_say(page: Path, folder: Path) -> None:
    names: dict[str, Any] = {"__name__": "example"}
    shown = ""
    for block in blocks(page):
        if block.title:
            place = folder / block.title
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(block.text)
        if block.left_out is not None:
            shown = ""
        elif block.language == "sh":
            shown = "".join(run(block, command, code) for command, code in commands(block))
        elif block.language == "python":
            execute(block, names)
            shown = ""
        elif block.language == "text":
            if shown:
                assert squeezed(shown) == squeezed(block.text), f"{block.page}:{block.line}"
            shown = ""


def test_blocks_are_found_wherever_they_stand() -> None:
    page = ROOT / "docs" / "guides" / "reward.md"
    assert sum(block.language == "python" for block in blocks(page)) == page.read_text().count("```python")


def squeezed(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def run(block: Block, command: str, code: int) -> str:
    """Run one command of a shell block; what it prints."""
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=120, check=False)
    where = f"{block.page}:{block.line}: {command}"
    assert done.returncode == code, f"{where}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def execute(block: Block, names: dict[str, Any]) -> None:
    """Run a Python block; its remarks behind expressions must be what these give or print."""
    lines = block.text.splitlines()
    source = "\n" * block.line + block.text
    for statement in ast.parse(source, block.page).body:
        remark = lines[(statement.end_lineno or 0) - block.line - 1].rpartition("  # ")[2]
        remarked = "  # " in lines[(statement.end_lineno or 0) - block.line - 1]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            if not isinstance(statement, ast.Expr):
                exec(compile(ast.Module([statement], []), block.page, "exec"), names)  # our own text
                continue
            value = eval(compile(ast.Expression(statement.value), block.page, "eval"), names)  # our own text
        if remarked:
            got = printed.getvalue().strip() or (str(value) if isinstance(value, str) else repr(value))
            assert got in (remark, remark.strip("'\"")), f"{block.page}:{statement.lineno}: {got!r}, not {remark!r}"


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_block_says_what_it_is_and_what_is_left_out_says_why(page: Path) -> None:
    for block in blocks(page):
        where = f"{block.page}:{block.line}"
        assert block.language in RUN | SHOWN, f"{where}: a block in {block.language!r}"
        if block.left_out is not None:
            assert len(block.left_out) > 10, f"{where}: say why it is not run"
        elif block.language == "sh":
            called = [re.sub(r"^(\w+=\S* )*", "", command).split()[0] for command, _ in commands(block)]
            assert {*called} <= {"verify", "cat"}, f"{where}: only verify is run here, not {called}"


def rows_of_rules() -> list[tuple[str, str, str]]:
    """Reference, answer and verdict of every cell of the table of equalities in the rules of mathematics."""
    lines = (ROOT / "docs" / "rules" / "math.md").read_text().splitlines()
    start = lines.index("| reference | accepted | rejected |") + 2
    found = []
    for line in lines[start : lines.index("", start)]:
        reference, accepted, rejected = (re.findall(r"`([^`]+)`", cell) for cell in line.strip("|").split(" | "))
        found += [(reference[0], answer, "correct") for answer in accepted]
        found += [(reference[0], answer, "incorrect") for answer in rejected]
    return found


def test_the_table_of_equalities_is_what_the_grader_does() -> None:
    from verifiers import MathProblem, grade

    rows = rows_of_rules()
    assert len(rows) > 60
    for reference, answer, verdict in rows:
        given = grade(MathProblem(reference=reference), rf"\boxed{{{answer}}}")
        assert given.verdict == verdict, f"{answer} for {reference}: {given}"
