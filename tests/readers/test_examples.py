"""Logs that the tools themselves made (see `examples/README.md`) are told apart, read and graded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from verifiers import Engine, grade
from verifiers.logs import Entry, LeftOut, Reading, format_of, read_log
from verifiers.logs.files import head_of
from verifiers.logs.importing import import_logs
from verifiers.records import read_grades, read_problems

pytest.importorskip("pyarrow")
pytest.importorskip("zstandard")

EXAMPLES = Path(__file__).parent / "examples"
DETAILS = "lighteval/details/toy/2026-11-25T14-39-02.461421"
LM_EVAL = "lm_eval/toy/samples_{}_2026-11-25T14-34-28.249895.jsonl"

# file, format, and of each entry: id of the problem, model, response, their score, our verdict
READ = {
    LM_EVAL.format("toy_pets_gen"): ("lm_eval", [("toy_pets_gen/0", "toy", "The answer is (B).", 0.0, "correct")]),
    LM_EVAL.format("toy_math"): (
        "lm_eval",
        [
            ("toy_math/0", "toy", r"6 times 7 is \boxed{42}.", None, "correct"),
            ("toy_math/0", "toy", "It is 48", None, "no_answer"),
            ("toy_math/1", "toy", "0.50", None, "correct"),
            ("toy_math/1", "toy", "The answer is 0.25", None, "incorrect"),
            ("toy_math/2", "toy", "eight legs, so 8", None, "no_answer"),
            ("toy_math/2", "toy", "I do not know", None, "no_answer"),
        ],
    ),
    "inspect/toy_pets.json": ("inspect", [("toy_pets/bark", "mockllm/model", "ANSWER: B", 1.0, "correct")]),
    "inspect/toy_math.eval": (
        "inspect",
        [
            ("toy_math/half", "mockllm/model", "0.50", 1.0, "correct"),
            ("toy_math/2", "mockllm/model", "The answer is 42.", 1.0, "correct"),
            ("toy_math/half", "mockllm/model", "0.6", 0.0, "incorrect"),
            ("toy_math/2", "mockllm/model", "So we count on. " * 10 + "so 42", 1.0, "no_answer"),
        ],
    ),
    f"{DETAILS}/details_toy_math_2026-11-25T14-39-02.461421.parquet": (
        "lighteval",
        [("toy_math|0/0", "toy", "42", 1.0, "correct"), ("toy_math|0/1", "toy", "0.50", 0.0, "correct")],
    ),
    f"{DETAILS}/details_toy_pets_2026-11-25T14-39-02.461421.parquet": (
        "lighteval",
        [("toy_pets|0/0", "toy", "The answer is B.", 0.0, "correct")],
    ),
    "trl/completions_00007.parquet": (
        "trl",
        [
            ("trl/451e1515a0c4f5c8", "", r"\boxed{42}", None, "correct"),
            ("trl/451e1515a0c4f5c8", "", "It is 48.", None, "no_answer"),
        ],
    ),
}


@pytest.mark.parametrize("name", READ)
def test_a_tool_s_own_file_is_told_by_its_content_read_and_graded(name: str) -> None:
    form, due = READ[name]
    path = EXAMPLES / name
    assert format_of("auto", head_of(path), Reading()).name == form
    found = []
    for entry in read_log("auto", path):
        assert isinstance(entry, Entry) and entry.problem is not None and entry.problem.id == entry.sample.problem_id
        score = (entry.sample.model_extra or {}).get("their_score")
        verdict = grade(entry.problem, entry.sample.response).verdict.value
        found.append((entry.sample.problem_id, entry.sample.model, entry.sample.response, score, verdict))
    assert found == due


@pytest.mark.parametrize(
    ("name", "form", "models", "scores"),
    [
        ("humaneval/samples.jsonl", "humaneval_samples", {"samples"}, [None] * 4),
        ("humaneval/samples.jsonl_results.jsonl", "humaneval_samples", {"samples"}, [1.0, 0.0, 1.0, 0.0]),
        ("evalplus/samples.jsonl", "humaneval_samples", {"samples"}, [None] * 4),
        ("evalplus/samples_eval_results.json", "evalplus_results", {"samples"}, [1.0, 0.0, 0.0, 1.0]),
    ],
)  # fmt: skip
def test_samples_of_programs_have_no_problems_of_their_own(
    name: str, form: str, models: set[str], scores: list[float | None]
) -> None:
    path = EXAMPLES / name
    assert format_of("auto", head_of(path), Reading()).name == form
    entries = [entry for entry in read_log("auto", path) if isinstance(entry, Entry)]
    assert [entry.problem for entry in entries] == [None] * 4
    assert [entry.sample.problem_id for entry in entries] == ["Toy/0", "Toy/0", "Toy/1", "Toy/1"]
    assert {entry.sample.model for entry in entries} == models
    assert [(entry.sample.model_extra or {}).get("their_score") for entry in entries] == scores


def test_rows_of_likelihoods_are_left_out() -> None:
    path = EXAMPLES / LM_EVAL.format("toy_pets")
    assert list(read_log("auto", path)) == [LeftOut("likelihoods of options, no response")]


def test_rewards_that_several_functions_gave_travel_along_and_one_may_be_named() -> None:
    path = EXAMPLES / "trl/completions_00007.parquet"
    reading = Reading(columns={"their_score": "accuracy_reward"})
    first, second = (entry.sample.model_extra for entry in read_log("trl", path, reading) if isinstance(entry, Entry))
    assert first == {"their_score": 1.0, "step": 7, "format_reward": 1.0, "advantage": 0.7}
    assert second == {"their_score": 0.0, "step": 7, "format_reward": 0.0, "advantage": -0.7}


Graded = Callable[[list[Path], Reading], list[tuple[str, str, str]]]


@pytest.fixture
def graded(tmp_path: Path) -> Graded:
    """Imports logs, grades them, and gives theirs beside ours: problem, their verdict, our verdict."""

    def grades(files: list[Path], reading: Reading) -> list[tuple[str, str, str]]:
        import_logs("auto", files, tmp_path, reading)
        problems = tmp_path / "problems.jsonl"
        with Engine(workers=1) as engine:
            engine.grade_file(problems, tmp_path / "samples.jsonl", tmp_path / "grades.jsonl")
        theirs = {(each.problem_id, each.sample_id): each for each in read_grades(tmp_path / "their_grades.jsonl")}
        ours = read_grades(tmp_path / "grades.jsonl")
        return [
            (
                each.problem_id.partition("/")[0],
                theirs[each.problem_id, each.sample_id].verdict.value,
                each.verdict.value,
            )
            for each in ours
        ]

    return grades


def test_rollouts_of_verl_are_graded_programs_among_them(graded: Graded, sandbox: object) -> None:
    assert graded([EXAMPLES / "verl/40.jsonl"], Reading()) == [
        ("verl", "correct", "correct"),
        ("verl", "incorrect", "no_answer"),
        ("verl", "correct", "correct"),
    ]


def test_conversations_are_graded_against_problems_found_by_their_prompt(tmp_path: Path) -> None:
    from verifiers.logs import Known

    problems = tmp_path / "p.jsonl"
    problems.write_text(
        '{"id": "half", "kind": "math", "prompt": "Write one half as a decimal.", "reference": "1/2"}\n'
    )
    reading = Reading(known=Known.of(read_problems(problems)))
    imported = import_logs("auto", [EXAMPLES / "trl/completions_00008.parquet"], tmp_path / "out", reading)
    assert (imported.problems, imported.samples, imported.graded) == (0, 2, 2)
    with Engine(workers=1) as engine:
        engine.grade_file(problems, tmp_path / "out/samples.jsonl", tmp_path / "g.jsonl")
    assert [each.verdict for each in read_grades(tmp_path / "g.jsonl")] == ["correct", "incorrect"]


def test_completions_and_their_data_set_are_imported_apart_and_graded_together(tmp_path: Path, sandbox: object) -> None:
    from verifiers.datasets import convert
    from verifiers.records import write_problems

    problems, _ = convert("humaneval", EXAMPLES / "humaneval/problems.jsonl")
    write_problems(tmp_path / "p.jsonl", problems)
    import_logs("auto", [EXAMPLES / "humaneval/samples.jsonl_results.jsonl"], tmp_path, Reading())
    with Engine(workers=1) as engine:
        engine.grade_file(tmp_path / "p.jsonl", tmp_path / "samples.jsonl", tmp_path / "g.jsonl")
    ours = [each.verdict for each in read_grades(tmp_path / "g.jsonl")]
    theirs = [each.verdict for each in read_grades(tmp_path / "their_grades.jsonl")]
    assert ours == ["correct", "incorrect", "correct", "timeout"]
    assert theirs == ["correct", "incorrect", "correct", "incorrect"]
