"""Items with labels: one option (`choice`), a set of them (`multi`), or all in an order (`sequence`)."""

from __future__ import annotations

import re
from itertools import pairwise
from string import ascii_uppercase

from verifiers.choice.evidence import Claim, Decide, Found, Reading, Status
from verifiers.choice.judged import judged
from verifiers.choice.letters import Labels, labels_for, run_of
from verifiers.choice.options import Options
from verifiers.choice.passages import Passage, passage
from verifiers.choice.permutation import Order, checked_order
from verifiers.choice.whole import Picker
from verifiers.errors import ProblemError
from verifiers.problem import ChoiceProblem
from verifiers.response import Response


def prepare_choice(problem: ChoiceProblem) -> tuple[Picker, Decide]:
    """One label; the key is the label."""
    labels, options = _item(problem)
    reference = right_label(problem)
    return Picker(labels, options), lambda key: float(key == reference)


def prepare_multi(problem: ChoiceProblem) -> tuple[MultiPicker, Decide]:
    """A set of labels; the key lists them in the item's order."""
    labels, options = _item(problem)
    reader = MultiPicker(labels, options)
    reference = reader.key_of(set(_references(problem, labels)))
    return reader, lambda key: float(key == reference)


def prepare_sequence(problem: ChoiceProblem) -> tuple[Sequencer, Decide]:
    """Labels in order; the key lists them so."""
    labels, options = _item(problem)
    tokens = _references(problem, labels)
    reference = ",".join(tokens)
    return Sequencer(labels, options, len(tokens)), lambda key: float(key == reference)


def order_of(problem: ChoiceProblem) -> Order | None:
    """The order in which the options were shown, where the problem says so."""
    if problem.shown_order is None:
        return None
    labels = _item(problem)[0].labels
    right = right_label(problem) if problem.answer_type == "choice" else None
    return Order(labels, problem.shown_order, as_set=problem.answer_type == "multi", right=right)


def right_label(problem: ChoiceProblem) -> str:
    """The one label that the reference names."""
    if not isinstance(problem.reference, str):
        raise _fault(problem, "reference", "is a list; one label is wanted, or answer_type 'multi'")
    return _label(problem, _item(problem)[0], problem.reference)


def _references(problem: ChoiceProblem, labels: Labels) -> list[str]:
    """The labels that the reference lists."""
    tokens = problem.reference if isinstance(problem.reference, list) else _split(problem, labels, problem.reference)
    if not tokens:
        raise _fault(problem, "reference", "names no label")
    return [_label(problem, labels, str(token)) for token in tokens]


# ---- the item


def _fault(problem: ChoiceProblem, field: str, message: str) -> ProblemError:
    return ProblemError(message, problem_id=problem.id, field=field)


def _item(problem: ChoiceProblem) -> tuple[Labels, Options | None]:
    """The labels and options of an item, checked; the texts in the order shown, under the labels of their places."""
    choices, labels = problem.choices, problem.labels
    if choices is not None and len(choices) < 1:
        raise _fault(problem, "choices", "is empty; leave it out where the options are in the picture")
    if labels is None:
        if choices is not None and len(choices) > len(ascii_uppercase):
            raise _fault(problem, "labels", f"is missing: {len(choices)} choices cannot be named A to Z")
        labels = list(ascii_uppercase[: len(choices)] if choices is not None else ascii_uppercase)
    if choices is not None and len(labels) != len(choices):
        raise _fault(problem, "labels", f"names {len(labels)} options, but there are {len(choices)} choices")
    for label in labels:
        if not label.strip() or label != label.strip() or len(label) > 16:
            raise _fault(
                problem, "labels", f"has a label {label!r}; one to 16 characters without blanks at the ends are wanted"
            )
    if len({*labels}) < len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        raise _fault(problem, "labels", f"has the label {twice!r} twice")
    if not labels:
        raise _fault(problem, "labels", "is empty")
    named = tuple(labels)
    order = checked_order(problem, named)
    if choices is None:
        return labels_for(named), None
    text_of = dict(zip(named, choices))
    return labels_for(named), Options(named, tuple(text_of[label] for label in order or named))


