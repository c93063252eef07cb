"""`Engine`: thousands of responses graded by worker processes, each distinct answer once."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal

from pydantic_core import to_json

from verifiers.engine.again import regrade_file
from verifiers.engine.batch import Batch
from verifiers.engine.files import Observer, Progress, grade_file
from verifiers.engine.pipeline import Pipeline
from verifiers.engine.pool import Pool
from verifiers.engine.sources import of_lines
from verifiers.engine.store import VerdictStore
from verifiers.engine.study import SampleIds, Study
from verifiers.errors import InputError, VerifierError
from verifiers.grading import Grade
from verifiers.problem import Problem, Sample
from verifiers.records import sample_to_json
from verifiers.response import whole_characters
from verifiers.verdict import Verdict


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _walls(unsafe: bool, isolation: str | None, sandbox: str | None, image: str | None) -> list[str]:
    """What a worker is told of how programs run, as its arguments; raises `InputError`."""
    from verifiers.code.place import place_named

    if image is not None:
        if sandbox != "docker":
            raise InputError(f"image goes with sandbox='docker', not {sandbox!r}", field="image")
        sandbox = f"docker:{image}"
    if sandbox is not None:
        place_named(sandbox)
    named = {"isolation": isolation, "sandbox": sandbox}
    return [*(["unsafe"] if unsafe else []), *(f"{name}={value}" for name, value in named.items() if value)]


class Engine:
    """Grades many samples on `workers` processes (default: one a core that this process may use).

    Nothing starts before the first call; `close()` (or leaving the `with` block) ends every process that
    was started. May be used from several threads, and in a child after a fork, which gets workers of its own.
    `unsafe`: run programs even where this machine cannot shut them in (their grades say so). `isolation`: "strong" or
    "unprivileged", to run them at that level and no other; None: the best to be had. `sandbox`: where they run,
    "local", "docker" or "docker:IMAGE" (None: what TRUEGRADE_SANDBOX says, else local); `image` names the image apart.
    `store`: a file that keeps verdicts, so that no answer is judged twice, by this engine or by any other that names
    the same file.

    >>> from verifiers import Engine, MathProblem
    >>> with Engine(workers=1) as engine:
    ...     grades = engine.grade_batch([MathProblem(reference="2")] * 2, ["\\\\boxed{2}", "\\\\boxed{3}"])
    >>> [grade.verdict.value for grade in grades]
    ['correct', 'incorrect']
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        unsafe: bool = False,
        isolation: Literal["strong", "unprivileged"] | None = None,
        sandbox: str | None = None,
        image: str | None = None,
        store: str | os.PathLike[str] | None = None,
    ) -> None:
        if workers is not None and workers < 1:
            raise InputError(f"workers must be 1 or more, not {workers}", field="workers")
        self.workers = workers or _usable_cores()
        if isolation not in (None, "strong", "unprivileged"):
            raise InputError(f"isolation must be strong, unprivileged or None, not {isolation!r}", field="isolation")
        self._walls = _walls(unsafe, isolation, sandbox, image)
        self._lock = threading.Lock()
        self._pool: Pool | None = None
        self._store_path = Path(store) if store is not None else None
        self._store: VerdictStore | None = None
        self._pid = os.getpid()
        self._closed = False

    def grade_samples(
        self, problems: Iterable[Problem], samples: Iterable[Sample], *, ordered: bool = True
    ) -> Iterator[Grade]:
        """Grade `samples` as they come, in their order; each names its problem by `problem_id`.

        Not `ordered`: each as soon as it is done; every sample must then have a `sample_id`.

        Raises `ProblemError` for a bad problem before anything is graded, and `InputError` when a sample's
        turn comes that names no problem or repeats an id.
        """
        by_id: dict[str, Problem] = {}
        for problem in problems:
            if problem.id in by_id:
                raise InputError(f"two problems have the id {problem.id!r}", field="id")
            by_id[problem.id] = problem
        run = self.pipeline(Study(by_id.values()))
        return _each(run.run(of_lines(map(sample_to_json, samples)), ordered=ordered))

    def grade_batch(self, problems: Sequence[Problem], responses: Sequence[str]) -> list[Grade]:
        """Grade `responses[i]` against `problems[i]` (the same object may stand there many times).

        A problem needs no id here. Grades come in the same order; `sample_id` is the place in the batch.
        """
        if len(problems) != len(responses):
            raise InputError(f"{len(problems)} problems for {len(responses)} responses: the numbers must be equal")
        places: dict[int, int] = {}
        distinct: list[Problem] = []
        for problem in problems:
            if id(problem) not in places:
                places[id(problem)] = len(distinct)
                distinct.append(problem)
        lines = (
            to_json(
                {"problem_id": str(places[id(problem)]), "response": whole_characters(response), "sample_id": number}
            )
            for number, (problem, response) in enumerate(zip(problems, responses, strict=True))
        )
        study = Study(distinct, ids=[str(place) for place in range(len(distinct))])
        return list(_each(self.pipeline(study).run(of_lines(lines))))

    async def agrade_batch(self, problems: Sequence[Problem], responses: Sequence[str]) -> list[Grade]:
        """As `grade_batch`, without holding up the event loop."""
        return await asyncio.to_thread(self.grade_batch, problems, responses)

    def grade_file(
        self,
        problems: str | os.PathLike[str],
        samples: str | os.PathLike[str],
        out: str | os.PathLike[str],
        *,
        resume: bool = False,
        overwrite: bool = False,
        limit: int | None = None,
        only: Collection[Verdict] | None = None,
        observer: Observer | None = None,
    ) -> Progress:
        """Grade a file of samples into a file of grades; see `verifiers.engine.files.grade_file`."""
        paths = (Path(problems), Path(samples), Path(out))
        return grade_file(self, *paths, resume=resume, overwrite=overwrite, limit=limit, only=only, observer=observer)

    def regrade_file(
        self,
        problems: str | os.PathLike[str],
        samples: str | os.PathLike[str],
        out: str | os.PathLike[str],
        verdicts: Collection[Verdict],
        *,
        observer: Observer | None = None,
    ) -> Progress:
        """Grade again the samples that got any of `verdicts`; see `verifiers.engine.again.regrade_file`."""
        return regrade_file(self, Path(problems), Path(samples), Path(out), verdicts, observer=observer)

    def pipeline(self, study: Study, ids: SampleIds | None = None) -> Pipeline:
        """A run of `study` on this engine's workers."""
        pool = self._running_pool()
        return Pipeline(pool, study, ids, self._store)

    @property
    def trouble(self) -> str:
        """What went wrong with the store of verdicts, for the user; empty where nothing did."""
        return self._store.trouble if self._store is not None else ""

    def worker_pids(self) -> list[int]:
        """The process ids of the workers that run now."""
        return self._pool.worker_pids() if self._pool is not None and self._pid == os.getpid() else []

    def close(self) -> None:
        """End all workers. Closing twice does nothing."""
        with self._lock:
            pool, self._pool, self._closed = self._pool, None, True
            store, self._store = self._store, None
        if self._pid == os.getpid():
            if pool is not None:
                pool.close()
            if store is not None:
                store.close()

    def _running_pool(self) -> Pool:
        with self._lock:
            if self._closed:
                raise VerifierError("the engine is closed")
            if self._pool is None or self._pid != os.getpid():
                self._pool = Pool(self.workers, self._walls)
                self._pid = os.getpid()
                self._store = VerdictStore(self._store_path) if self._store_path is not None else None
            return self._pool

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _each(batches: Iterator[Batch]) -> Iterator[Grade]:
    for batch in batches:
        yield from batch.grades()
