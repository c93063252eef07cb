"""Data sets of programs: contests, packed tests, and tests whose expected values a solution must say."""

import base64
import io
import json
import pickle
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.code.plain import from_json, to_json
from verifiers.datasets import convert
from verifiers.datasets.pickled_text import NotText, inflate, read_text
from verifiers.errors import InputError


def written(path: Path, *records) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


def read(*arguments, **options):
    problems, samples = convert(*arguments, **options)
    return list(problems), list(samples)


# ---- LiveCodeBench


def packed(cases, protocol=4) -> str:
    return base64.b64encode(zlib.compress(pickle.dumps(json.dumps(cases), protocol))).decode()


STDIN = {"input": "1\n", "output": "2\n", "testtype": "stdin"}
CALLED = {"input": '[1, 2]\n"x"', "output": "[true]", "testtype": "functional"}
LCB = {"question_id": "a", "question_content": "Double it.", "starter_code": "", "metadata": "{}"}


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_livecodebench_private_tests_are_unpacked_without_running_a_pickle(tmp_path, protocol, monkeypatch):
    private = packed([STDIN] * 3000, protocol)
    monkeypatch.setattr(pickle, "loads", None)
    record = {**LCB, "public_test_cases": json.dumps([STDIN]), "private_test_cases": private}
    (problem,), _ = read("livecodebench", written(tmp_path / "l.jsonl", record))
    assert problem.id == "lcb/a" and len(problem.tests.cases) == 3001
    assert (problem.tests.type, problem.tests.cases[-1].stdout) == ("stdio", "2\n")


def test_livecodebench_functional_tests_become_calls_of_solution(tmp_path):
    record = {
        **LCB,
        "starter_code": "class Solution:\n    def f(self, xs, s):\n        ",
        "metadata": '{"func_name": "f"}',
        "public_test_cases": json.dumps([CALLED]),
        "private_test_cases": json.dumps([CALLED]),
    }
    (problem,), _ = read("livecodebench", written(tmp_path / "l.jsonl", record))
    assert problem.tests.entry_point == "Solution.f"
    assert [(case.args, case.returns) for case in problem.tests.cases] == [([[1, 2], "x"], [True])] * 2
    assert "class Solution" in problem.prompt


class Runs:
    """What a pickle must never be allowed to do."""

    def __reduce__(self):
        return (print, ("run",))


@pytest.mark.parametrize("value", [Runs(), [1], 1, b"x", None, ("a", "b"), {"a": Runs()}])
def test_a_pickle_of_anything_but_a_text_is_refused(tmp_path, value):
    data = pickle.dumps(value)
    with pytest.raises(NotText, match="instruction"):
        read_text(data)
    record = {**LCB, "public_test_cases": "[]", "private_test_cases": base64.b64encode(zlib.compress(data)).decode()}
    with pytest.raises(InputError, match=r"private_test_cases.*it is not run"):
        read("livecodebench", written(tmp_path / "l.jsonl", record))


@given(st.text(), st.integers(2, 5))
def test_a_pickled_text_comes_back(text, protocol):
    assert read_text(pickle.dumps(text, protocol)) == text


@given(st.binary(max_size=60))
def test_any_bytes_are_a_text_or_refused(data):
    for attempt in (data, b"\x80\x04" + data, pickle.dumps("abc")[:-1] + data):
        try:
            assert isinstance(read_text(attempt), str)
        except (NotText, UnicodeDecodeError):
            continue


def test_what_unpacks_to_too_much_is_refused():
    stream = io.BytesIO(zlib.compress(b"\0" * 5000))
    with pytest.raises(NotText, match="more than 1000"):
        inflate(stream.getvalue(), 1000)
    with pytest.raises(NotText):
        inflate(stream.getvalue()[:-8])
    with pytest.raises(NotText):
        inflate(b"no zlib")


# ---- APPS, TACO, CodeContests


def apps(**tests):
    return {"problem_id": 3, "question": "Q", "solutions": '["print(1)"]', "input_output": json.dumps(tests)}


def test_apps_programs_and_functions(tmp_path):
    lines = apps(inputs=["1\n", ["2", "3"]], outputs=["1\n", ["5"]])
    function = apps(fn_name="f", inputs=[[1, 2]], outputs=[[3]])
    none = {**apps(), "input_output": ""}
    problems, samples = read("apps", written(tmp_path / "a.jsonl", lines, function, none), canonical=True)
    assert [problem.tests.type for problem in problems] == ["stdio", "calls"]
    assert [(case.stdin, case.stdout) for case in problems[0].tests.cases] == [("1\n", "1\n"), ("2\n3\n", "5\n")]
    assert problems[1].tests.entry_point == "f"
    assert [(case.args, case.returns) for case in problems[1].tests.cases] == [([1, 2], 3)]
    assert [sample.response for sample in samples] == ["```python\nprint(1)\n```"] * 2
    assert [problem.id for problem in read("taco", tmp_path / "a.jsonl")[0]] == ["apps/3", "apps/3"]


