"""Labels that end a line of thought without being announced: "so B.", "it must be B.", 所以B, "Sure, B".

`concluded` looks for the last label that ends its sentence behind a word of concluding; `brief` reads a response of
a few words with one label set apart at either end.
"""

from __future__ import annotations

import re

from verifiers.choice.denial import denied_before
from verifiers.choice.letters import places

_CUES = (
    r"(?:so|therefore|thus|hence|must\s+be|should\s+be|has\s+to\s+be|(?:it|this|that)\s+is|(?:it|that)'s|"
    r"(?:it|this|that)\s+would\s+be|leaves|leaving|leaves\s+us\s+with|left\s+with|conclude|conclusion|correction|guess|"
    r"lean(?:ing)?\s+towards?|prefer|favou?r|choose|select|selected|pick|picked|go\s+with|going\s+with|think|believe|say|looks\s+like|probably|maybe|perhaps|"
    r"likely|definitely|certainly|clearly|obviously|surely|final|result|(?:solution|guess|pick|choice|one)\s+is|correct|"
    r"donc|also|por\s+lo\s+tanto|portanto|quindi|поэтому|следовательно)"
)
_LINK = (
    r"(?:(?:it|that|this|the\s+answer)(?:'s|\s+is|\s+must\s+be|\s+has\s+to\s+be)\s+)?(?:the\s+)?"
    r"(?:(?:option|choice|answer|letter)\s+)?"
)
_CONCLUDES = re.compile(
    rf"(?:\b{_CUES}[,:]?\s+{_LINK}"
    r"|∴\s*|[.?!]\s+no,\s+|\bnot\s+[(\[]?\w{1,3}[)\]]?,?\s+but\s+(?:rather\s+)?"
    r"|(?:因此|所以|故|我认为是|我認為是|应该是|應該是|应是|综上|正确的是|正確的是|而是|[，,]是|つまり|따라서)[，,：:\s]*(?:选|選|选项|選項|为|是)?\s*)"
    r"(?P<open>[(\[*\"'_`$]{0,4})\Z",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"\b(?:since|because|as|given|judging|considering|if)\b[^.!?;\n]{3,120},\s+(?P<open>[(\[*\"'_`$]{0,4})\Z",
    re.IGNORECASE,
)
_IS_MARKED = re.compile(r"\b(?:is|was|be)\s+(?P<open>[(*]{0,3})\Z")
_ENDS = re.compile(r"[)\]*\"'_`$]{0,4}[吧呢啊]?\s*(?:[.,;!。，；]?\s*(?:\Z|\n)|[.;!](?!\d)|[。；]|项|項)")
_WINDOW = 72
_SENTENCE = 160


def concluded(labels: tuple[str, ...], text: str, start: int, end: int) -> tuple[int, int] | None:
    """The place of the label in the last conclusion; None where its sentence concludes on another as well."""
    found = places(labels, text, start, end)
    for rank in range(len(found) - 1, -1, -1):
        first, last = found[rank]
        if _ENDS.match(text, last, end) and _leads_to(text, start, first, last):
            rival = found[rank - 1] if rank else None
            if rival is not None and text[slice(*rival)] != text[first:last] and _is_rival(text, start, rival, first):
                return None
            return first, last
    return None


def _leads_to(text: str, start: int, first: int, last: int) -> bool:
    """Whether the words before the label `text[first:last]` conclude on it."""
    window = text[max(start, first - _WINDOW) : first]
    cue = _CONCLUDES.search(window) or (_IS_MARKED.search(window) if text.startswith(")", last) else None)
    if cue is None and "," in window[-8:]:
        window = text[max(start, first - _SENTENCE) : first]
        cue = _GIVEN.search(window)
    return cue is not None and not denied_before(text, first - len(window) + cue.start("open"), start)


def _is_rival(text: str, start: int, rival: tuple[int, int], first: int) -> bool:
    """Whether the label before is concluded on in the same breath: "it's B and … it's C"."""
    between = text[rival[1] : first]
    return len(between) <= _WINDOW and _JOINS.search(between) is not None and _leads_to(text, start, *rival)


# What joins two conclusions, where no sentence ends and nothing turns between.
_JOINS = re.compile(
    r"^(?!.*(?:[.!?;。！？；\n]|\b(?:but|so|however|actually)\b)).*\b(?:and|or)\b", re.IGNORECASE | re.DOTALL
)


_MOST_BRIEF = 60
_LEADS = re.compile(r"[^\d\n,:.!]{1,40}[,:.!]\s*[(\[*\"'_`$]{0,4}")
_TAILS = re.compile(
    r"[)\]*\"'_`$]{0,4},?\s*(?:(?:i\s+(?:think|guess|believe|suppose|would\s+say)|i'd\s+say|for\s+sure|definitely|certainly|"
    r"obviously|clearly|perhaps|maybe|(?:most\s+)?(?:likely|probably))|it\s+(?:is|must\s+be)|of\s+course|吧|です|である|だ|입니다|이다)?"
    r"\s*[.!。]?",
    re.IGNORECASE,
)
_SPOILT = re.compile(
    r"\b(?:not|wrong|incorrect|false|except|never|neither|eliminat|exclud|figure|picture|if)", re.IGNORECASE
)


def brief(labels: tuple[str, ...], text: str, start: int, end: int) -> tuple[int, int] | None:
    """The place of the one label of a few words: "Sure, B.", "Easy: (B)", "B, I think", Bです."""
    if end - start > _MOST_BRIEF or _SPOILT.search(text, start, end):
        return None
    found = places(labels, text, start, end)
    if len(found) != 1:
        return None
    first, last = found[0]
    led = first == start or not text[start:first].strip(" *_(\"'`") or _LEADS.fullmatch(text, start, first)
    return found[0] if led and _TAILS.fullmatch(text, last, end) else None
