"""Forms of words that single out a label without an announcing noun before it.

`asserted`: "B is the correct answer", "corresponds to option B", 选项B正确. `concluded`: "so B.", "it must be
B.", 所以B. A bare "B is correct" counts only where no other label is called correct as well: reports on each
option in turn assert nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from verifiers.choice.denial import denied_before

_NOUN = r"(?i:option|choice|answer|letter|alternative|选项|選項)"
_RIGHT = r"(?i:correct|right|best|better|most\s+(?:appropriate|likely|accurate|suitable|plausible))"
_ADVERB = r"(?i:clearly|indeed|therefore|thus|definitely|likely|probably|the|a|my|our|final|also|only|obviously|in\s+fact|most|one)"
_IS = r"(?i:is|was|must\s+be|should\s+be|would\s+be|seems\s+to\s+be|appears\s+to\s+be|seems|looks|remains)"
_CUES = (
    r"(?i:so|therefore|thus|hence|must\s+be|should\s+be|has\s+to\s+be|it\s+is|it's|this\s+is|leaves|leaving|leaves\s+us\s+with|left\s+with|"
    r"conclude|conclusion|guess|donc|also|por\s+lo\s+tanto|portanto|quindi|поэтому|следовательно)"
)

_FLAG = re.compile(r"[\"'](?P<label>[^\"'\s]{1,16})[\"']\s*:\s*(?P<flag>true|false)\b")


@lru_cache(maxsize=256)
def _patterns(labels: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    token = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    label = (
        rf"(?P<open>[(\[*\"'_`$]{{0,4}})(?<![A-Za-z0-9])(?P<label>{token})(?![A-Za-z0-9]|'[A-Za-z])[)\]*\"'_`$]{{0,4}}"
    )
    again = label.replace("?P<label>", "?P<second>").replace("?P<open>", "?P<second_open>")
    chinese = label.replace("?P<label>", "?P<third>").replace("?P<open>", "?P<third_open>")
    asserting = (
        rf"(?:\b{_NOUN}\s+)?{label}\s+{_IS}\s+(?:{_ADVERB}\s+){{0,3}}(?:{_RIGHT}\b(?:\s+(?P<noun>{_NOUN}\b))?|(?P<plain_noun>{_NOUN}\b))"
        rf"|(?i:corresponds?\s+to|corresponding\s+to|matches|matching|which\s+is|that\s+is|this\s+is)\s+(?i:the\s+)?(?P<named>{_NOUN}\s+)?{again}"
        rf"|(?:选项|選項|选|選)?\s*{chinese}\s*(?:选项|選項|项|項)?\s*(?:是|最|为)*(?:正确|正確|对的|符合题意|最佳)(?:答案|选项)?"
    )
    concluding = (
        rf"(?:\b{_CUES}[,:]?\s+(?i:(?:it|that|this|the\s+answer)(?:'s|\s+is|\s+must\s+be|\s+has\s+to\s+be)\s+)?(?i:the\s+)?(?:{_NOUN}\s+)?"
        rf"|(?:因此|所以|故|我认为是|我認為是|应该是|應該是|应是|综上|つまり|따라서)[，,：:\s]*(?:选|選|选项|選項|为|是)?\s*)"
        rf"{label}\s*(?=[.,;!。，；]?\s*(?:\Z|\n)|[.;!。；]|项|項)"
    )
    return re.compile(asserting), re.compile(concluding)


def asserted(labels: tuple[str, ...], text: str, start: int, end: int) -> list[tuple[int, int, int, int]]:
    """Assertions in order: the place of the label and of the whole, `(start, end, outer, outer_end)`."""
    strong, weak = [], []
    for match in _patterns(labels)[0].finditer(text, start, end):
        group = next(name for name in ("label", "second", "third") if match.group(name) is not None)
        first, last = match.span(group)
        if denied_before(text, match.start(), start):
            continue
        place = (first, last, match.start(), match.end())
        if group == "second":
            if match.group("named") or "(" in (match.group("second_open") or ""):
                strong.append(place)
        elif group == "third" or match.group("noun") or match.group("plain_noun"):
            strong.append(place)
        else:
            weak.append(place)
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
    last = None
    for match in _patterns(labels)[1].finditer(text, start, end):
        if not denied_before(text, match.start("open"), match.start()):
            last = match.span("label")
    return last
