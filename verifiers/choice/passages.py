"""A stretch of a response as readers see it: in place, or freed of LaTeX."""

from __future__ import annotations

from dataclasses import dataclass

from verifiers.choice.notation import plain


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text as the reader sees it: in place, or freed of LaTeX (then its places are those of the whole)."""

    text: str
    start: int
    end: int
    moved: bool
    outer: tuple[int, int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where in the response `text[start:end]` stands."""
        return self.outer if self.moved else (start, end)


def passage(text: str, start: int, end: int) -> Passage:
    """The passage `text[start:end]`, LaTeX taken off where there is any."""
    piece = text[start:end]
    if "\\" in piece or "$" in piece or "^{" in piece:
        freed = plain(piece)
        return Passage(freed, 0, len(freed), True, (start, end))
    return Passage(text, start, end, False, (start, end))
