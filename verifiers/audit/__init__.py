"""Published verdicts of a benchmark against ours: where they differ, why, and what it does to accuracy.

>>> run("mathvista", [Path("output_bard.json")], None)                                  # doctest: +SKIP
"""

from __future__ import annotations

from verifiers.audit.published import BENCHMARKS
from verifiers.audit.replay import Difference, Tally, replay
from verifiers.audit.report import run

__all__ = ["BENCHMARKS", "Difference", "Tally", "replay", "run"]
