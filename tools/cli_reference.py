"""Writes docs/reference/cli.md: the help of every command, as `verify … --help` prints it.

Usage: python -m tools.cli_reference    (a test fails while the page and the commands differ)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from verifiers.cli.app import app

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "cli.md"
_HEAD = """\
# Commands

<!-- written by `python -m tools.cli_reference`: change the help texts in verifiers/cli instead -->

Exit codes of all commands: 0 correct or all done, 1 incorrect, 2 usage or bad input, 3 the grader failed.
`python -m verifiers` is the same as `verify`. Completion of commands and options in your shell:
`verify --install-completion`; `verify --show-completion` prints the script without installing it.
"""


def page() -> str:
    """The text of the page."""
    sections = [f"## {' '.join(('verify', *words))}\n\n```text\n{_help(words)}\n```\n" for words in _commands()]
    return "\n".join([_HEAD, *sections])


def _commands(*words: str) -> Iterator[tuple[str, ...]]:
    """Every command as the words that call it, groups before their members."""
    yield words
    found = get_command(app)
    for word in words:
        assert isinstance(found, TyperGroup)
        found = found.commands[word]
    if isinstance(found, TyperGroup):
        for name in found.commands:
            yield from _commands(*words, name)


def _help(words: tuple[str, ...]) -> str:
    environment = {"COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1"}
    result = CliRunner().invoke(app, [*words, "--help"], prog_name="verify", env=environment, catch_exceptions=False)
    return "\n".join(line.rstrip() for line in result.output.strip().splitlines())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
