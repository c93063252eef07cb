"""Multiple choice and the other short visual answers: letters, sets, numbers, words, times, regions.

Evidence is taken in tiers (`verifiers.choice.evidence`); a refusal, several answers at once and a cut-off
response are told apart and never guessed at.
"""

from __future__ import annotations

from verifiers.choice.verifier import ChoiceVerifier

VERIFIER = ChoiceVerifier()

__all__ = ["VERIFIER", "ChoiceVerifier"]
