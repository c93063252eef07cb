"""`verify grade`: a file of samples into a file of grades, with a progress display on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from verifiers.engine import Engine, Progress, Tally
from verifiers.verdict import Verdict

if TYPE_CHECKING:
    from verifiers.engine.files import Observer

_INTERRUPTED = 130
_PLAIN_LINE_EVERY = 10.0  # seconds, where there is no terminal


def run(
    problems: Path,
    samples: Path,
    out: Path,
    *,
    workers: int | None,
    resume: bool,
    overwrite: bool,
    unsafe: bool,
    isolation: Literal["strong", "unprivileged"] | None,
    sandbox: str | None,
    quiet: bool,
) -> int:
    """Grade, show, and return the exit code: 0 all done, 3 where the grader failed on a sample."""
    console = Console(stderr=True, quiet=quiet)
    made = Engine(workers, unsafe=unsafe, isolation=isolation, sandbox=sandbox)
    with made as engine, progress_display(console) as observer:
        try:
            progress = engine.grade_file(problems, samples, out, resume=resume, overwrite=overwrite, observer=observer)
        except KeyboardInterrupt:
            console.print(f"stopped; the grades so far are in {out}, and --resume goes on from there", highlight=False)
            return _INTERRUPTED
    show_outcome(console, progress)
    console.print(f"grades are in {out}", highlight=False)
    return 3 if failures(progress.tally) else 0


def failures(tally: Tally) -> int:
    """How many samples the grader failed on."""
    return sum(count for (_, verdict), count in tally.verdicts.items() if verdict == Verdict.ERROR)


@contextmanager
def progress_display(console: Console) -> Iterator[Observer]:
    """An observer that draws a live bar on a terminal, and prints a line now and then elsewhere."""
    if console.quiet or not console.is_terminal:
        yield _plain_observer(console)
        return
    columns = (
        TextColumn("grading"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[samples]} samples, {task.fields[distinct]} distinct, {task.fields[rate]}/s"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console) as bar:
        task = bar.add_task("grading", total=None, samples=0, distinct=0, rate=0)

        def draw(progress: Progress) -> None:
            bar.update(
                task,
                total=None if progress.fraction is None else 1.0,
                completed=progress.fraction or 0.0,
                samples=progress.tally.samples,
                distinct=progress.tally.distinct,
                rate=round(progress.tally.samples / max(progress.seconds, 1e-9)),
            )

        yield draw


def _plain_observer(console: Console) -> Observer:
    said = 0.0

    def say(progress: Progress) -> None:
        nonlocal said
        if progress.seconds - said >= _PLAIN_LINE_EVERY:
            said = progress.seconds
            done = "" if progress.fraction is None else f" ({progress.fraction:.0%})"
            line = f"graded {progress.tally.samples} samples{done}, {progress.tally.distinct} distinct answers"
            console.print(line, highlight=False)

    return say


def show_outcome(console: Console, progress: Progress) -> None:
    """Verdict counts by kind, how much work there was, and how fast it went."""
    tally = progress.tally
    kinds = sorted({kind for kind, _ in tally.verdicts})
    table = Table("verdict", *kinds)
    by_verdict: Counter[str] = Counter()
    for (_, verdict), count in tally.verdicts.items():
        by_verdict[verdict] += count
    for verdict in Verdict:
        if by_verdict[verdict.value]:
            table.add_row(verdict.value, *(str(tally.verdicts[kind, verdict.value] or "") for kind in kinds))
    if tally.samples:
        console.print(table)
    rate = tally.samples / max(progress.seconds, 1e-9)
    work = f"{tally.samples} samples with {tally.distinct} distinct answers"
    lines = [f"{work} in {progress.seconds:.1f} s ({rate:,.0f} samples/s)"]
    if progress.resumed:
        lines.append(f"{progress.resumed} grades were there before")
    if tally.workers_replaced:
        lines.append(f"{tally.workers_replaced} lost worker processes were replaced")
    if failed := failures(tally):
        lines.append(f"the grader failed on {failed} samples (verdict `error`): they are neither right nor wrong")
    for line in lines:
        console.print(line, highlight=False)
