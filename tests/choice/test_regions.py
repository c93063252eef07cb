"""Boxes, sets of boxes and points; the laws of intersection over union."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from verifiers import ChoiceProblem, grade
from verifiers.choice.geometry import Box, iou, matched, overlaps_of

GOLD = [30, 40, 130, 140]
SHARES = [0.1, 0.2, 0.5, 0.6]
PIXELS = {"reference": [64, 96, 320, 288], "coord": "norm1", "gold_coord": "abs", "image_size": [640, 480]}


def verdict(response: str, **fields: object) -> str:
    problem = ChoiceProblem.model_validate({"kind": "choice", "answer_type": "box", "reference": GOLD, **fields})
    return grade(problem, response).verdict.value


@pytest.mark.parametrize(
    ("response", "fields", "expected"),
    [
        ("[30, 40, 130, 140]", {}, "correct"),
        ("The box is [30.4, 40.3, 130.6, 139.8].", {}, "correct"),
        ("<answer>[30, 40, 130, 140]</answer>", {}, "correct"),
        ('```json\n[{"bbox_2d": [30, 40, 130, 140], "label": "dog"}]\n```', {}, "correct"),
        ("<|box_start|>(30,40),(130,140)<|box_end|>", {}, "correct"),
        ("x1=30, y1=40, x2=130, y2=140", {}, "correct"),
        ('{"x1": 30, "y1": 40, "x2": 130, "y2": 140}', {}, "correct"),
        ("30 40 130 140", {}, "correct"),
        ("[210, 220, 320, 330]\nActually: [30, 40, 130, 140]", {}, "correct"),
        ("[30, 40, 130, 140] [210, 220, 320, 330]", {}, "no_answer"),
        ("[210, 220, 320, 330]", {}, "incorrect"),
        ("[130, 140, 30, 40]", {}, "incorrect"),
        ("[30, 40, 30, 40]", {}, "incorrect"),
        ("[30, 40, 130]", {}, "no_answer"),
        ("[NaN, 0, 1, 1]", {}, "no_answer"),
        ("[0, 0, 1e310, 1]", {}, "no_answer"),
        ("[0, 0, 90000, 80000]", {}, "incorrect"),
        ("[32, 42, 132, 142]", {"iou": 0.95}, "incorrect"),
        ("<answer>[30, 40, 130, 1", {}, "no_answer"),
        ("I cannot see the image.", {}, "no_answer"),
        ("[30, 40, 100, 100]", {"format": "xywh", "gold_format": "xyxy"}, "correct"),
        ("[40, 30, 140, 130]", {"format": "yxyx", "gold_format": "xyxy"}, "correct"),
        ("[100, 200, 500, 600]", {"reference": SHARES, "coord": "norm1000", "gold_coord": "norm1"}, "correct"),
        ("[0.1, 0.2, 0.5, 0.6]", PIXELS, "correct"),
        ("[0,0,2,1]", {"reference": "[0,0,1,1]"}, "correct"),
        ("[0,0,3,1]", {"reference": "[0,0,1,1]"}, "incorrect"),
    ],
)
def test_a_box_is_right_by_its_overlap(response: str, fields: dict[str, object], expected: str) -> None:
    assert verdict(response, **fields) == expected


@pytest.mark.parametrize(
    ("response", "reference", "fields", "expected"),
    [
        ("[[0,0,10,10],[20,20,30,30]]", "[[20,20,30,30],[0,0,10,10]]", {}, "correct"),
        ("[[0,0,10,10]]", "[[20,20,30,30],[0,0,10,10]]", {}, "incorrect"),
        ("[[0,0,10,10],[0,0,10,10]]", "[[20,20,30,30],[0,0,10,10]]", {}, "incorrect"),
        ("[[0,0,10,10],[20,20,30,30],[5,5,6,6]]", "[[20,20,30,30],[0,0,10,10]]", {}, "incorrect"),
        ("[[0,0,10,10]]", "[[20,20,30,30],[0,0,10,10]]", {"require": "any"}, "correct"),
        ("[[0,0,1,1]]", "[]", {}, "incorrect"),
        ("[]", "[]", {}, "correct"),
        ('[{"bbox_2d": [0,0,10,10]}, {"bbox_2d": [20,20,30,30]}]', "[[20,20,30,30],[0,0,10,10]]", {}, "correct"),
    ],
)
def test_a_set_of_boxes_is_matched_one_to_one(
    response: str, reference: str, fields: dict[str, object], expected: str
) -> None:
    assert verdict(response, answer_type="box_set", reference=reference, **fields) == expected


def test_a_box_may_be_rewarded_by_its_overlap() -> None:
    problem = ChoiceProblem(answer_type="box", reference=[0, 0, 1, 1], reward="iou")
    graded = grade(problem, "[0, 0, 2, 1]")
    assert (graded.verdict, graded.score) == ("incorrect", 0.5)


@pytest.mark.parametrize(
    ("response", "kind", "expected"),
    [
        ("(65, 70)", "point_in_box", "correct"),
        ("(30, 40)", "point_in_box", "correct"),
        ("(5, 70)", "point_in_box", "incorrect"),
        ("pyautogui.click(x=65, y=70)", "point_in_box", "correct"),
        ('{"point_2d": [65, 70]}', "point_in_box", "correct"),
        ('<point x="65" y="70">dog</point>', "point_in_box", "correct"),
        ("[60, 60, 70, 80]", "point_in_box", "correct"),
        ("(65)", "point_in_box", "no_answer"),
        ("(65, 70) and (600, 700)", "point_in_box", "no_answer"),
        ("(50, 52)", "point", "correct"),
        ("(50, 58)", "point", "incorrect"),
    ],
)
def test_a_point_is_right_by_its_place(response: str, kind: str, expected: str) -> None:
    reference = GOLD if kind == "point_in_box" else "(50, 50)"
    assert verdict(response, answer_type=kind, reference=reference, max_dist=5) == expected


sides = st.tuples(*[st.integers(-1000, 1000).map(float)] * 4)


def box_of(numbers: tuple[float, float, float, float]) -> Box:
    (x1, x2), (y1, y2) = sorted(numbers[:2]), sorted(numbers[2:])
    return x1, y1, x2 + 1, y2 + 1


@given(sides, sides)
def test_overlap_is_symmetric(one: Box, other: Box) -> None:
    assert iou(one, other) == iou(other, one)


@given(sides)
def test_a_box_overlaps_itself_wholly(numbers: Box) -> None:
    assert iou(box_of(numbers), box_of(numbers)) == 1


@given(sides, sides, st.integers(-500, 500), st.integers(-500, 500))
def test_overlap_does_not_change_under_translation(one: Box, other: Box, x: int, y: int) -> None:
    def moved(box: Box) -> Box:
        return box[0] + x, box[1] + y, box[2] + x, box[3] + y

    assert math.isclose(iou(moved(box_of(one)), moved(box_of(other))), iou(box_of(one), box_of(other)), abs_tol=1e-12)


@given(st.lists(sides, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_matching_does_not_depend_on_the_order(numbers: list[Box], chance: random.Random) -> None:
    boxes = [box_of(each) for each in numbers]
    assume(len(set(boxes)) == len(boxes))
    shuffled = boxes[:]
    chance.shuffle(shuffled)
    assert matched(overlaps_of(shuffled, boxes), 1.0) == len(boxes)
    assert matched(overlaps_of(shuffled[:-1], boxes), 0.5) == matched(overlaps_of(boxes, shuffled[:-1]), 0.5)
