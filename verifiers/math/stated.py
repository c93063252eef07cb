r"""Answers that are stated in words: "The answer is …", "Answer: …", "#### …".

`verifiers.claims` finds where a statement begins and where its sentence ends. Here the claim is completed and cleaned:

- it goes on where a separator, a connective or a bullet continues it, so that a second value is seen;
- the reason, the remark or the aside after a value is left out, an approximation beside it becomes a chain;
- a statement that is taken back in the same breath, asked instead of stated, or denied, is no claim;
- a remark about the answer ("this answer is correct") is not the answer, where one was stated before.

Every pattern is tried on a window of bounded length, so that all is linear in the response.
"""

from __future__ import annotations

import re

from verifiers.claims import Declaration, declarations
from verifiers.math.claim import Claim, joining, tidied
from verifiers.math.tokens import ParseFailure, normal_text
from verifiers.response import Response

_LONGEST_SENTENCE = 400
_NEAR_THE_END = 8_000
_WINDOW = 160  # what follows a claim
_MOST_CONTINUATIONS = 20

# ---- where a claim goes on

_OPENS = r"(?:\\[(\[]|[$*_\s])*"
_CLOSES = r"(?:\\[)\]]|[$*_\s.])*"
_OR = joining("or")
_CONNECTIVE = rf"(?:{joining('or', 'and')})"
_MATHEMATICAL = rf"{_OPENS}[-+−]?(?:[\d√π(\[{{½⅓¼¾]|\\[a-zA-Z{{]|[a-zA-Z]\s*[=<>≤≥])"
_SEPARATOR = re.compile(rf"(?:\\[)\]]|[$*_])*\s*[;,](?={_MATHEMATICAL})")
_NEXT_LINE = re.compile(rf"{_CLOSES}\n{_OPENS}(?:{_CONNECTIVE})\b(?={_OPENS}{_MATHEMATICAL})", re.IGNORECASE)
# a formula for another name on a line of its own, after one for a first
_NAMED_LINE = re.compile(r"[ \t.,]*\n[ \t]*(?=\$[a-zA-Z](?:_\{?\w\}?)?\s*=[^$\n]{1,80}\$[ \t.,]*(?:\n|\Z))")
_NAMED = re.compile(r"\$[a-zA-Z](?:_\{?\w\}?)?\s*=[^$\n]{1,80}\$\Z")
_ENDS_OPEN = re.compile(rf"(?:[,;]|\b{_CONNECTIVE})[$*_\s]*$", re.IGNORECASE)
_MAYBE = re.compile(
    r"[\s;,.]*(?:(?:and|but|although|though)\s+)?(?:it|this|that|the answer)?\s*(?:may|might|could)\s+(?:also\s+)?be\s+"
    rf"(?P<rest>{_OPENS}[-+−]?[\d\\√(][^.\n;]{{0,60}})",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:[-*•]|\(?[a-z\d]{1,2}[.)])[ \t]+(?=\S)")
_BULLET_LINE = re.compile(r"[ \t]*\n[ \t]*(?:[-*•]|\(?[a-z\d]{1,2}[.)])[ \t]+(?P<item>[^\n]{1,120})")
_LINE_END = re.compile(r"\n|[.!?](?:\s|$)")

# ---- what takes a claim back

_QUESTION = re.compile(r"[)*_$ ]*\?")
_TAKEN_BACK = re.compile(
    r"[\s.,;:()*_$—–-]*(?:\.{3}|…)?[\s,]*(?:(?:but|oh|hmm)[, ]+)?"
    r"(?:actually|correction|sorry|oops|scratch that|wait,? (?:no|that)|no[,.]|that['’]?s? (?:is )?(?:wrong|incorrect)|"
    r"(?:which|that|this|it) (?:is|was) (?:wrong|incorrect|not (?:right|correct))|\(?(?:wrong|incorrect)\b)",
    re.IGNORECASE,
)

# ---- what is said after a value, or about it

