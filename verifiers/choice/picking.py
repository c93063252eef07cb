"""One option, picked by its label or its text.

Theory of operation. A span is read in this order, and the first that applies decides:

1. it is a label and nothing else;
2. it is the text of one option;
3. it begins with a label, and what follows is that option's text, an explanation, or nothing;
4. it mentions labels or states options, what is denied left out: one marked label, or one option's text, or
   one bare label. Several are ambiguous, and so is a label with another option's text.

A response that claims nothing is read as a whole in the same way, but with less trust in what stands inside
its prose: a bare letter there is no answer.
"""

from __future__ import annotations

import re

from verifiers.choice.evidence import Claim, Reading, Status
from verifiers.choice.judged import judged, only_one_left
from verifiers.choice.letters import Labels, Mention, run_of
from verifiers.choice.notation import compact, plain
from verifiers.choice.options import Options, Statement
from verifiers.choice.passages import Passage, passage
from verifiers.choice.retraction import taken_back

# What may follow a bare label in its sentence: "B because …", "C rather than B".
_EXPLAINS = re.compile(
    r"\s*(?:[,;(&/|]|-\s|(?:because|since|as|rather|instead|not|which|with|for|due|given|where|meaning|by|on|in\s+the|"
    r"and|or|nor|vs|option|choice|fits|matches|works|correctly|best)\b|因|，|。|、|正确|正確|项|項|是|而)",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"[\s)\]}*_`$\"'.]*(?:,|;|/|&|\+|\||、|，|和|或|及|与|\band(?:/or)?\b|\bor\b|\s)?\s*\(?(?:and\b|or\b|&)?\s*(?:options?\s+|choices?\s+)?[(\[\"'*_`$]*",
    re.IGNORECASE,
)
_DENYING = re.compile(
    r"[\s,;(\[]*(?:and\s+|but\s+)?(?:not|rather\s+than|instead\s+of|nor|as\s+opposed\s+to|unlike|而不是|而非|不是)\b",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"(?:\bbut(?:\s+rather)?|而是|应该是|应为|\binstead\b|\brather\b|\bit(?:'s|\s+is|\s+must\s+be)|\bsondern\b|\bsino\b|\bmais\b)",
    re.IGNORECASE,
)
# Behind one of these, of several that are mentioned one is preferred.
_LEANS = re.compile(
    r"\b(?:(?:but|though|although|and)\s+)?(?:(?:most|more)\s+(?:likely|probably)|i\s+(?:would\s+)?(?:lean|prefer|favou?r|choose|pick|say)"
    r"(?:\s+(?:towards?|to))?|leaning\s+towards?|preferably|best\s+guess\s+is)\b[:,]?\s*(?:it\s+is\s+|the\s+)?",
    re.IGNORECASE,
)
_SHORT_CLAIM = 40
_WORDS_BEFORE = 2
_WORD_BEFORE = re.compile(r"[^\W\d_]+[ \t]+\Z")
_PARENTHESIS = re.compile(r"\(([^()]*)\)\s*$")


