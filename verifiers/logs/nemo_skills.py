"""NeMo-Skills: `output-rs{SEED}.jsonl` (or `output.jsonl`), one generation a line; a file a seed.

    {"problem": "…", "generation": "…", "expected_answer": "42", "predicted_answer": "42", "symbolic_correct": true,
     "judgement": "Judgement: Yes", …}

Problems have no name: they are told apart by their text and answer. Their score is `symbolic_correct`.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifiers.logs.columns import entries
from verifiers.logs.entry import Entry, LeftOut, Reading
from verifiers.logs.files import Head, records

_COLUMNS = {
    "prompt": ("problem", "question"),
    "reference": ("expected_answer",),
    "response": ("generation",),
    "their_score": ("symbolic_correct",),
    "their_answer": ("predicted_answer",),
}


def fits(head: Head) -> bool:
    """Whether a file is one of NeMo-Skills."""
    return head.shape == "lines" and head.has("generation", "expected_answer")


def read(head: Head, reading: Reading) -> Iterator[Entry | LeftOut]:
    """One entry a generation; the judge's words travel along."""
    for row in records(head.path, head.shape):
        yield from entries(row, _COLUMNS, reading, "nemo_skills/", carry=True)
