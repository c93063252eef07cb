"""`verify grade`: a file of samples into a file of grades, with a progress display on a terminal."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from verifiers.engine import Engine, Progress, Tally
from verifiers.errors import InputError
from verifiers.verdict import Verdict

if TYPE_CHECKING:
    from types import FrameType

    from verifiers.engine.files import Observer
    from verifiers.engine.ray import RayEngine

_INTERRUPTED = 130
_BELOW = 1
_FAILED = 3
_PLAIN_LINE_EVERY = 10.0  # seconds, where there is no terminal


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be graded, and which of it; `retry` and `only` are names of verdicts."""

    problems: Path
    samples: Path
    out: Path
    resume: bool = False
    overwrite: bool = False
    retry: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Machines:
    """Where the grading is done: here with `workers` processes, or on the Ray cluster at `address`."""

    engine: str = "local"
    address: str | None = None
    workers: int | None = None
    store: Path | None = None
    walls: Mapping[str, Any] = field(default_factory=dict)

    def started(self, order: Order) -> Engine | RayEngine:
        """The engine; raises `InputError` for what it cannot do."""
        if self.engine == "local":
            if self.address is not None:
                raise InputError("--address is that of a Ray cluster: it goes with --engine ray")
            return Engine(self.workers, store=self.store, **self.walls)
        if self.engine != "ray":
            raise InputError(f"--engine is local or ray, not {self.engine!r}")
        if order.retry or order.only or order.limit or self.store or self.workers:
            raise InputError(
                "--engine ray grades whole files: no --retry, --only-status, --limit, --store or --workers"
            )
        from verifiers.engine.ray import RayEngine

        return RayEngine(self.address, **self.walls)


def run(
    order: Order,
    machines: Machines,
    *,
    summary: Path | None = None,
    fail_under: float | None = None,
    quiet: bool = False,
) -> int:
    """Grade, show, and return the exit code: 0 all done, 1 below `fail_under`, 3 where the grader failed somewhere."""
    retry, only = _verdicts(order.retry, "--retry"), _verdicts(order.only, "--only-status")
    if retry and (order.resume or order.overwrite or only or order.limit):
        raise InputError("--retry changes the grades that stand in OUT: it goes with no other way to write them")
    console = Console(stderr=True, quiet=quiet)
    with _interrupts(), machines.started(order) as engine, progress_display(console) as observer:
        files = (order.problems, order.samples, order.out)
        ways: dict[str, Any] = {"resume": order.resume, "overwrite": order.overwrite, "observer": observer}
        try:
            if not isinstance(engine, Engine):
                progress = engine.grade_file(*files, **ways)
            elif retry:
                progress = engine.regrade_file(*files, retry, observer=observer)
            else:
                progress = engine.grade_file(*files, limit=order.limit, only=only or None, **ways)
        except KeyboardInterrupt:
            how = "nothing was changed" if retry else f"the grades so far are in {order.out}, and --resume goes on"
            console.print(f"stopped; {how}{'' if retry else ' from there'}", highlight=False)
            return _INTERRUPTED
        trouble = engine.trouble if isinstance(engine, Engine) else ""
    show_outcome(console, progress)
    if trouble:
        console.print(f"note: {trouble}", highlight=False, markup=False)
    console.print(f"grades are in {order.out}", highlight=False, markup=False)
    if summary is not None:
        _write_summary(summary, progress, trouble)
    if failures(progress.tally):
        return _FAILED
    return _BELOW if fail_under is not None and _correct_share(progress.tally) < fail_under else 0


def _verdicts(names: tuple[str, ...], option: str) -> frozenset[Verdict]:
    known = {verdict.value for verdict in Verdict}
    for name in names:
        if name not in known:
            raise InputError(f"{option}: {name!r} is no verdict; they are {', '.join(sorted(known))}")
    return frozenset(map(Verdict, names))


