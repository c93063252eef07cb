"""What a server grades is what the engine grades, for one client and for many at once."""

from __future__ import annotations

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from verifiers import Engine, Sample
from verifiers.registry import parse_problem

from .conftest import Serve, Served, probe, said

MATH = {"id": "half", "kind": "math", "reference": "1/2"}


def test_one_response_is_graded(served: Served) -> None:
    status, grade = served.post("/grade", {"problem": MATH, "response": r"\boxed{0.5}"})
    assert status == 200
    assert grade == {
        "problem_id": "half",
        "sample_id": 0,
        "model": "",
        "kind": "math",
        "verdict": "correct",
        "score": 1.0,
        "answer": "0.5",
        "span": [7, 10],
        "method": "exact",
        "reason": "",
    }


def test_a_batch_gives_the_grades_of_the_engine_in_order(served: Served) -> None:
    problems = [MATH, {"id": "pet", "kind": "choice", "choices": ["cat", "dog"], "reference": "B"}]
    texts = {"half": [r"\boxed{0.5}", r"\boxed{2}", "who knows"], "pet": ["The answer is (B).", "A"]}
    samples = [
        {"problem_id": each, "response": text, "model": "m", "temperature": 0.5}
        for number in range(3)
        for each in ("half", "pet")
        for text in texts[each][: number + 1]
    ]
    status, answer = served.post("/grade_batch", {"problems": problems, "samples": samples})
    with Engine(workers=1) as engine:
        expected = engine.grade_samples(map(parse_problem, problems), map(Sample.model_validate, samples))
        assert (status, answer) == (200, {"grades": [grade.model_dump(mode="json") for grade in expected]})


def test_grades_are_streamed_a_line_each_in_order(served: Served) -> None:
    samples = [said(str(number % 3)) for number in range(300)]
    headers = {"Accept": "application/x-ndjson"}
    status, body, response = served.ask("POST", "/grade_batch", {"problems": [probe()], "samples": samples}, headers)
    grades = [json.loads(line) for line in body.splitlines()]
    assert (status, response.getheader("Content-Type")) == (200, "application/x-ndjson")
    assert [grade["sample_id"] for grade in grades] == list(range(300))
    assert [grade["verdict"] == "correct" for grade in grades] == [number % 3 == 1 for number in range(300)]


def test_no_samples_are_no_grades(served: Served) -> None:
    assert served.post("/grade_batch", {"problems": [MATH], "samples": []}) == (200, {"grades": []})


def test_half_a_character_is_graded_as_in_files(served: Served) -> None:
    body = b'{"problem": {"kind": "math", "reference": "1"}, "response": "\\ud800 \\\\boxed{1}"}'
    assert served.post("/grade", body)[1]["verdict"] == "correct"


@pytest.mark.parametrize("deed", ["raise", "fail", "die", "extract-raise"])
def test_a_failure_of_the_grader_is_a_grade_and_costs_no_neighbour(served: Served, deed: str) -> None:
    samples = [said("1"), {"problem_id": "p", "response": "extract-raise"} if "-" in deed else said(deed), said("2")]
    status, answer = served.post("/grade_batch", {"problems": [probe()], "samples": samples})
    assert status == 200
    assert [grade["verdict"] for grade in answer["grades"]] == ["correct", "error", "incorrect"]
    assert answer["grades"][1]["score"] is None and answer["grades"][1]["reason"]


def test_many_clients_get_their_own_grades_though_their_ids_are_the_same(served: Served) -> None:
    def ask(client: int) -> list[bool]:
        samples = [said(str(number)) for number in range(20)]
        status, answer = served.post("/grade_batch", {"problems": [probe("p", str(client % 20))], "samples": samples})
        assert status == 200
        return [grade["verdict"] == "correct" for grade in answer["grades"]]

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(ask, range(80)))
    assert found == [[number == client % 20 for number in range(20)] for client in range(80)]


