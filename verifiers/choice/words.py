"""Answers in words, and times of day.

Words are right where the claim is the reference (case, notation, articles and final points apart), says it
of something ("The capital is Paris"), or qualifies it behind a comma ("Paris, France"). A word inside other
words, a denied one and one of several offered are not the reference.
"""

from __future__ import annotations

import re

from verifiers.choice.denial import denied_before
from verifiers.choice.evidence import Claim, Decide, Found, Reading, StatedReader, Status
from verifiers.choice.notation import compact, plain, unaccented
from verifiers.choice.numbers import whole_quantity
from verifiers.choice.passages import Passage, passage
from verifiers.choice.refusals import refusal
from verifiers.choice.sentences import last_sentence
from verifiers.errors import ProblemError
from verifiers.problem import ChoiceProblem
from verifiers.response import Response

_ARTICLE = re.compile(r"^(?:an?|the|el|la|los|las|le|les|der|die|das|il|lo|o|os)\s+", re.IGNORECASE)
# What says something of something: a copula, a verb of saying, a sign; and a copula with more ("was taken in").
_SAYS = (
    re.compile(
        r"(?:\b(?:is|are|was|were|be|called|named|says|reads|shows|es|est|ist|è|é)\b|[=:]|'s\b|是|为)\s*", re.IGNORECASE
    ),
    re.compile(
        r"\b(?:is|are|was|were|be)\s+(?:(?:\w+ed|shown|taken|written|known|made|seen|set)\b)?\s*(?:(?:in|at|by|as|on|near)\b)?\s*",
        re.IGNORECASE,
    ),
)
_CLAUSE = re.compile(
    r"\s*(?:[,;(]|\bbecause\b|\bsince\b|\bwhich\b|\bas\s+shown\b|\bin\s+the\s+(?:image|picture|figure)\b)",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|isn't|aren't|wasn't|never|neither|nor|no)\b|不是|不", re.IGNORECASE)
_IS_ANSWER = re.compile(
    r"\s+(?:is|are|was|were)\s+(?:(?:the\s+)?(?:correct|right|final)?\s*(?:answer|correct|right)"
    r"|shown|written|visible|depicted|displayed|seen|pictured|printed)\b",
    re.IGNORECASE,
)
# "Based on the image, yes"
_GROUNDS = re.compile(
    r"\s*(?:(?:based\s+on|according\s+to|judging\s+(?:by|from)|looking\s+at|from|in)\s[^,.;]{1,80},"
    r"|probably|perhaps|maybe|likely|definitely|clearly|obviously|i\s+(?:can\s+)?(?:see|think|believe|guess|would\s+say)|i'd\s+say"
    r"|there\s+(?:is|are))\s+",
    re.IGNORECASE,
)
# "blue, red, green"
_LISTS = re.compile(r"[^,]{1,40}(?:,\s*(?:(?:and|or)\s+)?[\w'-]+(?:\s[\w'-]+)?){2,}\s*")
_EITHER = re.compile(r"\bor\b", re.IGNORECASE)
_OR = re.compile(r"\s*(?:/|\bor\b|\()\s*|\s*\)\s*", re.IGNORECASE)
# How a sentence begins that offers another answer rather than explain the first.
_OFFERS = frozenset({"yes", "no", "true", "false", "or", "maybe", "perhaps", "actually", "wait", "alternatively"})
_QUOTES = " \t\r\n.,;:!?\"'«»„「」"
_LONGEST = 400


def prepare_text(problem: ChoiceProblem) -> tuple[TextReader, Decide]:
    """Words; the key is the claim, plain. A list of references are alternatives."""
    written = problem.reference if isinstance(problem.reference, list) else [problem.reference]
    references = [str(each) for each in written]
    if not references or not all(compact(each) for each in references):
        raise ProblemError("is empty; words are wanted", problem_id=problem.id, field="reference")

    def decide(key: str) -> float:
        return float(any(says(key, each) for each in references) or _all_meant(key, references))

    return TextReader(decide), decide


def _all_meant(claim: str, references: list[str]) -> bool:
    """Whether every alternative that is offered ("sofa/couch", "a sofa (couch)") is among the references."""
    offered = [each for each in _OR.split(claim) if each]
    return len(offered) > 1 and all(any(_same(each, reference) for reference in references) for each in offered)


def says(claim: str, reference: str) -> bool:
    """Whether `claim` gives `reference` as its answer."""
    if _same(claim, reference):
        return True
    grounds = _GROUNDS.match(claim)
    if grounds is not None and _same(claim[grounds.end() :], reference):
        return True
    clause = _CLAUSE.search(claim)
    head = claim[: clause.start()] if clause is not None and clause.start() > 0 else claim
    if _EITHER.search(claim) and not _EITHER.search(reference):
        return False
    if head != claim and _same(head, reference) and not _LISTS.fullmatch(claim):
        return True
    answer = _IS_ANSWER.search(claim)
    if answer is not None and _same(claim[: answer.start()], reference):
        return True
    said = (match for pattern in _SAYS for match in list(pattern.finditer(claim))[-3:])
    return any(_says_behind(claim, *match.span(), reference) for match in said)


def _says_behind(claim: str, first: int, last: int, reference: str) -> bool:
    """Whether the clause behind the verb at `[first, last)` is the reference, and the verb is not denied."""
    clause = _CLAUSE.search(claim, last)
    tail = claim[last : clause.start()] if clause is not None else claim[last:]
    before = claim[max(claim.rfind(",", 0, first), claim.rfind(".", 0, first)) + 1 : first]
    return not _DENIED.search(before) and _same(tail, reference)


def _same(given: str, reference: str) -> bool:
    left, right = (compact(_ARTICLE.sub("", plain(each).strip(_QUOTES))) for each in (given, reference))
    if left == right or unaccented(left) == unaccented(right):
        return True
    one, other = whole_quantity(given), whole_quantity(reference)
    return one is not None and other is not None and one.agrees(other)


class TextReader(StatedReader):
    """Reads words; knows the references so as to tell a refusal from a reference that reads like one."""

    reads_json = True
    readable_when_cut = False

    def __init__(self, decide: Decide) -> None:
        self._decide = decide

    def read(self, text: str, claim: Claim) -> Reading | None:
        """The words of a claim."""
        return self._words(text, passage(text, claim.start, claim.end)) if not claim.denied else None

    def _words(self, text: str, stretch: Passage) -> Reading | None:
        key = plain(stretch.text[stretch.start : min(stretch.end, stretch.start + _LONGEST)])
        if not compact(key):
            return None
        first, last = stretch.place(stretch.start, stretch.end)
        if not self._decide(key):
            place = refusal(text, first, last)
            if place is not None:
                return Reading(Status.REFUSAL, "", *place)
        return Reading(Status.VALUE, key, first, last)

    def whole(self, response: Response) -> Found | None:
        """The response, or its last sentence."""
        text, start, end = response.text, response.start, response.end
        while end > start and text[end - 1].isspace():
            end -= 1
        reading = self._words(text, passage(text, start, end)) if end - start <= _LONGEST else None
        if reading is not None and (reading.status is not Status.VALUE or self._decide(reading.key)):
            return Found(reading, "whole response")
        first = self._first(text, start, end)
        if first is not None:
            return Found(first, "first sentence")
        place = refusal(text, start, end)
        if place is not None:
            return Found(Reading(Status.REFUSAL, "", *place), "refusal")
        last = self._words(text, passage(text, *last_sentence(text, start, end)))
        return Found(last, "last sentence") if last is not None else None

    def _first(self, text: str, start: int, end: int) -> Reading | None:
        """A first sentence that is nothing but the reference, where those behind it explain and offer nothing else."""
        pieces = [(each.start(), each.end()) for each in _SENTENCES.finditer(text, start, end)]
        if len(pieces) < 2 or pieces[0][1] - pieces[0][0] > _LONGEST:
            return None
        behind = [text[first:last].strip("*_`\"' ").lower().split() for first, last in pieces[1:]]
        if any(len(words) < _EXPLAINING or words[0].strip(",.") in _OFFERS for words in behind if words):
            return None
        reading = self._words(text, passage(text, *pieces[0]))
        return reading if reading is not None and self._is(reading.key) else None

    def _is(self, key: str) -> bool:
        return bool(self._decide(key)) and len(key.split()) <= _FEW


# Sentences or lines, without what ends them; how many words explain, and how many are a bare answer.
_SENTENCES = re.compile(r"[^.!?。！？\n]+(?:\.(?=\S)[^.!?。！？\n]+)*")
_EXPLAINING = 2
_FEW = 4


# ---- times of day

_CLOCK = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2})\s?(?:[:h]|点|時|时|：|\.(?=\d\d(?:\s*[ap]\.?m\b|\.?\s*\Z)))\s?(?P<minute>\d{2}|\d(?=分))(?::(?P<second>\d{2}))?(?![\d:])(?:分)?\s*(?P<half>[ap]\.?m\b\.?)?"
    r"|(?<![\d:.])(?P<sharp>\d{1,2})\s*(?:(?P<sharp_half>[ap]\.?m\b\.?)|o'clock\s*(?P<clock_half>[ap]\.?m\b\.?)?|(?:点|時|时)(?P<thirty>半)?)",
    re.IGNORECASE,
)
_HOURS = ("twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_HOUR_OF = {name: place for place, name in enumerate(_HOURS)} | {str(place): place for place in range(1, 13)}
_HOUR = "|".join(sorted(_HOUR_OF, key=len, reverse=True))
_MINUTE_OF = {
    "half": 30,
    "quarter": 15,
    "a quarter": 15,
    "five": 5,
    "ten": 10,
    "twenty": 20,
    "twenty-five": 25,
    "twenty five": 25,
    "thirty": 30,
}
# What may follow the hour: "nine thirty", "nine oh five".
_TENS = {"thirty": 30, "fifteen": 15, "forty-five": 45, "twenty": 20, "ten": 10, "forty": 40, "fifty": 50}
_TENS |= {f"oh {name}": place for place, name in enumerate(_HOURS) if 0 < place < 10}
_SPOKEN = re.compile(
    rf"\b(?P<minutes>{'|'.join(sorted(_MINUTE_OF, key=len, reverse=True))}|\d{{1,2}})(?:\s+minutes?)?"
    rf"\s+(?P<side>past|after|to|before|till)\s+(?P<hour>{_HOUR})\b\s*(?P<half>[ap]\.?m\b)?"
    rf"|\b(?P<sharp>{_HOUR})\s+o'clock\s*(?P<sharp_half>[ap]\.?m\b)?"
    rf"|\b(?P<named>{'|'.join(_HOURS)})[\s-](?P<tens>{'|'.join(sorted(_TENS, key=len, reverse=True))})\b"
    r"\s*(?P<named_half>[ap]\.?m\b)?",
    re.IGNORECASE,
)
# Chinese and Japanese hours in words: 十点半, 七点三刻, 七時十五分
_SINO = re.compile(
    r"(?P<hour>十[一二]?|[一二两三四五六七八九])(?:点|點|時|时)钟?(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>[二三四五]?十?[一二三四五六七八九]?)分)?"
)
_SINO_DIGITS = {each: place for place, each in enumerate("〇一二三四五六七八九")} | {"两": 2}


def prepare_time(problem: ChoiceProblem) -> tuple[TimeReader, Decide]:
    """A time of day; the key is `H:MM:SS` with `am`, `pm`, `late` or nothing."""
    reference = problem.reference if isinstance(problem.reference, str) else ""
    found = times(plain(reference))
    if len(found) != 1:
        raise ProblemError(
            f"is {problem.reference!r}, which is not a time of day", problem_id=problem.id, field="reference"
        )
    gold = found[0][0]
    return TimeReader(), lambda key: float(_same_time(key, gold))


def _same_time(one: str, other: str) -> bool:
    """Whether `one` is the time `other`; where either leaves the half of the day open, either half will do.

    An hour beyond noon by itself (`22:30`) leaves nothing open.
    """
    (clock, half), (wanted, wanted_half) = (each.partition(" ")[::2] for each in (one, other))
    if half == "late":
        return clock == wanted and wanted_half in ("late", "pm")
    wanted_half = "pm" if wanted_half == "late" else wanted_half
    return clock == wanted and (not half or not wanted_half or half == wanted_half)


def _time(hour: int, minute: int, second: int, half: str | None) -> str | None:
    """The key; an hour beyond noon is `late` by itself."""
    if not (0 <= hour <= 24 and 0 <= minute < 60 and 0 <= second < 60):
        return None
    part = (half or "").lower().replace(".", "")
    if hour > 12 or (hour == 0 and not part):
        part = "late" if 12 < hour < 24 else "am"
    return f"{hour % 12}:{minute:02}:{second:02} {part}".rstrip()


def _sino(match: re.Match[str]) -> str | None:
    minute = _sino_number(match["minute"] or "")
    if match["half"]:
        minute = 30
    elif match["quarter"]:
        minute = 15 * _SINO_DIGITS[match["quarter"]]
    return _time(_sino_number(match["hour"]), minute, 0, None)


def _sino_number(written: str) -> int:
    """The number below a hundred that is written; 0 for nothing."""
    tens, ten, ones = written.rpartition("十")
    return (10 * _SINO_DIGITS.get(tens, 1) if ten else 0) + _SINO_DIGITS.get(ones, 0)


def times(text: str) -> list[tuple[str, int, int]]:
    """Every time of day in `text`: `(key, start, end)`."""
    found = []
    if not text.isascii():
        found += [(key, *match.span()) for match in _SINO.finditer(text) if (key := _sino(match)) is not None]
    for match in _CLOCK.finditer(text):
        group = match.groupdict()
        if group["hour"]:
            key = _time(int(group["hour"]), int(group["minute"]), int(group["second"] or 0), group["half"])
        else:
            key = _time(
                int(group["sharp"]), 30 if group["thirty"] else 0, 0, group["sharp_half"] or group["clock_half"]
            )
        if key is not None:
            found.append((key, *match.span()))
    for match in _SPOKEN.finditer(text):
        key = _spoken({name: (value or "").lower() for name, value in match.groupdict().items()})
        if key is not None and not any(start < match.end() and match.start() < end for _, start, end in found):
            found.append((key, *match.span()))
    return sorted(found, key=lambda each: each[1])


def _spoken(group: dict[str, str]) -> str | None:
    if group["sharp"]:
        return _time(_HOUR_OF[group["sharp"]] or 12, 0, 0, group["sharp_half"])
    if group["named"]:
        return _time(_HOUR_OF[group["named"]] or 12, _TENS[group["tens"]], 0, group["named_half"])
    minutes = _MINUTE_OF.get(group["minutes"]) or int(group["minutes"] or "0")
    hour = _HOUR_OF[group["hour"]] or 12
    if group["side"] in ("to", "before", "till"):
        hour, minutes = (hour - 1) or 12, 60 - minutes
    return _time(hour, minutes, 0, group["half"])


class TimeReader(StatedReader):
    """Reads one time of day."""

    reads_json = True
    readable_when_cut = False

    def read(self, text: str, claim: Claim) -> Reading | None:
        """The time that a claim states."""
        return self._stated(passage(text, claim.start, claim.end)) if not claim.denied else None

    def _stated(self, stretch: Passage) -> Reading | None:
        text = stretch.text[stretch.start : stretch.end]
        found = [each for each in times(text) if not denied_before(text, each[1])]
        if not found:
            return None
        if len({key for key, _, _ in found}) > 1:
            return Reading(Status.AMBIGUOUS, "", *stretch.place(stretch.start, stretch.end))
        key, first, last = found[-1]
        return Reading(Status.VALUE, key, *stretch.place(stretch.start + first, stretch.start + last))

    def whole(self, response: Response) -> Found | None:
        """The one time in the response, or in its last sentence."""
        text, start, end = response.text, response.start, response.end
        reading = self._stated(passage(text, start, end))
        if reading is not None and reading.status is Status.VALUE:
            return Found(reading, "only time")
        place = refusal(text, start, end)
        if place is not None:
            return Found(Reading(Status.REFUSAL, "", *place), "refusal")
        return Found(reading, "times") if reading is not None else None