@contextmanager
def _interrupts() -> Iterator[None]:
    """Ctrl-C stops cleanly; a second one at once (the workers end with this process)."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(_INTERRUPTED))
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def failures(tally: Tally) -> int:
    """How many samples the grader failed on."""
    return sum(count for (_, verdict), count in tally.verdicts.items() if verdict == Verdict.ERROR)


def _correct_share(tally: Tally) -> float:
    """The share of correct samples among those that the grader did not fail on."""
    correct = sum(count for (_, verdict), count in tally.verdicts.items() if verdict == Verdict.CORRECT)
    return correct / max(1, tally.samples - failures(tally))


def _write_summary(path: Path, progress: Progress, trouble: str) -> None:
    """What a run did, for a machine. Times and rates stand here, and not in the grades."""
    tally = progress.tally
    verdicts: dict[str, dict[str, int]] = {}
    for (kind, verdict), count in sorted(tally.verdicts.items()):
        verdicts.setdefault(kind, {})[verdict] = count
    record = {
        "samples": tally.samples,
        "resumed": progress.resumed,
        "distinct": tally.distinct,
        "judged": tally.judged,
        "store_hits": tally.store_hits,
        "verdicts": verdicts,
        "correct_share": _correct_share(tally),
        "workers_replaced": tally.workers_replaced,
        "seconds": round(progress.seconds, 3),
        "samples_per_second": round(tally.samples / max(progress.seconds, 1e-9), 1),
        "findings": progress.findings.findings() if progress.findings is not None else {},
        "trouble": trouble,
    }
    try:
        path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", path=str(path)) from None


@contextmanager
def progress_display(console: Console) -> Iterator[Observer]:
    """An observer that draws a live bar on a terminal, and prints a line now and then elsewhere."""
    if console.quiet or not console.is_terminal:
        yield _plain_observer(console)
        return
    columns = (
        TextColumn("grading"),
        BarColumn(bar_width=None),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[told]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console, expand=True) as bar:
        task = bar.add_task("grading", total=None, told="")

        def draw(progress: Progress) -> None:
            total = None if progress.fraction is None else 1.0
            bar.update(task, total=total, completed=progress.fraction or 0.0, told=_told(progress))

        yield draw


def _told(progress: Progress) -> str:
    """How far a run got, in one line: rate, work, and what was found."""
    tally = progress.tally
    rate = tally.samples / max(progress.seconds, 1e-9)
    by_verdict: Counter[str] = Counter()
    for (_, verdict), count in tally.verdicts.items():
        by_verdict[verdict] += count
    parts = [f"{tally.samples:,} samples, {rate:,.0f}/s", f"{tally.judged:,} distinct judged"]
    if tally.store_hits:
        parts.append(f"{tally.store_hits:,} from the store")
    if tally.waiting:
        parts.append(f"{tally.waiting:,} waiting")
    parts.append(", ".join(f"{count:,} {verdict}" for verdict, count in by_verdict.most_common(3)))
    return "; ".join(parts)


def _plain_observer(console: Console) -> Observer:
    said = 0.0

    def say(progress: Progress) -> None:
        nonlocal said
        if progress.seconds - said >= _PLAIN_LINE_EVERY:
            said = progress.seconds
            done = "" if progress.fraction is None else f"{progress.fraction:.0%}: "
            console.print(f"{done}{_told(progress)}", highlight=False, soft_wrap=True)

    return say


def show_outcome(console: Console, progress: Progress) -> None:
    """Verdict counts by kind, how much work there was, how fast it went, and what is odd about the samples."""
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
    if tally.store_hits:
        lines.append(f"{tally.store_hits} of the distinct answers had their verdict in the store")
    if tally.workers_replaced:
        lines.append(f"{tally.workers_replaced} lost worker processes were replaced")
    if failed := failures(tally):
        lines.append(f"the grader failed on {failed} samples (verdict `error`): they are neither right nor wrong")
    if progress.findings is not None:
        lines += [f"note: {told}" for told in progress.findings.told()]
    for line in lines:
        console.print(line, highlight=False, markup=False)
