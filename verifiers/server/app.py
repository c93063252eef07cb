"""The ASGI application: who may ask, how much of it is read, how long it may take, and what is said where it may not.

ASGI is spoken without a framework: three messages, one table of paths. A request passes through these gates, cheapest
first, before its body is read: the path and its method, the token (or, without one, that it comes from no web page and
names this machine), its size, room for it. Then its body is read, within a time. Then the endpoint works, within the
deadline, until it is done or the client is gone; what a client no longer waits for is not begun.

A request that is refused before it was read is read to its end and thrown away where that is not far off, so that its
client sees the answer and not a broken connection.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from contextlib import aclosing
from typing import Any

from verifiers.server.endpoints import ENDPOINTS, NDJSON, Answer, Endpoint, Service
from verifiers.server.errors import Refusal, bad_request, busy

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_log = logging.getLogger("verifiers.server")
_THROWN_AWAY_MOST = 4  # times the largest body
_ENDING_SECONDS = 30.0  # that the last of an answer may take to go out
_BUSY_SECONDS = 2
DEADLINE_HEADER = b"x-deadline-seconds"


class _Gone(Exception):
    """The client closed the connection."""


class App:
    """One server's application. `service` is there from the start of its lifespan."""

    def __init__(self, opened: Callable[[], Awaitable[Service]]) -> None:
        self._opened = opened
        self._by_path: dict[str, Endpoint] = {each.path: each for each in ENDPOINTS}
        self._bytes = 0
        self.service: Service | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        self.service = await self._opened()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.service.programs.close()
        self.service.gatherer.close()
        await asyncio.to_thread(self.service.engine.close)
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        service = self.service
        assert service is not None
        begun = time.monotonic()
        exchange = Exchange(scope, receive, send)
        service.in_flight += 1
        status = 0
        try:
            answer = await self._answered(service, exchange)
            if isinstance(answer.body, bytes):
                self._release(exchange)
            status = answer.status
            async with asyncio.timeout(service.settings.deadline + _ENDING_SECONDS):
                await exchange.answer(answer, head_only=scope["method"] == "HEAD")
        except Refusal as refusal:
            status = refusal.status
            self._release(exchange)
            await exchange.refuse(refusal, service.settings)
        except (_Gone, TimeoutError):
            status = 499  # nobody is there to be answered
        except Exception:  # noqa: BLE001 - one request's fault must not be another's, and its client must hear of it
            _log.exception("a fault of the server itself")
            status = 500
            await exchange.refuse(Refusal(500, "fault", "a fault of the server; its log says more"), service.settings)
        finally:
            service.in_flight -= 1
            self._release(exchange)
            path = scope["path"] if scope["path"] in self._by_path else "other"
            service.metrics.took(path, status, time.monotonic() - begun)

    async def _answered(self, service: Service, exchange: Exchange) -> Answer:
        endpoint = self._endpoint(exchange)
        if not endpoint.open:
            _admit(service.settings.token, exchange)
        body = b""
        if endpoint.takes is not None:
            _refuse_other_bodies(exchange)
            body = await self._read(service, exchange)
        deadline = _deadline(exchange, service.settings.deadline)
        parts = endpoint.streams and NDJSON in exchange.header(b"accept")
        answer = await exchange.unless_gone(endpoint.work(service, body, parts), deadline)
        if isinstance(answer.body, bytes):
            return answer
        return Answer(exchange.as_they_come(answer.body, deadline), answer.status, answer.content_type)

    def _endpoint(self, exchange: Exchange) -> Endpoint:
        endpoint = self._by_path.get(exchange.path)
        if endpoint is None:
            known = ", ".join(self._by_path)
            raise Refusal(404, "not_found", f"there is no {exchange.path[:200]!r}; there is {known}")
        allowed = ["GET", "HEAD"] if endpoint.method == "GET" else [endpoint.method]
        if exchange.method not in allowed:
            message = f"{exchange.path} takes {' or '.join(allowed)}, not {exchange.method[:20]}"
            raise Refusal(405, "method_not_allowed", message, headers={"Allow": ", ".join(allowed)})
        return endpoint

    async def _read(self, service: Service, exchange: Exchange) -> bytes:
        """The body, as far as there is room for it."""
        settings = service.settings
        declared = exchange.length()
        if declared is not None and declared > settings.max_body:
            raise _too_large(settings.max_body)
        self._reserve(exchange, declared or 0, settings.max_bodies)
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(settings.read_seconds):
                async for part in exchange.parts():
                    size += len(part)
                    if size > settings.max_body:
                        raise _too_large(settings.max_body)
                    if size > exchange.held:
                        self._reserve(exchange, size - exchange.held, settings.max_bodies)
                    parts.append(part)
        except TimeoutError:
            seconds = settings.read_seconds
            raise Refusal(408, "too_slow", f"the body did not come in within {seconds:g} s") from None
        return b"".join(parts)

    def _reserve(self, exchange: Exchange, size: int, most: int) -> None:
        if self._bytes + size > most:
            raise busy(f"{self._bytes} bytes of bodies are in hand already; try again", _BUSY_SECONDS)
        self._bytes += size
        exchange.held += size

    def _release(self, exchange: Exchange) -> None:
        self._bytes -= exchange.held
        exchange.held = 0


