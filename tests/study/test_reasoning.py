"""The check of reasoning: a draw that repeats, is stratified and blind; a sheet that comes back as it went."""

import csv
import io
import json

import pytest

from tests.study.grades import made_grades
from verifiers.errors import InputError
from verifiers.study.counts import count_grades
from verifiers.study.reasoning import Item, Key, agreement, cohens_kappa, draw, read, settle
from verifiers.study.sheet import key_json, read_key, read_sheet, rows_of, sheet_csv, sheet_page

COUNTS = {"a": {"hard1": (100, 1), "hard2": (100, 4), "easy": (100, 50), "never": (100, 0)}, "b": {"hard1": (100, 3)}}


def drawn(**options):
    grades = [grade for model, counts in COUNTS.items() for grade in made_grades(counts, model)]
    right = {}
    for grade in grades:
        if grade.correct:
            right.setdefault((grade.model, grade.problem_id), []).append(grade.sample_id)
    return draw(count_grades(grades), right, **{"size": 100, "each": 2, **options})


def test_only_right_samples_of_hard_problems_are_drawn():
    key = drawn()
    assert {(item.model, item.problem_id) for item in key.items} == {("a", "hard1"), ("a", "hard2"), ("b", "hard1")}
    assert len(key.items) == 1 + 2 + 2
    assert all(item.sample_id < COUNTS[item.model][item.problem_id][1] for item in key.items)
    assert [item.number for item in key.items] == [1, 2, 3, 4, 5]


def test_the_same_seed_draws_the_same_and_another_does_not():
    assert drawn(seed=3) == drawn(seed=3)
    assert len({tuple(drawn(seed=seed).items) for seed in range(6)}) > 1


def test_a_small_sheet_holds_each_hard_problem_before_any_twice():
    key = drawn(size=3)
    assert len({(item.model, item.problem_id) for item in key.items}) == 3


def test_nothing_hard_is_said():
    with pytest.raises(InputError, match="no lucky answer"):
        drawn(hard=0.005)


def texts(key, response="the answer is 7"):
    return {item: ("What?", "7", f"{response} {item.number}") for item in key.items}


def test_the_sheet_tells_neither_model_nor_problem(tmp_path):
    key = drawn()
    text = sheet_csv(rows_of(key, texts(key)))
    assert "hard1" not in text
    assert [row["item"] for row in csv.DictReader(io.StringIO(text))] == ["1", "2", "3", "4", "5"]
    (tmp_path / "key.json").write_text(key_json(key), encoding="utf-8")
    assert read_key(tmp_path / "key.json") == key


def test_no_response_can_act_on_the_page_or_in_a_spreadsheet():
    key = drawn()
    hostile = "</script><script>alert(1)</script>"
    page = sheet_page(rows_of(key, texts(key, hostile)))
    assert hostile not in page
    assert page.count("<script") == 2
    text = sheet_csv(rows_of(key, texts(key, "=HYPERLINK(1)")))
    assert next(csv.DictReader(io.StringIO(text)))["response"].startswith("'=")


def test_marks_come_back_from_the_sheet(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("item,mark\n1,sound\n2,No\n3,\n4,?\n", encoding="utf-8")
    assert read_sheet(path) == {1: "sound", 2: "unsound", 4: "unsure"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("item,mark\n1,perhaps\n", "sheet.csv:2: field 'mark': 'perhaps' is no mark; known are sound"),
        ("item,mark\nx,sound\n", "sheet.csv:2: field 'item'"),
        ("item,mark\n1,sound\n1,sound\n", "marked twice"),
        ("item,mark\n1,\n", "holds no mark"),
        ("a,b\n1,2\n", "no columns"),
    ],
)
def test_a_sheet_that_cannot_be_read_is_named_by_line(tmp_path, text, message):
    path = tmp_path / "sheet.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_sheet(path)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", json.dumps({"items": [{"a": 1}], "counts": {}, "hard": 1, "seed": 0})]
)
def test_what_is_no_key_is_refused(tmp_path, text):
    path = tmp_path / "key.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="not the key"):
        read_key(path)


def test_agreement_beyond_chance():
    same = [("sound", "sound")] * 5 + [("unsound", "unsound")] * 5
    assert cohens_kappa(same) == 1.0
    assert cohens_kappa([("sound", "sound")] * 3) is None
    first = dict.fromkeys(range(10), "sound")
    second = {number: "sound" if number < 8 else "unsound" for number in range(10)}
    found = agreement(first, second, level=0.95, seed=0)
    assert (found.items, found.agree, found.disputed) == (10, 0.8, (8, 9))
    with pytest.raises(InputError, match="share no marked item"):
        agreement(first, {99: "sound"}, level=0.95, seed=0)


def test_two_readers_settle_by_both_or_by_any():
    first, second = {1: "sound", 2: "sound", 3: "unsure"}, {1: "sound", 2: "unsound", 4: "sound"}
    assert settle(first, second, "both") == {1: True, 2: False}
    assert settle(first, second, "any") == {1: True, 2: True}
    assert settle(first, None, "both") == {1: True, 2: True, 3: False}


def many(sound_problems, problems=60, n=64, c=2):
    items = tuple(Item(number + 1, "m", str(number), 0) for number in range(problems))
    counts = {str(number): (n, c) for number in range(problems)} | {"easy": (n, n)}
    return Key(items, {"m": counts}, 0.05, 0), {item.number: item.number <= sound_problems for item in items}


def test_reasoning_that_is_always_sound_leaves_pass_at_k_nearly_as_it_is():
    key, marks = many(60)
    (found,) = read(key, marks, [1, 64], level=0.95, seed=0)
    assert (found.hard, found.read, found.with_sound) == (60, 60, 60)
    assert found.cot_pass_at[64].value == pytest.approx(1.0, abs=1e-9)
    assert found.cot_pass_at[1].high <= found.hard_pass_at[1] + 1e-9


def test_unsound_reasoning_lowers_it_and_the_whole_less():
    key, marks = many(20)
    (found,) = read(key, marks, [64], level=0.95, seed=0)
    assert found.cot_pass_at[64].low < 0.6 < found.hard_pass_at[64]
    assert found.whole_pass_at[64].value > found.cot_pass_at[64].value
    with pytest.raises(InputError, match="not in the key"):
        read(key, {999: True}, [1], level=0.95, seed=0)
