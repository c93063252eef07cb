"""`verify plan band|crossover|stop`: what a study needs, and whether it may stop."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from verifiers.cli.report import all_grades
from verifiers.errors import InputError
from verifiers.study.counts import ModelCounts, count_grades
from verifiers.study.estimators import pass_at_k
from verifiers.study.extrapolate import BetaLaw, fit
from verifiers.study.planning import anytime, crossover_power, options_for, samples_to_see
from verifiers.study.tables import percent, shown_name


def run_band(
    pilot: Path | None, k: int, half_width: float | None, problems: int | None, mean: float, spread: float
) -> None:
    """Designs for pass@k within a half-width, or what a number of problems reaches."""
    console = Console()
    if pilot is not None:
        laws = {shown_name(name): _fitted(counts) for name, counts in count_grades(all_grades([pilot])).items()}
    else:
        if not 0 < mean < 1 or spread <= 0:
            raise InputError("--mean must lie between 0 and 1, and --spread above 0")
        laws = {f"assumed law, mean {mean:g}": BetaLaw(0.0, mean * spread, (1 - mean) * spread)}
    for name, law in laws.items():
        title = f"{name}: pass@{k} is about {percent(law.pass_at(k))}"
        table = Table(
            "problems", "samples each", "samples in all", "half-width, points", title=title, title_justify="left"
        )
        options = options_for(law, k, reach=half_width, problems=problems)
        cheapest = min(options, key=lambda option: (option.total, option.reach))
        for option in options:
            mark = " (fewest samples)" if option is cheapest and half_width is not None else ""
            cells = (str(option.problems), str(option.samples), f"{option.total}{mark}")
            table.add_row(*cells, f"{100 * option.reach:.2f}")
        console.print(table)
    seen = samples_to_see(0.01), samples_to_see(0.001)
    console.print(
        f"{seen[0]} samples show a problem of chance 1 % solved with 95 % certainty, {seen[1]} one of 0.1 %",
        highlight=False,
    )


def run_crossover(grades: list[Path]) -> None:
    """The chance of a certain crossover, from a pilot of two models."""
    models = list(count_grades(all_grades(grades)).values())
    if len(models) != 2:
        names = ", ".join(repr(counts.name) for counts in models)
        raise InputError(f"a pilot of two models is needed; these are {len(models)}: {names}")
    a, b = models
    shared = [name for name in a.graded() if name in b.graded()]
    pairs = [[(counts.tallies[name].n, counts.tallies[name].c) for name in shared] for counts in models]
    if len(shared) < 2:
        raise InputError(f"models {a.name!r} and {b.name!r} share {len(shared)} problems: at least two are needed")
    found = crossover_power(*pairs)
    title = f"chance that a crossover of {shown_name(a.name)} and {shown_name(b.name)} is certain"
    samples = sorted({power.samples for power in found})
    table = Table("problems", *(f"{n} samples" for n in samples), title=title, title_justify="left")
    for problems in dict.fromkeys(power.problems for power in found):
        cells = (percent(power.power, digits=0) for power in found if power.problems == problems)
        table.add_row(str(problems), *cells)
    Console().print(table)


def run_stop(grades: list[Path], k: int, half_width: float) -> int:
    """Whether pass@k (and, of two models, their difference) is known well enough; 0 stop, 1 go on."""
    models = list(count_grades(all_grades(grades)).values())
    console = Console()
    done = True
    columns = [(shown_name(counts.name), _column(counts, k), 0.0) for counts in models]
    if len(models) == 2:
        shared = [name for name in models[0].graded() if name in models[1].graded()]
        first, second = ({name: _rate(counts, name, k) for name in shared} for counts in models)
        columns.append(("difference", [second[name] - first[name] for name in shared], -1.0))
    table = Table("", "problems", f"pass@{k}", "half-width, points", title="intervals that hold at every look")
    for name, column, least in columns:
        interval = anytime(column, least=least)
        reach = max(interval.value - interval.low, interval.high - interval.value)
        certain = least < 0 and (interval.low > 0 or interval.high < 0)
        done &= reach <= half_width or certain
        table.add_row(name, str(len(column)), percent(interval), f"{100 * reach:.2f}")
    console.print(table)
    console.print("stop: what was wanted is known" if done else "go on: it is not yet known well enough")
    return 0 if done else 1


def _fitted(counts: ModelCounts) -> BetaLaw:
    pairs = [(tally.n, tally.c) for tally in counts.graded().values()]
    if not any(c for _, c in pairs):
        raise InputError(f"model {counts.name!r} has no right sample: nothing can be planned from that")
    return fit(pairs)


def _column(counts: ModelCounts, k: int) -> list[float]:
    return [_rate(counts, name, k) for name in counts.graded()]


def _rate(counts: ModelCounts, name: str, k: int) -> float:
    tally = counts.tallies[name]
    if k > tally.n:
        raise InputError(f"k = {k}: model {counts.name!r} has {tally.n} graded samples of problem {name!r}", field="k")
    return pass_at_k(tally.n, tally.c, k)