class Exchange:
    """One request and its answer. `held`: bytes of its body that room was made for."""

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        self.path: str = scope["path"]
        self.method: str = scope["method"]
        self.held = 0
        self._headers: list[tuple[bytes, bytes]] = scope["headers"]
        self._receive = receive
        self._send = send
        self._whole = False  # the body has been read to its end
        self._started = False

    def header(self, name: bytes) -> str:
        """A header's value; empty where it is not there."""
        return next((value.decode("latin-1") for key, value in self._headers if key == name), "")

    def length(self) -> int | None:
        """How long the body says it is."""
        said = self.header(b"content-length")
        return int(said) if said.isascii() and said.isdecimal() else None

    async def parts(self) -> AsyncIterator[bytes]:
        """The body as it comes in."""
        while not self._whole:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            self._whole = not message.get("more_body", False)
            yield message.get("body", b"")

    async def unless_gone(self, work: Awaitable[Answer], seconds: float) -> Answer:
        """What `work` gives; raises `_Gone` where the client does not wait for it, `Refusal` after `seconds`."""
        task = asyncio.ensure_future(work)
        gone = asyncio.ensure_future(self._disconnected())
        try:
            await asyncio.wait({task, gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            if gone.done():
                raise _Gone
            raise _late(seconds)
        finally:
            await _ended(task)
            await _ended(gone)

    async def _disconnected(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            self._whole = True

    async def as_they_come(self, parts: AsyncGenerator[bytes], seconds: float) -> AsyncGenerator[bytes]:
        """The lines of an answer; a last one that says so where they come too late, or are refused."""
        until = time.monotonic() + seconds
        gone = asyncio.ensure_future(self._disconnected())
        try:
            while True:
                step = asyncio.ensure_future(anext(parts, None))
                left = max(0.0, until - time.monotonic())
                await asyncio.wait({step, gone}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                if not step.done():
                    await _ended(step)
                    if gone.done():
                        raise _Gone
                    raise _late(seconds)
                part = step.result()
                if part is None:
                    return
                yield part
        except Refusal as refusal:
            yield refusal.body() + b"\n"
        finally:
            await _ended(gone)
            await parts.aclose()

    async def answer(self, answer: Answer, head_only: bool = False, headers: Iterable[tuple[str, str]] = ()) -> None:
        """Send an answer."""
        named = [(b"content-type", answer.content_type.encode())]
        named += [(name.lower().encode(), value.encode()) for name, value in headers]
        if isinstance(answer.body, bytes):
            named.append((b"content-length", str(len(answer.body)).encode()))
        self._started = True
        await self._send({"type": "http.response.start", "status": answer.status, "headers": named})
        if isinstance(answer.body, bytes):
            body = b"" if head_only else answer.body
        else:
            body = b""
            async with aclosing(answer.body) as parts:
                async for part in parts:
                    await self._send({"type": "http.response.body", "body": part, "more_body": True})
        await self._send({"type": "http.response.body", "body": body})

    async def refuse(self, refusal: Refusal, settings: Any) -> None:
        """Send what is said instead of an answer; where one has begun, it is broken off."""
        if self._started:
            raise refusal
        headers = dict(refusal.headers)
        if not await self._thrown_away(settings):
            headers["Connection"] = "close"
        await self.answer(Answer(refusal.body(), refusal.status), self.method == "HEAD", headers.items())

    async def _thrown_away(self, settings: Any) -> bool:
        """Read what is left of the body, if it is not much; whether its end was reached."""
        has_body = self.header(b"content-length") not in ("", "0") or bool(self.header(b"transfer-encoding"))
        if self._whole or not has_body:
            return True
        most = _THROWN_AWAY_MOST * settings.max_body
        if self.header(b"expect") or (self.length() or 0) > most:
            return False
        left = most
        try:
            async with asyncio.timeout(settings.read_seconds):
                async for part in self.parts():
                    left -= len(part)
                    if left < 0:
                        return False
        except (TimeoutError, _Gone):
            return False
        return True


async def _ended(task: asyncio.Future[Any]) -> None:
    """See to it that a task is over."""
    if not task.done():
        task.cancel()
        await asyncio.wait({task})


def _late(seconds: float) -> Refusal:
    return Refusal(504, "deadline", f"not done within {seconds:g} s; ask for less at once, or give it longer")


def _too_large(most: int) -> Refusal:
    return Refusal(413, "too_large", f"a body may have {most} bytes: send several requests")


def _admit(token: str | None, exchange: Exchange) -> None:
    """Raise `Refusal` unless the client may ask."""
    if token is not None:
        scheme, _, given = exchange.header(b"authorization").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
            message = "the header 'Authorization: Bearer TOKEN' is missing or its token is wrong"
            raise Refusal(401, "unauthorised", message, headers={"WWW-Authenticate": "Bearer"})
    elif exchange.header(b"origin"):
        raise Refusal(403, "forbidden", "a server without a token serves no web pages ('Origin')")
    elif not _is_this_machine(exchange.header(b"host")):
        message = "a server without a token is asked by the name of this machine ('Host': localhost or 127.0.0.1)"
        raise Refusal(403, "forbidden", message)


def _is_this_machine(host: str) -> bool:
    """Whether a Host header names loopback: a web page cannot, whatever address its name is resolved to."""
    name = host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    if name.lower() in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _refuse_other_bodies(exchange: Exchange) -> None:
    kind = exchange.header(b"content-type").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(415, "not_json", f"Content-Type must be application/json, not {kind[:80]!r}")
    coding = exchange.header(b"content-encoding").strip().lower()
    if coding not in ("", "identity"):
        raise Refusal(415, "encoded", f"Content-Encoding must be identity, not {coding[:80]!r}")


def _deadline(exchange: Exchange, most: float) -> float:
    """The seconds that the work may take: what the client says, at most the server's own."""
    said = exchange.header(DEADLINE_HEADER)
    if not said:
        return most
    try:
        seconds = float(said) if said.isascii() else -1.0
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise bad_request("is a number of seconds, more than 0", "X-Deadline-Seconds (header)")
    return min(seconds, most)