def _label(problem: ChoiceProblem, labels: Labels, token: str) -> str:
    """The label that a reference names: itself, or its place as a letter where no label is a capital letter."""
    label = labels.canonical(token.strip())
    if label is None and len(token) == 1 and not any(len(each) == 1 and each.isupper() for each in labels.labels):
        place = ascii_uppercase.find(token)
        label = labels.labels[place] if 0 <= place < len(labels.labels) else None
    if label is None:
        shown = ", ".join(labels.labels[:12])
        raise _fault(problem, "reference", f"is {token!r}, which is not among the labels {shown}")
    return label


def _split(problem: ChoiceProblem, labels: Labels, reference: str) -> list[str]:
    """The labels written in a reference: `A,C`, `A C` or, where labels are single characters, `AC`."""
    parts = [part for part in re.split(r"[\s,;/|>\-→]+", reference.strip(" []()")) if part]
    if len(parts) == 1 and labels.canonical(parts[0]) is None and all(len(label) == 1 for label in labels.labels):
        parts = list(parts[0])
    return [part.strip("\"'") for part in parts]


# ---- sets


class MultiPicker(Picker):
    """Reads sets of labels: `A, C`, `AC`, `A and C but not B`, or the options' texts."""

    def key_of(self, chosen: set[str]) -> str:
        """The labels in the item's order."""
        return ",".join(label for label in self.labels.labels if label in chosen)

    def read(self, text: str, claim: Claim) -> Reading | None:
        """All that a claim picks."""
        stretch = passage(text, claim.start, claim.end)
        if claim.denied:
            return self._after_denial(stretch)
        return self.strictly(stretch) or self.mentioned(stretch, bare=True) or self._other(stretch)

    def strictly(self, stretch: Passage) -> Reading | None:
        """A run of labels, one label, or one option's text."""
        run = run_of(self.labels, stretch.text[stretch.start : stretch.end])
        if run:
            return self._chosen(set(run), stretch, stretch.start, stretch.end)
        return super().strictly(stretch)

    def _led(self, stretch: Passage) -> Reading | None:
        return None

    def _value(self, label: str, stretch: Passage, start: int, end: int) -> Reading:
        return self._chosen({label}, stretch, start, end)

    def _one(self, labels: set[str], stretch: Passage, start: int, end: int) -> Reading:
        return self._chosen(labels, stretch, start, end)

    def _chosen(self, labels: set[str], stretch: Passage, start: int, end: int) -> Reading:
        return Reading(Status.VALUE, self.key_of(labels), *stretch.place(start, end))

    def mentioned(self, stretch: Passage, *, bare: bool) -> Reading | None:
        """All labels that are mentioned and not denied; else all options stated; "A or C" picks nothing."""
        text, start, end = stretch.text, stretch.start, stretch.end
        mentions = self.labels.mentions(text, start, end)
        letters = [each for each in mentions if not each.denied and (bare or each.marked)]
        if letters:
            if any(re.search(r"\bor\b|或", text[one.end : two.start]) for one, two in pairwise(letters)):
                return self._ambiguous(stretch, letters[0].start, letters[-1].end)
            return self._chosen({each.label for each in letters}, stretch, letters[0].start, letters[-1].end)
        statements = self.options.stated(text, start, end) if self.options is not None else []
        if not statements:
            return None
        return self._chosen({each.label for each in statements}, stretch, statements[0].start, statements[-1].end)

    def join(self, readings: list[Reading]) -> Reading:
        """Sets side by side are one set together."""
        if any(reading.status is not Status.VALUE for reading in readings):
            return super().join(readings)
        together = {label for reading in readings for label in reading.key.split(",")}
        return Reading(Status.VALUE, self.key_of(together), readings[0].start, readings[-1].end)

    def at_once(self, response: Response) -> Found | None:
        """A label alone."""
        return self._alone_at_once(response)

    def scattered(self, keys: set[str]) -> bool:
        """Never: a set may grow."""
        return False

    def assertions(self, response: Response) -> list[Claim]:
        """None: "A is correct" may be one of several."""
        return []

    def whole(self, response: Response) -> Found | None:
        """A response that is a list of labels, or ends with one."""
        return _whole_list(self, response)


