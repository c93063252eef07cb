"""From stretches of samples to grades: extract, deduplicate, judge once, give back in the order of input.

Theory of operation. At most `window` stretches are under way: each is extracted by some worker, in any order; each
distinct (problem, answer key) that it brings is judged once, by any worker, while samples that gave the same answer
wait for that judgement; a stretch whose samples are all judged is emitted when it is at the head of the window (or,
where the order does not matter, at once). So memory depends on the window and on the number of distinct answers, not
on the length of the input, and the output depends on the input alone.

Sample ids are given and checked when a stretch is emitted, which is in the order of the input. A line that is no sample
of the study raises `InputError` when its turn comes: everything before it has been emitted.

A judgement that the clock decided (`Judgement.by_the_clock`) is made a second time, while no other task of this pool
runs; an `error` is tried once more on another worker.
"""

from __future__ import annotations

import queue
import threading
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json

from verifiers.engine.batch import Batch
from verifiers.engine.checks import Checks
from verifiers.engine.extraction import Extraction, Table
from verifiers.engine.pool import Lost, Pool, Request, Task
from verifiers.engine.sources import Stretch
from verifiers.engine.store import Known, VerdictStore, verdict_key
from verifiers.engine.study import SampleIds, Study
from verifiers.engine.wire import FAULT, NOTHING, Columns, judgement_from_wire
from verifiers.errors import InputError
from verifiers.grading import NOTHING_FOUND
from verifiers.interface import Judgement
from verifiers.problem import CodeProblem
from verifiers.verdict import Verdict

_WINDOW_A_WORKER = 8  # stretches under way for each worker
_JUDGE_BATCH = 64
_JUDGE_BATCH_PROGRAMS = 4
_EXTRACTION_SECONDS = 60.0
_RETRY, _JUDGE, _EXTRACT = 0, 1, 2  # urgency


@dataclass(slots=True)
class _Pending:
    """A stretch under way. `missing` counts the distinct answers that still lack a judgement, or the extraction."""

    stretch: Stretch
    first_line: int | None = None
    extracted: bool = False
    columns: Columns = field(default_factory=Columns)
    judgements: list[Judgement | None] = field(default_factory=list)  # of each distinct answer
    missing: int = 1


@dataclass(slots=True)
class Tally:
    """What a run did so far."""

    samples: int = 0
    distinct: int = 0
    judged: int = 0
    waiting: int = 0  # distinct answers that are being judged, or wait for it
    store_hits: int = 0
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)  # (kind, verdict)
    workers_replaced: int = 0


class Cancelled(Exception):
    """Nobody wants the rest of a run any more: `Pipeline.cancel` was called."""


