"""The report's tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifiers.study.findings import Report
from verifiers.study.tables import headlines, tables

if TYPE_CHECKING:
    from rich.table import Table


def terminal_tables(report: Report, *, full: bool = True) -> list[Table]:
    """One `rich` table for each table of `report`, or for its headlines; names and ids are no markup."""
    from rich.table import Table
    from rich.text import Text

    shown = []
    for table in tables(report) if full else headlines(report):
        rich_table = Table(title=Text(_printable(table.caption)), title_justify="left")
        for place, head in enumerate(table.heads):
            rich_table.add_column(Text(_printable(head)), justify="left" if place == 0 else "right", overflow="fold")
        for row in table.rows:
            rich_table.add_row(*(Text(_printable(cell)) for cell in row))
        shown.append(rich_table)
    return shown


def _printable(text: str) -> str:
    """`text` without the control characters that could steer a terminal: names come from files."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
