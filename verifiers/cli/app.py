"""The commands of `verify` and their options: what a user may type, and nothing that does the work.

Exit codes: 0 correct / all done, 1 incorrect, 2 usage or bad input, 3 the grader failed.

Only the command-line library is imported here, so that `verify --help` answers at once; each command imports
the module beside this one that carries it out.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Literal

import typer

GRADER_FAILED = 3
BAD_INPUT = 2

app = typer.Typer(
    name="verify",
    help="Decides whether a model's answer is right: mathematics, programs, multiple choice.",
    epilog="Exit codes: 0 correct / all done, 1 incorrect, 2 usage or bad input, 3 the grader failed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def main() -> None:
    """Run the command line; errors of the library become one line on standard error and exit code 2."""
    from verifiers.errors import GraderFailure, VerifierError

    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader of our output went away: say no more
        raise SystemExit(GRADER_FAILED) from None
    except GraderFailure as error:
        print(f"verify: the grader failed: {error}", file=sys.stderr)  # noqa: T201
        raise SystemExit(GRADER_FAILED) from None
    except VerifierError as error:
        print(f"verify: {error}", file=sys.stderr)  # noqa: T201
        raise SystemExit(BAD_INPUT) from None
    except Exception:  # noqa: BLE001 - exit code 1 would mean "incorrect": a fault of ours is a 3
        traceback.print_exc()
        print("verify: this is a fault of verify itself", file=sys.stderr)  # noqa: T201
        raise SystemExit(GRADER_FAILED) from None


Response = Annotated[str | None, typer.Option(help="The response, as text.")]
ResponseFile = Annotated[Path | None, typer.Option(help="A file that holds the response; - for standard input.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the grade as one line of JSON.")]
MathPolicy = Annotated[
    str | None,
    typer.Option(
        help='What to allow: a preset (minerva, qwen, math_verify) or JSON, \'{"tolerance": {"relative": 1e-3}}\'.'
    ),
]
Unsafe = Annotated[bool, typer.Option("--unsafe", help="Run programs even where this machine cannot shut them in.")]
Isolation = Annotated[
    Literal["strong", "unprivileged"] | None,
    typer.Option(help="Run programs at this level and no other. [default: the best that this machine gives]"),
]
SandboxPlace = Annotated[
    str | None,
    typer.Option(
        "--sandbox", help="Where programs run: local, docker or docker:IMAGE. [default: TRUEGRADE_SANDBOX, else local]"
    ),
]
Workers = Annotated[int | None, typer.Option(min=1, help="Worker processes. [default: one a core]")]


@app.command()
def math(
    reference: Annotated[str, typer.Option(help="The right answer: LaTeX, Unicode or plain mathematics.")],
    response: Response = None,
    response_file: ResponseFile = None,
    policy: MathPolicy = None,
    as_json: AsJson = False,
) -> None:
    r"""Grade one mathematical answer.

    Example: verify math --reference 1/2 --response '\boxed{0.5}'
    """
    from verifiers.cli.answer import grade_one, math_problem, response_text

    raise typer.Exit(grade_one(math_problem(reference, policy), response_text(response, response_file), as_json))


@app.command()
def explain(
    reference: Annotated[str, typer.Option(help="The right answer: LaTeX, Unicode or plain mathematics.")],
    response: Response = None,
    response_file: ResponseFile = None,
    policy: MathPolicy = None,
    prompt: Annotated[str | None, typer.Option(help="What was asked; it says whether percentages are wanted.")] = None,
    as_json: AsJson = False,
) -> None:
    r"""Show how one mathematical answer is extracted, read and decided, step by step.

    Example: verify explain --reference 'x^2-1' --response '\boxed{(x-1)(x+1)}'
    """
    from verifiers.cli.answer import math_problem, response_text
    from verifiers.cli.explain import run

    raise typer.Exit(run(math_problem(reference, policy, prompt), response_text(response, response_file), as_json))


@app.command()
def code(
    response: Response = None,
    response_file: ResponseFile = None,
    problem: Annotated[
        Path | None, typer.Option(help="A file with the problem as JSON (its first line, or the one with --id).")
    ] = None,
    problem_id: Annotated[str | None, typer.Option("--id", help="Which problem of the file.")] = None,
    entry_point: Annotated[str | None, typer.Option(help="The function that --asserts calls.")] = None,
    asserts: Annotated[str | None, typer.Option(help="Test code: assert statements, or check(candidate).")] = None,
    stdin: Annotated[str | None, typer.Option(help="What the program reads.")] = None,
    stdout: Annotated[str | None, typer.Option(help="What it must print.")] = None,
    language: Annotated[str, typer.Option(help="What the program is written in, with --stdout.")] = "python",
    unsafe: Unsafe = False,
    isolation: Isolation = None,
    sandbox: SandboxPlace = None,
    as_json: AsJson = False,
) -> None:
    """Run one program behind walls against its tests.

    Example: verify code --entry-point add --asserts 'assert add(1, 2) == 3' --response-file answer.md

    Example: verify code --stdin '1 2' --stdout '3' --response-file answer.py
    """
    from verifiers.cli.answer import code_problem, grade_one, response_text

    if unsafe or isolation or sandbox is not None:
        from verifiers.code import allow_unsafe, ask_for_level, run_in

        ask_for_level(isolation)
        if unsafe:
            allow_unsafe()
        if sandbox is not None:
            run_in(sandbox)
    chosen = code_problem(problem, problem_id, entry_point, asserts, stdin, stdout, language)
    raise typer.Exit(grade_one(chosen, response_text(response, response_file), as_json))


@app.command()
def choice(
    reference: Annotated[str, typer.Option(help="The label of the right option.")],
    response: Response = None,
    response_file: ResponseFile = None,
    option: Annotated[
        list[str] | None, typer.Option(help="An option's text; give it once for each option, in order.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Grade one multiple-choice answer.

    Example: verify choice --option cat --option dog --reference B --response 'The answer is (B).'
    """
    from verifiers.cli.answer import choice_problem, grade_one, response_text

    raise typer.Exit(grade_one(choice_problem(reference, option), response_text(response, response_file), as_json))


