"""Each converter reads what its docstring says, keeps labels and order, and names what is malformed."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from verifiers.datasets import DATA_SETS, convert
from verifiers.errors import InputError

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def written(path: Path, *records) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(record) + "\n" for record in records)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def read(*arguments, **options):
    problems, samples = convert(*arguments, **options)
    return list(problems), list(samples)


TASK = {
    "task_id": "T/0",
    "prompt": 'def one():\n    """1"""\n',
    "entry_point": "one",
    "canonical_solution": "    return 1\n",
    "test": "def check(candidate):\n    assert candidate() == 1\n",
}
OTHER_ONE = {**TASK, "task_id": "T/1", "prompt": 'def one():\n    """Always 1, in words"""\n'}
WORDS = {"question": "How many?", "answer": "2 * 1,062 = <<2*1062=2124>>2,124\n#### 2,124"}
SYSTEMS = ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification")
SOLVED = {
    "question": "How many?",
    "ground_truth": "2 * 1,062 = 2,124\nA: 2,124",
    **{system: {"solution": f"{system}\nA: 7", "is_correct": False} for system in SYSTEMS},
}
FIGURE = {"id": "7", "question": "Which? <image1>", "options": ["3", "4"], "answer": "B", "level": 2, "subject": "x"}
OPEN_FIGURE = {"id": "8", "question": "How many? <image1>", "options": [], "answer": "$2 \\sqrt{3}$", "image": "8.jpg"}
OUTPUT = {"id": "7", "model": "m", "response": "(B)", "model_answer": "b", "correct": True}


# ---- humaneval


def test_humaneval_tasks_become_asserting_problems(tmp_path):
    (problem,), samples = read("humaneval", written(tmp_path / "HumanEval.jsonl.gz", TASK))
    assert samples == []
    assert (problem.id, problem.prompt, problem.kind) == ("T/0", TASK["prompt"], "code")
    assert problem.tests.model_dump() == {"type": "asserts", "entry_point": "one", "code": TASK["test"]}


def test_humaneval_canonical_solutions_become_samples(tmp_path):
    _, (sample,) = read("humaneval", written(tmp_path / "h.jsonl", TASK), canonical=True)
    assert (sample.problem_id, sample.response, sample.model) == ("T/0", "    return 1\n", "canonical")


def test_humaneval_completions_keep_their_fields_and_are_named_by_their_file(tmp_path):
    completions = written(
        tmp_path / "model-0.5b.jsonl.gz",
        {"task_id": "T/0", "completion": "    return 2", "passed": False},
        {"task_id": "T/0", "completion": "    return 1", "model": "own"},
    )
    _, samples = read("humaneval", written(tmp_path / "h.jsonl", TASK), completions)
    assert [(sample.response, sample.model) for sample in samples] == [
        ("    return 2", "model-0.5b"),
        ("    return 1", "own"),
    ]
    assert samples[0].model_extra == {"passed": False}


# ---- codet


def test_codet_is_matched_by_entry_point_and_beginning_not_by_order(tmp_path):
    tasks = written(tmp_path / "h.jsonl", TASK, OTHER_ONE)
    codet = written(
        tmp_path / "HumanEval_m16_temp0.8_code_solution.jsonl",
        {"prompt": 'def one():\n    """Always 1"""\n', "samples": ["    return 1", "    pass"]},
        {"prompt": 'def helper():\n    pass\n\n\ndef one():\n    """1\n    """\n', "samples": []},
    )
    problems, samples = read("codet", tasks, codet)
    assert [problem.id for problem in problems] == ["T/1", "T/0"]
    assert problems[0].prompt == 'def one():\n    """Always 1"""\n'
    assert [(sample.problem_id, sample.sample_id, sample.response, sample.model) for sample in samples] == [
        ("T/1", 0, "    return 1", "m16_temp0.8"),
        ("T/1", 1, "    pass", "m16_temp0.8"),
    ]


def test_two_lines_of_codet_for_one_task_are_refused(tmp_path):
    line = {"prompt": TASK["prompt"], "samples": []}
    with pytest.raises(InputError, match="is of T/0, as is line 1"):
        read("codet", written(tmp_path / "h.jsonl", TASK), written(tmp_path / "twice.jsonl", line, line))


# ---- gsm8k


@pytest.mark.parametrize("record", [WORDS, SOLVED])
def test_gsm8k_references_stand_behind_the_last_mark_without_thousands(tmp_path, record):
    (problem,), _ = read("gsm8k", written(tmp_path / "g.jsonl", record))
    assert (problem.id, problem.reference, problem.kind) == ("gsm8k/0", "2124", "math")


@pytest.mark.parametrize(
    ("number", "reference"), [("1,450,000", "1450000"), ("-3", "-3"), ("1,2", "1,2"), ("$5", "$5")]
)
def test_gsm8k_takes_only_commas_between_thousands_away(tmp_path, number, reference):
    (problem,), _ = read("gsm8k", written(tmp_path / "g.jsonl", {"question": "q", "answer": f"x\n#### {number}"}))
    assert problem.reference == reference


def test_gsm8k_systems_become_models_and_labels_travel_along(tmp_path):
    source = written(tmp_path / "test.jsonl", {"question": "first", "answer": "#### 1"}, WORDS)
    _, samples = read("gsm8k", source, written(tmp_path / "solutions.jsonl", SOLVED))
    assert [sample.model for sample in samples] == list(SYSTEMS)
    assert {sample.problem_id for sample in samples} == {"gsm8k/1"}
    assert samples[0].model_extra == {"is_correct": False}
    assert read("gsm8k", source)[1] == []


# ---- mathvision


def test_mathvision_options_decide_the_kind(tmp_path):
    choice, open_problem = read("mathvision", written(tmp_path / "m.jsonl", FIGURE, OPEN_FIGURE))[0]
    assert (choice.kind, choice.id, choice.choices, choice.reference) == ("choice", "mathvision/7", ["3", "4"], "B")
    assert choice.model_extra == {"level": 2, "subject": "x"}
    assert (open_problem.kind, open_problem.reference) == ("math", "$2 \\sqrt{3}$")


def test_mathvision_outputs_become_samples_with_their_label(tmp_path):
    _, (sample,) = read("mathvision", written(tmp_path / "m.jsonl", FIGURE), written(tmp_path / "o.jsonl", OUTPUT))
    assert (sample.problem_id, sample.model, sample.response) == ("mathvision/7", "m", "(B)")
    assert sample.model_extra == {"is_correct": True}


# ---- mbpp, math500, qwen_math


def test_mbpp_finds_the_entry_point_that_the_tests_call(tmp_path):
    task = {
        "task_id": 3, "text": "Write f.", "code": "def helper(x):\r\n    return x\r\ndef f(x):\r\n    return helper(x)",
        "test_setup_code": "import math", "test_list": ["assert set(f([1])) == {1}"], "challenge_test_list": [],
    }  # fmt: skip
    (problem,), (sample,) = read("mbpp", written(tmp_path / "m.jsonl", task), canonical=True)
    assert (problem.id, problem.tests.entry_point) == ("mbpp/3", "f")
    assert problem.tests.code == "import math\nassert set(f([1])) == {1}\n"
    assert sample.response == task["code"]


def test_math500_solutions_are_its_canonical_samples(tmp_path):
    record = {"problem": "p", "answer": "2", "solution": "\\boxed{2}", "level": 1, "unique_id": "test/algebra/9.json"}
    (problem,), (sample,) = read("math500", written(tmp_path / "m.jsonl", record), canonical=True)
    assert problem.id == sample.problem_id == "math500/test/algebra/9"
    assert sample.response == "\\boxed{2}"


def test_qwen_math_labels_travel_with_their_responses(tmp_path):
    record = {
        "idx": 4,
        "question": "q",
        "gt": "2",
        "response": ["a", "b"],
        "score": [True, False],
        "pred_score": [1.5, 0],
    }
    _, samples = read("qwen_math", written(tmp_path / "m.jsonl", record))
    assert [sample.model_extra for sample in samples] == [
        {"is_correct": True, "pred_score": 1.5},
        {"is_correct": False, "pred_score": 0},
    ]


@pytest.mark.parametrize(
    ("solution", "reference"),
    [("It is $\\boxed{1}$, no, $\\boxed{\\text{4:30 p.m.}}$.", "\\text{4:30 p.m.}"), ("unboxed", "4:30p..")],
)
def test_qwen_math_takes_its_reference_from_the_box_of_the_worked_solution(tmp_path, solution, reference):
    record = {"idx": 4, "question": "q", "gt_cot": solution, "gt": "4:30p..", "response": [], "score": []}
    (problem,), _ = read("qwen_math", written(tmp_path / "m.jsonl", {**record, "pred_score": []}))
    assert problem.reference == reference


# ---- what is malformed


@pytest.mark.parametrize(
    ("name", "records", "samples", "line", "field", "message"),
    [
        ("humaneval", [TASK, {**TASK, "task_id": 1}], None, 2, "task_id", "must be text, not int"),
        ("humaneval", [TASK, TASK], None, 2, "task_id", "'T/0' was used in an earlier line"),
        ("humaneval", [{"task_id": "T/0"}], None, 1, "entry_point", "is missing; the record has the fields task_id"),
        ("humaneval", [TASK], [{"task_id": "T/9", "completion": ""}], 1, "task_id", "'T/9' is not among the 1 tasks"),
        ("codet", [TASK], [{"prompt": "def two():", "samples": []}], 1, "prompt", "defines 'two', which is"),
        ("codet", [TASK], [{"prompt": "one", "samples": []}], 1, "prompt", "defines no function"),
        ("codet", [TASK], [{"prompt": "def one():", "samples": ["", 1]}], 1, "samples", "must be a list of texts"),
        ("gsm8k", [WORDS, {"question": "q", "answer": "18"}], None, 2, "answer", "no final number behind '####'"),
        ("gsm8k", [WORDS], [{**SOLVED, "question": "other"}], 1, "question", "is not a question of"),
        ("gsm8k", [SOLVED | {"6b_finetuning": {"solution": "x"}}], None, 1, "is_correct", "is missing"),
        ("mathvision", [{**FIGURE, "answer": "4"}], None, 1, "answer", "'4' is not the letter of one of the 2"),
        ("mathvision", [{**FIGURE, "answer": "C"}], None, 1, "answer", "'C' is not the letter of one of the 2"),
        ("mathvision", [FIGURE], [{**OUTPUT, "id": "99"}], 1, "id", "'99' is not among the 1 problems"),
        ("mathvision", [FIGURE], [{**OUTPUT, "correct": "yes"}], 1, "correct", "must be true or false, not str"),
        ("mbpp", [{"task_id": 1, "text": "t", "code": "x = 1", "test_setup_code": "", "test_list": ["assert f()"]}],
         None, 1, "test_list", "calls no function"),
        ("qwen_math", [{"idx": 1, "question": "q", "gt": "1", "response": ["a"], "score": [], "pred_score": [1]}],
         None, 1, "response", "is_correct has 0 values for 1 responses"),
    ],
)  # fmt: skip
def test_a_malformed_source_is_named_by_file_line_and_field(tmp_path, name, records, samples, line, field, message):
    source = written(tmp_path / "source.jsonl", *records)
    second = written(tmp_path / "samples.jsonl", *samples) if samples else None
    with pytest.raises(InputError, match=message) as caught:
        read(name, source, second)
    assert Path(caught.value.path) == (second or source)
    assert (caught.value.line, caught.value.field) == (line, field)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (("imagenet",), {}, "unknown data set 'imagenet'; known are humaneval"),
        (("mbpp", "samples"), {}, "mbpp has no files of samples"),
        (
            ("gsm8k",),
            {"canonical": True},
            "gsm8k has no canonical solutions; humaneval, evalplus, apps, taco, code_contests, mbpp, math500 have",
        ),
        (("codet",), {}, "CodeT's completions are needed"),
    ],
)
def test_files_that_a_data_set_does_not_have_are_refused(tmp_path, arguments, options, message):
    name, *rest = arguments
    with pytest.raises(InputError, match=message):
        convert(name, tmp_path / "source.jsonl", *(tmp_path / each for each in rest), **options)


@pytest.mark.parametrize("name", DATA_SETS)
def test_an_empty_source_is_refused(tmp_path, name):
    empty = written(tmp_path / "empty.jsonl")
    with pytest.raises(InputError, match="is empty"):
        read(name, empty, empty if DATA_SETS[name].samples else None)


def test_nothing_is_read_before_it_is_asked_for(tmp_path):
    problems, _ = convert("humaneval", tmp_path / "absent.jsonl")
    with pytest.raises(InputError, match="cannot be read"):
        next(problems)


# ---- the real files

CODET = "codet_humaneval_n100/HumanEval_codegen16B_temp0.8_topp0.95_num100_max300_code_solution.jsonl"


@pytest.mark.skipif(not DATA.exists(), reason="the data sets are not here")
@pytest.mark.parametrize(
    ("name", "source", "samples", "options", "kinds", "models"),
    [
        ("humaneval", "humaneval/HumanEval.jsonl.gz", None, {"canonical": True}, {"code": 164}, {"canonical": 164}),
        ("codet", "humaneval/HumanEval.jsonl.gz", CODET, {}, {"code": 164},
         {"codegen16B_temp0.8_topp0.95_num100_max300": 16_400}),
        ("mbpp", "mbpp/mbpp.jsonl", None, {"canonical": True}, {"code": 974}, {"canonical": 974}),
        ("gsm8k", "gsm8k/gsm8k_test.jsonl", "gsm8k/example_model_solutions.jsonl", {}, {"math": 1319},
         dict.fromkeys(SYSTEMS, 1319)),
        ("gsm8k", "gsm8k/example_model_solutions.jsonl", None, {}, {"math": 1319}, dict.fromkeys(SYSTEMS, 1319)),
        ("math500", "math500/math500_test.jsonl", None, {"canonical": True}, {"math": 500}, {"canonical": 500}),
        ("qwen_math", "qwen_math_8samples/math_cot_100.jsonl", None, {}, {"math": 100}, {"Qwen2.5-Math-Instruct": 800}),
        ("mathvision", "mathvision/mathvision_test.jsonl", "mathvision/Random-Chance.jsonl", {},
         {"choice": 1532, "math": 1508}, {"random": 3040}),
    ],
)  # fmt: skip
def test_the_published_files_are_read_whole(name, source, samples, options, kinds, models):
    problems, made = read(name, DATA / source, DATA / samples if samples else None, **options)
    assert Counter(problem.kind for problem in problems) == kinds
    assert Counter(sample.model for sample in made) == models
    assert {sample.problem_id for sample in made} == {problem.id for problem in problems}
    assert len({problem.id for problem in problems}) == len(problems)
