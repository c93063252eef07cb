"""The anatomy of a response, shared by all kinds: where its reasoning ends and its answer may stand.

A reasoning model thinks aloud before it answers. What it thinks is never its answer:

- the text inside a reasoning block is skipped, under any of the names that models use (`_BLOCKS`);
- a closing mark without its opening ends the reasoning too (the opening stood in the prompt);
- an opening mark that never closes means that the model was cut off while thinking: there is no answer;
- a special token that ends the model's turn ends the response; so what a server failed to cut is not read.

Everything is one pass of one regular expression without backtracking: linear in the response.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# opening mark, closing mark
_BLOCKS = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<thoughts>", "</thoughts>"),
    ("<reasoning>", "</reasoning>"),
    ("<reason>", "</reason>"),
    ("<seed:think>", "</seed:think>"),
    ("<scratchpad>", "</scratchpad>"),
    ("<analysis>", "</analysis>"),
    ("<reflection>", "</reflection>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
    ("◁think▷", "◁/think▷"),
    ("[THINK]", "[/THINK]"),
)
# tokens that end a turn wherever they stand, and those that do so only at the very end
_TURN_ENDS = (
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|end_of_text|>",
    "<|return|>",
    "<end_of_turn>",
    "<|END_RESPONSE|>",
)
_TRAILING_ENDS = ("</s>", "<eos>", "<|end|>", "<pad>", "[EOS]", "\0")

_OPENING = dict(_BLOCKS)
_CLOSING = {closing for _, closing in _BLOCKS}
_MARK = re.compile("|".join(map(re.escape, [*_OPENING, *_CLOSING])), re.IGNORECASE)
_CANONICAL = {mark.lower(): mark for mark in [*_OPENING, *_CLOSING]}
_TURN_END = re.compile("|".join(map(re.escape, _TURN_ENDS)))
# How marks, turn ends and answer tags begin, and what may follow. A search for one sign is many times as fast as one
# for a word, and most signs that it finds are set aside by the next character.
_TAGS = ("<answer", "</answer")
_FOLLOWING = {
    beginning: frozenset(
        letter
        for mark in [*_OPENING, *_CLOSING, *_TURN_ENDS, *_TAGS]
        if mark[0] == beginning
        for letter in (mark[1].lower(), mark[1].upper())
    )
    for beginning in ("<", "[", "◁")
}
assert all(mark[0] in _FOLLOWING for mark in [*_OPENING, *_CLOSING, *_TURN_ENDS])
_ANSWER_TAG = re.compile(r"<(/?)answer\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Response:
    """A response and the part of it, `text[start:end]`, in which an answer may stand.

    `cut_off_reasoning`: a reasoning block never closed; the part is then empty. `tagged`: whether an answer tag may
    stand in it.
    """

    text: str
    start: int
    end: int
    cut_off_reasoning: bool = False
    tagged: bool = True

    @property
    def visible(self) -> str:
        """The part in which an answer may stand."""
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that was made to hold the answer: `text[start:end]` of the response.

    `closed` is False where the response ended before the slot's closing mark.
    """

    start: int
    end: int
    closed: bool


def read(response: str) -> Response:
    """Find the part of `response` in which an answer may stand."""
    places = _places(response)
    if not places:
        return Response(response, 0, _without_trailing_ends(response, 0, None), tagged=False)
    start, opened = 0, ""
    for place in places:
        mark = _MARK.match(response, place)
        if mark is None:
            continue
        name = _CANONICAL[mark.group().lower()]
        if name in _CLOSING:
            if not opened or name == _OPENING[opened]:
                start, opened = mark.end(), ""
        elif not opened:
            opened = name
    if opened:
        return Response(response, len(response), len(response), cut_off_reasoning=True)
    turn_end = _TURN_END.search(response, start)
    return Response(response, start, _without_trailing_ends(response, start, turn_end.start() if turn_end else None))


def _places(response: str) -> list[int]:
    """Where a mark, a turn end or an answer tag may begin, in order."""
    found = []
    for beginning, following in _FOLLOWING.items():
        at = response.find(beginning)
        while at >= 0:
            if response[at + 1 : at + 2] in following:
                found.append(at)
            at = response.find(beginning, at + 1)
    return sorted(found)


def _without_trailing_ends(response: str, start: int, end: int | None) -> int:
    end = len(response) if end is None else end
    while end > start:
        if response[end - 1].isspace():
            end -= 1
            continue
        if not response.endswith(_TRAILING_ENDS, start, end):
            break
        token = next(token for token in _TRAILING_ENDS if response.endswith(token, start, end))
        end -= len(token)
    return end


def last_answer_tag(response: Response) -> Slot | None:
    """The last `<answer>…</answer>` of the visible part; an opening tag that never closes runs to the end."""
    if not response.tagged:
        return None
    opened: int | None = None
    found: Slot | None = None
    for tag in _ANSWER_TAG.finditer(response.text, response.start, response.end):
        if not tag.group(1):
            opened = tag.end()
        elif opened is not None:
            found = Slot(opened, tag.start(), closed=True)
            opened = None
    return Slot(opened, response.end, closed=False) if opened is not None else found


def whole_characters(text: str) -> str:
    """`text` with every half of a character (a lone surrogate, of half-decoded output) replaced by U+FFFD.

    The halves of one character side by side become it.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
