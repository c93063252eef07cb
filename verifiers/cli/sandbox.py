"""`verify sandbox run`: one program behind walls, and what it did, as a person or a script wants to read it."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sandboxes import Isolation, Job, Limits, Outcome, SandboxError, WallMissing
from sandboxes.languages import PYTHON, BadLanguages, UnknownLanguage, known, language
from sandboxes.local import sandbox_for
from sandboxes.toolchains import ToolchainMissing
from verifiers.cli.answer import one_line
from verifiers.errors import GraderFailure, InputError

_FIGURES = ("wall_seconds", "cpu_seconds", "peak_memory_mb")


def run(
    file: Path,
    named: str | None,
    stdin: Path | None,
    arguments: tuple[str, ...],
    limits: Mapping[str, Any],
    *,
    unsafe: bool,
    as_json: bool,
) -> int:
    """Run a file, print the outcome, and return the exit code."""
    try:
        chosen = _language(file, named)
        source = _content(file).decode("utf-8")
        given = _content(stdin) if stdin is not None else b""
        job = Job(source, language=chosen, stdin=given, argv=arguments, limits=Limits(**limits))
    except (UnknownLanguage, BadLanguages, ValueError) as error:
        raise InputError(str(error), path=str(file)) from None
    try:
        with sandbox_for(chosen, unsafe=unsafe) as sandbox:
            outcome, isolation = sandbox.run(job), sandbox.isolation
    except ToolchainMissing as missing:
        raise InputError(str(missing)) from None
    except WallMissing as missing:
        raise GraderFailure(f"{missing} (or accept fewer walls with --unsafe)") from None
    except SandboxError as error:
        raise GraderFailure(str(error)) from None
    _print_json(chosen, outcome, isolation) if as_json else _print(chosen, outcome, isolation)
    if outcome.status == "lost":
        return 3
    return 0 if outcome.stage == "run" and outcome.status == "exited" and outcome.exit_code == 0 else 1


def _language(file: Path, named: str | None) -> str:
    """The language that was named, or the one whose programs end as the file does."""
    if named is not None:
        wanted = named.strip().lower()
        return PYTHON[0] if wanted in PYTHON else language(wanted).name
    ending = file.suffix
    if ending == ".py":
        return PYTHON[0]
    for one in known().values():
        if ending and (one.source.endswith(ending) or ending[1:] in one.called):
            return one.name
    names = ", ".join((PYTHON[0], *known()))
    raise InputError(f"its ending does not say what it is written in: name it by --language ({names})", path=str(file))


def _content(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=str(file)) from None


def _print_json(chosen: str, outcome: Outcome, isolation: Isolation) -> None:
    """Output that is no UTF-8 is given in base64 besides."""
    record = {"language": chosen, **asdict(outcome)}
    for name in ("stdout", "stderr"):
        content: bytes = record[name]
        record[name] = content.decode("utf-8", "replace")
        if record[name].encode() != content:
            record[f"{name}_base64"] = base64.b64encode(content).decode()
    record["isolation"] = {"level": isolation.level, "walls": list(isolation.walls)}
    print(json.dumps(record))  # noqa: T201


def _print(chosen: str, outcome: Outcome, isolation: Isolation) -> None:
    status = outcome.status.replace("_", " ")
    if outcome.stage == "build":
        status = f"not compiled ({status})"
    if outcome.exit_code is not None:
        status += f", exit code {outcome.exit_code}"
    if outcome.signal is not None:
        status += f", signal {outcome.signal}"
    rows = [("language", chosen), ("status", status), ("detail", one_line(outcome.detail))]
    rows += [(name.replace("_", " "), f"{getattr(outcome, name):.3f}") for name in _FIGURES]
    rows.append(("isolation", f"{isolation.level}: {', '.join(isolation.walls)}"))
    for name, value in rows:
        if value:
            print(f"{name:<16}{value}")  # noqa: T201
    for name in ("stdout", "stderr"):
        lines = getattr(outcome, name).decode("utf-8", "replace").split("\n")
        if lines != [""]:
            print(f"{name}:")  # noqa: T201
            print("\n".join(f"    {one_line(line, 2000)}" for line in lines[: -1 if not lines[-1] else None]))  # noqa: T201
