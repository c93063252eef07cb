"""Forms of words that single out a label without an announcing noun before it.

"B is the correct answer", "corresponds to option B", "the most suitable option is B", 选项B正确. A bare "B is
correct" counts only where no other label is called correct as well: reports on each option in turn assert nothing
(`verifiers.choice.judged` reads those).
"""

from __future__ import annotations

import re

from verifiers.choice.denial import denied_after, denied_before
from verifiers.choice.letters import places, stands_alone

_NOUN = r"(?i:option|choice|answer|letter|alternative|选项|選項)"
_RIGHT = (
    r"(?i:correct|right|best|better|(?:more|most)\s+(?:appropriate|likely|accurate|suitable|plausible|fitting|reasonable|"
    r"consistent))"
)
# What may be right beside a noun: "the odd one out", "the only one that fits", "the picture that matches".
_FITTING = r"(?i:(?:the\s+)?(?:odd\s+one|only\s+(?:one|option|choice|possibility|remaining|valid|correct|plausible)))"
_ADVERB = (
    r"(?i:clearly|indeed|therefore|thus|definitely|likely|probably|the|a|my|our|final|also|only|obviously|"
    r"in\s+fact|most|one)"
)
_IS = r"(?i:is|was|must\s+be|should\s+be|would\s+be|seems\s+to\s+be|appears\s+to\s+be|seems|looks|remains)"
_NONE = re.compile(r"\b(?:none|neither|no|not)\b(?:(?!\bbut\b)[^.!?;\n])*\Z", re.IGNORECASE)


_BEHIND = re.compile(
    rf"[)\]*\"'_`$]{{0,4}}(?:\s+{_IS}\s+(?:{_ADVERB}\s+){{0,3}}(?:{_RIGHT}\b(?:\s+(?P<noun>{_NOUN}\b))?|(?P<plain_noun>{_NOUN}\b)"
    rf"|(?P<fitting>{_FITTING})\b)"
    r"|\s+(?P<left>(?i:remains|is\s+left|is\s+what\s+is\s+left|it\s+is))(?=\s*(?:[.,;!]|\Z))"
    r"|\s*(?:选项|選項|项|項)?\s*(?:が|は|이|가|은|는)?\s*(?:是|最|为)*"
    r"(?P<unspaced>正确|正確|对的|符合题意|最佳|正解|正しい|正答|答え|정답|옳|맞)(?:答案|选项)?)"
)
_BEFORE = re.compile(
    rf"(?i:corresponds?\s+to|corresponding\s+to|matches|matching|which\s+is|that\s+is|this\s+is)\s+(?i:the\s+)?(?P<named>{_NOUN}\s+)?(?P<open>[(\[*\"'`$]{{0,4}})\Z"
)
# "The most appropriate option is B", "the correct picture is D", "richtig ist B".
_PRAISED = re.compile(
    r"\b(?i:(?:correct|best|matching|(?:most|more)\s+(?:appropriate|likely|accurate|suitable|plausible|fitting|reasonable)|"
    r"right\s+(?:one|answer|option|choice|picture|image|figure|statement)|(?:one|option|choice|picture|image|figure|statement)\s+that)"
    rf"(?:\s+[a-z]+){{0,4}}?\s+(?:{_IS}|would\s+be|must\s+be)|richtig\s+ist|correct[ao]\s+[eéè]|la\s+(?:correcta|bonne|giusta)\s+(?:es|est|è))"
    rf"\s+(?i:(?:the|la|a|o|option|choice|letter|picture|image|figure)\s+){{0,2}}(?P<open>[(\[*\"'`$]{{0,4}})\Z"
)
_NOUN_BEFORE = re.compile(rf"\b{_NOUN}\s+[(\[*\"'_`$]{{0,4}}\Z|[(\[*\"'_`$]{{1,4}}\Z")
_WINDOW = 64


def asserted(labels: tuple[str, ...], text: str, start: int, end: int) -> list[tuple[int, int, int, int]]:
    """Assertions in order: the place of the label and of the whole, `(start, end, outer, outer_end)`."""
    strong: list[tuple[int, int, int, int]] = []
    weak: list[tuple[int, int, int, int]] = []
    for first, last in places(labels, text, start, end):
        window = text[max(start, first - _WINDOW) : first]
        behind = _BEHIND.match(text, last, end)
        before = _before(window) if behind is None and stands_alone(text, first, last, end) else None
        if behind is None and before is None:
            continue
        noun = _NOUN_BEFORE.search(window)
        opening = before or noun
        outer = first - len(window) + opening.start() if opening else first
        if (
            denied_after(text, last)
            or denied_before(text, outer, start)
            or _NONE.search(text, max(start, outer - 48), outer)
        ):
            continue
        place = (first, last, outer, behind.end() if behind else last)
        plainly = behind is not None and not any(behind[name] for name in _FIRMLY)
        (weak if plainly else strong).append(place)
    if len({text[first:last] for first, last, _, _ in weak}) == 1:
        strong += weak
    return sorted(strong)


_FIRMLY = ("noun", "plain_noun", "unspaced", "fitting", "left")


def _before(window: str) -> re.Match[str] | None:
    """What before a label asserts it: words that name it, or praise."""
    named = _BEFORE.search(window)
    if named is not None and (named["named"] or "(" in named["open"]):
        return named
    return _PRAISED.search(window)
