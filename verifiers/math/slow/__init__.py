"""The slow lane: computer algebra in worker processes of its own, killed at a deadline.

`doubtful(reference, answer)` settles two expressions that the fast lane left open, or raises `Open`.
The deadline of one question is `TRUEGRADE_SLOW_SECONDS` (2 by default).
"""

from __future__ import annotations

import json
import os

from verifiers.math.decide.rungs import Finding, Open
from verifiers.math.tree import Node

DEFAULT_SECONDS = 2.0


def deadline_seconds() -> float:
    """How long one question may take."""
    try:
        return min(600.0, max(0.1, float(os.environ.get("TRUEGRADE_SLOW_SECONDS", DEFAULT_SECONDS))))
    except ValueError:
        return DEFAULT_SECONDS


def doubtful(reference: Node, answer: Node) -> Finding:
    """Decide by computer algebra. Raises `Open` where it cannot in time, `GraderFailure` where it cannot be asked."""
    from verifiers.math.slow.pool import DeadlinePassed, LostWorker, shared_pool
    from verifiers.math.slow.wire import packed

    question = json.dumps({"left": packed(reference), "right": packed(answer)}).encode() + b"\n"
    seconds = deadline_seconds()
    try:
        answered = shared_pool().ask(question, seconds)
    except DeadlinePassed:
        raise Open(f"computer algebra did not decide within {seconds:g} s", slow=False) from None
    except LostWorker:
        raise Open("the computer-algebra worker was lost", slow=False) from None
    equal = answered.get("equal")
    if equal is True:
        return Finding(True, "symbolic")
    if equal is False:
        return Finding(False, "symbolic", "the values differ")
    raise Open(str(answered.get("reason") or "computer algebra did not decide"), slow=False)
