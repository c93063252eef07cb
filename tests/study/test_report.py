"""The report keeps its contract, says what a reader should know, and shows nothing unescaped."""

import json
import re
from random import Random

import pytest

from tests.study.grades import made_grade, made_grades
from tests.study.shared import DATA
from verifiers.datasets import convert
from verifiers.errors import InputError
from verifiers.problem import ChoiceProblem, MathProblem
from verifiers.study import build_report, write_report
from verifiers.study.measures import usual_ks
from verifiers.study.tables import headlines
from verifiers.study.terminal import terminal_tables

COUNTS = DATA / "passk_base_vs_rl_counts"


def two_models():
    yield from made_grades({"p": (8, 3), "q": (8, 1)}, "base")
    yield from made_grades({"p": (8, 7), "q": (8, 0)}, "rl")


def test_the_json_keeps_its_contract():
    record = json.loads(build_report(two_models()).to_json())
    assert list(record["models"]) == ["base", "rl"]
    assert list(record["models"]["base"]["pass@k"]) == ["1", "2", "4", "8"]
    for interval in record["models"]["base"]["pass@k"].values():
        assert set(interval) == {"value", "low", "high"}
        assert 0 <= interval["low"] <= interval["value"] <= interval["high"] <= 1
    assert record["models"]["base"]["pass@k"]["1"]["value"] == pytest.approx(4 / 16)
    assert record["models"]["rl"]["pass@k"]["8"]["value"] == 0.5
    (pair,) = record["pairs"]
    assert (pair["a"], pair["b"]) == ("base", "rl")
    assert pair["coverage"] == {"both": 1, "a_only": 1, "b_only": 0, "neither": 0}
    assert pair["ids"] == {"a_only": ["q"], "b_only": []}
    crossover = pair["crossover"]
    assert (crossover["k"], crossover["ahead_before"], crossover["ahead_after"]) == (3, "rl", "base")
    assert crossover["low"] <= 3
    assert record["models"]["base"]["counts"] == {"p": {"n": 8, "c": 3}, "q": {"n": 8, "c": 1}}
    assert sum(record["models"]["base"]["histogram"].values()) == 2
    assert "baseline@k" not in record["models"]["base"]


def test_the_report_depends_on_its_input_alone():
    assert build_report(two_models()).to_json() == build_report(list(two_models())).to_json()


@pytest.mark.parametrize(
    ("largest", "ks"), [(1, [1]), (3, [1, 2, 3]), (10, [1, 2, 4, 8, 10]), (100, [1, 2, 4, 8, 10, 16, 32, 64, 100])]
)
def test_k_runs_over_powers_and_ends_at_the_largest(largest, ks):
    assert usual_ks(largest) == ks


def test_unequal_samples_end_at_the_fewest_and_are_said():
    report = build_report(made_grades({"p": (8, 3), "q": (5, 1)}))
    assert max(report.models[0].pass_at) == 5
    assert any("5 to 8 samples" in note for note in report.notes)


def test_failures_of_the_grader_are_in_no_rate_and_are_said():
    report = build_report([made_grade("p", 0), made_grade("p", 1, "error")])
    assert report.models[0].average.value == 1.0
    assert any("failed on 1 samples" in note for note in report.notes)


def test_samples_left_open_bound_pass_at_k():
    report = build_report([made_grade("p", 0, "undecided"), made_grade("p", 1, "incorrect")])
    assert report.models[0].bounds == {1: (0.0, 0.5), 2: (0.0, 1.0)}


@pytest.mark.parametrize(
    ("grades", "ks", "message"),
    [
        ([], None, "no grades"),
        ([made_grade("p", 0)], [2], "k = 2 is not possible: model '' has 1 graded samples of problem 'p'"),
        ([made_grade("p", 0)], [0], "k = 0 is not possible"),
        ([made_grade("p", 0, "error")], None, "failed on all 1 samples"),
        ([made_grade("p", 0), made_grade("p", 0)], None, "graded twice"),
    ],
)
def test_what_cannot_be_reported_is_refused_in_clear_words(grades, ks, message):
    with pytest.raises(InputError, match=re.escape(message)):
        build_report(grades, ks=ks)


