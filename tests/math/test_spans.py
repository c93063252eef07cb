"""Each part of a tree and the text it was read from."""

from __future__ import annotations

import pytest

from verifiers.math.parse import ParseFailure, parse_normal
from verifiers.math.spans import spans
from verifiers.math.tokens import normal_text
from verifiers.math.tree import Symbol


@pytest.mark.parametrize(
    "text", [r"\frac{x+1}{2y} - \sqrt{3}", r"\{1, 2x, (3-y)^2\}", r"2\sin(x) + |y-1|", "x+12", r"y=3x^{2}-1"]
)
def test_the_text_of_a_span_reads_as_its_node(text: str) -> None:
    normal = normal_text(text)
    found = spans(text)
    assert found
    for span in found:
        assert parse_normal(normal[span.start : span.end]) == span.node


def test_spans_are_nested_or_apart_and_outer_ones_come_first() -> None:
    found = spans(r"\frac{x+1}{2y} - z")
    assert (found[0].start, found[0].end) == (0, len(normal_text(r"\frac{x+1}{2y} - z")))
    for place, one in enumerate(found):
        for other in found[place + 1 :]:
            assert other.start >= one.end or other.end <= one.end
    assert Symbol("z") in {span.node for span in found}


def test_what_cannot_be_read_has_no_spans() -> None:
    with pytest.raises(ParseFailure):
        spans("x+")
