"""The commands of `verify` that read grades: the report, comparisons, checks by hand, and plans of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def report(
    grades: Annotated[list[Path], typer.Argument(help="Files of grades.")],
    out: Annotated[Path | None, typer.Option(help="A folder for report.json and report.html.")] = None,
    problems: Annotated[
        Path | None, typer.Option(help="The problems, for the random-guess baseline of each answer space.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Print every table; otherwise they are in OUT alone.")] = False,
    k: Annotated[list[int] | None, typer.Option(help="A k to report; give it once for each. [default: 1 to n]")] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(help="A field of the problems to break down by. [default: those of few values]"),
    ] = None,
    score: Annotated[str | None, typer.Option(help="A field of the grades that best-of-k ranks by.")] = None,
    labels: Annotated[
        Path | None, typer.Option(help="Labelled samples (problem_id, sample_id, model, label) to calibrate by.")
    ] = None,
    without_reasoning: Annotated[
        Path | None, typer.Option(help="Grades of answers without reasoning; problems they solve are left out.")
    ] = None,
    beyond: Annotated[
        list[int] | None, typer.Option(help="A k beyond the samples to extrapolate to; once for each.")
    ] = None,
    samples: Annotated[
        list[Path] | None, typer.Option(help="The samples that were graded: the page shows what decided in them.")
    ] = None,
    export: Annotated[
        list[str] | None, typer.Option(help="Also write csv, parquet, svg or png of everything; once for each.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Compare answers as text instead of through the verifier.")
    ] = False,
) -> None:
    """Report pass@k of each model with confidence intervals and what luck would reach.

    Example: verify report grades.jsonl --problems problems.jsonl --out report
    """
    from verifiers.cli.report import Options, run

    options = Options(
        k or [], by or [], score, quick, labels, without_reasoning, beyond or [], samples or [], export or []
    )
    run(grades, out, problems, full, options)


@app.command()
def diff(
    a: Annotated[Path, typer.Argument(help="Grades by one verifier, version or policy.")],
    b: Annotated[Path, typer.Argument(help="Grades of the same samples by another.")],
    out: Annotated[Path | None, typer.Option(help="A .jsonl file for every changed verdict.")] = None,
) -> None:
    """Compare two verifiers on the same samples: what changed, and what it does to pass@k.

    Example: verify diff grades-old.jsonl grades-new.jsonl --out changes.jsonl
    """
    from verifiers.cli.diff import run

    run(a, b, out)


audit = typer.Typer(
    name="audit",
    help="Check verdicts against published ones, and reasoning by hand.",
    epilog="Example: verify audit mathvision test.jsonl Gemini-Pro-CoT.jsonl --out differences.jsonl",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(audit)
PublishedFiles = Annotated[
    list[Path], typer.Argument(help="Its published results; for mathvision, its problems first.")
]
DifferencesOut = Annotated[Path | None, typer.Option(help="A .jsonl file for every difference.")]


def _add_published(benchmark: str, example: str) -> None:
    def replay(files: PublishedFiles, out: DifferencesOut = None) -> None:
        from verifiers.audit import run

        run(benchmark, files, out)

    replay.__doc__ = (
        f"Replay the verdicts that {benchmark} published against ours: where they differ, why, and what it does.\n\n"
        f"Example: verify audit {benchmark} {example}"
    )
    audit.command(benchmark)(replay)


for _benchmark, _example in (
    ("mathvista", "output_bard.json"),
    ("mmmu", "output.json"),
    ("mathvision", "test.jsonl Gemini-Pro-CoT.jsonl --out differences.jsonl"),
    ("jsonl", "rows.jsonl"),
):
    _add_published(_benchmark, _example)


@audit.command("log")
def audit_log(
    files: Annotated[list[Path], typer.Argument(help="Logs of other tools, with their problems and scores.")],
    log_format: Annotated[str, typer.Option("--format", help="Their format, as for `verify import`.")] = "auto",
    out: DifferencesOut = None,
) -> None:
    """Replay the verdicts in the log of another tool (lm-eval, inspect_ai, verl, ...) against ours.

    Example: verify audit log samples_gsm8k_2026-01-01.jsonl --out differences.jsonl
    """
    from verifiers.audit import run

    run(log_format, files, out)


cot = typer.Typer(
    name="cot",
    help="Read the reasoning behind right answers to hard problems, by hand, blind and twice.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
audit.add_typer(cot)


@cot.command("draw")
def cot_draw(
    grades: Annotated[list[Path], typer.Argument(help="Files of grades.")],
    samples: Annotated[list[Path], typer.Option(help="The samples that were graded; once for each file.")],
    problems: Annotated[Path, typer.Option(help="The problems.")],
    out: Annotated[Path, typer.Option(help="The folder for sheet.csv, sheet.html and key.json.")] = Path("cot-audit"),
    size: Annotated[int, typer.Option(min=1, help="How many samples to read.")] = 100,
    each: Annotated[int, typer.Option(min=1, help="How many of one model's samples of one problem.")] = 3,
    below: Annotated[float, typer.Option(help="A problem is hard below this share of right samples.")] = 0.05,
    seed: Annotated[int, typer.Option(help="The same seed draws the same samples.")] = 0,
) -> None:
    """Draw right samples of hard problems, stratified and blind, onto a sheet for readers.

    Example: verify audit cot draw grades.jsonl --samples samples.jsonl --problems problems.jsonl --out cot-audit
    """
    from verifiers.cli.reasoning import run_draw

    run_draw(grades, samples, problems, out, size=size, each=each, below=below, seed=seed)


@cot.command("read")
def cot_read(
    sheets: Annotated[list[Path], typer.Argument(help="The marked sheet of one reader, or of two.")],
    key: Annotated[Path, typer.Option(help="The key that was drawn with the sheet.")] = Path("cot-audit/key.json"),
) -> None:
    """Report the readers' agreement (Cohen's kappa) and CoT-pass@k with intervals.

    Example: verify audit cot read anna.csv ben.csv --key cot-audit/key.json
    """
    from verifiers.cli.reasoning import run_read

    run_read(sheets, key)


plan = typer.Typer(
    name="plan",
    help="How many problems and samples a study needs, and when it may stop.",
    epilog="Example: verify plan band --pilot grades.jsonl --k 64 --half-width 0.02",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(plan)


@plan.command("band")
def plan_band(
    k: Annotated[int, typer.Option(min=1, help="The k of pass@k.")] = 1,
    half_width: Annotated[float | None, typer.Option(help="The half-width wanted, 0.02 for two points.")] = None,
    problems: Annotated[int | None, typer.Option(help="The problems there are: what do they reach?")] = None,
    pilot: Annotated[Path | None, typer.Option(help="Grades of a pilot, to fit the problems' chances to.")] = None,
    mean: Annotated[float, typer.Option(help="Without a pilot: the mean chance of a right sample.")] = 0.5,
    spread: Annotated[float, typer.Option(help="Without a pilot: a + b of the beta law of the chances.")] = 1.0,
) -> None:
    """Problems and samples for a wanted interval of pass@k.

    Example: verify plan band --pilot grades.jsonl --k 64 --half-width 0.02
    """
    from verifiers.cli.plan import run_band

    run_band(pilot, k, half_width, problems, mean, spread)


@plan.command("crossover")
def plan_crossover(grades: Annotated[list[Path], typer.Argument(help="Grades of a pilot of two models.")]) -> None:
    """The chance that a crossover of two models can be told for certain.

    Example: verify plan crossover base.jsonl rl.jsonl
    """
    from verifiers.cli.plan import run_crossover

    run_crossover(grades)


@plan.command("stop")
def plan_stop(
    grades: Annotated[list[Path], typer.Argument(help="Grades so far, problems in an order fixed beforehand.")],
    k: Annotated[int, typer.Option(min=1, help="The k of pass@k.")] = 1,
    half_width: Annotated[float, typer.Option(help="The half-width that is enough.")] = 0.05,
) -> None:
    """Whether a study may stop here, by intervals that hold however often one looks; exit code 0 stop, 1 go on.

    Example: verify plan stop grades.jsonl --k 8 --half-width 0.03
    """
    from verifiers.cli.plan import run_stop

    raise typer.Exit(run_stop(grades, k, half_width))