class Pipeline:
    """One run of a study's samples through a pool."""

    def __init__(
        self, pool: Pool, study: Study, ids: SampleIds | None = None, store: VerdictStore | None = None
    ) -> None:
        self.tally = Tally()
        self.checks = Checks(study.table.ids)
        self._pool = pool
        self._study = study
        self._ids = ids if ids is not None else SampleIds()
        self._results: queue.SimpleQueue[tuple[_Pending | _Question, list[Any]] | None] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._window: deque[_Pending] = deque()
        self._unnumbered: deque[_Pending] = deque()  # whose place in the input is not known yet
        self._line = 1
        self._known = Known(store)
        self._waiting: dict[bytes, list[tuple[_Pending, int]]] = {}
        self._retried: set[bytes] = set()

    def run(self, stretches: Iterator[Stretch], line: int = 0, *, ordered: bool = True) -> Iterator[Batch]:
        """The graded samples of all stretches; raises `InputError` at the first bad line.

        `line`: how many lines stand before the first stretch. Not `ordered`: as they are done; every sample must then
        have an id.
        """
        self._line = line + 1
        replaced_before = self._pool.replaced
        try:
            exhausted = False
            while True:
                while not exhausted and len(self._window) < _WINDOW_A_WORKER * self._pool.workers:
                    stretch = next(stretches, None)
                    if stretch is None:
                        exhausted = True
                    else:
                        self._submit_extraction(stretch)
                if not self._window:
                    return
                pending = self._next_done(ordered)
                batch, fault = self._batch(pending, ordered)
                self.tally.workers_replaced = self._pool.replaced - replaced_before
                self.tally.store_hits = self._known.hits
                self._known.save()
                if len(batch):
                    yield batch
                if fault is not None:
                    raise fault
        finally:
            self._cancelled.set()
            self._known.close()

    def cancel(self) -> None:
        """Give up: `run` raises `Cancelled`, and tasks that wait are not begun. From any thread."""
        self._cancelled.set()
        self._results.put(None)

    def _next_done(self, ordered: bool) -> _Pending:
        while True:
            if not self._window[0].missing:
                return self._window.popleft()
            if not ordered:
                done = next((each for each in self._window if not each.missing and each.first_line), None)
                if done is not None:
                    self._window.remove(done)
                    return done
            self._take_result()

    # ---- extraction

    def _submit_extraction(self, stretch: Stretch) -> None:
        pending = _Pending(stretch)
        self._window.append(pending)
        self._unnumbered.append(pending)
        head: dict[str, Any] = {"op": "extract", "table": self._study.table.number}
        place = {"file": [stretch.path, stretch.start, stretch.end]} if stretch.path else {}
        self._pool.submit(
            Task(
                table=self._study.table,
                whole=Request(head | place, stretch.body, _EXTRACTION_SECONDS),
                parts=lambda: [Request(head, line + b"\n") for line in stretch.lines()],
                done=lambda replies: self._results.put((pending, replies)),
                cancelled=self._cancelled,
                urgency=_EXTRACT,
            )
        )

    def _take_extracted(self, pending: _Pending, replies: list[dict[str, Any] | Lost]) -> None:
        columns = pending.columns = self._joined(pending.stretch, replies)
        pending.stretch, pending.extracted = Stretch(), True
        while self._unnumbered and self._unnumbered[0].extracted:
            first = self._unnumbered.popleft()
            first.first_line = self._line
            self._line += first.columns.lines
        keys = [verdict_key(self._study.digests[answer[0]], answer[1]) for answer in columns.answers]
        hits = self._known.hits
        known = self._known.find(keys)
        pending.judgements = [known.get(key) for key in keys]
        pending.missing = 0
        fresh: dict[bytes, list[Any]] = {}
        for slot, key in enumerate(keys):
            if key in known:
                continue
            pending.missing += 1
            waiting = self._waiting.get(key)
            if waiting is None:
                waiting = self._waiting[key] = []
                fresh[key] = columns.answers[slot]
            waiting.append((pending, slot))
        self.tally.distinct += len(fresh) + self._known.hits - hits
        self._judge_in_batches(fresh)

    def _joined(self, stretch: Stretch, replies: list[dict[str, Any] | Lost]) -> Columns:
        """The columns of a stretch, up to the first line that is no sample."""
        lines = stretch.lines() if any(isinstance(reply, Lost) for reply in replies) else []
        joined = Columns()
        for place, reply in enumerate(replies):
            if isinstance(reply, Lost):
                table = Table(self._study.table.ids, self._study.table.lines)
                more = Extraction(table).lost(lines[place], reply.reason)
            else:
                more = Columns(**reply)
            if len(replies) == 1:
                return more
            joined.append(more)
            if joined.rejected is not None:
                break
        return joined

    # ---- judging

    def _judge_in_batches(self, fresh: dict[bytes, list[Any]]) -> None:
        programs: list[bytes] = []
        others: list[bytes] = []
        for key, answer in fresh.items():
            is_program = isinstance(self._study.problems[answer[0]], CodeProblem)
            (programs if is_program else others).append(key)
        for keys, most in ((programs, _JUDGE_BATCH_PROGRAMS), (others, _JUDGE_BATCH)):
            for first in range(0, len(keys), most):
                batch = keys[first : first + most]
                self._submit_judging(_Question(batch, [fresh[key] for key in batch]), _JUDGE)

    def _submit_judging(self, question: _Question, urgency: int, *, alone: bool = False) -> None:
        head = {"op": "judge", "table": self._study.table.number}
        patience = [self._study.patience(answer[0]) for answer in question.answers]
        self._pool.submit(
            Task(
                table=self._study.table,
                whole=Request(head, to_json(question.answers), sum(patience)),
                parts=lambda: [
                    Request(head, to_json([answer]), seconds)
                    for answer, seconds in zip(question.answers, patience, strict=True)
                ],
                done=lambda replies: self._results.put((question, replies)),
                cancelled=self._cancelled,
                urgency=urgency,
                alone=alone,
            )
        )
        self.tally.waiting += len(question.keys)

    def _take_result(self) -> None:
        result = self._results.get()
        if result is None:
            raise Cancelled
        about, replies = result
        if isinstance(about, _Pending):
            self._take_extracted(about, replies)
            return
        judgements: list[Judgement] = []
        for reply in replies:
            if isinstance(reply, Lost):
                judgements.append(Judgement(Verdict.ERROR, reason=reply.reason))
            else:
                judgements += map(judgement_from_wire, reply["items"])
        self.tally.waiting -= len(about.keys)
        lost = {place for place, reply in enumerate(replies) if isinstance(reply, Lost)}
        for place, judgement in enumerate(judgements):
            self._take_judgement(about.keys[place], about.answers[place], judgement, final=place in lost)

    def _take_judgement(self, key: bytes, answer: list[Any], judgement: Judgement, *, final: bool) -> None:
        """Believe a judgement, or have it made once more: `final` are those that have been tried twice."""
        doubtful = judgement.verdict is Verdict.ERROR or judgement.by_the_clock
        if doubtful and not final and key not in self._retried:
            self._retried.add(key)
            self._submit_judging(_Question([key], [answer]), _RETRY, alone=judgement.by_the_clock)
            return
        judgement = self._known.add(key, judgement)
        self.tally.judged += 1
        for pending, slot in self._waiting.pop(key):
            pending.judgements[slot] = judgement
            pending.missing -= 1

    # ---- emission

    def _batch(self, pending: _Pending, ordered: bool) -> tuple[Batch, InputError | None]:
        """The samples of a stretch with their ids and judgements, and what is wrong with the line after them."""
        columns = pending.columns
        assert pending.first_line is not None
        fault = None
        if columns.rejected is not None:
            number, message, name = columns.rejected
            fault = InputError(message, line=pending.first_line + number, field=name)
        ids, refusal = self._ids.assign_all(columns, self._study.problems, ordered)
        if refusal:
            line = pending.first_line + columns.line_of(len(ids))
            fault = InputError(refusal, line=line, field="sample_id")
        judgements = [
            self._of_slot(pending, columns.faults, slot, row) for row, slot in enumerate(columns.slots[: len(ids)])
        ]
        batch = Batch(self._study.problems, columns, ids, judgements)
        self.tally.samples += len(ids)
        self.tally.verdicts.update(batch.verdicts())
        self.checks.take(batch)
        return batch, fault

    @staticmethod
    def _of_slot(pending: _Pending, faults: dict[str, str], slot: int, row: int) -> Judgement:
        if slot == NOTHING:
            return NOTHING_FOUND
        if slot == FAULT:
            return Judgement(Verdict.ERROR, reason=faults[str(row)])
        judgement = pending.judgements[slot]
        assert judgement is not None
        return judgement


@dataclass(frozen=True, slots=True)
class _Question:
    """Distinct answers that are judged together: what each is kept under, and `[problem, key, text, means]`."""

    keys: list[bytes]
    answers: list[list[Any]]
