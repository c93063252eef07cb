"""Each adapter, called as its framework calls it, gives the verdicts of `grade`; nothing of the framework is needed."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.adapters.study import BAD, ROWS, SAID, as_text
from verifiers import InputError, grade
from verifiers.adapters import for_inspect, for_lighteval, grading
from verifiers.adapters.catalogue import ADAPTERS, adapter
from verifiers.adapters.grading import GradingFailed, grade_row
from verifiers.adapters.rows import problem_of

SCORES = [grade(problem_of({"truegrade": row}), said).score for row, said in zip(ROWS, SAID)]
TEXTS = [as_text(row) for row in ROWS]
FILES = sorted({each.path for each in ADAPTERS.values() if each.module})


@pytest.fixture(scope="module", autouse=True)
def _closed_after() -> Iterator[None]:
    yield
    grading.close_engine()


def by_path(name: str) -> ModuleType:
    """The adapter's module as frameworks load it: from its path, under a name of theirs."""
    spec = importlib.util.spec_from_file_location(f"loaded_{name.replace('-', '_')}", adapter(name).path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---- one function for each adapter: the scores of rows as its framework would have them


def trl(texts: list[str], said: list[str], **ways: Any) -> list[Any]:
    columns = {"prompts": ["…"] * len(said), "completion_ids": [[1]] * len(said), "truegrade": texts}
    reward = by_path("trl").reward_function(**ways)
    return list(reward(completions=said, trainer_state=None, log_extra=None, log_metric=None, **columns))


def verl(texts: list[str], said: list[str], **ways: Any) -> list[Any]:
    score = by_path("verl").compute_score
    given = [
        score(data_source="x", solution_str=response, ground_truth=text, extra_info={"num_turns": 1}, **ways)
        for text, response in zip(texts, said)
    ]
    return [each["score"] for each in given]


def verl_in_batches(texts: list[str], said: list[str], **ways: Any) -> list[Any]:
    module, extras = by_path("verl"), [{"num_turns": 1}] * len(said)
    given = module.compute_scores(
        data_sources=["x"] * len(said), solution_strs=said, ground_truths=texts, extra_infos=extras, **ways
    )
    return [each["score"] for each in given]


def easyr1(texts: list[str], said: list[str], **ways: Any) -> list[Any]:
    rows = [{"response": one, "response_length": 1, "ground_truth": text} for one, text in zip(said, texts)]
    return [each["overall"] for each in by_path("easyr1").compute_score(rows, **ways)]


def ms_swift(texts: list[str], said: list[str], **ways: Any) -> list[Any]:
    return list(by_path("ms-swift").rewards(said, **ways, solution=texts, trainer_state=None))


def openrlhf(texts: list[str], said: list[str], **ways: Any) -> list[Any]:
    module = by_path("openrlhf")
    way = grading.checked(ways.get("on_error", "raise"), "OpenRLHF", grading.WITHOUT_NONE)
    results = module._results([f"<s>Q?{response}" for response in said], ["Q?"] * len(said), texts, way)
    return list(results["rewards"])


def lm_eval(texts: list[str], said: list[str], **ways: Any) -> list[Any]:
    process = by_path("lm-eval").results_processor(ways.get("on_error", "none"))
    return [process({"answer": text}, [response])["verified"] for text, response in zip(texts, said)]


def lmms_eval(texts: list[str], said: list[str], **ways: Any) -> list[Any]:
    process = by_path("lmms-eval").results_processor(ways.get("on_error", "none"))
    return [process({"answer": text}, [response])["verified"] for text, response in zip(texts, said)]


def opencompass(texts: list[str], said: list[str], **ways: Any) -> list[Any]:
    found = by_path("opencompass").score(said, texts, None, ways.get("on_error", "none"))
    return [None if each["correct"] is None else float(each["correct"]) for each in found["details"]]


def open_instruct(texts: list[str], said: list[str], **ways: Any) -> list[Any]:
    with open_instruct_stand_in():
        verifier = by_path("open-instruct").register(**ways)()
        first = verifier([1], said[0], texts[0], query=None)
        others = [asyncio.run(verifier.async_call([1], one, text)) for one, text in zip(said[1:], texts[1:])]
        return [each.score for each in [first, *others]]


def simple_evals(texts: list[str], said: list[str], **ways: Any) -> list[Any]:
    rows = [{"prompt": str(place), "truegrade": text} for place, text in enumerate(texts)]
    with simple_evals_stand_in() as package:
        evaluation = by_path("simple-evals").make_eval(package, rows, **ways)
        return [each.score for each in evaluation(lambda messages: said[int(messages[0]["content"])])]


HOSTS: dict[Callable[..., list[Any]], str] = {
    trl: "none",
    verl: "raise",
    verl_in_batches: "raise",
    easyr1: "raise",
    ms_swift: "none",
    openrlhf: "raise",
    lm_eval: "none",
    lmms_eval: "none",
    opencompass: "none",
    open_instruct: "raise",
    simple_evals: "none",
}


@pytest.mark.parametrize("host", HOSTS)
def test_the_scores_are_those_of_grade(host: Callable[..., list[Any]]) -> None:
    assert {*SCORES} == {0.0, 1.0}
    assert host(TEXTS, SAID) == SCORES


@pytest.mark.parametrize(("host", "default"), HOSTS.items())
def test_a_failure_of_the_grader_is_no_zero_unless_that_is_said(host: Callable[..., list[Any]], default: str) -> None:
    texts, said = [as_text(BAD), TEXTS[0]], [SAID[0], SAID[0]]
    if default == "raise":
        with pytest.raises(GradingFailed, match="bad"):
            host(texts, said)
        with pytest.raises(InputError, match="no way to leave a sample out"):
            host(texts, said, on_error="none")
    else:
        assert host(texts, said) == [None, 1.0]
        with pytest.raises(GradingFailed, match="bad"):
            host(texts, said, on_error="raise")
    assert host(texts, said, on_error="zero") == [0.0, 1.0]


# ---- what single frameworks are promised besides


def test_trl_gets_columns_for_its_table_and_shares_for_its_metrics() -> None:
    columns: dict[str, list[Any]] = {}
    metrics: dict[str, float] = {}
    module = by_path("trl")
    asked = {"completions": [r"\boxed{2}", "who knows", "1"], "answer": ["2", "2", r"\frac{1}{"]}
    logs = {"log_extra": columns.__setitem__, "log_metric": metrics.__setitem__}
    expected = [1.0, 0.0, None]
    assert module.reward(**asked, **logs) == expected
    assert asyncio.run(module.areward(**asked)) == expected
    assert asyncio.run(module.reward_function(asynchronous=True)(**asked)) == expected
    assert columns["verdict"] == ["correct", "no_answer", "error"]
    assert columns["answer"] == ["2", "", ""]
    assert metrics == {"truegrade/error": pytest.approx(1 / 3), "truegrade/no_answer": pytest.approx(1 / 3)}
    assert module.reward_function(name="math").__name__ == "math"


def test_trl_conversations_are_graded_by_what_the_assistant_said() -> None:
    said = [[{"role": "assistant", "content": "The answer is (B)."}]]
    assert by_path("trl").reward(completions=said, answer=["B"], choices=[["cat", "dog"]]) == [1.0]


def test_verl_gets_the_same_keys_whatever_happened() -> None:
    score = by_path("verl").compute_score
    given = [score(solution_str=said, ground_truth=text, on_error="zero") for text, said in zip(TEXTS, SAID)]
    given.append(score(solution_str="1", ground_truth=as_text(BAD), on_error="zero"))
    assert len({tuple((key, type(value)) for key, value in each.items()) for each in given}) == 1
    assert [each["error"] for each in given] == [0.0] * len(SAID) + [1.0]


def test_openrlhf_queries_lose_their_prompt_and_nothing_else() -> None:
    response_in = by_path("openrlhf").response_in
    assert response_in(r"<s>Is it \boxed{1}?\boxed{2}</s>", r"Is it \boxed{1}?") == r"\boxed{2}</s>"
    with pytest.raises(InputError, match="does not hold its prompt"):
        response_in("the end of it", "the beginning and the end of it")


def test_lm_eval_repeats_pass_where_any_is_right_and_means_leave_out_what_failed() -> None:
    module = by_path("lm-eval")
    found = module.process_results({"answer": "2"}, [["1", r"\boxed{2}", "who knows"]])
    assert found == {"verified": 0.0, "verified_pass": 1.0, "no_answer": pytest.approx(1 / 3), "grader_error": 0.0}
    assert module.mean([1.0, None, 0.0]) == 0.5
    assert str(module.mean([None])) == "nan"


def test_a_response_that_poses_as_a_grade_is_graded_as_any_other() -> None:
    module = by_path("lm-eval")
    forged = grade_row({"answer": "2"}, r"\boxed{2}").model_dump_json()
    assert module.metric(references=["3"], predictions=[forged]) == 0.0
    assert module.metric(references=["2"], predictions=[module.Graded.of(grade_row({"answer": "3"}, "2"))]) == 0.0
    assert module.metric(references=["3"], predictions=[module.Graded.of(grade_row({"answer": "2"}, "2"))]) == 1.0


def test_opencompass_takes_the_test_set_and_counts_failures_apart() -> None:
    test_set = [{"choices": ["cat", "dog"], "question": "?"}, {"choices": None, "question": "?"}]
    found = by_path("opencompass").score(["(B)", "1"], ["B", r"\frac{1}{"], test_set, "none")
    assert found["accuracy"] == 100.0
    assert found["errors"] == 1
    assert [each["correct"] for each in found["details"]] == [True, None]


def test_inspect_samples_state_their_problem_by_target_choices_or_metadata() -> None:
    def row(target: list[str], choices: list[str] | None = None, **metadata: Any) -> dict[str, Any]:
        given = [SimpleNamespace(value=choice) for choice in choices or ()]
        return for_inspect.row_of(SimpleNamespace(metadata=metadata, choices=given), target)

    assert row(["2"], level=5) == {"reference": "2"}
    assert row(["2", "3"]) == {"reference": ["2", "3"]}
    assert row(["B"], ["cat", "dog"]) == {"reference": "B", "choices": ["cat", "dog"]}
    assert row([""], truegrade=TEXTS[0]) == {"truegrade": TEXTS[0]}


@pytest.mark.parametrize(
    ("row", "response", "reason"),
    [
        ({"answer": "2"}, r"\boxed{2}", None),
        ({"answer": "2"}, r"\boxed{3}", None),
        ({"answer": "2"}, " ", "no_response"),
        ({"answer": "2"}, "who knows", "invalid_response_format"),
        ({"answer": "B", "choices": ["cat", "dog"]}, "I'm sorry, I cannot answer that.", "refusal"),
        ({"answer": r"\frac{1}{"}, "2", "grader_failed"),
    ],
)
def test_inspect_is_told_why_by_its_own_names(row: dict[str, Any], response: str, reason: str | None) -> None:
    assert for_inspect.reason_of(grade_row(row, response), response) == reason


def test_lighteval_documents_state_their_problem_by_gold_and_choices() -> None:
    def row(choices: list[str], golds: list[str], specific: Any = None) -> dict[str, Any]:
        return for_lighteval.row_of(SimpleNamespace(choices=choices, specific=specific, get_golds=lambda: golds))

    assert row(["2"], ["2"]) == {"reference": "2"}
    assert row(["cat", "dog"], ["dog"]) == {"reference": "dog", "choices": ["cat", "dog"]}
    assert row([" A", " B"], [" B"], {"truegrade": TEXTS[0], "id": 3}) == {"truegrade": TEXTS[0], "id": 3}
    assert for_lighteval.mean([1.0, float("nan")]) == 1.0


# ---- all of them


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_loading_an_adapter_imports_nothing_heavy(path: Any) -> None:
    frameworks = {each.module for each in ADAPTERS.values()} - {"inspect"}  # which is also in the standard library
    heavy = frameworks | {"torch", "ray", "sympy", "numpy", "inspect_ai", "skyrl_gym", "swift"}
    script = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('loaded', {str(path)!r})\n"
        "module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)\n"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


def test_a_folder_of_adapters_on_the_import_path_hides_no_framework() -> None:
    assert all(path.name.startswith("for_") for path in FILES)
    assert {path.name for path in FILES} == {path.name for path in FILES[0].parent.glob("for_*.py")}


def test_the_command_lists_the_adapters_and_prints_their_paths() -> None:
    def verify(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "verifiers", "adapter", *words], capture_output=True, text=True)

    listed = verify()
    assert listed.returncode == 0
    assert all(name in listed.stdout for name in ADAPTERS)
    for each in (one for one in ADAPTERS.values() if one.module):
        assert each.path.is_file()
    assert verify("verl", "--path").stdout == f"{adapter('verl').path}\n"
    assert "on_error=zero" in verify("verl").stdout
    assert "verify serve" in verify("llama-factory").stdout
    assert "loads no file: verify serve" in verify("llama-factory", "--path").stderr
    wrong = verify("vrel")
    assert wrong.returncode == 2
    assert "unknown adapter 'vrel'; known are trl, verl" in wrong.stderr


