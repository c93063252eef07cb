"""Answers that are numbers, and lists of numbers or words.

A number is right by value: exactly, or within the problem's precision or tolerance, in its unit where one is
asked for. A stated precision accepts what rounds to the reference, whichever way a half is rounded; precision
0 asks for the integer itself. A percentage is read as its number or as its share; a scale word ("5M",
"million") multiplies. Units of the wrong dimension are wrong; nouns ("5 apples") are no units.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verifiers.choice.evidence import Claim, Decide, Found, Reading, StatedReader, Status
from verifiers.choice.notation import compact
from verifiers.choice.numbers import Quantity, in_unit, quantities, whole_quantity
from verifiers.choice.passages import Passage, passage
from verifiers.choice.refusals import refusal
from verifiers.choice.sentences import last_sentence
from verifiers.choice.units import Unit, parse_unit
from verifiers.errors import ProblemError
from verifiers.problem import ChoiceProblem
from verifiers.response import Response

_BOUND = re.compile(
    r"(?:\b(?:at\s+(?:least|most)|(?:more|less|greater|fewer|larger|smaller|higher|lower)\s+than|over|under|up\s+to|above|below|"
    r"no\s+(?:more|less|fewer)\s+than|not)\b|至少|至多|大于|小于|超过|不是|[<>≤≥])\s*\Z",
    re.IGNORECASE,
)
_BOUND_BEHIND = re.compile(
    r"\s*(?:[a-z]+\s+)?(?:or\s+(?:more|less|fewer|so|above|below|higher|lower|greater)|and\s+(?:above|up|over)|at\s+(?:least|most))\b"
    r"|\s?\+(?=\s*(?:[a-z.,;)]|\Z))|(?:以上|以下|左右)",
    re.IGNORECASE,
)
# What leads to the number that counts: "so there are 24", "i.e. 24", "Total: 5".
_LEADS_TO = re.compile(
    r"\b(?:so|therefore|thus|hence|i\.e\.|that\s+is|which\s+(?:is|makes|gives|means)|giving|making|(?:for|gives|makes)\s+(?:us\s+)?a\s+total\s+of|"
    r"total(?:s|ing|\s+of)?|sum|altogether|overall|in\s+all|count|result|conclusion|finally)\b[^\d\n.]*[:=]?|因此|所以|故|一共|总共|共有|共",
    re.IGNORECASE,
)
_GROUP = re.compile(r"\([^()]*\)")
_EQUALS = re.compile(r"[=≈≃]|\b(?:equals|is\s+equal\s+to)\b")
_EXPLAINED = re.compile(
    r"\s*[*_]*(?:[a-z]+\s*)?(?:,\s*(?=[a-z]|\d+\s+of\s+(?:which|whom|them|these|those)\b)|\(|-\s|because\b|since\b|as\b|which\b|when\b|for\b|if\b|in\b|of\b|on\b|at\b|from\b|per\b|"
    r"after\b|out\b|more\b|less\b|因)",
    re.IGNORECASE,
)


# "5 dogs, 2 of them black"
_OF_WHICH = re.compile(
    r"\s*(?:[a-z]+\s*)?,\s*(?:of\s+which\b|(?=\w+\s+of\s+(?:which|whom|them|these|those)\b))", re.IGNORECASE
)


def prepare_number(problem: ChoiceProblem) -> tuple[NumberReader, Decide]:
    """A number; the key is its value and unit."""
    reference = problem.reference if isinstance(problem.reference, str) else ""
    gold = whole_quantity(reference)
    if gold is None:
        raise ProblemError(f"is {problem.reference!r}, which is not a number", problem_id=problem.id, field="reference")
    unit = gold.measure
    if problem.unit is not None and problem.unit.strip():
        unit = _unit(problem)
    wanted = _Wanted(gold.value, unit, problem.precision, _exact(problem.rel_tol), _exact(problem.abs_tol))
    return NumberReader(), lambda key: float(wanted.met_by(Quantity.from_key(key)))


def _unit(problem: ChoiceProblem) -> Unit | None:
    """The problem's unit; words that are no unit ("apples") ask for nothing."""
    return parse_unit(problem.unit or "")[0]


