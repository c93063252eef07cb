"""From lines of samples to grades: extract, deduplicate, judge once, give back in the order of input.

Theory of operation. The input is cut into chunks of lines. At most `window` chunks are under way: each is
extracted by some worker, in any order; each distinct (problem, answer key) that it brings is judged once,
by any worker, while samples that gave the same answer wait for that judgement; a chunk whose samples are
all judged is emitted when it is at the head of the window. So memory depends on the window and on the number of
distinct answers, not on the length of the input, and the output depends on the input alone.

Sample ids are given and checked when a grade is emitted, which is in the order of the input. A line that is
no sample of the study raises `InputError` when its turn comes: everything before it has been emitted.
"""

from __future__ import annotations

import itertools
import queue
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from verifiers.engine.pool import Lost, Pool, StudyTable, Task, judge_body, lines_body
from verifiers.engine.wire import Extracted, Rejected, extracted_from_wire, judgement_from_wire
from verifiers.errors import InputError
from verifiers.grading import NOTHING_FOUND, Grade, make_grade
from verifiers.interface import Answer, Judgement
from verifiers.problem import CodeProblem, Problem
from verifiers.records import parse_sample, problem_to_json
from verifiers.registry import prepare
from verifiers.verdict import Verdict

_CHUNK_LINES = 256
_CHUNK_BYTES = 512 * 1024
_WINDOW_A_WORKER = 8  # chunks under way for each worker
_JUDGE_BATCH = 64
_JUDGE_BATCH_PROGRAMS = 4
_FAST_SECONDS = 30.0  # patience for an item that should take milliseconds
_LONG_KEY = 96

_TABLE_NUMBERS = itertools.count()

Key = tuple[int, str | bytes]  # place of the problem, answer key (its digest where that is shorter)


@dataclass(slots=True)
class Chunk:
    """Consecutive lines of input: `numbers[i]` is the line number of `lines[i]`."""

    numbers: list[int]
    lines: list[bytes]


def chunked(lines: Iterable[tuple[int, bytes]]) -> Iterator[Chunk]:
    """Cut numbered lines into chunks of bounded length and size."""
    chunk, size = Chunk([], []), 0
    for number, line in lines:
        chunk.numbers.append(number)
        chunk.lines.append(line)
        size += len(line)
        if len(chunk.lines) >= _CHUNK_LINES or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = Chunk([], []), 0
    if chunk.lines:
        yield chunk


class SampleIds:
    """The sample ids seen so far: gives a sample its place where it has none, and finds duplicates.

    Memory stays flat where ids of a problem and model come as 0, 1, 2, ...: only the end of that run is kept.
    """

    def __init__(self) -> None:
        self._places: Counter[tuple[str, str]] = Counter()
        self._dense: Counter[tuple[str, str]] = Counter()
        self._others: dict[tuple[str, str], set[int | str]] = {}

    def assign(self, problem_id: str, model: str, sample_id: int | str | None) -> int | str | None:
        """The sample's id (its place where it came without), or None where that id was seen before."""
        whose = (problem_id, model)
        place = self._places[whose]
        self._places[whose] += 1
        given: int | str = place if sample_id is None else sample_id
        others = self._others.get(whose)
        dense = self._dense[whose]
        if given == dense:
            dense += 1
            while others and dense in others:
                others.remove(dense)
                dense += 1
            self._dense[whose] = dense
            return given
        if (isinstance(given, int) and 0 <= given < dense) or (others and given in others):
            return None
        self._others.setdefault(whose, set()).add(given)
        return given


@dataclass(slots=True)
class _Pending:
    """A chunk under way. `missing` counts the samples before `fault_at` that still lack a judgement."""

    chunk: Chunk
    items: list[Extracted] = field(default_factory=list)
    judgements: list[Judgement | None] = field(default_factory=list)
    missing: int = 1  # the extraction itself
    fault: InputError | None = None


@dataclass(slots=True)
class Tally:
    """What a run did so far."""

    samples: int = 0
    distinct: int = 0
    judged: int = 0
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)  # (kind, verdict)
    workers_replaced: int = 0


class Study:
    """The problems of one run, checked: every one is prepared here once, so that a bad one is named at once."""

    def __init__(self, problems: Iterable[Problem], ids: list[str] | None = None) -> None:
        self.problems = list(problems)
        for problem in self.problems:
            prepare(problem)
        lines = [problem_to_json(problem) for problem in self.problems]
        ids = [problem.id for problem in self.problems] if ids is None else ids
        self.table = StudyTable(next(_TABLE_NUMBERS), ids, lines)

    def patience(self, place: int) -> float:
        """Seconds that judging one answer of a problem may take before its worker is taken for hung."""
        problem = self.problems[place]
        return 3 * problem.limits.wall_seconds + 10 if isinstance(problem, CodeProblem) else _FAST_SECONDS


