"""SkyRL: `register()` before training, and rows with `env_class: "truegrade"`; tested with skyrl-gym 0.4.0.

`reward_spec["ground_truth"]` is a reference or a whole problem as JSON; `reward_spec` and the row's other columns may
hold `choices` and the rest (`verifiers.adapters.rows`). One step, which ends the episode. A failure of the grader
raises, since an episode must have a reward; `env_config={"on_error": "zero"}` makes it a wrong answer.
"""

from __future__ import annotations

from typing import Any

from verifiers.adapters.grading import WITHOUT_NONE, checked, facts_of, grade_row, number_of

ENTRY_POINT = "verifiers.adapters.for_skyrl:TruegradeEnv"


def register(id: str = "truegrade") -> None:
    """Make the environment known to SkyRL as `id`."""
    from skyrl_gym.envs.registration import register

    register(id=id, entry_point=ENTRY_POINT)


def __getattr__(name: str) -> Any:
    if name != "TruegradeEnv":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from skyrl_gym.envs.base_text_env import BaseTextEnv, BaseTextEnvStepOutput

    class TruegradeEnv(BaseTextEnv):
        """One response, one reward; the verdict and what it rests on are in the step's metadata."""

        def __init__(self, env_config: Any = None, extras: dict[str, Any] | None = None) -> None:
            super().__init__()
            spec = (extras or {}).get("reward_spec") or {}
            self.row = {**(extras or {}), **spec, "reference": spec.get("ground_truth")}
            self.on_error = checked((env_config or {}).get("on_error", "raise"), "SkyRL", WITHOUT_NONE)

        def step(self, action: str) -> Any:
            """Grade `action`."""
            found = grade_row(self.row, action)
            reward = number_of(found, self.on_error)
            return BaseTextEnvStepOutput(observations=[], reward=reward, done=True, metadata=facts_of(found))

    globals()[name] = TruegradeEnv
    return TruegradeEnv
