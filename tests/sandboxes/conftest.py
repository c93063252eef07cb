"""Sandboxes for the tests of this room; skipped where the machine has no walls.

Most tests run at each level in turn: `strong`, and `unprivileged` as it is where the kernel is new, where it is the
oldest that will do, and always without control groups, as in an ordinary container.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from sandboxes import Job, Limits, Outcome, WallMissing
from sandboxes.local import LocalSandbox
from sandboxes.local import cell as cell_module
from sandboxes.local import supervisor as supervisor_module
from sandboxes.local.cgroups import Account

Run = Callable[..., Outcome]
OLDEST = "unprivileged, oldest kernel"
LEVELS = ("strong", "unprivileged", OLDEST)


def made(level: str) -> LocalSandbox:
    """A sandbox of one of LEVELS; skips the test where it cannot be had."""
    with pytest.MonkeyPatch.context() as patch:
        if level != "strong":
            patch.setattr(cell_module, "open_account", Account)
        if level == OLDEST:
            plans = supervisor_module._plans
            patch.setattr(supervisor_module, "_plans", lambda *how: [replace(p, landlock_most=1) for p in plans(*how)])
        try:
            return LocalSandbox(level="strong" if level == "strong" else "unprivileged")
        except WallMissing as missing:
            pytest.skip(str(missing))


@pytest.fixture(scope="session", params=LEVELS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[LocalSandbox]:
    """One sandbox of each level for all tests that leave it usable."""
    with made(request.param) as one:
        yield one


@pytest.fixture(scope="session")
def run(sandbox: LocalSandbox) -> Run:
    """Run a source text: keyword arguments are the job's, or its limits'."""
    return runner(sandbox)


@pytest.fixture
def unsafe_sandbox() -> Iterator[LocalSandbox]:
    """A sandbox without walls around files, processes and the like, as the caller may accept."""
    with LocalSandbox(level="unsafe") as one:
        assert one.isolation.level == "unsafe"
        yield one


@pytest.fixture
def open_ground(unsafe_sandbox: LocalSandbox) -> Run:
    """`run` without those walls."""
    return runner(unsafe_sandbox)


def runner(sandbox: LocalSandbox) -> Run:
    """`run` of a sandbox, with the limits as keyword arguments."""

    def run_source(source: str, **arguments: Any) -> Outcome:
        limits = {name: arguments.pop(name) for name in list(arguments) if name in Limits.__dataclass_fields__}
        return sandbox.run(Job(source, limits=Limits(**{"wall_seconds": 5, **limits}), **arguments))

    return run_source
