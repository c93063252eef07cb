"""The adapters by name: what each is for, where its file lies, and the line that puts it to use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from verifiers.errors import InputError


@dataclass(frozen=True, slots=True)
class Adapter:
    """One framework. `version`: the one that it is tested with or was written by.

    `module`: its file is `for_MODULE.py`; empty where the framework asks a server and loads no file.
    """

    name: str
    module: str
    kind: Literal["trainer", "harness"]
    version: str
    on_error: str
    use: str

    @property
    def path(self) -> Path:
        """Where the adapter's file lies; raises `InputError` where there is none."""
        if not self.module:
            raise InputError(f"{self.name} loads no file: {self.use}")
        return Path(__file__).with_name(f"for_{self.module}.py")


ADAPTERS = {
    each.name: each
    for each in (
        Adapter("trl", "trl", "trainer", "1.16.0", "none", "GRPOTrainer(reward_funcs=reward)"),
        Adapter("verl", "verl", "trainer", "0.9.1", "raise", "reward.custom_reward_function.path=PATH"),
        Adapter("openrlhf", "openrlhf", "trainer", "0.11.2", "raise", "--reward.remote_url PATH"),
        Adapter("nemo-rl", "nemo_rl", "trainer", "7ea279a", "raise", "register(), then env_name: truegrade"),
        Adapter("prime", "prime", "trainer", "0.1.14, 0.4.0", "none, raise", "vf.Rubric(funcs=[rubric_reward])"),
        Adapter("prime-rl", "prime", "trainer", "0.4.0", "raise", 'task.rewards.truegrade.fn = "PATH:task_reward"'),
        Adapter("open-instruct", "open_instruct", "trainer", "e6c3044", "raise", "register(), then dataset: truegrade"),
        Adapter("skyrl", "skyrl", "trainer", "0.4.0", "raise", "register(), then env_class: truegrade"),
        Adapter("ms-swift", "ms_swift", "trainer", "4.6.0", "none", "--external_plugins PATH --reward_funcs truegrade"),
        Adapter("easyr1", "easyr1", "trainer", "b44b311", "raise", "worker.reward.reward_function=PATH:compute_score"),
        Adapter(
            "llama-factory", "", "trainer", "0.9.5", "raise", "verify serve --problems FILE; reward_model_type: api"
        ),
        Adapter("lm-eval", "lm_eval", "harness", "0.4.13", "none", "process_results: !function utils.process_results"),
        Adapter("lighteval", "lighteval", "harness", "0.13.0", "none", "LightevalTaskConfig(metrics=[metric()])"),
        Adapter("inspect", "inspect", "harness", "0.3.285", "none", "inspect score LOG --scorer PATH@truegrade"),
        Adapter("opencompass", "opencompass", "harness", "0.5.4", "none", "evaluator=dict(type=TruegradeEvaluator)"),
        Adapter("simple-evals", "simple_evals", "harness", "ee3b031", "none", 'make_eval("simple-evals", rows)'),
        Adapter(
            "lmms-eval", "lmms_eval", "harness", "0.7.3", "none", "process_results: !function utils.process_results"
        ),
    )
}


def adapter(name: str) -> Adapter:
    """The adapter called `name`; raises `InputError` naming those that there are."""
    found = ADAPTERS.get(name.lower().replace("_", "-"))
    if found is None:
        raise InputError(f"unknown adapter {name!r}; known are {', '.join(ADAPTERS)}")
    return found
