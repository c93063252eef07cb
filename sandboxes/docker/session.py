"""One job's conversation with its container: what has come of it, what is still to go, and how it ended.

Purely a state machine: `turn` looks at the container's stream and `carry` at the caller's socket, neither waits. Who
calls them (the caller's thread, or one of ours) is for `running` to say; one thread at a time does.

All sizes are bounded here, whatever the container sends: output by its limit, the channel by its window.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from dataclasses import dataclass

from sandboxes.docker.connection import Connection, ConnectionLost
from sandboxes.guest import frames, wire
from sandboxes.sandbox import Limits

GRACE_SECONDS = 5.0
"""How long after the wall limit the container may take to say that the job has ended."""
_BEGIN_SECONDS = 30.0
_CHUNK = frames.BODY_MOST
_LEFT_IN_SOCKET = 2 * frames.WINDOW  # of the channel, beyond its window, when the program has ended
_OVER = select.POLLHUP | select.POLLERR | select.POLLNVAL


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ended: the zygote's word, or, without one, why there is none."""

    end: wire.End | None
    starved: bool = False
    hurt: str = ""
    lost: str = ""


class Session:
    """A job under way. `channel` is ours to close: a copy of the caller's socket."""

    def __init__(self, connection: Connection, job: int, limits: Limits, channel: socket.socket | None) -> None:
        self.connection = connection
        self.channel = channel
        self.ending: Ending | None = None
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.begun = time.monotonic()
        self.deadline = self.begun + _BEGIN_SECONDS
        self._job = job
        self._limits = limits
        self._most = limits.output_kb * 1024
        self._killed = False
        self._to_caller = bytearray()
        self._to_caller_most = frames.WINDOW
        self._program_done = False  # nothing more comes for the caller
        self._caller_done = False  # nothing more comes from the caller
        self._window = frames.WINDOW  # bytes that may still go to the program

    @property
    def overrun(self) -> bool:
        """Whether more was written than may be."""
        return len(self.stdout) > self._most or len(self.stderr) > self._most

    def kill(self) -> None:
        """Have the job ended."""
        if self.ending is None and not self._killed:
            self._killed = True
            self.deadline = min(self.deadline, time.monotonic() + GRACE_SECONDS)
            self._send(frames.frame(frames.KILL, self._job))

    def lose(self, why: str) -> None:
        """The container is of no more use: nothing is known of the program."""
        if self.ending is None:
            self.ending = Ending(None, lost=why)

    def turn(self) -> None:
        """Take in what the container has sent; send what waits."""
        if self.ending is not None:
            return
        try:
            self.connection.flush()
            for kind, job, body in self.connection.receive():
                if kind == frames.BROKEN:
                    raise ConnectionLost(body.decode(errors="replace") + self.connection.said())
                if job == self._job and self.ending is None:
                    self._take(kind, body)
        except ConnectionLost as lost:
            self.lose(str(lost))
        if self.ending is None and time.monotonic() >= self.deadline:
            self.lose(f"the container did not answer in time{self.connection.said()}")

    def _take(self, kind: bytes, body: bytes) -> None:
        if kind == frames.BEGUN and not self._killed:
            self.deadline = time.monotonic() + self._limits.wall_seconds + GRACE_SECONDS
        elif kind in (frames.STDOUT, frames.STDERR):
            content = self.stdout if kind == frames.STDOUT else self.stderr
            content += body[: max(0, self._most + 1 - len(content))]
        elif kind == frames.CHANNEL:
            self._to_caller += body
            if len(self._to_caller) > self._to_caller_most + _LEFT_IN_SOCKET:
                raise ConnectionLost("the container sent more than the channel's window holds")
        elif kind == frames.CHANNEL_END:
            self._program_done = True
        elif kind == frames.CREDIT:
            self._take_credit(body)
        elif kind == frames.ENDED:
            self.ending = _ending(body)
            self._program_done = True

    def _take_credit(self, body: bytes) -> None:
        try:
            self._window += frames.read_credit(body)
        except frames.BrokenStream as error:
            raise ConnectionLost(f"the container sent {error}") from error
        if self._window > frames.WINDOW:
            raise ConnectionLost("the container gave credit for more than it was sent")

    def _send(self, data: bytes) -> None:
        try:
            self.connection.send(data)
        except ConnectionLost as lost:
            self.lose(str(lost))

    # ---- the caller's socket

    def channel_events(self) -> int:
        """What to watch the channel for: events of select.poll, 0 for none."""
        if self.channel is None:
            return 0
        reading = select.POLLIN if self._window > 0 and not self._caller_done and self.ending is None else 0
        return reading | (select.POLLOUT if self._to_caller or self._program_done else 0)

    def carry(self) -> None:
        """Take in what the caller has sent, and hand it what the program has."""
        if self.channel is not None:
            self._hand_to_caller(self.channel)
        if self.channel is not None and self.ending is None and not self._caller_done and self._window > 0:
            self._take_from_caller(self.channel)

    def _hand_to_caller(self, channel: socket.socket) -> None:
        passed = 0
        try:
            while self._to_caller:
                sent = channel.send(self._to_caller[:_CHUNK], socket.MSG_DONTWAIT)
                passed += sent
                del self._to_caller[:sent]
            if self._program_done:
                self.drop_channel()
        except BlockingIOError:
            pass
        except OSError:  # the caller has closed its end: what comes for it goes nowhere
            passed += len(self._to_caller)
            self._to_caller.clear()
            if self._program_done:
                self.drop_channel()
        if passed and self.ending is None:
            self._send(frames.frame(frames.CREDIT, self._job, frames.credit_body(passed)))

    def _take_from_caller(self, channel: socket.socket) -> None:
        try:
            data = channel.recv(min(_CHUNK, self._window), socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._window -= len(data)
        self._caller_done = not data
        kind = frames.CHANNEL if data else frames.CHANNEL_END
        self._send(frames.frame(kind, self._job, data))

    def drop_channel(self) -> None:
        """The caller is to see that the program's end of the channel is closed, whoever else holds a copy of ours."""
        channel, self.channel = self.channel, None
        if channel is not None:
            try:
                channel.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            finally:
                channel.close()

    def deliver_rest(self) -> None:
        """Hand the caller what the program sent last, waiting for it to take it in; ends when it has, or has gone."""
        while self.channel is not None:
            poller = select.poll()
            poller.register(self.channel, select.POLLOUT)
            poller.poll()
            self._hand_to_caller(self.channel)


def _ending(body: bytes) -> Ending:
    try:
        starved, hurt = frames.AFTERMATH.unpack_from(body)
        message = body[frames.AFTERMATH.size :]
        return Ending(wire.read_end(message), starved, hurt="it was left unclean" if hurt else "")
    except struct.error as error:
        raise ConnectionLost(f"the container said in no known way how the job ended: {error}") from error
