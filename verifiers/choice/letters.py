"""The labels of an item, and where a text mentions them.

A label is what the item says it is: `A`-`E`, `F G H J`, `i`-`iv`, `1`-`4`. A mention is *marked* where the
writer set it apart ("(B)", "**B**", "option B", 选项B) and *bare* otherwise. Letters that are words need
more: a bare `A` or `I` counts only where no noun or verb of its own follows, lower case only where marked,
and bare digits and small Roman numerals never count as mentions, only as a whole answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from verifiers.choice.denial import denied_after, denied_before
from verifiers.choice.folding import circled_number, fold

NOUNS = (
    r"(?:options?|choices?|answers?|letters?|alternatives?|selections?|opci[oó]n|opção|alternativa|r[eé]ponse|"
    r"respuesta|resposta|risposta|opzione|antwort|auswahl|variante?|вариант|ответ|選択肢|选项|選項|选择|選擇|选|選|보기|विकल्प|"
    r"phương\s+án|đáp\s+án|گزینه|الخيار|seçenek|letra|lettre|lettera|buchstabe|буква)"
)
# What a label may name in an item whose options stand in its picture, in a response that says nothing else.
_PICTURES = r"(?:picture|image|figure|graph|diagram|panel|shape|pattern|图形?|圖形?|図)"
# A sign that sets a label apart, unless it crosses it out or negates it: brackets, bullets, arrows, ticks.
_SIGN = r"(?![✗✘❌✖×❎🚫¬≠≁])[^\x00-\x7f\w]"
# Words that may follow a bare label which is also a word: "A is correct", "A and C".
_FOLLOWERS = (
    r"(?:and|or|nor|if|when|unless|is|are|was|because|since|as|rather|instead|not|but|vs|versus|would|must|should|which|with|seems|"
    r"fits|matches|correctly|best|better|works|only)"
)
_LEADING = "([\"'*_`$「【（［"
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_OPENING = "([{<\"'*_`$「【（［"
_CLOSING = ")]}>\"'*_`$」】）］"

# How far before and behind a label its noun and its marks are looked for.
_NEAR = 64
_BEHIND = 16


@dataclass(frozen=True, slots=True)
class Mention:
    """A label in a text: `text[start:end]`, marked or bare, denied by its surroundings or not."""

    label: str
    start: int
    end: int
    marked: bool
    denied: bool


class Labels:
    """The labels of one item, ready to be found."""

    def __init__(self, labels: tuple[str, ...]) -> None:
        self.labels = labels
        self._folded = _index(labels)
        self.numeric = all(label.isdigit() for label in labels)
        self._roman = all(set(label.lower()) <= set("ivx") for label in labels)
        alternatives = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
        token = rf"(?:{alternatives})"
        edge_before = (
            r"(?<![A-Za-z0-9À-ɏ_\\])(?<!\b[Nn]/)(?<![~!¬])(?<!¬ )" if not self.numeric else r"(?<![A-Za-z0-9.,_\\+-])"
        )
        edge_after = r"(?![A-Za-z0-9À-ɏ]|_\w|['][A-Za-z]|[-](?=[A-Za-z0-9]))"
        if self.numeric:
            edge_after += r"(?![.,]\d|%)"
        self._mention = re.compile(
            rf"(?:(?<![^\W_])(?P<noun>{NOUNS})\s*[:：]?\s*)?(?P<open>[{re.escape(_OPENING)}]{{0,4}})\s?"
            rf"{edge_before}(?P<label>{token}){edge_after}\s?(?P<close>[{re.escape(_CLOSING)}]{{0,4}})(?P<item>项|項|选项)?",
            re.IGNORECASE,
        )
        self._range = re.compile(rf"\s*(?:through|thru|to|\.{{2,}})\s*[(\[]?{token}{edge_after}", re.IGNORECASE)
        self._tokens = re.compile(_any_of(_cases(labels)) + "(?![A-Za-z0-9])")
        wrap = rf"(?:[\s()\[\]{{}}<>\"'*_`$.,:;!#>~|]|{_SIGN})"
        before = wrap.replace("!#>~|", "#>|")  # `!B` and `~B` say "not B"
        self._whole = re.compile(
            rf"{before}*(?:[-+=]*>\s*|[-+]\s+)?(?:(?:{NOUNS}|{_PICTURES})\s*(?:is\b)?{before}*)?"
            rf"(?P<label>{token}){wrap}*(?:项|項|选项)?{wrap}*",
            re.IGNORECASE,
        )
        no_digit = r"(?!\d)" if self.numeric else ""
        self._leading = re.compile(
            rf"[\s*_`#>\"'$]*(?P<noun>{NOUNS}\s*(?:is\b\s*)?)?(?P<open>[{re.escape(_LEADING)}\s]{{0,4}}){edge_before}(?P<label>{token})(?![A-Za-z0-9À-ɏ])"
            rf"\s?(?P<close>[{re.escape(_CLOSING)}]{{0,4}})(?P<mark>\s*[.:,;)、。]{no_digit}|\s*-(?=\s))?(?P<after>[*_`\"']*)",
            re.IGNORECASE,
        )

    def canonical(self, token: str) -> str | None:
        """The label that `token` names, case ignored where no two labels differ by it alone."""
        if token in self.labels:
            return token
        return self._folded.get(token.lower())

    def whole(self, text: str, start: int, end: int) -> str | None:
        """The label that `text[start:end]` is and nothing else, however dressed."""
        match = self._whole.fullmatch(text, start, end)
        if match is None:
            return self._by_count(text, start, end) if end - start <= 16 else None
        if self.numeric and text[max(start, match.start("label") - 1) : match.start("label")] in ("-", "."):
            return None
        return self.canonical(match.group("label"))

    def _by_count(self, text: str, start: int, end: int) -> str | None:
        """The option that `②` or `(ii)`, alone, counts to."""
        token = text[start:end].strip(" \t\r\n.,:;()*。")
        number = circled_number(token) if len(token) == 1 else None
        if number is None and token in _ROMAN and ")" in text[start:end]:
            number = _ROMAN.index(token) + 1
        if number is None or not 1 <= number <= len(self.labels):
            return None
        return self.labels[number - 1]

    def leading(self, text: str, start: int, end: int) -> tuple[str, int, bool, int] | None:
        """The label with which `text[start:end]` begins: `(label, its end, marked, where the rest begins)`."""
        match = self._leading.match(text, start, end)
        if match is None:
            return None
        label = self.canonical(match.group("label"))
        if label is None:
            return None
        mark = (match.group("mark") or "").strip()
        opened = bool(match.group("open").strip()) and bool(match.group("close"))
        marked = (
            opened
            or bool(match.group("noun"))
            or mark in (".", ":", ")", "、", "。", "-")
            or ")" in match.group("close")
        )
        if match.group("label").islower() and not marked and not self.labels[0].islower():
            return None
        return label, match.end("label"), marked, match.end()

    def opens_range(self, text: str, place: int, end: int) -> bool:
        """Whether the label that ends at `place` begins a range: "options A through D"."""
        return self._range.match(text, place, end) is not None

    def mentions(self, text: str, start: int, end: int) -> list[Mention]:
        """Every mention of a label in `text[start:end]`, in order; a list shares its denial ("A and B are wrong")."""
        found = []
        for first, last in self._neighbourhoods(text, start, end):
            for match in self._mention.finditer(text, first, last):
                mention = self._mentioned(text, match, start, end)
                if mention is not None:
                    found.append(mention)
        return _with_shared_denials(text, found)

    def _neighbourhoods(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """The stretches of `text[start:end]` in which a label stands as a word, with what may set it apart."""
        if end - start <= _NEAR:
            return [(start, end)]
        found: list[tuple[int, int]] = []
        for match in self._tokens.finditer(text, start, end):
            first, last = match.span()
            if _in_word(text, first - 1, start):
                continue
            first, last = max(start, first - _NEAR), min(end, last + _BEHIND)
            if found and first <= found[-1][1]:
                found[-1] = (found[-1][0], last)
            else:
                found.append((first, last))
        return found

    def _mentioned(self, text: str, match: re.Match[str], start: int, end: int) -> Mention | None:
        label = self.canonical(match.group("label"))
        if label is None or _in_word(text, match.end("label"), start, end):
            return None
        token, first, last = match.group("label"), match.start("label"), match.end("label")
        opened, close = match.group("open"), match.group("close")
        if self.opens_range(text, match.end("close"), end):
            return None
        called = opened.startswith("(") and not match.group("noun") and _in_word(text, match.start("open") - 1, start)
        marked = bool(match.group("noun") or match.group("item")) or (_enclosed(opened, close) and not called)
        if not marked and not self._counts_bare(text, token, last, end):
            return None
        least = match.start("noun") if match.group("noun") else match.start("open")
        denied = denied_before(text, least, start) or denied_after(text, match.end("close"))
        denied = denied or _ASKED.match(text, match.end("close"), end) is not None
        return Mention(label, first, last, marked, denied)

    def _counts_bare(self, text: str, token: str, last: int, end: int) -> bool:
        if self.numeric or (self._roman and token.islower() and len(token) < 2):
            return False
        if token.islower():
            return self.labels[0].islower() and len(token) > 1
        return token not in ("A", "I") or _stands_alone(text, last, end)


_ASKED = re.compile(r"[)\]*_\"'`$ ]{0,4}\?+(?=\s*[^\s)*_?])")


def _cases(labels: tuple[str, ...]) -> list[str]:
    """The labels as they may be written, the longest first."""
    written = {each for label in labels for each in (label, label.lower(), label.upper(), label.capitalize())}
    return sorted(written, key=lambda each: (-len(each), each))


def _any_of(words: list[str]) -> str:
    """A pattern of `words`; a class of characters, which is found faster, where all are single characters."""
    if all(len(word) == 1 for word in words):
        return f"[{re.escape(''.join(words))}]"
    return f"(?:{'|'.join(re.escape(word) for word in words)})"


def _in_word(text: str, place: int, start: int, end: int | None = None) -> bool:
    if place < start or (end is not None and place >= end):
        return False
    return text[place].isascii() and text[place].isalnum()


def _index(labels: tuple[str, ...]) -> dict[str, str]:
    index: dict[str, str] = {}
    clash = set()
    for label in labels:
        for key in {label.lower(), fold(label).lower()}:
            if index.setdefault(key, label) != label:
                clash.add(key)
    return {key: label for key, label in index.items() if key not in clash}


def _enclosed(opened: str, close: str) -> bool:
    return bool(opened) and bool(close) and (opened[-1], close[0]) in _PAIRS


_PAIRS = frozenset(zip(_OPENING, _CLOSING)) | {("*", "*"), ("(", ")")}
_ALONE = re.compile(rf"[)\]}}\"'*_`$]*\s*(?:$|[.,;:!?)\]\n/&|=>→、。，]|[^\W\d_a-z]\b|{_FOLLOWERS}\b|[^\x00-\x7f])")


def _stands_alone(text: str, last: int, end: int) -> bool:
    """Whether a bare `A` or `I` that ends at `last` is not the article or pronoun of what follows."""
    return _ALONE.match(text, last, end) is not None or last >= end


def stands_alone(text: str, first: int, last: int, end: int) -> bool:
    """Whether the label `text[first:last]` is not the article or pronoun of what follows."""
    return text[first:last] not in ("A", "I") or _stands_alone(text, last, end)


@lru_cache(maxsize=256)
def _words_of(labels: tuple[str, ...]) -> re.Pattern[str]:
    """The labels as words; what stands before one is looked at where it is found, which is the faster order."""
    return re.compile(_any_of(sorted(labels, key=len, reverse=True)) + "(?![A-Za-z0-9]|'[A-Za-z])")


@lru_cache(maxsize=16)
def places(labels: tuple[str, ...], text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Where labels, written as the item writes them, stand as words of their own; remembered while a text is read."""
    found = [match.span() for match in _words_of(labels).finditer(text, start, end)]
    return tuple((first, last) for first, last in found if not _in_word(text, first - 1, start))


