r"""Where in a response an answer may stand, in tiers of trust, and how the last claim of a tier is taken.

Theory of operation. A `Reader` (one an answer type) turns a span of text into a `Reading`; it knows nothing
of tags and boxes. `find` walks the tiers:

1. slots that were made for the answer: the last answer tag, the last `\boxed`, a JSON answer key;
2. explicit declarations ("The answer is …") and assertions that the reader knows;
3. what the reader makes of the whole response.

The first tier whose last claim says something decides, and blocks those below. Within a tier the last claim
counts, save that claims side by side ("`\boxed{A}` or `\boxed{B}`") are one claim together: equal, or joined
where the answer type joins (a set of options), or else ambiguous. A claim that says nothing readable is
passed over for an earlier one only where it is prose; a readable answer that is none of the options stands.
A slot that was cut off before its end decides nothing but that the response was truncated.

Everything is linear: a claim is read once, and spans of one tier do not overlap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from verifiers.choice.refusals import refusal
from verifiers.choice.retraction import taken_back
from verifiers.claims import boxes, declarations
from verifiers.response import Response


class Status(Enum):
    """What a reading amounts to."""

    VALUE = "value"
    OTHER = "other"  # a commitment to something that is no option, no number, ...
    AMBIGUOUS = "ambiguous"
    REFUSAL = "refusal"
    TRUNCATED = "truncated"


@dataclass(frozen=True, slots=True)
class Reading:
    """What `text[start:end]` says: for `VALUE` and `OTHER` its canonical `key`."""

    status: Status
    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One place where an answer is claimed: its content `[start, end)` within its marks `[outer, outer_end)`."""

    start: int
    end: int
    outer: int
    outer_end: int
    closed: bool = True
    denied: bool = False
    loose: bool = False  # announced by a verb of choosing: counts only if it can be read


@dataclass(frozen=True, slots=True)
class Found:
    """The deciding reading and its tier."""

    reading: Reading
    tier: str


class Decide(Protocol):
    """What decides a canonical key against the reference."""

    def __call__(self, key: str) -> float:
        """1 for right, 0 for wrong, between them where the problem grades by degree."""
        ...


class Reader(Protocol):
    """One answer type: what a span says.

    `reads_json`: whether values of JSON answer keys are claims. `readable_when_cut`: whether a readable answer
    in an answer tag that never closes is a whole one.
    """

    reads_json: bool
    readable_when_cut: bool

    def read(self, text: str, claim: Claim) -> Reading | None:
        """What the content of a claim says; None where it says nothing that an answer could be."""
        ...

    def at_once(self, response: Response) -> Found | None:
        """What the tiers would say, where that can be told faster; None to look at the tiers."""
        ...

    def join(self, readings: list[Reading]) -> Reading:
        """Different readings side by side, taken together."""
        ...

    def scattered(self, keys: set[str]) -> bool:
        """Whether the claims of one tier, taken together, are a shot in every direction."""
        ...

    def assertions(self, response: Response) -> list[Claim]:
        """Explicit statements of the answer in forms of this type's own ("B is correct")."""
        ...

    def whole(self, response: Response) -> Found | None:
        """What the response as a whole says, where nothing in it is marked as the answer."""
        ...


class StatedReader:
    """What readers share whose answers are stated and have no options: nothing beyond the tiers, and no hedging."""

    def at_once(self, response: Response) -> Found | None:
        """None: the tiers are quick enough."""
        return None

    def join(self, readings: list[Reading]) -> Reading:
        """Different answers side by side are none."""
        return Reading(Status.AMBIGUOUS, "", readings[0].start, readings[-1].end)

    def scattered(self, keys: set[str]) -> bool:
        """Never: revisions are not options."""
        return False

    def assertions(self, response: Response) -> list[Claim]:
        """None beyond the declarations."""
        return []


# ---- the tiers