@pytest.mark.parametrize("name", ["verl", "skyrl", "nemo-rl", "opencompass"])
def test_a_name_that_an_adapter_does_not_have_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        by_path(name).nothing  # noqa: B018


# ---- stand-ins for two frameworks that no package index has


class Installed:
    """Modules that can be imported inside a `with` block."""

    def __init__(self, modules: dict[str, ModuleType], name: str) -> None:
        self.modules, self.name = modules, name

    def __enter__(self) -> str:
        sys.modules.update(self.modules)
        return self.name

    def __exit__(self, *_: object) -> None:
        for name in self.modules:
            del sys.modules[name]


def open_instruct_stand_in() -> Installed:
    @dataclass
    class VerificationResult:
        score: float
        cost: float = 0.0
        reasoning: str | None = None

    class VerifierFunction:
        def __init__(self, name: str, weight: float = 1.0, verifier_config: Any = None) -> None:
            self.name, self.weight = name, weight

    module = types.ModuleType("open_instruct.ground_truth_utils")
    module.__dict__.update(VerificationResult=VerificationResult, VerifierFunction=VerifierFunction)
    return Installed({"open_instruct": types.ModuleType("open_instruct"), module.__name__: module}, "open_instruct")


def simple_evals_stand_in() -> Installed:
    @dataclass
    class SingleEvalResult:
        score: float | None
        metrics: dict[str, float] = field(default_factory=dict)
        html: str | None = None
        convo: list[Any] | None = None

    template = SimpleNamespace(render=lambda **given: str(sorted(given)))
    common, kinds = types.ModuleType("simple-evals.common"), types.ModuleType("simple-evals.types")
    common.__dict__.update(
        HTML_JINJA="",
        jinja_env=SimpleNamespace(from_string=lambda _: template),
        aggregate_results=lambda results: results,
        map_with_progress=lambda work, rows: [work(row) for row in rows],
    )
    kinds.__dict__.update(SingleEvalResult=SingleEvalResult, Eval=type("Eval", (), {}))
    package = types.ModuleType("simple-evals")
    return Installed({package.__name__: package, common.__name__: common, kinds.__name__: kinds}, "simple-evals")
