"""The messages between the supervisor and its cell; both sides import this module.

Control channel: a SOCK_SEQPACKET pair, one message a packet, first byte the kind.

    supervisor -> cell      MAPPED                      the cell's uid and gid maps are written
                            ORDER + order               run a job; descriptors: payload, stdin, stdout,
                                                        stderr and perhaps a channel
                            KILL                        end the running job (void if there is none)
    cell -> supervisor      WANT_MAPS                   please write my uid and gid maps
                            ZYGOTE + pid                the zygote's process id, as the supervisor sees it
                            READY + JSON                walls that stand, figures of the idle interpreter
                            FAILED + JSON               {"wall", "why"}; the cell then ends
                            ENDED + end                 the job is over and nothing of it is alive

Bulk (configuration, a job's source and files) travels in sealed memory files, laid out by `pack`: a JSON header
with the lengths of the byte strings that follow it.  A job's payload is read by the child that runs it and by
nobody else: the zygote hands the descriptor on unread.
"""

import json
import struct
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

PROTOCOL = 1

MAPPED, ORDER, KILL = b"m", b"J", b"K"
WANT_MAPS, ZYGOTE, READY, FAILED, ENDED = b"M", b"Z", b"R", b"F", b"E"

# why a job ended
BY_ITSELF, AT_WALL_LIMIT, AT_CPU_LIMIT, BY_REQUEST = range(4)

OUT_OF_MEMORY_SIGNAL = 62
"""The signal by which a program that ends in an uncaught MemoryError is ended: one that no program uses."""

_LENGTH = struct.Struct("!I")


class Order(NamedTuple):
    """What the zygote must know of a job.  Sizes in bytes, times in seconds, 0 for no limit."""

    wall_seconds: float
    cpu_seconds: float
    address_space: int
    scratch: int
    processes: int


class End(NamedTuple):
    """How a job ended."""

    reason: int
    started: bool  # the program itself ran: all walls stood
    wait_status: int
    wall_seconds: float
    cpu_seconds: float
    peak_rss: int  # bytes, the largest process, the zygote's shared pages included
    detail: bytes


_ORDER = struct.Struct("!ddQQI")
_END = struct.Struct("!B?iddQ")


def order_message(order: Order) -> bytes:
    """The packet that carries an order."""
    return ORDER + _ORDER.pack(*order)


def read_order(message: bytes) -> Order:
    """The order in a packet of kind ORDER."""
    return Order(*_ORDER.unpack(message[1:]))


def end_message(end: End) -> bytes:
    """The packet that carries an end."""
    return ENDED + _END.pack(*end[:6]) + end.detail[:400]


def read_end(message: bytes) -> End:
    """The end in a packet of kind ENDED."""
    return End(*_END.unpack(message[1 : 1 + _END.size]), message[1 + _END.size :])


def pack(header: Dict[str, Any], blobs: Sequence[bytes]) -> bytes:
    """A header and byte strings as one byte string."""
    head = json.dumps([PROTOCOL, header, [len(blob) for blob in blobs]]).encode("ascii")
    return b"".join([_LENGTH.pack(len(head)), head, *blobs])


def unpack(data: bytes) -> Tuple[Dict[str, Any], List[bytes]]:
    """What `pack` was given.  Raises ValueError where the layout is broken or of another protocol version."""
    (size,) = _LENGTH.unpack_from(data)
    place = _LENGTH.size + size
    protocol, header, lengths = json.loads(data[_LENGTH.size : place])
    if protocol != PROTOCOL:
        raise ValueError(f"protocol {protocol}, not {PROTOCOL}")
    blobs = []
    for length in lengths:
        blobs.append(data[place : place + length])
        place += length
    if place != len(data):
        raise ValueError(f"{len(data)} bytes, not {place}")
    return header, blobs
