"""The porter: first process of a container; carries between the stream of `frames` and the cell's descriptors.

Processes of a container:

    porter      process 1: holds the container's standard input and output, and nobody else does.  No signal from
                inside reaches it, and it cannot be opened or traced by the others, whose user it shares
    launcher    its child: `cell.main`, on a control channel like the local sandbox's
    zygote, program   as in the local sandbox

For each job the porter makes what the local supervisor makes: a memory file for the payload and one for the input,
pipes for what is written, a socket pair for the channel.  Their ends go to the zygote as descriptors.

It ends, and with it all that is in the container, when its standard input ends: when whoever started the container
has gone, or closed it.  One thread; nothing blocks but the poll.
"""

import contextlib
import errno
import json
import os
import select
import signal
import socket
import struct
import sys
from typing import Any, Dict, List, NoReturn, Optional, Set, Tuple

from sandboxes.guest import cell, frames, open_ground, surroundings, syscalls, wire

_CHUNK = frames.BODY_MOST
_HELD_MOST = 1 << 18  # bytes that wait for the host; while there are more, no pipe is read
_PROCESSES_AT_REST = 3  # porter, launcher, zygote
_SOON = 2 * frames.WINDOW  # what a socket may still hold of a channel when its program has ended

# file, what stands before the number of kills in it: cgroup v2, then v1
_KILLS = (
    ("/sys/fs/cgroup/memory.events", b"oom_kill "),
    ("/sys/fs/cgroup/memory/memory.oom_control", b"oom_kill "),
)
# file, seconds a unit: the processor time that everything in the container has used
_CLOCKS = (("/sys/fs/cgroup/cpu.stat", 1e-6), ("/sys/fs/cgroup/cpuacct/cpuacct.usage", 1e-9))


def main() -> NoReturn:
    """Serve the host until it goes."""
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0, "dumpable")
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    porter = Porter()
    try:
        porter.serve()
    except Exception as error:
        porter.fail("{}: {}".format(type(error).__name__, error))
    os._exit(1)


class _Pipe:
    """An output pipe of the program: at most `left` more bytes of it are passed on."""

    def __init__(self, kind: bytes, descriptor: int, left: int) -> None:
        self.kind = kind
        self.descriptor = descriptor
        self.left = left


class _Job:
    """What the porter holds of the job under way."""

    def __init__(self, number: int, start: frames.Start) -> None:
        self.number = number
        self.start = start
        self.bulk_left = start.payload + start.stdin
        self.files: List[int] = []
        self.pipes: List[_Pipe] = []
        self.channel: Optional[socket.socket] = None
        self.inwards = bytearray()  # for the program, not yet in its socket
        self.inwards_ended = False
        self.window = frames.WINDOW  # bytes that may still be sent outwards
        self.overrun = False
        self.killed = False