class Pipeline:
    """One run of a study's samples through a pool."""

    def __init__(self, pool: Pool, study: Study, ids: SampleIds | None = None) -> None:
        self.tally = Tally()
        self._pool = pool
        self._study = study
        self._ids = ids if ids is not None else SampleIds()
        self._results: queue.SimpleQueue[tuple[str, Any, list[Any]]] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._window: deque[_Pending] = deque()
        self._known: dict[Key, Judgement] = {}
        self._waiting: dict[Key, list[tuple[_Pending, int]]] = {}
        self._retried: set[Key] = set()

    def run(self, chunks: Iterator[Chunk]) -> Iterator[Grade]:
        """The grades of all samples of `chunks`, in order; raises `InputError` at the first bad line."""
        replaced_before = self._pool.replaced
        try:
            exhausted = False
            while True:
                while not exhausted and len(self._window) < _WINDOW_A_WORKER * self._pool.workers:
                    chunk = next(chunks, None)
                    if chunk is None:
                        exhausted = True
                    else:
                        self._submit_extraction(chunk)
                if not self._window:
                    return
                while self._window[0].missing:
                    self._take_result()
                yield from self._emit(self._window.popleft())
                self.tally.workers_replaced = self._pool.replaced - replaced_before
        finally:
            self._cancelled.set()

    def _submit_extraction(self, chunk: Chunk) -> None:
        pending = _Pending(chunk)
        self._window.append(pending)
        self._pool.submit(
            Task(
                op="extract",
                table=self._study.table,
                items=chunk.lines,
                encode=lines_body,
                decode=extracted_from_wire,
                patience=_FAST_SECONDS,
                done=lambda results: self._results.put(("extracted", pending, results)),
                cancelled=self._cancelled,
            )
        )

    def _submit_judging(self, keys: list[Key], answers: list[tuple[int, Answer]]) -> None:
        self._pool.submit(
            Task(
                op="judge",
                table=self._study.table,
                items=answers,
                encode=judge_body,
                decode=judgement_from_wire,
                patience=max(self._study.patience(place) for place, _ in answers),
                done=lambda results: self._results.put(("judged", (keys, answers), results)),
                cancelled=self._cancelled,
            )
        )

    def _take_result(self) -> None:
        what, about, results = self._results.get()
        if what == "extracted":
            self._take_extracted(about, results)
        else:
            keys, answers = about
            for key, answer, result in zip(keys, answers, results, strict=True):
                self._take_judgement(key, answer, result)

    def _take_extracted(self, pending: _Pending, results: list[Extracted | Rejected | Lost]) -> None:
        fresh: dict[Key, tuple[int, Answer]] = {}
        pending.missing = 0
        for number, line, item in zip(pending.chunk.numbers, pending.chunk.lines, results, strict=True):
            if isinstance(item, Lost):
                item = self._extracted_nothing(line, item)
            if isinstance(item, Rejected):
                pending.fault = InputError(item.message, line=number, field=item.field)
                break
            pending.items.append(item)
            pending.judgements.append(self._judgement_now(pending, item, fresh))
        pending.chunk.lines = []
        self._judge_in_batches(fresh)

    def _extracted_nothing(self, line: bytes, lost: Lost) -> Extracted | Rejected:
        """What is known of a sample whose extraction killed its worker: who it is, and that it is an error."""
        try:
            sample = parse_sample(line)
        except InputError as error:
            return Rejected(error.message, error.field)
        if sample.problem_id not in self._study.table.ids:
            return Rejected(f"no problem has the id {sample.problem_id!r}", "problem_id")
        place = self._study.table.ids.index(sample.problem_id)
        return Extracted(place, sample.sample_id, sample.model, sample.model_extra or None, None, lost.reason)

    def _judgement_now(
        self, pending: _Pending, item: Extracted, fresh: dict[Key, tuple[int, Answer]]
    ) -> Judgement | None:
        """The judgement of `item` if it is known; else None, and `item` waits for it."""
        if item.fault:
            return Judgement(Verdict.ERROR, reason=item.fault)
        if item.answer is None:
            return NOTHING_FOUND
        key = _key(item.problem, item.answer)
        known = self._known.get(key)
        if known is not None:
            return known
        pending.missing += 1
        waiting = self._waiting.get(key)
        if waiting is None:
            waiting = self._waiting[key] = []
            fresh[key] = (item.problem, item.answer)
            self.tally.distinct += 1
        waiting.append((pending, len(pending.judgements)))
        return None

    def _judge_in_batches(self, fresh: dict[Key, tuple[int, Answer]]) -> None:
        programs: list[Key] = []
        others: list[Key] = []
        for key in fresh:
            is_program = isinstance(self._study.problems[key[0]], CodeProblem)
            (programs if is_program else others).append(key)
        for keys, most in ((programs, _JUDGE_BATCH_PROGRAMS), (others, _JUDGE_BATCH)):
            for first in range(0, len(keys), most):
                batch = keys[first : first + most]
                self._submit_judging(batch, [fresh[key] for key in batch])

    def _take_judgement(self, key: Key, answer: tuple[int, Answer], result: Judgement | Lost) -> None:
        if isinstance(result, Lost):
            result = Judgement(Verdict.ERROR, reason=result.reason)
        elif result.verdict is Verdict.ERROR and key not in self._retried:
            self._retried.add(key)
            self._submit_judging([key], [answer])
            return
        self._known[key] = result
        self.tally.judged += 1
        for pending, place in self._waiting.pop(key):
            pending.judgements[place] = result
            pending.missing -= 1

    def _emit(self, pending: _Pending) -> Iterator[Grade]:
        for number, item, judgement in zip(pending.chunk.numbers, pending.items, pending.judgements, strict=False):
            assert judgement is not None
            problem = self._study.problems[item.problem]
            sample_id = self._ids.assign(problem.id, item.model, item.sample_id)
            if sample_id is None:
                message = (
                    f"sample {item.sample_id!r} of problem {problem.id!r}, model {item.model!r}, was already given: "
                    "a sample_id is used once for each problem and model"
                )
                raise InputError(message, line=number, field="sample_id")
            self.tally.samples += 1
            self.tally.verdicts[problem.kind, judgement.verdict.value] += 1
            yield make_grade(problem, item.answer, judgement, sample_id=sample_id, model=item.model, extra=item.extra)
        if pending.fault is not None:
            raise pending.fault


def _key(place: int, answer: Answer) -> Key:
    key = answer.key
    return place, key if len(key) <= _LONG_KEY else blake2b(key.encode(), digest_size=16).digest()
