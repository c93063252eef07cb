"""Files of records: one JSON object a line, read and written by their ending, with errors that say where.

`.jsonl`, `.jsonl.gz` and `.jsonl.zst` are lines of JSON; `.parquet` is read as one record a row (extra
`parquet`). Files are streamed: memory does not grow with their size, save for problems, which are all kept.
Blank lines are skipped but counted, so that a line's number is the one an editor shows.
"""

from __future__ import annotations

import gzip
import io
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from verifiers.errors import InputError, MissingExtra, ProblemError
from verifiers.grading import Grade
from verifiers.problem import Problem, Sample
from verifiers.registry import first_fault, parse_problem
from verifiers.response import whole_characters

if TYPE_CHECKING:
    from types import TracebackType

_READ_BUFFER = 1 << 20


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The non-blank lines of `path` with their numbers, from 1. A Parquet row comes as a line of JSON."""
    if path.suffix == ".parquet":
        yield from _parquet_lines(path)
        return
    number = 0
    try:
        with _open_to_read(path) as file:
            for number, line in enumerate(file, start=1):
                if not line.isspace():
                    yield number, line
    except (EOFError, gzip.BadGzipFile) as error:
        message = f"the compressed file is damaged or cut off: {error}"
        raise InputError(message, path=str(path), line=number + 1) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=str(path)) from None


def _open_to_read(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return io.BufferedReader(gzip.open(path, "rb"), _READ_BUFFER)
    if path.suffix == ".zst":
        return io.BufferedReader(_zstandard().open(path, "rb"), _READ_BUFFER)
    return path.open("rb", buffering=_READ_BUFFER)


def _zstandard() -> Any:
    try:
        import zstandard
    except ImportError:
        raise MissingExtra("reading or writing .zst", "zstd") from None
    return zstandard


def _parquet_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtra("reading .parquet", "parquet") from None
    try:
        number = 0
        with pyarrow.parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=1024):
                for row in batch.to_pylist():
                    number += 1
                    yield number, to_json({name: value for name, value in row.items() if value is not None})
    except (OSError, pyarrow.ArrowException) as error:
        raise InputError(f"cannot be read as Parquet: {error}", path=str(path)) from None


def parse_object(line: bytes) -> dict[str, Any]:
    """The JSON object that `line` states; raises `InputError` without a place.

    A lone surrogate escape (`"\\ud800"`, which half-decoded model output can hold) becomes U+FFFD.
    """
    try:
        record = from_json(line)
    except ValueError as error:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            raise InputError(f"is not JSON: {error}") from None
        record = without_surrogates(record)
    if not isinstance(record, dict):
        raise InputError(f"is not a JSON object but {type(record).__name__}: one object a line is expected")
    return record


def without_surrogates(value: Any) -> Any:
    """`value`, a JSON value, with every half of a character in its texts replaced by U+FFFD."""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, list):
        return [without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {without_surrogates(name): without_surrogates(item) for name, item in value.items()}
    return value


def parse_sample(line: bytes) -> Sample:
    """The sample that `line` states; raises `InputError` with the field, without the place."""
    try:
        return Sample.model_validate(parse_object(line))
    except ValidationError as error:
        field, message = first_fault(error)
        raise InputError(message, field=field) from None


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of `path` with their line numbers; raises `InputError` with file and line."""
    for number, line in read_lines(path):
        try:
            record = parse_object(line)
        except InputError as error:
            raise error.at(str(path), number) from None
        yield number, record


def read_problems(path: Path) -> dict[str, Problem]:
    """All problems of `path` by id, in its order; raises `InputError` on the first that is not one."""
    problems: dict[str, Problem] = {}
    places: dict[str, int] = {}
    for number, record in read_jsonl(path):
        try:
            problem = parse_problem(record)
            if not problem.id:
                raise ProblemError("is missing: samples name their problem by it", field="id")
        except InputError as error:
            raise error.at(str(path), number) from None
        if problem.id in problems:
            message = f"{problem.id!r} was already used in line {places[problem.id]}"
            raise InputError(message, path=str(path), line=number, field="id")
        problems[problem.id] = problem
        places[problem.id] = number
    if not problems:
        raise InputError("is empty: one problem a line is expected", path=str(path))
    return problems