def _exact(bound: float | None) -> Fraction | None:
    return Fraction(repr(bound)) if bound is not None else None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a number must be."""

    value: Fraction
    unit: Unit | None
    precision: int | None
    relative: Fraction | None
    absolute: Fraction | None

    def met_by(self, given: Quantity) -> bool:
        return any(self._near(value) for value in self._readings(given))

    def _near(self, value: Fraction) -> bool:
        distance = abs(value - self.value)
        if distance == 0:
            return True
        bounds = [self.absolute, self.relative * abs(self.value) if self.relative is not None else None]
        if self.precision:
            bounds.append(Fraction(1, 2 * 10**self.precision))
        return any(bound is not None and distance <= bound for bound in bounds)

    def _readings(self, given: Quantity) -> list[Fraction]:
        """The values that what is written may have in the wanted unit."""
        written, wanted = given.measure, self.unit
        if written is None:
            return [given.value]
        if not written.known:
            scaled = given.value * written.multiple / (wanted.multiple if wanted else 1)
            return [scaled]
        if wanted is None or not wanted.known:
            readings = [given.value * written.multiple, given.value]
            if written.dimensions == (("percent", 1),):
                readings.append(given.value / 100)
            return readings
        converted = in_unit(given.value, written, wanted)
        return [] if converted is None else [converted]


class NumberReader(StatedReader):
    """Reads one number."""

    reads_json = True
    readable_when_cut = False

    def read(self, text: str, claim: Claim) -> Reading | None:
        """The number that a claim states."""
        if claim.denied:
            return None
        return self.stated(_passage(text, claim.start, claim.end), claimed=True)

    def stated(self, stretch: Passage, *, claimed: bool) -> Reading | None:
        """The one number of a stretch; several are ambiguous, a bound is no number."""
        text = stretch.text[stretch.start : stretch.end]
        whole = (stretch.start, stretch.end)
        chosen = self._one(text, claimed=claimed)
        if isinstance(chosen, Quantity):
            first = stretch.start + max(chosen.start, 0)
            return Reading(Status.VALUE, chosen.key, *stretch.place(first, stretch.start + chosen.end))
        if chosen is Status.AMBIGUOUS:
            return Reading(Status.AMBIGUOUS, "", *stretch.place(*whole))
        words = text.split()
        if not claimed or (len(words) > 12) or (len(words) > 6 and not any(map(str.isdigit, text))):
            return None
        return Reading(Status.OTHER, " ".join(words).lower()[:200], *stretch.place(*whole))

    def _one(self, text: str, *, claimed: bool) -> Quantity | Status | None:
        found = quantities(text)
        if not found:
            return None
        first = found[0]
        if len(found) > 1 and not text[: first.start].strip(" *_$("):
            explained = _EXPLAINED if claimed else _OF_WHICH
            match = explained.match(text, first.end)
            if match is not None and match.end() <= found[1].start:
                found = [first]
        if len(found) > 1:
            found = self._essential(text, found)
        if _BOUND.search(text, max(0, found[0].start - 24), found[0].start) or _BOUND_BEHIND.match(text, found[-1].end):
            return Status.OTHER
        total = _compound(text, found)
        if total is not None:
            return total
        last = found[-1]
        return last if all(each.key == last.key or _agree(each, last) for each in found) else Status.AMBIGUOUS

    def _essential(self, text: str, found: list[Quantity]) -> list[Quantity]:
        """What stands behind the last equals sign, and outside parentheses."""
        equals = [match.end() for match in _EQUALS.finditer(text)]
        if equals:
            behind = [each for each in found if each.start >= equals[-1]]
            found = behind or found
        # Of the same length, so that places keep their meaning.
        open_text = _GROUP.sub(lambda group: " " * len(group.group()), text)
        outside = [each for each in found if not open_text[each.start : each.end].isspace()]
        return outside or found

    def whole(self, response: Response) -> Found | None:
        """The one number of the response, or of its conclusion."""
        text, start, end = response.text, response.start, response.end
        counted = _pointed(text, start, end)
        if counted is not None:
            return Found(counted, "points")
        reading = self.stated(_passage(text, start, end), claimed=False)
        if reading is not None and reading.status is Status.VALUE:
            return Found(reading, "only number")
        if (alone := self._line_alone(text, start, end)) is not None:
            return Found(alone, "number alone")
        place = refusal(text, start, end)
        if place is not None:
            return Found(Reading(Status.REFUSAL, "", *place), "refusal")
        if reading is None:
            return None
        concluded = self._concluded(text, *last_sentence(text, start, end))
        return Found(concluded, "conclusion") if concluded is not None else Found(reading, "numbers")

    def _line_alone(self, text: str, start: int, end: int) -> Reading | None:
        """The number that the first or the last line is; none where both are numbers, and different ones."""
        found = []
        first = text.find("\n", start, end)
        last = text.rfind("\n", start, end)
        for one, other in ((start, first), (last + 1, end)):
            if first >= 0 and (quantity := whole_quantity(text[one:other].strip(" *_`#>"))) is not None:
                found.append((quantity.key, one, other))
        if not found or len({key for key, _, _ in found}) > 1:
            return None
        return Reading(Status.VALUE, *found[-1])

    def _concluded(self, text: str, start: int, end: int) -> Reading | None:
        """The one number of the last sentence: behind the words that lead to it, or where it is all of a list's end."""
        leads = [lead.end() for lead in _LEADS_TO.finditer(text, start, end)]
        starts = leads[-1:-4:-1]
        if leads or _EQUALS.search(text, start, end):
            starts.insert(0, start)
        if _LISTS.search(text, max(0, start - 40), start):
            starts.append(start)
        for first in starts:
            reading = self.stated(_passage(text, first, end), claimed=False)
            if reading is not None and reading.status is Status.VALUE:
                return reading
        return None


