"""The hostile programs again, each in a container: none is accepted, and none leaves a container or a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.attacks.corpus import Attack
from benchmarks.attacks.run import Trial
from sandboxes.docker import look
from sandboxes.docker.daemon import Daemon
from tests.code.test_hostile import RUNS, SHARED_RUNS


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    """A grader whose programs run in containers; afterwards none of these is left."""
    missing = [each for each in look() if not each.available]
    if missing:
        pytest.skip(f"{missing[0].name}: {missing[0].detail}")
    with Trial("docker") as made:
        yield made
    daemon = Daemon()
    assert daemon.ours() == []
    daemon.close()


# the image holds no pytest, and a container's own niceness is what this program takes for a trace of its last run
IN_CONTAINERS = [
    (attack, suite) for attack, suite in RUNS + SHARED_RUNS if suite != "pytest" and attack.name != "memo_kernel_state"
]


@pytest.mark.parametrize(
    ("attack", "suite"), IN_CONTAINERS, ids=[f"{attack.name}-{suite}" for attack, suite in IN_CONTAINERS]
)
def test_a_hostile_program_gets_a_sound_verdict_in_time_and_changes_nothing(
    trial: Trial, attack: Attack, suite: str
) -> None:
    result = trial.attempt(attack, suite)
    assert result.faults == (), result
