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

from verifiers.cli import studies

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


def _show_version(wanted: bool) -> None:
    if wanted:
        from verifiers import __version__

        typer.echo(f"truegrade {__version__}")
        raise typer.Exit()


@app.callback()
def _verify(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Decides whether a model's answer is right: mathematics, programs, multiple choice."""


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
    out: Annotated[
        Path,
        typer.Option(help="The grades, in the order of the samples: .jsonl, .jsonl.gz, .jsonl.zst, .parquet, .csv."),
    ],
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


app.add_typer(studies.app)


@app.command("import")
def import_(
    name: Annotated[
        str | None,
        typer.Argument(help="A data set, a tool's log, or auto for a log; without it, all that are known are listed."),
    ] = None,
    files: Annotated[
        list[Path] | None, typer.Argument(help="The logs; of a data set, its problems and then its responses.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder for problems.jsonl and samples.jsonl.")] = Path("study"),
    canonical: Annotated[
        bool, typer.Option("--canonical", help="Write the data set's own solutions as samples too.")
    ] = False,
    columns: Annotated[
        str | None,
        typer.Option(help="Where our fields stand in a log: response=completion,reference=doc.answer,problem_id=id."),
    ] = None,
    kind: Annotated[
        Literal["math", "choice"] | None, typer.Option(help="What a log's references are. [default: as they look]")
    ] = None,
    policy: MathPolicy = None,
    model: Annotated[str | None, typer.Option(help="The name of the model that a log is of.")] = None,
    problems: Annotated[
        Path | None, typer.Option(help="The problems, where a log does not hold them; found by id or prompt.")
    ] = None,
) -> None:
    """Write a public data set or another tool's log, from files that you have, as problems and samples.

    Example: verify import humaneval HumanEval.jsonl.gz --canonical --out study

    Example: verify import auto logs/2026-01-01_gsm8k.eval --out study

    Example: verify import table answers.csv --columns response=completion,reference=gold,problem_id=item
    """
    from verifiers.cli.imports import run

    options = {"columns": columns, "kind": kind, "policy": policy, "model": model, "problems": problems}
    run(name, list(files or ()), out, canonical, options)


@app.command()
def export(
    name: Annotated[str | None, typer.Argument(help="The format; without it, those known are listed.")] = None,
    grades: Annotated[Path | None, typer.Argument(help="The file of grades.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file to write; its ending says how, where there is a choice.")
    ] = None,
    problems: Annotated[Path | None, typer.Option(help="The problems: prompts, references, options.")] = None,
    samples: Annotated[Path | None, typer.Option(help="The samples that were graded: the responses.")] = None,
    model: Annotated[str | None, typer.Option(help="Only this model's grades.")] = None,
) -> None:
    """Write grades as another tool's log, or as a table (.parquet, .csv, .jsonl).

    Example: verify export inspect grades.jsonl --problems problems.jsonl --samples samples.jsonl --out grades.eval

    Example: verify export table grades.jsonl --out grades.csv
    """
    from verifiers.cli.export import run

    run(name, grades, out, problems, samples, model)


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
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 for any that is free.")] = 8000,
    token_file: Annotated[
        Path | None, typer.Option(help="A file with the token that clients must send; needed beyond this machine.")
    ] = None,
    workers: Workers = None,
    problems: Annotated[Path | None, typer.Option(help="Problems that requests may name by their ids.")] = None,
    store: Annotated[Path | None, typer.Option(help="A file that keeps verdicts: no answer is judged twice.")] = None,
    max_body: Annotated[int, typer.Option(min=1, help="Megabytes that a request's body may have.")] = 16,
    max_batch: Annotated[int, typer.Option(min=1, help="Samples that a request may have.")] = 4096,
    max_waiting: Annotated[int, typer.Option(min=1, help="Samples that may wait before others are refused.")] = 32768,
    deadline: Annotated[float, typer.Option(min=0.1, help="Seconds until a request must be answered.")] = 300.0,
    error_score: Annotated[
        float | None, typer.Option(help="What /get_reward and /score give where the grader failed. [default: null]")
    ] = None,
    unsafe: Unsafe = False,
    isolation: Isolation = None,
    sandbox: SandboxPlace = None,
) -> None:
    """Serve grades over HTTP until SIGTERM: /grade, /grade_batch, /get_reward, /score, /run_code, /submit, /metrics.

    Example: verify serve --port 8000

    Example: verify serve --host 0.0.0.0 --token-file token --problems problems.jsonl
    """
    from verifiers.cli.serve import run

    walls = {"unsafe": unsafe, "isolation": isolation, "sandbox": sandbox}
    limits = {"max_body": max_body << 20, "max_batch": max_batch, "max_waiting": max_waiting, "deadline": deadline}
    where = {"host": host, "port": port, "workers": workers, "problems": problems, "store": store}
    run(token_file, {**where, **limits, **walls, "error_score": error_score})


@app.command()
def doctor() -> None:
    """Show what this machine offers: walls, limits, toolchains, optional parts, and how to get what is missing.

    Example: verify doctor
    """
    from verifiers.cli.doctor import run

    raise typer.Exit(run())
