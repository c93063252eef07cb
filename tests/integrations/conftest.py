"""Tests in which frameworks call our adapters: `./run test-integrations`. Elsewhere they are skipped by name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from verifiers.adapters.grading import close_engine

OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "0",
}
ENVIRONMENTS = Path(os.environ.get("VENV_INTEGRATIONS", Path(__file__).parents[2] / ".venv-integrations"))

os.environ.update(OFFLINE)  # before any framework is imported: no test here asks a hub


@pytest.fixture(scope="module", autouse=True)
def _engine_closed() -> Iterator[None]:
    yield
    close_engine()