_JOINT = re.compile(
    r"[)\]}\"'*_`$]*\s*(?:,|;|/|&|、|，|\band\b|\bor\b|\bnor\b|和|及|与|或|\s)+(?:options?\s*|choices?\s*)?[(\[\"'*_`$]*"
)


def _with_shared_denials(text: str, mentions: list[Mention]) -> list[Mention]:
    """Pass a denial along a list of labels: backwards from "are wrong", forwards from "neither"."""
    shared = list(mentions)
    for place in range(len(shared) - 2, -1, -1):
        if shared[place + 1].denied and _joined(text, shared[place], shared[place + 1]):
            shared[place] = replace(shared[place], denied=True)
    for place in range(1, len(shared)):
        if shared[place - 1].denied and _joined(text, shared[place - 1], shared[place]):
            shared[place] = replace(shared[place], denied=True)
    return shared


def _joined(text: str, one: Mention, other: Mention) -> bool:
    return other.start - one.end <= 32 and _JOINT.fullmatch(text, one.end, other.start) is not None


_RUN_BREAKS = re.compile(r"[\s,;/&+|、，和与及()\[\]{}<>\"'*_`$.:>→⇒=\-]+|\band\b|\bthen\b", re.IGNORECASE)


# Articles and conjunctions beside capital letters: "é a B", "A e C", "A y C".
_SHORT_WORDS = frozenset("aoeyiu")
_DECIMAL = re.compile(r"(?<!\d)[-+]\d|\d?\.\d")


def run_of(labels: Labels, text: str) -> list[str]:
    """The labels of a text that is nothing but labels and separators; `AC` where labels are single characters."""
    if len(text) > 400 or (labels.numeric and _DECIMAL.search(text)):
        return []
    tokens = [token for token in _RUN_BREAKS.split(text) if token]
    if any(token.isupper() for token in tokens):
        tokens = [token for token in tokens if token not in _SHORT_WORDS]
    single = all(len(label) == 1 for label in labels.labels)
    run: list[str] = []
    for token in tokens:
        label = labels.canonical(token)
        if label is not None:
            run.append(label)
            continue
        spelt = (
            [labels.canonical(each) for each in token] if single and (token.isupper() or token.isdigit()) else [None]
        )
        known = [each for each in spelt if each is not None]
        if len(known) != len(spelt):
            return []
        run += known
    return run


@lru_cache(maxsize=256)
def labels_for(labels: tuple[str, ...]) -> Labels:
    """The labels of one item; items with the same labels share what was compiled."""
    return Labels(labels)
