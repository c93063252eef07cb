"""What a data set's own solution returns, where the data set gives inputs and no outputs.

The solution is run as any program is: behind walls, as a job of its own. What it returns is data, read unhashed.
"""

from __future__ import annotations

import socket
from functools import partial
from typing import Any

from sandboxes import Job
from verifiers.code.bench import Bench, BenchLost, on_a_bench
from verifiers.code.calls import SERVE_CALLS, Answers
from verifiers.code.guest import codec
from verifiers.code.pace import Budget
from verifiers.code.suite import deed
from verifiers.problem import CodeLimits

_REPLIES_MOST = 256 << 20


class ReferenceFailed(Exception):
    """The solution did not return a value for every input: which input, and why."""


def returned_values(
    program: str, entry_point: str, inputs: list[tuple[Any, ...]], limits: CodeLimits | None = None
) -> list[Any]:
    """What `entry_point` of `program` returns for each of `inputs` (tuples of arguments), in order.

    Dictionaries and sets come as `codec.Pairs` and `codec.Members`. Raises `ReferenceFailed`, and `GraderFailure`
    where no sandbox can be had.
    """
    return on_a_bench(
        partial(
            _returned,
            program,
            entry_point,
            inputs,
            limits or CodeLimits(wall_seconds=600.0, cpu_seconds=120.0, memory_mb=2048),
        )
    )


def _returned(
    program: str, entry_point: str, inputs: list[tuple[Any, ...]], limits: CodeLimits, bench: Bench
) -> list[Any]:
    requests = [codec.encode((args, {}, None)) for args in inputs]
    stdin = codec.encode(("", program, entry_point, requests), most=codec.MESSAGE_MOST)
    job = Job("", entry=SERVE_CALLS, silent=True, stdin=stdin, limits=Budget(limits).limits())
    ours, theirs = socket.socketpair()
    found: list[Any] = []
    with ours:
        with theirs:
            running = bench.programs.start(job, theirs)
        answers = Answers(running, ours, _REPLIES_MOST, _REPLIES_MOST)
        while len(found) < len(inputs):
            reply = answers.next()
            if reply is None or reply[0] != "R":
                break
            found.append(reply[1])
        if len(found) == len(inputs):
            running.kill()
        outcome = running.wait()
    if outcome.status == "lost":
        raise BenchLost(outcome.detail)
    if len(found) < len(inputs):
        told = str(reply[-1]) if reply is not None else deed(outcome)[1]
        raise ReferenceFailed(f"the solution fails on input {len(found) + 1} of {len(inputs)}: {told}")
    return found