_VALUE_HERE = re.compile(r"[\d$\\√π∞]")
_COMMENT = re.compile(
    r"[,;]?\s+\(?\s*(?:(?P<condition>where|when|given|which|for this)|since|because|as|due to|by|so(?: that)?|"
    r"hence|thus|therefore|rather than|instead of|not(?=\s+\$?[-−]?\d[\d.,/]*\$?\)?$)|obtained|in total|altogether|"
    r"in all|"
    rf"and (?:we|this|that|the answer)|using|after|from|see)\b|\s+[—–]\s+(?!{_CONNECTIVE}\b)[a-z]",
    re.IGNORECASE,
)
# what a clause holds that restricts the value and is no mere comment
_RESTRICTION = re.compile(
    r"[<>≠≤≥]|\\(?:ne|neq|le|leq|ge|geq|lt|gt|in|notin)\b|\b(?:except|exclud|includ|unless|only|but|not)", re.IGNORECASE
)
_PLACE = re.compile(r"\s+(?:of|in|on|at) (?:the|this|that|all|each|our|a) [a-z]+(?: [a-z]+){0,3}$")
_REASON_OF_WORDS = re.compile(r",?\s+(?:since|because)\b|,\s+as\b", re.IGNORECASE)
_ASIDE = re.compile(r"\s+\((?![^)]*\b(?:or|not|but)\b)(?=[^()]*[A-Za-z]{3})[A-Za-z][^()$\d\\]*\)\s*\.?$")
_DECORATION = re.compile(r"[\s✓✔✅☑🎉🎊🙂😊👍💡\U0001f300-\U0001faff\ufe0f]+$")
_ABOUT = re.compile(
    r"\s*(?:[,;]?\s*(?:or|which is|that is|i\.e\.,?)\s+)?(?P<open>\(\s*)?"
    r"(?:or\s+)?(?:(?:which is\s+)?(?:approximately|approx\.?|about|roughly)(?:\s+equal to)?|≈)\s*"
    r"(?P<value>\$?\s*[-−]?\d[\d.,]*\s*\$?)(?(open)\s*\))(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_REMARK = re.compile(
    r"(?:also\s+|indeed\s+|thus\s+)?(?:correct|right|reasonable|plausible|consistent|valid|verified|confirmed|exact|"
    r"rounded|unique|independent|as (?:expected|required|follows)|in (?:simplest|the)|expressed|given (?:as|in|by)|"
    r"found|obtained)\b",
    re.IGNORECASE,
)
_WRONG = re.compile(r"(?:wrong|incorrect|invalid|false|not (?:correct|right|valid))\b", re.IGNORECASE)
_ABOUT_IT = re.compile(r"\b(?:this|that|the|our|my)\s+(?:\w+\s+)?answer\b", re.IGNORECASE)

# ---- "… is the answer"

_VALUE_FIRST = re.compile(
    r"(?P<value>\$[^$\n]{1,80}\$|\*\*[^*\n]{1,80}\*\*|\\\([^\n]{1,80}?\\\)|(?<![\w.,])[-−]?\d[\d.,/]*)\s+"
    r"(?:is|must be|would be|is thus|is therefore)\s+(?:the|our|my)\s+"
    r"(?:final\s+|correct\s+|required\s+|desired\s+)*answer\b",
    re.IGNORECASE,
)


def stated_claim(response: Response) -> Claim | None:
    """The last answer that is stated in words, or None. It is looked for near the end first."""
    if response.end - response.start > 2 * _NEAR_THE_END:
        near = Response(response.text, response.end - _NEAR_THE_END, response.end)
        found = declarations(near)
        claim = _last_stated(near, found[1:])  # what stands before the first might belong to it
        if claim is not None:
            return claim
    return _last_stated(response, declarations(response)) or _value_first(response)


def _last_stated(response: Response, found: list[Declaration]) -> Claim | None:
    text = response.text
    denied: set[str] = set()
    for place in range(len(found) - 1, -1, -1):
        declaration = found[place]
        limit = found[place + 1].announced if place + 1 < len(found) else response.end
        said = text[declaration.start : declaration.end]
        if place and _ABOUT_IT.search(text[max(0, declaration.announced - 24) : declaration.start]):
            if _WRONG.match(said):
                return None
            if _REMARK.match(said):
                continue
        claimed = _completed(text, declaration, limit)
        if claimed is None:
            return None
        claimed = _without_bullet(text, declaration, claimed)
        claimed = _without_comment(tidied(_emphasised(text, declaration.start, claimed)))
        key = _key(claimed)
        if declaration.negated:
            denied.add(key)
            continue
        if not key or key in denied:
            continue
        if place and _offers_another(text, found[place - 1], declaration):
            claimed = f"{text[found[place - 1].start : found[place - 1].end]} {claimed}"
        return Claim(claimed, declaration.start, declaration.end, "declared")
    return None


def _key(text: str) -> str:
    try:
        return normal_text(text)
    except ParseFailure:
        return text[:_WINDOW]


def _offers_another(text: str, before: Declaration, last: Declaration) -> bool:
    """Whether two statements are the halves of a hedge: "the answer is 8 or the answer is 7"."""
    between = text[before.end : last.announced]
    return len(between) < 24 and re.search(rf"\b(?:{_OR})\b", text[before.start : last.announced][-32:]) is not None


def _value_first(response: Response) -> Claim | None:
    """The last "… is the answer"."""
    if "answer" not in response.text:
        return None
    found = list(_VALUE_FIRST.finditer(response.text, response.start, response.end))
    if not found:
        return None
    last = found[-1]
    return Claim(tidied(last.group("value")), last.start("value"), last.end("value"), "declared")


