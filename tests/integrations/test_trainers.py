"""verl, OpenRLHF, SkyRL, ms-swift and NeMo-RL: their own code that calls a reward calls ours."""

from __future__ import annotations

import asyncio
import sys
import types
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from tests.adapters.study import BAD, ROWS, SAID, as_text
from verifiers import grade
from verifiers.adapters.catalogue import adapter
from verifiers.adapters.grading import GradingFailed
from verifiers.adapters.rows import problem_of

SCORES = [float(grade(problem_of(row), said).score or 0.0) for row, said in zip(ROWS, SAID)]
TEXTS = [as_text(row) for row in ROWS]


class Characters:
    """A tokenizer with one token a character."""

    def __call__(self, text: str, **_: Any) -> Any:
        import torch

        return {"input_ids": torch.tensor([[ord(char) for char in text]])}

    def decode(self, tokens: Any, skip_special_tokens: bool = False) -> str:
        return "".join(chr(int(token)) for token in tokens)


# ---- verl


def verl_batch(said: str, truth: str) -> Any:
    """One sample as verl's rollout leaves it: padded tokens, and the row's fields."""
    import numpy as np
    import torch
    from verl import DataProto

    tokens = torch.tensor([[ord(char) for char in said] + [0] * 3])
    mask = torch.tensor([[1] * 2 + [1] * len(said) + [0] * 3])
    fields = {"data_source": "study", "reward_model": {"style": "rule", "ground_truth": truth}, "extra_info": {}}
    rows = {name: np.array([value], dtype=object) for name, value in fields.items()}
    tensors = {"prompts": torch.tensor([[1, 2]]), "responses": tokens, "attention_mask": mask}
    return DataProto.from_dict(tensors=tensors, non_tensors=rows)


def verl_manager(**reward: Any) -> Any:
    from omegaconf import OmegaConf
    from verl.trainer.ppo.reward import load_reward_manager

    naive = {"source": "register", "name": "naive"}
    return load_reward_manager(OmegaConf.create({"reward": {"reward_manager": naive, **reward}}), Characters())


def custom_function(**settings: Any) -> dict[str, Any]:
    path = str(adapter("verl").path)
    return {"custom_reward_function": {"path": path, "name": "compute_score", "reward_kwargs": settings}}


def own_manager() -> dict[str, Any]:
    source = {"source": "importlib", "name": "TruegradeRewardManager", "module": {"path": str(adapter("verl").path)}}
    return {"reward_manager": source}


@pytest.mark.parametrize("settings", [custom_function, own_manager])
def test_verls_reward_loop_scores_with_our_file(settings: Any) -> None:
    pytest.importorskip("verl", reason="verl is not installed: ./run test-integrations")
    manager = verl_manager(**settings())

    async def all_of_them() -> list[dict[str, Any]]:
        return [await manager.run_single(verl_batch(said, text)) for said, text in zip(SAID, TEXTS)]

    found = manager.loop.run_until_complete(all_of_them())
    assert [each["reward_score"] for each in found] == SCORES
    assert len({tuple(each["reward_extra_info"]) for each in found}) == 1
    with pytest.raises(GradingFailed, match="bad"):
        manager.loop.run_until_complete(manager.run_single(verl_batch("1", as_text(BAD))))


def test_verls_settings_say_what_a_failure_becomes() -> None:
    pytest.importorskip("verl", reason="verl is not installed: ./run test-integrations")
    manager = verl_manager(**custom_function(on_error="zero"))
    found = manager.loop.run_until_complete(manager.run_single(verl_batch("1", as_text(BAD))))
    assert found["reward_score"] == 0.0
    assert found["reward_extra_info"]["error"] == 1.0


# ---- OpenRLHF


class OneAnswer:
    """An inference engine that always says the same."""

    def __init__(self, said: str) -> None:
        self.said = said

    async def generate(self, prompt_token_ids: Any, params: Any, multi_modal_data: Any = None) -> Any:
        tokens = [ord(char) for char in self.said]
        return SimpleNamespace(outputs=[SimpleNamespace(token_ids=tokens, finish_reason="stop", logprobs=None)])


