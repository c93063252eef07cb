"""The hostile programs again, each in a container: none is accepted, and none leaves a container or a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandboxes import Level
from sandboxes.docker import look
from sandboxes.docker.daemon import Daemon
from tests.code import hostile
from tests.code.test_hostile import (
    test_a_hostile_program_gets_a_sound_verdict_in_time_and_the_next_honest_one_is_right,
    test_the_honest_program_is_right,
)
from verifiers.code import place as place_module
from verifiers.code.bench import close_benches
from verifiers.code.place import run_in

__all__ = [
    "test_a_hostile_program_gets_a_sound_verdict_in_time_and_the_next_honest_one_is_right",
    "test_the_honest_program_is_right",
]

pytestmark = pytest.mark.skipif(not hostile.FOLDER.is_dir(), reason="the hostile programs are not beside this checkout")


@pytest.fixture(scope="module", autouse=True)
def level() -> Iterator[Level]:
    """Programs run in containers while this module's tests do, and afterwards none is left."""
    missing = [each for each in look() if not each.available]
    if missing:
        pytest.skip(f"{missing[0].name}: {missing[0].detail}")
    close_benches()
    run_in("docker")
    yield "unprivileged"
    close_benches()
    place_module._chosen = None
    daemon = Daemon()
    assert daemon.ours() == []
    daemon.close()
