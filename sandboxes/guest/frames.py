"""The stream between the docker sandbox and its container: frames, several of one job's streams in one pipe.

Descriptors cannot be handed into a container that a remote daemon or another kernel runs, so what the local sandbox
passes as descriptors travels as bytes over the container's standard input and output.  Both ends import this module.

A frame is a head (kind, job, length: one byte and two numbers of four bytes, the highest byte first) and a body of at
most BODY_MOST bytes.  `job` is the number of the job that a frame belongs to, 0 for the container itself: what is late
for a job that has ended is known by its number and dropped.

    host -> container   CONFIG      a piece of the cell's configuration; an empty one ends it
                        ORDER       run a job: `Start`; BULK follows until payload and stdin are whole
                        BULK        a piece of the payload, then of stdin
                        KILL        end the job
    container -> host   HELLO       JSON: the protocol's version and what the container is like; the first frame
                        MESSAGE     a packet of the cell (see `wire`): READY or FAILED
                        BEGUN       the zygote has the order
                        STDOUT, STDERR   a piece of what the program wrote
                        ENDED       `AFTERMATH` and the cell's packet: the job is over and nothing of it is alive
                        BROKEN      text: the container cannot go on, and ends
    both ways           CHANNEL     a piece of what went into the program's descriptor 3, or comes out of it
                        CHANNEL_END nothing more comes this way
                        CREDIT      number: so many bytes of the channel have been passed on

Back-pressure.  Stdout and stderr are bounded by their limit, and the host takes them in at any time.  The channel has
no limit, and either end may stop reading: at most WINDOW bytes of it are under way each way, until CREDIT for them
comes back, so that it can never keep a control frame from arriving.

What a program writes is a body and never a head: the program holds pipes of its own, and one process, which it cannot
open, signal or trace, holds the container's standard input and output and frames what comes out of the pipes.
"""

import struct
from typing import Iterator, NamedTuple, Tuple

PROTOCOL = 2

CONFIG, ORDER, BULK, KILL = b"c", b"o", b"b", b"k"
HELLO, MESSAGE, BEGUN, STDOUT, STDERR, ENDED, BROKEN = b"H", b"M", b"B", b"1", b"2", b"E", b"X"
CHANNEL, CHANNEL_END, CREDIT = b"d", b"e", b"r"

BODY_MOST = 1 << 16
WINDOW = 1 << 18
"""Bytes of a channel that may be under way in one direction."""

_HEAD = struct.Struct("!cII")
_START = struct.Struct("!QQQ??")
_NUMBER = struct.Struct("!I")
AFTERMATH = struct.Struct("!??")
"""Whether the kernel killed something of the job for want of memory; whether the job left something behind."""

Frame = Tuple[bytes, int, bytes]


class BrokenStream(Exception):
    """The other end does not keep to the protocol."""


class Start(NamedTuple):
    """What the container must know of a job beside the cell's order.  In bytes."""

    payload: int
    stdin: int
    output: int  # the most that is passed on of stdout, and of stderr
    channel: bool
    silent: bool  # nothing is passed on of either
    order: bytes  # the cell's packet


def start_body(start: Start) -> bytes:
    """The body of an ORDER frame."""
    return _START.pack(*start[:5]) + start.order


def read_start(body: bytes) -> Start:
    """What an ORDER frame says."""
    payload, stdin, output, channel, silent = _START.unpack_from(body)
    return Start(payload, stdin, output, channel, silent, body[_START.size :])


def frame(kind: bytes, job: int, body: bytes = b"") -> bytes:
    """One frame."""
    if len(body) > BODY_MOST:
        raise ValueError("a frame's body has {} bytes, more than {}".format(len(body), BODY_MOST))
    return _HEAD.pack(kind, job, len(body)) + body


def frames(kind: bytes, job: int, content: bytes) -> Iterator[bytes]:
    """As many frames as `content` needs."""
    for place in range(0, len(content), BODY_MOST):
        yield frame(kind, job, content[place : place + BODY_MOST])


def credit_body(count: int) -> bytes:
    """The body of a CREDIT frame."""
    return _NUMBER.pack(count)


def read_credit(body: bytes) -> int:
    """The number in a CREDIT frame."""
    try:
        (count,) = _NUMBER.unpack(body)
    except struct.error as error:
        raise BrokenStream("a credit of {} bytes".format(len(body))) from error
    return int(count)


class Decoder:
    """Frames out of a byte stream; holds less than one frame and what was fed last."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Take in bytes; yields the frames that are whole now.  Raises BrokenStream."""
        self._held += data
        place = 0
        while len(self._held) - place >= _HEAD.size:
            kind, job, length = _HEAD.unpack_from(self._held, place)
            if length > BODY_MOST:
                raise BrokenStream("a frame of {} bytes".format(length))
            begin = place + _HEAD.size
            if len(self._held) < begin + length:
                break
            place = begin + length
            yield kind, job, bytes(self._held[begin:place])
        del self._held[:place]
