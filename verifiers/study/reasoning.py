"""The manual check of reasoning: which samples to read, and what the readers' marks say of CoT-pass@k.

A right answer to a hard problem may rest on luck or on slips that cancel. Yue et al. 2025 (arXiv 2504.13837, section
3.1) therefore read the reasoning of right samples of problems with 0 < accuracy < 5 %. This module makes that
reproducible: `draw` picks right samples, stratified by model and problem (so that no problem is all of the sample),
in a seeded order, under numbers that tell neither model nor problem's accuracy; what a number stands for is in the
key, which readers do not see. `read` joins marks and key.

Theory of operation of the estimate. Of a problem's c right samples m were read and s found sound. The others are
sound with the same chance as those read: it is drawn from Beta(s + 1/2, m - s + 1/2), and the number of sound ones
among the c - m unread from a binomial. CoT-pass@k follows from the completed number, D, as 1 - C(n-D, k) / C(n, k);
a problem that was not read keeps its counts only if it was not hard. Problems are resampled along with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

import numpy as np

from verifiers.errors import InputError
from verifiers.study.counts import ModelCounts
from verifiers.study.estimators import cot_pass_at_k, pass_at_k
from verifiers.study.uncertainty import Interval, mean, percentile_interval, quantile

Mark = Literal["sound", "unsound", "unsure"]
MARKS: tuple[Mark, ...] = ("sound", "unsound", "unsure")
HARD = 0.05
_REPEATS = 400


@dataclass(frozen=True, slots=True)
class Item:
    """One sample to read, by its number on the sheet."""

    number: int
    model: str
    problem_id: str
    sample_id: int | str


@dataclass(frozen=True, slots=True)
class Key:
    """What the numbers of a sheet stand for, and the counts that the estimate needs.

    `counts`: n and c by model and problem. `hard`: the bound on accuracy that the items were drawn under.
    """

    items: tuple[Item, ...]
    counts: Mapping[str, Mapping[str, tuple[int, int]]]
    hard: float
    seed: int


def draw(
    models: Mapping[str, ModelCounts],
    right: Mapping[tuple[str, str], Sequence[int | str]],
    *,
    size: int,
    each: int,
    hard: float = HARD,
    seed: int = 0,
) -> Key:
    """At most `size` right samples of hard problems, at most `each` of one model's samples of one problem.

    `right`: the ids of the right samples by model and problem. Every hard problem is drawn from once before any is
    drawn from twice, in a random order. Raises `InputError` where no problem is hard.
    """
    if not 0 < hard <= 1 or size < 1 or each < 1:
        raise InputError("the bound on accuracy must lie above 0 and at most at 1, and the sizes be at least 1")
    random = Random(seed)
    strata = []
    for name, counts in models.items():
        for problem_id, tally in counts.graded().items():
            if tally.c and tally.c < hard * tally.n:
                ids = sorted(right[name, problem_id], key=str)
                strata.append((name, problem_id, random.sample(ids, min(each, len(ids)))))
    if not strata:
        raise InputError(
            f"no problem has an accuracy above 0 and below {100 * hard:g} %: there is no lucky answer to look for"
        )
    random.shuffle(strata)
    rounds = (
        (name, problem_id, ids[turn]) for turn in range(each) for name, problem_id, ids in strata if turn < len(ids)
    )
    picked = [pick for pick, _ in zip(rounds, range(size), strict=False)]
    random.shuffle(picked)
    items = tuple(Item(number, *pick) for number, pick in enumerate(picked, start=1))
    counted = {
        name: {problem_id: (tally.n, tally.c) for problem_id, tally in counts.graded().items()}
        for name, counts in models.items()
    }
    return Key(items, counted, hard, seed)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two readers on the same items: how many, the share on which they agree, and Cohen's kappa with its interval.

    `table`: how often the readers gave which two marks. `disputed`: the numbers that a third look is due.
    """

    items: int
    agree: float
    kappa: Interval | None
    table: Mapping[tuple[Mark, Mark], int]
    disputed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ModelAudit:
    """One model's hard problems as read: how many, how many with a sound sample, and CoT-pass@k over them.

    `hard_pass_at`: pass@k of the same problems; `cot_pass_at`: where the reasoning must be sound as well;
    `whole_pass_at`: over all problems, those that are not hard taken as sound.
    """

    model: str
    hard: int
    read: int
    with_sound: int
    sound: Interval
    hard_pass_at: Mapping[int, float]
    cot_pass_at: Mapping[int, Interval]
    whole_pass_at: Mapping[int, Interval]


def agreement(first: Mapping[int, Mark], second: Mapping[int, Mark], *, level: float, seed: int) -> Agreement:
    """How far two readers agree on what both marked; raises `InputError` where that is nothing.

    Source: Cohen 1960; the interval is a bootstrap over items, None where a reader gave one mark to all.
    """
    both = sorted(first.keys() & second.keys())
    if not both:
        raise InputError("the two sheets share no marked item: give both readers the same sheet")
    pairs = [(first[number], second[number]) for number in both]
    value = cohens_kappa(pairs)
    random = Random(seed)
    resampled = [cohens_kappa(random.choices(pairs, k=len(pairs))) for _ in range(_REPEATS)]
    known = sorted(each for each in resampled if each is not None)
    interval = percentile_interval(value, known, level) if value is not None and known else None
    disputed = tuple(number for number in both if first[number] != second[number])
    return Agreement(len(both), 1 - len(disputed) / len(both), interval, Counter(pairs), disputed)


