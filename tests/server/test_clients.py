"""Clients get grades, try again what may be tried again, and say what was refused."""

from __future__ import annotations

import ast
import asyncio
import importlib.util
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from verifiers import Engine, MathProblem, Sample
from verifiers.adapters import client_file
from verifiers.client import AsyncClient, Client, Refused, Unreachable

from .conftest import Serve, Served

FILE = Path(client_file.__file__)
HALF = MathProblem(id="half", reference="1/2")
TOKEN = "0123456789abcdef0123"


def test_a_client_gives_the_grades_of_the_engine(served: Served) -> None:
    problems = [HALF, MathProblem(id="half", reference="3"), HALF]  # the same id twice is no matter here
    responses = [r"\boxed{0.5}", r"\boxed{3}", "who knows \ud800"]
    with Client(served.url) as client, Engine(workers=1) as engine:
        assert client.grade_batch(problems, responses) == engine.grade_batch(problems, responses)
        assert client.grade(HALF, r"\boxed{0.5}").correct
        samples = [
            Sample(problem_id="half", response=r"\boxed{0.5}", temperature=1),
            {"problem_id": "half", "response": ""},
        ]
        grades = client.grade_samples([HALF], samples)
        assert [grade.verdict.value for grade in grades] == ["correct", "no_answer"]
        assert list(client.stream([HALF], samples)) == grades
        assert client.ready()


def test_an_async_client_asks_many_at_once(served: Served) -> None:
    async def ask() -> list[bool]:
        async with AsyncClient(served.url, connections=4) as client:
            grades = await asyncio.gather(*(client.grade(HALF, rf"\boxed{{{n}/4}}") for n in range(12)))
            return [grade.correct for grade in grades]

    assert asyncio.run(ask()) == [number == 2 for number in range(12)]


def test_what_is_refused_is_said_and_not_tried_again(served: Served, serve: Serve) -> None:
    pauses: list[float] = []
    with client_file.Grader(served.url, pause=pauses.append) as grader:
        with pytest.raises(Refused, match=r"field 'problem\.reference': is missing") as refused:
            grader.grade({"kind": "math"}, "1")
        assert (refused.value.status, refused.value.field, pauses) == (400, "problem.reference", [])
    with serve(token=TOKEN, max_body=5000) as guarded, Client(guarded.url) as stranger:
        with pytest.raises(Refused, match="token"):
            stranger.grade(HALF, "1")
        with Client(guarded.url, token=TOKEN) as client:
            assert client.grade(HALF, r"\boxed{0.5}").correct
            with pytest.raises(Refused, match="5000 bytes"):
                client.grade(HALF, "x" * 10_000)


@contextmanager
def scripted(*answers: Any) -> Iterator[tuple[str, list[str]]]:
    """A server that gives these answers in turn: (status, headers, body), or None to break the connection."""
    asked: list[str] = []
    turn = iter(answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.path)
            answer = next(turn)
            if answer is None:
                self.close_connection = True
                return
            status, headers, body = answer
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()
            thread.join()


GOOD = (200, {}, b'{"verdict": "correct"}')
BUSY = (429, {"Retry-After": "7"}, json.dumps({"error": {"code": "busy", "field": None, "message": "later"}}).encode())


def test_a_busy_server_is_asked_again_after_the_wait_that_it_asks_for() -> None:
    pauses: list[float] = []
    with scripted(None, BUSY, GOOD) as (url, asked), client_file.Grader(url, pause=pauses.append) as grader:
        assert grader.grade({}, "")["verdict"] == "correct"
    assert len(asked) == 3 and pauses[0] < 1 and pauses[1] >= 7


def test_after_so_many_tries_it_says_why() -> None:
    with (
        scripted(BUSY, BUSY) as (url, asked),
        client_file.Grader(url, tries=2, pause=lambda _: None) as grader,
        pytest.raises(Unreachable, match="later"),
    ):
        grader.grade({}, "")
    assert len(asked) == 2


def test_a_kept_connection_that_the_server_has_closed_costs_no_try() -> None:
    with scripted(GOOD, None, GOOD) as (url, asked), client_file.Grader(url, tries=1) as grader:
        assert grader.grade({}, "") == grader.grade({}, "") == {"verdict": "correct"}
    assert len(asked) == 3


def test_fewer_grades_than_samples_are_no_answer() -> None:
    with (
        scripted((200, {}, b'{"grades": []}')) as (url, _),
        client_file.Grader(url) as grader,
        pytest.raises(Unreachable, match="0 grades came for 1 samples"),
    ):
        grader.grade_batch([], [{}])


def test_a_stream_that_breaks_off_is_an_error() -> None:
    answer = (200, {}, b'{"verdict": "correct"}\n{"error": {"code": "deadline", "field": null, "message": "late"}}\n')
    with scripted(answer) as (url, _), client_file.Grader(url) as grader:
        grades = grader.stream([], [{}, {}])
        assert next(grades) == {"verdict": "correct"}
        with pytest.raises(Refused, match="late"):
            next(grades)


def test_the_file_stands_alone_and_is_python_3_8(served: Served) -> None:
    tree = ast.parse(FILE.read_text(), feature_version=(3, 8))
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {(node.module or ".").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "verifiers" not in imported and imported <= set(__import__("sys").stdlib_module_names)
    spec = importlib.util.spec_from_file_location("a_name_of_its_own", FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with module.Grader(served.url) as grader:
        assert grader.grade({"kind": "math", "reference": "1/2"}, r"\boxed{0.5}")["verdict"] == "correct"


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://x", "http://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="http://HOST:PORT"):
        Client(url)
