"""A small HTTP front for adapters whose framework asks by POST: one path, JSON in, JSON out, standard library only.

A request that cannot be understood gets 400, a failure of the grader 503, each with `{"error": ...}`; nothing is made
up in its place. It listens on this machine alone unless told otherwise, and asks for no password: keep it in a network
whose members you trust.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from verifiers.errors import GraderFailure, InputError

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]
_LONGEST_BODY = 1 << 28


def listener(path: str, answer: Answer, host: str = "127.0.0.1", port: int = 0) -> ThreadingHTTPServer:
    """A server that answers POST to `path`, not yet serving; port 0 takes a free one (`server_address`)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Answer one request."""
            status, body = self._answered()
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _answered(self) -> tuple[int, Mapping[str, Any]]:
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > _LONGEST_BODY:
                self.close_connection = True
                return 411, {"error": f"a length of at most {_LONGEST_BODY} bytes must be given"}
            body = self.rfile.read(int(length))
            if self.path != path:
                return 404, {"error": f"POST {path} is all there is"}
            try:
                return 200, answer(json.loads(body))
            except GraderFailure as failure:
                return 503, {"error": str(failure)}
            except (InputError, ValueError, KeyError, TypeError, RecursionError) as error:
                return 400, {"error": f"{type(error).__name__}: {error}"}

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing of single requests."""

    return ThreadingHTTPServer((host, port), Handler)


def main(
    path: str, answer: Answer, words: Sequence[str] | None = None, parser: argparse.ArgumentParser | None = None
) -> None:
    """Serve `answer` at `path` until interrupted; options `--host` and `--port`, and those that `parser` has."""
    parser = parser or argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(words)
    with listener(path, answer, options.host, options.port) as server:
        print(f"http://{options.host}:{server.server_address[1]}{path}", flush=True)  # noqa: T201
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
