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
MOST_STEPS = 20_000  # of about a microsecond each, of one comparison


class Open(Exception):
    """This rung cannot decide; `slow` tells whether the slow lane might."""

    def __init__(self, reason: str, *, slow: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.slow = slow


class Late(Open):
    """The slow lane ran out of time, or its worker was lost: another time it might decide."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, slow=False)


class Exhausted(Open):
    """The work allowed for one comparison is used up: more precision would not help."""

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
    """The work left for one comparison, in steps of about a microsecond; every rung takes from it."""

    __slots__ = ("left",)

    def __init__(self, most: int = MOST_STEPS) -> None:
        self.left = most

    def take(self, count: int = 1) -> None:
        """Use up `count` steps; raises `Exhausted` when none are left."""
        self.left -= count
        if self.left < 0:
            raise Exhausted

    @contextmanager
    def at_most(self, most: int) -> Iterator[Steps]:
        """A share of these steps; what is used of it is used of the whole."""
        share = Steps(min(most, self.left))
        before = share.left
        try:
            yield share
        finally:
            self.left -= before - max(0, share.left)


def cost_of_bits(bits: int) -> int:
    """Steps of one operation on rationals of `bits` bits."""
    return bits // 300 * (1 + bits // 15_000)


def cost_of_precision(bits: int) -> int:
    """Steps of one elementary function of a ball at `bits` of precision."""
    return 1 if bits <= 128 else 2 if bits <= 256 else 10 if bits <= 1024 else bits // 45


# flint keeps one precision for the whole process: it is changed only under this lock, and always put back.
# A lock that a thread held while the process forked would stay locked in the child; so each process has its own.
_locks: dict[int, threading.RLock] = {}


class precision:  # noqa: N801 - used as a verb: `with precision(256):`
    """Ball arithmetic with `bits` of precision, for this thread alone."""

    __slots__ = ("_before", "_bits", "_lock")

    def __init__(self, bits: int) -> None:
        self._bits = bits

    def __enter__(self) -> None:
        process = os.getpid()
        self._lock = _locks.get(process) or _locks.setdefault(process, threading.RLock())
        self._lock.acquire()
        self._before = flint.ctx.prec
        flint.ctx.prec = self._bits

    def __exit__(self, *fault: object) -> None:
        flint.ctx.prec = self._before
        self._lock.release()
