"""Converters from public data sets to problems and samples: `verify import NAME`.

One module a data set, whose docstring says what the source looks like. Nothing is downloaded: the files are
the user's. Problems and samples are streamed, and a malformed source is named by file, line and field.

>>> problems, samples = convert("gsm8k", Path("example_model_solutions.jsonl"))       # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from verifiers.errors import InputError
from verifiers.problem import Problem, Sample

__all__ = ["DATA_SETS", "DataSet", "convert"]


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set that can be imported: what its files are, and which module reads them.

    `source`: the file that is always given. `samples`: the second file, or None where there is none.
    `canonical`: whether it has solutions of its own that can be written as samples. `module`: the one that reads it,
    where its name is another.
    """

    name: str
    description: str
    source: str
    samples: str | None = None
    canonical: bool = False
    module: str = ""


DATA_SETS = {
    each.name: each
    for each in (
        DataSet("humaneval", "164 Python functions to complete", "HumanEval.jsonl.gz", "samples.jsonl", canonical=True),
        DataSet("codet", "HumanEval with CodeT's completions", "HumanEval.jsonl.gz", "CodeT's *_code_solution.jsonl"),
        DataSet("evalplus", "HumanEval+ or MBPP+", "HumanEvalPlus.jsonl.gz", "samples.jsonl", canonical=True),
        DataSet("livecodebench", "contest problems, with private tests", "test6.jsonl"),
        DataSet("apps", "programming problems of APPS", "test.jsonl", canonical=True),
        DataSet("taco", "programming problems of TACO", "test.jsonl or .parquet", canonical=True, module="apps"),
        DataSet("code_contests", "programming contests", "test.jsonl or .parquet", canonical=True),
        DataSet("mbpp", "974 small Python tasks", "mbpp.jsonl", canonical=True),
        DataSet(
            "gsm8k",
            "1 319 word problems, and the solutions of four systems",
            "test.jsonl or example_model_solutions.jsonl",
            "example_model_solutions.jsonl",
        ),
        DataSet("math500", "500 competition problems", "math500_test.jsonl", canonical=True),
        DataSet("qwen_math", "100 MATH problems with 8 responses each", "math_cot_100.jsonl"),
        DataSet("aqua", "254 word problems with five options", "test.jsonl or aqua_sc_*.jsonl", "aqua_sc_*.jsonl"),
        DataSet("sat_math", "32 SAT problems with four options", "test.jsonl"),
        DataSet("bigbench_mistake", "traces of one model on five tasks", "logical_deduction.jsonl or another task"),
        DataSet("mathvision", "3 040 problems with a figure", "test.jsonl", "outputs/MODEL.jsonl"),
    )
}


def convert(
    name: str, source: Path, samples: Path | None = None, *, canonical: bool = False
) -> tuple[Iterator[Problem], Iterator[Sample]]:
    """The problems and samples (none, where there are none) of the data set `name`, read from its files.

    Raises `InputError` for an unknown name or a file that the data set does not have, and, while the two
    iterators are read, for a malformed source.
    """
    data_set = DATA_SETS.get(name)
    if data_set is None:
        raise InputError(f"unknown data set {name!r}; known are {', '.join(DATA_SETS)}")
    if samples is not None and data_set.samples is None:
        raise InputError(f"{name} has no files of samples; its source is {data_set.source}", path=str(samples))
    if canonical and not data_set.canonical:
        able = ", ".join(each.name for each in DATA_SETS.values() if each.canonical)
        raise InputError(f"{name} has no canonical solutions; {able} have")
    module = import_module(f"verifiers.datasets.{data_set.module or name}")
    options = {"canonical": canonical} if data_set.canonical else {}
    converted: tuple[Iterator[Problem], Iterator[Sample]] = module.convert(source, samples, **options)
    return converted
