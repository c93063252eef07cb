"""The answer in a response, by the order of trust: answer tag, last box, explicit statement, a response that is
nothing but one line of mathematics, last expression.

Within each the last claim counts. Boxes that stand side by side, with nothing but a connective or a label between
them, are one claim ("x = □, y = □", "□ or □"), so that a hedge is seen as what it is. A claim that was cut off is no
answer. Everything is linear in the response.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from verifiers.claims import Box, boxes, declarations
from verifiers.interface import Answer
from verifiers.math.parse import parse_normal
from verifiers.math.tokens import MOST_CHARACTERS, ParseFailure, normal_text, tokenize
from verifiers.math.tree import Apply, Words
from verifiers.response import Response, last_answer_tag, read

_GAP_MOST = 80
_BETWEEN = re.compile(
    r"[\s$.,;:*_]*(?:\\[()\[\]]|\\quad|\\qquad|\\,|\\;|\\ |\\text\s*\{\s*,?\s*(?:and|or)\s*\}|[\s$.,;:*_])*"
    r"(?P<joint>and|or|und|oder|et|ou|y|o|和|或|或者|и|или)?"
    r"(?:\\[()\[\]]|\\quad|\\qquad|\\,|\\;|\\ |[\s$,;:*_])*"
    r"(?:(?P<label>[A-Za-z](?:_\{?\w+\}?)?)\s*=\s*)?(?:\\[()\[\]]|[\s$*_])*"
)
_TEXT_JOINT = re.compile(r"\\text\s*\{\s*,?\s*(and|or)\s*\}")
_LABEL_BEFORE = re.compile(r"(?<![A-Za-z\\])([A-Za-z](?:_\{?\w{1,3}\}?)?)\s*=\s*(?:\\[(\[]|[\s$*_])*$")
_OR_AFTER = re.compile(
    r"(?:\\[)\]]|[\s$*_])*\bor\b\s*(?P<rest>(?:\\[(\[]|[\s$*_])*[-+]?(?:\d|\\(?:frac|sqrt|pi))[^.\n]{0,60})"
)
_BOX_LETTERS = frozenset("bf\x08\x0c")  # before the "ox" of a box command, also of one that lost its backslash
_PLAIN_BOX = re.compile(r"\\boxed\{([^{}\\]*)\}")
_ANOTHER_BOX = re.compile(r"[bf\x08\x0c]ox")
_MARKS = re.compile(r"\\[()\[\]]|\\.|\$\$?", re.DOTALL)
_CLOSING = {r"\(": r"\)", r"\[": r"\]", "$": "$", "$$": "$$"}
_NUMBER = re.compile(
    r"[-−+]?(?:\$\s*)?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:\s*/\s*\d+)?(?:\s*\\?%)?|[-−+]?\.\d+"
)
# why the answer is what it is, after the answer
_EXPLANATION = re.compile(r"[,;]?\s+(?:since|because|as|which|where|given|due to|by|so that)\b[^$]*$", re.DOTALL)
_ASIDE = re.compile(r"\s*\((?![^)]*\b(?:or|not|but)\b)[A-Za-z][^()$\d\\]*\)\s*\.?$")
_LOOK_BACK = 24
_LONGEST_SENTENCE = 400
_LONGEST_ALONE = 300
_WITH_UNIT = frozenset({"quantity", "money"})


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed text and its place, `[start, end)` in the response."""

    text: str
    start: int
    end: int
    means: str


def extract(response: str, *, last_expression: bool = False) -> Answer | None:
    """The answer that `response` gives, or None."""
    claim = find_claim(read(response), last_expression)
    if claim is None or not claim.text.strip():
        return None
    return Answer(canonical(claim.text), claim.text.strip(), (claim.start, claim.end), claim.means)


def canonical(text: str) -> str:
    """The canonical spelling of a claim; one that is too long keeps only as much as shows that it is."""
    try:
        return normal_text(_without_emphasis(text))
    except ParseFailure:
        return text[: MOST_CHARACTERS + 1]


def _without_emphasis(text: str) -> str:
    text = text.strip()
    while len(text) > 4 and text.startswith("**") and text.endswith("**"):
        text = text[2:-2].strip()
    return text.strip("`")


def find_claim(response: Response, last_expression: bool) -> Claim | None:
    """The claim that counts."""
    if response.cut_off_reasoning:
        return None
    slot = last_answer_tag(response)
    if slot is not None:
        if not slot.closed:
            return None
        inside = Response(response.text, slot.start, slot.end)
        return _boxed(inside) or _declared(inside, whole=True) or _whole(inside)
    lone = _lone_box(response)
    if lone is not None:
        return lone
    found = boxes(response)
    if found:
        return _boxed(response, found)
    declared = _declared(response, whole=False) or _alone(response)
    if declared is not None or not last_expression:
        return declared
    return _last_expression(response)


def _alone(response: Response) -> Claim | None:
    """The whole response, where it is one line of mathematics and nothing else."""
    start, end = response.start, response.end
    while start < end and response.text[start].isspace():
        start += 1
    while end > start and response.text[end - 1].isspace():
        end -= 1
    if start == end or end - start > _LONGEST_ALONE or "\n" in response.text[start:end]:
        return None
    text = response.text[start:end]
    try:
        normal = canonical(text)
        tree = parse_normal(normal)
        words = {token.value for token in tokenize(normal) if token.kind in {"letters", "text"}}
    except (ParseFailure, RecursionError):
        return None
    measured = isinstance(tree, Apply) and tree.head in _WITH_UNIT  # its unit is a word
    if isinstance(tree, Words) or (words - {"or", "and"} and not measured):
        return None
    return Claim(text, start, end, "whole response")


