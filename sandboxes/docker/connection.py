"""The host's end of a container's stream: the daemon's framing, and within it that of ``sandboxes.guest.frames``.

The daemon wraps what a container writes: a byte that says whether it is standard output (1) or error (2), three of
zero, a length of four bytes, the content. Standard output is the porter's frames; standard error is text for a
diagnosis. Everything is non-blocking; what a container sends is believed no more than a program's output.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct
import time
from collections.abc import Iterable
from typing import Any

from sandboxes.guest import frames

_CHUNK = 1 << 18
_READS_AT_ONCE = 16
_SAID_MOST = 4096
_HEAD = struct.Struct("!BxxxI")
_OUTPUT, _DIAGNOSIS = 1, 2
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class ConnectionLost(Exception):
    """Nothing more comes from the container."""


class Connection:
    """A container's standard streams; `attached` is what the daemon's client made of the attached request."""

    def __init__(self, attached: Any) -> None:
        self._attached = attached  # holds the response, which would close the socket
        self._socket: socket.socket = getattr(attached, "_sock", attached)
        self._socket.setblocking(False)
        self._out = bytearray()
        self._head = bytearray()
        self._kind = self._left = 0
        self._decoder = frames.Decoder()
        self._said = bytearray()

    def fileno(self) -> int:
        """The descriptor to watch."""
        return self._socket.fileno()

    @property
    def backlog(self) -> int:
        """Bytes that could not be sent yet."""
        return len(self._out)

    def send(self, data: bytes) -> None:
        """Send now or, what does not fit, with a later `flush`. Raises ConnectionLost."""
        self._out += data
        self.flush()

    def flush(self) -> None:
        """Send as much as can be sent without waiting. Raises ConnectionLost."""
        try:
            while self._out:
                del self._out[: self._socket.send(self._out[:_CHUNK])]
        except _NOT_NOW:
            return
        except OSError as error:
            raise ConnectionLost(f"the container takes in nothing more: {error}{self.said()}") from error

    def send_whole(self, pieces: Iterable[bytes], seconds: float) -> None:
        """Send all of it, waiting so long at most. Raises ConnectionLost."""
        until = time.monotonic() + seconds
        for piece in pieces:
            self._out += piece
            if len(self._out) > _CHUNK:
                self._send_waiting(until)
        self._send_waiting(until)

    def _send_waiting(self, until: float) -> None:
        self.flush()
        while self._out:
            if not self.wait(select.POLLOUT, until):
                raise ConnectionLost(f"the container did not take in what it was sent{self.said()}")
            self.flush()

    def wait(self, events: int, until: float) -> bool:
        """Wait for `events` of select.poll; False where the time came first."""
        poller = select.poll()
        poller.register(self._socket, events)
        return bool(poller.poll(max(0, int((until - time.monotonic()) * 1000) + 1)))

    def receive(self) -> list[frames.Frame]:
        """The frames that have come. Raises ConnectionLost at the end, or where what comes is no frame."""
        found: list[frames.Frame] = []
        for _ in range(_READS_AT_ONCE):
            try:
                data = self._socket.recv(_CHUNK)
            except _NOT_NOW:
                break
            except OSError as error:
                raise ConnectionLost(f"the container's stream failed: {error}{self.said()}") from error
            if not data:
                if found:  # they count; the end is found again at the next look
                    break
                raise ConnectionLost(f"the container ended{self.said()}")
            try:
                found += self._unwrapped(data)
            except frames.BrokenStream as error:
                raise ConnectionLost(f"the container sent what is no frame: {error}{self.said()}") from error
        return found

    def expect_silence(self) -> None:
        """Between two jobs nothing comes but what was late for the last one. Raises ConnectionLost."""
        if any(kind == frames.BROKEN for kind, _, _ in self.receive()):
            raise ConnectionLost(f"the container has ended{self.said()}")

    def _unwrapped(self, data: bytes) -> list[frames.Frame]:
        found: list[frames.Frame] = []
        while data:
            if not self._left:
                missing = _HEAD.size - len(self._head)
                self._head += data[:missing]
                data = data[missing:]
                if len(self._head) < _HEAD.size:
                    break
                self._kind, self._left = _HEAD.unpack(self._head)
                self._head.clear()
                continue
            piece, data = data[: self._left], data[self._left :]
            self._left -= len(piece)
            if self._kind == _OUTPUT:
                found += self._decoder.feed(piece)
            elif self._kind == _DIAGNOSIS:
                self._said = (self._said + piece)[-_SAID_MOST:]
            else:
                raise frames.BrokenStream(f"a stream of kind {self._kind}")
        return found

    def said(self) -> str:
        """What the container's processes wrote on standard error, for an error message."""
        text = self._said.decode(errors="replace").strip()
        return f"; it said: {text[-2000:]}" if text else ""

    def close(self) -> None:
        """Let go of the stream: the container's standard input ends, unless another process holds a copy."""
        response = getattr(self._attached, "_response", None)
        for thing in (response, self._attached, self._socket):
            with contextlib.suppress(OSError):
                if thing is not None:
                    thing.close()
