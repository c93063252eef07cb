"""`verify demo`: the whole job once, on the embedded example study: simulate, grade, report."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from verifiers.cli.grade import failures, progress_display, show_outcome
from verifiers.cli.report import report_on, show
from verifiers.cli.responses import find_responses
from verifiers.demo import NOTICE, write_study
from verifiers.engine import Engine
from verifiers.records import read_problems
from verifiers.study import write_report
from verifiers.study.page import wanted_responses


def run(out: Path, workers: int | None, samples: int, *, unsafe: bool = False, sandbox: str | None = None) -> int:
    """Write the study to `out`, grade it, print its report; 0 done, 3 where the grader failed on a sample."""
    console = Console()
    problems, responses = write_study(out, samples=samples)
    grades = out / "grades.jsonl"
    console.print(NOTICE, highlight=False, markup=False)
    with Engine(workers, unsafe=unsafe, sandbox=sandbox) as engine, progress_display(Console(stderr=True)) as observer:
        progress = engine.grade_file(problems, responses, grades, overwrite=True, observer=observer)
    show_outcome(console, progress)
    known = read_problems(problems)
    report = report_on(grades, known)
    show(console, report)
    texts = find_responses([responses], wanted_responses(report))
    for path in (problems, responses, grades, *write_report(report, out, problems=known, responses=texts)):
        console.print(f"written: {path}", highlight=False, markup=False)
    return 3 if failures(progress.tally) else 0
