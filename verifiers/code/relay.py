"""Carries what the tests ask to the program and what it answers to the tests, and takes the finding.

The grader stands between the two processes and never reads what it carries: the examiner's messages say what
is for the program (ASK), now or from the next one on (CALLS), and what is for the grader (FINDING); what the
program sends is wrapped (DATA), so it can never be taken for a message. Both streams are non-blocking. Bytes are
taken from one side only while none wait for the other, so what is held is bounded by one read of the program and
one message of the examiner, however much the program sends and however slowly the examiner reads.

A program that was given its calls (`GIVEN`) is first left alone for as long as most programs take: when it has
ended, all that it answered goes to the examiner at once, and to be woken at each answer would take the
processor from it.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from dataclasses import dataclass
from typing import Any

from sandboxes import Outcome, Running, wait_any
from verifiers.code.bench import Examiner
from verifiers.code.guest import codec

GRACE = 0.5
NOT_AHEAD, AHEAD, GIVEN = b"-", b"", b"+"
"""Whether the examiner may ask the program ahead of what the tests come to ask, or all has been asked already."""
_QUIET_MILLISECONDS = 5
_START, _DATA, _END, _ASK, _FINDING, _CALLS, _PROGRESS = b"S", b"D", b"E", b"A", b"F", b"C", b"P"
_HEAD = struct.Struct("<cI")
_AT_ONCE = 1 << 16
_IN, _OUT, _OVER = select.POLLIN, select.POLLOUT, select.POLLHUP | select.POLLERR | select.POLLNVAL


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of one program: the examiner's finding (None: it gave none), and what the program did.

    `ended`: the program ended, or closed its stream, by itself. `progress`: what the examiner last said of how far
    it had come. `reusable`: whether the examiner's stream was left between two messages, as its next program needs it.
    """

    finding: Any
    outcome: Outcome
    ended: bool
    progress: Any = None
    reusable: bool = True


