"""The slow lane: computer algebra in processes of its own, behind walls, killed at a deadline.

`doubtful(reference, answer)` settles two expressions that the fast lane left open, or raises `Open`.
`second_reading(reference, text)` has a text read that the fast lane could not read, where `may_be_read(text)`.
The deadline of one question is `TRUEGRADE_SLOW_SECONDS` (2 by default). `walls_in_force()` says what stands around it.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from verifiers.math.decide.rungs import Finding, Late, Open
from verifiers.math.slow.marks import is_worth_reading, may_be_read
from verifiers.math.slow.wire import packed
from verifiers.math.tree import Node

if TYPE_CHECKING:
    from verifiers.math.slow.pool import Walls

__all__ = [
    "deadline_seconds",
    "doubtful",
    "is_worth_reading",
    "may_be_read",
    "second_reading",
    "walls_in_force",
]

DEFAULT_SECONDS = 2.0


def deadline_seconds() -> float:
    """How long one question may take."""
    try:
        return min(600.0, max(0.1, float(os.environ.get("TRUEGRADE_SLOW_SECONDS", DEFAULT_SECONDS))))
    except ValueError:
        return DEFAULT_SECONDS


def doubtful(reference: Node, answer: Node) -> Finding:
    """Decide by computer algebra. Raises `Open` where it cannot in time, `GraderFailure` where it cannot be asked."""
    equal = _asked({"left": packed(reference), "right": packed(answer)})
    return Finding(True, "symbolic") if equal else Finding(False, "symbolic", "the values differ")


def second_reading(reference: Node, text: str) -> Finding:
    """Have an answer that the fast lane could not read read by latex2sympy2, and decide: never unequal, only equal.

    Raises `Open` where the reading is not beyond doubt, the values are not seen to agree, or a wall is missing.
    """
    if not may_be_read(text):
        raise Open("not to be read a second time", slow=False)
    if not _asked({"reference": packed(reference), "text": text}, behind_all_walls=True):
        raise Open("a second reading gave another value", slow=False)
    return Finding(True, "symbolic", "by a second reading, with latex2sympy2")


def _asked(question: dict[str, Any], behind_all_walls: bool = False) -> bool:
    """The answer to a question, or `Open`."""
    from verifiers.math.slow.pool import DeadlinePassed, LostWorker, shared_pool

    seconds = deadline_seconds()
    try:
        answer = shared_pool().ask(json.dumps(question).encode(), seconds, behind_all_walls)
    except DeadlinePassed:
        raise Late(f"computer algebra did not decide within {seconds:g} s") from None
    except LostWorker:
        raise Late("the computer-algebra worker was lost") from None
    equal = answer.get("equal")
    if isinstance(equal, bool):
        return equal
    raise Open(str(answer.get("reason") or "computer algebra did not decide"), slow=False)


def walls_in_force() -> Walls:
    """The walls around every question on this machine, and those that are missing; starts a worker if need be."""
    from verifiers.math.slow.pool import shared_pool

    return shared_pool().walls()
