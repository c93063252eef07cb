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
from typing import Any
from zlib import crc32

from pydantic_core import from_json, to_json

from verifiers.engine.wire import FAULT, NOTHING, TABLES_KEPT, Columns, PeerGone, judgement_to_wire, receive, send
from verifiers.errors import InputError, VerifierError
from verifiers.grading import Grade, judged
from verifiers.interface import Answer, Judgement, Permutable, Prepared, as_permutable
from verifiers.records import parse_object, parse_sample
from verifiers.registry import parse_problem, prepare, verifier_for
from verifiers.verdict import Verdict

_PR_SET_PDEATHSIG = 1
_PREPARED_KEPT = 4096
_LOOKED_AT = 16
_FAULT_MOST = 500
# fields that some samplers write: why generation ended, and what prompt the sample was drawn with
_CUT_OFF = ("length", "max_tokens")
_TEMPLATES = ("template_id", "prompt_id", "prompt_template", "template")
# a sample's further fields travel into its grade, those of the grade's own names with `sample_` before them
_GRADES_OWN = frozenset(Grade.model_fields)


class Shelf:
    """Prepared problems by the lines that state them, the latest ones: the next study may have the same problems."""

    def __init__(self) -> None:
        self._prepared: OrderedDict[bytes, tuple[Prepared, Permutable | None]] = OrderedDict()

    def prepared(self, line: bytes) -> tuple[Prepared, Permutable | None]:
        """The problem that `line` states, and again if its options may be shown in another order.

        Raises `VerifierError` where it is bad.
        """
        known = self._prepared.get(line)
        if known is None:
            prepared = prepare(parse_problem(parse_object(line)))
            known = self._prepared[line] = prepared, as_permutable(prepared)
            if len(self._prepared) > _PREPARED_KEPT:
                self._prepared.popitem(last=False)
        else:
            self._prepared.move_to_end(line)
        return known


class Table:
    """The problems of one study, as lines; parsed and prepared on first use."""

    def __init__(self, ids: list[str], lines: list[bytes], shelf: Shelf | None = None) -> None:
        self.index = {problem_id: place for place, problem_id in enumerate(ids)}
        self._lines = lines
        self._shelf = shelf if shelf is not None else Shelf()

    def prepared(self, place: int) -> Prepared:
        """The prepared problem at `place`; raises `VerifierError` where it is bad."""
        return self.permutable(place)[0]

    def permutable(self, place: int) -> tuple[Prepared, Permutable | None]:
        """The prepared problem at `place`, and again if its options may be shown in another order."""
        return self._shelf.prepared(self._lines[place])

    def judge(self, place: int, answer: Answer) -> Judgement:
        """The judgement of one distinct answer."""
        try:
            prepared = self.prepared(place)
        except VerifierError as error:
            return Judgement(Verdict.ERROR, reason=str(error))
        return judged(prepared, answer)


