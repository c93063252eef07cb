"""Accuracy beside Math-Verify, in one run on the same answers: the case table, rewrites, and probes.

    python -m benchmarks.math.accuracy [--cases FILE] [--pairs 2000] [--seed 0] [--probes FILE] [--alone] [--out FILE]

Three sources of labelled answers, each with its wrong answers accepted and its right ones not accepted:

- the rows of the grading contract (`tests/math/cases.jsonl`, or a file of that form);
- machine-made rewrites (`benchmarks.math.metamorphic`), whose labels come from no parser;
- probes from a Markdown file of tables (`benchmarks.math.probes`).

The peer is given reference and response as we are, with its default settings, in an environment of its own; what it
raises counts as not accepted. Rows with a policy or a prompt are ours alone: the peer knows neither.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.math import metamorphic, probes
from benchmarks.math.peer import CACHE, Peer, environment
from verifiers import InputError, MathProblem, grade

_CASES = Path(__file__).parents[2] / "tests" / "math" / "cases.jsonl"
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled response; `comparable`: the peer can be asked it too."""

    group: str
    problem: dict[str, Any]
    response: str
    right: bool
    comparable: bool = True


def case_table(path: Path) -> Iterator[Labelled]:
    """The rows of a table: `row`, `reference`, `answer` (boxed here), `verdict`, and maybe `policy` and `prompt`."""
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        problem = {name: case[name] for name in ("reference", "policy", "prompt") if name in case}
        response = rf"\boxed{{{case['answer']}}}"
        yield Labelled(case["row"], problem, response, case["verdict"] == "correct", len(problem) == 1)


def rewrites(count: int, seed: int) -> Iterator[Labelled]:
    """Machine-made pairs."""
    for pair in metamorphic.pairs(count, seed):
        yield Labelled(pair.family, {"reference": pair.reference}, pair.text, pair.truth)


def probe_rows(path: Path) -> Iterator[Labelled]:
    """The probes of a Markdown file."""
    found, _ = probes.read(path.read_text(encoding="utf-8"))
    for probe in found:
        yield Labelled(probe.section, {"reference": probes.bare(probe.gold)}, probe.prediction, probe.want)


def accepted_by_us(row: Labelled) -> bool:
    """Whether our verdict is `correct`; a reference that cannot be read accepts nothing."""
    try:
        return grade(MathProblem.model_validate({"kind": "math", **row.problem}), row.response).correct
    except InputError:
        return False


def measured(rows: list[Labelled], peer: Peer | None) -> dict[str, Any]:
    """Both graders on the same rows: counts, and every row where ours is not as labelled."""
    ours = [accepted_by_us(row) for row in rows]
    figures: dict[str, Any] = {"rows": len(rows), "ours": _errors(rows, ours)}
    if peer is not None:
        shared = [row for row in rows if row.comparable]
        theirs: list[bool] = []
        for start in range(0, len(shared), _BATCH):
            batch = [(row.problem["reference"], row.response) for row in shared[start : start + _BATCH]]
            theirs += peer.grade(batch)[1]
        kept = [accepted for row, accepted in zip(rows, ours, strict=True) if row.comparable]
        figures |= {"shared rows": len(shared), "ours, shared": _errors(shared, kept), "peer": _errors(shared, theirs)}
    figures["ours, not as labelled"] = [
        {"group": row.group, **row.problem, "response": row.response, "right": row.right}
        for row, accepted in zip(rows, ours, strict=True)
        if accepted != row.right
    ]
    return figures


def _errors(rows: list[Labelled], accepted: list[bool]) -> dict[str, int]:
    pairs = list(zip(rows, accepted, strict=True))
    return {
        "wrong accepted": sum(took and not row.right for row, took in pairs),
        "of wrong": sum(not row.right for row in rows),
        "right not accepted": sum(row.right and not took for row, took in pairs),
        "of right": sum(row.right for row in rows),
    }


def main() -> None:
    """Measure each source and print both graders' errors."""
    parser = argparse.ArgumentParser(description="Accuracy beside Math-Verify 0.9.0 on the same labelled answers.")
    parser.add_argument("--cases", type=Path, default=_CASES)
    parser.add_argument("--pairs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--probes", type=Path, default=None, help="a Markdown file of tables")
    parser.add_argument("--alone", action="store_true", help="without the peer")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--out", type=Path, default=None)
    arguments = parser.parse_args()
    sources = {
        "case table": list(case_table(arguments.cases)),
        "rewrites": list(rewrites(arguments.pairs, arguments.seed)),
    }
    if arguments.probes is not None:
        sources["probes"] = list(probe_rows(arguments.probes))
    peer = None if arguments.alone else Peer(environment(arguments.cache))
    report = {}
    for name, rows in sources.items():
        report[name] = figures = measured(rows, peer)
        print(f"{name}: {json.dumps({key: value for key, value in figures.items() if not isinstance(value, list)})}")
        for row in figures["ours, not as labelled"][:20]:
            print(f"  not as labelled: {json.dumps(row, ensure_ascii=False)[:300]}")
    if peer is not None:
        peer.close()
    if arguments.out is not None:
        arguments.out.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
