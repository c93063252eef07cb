"""One option, picked by a response as a whole, in which nothing is marked as the answer.

What stands in claims is read by `verifiers.choice.picking`; the whole is read in the same way, but with less trust
in what stands inside its prose: a bare letter there is no answer. In this order:

1. a label as the whole response, its first or its last line; the text of one option;
2. reports on the options in turn (`verifiers.choice.judged`); a list that repeats the options says nothing, and only
   what follows it is read;
3. a label that leads, labels alone, a conclusion;
4. a refusal; then the one option that is mentioned, or the one that is left where every other is denied.
"""

from __future__ import annotations

import re

from verifiers.choice.assertions import asserted
from verifiers.choice.conclusions import brief, concluded
from verifiers.choice.evidence import Claim, Found, Reading, Status
from verifiers.choice.judged import Report, judged, only_one_left
from verifiers.choice.notation import plain
from verifiers.choice.passages import Passage, passage
from verifiers.choice.picking import SpanPicker
from verifiers.choice.quick import quickly
from verifiers.choice.refusals import refusal
from verifiers.choice.retraction import last_retraction
from verifiers.choice.sentences import last_sentence
from verifiers.response import Response

_TURN = re.compile(
    r"(?:\b(?:so|therefore|thus|hence|in\s+conclusion|overall|finally)\b,?|\bbut\s+(?=(?:it|this|that)(?:'s|\s+is|\s+must)\b)"
    r"|因此|所以|综上)",
    re.IGNORECASE,
)
_AT_ONCE = 24
_ELIMINATED = 2  # so many others must be denied for the last to be left
_LONGEST = 4000