_TAG = re.compile(
    r"<\s*(?P<close>/?)\s*(?:(?:final[_ ]?)?answer|ans|choice|conclusion)\s*>|<\|(?P<token>begin|end)_of_box\|>",
    re.IGNORECASE,
)
_KEYS = (
    r"(?:final[_ ]?answer|(?:correct|selected)[_ ]?(?:answer|option|choice)|answer|choice|option|prediction|"
    r"letter|label|response|result|bbox_2d|bbox|point_2d|point|coordinates?|boxes|答案)"
)
_JSON = re.compile(
    rf"[\"']{_KEYS}[\"']\s*:\s*(?:\"(?P<double>(?:[^\"\\\n]|\\.)*+)(?P<ended>\")?|'(?P<single>[^'\n]*+)'|"
    r"(?P<list>\[[^{}\n]*?\](?=\s*[,}\n]|\s*$))|(?P<bare>[^\s,\"'{}\]\[]++))",
    re.IGNORECASE,
)


def find(response: Response, reader: Reader) -> Found | None:
    """The deciding reading of `response`; None where there is nothing to grade in it."""
    if response.cut_off_reasoning:
        return Found(Reading(Status.TRUNCATED, "", response.end, response.end), "reasoning")
    found = reader.at_once(response)
    if found is not None:
        return found
    after = response.start
    fallback: Found | None = None
    for tier, claims_of in _TIERS:
        claims = [claim for claim in claims_of(response, reader) if claim.outer >= after]
        reading = _decide(response.text, claims, reader) if claims else None
        if reading is None:
            continue
        if reading.status is Status.OTHER or (reading.status is Status.TRUNCATED and tier == "boxed"):
            # Something else was claimed here: only what comes later can still be the answer.
            fallback = fallback or Found(reading, tier)
            after = max(after, reading.start if reading.status is Status.TRUNCATED else reading.end)
            continue
        return Found(reading, tier)
    if fallback is not None:
        return fallback
    return reader.whole(response)


def _decide(text: str, claims: list[Claim], reader: Reader) -> Reading | None:
    """What the last claim says, together with those side by side with it."""
    for place in range(len(claims) - 1, -1, -1):
        claim = claims[place]
        reading = _read(text, claim, reader)
        if reading is None or (claim.loose and reading.status is not Status.VALUE):
            continue
        if reading.status is not Status.VALUE or not claim.closed:
            return reading
        beside = [reading]
        for earlier in range(place - 1, -1, -1):
            if not _side_by_side(text, claims[earlier].outer_end, claims[earlier + 1].outer):
                break
            neighbour = _read(text, claims[earlier], reader)
            if neighbour is not None and _TURNS.search(text, neighbour.end, claims[earlier].end):
                break
            if neighbour is None or neighbour.status is Status.OTHER:
                continue
            beside.append(neighbour)
        if any(each.status is not Status.VALUE or each.key != reading.key for each in beside):
            return reader.join(beside[::-1])
        if place >= 2:
            keys = {each.key for other in claims[: place + 1] if (each := _read(text, other, reader)) and each.key}
            if reader.scattered(keys):
                return Reading(Status.AMBIGUOUS, "", claims[0].start, claim.end)
        return reading
    return None


def _read(text: str, claim: Claim, reader: Reader) -> Reading | None:
    if not text[claim.start : claim.end].strip():
        return None if claim.closed else Reading(Status.TRUNCATED, "", claim.start, claim.end)
    reading = _nested(text, claim, reader) or reader.read(text, claim)
    whole = reading is not None and reading.status is Status.VALUE and reader.readable_when_cut
    whole = whole and len(text[claim.start : claim.end].strip()) <= _LABEL_LIKE
    if not claim.closed and not (whole and text.startswith("<", claim.outer)):
        return Reading(Status.TRUNCATED, "", claim.start, claim.end)
    if (reading is None or reading.status is Status.OTHER) and not claim.denied:
        place = refusal(text, claim.start, claim.end)
        if place is not None:
            return Reading(Status.REFUSAL, "", *place)
    return reading


_SHORT = 60
_LABEL_LIKE = 8


def _nested(text: str, claim: Claim, reader: Reader) -> Reading | None:
    """What a box or a declaration inside a long answer slot says."""
    if claim.end - claim.start <= _SHORT or text[claim.outer : claim.outer + 1] != "<":
        return None
    inside = Response(text, claim.start, claim.end)
    for claims_of in (_boxed, _declared):
        reading = _decide(text, claims_of(inside, reader), reader)
        if reading is not None:
            return reading
    return None


_BETWEEN = re.compile(
    r"(?:[\s.,;:|/&*_`$~\-=>\\()\[\]{}]|\b(?:and|or|either|also|the|final|correct|my|is|both)\b|和|或|或者|以及)*",
    re.IGNORECASE,
)


