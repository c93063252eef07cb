"""The docker sandbox for the tests of this folder; skipped, with the reason, where no daemon answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandboxes import WallMissing
from sandboxes.docker import DockerSandbox
from tests.sandboxes.conftest import Run, runner


@pytest.fixture(scope="session")
def sandbox() -> Iterator[DockerSandbox]:
    """One sandbox for all tests that leave it usable."""
    try:
        made = DockerSandbox()
    except WallMissing as missing:
        if missing.wall not in ("docker", "docker daemon", "docker image"):
            raise
        pytest.skip(str(missing))
    with made:
        yield made


@pytest.fixture(scope="session")
def run(sandbox: Any) -> Run:
    """Run a source text: keyword arguments are the job's, or its limits'."""
    return runner(sandbox)
