"""A client of `verify serve` in one file: the standard library alone, Python 3.8 or later, no other file of truegrade.

For environments where truegrade is not installed, or where another package is called `verifiers`: copy this file, or
load it by its path. A `Grader` may be used from many threads; connections are kept and used again.

    grader = Grader("http://127.0.0.1:8000", token="…")
    grader.grade({"kind": "math", "reference": "1/2"}, r"\\boxed{0.5}")["verdict"]          # "correct"
    grader.grade_batch(problems, samples)                                                   # a list of grades, in order

Every call may be repeated without harm, so it is: where the connection breaks, where the server is busy (429, 503; not
before what `Retry-After` says), at most `tries` times. What is wrong with the request is `Refused` at once. A grade
whose verdict is `error` says that the grader failed: its score is None, and it is no wrong answer.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import socket
import ssl
import threading
import time
from typing import Any, Callable, Iterator, Sequence
from urllib.parse import urlsplit

_AGAIN = (429, 502, 503)
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 30.0
_KEPT = 64


class GraderError(Exception):
    """Root of what a client raises."""


class Refused(GraderError):
    """The server will not do this. `status`, `code`, `field` and `message` say what and why."""

    def __init__(self, status: int, code: str, field: str | None, message: str) -> None:
        self.status, self.code, self.field, self.message = status, code, field, message
        place = f"field '{field}': " if field else ""
        super().__init__(f"{place}{message} (HTTP {status}, {code})")


class Unreachable(GraderError):
    """No answer could be had, however often it was tried."""


class Grader:
    """A server, by its address.

    `timeout`: seconds that a request may take, which the server is told too; `tries`: how often one is made.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        timeout: float = 300.0,
        tries: int = 5,
        context: ssl.SSLContext | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"a server is http://HOST:PORT or https://HOST:PORT, not {url!r}")
        self._tls = parts.scheme == "https"
        self._host, self._port, self._base = parts.hostname, parts.port, parts.path.rstrip("/")
        self._headers = {"Content-Type": "application/json", "X-Deadline-Seconds": f"{timeout:g}"}
        if token is not None:
            self._headers["Authorization"] = "Bearer " + token
        self._timeout, self._tries, self._context, self._pause = timeout, tries, context, pause
        self._lock = threading.Lock()
        self._idle: list[http.client.HTTPConnection] = []
        self._pid = os.getpid()

    def grade(self, problem: dict[str, Any], response: str) -> dict[str, Any]:
        """The grade of one response."""
        grade: dict[str, Any] = self.call("/grade", {"problem": problem, "response": response})
        return grade

    def grade_batch(
        self, problems: Sequence[dict[str, Any]], samples: Sequence[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """The grades of samples (`{"problem_id", "response", …}`), in their order."""
        answer = self.call("/grade_batch", {"problems": list(problems), "samples": list(samples)})
        grades: list[dict[str, Any]] = answer["grades"]
        if len(grades) != len(samples):
            raise Unreachable(f"{len(grades)} grades came for {len(samples)} samples")
        return grades

    def stream(self, problems: Sequence[dict[str, Any]], samples: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The grades of samples in their order, as they are done. Once the first has come nothing is tried again."""
        body = _encoded({"problems": list(problems), "samples": list(samples)})
        response, connection = self._answered("POST", "/grade_batch", body, {"Accept": "application/x-ndjson"})
        count = 0
        try:
            for line in response:
                grade = json.loads(line)
                if "error" in grade and "verdict" not in grade:
                    raise _refused(200, line)
                count += 1
                yield grade
        except (OSError, http.client.HTTPException) as broken:
            raise Unreachable(f"the answer broke off after {count} grades: {broken}") from None
        finally:
            self._done_with(connection, response)
        if count != len(samples):
            raise Unreachable(f"{count} grades came for {len(samples)} samples")

    def run_code(self, code: str, language: str = "python", **more: Any) -> dict[str, Any]:
        """What a program does, ungraded; `more`: `stdin`, `run_timeout`, `memory_limit_MB`, `files`, `args`."""
        answer: dict[str, Any] = self.call("/run_code", dict(more, code=code, language=language))
        return answer

    def ready(self) -> bool:
        """Whether the server takes requests."""
        try:
            self.call("/ready", None)
        except GraderError:
            return False
        return True

    def call(self, path: str, body: Any) -> Any:
        """The JSON answer to a request (GET without a body); raises `Refused` or `Unreachable`."""
        data = None if body is None else _encoded(body)
        response, connection = self._answered("GET" if data is None else "POST", path, data, {})
        try:
            return json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as broken:
            raise Unreachable(f"the answer broke off: {broken}") from None
        finally:
            self._done_with(connection, response)

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def __enter__(self) -> "Grader":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    # ---- connections and patience

    def _answered(
        self, method: str, path: str, body: bytes | None, more: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, http.client.HTTPConnection]:
        """A response of status 200, not read yet."""
        trouble, until = "", time.monotonic() + self._timeout
        for attempt in range(self._tries):
            asked_to_wait = 0.0
            try:
                response, connection = self._attempt(method, path, body, more)
            except (OSError, http.client.HTTPException) as broken:
                trouble = f"{type(broken).__name__}: {broken}"
            else:
                if response.status == 200:
                    return response, connection
                said = self._said(response, connection)
                if response.status not in _AGAIN:
                    raise _refused(response.status, said)
                trouble = str(_refused(response.status, said))
                asked_to_wait = _seconds(response.getheader("Retry-After"))
            if attempt + 1 < self._tries:
                growing = _FIRST_PAUSE * 2**attempt * random.uniform(0.5, 1.5)  # many clients do not come back at once
                pause = min(max(growing, asked_to_wait), max(_LONGEST_PAUSE, asked_to_wait))
                if time.monotonic() + pause > until:
                    break
                self._pause(pause)
        raise Unreachable("no answer from {}:{}{}: {}".format(self._host, self._port or "", path, trouble))

    def _attempt(
        self, method: str, path: str, body: bytes | None, more: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, http.client.HTTPConnection]:
        """One try, on a connection that is kept or, where the server has closed that, on a new one."""
        while True:
            connection, kept = self._connection()
            try:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the server has said why
                    connection.request(method, self._base + path, body, {**self._headers, **more})
                return connection.getresponse(), connection
            except (OSError, http.client.HTTPException) as broken:
                connection.close()
                if not kept or isinstance(broken, socket.timeout):
                    raise

    def _said(self, response: http.client.HTTPResponse, connection: http.client.HTTPConnection) -> bytes:
        try:
            return response.read()
        except (OSError, http.client.HTTPException):
            return b""
        finally:
            self._done_with(connection, response)

    def _connection(self) -> tuple[http.client.HTTPConnection, bool]:
        with self._lock:
            if self._pid != os.getpid():  # after a fork they are the parent's
                self._pid, self._idle = os.getpid(), []
            if self._idle:
                return self._idle.pop(), True
        if self._tls:
            return http.client.HTTPSConnection(
                self._host, self._port, timeout=self._timeout, context=self._context
            ), False
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout), False

    def _done_with(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse) -> None:
        """Keep a connection whose answer was read to its end."""
        if response.isclosed() and not response.will_close:
            with self._lock:
                if len(self._idle) < _KEPT and self._pid == os.getpid():
                    self._idle.append(connection)
                    return
        connection.close()


def _encoded(body: Any) -> bytes:
    """JSON in ASCII: half characters, which models write, get through as escapes."""
    return json.dumps(body, allow_nan=False).encode("ascii")


def _refused(status: int, body: bytes) -> Refused:
    try:
        said = json.loads(body)["error"]
        return Refused(status, said["code"], said["field"], said["message"])
    except (ValueError, KeyError, TypeError):
        return Refused(status, "unknown", None, body[:200].decode("utf-8", "replace") or "no body")


def _seconds(header: str | None) -> float:
    try:
        return max(0.0, float(header or 0))
    except ValueError:
        return 0.0
