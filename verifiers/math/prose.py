"""Words among mathematics: which text is nothing but words, and which runs of letters are words of a language."""

from __future__ import annotations

import re

from verifiers.math import notation as tables
from verifiers.math.descriptions import wholly_described
from verifiers.math.numerals import number_words
from verifiers.math.quantities import spelled_out
from verifiers.math.tree import Node, Symbol, Words

_TEXT_ONLY = re.compile(r"(?:\\(?:text\w*|mbox|mathrm|mathbf|textbf|operatorname)\s*\{([^{}\\]*)\}|([^\\{}_^$]+))")
_STRUCTURE = re.compile(r"[=<>+*/^_|&\d]|\\(?!text|mbox|mathrm|mathbf|operatorname)")


def plain_words(text: str) -> Node | None:
    """`text` where it is nothing but words (or a number, a quantity or a set in words), else None."""
    if _STRUCTURE.search(text):
        return None
    bare = _TEXT_ONLY.sub(lambda found: found.group(1) or found.group(2) or "", text)
    if "\\" in bare or "{" in bare:
        return None
    stripped = bare.strip(" .,;:!()[]\"'")
    counted = number_words(stripped) or spelled_out(stripped)
    if counted is not None:
        return counted
    lower = stripped.lower().split()
    meaning = tables.PHRASES.get(" ".join(lower))
    if meaning is not None:
        return Symbol(meaning)
    described = wholly_described(lower)
    if described is not None:
        return described
    runs = re.findall(r"[^\W\d_]+", stripped)
    if not runs or (re.search(r"[,;()\[\]]", stripped) and all(len(run) < 3 for run in runs)):
        return None
    in_text = "\\text" in text or "\\mbox" in text or "\\mathrm" in text
    if in_text and not (len(runs) == 1 and len(runs[0]) == 1):
        return None if _mixed(text) else Words(bare.strip())
    long_enough = any(is_word(run) for run in runs)
    return Words(bare.strip()) if long_enough else None


def _mixed(text: str) -> bool:
    """Whether letters stand outside the text commands, as in `x \\text{ or } y`."""
    outside = re.sub(r"\\(?:text\w*|mbox|mathrm|mathbf|operatorname)\s*\{[^{}]*\}", " ", text)
    runs = re.findall(r"[A-Za-z]+", outside)
    return any(len(run) == 1 or run in tables.PLAIN_SYMBOLS for run in runs)


_SHORT_WORDS = frozenset(
    [
        "yes",
        "no",
        "odd",
        "all",
        "none",
        "one",
        "two",
        "six",
        "ten",
        "red",
        "blue",
        "sun",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "true",
        "dne",
        "up",
        "down",
        "left",
        "his",
        "her",
        "not",
        "cat",
        "dog",
        "man",
        "boy",
        "day",
        "new",
        "old",
        "big",
        "low",
        "far",
        "east",
        "west",
        "both",
        "only",
        "same",
        "like",
        "cow",
        "pig",
        "hen",
        "car",
        "bus",
    ]
)


def is_word(run: str) -> bool:
    """Whether a run of letters outside a text command is a word of a language, not names side by side."""
    if not run.isascii():
        return True
    if run in tables.PLAIN_SYMBOLS or run in tables.PLAIN_FUNCTIONS or run in tables.PLAIN_OPERATORS:
        return False
    if run.lower() in _SHORT_WORDS:
        return True
    if tables.GLUED.fullmatch(run):
        return False
    return len(run) > 3 and bool(set(run.lower()) & set("aeiouy")) and not _camel(run)


def _camel(run: str) -> bool:
    return run.isupper() and len(run) < 5