def cohens_kappa(pairs: Sequence[tuple[Mark, Mark]]) -> float | None:
    """Agreement beyond chance, (p_o - p_e) / (1 - p_e); None where chance alone makes it certain.

    >>> cohens_kappa([("sound", "sound"), ("sound", "unsound"), ("unsound", "unsound"), ("unsound", "unsound")])
    0.5
    """
    total = len(pairs)
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(left[mark] * right[mark] for mark in MARKS) / total**2
    observed = sum(a == b for a, b in pairs) / total
    return None if expected >= 1 else (observed - expected) / (1 - expected)


def settle(
    first: Mapping[int, Mark], second: Mapping[int, Mark] | None, rule: Literal["both", "any"]
) -> dict[int, bool]:
    """Whether each marked item is sound: by both readers, or by any; `unsure` is not sound."""
    if second is None:
        return {number: mark == "sound" for number, mark in first.items()}
    both = {number: (first[number] == "sound", second[number] == "sound") for number in first.keys() & second.keys()}
    return {number: all(marks) if rule == "both" else any(marks) for number, marks in both.items()}


def read(key: Key, sound: Mapping[int, bool], ks: Sequence[int], *, level: float, seed: int) -> list[ModelAudit]:
    """What the marks say of each model; raises `InputError` where a number is not in the key."""
    known = {item.number: item for item in key.items}
    if strangers := sorted(sound.keys() - known.keys()):
        raise InputError(f"item {strangers[0]} is not in the key: sheet and key are of different draws", field="item")
    marks: dict[str, dict[str, list[bool]]] = {}
    for number, mark in sound.items():
        item = known[number]
        marks.setdefault(item.model, {}).setdefault(item.problem_id, []).append(mark)
    return [_of_model(key, model, found, ks, level, seed) for model, found in marks.items()]


def _of_model(
    key: Key, model: str, marks: Mapping[str, Sequence[bool]], ks: Sequence[int], level: float, seed: int
) -> ModelAudit:
    counts = key.counts[model]
    hard = [name for name, (n, c) in counts.items() if 0 < c < key.hard * n]
    shares = [sum(found) / len(found) for found in marks.values()]
    audited = [(*counts[name], sum(found), len(found)) for name, found in marks.items()]
    others = [pair for name, pair in counts.items() if name not in set(hard)]
    upto = min(n for n, _ in counts.values())
    usable = [k for k in ks if k <= upto]
    random = np.random.default_rng(seed)
    drawn = [_completed(audited, others, len(hard), usable, random) for _ in range(_REPEATS)]
    return ModelAudit(
        model=model,
        hard=len(hard),
        read=len(marks),
        with_sound=sum(any(found) for found in marks.values()),
        sound=percentile_interval(mean(shares), [each[0] for each in drawn], level),
        hard_pass_at={k: mean([pass_at_k(n, c, k) for n, c, _, _ in audited]) for k in usable},
        cot_pass_at={k: _central([each[1][place] for each in drawn], level) for place, k in enumerate(usable)},
        whole_pass_at={k: _central([each[2][place] for each in drawn], level) for place, k in enumerate(usable)},
    )


def _completed(
    audited: Sequence[tuple[int, int, int, int]],
    others: Sequence[tuple[int, int]],
    hard: int,
    ks: Sequence[int],
    random: np.random.Generator,
) -> tuple[float, list[float], list[float]]:
    """One draw: problems resampled, unread samples completed; the sound share, and CoT-pass@k of hard and of all."""
    picks = [audited[place] for place in random.integers(0, len(audited), len(audited)).tolist()]
    sound = []
    for n, c, s, m in picks:
        chance = random.beta(s + 0.5, m - s + 0.5)
        sound.append((n, s + int(random.binomial(c - m, chance))))
    rest = [others[place] for place in random.integers(0, len(others), len(others)).tolist()] if others else []
    cot = [mean([cot_pass_at_k(n, d, k) for n, d in sound]) for k in ks]
    easy = Counter(rest)
    whole = [
        (hard * value + sum(times * pass_at_k(n, c, k) for (n, c), times in easy.items())) / (hard + len(rest))
        for k, value in zip(ks, cot, strict=True)
    ]
    return mean([s / m for _, _, s, m in picks]), cot, whole


def _central(drawn: Iterable[float], level: float) -> Interval:
    """Median and central interval of the draws: the estimate itself is only known up to the unread samples."""
    ordered = sorted(drawn)
    return Interval(quantile(ordered, 0.5), quantile(ordered, (1 - level) / 2), quantile(ordered, (1 + level) / 2))
