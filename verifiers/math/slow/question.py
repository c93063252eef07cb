"""One question of computer algebra, in a process of its own: forked, shut in, answered, over.

A question is a line of JSON. `{"left": tree, "right": tree}` asks whether two expressions are equal;
`{"reference": tree, "text": "..."}` asks it of a text that only a second reading can read. The answer is
`{"equal": true | false | null, "reason": "..."}` and never more than that: what SymPy made of the question, which may
be huge, is neither printed nor sent.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import sys
from typing import Any, NoReturn

from verifiers.math.slow import walls
from verifiers.math.slow.algebra import NotAlgebra, decide
from verifiers.math.slow.wire import unpacked

MOST_BYTES = 4096  # of an answer: one write to a pipe that nothing can split
_LONGEST_REASON = 200
_PR_SET_PDEATHSIG = 1


def answered(line: bytes) -> dict[str, Any]:
    """The answer to a question. Never raises."""
    try:
        question = json.loads(line)
        if "text" in question:
            from verifiers.math.slow.reading import decide_text

            return _answer(decide_text(unpacked(question["reference"]), question["text"]))
        return _answer(decide(unpacked(question["left"]), unpacked(question["right"])))
    except NotAlgebra as fault:
        return _answer(None, f"no algebra for {fault}")
    except MemoryError:
        return _answer(None, "out of memory")
    except RecursionError:
        return _answer(None, "nested too deeply")
    except Exception as fault:  # noqa: BLE001 - computer algebra raises anything; nothing was decided then
        return _answer(None, f"computer algebra gave up: {type(fault).__name__}")


def _answer(equal: bool | None, reason: str = "") -> dict[str, Any]:
    return {"equal": equal, "reason": reason[:_LONGEST_REASON]}


def answer_and_exit(line: bytes, pipe: int, asker: int, names: tuple[str, ...], memory: int, trial: bool) -> NoReturn:
    """In the forked process: raise the walls, answer into the pipe, end. Without all its walls it only ends.

    In a trial the answer also says which walls are `missing`, and those that could be raised are enough.
    """
    status = 1
    try:
        _die_with(asker)
        _settle_descriptors(pipe)
        missing = walls.raised(names, memory)
        if trial or not missing:
            gc.enable()
            answer = answered(line)
            if trial:
                answer["missing"] = missing
            os.write(walls.ANSWER, json.dumps(answer).encode()[:MOST_BYTES])
            status = 0
    finally:
        os._exit(status)


def _die_with(asker: int) -> None:
    """Have the kernel end this process when the one that forked it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != asker:
        os._exit(1)


def _settle_descriptors(pipe: int) -> None:
    os.dup2(pipe, walls.ANSWER)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(walls.ANSWER):
        os.dup2(nowhere, standard)
