"""The texts of an item's options, and where a text states one of them.

Two ways of stating: a text *is* an option (`exactly`: notation, articles and final points apart, numbers by
value, units by their sign), or it *contains* options at word boundaries (`stated`: longest first, so that
"New York City" does not state "New York", and what is denied is left out).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from verifiers.choice.denial import denied_after, denied_before
from verifiers.choice.formulas import agree, value_of
from verifiers.choice.notation import compact, plain, unaccented
from verifiers.choice.numbers import Quantity, whole_quantity

_ARTICLE = re.compile(r"(?:an?|the)\s+(?=\S)", re.IGNORECASE)
_OPENERS = re.compile(r"(?:it\s+is|it's|this\s+is|that\s+is|there\s+is|there\s+are)\s+", re.IGNORECASE)
_WORD = re.compile(r"\w+|[^\w\s]")
_FORMULA = re.compile(r"\w ?[+*/^√·×=] ?\w|√|^[^\W\d]$")
_LONGEST_EQUATION = 100
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Statement:
    """`text[start:end]` states the text of the option `label`."""

    label: str
    start: int
    end: int


class Options:
    """The option texts of one item, ready to be found. `labels` and `texts` run in parallel."""

    # `name_letters`: the texts are letters that name things in the picture, mostly those of their own labels;
    # a letter alone is then the text, where it is one.

    def __init__(self, labels: tuple[str, ...], texts: tuple[str, ...]) -> None:
        self.by_label = dict(zip(labels, texts))
        self._keep_case = len({compact(text) for text in texts}) < len(
            {compact(text, keep_case=True) for text in texts}
        )
        named = sum(compact(text) == label.lower() for label, text in self.by_label.items())
        self.name_letters = named >= 2 and any(compact(text).upper() in labels for text in texts)
        self._equations = any("=" in text for text in texts)
        self._keys: dict[str, set[str]] = {}
        for label, text in self.by_label.items():
            for key in self._keys_of(text):
                self._keys.setdefault(key, set()).add(label)
        self._unaccented: dict[str, set[str]] = {}
        for label, text in self.by_label.items():
            self._unaccented.setdefault(unaccented(compact(text)), set()).add(label)
        self._unaccented.pop("", None)
        self._quantities = [(label, quantity) for label, text in self.by_label.items() if (quantity := _value(text))]
        worth = {label: _worth(text) for label, text in self.by_label.items()}
        self._formulas = [(label, value) for label, value in worth.items() if value is not None]
        self._scan, self._groups, self._first_words = _scanner(self.by_label, keep_case=self._keep_case)

    def _keys_of(self, text: str) -> set[str]:
        bare = plain(text)
        keys = {
            compact(bare, keep_case=self._keep_case),
            compact(_ARTICLE.sub("", bare, count=1) if _ARTICLE.match(bare) else bare, keep_case=self._keep_case),
        }
        return {key for key in keys if key}

    def exactly(self, text: str) -> set[str]:
        """The labels of the options that `text` is: none, one, or several that cannot be told apart."""
        for key in self._keys_of(text):
            if key in self._keys:
                return self._keys[key]
        opener = _OPENERS.match(text)
        if opener is not None:
            return self.exactly(text[opener.end() :])
        if "=" in text and not self._equations and len(text) <= _LONGEST_EQUATION:
            return self.exactly(text.rpartition("=")[2])
        return self._by_value(text) or self._unaccented.get(unaccented(compact(text)), set()) or self._by_formula(text)

    def _by_formula(self, text: str) -> set[str]:
        """The options that are worth what the formula `text` is, which may be a plain number."""
        if not self._formulas or len(text) > _LONGEST_EQUATION:
            return set()
        value = _worth(text)
        return {label for label, each in self._formulas if agree(each, value)} if value is not None else set()

    def _by_value(self, text: str) -> set[str]:
        """The options that are the same quantity as `text`; where none is, the one that rounds to it."""
        if not self._quantities or len(text) > 64:
            return set()
        quantity = _value(text)
        if quantity is None:
            return set()
        same = {label for label, each in self._quantities if each.agrees(quantity)}
        if not same and quantity.share is not None:
            same = {label for label, each in self._quantities if each.share == quantity.share}
        if same or quantity.places < 2 or quantity.unit:
            return same
        within = Fraction(1, 2 * 10**quantity.places)
        near = {
            label for label, each in self._quantities if abs(each.value - quantity.value) <= within and not each.unit
        }
        return near if len(near) == 1 and quantity.digits >= 3 else set()

    def begins(self, label: str, text: str) -> bool:
        """Whether `text` is the text of option `label`, or begins with it, or is its beginning."""
        own = compact(self.by_label.get(label, ""), keep_case=self._keep_case)
        given = compact(text, keep_case=self._keep_case)
        if not own or not given:
            return False
        if own == given or label in self.exactly(text):
            return True
        longer, shorter = (own, given) if len(own) > len(given) else (given, own)
        if not longer.startswith(shorter):
            return False
        edge = longer[len(shorter) : len(shorter) + 1]
        return len(shorter) >= 3 or not (edge.isalnum() and shorter[-1:].isalnum())

    def stated(self, text: str, start: int, end: int) -> list[Statement]:
        """The options stated in `text[start:end]` and not denied, in order."""
        if self._scan is None:
            return []
        found = []
        for match in self._matches(self._scan, text, start, end):
            labels = self._groups[match.lastgroup or ""]
            if denied_before(text, match.start(), start) or denied_after(text, match.end()):
                continue
            found += [Statement(label, match.start(), match.end()) for label in labels]
        return found

    def _matches(self, scan: re.Pattern[str], text: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """The matches of `scan`; in ASCII tried only where the first word of an option stands."""
        if not text.isascii():
            yield from scan.finditer(text, start, end)
            return
        searched = text if self._keep_case else text.lower()
        for place in sorted(_places(searched, self._first_words, start, end)):
            if place >= start and (match := scan.match(text, place, end)):
                start = match.end()
                yield match


def _places(text: str, words: tuple[str, ...], start: int, end: int) -> set[int]:
    """Where any of `words` begins in `text[start:end]`."""
    places = set()
    for word in words:
        at = text.find(word, start, end)
        while at >= 0:
            places.add(at)
            at = text.find(word, at + 1, end)
    return places


_RATIO = re.compile(r"\$?\s*(\d{1,9})\s*:\s*(\d{1,9})\s*\$?")


def _value(text: str) -> Quantity | None:
    """The quantity that a short text is; a ratio `1:3` is its fraction."""
    ratio = _RATIO.fullmatch(text)
    if ratio is not None and int(ratio.group(2)):
        return Quantity(Fraction(int(ratio.group(1)), int(ratio.group(2))))
    return whole_quantity(text)


def _worth(text: str) -> float | None:
    """The value of a formula of numbers, or of a number without a unit."""
    bare = plain(text).strip(" .,;")
    value = value_of(bare)
    if value is not None:
        return value
    quantity = whole_quantity(bare)
    return (
        float(quantity.value) if quantity is not None and not quantity.unit and abs(quantity.value) < 10**15 else None
    )


def _scanner(
    by_label: dict[str, str], *, keep_case: bool
) -> tuple[re.Pattern[str] | None, dict[str, list[str]], tuple[str, ...]]:
    """One pattern for all options, the longest first, with the first words to look for.

    The groups of the pattern name the labels that share a text.
    """
    labels_of: dict[str, list[str]] = {}
    for label, text in by_label.items():
        words = plain(text)
        article = _ARTICLE.match(words)
        words = words[article.end() :] if article else words
        key = " ".join(_WORD.findall(words.strip(" .,;:!?。")))
        if key:
            labels_of.setdefault(key if keep_case else key.lower(), []).append(label)
    pieces, groups = [], {}
    for place, key in enumerate(sorted(labels_of, key=len, reverse=True)):
        pieces.append(f"(?P<o{place}>{_phrase(key)})")
        groups[f"o{place}"] = labels_of[key]
    if not pieces:
        return None, {}, ()
    first_words = tuple({key.partition(" ")[0] for key in labels_of})
    return re.compile("|".join(pieces), 0 if keep_case else re.IGNORECASE), groups, first_words


def _phrase(key: str) -> str:
    """The pattern of an option's words: any blanks between them, nothing that continues them at the ends."""
    words = key.split(" ")
    body = _ROOTED.sub(_either_root, _spaced(words))
    before = _edge(words[0][0], before=True)
    after = _edge(words[-1][-1], before=False)
    if _FORMULA.search(key):
        # Not a part of a longer formula: `a+b` is not stated by `(a+b)/2`.
        before, after = rf"(?<![\w(+\-*/^√·×])(?<![+\-*/^√·×] ){before}", rf"{after}(?!\s?\)?\s?[+\-*/^√·×]|\(|\))"
    return before + body + after


# The pattern of `√(3)`, which is written `√3` as well.
_ROOTED = re.compile(r"√\\s\*\\\(\\s\*(\w+)\\s\*\\\)")


def _either_root(match: re.Match[str]) -> str:
    return rf"√\s*(?:\(\s*{match.group(1)}\s*\)|{match.group(1)}(?!\w|\.\d))"


def _spaced(words: list[str]) -> str:
    body = re.escape(words[0])
    for left, right in pairwise(words):
        both = left[-1].isalnum() and right[0].isalnum() and not _UNSPACED.match(left[-1])
        body += (r"(?:\s+|-)" if both else r"\s*") + re.escape(right)
    return body


def _edge(character: str, *, before: bool) -> str:
    if character.isdigit():
        # Not a part of a longer number, a formula, or a range.
        if before:
            return r"(?<![\w.,+\-/^√×·*])(?<![+×·*/] )"
        return r"(?![\w²³(]|\s?[/^√π×·*+]|[.,]\d|-\d|\s?:\s?\d)"
    if character.isalnum() and not _UNSPACED.match(character):
        return r"(?<!\w)(?<!\w-)" if before else r"(?!\w)(?!-\w)(?!'\w)"
    return ""
