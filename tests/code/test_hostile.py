"""No hostile program is accepted, and none leaves a trace on the next honest one, the grader or the machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.attacks.corpus import Attack, honest, problem, read_attacks
from benchmarks.attacks.run import Trial
from sandboxes import WallMissing
from sandboxes.local import LocalSandbox
from verifiers import InputError
from verifiers.grading import grade

pytestmark = pytest.mark.usefixtures("sandbox")

SHARED = Path(__file__).parents[2].parent / "shared" / "attacks"
_OWN = read_attacks()
# our own with one suite each, in turns; those that stand beside the checkout with all
RUNS = [(attack, attack.suites[place % len(attack.suites)]) for place, attack in enumerate(_OWN)]
SHARED_RUNS = [(attack, suite) for attack in read_attacks(SHARED) for suite in attack.suites]


@pytest.fixture(scope="module", params=["strong", "unprivileged"])
def trial(request: pytest.FixtureRequest) -> Iterator[Trial]:
    """A grader at one level of isolation."""
    try:
        LocalSandbox(level=request.param).close()
    except WallMissing as missing:
        pytest.skip(str(missing))
    with Trial(request.param) as made:
        yield made


@pytest.mark.parametrize(
    ("attack", "suite"), RUNS + SHARED_RUNS, ids=[f"{attack.name}-{suite}" for attack, suite in RUNS + SHARED_RUNS]
)
def test_a_hostile_program_gets_a_sound_verdict_in_time_and_changes_nothing(
    trial: Trial, attack: Attack, suite: str
) -> None:
    result = trial.attempt(attack, suite)
    assert result.faults == (), result


@pytest.mark.parametrize("suite", ["stdio", "stdio, one line", "calls", "asserts", "searching asserts"])
def test_the_honest_program_is_right(suite: str) -> None:
    assert grade(problem(suite), honest(suite)).correct


def test_there_are_many_programs_and_each_says_what_it_tries() -> None:
    assert len(_OWN) >= 60
    assert all(attack.attempts and attack.host_must and attack.sound for attack in _OWN)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# attack: x\n# kind: function\n", "the header lacks a line '# sound verdict: …'"),
        ("# attack: x\n# kind: verse\n# sound verdict: incorrect\n", "not 'verse'"),
    ],
)
def test_a_program_with_a_bad_header_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "odd.py").write_text(text)
    with pytest.raises(InputError, match=r"odd\.py: ") as caught:
        read_attacks(tmp_path)
    assert message in str(caught.value)
