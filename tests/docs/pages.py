"""The documentation's pages, read for their examples.

What a page shows is run from top to bottom, in a folder of its own:

- a block with a title (```json title="problems.jsonl") is written to a file of that name;
- `python` blocks share one namespace. A line `expression  # text` states what the expression's value looks like, and
  `print(…)  # text` what is printed;
- `sh` blocks are run command by command; `# exit 1` behind a command states its exit code (0 unless stated). A `text`
  block right behind one states what it prints.

A block is left out by a comment before it that gives the reason: `<!-- not run: needs a cluster -->`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_BLOCK = re.compile(
    r"(?:<!-- (?P<mark>not run:?)(?P<reason>.*?)-->\n+)?"
    r'^(?P<indent> *)(?P<fence>```+)(?P<language>\w*)(?: title="(?P<title>[^"]+)")?[^\n]*\n(?P<text>.*?)^ *(?P=fence)$',
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: `left_out` is the reason not to run it, None where there is no such mark."""

    page: str
    line: int
    language: str
    title: str | None
    text: str
    left_out: str | None


def pages() -> list[Path]:
    """Every page, the README among them."""
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def name(page: Path) -> str:
    """The page as a person names it."""
    return str(page.relative_to(ROOT))


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        yield Block(
            page=name(page),
            line=text.count("\n", 0, found.start("fence")) + 1,
            language=found["language"],
            title=found["title"],
            text=dedent(found["text"]),
            left_out=found["reason"].strip() if found["mark"] else None,
        )


def commands(block: Block) -> Iterator[tuple[str, int]]:
    """The commands of a shell block and the exit codes that it states."""
    for line in block.text.replace("\\\n", " ").splitlines():
        command, _, remark = line.partition("  #")
        if command.strip():
            stated = re.search(r"\bexit (\d+)", remark)
            yield command.strip(), int(stated[1]) if stated else 0
