"""The orders of many clients, gathered into runs of the one engine.

Theory of operation. Orders wait in two lanes, those with programs and the others, so that no order of milliseconds
waits for programs of seconds. A *run* takes what waits in a lane (`_RUN_SAMPLES` at most) as one study: its problems,
however many orders have them, go to the workers once, an answer that several orders gave is judged once, and stretches
are filled with the samples of several orders. A run is a thread that reads the engine's pipeline; grades go back to
the event loop a stretch at a time, and so an order is answered when its own samples are done. The first run of a lane
begins at once; while it is under way others wait `_GATHER_SECONDS` for company, and beyond `_RUNS` for one to end.

Only the event loop touches a lane or an order. A run whose orders have all been abandoned is cancelled. Whatever goes
wrong with a run is a grade `error` of the samples that it still owed.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from verifiers.engine import Engine
from verifiers.engine.batch import Batch
from verifiers.engine.pipeline import Cancelled, Pipeline
from verifiers.engine.sources import Stretch
from verifiers.engine.study import Checked, Study
from verifiers.server.errors import busy
from verifiers.server.orders import Order

_RUN_SAMPLES = 2048
_RUNS = 3  # of a lane; both lanes together have fewer than the tables that a worker keeps
_AT_ONCE = 1  # runs of a lane that begin without waiting for company
_GATHER_SECONDS = 0.02
_STRETCH_SAMPLES = {False: 128, True: 8}  # of answers, of programs
_RETRY_MOST = 30


@dataclass(slots=True)
class _Run:
    """Orders that are graded together. `wanted`: how many of them somebody still waits for."""

    orders: list[Order]
    wanted: int
    pipeline: Pipeline | None = None
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)


class Lane:
    """Orders of one sort: those that wait, and the runs under way."""

    def __init__(self, gatherer: Gatherer, programs: bool) -> None:
        self._gatherer = gatherer
        self._programs = programs
        self._queue: deque[tuple[float, Order]] = deque()
        self._runs: dict[Order, _Run] = {}
        self._active = 0
        self._timer: asyncio.TimerHandle | None = None
        self.waiting = 0
        self.rate = 100.0
        """Samples a second, of the latest runs."""

    def add(self, order: Order) -> None:
        """Queue an order."""
        self._queue.append((time.monotonic(), order))
        self.waiting += len(order.rows)
        self._begin()

    def drop(self, order: Order) -> None:
        """Nobody waits for `order` any more."""
        order.abandoned = True
        run = self._runs.get(order)
        if run is not None:
            run.wanted -= 1
            if not run.wanted and run.pipeline is not None:
                run.pipeline.cancel()

    def _begin(self) -> None:
        """Begin as many runs as should be under way."""
        while self._queue and self._active < _RUNS:
            age = time.monotonic() - self._queue[0][0]
            enough = self.waiting >= _RUN_SAMPLES
            if self._active >= _AT_ONCE and age < _GATHER_SECONDS and not enough:
                if self._timer is None:
                    self._timer = self._gatherer.loop.call_later(_GATHER_SECONDS - age, self._due)
                return
            orders = self._take()
            if orders:
                run = _Run(orders, len(orders))
                self._runs.update(dict.fromkeys(orders, run))
                self._active += 1
                self._gatherer.threads.submit(self._work, run)

    def _due(self) -> None:
        self._timer = None
        self._begin()

    def _take(self) -> list[Order]:
        orders: list[Order] = []
        samples = 0
        while self._queue and (not orders or samples + len(self._queue[0][1].rows) <= _RUN_SAMPLES):
            _, order = self._queue.popleft()
            self.waiting -= len(order.rows)
            if not order.abandoned:
                orders.append(order)
                samples += len(order.rows)
        return orders

    def _ended(self, run: _Run, seconds: float) -> None:
        for order in run.orders:
            self._runs.pop(order, None)
        samples = sum(len(order.rows) for order in run.orders)
        self.rate += 0.3 * (samples / max(seconds, 0.001) - self.rate)
        self._gatherer.verdicts.update(run.verdicts)
        self._active -= 1
        self._begin()

    # ---- in a thread of the run

    def _work(self, run: _Run) -> None:
        begun = time.monotonic()
        rows = [(order, row) for order in run.orders for row in range(len(order.rows))]
        owed = set(range(len(rows)))
        reason = ""
        try:
            problems: dict[int, tuple[str, Checked]] = {}
            stretches = iter(self._stretches(rows, problems))
            study = Study([checked for _, checked in problems.values()], [name for name, _ in problems.values()])
            run.pipeline = self._gatherer.engine.pipeline(study)
            if not run.wanted:
                return
            for batch in run.pipeline.run(stretches, ordered=False):
                owed.difference_update(batch.ids)
                self._hand_out(rows, batch)
            run.verdicts = run.pipeline.tally.verdicts
        except Cancelled:
            reason = "nobody waited for this grade"
        except Exception as fault:  # noqa: BLE001 - the grader's own fault is a grade of its own, whatever it is
            reason = f"the grader failed: {type(fault).__name__}: {fault}"[:500]
        finally:
            call = self._gatherer.loop.call_soon_threadsafe
            for number in sorted(owed):
                order, row = rows[number]
                call(order.deliver, row, [order.failed(row, reason or "the grader gave up")])
            call(self._ended, run, time.monotonic() - begun)

    def _stretches(self, rows: list[tuple[Order, int]], problems: dict[int, tuple[str, Checked]]) -> list[Stretch]:
        """The samples of all rows, each with its number as its id; fills `problems` with what they name."""
        lines = []
        for number, (order, row) in enumerate(rows):
            said = order.rows[row]
            checked = order.problems[said.place]
            name, _ = problems.setdefault(id(checked), (str(len(problems)), checked))
            lines.append(said.line(name, number))
        size = _STRETCH_SAMPLES[self._programs]
        return [Stretch(b"\n".join(lines[first : first + size]) + b"\n") for first in range(0, len(lines), size)]

    def _hand_out(self, rows: list[tuple[Order, int]], batch: Batch) -> None:
        """Give the grades of a stretch to the orders that they belong to."""
        places = [rows[number] for number in batch.ids]  # type: ignore[index]  # the numbers that we gave
        batch.ids = [order.rows[row].sample_id for order, row in places]
        lines = batch.lines().split(b"\n")[:-1]
        first = 0
        for end in range(1, len(places) + 1):
            if end == len(places) or places[end][0] is not places[first][0]:
                order, row = places[first]
                self._gatherer.loop.call_soon_threadsafe(order.deliver, row, lines[first:end])
                first = end


class Gatherer:
    """Grades orders on one engine. Lives in one event loop; `max_waiting`: samples that may wait in a lane."""

    def __init__(self, engine: Engine, max_waiting: int) -> None:
        self.engine = engine
        self.loop = asyncio.get_running_loop()
        self.threads = ThreadPoolExecutor(2 * _RUNS, "run")
        self.verdicts: Counter[tuple[str, str]] = Counter()
        """Grades by kind and verdict."""
        self._max_waiting = max_waiting
        self._lanes = {programs: Lane(self, programs) for programs in (False, True)}

    @property
    def waiting(self) -> int:
        """Samples that wait."""
        return sum(lane.waiting for lane in self._lanes.values())

    async def grade(self, order: Order) -> list[bytes]:
        """The grades of an order, each a line of JSON; raises `Refusal` where too much waits already."""
        lines: list[bytes] = []
        async for some in self.stream(order):
            lines += some
        return lines

    async def stream(self, order: Order) -> AsyncGenerator[list[bytes]]:
        """The grades of an order in its order, as they come."""
        if not order.rows:
            return
        self.admit(order)
        lane = self._lanes[order.programs]
        lane.add(order)
        try:
            given = 0
            while given < len(order.lines):
                await order.progress.wait()
                order.progress.clear()
                ready = order.ready(given)
                given += len(ready)
                if ready:
                    yield ready
        finally:
            if order.left:
                lane.drop(order)

    def admit(self, order: Order) -> None:
        """Raise `Refusal` where an order finds too many before it."""
        lane = self._lanes[order.programs]
        if lane.waiting and lane.waiting + len(order.rows) > self._max_waiting:
            seconds = min(_RETRY_MOST, 1 + int(lane.waiting / max(lane.rate, 1.0)))
            raise busy(f"{lane.waiting} samples wait already; try again in {seconds} s", seconds)

    def close(self) -> None:
        """Let the threads go. The engine is its owner's."""
        self.threads.shutdown(wait=False, cancel_futures=True)
