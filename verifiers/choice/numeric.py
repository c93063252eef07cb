"""Answers that are numbers.

A number is right by value: exactly, or within the problem's precision or tolerance, in its unit where one is
asked for. A stated precision accepts what rounds to the reference, whichever way a half is rounded; precision
0 asks for the integer itself. A percentage is read as its number or as its share; a scale word ("5M",
"million") multiplies. Units of the wrong dimension are wrong; nouns ("5 apples") are no units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from verifiers.choice.denial import denied_before
from verifiers.choice.evidence import Claim, Decide, Found, Reading, StatedReader, Status
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
_EQUALS = re.compile(
    r"[=≈≃]|\b(?:equals|is\s+equal\s+to)\b|\b(?:sum|product|difference|total|quotient|average|mean)\b[^.=\n]{1,60}?\bis\b"
)
# "…, which occurs at x = 3", but not "…, which makes 5"
_CLAUSE = re.compile(
    r",?\s+(?:which|when|where|if)\b(?!.*\b(?:makes?|gives?|means|total|so|equals?|therefore|is|are)\b)", re.IGNORECASE
)
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
        reading = self.stated(_passage(text, claim.start, claim.end), claimed=True)
        if reading is not None and reading.status is Status.AMBIGUOUS:
            return self._concluded(text, claim.start, claim.end) or reading
        return reading

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
            found = [each for each in found if not denied_before(text, each.start)] or found
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
        """What stands before a clause that explains, behind the last equals sign, and outside parentheses."""
        clause = _CLAUSE.search(text, found[0].end)
        if clause is not None:
            found = [each for each in found if each.start < clause.start()]
            text = text[: clause.start()]
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
    return one.agrees(other) or (one.share is not None and one.share == other.share)


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