class Porter:
    """The container's side of the stream."""

    def __init__(self) -> None:
        self._decoder = frames.Decoder()
        self._out = bytearray()
        self._config = bytearray()
        self._cell: Optional[socket.socket] = None
        self._job: Optional[_Job] = None
        self._kills = _open_first(_KILLS)
        self._kills_before = 0
        os.set_blocking(0, False)
        os.set_blocking(1, False)
        found = surroundings.look()
        self._places: List[str] = found["writable"]
        self._at_rest: Dict[str, Set[str]] = {}
        self._send(frames.HELLO, 0, json.dumps(found).encode())

    def serve(self) -> NoReturn:
        """Carry whatever can be carried, for ever."""
        while True:
            ready = dict(self._poller().poll())
            if 1 in ready:
                self._flush()
            if 0 in ready:
                self._take_in()
            if self._cell is not None and self._cell.fileno() in ready:
                self._hear_cell(self._cell)
            job = self._job
            if job is None:
                continue
            for pipe in [pipe for pipe in job.pipes if pipe.descriptor in ready]:
                self._drain(job, pipe)
            if job.channel is not None and job.channel.fileno() in ready:
                self._carry_channel(job, ready[job.channel.fileno()])

    def fail(self, why: str) -> None:
        """Tell the host, if it can still be told, why nothing more comes."""
        self._out += frames.frame(frames.BROKEN, 0, why.encode("utf-8", "replace")[:1000])
        os.set_blocking(1, True)
        self._flush()

    def _poller(self) -> "select.poll":
        poller = select.poll()
        poller.register(0, select.POLLIN)
        if self._out:
            poller.register(1, select.POLLOUT)
        if self._cell is not None:
            poller.register(self._cell, select.POLLIN)
        job, room = self._job, len(self._out) < _HELD_MOST
        if job is None:
            return poller
        for pipe in job.pipes:
            if room:
                poller.register(pipe.descriptor, select.POLLIN)
        if job.channel is not None:
            reading = select.POLLIN if room and job.window > 0 else 0
            wanted = reading | (select.POLLOUT if job.inwards else 0)
            if wanted:
                poller.register(job.channel, wanted)
        return poller

    # ---- the host's side

    def _send(self, kind: bytes, job: int, body: bytes = b"") -> None:
        self._out += frames.frame(kind, job, body)
        self._flush()

    def _flush(self) -> None:
        while self._out:
            try:
                sent = os.write(1, self._out[: 4 * _CHUNK])
            except BlockingIOError:
                return
            except BrokenPipeError:
                os._exit(0)
            del self._out[:sent]

    def _take_in(self) -> None:
        try:
            data = os.read(0, 4 * _CHUNK)
        except BlockingIOError:
            return
        if not data:
            os._exit(0)
        for kind, number, body in self._decoder.feed(data):
            if kind == frames.CONFIG:
                self._take_config(body)
            elif kind == frames.ORDER:
                self._take_order(number, body)
            elif self._job is not None and self._job.number == number:
                self._take_for_job(self._job, kind, body)

    def _take_config(self, body: bytes) -> None:
        if self._cell is not None:
            raise frames.BrokenStream("a second configuration")
        self._config += body
        if not body:
            self._cell = _start_cell(bytes(self._config))
            self._config = bytearray()

    def _take_order(self, number: int, body: bytes) -> None:
        if self._job is not None or self._cell is None:
            raise frames.BrokenStream("an order out of turn")
        job = self._job = _Job(number, frames.read_start(body))
        flags = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
        job.files = [os.memfd_create(name, flags) for name in ("payload", "stdin")]
        if not job.bulk_left:
            self._begin(job)

    def _take_for_job(self, job: _Job, kind: bytes, body: bytes) -> None:
        if kind == frames.BULK:
            self._take_bulk(job, body)
        elif kind == frames.KILL:
            self._kill(job)
        elif kind == frames.CREDIT:
            job.window += frames.read_credit(body)
        elif kind == frames.CHANNEL and job.channel is not None:
            job.inwards += body
            if len(job.inwards) > frames.WINDOW:
                raise frames.BrokenStream("more than the window holds")
            self._pass_inwards(job)
        elif kind == frames.CHANNEL_END:
            job.inwards_ended = True
            self._pass_inwards(job)

    def _take_bulk(self, job: _Job, body: bytes) -> None:
        job.bulk_left -= len(body)
        if job.bulk_left < 0:
            raise frames.BrokenStream("more than the order announced")
        of_payload = max(0, min(len(body), job.bulk_left + len(body) - job.start.stdin))
        _write_all(job.files[0], body[:of_payload])
        _write_all(job.files[1], body[of_payload:])
        if not job.bulk_left:
            self._begin(job)

    # ---- the cell's side

    def _begin(self, job: _Job) -> None:
        """Hand the order and its descriptors to the zygote."""
        assert self._cell is not None
        theirs = [_sealed(descriptor) for descriptor in job.files]
        for kind in (frames.STDOUT, frames.STDERR):
            if job.start.silent:
                theirs.append(os.open(os.devnull, os.O_RDWR))
                continue
            read_end, write_end = os.pipe()
            os.set_blocking(read_end, False)
            job.pipes.append(_Pipe(kind, read_end, job.start.output + 1))
            theirs.append(write_end)
        if job.start.channel:
            job.channel, their_channel = socket.socketpair()
            job.channel.setblocking(False)
            theirs.append(their_channel.detach())
        self._kills_before = self._kill_count()
        rights = struct.pack("{}i".format(len(theirs)), *theirs)
        self._cell.sendmsg([job.start.order], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
        for descriptor in theirs:
            os.close(descriptor)
        self._send(frames.BEGUN, job.number)
        if job.killed:
            self._cell.send(wire.KILL)

    def _kill(self, job: _Job) -> None:
        job.killed = True
        if self._cell is not None and not job.bulk_left:
            self._cell.send(wire.KILL)

    def _hear_cell(self, control: socket.socket) -> None:
        message = control.recv(_CHUNK // 2)
        if not message:
            self.fail("the zygote ended")
            os._exit(1)
        if message[:1] == wire.READY:
            self._at_rest = _contents_at_rest(self._places)
        if message[:1] != wire.ENDED:
            self._send(frames.MESSAGE, 0, message)
        elif self._job is not None:
            self._conclude(self._job, message)

    def _conclude(self, job: _Job, message: bytes) -> None:
        """Nothing of the job is alive: what its pipes and its socket still hold is all there will be."""
        for pipe in list(job.pipes):
            while pipe in job.pipes:
                self._drain(job, pipe)
        if job.channel is not None:
            job.window = _SOON
            while job.channel is not None and not self._pass_outwards(job):
                continue
        self._job = None
        starved = self._kill_count() > self._kills_before
        unclean = self._left_behind()
        self._send(frames.ENDED, job.number, frames.AFTERMATH.pack(starved, unclean) + message)

    def _left_behind(self) -> bool:
        """Whether something of the last job cannot be taken away: a process, or a file in a place all may write to."""
        for place, own in self._at_rest.items():
            for name in _names(place) - own:
                with contextlib.suppress(OSError):
                    _remove(os.path.join(place, name))
        strays = sum(name.isdigit() for name in os.listdir("/proc")) > _PROCESSES_AT_REST
        return strays or any(_names(place) != own for place, own in self._at_rest.items())

    def _kill_count(self) -> int:
        if self._kills is None:
            return 0
        descriptor, name = self._kills
        for line in os.pread(descriptor, 4096, 0).splitlines():
            if line.startswith(name):
                return int(line[len(name) :])
        return 0

    # ---- the program's side

    def _drain(self, job: _Job, pipe: _Pipe) -> None:
        """Pass on one piece of what the program wrote; past the limit, end the job."""
        try:
            data = os.read(pipe.descriptor, _CHUNK)
        except BlockingIOError:
            return
        if data and pipe.left:
            piece = data[: pipe.left]
            pipe.left -= len(piece)
            self._send(pipe.kind, job.number, piece)
        if not pipe.left and not job.overrun:
            job.overrun = True
            self._kill(job)
        if not data or not pipe.left:
            os.close(pipe.descriptor)
            job.pipes.remove(pipe)

    def _carry_channel(self, job: _Job, events: int) -> None:
        if events & select.POLLOUT:
            self._pass_inwards(job)
        if job.channel is not None and events & (select.POLLIN | select.POLLHUP | select.POLLERR) and job.window > 0:
            self._pass_outwards(job)

    def _pass_inwards(self, job: _Job) -> None:
        """Write what came from the host into the program's socket."""
        if job.channel is None:
            return
        sent = 0
        try:
            while job.inwards:
                count = job.channel.send(job.inwards)
                sent += count
                del job.inwards[:count]
            if job.inwards_ended:
                job.channel.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            pass
        except OSError as error:  # the program has closed its end: what comes for it goes nowhere
            if error.errno not in (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN):
                raise
            sent += len(job.inwards)
            job.inwards.clear()
        if sent:
            self._send(frames.CREDIT, job.number, frames.credit_body(sent))

    def _pass_outwards(self, job: _Job) -> bool:
        """Pass one piece on to the host; True where there is no more at present."""
        assert job.channel is not None
        try:
            data = job.channel.recv(min(_CHUNK, job.window))
        except BlockingIOError:
            return True
        except ConnectionResetError:
            data = b""
        if data:
            job.window -= len(data)
            self._send(frames.CHANNEL, job.number, data)
            return False
        self._send(frames.CHANNEL_END, job.number)
        job.channel.close()
        job.channel = None
        return True


def _start_cell(config: bytes) -> socket.socket:
    """Fork the launcher; returns the control channel."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    header, *preload = wire.unpack(config)
    settings: Dict[str, Any] = json.loads(header)
    clock = _open_first(_CLOCKS)
    settings["supervisor"] = os.getpid()
    settings["clock"] = clock or (-1, 1.0)
    # the container's memory is limited with room to spare: the zygote counts, so that what is killed is the program
    settings["cgroup_walls"] = ["cgroup pids"] if "pids" in surroundings.accounts() else []
    descriptor = os.memfd_create("config")
    _write_all(descriptor, wire.pack([wire.configuration(settings), *preload]))
    if os.fork() == 0:
        ours.close()
        _become_launcher(theirs, descriptor)
    theirs.close()
    os.close(descriptor)
    return ours


def _become_launcher(control: socket.socket, config: int) -> NoReturn:
    """In the child: the container's input and output are the porter's alone; its standard error is for diagnoses."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    sys.argv = ["", str(control.detach()), str(config)]
    cell.main()


def _open_first(table: "Tuple[Tuple[str, Any], ...]") -> "Optional[Tuple[int, Any]]":
    """A descriptor of the first file of a table that is there, and what stands beside it."""
    for path, rest in table:
        try:
            return os.open(path, os.O_RDONLY | os.O_CLOEXEC), rest
        except OSError:
            continue
    return None


def _contents_at_rest(places: List[str]) -> Dict[str, Set[str]]:
    """What stands in the places that programs may write to, and in the folders there, before any program has run."""
    found = {place: _names(place) for place in places}
    for place, names in list(found.items()):
        below = (os.path.join(place, name) for name in names)
        found.update((folder, _names(folder)) for folder in below if os.path.isdir(folder))
    return found


def _names(place: str) -> Set[str]:
    try:
        return set(os.listdir(place))
    except OSError:  # it was taken away, or closed to us
        return {""}


def _remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        open_ground.remove_folder(path)
    else:
        os.unlink(path)


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _sealed(descriptor: int) -> int:
    """The same memory file, at its start, and never to be changed again."""
    import fcntl

    os.lseek(descriptor, 0, os.SEEK_SET)
    fcntl.fcntl(descriptor, 1033, 1 | 2 | 4 | 8)  # F_ADD_SEALS: seal, shrink, grow, write; named from Python 3.9 on
    return descriptor