class SpanPicker:
    """Reads spans of responses to one item."""

    reads_json = True
    readable_when_cut = True  # a whole label says all, though its slot never closed

    def __init__(self, labels: Labels, options: Options | None) -> None:
        self.labels = labels
        self.options = options

    # ---- claims

    def read(self, text: str, claim: Claim) -> Reading | None:
        """What a claim picks; None where it is prose that picks nothing."""
        stretch = passage(text, claim.start, claim.end)
        if claim.denied:
            return self._after_denial(stretch)
        reading = self.strictly(stretch)
        if reading is None:
            reading = self.mentioned(stretch, bare=True)
        if reading is None:
            return self._with_words_before(text, claim) or self._other(stretch)
        if reading.status is Status.AMBIGUOUS:
            return self._judged(stretch) or self._preferred(stretch) or reading
        return self._checked(text, claim, reading)

    def _with_words_before(self, text: str, claim: Claim) -> Reading | None:
        """The option that a claim is together with words before it that say nothing elsewhere ("exactly one")."""
        if self.options is None or claim.end - claim.start > _SHORT_CLAIM:
            return None
        start = claim.start
        for _ in range(_WORDS_BEFORE):
            match = _WORD_BEFORE.search(text[:start], max(claim.outer, start - 24))
            if match is None:
                return None
            start = match.start()
            same = self.options.exactly(text[start : claim.end])
            if len(same) == 1:
                return Reading(Status.VALUE, next(iter(same)), start, claim.end)
        return None

    def _judged(self, stretch: Passage) -> Reading | None:
        """The one option that a claim judges for, going through them in turn."""
        verdicts, listed = judged(self.labels, stretch.text, stretch.start, stretch.end)
        label = only_one_left(self.labels, verdicts, {report.label for report in listed})
        return self._value(label, stretch, stretch.start, stretch.end) if label is not None else None

    def _preferred(self, stretch: Passage) -> Reading | None:
        """Of several, the one that a leaning names: "A or B, but most likely B"."""
        leans = list(_LEANS.finditer(stretch.text, stretch.start, stretch.end))
        if not leans:
            return None
        return self.strictly(Passage(stretch.text, leans[-1].end(), stretch.end, stretch.moved, stretch.outer))

    def _after_denial(self, stretch: Passage) -> Reading | None:
        """What "not B" is followed by: "but C"."""
        but = _BUT.search(stretch.text, stretch.start, stretch.end)
        if but is None:
            return None
        rest = Passage(stretch.text, but.end(), stretch.end, stretch.moved, stretch.outer)
        return self.strictly(rest) or self.mentioned(rest, bare=True)

    def _checked(self, text: str, claim: Claim, reading: Reading) -> Reading:
        """A claim that is a bare label may be continued, behind its point, by an option's text."""
        if self.options is None or reading.status is not Status.VALUE or claim.outer_end != claim.end:
            return reading
        if claim.end - claim.start > 8 or not text.startswith((".", ")", ":"), claim.end):
            return reading
        line = text.find("\n", claim.end, claim.end + 400)
        rest = plain(text[claim.end : line if line >= 0 else claim.end + 400].lstrip(".):*_ "))
        others = self.options.exactly(rest) if rest else set()
        if others and reading.key not in others:
            return Reading(Status.AMBIGUOUS, "", reading.start, claim.end)
        return reading

    def _other(self, stretch: Passage) -> Reading | None:
        """A claim of something that is no option, told from prose by its shortness or its figures."""
        words = stretch.text[stretch.start : stretch.end].split()
        if len(words) > 6 and not any(character.isdigit() for word in words for character in word):
            return None
        if len(words) > 12:
            return None
        key = " ".join(words).lower()[:200]
        return Reading(Status.OTHER, key, *stretch.place(stretch.start, stretch.end)) if key else None

    # ---- spans

    def strictly(self, stretch: Passage) -> Reading | None:
        """A label alone, an option's text alone, or a label with what belongs to it."""
        text, start, end = stretch.text, stretch.start, stretch.end
        label = self._label(text, start, end)
        if label is not None:
            return self._value(label, stretch, start, end)
        return self._text(stretch) or self._led(stretch) or self._run(stretch)

    def _run(self, stretch: Passage) -> Reading | None:
        """Labels and nothing else: the one that is repeated, or several."""
        run = run_of(self.labels, stretch.text[stretch.start : stretch.end])
        return self._one(set(run), stretch, stretch.start, stretch.end) if run else None

    def _label(self, text: str, start: int, end: int) -> str | None:
        """The label that a span is, unless it names a thing in the picture that is another option's text."""
        label = self.labels.whole(text, start, end)
        if label is not None and self.options is not None and self.options.name_letters:
            same = self.options.exactly(text[start:end])
            if len(same) == 1 and compact(self.options.by_label[label]).upper() not in self.labels.labels:
                return next(iter(same))
        return label

    def _text(self, stretch: Passage) -> Reading | None:
        """The option whose text a stretch is."""
        if self.options is None or stretch.end - stretch.start > 2000:
            return None
        same = self.options.exactly(stretch.text[stretch.start : stretch.end])
        return self._one(same, stretch, stretch.start, stretch.end) if same else None

    def _led(self, stretch: Passage) -> Reading | None:
        """A label at the beginning, with what follows it."""
        text, end = stretch.text, stretch.end
        leading = self.labels.leading(text, stretch.start, end)
        if leading is None:
            return None
        label, label_end, marked, rest_start = leading
        if self.labels.opens_range(text, label_end, end):
            return None
        rest = text[rest_start:end].strip()
        span = (label_end - len(label), label_end)
        if not rest:
            return self._value(label, stretch, *span)
        a_word = not marked and text[label_end - len(label) : label_end] in ("A", "I")
        own = self._belongs(label, rest, beginning=not a_word)
        if own is not None:
            return self._value(label, stretch, *span) if own else self._ambiguous(stretch, label_end, end)
        if self._denied_at_start(text, stretch.start, label_end, end) or taken_back(text, label_end, end):
            return None
        if self._continues_with_labels(text, label, label_end, end):
            return self._ambiguous(stretch, span[0], end)
        if marked or (_EXPLAINS.match(text, label_end, end) and self._not_a_word(text, label_end, end)):
            return self._value(label, stretch, *span)
        return None

    def _not_a_word(self, text: str, label_end: int, end: int) -> bool:
        mentions = self.labels.mentions(text, max(0, label_end - 8), min(end, label_end + 40))
        return any(mention.end == label_end for mention in mentions)

    def _belongs(self, label: str, rest: str, *, beginning: bool) -> bool | None:
        """Whether what follows a label is its own option's text (True) or another's (False); None for neither."""
        if self.options is None or len(rest) > 2000:
            return None
        bare = _unwrapped(rest)
        same = self.options.exactly(bare) or (self.options.exactly(rest) if rest.startswith("(") else set())
        if same:
            return label in same
        return True if beginning and self.options.begins(label, bare) else None

    def _denied_at_start(self, text: str, start: int, label_end: int, end: int) -> bool:
        mentions = self.labels.mentions(text, start, min(end, label_end + 120))
        return bool(mentions) and mentions[0].end == label_end and mentions[0].denied

    def _continues_with_labels(self, text: str, label: str, label_end: int, end: int) -> bool:
        """Whether the label is the first of several: "A or B", "A/C", "(A) (B)"."""
        if _DENYING.match(text, label_end, end):
            return False
        joint = _MORE.match(text, label_end, end)
        if joint is None:
            return False
        near = self.labels.mentions(
            text, joint.end() - 1 if joint.end() > label_end else label_end, min(end, joint.end() + 48)
        )
        return any(
            mention.start <= joint.end() + 1 and mention.label != label and not mention.denied for mention in near
        )

    def mentioned(self, stretch: Passage, *, bare: bool) -> Reading | None:
        """The one option that is mentioned; `bare` letters count only in claims."""
        text, start, end = stretch.text, stretch.start, stretch.end
        statements = self.options.stated(text, start, end) if self.options is not None else []
        mentions = [each for each in self.labels.mentions(text, start, end) if not _inside(each, statements)]
        marked = {each.label for each in mentions if each.marked and not each.denied}
        stated = {each.label for each in statements}
        if marked and stated and not marked & stated and (not bare or end - start <= _SHORT_CLAIM):
            return self._ambiguous(stretch, start, end)  # "60°, option B", where that is 45°
        if marked:
            return self._one(marked, stretch, *_reach([each for each in mentions if each.label in marked]))
        letters = {each.label for each in mentions if not each.denied} if bare else set()
        if stated and letters and not letters & stated:
            return self._ambiguous(stretch, start, end)
        if stated:
            return self._one(stated, stretch, statements[0].start, statements[-1].end)
        if letters:
            return self._one(letters, stretch, *_reach([each for each in mentions if not each.denied]))
        return None

    # ---- readings

    def _value(self, label: str, stretch: Passage, start: int, end: int) -> Reading:
        return Reading(Status.VALUE, label, *stretch.place(start, end))

    def _ambiguous(self, stretch: Passage, start: int, end: int) -> Reading:
        return Reading(Status.AMBIGUOUS, "", *stretch.place(start, end))

    def _one(self, labels: set[str], stretch: Passage, start: int, end: int) -> Reading:
        if len(labels) == 1:
            return self._value(next(iter(labels)), stretch, start, end)
        return self._ambiguous(stretch, start, end)

    def scattered(self, keys: set[str]) -> bool:
        """Whether the claims of a response name every option there is."""
        return len(keys) >= max(3, len(self.labels.labels))

    def join(self, readings: list[Reading]) -> Reading:
        """Different picks side by side are no pick."""
        return Reading(Status.AMBIGUOUS, "", readings[0].start, readings[-1].end)


def _unwrapped(rest: str) -> str:
    """`rest` without one pair of parentheses around it and without markup at its edges."""
    rest = rest.strip("*_`\"' \t")
    match = _PARENTHESIS.fullmatch(rest)
    return match.group(1) if match else rest


def _inside(mention: Mention, statements: list[Statement]) -> bool:
    return not mention.marked and any(each.start <= mention.start < each.end for each in statements)


def _reach(mentions: list[Mention]) -> tuple[int, int]:
    return mentions[-1].start, mentions[-1].end
