"""A stretch of graded samples: what was extracted of each, and the judgement of it, as lines or as `Grade`s.

`lines` puts together what `Grade.model_dump_json` would write, from pieces that are encoded once: a study of millions
of samples has few judgements and few problems, and all that is a sample's own is its id, its answer and its span.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from pydantic_core import from_json, to_json

from verifiers.engine.wire import Columns, unrolled
from verifiers.grading import Grade, make_grade
from verifiers.interface import AS_FOUND, Answer, Judgement
from verifiers.problem import Problem
from verifiers.verdict import Verdict

_VERDICT = attrgetter("verdict")


@dataclass(slots=True)
class Batch:
    """Graded samples in the order of the input: row `i` has the id `ids[i]` and the judgement `judgements[i]`."""

    problems: Sequence[Problem]
    columns: Columns
    ids: list[int | str]
    judgements: list[Judgement]

    def __len__(self) -> int:
        return len(self.ids)

    def verdicts(self, first: int = 0) -> Counter[tuple[str, str]]:
        """How many samples of each kind got each verdict, from row `first` on."""
        found: Counter[tuple[str, str]] = Counter()
        row = 0
        for place, length in self.columns.places:
            kind = self.problems[place].kind
            for verdict, count in Counter(map(_VERDICT, self.judgements[max(first, row) : row + length])).items():
                found[kind, verdict.value] += count
            row += length
        return found

    def answer(self, row: int) -> Answer | None:
        """The answer of one sample, as it stands in its own response."""
        columns = self.columns
        slot = columns.slots[row]
        if slot < 0:
            return None
        _, key, text, means = columns.answers[slot]
        start, end = columns.spans[2 * row : 2 * row + 2]
        name = str(row)
        span = (start, end) if start >= 0 else None
        return Answer(key, columns.texts.get(name, text), span, columns.means.get(name, means))

    def grades(self) -> Iterator[Grade]:
        """The grades, one a sample."""
        columns = self.columns
        models, places = unrolled(columns.models), unrolled(columns.places)
        for row, (sample_id, judgement) in enumerate(zip(self.ids, self.judgements, strict=True)):
            more = columns.extras.get(str(row))
            extra: dict[str, Any] | None = from_json(f"{{{more}}}") if more else None
            problem, model = self.problems[next(places)], next(models)
            yield make_grade(problem, self.answer(row), judgement, sample_id=sample_id, model=model, extra=extra)

    def lines(self, only: Collection[Verdict] | None = None) -> bytes:
        """The grades as lines of JSON, exactly those of `Grade.model_dump_json`; `only` those with these verdicts."""
        columns = self.columns
        slots, spans, answers, extras = columns.slots, columns.spans, columns.answers, columns.extras
        whose = _Whose(self.problems)
        texts = [to_json(answer[2]) for answer in answers]
        own = columns.texts or columns.means or columns.extras
        said: dict[int, tuple[bytes, bytes, bytes]] = {}
        parts: list[bytes] = []
        models, places = unrolled(columns.models), unrolled(columns.places)
        for row, (sample_id, judgement) in enumerate(zip(self.ids, self.judgements, strict=True)):
            before, after = whose.ends(next(places), next(models))
            if only is not None and judgement.verdict not in only:
                continue
            pieces = said.get(id(judgement)) or said.setdefault(id(judgement), _pieces(judgement))
            slot = slots[row]
            if slot < 0:
                text, means = b"null", ""
            else:
                text, means = texts[slot], answers[slot][3]
            name = str(row) if own else ""
            if name in columns.texts:
                text = to_json(columns.texts[name])
            start = spans[2 * row]
            span = b"null" if start < 0 else b"[%d,%d]" % (start, spans[2 * row + 1])
            shown_id = b"%d" % sample_id if type(sample_id) is int else to_json(sample_id)
            method = b""
            if judgement.method == AS_FOUND:
                method = to_json(columns.means.get(name, means))
            more = extras.get(name)
            end = b"," + more.encode() + b"}\n" if more else b"}\n"
            parts += (before, shown_id, after, pieces[0], text, b',"span":', span, pieces[1], method, pieces[2], end)
        return b"".join(parts)


class _Whose:
    """How the lines of a problem and model begin, before the sample's id and after it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self._problems = problems
        self._known: dict[tuple[int, str], tuple[bytes, bytes]] = {}

    def ends(self, place: int, model: str) -> tuple[bytes, bytes]:
        known = self._known.get((place, model))
        if known is None:
            problem = self._problems[place]
            before = b'{"problem_id":' + to_json(problem.id) + b',"sample_id":'
            after = b',"model":' + to_json(model) + b',"kind":' + to_json(problem.kind)
            known = self._known[place, model] = before, after
        return known


def _pieces(judgement: Judgement) -> tuple[bytes, bytes, bytes]:
    """What a judgement adds to a line: before the answer, before the method if that is the sample's own, and after."""
    score = judgement.score if judgement.score is not None else judgement.verdict.default_score
    first = b',"verdict":' + to_json(judgement.verdict.value) + b',"score":' + to_json(score) + b',"answer":'
    method = b"" if judgement.method == AS_FOUND else to_json(judgement.method)
    last = b',"reason":' + to_json(judgement.reason)
    if judgement.tests is not None:
        last += b',"tests":' + to_json(judgement.tests)
    if judgement.isolation is not None:
        last += b',"isolation":' + to_json(judgement.isolation)
    return first, b',"method":' + method, last
