"""The answer in a response, by the order of trust: answer tag, last box, explicit statement, a response that is
nothing but one line of mathematics, last expression.

Within each the last claim counts, and two claims side by side are one, so that a hedge is seen as what it is. A claim
that was cut off is no answer. A response of a base model that goes on with a task of its own making ("Question: …")
ends, where it has answered before, at that heading. Everything is linear in the response.
"""

from __future__ import annotations

import re
from functools import lru_cache

from verifiers.claims import boxes, declarations
from verifiers.interface import Answer
from verifiers.math.boxed import boxed_claim, claim_of_boxes, lone_box
from verifiers.math.claim import Claim, tidied
from verifiers.math.parse import parse_normal
from verifiers.math.stated import stated_claim
from verifiers.math.tokens import MOST_CHARACTERS, ParseFailure, normal_text, tokenize
from verifiers.math.tree import Apply, Words
from verifiers.response import Response, Slot, last_answer_tag, read

_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,4000}(?:\.[0-9]{1,4000})?")
_MARKS = re.compile(r"\\[()\[\]]|\\.|\$\$?", re.DOTALL)
_CLOSING = {r"\(": r"\)", r"\[": r"\]", "$": "$", "$$": "$$"}
_LONGEST_ALONE = 300
_REMEMBERED = 200
_LONGEST_PLAIN = 2_000
_LOOK_BACK = 400
_BEGINNING = 20_000  # within which a base model has answered its own task, if it sets itself another
_WITH_UNIT = frozenset({"quantity", "money"})
# a heading under which another task begins
_NEXT_TASK = re.compile(
    r"\n[ \t*_#]*(?:Question|Problem|Q|Instruction|User|Human|Exercise|问题|题目)[ \t]*\d{0,4}[*_]*[:：]"
)
_WORDY = frozenset({"letters", "text"})
_DIGIT = re.compile(r"[\d½⅓⅔¼¾⅕⅙⅛π∞]")
# mathematics in plain text: numbers and single letters joined by signs, without a word between them
_LETTER = r"A-Za-z\u00c0-\u024f\u0370-\u04ff"
_ATOM = (
    r"(?:\d+(?:,\d{3})*(?!\d)(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+|[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞π∞]|√|"
    rf"(?<![{_LETTER}])[b-zB-HJ-Z](?:_\{{?\w+\}}?)?(?![{_LETTER}])|[(\[{{])[)\]}}%°!⁰¹²³⁴⁵⁶⁷⁸⁹]*"
)
_PLAIN = re.compile(
    rf"[-−+]?\$?{_ATOM}(?:(?: ?(?:\*\*|[-−+*/^=<>≤≥×·÷]) ?[-−+]?|, ?(?=[^()\n]{{0,40}}[)\]])|:(?=\d\d))?{_ATOM})*"
)
_SLOT_JOINT = re.compile(
    r"</answer\s*>[\s.,$]*(?:or|oder|ou|或者?|или|maybe|and/or)\b[\s$]*(?:maybe|perhaps)?\s*<answer\s*>$", re.I
)


def extract(response: str, *, last_expression: bool = False, parts: int = 1) -> Answer | None:
    """The answer that `response` gives, or None. `parts`: how many parts the reference has."""
    claim = find_claim(read(response), last_expression, parts)
    if claim is None or not claim.text.strip():
        return None
    return Answer(canonical(claim.text), claim.text.strip(), (claim.start, claim.end), claim.means)


def canonical(text: str) -> str:
    """The canonical spelling of a claim; one that is too long keeps only as much as shows that it is."""
    if _PLAIN_NUMBER.fullmatch(text) is not None:
        return text
    return _canonical(text) if len(text) <= _REMEMBERED else _spelled(text)


def _spelled(text: str) -> str:
    try:
        return normal_text(_without_emphasis(text))
    except ParseFailure:
        return text[: MOST_CHARACTERS + 1]


_canonical = lru_cache(4096)(_spelled)  # the samples of a problem give the same few answers again and again


def _without_emphasis(text: str) -> str:
    text = text.strip()
    while len(text) > 4 and text.startswith("**") and text.endswith("**"):
        text = text[2:-2].strip()
    return text.strip("`")


