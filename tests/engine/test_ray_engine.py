"""A study on a Ray cluster, several nodes simulated on this machine: the same grades, whatever is lost on the way."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from verifiers import Engine, InputError

ray = pytest.importorskip("ray")

from ray.cluster_utils import Cluster  # noqa: E402

from verifiers.engine import ray as cluster_engine  # noqa: E402
from verifiers.engine.ray import RayEngine  # noqa: E402

SAMPLES = 6000


@pytest.fixture(autouse=True)
def _small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_engine, "_SHARD", 20_000)


@pytest.fixture
def cluster() -> Iterator[Any]:
    made = Cluster()
    made.add_node(num_cpus=0)
    nodes = [made.add_node(num_cpus=1) for _ in range(2)]
    made.wait_for_nodes()
    made.workers = nodes
    yield made
    ray.shutdown()
    made.shutdown()


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    folder = tmp_path_factory.mktemp("study")
    problems, samples, whole = folder / "p.jsonl", folder / "s.jsonl", folder / "whole.jsonl"
    lines = [{"id": str(n), "kind": "math", "reference": f"{n}/7"} for n in range(30)]
    problems.write_text("".join(json.dumps(line) + "\n" for line in lines))
    said = [
        {"problem_id": str(n % 30), "response": rf"So it is \boxed{{\frac{{{n % 91}}}{{7}}}}", "temperature": n}
        for n in range(SAMPLES)
    ]
    samples.write_text("\n".join(json.dumps(line) for line in said) + "\n\n")
    with Engine(workers=2) as engine:
        engine.grade_file(problems, samples, whole)
    return problems, samples, whole


def test_the_grades_are_those_of_one_machine(cluster: Any, study: tuple[Path, Path, Path], tmp_path: Path) -> None:
    problems, samples, whole = study
    out = tmp_path / "g.jsonl"
    with RayEngine(cluster.address) as engine:
        assert (engine.actors, engine.cpus) == (2, 1)
        progress = engine.grade_file(problems, samples, out)
    assert out.read_bytes() == whole.read_bytes()
    assert progress.tally.samples == SAMPLES
    assert [path.name for path in tmp_path.iterdir()] == ["g.jsonl"]


def test_a_node_that_is_lost_costs_nothing(cluster: Any, study: tuple[Path, Path, Path], tmp_path: Path) -> None:
    problems, samples, whole = study
    out = tmp_path / "g.jsonl"
    lost: list[bool] = []

    def observer(progress: Any) -> None:
        if not lost and progress.tally.samples > 500:
            lost.append(True)
            cluster.remove_node(cluster.workers[0], allow_graceful=False)

    with RayEngine(cluster.address) as engine:
        progress = engine.grade_file(problems, samples, out, observer=observer)
    assert lost
    assert out.read_bytes() == whole.read_bytes()
    assert progress.tally.samples == SAMPLES


def test_a_driver_that_was_broken_off_repeats_no_finished_shard(
    cluster: Any, study: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    problems, samples, whole = study
    out = tmp_path / "g.jsonl"

    def observer(progress: Any) -> None:
        if progress.tally.samples > 1000:
            time.sleep(1)  # others finish meanwhile
            raise KeyboardInterrupt

    with RayEngine(cluster.address) as engine:
        with pytest.raises(KeyboardInterrupt):
            engine.grade_file(problems, samples, out, observer=observer)
        kept = tmp_path / ".g.jsonl.shards"
        assert 0 < out.stat().st_size < whole.stat().st_size
        with out.open("ab") as file:
            file.truncate(out.stat().st_size - 5)
        before = {path.name for path in kept.iterdir()}
        given: list[int] = []
        give = cluster_engine._Actors.give
        cluster_engine._Actors.give = lambda actors, shard: (given.append(shard.start), give(actors, shard))[1]
        try:
            engine.grade_file(problems, samples, out, resume=True)
        finally:
            cluster_engine._Actors.give = give
    assert out.read_bytes() == whole.read_bytes()
    assert before.isdisjoint(map(str, given))
    assert not kept.exists()


def test_bad_lines_are_named_as_on_one_machine(cluster: Any, study: tuple[Path, Path, Path], tmp_path: Path) -> None:
    problems, samples, _ = study
    lines = samples.read_text().splitlines()
    bad = tmp_path / "bad.jsonl"
    said = []
    for place, line in ((3000, "{"), (4000, json.dumps({"problem_id": "x", "response": ""}))):
        bad.write_text("\n".join([*lines[:place], line, *lines[place:]]))
        for out in (tmp_path / "ray.jsonl", tmp_path / "one.jsonl"):
            runner = RayEngine(cluster.address) if out.name == "ray.jsonl" else Engine(workers=1)
            with runner, pytest.raises(InputError) as caught:
                runner.grade_file(problems, bad, out, overwrite=True)
            said.append(str(caught.value))
        assert (tmp_path / "ray.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()
    assert said[0] == said[1]
    assert said[2] == said[3]
    assert threading.active_count() < 100
