"""The labels of the generated pairs are right, and the runners run."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmarks.math import accuracy, cross, fuzz, metamorphic, probes, speed
from benchmarks.math.pairs import FAMILIES
from benchmarks.math.terms import Term, variables

_DIGITS = 40


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_a_pair_is_labelled_as_its_meanings_compare(name: str) -> None:
    for pair in metamorphic.pairs(40, 7, [name]):
        one, other = pair.meanings
        same = _same_term(one, other) if isinstance(one, Term) else one == other
        assert same == pair.truth, (pair.reference, pair.answer)


def test_the_same_seed_gives_the_same_pairs() -> None:
    assert list(metamorphic.pairs(80, 3)) == list(metamorphic.pairs(80, 3))
    assert list(metamorphic.pairs(80, 3)) != list(metamorphic.pairs(80, 4))


def test_every_family_makes_right_and_wrong_pairs() -> None:
    made = {(pair.family, pair.truth) for pair in metamorphic.pairs(len(FAMILIES) * 30, 0)}
    assert made == {(name, truth) for name in FAMILIES for truth in (True, False)}


def test_a_run_counts_every_pair() -> None:
    tally = metamorphic.run(metamorphic.pairs(150, 5))
    figures = tally.figures()
    assert figures["pairs"] == 150
    assert sum(figures["verdicts"].values()) == 150
    assert len(tally.failures) == figures["wrong accepts"] + tally.right - tally.accepted_right


def test_fuzzing_raises_nothing_and_leaves_signals_alone() -> None:
    figures = fuzz.run(60, 11, limit_seconds=5.0)
    assert figures["exceptions and errors"] == 0, figures["raised"]
    assert figures["signals untouched"]


def test_references_are_judged_against_one_another_and_only_equal_ones_accepted(tmp_path: Path) -> None:
    texts = {
        "math500/math500_test.jsonl": [{"answer": text} for text in (r"\frac12", "0.5", "7", "x+1")],
        "gsm8k/gsm8k_test.jsonl": [{"answer": "Add them.\n#### 7"}],
        "math_bench/olympiadbench_test.jsonl": [{"final_answer": ["$1+x$"]}, {"final_answer": ["1", "7"]}],
        "math_bench/minerva_math_test.jsonl": [{"solution": r"So it is \boxed{x-1}."}],
    }
    for name, rows in texts.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    figures = cross.run(cross.candidates(cross.references(tmp_path)), seconds=60.0)
    accepted = {frozenset((pair["reference"], pair["answer"])) for pair in figures["accepted"]}
    assert accepted == {frozenset((r"\frac12", "0.5")), frozenset(("x+1", "$1+x$"))}
    assert all(pair["mutual"] for pair in figures["accepted"])
    assert figures["reached"] == figures["references"] == 8


def test_probes_are_read_from_tables_with_bars_in_code() -> None:
    text = "\n".join(
        (
            "# Title",
            "## 1. First",
            "| case | gold | prediction | want |",
            "|---|---|---|---|",
            r"| bars | `` $7$ `` | `` \boxed{|-7|} `` | True |",
            r"| literal | `` $42$ `` | `` '\\boxed{4\u200b2}' `` | True |",
            r"| cut | `` $42$ `` | `` 'so ...[122 chars]' `` | True |",
            "## 2. Second",
            "| case | gold | prediction | want | note |",
            "|---|---|---|---|---|",
            r"| other | `` $7$ `` | `` \boxed{8} `` | False | |",
        )
    )
    found, skipped = probes.read(text)
    assert skipped == 1
    assert [(probe.section, probe.prediction, probe.want) for probe in found] == [
        ("1. First", r"\boxed{|-7|}", True),
        ("1. First", "\\boxed{4\u200b2}", True),
        ("2. Second", r"\boxed{8}", False),
    ]
    assert probes.judge(found[2])["verdict"] == "incorrect"


@pytest.mark.parametrize("name", sorted(speed.CATEGORIES))
def test_rows_for_speed_are_distinct_and_half_of_them_right(name: str) -> None:
    source = speed.rows(name, 0)
    batch = [next(source) for _ in range(20)]
    assert len(set(batch)) == 20
    _, verdicts = speed.ours(batch)
    assert verdicts == [True, False] * 10


def _same_term(one: Term, other: Term) -> bool:
    """By mpmath at random points, independently of the generator's ball arithmetic."""
    from mpmath import mp, mpf

    rng, compared = Random(1), 0
    names = sorted(variables(one) | variables(other))
    with mp.workdps(_DIGITS):
        for _ in range(60):
            point = {name: mpf(rng.randint(-300, 300)) / 89 for name in names}
            try:
                first, second = _value(one, point), _value(other, point)
            except (ZeroDivisionError, ArithmeticError):
                continue
            if first is None or second is None:
                continue
            compared += 1
            if abs(first - second) > mpf(10) ** -25 * (1 + abs(first)):
                return False
    assert compared, "defined nowhere"
    return True


def _value(item: Term, point: dict[str, Any]) -> Any:
    """The real value, or None where the term is not real."""
    from mpmath import mp, mpf

    if item.head == "num":
        return mpf(item.value.numerator) / item.value.denominator
    if item.head == "var":
        return point[item.name]
    if item.head == "const":
        return mp.pi if item.name == "pi" else mp.e
    parts = [_value(part, point) for part in item.args]
    if any(part is None for part in parts):
        return None
    if item.head == "+":
        return mp.fsum(parts)
    if item.head == "*":
        return mp.fprod(parts)
    if item.head == "/":
        return parts[0] / parts[1]
    if item.head == "abs":
        return abs(parts[0])
    functions = {
        "^": lambda: parts[0] ** parts[1],
        "root": lambda: mp.root(parts[0], int(parts[1])),
        "log": lambda: mp.log(parts[1], parts[0]),
        "fn": lambda: getattr(mp, {"arctan": "atan"}.get(item.name, item.name))(*parts),
    }
    value = functions[item.head]()
    return mp.re(value) if abs(mp.im(value)) == 0 else None


def test_accuracy_counts_both_kinds_of_error_and_names_the_rows(tmp_path: Path) -> None:
    table = tmp_path / "cases.jsonl"
    rows = [
        ("1/2", "0.5", "correct"),
        ("1/2", "0.6", "incorrect"),
        ("1/2", "0.5", "incorrect"),
        ("1/2", "0.6", "correct"),
    ]
    table.write_text(
        "".join(json.dumps({"row": "r", "reference": a, "answer": b, "verdict": c}) + "\n" for a, b, c in rows)
    )
    figures = accuracy.measured(list(accuracy.case_table(table)), None)
    assert figures["ours"] == {"wrong accepted": 1, "of wrong": 2, "right not accepted": 1, "of right": 2}
    assert [(row["response"], row["right"]) for row in figures["ours, not as labelled"]] == [
        (r"\boxed{0.5}", False),
        (r"\boxed{0.6}", True),
    ]
