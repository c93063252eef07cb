"""A worker process of the engine: extracts answers and judges them, one request at a time.

Started as `python -P -m verifiers.engine.worker PARENT [unsafe] [isolation=LEVEL] [sandbox=PLACE]` (its owner's
process id; how programs run) with its end of the socket pair of `wire` as its standard input. It imports what its
problems need and nothing else; prepares a problem when it first meets it; ends when its input ends, or when the
process that started it does (parent-death signal), taking its own children along. A terminal's Ctrl-C is the engine's
business: the worker ignores it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from collections import OrderedDict
from contextlib import suppress
from typing import Any

from pydantic_core import from_json

from verifiers.engine.extraction import Extraction, Shelf, Table
from verifiers.engine.wire import TABLES_KEPT, Columns, PeerGone, judgement_to_wire, receive, send
from verifiers.errors import InputError, VerifierError
from verifiers.interface import Answer

_PR_SET_PDEATHSIG = 1


class Files:
    """The file of samples that was read from last, kept open while the same run reads it."""

    def __init__(self) -> None:
        self._opened = (-1, "")
        self._descriptor = -1

    def read(self, run: int, path: str, start: int, end: int) -> bytes:
        """The bytes `[start, end)` of a file; raises `InputError` where they cannot be had.

        `run`: the number of its table. Another run opens the file anew: it may be another one by then.
        """
        try:
            if (run, path) != self._opened:
                descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
                if self._descriptor >= 0:
                    os.close(self._descriptor)
                self._opened, self._descriptor = (run, path), descriptor
            data = os.pread(self._descriptor, end - start, start)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}") from None
        if len(data) < end - start:
            raise InputError("became shorter while it was being read")
        return data


class Worker:
    """Answers requests until there are no more."""

    def __init__(self) -> None:
        self._tables: OrderedDict[int, Table] = OrderedDict()
        self._shelf = Shelf()
        self._files = Files()

    def answer(self, head: dict[str, Any], body: bytes) -> dict[str, Any]:
        """The answer to one request."""
        if head["op"] == "table":
            table = self._tables[head["table"]] = Table(head["ids"], body.split(b"\n"), self._shelf)
            if len(self._tables) > TABLES_KEPT:
                self._tables.popitem(last=False)
            for place in head["first"]:  # what is imported now is not imported at the expense of the first sample
                with suppress(VerifierError):  # which the grades will say
                    table.prepared(place)
            return {}
        table = self._tables[head["table"]]
        if head["op"] == "extract":
            return self._extract(table, head, body).to_wire()
        distinct = from_json(body)
        judgements = [table.judge(place, Answer(key, text, None, means)) for place, key, text, means in distinct]
        return {"items": [judgement_to_wire(judgement) for judgement in judgements]}

    def _extract(self, table: Table, head: dict[str, Any], body: bytes) -> Columns:
        if "file" in head:
            try:
                body = self._files.read(head["table"], *head["file"])
            except InputError as error:
                return Columns(rejected=[0, error.message, error.field])
        return Extraction(table).run(body)

    def serve(self, peer: socket.socket) -> None:
        """Serve until `peer` is gone."""
        while True:
            try:
                head, body = receive(peer)
                send(peer, self.answer(head, body))
            except PeerGone:
                return


def _die_with_parent(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the signal was asked for
            raise SystemExit(0)


def _choose_walls(options: list[str]) -> None:
    """Run programs as the engine was told to."""
    for option in options:
        from verifiers.code import allow_unsafe, ask_for_level, run_in

        name, _, value = option.partition("=")
        if name == "unsafe":
            allow_unsafe()
        elif name == "isolation":
            ask_for_level("strong" if value == "strong" else "unprivileged")
        elif name == "sandbox":
            run_in(value)


def main() -> None:
    """The process."""
    _die_with_parent(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _choose_walls(sys.argv[2:])
    peer = socket.socket(fileno=os.dup(0))
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)  # a library that reads or prints must not come between the engine and its worker
    os.dup2(nowhere, 1)
    os.close(nowhere)
    Worker().serve(peer)


if __name__ == "__main__":
    main()
