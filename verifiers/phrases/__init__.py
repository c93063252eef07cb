"""How an answer is announced, language by language: the data that `verifiers.claims` interprets.

One row a language, in a module by the part of the world. All text is lower case; a space stands for any run of blanks.
To add a language or a phrase, change a row.
"""

from __future__ import annotations

from verifiers.phrases import asian_and_african, east_asian, english, european
from verifiers.phrases.language import Language

__all__ = ["ABBREVIATIONS", "LANGUAGES", "Language"]

LANGUAGES = (*english.LANGUAGES, *east_asian.LANGUAGES, *european.LANGUAGES, *asian_and_african.LANGUAGES)

# A point after one of these does not end a sentence.
ABBREVIATIONS = frozenset(
    (
        "approx",
        "e.g",
        "i.e",
        "eg",
        "ie",
        "cf",
        "no",
        "nos",
        "vs",
        "st",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "fig",
        "figs",
        "eq",
        "eqs",
        "a.m",
        "p.m",
        "u.s",
        "u.k",
        "sq",
        "cu",
        "ca",
        "resp",
        "etc",
        "dept",
    )
)
