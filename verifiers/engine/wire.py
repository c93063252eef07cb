"""What travels between the engine and its workers: framed JSON over a pair of sockets.

A frame is two lengths, a JSON head and a body of bytes: `>II`, head, body. The engine asks, the worker
answers each request with one frame, in order. Samples travel as a place in their file, or as raw lines, and are
parsed by the worker; only answers come back. Nothing is pickled.

| request head | body | answer (head) |
|---|---|---|
| `{"op": "table", "table": n, "ids": [...], "first": [...]}` | the problems, a line each | `{}` |
| `{"op": "extract", "table": n}` | samples, a line each | `Columns` |
| `{"op": "extract", "table": n, "file": [path, start, end]}` | | `Columns` |
| `{"op": "judge", "table": n}` | JSON `[[problem, key, text, means], ...]` | `{"items": [Judgement, ...]}` |
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from pydantic_core import from_json, to_json

from verifiers.interface import Judgement
from verifiers.verdict import Verdict

_LENGTHS = struct.Struct(">II")
_AT_ONCE = 1 << 20

TABLES_KEPT = 8
"""Tables that a worker keeps: the latest ones that it was given. Its owner reckons with the same number."""


class PeerGone(Exception):
    """The other end is closed or broke off inside a frame."""


class Overdue(Exception):
    """The other end did not answer in time."""


def send(peer: socket.socket, head: dict[str, Any], body: bytes = b"") -> None:
    """Write one frame; raises `PeerGone` where nobody reads, `Overdue` after the socket's timeout."""
    encoded = to_json(head)
    try:
        peer.sendall(b"".join((_LENGTHS.pack(len(encoded), len(body)), encoded, body)))
    except TimeoutError:
        raise Overdue from None
    except OSError as error:
        raise PeerGone(str(error)) from None


def receive(peer: socket.socket, until: float | None = None) -> tuple[dict[str, Any], bytes]:
    """Read one frame; raises `PeerGone` at the end of the stream, `Overdue` at `until` (`time.monotonic`)."""
    head_length, body_length = _LENGTHS.unpack(_exactly(peer, _LENGTHS.size, until))
    head: dict[str, Any] = from_json(_exactly(peer, head_length, until))
    return head, _exactly(peer, body_length, until)


def _exactly(peer: socket.socket, length: int, until: float | None) -> bytes:
    parts = []
    while length:
        if until is not None:
            peer.settimeout(max(0.001, until - time.monotonic()))
        try:
            part = peer.recv(min(length, _AT_ONCE))
        except TimeoutError:
            raise Overdue from None
        except OSError as error:
            raise PeerGone(str(error)) from None
        if not part:
            raise PeerGone("the stream ended")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


NOTHING = -1
"""In `Columns.slots`: the response holds no answer."""
FAULT = -2
"""In `Columns.slots`: the extractor itself failed; `Columns.faults` says how."""


@dataclass(slots=True)
class Columns:
    """What was extracted from consecutive lines: a column for each property, a row for each sample.

    `lines`: how many lines were read; `blank`: which of them, from 0, held no sample. `places`, `models`: runs
    `[value, length]`. `ids`: None where no sample has one. `answers`: the distinct ones, `[problem, key, text, means]`;
    `slots[i]`: the one that sample `i` gave. `texts[i]`, `means[i]`: where they differ from that answer's.
    `spans`: start and end of each sample's answer, in turn, -1 for none. `extras`: further fields, as JSON without
    the outer braces. `prints`: a hash of each response, to find those that are the same text; `templates`: runs of what
    names the prompt of a sample; `cut_off`: how many were cut off at the token limit.
    `rejected`: `[line, message, field]` of the first line that is no sample; nothing after it was read.
    """

    lines: int = 0
    blank: list[int] = field(default_factory=list)
    places: list[list[int]] = field(default_factory=list)
    models: list[list[Any]] = field(default_factory=list)
    ids: list[int | str | None] | None = None
    slots: list[int] = field(default_factory=list)
    answers: list[list[Any]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    means: dict[str, str] = field(default_factory=dict)
    spans: list[int] = field(default_factory=list)
    extras: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    prints: list[int] = field(default_factory=list)
    templates: list[list[Any]] = field(default_factory=list)
    cut_off: int = 0
    rejected: list[Any] | None = None

    def to_wire(self) -> dict[str, Any]:
        """The JSON form; `Columns(**form)` reads it."""
        return {name: getattr(self, name) for name in _COLUMNS}

    def append(self, other: Columns) -> None:
        """Add the rows of the lines that follow."""
        row, slot, line = len(self.slots), len(self.answers), self.lines
        if self.ids is not None or other.ids is not None:
            nothing: list[int | str | None] = [None]
            mine = self.ids if self.ids is not None else nothing * row
            self.ids = mine + (other.ids if other.ids is not None else nothing * len(other.slots))
        self.blank += [each + line for each in other.blank]
        for name in ("places", "models", "templates", "answers", "spans", "prints"):
            getattr(self, name).extend(getattr(other, name))
        self.slots += [each + slot if each >= 0 else each for each in other.slots]
        for name in ("texts", "means", "extras", "faults"):
            getattr(self, name).update({str(int(key) + row): value for key, value in getattr(other, name).items()})
        self.lines += other.lines
        self.cut_off += other.cut_off
        if other.rejected is not None:
            self.rejected = [other.rejected[0] + line, *other.rejected[1:]]

    def runs(self) -> Iterator[tuple[int, str, int, int]]:
        """Runs of rows of one problem and model: place, model, first row, and the row after the last."""
        models, row = iter(self.models), 0
        model, left = "", 0
        for place, length in self.places:
            while length:
                if not left:
                    model, left = next(models)
                step = min(length, left)
                yield place, model, row, row + step
                row, length, left = row + step, length - step, left - step

    def line_of(self, row: int) -> int:
        """On which of the lines, from 0, the sample of a row stands."""
        line = row
        for blank in self.blank:
            line += blank <= line
        return line


_COLUMNS = tuple(column.name for column in fields(Columns))


def unrolled(runs: list[list[Any]]) -> Iterator[Any]:
    """The values of a column of runs, one a row."""
    for value, length in runs:
        for _ in range(length):
            yield value


def judgement_to_wire(judgement: Judgement) -> list[Any]:
    """The JSON form of a judgement."""
    return [
        judgement.verdict.value,
        judgement.method,
        judgement.reason,
        judgement.score,
        judgement.tests,
        judgement.isolation,
        judgement.by_the_clock,
    ]


def judgement_from_wire(item: list[Any]) -> Judgement:
    """The judgement that `judgement_to_wire` wrote."""
    verdict, method, reason, score, tests, isolation, by_the_clock = item
    return Judgement(Verdict(verdict), method, reason, score, tests, isolation, by_the_clock)
