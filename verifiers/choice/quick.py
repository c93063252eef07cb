r"""The commonest forms, read at once: `<answer>B</answer>`, `\boxed{B}`, "the answer is (B).", nothing else claimed.

What is read here is exactly what the tiers would say, which are many times slower. So a response is left to
them wherever any doubt remains: another tag, box, JSON key or announcement anywhere, a script other than
ASCII, a label or a word of taking back behind a declaration, any other form.
"""

from __future__ import annotations

import re
from functools import lru_cache

from verifiers.choice.letters import Labels
from verifiers.choice.notation import plain
from verifiers.choice.options import Options
from verifiers.choice.retraction import taken_back
from verifiers.claims import may_announce
from verifiers.response import Response

_END = 96
_SLOT = 24
_OPENING, _CLOSING = "<answer>", "</answer>"
_ANSWER = (
    r"(?:\A|[\n.,:;][ ]?|\b(?:so|thus|hence|therefore|then),?[ ])(?:\*\*)?"
    r"(?:(?:[Tt]he|[Mm]y)[ ])?(?:(?:[Ff]inal|[Cc]orrect|[Bb]est|[Rr]ight)[ ])?[Aa]nswer(?:[ ]is:?|:(?:\*\*)?)[ ]"
)
Quick = tuple[str, str, int, int]


def _token(labels: tuple[str, ...]) -> str:
    return "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))


@lru_cache(maxsize=256)
def _declared(labels: tuple[str, ...]) -> re.Pattern[str]:
    token = _token(labels)
    return re.compile(
        rf"(?P<announced>{_ANSWER})(?:\*\*)?(?P<claim>\((?P<inner>{token})\)|(?P<bare>{token}))"
        r"(?:[*.]*\s*\Z|(?P<ends>\**\.)(?=[ \n])|(?P<breaks>(?=\n)))"
    )


@lru_cache(maxsize=256)
def _boxed(labels: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\\boxed\{{(?P<claim>{_token(labels)})\}}")


@lru_cache(maxsize=256)
def _words(labels: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_token(labels)})\b", re.IGNORECASE)


def quickly(response: Response, labels: Labels, options: Options | None) -> Quick | None:
    """The tier, the label and its place, where the response leaves no doubt; None to look at the tiers."""
    text, start, end = response.text, response.start, response.end
    if text.find("<", start, end) >= 0:
        return _in_tag(response, labels)
    if labels.numeric or not text.isascii():
        return None
    seen = text if end - start == len(text) else text[start:end]
    if (('"' in seen or "'" in seen) and ":" in seen) or "####" in seen or "\x08" in seen or "\x0c" in seen:
        return None
    if "oxed" in seen or "fbox" in seen:
        return _in_box(response, labels)
    return _stated(response, labels, options)


def _in_tag(response: Response, labels: Labels) -> Quick | None:
    text, start, end = response.text, response.start, response.end
    closing = text.rfind(_CLOSING, start, end)
    opening = text.rfind(_OPENING, start, closing) if closing >= 0 else -1
    first = opening + len(_OPENING)
    if opening < 0 or closing - first > _SLOT or text.count("<", start, end) != 2:
        return None
    label = labels.whole(text, first, closing)
    return ("answer tag", label, first, closing) if label is not None else None


def _in_box(response: Response, labels: Labels) -> Quick | None:
    text, start, end = response.text, response.start, response.end
    box = text.rfind("\\boxed{", start, end)
    found = _boxed(labels.labels).match(text, box, end) if box >= 0 else None
    if found is None or text.find("boxed", start, end) != box + 1 or text.find("fbox", start, end) >= 0:
        return None
    return "boxed", found["claim"], *found.span("claim")


def _stated(response: Response, labels: Labels, options: Options | None) -> Quick | None:
    text, start, end = response.text, response.start, response.end
    match = _declared(labels.labels).search(text, max(start, end - _END), end)
    if match is None or may_announce(text[start : match.start("announced") + 1], picks=True):
        return None
    behind = match.end()
    if behind < end and not _says_no_more(text, match, end, labels, options):
        return None
    return "declared", match["inner"] or match["bare"], *match.span("claim")


def _says_no_more(text: str, match: re.Match[str], end: int, labels: Labels, options: Options | None) -> bool:
    """Whether what stands behind the sentence of a declaration cannot change what it says."""
    behind, claim_end = match.end(), match.end("claim")
    if any(len(label) > 1 for label in labels.labels) or _words(labels.labels).search(text, behind, end):
        return False
    if may_announce(text[behind:end], picks=True) or taken_back(text, claim_end, end):
        return False
    if options is None or not text.startswith(".", claim_end):
        return True
    line = text.find("\n", claim_end, end)
    rest = plain(text[claim_end : line if line >= 0 else end].lstrip(".):*_ "))
    return not rest or not options.exactly(rest)
