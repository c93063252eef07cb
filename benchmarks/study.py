"""The study against what was published, and against simulations whose truth is known.

    python -m benchmarks.study --data DIR [--only expected,paper,coverage,guesser,codet,gsm8k,mathvision] [--runs 1000]

DIR holds one folder a data set under its original names (`passk_base_vs_rl_counts/`, `codet_humaneval_n100/`,
`gsm8k/`, `mathvision/`). What is absent is skipped and said. Figures that were published in print stand below.

`expected`    every figure of passk-inference's reference for DeepScaleR against its base model
`paper`       Yue et al. 2025 (arXiv 2504.13837): crossovers of its curves, coverage, the sampling efficiency gap of its
              table 2, and where its text and its tables disagree
`coverage`    how often 95 % intervals hold the truth, over simulated studies with a known law of the chances
`guesser`     a guesser's kappa, which is 0
`codet`       CodeT's 16 400 labelled samples; `gsm8k` four systems; `mathvision` a run that answered at random
"""

from __future__ import annotations

import argparse
import csv
import json
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from verifiers import Engine
from verifiers.datasets import convert
from verifiers.grading import Grade
from verifiers.problem import ChoiceProblem
from verifiers.study import Report, build_report
from verifiers.study.bands import crossing_set, difference_band
from verifiers.study.counts import Tally, count_grades
from verifiers.study.estimators import average, cover_at, distinct_at_k, mean_g_pass_at_k, pass_at_k, pass_hat_k
from verifiers.study.extrapolate import BetaLaw
from verifiers.study.majority import Votes, majority_at_k
from verifiers.study.pairs import mcnemar_exact
from verifiers.study.posterior import bayes_at_n, these_problems
from verifiers.study.profile import entropy
from verifiers.study.significance import binomial_tail
from verifiers.study.uncertainty import mean, mean_interval, percentile_interval, resampled_means
from verifiers.verdict import Verdict

# table 2 of the paper, in percent: pass@256 of the base model, then pass@1 after training, on the three sets
_SETS = ("Omni-MATH train", "Omni-MATH test", "MATH500")
_BASE_AT_256 = (67.2, 69.1, 96.2)
_TRAINED_AT_1 = {
    "GRPO": (26.1, 25.1, 74.4), "PPO": (27.2, 26.8, 75.2), "ReMax": (24.4, 23.8, 73.5), "RLOO": (28.6, 28.1, 75.0),
    "Reinforce++": (28.2, 28.0, 75.4), "DAPO": (31.4, 26.5, 75.6),
}  # fmt: skip
# the text: "from 43.9 (GRPO) to 42.6 (RLOO best)" on the in-domain test set, "consistently above 40"
_IN_TEXT = {"GRPO": 43.9, "RLOO": 42.6}
# coverage in the paper: both, base alone, trained alone, neither
_COVERAGE = {"AIME24": (19, 4, 0, 7), "MATH500": (462, 18, 5, 15)}


def _grades(counts: dict[str, tuple[int, int]], model: str, kind: str = "math") -> Iterator[Grade]:
    for problem_id, (n, c) in counts.items():
        for place in range(n):
            verdict = Verdict.CORRECT if place < c else Verdict.INCORRECT
            common = {"problem_id": problem_id, "sample_id": place, "model": model, "kind": kind}
            yield Grade(**common, verdict=verdict, score=verdict.default_score)


