"""Sandboxes for the tests of this room; skipped where the machine has no walls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandboxes import Job, Limits, Outcome, WallMissing
from sandboxes.local import LocalSandbox
from sandboxes.local import supervisor as supervisor_module

Run = Callable[..., Outcome]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[LocalSandbox]:
    """One strong sandbox for all tests that leave it usable."""
    try:
        made = LocalSandbox()
    except WallMissing as missing:
        pytest.skip(str(missing))
    with made:
        yield made


@pytest.fixture(scope="session")
def run(sandbox: LocalSandbox) -> Run:
    """Run a source text: keyword arguments are the job's, or its limits'."""
    return runner(sandbox)


@pytest.fixture
def unsafe_sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalSandbox]:
    """A sandbox without namespaces, as on a machine that refuses them."""
    strong = supervisor_module.Cell

    def refusing(plan: Any) -> Any:
        if plan.namespaces:
            raise WallMissing("user namespace", "refused", "none")
        return strong(plan)

    monkeypatch.setattr(supervisor_module, "Cell", refusing)
    with LocalSandbox(unsafe=True) as made:
        assert made.isolation.level == "unsafe"
        yield made


@pytest.fixture
def open_ground(unsafe_sandbox: LocalSandbox) -> Run:
    """`run` without namespaces."""
    return runner(unsafe_sandbox)


def runner(sandbox: LocalSandbox) -> Run:
    """`run` of a sandbox, with the limits as keyword arguments."""

    def run_source(source: str, **arguments: Any) -> Outcome:
        limits = {name: arguments.pop(name) for name in list(arguments) if name in Limits.__dataclass_fields__}
        return sandbox.run(Job(source, limits=Limits(**{"wall_seconds": 5, **limits}), **arguments))

    return run_source