def test_workers_that_are_killed_cost_no_answer(serve: Serve) -> None:
    with serve(workers=2) as served:
        assert served.app.service is not None
        engine = served.app.service.engine

        def ask(client: int) -> list[str]:
            for pid in engine.worker_pids()[:1]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            samples = [said(str(number % 4)) for number in range(40)]
            answer = served.post("/grade_batch", {"problems": [probe("p", str(client % 4))], "samples": samples})[1]
            return [grade["verdict"] for grade in answer["grades"]]

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(ask, range(24)))
    for client, verdicts in enumerate(found):
        for number, verdict in enumerate(verdicts):
            assert verdict in ("error", "correct" if number % 4 == client % 4 else "incorrect")


def test_a_slow_program_does_not_hold_up_a_fast_answer(serve: Serve, tmp_path: Path) -> None:
    slow = {"id": "s", "kind": "code", "tests": {"type": "stdio", "cases": [{"stdin": "", "stdout": "1\n"}]}}
    with serve(workers=2) as served, ThreadPoolExecutor(1) as pool:
        spin = "```python\nimport time\ntime.sleep(60)\n```"
        waiting = pool.submit(
            served.post, "/grade", {"problem": {**slow, "limits": {"wall_seconds": 2}}, "response": spin}
        )
        assert served.post("/grade", {"problem": MATH, "response": r"\boxed{0.5}"})[1]["verdict"] == "correct"
        assert not waiting.done()
        assert waiting.result()[1]["verdict"] == "timeout"


REWARDS: list[tuple[dict[str, Any], Any]] = [
    ({"query": ["2+2? \\boxed{4}"], "prompts": ["2+2?"], "labels": ["4"]}, [1.0]),
    ({"query": ["2+2? \\boxed{5}"], "prompts": ["2+2?"], "labels": [4]}, [0.0]),
    ({"query": ["\\boxed{4} what? who knows"], "prompts": ["\\boxed{4} what?"], "labels": ["4"]}, [0.0]),
    (
        {"query": ["x B"], "prompts": ["x"], "labels": ['{"kind": "choice", "choices": ["a", "b"], "reference": "B"}']},
        [1.0],
    ),
    ({"query": ["=> 1", "=> raise"], "labels": [probe(), probe()]}, [1.0, None]),
]


@pytest.mark.parametrize(("asked", "scores"), REWARDS)
def test_openrlhf_gets_scores_and_never_zero_for_a_failed_grader(
    served: Served, asked: dict[str, Any], scores: list[float | None]
) -> None:
    status, answer = served.post("/get_reward", asked)
    assert (status, answer["rewards"], answer["scores"]) == (200, scores, scores)
    assert answer["extra_logs"]["error"] == [float(score is None) for score in scores]


def test_the_score_of_a_failed_grader_is_the_users_choice(serve: Serve) -> None:
    with serve(error_score=-1.0) as served:
        assert served.post("/get_reward", {"query": ["=> raise"], "labels": [probe()]})[1]["rewards"] == [-1.0]


def test_problems_of_the_server_are_found_by_id_and_by_prompt(serve: Serve, tmp_path: Path) -> None:
    problems = tmp_path / "problems.jsonl"
    records = [
        {**MATH, "prompt": "What is half?"},
        {"id": "q", "kind": "math", "reference": "3", "prompt": "Half of 6?"},
    ]
    problems.write_text("".join(json.dumps(record) + "\n" for record in records))
    with serve(problems=problems) as served:
        assert served.post("/grade", {"problem_id": "half", "response": r"\boxed{0.5}"})[1]["verdict"] == "correct"
        asked = {"samples": [{"problem_id": "q", "response": "\\boxed{3}"}]}
        assert served.post("/grade_batch", asked)[1]["grades"][0]["verdict"] == "correct"
        asked = {"model": "m", "messages": ["U: What is half? A: \\boxed{1/2}", "U: Half of 6? A: \\boxed{4}"]}
        assert served.post("/v1/score/evaluation", asked)[1]["scores"] == [1.0, 0.0]
        assert served.post("/get_reward", {"query": ["\\boxed{3}"], "labels": ["q"]})[1]["rewards"] == [1.0]
        assert served.post("/get_reward", {"query": ["3"], "labels": ["none"]})[1]["error"]["field"] == "labels.0"
        assert served.post("/score", {"messages": ["neither"]})[1]["error"]["field"] == "messages.0"
