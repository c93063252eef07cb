"""TRL trains a tiny model with our reward: rows of all kinds mixed, and one that the grader fails on."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.study import BAD, BY_ID, RESPONSES, as_text
from verifiers import grade
from verifiers.adapters.for_trl import reward_function
from verifiers.adapters.rows import problem_of

pytest.importorskip("trl", reason="TRL is not installed: ./run test-integrations")

from datasets import Dataset
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import WordLevel
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast, set_seed
from trl import GRPOConfig, GRPOTrainer

STEPS = 5
KINDS = ("half", "pet", "add")
ANSWERS = [response for name in KINDS for response in RESPONSES[name]]
PROBLEMS = [*(BY_ID[name] for name in KINDS), BAD]


def tokenizer() -> PreTrainedTokenizerFast:
    """One token a prompt and one an answer, so that a model without any training answers something."""
    words = ["<pad>", "<eos>", "<unk>", *(f"{problem['id']}?" for problem in PROBLEMS), *ANSWERS]
    made = Tokenizer(WordLevel({word: place for place, word in enumerate(words)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Split("\0", behavior="removed")
    made.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(tokenizer_object=made, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>")


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_grpo_trains_with_our_reward(asynchronous: bool, tmp_path: Path) -> None:
    set_seed(7)
    words = tokenizer()
    shape = {"n_positions": 16, "n_embd": 16, "n_layer": 1, "n_head": 1}
    ends = {"eos_token_id": words.eos_token_id, "pad_token_id": words.pad_token_id, "bos_token_id": words.eos_token_id}
    model = GPT2LMHeadModel(GPT2Config(vocab_size=len(words), **shape, **ends))
    data = Dataset.from_list([{"prompt": f"{each['id']}?", "truegrade": as_text(each)} for each in PROBLEMS] * 4)
    ours: Any = reward_function(asynchronous=asynchronous)
    seen: list[tuple[str, str, float | None]] = []

    def note(completions: list[str], columns: dict[str, Any], rewards: list[float | None]) -> list[float | None]:
        seen.extend(zip(columns["truegrade"], completions, rewards, strict=True))
        return rewards

    def reward(completions: list[str], **columns: Any) -> list[float | None]:
        return note(completions, columns, ours(completions=completions, **columns))

    async def areward(completions: list[str], **columns: Any) -> list[float | None]:
        return note(completions, columns, await ours(completions=completions, **columns))

    settings = GRPOConfig(
        output_dir=str(tmp_path),
        max_steps=STEPS,
        per_device_train_batch_size=16,
        num_generations=4,
        max_completion_length=1,
        learning_rate=1e-2,
        logging_steps=1,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        bf16=False,
        log_completions=False,
        disable_tqdm=True,
    )
    functions = areward if asynchronous else reward
    trainer = GRPOTrainer(
        model=model, reward_funcs=functions, args=settings, train_dataset=data, processing_class=words
    )
    before = [parameter.detach().clone() for parameter in model.parameters()]
    trainer.train()

    assert trainer.state.global_step == STEPS
    assert any(not old.equal(new) for old, new in zip(before, model.parameters()))
    logs = [log for log in trainer.state.log_history if "loss" in log]
    assert len(logs) == STEPS and all(math.isfinite(log["loss"]) for log in logs)
    assert any(0 < log["truegrade/error"] < 1 for log in logs)

    assert len(seen) == 16 * STEPS
    assert {reward for _, _, reward in seen} == {None, 0.0, 1.0}
    for stated, said, given in seen:
        failed = stated == as_text(BAD)
        assert (given is None) == failed
        if not failed:
            assert given == grade(problem_of({"truegrade": stated}), said).score