_POINTS = re.compile(r"<points?\b([^<>]*)>(?:[^<>]*</points?>)?")
_POINT = re.compile(r"\bx\d*\s*=")


def _pointed(text: str, start: int, end: int) -> Reading | None:
    """How many points a response marks that says no other number: `<points x1=… y1=… x2=… y2=…>dogs</points>`."""
    if text.find("<point", start, end) < 0:
        return None
    tags = list(_POINTS.finditer(text, start, end))
    if not tags or quantities(_POINTS.sub(" ", text[start:end])):
        return None
    count = sum(len(_POINT.findall(tag.group(1))) for tag in tags)
    return Reading(Status.VALUE, Quantity(Fraction(count)).key, tags[0].start(), tags[-1].end())


# The end of an enumeration, "1, 2, 3, 4, 5.", behind which a single number is its outcome.
_LISTS = re.compile(r"(?:(?:\d+|[a-z]+)\s*,\s*){2,}(?:and\s+)?(?:\d+|[a-z]+)[.\s]*\Z", re.IGNORECASE)


def _agree(one: Quantity, other: Quantity) -> bool:
    """Whether both say the same; a percentage and its share do."""
    return one.agrees(other) or _share(one) == _share(other)


def _share(quantity: Quantity) -> Fraction:
    measure = quantity.measure
    percent = measure is not None and measure.dimensions == (("percent", 1),)
    return quantity.value / 100 if percent else quantity.value


def _passage(text: str, start: int, end: int) -> Passage:
    """The passage, in which a lone dollar sign is money and no LaTeX."""
    if text.count("$", start, end) == 1 and text.find("\\", start, end) < 0:
        return Passage(text, start, end, False, (start, end))
    return passage(text, start, end)


def _compound(text: str, found: list[Quantity]) -> Quantity | None:
    """The sum of `5 ft 3 in`: units of one dimension, each smaller than the one before, side by side."""
    if not 2 <= len(found) <= 4:
        return None
    measures = [each.measure for each in found]
    head = measures[0]
    if head is None or not head.known:
        return None
    total = found[0].value
    for place in range(1, len(found)):
        before, each, measure = measures[place - 1], found[place], measures[place]
        if (
            measure is None
            or before is None
            or measure.dimensions != head.dimensions
            or measure.factor >= before.factor
        ):
            return None
        if text[found[place - 1].end : each.start].strip(" ,") not in ("", "and") or measure.shift:
            return None
        total += each.value * measure.factor / head.factor
    return Quantity(total, found[0].unit, start=found[0].start, end=found[-1].end)


# ---- lists


def prepare_list(problem: ChoiceProblem) -> tuple[ListReader, Decide]:
    """A list; the key is canonical JSON of its elements."""
    reference = problem.reference
    written = json.dumps(reference, ensure_ascii=False) if isinstance(reference, list) else reference
    elements = _elements(written)
    if not elements:
        raise ProblemError(f"is {reference!r}, which is not a list", problem_id=problem.id, field="reference")
    gold = elements if problem.ordered else _sorted(elements)
    wanted = _key(gold)

    def decide(key: str) -> float:
        given = json.loads(key)
        return float(_key(given if problem.ordered else _sorted(given)) == wanted)

    return ListReader(numeric=all(isinstance(each, str) and each.startswith("#") for each in elements)), decide


# A number as "#value unit", a word, or a list of elements.
Element = Any


def _key(elements: list[Element]) -> str:
    return json.dumps(elements, ensure_ascii=False)


def _sorted(elements: list[Element]) -> list[Element]:
    return sorted(elements, key=_canonical)


def _canonical(element: Element) -> str:
    return json.dumps(element, ensure_ascii=False)


