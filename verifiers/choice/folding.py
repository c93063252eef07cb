"""Compatibility forms folded character by character, so that every place in the text keeps its number.

`fold` maps full-width, mathematical and other compatibility forms to plain characters (`Ｂ`, `𝐁` and `Ⓑ` to
`B`), odd blanks and invisible characters to a blank, and leaves a character alone whose plain form is longer
than one. Look-alikes of other scripts are other characters and stay so. Circled numbers stay: they count
options (`②`) where a plain `2` would not, and so do raised and lowered ones, which mean something else.
"""

from __future__ import annotations

import unicodedata

_SPECIAL = {
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "−": "-",
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "∶": ":",
    "．": ".",
    "\0": " ",
}
_INVISIBLE = {"Cf", "Zs", "Zl", "Zp"}
# ①-⑳, ⑴-⑽ and ⓵-⓾
_COUNTING = frozenset(map(chr, [*range(0x2460, 0x247E), *range(0x24F5, 0x24FF)]))
# The first of 26 letters in parentheses, dark circles and dark squares, whose plain forms are longer or none.
_LETTERS = ((0x249C, "a"), (0x1F110, "A"), (0x1F150, "A"), (0x1F170, "A"))


class _Folding(dict[int, str]):
    """The folding of each character, found when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = _folded(character)
        if len(self) < 1 << 16:
            self[code] = folded
        return folded


def _folded(character: str) -> str:
    special = _SPECIAL.get(character)
    if special is not None:
        return special
    if unicodedata.category(character) in _INVISIBLE:
        return " "
    if character in _COUNTING:
        return character
    for first, letter in _LETTERS:
        if 0 <= ord(character) - first < 26:
            return chr(ord(letter) + ord(character) - first)
    if unicodedata.decomposition(character).startswith(("<super>", "<sub>")):
        return character
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


_FOLDING = _Folding()


def fold(text: str) -> str:
    """`text` in plain characters, of the same length."""
    if text.isascii():
        return text.replace("\0", " ")
    return text.translate(_FOLDING)


def circled_number(character: str) -> int | None:
    """The number in `①`, `⑴` or `⓵`; None for anything else."""
    if character not in _COUNTING:
        return None
    return int(unicodedata.numeric(character))
