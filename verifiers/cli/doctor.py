"""`verify doctor`: what this machine offers, what is missing, and how to get it."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, version
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

import verifiers
from sandboxes import Job, Level, SandboxError
from sandboxes.docker import IMAGE, DockerSandbox, Settings, look
from sandboxes.languages import BadLanguages
from sandboxes.local import LocalSandbox, probe
from sandboxes.toolchains import survey
from verifiers.code.pace import pace
from verifiers.code.place import chosen
from verifiers.errors import GraderFailure
from verifiers.math.slow import walls_in_force
from verifiers.problem import ChoiceProblem, CodeProblem, MathProblem, Problem

CORE = ("pydantic", "python-flint", "sympy", "latex2sympy2_extended", "psutil", "typer", "rich")
# extra, the module that it brings, what it is for
EXTRAS = (
    ("zstd", "zstandard", "files that end in .zst"),
    ("parquet", "pyarrow", "files that end in .parquet"),
    ("pytest", "pytest", "programs tested by pytest suites"),
    ("docker", "docker", "programs in containers (--sandbox docker)"),
)


# levels of isolation, the best first, and what they rest on
LEVELS: dict[Level, str] = {"strong": "namespaces", "unprivileged": "Landlock"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the diagnosis. `good` is None for what is only information."""

    what: str
    good: bool | None
    detail: str = ""
    remedy: str = ""


def run() -> int:
    """Print the diagnosis; 0 where all three kinds can be graded here, else 3."""
    console = Console()
    selftest = list(_selftest())
    for title, findings in (
        ("This machine", list(_machine())),
        ("Packages", list(_packages())),
        ("Walls around programs", list(_walls())),
        ("Languages of programs", list(_languages())),
        ("Programs in containers", list(_containers())),
        ("Walls around computer algebra", list(_walls_of_algebra())),
        ("Self-test: a right and a wrong answer of each kind", selftest),
    ):
        console.print(Text(title, style="bold"))
        console.print(_table(findings))
    return 0 if all(finding.good for finding in selftest) else 3


def _table(findings: list[Finding]) -> Table:
    table = Table("", "", "", show_header=False, box=None, pad_edge=False)
    for finding in findings:
        mark = {True: "yes", False: "NO", None: ""}[finding.good]
        detail = "; ".join(filter(None, [finding.detail, finding.remedy]))
        table.add_row(Text(f"  {finding.what}"), Text(mark), Text(detail))
    return table


def _machine() -> Iterator[Finding]:
    yield Finding("truegrade", None, f"{verifiers.__version__} in {Path(verifiers.__file__).parent}")
    yield Finding("Python", None, f"{platform.python_version()} ({sys.executable})")
    yield Finding("system", None, f"{platform.system()} {platform.release()} on {platform.machine()}")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield Finding("cores", None, str(cores))
    now = pace()
    detail = f"limits of programs are scaled by {now.slowness:.2f} for this machine's speed"
    yield Finding("pace", None, f"{detail}, real time by another {now.patience:.2f} for its load")
    yield Finding("user", None, "root" if os.geteuid() == 0 else f"uid {os.geteuid()}")


def _packages() -> Iterator[Finding]:
    for name in CORE:
        try:
            yield Finding(name, True, version(name))
        except PackageNotFoundError:
            yield Finding(name, False, "a core dependency is missing", "pip install truegrade")
    for extra, module, purpose in EXTRAS:
        there = find_spec(module) is not None
        yield Finding(module, there, purpose, "" if there else f"pip install 'truegrade[{extra}]'")
    clash = _namesake()
    if clash is not None:
        yield clash


def _namesake() -> Finding | None:
    """PrimeIntellect's library, whose import package is called as ours: what either imports is left to chance."""
    try:
        theirs = distribution("verifiers")
    except PackageNotFoundError:
        return None
    detail = f"verifiers {theirs.version} is installed too, and both are imported as `verifiers`"
    return Finding("name clash", False, detail, "give each an environment of its own: verify adapter prime")


def _walls() -> Iterator[Finding]:
    for wall in probe():
        yield Finding(wall.name, wall.available, wall.detail, wall.remedy)
    given: str | None = None
    for level, needs in LEVELS.items():
        try:
            with LocalSandbox(level=level) as sandbox:
                outcome = sandbox.run(Job(source="print(6 * 7)"))
                works = outcome.status == "exited" and outcome.stdout == b"42\n"
                walls = ", ".join(sandbox.isolation.walls)
                yield Finding(f"level {level} ({needs})", works, walls if works else outcome.status)
                given = given or (level if works else None)
        except SandboxError as error:
            yield Finding(f"level {level} ({needs})", False, str(error))
    if given:
        yield Finding("programs run at level", True, f"{given}, the best of the levels that work here")
    else:
        yield Finding("programs run at level", False, "none: no program is run here without --unsafe")


def _containers() -> Iterator[Finding]:
    """The docker sandbox; what is missing of it is no fault of the machine, unless programs are to run there."""
    where = chosen()
    image = where.image or IMAGE
    found = look(image)
    for each in found:
        yield Finding(each.name, each.available, each.detail, each.remedy)
    if not all(each.available for each in found):
        return
    try:
        with DockerSandbox(Settings(image)) as sandbox:
            outcome = sandbox.run(Job(source="print(6 * 7)"))
            works = outcome.status == "exited" and outcome.stdout == b"42\n"
            isolation = sandbox.isolation
            detail = ", ".join(isolation.walls) if works else f"{outcome.status} {outcome.detail}"
            yield Finding(f"docker sandbox, level {isolation.level}", works, detail)
    except SandboxError as error:
        yield Finding("docker sandbox", False, str(error))


def _languages() -> Iterator[Finding]:
    yield Finding("python", True, f"Python {platform.python_version()}, warm")
    try:
        for language, version, missing in survey():
            yield Finding(language.name, not missing, version or missing)
    except BadLanguages as error:
        yield Finding("languages", False, str(error))


def _walls_of_algebra() -> Iterator[Finding]:
    try:
        walls = walls_in_force()
    except GraderFailure as failure:
        yield Finding("worker", False, str(failure), "answers that need computer algebra are `error`")
        return
    yield Finding("standing", not walls.missing, ", ".join(walls.standing))
    for name, reason in walls.missing.items():
        yield Finding(name, False, reason)


_ADD = {"type": "asserts", "entry_point": "add", "code": "assert add(1, 2) == 3"}


def _selftest() -> Iterator[Finding]:
    problems: list[tuple[str, Callable[[], Problem], str, str]] = [
        ("math", lambda: MathProblem(reference="1/2"), r"\boxed{0.5}", r"\boxed{0.6}"),
        (
            "code",
            lambda: CodeProblem.model_validate({"tests": _ADD}),
            "```python\ndef add(a, b):\n    return a + b\n```",
            "```python\ndef add(a, b):\n    return a - b\n```",
        ),
        ("choice", lambda: ChoiceProblem(choices=["cat", "dog"], reference="B"), "(B)", "(A)"),
    ]
    for kind, problem, right, wrong in problems:
        stated = problem()
        grades = [verifiers.grade(stated, response) for response in (right, wrong)]
        good = [grade.verdict.value for grade in grades] == ["correct", "incorrect"]
        yield Finding(kind, good, "" if good else "; ".join(f"{grade.verdict}: {grade.reason}" for grade in grades))
