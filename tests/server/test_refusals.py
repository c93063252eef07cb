"""What a server will not do, it says: the right status, where, and what would be right. It is none the worse for it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from verifiers import InputError
from verifiers.server.settings import Settings, read_token

from .conftest import Serve, Served, probe, said

MATH = {"kind": "math", "reference": "1"}
CODE = {"kind": "code", "tests": {"type": "stdio", "cases": [{"stdin": "", "stdout": "1"}]}}
TOKEN = "0123456789abcdef0123"

BODIES: list[tuple[str, Any, str | None, str]] = [  # path, body, the field to blame, what is said
    ("/grade", b"{", None, "not JSON"),
    ("/grade", b"[1]", None, "valid dictionary"),
    ("/grade", b'{"problem": {"kind": "math", "reference": "1"}, "response": NaN}', None, "not JSON"),
    ("/grade", b"\xff\xfe", None, "not JSON"),
    ("/grade", b"[" * 100_000, None, "not JSON"),
    ("/grade", {"problem": MATH}, "response", "is missing"),
    ("/grade", {"problem": MATH, "response": 1}, "response", "valid string"),
    ("/grade", {"response": "1"}, "problem", "'problem' or 'problem_id'"),
    ("/grade", {"problem_id": "x", "response": "1"}, "problem_id", "no problem"),
    ("/grade", {"problem": {"kind": "math"}, "response": "1"}, "problem.reference", "is missing"),
    ("/grade", {"problem": {"kind": "x"}, "response": "1"}, "problem.kind", "known are"),
    ("/grade", {"problem": {**MATH, "reference": "\\frac{"}, "response": "1"}, "problem.reference", ""),
    ("/grade", {"problem": MATH, "response": "1", "respone": "1"}, "respone", "extra"),
    (
        "/grade",
        {"problem": {**CODE, "limits": {"wall_seconds": 3000}}, "response": ""},
        "problem.limits.wall_seconds",
        "3000",
    ),
    (
        "/grade",
        {"problem": {**CODE, "limits": {"memory_mb": 60000}}, "response": ""},
        "problem.limits.memory_mb",
        "60000",
    ),
    ("/grade_batch", {"problems": [MATH, MATH], "samples": []}, "problems.0.id", "is missing"),
    ("/grade_batch", {"problems": [probe(), probe()], "samples": []}, "problems.1.id", "earlier"),
    ("/grade_batch", {"problems": [probe()], "samples": [said("1"), said("1", "q")]}, "samples.1.problem_id", "'q'"),
    (
        "/grade_batch",
        {"problems": [probe()], "samples": [said("1", sample_id=3)] * 2},
        "samples.1.sample_id",
        "already",
    ),
    ("/grade_batch", {"problems": [probe()], "samples": [{"problem_id": "p"}]}, "samples.0.response", "is missing"),
    ("/get_reward", {"query": ["1"], "labels": []}, "labels", "must be equal"),
    ("/get_reward", {"query": ["1"], "labels": [None]}, "labels.0", "null"),
    ("/get_reward", {"query": ["1"], "prompts": ["2"], "labels": ["1"]}, "query.0", "prompt"),
    ("/score", {"messages": ["1"]}, "messages.0", "--problems"),
    ("/run_code", {"code": "", "language": "cobol"}, "language", "python"),
    ("/run_code", {"code": "", "language": "python", "run_timeout": 1e9}, "run_timeout", "120"),
    ("/run_code", {"code": "", "language": "python", "memory_limit_MB": 0}, "memory_limit_MB", "512"),
    ("/run_code", {"code": "", "language": "python", "fetch_files": ["a"]}, "fetch_files", "empty"),
    ("/run_code", {"code": "", "language": "python", "files": {"../a": ""}}, "files", "below"),
    ("/run_code", {"code": "", "language": "python", "files": {"a": "?"}}, "files", "base64"),
    ("/run_code", {"code": "", "language": "python", "args": ["\0"]}, None, "null character"),
    ("/submit", {"id": 1, "completion": "", "config": {"provided_data": {}}}, "config.provided_data", "'test'"),
    ("/submit", {"id": 1, "completion": ""}, "id", "no problem"),
    (
        "/submit",
        {"id": 1, "completion": "", "config": {"provided_data": {"test": [1]}}},
        "config.provided_data.test",
        "stdin",
    ),
]


@pytest.mark.parametrize(("path", "body", "field", "message"), BODIES)
def test_a_bad_body_is_400_and_the_field_is_named(
    served: Served, path: str, body: Any, field: str | None, message: str
) -> None:
    status, answer = served.post(path, body)
    assert (status, answer["error"]["field"]) == (400, field)
    assert message in answer["error"]["message"]


def test_other_paths_methods_and_kinds_of_bodies_are_refused_by_name(served: Served) -> None:
    assert served.ask("GET", "/")[0] == 404
    status, _, response = served.ask("GET", "/grade")
    assert (status, response.getheader("Allow")) == (405, "POST")
    assert served.ask("POST", "/health")[0] == 405
    assert served.ask("POST", "/grade", b"x=1", {"Content-Type": "application/x-www-form-urlencoded"})[0] == 415
    assert served.ask("POST", "/grade", b"x", {"Content-Encoding": "gzip"})[0] == 415
    assert served.ask("HEAD", "/health")[:2] == (200, b"")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \xe9"])
def test_without_the_token_nothing_is_done(serve: Serve, header: str) -> None:
    with serve(token=TOKEN) as served:
        headers = {"Authorization": header} if header else {}
        for method, path in (("POST", "/grade"), ("POST", "/run_code"), ("GET", "/metrics"), ("GET", "/openapi.json")):
            status, _, response = served.ask(method, path, {} if method == "POST" else None, headers)
            assert (status, response.getheader("WWW-Authenticate")) == (401, "Bearer")
        assert served.ask("GET", "/health")[0] == served.ask("GET", "/ready")[0] == 200
        good = {"Authorization": f"Bearer {TOKEN}"}
        assert (
            served.ask("POST", "/grade", {"problem": MATH, "response": "\\boxed{1}"}, good)[1]["verdict"] == "correct"
        )


def test_a_server_without_a_token_serves_no_web_page(served: Served) -> None:
    asked = {"problem": MATH, "response": "1"}
    assert served.ask("POST", "/grade", asked, {"Origin": "https://evil.example"})[0] == 403
    assert served.ask("POST", "/grade", asked, {"Host": "evil.example"})[0] == 403
    for host in ("localhost:80", "127.0.0.1", "[::1]:8000"):
        assert served.ask("POST", "/grade", asked, {"Host": host})[0] == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_beyond_loopback_a_token_is_needed(host: str) -> None:
    with pytest.raises(InputError, match="--token-file"):
        Settings(host=host)
    assert Settings(host=host, token=TOKEN).host == host


@pytest.mark.parametrize("text", ["", "short", "two words of a token", "t\u00f6ken-that-is-long-enough"])
def test_a_token_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "token"
    path.write_text(text + "\n")
    with pytest.raises(InputError, match="token"):
        Settings(token=read_token(path))


def test_a_body_that_is_too_large_is_413_and_memory_is_not_asked_for_it(serve: Serve) -> None:
    with serve(max_body=10_000) as served:
        large = json.dumps({"problem": MATH, "response": "x" * 20_000}).encode()
        assert served.ask("POST", "/grade", large)[0] == 413
        declared = {"Content-Length": "999999999999", "Content-Type": "application/json"}
        assert served.ask("POST", "/grade", None, declared)[0] == 413
        assert chunked(served, large, "/grade").startswith(b"HTTP/1.1 413 ")
        assert served.ask("POST", "/grade", {"problem": MATH, "response": "1"})[0] == 200
        assert served.app._bytes == 0


def chunked(served: Served, body: bytes, path: str) -> bytes:
    with raw(served) as peer:
        peer.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n".encode())
        peer.sendall(b"Transfer-Encoding: chunked\r\n\r\n" + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")
        return peer.recv(1 << 16)


def raw(served: Served) -> socket.socket:
    address = urlsplit(served.url)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=30)


def test_a_batch_that_is_too_large_is_refused(serve: Serve) -> None:
    with serve(max_batch=10) as served:
        status, answer = served.post("/grade_batch", {"problems": [probe()], "samples": [said("1")] * 11})
        assert (status, answer["error"]["field"]) == (400, "samples")


SLOW = [
    b"",
    b"POST /grade HTTP/1.1\r\nHost: local",
    b"POST /grade HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    b"POST /score HTTP/1.1\r\nHost: [::1]\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n",
    b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
]


@pytest.mark.parametrize("begun", SLOW)
def test_a_client_that_does_not_get_on_is_turned_away(serve: Serve, begun: bytes) -> None:
    with serve(read_seconds=0.2) as served, raw(served) as peer:
        peer.sendall(begun)
        answer = b""
        while part := peer.recv(1 << 16):
            answer += part
        assert answer.startswith(b"HTTP/1.1 404 " if b"nowhere" in begun else b"HTTP/1.1 408 ")


MALFORMED = [
    (b"GARBAGE\r\n\r\n", b"400"),
    (b"\x16\x03\x01\x02\x00\x01\x00", b"400"),
    (b"GET / HTTP/9.9\r\n\r\n", b"400"),
    (b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
    (b"POST /grade HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", b"400"),
    (b"POST /grade HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", b"400"),
    (b"GET /health HTTP/1.1\r\n" + b"A: b\r\n" * 60_000, b"431"),
    (b"GET /health HTTP/1.1\r\nA: " + b"b" * 400_000, b"431"),
    (b"GET /" + b"a" * 400_000, b"431"),
]


@pytest.mark.parametrize(("sent", "status"), MALFORMED)
def test_what_is_no_request_is_turned_away(served: Served, sent: bytes, status: bytes) -> None:
    with raw(served) as peer:
        peer.sendall(sent)
        assert peer.recv(1 << 16).startswith(b"HTTP/1.1 " + status + b" ")
    assert served.ask("GET", "/health")[0] == 200


def test_too_many_connections_are_turned_away_and_room_is_made_again(serve: Serve) -> None:
    with serve(max_connections=3) as served:
        peers = [raw(served) for _ in range(3)]
        for peer in peers:  # each has been taken once it is answered
            peer.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert peer.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        with raw(served) as one_more:
            assert one_more.recv(1 << 16).startswith(b"HTTP/1.1 503 ")
        peers[0].sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        while peers[0].recv(1 << 16):
            continue
        assert served.ask("GET", "/health")[0] == 200
        for peer in peers:
            peer.close()


def test_a_full_queue_is_429_and_says_when_to_come_again(serve: Serve, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    with serve(max_waiting=1, workers=1) as served, ThreadPoolExecutor(8) as pool:
        asked = {"problems": [probe()], "samples": [said("sleep:0.5"), said("sleep:0.4")]}
        answers = list(pool.map(lambda _: served.ask("POST", "/grade_batch", asked), range(8)))
        statuses = [status for status, _, _ in answers]
        assert set(statuses) == {200, 429}, statuses
        for status, _, response in answers:
            assert status == 200 or 1 <= int(response.getheader("Retry-After") or 0) <= 30
    assert not flag.exists()


def test_the_deadline_is_kept_and_what_nobody_waits_for_is_given_up(serve: Serve) -> None:
    with serve(workers=1) as served:
        asked = {"problem": probe(), "response": "=> sleep:1"}
        status, answer, _ = served.ask("POST", "/grade", asked, {"X-Deadline-Seconds": "0.1"})
        assert (status, answer["error"]["code"]) == (504, "deadline")
        samples = [said("1"), said("sleep:1")]
        headers = {"X-Deadline-Seconds": "0.1", "Accept": "application/x-ndjson"}
        _, body, _ = served.ask("POST", "/grade_batch", {"problems": [probe()], "samples": samples}, headers)
        assert json.loads(body.splitlines()[-1])["error"]["code"] == "deadline"
        assert served.ask("POST", "/grade", asked, {"X-Deadline-Seconds": "soon"})[0] == 400
        assert served.post("/grade", {"problem": probe(), "response": "=> 1"})[1]["verdict"] == "correct"


def test_told_to_end_it_answers_what_it_took(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "verifiers", "serve", "--port", "0", "--workers", "1"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        served = Served(process.stdout.readline().split()[-1], None, None)  # type: ignore[arg-type]
        spin = "```python\nopen('/dev/null')\nimport time\nwhile True: time.sleep(1)\n```"
        asked = {"problem": {**CODE, "limits": {"wall_seconds": 1}}, "response": spin}
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(served.post, "/grade", asked)
            while b"in_flight 2" not in served.ask("GET", "/metrics")[1]:
                assert not waiting.done()
            process.send_signal(signal.SIGTERM)
            assert waiting.result()[1]["verdict"] == "timeout"
        assert process.wait(60) == 0


def test_the_address_that_another_has_is_bad_input() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        words = [sys.executable, "-m", "verifiers", "serve", "--port", str(other.getsockname()[1])]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2 and "cannot be listened on" in done.stderr


def test_hostile_requests_leave_no_trace(serve: Serve) -> None:
    with serve(max_body=50_000, read_seconds=5.0) as served:
        kinds = [("/grade", b"{"), ("/nowhere", b"{}"), ("/grade", b"x" * 60_000), ("/run_code", b'{"code": 1}')]
        statuses = [served.ask("POST", *kinds[number % 4])[0] for number in range(200)]
        assert statuses == [400, 404, 413, 400] * 50
        assert served.app._bytes == 0 and served.app.service is not None
        assert threading.active_count() < 60


def test_programs_run_behind_the_walls_of_this_machine(served: Served) -> None:
    asked = {"code": "print(open('x').read() + input())", "language": "python", "stdin": "b", "files": {"x": "YQ=="}}
    status, answer = served.post("/run_code", asked)
    if answer["status"] == "SandboxError":
        pytest.skip(answer["message"])
    assert (status, answer["status"], answer["run_result"]["stdout"]) == (200, "Success", "ab\n")
    assert answer["isolation"]["level"] in ("strong", "unprivileged")
    spin = served.post("/run_code", {"code": "while True: pass", "language": "python", "run_timeout": 0.5})[1]
    assert (spin["status"], spin["run_result"]["status"]) == ("Failed", "TimeLimitExceeded")
    crash = served.post("/run_code", {"code": "raise SystemExit(3)", "language": "python"})[1]
    assert (crash["status"], crash["run_result"]["return_code"]) == ("Failed", 3)


def test_a_submission_is_judged_by_the_tests_it_brings(served: Served) -> None:
    tests = [{"input": {"stdin": f"{n}\n"}, "output": {"stdout": f"{n + 1}\n"}} for n in range(3)]
    right = {
        "id": 7,
        "completion": "```python\nprint(int(input()) + 1)\n```",
        "config": {"provided_data": {"test": tests}},
    }
    status, answer = served.post("/submit", right)
    if answer.get("extra", {}).get("grade", {}).get("verdict") == "error":
        pytest.skip("no sandbox here")
    assert (status, answer["id"], answer["accepted"], len(answer["tests"])) == (200, 7, True, 3)
    assert answer["extracted_code"] == "print(int(input()) + 1)\n"
    wrong = served.post("/submit", {**right, "completion": "```python\nprint(2)\n```"})[1]
    assert not wrong["accepted"] and not all(test["passed"] for test in wrong["tests"])
    data = {"test": "def check(f):\n    assert f(1) == 2", "entry_point": "inc", "prompt": "def inc(x):\n"}
    asked = {"id": "h", "completion": "    return x + 1\n", "config": {"provided_data": data}}
    assert served.post("/submit", asked)[1]["accepted"]
