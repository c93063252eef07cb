"""Where reasoning ends and an answer may stand."""

import time

import pytest

from verifiers.response import last_answer_tag, read


@pytest.mark.parametrize(
    ("response", "visible"),
    [
        ("plain", "plain"),
        ("<think>7</think> 8", " 8"),
        ("7</think> 8", " 8"),
        ("<THINK>7</Think>8", "8"),
        ("<think>a</think>b<think>c</think>d", "d"),
        ("<think>a <reasoning> b</think>c", "c"),
        ("◁think▷a◁/think▷b", "b"),
        ("[THINK]a[/THINK]b", "b"),
        ("<|channel|>analysis<|message|>7<|end|><|channel|>final<|message|>8<|return|>", "8"),
        ("<|begin_of_thought|>a<|end_of_thought|>b<|im_end|>\nrubbish", "b"),
        ("8 </s></s>\n", "8"),
        ("print('</s>') # ok", "print('</s>') # ok"),
        ("", ""),
    ],
)
def test_reasoning_and_turn_ends_are_not_the_answer(response: str, visible: str) -> None:
    assert read(response).visible == visible


@pytest.mark.parametrize("response", ["<think>7", "<think>a</think>b<think>c", "<reasoning>x</think>y"])
def test_reasoning_that_never_ends_leaves_nothing(response: str) -> None:
    part = read(response)
    assert part.cut_off_reasoning
    assert part.visible == ""


@pytest.mark.parametrize(
    ("response", "content", "closed"),
    [
        ("<answer>7</answer>", "7", True),
        ("<answer>7</answer> <answer>8</answer>", "8", True),
        ("<think><answer>7</answer></think><answer> 8 </answer>", " 8 ", True),
        ("<answer>7</answer><answer>8", "8", False),
        ("</answer>7<Answer>8</ANSWER>", "8", True),
    ],
)
def test_the_last_answer_tag_counts(response: str, content: str, closed: bool) -> None:
    slot = last_answer_tag(read(response))
    assert slot is not None
    assert (response[slot.start : slot.end], slot.closed) == (content, closed)


def test_no_tag_no_slot() -> None:
    assert last_answer_tag(read("<think><answer>7</answer></think> 8")) is None


def test_reading_is_linear() -> None:
    def seconds(text: str) -> float:
        begun = time.perf_counter()
        read(text)
        return time.perf_counter() - begun

    for piece in ("<think>", "</think>", "<answer>", "</s> ", "<", "<|", " "):
        small = min(seconds(piece * 20_000) for _ in range(3))
        assert min(seconds(piece * 200_000) for _ in range(3)) < 40 * small + 0.05
