"""Many clients at a server, beside the same work in process; and workers killed under them.

    python -m benchmarks.server [--seconds 60] [--clients 200] [--batch 64] [--workers 2] [--kill]

Requests are drawn from a generated study (`benchmarks.engine.made`): `--batch` samples, eight of a problem. The engine
grades them all in process first; its grades, byte for byte, are what the server must answer: an answer that differs is
counted `wrong` (a grade `error` apart), one that does not come `lost`. Server and engine are measured in turns;
`in_process` is the engine given the same requests by as many threads as it has workers, `in_bulk` the engine given all
of them as one study.

`ratio` compares samples a second by the clock (the clients take their share of the same cores), `cpu_ratio` processor
time a sample of the server's processes, its clients left out. `--kill` kills a worker of the server every second: what
is answered must still be right.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import resource
import signal
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlsplit

import psutil
from pydantic_core import from_json

from benchmarks.engine.made import _pieces, _problem, responses
from verifiers import Engine, MathProblem, Sample
from verifiers.problem import Problem

_OF_A_PROBLEM = 8
_ROUNDS = 3
_LENGTH = 1700  # characters of a response


@dataclass
class Request:
    """What is asked, as objects and as the bytes of a body, and what must be answered."""

    problems: list[Problem]
    responses: list[str]
    body: bytes
    expected: bytes = b""


@dataclass
class Load:
    """What clients saw."""

    answered: int = 0
    wrong: int = 0
    errors: int = 0
    lost: int = 0
    refused: int = 0
    seconds: list[float] = field(default_factory=list)
    first_wrong: str = ""


def made(count: int, batch: int, rng: Random) -> list[Request]:
    """Requests whose samples are all different."""
    pieces = _pieces(rng)
    requests = []
    for number in range(count):
        problems: list[Problem] = []
        texts: list[str] = []
        stated, samples = [], []
        for place in range(max(1, batch // _OF_A_PROBLEM)):
            drawn = _problem(rng)
            problem = MathProblem(id=f"made/{number}/{place}", reference=drawn.reference)
            stated.append({"id": problem.id, "kind": "math", "reference": drawn.reference})
            for text in responses(drawn, min(batch, _OF_A_PROBLEM), _LENGTH, pieces, rng):
                problems.append(problem)
                texts.append(text)
                samples.append({"problem_id": problem.id, "response": text})
        body = json.dumps({"problems": stated, "samples": samples}, ensure_ascii=False).encode()
        requests.append(Request(problems, texts, body))
    return requests


def expect(requests: list[Request], engine: Engine) -> float:
    """Fill in what must be answered, all requests as one study; seconds that it took."""
    known = {problem.id: problem for request in requests for problem in request.problems}
    samples = [
        Sample(problem_id=problem.id, response=text)
        for request in requests
        for problem, text in zip(request.problems, request.responses)
    ]
    begun = time.perf_counter()
    grades = iter(list(engine.grade_samples(known.values(), samples)))
    took = time.perf_counter() - begun
    for request in requests:
        lines = [grade.model_dump_json().encode() for grade in itertools.islice(grades, len(request.responses))]
        request.expected = b'{"grades":[' + b",".join(lines) + b"]}"
    return took


def in_process(requests: list[Request], engine: Engine, threads: int, seconds: float) -> tuple[float, float]:
    """Samples a second, and processor seconds a sample, of an engine that is given request after request."""
    until = time.perf_counter() + seconds
    turn = itertools.cycle(requests)
    lock = threading.Lock()

    def ask() -> int:
        done = 0
        while time.perf_counter() < until:
            with lock:
                request = next(turn)
            done += len(engine.grade_batch(request.problems, request.responses))
        return done

    workers = [psutil.Process(pid) for pid in engine.worker_pids()]
    used, begun = _used([psutil.Process(), *workers]), time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        done = sum(pool.map(lambda _: ask(), range(threads)))
    took = time.perf_counter() - begun
    return done / took, (_used([psutil.Process(), *workers]) - used) / done


def _used(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
            total += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return total


class Server:
    """`verify serve` in a process of its own."""

    def __init__(self, workers: int) -> None:
        words = [sys.executable, "-m", "verifiers", "serve", "--port", "0", "--workers", str(workers)]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]
        self.tree = psutil.Process(self.process.pid)

    def processes(self) -> list[psutil.Process]:
        """The server's own process and its workers."""
        return [self.tree, *self.tree.children()]

    def resident_mb(self) -> float:
        """Memory of the server's own process."""
        return float(self.tree.memory_info().rss / (1 << 20))

    def end(self) -> int:
        """Told to end: its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


async def client(url: str, requests: list[Request], until: float, load: Load, rng: Random) -> None:
    """One connection that asks and waits, asks and waits."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=1 << 22)
    head = f"POST /grade_batch HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
    try:
        while time.perf_counter() < until:
            request = rng.choice(requests)
            begun = time.perf_counter()
            writer.write(f"{head}Content-Length: {len(request.body)}\r\n\r\n".encode() + request.body)
            status, body = await _answer(reader)
            load.seconds.append(time.perf_counter() - begun)
            if status == 200:
                load.answered += 1
                if body != request.expected:
                    _compare(body, request.expected, load)
            elif status == 429:
                load.refused += 1
            else:
                load.lost += 1
    except (OSError, asyncio.IncompleteReadError):
        load.lost += 1
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    length = next(int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length"))
    return int(lines[0].split()[1]), await reader.readexactly(length)


def _compare(body: bytes, expected: bytes, load: Load) -> None:
    """Count a grade `error` (of a worker that was killed twice over it) apart from an answer that is not right."""
    got, wanted = from_json(body)["grades"], from_json(expected)["grades"]
    different = [pair for pair in zip(got, wanted) if pair[0] != pair[1]]
    errors = sum(grade["verdict"] == "error" for grade, _ in different)
    load.errors += errors
    if errors < len(different) or len(got) != len(wanted) or not different:
        load.wrong += 1
        load.first_wrong = load.first_wrong or str(different)[:600]


async def loaded(url: str, requests: list[Request], clients: int, seconds: float, load: Load) -> None:
    """All clients at once."""
    until = time.perf_counter() + seconds
    await asyncio.gather(*(client(url, requests, until, load, Random(number)) for number in range(clients)))


def kill_workers(server: Server, stop: threading.Event, killed: list[int]) -> None:
    """Kill one worker after another, a second apart."""
    while not stop.wait(1.0):
        workers = server.tree.children()
        if workers:
            victim = random.choice(workers)
            killed.append(victim.pid)
            os.kill(victim.pid, signal.SIGKILL)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Engine and server in turns."""
    requests = made(options.requests, options.batch, Random(0))
    figures: dict[str, Any] = {"samples_a_request": len(requests[0].responses), "clients": options.clients}
    inside, served, cpu, ratios = [], [], [], []
    load = Load()
    killed: list[int] = []
    with Engine(options.workers) as engine:
        expect(requests, engine)
        bulk = sum(len(request.responses) for request in requests) / expect(requests, engine)
        server = Server(options.workers)
        asyncio.run(loaded(server.url, requests, options.clients, 2.0, Load()))  # every client has been there once
        figures["server_mb_before"] = round(server.resident_mb())
        stop = threading.Event()
        killer = threading.Thread(target=kill_workers, args=(server, stop, killed))
        if options.kill:
            killer.start()
        for _ in range(_ROUNDS):
            rate, cost = in_process(requests, engine, options.workers, options.seconds / _ROUNDS / 4)
            used, answered, begun = _used(server.processes()), load.answered, time.perf_counter()
            asyncio.run(loaded(server.url, requests, options.clients, options.seconds / _ROUNDS, load))
            samples = (load.answered - answered) * len(requests[0].responses)
            served.append(samples / (time.perf_counter() - begun))
            inside.append(rate)
            ratios.append(served[-1] / rate)
            cpu.append(cost / ((_used(server.processes()) - used) / samples))
        if options.kill:
            stop.set()
            killer.join()
        figures["server_mb_after"] = round(server.resident_mb())
        figures["exit_code"] = server.end()
    times = sorted(load.seconds)
    return figures | {
        "requests": load.answered,
        "wrong": load.wrong,
        "errors": load.errors,
        "lost": load.lost,
        "refused": load.refused,
        "workers_killed": len(killed),
        "served_samples_a_second": round(statistics.median(served)),
        "in_process_samples_a_second": round(statistics.median(inside)),
        "in_bulk_samples_a_second": round(bulk),
        "ratio": round(statistics.median(ratios), 2),
        "cpu_ratio": None if options.kill else round(statistics.median(cpu), 2),
        "p50_ms": round(times[len(times) // 2] * 1000),
        "p99_ms": round(times[len(times) * 99 // 100] * 1000),
        **({"first_wrong": load.first_wrong} if load.wrong else {}),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="under load, all rounds together")
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--batch", type=int, default=64, help="samples a request")
    parser.add_argument("--requests", type=int, default=300, help="different ones")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kill", action="store_true", help="kill a worker every second")
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4 * options.clients)), hard))
    print(json.dumps(measure(options)))


if __name__ == "__main__":
    main()
