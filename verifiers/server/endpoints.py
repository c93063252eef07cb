"""What can be asked of a server: a table of endpoints, and the work of each.

An endpoint takes the body of a request and gives the body of an answer; reading and refusing requests is `app`'s.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field

from pydantic import BaseModel

from verifiers.engine import Engine
from verifiers.grading import Grade
from verifiers.server import foreign, messages, metrics, programs
from verifiers.server.errors import Refusal
from verifiers.server.gathering import Gatherer
from verifiers.server.openapi import describe
from verifiers.server.orders import Order, Reader, read_body
from verifiers.server.settings import Settings

JSON = "application/json"
NDJSON = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: a body, or the parts of one as they come."""

    body: bytes | AsyncGenerator[bytes]
    status: int = 200
    content_type: str = JSON


@dataclass
class Service:
    """What endpoints work with. `ready`: requests are taken."""

    settings: Settings
    engine: Engine
    reader: Reader
    gatherer: Gatherer
    programs: programs.Programs
    metrics: metrics.Metrics = field(default_factory=metrics.Metrics)
    ready: bool = False
    in_flight: int = 0


Work = Callable[[Service, bytes, bool], Awaitable[Answer]]  # the body; whether parts are wanted as they come


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path. `open`: without the token. `streams`: may be asked for parts as they come."""

    path: str
    method: str
    work: Work
    summary: str
    takes: type[BaseModel] | None = None
    gives: type[BaseModel] | None = None
    gives_type: str = JSON
    open: bool = False
    streams: bool = False


def _answer(said: BaseModel, status: int = 200) -> Answer:
    return Answer(said.model_dump_json().encode(), status)


async def grade(service: Service, body: bytes, parts: bool) -> Answer:
    """`/grade`."""
    asked = await read_body(messages.GradeRequest, body)
    order = await service.reader.one(asked.problem, asked.problem_id, asked.response)
    (line,) = await service.gatherer.grade(order)
    return Answer(line)


async def grade_batch(service: Service, body: bytes, parts: bool) -> Answer:
    """`/grade_batch`."""
    asked = await read_body(messages.GradeBatchRequest, body)
    order = await service.reader.batch(asked.problems, asked.samples)
    if parts:
        service.gatherer.admit(order)
        return Answer(_parts(service.gatherer, order), content_type=NDJSON)
    lines = await service.gatherer.grade(order)
    return Answer(b'{"grades":[' + b",".join(lines) + b"]}")


async def _parts(gatherer: Gatherer, order: Order) -> AsyncGenerator[bytes]:
    async for lines in gatherer.stream(order):
        yield b"\n".join(lines) + b"\n"


async def get_reward(service: Service, body: bytes, parts: bool) -> Answer:
    """`/get_reward`."""
    asked = await read_body(messages.RewardRequest, body)
    order = await foreign.reward_order(service.reader, asked)
    return _answer(foreign.rewards(await service.gatherer.grade(order), service.settings.error_score))


async def score(service: Service, body: bytes, parts: bool) -> Answer:
    """`/score` and `/v1/score/evaluation`."""
    asked = await read_body(messages.ScoreRequest, body)
    order = await foreign.score_order(service.reader, asked)
    lines = await service.gatherer.grade(order)
    return _answer(foreign.scores(lines, asked.model, service.settings.error_score))


async def run_code(service: Service, body: bytes, parts: bool) -> Answer:
    """`/run_code`."""
    return _answer(await service.programs.run(await read_body(messages.RunCodeRequest, body)))


async def submit(service: Service, body: bytes, parts: bool) -> Answer:
    """`/submit`."""
    asked = await read_body(messages.SubmitRequest, body)
    problem = programs.submitted_problem(asked)
    try:
        order = await service.reader.one(problem, None if problem is not None else str(asked.id), asked.completion)
    except Refusal as refusal:
        if problem is None and refusal.at == "problem_id":
            refusal.at = "id"
        raise
    (line,) = await service.gatherer.grade(order)
    return _answer(programs.submitted_answer(asked, line))


async def health(service: Service, body: bytes, parts: bool) -> Answer:
    """`/health`."""
    return _answer(messages.StateAnswer(status="alive"))


async def ready(service: Service, body: bytes, parts: bool) -> Answer:
    """`/ready`."""
    if not service.ready:
        raise Refusal(503, "not_ready", "the server is starting or ending", headers={"Retry-After": "1"})
    return _answer(messages.StateAnswer(status="ready"))


async def told_metrics(service: Service, body: bytes, parts: bool) -> Answer:
    """`/metrics`."""
    gauges = [
        ("samples_waiting", "Samples that wait for the engine.", service.gatherer.waiting),
        ("requests_in_flight", "Requests being read or worked on.", service.in_flight),
        ("engine_workers", "Worker processes that run.", len(service.engine.worker_pids())),
    ]
    page = "\n".join(service.metrics.lines(service.gatherer.verdicts, gauges)) + "\n"
    return Answer(page.encode(), content_type=metrics.CONTENT_TYPE)


async def openapi(service: Service, body: bytes, parts: bool) -> Answer:
    """`/openapi.json`."""
    return Answer(describe(ENDPOINTS))


ENDPOINTS = (
    Endpoint("/grade", "POST", grade, "Grade one response.", messages.GradeRequest, Grade),
    Endpoint(
        "/grade_batch",
        "POST",
        grade_batch,
        f"Grade many; with Accept: {NDJSON} a grade a line, as they are done.",
        messages.GradeBatchRequest,
        messages.GradeBatchAnswer,
        streams=True,
    ),
    Endpoint(
        "/get_reward", "POST", get_reward, "OpenRLHF's remote reward.", messages.RewardRequest, messages.RewardAnswer
    ),
    Endpoint("/score", "POST", score, "LLaMA-Factory's reward API.", messages.ScoreRequest, messages.ScoreAnswer),
    Endpoint("/v1/score/evaluation", "POST", score, "The same.", messages.ScoreRequest, messages.ScoreAnswer),
    Endpoint("/run_code", "POST", run_code, "Run one program.", messages.RunCodeRequest, messages.RunCodeAnswer),
    Endpoint("/submit", "POST", submit, "Judge a program by tests.", messages.SubmitRequest, messages.SubmitAnswer),
    Endpoint("/health", "GET", health, "Whether the process lives.", None, messages.StateAnswer, open=True),
    Endpoint("/ready", "GET", ready, "Whether requests are taken.", None, messages.StateAnswer, open=True),
    Endpoint("/metrics", "GET", told_metrics, "For Prometheus.", gives_type="text/plain"),
    Endpoint("/openapi.json", "GET", openapi, "This description.", gives_type=JSON),
)
