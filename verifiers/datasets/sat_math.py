r"""SAT mathematics (AGIEval): 32 problems with four options.

Source, one a line; the options are one text, each behind its letter:

    test.jsonl    {"id": "0", "question": "...", "options": "A) $f(-6)=0$ B) $f(6)=-6$ C) ... D) ...", "Answer": "A"}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import ascii_uppercase

from verifiers.datasets.source import Row, rows
from verifiers.problem import ChoiceProblem, Problem, Sample


def convert(source: Path, samples_path: Path | None = None) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """The problems of `source`; there are no samples."""
    return problems(source), iter(())


def problems(source: Path) -> Iterator[ChoiceProblem]:
    """One problem a line: `sat_math/0`, `sat_math/1`, ..."""
    for row in rows(source):
        texts = _options(row)
        answer = row.get("Answer", str)
        if answer not in ascii_uppercase[: len(texts)] or len(answer) != 1:
            raise row.error(f"{answer!r} is not the letter of one of the {len(texts)} options", "Answer")
        problem_id = f"sat_math/{row.get('id', str)}"
        yield ChoiceProblem(id=problem_id, prompt=row.get("question", str), choices=texts, reference=answer)


def _options(row: Row) -> list[str]:
    """The texts behind `A)`, `B)`, ... in order; a letter out of order belongs to a text."""
    written = row.get("options", str)
    texts: list[str] = []
    start = -1
    for letter in ascii_uppercase:
        mark = re.compile(rf"(?:^|(?<=\s)){letter}[).]\s*").search(written, max(start, 0))
        if mark is None:
            break
        if start >= 0:
            texts.append(written[start : mark.start()].strip())
        start = mark.end()
    if start < 0:
        raise row.error("must have each option behind its letter: A) ... B) ...", "options")
    return [*texts, written[start:].strip()]
