"""A whole study through the engine, beside the mere decoding of its text, and beside Math-Verify.

    python -m benchmarks.engine.study [--problems 500] [--samples 1024] [--workers 2] [--rounds 3] [--quick] [--peer]

The study is generated (`made`). The floor is what nobody can go below who reads JSON in Python: as many processes as
the engine has workers take the file apart into lines and decode each with `json.loads`, and do nothing else. Floor and
engine are measured in turns, both with the start of their processes; the ratio is that of their times, as the median
with its least and greatest, and `cpu_ratio` that of the processor time, which another tenant of the machine disturbs
less.
`--curve` draws cost a sample over the number of samples a problem. `--peer` grades some of the same samples by
Math-Verify in one process and reckons what the whole would take on as many.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.engine.made import write_study
from benchmarks.math.peer import CACHE, Peer, environment
from verifiers import grade
from verifiers.records import read_jsonl, read_problems

_CURVE = (10, 32, 100, 316, 1024)
_PEER_SAMPLES = 2000
_GRADE = r"""
import json, re, sys
from verifiers import Engine
problems, samples, out, workers = sys.argv[1:]
with Engine(int(workers)) as engine:
    progress = engine.grade_file(problems, samples, out, overwrite=True)
# the peak of this program, and not of the process that it was forked from
peak = int(re.search(r"VmHWM:\s*(\d+)", open("/proc/self/status").read())[1]) // 1024
print(json.dumps({"seconds": progress.seconds, "distinct": progress.tally.distinct, "peak_mb": peak,
                  "verdicts": {verdict: n for (_, verdict), n in progress.tally.verdicts.items()}}))
"""


def _decode(path: str, start: int, end: int) -> None:
    with Path(path).open("rb", buffering=1 << 20) as file:
        file.seek(max(0, start - 1))
        if start:
            file.readline()
        while file.tell() < end and (line := file.readline()):
            json.loads(line)


def floor(path: Path, processes: int) -> tuple[float, float]:
    """Seconds that decoding every line takes, with as many processes; and seconds of processor time."""
    size = path.stat().st_size
    cuts = [size * part // processes for part in range(processes + 1)]
    begun, used = time.perf_counter(), _children_used()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        pool.starmap(_decode, [(str(path), start, end) for start, end in itertools.pairwise(cuts)])
        pool.close()
        pool.join()
    return time.perf_counter() - begun, _children_used() - used


def _children_used() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def engine(problems: Path, samples: Path, out: Path, workers: int) -> dict[str, Any]:
    """What grading the file takes in a process of its own: seconds with start-up, and without (`seconds`)."""
    words = [sys.executable, "-c", _GRADE, str(problems), str(samples), str(out), str(workers)]
    begun, used = time.perf_counter(), _children_used()
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    figures["whole_seconds"] = time.perf_counter() - begun
    figures["cpu_seconds"] = _children_used() - used
    return figures


def measure(problems: Path, samples: Path, workers: int, rounds: int) -> dict[str, Any]:
    """Floor and engine in turns."""
    floors, engines, used, found = [], [], [], {}
    out = samples.with_name("grades.jsonl")
    for _ in range(rounds):
        seconds, processor = floor(samples, workers)
        floors.append(seconds)
        found = engine(problems, samples, out, workers)
        engines.append(found["whole_seconds"])
        used.append(found["cpu_seconds"] / processor)
    ratios = [mine / theirs for mine, theirs in zip(engines, floors)]
    count = sum(found["verdicts"].values())
    return {
        "samples": count,
        "bytes": samples.stat().st_size,
        "distinct": found["distinct"],
        "peak_mb": found["peak_mb"],
        "decode_seconds": round(statistics.median(floors), 2),
        "engine_seconds": round(statistics.median(engines), 2),
        "ratio": round(statistics.median(ratios), 2),
        "ratios": [round(min(ratios), 2), round(max(ratios), 2)],
        "cpu_ratio": round(statistics.median(used), 2),
        "us_a_sample": round(statistics.median(engines) / count * 1e6, 1),
        "verdicts": found["verdicts"],
    }


def against_peer(problems: Path, samples: Path, cache: Path, workers: int, engine_seconds: float) -> dict[str, Any]:
    """Math-Verify and `grade` on some of the samples; what the whole would take the peer on as many processes."""
    known = read_problems(problems)
    rows, total = [], 0
    step = max(1, sum(1 for _ in samples.open("rb")) // _PEER_SAMPLES)
    for number, record in read_jsonl(samples):
        total += 1
        if number % step == 0 and len(rows) < _PEER_SAMPLES:
            rows.append((known[record["problem_id"]], record["response"]))
    peer = Peer(environment(cache))
    pairs = [(str(problem.model_dump()["reference"]), response) for problem, response in rows]
    peer.grade(pairs[:20])
    seconds = peer.grade(pairs)[0]
    peer.close()
    begun = time.perf_counter()
    for problem, response in rows:
        grade(problem, response)
    ours = time.perf_counter() - begun
    whole = seconds / len(rows) * total / workers
    return {
        "peer_ms_a_sample": round(seconds / len(rows) * 1e3, 2),
        "peer_whole_seconds": round(whole),
        "with_deduplication": round(whole / engine_seconds),
        "without": round(seconds / ours),
    }


def main() -> None:
    """Measure, print, and write what was found."""
    parser = argparse.ArgumentParser(description="A generated study through the engine.")
    parser.add_argument("--problems", type=int, default=500)
    parser.add_argument("--samples", type=int, default=1024)
    parser.add_argument("--length", type=int, default=3400, help="characters a response")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--curve", action="store_true", help="cost a sample over samples a problem")
    parser.add_argument("--peer", action="store_true", help="beside Math-Verify")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--quick", action="store_true", help="40 problems, one round")
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    if options.quick:
        options.problems, options.rounds = 40, 1
    figures: dict[str, Any] = {"workers": options.workers}
    with tempfile.TemporaryDirectory(prefix="truegrade-study-") as folder:
        made = write_study(Path(folder), options.problems, options.samples, options.length)
        figures["study"] = measure(*made, options.workers, options.rounds)
        print(f"study: {json.dumps(figures['study'])}", flush=True)
        if options.peer:
            seconds = figures["study"]["engine_seconds"]
            figures["peer"] = against_peer(*made, options.cache, options.workers, seconds)
            print(f"peer: {json.dumps(figures['peer'])}", flush=True)
        if options.curve:
            figures["curve"] = {}
            for count in _CURVE:
                made = write_study(Path(folder), max(20, options.problems // 5), count, options.length)
                figures["curve"][count] = measure(*made, options.workers, options.rounds)
                print(f"{count} samples a problem: {json.dumps(figures['curve'][count])}", flush=True)
    if options.out is not None:
        options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
