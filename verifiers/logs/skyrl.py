"""SkyRL: what it dumps of an evaluation or a step, `DATA_SOURCE.jsonl`, one sample a line.

    {"input_prompt": PROMPT, "output_response": "response", "score": 1.0 or the rewards of the tokens,
     "stop_reason": "stop", "env_class": "gsm8k", "env_extras": {"reward_spec": {"ground_truth": "42"}, …},
     "data_source": "…"}

A dump may also be Parquet. Problems have no name: they are told apart by prompt and ground truth.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifiers.logs.columns import entries
from verifiers.logs.entry import Entry, LeftOut, Reading
from verifiers.logs.files import Head, records

_COLUMNS = {
    "prompt": ("input_prompt",),
    "reference": ("env_extras.reward_spec.ground_truth", "env_extras.reward_model.ground_truth"),
    "response": ("output_response",),
    "their_score": ("score",),
}


def fits(head: Head) -> bool:
    """Whether a file is one of SkyRL's."""
    return head.shape in ("lines", "parquet") and head.has("input_prompt", "output_response", "score")


def read(head: Head, reading: Reading) -> Iterator[Entry | LeftOut]:
    """One entry a sample."""
    for row in records(head.path, head.shape):
        yield from entries(row, _COLUMNS, reading, "skyrl/", carry=True)