class Relay:
    """One program's examination. `stream` is the grader's end of the pair whose `far` end the program has.

    `manner`: one of the three above. `wall_seconds`: the program's limit, which bounds the tests, too.
    """

    def __init__(
        self,
        examiner: Examiner,
        running: Running,
        stream: socket.socket,
        far: socket.socket,
        manner: bytes,
        wall_seconds: float,
    ) -> None:
        self._examiner = examiner
        self._running = running
        self._stream = stream
        self._far = far
        self._stream.setblocking(False)
        self._poller = select.poll()
        self._wanted: dict[int, int] = {}
        self._given = manner == GIVEN
        self._to_examiner = bytearray(_START + codec.frame(manner))
        self._to_program = bytearray()
        self._message = bytearray()
        self._program_ended = False
        self._examiner_ended = False
        self._outcome: Outcome | None = None
        self._finding: Any = None
        self._progress: Any = None
        self._until = float("inf")
        self._limit = time.monotonic() + wall_seconds

    def run(self) -> Examined:
        """Carry until there is a finding, or can be none; the program is ended then."""
        channel, stream = self._examiner.channel.fileno(), self._stream.fileno()
        watched = self._running.watch()
        for descriptor in watched:
            self._want(descriptor, _IN)
        if self._given:
            self._leave_alone(watched)
        for descriptor in self._examiner.running.watch():
            self._want(descriptor, _IN)
        self._send_to_examiner()
        while self._finding is None and not self._examiner_ended and time.monotonic() < self._until:
            self._want(channel, (0 if self._to_program else _IN) | (_OUT if self._to_examiner else 0))
            reading = 0 if self._to_examiner or self._program_ended else _IN
            self._want(stream, reading | (_OUT if self._to_program else 0))
            ready = dict(self._poller.poll(self._patience()))
            if channel in ready:
                self._serve_examiner(ready.pop(channel))
            if stream in ready:
                self._serve_program(ready.pop(stream))
            if self._finding is None and (ready or time.monotonic() >= self._next_look()):
                self._look(watched)
        if self._examiner_ended:
            self._hear_last_words()
        outcome = self._end()
        ended = self._program_ended or self._outcome is not None
        return Examined(self._finding, outcome, ended, self._progress, reusable=not self._to_examiner)

    def _leave_alone(self, watched: tuple[int, ...]) -> None:
        """Wait a while for the program's end, and take all that it has answered by then."""
        self._poller.poll(_QUIET_MILLISECONDS)
        self._look(watched)
        while self._outcome is not None and not self._program_ended and len(self._to_examiner) < _AT_ONCE:
            self._take_from_program()

    def _want(self, descriptor: int, events: int) -> None:
        """Be woken by `events` of `descriptor`; by none at all, not even its end, where they are 0."""
        if self._wanted.get(descriptor, 0) == events:
            return
        if events:
            self._poller.register(descriptor, events)
        else:
            self._poller.unregister(descriptor)
        self._wanted[descriptor] = events

    def _next_look(self) -> float:
        due = min(self._until, self._examiner.running.deadline)
        return due if self._outcome is not None else min(due, self._running.deadline)

    def _patience(self) -> int:
        return max(0, int((self._next_look() - time.monotonic()) * 1000) + 1)

    def _look(self, watched: tuple[int, ...]) -> None:
        """See whether one of the two processes has ended."""
        if self._outcome is None and (outcome := self._running.take()) is not None:
            self._outcome = outcome
            for descriptor in watched:
                self._want(descriptor, 0)
            self._far.shutdown(socket.SHUT_RDWR)
            # a program that was given its calls has ended before the tests have begun: they may take as long as it
            self._until = (max(self._limit, time.monotonic()) if self._given else time.monotonic()) + GRACE
        if self._examiner.running.take() is not None:
            self._examiner_ended = True

    # ---- the examiner's side

    def _serve_examiner(self, events: int) -> None:
        if events & _OUT:
            self._send_to_examiner()
        if events & (_IN | _OVER):
            try:
                data = self._examiner.channel.recv(_AT_ONCE)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self._examiner_ended = True
                return
            self._message += data
            self._take_messages()

    def _hear_last_words(self) -> None:
        """What the examiner said before it ended: that it ended may be known before that has been read."""
        while self._finding is None:
            try:
                data = self._examiner.channel.recv(_AT_ONCE)
            except OSError:
                return
            if not data:
                return
            self._message += data
            self._take_messages()

    def _take_messages(self) -> None:
        while self._finding is None and len(self._message) >= _HEAD.size:
            kind, size = _HEAD.unpack_from(self._message)
            end = _HEAD.size + size
            if len(self._message) < end:
                return
            body = bytes(self._message[_HEAD.size : end])
            del self._message[:end]
            if kind == _FINDING:
                self._finding = codec.decode(body, hashing=False)
            elif kind == _CALLS:
                self._examiner.calls = body
            elif kind == _PROGRESS:
                self._progress = codec.decode(body, hashing=False)
            elif kind == _ASK and not self._program_ended:
                self._to_program += body
                self._send_to_program()

    def _send_to_examiner(self) -> None:
        try:
            sent = self._examiner.channel.send(self._to_examiner)
        except BlockingIOError:
            return
        except OSError:
            self._examiner_ended = True
            return
        del self._to_examiner[:sent]

    # ---- the program's side

    def _serve_program(self, events: int) -> None:
        if events & _OUT:
            self._send_to_program()
        if events & (_IN | _OVER) and not self._program_ended and not self._to_examiner:
            self._take_from_program()
            self._send_to_examiner()

    def _take_from_program(self) -> None:
        try:
            data = self._stream.recv(_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._program_ended = not data
        self._to_examiner += (_DATA if data else _END) + codec.frame(data)

    def _send_to_program(self) -> None:
        try:
            sent = self._stream.send(self._to_program)
        except BlockingIOError:
            return
        except OSError:  # the program is gone: the stream's end says so too, after what it still sent
            self._to_program.clear()
            return
        del self._to_program[:sent]

    # ---- the end

    def _end(self) -> Outcome:
        """End the program, and leave the examiner's stream between two messages."""
        if self._outcome is None and self._program_ended:  # let the sandbox say how it came to that
            wait_any([self._running], GRACE)
        self._running.kill()
        if self._to_examiner and self._finding is not None:  # without a finding the examiner is given up
            self._flush()
        return self._running.wait()

    def _flush(self) -> None:
        channel = self._examiner.channel
        channel.settimeout(GRACE)
        try:
            channel.sendall(self._to_examiner)
        except OSError:
            return  # it stands: what was found was found before
        finally:
            channel.setblocking(False)
        self._to_examiner.clear()
