"""OpenRLHF: lines with a prompt, what was generated, its reward, and the label where one was kept.

    {"input": PROMPT, "output": "response", "reward": 1.0, "label": "42"}

`output` may hold several responses; `query` (prompt and response in one, as its reward functions get them) is read
where `prompt` says how far the prompt goes. Without a label, name the problems (`--problems`).
"""

from __future__ import annotations

from collections.abc import Iterator

from verifiers.datasets.source import Row
from verifiers.logs.columns import entries
from verifiers.logs.entry import Entry, LeftOut, Reading
from verifiers.logs.files import Head, records

_COLUMNS = {
    "prompt": ("input", "prompt"),
    "reference": ("label", "labels"),
    "response": ("output", "response"),
    "their_score": ("reward", "score"),
}


def fits(head: Head) -> bool:
    """Whether a file looks like OpenRLHF's."""
    asked = head.has("input", "output") and (head.has("reward") or head.has("label"))
    return head.shape == "lines" and (asked or head.has("query", "prompt", "label"))


def read(head: Head, reading: Reading) -> Iterator[Entry | LeftOut]:
    """One entry a response."""
    for row in records(head.path, head.shape):
        yield from entries(_cut(row), _COLUMNS, reading, "openrlhf/", carry=True)


def _cut(row: Row) -> Row:
    """A row with the response that stands behind the prompt in `query`, if that is how it comes."""
    query, prompt = row.record.get("query"), row.record.get("prompt")
    if not isinstance(query, str) or "output" in row.record:
        return row
    if not isinstance(prompt, str) or not query.startswith(prompt):
        raise row.error("must begin with the row's prompt, so that the response is what follows", "query")
    rest = {name: value for name, value in row.record.items() if name != "query"}
    return Row({**rest, "output": query[len(prompt) :]}, row.path, row.line)
