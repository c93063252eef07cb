"""Problems and samples as objects, to a server and back as grades.

The async client makes its calls in threads of its own, as many as it may have connections. A connection of a grader
waits for seconds, so that a thread each is cheap; in return there is one implementation of retries, deadlines and kept
connections, and no HTTP library is needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from pydantic_core import from_json

from verifiers.adapters.client_file import Grader
from verifiers.grading import Grade
from verifiers.problem import Problem, Sample
from verifiers.records import problem_to_json, sample_to_json

AnyProblem = Problem | Mapping[str, Any]
AnySample = Sample | Mapping[str, Any]
T = TypeVar("T")


def _problem(problem: AnyProblem) -> dict[str, Any]:
    record: dict[str, Any] = from_json(problem_to_json(problem)) if isinstance(problem, Problem) else dict(problem)
    return record


def _sample(sample: AnySample) -> dict[str, Any]:
    record: dict[str, Any] = from_json(sample_to_json(sample)) if isinstance(sample, Sample) else dict(sample)
    return record


class Client:
    """A server, by its address. May be used from many threads, and after a fork.

    `timeout`: seconds that a request may take, which the server is told too. A call is made up to `tries` times where
    the connection breaks or the server is busy, after the wait that it asks for: grading twice does no harm. Raises
    `Refused` (with the field and what would be right) and `Unreachable`.

    >>> with Client("http://127.0.0.1:8000") as client:  # doctest: +SKIP
    ...     client.grade(MathProblem(reference="1/2"), r"\\boxed{0.5}").verdict
    """

    def __init__(self, url: str, *, token: str | None = None, timeout: float = 300.0, tries: int = 5) -> None:
        self._grader = Grader(url, token=token, timeout=timeout, tries=tries)

    def grade(self, problem: AnyProblem, response: str) -> Grade:
        """The grade of one response."""
        return Grade.model_validate(self._grader.grade(_problem(problem), response))

    def grade_samples(self, problems: Iterable[AnyProblem], samples: Iterable[AnySample]) -> list[Grade]:
        """The grades of samples, each of which names its problem, in their order: one request."""
        grades = self._grader.grade_batch(list(map(_problem, problems)), list(map(_sample, samples)))
        return [Grade.model_validate(grade) for grade in grades]

    def grade_batch(self, problems: Sequence[AnyProblem], responses: Sequence[str]) -> list[Grade]:
        """Grade `responses[i]` against `problems[i]`, as `Engine.grade_batch` does; `sample_id` is the place."""
        if len(problems) != len(responses):
            raise ValueError(f"{len(problems)} problems for {len(responses)} responses: the numbers must be equal")
        places: dict[int, int] = {}
        for problem in problems:
            places.setdefault(id(problem), len(places))
        distinct = {places[id(problem)]: _problem(problem) for problem in problems}
        names = {place: record.get("id", "") for place, record in distinct.items()}
        samples = [
            {"problem_id": str(places[id(problem)]), "response": response, "sample_id": number}
            for number, (problem, response) in enumerate(zip(problems, responses, strict=True))
        ]
        renamed = [{**record, "id": str(place)} for place, record in distinct.items()]
        grades = self._grader.grade_batch(renamed, samples)
        return [Grade.model_validate({**each, "problem_id": names[int(each["problem_id"])]}) for each in grades]

    def stream(self, problems: Iterable[AnyProblem], samples: Iterable[AnySample]) -> Iterator[Grade]:
        """As `grade_samples`, each as it is done."""
        for grade in self._grader.stream(list(map(_problem, problems)), list(map(_sample, samples))):
            yield Grade.model_validate(grade)

    def run_code(self, code: str, language: str = "python", **more: Any) -> dict[str, Any]:
        """What a program does, ungraded; see `Grader.run_code`."""
        return self._grader.run_code(code, language, **more)

    def ready(self) -> bool:
        """Whether the server takes requests."""
        return self._grader.ready()

    def close(self) -> None:
        """Close the connections."""
        self._grader.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient:
    """`Client` for event loops; at most `connections` calls are under way, others wait."""

    def __init__(
        self, url: str, *, token: str | None = None, timeout: float = 300.0, tries: int = 5, connections: int = 32
    ) -> None:
        self._client = Client(url, token=token, timeout=timeout, tries=tries)
        self._threads = ThreadPoolExecutor(connections, "verify-client")

    async def _asked(self, call: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)

    async def grade(self, problem: AnyProblem, response: str) -> Grade:
        """The grade of one response."""
        return await self._asked(self._client.grade, problem, response)

    async def grade_samples(self, problems: Iterable[AnyProblem], samples: Iterable[AnySample]) -> list[Grade]:
        """As `Client.grade_samples`."""
        return await self._asked(self._client.grade_samples, problems, samples)

    async def grade_batch(self, problems: Sequence[AnyProblem], responses: Sequence[str]) -> list[Grade]:
        """As `Client.grade_batch`."""
        return await self._asked(self._client.grade_batch, problems, responses)

    async def aclose(self) -> None:
        """Let the threads and the connections go."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
