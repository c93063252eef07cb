"""`/run_code` and `/submit`, SandboxFusion's calls: one program behind walls, and a completion judged by its tests.

Programs run at the level that this machine gives, on benches as in a worker (`verifiers.code.bench`), as many at a time
as the engine has workers. Where no level can be had nothing is run: status `SandboxError` and the remedy.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from pydantic_core import from_json

from sandboxes import Built, Job, Limits, Outcome
from sandboxes.languages import PYTHON, UnknownLanguage, known, language
from verifiers.code.bench import Bench, on_a_bench
from verifiers.errors import GraderFailure
from verifiers.server.errors import bad_request, busy
from verifiers.server.messages import (
    CommandResult,
    RunCodeAnswer,
    RunCodeRequest,
    SubmitAnswer,
    SubmitRequest,
    SubmitTest,
)
from verifiers.server.settings import Settings

_USUAL_MEMORY_MB = 512
_WAITING_A_THREAD = 64
# by the sandbox's word: SandboxFusion's status, the return code where the outcome has none, and what is said of it
_ENDS: dict[str, tuple[str, int | None, str]] = {
    "exited": ("Finished", None, ""),
    "signalled": ("Finished", None, ""),
    "wall_limit": ("TimeLimitExceeded", None, "it ran out of real time"),
    "cpu_limit": ("TimeLimitExceeded", None, "it ran out of processor time"),
    "memory_limit": ("Finished", -9, "it ran out of memory"),
    "output_limit": ("Finished", -25, "it wrote more than it may"),
    "scratch_limit": ("Finished", -25, "it wrote more into its files than it may"),
    "violation": ("Finished", -31, "it made a system call that no program has business with"),
    "lost": ("Error", None, "the sandbox failed"),
}


class Programs:
    """Runs programs that are not graded. `close` ends what runs."""

    def __init__(self, settings: Settings, workers: int) -> None:
        self._settings = settings
        self._threads = ThreadPoolExecutor(workers, "program")
        self._most = workers * _WAITING_A_THREAD
        self._taken = 0

    async def run(self, asked: RunCodeRequest) -> RunCodeAnswer:
        """Run one program; raises `Refusal`."""
        job = self._job(asked)
        if self._taken >= self._most:
            raise busy(f"{self._taken} programs wait already; try again in 5 s", 5)
        self._taken += 1
        future = self._threads.submit(_run, job)
        future.add_done_callback(self._one_less(asyncio.get_running_loop()))
        return await asyncio.wrap_future(future)

    def _one_less(self, loop: asyncio.AbstractEventLoop) -> Any:
        def less() -> None:
            self._taken -= 1

        return lambda _: loop.call_soon_threadsafe(less)

    def _job(self, asked: RunCodeRequest) -> Job:
        most_seconds, most_mb = self._settings.max_wall_seconds, self._settings.max_memory_mb
        for name in ("run_timeout", "compile_timeout"):
            if getattr(asked, name) > most_seconds:
                raise bad_request(f"is more than the {most_seconds:g} s that this server gives", name)
        if asked.memory_limit_MB != -1 and not 1 <= asked.memory_limit_MB <= most_mb:
            message = f"is -1 (for {_USUAL_MEMORY_MB}) or between 1 and the {most_mb} of this server"
            raise bad_request(message, "memory_limit_MB")
        if asked.fetch_files:
            raise bad_request("must be empty: files that a program wrote are not given out", "fetch_files")
        memory = asked.memory_limit_MB if asked.memory_limit_MB != -1 else _USUAL_MEMORY_MB
        return Job(
            asked.code,
            language=_language(asked.language),
            stdin=(asked.stdin or "").encode(),
            files={name: _decoded(name, text) for name, text in asked.files.items() if text is not None},
            limits=Limits(wall_seconds=asked.run_timeout, memory_mb=memory),
            argv=tuple(asked.args),
        )

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _language(name: str) -> str:
    wanted = name.strip().lower()
    if wanted in PYTHON:
        return PYTHON[0]
    try:
        return language(wanted).name
    except UnknownLanguage:
        names = ", ".join((PYTHON[0], *known()))
        raise bad_request(f"{name!r} cannot be run; one of {names}", "language") from None


def _decoded(name: str, text: str) -> bytes:
    parts = name.split("/")
    if not name.isprintable() or name.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise bad_request(f"{name!r} is no path below the working directory", "files")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise bad_request(f"the content of {name!r} is not base64", "files") from None


def _run(job: Job) -> RunCodeAnswer:
    """Build and run `job`, in a thread."""
    try:
        return on_a_bench(lambda bench: _on(bench, job))
    except GraderFailure as failure:
        return RunCodeAnswer(status="SandboxError", message=str(failure))
    except ValueError as error:  # what the sandbox does not take as a job
        raise bad_request(str(error)) from None


def _on(bench: Bench, job: Job) -> RunCodeAnswer:
    isolation = bench.sandbox(job.language).isolation
    walls: dict[str, Any] = {"level": isolation.level, "walls": list(isolation.walls)}
    built = bench.build(job)
    if isinstance(built, Outcome):
        return _told(_result(built), None, [built], walls)
    compiled = None
    if isinstance(built, Built):
        job = replace(job, source="", built=built)
        if language(job.language).compile:
            compiled = CommandResult(status="Finished", return_code=0, stdout="", stderr="")
    outcome = bench.run(job)
    return _told(compiled, _result(outcome), [outcome], walls)


def _result(outcome: Outcome) -> CommandResult:
    status, code, _ = _ENDS[outcome.status]
    if outcome.exit_code is not None:
        code = outcome.exit_code
    elif outcome.signal is not None and code is None and status == "Finished":
        code = -outcome.signal
    return CommandResult.model_validate(
        {
            "status": status,
            "execution_time": outcome.wall_seconds,
            "return_code": code,
            "stdout": outcome.stdout.decode("utf-8", "replace"),
            "stderr": outcome.stderr.decode("utf-8", "replace"),
        }
    )


def _told(
    compiled: CommandResult | None, ran: CommandResult | None, outcomes: list[Outcome], walls: dict[str, Any]
) -> RunCodeAnswer:
    results = [each for each in (compiled, ran) if each is not None]
    well = all(each.status == "Finished" and each.return_code == 0 for each in results)
    message = "; ".join(_ENDS[each.status][2] for each in outcomes if _ENDS[each.status][2])
    status = "SandboxError" if any(each.status == "Error" for each in results) else "Success" if well else "Failed"
    return RunCodeAnswer.model_validate(
        {"status": status, "message": message, "compile_result": compiled, "run_result": ran, "isolation": walls}
    )


def submitted_problem(asked: SubmitRequest) -> dict[str, Any] | None:
    """The problem that `/submit` states; None where it states none and its id must say it."""
    data, at = asked.config.provided_data, "config.provided_data"
    if asked.config.custom_extract_logic:
        raise bad_request("is not executed: the program is found by rule", "config.custom_extract_logic")
    if data is None:
        return None
    if isinstance(data.get("problem"), dict):
        return dict(data["problem"])
    tests = data.get("test")
    if isinstance(tests, str) and isinstance(data.get("entry_point"), str):
        stated = {"type": "asserts", "entry_point": data["entry_point"], "code": tests}
    elif isinstance(tests, (str, list)):
        stated = {"type": "stdio", "cases": _cases(tests, f"{at}.test")}
    else:
        raise bad_request("has neither 'problem' nor 'test' (a list of cases, or test code with 'entry_point')", at)
    record: dict[str, Any] = {"id": str(asked.id), "kind": "code", "tests": stated}
    if isinstance(data.get("prompt"), str):
        record["prompt"] = data["prompt"]
    if asked.config.language is not None:
        record["language"] = _language(asked.config.language)
    if asked.config.run_timeout is not None:
        record["limits"] = {"wall_seconds": asked.config.run_timeout}
    return record


def _cases(tests: str | list[Any], at: str) -> list[dict[str, Any]]:
    if isinstance(tests, str):
        try:
            tests = from_json(tests)
        except ValueError:
            raise bad_request("is not JSON; test code needs 'entry_point' beside it", at) from None
    try:
        return [_case(each) for each in list(tests)]
    except (KeyError, TypeError, ValueError):
        raise bad_request('is a list of {"input": {"stdin": …}, "output": {"stdout": …}}', at) from None


def _case(case: Any) -> dict[str, Any]:
    given, expected = dict(case["input"]), dict(case["output"])
    if not given.keys() <= {"stdin"} or expected.keys() != {"stdout"}:
        raise TypeError("a test of files")
    return {"stdin": given.get("stdin", ""), "stdout": expected["stdout"]}


def submitted_answer(asked: SubmitRequest, line: bytes) -> SubmitAnswer:
    """What `/submit` answers with a grade."""
    grade = from_json(line)
    if grade["verdict"] == "error":
        status, message = "SandboxError", grade["reason"]
    else:
        status, message = "Success", ""
    counts = grade.get("tests") or {"passed": int(grade["verdict"] == "correct"), "total": 1}
    tests = []
    for number in range(counts["total"]):
        passed = number < counts["passed"]
        told = RunCodeAnswer.model_validate(
            {"status": status if passed or status != "Success" else "Failed", "message": message or grade["reason"]}
        )
        tests.append(SubmitTest(passed=passed, exec_info=told))
    return SubmitAnswer(
        id=asked.id,
        accepted=grade["verdict"] == "correct",
        extracted_code=grade["answer"] or "",
        tests=tests,
        extracted_type=None if grade["answer"] else "empty",
        extra={"grade": grade},
    )