def _whole(slot: Response) -> Claim | None:
    text = slot.visible
    if not text.strip():
        return None
    start = slot.start + len(text) - len(text.lstrip())
    return Claim(text.strip(), start, start + len(text.strip()), "answer tag")


# ---- boxes


def _lone_box(response: Response) -> Claim | None:
    """The content of the only box, where it holds neither braces nor commands: by far the commonest response."""
    text = response.text
    start = text.find("ox", response.start)
    while start >= 0 and text[start - 1 : start] not in _BOX_LETTERS:
        start = text.find("ox", start + 2)
    if start < 0:
        return None
    found = _PLAIN_BOX.match(text, max(response.start, start - 2), response.end)
    if found is None or _ANOTHER_BOX.search(text, found.end(), response.end):
        return None
    inside = found.group(1)
    limit = min(response.end, found.end() + _GAP_MOST + 40)
    if not inside.strip() or _OR_AFTER.match(text, found.end(), limit) is not None:
        return None
    return Claim(inside, found.start(1), found.end(1), "boxed")


def _boxed(response: Response, found: list[Box] | None = None) -> Claim | None:
    found = boxes(response) if found is None else found
    if not found:
        return None
    outer = _outermost(found)
    last = outer[-1]
    if not found[-1].closed or not last.closed:
        return None
    text = response.text
    group = [last]
    joints: list[str] = []
    for before in reversed(outer[:-1]):
        joint = _joint(text, before, group[0])
        if joint is None or len(group) > 30:
            break
        group.insert(0, before)
        joints.insert(0, joint)
    if not text[last.inner_start : last.inner_end].strip():
        return None
    parts = [_labelled(text, box, response.start, len(group) > 1) for box in group]
    claimed = parts[0]
    for joint, part in zip(joints, parts[1:]):
        claimed += f" {joint} {part}" if joint != "," else f", {part}"
    after = _OR_AFTER.match(text, last.end, min(response.end, last.end + _GAP_MOST + 40))
    if after is not None:
        claimed += f" or {after.group('rest')}"
    if len(group) == 1 and after is None:
        return Claim(text[last.inner_start : last.inner_end], last.inner_start, last.inner_end, "boxed")
    return Claim(claimed, group[0].start, last.end, "boxed")


def _outermost(found: list[Box]) -> list[Box]:
    """The boxes that stand in no other."""
    outer: list[Box] = []
    for box in sorted(found, key=lambda box: (box.start, -box.end)):
        if outer and outer[-1].closed and box.start < outer[-1].end:
            continue
        outer.append(box)
    return outer


def _joint(text: str, before: Box, after: Box) -> str | None:
    """What joins two boxes side by side, or None where other words stand between them."""
    if after.start - before.end > _GAP_MOST or not before.closed:
        return None
    gap = text[before.end : after.start]
    if "\n\n" in gap or ". " in gap or ".\n" in gap:
        return None
    between = _BETWEEN.fullmatch(gap)
    if between is None:
        return None
    word = between.group("joint") or ""
    spelled = _TEXT_JOINT.search(gap)
    if spelled is not None:
        word = spelled.group(1)
    return word if word else ","


def _labelled(text: str, box: Box, least: int, several: bool) -> str:
    content = text[box.inner_start : box.inner_end].strip()
    if not several or "=" in content:
        return content
    label = _LABEL_BEFORE.search(text, max(least, box.start - _LOOK_BACK), box.start)
    return f"{label.group(1)} = {content}" if label is not None else content


# ---- statements


def _declared(response: Response, *, whole: bool) -> Claim | None:
    found = declarations(response)
    denied: set[str] = set()
    for declaration in reversed(found):
        claimed = _without_comment(response.text[declaration.start : declaration.end])
        key = canonical(claimed)
        if declaration.negated:
            denied.add(key)
        elif key and key not in denied:
            return Claim(claimed, declaration.start, declaration.start + len(claimed), "declared")
    return None


def _without_comment(claimed: str) -> str:
    """A stated answer without the reason or the aside after it."""
    if len(claimed) > _LONGEST_SENTENCE:
        return claimed
    for comment in (_EXPLANATION, _ASIDE):
        found = comment.search(claimed)
        if found is not None and any(
            character.isdigit() or character in "$\\" for character in claimed[: found.start()]
        ):
            claimed = claimed[: found.start()]
    return claimed


# ---- the last expression


def _last_expression(response: Response) -> Claim | None:
    """The last formula between marks of mathematics, or the last number after it."""
    text = response.text
    last: Claim | None = None
    opened: re.Match[str] | None = None
    for mark in _MARKS.finditer(text, response.start, response.end):
        if opened is not None and mark.group() == _CLOSING[opened.group()]:
            inside = text[opened.end() : mark.start()]
            if inside.strip():
                last = Claim(inside, opened.end(), mark.start(), "last expression")
            opened = None
        elif mark.group() in _CLOSING:
            opened = mark
    start = last.end if last is not None else response.start
    for number in _NUMBER.finditer(text, start, response.end):
        last = Claim(number.group(), number.start(), number.end(), "last expression")
    return last
