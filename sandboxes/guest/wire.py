"""The messages between the supervisor and its cell; both sides import this module.

Control channel: a SOCK_SEQPACKET pair, one message a packet, first byte the kind.

    supervisor -> cell      MAPPED                      the cell's uid and gid maps are written
                            ORDER + order               run a job; descriptors: payload, stdin, stdout,
                                                        stderr and perhaps a channel
                            KILL                        end the running job (void if there is none)
    cell -> supervisor      WANT_MAPS                   please write my uid and gid maps
                            ZYGOTE + pid                the zygote's process id, as the supervisor sees it
                            READY + idle                walls that stand, version and figures of the idle interpreter
                            FAILED + wall, why          the cell then ends
                            ENDED + end                 the job is over and nothing of it is alive

Bulk (configuration, a job's source and files) travels in sealed memory files, laid out by `pack` as a list of byte
strings.  A job's payload is read by the child that runs it and by nobody else: the zygote hands the descriptor on
unread.  It holds the source, the entry, the arguments, the command, and a name and a content for each file.
"""

import marshal
import struct
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

PROTOCOL = 2

MAPPED, ORDER, KILL = b"m", b"J", b"K"
WANT_MAPS, ZYGOTE, READY, FAILED, ENDED = b"M", b"Z", b"R", b"F", b"E"

# why a job ended
BY_ITSELF, AT_WALL_LIMIT, AT_CPU_LIMIT, BY_REQUEST, AT_MEMORY_LIMIT, AT_SCRATCH_LIMIT = range(6)

OUT_OF_MEMORY_SIGNAL = 62
"""The signal by which a program that ends in an uncaught MemoryError is ended: one that no program uses."""

_HEAD = struct.Struct("!II")  # protocol, number of byte strings
_ARGUMENT_END = b"\0"  # no argument of a process holds one


class Order(NamedTuple):
    """What the zygote must know of a job.  Sizes in bytes, times in seconds, 0 for no limit."""

    wall_seconds: float
    cpu_seconds: float
    address_space: int
    scratch: int
    processes: int
    memory: int = 0
    """Of all its processes, where they are counted by the zygote."""
    executed: bool = False
    """By the kernel, and not run by the warm interpreter: the payload has a command."""


class End(NamedTuple):
    """How a job ended."""

    reason: int
    started: bool  # the program itself ran: all walls stood
    wait_status: int
    wall_seconds: float
    cpu_seconds: float
    peak_rss: int  # bytes, the largest process, the zygote's shared pages included
    detail: bytes


class Idle(NamedTuple):
    """What the zygote says of itself when it is ready.  Sizes in bytes."""

    walls: Tuple[str, ...]
    version: str  # of the interpreter
    address_space: int
    resident: int  # what a forked copy begins with, of its own


class Refused(Exception):
    """A wall that cannot be raised: its name, and what the kernel said."""

    def __init__(self, wall: str, why: object) -> None:
        super().__init__(wall, str(why))
        self.wall = wall
        self.why = str(why)


_IDLE = struct.Struct("!QQ")
_ORDER = struct.Struct("!ddQQIQ?")
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
    return End._make((*_END.unpack(message[1 : 1 + _END.size]), message[1 + _END.size :]))


def ready_message(idle: Idle) -> bytes:
    """The packet that says that the zygote is ready."""
    names = "\n".join((idle.version, *idle.walls))
    return READY + _IDLE.pack(idle.address_space, idle.resident) + names.encode()


def read_ready(message: bytes) -> Idle:
    """What a packet of kind READY says.  Raises ValueError where it says nothing that can be read."""
    try:
        address_space, resident = _IDLE.unpack_from(message, 1)
    except struct.error as error:
        raise ValueError("{} bytes are no word of a zygote".format(len(message))) from error
    version, *walls = message[1 + _IDLE.size :].decode("utf-8", "replace").split("\n")
    return Idle(tuple(walls), version, address_space, resident)


def failed_message(wall: str, why: str) -> bytes:
    """The packet that says which wall could not be raised, and why."""
    return FAILED + "{}\n{}".format(wall, why).encode("utf-8", "replace")


def read_failed(message: bytes) -> Tuple[str, str]:
    """The wall and the reason in a packet of kind FAILED."""
    wall, _, why = message[1:].decode("utf-8", "replace").partition("\n")
    return wall, why


def configuration(settings: Dict[str, Any]) -> bytes:
    """What a cell is to be like, from the supervisor: plain values by name."""
    return marshal.dumps(settings, 2)


def read_configuration(data: bytes) -> Dict[str, Any]:
    """What `configuration` was given.  The supervisor's word alone is read so: what it writes cannot be hostile."""
    settings: Dict[str, Any] = marshal.loads(data)
    return settings


def pack(blobs: Sequence[bytes]) -> bytes:
    """Byte strings as one byte string."""
    lengths = struct.pack("!{}I".format(len(blobs)), *map(len, blobs))
    return b"".join([_HEAD.pack(PROTOCOL, len(blobs)), lengths, *blobs])


def unpack(data: bytes) -> List[bytes]:
    """What `pack` was given.  Raises ValueError where the layout is broken or of another protocol version."""
    protocol, count = _HEAD.unpack_from(data)
    if protocol != PROTOCOL:
        raise ValueError("protocol {}, not {}".format(protocol, PROTOCOL))
    blobs = []
    place = _HEAD.size + 4 * count
    for length in struct.unpack_from("!{}I".format(count), data, _HEAD.size):
        blobs.append(data[place : place + length])
        place += length
    if place != len(data):
        raise ValueError("{} bytes, not {}".format(len(data), place))
    return blobs


def pack_arguments(arguments: Sequence[str]) -> bytes:
    """A program's arguments as one byte string.  Raises ValueError for one with a null character in it."""
    encoded = [argument.encode("utf-8", "surrogateescape") for argument in arguments]
    if any(_ARGUMENT_END in argument for argument in encoded):
        raise ValueError("an argument of a program cannot hold a null character")
    return b"".join(argument + _ARGUMENT_END for argument in encoded)


def unpack_arguments(data: bytes) -> List[str]:
    """What `pack_arguments` was given."""
    return [argument.decode("utf-8", "surrogateescape") for argument in data.split(_ARGUMENT_END)[:-1]]