def expected(data: Path, runs: int) -> None:
    """Every figure of the reference."""
    folder = data / "passk_base_vs_rl_counts"
    reference = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    counts = {
        name: {
            row["id"]: (row["n"], row["c"])
            for row in map(json.loads, (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
        }
        for name in ("base", "rl")
    }
    grades = (grade for name, each in counts.items() for grade in _grades(each, name))
    report = build_report(grades, ks=reference["ks"])
    (pair,) = report.pairs
    for model, key in zip(report.models, ("base_pass_at_k", "rl_pass_at_k"), strict=True):
        off = max(abs(at.value - reference[key][k - 1]) for k, at in model.pass_at.items())
        print(f"{key}: 128 figures, largest difference {off:.1e}")
    off = max(abs(at.value - reference["mean"][k - 1]) for k, at in pair.band.items())
    print(f"mean difference: 128 figures, largest difference {off:.1e}")
    sides = [[Tally(n, c) for n, c in each.values()] for each in counts.values()]
    band = difference_band(*sides, reference["ks"], level=0.95, seed=0)
    errors = [(at.high - at.value) / band.critical for at in pair.band.values()]
    off = max(abs(error - wanted) for error, wanted in zip(errors, reference["se"], strict=True))
    print(f"standard errors: 128 figures, largest difference {off:.1e}")
    print(f"critical value: {band.critical:.4f}, reference {reference['critical_value']:.4f} (both are simulated)")
    ends = [(pair.band[k].low, pair.band[k].high) for k in pair.band]
    for place, name in enumerate(("lower", "upper")):
        off = max(abs(end[place] - wanted) for end, wanted in zip(ends, reference[name], strict=True))
        print(f"{name} end of the band: 128 figures, largest difference {off:.1e}")
    signs = {"positive": [], "negative": [], "inconclusive": []}
    for k, (low, high) in zip(pair.band, ends, strict=True):
        signs["positive" if low > 0 else "negative" if high < 0 else "inconclusive"].append(k)
    for name, ks in signs.items():
        key = "inconclusive_budgets" if name == "inconclusive" else f"certified_{name}_budgets"
        print(f"{name}: k = {ks[0]} to {ks[-1]}, as in the reference: {ks == reference[key]}")
    found = crossing_set(band, 1)
    print(f"first loss: {list(found)}, as in the reference: {list(found) == reference['first_loss_interval']}")


def paper(data: Path, runs: int) -> None:
    """The paper's curves and tables, recomputed."""
    curves: dict[tuple[str, ...], dict[str, dict[int, float]]] = {}
    with (data / "passk_base_vs_rl_counts" / "paper_curves.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = row["figure"], row["benchmark"], row["base_model"], row["rl_model"]
            side = "rl" if row["curve"] == "rl" else "base"
            curves.setdefault(key, {}).setdefault(side, {})[round(float(row["k"]))] = float(row["pass_at_k"])
    print(
        "crossover: the first k at which the base model's drawn curve reaches the trained one's (between its marks, on"
    )
    print("log k); gap: pass@K of the base model at its last k minus pass@1 of the trained one, in points")
    for key, sides in curves.items():
        base, trained = sides["base"], sides["rl"]
        last = min(max(base), max(trained))
        ks = range(2, last + 1)
        drawn = [
            np.interp(np.log(ks), np.log(sorted(side)), [side[k] for k in sorted(side)]) for side in (base, trained)
        ]
        crossing = next((k for k, a, b in zip(ks, *drawn, strict=True) if a >= b), None)
        gap = 100 * (base[max(base)] - trained[1])
        print(f"  {' '.join(key[:2]):<36} {key[2]:<28} K {last:>5}  crossover {crossing or '-':>4}  gap {gap:5.1f}")
    print("sampling efficiency gap, base pass@256 - trained pass@1, from the figures of table 2:")
    for name, at_1 in _TRAINED_AT_1.items():
        gaps = [base - rate for base, rate in zip(_BASE_AT_256, at_1, strict=True)]
        said = f"; the text says {_IN_TEXT[name]} on {_SETS[1]}" if name in _IN_TEXT else ""
        wrong = said and abs(gaps[1] - _IN_TEXT[name]) > 0.05
        words = ", ".join(f"{where} {gap:.1f}" for where, gap in zip(_SETS, gaps, strict=True))
        print(f"  {name:<12} {words}{said}{' (DISAGREES)' if wrong else ''}")
    best = {name: min((_BASE_AT_256[1] - rates[1], who) for who, rates in _TRAINED_AT_1.items()) for name in ("test",)}
    print(f"  the smallest gap on {_SETS[1]} is {best['test'][0]:.1f} ({best['test'][1]}); 42.6 is that of DAPO")
    low = min(_BASE_AT_256[2] - rates[2] for rates in _TRAINED_AT_1.values())
    print(f'  "consistently above 40" holds on neither {_SETS[0]} (35.8 to 42.8) nor {_SETS[2]} (from {low:.1f})')
    for name, (both, a, b, neither) in _COVERAGE.items():
        total = both + a + b + neither
        shares = ", ".join(f"{100 * count / total:.1f} %" for count in (both, a, b, neither))
        print(f"coverage {name}: {shares}; exact McNemar p = {mcnemar_exact(a, b):.3g}")
        key = next(key for key in curves if key[:3] == ("Fig2", name, "Qwen2.5-7B"))
        ends = [sides[max(sides)] for sides in (curves[key]["base"], curves[key]["rl"])]
        solved = [round(end * total) for end in ends]
        print(
            f"  drawn ends {solved} of {total}; coverage gives {[both + a, both + b]}: {solved == [both + a, both + b]}"
        )


def coverage(data: Path, runs: int, seed: int = 7) -> None:
    """How often each estimator's 95 % interval holds its truth."""
    law, problems, n, k, wrong = BetaLaw(0.0, 0.6, 0.9), 200, 32, 8, (0.6, 0.3, 0.1)
    random = np.random.default_rng(seed)
    measures = _measures(n, k)
    truth = _means(law, 200_000, n, wrong, measures, random)
    held = dict.fromkeys([*measures, "these problems, fitted law", "these problems, Bayes@n"], 0)
    for run in range(runs):
        p, rows = _study(law, problems, n, wrong, random)
        columns = [[measure(row) for row in rows] for measure in measures.values()]
        resampled = resampled_means(columns, resamples=1000, seed=run)
        for name, column, means in zip(measures, columns, resampled, strict=True):
            free = name.startswith(("distinct", "entropy"))
            interval = (
                percentile_interval(mean(column), means, problems=problems) if free else mean_interval(column, means)
            )
            held[name] += interval.low <= truth[name] <= interval.high
        bayes = bayes_at_n([(n - row[0], row[0]) for row in rows], (0.0, 1.0)).interval(0.95)
        held["these problems, Bayes@n"] += bayes.low <= float(p.mean()) <= bayes.high
        here = these_problems([(n, row[0]) for row in rows]).interval(0.95)
        held["these problems, fitted law"] += here.low <= float(p.mean()) <= here.high
    error = 196 * math.sqrt(0.95 * 0.05 / runs)
    print(f"{runs} studies of {problems} problems, {n} samples each; nominal 95 %, simulation error {error:.1f} points")
    for name, count in held.items():
        print(f"  {name:<28} {100 * count / runs:.1f} %")
    _band_coverage(random, runs)


Row = tuple[int, ...]  # samples that gave the right answer, then each wrong one


def _measures(n: int, k: int) -> dict[str, Callable[[Row], float]]:
    votes: dict[Row, float] = {}

    def majority(row: Row) -> float:
        if row not in votes:
            votes[row] = majority_at_k(Votes(row[0], tuple(c for c in row[1:] if c), 0), k) if row[0] else 0.0
        return votes[row]

    return {
        "avg@n, pass@1": lambda row: average(n, row[0]),
        f"pass@{k}": lambda row: pass_at_k(n, row[0], k),
        f"pass@{n} (k = n)": lambda row: pass_at_k(n, row[0], n),
        f"pass^{k}": lambda row: pass_hat_k(n, row[0], k),
        f"mG-Pass@{k}": lambda row: mean_g_pass_at_k(n, row[0], k),
        f"maj@{k}": majority,
        "Cover@0.5": lambda row: cover_at(n, row[0], 0.5),
        f"distinct@{k}": lambda row: distinct_at_k([c for c in row if c], k),
        "entropy (at this n)": lambda row: entropy([c for c in row if c]),
    }


def _study(
    law: BetaLaw, problems: int, n: int, wrong: Sequence[float], random: np.random.Generator
) -> tuple[np.ndarray, list[Row]]:
    p = random.beta(law.a, law.b, problems)
    chances = np.column_stack([p, *((1 - p) * share for share in wrong)])
    return p, [tuple(row) for row in random.multinomial(n, chances).tolist()]


def _means(
    law: BetaLaw, problems: int, n: int, wrong: Sequence[float], measures: dict[str, Callable[[Row], float]],
    random: np.random.Generator,
) -> dict[str, float]:  # fmt: skip
    _, rows = _study(law, problems, n, wrong, random)
    return {name: mean([measure(row) for row in rows]) for name, measure in measures.items()}


def _band_coverage(random: np.random.Generator, runs: int) -> None:
    """Two models with one law on shared problems: the band must hold 0 at all k at once."""
    runs, held = min(runs, 300), 0
    for run in range(runs):
        chances = random.beta(0.6, 0.9, (2, 100))
        sides = [[Tally(32, int(c)) for c in random.binomial(32, p)] for p in chances]
        band = difference_band(*sides, [1], level=0.95, seed=run)
        held += all(at.low <= 0 <= at.high for at in band.intervals.values())
    print(f"  band over all k at once      {100 * held / runs:.1f} % of {runs} pairs")


def guesser(data: Path, runs: int) -> None:
    """A guesser among options: kappa's interval holds 0 at every k, and nearly no problem is above chance."""
    runs = min(runs, 200)
    problems = [ChoiceProblem(id=str(i), choices=[*"vwxyz"][: 2 + i % 4], reference="A") for i in range(200)]
    held: dict[int, int] = {}
    above = 0
    for run in range(runs):
        random = np.random.default_rng(run)
        counts = {each.id: (64, int(random.binomial(64, 1 / len(each.choices or ())))) for each in problems}
        (model,) = build_report(_grades(counts, "guesser", "choice"), problems, resamples=300, seed=run).models
        assert model.luck is not None
        above += len(model.luck.above) > 0
        for k, kappa in model.luck.adjusted.items():
            if kappa is not None:
                held[k] = held.get(k, 0) + (kappa.low <= 0 <= kappa.high)
    shares = ", ".join(f"k = {k}: {100 * count / runs:.0f} %" for k, count in held.items())
    print(f"{runs} guessers on 200 problems: kappa's interval holds 0 at {shares}")
    print(f"  any problem called above chance: {100 * above / runs:.1f} % of the runs (false-discovery rate 5 %)")


def codet(data: Path, runs: int) -> None:
    """pass@1, 10 and 100 of 16 400 samples, by their labels."""
    record = json.loads((data / "codet_humaneval_n100" / "labels.json").read_text(encoding="utf-8"))
    for labels in ("uncut", "cut_at_stop_words"):
        rows = zip(record["task_ids"], record[labels], strict=True)
        counts = {task: (len(codes), codes.count(1)) for task, codes in rows}
        _show(build_report(_grades(counts, labels, "code"), ks=[1, 10, 100]))


def gsm8k(data: Path, runs: int) -> None:
    """Four systems, graded by us and by the labels."""
    problems, samples = convert("gsm8k", data / "gsm8k" / "example_model_solutions.jsonl")
    with Engine(workers=1) as engine:
        grades = list(engine.grade_samples(list(problems), samples))
    _show(build_report(grades))
    for name, counts in count_grades(grades).items():
        labelled = [bool((grade.model_extra or {})["is_correct"]) for grade in grades if grade.model == name]
        ours = sum(tally.c for tally in counts.tallies.values())
        print(f"  {name}: {ours} right, {sum(labelled)} by the labels, of {len(labelled)}")


def mathvision(data: Path, runs: int) -> None:
    """The random run, on the problems with options: pass@1 against the baseline of their options."""
    folder = data / "mathvision"
    problems, samples = convert("mathvision", folder / "mathvision_test.jsonl", folder / "Random-Chance.jsonl")
    choices = {problem.id: problem for problem in problems if problem.kind == "choice"}
    chosen = [sample for sample in samples if sample.problem_id in choices]
    with Engine(workers=1) as engine:
        grades = list(engine.grade_samples(list(choices.values()), chosen))
    report = build_report(grades, choices)
    _show(report)
    (model,) = report.models
    luck = model.luck
    assert luck is not None
    at, right = model.pass_at[1], round(model.average.value * model.problems)
    tail = binomial_tail(model.problems, right, luck.baseline[1])
    guess = luck.baseline[1]
    print(f"  random guess {100 * guess:.1f} %, inside the interval: {at.low <= guess <= at.high}; ", end="")
    print(f"P(as many or more) = {tail:.2f}; kappa(1): {luck.adjusted[1]}")


def _show(report: Report) -> None:
    for model in report.models:
        rates = ", ".join(
            f"pass@{k} {100 * at.value:.1f} ({100 * at.low:.1f} to {100 * at.high:.1f})"
            for k, at in model.pass_at.items()
        )
        print(f"  {model.name}: {model.samples} samples, {rates}")


_CHECKS: dict[str, tuple[Callable[[Path, int], None], str]] = {
    "expected": (expected, "passk_base_vs_rl_counts"),
    "paper": (paper, "passk_base_vs_rl_counts"),
    "coverage": (coverage, ""),
    "guesser": (guesser, ""),
    "codet": (codet, "codet_humaneval_n100"),
    "gsm8k": (gsm8k, "gsm8k"),
    "mathvision": (mathvision, "mathvision"),
}


def main() -> None:
    """Run the checks that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default=",".join(_CHECKS))
    parser.add_argument("--runs", type=int, default=1000)
    options = parser.parse_args()
    for name in options.only.split(","):
        if name not in _CHECKS:
            parser.error(f"unknown check {name!r}; known are {', '.join(_CHECKS)}")
        check, folder = _CHECKS[name]
        print(f"== {name}")
        if not (options.data / folder).is_dir():
            print(f"skipped: {options.data / folder} is not here")
            continue
        check(options.data, options.runs)


if __name__ == "__main__":
    main()
