r"""Boxes: which of a response's boxes are its answer, alone or as the parts of one.

The last box counts. Boxes that stand side by side, with nothing but a connective or a label between them, are one claim
("x = □, y = □", "□ or □"), so that a hedge is seen as what it is, also where the other half of it stands outside the
box. A denied box ("not □") is no claim. Where the reference has several parts, so may the answer: boxes that are
numbered, labelled, or told in one sentence are its parts, whatever words stand between them. A box that was cut off is
no answer. All patterns are tried on a window of bounded length beside a box.
"""

from __future__ import annotations

import re
from itertools import pairwise

from verifiers.claims import Box, boxes
from verifiers.math.claim import Claim, joining
from verifiers.math.notation import JOINING_CLAIMS
from verifiers.response import Response

_GAP_MOST = 80  # between boxes side by side
_PROSE_MOST = 600  # between the parts of an answer
_LONE_WITHIN = 1_500  # a box that stands further before has nothing to do with the last one
_LOOK_BACK = 80
_MOST_BOXES = 30

_BLANKS = r"(?:\\[()\[\]]|\\quad|\\qquad|\\,|\\;|\\ |[\s$.,;:*_])*+"
_OR, _AND = joining("or"), joining("and")
_MAY_BE = r"\b(?:may|might|could)\s+(?:also\s+)?be\b"
_PERHAPS = r"(?:(?:maybe|perhaps|possibly|else|even|rather|equivalently|also)\s+)?"
_BETWEEN = re.compile(
    rf"{_BLANKS}(?:\\text\s*\{{\s*,?\s*(?:and|or)\s*\}}{_BLANKS})*+"
    rf"(?P<joint>{joining('or', 'and')})?"
    r"(?:\\[()\[\]]|\\quad|\\qquad|\\,|\\;|\\ |[\s$,;:*_])*"
    r"(?:(?P<label>[A-Za-z](?:_\{?\w+\}?)?)\s*=\s*)?(?:\\[()\[\]]|[\s$*_])*"
)
_TEXT_JOINT = re.compile(r"\\text\s*\{\s*,?\s*(and|or)\s*\}")
_OPERATION = re.compile(r"[\s$]*([-+*/])[\s$]*")
_GO_ON = frozenset("=+-*/")
_EQUALS = re.compile(r"[\s$]*=[\s$]*")
# words between two boxes of a sentence that leave it open which of them is meant
_HEDGE = re.compile(
    rf"\b(?:{_OR})\b|\\l?or\b|∨|\b(?:maybe|perhaps|possibly|alternatively)\b|{_MAY_BE}|或",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"\n\s*\n|[.!?。！？](?:\s|$)")
_DENIED = re.compile(
    r"(?:\b(?:not|never|nor)|n['’]t(?:\s+be)?|不是|并非|不等于)\s*(?:equal\s+to\s+|be\s+|simply\s+|just\s+)?"
    r"(?:\\[(\[]|[\s$*_:])*$",
    re.IGNORECASE,
)
_VALUE = r"(?:\$[^$\n]{1,60}\$|\\\([^\n]{1,60}?\\\)|(?<![\w.\\}])[-+−]?\d[\d.,/]*)"
_OR_BEFORE = re.compile(rf"(?P<value>{_VALUE})\s*,?\s*(?:and/)?\b(?:{_OR})\b\s*{_PERHAPS}(?:\\[(\[]|[\s$*_])*$")
_OR_AFTER = re.compile(
    rf"(?:\\[)\]]|[\s$*_,(])*(?:(?:\b(?:and/)?(?:{_OR})\b|\\l?or\b|∨)\s*{_PERHAPS}|"
    rf"\b(?:but|though)\s+(?:it|this)\s+{_MAY_BE})\s*"
    r"(?P<rest>(?:\\[(\[]|[\s$*_])*[-+−]?(?:\d|\\(?:frac|sqrt|pi))[^.\n)]{0,60})"
)
_LABEL_BEFORE = re.compile(r"(?<![A-Za-z\\+*/^-])([A-Za-z](?:_\{?\w{1,3}\}?)?)\s*=\s*(?:\\[(\[]|[\s$*_])*$")
_NUMBERED = re.compile(
    r"^[\s*_#>]*(?:(?:part|question|case|step)\s*)?(?:\(?\s*(?:[a-zA-Z]|[ivx]{1,4}|\d{1,2})\s*[).:]|[-*•]\s)",
    re.IGNORECASE,
)
_TOGETHER = re.compile(rf"\b(?:{_AND})\b|,|;|和|、")
_SEVERAL_INSIDE = re.compile(r"[,;]|\\(?:pm|mp|text\s*\{\s*(?:and|or))")

