"""Cross-equality: the reference of one problem as the answer to another is right only where both say the same.

    python -m benchmarks.math.cross --data DIR [--sample N] [--seed 0] [--seconds S] [--out FILE]

DIR holds `math500/`, `math_bench/` and `gsm8k/` with their files under their original names; what is absent is
skipped. Real references cover notation that no generator thinks of, and nearly all pairs of them are unequal, so
every accepted pair is worth reading. References are prepared once each; those with the same tree stand for one
another, and two plain numbers, which are compared as such, are not judged at all. Accepted pairs are printed,
first those that are accepted in one direction only. `--sample` draws that many references, `--seconds` ends the
run early; how many of the references were reached is reported. Multiple-choice data sets lend their options' texts.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from verifiers import InputError, MathProblem
from verifiers.claims import boxes
from verifiers.datasets import convert
from verifiers.interface import Answer, settle
from verifiers.math.extract import canonical
from verifiers.math.judge import PreparedMath, prepare
from verifiers.math.tree import Node, Number
from verifiers.problem import ChoiceProblem
from verifiers.response import read

_SLOW_MS = 50.0
_BOXED = "boxed"  # the reference is what the solution boxes
_AFTER_MARK = "after ####"
_LISTED = "each of a list"
# file, field of the reference, how it stands there
_SOURCES = (
    ("math500/math500_test.jsonl", "answer", ""),
    ("gsm8k/gsm8k_test.jsonl", "answer", _AFTER_MARK),
    ("math_bench/aime24_test.jsonl", "answer", ""),
    ("math_bench/amc23_test.jsonl", "answer", ""),
    ("math_bench/gaokao2023en_test.jsonl", "answer", ""),
    ("math_bench/gaokao_math_cloze_test.jsonl", "answer", ""),
    ("math_bench/minerva_math_test.jsonl", "solution", _BOXED),
    ("math_bench/olympiadbench_test.jsonl", "final_answer", _LISTED),
)
_OPTIONS = (("aqua", "math_bench/aqua_test.jsonl"), ("sat_math", "math_bench/sat_math_test.jsonl"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reference ready to be judged against, and itself as an answer."""

    text: str
    prepared: PreparedMath
    answer: Answer
    tree: Node


@dataclass(frozen=True, slots=True)
class Accepted:
    """Two references of which the second is accepted for the first; `mutual`: and the first for the second."""

    reference: str
    answer: str
    method: str
    mutual: bool = False


def references(folder: Path) -> Iterator[str]:
    """The references of all files that are there."""
    for name, field, form in _SOURCES:
        path = folder / name
        if not path.exists():
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            yield from _written(json.loads(line)[field], form)
    for data_set, name in _OPTIONS:
        if (folder / name).exists():
            for problem in convert(data_set, folder / name)[0]:
                yield from problem.choices or () if isinstance(problem, ChoiceProblem) else ()


def _written(held: Any, form: str) -> Iterable[str]:
    if form == _AFTER_MARK:
        return [held.rpartition("####")[2].strip()]
    if form == _BOXED:
        closed = [box for box in boxes(read(held)) if box.closed]
        return [held[closed[-1].inner_start : closed[-1].inner_end]] if closed else []
    if form == _LISTED:
        return held if len(held) == 1 else [*held, ", ".join(held)]
    return [str(held)]


def candidates(texts: Iterable[str]) -> list[Candidate]:
    """One candidate for each tree among the references that can be read."""
    found: dict[tuple[Node, int | None], Candidate] = {}
    for text in texts:
        try:
            prepared = prepare(MathProblem(reference=text))
        except InputError:
            continue
        tree = prepared.references[0].tree
        key = tree, tree.places if isinstance(tree, Number) else None
        found.setdefault(key, Candidate(text, prepared, Answer(canonical(text), text), tree))
    return list(found.values())


def run(chosen: list[Candidate], seconds: float) -> dict[str, Any]:
    """Judge every pair and report; see the module's docstring."""
    begun = time.perf_counter()
    verdicts: Counter[str] = Counter()
    accepted: dict[tuple[int, int], Accepted] = {}
    slow: list[tuple[float, str, str]] = []
    undecided: list[tuple[str, str]] = []
    reached = 0
    for row, reference in enumerate(chosen):
        if time.perf_counter() - begun > seconds:
            break
        reached += 1
        for column, given in enumerate(chosen):
            if row == column or (isinstance(reference.tree, Number) and isinstance(given.tree, Number)):
                continue
            before = time.perf_counter()
            verdict, method = _judged(reference, given)
            spent = (time.perf_counter() - before) * 1000
            verdicts[verdict] += 1
            if verdict == "undecided":
                undecided.append((reference.text, given.text))
            if verdict == "correct":
                accepted[row, column] = Accepted(reference.text, given.text, method)
            if spent > _SLOW_MS:
                slow.append((round(spent, 1), reference.text, given.text))
    pairs = [
        Accepted(pair.reference, pair.answer, pair.method, (column, row) in accepted)
        for (row, column), pair in accepted.items()
        if row < column or (column, row) not in accepted
    ]
    return {
        "references": len(chosen),
        "reached": reached,
        "judged": sum(verdicts.values()),
        "seconds": round(time.perf_counter() - begun, 1),
        "verdicts": dict(verdicts),
        "accepted pairs": len(pairs),
        "accepted": [asdict(pair) for pair in sorted(pairs, key=lambda pair: pair.mutual)],
        "undecided": undecided,
        "slow": sorted(slow, reverse=True),
    }


def _judged(reference: Candidate, given: Candidate) -> tuple[str, str]:
    judgement = settle(reference.prepared, given.answer)
    return judgement.verdict.value, judgement.method


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(description="References of public data sets as answers to one another's problems.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of data sets")
    parser.add_argument("--sample", type=int, default=None, help="how many references; all by default")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=900.0)
    parser.add_argument("--out", type=Path, default=None)
    arguments = parser.parse_args()
    chosen = candidates(references(arguments.data))
    Random(arguments.seed).shuffle(chosen)
    figures = run(chosen[: arguments.sample], arguments.seconds)
    for name, value in figures.items():
        if not isinstance(value, list):
            print(f"{name}: {value}")
    for pair in figures["accepted"]:
        sign = "<->" if pair["mutual"] else "<--"
        print(f"{pair['method']}: {pair['reference']}  {sign}  {pair['answer']}")
    for reference, answer in figures["undecided"]:
        print(f"undecided: {reference}  <--  {answer}")
    for spent, reference, answer in figures["slow"][:20]:
        print(f"{spent} ms: {reference}  <--  {answer}")
    if arguments.out is not None:
        arguments.out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
