"""NeMo-RL: `register()` in the launch script, then `env_name: truegrade` in the data's configuration; revision 7ea279a.

Each sample's metadata hold `ground_truth`, a reference or a whole problem, and what else states the problem
(`verifiers.adapters.rows`). One step, which ends the episode. A failure of the grader raises, since the rewards are one
tensor; `env.truegrade.on_error: zero` makes it a wrong answer. Grading runs in the environment's Ray actor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from verifiers.adapters.grading import WITHOUT_NONE, OnError, checked, grade_rows, number_of
from verifiers.grading import Grade

ACTOR = "verifiers.adapters.for_nemo_rl.TruegradeEnvironment"


def register(name: str = "truegrade") -> None:
    """Make the environment known to NeMo-RL as `name`."""
    from nemo_rl.environments.utils import register_env

    register_env(name, ACTOR)


def graded(logs: Sequence[Sequence[Mapping[str, Any]]], metadata: Sequence[Mapping[str, Any]]) -> list[Grade]:
    """The grades of conversations: what the assistant said in all of its turns, against each one's metadata."""
    said = ["".join(str(turn["content"]) for turn in log if turn["role"] == "assistant") for log in logs]
    return grade_rows([dict(each or {}) for each in metadata], said)


def __getattr__(name: str) -> Any:
    if name != "TruegradeEnvironment":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import ray

    globals()[name] = actor = ray.remote(environment())
    return actor


def environment() -> type:
    """The environment's class, before Ray makes an actor of it."""
    import torch
    from nemo_rl.environments.interfaces import EnvironmentInterface, EnvironmentReturn

    class TruegradeEnvironment(EnvironmentInterface):
        """Grades finished conversations; the observation tells the verdict."""

        def __init__(self, cfg: Mapping[str, Any] | None = None) -> None:
            on_error = (cfg or {}).get("on_error", "raise")
            self.on_error: OnError = checked(on_error, "NeMo-RL", WITHOUT_NONE)

        def step(self, message_log_batch: Any, metadata: Any, *_: Any) -> Any:
            """The verdicts and rewards of a batch, each of its conversations ended."""
            grades = graded(message_log_batch, metadata)
            rewards = torch.tensor([number_of(each, self.on_error) for each in grades])
            return EnvironmentReturn(
                observations=[{"role": "environment", "content": each.verdict.value} for each in grades],
                metadata=metadata,
                next_stop_strings=[None] * len(grades),
                rewards=rewards,
                terminateds=torch.ones_like(rewards),
                answers=[each.answer for each in grades],
            )

        def global_post_process_and_metrics(self, batch: Any) -> tuple[Any, dict[str, float]]:
            """The batch as it is, and the mean reward."""
            return batch, {"accuracy": batch["total_reward"].float().mean().item()}

    return TruegradeEnvironment