# what tells that the only box needs a closer look: words of hedging or denial beside it
_FLAT = r"(?:[^{}\\]|\\.)"  # a character that is no brace, or an escaped one
_PLAIN_BOX = re.compile(
    rf"\\boxed\{{({_FLAT}*+(?:\{{{_FLAT}*+(?:\{{{_FLAT}*+\}}{_FLAT}*+)*+\}}{_FLAT}*+)*+)\}}", re.DOTALL
)
_ORS = tuple(word for word, kind in JOINING_CLAIMS.items() if kind == "or")
_DOUBT_BEFORE = (
    *_ORS,
    *("not", "nor", "never", "n't", "n’t", "be", "to", "just", "simply", "是", "于", "并非"),
    *("maybe", "perhaps", "possibly", "else", "even", "rather", "equivalently", "also"),
)
_DOUBT_AFTER = (
    *(f"{word} " if len(word) == 1 and word.isascii() else word for word in _ORS),
    "and/or",
    "but",
    "though",
    "lor",
    "∨",
)
_DRESS = " $*_:.,;()[]\\\t\r\n"


def lone_box(response: Response) -> Claim | None:
    """The content of a box with no other near it, its braces not deeply nested: by far the commonest response.

    None where the boxes must be read with care.
    """
    text = response.text
    start = text.rfind("\\boxed", response.start, response.end)
    near = max(response.start, start - _LONE_WITHIN)
    if start < 0 or text.find("\\boxed", near, start) >= 0 or text.find("\\fbox", near, response.end) >= 0:
        return None
    if "\x08" in text or "\x0c" in text:  # what is left of a command that lost its backslash
        return None
    found = _PLAIN_BOX.match(text, start, response.end)
    if found is None:
        return None
    inside = found.group(1)
    before = text[max(response.start, found.start() - 24) : found.start()].rstrip(_DRESS)
    after = text[found.end() : found.end() + 24].lstrip(_DRESS)
    if not inside.strip() or before.endswith(_DOUBT_BEFORE) or after.startswith(_DOUBT_AFTER):
        return None
    return Claim(inside, found.start(1), found.end(1), "boxed")


def boxed_claim(response: Response, found: list[Box], parts: int = 1) -> Claim | None:
    """The claim of the boxes `found`; `parts` is how many the reference has."""
    outer = _outermost(found)
    if not outer or not found[-1].closed or not outer[-1].closed:
        return None
    text = response.text
    outer = [box for box in outer if not _DENIED.search(text, max(response.start, box.start - _LOOK_BACK), box.start)]
    if not outer or not text[outer[-1].inner_start : outer[-1].inner_end].strip():
        return None
    group, joints = _group(response, outer, parts)
    claimed = _joined(response, group, joints)
    last = group[-1]
    after = _OR_AFTER.match(text, last.end, min(response.end, last.end + _GAP_MOST + 40))
    before = _OR_BEFORE.search(text, max(response.start, group[0].start - _LOOK_BACK), group[0].start)
    if len(group) == 1 and after is None and before is None:
        return Claim(text[last.inner_start : last.inner_end], last.inner_start, last.inner_end, "boxed")
    if before is not None:
        claimed = f"{before.group('value')} or {claimed}"
    if after is not None:
        claimed += f" or {after.group('rest')}"
    return Claim(claimed, before.start() if before else group[0].start, last.end, "boxed")


