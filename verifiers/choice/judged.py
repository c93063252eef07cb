"""Options judged one by one: "A: wrong. B: correct.", `- (B) horse ✅`, `{"A": false, "B": true}`, a table's rows.

Theory of operation. A label that leads a line, a sentence or an entry heads a *report*, which runs to the next
head. A report is for or against its option by the words and signs of judgement in it, negations first ("not
correct" is against); one that holds both, or neither, says nothing. Labels that are reported on twice differently
say nothing either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from verifiers.choice.letters import NOUNS, Labels, places

_LONGEST = 20_000
_FOR = (
    r"\b(?:correct|right\s+(?:answer|choice|option|one)|(?:is|was|seems|looks|[:=|,-])\s*[*_\"']*(?:right|true|valid|accurate|yes)|"
    r"matches|true)\b|[✓✔✅☑]|正确|正確|符合题意|对的|\bcorrect[oae]?\b|\brichtig\b|\bcorrecte\b|верно|正しい|맞"
)
_AGAINST = (
    r"\b(?:in(?:correct|valid|accurate|compatible)|wrong|false|untrue|impossible|implausible|unlikely|eliminated?|excluded?|"
    r"rejected|discarded?|ruled?\s+out|mismatch|falsch|incorrect[oae]|"
    r"(?:not|isn't|aren't|wasn't|doesn't|don't|does\s+not|do\s+not|cannot|can't|never|fails?\s+to|no)\s+(?:\w+\s+){0,2}?"
    r"(?:be\s+)?(?:correct|right|true|valid|accurate|match|fit|plausible|possible|consistent|the\s+answer))\b"
    r"|(?<=[:=|,])\s*[*_\"']*no\b|[✗✘❌✖]|错误|錯誤|不正确|不正確|不符合|不对|不成立|有误|неверно|誤り|正しくない|틀"
)
_JUDGED = re.compile(rf"(?P<against>{_AGAINST})|(?P<for>{_FOR})", re.IGNORECASE)
_STARTS = r"(?:(?<=[\n.;,{|!?])|(?<=[，。；、！？]))"
_FOLLOWS = (
    r"(?:[)\]}*_\"'`]*\s*(?:[.:、|=\-)]|→)|[)\]}*_\"'`]+|"
    r"(?=\s*(?:is|was|seems|looks|are)\b|\s*[✓✔✅☑✗✘❌✖]|\s*(?:选项|選項|项|項)?(?:是|正确|正確|错误|錯誤|不|符合|对)))"
)


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of the option `label` at `text[start:end]`: `verdict` True, False, or None for nothing."""

    label: str
    start: int
    end: int
    verdict: bool | None


@lru_cache(maxsize=256)
def _heads(labels: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What heads a report at the beginning of a text, and behind the end of a line, sentence or entry."""
    token = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    head = rf"[\s>*_#•|\-–]{{0,24}}(?:(?i:{NOUNS})\s*)?[(\[*_\"'`]*(?P<label>{token})(?![A-Za-z0-9'])(?:{_FOLLOWS})"
    return re.compile(head), re.compile(_STARTS + head)


def reports(labels: Labels, text: str, start: int, end: int) -> list[Report]:
    """The reports on the item's options in `text[start:end]`, in order; none in a text beyond all lists."""
    if end - start > _LONGEST or len({text[slice(*place)] for place in places(labels.labels, text, start, end)}) < 2:
        return []
    opening, further = _heads(labels.labels)
    first = opening.match(text, start, end)
    heads = list(further.finditer(text, first.end() if first is not None else start, end))
    if first is not None:
        heads.insert(0, first)
    if len(heads) < 2:
        return []
    ends = [head.start() for head in heads[1:]] + [end]
    return [
        Report(head["label"], head.start("label"), last, _verdict(text, head, last)) for head, last in zip(heads, ends)
    ]


def _verdict(text: str, head: re.Match[str], end: int) -> bool | None:
    said = {match.lastgroup for match in _JUDGED.finditer(text, head.end("label"), end)}
    return said == {"for"} if len(said) == 1 else None


def judged(labels: Labels, text: str, start: int, end: int) -> tuple[dict[str, bool], list[Report]]:
    """Each label's judgement, where at least two labels are reported on and one judged; and the reports."""
    found = reports(labels, text, start, end)
    verdicts: dict[str, bool] = {}
    unclear = set()
    for report in found:
        if report.verdict is None:
            continue
        if verdicts.setdefault(report.label, report.verdict) != report.verdict:
            unclear.add(report.label)
    if len({report.label for report in found}) < 2 or unclear:
        return {}, found
    return verdicts, found


def only_one_left(labels: Labels, verdicts: dict[str, bool], listed: set[str]) -> str | None:
    """The one label judged for, some other being judged against; or the one of all labels that is not."""
    favoured = [label for label, verdict in verdicts.items() if verdict]
    against = len(verdicts) - len(favoured)
    if len(favoured) == 1 and against:
        return favoured[0]
    if not favoured and listed == set(labels.labels) and against == len(listed) - 1:
        return next(label for label in labels.labels if label not in verdicts)
    return None
