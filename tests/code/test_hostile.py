"""No hostile program is accepted, and none leaves a trace on the next honest one."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from sandboxes import Level, WallMissing
from sandboxes.local import LocalSandbox
from tests.code import hostile
from verifiers.code import bench
from verifiers.code.pace import Budget
from verifiers.grading import grade

pytestmark = [
    pytest.mark.usefixtures("sandbox"),
    pytest.mark.skipif(not hostile.FOLDER.is_dir(), reason="the hostile programs are not beside this checkout"),
]


@pytest.fixture(scope="module", params=["strong", "unprivileged"])
def level(request: pytest.FixtureRequest) -> Iterator[Level]:
    """The level at which the programs run."""
    try:
        LocalSandbox(level=request.param).close()
    except WallMissing as missing:
        pytest.skip(str(missing))
    bench.close_benches()
    bench.ask_for_level(request.param)
    yield request.param
    bench.ask_for_level(None)
    bench.close_benches()


@pytest.mark.parametrize(
    ("attack", "kind"), hostile.runs(), ids=[f"{attack.name}-{kind}" for attack, kind in hostile.runs()]
)
def test_a_hostile_program_gets_a_sound_verdict_in_time_and_the_next_honest_one_is_right(
    attack: hostile.Attack, kind: str, level: Level
) -> None:
    problem = hostile.problem(kind)
    before = Budget(problem.limits).limits().wall_seconds
    began = time.monotonic()
    found = grade(problem, f"```python\n{attack.source}\n```")
    took = time.monotonic() - began
    # what is not there behind namespaces is refused here, and not every program expects that
    sound = attack.sound if level == "strong" else attack.sound | {"runtime_error"}
    assert found.verdict in sound, found.reason
    assert found.isolation is not None
    assert found.isolation["level"] == level
    assert took < max(before, Budget(problem.limits).limits().wall_seconds) + 1
    assert grade(problem, hostile.honest(kind)).correct


@pytest.mark.parametrize("kind", ["stdio", "stdio, one line", "calls", "asserts"])
def test_the_honest_program_is_right(kind: str) -> None:
    assert grade(hostile.problem(kind), hostile.honest(kind)).correct
