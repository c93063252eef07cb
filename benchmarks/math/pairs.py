"""A labelled pair, and the register of families that make them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any


@dataclass(frozen=True, slots=True)
class Pair:
    """A reference, an answer (what stands in the box), and whether the answer is right.

    `meanings`: the two mathematical objects as the generator holds them (terms, or plain Python values that are
    equal exactly when the answer is right), so that the label can be checked without any parser.
    `response` replaces the boxed answer where the family is about whole responses.
    """

    family: str
    reference: str
    answer: str
    truth: bool
    meanings: tuple[Any, Any]
    response: str = ""

    @property
    def text(self) -> str:
        """The response to be graded."""
        return self.response or rf"So the final result is $\boxed{{{self.answer}}}$."


Maker = Callable[[Random, bool], Pair | None]
FAMILIES: dict[str, Maker] = {}


def family(name: str) -> Callable[[Callable[[Random, bool], tuple[Any, ...] | None]], Maker]:
    """Register a maker `(rng, truth) -> (reference, answer, meaning, meaning[, response])` under `name`."""

    def register(make: Callable[[Random, bool], tuple[Any, ...] | None]) -> Maker:
        def made(rng: Random, truth: bool) -> Pair | None:
            found = make(rng, truth)
            if found is None:
                return None
            reference, answer, one, other, *response = found
            return Pair(name, reference, answer, truth, (one, other), *response)

        FAMILIES[name] = made
        return made

    return register
