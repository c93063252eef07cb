"""A worker process of the engine: extracts answers and judges them, one request at a time.

Started as `python -P -m verifiers.engine.worker PARENT [unsafe] [isolation=LEVEL] [sandbox=PLACE]` (its owner's
process id; how programs run) with the two pipes of `wire` as its standard input and output. It imports what its
problems need and nothing else; prepares a problem when it first meets it; ends when its input ends, or when the
process that started it does (parent-death signal), taking its own children along. A terminal's Ctrl-C is the engine's
business: the worker ignores it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections import OrderedDict
from typing import IO, Any

from pydantic_core import from_json

from verifiers.engine.wire import (
    Extracted,
    PeerGone,
    Rejected,
    extracted_to_wire,
    judgement_to_wire,
    receive,
    send,
)
from verifiers.errors import InputError, VerifierError
from verifiers.grading import judged
from verifiers.interface import Answer, Judgement, Prepared
from verifiers.records import parse_object, parse_sample
from verifiers.registry import parse_problem, prepare
from verifiers.verdict import Verdict

_PR_SET_PDEATHSIG = 1
_TABLES_KEPT = 4
_PREPARED_KEPT = 4096


class Table:
    """The problems of one study, as lines; parsed and prepared on first use, the latest ones kept."""

    def __init__(self, ids: list[str], lines: list[bytes]) -> None:
        self.index = {problem_id: place for place, problem_id in enumerate(ids)}
        self._lines = lines
        self._prepared: OrderedDict[int, Prepared] = OrderedDict()

    def prepared(self, place: int) -> Prepared:
        """The prepared problem at `place`; raises `VerifierError` where it is bad."""
        known = self._prepared.get(place)
        if known is None:
            known = self._prepared[place] = prepare(parse_problem(parse_object(self._lines[place])))
            if len(self._prepared) > _PREPARED_KEPT:
                self._prepared.popitem(last=False)
        else:
            self._prepared.move_to_end(place)
        return known

    def extract(self, line: bytes) -> Extracted | Rejected:
        """The answer in one sample's line."""
        try:
            sample = parse_sample(line)
        except InputError as error:
            return Rejected(error.message, error.field)
        place = self.index.get(sample.problem_id)
        if place is None:
            return Rejected(f"no problem has the id {sample.problem_id!r}", "problem_id")
        answer, fault = None, ""
        try:
            answer = self.prepared(place).extract(sample.response)
        except Exception as error:  # noqa: BLE001 - the extractor's own fault must not cost the other samples
            fault = f"extraction failed: {type(error).__name__}: {error}"[:500]
        return Extracted(place, sample.sample_id, sample.model, sample.model_extra or None, answer, fault)

    def judge(self, place: int, answer: Answer) -> Judgement:
        """The judgement of one distinct answer."""
        try:
            prepared = self.prepared(place)
        except VerifierError as error:
            return Judgement(Verdict.ERROR, reason=str(error))
        return judged(prepared, answer)


class Worker:
    """Answers requests until there are no more."""

    def __init__(self) -> None:
        self._tables: OrderedDict[int, Table] = OrderedDict()

    def answer(self, head: dict[str, Any], body: bytes) -> dict[str, Any]:
        """The answer to one request."""
        if head["op"] == "table":
            self._tables[head["table"]] = Table(head["ids"], body.split(b"\n"))
            if len(self._tables) > _TABLES_KEPT:
                self._tables.popitem(last=False)
            return {}
        table = self._tables[head["table"]]
        if head["op"] == "extract":
            return {"items": [extracted_to_wire(table.extract(line)) for line in body.split(b"\n")]}
        distinct = from_json(body)
        judgements = [table.judge(place, Answer(key, text, None, means)) for place, key, text, means in distinct]
        return {"items": [judgement_to_wire(judgement) for judgement in judgements]}

    def serve(self, requests: IO[bytes], answers: IO[bytes]) -> None:
        """Serve until `requests` ends."""
        while True:
            try:
                head, body = receive(requests)
                send(answers, self.answer(head, body))
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
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)  # a library that prints must not write into the answers
    os.dup2(nowhere, 1)
    os.close(nowhere)
    Worker().serve(requests, answers)


if __name__ == "__main__":
    main()
