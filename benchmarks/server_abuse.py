"""Requests that are no good, by the thousand: each must get its status, and the server must be none the larger for it.

    python -m benchmarks.server_abuse [--requests 10000] [--slow 200]

Malformed, oversized, unauthorised and slow requests in turns, beside a client that wants to be served all the while.
`wrong_status` must be 0, `served_wrongly` too; `mb` is the memory of the server's own process at each tenth.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from verifiers.adapters.client_file import Grader

_TOKEN = "f" * 32
_MAX_BODY_MB = 1
_HEAD = (
    b"POST /grade HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer "
    + _TOKEN.encode()
    + b"\r\n"
)
_LARGE = b"x" * (_MAX_BODY_MB * (1 << 20) + 1)


def _with(body: bytes, head: bytes = _HEAD) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


# what is sent, and the status it must get
_BAD: list[tuple[str, bytes, int]] = [
    ("no HTTP", b"\x16\x03\x01\x02\x00\r\n\r\n", 400),
    ("a bad length", _HEAD + b"Content-Length: -1\r\n\r\n", 400),
    ("a head without end", b"GET / HTTP/1.1\r\nA: " + b"a" * 400_000, 431),
    ("no JSON", _with(b"{"), 400),
    ("deep JSON", _with(b"[" * 200_000), 400),
    ("no object", _with(b"[]"), 400),
    ("a field missing", _with(b'{"problem": {"kind": "math", "reference": "1"}}'), 400),
    ("an unknown kind", _with(b'{"problem": {"kind": "x"}, "response": ""}'), 400),
    ("half a body in UTF-16", _with(b"\xff\xfe{\x00"), 400),
    ("oversized", _with(_LARGE), 413),
    ("oversized by its own word", _HEAD + b"Content-Length: 99999999999\r\n\r\n", 413),
    (
        "oversized in chunks",
        _HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(_LARGE) + _LARGE + b"\r\n0\r\n\r\n",
        413,
    ),
    ("no token", _with(b"{}", _HEAD.split(b"Authorization")[0]), 401),
    ("a wrong token", _with(b"{}", _HEAD.replace(b"ffff\r\n", b"fffe\r\n")), 401),
    ("no such path", _with(b"{}", _HEAD.replace(b"/grade", b"/admin")), 404),
    ("another method", _HEAD.replace(b"POST", b"DELETE") + b"\r\n", 405),
    ("another kind of body", _with(b"a=b", _HEAD.replace(b"application/json", b"text/plain")), 415),
]
_SLOW: list[tuple[str, bytes, int]] = [
    ("nothing", b"", 408),
    ("half a head", _HEAD, 408),
    ("half a body", _HEAD + b"Content-Length: 10\r\n\r\n{", 408),
    ("half a chunk", _HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\n{", 408),
]


async def ask(address: tuple[str, int], sent: bytes) -> int:
    """The status that is answered; 0 for none."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        writer.write(sent)
        head = await reader.readuntil(b"\r\n")
        return int(head.split()[1])
    except (OSError, asyncio.IncompleteReadError):
        return 0
    finally:
        writer.close()


async def abuse(address: tuple[str, int], count: int, slow: int, process: psutil.Process) -> dict[str, Any]:
    """All of it, 50 at a time; the slow ones stand beside them."""
    wrong: Counter[str] = Counter()
    memory = []
    room = asyncio.Semaphore(50)

    async def one(kind: tuple[str, bytes, int]) -> None:
        async with room:
            status = await ask(address, kind[1])
        if status != kind[2]:
            wrong[f"{kind[0]}: {status} for {kind[2]}"] += 1

    async def one_slow(kind: tuple[str, bytes, int]) -> None:
        status = await ask(address, kind[1])
        if status != kind[2]:
            wrong[f"{kind[0]}: {status} for {kind[2]}"] += 1

    waiting = [asyncio.ensure_future(one_slow(_SLOW[number % len(_SLOW)])) for number in range(slow)]
    fast = count - slow
    for tenth in range(10):
        share = range(fast * tenth // 10, fast * (tenth + 1) // 10)
        await asyncio.gather(*(one(_BAD[number % len(_BAD)]) for number in share))
        memory.append(round(process.memory_info().rss / (1 << 20), 1))
    await asyncio.gather(*waiting)
    return {"requests": count, "wrong_status": sum(wrong.values()), "wrong": dict(wrong), "mb": memory}


async def beside(url: str, done: asyncio.Event) -> tuple[int, int]:
    """A client that wants to be served: how often it was, and how often wrongly."""
    served = wrongly = 0
    grader = Grader(url, token=_TOKEN)
    while not done.is_set():
        answer = f"\\boxed{{{served % 3}}}"
        grade = await asyncio.to_thread(grader.grade, {"kind": "math", "reference": "1"}, answer)
        wrongly += (grade["verdict"] == "correct") != (served % 3 == 1)
        served += 1
    return served, wrongly


async def measure(url: str, count: int, slow: int, process: psutil.Process) -> dict[str, Any]:
    """The abuse, and the client beside it."""
    done = asyncio.Event()
    client = asyncio.ensure_future(beside(url, done))
    parts = urlsplit(url)
    figures = await abuse((parts.hostname or "", parts.port or 0), count, slow, process)
    done.set()
    served, wrongly = await client
    return figures | {"served_beside": served, "served_wrongly": wrongly}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--slow", type=int, default=200, help="of them, that never end")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        token = Path(folder) / "token"
        token.write_text(_TOKEN)
        words = [sys.executable, "-m", "verifiers", "serve", "--port", "0", "--workers", "1"]
        words += ["--token-file", str(token), "--max-body", str(_MAX_BODY_MB)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
            assert server.stdout is not None
            url = server.stdout.readline().split()[-1]
            print(json.dumps(asyncio.run(measure(url, options.requests, options.slow, psutil.Process(server.pid)))))
            server.terminate()


if __name__ == "__main__":
    main()
