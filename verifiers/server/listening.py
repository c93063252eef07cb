"""The process of `verify serve`: a socket, uvicorn, and patience that ends.

uvicorn waits without end for a request's head, and keeps a head of any size. `Patient` bounds both, and the number of
connections. SIGTERM or SIGINT: no more connections, what was taken is answered, then the engine ends.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from verifiers.engine import Engine
from verifiers.errors import InputError, MissingExtra, VerifierError
from verifiers.problem import MathProblem
from verifiers.records import read_problems
from verifiers.server.app import App
from verifiers.server.endpoints import Service
from verifiers.server.errors import Refusal
from verifiers.server.gathering import Gatherer
from verifiers.server.orders import Reader
from verifiers.server.programs import Programs
from verifiers.server.settings import Settings

try:
    import uvicorn
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
except ImportError:
    raise MissingExtra("a server", "server") from None

_OVERHEAD_MOST = 1 << 18  # bytes of a request that are not its body
_BACKLOG = 2048
_GRACE_SECONDS = 30.0
_SWITCH_SECONDS = 0.0005
"""Between threads of this process: by default 5 ms, which a worker that has answered would wait for its next task."""
_PHRASES = {408: "Request Timeout", 431: "Request Header Fields Too Large", 503: "Service Unavailable"}


def serve(settings: Settings, started: Callable[[str], None] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. `started` is called with the address once requests are taken.

    Raises `InputError` where the address cannot be had, and for a bad file of problems.
    """
    with bound(settings) as listener, _ending_well():
        server = make_server(settings, listener, started)
        sys.setswitchinterval(_SWITCH_SECONDS)
        server.run(sockets=[listener])
        if not server.started:
            raise VerifierError("the server did not start: see what was logged above")


@contextmanager
def _ending_well() -> Iterator[None]:
    """To be told to end is no failure: uvicorn raises the signal again once it has ended, for whoever minds."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, lambda *_: None) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def bound(settings: Settings) -> socket.socket:
    """The socket that a server of these settings listens on; raises `InputError`."""
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except BaseException:
            listener.close()
            raise
    except OSError as error:
        message = f"{settings.host}:{settings.port} cannot be listened on: {error.strerror or error}"
        raise InputError(message, field="port") from None
    return listener


def address_of(listener: socket.socket) -> str:
    """Where a listener is found, as a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def make_server(
    settings: Settings, listener: socket.socket, started: Callable[[str], None] | None = None
) -> uvicorn.Server:
    """A server that has not begun; `run` or `serve` it with the listener."""
    known = read_problems(settings.problems).values() if settings.problems is not None else ()
    reader = Reader(settings, known)
    _choose_walls(settings)

    async def opened() -> Service:
        engine = Engine(
            settings.workers,
            unsafe=settings.unsafe,
            isolation=settings.isolation,
            sandbox=settings.sandbox,
            store=settings.store,
        )
        await asyncio.to_thread(_warm, engine)
        gatherer, programs = Gatherer(engine, settings.max_waiting), Programs(settings, engine.workers)
        service = Service(settings, engine, reader, gatherer, programs)
        service.ready = True
        listener.listen(_BACKLOG)  # uvicorn does so a moment later: who connects at once must not be turned away
        if started is not None:
            started(address_of(listener))
        return service

    config = uvicorn.Config(
        App(opened),
        http=_patient(settings),
        ws="none",
        lifespan="on",
        backlog=_BACKLOG,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=int(settings.deadline + settings.read_seconds + _GRACE_SECONDS),
    )
    return uvicorn.Server(config)


def _choose_walls(settings: Settings) -> None:
    """Programs of this process (`/run_code`) run as those of the engine do."""
    from verifiers.code import allow_unsafe, ask_for_level, run_in

    ask_for_level(settings.isolation)
    if settings.unsafe:
        allow_unsafe()
    if settings.sandbox is not None:
        run_in(settings.sandbox)


def _warm(engine: Engine) -> None:
    """Start every worker, so that the first client need not wait for that."""
    problems = [MathProblem(reference="1")] * (256 * engine.workers)
    engine.grade_batch(problems, [r"\boxed{1}"] * len(problems))


def _patient(settings: Settings) -> type[Any]:
    """uvicorn's protocol with the bounds of `settings`."""

    class Patient(HttpToolsProtocol):
        """A connection whose client must get on with it."""

        _timer: asyncio.TimerHandle | None = None
        _overhead = 0  # bytes of this request that are not its body
        _latest = 0

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait_for_head()
            if len(self.connections) > settings.max_connections:
                self._turn_away(503, "too_many", f"more than {settings.max_connections} connections; try again")

        def connection_lost(self, exc: Exception | None) -> None:
            self._head_is_there()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self.transport.is_closing():
                return
            self._latest = len(data)
            self._overhead += self._latest
            super().data_received(data)
            if self._overhead > _OVERHEAD_MOST and not self.transport.is_closing():
                self._turn_away(431, "head_too_large", f"a request's head may have {_OVERHEAD_MOST} bytes")

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._overhead = self._latest
            self._wait_for_head()

        def on_headers_complete(self) -> None:
            self._head_is_there()
            super().on_headers_complete()

        def on_body(self, body: bytes) -> None:
            self._overhead -= len(body)
            super().on_body(body)

        def _wait_for_head(self) -> None:
            self._head_is_there()
            self._timer = self.loop.call_later(settings.read_seconds, self._too_slow)

        def _head_is_there(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _too_slow(self) -> None:
            if not self.transport.is_closing():
                message = f"the request's head did not come in within {settings.read_seconds:g} s"
                self._turn_away(408, "too_slow", message)

        def send_400_response(self, msg: str) -> None:
            self._turn_away(400, "bad_request", "this is no HTTP/1.1 request")

        def _turn_away(self, status: int, code: str, message: str) -> None:
            body = Refusal(status, code, message).body()
            head = f"HTTP/1.1 {status} {_PHRASES.get(status, 'Bad Request')}\r\ncontent-type: application/json\r\n"
            head += "retry-after: 1\r\n" if status == 503 else ""
            head += f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
            self.transport.write(head.encode() + body)
            self.transport.close()

    return Patient
