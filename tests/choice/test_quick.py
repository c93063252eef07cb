"""What is read at once is what the tiers say: the same label, tier and place, or nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from verifiers import ChoiceProblem
from verifiers.choice import evidence
from verifiers.choice.folding import fold
from verifiers.choice.labelled import prepare_choice
from verifiers.choice.letters import labels_for
from verifiers.choice.quick import quickly
from verifiers.choice.whole import Picker
from verifiers.response import read

_READER = prepare_choice(ChoiceProblem(choices=["4", "a dog", "1/2", "nine"], reference="B"))[0]
_PIECES = st.sampled_from(
    (
        *("The answer is ", "the answer is: ", "So the final answer is ", "**Answer:** ", "answer: ", "no ", "wrong "),
        *(
            "B",
            "(C)",
            "A",
            "**(D)**",
            "(b)",
            "4",
            "a dog",
            "\\boxed{B}",
            "\\boxed{A}",
            "\\fbox{C}",
            "{",
            "}",
            "<think>",
        ),
        *(". ", "\n", ", ", " ", "; ", ".", " or ", " not ", "I choose ", "We look at the picture. ", "#### ", "A: "),
        *(
            "<answer>B</answer>",
            "<answer>",
            " (c)",
            "</answer>",
            "<b>",
            "</think>",
            '{"answer": "C"}',
            "答案",
            "option ",
            "is correct",
            "\\",
            "Therefore, ",
        ),
        *(
            "It is picture 7",
            "wait, no",
            "so ",
            "Actually",
            "a",
            "(picture 3)",
            "correct",
            "best",
            "?",
            "It is ",
            "nine",
        ),
    )
)


class _Slow(Picker):
    def at_once(self, response):
        return self._alone_at_once(response)


_SLOW = _Slow(_READER.labels, _READER.options)


@given(st.lists(_PIECES, max_size=9).map("".join))
@settings(max_examples=20000, deadline=None)
def test_what_is_read_at_once_is_what_the_tiers_say(text):
    response = read(fold(text))
    quick = quickly(response, labels_for(("A", "B", "C", "D")), _READER.options)
    if quick is None or response.cut_off_reasoning:
        return
    tier, label, start, end = quick
    found = evidence.find(response, _SLOW)
    if found is not None and found.tier == "label":
        return
    assert found is not None
    assert (found.tier, found.reading.status, found.reading.key) == (tier, evidence.Status.VALUE, label)
    assert (found.reading.start, found.reading.end) == (start, end)
