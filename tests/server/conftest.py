"""Servers on loopback, in threads of this process, with the kind `probe` (a verifier that does as its answers say)."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from verifiers import registry
from verifiers.server.app import App
from verifiers.server.listening import address_of, bound, make_server
from verifiers.server.settings import Settings

PLUGIN = Path(__file__).parents[1] / "engine" / "plugin"


@dataclass
class Served:
    """A server under test. `refused`: what it answered where it did not do what it was asked."""

    url: str
    server: Any
    app: App

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any, http.client.HTTPResponse]:
        """Status, body (read as JSON where it is) and response; a body that is not bytes is sent as JSON."""
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"} if data is not None else {}
        with contextlib.closing(connection):
            connection.request(method, path, data, {**kind, **(headers or {})})
            response = connection.getresponse()
            said = response.read()
        is_json = response.getheader("Content-Type") == "application/json"
        return response.status, json.loads(said) if is_json and said else said, response

    def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        """Status and body of a POST."""
        status, said, _ = self.ask("POST", path, body, headers)
        return status, said


Serve = Callable[..., contextlib.AbstractContextManager[Served]]


@contextlib.contextmanager
def serving(**options: Any) -> Iterator[Served]:
    settings = Settings(**{"port": 0, "workers": 1, **options})
    with bound(settings) as listener:
        up = threading.Event()
        server = make_server(settings, listener, lambda _: up.set())
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        assert up.wait(60)
        try:
            yield Served(address_of(listener), server, server.config.app)  # type: ignore[arg-type]
        finally:
            server.should_exit = True
            thread.join(60)
            assert not thread.is_alive()


@pytest.fixture(scope="session")
def probe_is_known() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PLUGIN))
        patch.setenv("PYTHONPATH", str(PLUGIN))
        registry.verifier_for.cache_clear()
        yield
    registry.verifier_for.cache_clear()


@pytest.fixture(scope="session")
def served(probe_is_known: None) -> Iterator[Served]:
    """A server with the usual settings."""
    with serving() as one:
        yield one


@pytest.fixture
def serve(probe_is_known: None) -> Serve:
    """To make a server of one's own settings."""
    return serving


def probe(problem_id: str = "p", reference: str = "1") -> dict[str, Any]:
    return {"id": problem_id, "kind": "probe", "reference": reference}


def said(answer: str, problem_id: str = "p", **more: Any) -> dict[str, Any]:
    return {"problem_id": problem_id, "response": f"so => {answer}", **more}
