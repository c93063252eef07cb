r"""The commonest ends of a response, read at once: "the answer is (B).", `\boxed{B}`, and nothing else claimed.

What is read here is exactly what the tiers would say, which are many times slower. So a response is left to
them wherever any doubt remains: another tag, box, JSON key or announcement anywhere, a script other than
ASCII, an end in any other form.
"""

from __future__ import annotations

import re
from functools import lru_cache

from verifiers.choice.letters import Labels
from verifiers.claims import may_announce
from verifiers.response import Response

_END = 96
_ANSWER = (
    r"(?:\A|[\n.,:;][ ]?|\b(?:so|thus|hence|therefore|then),?[ ])(?:\*\*)?"
    r"(?:(?:[Tt]he|[Mm]y)[ ])?(?:(?:[Ff]inal|[Cc]orrect|[Bb]est|[Rr]ight)[ ])?[Aa]nswer(?:[ ]is:?|:(?:\*\*)?)[ ]"
)


@lru_cache(maxsize=256)
def _declared(labels: tuple[str, ...]) -> re.Pattern[str]:
    token = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    return re.compile(
        rf"(?P<announced>{_ANSWER})(?:\*\*)?(?P<claim>\((?P<inner>{token})\)|(?P<bare>{token}))[*.]*\s*\Z"
    )


@lru_cache(maxsize=256)
def _boxed(labels: tuple[str, ...]) -> re.Pattern[str]:
    token = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    return re.compile(rf"\\boxed\{{(?P<claim>{token})\}}")


def quickly(response: Response, labels: Labels) -> tuple[str, str, int, int] | None:
    """The tier, the label and its place, where the response leaves no doubt; None to look at the tiers."""
    text, start, end = response.text, response.start, response.end
    if not text.isascii() or "<" in text or labels.numeric:
        return None
    if (('"' in text or "'" in text) and ":" in text) or "####" in text or "\x08" in text or "\x0c" in text:
        return None
    box = text.rfind("\\boxed{", start, end)
    if box >= 0:
        found = _boxed(labels.labels).match(text, box, end)
        if found is None or text.find("boxed", start, end) != box + 1 or "fbox" in text:
            return None
        return "boxed", found["claim"], *found.span("claim")
    if "oxed" in text or "fbox" in text:
        return None
    match = _declared(labels.labels).search(text, max(start, end - _END), end)
    if match is None:
        return None
    if may_announce(text[start : match.start("announced") + 1], picks=True):
        return None
    return "declared", match["inner"] or match["bare"], *match.span("claim")
