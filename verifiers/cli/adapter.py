"""`verify adapter`: the adapters there are, and where the file of each lies."""

from __future__ import annotations

import ast

from rich.console import Console
from rich.table import Table
from rich.text import Text

from verifiers.adapters.catalogue import ADAPTERS, adapter


def run(name: str | None, path: bool) -> None:
    """Without a name the list; with one what its file says of itself, or with `path` its path alone."""
    if name is None:
        Console().print(_list())
        return
    found = adapter(name)
    if path:
        print(found.path)  # noqa: T201
        return
    if not found.module:
        print(found.use)  # noqa: T201
        return
    told = ast.get_docstring(ast.parse(found.path.read_text(encoding="utf-8"))) or ""
    print(f"{found.path}\n\n{told}")  # noqa: T201


def _list() -> Table:
    table = Table("adapter", "kind", "version", "on_error", "use", box=None, pad_edge=False)
    for each in ADAPTERS.values():
        table.add_row(each.name, each.kind, each.version, each.on_error, Text(each.use, overflow="fold"))
    return table