# ---- the whole claim


def _completed(text: str, declaration: Declaration, limit: int) -> str | None:
    """The claimed text with what continues it, or None where it is asked or taken back."""
    start, end = declaration.start, declaration.end
    claimed = text[start:end]
    alone = text[max(0, start - 8) : start].rstrip(" \t").endswith("\n") and _NAMED.match(claimed) is not None
    for _ in range(_MOST_CONTINUATIONS):
        window = min(limit, end + _WINDOW)
        after = _SEPARATOR.match(text, end, window) or _NEXT_LINE.match(text, end, window)
        if after is None and alone:
            after = _NAMED_LINE.match(text, end, window)
            claimed += "," if after is not None else ""
        if after is None and _ENDS_OPEN.search(claimed[-12:]) and text[end : end + 1] == "\n":
            after = re.compile(r"\n").match(text, end)
        if after is None:
            break
        stop = _LINE_END.search(text, after.end() + 1, limit)
        grown = min(stop.start() if stop is not None else limit, end + _LONGEST_SENTENCE)
        claimed += text[end:grown].replace("\n", " ")
        end = grown
    if _bulleted(text, start):
        while (item := _BULLET_LINE.match(text, end, limit)) is not None:
            claimed += f", {item.group('item').strip()}"
            end = item.end()
    following = text[end : min(limit, end + _WINDOW)]
    if _QUESTION.match(following) or _TAKEN_BACK.match(following) or _taken_back_inside(claimed):
        return None
    maybe = _MAYBE.match(following)
    return f"{claimed} or {maybe.group('rest')}" if maybe is not None else claimed


_INSIDE = re.compile(
    r"(?:\.{3}|…|[,;(]|\s[—–-])\s*(?:no(?=,)|actually|correction|wait|which is (?:wrong|incorrect)|wrong|incorrect)\b",
    re.IGNORECASE,
)


def _taken_back_inside(claimed: str) -> bool:
    return len(claimed) <= _LONGEST_SENTENCE and _INSIDE.search(claimed) is not None


def _bulleted(text: str, start: int) -> bool:
    """Whether the claim at `start` is the first item of a list on lines of their own."""
    near = max(0, start - 8)
    line = text.rfind("\n", near, start) + 1
    if not line or text[line:start].strip(" \t*_•"):
        return False
    return _BULLET.match(text, start) is not None or _BULLET.match(text[line:start].lstrip() + "x") is not None


def _without_bullet(text: str, declaration: Declaration, claimed: str) -> str:
    if not _bulleted(text, declaration.start):
        return claimed
    bullet = _BULLET.match(claimed)
    return claimed[bullet.end() :] if bullet is not None else claimed


# ---- what is no part of it


def _emphasised(text: str, start: int, claimed: str) -> str:
    """`claimed` with the mark that opens its emphasis, or without the one that closes what opened before it."""
    for mark in ("**", "__"):
        if mark in claimed:
            if text[max(0, start - 3) : start].rstrip().endswith(mark):
                return mark + claimed
            return re.sub(
                rf"(?<=[^\s*_]){re.escape(mark)}(?=[\s,.;:)!?]|$)", "", claimed, count=claimed.count(mark) % 2
            )
    return claimed


def _without_comment(claimed: str) -> str:
    """A stated answer without the reason, the remark or the aside after it."""
    if len(claimed) > _LONGEST_SENTENCE:
        return claimed
    claimed = _DECORATION.sub("", claimed)
    for found in _COMMENT.finditer(claimed):
        before = claimed[: found.start()]
        restricts = found.group("condition") is not None and _RESTRICTION.search(claimed, found.end())
        if _VALUE_HERE.search(before) and before.count("$") % 2 == 0 and not restricts:
            claimed = before
            break
    else:
        reason = _REASON_OF_WORDS.search(claimed)
        if (
            reason is not None
            and 0 < len(claimed[: reason.start()].split()) <= 4
            and "$" not in claimed[: reason.start()]
        ):
            claimed = claimed[: reason.start()]
    place = _PLACE.search(claimed)
    if place is not None and _VALUE_HERE.search(claimed[: place.start()]):
        claimed = claimed[: place.start()]
    aside = _ASIDE.search(claimed)
    if aside is not None and _VALUE_HERE.search(claimed[: aside.start()]):
        claimed = claimed[: aside.start()]
    about = _ABOUT.search(claimed)
    if about is not None and about.start() and _VALUE_HERE.search(claimed[: about.start()]):
        exact = claimed[: about.start()].rstrip(" ,;")
        claimed = f"{exact} \\approx {about.group('value')}{about.group('rest')}"
    return claimed
