"""What travels between the engine and its workers: framed JSON over two pipes.

A frame is two lengths, a JSON head and a body of bytes: `>II`, head, body. The engine asks, the worker
answers each request with one frame, in order. Samples travel to the worker as the raw lines of their file
and are parsed there; only answers come back. Nothing is pickled.

| request head | body | answer (head) |
|---|---|---|
| `{"op": "table", "table": n, "ids": [...]}` | the problems, a line each | `{}` |
| `{"op": "extract", "table": n}` | samples, a line each | `{"items": [Extracted or Rejected, ...]}` |
| `{"op": "judge", "table": n}` | JSON `[[problem, key, text, means], ...]` | `{"items": [Judgement, ...]}` |
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import IO, Any

from pydantic_core import from_json, to_json

from verifiers.interface import Answer, Judgement
from verifiers.verdict import Verdict

_LENGTHS = struct.Struct(">II")
_BODY_MOST = (1 << 32) - 1


class PeerGone(Exception):
    """The other end of the pipe is closed or broke off inside a frame."""


def send(pipe: IO[bytes], head: dict[str, Any], body: bytes = b"") -> None:
    """Write one frame; raises `PeerGone` where nobody reads."""
    encoded = to_json(head)
    try:
        pipe.write(_LENGTHS.pack(len(encoded), len(body)))
        pipe.write(encoded)
        pipe.write(body)
        pipe.flush()
    except (BrokenPipeError, ConnectionError, ValueError) as error:
        raise PeerGone(str(error)) from None


def receive(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Read one frame; raises `PeerGone` at the end of the stream."""
    head_length, body_length = _LENGTHS.unpack(_exactly(pipe, _LENGTHS.size))
    head: dict[str, Any] = from_json(_exactly(pipe, head_length))
    return head, _exactly(pipe, body_length)


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    data = pipe.read(length) if length else b""
    if len(data) < length:
        raise PeerGone("the stream ended")
    return data


@dataclass(frozen=True, slots=True)
class Extracted:
    """One sample after extraction. `fault` is set where the extractor itself failed."""

    problem: int
    sample_id: int | str | None
    model: str
    extra: dict[str, Any] | None
    answer: Answer | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """One line that is not a sample of the study."""

    message: str
    field: str | None


def extracted_to_wire(item: Extracted | Rejected) -> list[Any]:
    """The JSON form of an item."""
    if isinstance(item, Rejected):
        return [item.message, item.field]
    answer = item.answer
    fields = None if answer is None else [answer.key, answer.text, answer.span, answer.means]
    return [item.problem, item.sample_id, item.model, item.extra, fields, item.fault]


def extracted_from_wire(item: list[Any]) -> Extracted | Rejected:
    """The item that `extracted_to_wire` wrote."""
    if len(item) == 2:
        return Rejected(item[0], item[1])
    problem, sample_id, model, extra, fields, fault = item
    answer = None
    if fields is not None:
        key, text, span, means = fields
        answer = Answer(key, text, None if span is None else (span[0], span[1]), means)
    return Extracted(problem, sample_id, model, extra, answer, fault)


def judgement_to_wire(judgement: Judgement) -> list[Any]:
    """The JSON form of a judgement."""
    return [
        judgement.verdict.value,
        judgement.method,
        judgement.reason,
        judgement.score,
        judgement.tests,
        judgement.isolation,
    ]


def judgement_from_wire(item: list[Any]) -> Judgement:
    """The judgement that `judgement_to_wire` wrote."""
    verdict, method, reason, score, tests, isolation = item
    return Judgement(Verdict(verdict), method, reason, score, tests, isolation)
