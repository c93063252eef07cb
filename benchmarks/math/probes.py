"""Probes from a Markdown file of tables: does each get the verdict that its row wants?

    python -m benchmarks.math.probes --probes FILE [--out FILE]

Every table with the columns `gold`, `prediction` and `want` is read, under the heading it stands below. A
prediction is a code span; one in quotes is a string literal with escapes. Rows whose text was cut for display
("... [122 chars]") are counted and skipped, as are rows without a plain wish.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verifiers import InputError, MathProblem, grade

_CUT = re.compile(r"\.\.\. ?\[\d+ chars\]")
_CELL = re.compile(r"(?<!\\)\|")
_SPAN = re.compile(r"^(`+) ?(.*?) ?\1$", re.DOTALL)
_WISHES = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Probe:
    """One row; `want` says whether the prediction is to be accepted."""

    section: str
    case: str
    gold: str
    prediction: str
    want: bool


def read(text: str) -> tuple[list[Probe], int]:
    """The probes of a Markdown text, and how many rows were skipped."""
    probes, skipped = [], 0
    for section, row in _rows(text):
        if not {"gold", "prediction", "want"} <= row.keys():
            continue
        gold, prediction = _literal(row["gold"]), _literal(row["prediction"])
        want = _WISHES.get(row["want"].strip().lower())
        if want is None or _CUT.search(row["prediction"]) or _CUT.search(row["gold"]):
            skipped += 1
            continue
        probes.append(Probe(section, row.get("case", ""), gold, prediction, want))
    return probes, skipped


def _rows(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    section = ""
    header: list[str] = []
    for line in text.splitlines():
        if line.startswith("#"):
            section, header = line.lstrip("# "), []
        if not line.startswith("|"):
            header = []
            continue
        cells = _cells(line)
        if not header:
            header = [cell.lower() for cell in cells]
        elif not all(set(cell) <= set("-: ") for cell in cells):
            yield section, dict(zip(header, cells, strict=False))


def _cells(line: str) -> list[str]:
    """The cells of a row; a bar inside a code span does not end a cell."""
    cells, text, fence = [], "", ""
    for piece in re.split(r"(`+|\||\\\|)", line.strip()[1:]):
        if piece.startswith("`"):
            fence = "" if piece == fence else (fence or piece)
        if piece == "|" and not fence:
            cells.append(text.strip())
            text = ""
        else:
            text += "|" if piece == r"\|" else piece
    return cells


def _literal(cell: str) -> str:
    found = _SPAN.match(cell)
    text = found.group(2) if found else cell
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" and "\\" in text:
        value = ast.literal_eval(text)
        return value if isinstance(value, str) else text
    return text


def judge(probe: Probe) -> dict[str, Any]:
    """The probe with our verdict."""
    begun = time.perf_counter()
    try:
        graded = grade(MathProblem(reference=bare(probe.gold)), probe.prediction)
        verdict, method, reason = graded.verdict.value, graded.method, graded.reason
    except InputError as fault:
        verdict, method, reason = "refused", "", str(fault)
    return {
        "section": probe.section,
        "case": probe.case,
        "gold": probe.gold[:120],
        "prediction": probe.prediction[:200],
        "want": probe.want,
        "verdict": verdict,
        "method": method,
        "reason": reason[:160],
        "ms": round((time.perf_counter() - begun) * 1000, 1),
    }


def bare(gold: str) -> str:
    """A reference without the dollars that the table writes around it."""
    return gold[1:-1] if len(gold) > 1 and gold[0] == gold[-1] == "$" else gold


def main() -> None:
    """Judge every probe; print agreement by section and each difference."""
    parser = argparse.ArgumentParser(description="Probes of a Markdown file, judged.")
    parser.add_argument("--probes", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=None)
    arguments = parser.parse_args()
    probes, skipped = read(arguments.probes.read_text(encoding="utf-8"))
    judged = [judge(probe) for probe in probes]
    differing = [row for row in judged if (row["verdict"] == "correct") != row["want"]]
    total, wrong = Counter(row["section"] for row in judged), Counter(row["section"] for row in differing)
    print(f"probes {len(judged)}, as wanted {len(judged) - len(differing)}, skipped {skipped}")
    print(f"slowest {max((row['ms'] for row in judged), default=0)} ms")
    for section, count in total.items():
        print(f"{section}: {count - wrong[section]} of {count}")
    for row in sorted(differing, key=lambda row: row["want"]):
        print(json.dumps(row, ensure_ascii=False))
    if arguments.out is not None:
        arguments.out.write_text(json.dumps(judged, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
