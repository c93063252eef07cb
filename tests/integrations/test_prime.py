"""PrimeIntellect's library, in environments of its own, scores with ours over HTTP: versions 0.1 and 0.4."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.study import BAD, ROWS, SAID, as_text
from tests.integrations.conftest import ENVIRONMENTS
from verifiers import grade
from verifiers.adapters.catalogue import adapter
from verifiers.adapters.grading import grade_row
from verifiers.adapters.rows import problem_of

SCORES = [float(grade(problem_of(row), said).score or 0.0) for row, said in zip(ROWS, SAID)]

RUBRIC = """
import asyncio, importlib.util, json, sys
import verifiers as vf
assert hasattr(vf, "Rubric"), vf.__file__
spec = importlib.util.spec_from_file_location("for_prime", sys.argv[1])
ours = importlib.util.module_from_spec(spec); spec.loader.exec_module(ours)
rubric = vf.Rubric(funcs=[ours.rubric_reward])

async def scored(answer, said):
    completion = [{"role": "assistant", "content": said}]
    state = vf.State(prompt="?", completion=completion, answer=answer, info={}, task="study", trajectory=[])
    await rubric.score_rollout(state)
    error = state.get("error")
    return [state["reward"], repr(error) if error else ""]

async def main():
    print(json.dumps([await scored(*pair) for pair in json.load(sys.stdin)]))
asyncio.run(main())
"""

TASK = """
import asyncio, json, sys
import verifiers.v1 as vf
from types import SimpleNamespace

class Data(vf.TaskData):
    answer: str

class Study(vf.Task[Data]):
    pass

class Trace:
    def __init__(self, said):
        self.last_reply, self.metrics, self.rewards = said, {}, {}
    def record_reward(self, name, value, weight):
        self.rewards[name] = value * weight

async def scored(answer, said):
    config = vf.TaskConfig(rewards={"truegrade": {"fn": sys.argv[1] + ":task_reward"}})
    trace = Trace(said)
    try:
        await Study(Data(prompt="?", answer=answer), config).score(trace)
    except vf.TaskError as error:
        return [None, repr(error)]
    return [sum(trace.rewards.values()), ""]

async def main():
    print(json.dumps([await scored(*pair) for pair in json.load(sys.stdin)]))
asyncio.run(main())
"""


@pytest.fixture
def server() -> Iterator[str]:
    """What `verify serve` answers to `/grade`, from this process."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = grade_row({"truegrade": asked["problem"]}, asked["response"]).model_dump_json().encode()
            self.send_response(200 if self.path == "/grade" else 404)
            self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_address[1]}"
        listening.shutdown()
        thread.join()


def answered(environment: str, script: str, url: str, folder: Path) -> list[list[Any]]:
    """What a script in one of the library's environments says of the study and of a row that cannot be graded."""
    python = ENVIRONMENTS / environment / "bin" / "python"
    if not python.exists():
        pytest.skip(f"the environment {environment} is not there: ./run test-integrations")
    pairs = [*((as_text(row), said) for row, said in zip(ROWS, SAID)), (as_text(BAD), "1")]
    known = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    shown = subprocess.run(
        [python, "-c", script, adapter("prime").path],
        input=json.dumps(pairs),
        env={**known, "TRUEGRADE_URL": url},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    found: list[list[Any]] = json.loads(shown.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(("environment", "script"), [("prime-0.1", RUBRIC), ("prime-0.4", TASK)])
def test_their_library_scores_with_our_server(environment: str, script: str, server: str, tmp_path: Path) -> None:
    found = answered(environment, script, server, tmp_path)
    assert [reward for reward, _ in found[:-1]] == SCORES
    assert not any(error for _, error in found[:-1])
    failed_reward, error = found[-1]
    assert "problem 'bad'" in error  # the rollout's error in 0.1, and no reward at all in 0.4
    assert failed_reward in (None, 0.0)