_TURNS = re.compile(
    r"\b(?:but|however|actually|instead|then|now|though|reflection|wait|no|realized?|realised?)\b|但|不过|然而",
    re.IGNORECASE,
)


def _side_by_side(text: str, start: int, end: int) -> bool:
    """Whether nothing but separators and connectives stands between two claims."""
    return end - start <= 64 and (start >= end or _BETWEEN.fullmatch(text, start, end) is not None)


def _tags(response: Response, reader: Reader) -> list[Claim]:
    r"""`<answer>…</answer>`, `<final_answer>…`, `<|begin_of_box|>…`; an opening tag that never closes is not closed."""
    if "<" not in response.text:
        return []
    claims = []
    opened: tuple[int, int] | None = None
    for tag in _TAG.finditer(response.text, response.start, response.end):
        if tag.group("close") or tag.group("token") == "end":
            if opened is not None:
                claims.append(Claim(opened[1], tag.start(), opened[0], tag.end()))
                opened = None
        else:
            opened = tag.span()
    if opened is not None:
        claims.append(Claim(opened[1], response.end, opened[0], response.end, closed=False))
    return claims


def _boxed(response: Response, reader: Reader) -> list[Claim]:
    """The outermost boxes whose content is not empty, and what a box inside another leaves to it."""
    if "ox" not in response.text:
        return []
    claims: list[Claim] = []
    for box in boxes(response):
        if claims and box.end <= claims[-1].outer_end and claims[-1].closed:
            continue
        if claims and not claims[-1].closed and not response.text[claims[-1].start : box.start].strip():
            claims.pop()  # `\boxed{\boxed{`: the innermost is what was begun
        claims.append(Claim(box.inner_start, box.inner_end, box.start, box.end, box.closed))
    return claims


def _json(response: Response, reader: Reader) -> list[Claim]:
    """The values of answer keys in JSON, cut off or not."""
    text = response.text
    if not reader.reads_json or ":" not in text or ('"' not in text and "'" not in text):
        return []
    claims = []
    for match in _JSON.finditer(text, response.start, response.end):
        for group in ("double", "single", "list", "bare"):
            if match.group(group) is not None:
                claims.append(Claim(match.start(group), match.end(group), match.start(), match.end()))
    return claims


def _declared(response: Response, reader: Reader) -> list[Claim]:
    stated = [
        Claim(each.start, each.end, each.announced, each.end, denied=each.negated, loose=each.picked)
        for each in declarations(response, picks=True)
        if each.phrase.lower().lstrip("*_ ") not in _OPTION_LIKE
        and not taken_back(response.text, each.end, response.end)
        and _INSTRUCTS.search(response.text, max(response.start, each.announced - 60), each.announced) is None
    ]
    after = max((claim.outer for claim in stated if not claim.loose), default=response.start)
    asserted = reader.assertions(Response(response.text, after, response.end))
    if not asserted:
        return stated
    return sorted(_apart([*stated, *asserted]), key=lambda each: each.start)


# A sentence of the prompt that was repeated: "Choose the correct option: A, B, C or D."
_INSTRUCTS = re.compile(
    r"(?:^|[.!?:]\s+)(?:please\s+)?(?:choose|select|pick|indicate|provide|give|state|write|enter|(?:answer|respond|reply)\s+with)"
    r"\s+(?:me\s+)?(?:only\s+)?(?:the|your|an?|one)?\s*\Z",
    re.IGNORECASE | re.MULTILINE,
)
# `A: 26` announces in a worked solution; in an item with options it is option A.
_OPTION_LIKE = frozenset({"a:", "a**:", "a:**"})


def _apart(claims: Iterable[Claim]) -> list[Claim]:
    """Without assertions inside a declaration, which holds them already."""
    kept: list[Claim] = []
    for claim in sorted(claims, key=lambda each: (each.outer, -each.outer_end)):
        if not kept or claim.outer >= kept[-1].outer_end:
            kept.append(claim)
    return kept


_TIERS: tuple[tuple[str, Callable[[Response, Reader], list[Claim]]], ...] = (
    ("answer tag", _tags),
    ("boxed", _boxed),
    ("json", _json),
    ("declared", _declared),
)