_OPEN, _CLOSE = "[({", "])}"
_SPLIT = re.compile(r"\s*(?:[,;、；，\n]|\band\b|\bto\b|和|与)+\s*", re.IGNORECASE)
_PIECE = re.compile(r"[\[\](){}]|\"[^\"\n]*\"|'[^'\n]*'|[,;、；，]|[^\[\](){}\"',;、；，]+|[\"']")
_LEAD = re.compile(r"\s*(?:between|from|in|the\s+years?|years?)\s+", re.IGNORECASE)
_BULLETS = re.compile(r"(?m)^\s*(?:\d{1,2}[.)]|[-*•])\s+")
_VERB = re.compile(r"\b(?:are|is|were|was)\s+", re.IGNORECASE)
_MOST_DEPTH = 8
_FEW_WORDS = 12


def _element(written: str) -> Element | None:
    bare = written.strip().strip("\"'`*_ ").strip()
    if not bare:
        return None
    quantity = whole_quantity(bare)
    if quantity is not None:
        return f"#{quantity.key}"
    return compact(re.sub(r"^(?:an?|the)\s+", "", bare, flags=re.IGNORECASE))


def _elements(text: str) -> list[Element]:
    """The elements of the outermost brackets of `text`, nested as they are; without brackets, of its commas."""
    first = min((place for each in _OPEN if (place := text.find(each)) >= 0), default=-1)
    if first < 0:
        bare = _LEAD.sub("", text.strip().rstrip("."), count=1)
        return [each for part in _SPLIT.split(bare) if (each := _element(part)) is not None]
    stack: list[list[Element]] = [[]]
    pending = ""
    for match in _PIECE.finditer(text, first):
        piece = match.group()
        if piece in _OPEN:
            if len(stack) > _MOST_DEPTH:
                return []
            stack.append([])
            pending = ""
        elif piece in _CLOSE or piece in ",;、；，":
            element = _element(pending)
            if element is not None and len(stack) > 1:
                stack[-1].append(element)
            pending = ""
            if piece in _CLOSE and len(stack) > 1:
                closed = stack.pop()
                stack[-1].append(closed)
                if len(stack) == 1:
                    break
        else:
            pending += piece
    outer = stack[0]
    return outer[0] if len(outer) == 1 and isinstance(outer[0], list) else []


class ListReader(StatedReader):
    """Reads one list."""

    reads_json = False
    readable_when_cut = False

    def __init__(self, *, numeric: bool) -> None:
        self._numeric = numeric

    def read(self, text: str, claim: Claim) -> Reading | None:
        """The list that a claim states."""
        return self.stated(passage(text, claim.start, claim.end)) if not claim.denied else None

    def stated(self, stretch: Passage) -> Reading | None:
        """The elements of a stretch, in order."""
        text = stretch.text[stretch.start : stretch.end]
        if len(text) > 4000:
            return None
        elements = _elements(_listing(text))
        if self._numeric and not any(each in text for each in _OPEN):
            each_a_number = bool(elements) and all(str(each).startswith("#") for each in elements)
            if not each_a_number:
                elements = [f"#{each.key}" for each in quantities(_BULLETS.sub(" ", text))]
        if not elements:
            return None
        return Reading(Status.VALUE, _key(elements), *stretch.place(stretch.start, stretch.end))

    def whole(self, response: Response) -> Found | None:
        """The last bracketed list, or the response as a list."""
        text, start, end = response.text, response.start, response.end
        place = refusal(text, start, end)
        if place is not None:
            return Found(Reading(Status.REFUSAL, "", *place), "refusal")
        opening = _last_list(text, start, end)
        first, last = opening or (start, end)
        if opening is None and self._numeric and len(text[start:end].split()) > _FEW_WORDS:
            first, last = last_sentence(text, start, end)
        reading = self.stated(passage(text, first, last))
        return Found(reading, "list") if reading is not None else None


def _listing(text: str) -> str:
    """Without a fence, without bullets, and without what stands before a colon or a verb."""
    text = re.sub(r"```\w*", " ", text)
    if any(each in text for each in _OPEN):
        return text
    text = _BULLETS.sub(", ", text.strip()).removeprefix(", ")
    text = text.rpartition(":")[2]
    verbs = list(_VERB.finditer(text))
    return text[verbs[-1].end() :] if verbs else text


def _last_list(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span of the last outermost bracket that closes."""
    depth, opened, found = 0, start, None
    for match in re.compile(r"[\[\]]").finditer(text, start, end):
        if match.group() == "[":
            opened = match.start() if depth == 0 else opened
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                found = (opened, match.end())
    return found