def claim_of_boxes(response: Response, parts: int = 1) -> Claim | None:
    """As `boxed_claim`, of all boxes of `response`."""
    found = boxes(response)
    return boxed_claim(response, found, parts) if found else None


def _outermost(found: list[Box]) -> list[Box]:
    """The boxes that stand in no other."""
    outer: list[Box] = []
    for box in sorted(found, key=lambda box: (box.start, -box.end)):
        if outer and outer[-1].closed and box.start < outer[-1].end:
            continue
        outer.append(box)
    return outer


# ---- boxes that belong together


def _group(response: Response, outer: list[Box], parts: int) -> tuple[list[Box], list[str]]:
    """The last box with those that are one claim with it, and what joins them."""
    text = response.text
    group: list[Box] = [outer[-1]]
    joints: list[str] = []
    for before in reversed(outer[:-1]):
        joint = _joint(text, before, group[0])
        if joint is None and joints[:1] and joints[0] in _GO_ON:
            joint = _operator(text, before, group[0])
        if joint is None or len(group) > _MOST_BOXES:
            break
        group.insert(0, before)
        joints.insert(0, joint)
    if 1 < parts <= min(len(outer), _MOST_BOXES) and len(group) < parts:
        told = outer[-parts:]
        if _are_parts(response, told):
            return told, [","] * (parts - 1)
    return group, joints


def _joint(text: str, before: Box, after: Box) -> str | None:
    """What joins two boxes side by side, or None where other words stand between them."""
    if after.start - before.end > _GAP_MOST or not before.closed:
        return None
    gap = text[before.end : after.start]
    if _SENTENCE_END.search(gap):
        return None
    between = _BETWEEN.fullmatch(gap)
    if between is None:
        if _EQUALS.fullmatch(gap):
            return "="
        return "or" if _HEDGE.search(gap) else None
    spelled = _TEXT_JOINT.search(gap)
    word = spelled.group(1) if spelled is not None else between.group("joint")
    return JOINING_CLAIMS[word] if word else ","


def _operator(text: str, before: Box, after: Box) -> str | None:
    """The sign of an operation between two boxes, of which the second goes on to an equality."""
    found = _OPERATION.fullmatch(text[before.end : after.start][:_GAP_MOST])
    return found.group(1) if found is not None and before.closed else None


def _are_parts(response: Response, told: list[Box]) -> bool:
    """Whether boxes with prose between are the parts of one answer: numbered, labelled, or told in one sentence."""
    text = response.text
    if any(not box.closed or _SEVERAL_INSIDE.search(text[box.inner_start : box.inner_end]) for box in told):
        return False
    gaps = [text[one.end : other.start] for one, other in pairwise(told)]
    if any(len(gap) > _PROSE_MOST for gap in gaps):
        return False
    labels = [_label(text, box, response.start) for box in told]
    if None not in labels and len(set(labels)) == len(labels):
        return True
    lines = [text[text.rfind("\n", response.start, box.start) + 1 : box.start] for box in told]
    if all(_NUMBERED.match(line) for line in lines) and all("\n" in gap for gap in gaps):
        return True
    return all(not _SENTENCE_END.search(gap) and _TOGETHER.search(gap) for gap in gaps)


def _joined(response: Response, group: list[Box], joints: list[str]) -> str:
    contents = [_with_label(response, box, len(group) > 1) for box in group]
    claimed = contents[0]
    for joint, content in zip(joints, contents[1:]):
        claimed += f", {content}" if joint == "," else f" {joint} {content}"
    return claimed


def _label(text: str, box: Box, least: int) -> str | None:
    label = _LABEL_BEFORE.search(text, max(least, box.start - 24), box.start)
    return label.group(1) if label is not None else None


def _with_label(response: Response, box: Box, several: bool) -> str:
    content = response.text[box.inner_start : box.inner_end].strip()
    if not several or "=" in content:
        return content
    label = _label(response.text, box, response.start)
    return f"{label} = {content}" if label is not None else content
