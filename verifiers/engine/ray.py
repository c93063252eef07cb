"""A study on a Ray cluster: the samples cut into shards, each graded by an ordinary engine on some node.

Theory of operation. The driver (this process) cuts the file of samples at fixed places into shards of whole lines and
sends each, as bytes, to an *actor*: a process somewhere in the cluster that owns an engine. What comes back is what was
extracted and judged; the driver gives the samples their ids, in the order of the file, and writes the grades. So the
file is the same as that of one machine, byte for byte, and only the driver needs to see the files.

A finished shard is kept in the journal, a folder beside the grades, until its lines are written: a driver that was
killed and resumes repeats no shard that was finished. An actor that is lost with its node costs its shard, which goes
to another; a new actor takes its place as soon as the cluster has room for one. A shard that has lost `_TRIES` actors
is given up by name: something in it ends the process that grades it.

Needs the extra `ray`, and the same version of this package on every node.
"""

from __future__ import annotations

import shutil
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic_core import from_json, to_json

from verifiers import __version__
from verifiers.engine.batch import Batch
from verifiers.engine.checks import Checks
from verifiers.engine.engine import Engine
from verifiers.engine.files import Journal, Observer, Progress, open_journal, read_study
from verifiers.engine.pipeline import Tally
from verifiers.engine.sources import SampleFile, empty, of_body
from verifiers.engine.study import Study
from verifiers.engine.wire import Columns, judgement_from_wire, judgement_to_wire
from verifiers.errors import GraderFailure, InputError, MissingExtra
from verifiers.interface import Judgement
from verifiers.records import LineWriter, parse_object
from verifiers.registry import parse_problem

_SHARD = 8 << 20  # bytes
_AHEAD = 2  # shards with each actor: one that it grades, one that waits for it
_TRIES = 3
_PATIENCE = 120.0  # seconds without an actor, after which the cluster is taken to have no room


class Grader:
    """The actor: one study, graded by an engine of this node."""

    def __init__(self, version: str, problems: list[bytes], workers: int, walls: dict[str, Any]) -> None:
        if version != __version__:
            raise RuntimeError(f"this node has truegrade {__version__}, the driver {version}: they must be the same")
        self._study = Study([parse_problem(parse_object(line)) for line in problems])
        self._engine = Engine(workers, **walls)

    def ready(self) -> bool:
        """Whether there is one."""
        return True

    def grade(self, body: bytes) -> bytes:
        """What was extracted and judged of the lines of a shard, as `_packed` writes it."""
        run = self._engine.pipeline(self._study)
        batches: list[Batch] = []
        fault: list[Any] | None = None
        try:
            batches.extend(run.run(of_body(body)))
        except InputError as error:
            fault = [error.line, error.message, error.field]
        return _packed(batches, fault, body.count(b"\n") + (not body.endswith(b"\n")), run.tally)


def _packed(batches: list[Batch], fault: list[Any] | None, lines: int, tally: Tally) -> bytes:
    columns = Columns()
    places: dict[int, int] = {}
    said: list[Judgement] = []
    rows: list[int] = []
    for batch in batches:
        columns.append(batch.columns)
        for judgement in batch.judgements:
            place = places.setdefault(id(judgement), len(said))
            if place == len(said):
                said.append(judgement)
            rows.append(place)
    columns.lines = lines
    counts = [tally.distinct, tally.judged, tally.workers_replaced]
    return to_json([columns.to_wire(), list(map(judgement_to_wire, said)), rows, fault, counts])


@dataclass(frozen=True, slots=True)
class _Shard:
    """Whole lines of the file: where they begin there, and what they are."""

    start: int
    body: bytes
    tries: int = 0


