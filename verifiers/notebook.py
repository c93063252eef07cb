"""How problems, grades and reports show themselves in a notebook: small tables of escaped HTML.

A notebook asks an object for `_repr_html_`; nothing of a notebook is imported. Everything shown is text: what a problem
or a response says is escaped here and never becomes markup. Long texts are cut, since outputs are kept in the notebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

_LONGEST = 400
_MOST_ROWS = 60


def fields(title: str, rows: Mapping[str, object]) -> str:
    """A table of two columns: names, and what they are; empty ones are left out."""
    shown = [(name, value) for name, value in rows.items() if value not in (None, "", (), [], {})]
    return table(title, (), shown)


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with a caption; the first cell of each row is its name."""
    lines = list(rows)
    parts = [f"<table><caption>{_text(title)}</caption>"]
    if heads:
        parts.append("<thead><tr>" + "".join(f"<th>{_text(head)}</th>" for head in heads) + "</tr></thead>")
    parts.append("<tbody>")
    for name, *cells in lines[:_MOST_ROWS]:
        parts.append(f"<tr><th>{_text(name)}</th>" + "".join(f"<td>{_text(cell)}</td>" for cell in cells) + "</tr>")
    if len(lines) > _MOST_ROWS:
        parts.append(f"<tr><th>… and {len(lines) - _MOST_ROWS} more</th></tr>")
    return "".join([*parts, "</tbody></table>"])


class Brief:
    """Something whose whole representation would be too long to read."""

    def __init__(self, whole: str) -> None:
        self._told = shortened(whole)

    def __repr__(self) -> str:
        return self._told


def brief(value: object) -> object:
    """`value`, or what stands in for it where its representation is long."""
    if isinstance(value, str):
        return shortened(value)
    told = repr(value)
    return value if len(told) <= _LONGEST else Brief(told)


def shortened(text: str) -> str:
    """`text` with its middle left out where it is long."""
    if len(text) <= _LONGEST:
        return text
    half = (_LONGEST - 3) // 2
    return f"{text[:half]} … {text[len(text) - half :]}"


def _text(value: object) -> str:
    return escape(shortened(str(value)), quote=True).replace("\n", "<br>")