class Picker(SpanPicker):
    """Reads responses to one item."""

    def at_once(self, response: Response) -> Found | None:
        """A label alone, or in one of the commonest forms."""
        found = self._alone_at_once(response)
        if found is not None or (self.options is not None and self.options.name_letters):
            return found
        quick = quickly(response, self.labels, self.options)
        if quick is None:
            return None
        tier, label, start, end = quick
        return Found(Reading(Status.VALUE, label, start, end), tier)

    def _alone_at_once(self, response: Response) -> Found | None:
        if response.end - response.start > _AT_ONCE:
            return None
        label = self._label(response.text, response.start, response.end)
        if label is None:
            return None
        stretch = Passage(response.text, response.start, response.end, False, (response.start, response.end))
        return Found(self._value(label, stretch, response.start, response.end), "label")

    # ---- assertions and the whole

    def assertions(self, response: Response) -> list[Claim]:
        """ "B is the correct answer", "corresponds to option B", 选项B正确; and what a retraction leads to."""
        labels, text = self.labels.labels, response.text
        found = [Claim(*place, loose=True) for place in asserted(labels, text, response.start, response.end)]
        turn = last_retraction(text, response.start, response.end)
        place = concluded(labels, text, turn, response.end) if turn is not None else None
        return [*found, Claim(*place, *place, loose=True)] if place is not None else found

    def whole(self, response: Response) -> Found | None:
        """What a response without claims says."""
        text, start, end = response.text, response.start, response.end
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start >= end:
            return None
        stretch = (
            passage(text, start, end) if end - start <= _LONGEST else Passage(text, start, end, False, (start, end))
        )
        reading = self._alone(text, stretch, start, end)
        if reading is not None:
            return Found(reading, "label")
        reading = self._text(stretch)
        if reading is not None:
            return Found(reading, "option text")
        verdicts, listed = judged(self.labels, text, start, end)
        label = only_one_left(self.labels, verdicts, {report.label for report in listed})
        if label is not None:
            report = next(each for each in listed if each.label == label)
            return Found(Reading(Status.VALUE, label, report.start, report.start + len(label)), "judged")
        echo = self._echo_end(text, listed)
        if echo and text[echo:end].strip():
            return self.whole(Response(text, echo, end))
        return self._in_prose(text, stretch, start, end, enumerated=_enumerated(text, listed, self.labels.labels[0]))

    def _in_prose(self, text: str, stretch: Passage, start: int, end: int, *, enumerated: bool) -> Found | None:
        for tier, reading in (
            ("leading label", None if enumerated else self._leading(text, stretch, start, end)),
            ("labels", self._run(stretch)),
            ("conclusion", self._concluded(text, start, end) or self._stated_last(text, start, end)),
        ):
            if reading is not None:
                return Found(reading, tier)
        place = refusal(text, start, end)
        if place is not None:
            return Found(Reading(Status.REFUSAL, "", *place), "refusal")
        reading = self.mentioned(stretch, bare=False)
        if reading is None:
            return self._left_over(stretch)
        if reading.status is not Status.VALUE:
            return Found(reading, "labels")
        return Found(reading, "marked label" if reading.end - reading.start == len(reading.key) else "option text")

    def _left_over(self, stretch: Passage) -> Found | None:
        """The one label that is left where every other is denied; several that are not are ambiguous."""
        mentions = self.labels.mentions(stretch.text, stretch.start, stretch.end)
        letters = {each.label for each in mentions if not each.denied}
        if len(letters) > 1:
            return Found(self._ambiguous(stretch, stretch.start, stretch.end), "labels")
        left = [label for label in self.labels.labels if label not in {each.label for each in mentions}]
        if self.options is None or letters or len(left) != 1 or len(mentions) < _ELIMINATED:
            return None
        return Found(self._value(left[0], stretch, mentions[0].start, mentions[-1].end), "elimination")

    def _alone(self, text: str, stretch: Passage, start: int, end: int) -> Reading | None:
        """The whole response as a label, or one as its first or last line."""
        whole = self._label(stretch.text, stretch.start, stretch.end)
        if whole is not None:
            return self._value(whole, stretch, stretch.start, stretch.end)
        ends = {}
        for first, last in dict.fromkeys((_first_line(text, start, end), _last_line(text, start, end))):
            piece = passage(text, first, last)
            label = self._label(piece.text, piece.start, piece.end)
            if label is not None:
                ends[label] = (first, last)
        if len(ends) > 1:
            return Reading(Status.AMBIGUOUS, "", start, end)
        if ends:
            label, (first, last) = next(iter(ends.items()))
            return Reading(Status.VALUE, label, first, last)
        return None

    def _leading(self, text: str, stretch: Passage, start: int, end: int) -> Reading | None:
        """A label that leads the response, or its first line."""
        return self._led(stretch) or self._led(passage(text, *_first_line(text, start, end)))

    def _echo_end(self, text: str, listed: list[Report]) -> int:
        """Where a list of labels with their own texts, as in the question, ends; 0 where there is none."""
        if self.options is None or len({report.label for report in listed}) < 2:
            return 0
        end = 0
        for report in listed:
            opening = plain(self.options.by_label[report.label])[:24].lower()
            rest = text[report.start + len(report.label) : report.end]
            if not opening or not plain(rest.lstrip(")].:*_ -\"'")).lower().startswith(opening):
                return 0
            line = rest.find("\n")
            end = report.start + len(report.label) + (line if line >= 0 else len(rest))
        return end

    def _stated_last(self, text: str, start: int, end: int) -> Reading | None:
        """The one option stated in a conclusion: "So it is a dog", "a cat? No, but it is a dog"."""
        first, last = last_sentence(text, start, end)
        turn = None
        for turn in _TURN.finditer(text, first, last):
            first = turn.end()
        if turn is None or refusal(text, first, last) is not None:
            return None
        reading = self.mentioned(passage(text, first, last), bare=False)
        return reading if reading is not None and reading.status is Status.VALUE else None

    def _concluded(self, text: str, start: int, end: int) -> Reading | None:
        """The last "so B." or "it must be B."."""
        labels = self.labels.labels
        place = brief(labels, text, start, end) or concluded(labels, text, start, end)
        if place is None:
            return None
        label = self.labels.canonical(text[slice(*place)])
        return Reading(Status.VALUE, label, *place) if label is not None else None


def _first_line(text: str, start: int, end: int) -> tuple[int, int]:
    line = text.find("\n", start, end)
    return start, line if line >= 0 else end


def _last_line(text: str, start: int, end: int) -> tuple[int, int]:
    return text.rfind("\n", start, end) + 1 or start, end


def _enumerated(text: str, listed: list[Report], first: str) -> bool:
    """Whether the reports go through the options in turn, rather than follow a label that answers."""
    if len({report.label for report in listed}) < 2 or listed[0].label != first:
        return False
    apart = ["\n\n" in text[report.start : report.end] for report in listed[:-1]]
    return all(apart) or not apart[0]