def test_grades_of_another_problem_file_are_refused():
    with pytest.raises(InputError, match="another problem file"):
        build_report([made_grade("p", 0)], [MathProblem(id="q", reference="1")])


def test_a_problem_without_samples_is_said():
    report = build_report(
        [made_grade("p", 0)], [MathProblem(id="p", reference="1"), MathProblem(id="q", reference="1")]
    )
    assert any("no samples for 1 of the 2 problems" in note for note in report.notes)


def test_an_unknown_answer_space_counts_as_no_luck_and_is_said():
    report = build_report([made_grade("p", 0)], [MathProblem(id="p", reference="1")])
    assert report.models[0].luck.baseline == {1: 0.0}
    assert any("not known" in note for note in report.notes)


def guesses(options=5, problems=80, n=64, seed=0):
    random = Random(seed)
    for problem in range(problems):
        for sample in range(n):
            yield made_grade(
                str(problem), sample, "correct" if random.random() < 1 / options else "incorrect", "guesser"
            )


def test_a_guesser_is_not_above_luck_at_any_k():
    choices = [ChoiceProblem(id=str(place), choices=list("vwxyz"), reference="A") for place in range(80)]
    for seed in range(5):
        report = build_report(guesses(seed=seed), choices, level=0.999).models[0]
        assert report.luck.baseline[1] == pytest.approx(0.2)
        told = {k: kappa for k, kappa in report.luck.adjusted.items() if kappa is not None}
        assert set(told) == {1, 2, 4, 8, 10}  # later, luck leaves fewer than five problems unsolved
        for kappa in told.values():
            assert kappa.low <= 0 <= kappa.high
        assert report.luck.tested == 80
        assert len(report.luck.above) <= 1


@pytest.mark.parametrize(
    ("c", "name"), [(0, "0"), (1, "to 0.1"), (2, "to 0.2"), (9, "to 0.9"), (10, "1"), (5, "to 0.5")]
)
def test_the_histogram_sets_none_and_all_apart(c, name):
    histogram = build_report(made_grades({"p": (10, c)})).models[0].histogram
    assert [bin_name for bin_name, count in histogram.items() if count] == [name]
    assert len(histogram) == 12


def test_models_on_different_problems_are_compared_on_those_they_share():
    grades = [*made_grades({"p": (4, 1), "q": (4, 1)}, "a"), *made_grades({"q": (4, 0), "r": (4, 4)}, "b")]
    report = build_report([*grades, *made_grades({"s": (4, 2)}, "c")])
    (pair,) = report.pairs
    assert (pair.a, pair.b, pair.problems) == ("a", "b", 1)
    assert any("different problems" in note for note in report.notes)


def test_a_directory_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        write_report(build_report(two_models()), tmp_path / "file")


def test_the_terminal_shows_names_as_they_are_but_for_what_would_steer_it():
    from rich.console import Console

    console = Console(width=200)
    with console.capture() as captured:
        for table in terminal_tables(build_report(made_grades({"[red]p": (2, 1)}, "[bold]m\x1b[2J"))):
            console.print(table)
    assert "[bold]m\ufffd[2J" in captured.get()


def test_the_headlines_put_luck_beside_pass_at_k():
    items = [ChoiceProblem(id=name, choices=["x", "y"], reference="A") for name in ("p", "q")]
    grades = [*made_grades({"p": (2, 1), "q": (2, 0)}, "a"), *made_grades({"p": (2, 2), "q": (2, 2)}, "b")]
    overview, rates, pair = headlines(build_report(grades, items))
    assert [row[0] for row in overview.rows] == ["a", "b"]
    assert rates.heads == ("k", "a", "b", "random guess")
    assert [(row[0], row[3]) for row in rates.rows] == [("1", "50.0 %"), ("2", "75.0 %")]
    assert pair.caption == "a and b: coverage of 2 problems"