class RayEngine:
    """Grades files on a Ray cluster.

    `address`: of the cluster (None: the one that this process is connected to, or else a new one on this machine).
    `actors`: how many, each with `cpus` processors and as many workers (default: one actor a node, with all of it).
    `unsafe`, `isolation`, `sandbox`: as `Engine`'s, for each node. Raises `MissingExtra` where Ray is not installed.
    """

    def __init__(
        self,
        address: str | None = None,
        *,
        actors: int | None = None,
        cpus: int | None = None,
        unsafe: bool = False,
        isolation: Literal["strong", "unprivileged"] | None = None,
        sandbox: str | None = None,
    ) -> None:
        try:
            import ray
        except ImportError:
            raise MissingExtra("grading on a Ray cluster", "ray") from None
        self._ray = ray
        self._walls = {"unsafe": unsafe, "isolation": isolation, "sandbox": sandbox}
        self._started = not ray.is_initialized()
        if self._started:
            root = str(Path(__file__).parents[2])
            runtime = {"env_vars": {"PYTHONPATH": root}}
            ray.init(address=address, log_to_driver=False, include_dashboard=False, runtime_env=runtime)
        nodes = [int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]]
        usable = [count for count in nodes if count >= (cpus or 1)]
        if not usable:
            raise GraderFailure(f"the Ray cluster has no node with {cpus or 1} processors")
        self.cpus = cpus or min(usable)
        self.actors = actors or sum(count // self.cpus for count in usable)

    def grade_file(
        self,
        problems: Path,
        samples: Path,
        out: Path,
        *,
        resume: bool = False,
        overwrite: bool = False,
        observer: Observer | None = None,
    ) -> Progress:
        """As `Engine.grade_file`, on the cluster."""
        study = read_study(problems)
        journal = open_journal(out, samples, resume=resume, overwrite=overwrite)
        kept = _Kept(out.with_name(f".{out.name}.shards"), resume)
        run = _Run(self, study, journal, kept)
        try:
            with LineWriter(out, append=journal.grades > 0) as writer:
                for lines in run.lines(samples):
                    writer.write_lines(lines)
                    writer.flush()
                    if observer is not None:
                        observer(run.progress)
        except InputError as error:
            raise error if error.path else error.at(str(samples), error.line or 0) from None
        kept.remove()
        if not run.progress.tally.samples and not journal.grades:
            raise empty(samples)
        return run.progress

    def new_actor(self, study: Study) -> Any:
        """An actor, which comes up when the cluster has room for it."""
        options = {"num_cpus": self.cpus, "max_restarts": 0, "scheduling_strategy": "SPREAD"}
        remote = self._ray.remote(Grader).options(**options)
        return remote.remote(__version__, study.table.lines, self.cpus, self._walls)

    def close(self) -> None:
        """Leave the cluster, if it was joined for this engine."""
        if self._started and self._ray.is_initialized():
            self._ray.shutdown()

    def __enter__(self) -> RayEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Kept:
    """The journal of finished shards: a file for each, named by the place in the samples at which it begins."""

    def __init__(self, folder: Path, resume: bool) -> None:
        self._folder = folder
        if not resume:
            self.remove()
        folder.mkdir(parents=True, exist_ok=True)

    def find(self, start: int) -> bytes | None:
        """What is kept of the shard that begins there."""
        path = self._folder / str(start)
        return path.read_bytes() if path.is_file() else None

    def put(self, start: int, content: bytes) -> None:
        """Keep a finished shard."""
        partial = self._folder / f"{start}.partial"
        partial.write_bytes(content)
        partial.replace(self._folder / str(start))

    def drop(self, start: int) -> None:
        """The shard's grades are written."""
        (self._folder / str(start)).unlink(missing_ok=True)

    def remove(self) -> None:
        """Forget all."""
        shutil.rmtree(self._folder, ignore_errors=True)


class _Actors:
    """The actors of a run: who is up, and what each has to do."""

    def __init__(self, engine: RayEngine, study: Study) -> None:
        import ray

        self._ray = ray
        self._engine = engine
        self._study = study
        self._coming: dict[Any, Any] = {}  # the call that tells that it is up: the actor
        self._load: dict[Any, int] = {}  # an actor that is up: how many shards it has
        self._under_way: dict[Any, tuple[Any, _Shard]] = {}  # a call: its actor and shard
        self.replaced = 0
        for _ in range(engine.actors):
            self._call_up()

    def _call_up(self) -> None:
        actor = self._engine.new_actor(self._study)
        self._coming[actor.ready.remote()] = actor

    @property
    def has_room(self) -> bool:
        """Whether another shard can be given out now."""
        return any(load < _AHEAD for load in self._load.values())

    def give(self, shard: _Shard) -> None:
        """Send a shard to the actor with the least to do."""
        actor = min(self._load, key=self._load.__getitem__)
        self._load[actor] += 1
        self._under_way[actor.grade.remote(shard.body)] = (actor, shard)

    def wait(self) -> tuple[list[tuple[_Shard, bytes]], list[_Shard]]:
        """Wait until something happens: finished shards with what came of them, and shards that were lost."""
        calls = [*self._under_way, *self._coming]
        done, _ = self._ray.wait(calls, num_returns=1, timeout=_PATIENCE)
        if not done and not self._load:
            raise GraderFailure(
                f"the Ray cluster has had no room for an actor with {self._engine.cpus} processors for "
                f"{_PATIENCE:.0f} s; --resume goes on from here once it has"
            )
        finished: list[tuple[_Shard, bytes]] = []
        lost: list[_Shard] = []
        for call in done:
            if call in self._coming:
                self._came_up(call)
                continue
            actor, shard = self._under_way.pop(call)
            try:
                finished.append((shard, self._ray.get(call)))
                if actor in self._load:
                    self._load[actor] -= 1
            except self._ray.exceptions.RayActorError:
                lost.append(shard)
                self._lose(actor)
            except self._ray.exceptions.RayTaskError as error:
                raise GraderFailure(f"an actor failed: {str(error).strip().splitlines()[-1]}") from None
        return finished, lost

    def _came_up(self, call: Any) -> None:
        actor = self._coming.pop(call)
        try:
            self._ray.get(call)
        except self._ray.exceptions.RayActorError as error:
            if "they must be the same" in str(error):
                raise GraderFailure(str(error).strip().splitlines()[-1]) from None
            self.replaced += 1
            self._call_up()
            return
        self._load[actor] = 0

    def _lose(self, actor: Any) -> None:
        if self._load.pop(actor, None) is not None:
            self.replaced += 1
            self._call_up()

    def close(self) -> None:
        """End all actors."""
        for actor in (*self._load, *self._coming.values()):
            self._ray.kill(actor)


def _cut(lines: Iterator[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Lines by the shard, with the place at which it begins: the same shards each time."""
    start = size = 0
    held: list[bytes] = []
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _SHARD:
            yield start, held
            start, size, held = start + size, 0, []
    if held:
        yield start, held


class _Run:
    """One file through the cluster, emitted in order."""

    def __init__(self, engine: RayEngine, study: Study, journal: Journal, kept: _Kept) -> None:
        self._engine = engine
        self._study = study
        self._journal = journal
        self._kept = kept
        self._done: dict[int, bytes] = {}  # by start
        self._order: deque[int] = deque()  # starts that are under way, in the order of the file
        self._line = 0
        self._written = 0  # of the samples that come next, so many have their grades
        self.progress = Progress(Tally(), resumed=journal.grades)
        self.progress.findings = self._checks = Checks(study.table.ids)

    def lines(self, samples: Path) -> Iterator[bytes]:
        """The lines of grades that are not written yet, shard by shard."""
        begun = time.monotonic()
        actors = _Actors(self._engine, self._study)
        waiting: deque[_Shard] = deque()
        try:
            with SampleFile(samples) as file:
                shards = self._shards(file)
                for shard in shards:
                    self._order.append(shard.start)
                    kept = self._kept.find(shard.start)
                    if kept is not None:
                        self._done[shard.start] = kept
                    else:
                        waiting.append(shard)
                    while waiting and (len(self._order) >= self._engine.actors * _AHEAD * 2 or actors.has_room):
                        self._advance(actors, waiting)
                    yield from self._ready(file, begun)
                while self._order:
                    if self._order[0] not in self._done:
                        self._advance(actors, waiting)
                    yield from self._ready(file, begun)
        finally:
            self.progress.tally.workers_replaced += actors.replaced
            actors.close()

    def _shards(self, file: SampleFile) -> Iterator[_Shard]:
        """The shards that hold samples without a grade; those before them are passed over."""
        left = self._journal.grades
        for start, lines in _cut(file.lines()):
            held = sum(1 for line in lines if not line.isspace())
            if left and held <= left:
                left -= held
                self._line += len(lines)
                self._kept.drop(start)
                continue
            if left:
                self._written, left = left, 0
            yield _Shard(start, b"".join(lines))

    def _advance(self, actors: _Actors, waiting: deque[_Shard]) -> None:
        """Give out what can be given out, or wait until something has happened."""
        if waiting and actors.has_room:
            actors.give(waiting.popleft())
            return
        finished, lost = actors.wait()
        for shard, content in finished:
            self._kept.put(shard.start, content)
            self._done[shard.start] = content
        for shard in lost:
            if shard.tries + 1 >= _TRIES:
                raise GraderFailure(
                    f"the samples from byte {shard.start} on have ended {_TRIES} actors, one after another"
                )
            waiting.appendleft(_Shard(shard.start, shard.body, shard.tries + 1))

    def _ready(self, file: SampleFile, begun: float) -> Iterator[bytes]:
        while self._order and self._order[0] in self._done:
            start = self._order.popleft()
            lines, fault = self._emitted(self._done.pop(start))
            self.progress.seconds = time.monotonic() - begun
            self.progress.fraction = file.fraction
            if lines:
                yield lines
            if fault is not None:
                raise fault
            self._kept.drop(start)

    def _emitted(self, content: bytes) -> tuple[bytes, InputError | None]:
        """The lines of a shard, but for those that are written, and what is wrong with the line after them."""
        columns_wire, said_wire, rows, fault_wire, counts = from_json(content)
        columns = Columns(**columns_wire)
        said = list(map(judgement_from_wire, said_wire))
        fault = None
        if fault_wire is not None:
            line, message, field = fault_wire
            fault = InputError(message, line=self._line + line, field=field)
        problems = self._study.problems
        before, self._written = self._written, 0
        ids, refusal = self._journal.ids.assign_all(columns, problems, skip=before)
        if refusal:
            fault = InputError(refusal, line=self._line + columns.line_of(len(ids)) + 1, field="sample_id")
        batch = Batch(problems, columns, ids, [said[row] for row in rows[: len(ids)]])
        tally = self.progress.tally
        tally.samples += len(ids) - before
        tally.verdicts.update(batch.verdicts(before))
        for name, count in zip(("distinct", "judged", "workers_replaced"), counts):
            setattr(tally, name, getattr(tally, name) + count)
        self._checks.take(batch)
        self._line += columns.lines
        lines = batch.lines()
        return (lines if not before else b"".join(lines.splitlines(keepends=True)[before:])), fault
