"""Makes the plug-in kind `probe` known here and in worker processes, and writes files of the contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from verifiers import Engine, registry

PLUGIN = Path(__file__).parent / "plugin"


@pytest.fixture(autouse=True)
def probe(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(PLUGIN))
    monkeypatch.setenv("PYTHONPATH", str(PLUGIN))
    registry.verifier_for.cache_clear()
    yield
    registry.verifier_for.cache_clear()


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(workers=2) as running:
        yield running


Write = Callable[[str, Iterable[Any]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, records: Iterable[Any]) -> Path:
        path = tmp_path / name
        lines = (record if isinstance(record, str) else json.dumps(record) for record in records)
        path.write_text("".join(line + "\n" for line in lines))
        return path

    return write


def problem(problem_id: str = "p", reference: str = "1", **more: Any) -> dict[str, Any]:
    return {"id": problem_id, "kind": "probe", "reference": reference, **more}


def sample(answer: str = "1", problem_id: str = "p", **more: Any) -> dict[str, Any]:
    return {"problem_id": problem_id, "response": f"so => {answer}", **more}