def problem_line(path: Path, problem_id: str) -> int | None:
    """The line of `path` that states `problem_id`; a second reading, for an error's sake."""
    return next((number for number, record in read_jsonl(path) if record.get("id") == problem_id), None)


def read_grades(path: Path) -> Iterator[Grade]:
    """The grades of `path`; raises `InputError` with file, line and field."""
    for number, line in read_lines(path):
        try:
            yield Grade.model_validate(parse_object(line))
        except ValidationError as error:
            field, message = first_fault(error)
            raise InputError(message, path=str(path), line=number, field=field) from None
        except InputError as error:
            raise error.at(str(path), number) from None


class LineWriter:
    """Writes lines of JSON to `path` by its ending; `append` continues a plain `.jsonl`.

    What was written is in the file after `flush` (one system call a batch, not one a line). Every method
    raises `InputError` with the path where the file system refuses.
    """

    def __init__(self, path: Path, *, append: bool = False) -> None:
        self.path = path
        if path.suffix == ".parquet":
            message = "is not written as Parquet; give a path that ends in .jsonl, .jsonl.gz or .jsonl.zst"
            raise InputError(message, path=str(path))
        with self._refusals(), ExitStack() as stack:
            path.parent.mkdir(parents=True, exist_ok=True)
            raw = stack.enter_context(path.open("ab" if append else "wb"))
            self._file: IO[bytes] = stack.enter_context(_compressor(path, raw))
            self._open = stack.pop_all()

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._refusal(error) from None

    def _refusal(self, error: OSError) -> InputError:
        return InputError(f"cannot be written: {error.strerror or error}", path=str(self.path))

    def write(self, line: bytes) -> None:
        """Add one line, given without its line end."""
        try:
            self._file.write(line + b"\n")
        except OSError as error:
            raise self._refusal(error) from None

    def flush(self) -> None:
        """Hand all written lines to the operating system."""
        with self._refusals():
            self._file.flush()

    def close(self) -> None:
        """Flush and close."""
        with self._refusals():
            self._open.close()

    def __enter__(self) -> LineWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except InputError:
            if fault is None:  # else the first refusal is the one to tell
                raise


def _compressor(path: Path, raw: IO[bytes]) -> AbstractContextManager[Any]:
    if path.suffix == ".gz":
        # no name and no time in the header: the file depends on its content alone
        return gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0)
    if path.suffix == ".zst":
        writer: AbstractContextManager[Any] = _zstandard().ZstdCompressor().stream_writer(raw, closefd=False)
        return writer
    return nullcontext(raw)


def write_problems(path: Path, problems: Iterable[Problem]) -> int:
    """Write one problem a line, with the fields that were set; returns how many."""
    return _write(path, (problem_to_json(problem) for problem in problems))


def problem_to_json(problem: Problem) -> bytes:
    """The line that states `problem`: the fields that were set, and its kind."""
    return to_json({"id": problem.id, "kind": problem.kind, **problem.model_dump(exclude_unset=True)})


def write_samples(path: Path, samples: Iterable[Sample]) -> int:
    """Write one sample a line; returns how many."""
    return _write(path, (sample_to_json(sample) for sample in samples))


def sample_to_json(sample: Sample) -> bytes:
    """The line that states `sample`: the fields that were set."""
    return to_json(without_surrogates(sample.model_dump(exclude_unset=True)))


def _write(path: Path, lines: Iterable[bytes]) -> int:
    count = 0
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial{path.suffix}")
    try:
        with LineWriter(partial) as writer:
            for line in lines:
                writer.write(line)
                count += 1
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return count