def test_openrlhfs_executor_rewards_with_our_file() -> None:
    pytest.importorskip("openrlhf", reason="OpenRLHF is not installed: ./run test-integrations")
    from openrlhf.utils.agent import SingleTurnAgentExecutor

    executor = SingleTurnAgentExecutor(str(adapter("openrlhf").path))

    async def rewarded(said: str, label: str) -> Any:
        params = SimpleNamespace(max_tokens=64, logprobs=None)
        prompt = r"Is it \boxed{1/2}? "
        return await executor.execute(prompt, label, params, 4096, Characters(), OneAnswer(said))

    for said, text, score in zip(SAID, TEXTS, SCORES):
        found = asyncio.run(rewarded(said, text))
        assert found["reward"].tolist() == found["scores"].tolist() == [score]
        assert set(found["extra_logs"]) == {"error", "no_answer"}
    failed = asyncio.run(rewarded("1", as_text(BAD)))
    assert failed["reward"] is None


# ---- SkyRL


def test_skyrls_gym_steps_our_environment() -> None:
    gym = pytest.importorskip("skyrl_gym", reason="skyrl-gym is not installed: ./run test-integrations")
    from verifiers.adapters.for_skyrl import register

    register()

    def step(text: str, said: str, **config: Any) -> Any:
        extras = {"reward_spec": {"method": "rule", "ground_truth": text}, "max_turns": 1}
        env = gym.make("truegrade", env_config=config, extras=extras)
        env.init([{"role": "user", "content": "?"}])
        return env.step(said)

    found = [step(text, said) for text, said in zip(TEXTS, SAID)]
    assert [each["reward"] for each in found] == SCORES
    assert all(each["done"] for each in found)
    assert found[0]["metadata"]["verdict"] == "correct"
    with pytest.raises(GradingFailed, match="bad"):
        step(as_text(BAD), "1")
    assert step(as_text(BAD), "1", on_error="zero")["reward"] == 0.0


# ---- ms-swift


def test_ms_swift_finds_our_reward_in_its_plugin_file() -> None:
    pytest.importorskip("swift.rewards", reason="ms-swift is not installed: ./run test-integrations")
    from swift.rewards import orms
    from swift.utils import import_external_file

    import_external_file(str(adapter("ms-swift").path))
    reward = orms["truegrade"](args=None)
    assert reward([*SAID, "1"], solution=[*TEXTS, as_text(BAD)], trainer_state=None) == [*SCORES, None]


# ---- NeMo-RL, whose package on the index is empty: its interfaces, as revision 7ea279a has them


@pytest.fixture
def nemo_rl(monkeypatch: pytest.MonkeyPatch) -> None:
    class EnvironmentReturn(NamedTuple):
        observations: list[dict[str, str]]
        metadata: list[Any]
        next_stop_strings: list[Any]
        rewards: Any
        terminateds: Any
        answers: list[str | None] | None

    interfaces = types.ModuleType("nemo_rl.environments.interfaces")
    interfaces.__dict__.update(EnvironmentReturn=EnvironmentReturn, EnvironmentInterface=type("Interface", (), {}))
    for name in ("nemo_rl", "nemo_rl.environments"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, interfaces.__name__, interfaces)


@pytest.mark.usefixtures("nemo_rl")
def test_nemo_rls_environment_steps() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: ./run test-integrations")
    from verifiers.adapters.for_nemo_rl import environment

    made = environment()({})
    logs = [[{"role": "user", "content": "?"}, {"role": "assistant", "content": said}] for said in SAID]
    metadata = [{"ground_truth": text} for text in TEXTS]
    found = made.step(logs, metadata)
    assert found.rewards.tolist() == SCORES
    assert found.terminateds.tolist() == [1.0] * len(SAID)
    assert found.observations[0] == {"role": "environment", "content": "correct"}
    _, metrics = made.global_post_process_and_metrics({"total_reward": torch.tensor([1.0, 0.0])})
    assert metrics == {"accuracy": 0.5}
    with pytest.raises(GradingFailed, match="bad"):
        made.step(logs[:1], [{"ground_truth": as_text(BAD)}])
