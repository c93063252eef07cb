"""What the rungs of the ladder share: their findings, their limits, and the precision of ball arithmetic.

A rung answers with a `Finding`, or raises `Open` where it cannot decide within its limits; the next rung is then asked.
`Undefined` says that an expression has no value (a division by zero).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import flint

MOST_BITS = 150_000  # of an integer on the exact rung
MOST_TERMS = 1_000  # of a sum or product that is added up term by term
MOST_STEPS = 12_000  # arithmetic operations of one evaluation


class Open(Exception):
    """This rung cannot decide; `slow` tells whether the slow lane might."""

    def __init__(self, reason: str, *, slow: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.slow = slow


class Exhausted(Open):
    """The work allowed for one evaluation is used up: more precision would not help."""

    def __init__(self) -> None:
        super().__init__("more operations than allowed", slow=False)


class NotExpression(Open):
    """Words, sets or relations stand where a value should."""

    def __init__(self) -> None:
        super().__init__("not an expression", slow=False)


class Undefined(Exception):
    """The expression has no value."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether two things are equal, by which evidence, and (where unequal) why, for a person."""

    equal: bool
    method: str
    reason: str = ""

    def __bool__(self) -> bool:
        return self.equal


class Steps:
    """A count of operations that ends an evaluation before it takes long."""

    __slots__ = ("left",)

    def __init__(self, most: int = MOST_STEPS) -> None:
        self.left = most

    def take(self, count: int = 1) -> None:
        """Use up `count` steps; raises `Open` when none are left."""
        self.left -= count
        if self.left < 0:
            raise Exhausted


# flint keeps one precision for the whole process: it is changed only under this lock, and always put back.
# A lock that a thread held while the process forked would stay locked in the child; so each process has its own.
_locks: dict[int, threading.RLock] = {}


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Ball arithmetic with `bits` of precision, for this thread alone."""
    process = os.getpid()
    lock = _locks.get(process)
    if lock is None:
        lock = _locks.setdefault(process, threading.RLock())
    with lock:
        before = flint.ctx.prec
        flint.ctx.prec = bits
        try:
            yield
        finally:
            flint.ctx.prec = before