def test_apps_functions_that_return_lists_keep_them(tmp_path):
    function = apps(fn_name="f", inputs=[[1], [2]], outputs=[[1], [1, 2]])
    (problem,), _ = read("apps", written(tmp_path / "a.jsonl", function))
    assert [case.returns for case in problem.tests.cases] == [[1], [1, 2]]


def test_code_contests_take_all_tests_and_the_limits(tmp_path):
    record = {
        "name": "n",
        "description": "D",
        "public_tests": {"input": ["1"], "output": ["2"]},
        "private_tests": {"input": ["3"], "output": ["4"]},
        "generated_tests": {"input": [], "output": []},
        "time_limit": {"seconds": 2, "nanos": 500_000_000},
        "memory_limit_bytes": 512 << 20,
        "solutions": {"language": [2, 3], "solution": ["int main", "print(1)"]},
    }
    (problem,), (sample,) = read("code_contests", written(tmp_path / "c.jsonl", record), canonical=True)
    assert [case.stdin for case in problem.tests.cases] == ["1", "3"]
    assert (problem.limits.case_seconds, problem.limits.memory_mb) == (2.5, 512)
    assert "print(1)" in sample.response


@pytest.mark.parametrize(
    ("name", "record", "message"),
    [
        ("livecodebench", {**LCB, "public_test_cases": "[]"}, "'testtype' must be"),
        ("livecodebench", {**LCB, "public_test_cases": json.dumps([CALLED])}, "'func_name'"),
        ("livecodebench", {**LCB, "public_test_cases": "{no json"}, "neither JSON"),
        ("apps", apps(inputs=["1"], outputs=[]), "as many 'outputs'"),
        ("apps", {**apps(), "input_output": "{"}, "is not JSON"),
        ("apps", apps(inputs=[{}], outputs=["x"]), "text or a list of lines"),
        ("apps", apps(fn_name="1f", inputs=[[1]], outputs=["x"]), "not a function's name"),
        ("code_contests", {"name": "n", "description": "D"}, "no test cases"),
        ("code_contests", {"name": "n", "description": "D", "input_file": "a.txt"}, "a file of their own"),
        ("evalplus", {"task_id": "a", "entry_point": "f", "prompt": ""}, "no inputs"),
        ("evalplus", {"task_id": "a", "entry_point": "f", "base_input": [1]}, "lists of arguments"),
    ],
)
def test_what_is_malformed_is_named(tmp_path, name, record, message):
    with pytest.raises(InputError, match=message) as error:
        read(name, written(tmp_path / "x.jsonl", record))
    assert error.value.line == 1


# ---- EvalPlus

PLUS = {
    "task_id": "T/0",
    "prompt": "def f(x):\n",
    "entry_point": "f",
    "canonical_solution": "    return (x / 3, {x}) if x < 3 else {x: None}\n",
    "base_input": [[1]],
    "plus_input": [[2], [3]],
    "atol": 0,
}


@pytest.mark.usefixtures("sandbox")
def test_evalplus_expected_values_are_those_of_the_solution(tmp_path):
    (problem,), (sample,) = read("evalplus", written(tmp_path / "e.jsonl", PLUS), canonical=True)
    returns = [from_json(case.returns) for case in problem.tests.cases]
    assert returns == [(1 / 3, {1}), (2 / 3, {2}), {3: None}]
    assert problem.tests.sequences == "exact" and sample.response == PLUS["canonical_solution"]
    floats = {**PLUS, "canonical_solution": "    return x / 3\n"}
    (problem,), _ = read("evalplus", written(tmp_path / "e.jsonl", floats))
    assert problem.tests.cases[0].tolerance.absolute == 1e-6
    failing = {**PLUS, "canonical_solution": "    return 1 // (x - 2)\n"}
    with pytest.raises(InputError, match="fails on input 2 of 3: ZeroDivisionError"):
        read("evalplus", written(tmp_path / "e.jsonl", failing))


# ---- values in JSON

keys = st.none() | st.booleans() | st.integers() | st.text() | st.tuples(st.integers(), st.text())
leaves = keys | st.floats(allow_nan=False) | st.complex_numbers(allow_nan=False) | st.binary()
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
        | st.sets(keys, max_size=4)
        | st.frozensets(keys, max_size=4)
    ),
)


@given(values)
def test_any_plain_value_is_written_in_json_and_read_back(value):
    assert from_json(json.loads(json.dumps(to_json(value), allow_nan=False))) == value


@pytest.mark.parametrize("value", [{"$tuple": 3}, {"$set": [[1]]}, {"$float": "x"}, {"$bytes": "*"}, {"$complex": [1]}])
def test_a_tag_with_what_it_cannot_hold_is_refused(value):
    with pytest.raises(ValueError, match="cannot hold"):
        from_json(value)


def test_an_object_of_other_keys_is_itself():
    for value in ({"$tuples": [1]}, {"$tuple": [1], "b": 2}, {"tuple": [1]}):
        assert from_json(value) == value
