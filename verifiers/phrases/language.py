"""The form of one language's row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """How one language says "the answer is".

    `heads`: the words for "answer" and the like. `links`: what may stand between head and claim beside a
    colon; an empty string means that the claim may follow at once. `negated`: links that deny the claim.
    `negators`: words after a link that deny it. `fillers`: words before the claim that say nothing.
    `tails`: words after the claim that belong to the verb. `spoilers`: words before the head after which
    nothing is announced. `frames`: ends of clauses after which the announcement is supposed, asked, doubted or quoted
    and not stated ("suppose the answer is"); `determiners` may stand between. `denials`: words after the claim that
    deny it. `between`: words allowed between head and link, `None` for any two words. `picks`:
    verbs of choosing, which announce a claim only where there are options to choose from.
    `spaced`: words are set apart by blanks.
    """

    name: str
    heads: tuple[str, ...]
    links: tuple[str, ...]
    negated: tuple[str, ...] = ()
    negators: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    spoilers: tuple[str, ...] = ()
    between: tuple[str, ...] | None = None
    picks: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    determiners: tuple[str, ...] = ()
    denials: tuple[str, ...] = ()
    spaced: bool = True
