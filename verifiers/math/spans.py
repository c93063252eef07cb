"""Which part of a text each part of its tree was read from.

The nodes themselves carry no places, so that equal trees are equal and cheap. Where a place is asked for, the text is
parsed once more by a parser that takes notes.
"""

from __future__ import annotations

from typing import NamedTuple

from verifiers.math.cursor import END
from verifiers.math.expressions import Parser
from verifiers.math.parse import GRAMMAR, answer_tree
from verifiers.math.tokens import normal_text, tokenize
from verifiers.math.tree import Node


class Span(NamedTuple):
    """`node` was read from `normal_text(text)[start:end]`."""

    start: int
    end: int
    node: Node


class _Recorder(Parser):
    """A parser that notes the place of every expression and operand it reads."""

    def __init__(self, text: str) -> None:
        super().__init__(tokenize(text), GRAMMAR)
        self.text = text
        self.spans: list[Span] = []

    def _note(self, first: int, node: Node) -> Node:
        start, after = self.tokens[first].position, self.tokens[self.at]
        end = len(self.text) if after is END else after.position
        while end > start and self.text[end - 1] == " ":
            end -= 1
        if 0 <= start < end:
            self.spans.append(Span(start, end, node))
        return node

    def expression(self, least: int = 0) -> Node:
        first = self.at
        return self._note(first, super().expression(least))

    def operand(self) -> Node:
        first = self.at
        return self._note(first, super().operand())


def spans(text: str) -> list[Span]:
    """The expressions of an answer with their places in its normal text, outer ones before inner ones.

    Raises `ParseFailure` where the text cannot be read. Words, and what only a rewriting of the whole tree makes of an
    expression, have no place of their own; neither has what stands inside `\\text{…}`.

    >>> [(span.start, span.end) for span in spans("x+12")]
    [(0, 4), (0, 1), (2, 4)]
    """
    normal = normal_text(text)
    parser = _Recorder(normal)
    answer_tree(parser)
    last = {(span.start, span.end): span for span in parser.spans}  # of those at one place, the outermost comes last
    return sorted(last.values(), key=lambda span: (span.start, -span.end))
