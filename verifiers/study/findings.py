"""The data of a report: what was found of each model, of each pair of models, and of the whole study.

Rates lie between 0 and 1; mappings by k have whole numbers of samples as keys, in rising order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verifiers.study.calibration import Calibration
from verifiers.study.classes import AnswerClass
from verifiers.study.extrapolate import Extrapolation
from verifiers.study.profile import Profile
from verifiers.study.record import report_record
from verifiers.study.uncertainty import Interval


@dataclass(frozen=True, slots=True)
class Luck:
    """What a blind guesser would reach (see `verifiers.study.luck`).

    `baseline`: b(k). `adjusted`: kappa(k), None where chance leaves no room to tell. `spaces`: how many
    problems have each answer space. `tested`: problems whose chance is known and not 0; `above`: the ids of
    those solved more often than chance, at a false-discovery rate of `rate`. `listed`, `drawn`: what knowing
    the other problems' references would reach (see `verifiers.study.blind`). `curves`: baseline, listed and drawn
    at many k.
    """

    baseline: Mapping[int, float]
    adjusted: Mapping[int, Interval | None]
    spaces: Mapping[str, int]
    tested: int
    above: tuple[str, ...]
    rate: float
    listed: Mapping[int, float]
    drawn: Mapping[int, float]
    curves: Mapping[int, tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class ModelReport:
    """What the grades say of one model; `luck` is None where no problems were given.

    `fewest` and `most`: graded samples of a problem. `curve`: pass@k at many k, to be drawn. `bounds`: pass@k if
    every undecided or timed-out sample were wrong (low) or right (high). `histogram`: problems by their share of
    right samples: none, up to 10 %, up to 20 %, ..., below all, all. `counts`: n and c of each problem; `classes`:
    each problem's answers. `corrected`: pass@k without the verifier's errors, empty where no labelled samples were
    given. `beyond`: pass@k extrapolated beyond the samples, where that was asked for.
    """

    name: str
    problems: int
    samples: int
    fewest: int
    most: int
    verdicts: Mapping[str, int]
    average: Interval
    pass_at: Mapping[int, Interval]
    curve: Mapping[int, Interval]
    pass_hat: Mapping[int, Interval]
    bounds: Mapping[int, tuple[float, float]]
    histogram: Mapping[str, int]
    counts: Mapping[str, tuple[int, int]]
    classes: Mapping[str, tuple[AnswerClass, ...]]
    profile: Profile
    corrected: Mapping[int, Interval]
    beyond: Mapping[int, Extrapolation]
    luck: Luck | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many problems were solved at least once by both models, by one alone, by neither.

    The rates are those of Wu et al. 2025, "The Invisible Leash", where a is a base model and b was trained
    from it; each is None where nothing was solved that it could be a share of.
    """

    both: int
    a_only: int
    b_only: int
    neither: int

    @property
    def retained(self) -> float | None:
        """Support retention rate: of what a solves, the share that b solves too."""
        return _ratio(self.both, self.both + self.a_only)

    @property
    def discovered(self) -> float | None:
        """New discovery rate: of what b solves, the share that a does not."""
        return _ratio(self.b_only, self.both + self.b_only)

    @property
    def dynamics(self) -> float | None:
        """Support dynamics score: the harmonic mean of the two rates above."""
        if self.retained is None or self.discovered is None:
            return None
        return _ratio(2 * self.retained * self.discovered, self.retained + self.discovered) or 0.0

    @property
    def net_change(self) -> float | None:
        """Net support change rate: what b gains minus what it loses, of all that either solves."""
        return _ratio(self.b_only - self.a_only, self.both + self.a_only + self.b_only)


@dataclass(frozen=True, slots=True)
class Crossover:
    """The smallest `k` at which the model that was behind before is ahead.

    With the report's confidence the lead changes between `low` and `high` (None: beyond the samples).
    """

    k: int
    ahead_before: str
    ahead_after: str
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Models `a` and `b` on the problems that both have.

    `difference`: pass@k of b minus that of a, each interval for its k alone; `band`: for all k at once, and
    `whole_band` the same at every k that was looked at.
    `gap`: pass@k of a at the largest k minus pass@1 of b: the sampling efficiency gap of Yue et al. 2025 where
    a is a base model and b was trained from it.
    """

    a: str
    b: str
    problems: int
    coverage: Coverage
    a_only: tuple[str, ...]
    b_only: tuple[str, ...]
    mcnemar_p: float
    crossover: Crossover | None
    difference: Mapping[int, Interval]
    band: Mapping[int, Interval]
    whole_band: Mapping[int, Interval]
    gap: Interval


@dataclass(frozen=True, slots=True)
class Report:
    """A whole study. `notes` are what a reader should know before believing a number.

    `calibration` says how often the verifier errs, where labelled samples were given. `left_out`: problems that
    were answered right without reasoning, where such answers were given.
    """

    models: tuple[ModelReport, ...]
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]
    calibration: Calibration | None
    left_out: tuple[str, ...]
    level: float
    resamples: int
    seed: int

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data: the contract of `report.json`."""
        return report_record(self)

    def to_json(self) -> str:
        """The report as the text of `report.json`."""
        return json.dumps(self.as_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