class Extraction:
    """Reads consecutive lines of samples into `columns`."""

    def __init__(self, table: Table) -> None:
        self.columns = Columns()
        self._table = table
        self._ids: list[int | str | None] = []
        self._known: dict[tuple[int, str], int] = {}

    def run(self, body: bytes) -> Columns:
        """The columns of all lines of `body`, up to the first that is no sample."""
        columns = self.columns
        lines = body.split(b"\n")
        if not lines[-1]:
            lines.pop()
        columns.lines = len(lines)
        for number, line in enumerate(lines):
            if not line or line.isspace():
                columns.blank.append(number)
                continue
            try:
                self._take(line)
            except InputError as error:
                columns.rejected = [number, error.message, error.field]
                break
        if any(sample_id is not None for sample_id in self._ids):
            columns.ids = self._ids
        return columns

    def _take(self, line: bytes) -> None:
        """One sample; raises `InputError` where the line is none."""
        problem_id, response, sample_id, model, extra = _fields(line)
        place = self._table.index.get(problem_id)
        if place is None:
            raise InputError(f"no problem has the id {problem_id!r}", field="problem_id")
        order = extra.get("shown_order") if extra else None
        as_shown = self._as_shown(place, order) if order is not None else None
        columns, row = self.columns, len(self.columns.slots)
        _append(columns.places, place)
        _append(columns.models, model)
        self._ids.append(sample_id)
        columns.prints.append(len(response) << 32 | crc32(response.encode("utf-8", "surrogatepass")))
        template = ""
        if extra:
            columns.cut_off += extra.get("finish_reason") in _CUT_OFF
            template = next((str(extra[name]) for name in _TEMPLATES if name in extra), "")
            if not _GRADES_OWN.isdisjoint(extra):
                extra = {f"sample_{name}" if name in _GRADES_OWN else name: value for name, value in extra.items()}
            columns.extras[str(row)] = to_json(extra)[1:-1].decode()
        _append(columns.templates, template)
        try:
            prepared, permutable = (as_shown, as_shown) if as_shown else self._table.permutable(place)
            answer = prepared.extract(response)
            shown = permutable.positions(answer) if permutable is not None else None
        except Exception as error:  # noqa: BLE001 - the extractor's own fault must not cost the other samples
            columns.faults[str(row)] = f"extraction failed: {type(error).__name__}: {error}"[:_FAULT_MOST]
            columns.slots.append(FAULT)
            columns.spans += (-1, -1)
            return
        if shown is not None:
            columns.extras[str(row)] = to_json({"shown": shown, **(extra or {})})[1:-1].decode()
        if answer is None:
            columns.slots.append(NOTHING)
            columns.spans += (-1, -1)
            return
        columns.slots.append(self._slot(place, answer, str(row)))
        columns.spans += answer.span or (-1, -1)

    def _as_shown(self, place: int, order: object) -> Permutable | None:
        """The problem with its options in a sample's own order; raises `InputError` where that is none of them."""
        try:
            _, permutable = self._table.permutable(place)
        except VerifierError:
            return None  # the problem is at fault, which its grades say
        return permutable.shown(order) if permutable is not None else None

    def _slot(self, place: int, answer: Answer, row: str) -> int:
        """Where `answer` stands among the distinct ones; what differs from the one there is noted."""
        columns = self.columns
        slot = self._known.get((place, answer.key))
        if slot is None:
            slot = self._known[place, answer.key] = len(columns.answers)
            columns.answers.append([place, answer.key, answer.text, answer.means])
            return slot
        _, _, text, means = columns.answers[slot]
        if answer.text != text:
            columns.texts[row] = answer.text
        if answer.means != means:
            columns.means[row] = answer.means
        return slot


def _append(runs: list[list[Any]], value: Any) -> None:
    if runs and runs[-1][0] == value:
        runs[-1][1] += 1
    else:
        runs.append([value, 1])


def _fields(line: bytes) -> tuple[str, str, int | str | None, str, dict[str, Any]]:
    """Problem id, response, sample id, model and further fields of a line; raises `InputError` where it is no sample.

    What a well-formed line needs is looked at here; of any other the model says what is wrong.
    """
    try:
        record = from_json(line)
    except ValueError:
        record = None
    if type(record) is dict:
        problem_id, response = record.pop("problem_id", None), record.pop("response", None)
        sample_id, model = record.pop("sample_id", None), record.pop("model", "")
        if type(problem_id) is type(response) is type(model) is str and (sample_id is None or type(sample_id) in _ID):
            return problem_id, response, sample_id, model, record
    sample = parse_sample(line)
    return sample.problem_id, sample.response, sample.sample_id, sample.model, sample.model_extra or {}


_ID = (int, str)


class Files:
    """The files of samples that have been read from, kept open: the latest one alone."""

    def __init__(self) -> None:
        self._path = ""
        self._descriptor = -1

    def read(self, path: str, start: int, end: int) -> bytes:
        """The bytes `[start, end)` of a file; raises `InputError` where they cannot be had."""
        try:
            if path != self._path:
                descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
                if self._descriptor >= 0:
                    os.close(self._descriptor)
                self._path, self._descriptor = path, descriptor
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
            lines = body.split(b"\n")
            self._tables[head["table"]] = Table(head["ids"], lines, self._shelf)
            if len(self._tables) > TABLES_KEPT:
                self._tables.popitem(last=False)
            for kind in {parse_object(line).get("kind") for line in lines[:_LOOKED_AT] if line}:
                if isinstance(kind, str):
                    verifier_for(kind)  # what is imported now is not imported at the expense of the first sample
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
                body = self._files.read(*head["file"])
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