def test_models_on_different_problems_have_a_luck_each():
    items = [ChoiceProblem(id=str(m), choices=[*"wxyz"][:m], reference="A") for m in (2, 4)]
    grades = [*made_grades({"2": (1, 1)}, "a"), *made_grades({"4": (1, 1)}, "b")]
    rates = list(headlines(build_report(grades, items)))[1]
    assert rates.heads[3:] == ("random guess (a)", "random guess (b)")
    assert rates.rows[0][3:] == ("50.0 %", "25.0 %")


@pytest.mark.skipif(not COUNTS.exists(), reason="the counts are not here")
def test_the_counts_of_a_published_pair_are_reproduced():
    def read(name):
        for line in (COUNTS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            yield from made_grades({record["id"]: (record["n"], record["c"])}, name)

    expected = json.loads((COUNTS / "expected.json").read_text(encoding="utf-8"))
    report = build_report((grade for name in ("base", "rl") for grade in read(name)), resamples=200)
    for model, key in zip(report.models, ("base_pass_at_k", "rl_pass_at_k"), strict=True):
        for k, interval in model.pass_at.items():
            assert interval.value == pytest.approx(expected[key][k - 1], abs=1e-12)
    (pair,) = report.pairs
    coverage = pair.coverage
    assert (coverage.both, coverage.a_only, coverage.b_only, coverage.neither) == (911, 33, 12, 104)
    for k, interval in pair.difference.items():
        assert interval.value == pytest.approx(expected["mean"][k - 1], abs=1e-12)
    for k, interval in pair.whole_band.items():
        assert interval.low == pytest.approx(expected["lower"][k - 1], abs=1e-12)
        assert interval.high == pytest.approx(expected["upper"][k - 1], abs=1e-12)
    assert [pair.crossover.low, pair.crossover.high] == expected["first_loss_interval"]
    assert pair.crossover.k == 22
    assert (pair.crossover.ahead_before, pair.crossover.ahead_after) == ("rl", "base")


CODET_LABELS = COUNTS.parent / "codet_humaneval_n100" / "labels.json"
MATH_VISION = COUNTS.parent / "mathvision"


@pytest.mark.skipif(not CODET_LABELS.exists(), reason="the labels are not here")
@pytest.mark.parametrize(
    ("labels", "published"), [("uncut", (20.3, 47.9, 71.3)), ("cut_at_stop_words", (21.0, 48.8, 72.6))]
)
def test_pass_at_k_of_codets_labelled_samples_is_reproduced(labels, published):
    record = json.loads(CODET_LABELS.read_text(encoding="utf-8"))
    counts = {
        task: (len(codes), codes.count(1)) for task, codes in zip(record["task_ids"], record[labels], strict=True)
    }
    (model,) = build_report(made_grades(counts), resamples=50).models
    assert [100 * model.pass_at[k].value for k in (1, 10, 100)] == pytest.approx(published, abs=0.06)


@pytest.mark.skipif(not MATH_VISION.exists(), reason="the data set is not here")
def test_a_published_random_run_is_not_above_luck():
    problems, samples = convert(
        "mathvision", MATH_VISION / "mathvision_test.jsonl", MATH_VISION / "Random-Chance.jsonl"
    )
    choices = {problem.id: problem for problem in problems if problem.kind == "choice"}
    picked = [(choices[sample.problem_id], sample.response) for sample in samples if sample.problem_id in choices]
    grades = (
        # the run drew the text of an option
        made_grade(
            problem.id, 0, "correct" if problem.choices["ABCDE".index(problem.reference)] == text else "incorrect"
        )
        for problem, text in picked
    )
    (model,) = build_report(grades, choices).models
    assert model.luck.baseline[1] == pytest.approx(0.2)
    assert model.pass_at[1].low <= 0.2 <= model.pass_at[1].high
    assert model.luck.adjusted[1].low <= 0 <= model.luck.adjusted[1].high
