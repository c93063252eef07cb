"""What the tests of programs share: a machine on which the sandbox stands, or a skip that says why not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandboxes import WallMissing
from verifiers.code.bench import close_benches


@pytest.fixture(scope="session")
def sandbox() -> Iterator[None]:
    """The local sandbox can be had here."""
    from sandboxes.local import LocalSandbox

    try:
        LocalSandbox().close()
    except WallMissing as missing:
        pytest.skip(str(missing))
    yield
    close_benches()