@app.command()
def grade(
    problems: Annotated[Path, typer.Option(help="The problems: .jsonl, .jsonl.gz, .jsonl.zst or .parquet.")],
    samples: Annotated[Path, typer.Option(help="The samples, in the same formats.")],
    out: Annotated[Path, typer.Option(help="The grades, in the order of the samples: .jsonl, .jsonl.gz, .jsonl.zst.")],
    workers: Workers = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an earlier run stopped.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace grades that stand in OUT.")] = False,
    retry: Annotated[
        list[str] | None, typer.Option(help="Grade again the samples of OUT with this verdict (error, say).")
    ] = None,
    only_status: Annotated[list[str] | None, typer.Option(help="Write only grades with this verdict.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Grade the first samples only.")] = None,
    store: Annotated[
        Path | None, typer.Option(help="A file that keeps verdicts: no answer is judged twice, in any run with it.")
    ] = None,
    summary: Annotated[Path | None, typer.Option(help="Write what was done to this file, as JSON.")] = None,
    fail_under: Annotated[
        float | None, typer.Option(min=0, max=1, help="Exit with 1 where a smaller share of samples is correct.")
    ] = None,
    engine: Annotated[str, typer.Option(help="local, or ray: the nodes of a Ray cluster.")] = "local",
    address: Annotated[
        str | None, typer.Option(help="Of the Ray cluster. [default: RAY_ADDRESS, or a new one here]")
    ] = None,
    unsafe: Unsafe = False,
    isolation: Isolation = None,
    sandbox: SandboxPlace = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Grade a file of samples.

    Example: verify grade --problems problems.jsonl --samples samples.jsonl --out grades.jsonl

    Example: verify grade --problems p.jsonl --samples s.jsonl --out grades.jsonl --retry error --store verdicts.db
    """
    from verifiers.cli.grade import Machines, Order, run

    order = Order(
        problems=problems,
        samples=samples,
        out=out,
        resume=resume,
        overwrite=overwrite,
        retry=tuple(retry or ()),
        only=tuple(only_status or ()),
        limit=limit,
    )
    machines = Machines(
        engine=engine,
        address=address,
        workers=workers,
        store=store,
        walls={"unsafe": unsafe, "isolation": isolation, "sandbox": sandbox},
    )
    raise typer.Exit(run(order, machines, summary=summary, fail_under=fail_under, quiet=quiet))


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


@app.command("import")
def import_(
    name: Annotated[str | None, typer.Argument(help="The data set; without it, those known are listed.")] = None,
    source: Annotated[Path | None, typer.Argument(help="Its file of problems.")] = None,
    samples: Annotated[Path | None, typer.Argument(help="Its file of responses, where there is one.")] = None,
    out: Annotated[Path, typer.Option(help="The folder for problems.jsonl and samples.jsonl.")] = Path("study"),
    canonical: Annotated[
        bool, typer.Option("--canonical", help="Write the data set's own solutions as samples too.")
    ] = False,
) -> None:
    """Write a public data set, from files that you have, as problems and samples.

    Example: verify import humaneval HumanEval.jsonl.gz --canonical --out study

    Example: verify import gsm8k example_model_solutions.jsonl --out study
    """
    from verifiers.cli.imports import run

    run(name, source, samples, out, canonical)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="The folder that the example study is written to.")] = Path("demo-study"),
    workers: Workers = None,
    samples: Annotated[int, typer.Option(min=1, help="Samples for each problem and model.")] = 64,
    unsafe: Unsafe = False,
    sandbox: SandboxPlace = None,
) -> None:
    """Simulate a small study of two models, grade it, and report pass@k.

    Example: verify demo --out /tmp/demo
    """
    from verifiers.cli.demo import run

    raise typer.Exit(run(out, workers, samples, unsafe=unsafe, sandbox=sandbox))


@app.command()
def adapter(
    name: Annotated[str | None, typer.Argument(help="The framework; without it, those known are listed.")] = None,
    path: Annotated[bool, typer.Option("--path", help="Print the path of its file, and nothing else.")] = False,
) -> None:
    """Show how to grade with this library from a trainer or a harness, and the file that it loads.

    Example: verify adapter verl --path
    """
    from verifiers.cli.adapter import run

    run(name, path)


sandbox_app = typer.Typer(help="Programs behind walls, without grading.", no_args_is_help=True)
app.add_typer(sandbox_app, name="sandbox")


@sandbox_app.callback()
def sandbox() -> None:
    """Programs behind walls, without grading."""


@sandbox_app.command("run")
def sandbox_run(
    file: Annotated[Path, typer.Argument(help="The program; - for standard input.")],
    language: Annotated[
        str | None, typer.Option(help="What it is written in. [default: what the file's ending says]")
    ] = None,
    stdin: Annotated[Path | None, typer.Option(help="A file that it reads as its standard input.")] = None,
    arg: Annotated[list[str] | None, typer.Option(help="An argument for it; may be given again.")] = None,
    wall: Annotated[float, typer.Option(help="Wall time in seconds.")] = 10.0,
    memory: Annotated[int, typer.Option(help="Memory in megabytes.")] = 512,
    unsafe: Unsafe = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as one line of JSON.")] = False,
) -> None:
    """Run one program behind walls and show what it did: 0 it ended well, 1 it did not, 3 the sandbox failed.

    Example: verify sandbox run answer.cpp --stdin input.txt --wall 2 --memory 256
    """
    from verifiers.cli.sandbox import run

    limits = {"wall_seconds": wall, "memory_mb": memory}
    raise typer.Exit(run(file, language, stdin, tuple(arg or ()), limits, unsafe=unsafe, as_json=as_json))


@app.command()
def doctor() -> None:
    """Show what this machine offers: walls, limits, toolchains, optional parts, and how to get what is missing.

    Example: verify doctor
    """
    from verifiers.cli.doctor import run

    raise typer.Exit(run())
