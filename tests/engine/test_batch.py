"""A batch writes exactly the lines of its grades, whatever stands in them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from verifiers import MathProblem
from verifiers.engine.batch import Batch
from verifiers.engine.extraction import Extraction, Table
from verifiers.engine.wire import FAULT, NOTHING, Columns
from verifiers.grading import NOTHING_FOUND, Grade
from verifiers.interface import AS_FOUND, Judgement
from verifiers.records import problem_to_json
from verifiers.verdict import Verdict

_text = st.text(max_size=8)
_judgements = st.builds(
    Judgement,
    st.sampled_from(list(Verdict)),
    st.sampled_from(["", "exact", AS_FOUND]) | _text,
    _text,
    st.none() | st.floats(0, 1),
    st.none() | st.just({"passed": 1, "total": 3}),
    st.none() | st.just({"level": "strong", "walls": ["seccomp"], "tests": "split"}),
)
_rows = st.tuples(
    st.integers(0, 1),  # problem
    st.sampled_from(["", "base", 'a "model"']),
    st.integers(-5, 10**12) | _text,  # id
    st.integers(-2, 2),  # slot
    st.none() | _text,  # own text
    st.none() | st.sampled_from(["boxed", "stated"]),  # own means
    st.none() | st.tuples(st.integers(0, 50), st.integers(50, 99)),
    st.none() | st.dictionaries(_text.filter(lambda name: name not in Grade.model_fields), st.integers() | _text),
    _judgements,
)


@given(st.lists(_rows, max_size=8))
def test_lines_are_those_of_the_grades(rows: list[Any]) -> None:
    problems = [MathProblem(id="p", reference="1"), MathProblem(id='q"\u2028', reference="2")]
    columns = Columns(
        lines=len(rows), answers=[[0, "k", "tést", "boxed"], [0, "l", "", "stated"], [1, "m", "\\x", "b"]]
    )
    judgements = []
    for row, (place, model, _, slot, text, means, span, extra, judgement) in enumerate(rows):
        columns.places.append([place, 1])
        columns.models.append([model, 1])
        columns.slots.append(slot)
        columns.spans += span if span and slot >= 0 else (-1, -1)
        if slot >= 0 and text is not None:
            columns.texts[str(row)] = text
        if slot >= 0 and means is not None:
            columns.means[str(row)] = means
        if extra:
            columns.extras[str(row)] = to_json(extra)[1:-1].decode()
        judgements.append(judgement if slot >= 0 else NOTHING_FOUND)
    assert {NOTHING, FAULT} == {-1, -2}
    batch = Batch(problems, columns, [row[2] for row in rows], judgements)
    grades = list(batch.grades())
    assert batch.lines() == b"".join(grade.model_dump_json().encode() + b"\n" for grade in grades)
    assert sum(batch.verdicts().values()) == len(grades) == len(batch)


def _extracted(*lines: bytes) -> Columns:
    table = Table(["p"], [problem_to_json(MathProblem(id="p", reference="1"))])
    return Extraction(table).run(b"".join(line + b"\n" for line in lines))


def _line(**fields: Any) -> bytes:
    return json.dumps({"problem_id": "p", "response": r"\boxed{1}", **fields}).encode()


def test_columns_of_parts_are_those_of_the_whole() -> None:
    more = _line(sample_id=3, model="m", seed=1)
    lines = [_line(), b"", more, _line(response="?"), b" ", _line(response=r"\boxed{2}")]
    whole = _extracted(*lines, b"{", _line())
    for cut in range(len(lines) + 1):
        joined = Columns()
        for part in (lines[:cut], [*lines[cut:], b"{", _line()]):
            joined.append(_extracted(*part))
        assert joined.slots == [0, 0, -1, 1] or joined.answers[joined.slots[0]][1] == "1"
        for name in ("lines", "blank", "ids", "rejected", "spans", "prints", "extras"):
            assert getattr(joined, name) == getattr(whole, name), (cut, name)
    assert [whole.line_of(row) for row in range(4)] == [0, 2, 3, 5]


def test_a_field_with_a_name_of_the_grades_own_is_carried_under_another() -> None:
    columns = _extracted(_line(answer="gold", score=0.5, seed=3))
    assert columns.extras == {"0": '"sample_answer":"gold","sample_score":0.5,"seed":3'}


def test_samples_that_were_cut_off_are_counted() -> None:
    columns = _extracted(_line(finish_reason="length"), _line(finish_reason="stop"), _line(finish_reason="max_tokens"))
    assert columns.cut_off == 2