def _whole_list(reader: Picker, response: Response) -> Found | None:
    """The reports on the options, the whole response, or else its last line, as a list."""
    text = response.text
    start, end = response.start, response.end
    verdicts, listed = judged(reader.labels, text, start, end)
    favoured = [label for label in reader.labels.labels if verdicts.get(label)]
    if favoured and len(verdicts) == len({report.label for report in listed}):
        return Found(Reading(Status.VALUE, ",".join(favoured), listed[0].start, listed[-1].end), "judged")
    last = text.rfind("\n", start, end) + 1 or start
    for first in dict.fromkeys((start, last)):
        piece = passage(text, first, end)
        reading = reader.strictly(piece) or (reader.mentioned(piece, bare=True) if end - first <= 200 else None)
        if reading is not None and reading.status is Status.VALUE:
            return Found(reading, "label")
    found = Picker.whole(reader, response)
    return found if found is not None and found.reading.status is not Status.VALUE else None


# ---- orders

_STEP = re.compile(r"(?m)^\s*(?:(?i:step)\s+)?\(?\d{1,2}[.):]\s*")


_ORDERING = re.compile(r"\b(?:finally|lastly|next|last|followed\s+by|after\s+that)\b", re.IGNORECASE)


class Sequencer(Picker):
    """Reads orders of labels: `BACD`, `B → A → C → D`, a numbered list; every label at most once."""

    def __init__(self, labels: Labels, options: Options | None, length: int) -> None:
        super().__init__(labels, options)
        self._length = length

    def read(self, text: str, claim: Claim) -> Reading | None:
        """The order that a claim states."""
        return self.strictly(passage(text, claim.start, claim.end)) if not claim.denied else None

    def strictly(self, stretch: Passage) -> Reading | None:
        """A run of labels, or the one run of labels within words."""
        text = stretch.text[stretch.start : stretch.end]
        if not self.labels.numeric:
            text = _STEP.sub(" ", text)
        order = run_of(self.labels, text) or self._within(text)
        if len(order) < 2 or len({*order}) < len(order):
            return None
        return Reading(Status.VALUE, ",".join(order), *stretch.place(stretch.start, stretch.end))

    def _within(self, text: str) -> list[str]:
        """The longest run of labels inside a sentence ("They go B-A-C-D.")."""
        pattern = _sequence_pattern(self.labels.labels)
        runs = [match.group() for match in pattern.finditer(text)]
        if len(runs) != 1:
            return []
        return run_of(self.labels, _ORDERING.sub(" ", runs[0]))

    def join(self, readings: list[Reading]) -> Reading:
        """Different orders side by side are none."""
        return Reading(Status.AMBIGUOUS, "", readings[0].start, readings[-1].end)

    def at_once(self, response: Response) -> Found | None:
        """None: one label is no order."""
        return None

    def scattered(self, keys: set[str]) -> bool:
        """Never: revisions are not options."""
        return False

    def assertions(self, response: Response) -> list[Claim]:
        """None: an order is stated, not asserted of a label."""
        return []

    def whole(self, response: Response) -> Found | None:
        """The response as an order, or its last line."""
        text, start, end = response.text, response.start, response.end
        last = text.rfind("\n", start, end) + 1 or start
        for first in dict.fromkeys((start, last)):
            reading = self.strictly(passage(text, first, end)) if end - first <= 2000 else None
            if reading is not None:
                return Found(reading, "label")
        found = super().whole(response)
        return found if found is not None and found.reading.status is Status.REFUSAL else None


def _sequence_pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    token = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    joint = (
        r"\s*(?:->|→|⇒|>|<|,|;|-|–|、|，|\band\b|\bthen\b|\bfollowed\s+by\b|\s)\s*"
        r"(?:(?:and|then|finally|lastly|next|last|after\s+that)[\s,]+){0,3}"
    )
    spelt = rf"(?:{token}){{2,}}" if all(len(label) == 1 for label in labels) else rf"(?:{token})"
    return re.compile(rf"(?<![A-Za-z0-9])(?:\(?(?:{token})\)?(?:{joint}\(?(?:{token})\)?)+|{spelt})(?![A-Za-z0-9])")
