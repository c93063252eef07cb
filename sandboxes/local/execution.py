"""How a job is executed that the warm interpreter does not run: the command, its memory, and how to read its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandboxes.guest.native import Command
from sandboxes.sandbox import Outcome


@dataclass(frozen=True, slots=True)
class Execution:
    """What stands beside a job that is executed."""

    command: Command
    extra_memory: int
    """Bytes that the account allows on top of the job's limit: the runtime's own, and the files given to the job."""
    told: Callable[[Outcome], Outcome]
    """What is to be made of the kernel's word by what the program said at its end."""
