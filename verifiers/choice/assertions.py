"""Forms of words that single out a label without an announcing noun before it.

`asserted`: "B is the correct answer", "corresponds to option B", 选项B正确. `concluded`: "so B.", "it must be
B.", 所以B. A bare "B is correct" counts only where no other label is called correct as well: reports on each
option in turn assert nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from verifiers.choice.denial import denied_after, denied_before

_NOUN = r"(?i:option|choice|answer|letter|alternative|选项|選項)"
_RIGHT = r"(?i:correct|right|best|better|most\s+(?:appropriate|likely|accurate|suitable|plausible))"
_ADVERB = (
    r"(?i:clearly|indeed|therefore|thus|definitely|likely|probably|the|a|my|our|final|also|only|obviously|"
    r"in\s+fact|most|one)"
)
_IS = r"(?i:is|was|must\s+be|should\s+be|would\s+be|seems\s+to\s+be|appears\s+to\s+be|seems|looks|remains)"
_CUES = (
    r"(?i:so|therefore|thus|hence|must\s+be|should\s+be|has\s+to\s+be|it\s+is|it's|this\s+is|leaves|leaving|leaves\s+us\s+with|left\s+with|"
    r"conclude|conclusion|guess|choose|select|selected|pick|picked|go\s+with|going\s+with|think|believe|say|looks\s+like|"
    r"probably|maybe|perhaps|likely|final|result|solution\s+is|correct|donc|also|por\s+lo\s+tanto|portanto|quindi|поэтому|следовательно)"
)

_NONE = re.compile(r"\b(?:none|neither|no|not)\b[^.!?;\n]*\Z", re.IGNORECASE)
_FLAG = re.compile(r"[\"'](?P<label>[^\"'\s]{1,16})[\"']\s*:\s*(?P<flag>true|false)\b")


_BEHIND = re.compile(
    rf"[)\]*\"'_`$]{{0,4}}(?:\s+{_IS}\s+(?:{_ADVERB}\s+){{0,3}}(?:{_RIGHT}\b(?:\s+(?P<noun>{_NOUN}\b))?|(?P<plain_noun>{_NOUN}\b))"
    rf"|\s*(?:选项|選項|项|項)?\s*(?:是|最|为)*(?P<unspaced>正确|正確|对的|符合题意|最佳)(?:答案|选项)?)"
)
_BEFORE = re.compile(
    rf"(?i:corresponds?\s+to|corresponding\s+to|matches|matching|which\s+is|that\s+is|this\s+is)\s+(?i:the\s+)?(?P<named>{_NOUN}\s+)?(?P<open>[(\[*\"'`$]{{0,4}})\Z"
)
_CONCLUDES = re.compile(
    rf"(?:\b{_CUES}[,:]?\s+(?i:(?:it|that|this|the\s+answer)(?:'s|\s+is|\s+must\s+be|\s+has\s+to\s+be)\s+)?(?i:the\s+)?(?:{_NOUN}\s+)?"
    rf"|(?:因此|所以|故|我认为是|我認為是|应该是|應該是|应是|综上|つまり|따라서)[，,：:\s]*(?:选|選|选项|選項|为|是)?\s*)(?P<open>[(\[*\"'_`$]{{0,4}})\Z"
)
_ENDS = re.compile(r"[)\]*\"'_`$]{0,4}\s*(?:[.,;!。，；]?\s*(?:\Z|\n)|[.;!。；]|项|項)")
_NOUN_BEFORE = re.compile(rf"\b{_NOUN}\s+[(\[*\"'_`$]{{0,4}}\Z|[(\[*\"'_`$]{{1,4}}\Z")
_IS_MARKED = re.compile(r"\b(?:is|was|be)\s+(?P<open>[(*]{0,3})\Z")
_WINDOW = 64


@lru_cache(maxsize=256)
def _tokens(labels: tuple[str, ...]) -> re.Pattern[str]:
    """The labels as words; what stands before one is looked at where it is found, which is the faster order."""
    if all(len(label) == 1 for label in labels):
        token = f"[{re.escape(''.join(labels))}]"
    else:
        token = f"(?:{'|'.join(re.escape(label) for label in sorted(labels, key=len, reverse=True))})"
    return re.compile(rf"{token}(?![A-Za-z0-9]|'[A-Za-z])")


def _places(labels: tuple[str, ...], text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where labels stand as words of their own."""
    found = [match.span() for match in _tokens(labels).finditer(text, start, end)]
    return [(first, last) for first, last in found if first == start or not _alphanumeric(text[first - 1])]


def _alphanumeric(character: str) -> bool:
    return character.isascii() and character.isalnum()


def asserted(labels: tuple[str, ...], text: str, start: int, end: int) -> list[tuple[int, int, int, int]]:
    """Assertions in order: the place of the label and of the whole, `(start, end, outer, outer_end)`."""
    strong: list[tuple[int, int, int, int]] = []
    weak: list[tuple[int, int, int, int]] = []
    for first, last in _places(labels, text, start, end):
        window = text[max(start, first - _WINDOW) : first]
        behind = _BEHIND.match(text, last, end)
        before = _BEFORE.search(window) if behind is None else None
        if behind is None and (before is None or not (before.group("named") or "(" in before.group("open"))):
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
        plainly = behind is not None and not (behind["noun"] or behind["plain_noun"] or behind["unspaced"])
        (weak if plainly else strong).append(place)
    if len({text[first:last] for first, last, _, _ in weak}) == 1:
        strong += weak
    return sorted(strong)


def flagged(labels: tuple[str, ...], text: str, start: int, end: int) -> list[tuple[int, int, int, int]]:
    """The one label that is true in a JSON object of labels: `{"A": false, "B": true}`. Places as `asserted`."""
    if "true" not in text:
        return []
    flags = [match for match in _FLAG.finditer(text, start, end) if match.group("label") in labels]
    true = [match for match in flags if match.group("flag") == "true"]
    if len(true) != 1 or len({match.group("label") for match in flags}) < 2:
        return []
    return [(*true[0].span("label"), flags[0].start(), flags[-1].end())]


def concluded(labels: tuple[str, ...], text: str, start: int, end: int) -> tuple[int, int] | None:
    """The place of the label in the last conclusion."""
    for first, last in reversed(_places(labels, text, start, end)):
        if not _ENDS.match(text, last, end):
            continue
        window = text[max(start, first - _WINDOW) : first]
        cue = _CONCLUDES.search(window) or (_IS_MARKED.search(window) if text.startswith(")", last) else None)
        if cue is not None and not denied_before(text, first - len(window) + cue.start("open"), start):
            return first, last
    return None
