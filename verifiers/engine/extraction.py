"""From lines of samples to columns of answers: what a worker does with a stretch, and what can be said without it.

A line is first read (`_read`: whose sample it is, and which problem's), then entered as a row, and then the answer is
looked for. `Extraction.lost` stops before that: what is left to say of a sample whose extraction ended its worker.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple
from zlib import crc32

from pydantic_core import from_json, to_json

from verifiers.engine.wire import FAULT, NOTHING, Columns
from verifiers.errors import InputError, VerifierError
from verifiers.grading import Grade, judged
from verifiers.interface import Answer, Judgement, Permutable, Prepared, as_permutable
from verifiers.records import parse_object, parse_sample
from verifiers.registry import parse_problem, prepare
from verifiers.verdict import Verdict

_PREPARED_KEPT = 4096
_FAULT_MOST = 500
# fields that some samplers write: why generation ended, and what prompt the sample was drawn with
_CUT_OFF = ("length", "max_tokens")
_TEMPLATES = ("template_id", "prompt_id", "prompt_template", "template")
# a sample's further fields travel into its grade, those of the grade's own names with `sample_` before them
_GRADES_OWN = frozenset(Grade.model_fields)


class Shelf:
    """Prepared problems by the lines that state them, the latest ones: the next study may have the same problems."""

    def __init__(self) -> None:
        self._prepared: OrderedDict[bytes, tuple[Prepared, Permutable | None]] = OrderedDict()

    def prepared(self, line: bytes) -> tuple[Prepared, Permutable | None]:
        """The problem that `line` states, and again if its options may be shown in another order.

        Raises `VerifierError` where it is bad.
        """
        known = self._prepared.get(line)
        if known is None:
            prepared = prepare(parse_problem(parse_object(line)))
            known = self._prepared[line] = prepared, as_permutable(prepared)
            if len(self._prepared) > _PREPARED_KEPT:
                self._prepared.popitem(last=False)
        else:
            self._prepared.move_to_end(line)
        return known


class Table:
    """The problems of one study, as lines; parsed and prepared on first use."""

    def __init__(self, ids: list[str], lines: list[bytes], shelf: Shelf | None = None) -> None:
        self.index = {problem_id: place for place, problem_id in enumerate(ids)}
        self._lines = lines
        self._shelf = shelf if shelf is not None else Shelf()

    def prepared(self, place: int) -> Prepared:
        """The prepared problem at `place`; raises `VerifierError` where it is bad."""
        return self.permutable(place)[0]

    def permutable(self, place: int) -> tuple[Prepared, Permutable | None]:
        """The prepared problem at `place`, and again if its options may be shown in another order."""
        return self._shelf.prepared(self._lines[place])

    def judge(self, place: int, answer: Answer) -> Judgement:
        """The judgement of one distinct answer."""
        try:
            prepared = self.prepared(place)
        except VerifierError as error:
            return Judgement(Verdict.ERROR, reason=str(error))
        return judged(prepared, answer)


class _Read(NamedTuple):
    """A sample as its line states it; `place`: of its problem in the study."""

    place: int
    response: str
    sample_id: int | str | None
    model: str
    extra: dict[str, Any]


class Extraction:
    """Reads consecutive lines of samples into `columns`."""

    def __init__(self, table: Table) -> None:
        self.columns = Columns()
        self._table = table
        self._ids: list[int | str | None] = []
        self._known: dict[tuple[int, str], int] = {}

    def run(self, body: bytes) -> Columns:
        """The columns of all lines of `body`, up to the first that is no sample."""
        lines = body.split(b"\n")
        if not lines[-1]:
            lines.pop()
        return self._each(lines, self._take)

    def lost(self, line: bytes, reason: str) -> Columns:
        """The columns of a line whose extraction cannot be had: who it is, and that it is an error."""
        return self._each([line], lambda line: self._fault(self._enter(self._read(line)), reason))

    def _each(self, lines: list[bytes], take: Callable[[bytes], None]) -> Columns:
        """The columns of `lines`, each that holds something taken by `take`, up to the first that is refused."""
        columns = self.columns
        columns.lines = len(lines)
        for number, line in enumerate(lines):
            if not line or line.isspace():
                columns.blank.append(number)
                continue
            try:
                take(line)
            except InputError as error:
                columns.rejected = [number, error.message, error.field]
                break
        if any(sample_id is not None for sample_id in self._ids):
            columns.ids = self._ids
        return columns

    def _read(self, line: bytes) -> _Read:
        """The sample of a line; raises `InputError` where it is none of the study."""
        problem_id, response, sample_id, model, extra = _fields(line)
        place = self._table.index.get(problem_id)
        if place is None:
            raise InputError(f"no problem has the id {problem_id!r}", field="problem_id")
        return _Read(place, response, sample_id, model, extra)

    def _enter(self, sample: _Read) -> int:
        """A row for a sample, with all that needs no answer; returns which."""
        columns, row, extra = self.columns, len(self.columns.slots), sample.extra
        _append(columns.places, sample.place)
        _append(columns.models, sample.model)
        self._ids.append(sample.sample_id)
        columns.prints.append(len(sample.response) << 32 | crc32(sample.response.encode("utf-8", "surrogatepass")))
        template = ""
        if extra:
            columns.cut_off += extra.get("finish_reason") in _CUT_OFF
            template = next((str(extra[name]) for name in _TEMPLATES if name in extra), "")
            self._carry(row, extra)
        _append(columns.templates, template)
        return row

    def _carry(self, row: int, extra: dict[str, Any], own: dict[str, Any] | None = None) -> None:
        """Note what travels into the grade: the sample's further fields, after `own`, the grade's."""
        if not _GRADES_OWN.isdisjoint(extra):
            extra = {f"sample_{name}" if name in _GRADES_OWN else name: value for name, value in extra.items()}
        self.columns.extras[str(row)] = to_json({**(own or {}), **extra})[1:-1].decode()

    def _take(self, line: bytes) -> None:
        """One sample; raises `InputError` where the line is none."""
        sample = self._read(line)
        order = sample.extra.get("shown_order") if sample.extra else None
        as_shown = self._as_shown(sample.place, order) if order is not None else None
        columns, row = self.columns, self._enter(sample)
        try:
            prepared, permutable = (as_shown, as_shown) if as_shown else self._table.permutable(sample.place)
            answer = prepared.extract(sample.response)
            shown = permutable.positions(answer) if permutable is not None else None
        except Exception as error:  # noqa: BLE001 - the extractor's own fault must not cost the other samples
            self._fault(row, f"extraction failed: {type(error).__name__}: {error}"[:_FAULT_MOST])
            return
        if shown is not None:
            self._carry(row, sample.extra, {"shown": shown})
        if answer is None:
            columns.slots.append(NOTHING)
            columns.spans += (-1, -1)
            return
        columns.slots.append(self._slot(sample.place, answer, str(row)))
        columns.spans += answer.span or (-1, -1)

    def _fault(self, row: int, reason: str) -> None:
        """The answer of a row could not be looked for."""
        self.columns.faults[str(row)] = reason
        self.columns.slots.append(FAULT)
        self.columns.spans += (-1, -1)

    def _as_shown(self, place: int, order: object) -> Permutable | None:
        """The problem with its options in a sample's own order; raises `InputError` where that is none of them."""
        try:
            _, permutable = self._table.permutable(place)
        except VerifierError:
            return None  # the problem is at fault, which its grades say
        return permutable.shown(order) if permutable is not None else None

    def _slot(self, place: int, answer: Answer, row: str) -> int:
        """Where `answer` stands among the distinct ones; what differs from the one there is noted."""
        columns = self.columns
        slot = self._known.get((place, answer.key))
        if slot is None:
            slot = self._known[place, answer.key] = len(columns.answers)
            columns.answers.append([place, answer.key, answer.text, answer.means])
            return slot
        _, _, text, means = columns.answers[slot]
        if answer.text != text:
            columns.texts[row] = answer.text
        if answer.means != means:
            columns.means[row] = answer.means
        return slot


def _append(runs: list[list[Any]], value: Any) -> None:
    if runs and runs[-1][0] == value:
        runs[-1][1] += 1
    else:
        runs.append([value, 1])


def _fields(line: bytes) -> tuple[str, str, int | str | None, str, dict[str, Any]]:
    """Problem id, response, sample id, model and further fields of a line; raises `InputError` where it is no sample.

    What a well-formed line needs is looked at here; of any other the model says what is wrong.
    """
    try:
        record = from_json(line)
    except ValueError:
        record = None
    if type(record) is dict:
        problem_id, response = record.pop("problem_id", None), record.pop("response", None)
        sample_id, model = record.pop("sample_id", None), record.pop("model", "")
        if type(problem_id) is type(response) is type(model) is str and (sample_id is None or type(sample_id) in _ID):
            return problem_id, response, sample_id, model, record
    sample = parse_sample(line)
    return sample.problem_id, sample.response, sample.sample_id, sample.model, sample.model_extra or {}


_ID = (int, str)