def find_claim(response: Response, last_expression: bool, parts: int = 1) -> Claim | None:
    """The claim that counts."""
    if response.cut_off_reasoning:
        return None
    if _NEXT_TASK.search(response.text, response.start, response.end) is not None:
        response = _first_task(response)
    slot = last_answer_tag(response)
    if slot is not None:
        return _in_slot(response, slot, parts) if slot.closed else None
    lone = lone_box(response)
    if lone is not None:
        return lone
    found = boxes(response)
    if found:
        return boxed_claim(response, found, parts)
    claim = stated_claim(response) or _alone(response)
    if claim is not None or not last_expression:
        return claim
    last = _last_expression(response)
    return None if last is None or _is_denied(response, last) else last


def _first_task(response: Response) -> Response:
    """`response` up to the heading under which, having answered, it sets itself another task."""
    beginning = Response(response.text, response.start, min(response.end, response.start + _BEGINNING))
    ends = [box.end for box in boxes(beginning)[:1] if box.closed]
    ends += [each.end for each in declarations(beginning)[:1] if not each.negated]
    if not ends:
        return response
    heading = _NEXT_TASK.search(response.text, min(ends), response.end)
    return response if heading is None else Response(response.text, response.start, heading.start())


def _is_denied(response: Response, claim: Claim) -> bool:
    near = Response(response.text, max(response.start, claim.start - _LOOK_BACK), response.end)
    return any(each.negated and each.start <= claim.start < each.end for each in declarations(near))


# ---- answer tags


def _in_slot(response: Response, slot: Slot, parts: int) -> Claim | None:
    inside = Response(response.text, slot.start, slot.end)
    claim = claim_of_boxes(inside, parts) or stated_claim(inside) or _whole(inside)
    hedge = _SLOT_JOINT.search(response.text, max(response.start, slot.start - 80), slot.start)
    if claim is None or hedge is None:
        return claim
    before = response.text[: hedge.start()].rpartition(">")[2]
    return Claim(f"{before.strip()} or {claim.text}", hedge.start() - len(before), claim.end, claim.means)


def _whole(slot: Response) -> Claim | None:
    text = slot.visible
    if not text.strip():
        return None
    start = slot.start + len(text) - len(text.lstrip())
    return Claim(tidied(text), start, start + len(text.strip()), "answer tag")


# ---- the whole response, and its last expression


def _alone(response: Response) -> Claim | None:
    """The whole response, where it is one line of mathematics and nothing else."""
    start, end = response.start, response.end
    while start < end and response.text[start].isspace():
        start += 1
    while end > start and response.text[end - 1].isspace():
        end -= 1
    if start == end or end - start > _LONGEST_ALONE or "\n" in response.text[start:end]:
        return None
    text = tidied(response.text[start:end])
    try:
        normal = canonical(text)
        tree = parse_normal(normal)
        tokens = tokenize(normal)
    except (ParseFailure, RecursionError):
        return None
    words = {token.value for token in tokens if token.kind in _WORDY}
    # the unit of a quantity is a word, but no sentence begins with it
    measured = isinstance(tree, Apply) and tree.head in _WITH_UNIT and tokens[0].kind not in _WORDY
    if isinstance(tree, Words) or (words - {"or", "and"} and not measured):
        return None
    return Claim(text, start, end, "whole response")


def _near_the_end(text: str, start: int, end: int) -> int:
    """A place after `start` from which on, to `end`, the last digit and whatever is joined to it are seen."""
    digit = end
    while digit > start and not text[digit - 1].isdigit() and text[digit - 1] not in "½⅓⅔¼¾⅕⅙⅛π∞":
        digit -= 1
    line = text.rfind("\n", start, digit)
    return max(start, line + 1, digit - _LONGEST_PLAIN)


def _last_expression(response: Response) -> Claim | None:
    """The last formula between marks of mathematics, or the last plain expression after it."""
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
    for plain in _PLAIN.finditer(text, _near_the_end(text, start, response.end), response.end):
        inside = plain.group().rstrip(" .,:;(+-*/=^")
        if _DIGIT.search(inside):
            last = Claim(inside, plain.start(), plain.start() + len(inside), "last expression")
    return last
